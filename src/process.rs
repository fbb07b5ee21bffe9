//! Runs a command as if it were run bare, and listens: the same streams or terminal, signals, job control and end.
//!
//! Where our three streams are terminals, the command gets a terminal of its own in between (`pty`); else it keeps what is a terminal,
//! and what is none passes through us, stdout and stderr apart (`pipes`). What goes to a terminal beside such streams is heard on its way
//! only where that is worth it (`output_pty`). What is worth nothing outside a terminal does not pass through us at all. Nothing is recorded here.

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::os::fd::BorrowedFd;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process};

mod collector;
mod leader;
mod output_pty;
mod pipes;
mod pty;
mod relay;

pub use collector::{Collector, Stream, plain};
pub use leader::lead;
pub use pty::LEADER;

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// By itself, with this code.
    Exited(i32),
    /// By this signal.
    Killed(i32),
    /// It never began: 127 where there is no such command, else 126. Told on stderr already.
    NotStarted(u8),
}

impl Ending {
    /// The exit code that a shell shows for it: 128 and the signal's number where a signal ended it.
    pub fn code(&self) -> u8 {
        match self {
            Self::Exited(code) => u8::try_from(code & 0xff).unwrap_or(1),
            Self::Killed(signal) => u8::try_from(128 + (signal & 0x7f)).unwrap_or(255),
            Self::NotStarted(code) => *code,
        }
    }
}

/// What listens to the output while it passes.
pub type SharedCollector = Arc<Mutex<Collector>>;

/// Ends us as Ctrl-C ended the command, where a person's shell is waiting: it must see that, or its loops would go on. Comes back where
/// the command ended otherwise.
pub fn reraise_sigint(ending: &Ending) {
    if *ending == Ending::Killed(signal_hook::consts::SIGINT) && io::stdin().is_terminal() {
        signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGINT).ok();
    }
}

/// How much of a command's output is captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capture {
    /// Tests or a build are expected: all of it.
    All,
    /// What goes to a terminal beside streams that do not is left alone.
    PipedOnly,
    /// Outside a terminal the command writes to our streams itself.
    Nothing,
}

/// Runs the command to its end. It fails only where the command could not be watched to its end.
pub fn run(command: &[OsString], capture: Capture, collector: &SharedCollector) -> io::Result<Ending> {
    let outputs = [io::stdout().is_terminal(), io::stderr().is_terminal()];
    let terminal = io::stdin().is_terminal() && outputs == [true; 2];
    // where no terminal can be had, the command still runs: on ours, unheard
    match terminal.then(pty::Pty::open).and_then(Result::ok) {
        Some(pty) => pty.run(command, collector),
        None if capture == Capture::All && !terminal && outputs.contains(&true) => output_pty::run(command, collector),
        None => pipes::run(command, capture, collector),
    }
}

/// What we pass on to the command. The terminal's own keys reach it without us.
const FORWARDED: [i32; 6] = {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};
    [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2]
};

/// Starts a command line whose streams are set by `set`. A script without an interpreter's name goes to `sh`, as every shell does it.
fn start(command: &[OsString], set: impl Fn(&mut Command) -> io::Result<()>) -> io::Result<Child> {
    let (program, arguments) = command.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    let begin = |program: &OsString, arguments: &[&OsString]| {
        let mut command = Command::new(program);
        set(command.args(arguments))?;
        command.spawn()
    };
    let arguments: Vec<&OsString> = arguments.iter().collect();
    match begin(program, &arguments) {
        Err(error) if error.raw_os_error() == Some(Errno::NOEXEC.raw_os_error()) && program.as_encoded_bytes().contains(&b'/') => {
            begin(&"sh".into(), &[&[program][..], &arguments].concat())
        }
        other => other,
    }
}

/// A shell's words and code for a command that cannot be started.
fn refusal(command: &[OsString], error: &io::Error) -> (String, u8) {
    let program = command.first().map(|program| program.to_string_lossy().into_owned()).unwrap_or_default();
    let (why, code) = match error.kind() {
        io::ErrorKind::NotFound if program.contains('/') => ("No such file or directory".to_owned(), 127),
        io::ErrorKind::NotFound => ("command not found".to_owned(), 127),
        io::ErrorKind::PermissionDenied if std::path::Path::new(&program).is_dir() => ("Is a directory".to_owned(), 126),
        io::ErrorKind::PermissionDenied => ("Permission denied".to_owned(), 126),
        _ => (error.to_string(), 126),
    };
    (format!("journal: {}: {why}", crate::terminal::clean(&program)), code)
}

/// Sends a signal by its number; a process that is gone has had its end.
fn send(pid: Pid, signal: i32) {
    if let Some(signal) = Signal::from_named_raw(signal) {
        kill_process(pid, signal).ok();
    }
}

fn collect(collector: &SharedCollector, stream: Stream, bytes: &[u8]) {
    collector.lock().unwrap_or_else(PoisonError::into_inner).push(stream, bytes);
}

/// Writes all of it, also where the other side set the stream to not wait.
fn write_all(to: BorrowedFd<'_>, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match rustix::io::write(to, bytes) {
            Ok(written) => bytes = &bytes[written..],
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => {
                poll(&mut [PollFd::from_borrowed_fd(to, PollFlags::OUT)], None).ok();
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_have_a_shell_s_codes() {
        for (ending, code) in [
            (Ending::Exited(0), 0),
            (Ending::Exited(3), 3),
            (Ending::Exited(255), 255),
            (Ending::Killed(2), 130),
            (Ending::Killed(15), 143),
            (Ending::NotStarted(127), 127),
        ] {
            assert_eq!(ending.code(), code, "{ending:?}");
        }
    }

    #[test]
    fn refusals_have_a_shell_s_words() {
        for (program, kind, words, code) in [
            ("nonsense", io::ErrorKind::NotFound, "journal: nonsense: command not found", 127),
            ("./nonsense", io::ErrorKind::NotFound, "journal: ./nonsense: No such file or directory", 127),
            ("./plain.txt", io::ErrorKind::PermissionDenied, "journal: ./plain.txt: Permission denied", 126),
            ("/", io::ErrorKind::PermissionDenied, "journal: /: Is a directory", 126),
        ] {
            assert_eq!(refusal(&[program.into()], &kind.into()), (words.to_owned(), code));
        }
    }
}
