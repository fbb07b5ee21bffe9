//! The sessions of a repository: where each has its folder, which one is active in this worktree, and the lock that starts and stops take.
//!
//! A session belongs to a worktree but lives in the common git directory, so that removing the worktree loses nothing. The active one is
//! named by a small file per worktree; what it says counts only as long as the session's log agrees.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use chrono::{DateTime, DurationRound, FixedOffset, TimeDelta, Timelike};

use crate::change::WorktreeState;
use crate::error::{Error, Kind};
use crate::event::{Event, FORMAT, Fact};
use crate::files::{private_folder, write_atomically};
use crate::git::repository::Repository;
use crate::journal_dir::{self, ACTIVE, LOCK, MAIN, SESSIONS};
use crate::log::{Durability, Log, Records};
use crate::secrets;
use crate::session::Session;

/// Characters of an id's end that name an entry or a session.
const SHORT: usize = 8;
/// What stands before the session's id in the marker of a worktree that is gone; git allows no such name for a worktree.
const ASIDE: &str = "..";

/// All sessions of one repository, seen from one worktree.
#[derive(Clone, Debug)]
pub struct Sessions {
    root: PathBuf,
    worktree: String,
    git_dir: PathBuf,
    /// The top of the worktree, where it is known.
    top: Option<PathBuf>,
}

/// A session with the log it was read from.
#[derive(Clone, Debug)]
pub struct RecordedSession {
    /// What the log says.
    pub session: Session,
    /// Where it says so.
    pub log: Log,
    /// Written by a newer program in part: may be read, must not be written to.
    pub newer: bool,
}

/// Held while a session is started or stopped; the kernel frees it when the process ends, however it ends.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "held, not read")] File);

impl Sessions {
    /// The sessions of this repository.
    pub fn of(repository: &Repository) -> Self {
        let top = Some(repository.worktree.clone());
        let git_dir = repository.git_dir.clone();
        Self { root: repository.journal_dir(), worktree: worktree_key(&git_dir, &repository.common_dir), git_dir, top }
    }

    /// The same for a hook, which has found the directories by itself.
    pub fn at(git_dir: &Path, common_dir: &Path) -> Self {
        Self {
            root: common_dir.join(journal_dir::NAME),
            worktree: worktree_key(git_dir, common_dir),
            git_dir: git_dir.to_owned(),
            top: None,
        }
    }

    /// The id that the worktree's marker names; whether that session still runs only its log can say.
    pub fn active_id(&self) -> Option<String> {
        let marker = self.pointer();
        let id = fs::metadata(&marker).ok()?.is_file().then(|| fs::read_to_string(marker).ok())??.trim().to_owned();
        let is_id = !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        is_id.then_some(id)
    }

    /// The log of the session that the marker names, without reading it; none where opening it might block.
    pub fn active_log(&self) -> Option<Log> {
        let log = self.log(&self.active_id()?);
        (log.folder().is_dir() && log.is_plain()).then_some(log)
    }

    /// Waits until no other start or stop runs in this repository.
    pub fn lock(&self) -> Result<Lock> {
        private_folder(&self.root)?;
        let path = self.root.join(LOCK);
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.with_context(|| format!("could not open {}", path.display()))?;
        file.lock().with_context(|| format!("could not lock {}", path.display()))?;
        Ok(Lock(file))
    }

    /// A new session's log; its folder exists, nothing names it yet.
    pub fn create(&self, id: &str) -> Result<Log> {
        let log = self.log(id);
        log.create()?;
        Ok(log)
    }

    /// From now on this is the active session of the worktree.
    pub fn activate(&self, id: &str) -> Result<()> {
        private_folder(&self.root.join(ACTIVE))?;
        write_atomically(&self.pointer(), id.as_bytes())
    }

