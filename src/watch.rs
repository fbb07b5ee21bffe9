//! Looks at what lies outside the repository: a file, or what a command prints. Takes them, stores them masked, reads them back.
//!
//! A command is run only because the user typed it, by the user's own shell, with a limit of time. What two samples tell is
//! `evidence::config::stored_content`'s; what of it goes into the journal is `document::compose`'s.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::path::{Component, Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use chrono::{DateTime, DurationRound, FixedOffset, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::change::RepoPath;
use crate::error::{Error, Kind};
use crate::event::{Watch, Watched};
use crate::evidence::config::stored_content::StoredContent;
use crate::files::write_atomically;
use crate::journal_dir;
use crate::log::Log;
use crate::secrets::{self, Sealer};
use crate::session::Session;

/// Content above this is kept by size and seal only.
const LIMIT: usize = 1024 * 1024;
/// How long a command may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A sample's content as it is stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Stored {
    /// When the file was last written, as its file system says.
    pub modified: Option<DateTime<FixedOffset>>,
    /// What was there.
    pub kept: StoredContent,
}

/// A sample as it was recorded, or why nothing could be read.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Id of the event.
    pub id: String,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// What was there, or why nothing could be read.
    pub seen: Result<Stored, String>,
}

/// Something outside the repository with all samples of it, in order.
#[derive(Clone, Debug)]
pub struct WatchedSource {
    /// What the journal calls it.
    pub name: String,
    /// Samples, at least one.
    pub samples: Vec<Sample>,
}

/// What a session's log holds of each watched thing, in the order first watched.
pub fn recorded(session: &Session, log: &Log) -> Vec<WatchedSource> {
    let mut all: Vec<WatchedSource> = Vec::new();
    for sample in &session.watched {
        let stored = |name: &String| -> Result<Stored> { Ok(serde_json::from_slice(&log.attachment(name)?)?) };
        let seen = match (&sample.watched.content, &sample.watched.unreadable) {
            (Some(name), _) => stored(name).map_err(|_| "its record is damaged".to_owned()),
            (None, reason) => Err(reason.clone().unwrap_or_else(|| "no reason is known".to_owned())),
        };
        let sample = (sample.watched.name.clone(), Sample { id: sample.id.clone(), at: sample.at, seen });
        match all.iter_mut().find(|source| source.name == sample.0) {
            Some(source) => source.samples.push(sample.1),
            None => all.push(WatchedSource { name: sample.0, samples: vec![sample.1] }),
        }
    }
    all
}

/// What is watched: each thing once, by name and place, in the order first watched.
pub fn watched(session: &Session) -> Vec<(String, Watch)> {
    let mut all: Vec<(String, Watch)> = Vec::new();
    for sample in &session.watched {
        if all.iter().all(|(name, _)| *name != sample.watched.name) {
            all.push((sample.watched.name.clone(), sample.watched.source.clone()));
        }
    }
    all
}

/// Takes samples for one session.
#[derive(Debug)]
pub struct Watcher<'a> {
    log: &'a Log,
    sealer: Sealer,
    shell: &'a Path,
}

impl<'a> Watcher<'a> {
    /// With the session's own key, which is made at the first sample.
    pub fn of(log: &'a Log, shell: &'a Path) -> Result<Self> {
        let path = log.folder().join(journal_dir::WATCH_KEY);
        let key = match fs::read(&path).ok().and_then(|bytes| <[u8; 16]>::try_from(bytes).ok()) {
            Some(key) => key,
            None => {
                let key = uuid::Uuid::new_v4().into_bytes();
                write_atomically(&path, &key)?;
                key
            }
        };
        Ok(Self { log, sealer: Sealer::new(key), shell })
    }

