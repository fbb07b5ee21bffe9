//! A command on a terminal of its own, between us and the person's: what is typed goes in, what is shown comes out and is heard.
//!
//! ```text
//! person's terminal (raw while we are in front) ⇄ journal run ⇄ terminal in between ⇄ the command, in a session led by `leader`
//! ```
//!
//! All keys go through, Ctrl-C and Ctrl-Z too: the terminal in between makes signals of them. A stopped command stops us, so that the
//! shell gets its prompt back; `fg` continues both. The person's terminal is put back whenever we leave its front, however we leave.

use std::ffi::{OsStr, OsString};
use std::io::{self, PipeReader, pipe};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, FdFlags, fcntl_setfd, ioctl_fionbio};
use rustix::process::{Pid, Signal, getpgrp, getpid, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::stdio::{stdin, stdout};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcgetpgrp, tcgetwinsize, tcsetattr, tcsetwinsize};
use signal_hook::consts::{SIGCONT, SIGWINCH};
use signal_hook::iterator::backend::SignalDelivery;
use signal_hook::iterator::exfiltrator::SignalOnly;

use super::leader::LeaderMessage;
use super::{Ending, FORWARDED, SharedCollector, Stream, collect, pipes, send, write_all};

/// The word by which `journal` starts itself as a session's leader.
pub const LEADER: &str = "lead-session";
/// How often we look whether `fg` brought us to the front: a job that was not stopped is not told.
const LOOK: Timespec = Timespec { tv_sec: 0, tv_nsec: 250_000_000 };
/// How long the last output may take on its way through the terminal in between, where somebody still holds that open.
pub(super) const LAST_OUTPUT: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };

/// The terminal in between: our side and the command's.
pub(super) struct Pty {
    ours: OwnedFd,
    theirs: OwnedFd,
}

impl Pty {
    /// A terminal with the settings and the size of the one on stdin.
    pub(super) fn open() -> io::Result<Self> {
        let (ours, theirs) = pair()?;
        tcsetattr(&theirs, OptionalActions::Now, &tcgetattr(stdin())?)?;
        tcsetwinsize(&theirs, tcgetwinsize(stdin())?)?;
        Ok(Self { ours, theirs })
    }

    /// Runs the command here to its end.
    pub(super) fn run(self, command: &[OsString], collector: &SharedCollector) -> io::Result<Ending> {
        let (messages, report) = pipe()?;
        let mut leader = Command::new(std::env::current_exe()?);
        leader.args([LEADER, "--"]).args(command);
        leader.stdin(Stdio::from(self.theirs.try_clone()?)).stdout(Stdio::from(self.theirs)).stderr(report);
        let mut child = leader.spawn()?;
        drop(leader); // and with it our copies of the command's side: ours ends when the last other one is closed
        ioctl_fionbio(&self.ours, true)?;
        let (read, write) = UnixStream::pair()?;
        let watched = FORWARDED.iter().chain([&SIGCONT, &SIGWINCH]);
        let signals = SignalDelivery::with_pipe(read, write, SignalOnly, watched)?;
        let raw_mode = RawModeGuard { saved: None, ours: self.ours.try_clone()? };
        let leader = Pid::from_child(&child);
        let mut relay = PtyRelay {
            ours: self.ours,
            leader,
            raw_mode,
            typed: Vec::new(),
            in_foreground: false,
            open: [true; 2],
            collector,
            buffer: vec![0; 64 << 10],
        };
        let ending = relay.until_end(signals, messages);
        relay.rest();
        drop(relay);
        Ok(ending?.unwrap_or(end_of(&mut child)?))
    }
}

/// Both sides of a new terminal: ours and the command's.
pub(super) fn pair() -> io::Result<(OwnedFd, OwnedFd)> {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
    fcntl_setfd(&ours, FdFlags::CLOEXEC)?;
    grantpt(&ours)?;
    unlockpt(&ours)?;
    let name = ptsname(&ours, Vec::new())?;
    // std opens with CLOEXEC; it becomes nobody's controlling terminal unless that is asked for
    let mut options = std::fs::File::options();
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, rustix::fs::OFlags::NOCTTY.bits().cast_signed());
    let theirs = options.read(true).write(true).open(OsStr::from_bytes(name.as_bytes()))?;
    Ok((ours, theirs.into()))
}

/// What became of a leader that could not tell: somebody killed it.
fn end_of(leader: &mut Child) -> io::Result<Ending> {
    Ok(pipes::ending(leader.wait()?))
}

/// The person's terminal, as long as we stand in front of it.
struct RawModeGuard {
    /// Its settings from before, while ours are in force.
    saved: Option<Termios>,
    /// The terminal in between, which has its size.
    ours: OwnedFd,
}

impl RawModeGuard {
    /// Takes the terminal over if we are in its foreground: every key comes through as it is.
    fn take(&mut self) -> io::Result<()> {
        if tcgetpgrp(stdin())? != getpgrp() {
            return Ok(());
        }
        if self.saved.is_none() {
            self.saved = Some(tcgetattr(stdin())?);
        }
        let mut raw = tcgetattr(stdin())?;
        raw.make_raw();
        tcsetattr(stdin(), OptionalActions::Drain, &raw)?;
        self.resize();
        Ok(())
    }

    fn resize(&self) {
        if let Ok(size) = tcgetwinsize(stdin()) {
            tcsetwinsize(&self.ours, size).ok();
        }
    }

    /// Puts the terminal back.
    fn leave(&mut self) {
        if let Some(saved) = self.saved.take() {
            tcsetattr(stdin(), OptionalActions::Drain, &saved).ok();
        }
    }
}

impl Drop for RawModeGuard {
    fn drop(&mut self) {
        self.leave();
    }
}