    /// No session is active in the worktree any more.
    pub fn deactivate(&self) -> Result<()> {
        match fs::remove_file(self.pointer()) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error).context("could not mark the session as ended"),
            _ => Ok(()),
        }
    }

    /// Whether the active session was begun in a worktree of the same name that is gone: this one was made since. Git writes where the
    /// common directory is once, when it makes a worktree.
    pub fn is_of_a_gone_worktree(&self) -> bool {
        let written = |path: &Path| fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
        let (marked, made) = (written(&self.pointer()), written(&self.git_dir.join("commondir")));
        self.worktree != MAIN && marked.zip(made).is_some_and(|(marked, made)| marked < made)
    }

    /// Lets another session be the active one; this one can still be read by its id.
    pub fn set_aside(&self, id: &str) -> Result<()> {
        let aside = self.root.join(ACTIVE).join(format!("{}{ASIDE}{}", self.worktree, short(id)));
        fs::rename(self.pointer(), aside).context("could not set the session of a worktree that is gone aside")
    }

    /// The session that runs in this worktree.
    pub fn active(&self) -> Result<Option<RecordedSession>> {
        Ok(self.named()?.filter(|recorded| recorded.session.is_open()))
    }

    /// The session that the worktree's marker names, open or not: its end may have been interrupted.
    pub fn named(&self) -> Result<Option<RecordedSession>> {
        let marker = self.pointer();
        match fs::read(&marker) {
            Ok(id) => {
                let id = String::from_utf8_lossy(&id).trim().to_owned();
                match self.read(&id)? {
                    // the marker is damaged, or the log
                    None => self.unnamed()?.map_or_else(|| self.expect_unbegun(&id), |recorded| Ok(Some(recorded))),
                    named => Ok(named),
                }
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).context(format!("could not read {}", marker.display())),
        }
    }

    /// Fails where a session of this id was recorded and does not tell how it began: it must not be forgotten for another one.
    fn expect_unbegun(&self, id: &str) -> Result<Option<RecordedSession>> {
        let folder = self.root.join(SESSIONS).join(id);
        if id.is_empty() || id.contains('/') || !folder.is_dir() || Log::at(&folder).is_untouched() {
            return Ok(None);
        }
        let message = format!("the session's log in {} is damaged where it begins", folder.display());
        let hint = format!("to go on without it, which leaves that folder as it is: rm {}", self.pointer().display());
        Err(Error::new(Kind::Failed, message).hint(hint).into())
    }

    /// The session that runs in this worktree by what it says itself.
    fn unnamed(&self) -> Result<Option<RecordedSession>> {
        Ok(self.all()?.into_iter().rev().find(|recorded| recorded.session.is_open() && self.is_here(recorded)))
    }

    /// Whether it is, or was, a session of this worktree.
    pub fn is_here(&self, recorded: &RecordedSession) -> bool {
        self.top.as_deref() == Some(&recorded.session.started.folder())
    }

    /// The session that was begun last of those that run in other worktrees; of those some may be gone.
    fn elsewhere(&self) -> Option<RecordedSession> {
        let markers = fs::read_dir(self.root.join(ACTIVE)).into_iter().flatten().flatten();
        let is_other = |name: &str| name != self.worktree && !name.contains(ASIDE);
        let others = markers.filter(|marker| marker.file_name().to_str().is_some_and(is_other));
        let ids = others.filter_map(|marker| fs::read_to_string(marker.path()).ok());
        let running = ids.filter_map(|id| self.read(id.trim()).ok().flatten()).filter(|recorded| recorded.session.is_open());
        running.max_by_key(|recorded| recorded.session.started_at)
    }

    /// No session runs in this worktree; what does in another one is named.
    pub fn none_here(&self) -> Error {
        let error = Error::no_session();
        let Some((other, hint)) = self.elsewhere().zip(error.hint.as_ref()) else { return error };
        let hint = format!("{hint}; \"{}\" runs in another worktree: {}", other.session.title(), other.command_in_worktree("journal stop"));
        error.hint(hint)
    }

    /// The last session of this worktree that has a journal; where there is none, the last one of any worktree.
    pub fn last_with_journal(&self) -> Result<Option<RecordedSession>> {
        let all = self.all()?.into_iter().rev().filter(|recorded| recorded.session.journal().is_some());
        let (here, elsewhere): (Vec<_>, Vec<_>) = all.partition(|recorded| self.is_here(recorded));
        Ok(here.into_iter().chain(elsewhere).next())
    }

    /// Ends what an interrupted `start` left: folders without an event, which nothing names. Only under the lock, which a running `start`
    /// holds.
    pub fn remove_unbegun(&self) {
        for folder in fs::read_dir(self.root.join(SESSIONS)).into_iter().flatten().flatten().map(|entry| entry.path()) {
            if Log::at(&folder).is_untouched() {
                fs::remove_dir_all(folder).ok(); // readable by its owner only
            }
        }
    }

    /// The session that runs in this worktree, or the failure that says how to begin one.
    pub fn expect_active(&self) -> Result<RecordedSession> {
        Ok(self.active()?.ok_or_else(|| self.none_here())?)
    }

    /// All sessions that can be read, oldest first.
    pub fn all(&self) -> Result<Vec<RecordedSession>> {
        self.ids().iter().filter_map(|id| self.read(id).transpose()).collect()
    }

    /// The ids of all sessions, oldest first: they begin with their time.
    fn ids(&self) -> Vec<String> {
        let entries = fs::read_dir(self.root.join(SESSIONS)).into_iter().flatten().flatten();
        let mut ids: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        ids.sort();
        ids
    }

    /// An id for a session that begins now, later than that of one that began within the same second. Only under the lock.
    pub fn next_id(&self, now: DateTime<FixedOffset>) -> String {
        let time = |id: &String| Some(uuid::Uuid::parse_str(id).ok()?.get_timestamp()?.to_unix());
        let now_in_seconds = u64::try_from(now.timestamp()).unwrap_or(0);
        let within = |(seconds, _): &(u64, u32)| *seconds == now_in_seconds;
        let last = self.ids().iter().filter_map(time).filter(within).map(|(_, nanoseconds)| nanoseconds).max();
        let later = last.and_then(|last| now.with_nanosecond((last / MILLISECOND + 1) * MILLISECOND));
        new_id(later.filter(|later| *later > now).unwrap_or(now))
    }

    /// The session of this journal file, with or without date and extension: of several the last. Else that of this id, or of an id that
    /// begins or ends so.
    pub fn find(&self, name: &str) -> Result<Option<RecordedSession>> {
        let file = Path::new(name).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let names = |recorded: &RecordedSession| {
            let journal = recorded.session.journal().and_then(|path| Path::new(path).file_name()?.to_str()).unwrap_or_default();
            !journal.is_empty() && (journal == file || journal.ends_with(&format!("_{file}.md")) || journal == format!("{file}.md"))
        };
        let mut all = self.all()?;
        if let Some(at) = all.iter().rposition(names) {
            return Ok(Some(all.swap_remove(at)));
        }
        let is_meant = |recorded: &RecordedSession| is_id(&recorded.session.id, name);
        let mut meant: Vec<RecordedSession> = all.into_iter().filter(is_meant).collect();
        if meant.len() > 1 {
            let ids: Vec<&str> = meant.iter().map(|recorded| short(&recorded.session.id)).collect();
            let message = format!("`{name}` is the id of several sessions");
            return Err(Error::new(Kind::Usage, message).hint(format!("one of {}", ids.join(", "))).into());
        }
        Ok(meant.pop())
    }

    fn read(&self, id: &str) -> Result<Option<RecordedSession>> {
        let log = self.log(id);
        let Records { events, hook_records, damaged, newer } = log.read()?;
        let text = |name: &str| log.attachment(name).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let session = Session::replay(id, &events, damaged, text).map(|mut session| {
            session.apply_hooks(&hook_records);
            session
        });
        Ok(session.map(|session| RecordedSession { session, log, newer }))
    }

    /// Where the session of this id has its log, if there is one.
    pub fn log(&self, id: &str) -> Log {
        let folder = self.root.join(SESSIONS).join(Path::new(id).file_name().unwrap_or_default());
        Log::at(folder).with_head_reflog(self.git_dir.join("logs/HEAD"))
    }

    fn pointer(&self) -> PathBuf {
        self.root.join(ACTIVE).join(&self.worktree)
    }
}

