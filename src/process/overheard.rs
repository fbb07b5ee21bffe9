//! A command whose output goes to a terminal while another of its streams does not: `cargo test 2>/dev/null`, `npm test < answers`.
//!
//! It keeps the person's terminal for its keys and its signals; only what it writes there passes through a terminal in between, which
//! changes no byte. A program that draws on the whole screen would set up that one instead of the person's, so this is for tests and
//! builds alone.
//!
//! ```text
//! person's terminal ← us ← terminal in between ← stdout, stderr of the command        stdin: the command's own
//! ```

use std::ffi::OsString;
use std::io::{self, IsTerminal, PipeReader, PipeWriter, pipe};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::thread::{JoinHandle, spawn};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::fstat;
use rustix::io::Errno;
use rustix::stdio::{dup2_stderr, dup2_stdout, stderr, stdout};
use rustix::termios::{OptionalActions, tcgetattr, tcgetwinsize, tcsetattr, tcsetwinsize};

use super::pty::{LAST_OUTPUT, pair};
use super::{Ear, Ending, Stream, hear, pipes, write_all};

/// Runs the command to its end; unheard where no terminal can be had.
pub(super) fn run(command: &[OsString], ear: &Ear) -> io::Result<Ending> {
    let Ok(between) = Between::open(ear) else { return pipes::run(command, ear) };
    let ending = pipes::run(command, ear);
    between.close();
    ending
}

/// The terminal in between, standing in for our own stdout and stderr, as far as those are terminals.
struct Between {
    /// The person's.
    terminal: OwnedFd,
    /// Whether it stands in for stdout and for stderr.
    replaced: [bool; 2],
    /// Dropped when the command has ended.
    running: PipeWriter,
    relay: JoinHandle<Option<OwnedFd>>,
}

impl Between {
    fn open(ear: &Ear) -> io::Result<Self> {
        let outputs = [io::stdout().is_terminal(), io::stderr().is_terminal()];
        let terminal = if outputs[0] { stdout() } else { stderr() }.try_clone_to_owned()?;
        let replaced = [outputs[0], outputs[1] && fstat(stderr())?.st_rdev == fstat(&terminal)?.st_rdev];
        let (ours, theirs) = pair()?;
        let mut settings = tcgetattr(&terminal)?;
        settings.make_raw(); // the person's own terminal does to line ends what it is set to do
        tcsetattr(&theirs, OptionalActions::Now, &settings)?;
        tcsetwinsize(&theirs, tcgetwinsize(&terminal)?)?;
        let (ended, running) = pipe()?;
        let (ear, shown) = (ear.clone(), terminal.try_clone()?);
        let between = Self { terminal, replaced, running, relay: spawn(move || relay(ours, &shown, &ended, &ear)) };
        between.stand_in(&theirs)?;
        Ok(between)
    }

    fn stand_in(&self, by: &OwnedFd) -> io::Result<()> {
        if self.replaced[0] {
            dup2_stdout(by)?;
        }
        if self.replaced[1] {
            dup2_stderr(by)?;
        }
        Ok(())
    }

    fn close(self) {
        self.stand_in(&self.terminal).ok();
        drop(self.running);
        if let Ok(Some(rest)) = self.relay.join() {
            // a process that was left behind goes on writing, as it would if the command had been run bare
            Command::new("cat").stdin(rest).stdout(self.terminal).stderr(Stdio::null()).process_group(0).spawn().ok();
        }
    }
}

/// Passes on what is written until nobody can write any more; gives the terminal back where somebody still could after the end.
fn relay(ours: OwnedFd, shown: &OwnedFd, ended: &PipeReader, ear: &Ear) -> Option<OwnedFd> {
    let mut buffer = vec![0; 64 << 10];
    let mut running = true;
    loop {
        let mut watched = [PollFd::new(&ours, PollFlags::IN), PollFd::new(ended, PollFlags::IN)];
        let watched = if running { &mut watched[..] } else { &mut watched[..1] };
        match poll(watched, (!running).then_some(&LAST_OUTPUT)) {
            Ok(0) => return Some(ours),
            Err(Errno::INTR) => continue,
            Err(_) => return None,
            Ok(_) => {}
        }
        if watched[0].revents().is_empty() {
            running = false;
            continue;
        }
        match rustix::io::read(&ours, &mut buffer) {
            Ok(length) if length > 0 => {
                hear(ear, Stream::Out, &buffer[..length]);
                write_all(shown.as_fd(), &buffer[..length]).ok(); // a terminal that is gone also hangs up, and that ends the command
            }
            Err(Errno::INTR | Errno::AGAIN) => {}
            _ => return None, // the last writer is gone
        }
    }
}
