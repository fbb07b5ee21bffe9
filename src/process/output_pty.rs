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
use std::io::{self, IsTerminal, PipeWriter, pipe};
use std::os::fd::OwnedFd;
use std::thread::{JoinHandle, spawn};

use rustix::fs::fstat;
use rustix::stdio::{dup2_stderr, dup2_stdout, stderr, stdout};
use rustix::termios::{OptionalActions, tcgetattr, tcgetwinsize, tcsetattr, tcsetwinsize};

use super::pty::{LAST_OUTPUT, pair};
use super::relay::Relay;
use super::{Capture, Ending, SharedCollector, Stream, pipes};

/// Runs the command to its end; unheard where no terminal can be had.
pub(super) fn run(command: &[OsString], collector: &SharedCollector) -> io::Result<Ending> {
    let Ok(pty) = OutputPty::open(collector) else { return pipes::run(command, Capture::All, collector) };
    let ending = pipes::run(command, Capture::All, collector);
    pty.close();
    ending
}

/// The terminal in between, standing in for our own stdout and stderr, as far as those are terminals.
struct OutputPty {
    /// The person's.
    terminal: OwnedFd,
    /// Whether it stands in for stdout and for stderr.
    replaced: [bool; 2],
    /// Dropped when the command has ended.
    running: PipeWriter,
    relay: JoinHandle<Option<Relay>>,
}

impl OutputPty {
    fn open(collector: &SharedCollector) -> io::Result<Self> {
        let outputs = [io::stdout().is_terminal(), io::stderr().is_terminal()];
        let terminal = if outputs[0] { stdout() } else { stderr() }.try_clone_to_owned()?;
        let replaced = [outputs[0], outputs[1] && fstat(stderr())?.st_rdev == fstat(&terminal)?.st_rdev];
        let (ours, theirs) = pair()?;
        let mut settings = tcgetattr(&terminal)?;
        settings.make_raw(); // the person's own terminal does to line ends what it is set to do
        tcsetattr(&theirs, OptionalActions::Now, &settings)?;
        tcsetwinsize(&theirs, tcgetwinsize(&terminal)?)?;
        let (ended, running) = pipe()?;
        let relay = Relay { from: ours, to: terminal.try_clone()?, stream: Stream::Out, last: LAST_OUTPUT };
        let collector = collector.clone();
        let pty = Self { terminal, replaced, running, relay: spawn(move || relay.run(&ended, &collector)) };
        pty.stand_in(&theirs)?;
        Ok(pty)
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
            rest.hand_over();
        }
    }
}