/// Whether somebody who types this means the id: its beginning or its end. Ids begin with their time, which many share.
pub fn is_id(id: &str, typed: &str) -> bool {
    typed.len() >= 4 && (id.ends_with(typed) || id.starts_with(typed))
}

/// The end of an id that is enough to name it.
pub fn short(id: &str) -> &str {
    id.get(id.len().saturating_sub(SHORT)..).unwrap_or(id)
}

impl RecordedSession {
    /// Appends a fact, unless a newer program has written to this log.
    pub fn append(&self, event: Event, durability: Durability) -> Result<()> {
        self.writable()?;
        self.log.append(&event, durability)
    }

    /// Fails where a newer program has written to this log.
    pub fn writable(&self) -> Result<()> {
        if self.newer {
            let message = format!("the session's log was written by a newer journal (format above {FORMAT}); this one only reads it");
            return Err(Error::new(Kind::Failed, message).hint("update journal, then run the command again").into());
        }
        Ok(())
    }

    /// What to type to run a command in the session's worktree; where that is gone, it is made again first.
    pub fn command_in_worktree(&self, command: &str) -> String {
        let folder = self.session.started.folder();
        let name = shell_words::quote(&folder.to_string_lossy()).into_owned();
        if folder.join(".git").exists() {
            return format!("cd {name} && {command}");
        }
        let branch = self.worktree_state(&self.session.started.standpoint).ok().and_then(|start| start.branch);
        let branch = branch.map(|branch| format!(" {}", shell_words::quote(&branch))).unwrap_or_default();
        format!("git worktree add {name}{branch} && cd {name} && {command}")
    }