    /// Looks, and stores what is there. What cannot be read is recorded with its reason.
    pub fn sample(&self, name: &str, source: &Watch) -> Result<(Watched, String)> {
        let stored = match source {
            Watch::Path(path) => self.file(name, Path::new(path)),
            Watch::Command(command) => self.command(name, command),
        };
        let watched = |content, unreadable| Watched { name: name.to_owned(), source: source.clone(), content, unreadable };
        Ok(match stored {
            Ok(stored) => {
                let attachment = self.log.attach(&serde_json::to_vec(&stored).context("the look cannot be kept")?)?;
                (watched(Some(attachment), None), stored.kept.describe())
            }
            Err(reason) => {
                let reason = secrets::masked(&reason);
                (watched(None, Some(reason.clone())), format!("it cannot be read: {reason}"))
            }
        })
    }

    fn file(&self, name: &str, path: &Path) -> Result<Stored, String> {
        let meta = match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Stored { modified: None, kept: StoredContent::absent() }),
            other => other.map_err(|error| why(&error))?,
        };
        if !meta.is_file() {
            return Err("it is no plain file any more".to_owned());
        }
        let content = File::open(path).and_then(|file| self.read(file)).map_err(|error| why(&error))?;
        let modified = meta.modified().ok().map(|at| DateTime::<Utc>::from(at).fixed_offset());
        let modified = modified.and_then(|at| at.duration_trunc(TimeDelta::seconds(1)).ok()); // as exact as the times of events
        Ok(Stored { modified, kept: self.kept(name, content) })
    }

    fn command(&self, name: &str, command: &str) -> Result<Stored, String> {
        let mut child = Command::new(self.shell);
        child.arg("-c").arg(command).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        let mut child = child.spawn().map_err(|error| format!("{} cannot be started: {error}", self.shell.display()))?;
        let output = self.read_on_thread(child.stdout.take());
        let errors = self.read_on_thread(child.stderr.take());
        let end = Instant::now() + PATIENCE;
        let code = waited(&mut child, end).ok_or_else(|| format!("the command took longer than {} s", PATIENCE.as_secs()))?;
        let rest = || end.saturating_duration_since(Instant::now()).max(Duration::from_millis(100));
        if code != Some(0) {
            let said = errors.recv_timeout(rest()).unwrap_or_default();
            return Err(failure(code, &String::from_utf8_lossy(&said.start)));
        }
        let content = output.recv_timeout(rest()).map_err(|_| "the command did not close its output".to_owned())?;
        Ok(Stored { modified: None, kept: self.kept(name, content) })
    }

    /// Reads a pipe on a thread of its own: a full one would block the command, an open one us.
    fn read_on_thread(&self, pipe: Option<impl Read + Send + 'static>) -> Receiver<Content> {
        let (sender, receiver) = channel();
        let sealer = self.sealer;
        std::thread::spawn(move || {
            let content = pipe.map(|pipe| read(pipe, sealer)).and_then(io::Result::ok).unwrap_or_default();
            sender.send(content).ok();
        });
        receiver
    }

    fn read(&self, from: impl Read) -> io::Result<Content> {
        read(from, self.sealer)
    }

    fn kept(&self, name: &str, content: Content) -> StoredContent {
        if content.start.len() > LIMIT {
            return StoredContent::large(content.size, content.seal);
        }
        StoredContent::of(&RepoPath::from(readable_as(name)), &content.start, &self.sealer)
    }
}

/// Removes the key: from now on the seals say nothing.
pub fn forget_key(folder: &Path) {
    fs::remove_file(folder.join(journal_dir::WATCH_KEY)).ok(); // what cannot be removed is readable by its owner only
}

/// What was read: the beginning, and size and seal of all.
#[derive(Default)]
struct Content {
    start: Vec<u8>,
    size: u64,
    seal: String,
}

fn read(mut from: impl Read, sealer: Sealer) -> io::Result<Content> {
    let (mut content, mut sealing) = (Content::default(), sealer.begin());
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let length = match from.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        if length == 0 {
            content.seal = sealing.finish();
            return Ok(content);
        }
        sealing.add(&buffer[..length]);
        content.size += length as u64;
        let room = (LIMIT + 1).saturating_sub(content.start.len());
        content.start.extend_from_slice(&buffer[..length.min(room)]);
    }
}

