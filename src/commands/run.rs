//! `journal run`: runs a command as if it were run bare, and records it afterwards.
//!
//! The command comes first: without a session, or where recording fails, it runs all the same and one line on stderr says so. No lock is
//! held while it runs; a session that was stopped meanwhile does not get it.

use std::ffi::OsString;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result};
use chrono::TimeDelta;

use crate::change::{Oid, RepoPath, WorktreeState};
use crate::cli::{LeadSession, Run};
use crate::commands::{Environment, Report};
use crate::event::{Event, Fact, Ran, Results, Via};
use crate::evidence::runners;
use crate::evidence::shell::CommandLines;
use crate::git::hooks::git_dirs::{self, GitDirs};
use crate::git::repository::Repository;
use crate::git::snapshot::Snapshots;
use crate::log::Durability;
use crate::markdown::cut;
use crate::process::{self, Capture, Ending, SharedCollector};
use crate::secrets::masked;
use crate::session_store::{RecordedSession, Sessions, event, whole_second};
use crate::terminal::{HINT, clean, say, styled};

mod reports;

/// Characters of a stated purpose or system.
const STATED: usize = 200;
/// Bytes that are kept of the end of a test's or a build's output.
const TAIL: usize = 16 << 10;
/// Characters of the first failure, and bytes of all names of failing tests, that a record holds.
const MESSAGE: usize = 300;
const NAMES: usize = 1200;
/// A command that is over sooner gets a snapshot only where it is a test, a build or a check.
const SHORT: Duration = Duration::from_millis(50);

pub(super) fn run(arguments: &Run, env: &Environment) -> Report {
    let recording = Recording::of(env);
    if let Err(why) = &recording {
        remark(why); // before the command: who waits for a long one wants to know now
    }
    let recording = recording.map(Arc::new).ok();
    let line = command_line(&arguments.command);
    let lines = CommandLines::plain(); // nothing that could delay the command is read before it, the user's settings neither
    let expected = runners::is_expected(&line, &lines);
    let capture = if expected {
        Capture::All
    } else if recording.is_none() || runners::shows_others_text(&line, &lines) {
        Capture::Nothing
    } else {
        Capture::PipedOnly
    };
    // a linter may be over sooner than anything that waits for it
    let bound = expected || runners::is_check(&line, &lines);
    let tree = recording.clone().map(|recording| Tree::begin(recording, bound));

    let (collector, begun, clock) = (SharedCollector::default(), Instant::now(), SystemTime::now());
    let ending = process::run(&arguments.command, capture, &collector);
    let seconds = begun.elapsed();
    let code = match &ending {
        Ok(ending) => ending.code(),
        Err(error) => {
            remark(&format!("the command could not be watched to its end: {error}"));
            1
        }
    };
    let (Some(recording), Some(tree), Ok(ending)) = (recording, tree, ending) else {
        return Report { code, ..Report::default() };
    };
    let output = collector.lock().unwrap_or_else(PoisonError::into_inner).text(runners::GAP);
    let exit_code = if let Ending::Exited(code) = ending { Some(code) } else { None };
    let results = (!output.trim().is_empty()).then(|| runners::read(&line, exit_code, &output)).flatten();
    let results = recording.reported(results, &line, env, clock).map(bounded);
    let telling = expected || results.is_some();
    let tree = tree.finish((telling || bound) && !matches!(ending, Ending::NotStarted(_)));
    let finished = FinishedRun { line, ending: ending.clone(), seconds, output: telling.then_some(output), results, tree };
    if let Err(error) = recording.keep(finished, arguments, env) {
        remark(&format!("this run was not recorded: {error:#}"));
    }
    process::reraise_sigint(&ending);
    Report { code, ..Report::default() }
}

/// What `journal run` puts between itself and a command on a terminal.
pub(super) fn lead(arguments: &LeadSession) -> Report {
    Report { code: process::lead(&arguments.command), ..Report::default() }
}

fn remark(text: &str) {
    say(format_args!("{}: {}", styled(HINT, "journal"), clean(text)));
}