    /// A worktree state that the log names.
    pub fn worktree_state(&self, name: &str) -> Result<WorktreeState> {
        let bytes = self.log.attachment(name).context("the record of where the session stood cannot be read")?;
        Ok(serde_json::from_slice(&bytes)?)
    }

    /// Keeps a worktree state and gives the name that the log is to use. Repository text in it is masked like any other.
    pub fn keep(log: &Log, state: &WorktreeState) -> Result<String> {
        let subject = state.subject.as_deref().map(secrets::masked);
        log.attach(&serde_json::to_vec(&WorktreeState { subject, ..state.clone() })?)
    }
}

/// A name for a worktree that is unique among the repository's: `main`, or the name that git gave the linked one.
fn worktree_key(git_dir: &Path, common_dir: &Path) -> String {
    if git_dir == common_dir {
        return MAIN.into();
    }
    format!("worktree-{}", git_dir.file_name().unwrap_or_default().to_string_lossy())
}

/// An event of now, to the second as git's own times are: finer ones would sort wrongly beside commits.
pub fn event(now: DateTime<FixedOffset>, fact: Fact) -> Event {
    Event { v: FORMAT, id: new_id(now), at: whole_second(now), pid: std::process::id(), by: None, moved: None, fact }
}

/// The time without its fraction of a second.
pub fn whole_second(at: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
    at.duration_trunc(TimeDelta::seconds(1)).unwrap_or(at)
}

/// As fine as an id tells time, in nanoseconds.
const MILLISECOND: u32 = 1_000_000;

/// A unique id that begins with its time.
pub fn new_id(now: DateTime<FixedOffset>) -> String {
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    uuid::Uuid::new_v7(uuid::Timestamp::from_unix_time(seconds, now.timestamp_subsec_nanos(), 0, 0)).to_string()
}