/// The exit code, if it came in time; else the command and all that it started are ended.
fn waited(child: &mut Child, end: Instant) -> Option<Option<i32>> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status.code()),
            Ok(None) if Instant::now() < end => std::thread::sleep(Duration::from_millis(10)),
            _ => {
                rustix::process::kill_process_group(rustix::process::Pid::from_child(child), rustix::process::Signal::KILL).ok();
                child.wait().ok();
                return None;
            }
        }
    }
}

fn failure(code: Option<i32>, stderr: &str) -> String {
    let code = code.map_or_else(|| "a signal ended the command".to_owned(), |code| format!("the command failed with exit code {code}"));
    match stderr.lines().rev().map(str::trim).find(|line| !line.is_empty()) {
        Some(line) => format!("{code}: {}", crate::markdown::cut(line, 120)),
        None => code,
    }
}

/// The reason without the error's number.
fn why(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}

/// The path by which a reader knows the format: without the host and without what leads to the file from here.
fn readable_as(name: &str) -> &str {
    let path = match name.split_once(':') {
        Some((host, path)) if !host.contains('/') && !path.is_empty() => path,
        _ => name,
    };
    let mut path = path;
    while let Some(rest) = ["/", "~/", "../"].into_iter().find_map(|start| path.strip_prefix(start)) {
        path = rest;
    }
    path
}

/// Where a file is looked for and what the journal calls it: never by a path that tells where this machine keeps its home or its projects.
/// Fails for what the repository's own snapshots cover and for what is no file.
pub fn place(given: &Path, cwd: &Path, worktree: &Path, home: Option<&Path>) -> Result<(String, Watch), Error> {
    let absolute = resolved(&cwd.join(given));
    let shown = given.display();
    if absolute.starts_with(worktree) {
        let message = format!("{shown} lies inside the repository: what changes there is already in the journal");
        return Err(Error::new(Kind::Usage, message).hint("watch files outside of it, e.g. journal watch /etc/nginx/nginx.conf"));
    }
    if absolute.is_dir() {
        let message = format!("{shown} is a directory; a watched file is looked at as a whole");
        return Err(Error::new(Kind::Usage, message).hint(format!("name its files, e.g. journal watch {shown}/*.conf")));
    }
    if absolute.exists() && !absolute.is_file() {
        return Err(Error::new(Kind::Usage, format!("{shown} is neither a file nor a link to one"))
            .hint("journal watch --cmd 'COMMAND' --as NAME keeps what a command prints"));
    }
    let Some(path) = absolute.to_str() else {
        return Err(Error::new(Kind::Usage, format!("the path of {shown} is not UTF-8, which is not supported here"))
            .hint("journal watch --cmd 'COMMAND' --as NAME keeps what a command prints"));
    };
    Ok((secrets::masked(&called(&absolute, worktree, home)), Watch::Path(path.to_owned())))
}

/// `~/.ssh/config`, `../other/file` beside the repository, `/etc/hosts`.
fn called(absolute: &Path, worktree: &Path, home: Option<&Path>) -> String {
    let below = |folder: Option<&Path>| {
        let folder = folder.filter(|folder| folder.parent().is_some())?;
        absolute.strip_prefix(folder).ok()
    };
    if let Some(rest) = below(home) {
        return format!("~/{}", rest.display());
    }
    match below(worktree.parent()) {
        Some(rest) => format!("../{}", rest.display()),
        None => absolute.display().to_string(),
    }
}

