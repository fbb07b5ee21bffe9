//! One stream on its way from the command to where it belongs, heard as it passes.

use std::io::PipeReader;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, read};

use super::{SharedCollector, Stream, collect, write_all};

/// As much as a pipe between us and the command holds, and as is passed on at once: fewer switches between the two of us.
pub(super) const CHUNK: usize = 256 << 10;

pub(super) struct Relay {
    pub from: OwnedFd,
    pub to: OwnedFd,
    pub stream: Stream,
    /// How long what was written last may take to arrive when the command has ended.
    pub last: Timespec,
}

impl Relay {
    /// Passes the stream on without delay until nobody can write any more, or until the command has `ended` (the other side of it is
    /// dropped) and nothing is left; then gives back what somebody still holds open.
    ///
    /// A reader of ours that went away ends it too: closing our side tells the command as it would have been told.
    pub(super) fn run(self, ended: &PipeReader, collector: &SharedCollector) -> Option<Self> {
        let mut buffer = vec![0; CHUNK];
        let mut running = true;
        loop {
            let mut watched = [PollFd::new(&self.from, PollFlags::IN), PollFd::new(ended, PollFlags::IN)];
            let watched = if running { &mut watched[..] } else { &mut watched[..1] };
            match poll(watched, (!running).then_some(&self.last)) {
                Ok(0) => return Some(self),
                Err(Errno::INTR) => continue,
                Err(_) => return None,
                Ok(_) => {}
            }
            if watched[0].revents().is_empty() {
                running = false;
                continue;
            }
            match read(&self.from, &mut buffer) {
                Ok(length) if length > 0 => {
                    write_all(self.to.as_fd(), &buffer[..length]).ok()?;
                    collect(collector, self.stream, &buffer[..length]);
                }
                Err(Errno::INTR | Errno::AGAIN) => {}
                _ => return None,
            }
        }
    }

    /// A process that the command left behind still writes here. Run bare it would go on writing, and nobody would wait for it: another
    /// process takes our place.
    pub(super) fn hand_over(self) {
        Command::new("cat").stdin(self.from).stdout(self.to).stderr(Stdio::null()).process_group(0).spawn().ok();
    }
}