struct PtyRelay<'a> {
    ours: OwnedFd,
    leader: Pid,
    raw_mode: RawModeGuard,
    /// Keys that the terminal in between could not take yet.
    typed: Vec<u8>,
    /// Whether the command stands in front of the terminal in between. Until then its keys would make signals for the leader.
    in_foreground: bool,
    /// Whether keys and output still come.
    open: [bool; 2],
    collector: &'a SharedCollector,
    buffer: Vec<u8>,
}

type Signals = SignalDelivery<UnixStream, SignalOnly>;

impl PtyRelay<'_> {
    /// Passes everything on until the leader tells of the end; none where it was killed first.
    fn until_end(&mut self, mut signals: Signals, messages: PipeReader) -> io::Result<Option<Ending>> {
        self.raw_mode.take().ok();
        let mut lines = String::new();
        loop {
            let ready = self.wait(&signals, &messages)?;
            if ready.signals {
                for signal in signals.pending() {
                    self.signalled(signal);
                }
            }
            if ready.output {
                self.output();
            }
            if ready.keys {
                self.read_keys();
            }
            if self.can_type() {
                self.type_keys();
            }
            if ready.messages {
                let length = rustix::io::read(&messages, &mut self.buffer)?;
                lines.push_str(&String::from_utf8_lossy(&self.buffer[..length]));
                while let Some((line, rest)) = lines.split_once('\n') {
                    match LeaderMessage::read(line) {
                        Some(LeaderMessage::Ended(ending)) => return Ok(Some(ending)),
                        Some(LeaderMessage::InForeground) => self.in_foreground = true,
                        Some(LeaderMessage::Stopped) => self.stop(),
                        None => {}
                    }
                    lines = rest.to_owned();
                }
                if length == 0 {
                    return Ok(None);
                }
            }
        }
    }

    fn wait(&mut self, signals: &Signals, messages: &PipeReader) -> io::Result<Ready> {
        let ours_in_foreground = self.raw_mode.saved.is_some();
        if !ours_in_foreground {
            self.raw_mode.take().ok();
        }
        let mut ours = PollFlags::empty();
        ours.set(PollFlags::IN, self.open[1]);
        ours.set(PollFlags::OUT, self.can_type());
        let mut watched = vec![PollFd::new(signals.get_read(), PollFlags::IN), PollFd::new(messages, PollFlags::IN)];
        if !ours.is_empty() {
            watched.push(PollFd::new(&self.ours, ours));
        }
        let keys = self.open[0] && self.raw_mode.saved.is_some() && self.typed.is_empty();
        if keys {
            watched.push(PollFd::from_borrowed_fd(stdin(), PollFlags::IN));
        }
        match poll(&mut watched, (!ours_in_foreground).then_some(&LOOK)) {
            Ok(_) => {}
            Err(Errno::INTR) => return Ok(Ready::default()),
            Err(error) => return Err(error.into()),
        }
        let came = |index: usize| watched.get(index).is_some_and(|fd| !fd.revents().is_empty());
        let output = !ours.is_empty() && watched[2].revents().intersects(PollFlags::IN | PollFlags::HUP | PollFlags::ERR);
        Ok(Ready { signals: came(0), messages: came(1), output, keys: keys && came(watched.len() - 1) })
    }

    fn signalled(&mut self, signal: i32) {
        match signal {
            SIGWINCH => self.raw_mode.resize(),
            // after a stop that was not the command's: the shell has put its own settings back
            SIGCONT => {
                self.raw_mode.take().ok();
            }
            other => send(self.leader, other),
        }
    }

    fn output(&mut self) {
        match rustix::io::read(&self.ours, &mut self.buffer) {
            Ok(length) if length > 0 => {
                collect(self.collector, Stream::Out, &self.buffer[..length]);
                // a terminal that is gone also hangs up, and that is what ends the command
                write_all(stdout(), &self.buffer[..length]).ok();
            }
            Err(Errno::INTR | Errno::AGAIN) => {}
            _ => self.open[1] = false,
        }
    }

    fn read_keys(&mut self) {
        match rustix::io::read(stdin(), &mut self.buffer) {
            Ok(length) if length > 0 => self.typed.extend_from_slice(&self.buffer[..length]),
            Err(Errno::INTR | Errno::AGAIN) => {}
            _ => self.open[0] = false,
        }
    }

    fn can_type(&self) -> bool {
        self.in_foreground && !self.typed.is_empty()
    }

    fn type_keys(&mut self) {
        match rustix::io::write(&self.ours, &self.typed) {
            Ok(written) => drop(self.typed.drain(..written)),
            Err(Errno::INTR | Errno::AGAIN) => {}
            Err(_) => self.typed.clear(),
        }
    }

    /// The command was stopped: so are we, until somebody continues us. Where no shell could continue us the system does not stop us.
    fn stop(&mut self) {
        while self.open[1] && self.readable(&Timespec { tv_sec: 0, tv_nsec: 0 }) {
            self.output();
        }
        self.raw_mode.leave();
        kill_process(getpid(), Signal::TSTP).ok();
        self.raw_mode.take().ok();
        kill_process(self.leader, Signal::CONT).ok();
    }

    /// What was written before the end and is still on its way.
    fn rest(&mut self) {
        while self.open[1] && self.readable(&LAST_OUTPUT) {
            self.output();
        }
    }

    fn readable(&self, patience: &Timespec) -> bool {
        poll(&mut [PollFd::new(&self.ours, PollFlags::IN)], Some(patience)).is_ok_and(|ready| ready > 0)
    }
}

/// What waits to be done.
#[derive(Default)]
struct Ready {
    signals: bool,
    messages: bool,
    output: bool,
    keys: bool,
}