/// Absolute, without `.` and `..`, its existing folders without links; the file itself may be a link.
fn resolved(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain = plain.canonicalize().unwrap_or(plain);
                plain.pop();
            }
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    let folder = plain.parent().and_then(|folder| folder.canonicalize().ok());
    match (folder, plain.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log() -> (tempfile::TempDir, Log) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let log = Log::at(folder.path().join("session"));
        log.create().expect("made");
        (folder, log)
    }

    #[test]
    fn names_tell_nothing_of_the_machine() {
        let (worktree, home) = (Path::new("/work/team/shop"), Some(Path::new("/home/kim")));
        for (path, name) in
            [("/home/kim/.ssh/config", "~/.ssh/config"), ("/work/team/etc/worker.conf", "../etc/worker.conf"), ("/etc/hosts", "/etc/hosts")]
        {
            assert_eq!(called(Path::new(path), worktree, home), name);
        }
        assert_eq!(called(Path::new("/etc/hosts"), Path::new("/shop"), Some(Path::new("/"))), "/etc/hosts");
    }

    #[test]
    fn the_path_behind_a_name_says_the_format() {
        for (name, path) in [
            ("web:/etc/nginx/nginx.conf", "etc/nginx/nginx.conf"),
            ("~/.ssh/config", ".ssh/config"),
            ("../../etc/worker.conf", "etc/worker.conf"),
            ("/srv/a:b", "srv/a:b"),
            ("crontab", "crontab"),
        ] {
            assert_eq!(readable_as(name), path);
        }
    }

    #[test]
    fn what_is_covered_or_no_file_is_refused() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path().canonicalize().expect("there");
        let repo = root.join("repo");
        fs::create_dir_all(repo.join("src")).expect("made");
        fs::write(root.join("outside.ini"), "x = 1\n").expect("written");
        let place = |given: &str| place(Path::new(given), &repo.join("src"), &repo, None);
        assert_eq!(place("../../outside.ini").expect("a file").0, "../outside.ini");
        assert_eq!(place("../../later.ini").expect("not there yet").0, "../later.ini");
        for (given, message) in [("../a.ini", "already in the journal"), ("../..", "is a directory"), ("/dev/null", "neither a file")] {
            let error = place(given).expect_err("refused");
            assert!(error.message.contains(message), "{given}: {}", error.message);
            assert_eq!(error.kind, Kind::Usage);
        }
    }

    #[test]
    fn commands_are_looked_at_by_what_they_print() {
        let (_folder, log) = log();
        let watcher = Watcher::of(&log, Path::new("/bin/sh")).expect("a watcher");
        let sample = |command: &str| watcher.sample("web:/etc/app.ini", &Watch::Command(command.to_owned())).expect("recorded");
        let (watched, said) = sample("printf 'port = 80\\n'");
        assert_eq!((watched.unreadable, said.as_str()), (None, "read as ini"));
        assert_eq!(watched.content, sample("printf 'port = 80\\n'").0.content);
        assert_eq!(sample("echo no route >&2; exit 3").0.unreadable.as_deref(), Some("the command failed with exit code 3: no route"));
        assert_eq!(sample("kill -9 $$").0.unreadable.as_deref(), Some("a signal ended the command"));
    }

    #[test]
    fn a_large_file_is_kept_by_size_and_an_unreadable_one_by_reason() {
        let (folder, log) = log();
        let watcher = Watcher::of(&log, Path::new("/bin/sh")).expect("a watcher");
        let path = folder.path().join("large.txt");
        fs::write(&path, vec![b'x'; LIMIT + 1]).expect("written");
        let sample = |path: &Path| watcher.sample("x", &Watch::Path(path.to_string_lossy().into_owned())).expect("recorded");
        assert_eq!(sample(&path).1, "too large to be read: only whether it changes is kept");
        assert_eq!(sample(&folder.path().join("gone")).1, "not there yet");
        assert_eq!(sample(folder.path()).0.unreadable.as_deref(), Some("it is no plain file any more"));
    }

    #[test]
    fn the_key_lives_as_long_as_the_session() {
        let (_folder, log) = log();
        let mark = |watcher: &Watcher<'_>| watcher.sealer.seal(b"x");
        let first = mark(&Watcher::of(&log, Path::new("sh")).expect("a watcher"));
        assert_eq!(mark(&Watcher::of(&log, Path::new("sh")).expect("a watcher")), first);
        forget_key(log.folder());
        assert!(!log.folder().join(journal_dir::WATCH_KEY).exists());
        assert_ne!(mark(&Watcher::of(&log, Path::new("sh")).expect("a watcher")), first);
    }
}