/// The command as a shell would read it. A `=` is quoted only where it would mean something.
fn command_line(command: &[OsString]) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:,@%+=".contains(c);
    let word = |(index, word): (usize, &OsString)| {
        let word = word.to_string_lossy();
        let assigns = word.starts_with('=') || (index == 0 && word.contains('='));
        let harmless = !word.is_empty() && !assigns && word.chars().all(plain);
        // between double quotes a single one needs no `'\\''`, where nothing else means anything there
        let double = word.contains('\'') && !word.contains(['"', '$', '`', '\\', '!']);
        match (harmless, double) {
            (true, _) => word.into_owned(),
            (_, true) => format!("\"{word}\""),
            _ => shell_words::quote(&word).into_owned(),
        }
    };
    command.iter().enumerate().map(word).collect::<Vec<_>>().join(" ")
}

/// A command that has ended.
struct FinishedRun {
    line: String,
    ending: Ending,
    seconds: Duration,
    /// Kept for tests and builds only.
    output: Option<String>,
    results: Option<Results>,
    tree: Option<Oid>,
}

/// The session that the command will be recorded in.
struct Recording {
    git_dirs: GitDirs,
    sessions: Sessions,
    id: String,
    /// How long HEAD's reflog was before the command.
    moved: Option<u64>,
}

impl Recording {
    /// Found without starting a process or reading the log; what is missing otherwise, in words.
    fn of(env: &Environment) -> Result<Self, &'static str> {
        let none = "no session is active here, so this run is not recorded (`journal start` begins one)";
        let git_dirs = git_dirs::find(&env.cwd, env.git_dir.as_deref()).ok_or(none)?;
        let sessions = Sessions::at(&git_dirs.git_dir, &git_dirs.common_dir);
        let id = sessions.active_id().ok_or(none)?;
        let moved = sessions.log(&id).moved();
        Ok(Self { git_dirs, sessions, id, moved })
    }

    /// The session as it is now.
    fn active(&self) -> Result<RecordedSession> {
        let active = self.sessions.active()?.filter(|now| now.session.id == self.id);
        active.context("the session has ended")
    }

    fn keep(&self, finished: FinishedRun, arguments: &Run, env: &Environment) -> Result<()> {
        let ended = env.now + TimeDelta::from_std(finished.seconds).unwrap_or_default();
        let now = self.active()?; // the command may have ended it
        let ran = finished.ran(arguments, env, &now)?;
        // the disk is not waited for: the next note, or the stop, takes it along
        let event = Event { moved: self.moved, ..event(ended, Fact::Ran(Box::new(ran))) };
        now.append(event, Durability::Buffered)
    }

    /// The results with what report files add to them; their times are those of the machine's clock.
    fn reported(&self, results: Option<Results>, line: &str, env: &Environment, begun: SystemTime) -> Option<Results> {
        if !reports::are_wanted(results.as_ref(), line) {
            return results;
        }
        let Ok(RecordedSession { session, .. }) = self.active() else { return results };
        reports::completed(results, line, &env.cwd, &session.started.folder(), begun)
    }

    /// The tree of the worktree. None where it cannot be taken: then nothing is said of how fresh the run is.
    fn tree(&self) -> Option<Oid> {
        let RecordedSession { session, log, .. } = &self.active().ok()?;
        let worktree = session.started.folder();
        let start = serde_json::from_slice::<WorktreeState>(&log.attachment(&session.started.standpoint).ok()?).ok()?;
        let repository = Repository::known(&self.git_dirs.git_dir, &self.git_dirs.common_dir, &worktree, &start.tree);
        Snapshots::new(&repository, log.folder()).ok()?.tree(Some(&start)).ok()
    }
}

