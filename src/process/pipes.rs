//! A command outside a terminal, or between terminals and pipes: it keeps our stdin and whatever of its output goes to a terminal; the
//! rest passes through us, each stream by itself and without delay.
//!
//! The command stays in our process group, as if it had been run bare: a terminal's Ctrl-C and Ctrl-Z reach both of us.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, IsTerminal, PipeWriter, pipe};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ExitStatus, Stdio};
use std::thread::{JoinHandle, spawn};

use rustix::event::Timespec;
use rustix::process::{Pid, getpgrp};
use rustix::stdio::{stderr, stdout};
use rustix::termios::tcgetpgrp;
use signal_hook::consts::{SIGCHLD, SIGINT, SIGQUIT};
use signal_hook::iterator::Signals;

use super::relay::{CHUNK, Relay};
use super::{Capture, Ending, FORWARDED, SharedCollector, Stream, refusal, send, start, write_all};

pub(super) fn run(command: &[OsString], capture: Capture, collector: &SharedCollector) -> io::Result<Ending> {
    let captured = [io::stdout().is_terminal(), io::stderr().is_terminal()].map(|terminal| !terminal && capture != Capture::Nothing);
    let stream = |captured: bool| if captured { Stdio::piped() } else { Stdio::inherit() };
    let started = start(command, |command| {
        command.stdout(stream(captured[0])).stderr(stream(captured[1]));
        Ok(())
    });
    let mut child = match started {
        Ok(child) => child,
        Err(error) => {
            let (message, code) = refusal(command, &error);
            write_all(stderr(), format!("{message}\n").as_bytes()).ok();
            return Ok(Ending::NotStarted(code));
        }
    };
    // only now: what is ignored stays ignored in the command, and nothing of ours reaches it
    let signals = Signals::new(FORWARDED.iter().chain([&SIGCHLD]));
    let (ended, relays) = relays(&mut child, collector)?;
    let ending = match signals {
        Ok(mut signals) => wait(&mut child, &mut signals)?,
        Err(_) => ending(child.wait()?), // without handlers of ours signals do what they do by themselves
    };
    drop(ended);
    relays.into_iter().filter_map(|relay| relay.join().ok()?).for_each(Relay::hand_over);
    Ok(ending)
}

/// A thread for each stream that passes through us. Dropping the first value tells them that the command has ended.
fn relays(child: &mut Child, collector: &SharedCollector) -> io::Result<(PipeWriter, Vec<JoinHandle<Option<Relay>>>)> {
    let (wake, ended) = pipe()?;
    let streams =
        [(Stream::Out, child.stdout.take().map(OwnedFd::from), stdout()), (Stream::Err, child.stderr.take().map(OwnedFd::from), stderr())];
    let mut relays = Vec::new();
    for (stream, from, to) in streams.into_iter().filter_map(|(stream, from, to)| Some((stream, from?, to))) {
        widen(&from);
        let relay = Relay { from, to: to.try_clone_to_owned()?, stream, last: Timespec { tv_sec: 0, tv_nsec: 0 } };
        let (collector, wake) = (collector.clone(), wake.try_clone()?);
        relays.push(spawn(move || relay.run(&wake, &collector)));
    }
    Ok((ended, relays))
}

/// Lets a pipe hold a whole chunk, where the system can; one that cannot be widened works all the same.
fn widen(pipe: &OwnedFd) {
    #[cfg(target_os = "linux")]
    rustix::pipe::fcntl_setpipe_size(pipe, CHUNK).ok();
    #[cfg(not(target_os = "linux"))]
    let _ = pipe;
}

fn wait(child: &mut Child, signals: &mut Signals) -> io::Result<Ending> {
    let pid = Pid::from_child(child);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(ending(status));
        }
        for signal in signals.wait().filter(|&signal| signal != SIGCHLD) {
            if !(matches!(signal, SIGINT | SIGQUIT) && in_terminals_foreground()) {
                send(pid, signal);
            }
        }
    }
}

/// Whether a terminal sends its Ctrl-C to our group, and so to the command by itself.
fn in_terminals_foreground() -> bool {
    File::open("/dev/tty").is_ok_and(|terminal| tcgetpgrp(terminal.as_fd()).is_ok_and(|group| group == getpgrp()))
}

pub(super) fn ending(status: ExitStatus) -> Ending {
    match status.code() {
        Some(code) => Ending::Exited(code),
        None => Ending::Killed(status.signal().unwrap_or_default()),
    }
}
