//! A command outside a terminal, or between terminals and pipes: it keeps our stdin and whatever of its output goes to a terminal; the
//! rest passes through us, each stream by itself and without delay.
//!
//! The command stays in our process group, as if it had been run bare: a terminal's Ctrl-C and Ctrl-Z reach both of us.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, IsTerminal, PipeReader, PipeWriter, pipe};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{JoinHandle, spawn};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, getpgrp};
use rustix::stdio::{stderr, stdout};
use rustix::termios::tcgetpgrp;
use signal_hook::consts::{SIGCHLD, SIGINT, SIGQUIT};
use signal_hook::iterator::Signals;

use super::{Ear, Ending, FORWARDED, Stream, hear, refusal, send, start, write_all};

/// As much as a pipe between us and the command holds, and as is passed on at once: fewer switches between the two of us.
const CHUNK: usize = 256 << 10;

pub(super) fn run(command: &[OsString], ear: &Ear) -> io::Result<Ending> {
    let heard = [io::stdout().is_terminal(), io::stderr().is_terminal()].map(|terminal| !terminal);
    let stream = |heard: bool| if heard { Stdio::piped() } else { Stdio::inherit() };
    let started = start(command, |command| {
        command.stdout(stream(heard[0])).stderr(stream(heard[1]));
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
    let (ended, relays) = relays(&mut child, ear)?;
    let ending = match signals {
        Ok(mut signals) => wait(&mut child, &mut signals)?,
        Err(_) => ending(child.wait()?), // without handlers of ours signals do what they do by themselves
    };
    drop(ended);
    for (stream, relay) in relays {
        if let Ok(Some(rest)) = relay.join() {
            hand_over(rest, stream);
        }
    }
    Ok(ending)
}

type Relay = (Stream, JoinHandle<Option<OwnedFd>>);

/// A thread for each stream that passes through us. Dropping the first value tells them that the command has ended.
fn relays(child: &mut Child, ear: &Ear) -> io::Result<(PipeWriter, Vec<Relay>)> {
    let (wake, ended) = pipe()?;
    let streams = [(Stream::Out, child.stdout.take().map(OwnedFd::from)), (Stream::Err, child.stderr.take().map(OwnedFd::from))];
    let mut relays = Vec::new();
    for (stream, from) in streams.into_iter().filter_map(|(stream, from)| Some((stream, from?))) {
        let (ear, wake) = (ear.clone(), wake.try_clone()?);
        widen(&from);
        relays.push((stream, spawn(move || relay(from, stream, &wake, &ear))));
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

fn target(stream: Stream) -> BorrowedFd<'static> {
    if stream == Stream::Out { stdout() } else { stderr() }
}

/// Passes a stream on until it ends, or until the command has ended and nothing is left. What somebody still holds open comes back.
///
/// A reader of ours that went away ends it too: closing our side tells the command as it would have been told.
fn relay(from: OwnedFd, stream: Stream, wake: &PipeReader, ear: &Ear) -> Option<OwnedFd> {
    let mut buffer = vec![0; CHUNK];
    let mut ended = false;
    loop {
        let mut watched = [PollFd::new(&from, PollFlags::IN), PollFd::new(wake, PollFlags::IN)];
        let watched = if ended { &mut watched[..1] } else { &mut watched[..] };
        match poll(watched, ended.then_some(&Timespec { tv_sec: 0, tv_nsec: 0 })) {
            Ok(0) => return Some(from),
            Err(rustix::io::Errno::INTR) => continue,
            Err(_) => return None,
            Ok(_) => {}
        }
        if watched[0].revents().is_empty() {
            ended = true;
            continue;
        }
        match rustix::io::read(&from, &mut buffer) {
            Ok(0) => return None,
            Ok(length) => {
                write_all(target(stream), &buffer[..length]).ok()?;
                hear(ear, stream, &buffer[..length]);
            }
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return None,
        }
    }
}

/// A process that the command left behind still writes here. Run bare it would go on writing, and nobody would wait for it: another
/// process takes our place.
fn hand_over(rest: OwnedFd, stream: Stream) {
    if let Ok(to) = target(stream).try_clone_to_owned() {
        Command::new("cat").stdin(rest).stdout(to).stderr(Stdio::null()).process_group(0).spawn().ok();
    }
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
