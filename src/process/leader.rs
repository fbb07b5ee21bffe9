//! Between `journal run` and a command on a terminal of its own: the leader of the session that this terminal belongs to.
//!
//! The command cannot lead it itself: whoever leads a session cannot be stopped by Ctrl-Z. It gets a process group of its own in front of
//! that terminal. What becomes of it goes to our stderr, a pipe to `journal run`, as lines ([`LeaderMessage`]); its own stderr is the terminal.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Stdio};

use rustix::process::{Pid, Signal, WaitOptions, ioctl_tiocsctty, kill_process_group, setsid, waitpid};
use rustix::stdio::{stderr, stdin, stdout};
use rustix::termios::tcsetpgrp;
use signal_hook::consts::{SIGCHLD, SIGCONT, SIGTTIN, SIGTTOU};
use signal_hook::iterator::Signals;

use super::{Ending, FORWARDED, refusal, send, start, write_all};

/// What a leader tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LeaderMessage {
    /// The command stands in front of its terminal: from now on a key there reaches it.
    InForeground,
    /// It was stopped.
    Stopped,
    /// It ended.
    Ended(Ending),
}

impl LeaderMessage {
    fn line(&self) -> String {
        match self {
            Self::InForeground => "front 0\n".to_owned(),
            Self::Stopped => "stopped 0\n".to_owned(),
            Self::Ended(Ending::Exited(code)) => format!("exited {code}\n"),
            Self::Ended(Ending::Killed(signal)) => format!("killed {signal}\n"),
            Self::Ended(Ending::NotStarted(code)) => format!("refused {code}\n"),
        }
    }

    pub(super) fn read(line: &str) -> Option<Self> {
        let (what, number) = line.trim().split_once(' ')?;
        Some(match what {
            "front" => Self::InForeground,
            "stopped" => Self::Stopped,
            "exited" => Self::Ended(Ending::Exited(number.parse().ok()?)),
            "killed" => Self::Ended(Ending::Killed(number.parse().ok()?)),
            "refused" => Self::Ended(Ending::NotStarted(number.parse().ok()?)),
            _ => return None,
        })
    }
}

/// How often a command is helped out of the short time before it stands in front of its terminal.
const EARLY_STOPS: usize = 3;

/// Leads the session of the terminal on stdin and runs the command there. Gives our own exit code, which nobody needs.
pub fn lead(command: &[OsString]) -> u8 {
    // before the command begins: what is sent to us from then on is passed on
    let Ok(signals) = Signals::new(FORWARDED.iter().chain([&SIGCHLD, &SIGCONT])) else { return 1 };
    match begin(command) {
        Ok(child) => watch(&child, signals).is_err().into(),
        Err(error) => {
            let (message, code) = refusal(command, &error);
            write_all(stdout(), format!("{message}\r\n").as_bytes()).ok();
            report(&LeaderMessage::Ended(Ending::NotStarted(code)));
            0
        }
    }
}

fn report(message: &LeaderMessage) {
    write_all(stderr(), message.line().as_bytes()).ok(); // nobody listens any more: then nobody misses it
}

fn begin(command: &[OsString]) -> io::Result<Child> {
    setsid()?;
    ioctl_tiocsctty(stdin())?;
    let child = start(command, |command| {
        command.process_group(0).stderr(Stdio::from(stdin().try_clone_to_owned()?));
        Ok(())
    })?;
    tcsetpgrp(stdin(), Pid::from_child(&child))?;
    report(&LeaderMessage::InForeground);
    Ok(child)
}

/// Passes on signals until the command ends.
fn watch(child: &Child, mut signals: Signals) -> io::Result<()> {
    let pid = Pid::from_child(child);
    let mut early = 0;
    loop {
        while let Some((_, status)) = waitpid(Some(pid), WaitOptions::NOHANG | WaitOptions::UNTRACED)? {
            match status.stopping_signal() {
                // it reached for the terminal before it was put in front of it
                Some(SIGTTIN | SIGTTOU) if early < EARLY_STOPS => {
                    early += 1;
                    kill_process_group(pid, Signal::CONT)?;
                }
                Some(_) => report(&LeaderMessage::Stopped),
                None => {
                    report(&LeaderMessage::Ended(match status.exit_status() {
                        Some(code) => Ending::Exited(code),
                        None => Ending::Killed(status.terminating_signal().unwrap_or_default()),
                    }));
                    return Ok(());
                }
            }
        }
        for signal in signals.wait() {
            match signal {
                SIGCHLD => {}
                SIGCONT => kill_process_group(pid, Signal::CONT).unwrap_or_default(),
                other => send(pid, other),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_understood() {
        let endings = [Ending::Exited(0), Ending::Exited(3), Ending::Killed(2), Ending::NotStarted(127)];
        for message in endings.into_iter().map(LeaderMessage::Ended).chain([LeaderMessage::InForeground, LeaderMessage::Stopped]) {
            assert_eq!(LeaderMessage::read(&message.line()), Some(message));
        }
        assert_eq!(LeaderMessage::read("nonsense"), None);
    }
}