impl FinishedRun {
    fn ran(self, arguments: &Run, env: &Environment, now: &RecordedSession) -> Result<Ran> {
        let log = &now.log;
        let (command, attachment) = log.fitted(masked(&self.line))?;
        let stated = |text: &Option<String>| {
            let text = text.as_deref().map(str::trim).filter(|text| !text.is_empty());
            text.map(|text| cut(&masked(text), STATED))
        };
        let tail = self.output.map(|output| masked(&process::plain(&output, TAIL))).filter(|tail| !tail.is_empty());
        let (exit_code, signal) = match self.ending {
            Ending::Exited(code) => (Some(code), None),
            Ending::Killed(signal) => (None, Some(signal)),
            Ending::NotStarted(_) => (None, None),
        };
        Ok(Ran {
            command,
            attachment,
            cwd: within(&env.cwd, &now.session.started.folder()),
            started: whole_second(env.now),
            seconds: (self.seconds.as_secs_f64() * 1000.0).round() / 1000.0,
            exit_code,
            signal,
            via: Via::Run,
            purpose: stated(&arguments.purpose),
            system: stated(&arguments.on),
            tree: self.tree,
            tail: tail.map(|tail| log.attach(tail.as_bytes())).transpose()?,
            results: self.results,
        })
    }
}

/// The folder relative to the top of the worktree; absolute where it lies elsewhere.
pub(super) fn within(cwd: &Path, worktree: &Path) -> String {
    let path = cwd.strip_prefix(worktree).unwrap_or(cwd);
    masked(&RepoPath::from_path(path).to_text())
}

/// Results as a record can hold them, without secrets.
fn bounded(results: Results) -> Results {
    let mut room = NAMES;
    let fits = |name: &String| {
        room = room.saturating_sub(name.len() + 1);
        room > 0
    };
    Results {
        failing: results.failing.iter().map(|name| cut(&masked(name), STATED)).take_while(fits).collect(),
        message: results.message.as_deref().map(|message| cut(&masked(message), MESSAGE)),
        ..results
    }
}

/// The snapshot of the worktree that a command runs on, taken beside it from its first moment: what is edited while it runs counts as
/// changed since.
struct Tree {
    go: Sender<()>,
    thread: JoinHandle<Option<Oid>>,
}

impl Tree {
    fn begin(recording: Arc<Recording>, bound: bool) -> Self {
        let (go, wait) = channel();
        let thread = std::thread::spawn(move || wanted(&wait, bound).then(|| recording.tree()).flatten());
        Self { go, thread }
    }

    fn finish(self, needed: bool) -> Option<Oid> {
        if needed {
            self.go.send(()).ok(); // a thread that has begun does not listen any more
        }
        drop(self.go);
        self.thread.join().ok().flatten().filter(|_| needed)
    }
}

/// Waits until the command has run for a while or is known to be worth it.
fn wanted(wait: &Receiver<()>, bound: bool) -> bool {
    bound || wait.recv_timeout(SHORT) != Err(RecvTimeoutError::Disconnected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_lines_read_the_same_in_a_shell() {
        let words = ["echo", "two words", "it's", "$HOME", "", "--a=b", "it's $x"].map(OsString::from);
        let line = command_line(&words);
        assert_eq!(line, r#"echo 'two words' "it's" '$HOME' '' --a=b 'it'\''s $x'"#);
        assert_eq!(shell_words::split(&line).expect("a command line").len(), words.len());
    }

    #[test]
    fn folders_are_told_from_the_top() {
        for (cwd, told) in [("/repo", ""), ("/repo/a/b", "a/b"), ("/repository", "/repository"), ("/tmp", "/tmp")] {
            assert_eq!(within(Path::new(cwd), Path::new("/repo")), told);
        }
    }

    #[test]
    fn a_record_holds_a_bounded_number_of_names() {
        let failing: Vec<String> = (0..500).map(|n| format!("tests::case_number_{n}")).collect();
        let results = bounded(Results { failing, message: Some("x".repeat(5000)), ..Results::default() });
        assert!((20..60).contains(&results.failing.len()), "{}", results.failing.len());
        assert!(results.message.is_some_and(|message| message.chars().count() <= MESSAGE + 1));
    }
}
