//! Events: past-tense facts and the envelope they share. Stored names are for ever: rename the variant, keep the stored name.
//!
//! Knows nothing of files; `log` keeps events, `session` says what they mean.

use std::fmt;
use std::path::PathBuf;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::change::{Oid, RepoPath};

/// Version of the stored form. A log with a newer one is read as far as it is understood and never written to.
///
/// 1: the first.
pub const FORMAT: u32 = 1;

/// What all events share, around the fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// [`FORMAT`] of the program that wrote it.
    pub v: u32,
    /// Unique id; a record that is found twice counts once.
    pub id: String,
    /// When, with the offset of the place.
    pub at: DateTime<FixedOffset>,
    /// Process that wrote it.
    pub pid: u32,
    /// The agent that said it, by name; none where a person did, or where nobody said anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// How long HEAD's reflog was then, in bytes: which movements of HEAD came before. Of a command that `journal run` ran: when that began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<u64>,
    /// What happened.
    #[serde(flatten)]
    pub fact: Fact,
}

/// What happened. The tag is `kind`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fact {
    /// A session began.
    Started(Started),
    /// Somebody said something.
    Noted(Noted),
    /// Somebody stated a part of the document.
    Said(Said),
    /// A command ran.
    Ran(Box<Ran>),
    /// Somebody looked at a file outside the repository.
    Watched(Watched),
    /// What an earlier event recorded does not count any more.
    Undone {
        /// Id of that event.
        event: String,
    },
    /// The author went away.
    Paused,
    /// The author came back.
    Resumed,
    /// A git hook ran.
    Hooked(Hooked),
    /// The end is taken: it is the session's where its journal is written, and where nothing happens before that.
    Stopping {
        /// Name of the attachment that holds the end's worktree state.
        standpoint: String,
    },
    /// The journal is written.
    Stopped {
        /// Where, relative to the top of the worktree.
        journal: Option<String>,
    },
    /// The session was thrown away.
    Discarded,
    /// A fact of a newer program. Kept, not understood.
    #[serde(other)]
    Unknown,
}

impl Fact {
    /// Names of the attachments that it needs.
    pub fn attachments(&self) -> Vec<String> {
        let named: Vec<&Option<String>> = match self {
            Self::Started(started) => return vec![started.standpoint.clone()],
            Self::Stopping { standpoint } => return vec![standpoint.clone()],
            Self::Noted(noted) => vec![&noted.attachment],
            Self::Said(said) => vec![&said.attachment],
            Self::Ran(ran) => vec![&ran.attachment, &ran.tail],
            Self::Watched(watched) => vec![&watched.content],
            Self::Undone { .. }
            | Self::Paused
            | Self::Resumed
            | Self::Hooked(_)
            | Self::Stopped { .. }
            | Self::Discarded
            | Self::Unknown => Vec::new(),
        };
        named.into_iter().flatten().cloned().collect()
    }
}

impl Started {
    /// The top of the worktree.
    pub fn folder(&self) -> PathBuf {
        self.worktree.to_path().to_owned()
    }
}

/// How a session began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Started {
    /// Absolute path of the worktree.
    pub worktree: RepoPath,
    /// Title, as stated.
    pub title: Option<String>,
    /// Kind of session, as stated.
    #[serde(rename = "type")]
    pub session_type: Option<SessionType>,
    /// Goal, as stated.
    pub goal: Option<String>,
    /// What triggered the work, as stated.
    pub situation: Option<String>,
    /// Earlier work, as stated.
    #[serde(default)]
    pub related: Vec<String>,
    /// Name of the attachment that holds the start's worktree state.
    pub standpoint: String,
}

/// What a git hook saw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hooked {
    /// The hook's name, e.g. `post-commit`.
    pub hook: String,
    /// HEAD's commit, where a file tells it.
    pub head: Option<String>,
    /// The first of git's arguments to the hook.
    #[serde(default)]
    pub arguments: Vec<String>,
}

/// The five kinds of session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum SessionType {
    /// Finding and removing a fault.
    Debugging,
    /// Building something new.
    Feature,
    /// Servers, pipelines, deployment.
    Infrastructure,
    /// Something is down.
    Emergency,
    /// Finding out.
    Exploration,
}

/// The phases of a session, as in the template's timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// What was observed first.
    Discovery,
    /// Finding out.
    Investigation,
    /// The cause is known.
    RootCause,
    /// Trying.
    Solution,
    /// It holds.
    Resolution,
}

/// A note.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Noted {
    /// The text, masked; long text ends here in an ellipsis and stands whole in the attachment.
    pub text: String,
    /// Name of the attachment that holds a long text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<String>,
    /// The phase it belongs to, as stated.
    #[serde(default)]
    pub phase: Option<Phase>,
    /// The time it is about, where that is not the time it was said.
    #[serde(default)]
    pub about: Option<DateTime<FixedOffset>>,
    /// The file it is about, with `:line` where stated.
    #[serde(default)]
    pub file: Option<String>,
    /// Its name: a later note of the same name replaces it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// A stated part of the document: what `add`, `set` and `apply` keep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Said {
    /// The document's key, dotted: `decisions`, `next_steps.short_term`, `root_cause.problem`.
    pub field: String,
    /// What the document holds there, or, for a list, one item of it; masked. Null where an attachment holds it.
    pub value: serde_json::Value,
    /// Name of the attachment that holds a long value, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<String>,
}

/// A command that ran. The event's time is when it ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ran {
    /// The command line as a shell would read it, masked.
    pub command: String,
    /// Name of the attachment that holds a long command line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<String>,
    /// Where it ran: relative to the top of the worktree (empty for the top itself), absolute elsewhere.
    pub cwd: String,
    /// When it began.
    pub started: DateTime<FixedOffset>,
    /// How long it ran.
    pub seconds: f64,
    /// Its exit code; none where a signal ended it or it could not be started.
    #[serde(default)]
    pub exit_code: Option<i32>,
    /// The signal that ended it.
    #[serde(default)]
    pub signal: Option<i32>,
    /// Who recorded it.
    pub via: Via,
    /// What it was for, as stated.
    #[serde(default)]
    pub purpose: Option<String>,
    /// The system it ran on, as stated.
    #[serde(default)]
    pub system: Option<String>,
    /// The snapshot of the worktree that it ran on, for tests and builds.
    #[serde(default)]
    pub tree: Option<Oid>,
    /// Name of the attachment that holds the end of its output, masked; tests and builds only.
    #[serde(default)]
    pub tail: Option<String>,
    /// What its output says about tests.
    #[serde(default)]
    pub results: Option<Results>,
}

impl Ran {
    /// How it ended.
    pub fn exit(&self) -> Exit {
        Exit::of(self.exit_code, self.signal)
    }

    /// Whether its end was seen.
    pub fn has_ended(&self) -> bool {
        self.exit() != Exit::Unknown
    }

    /// Whether it was started, as far as that was seen.
    pub fn was_started(&self) -> bool {
        self.via == Via::Hand || self.has_ended()
    }
}

/// How a process ended; in words as a journal says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// By itself, with this code.
    Code(i32),
    /// By this signal.
    Signal(i32),
    /// Nobody saw it end.
    Unknown,
}

impl Exit {
    /// From a record, which has one of these at most.
    pub fn of(code: Option<i32>, signal: Option<i32>) -> Self {
        code.map(Self::Code).or(signal.map(Self::Signal)).unwrap_or(Self::Unknown)
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "exit code {code}"),
            Self::Signal(signal) => write!(f, "ended by signal {signal}"),
            Self::Unknown => write!(f, "no exit code"),
        }
    }
}

/// Who recorded a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Via {
    /// `journal run`.
    Run,
    /// The shell integration.
    Shell,
    /// A person or agent, afterwards (`journal add test`).
    Hand,
}

/// What a test runner's output says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Results {
    /// The runner's name, e.g. `PHPUnit`.
    pub runner: String,
    /// Passed tests, summed over targets; none where the output does not count them.
    pub passed: Option<u32>,
    /// Failed tests and errors.
    pub failed: Option<u32>,
    /// Skipped, ignored, pending tests.
    pub skipped: Option<u32>,
    /// Names of failing tests, as the runner gives them; a bounded number.
    pub failing: Vec<String>,
    /// The first failure in the runner's words, one line.
    pub message: Option<String>,
    /// The runner stopped before all its tests ran.
    pub partial: bool,
    /// Passed tests that failed at first and passed when they were tried again, where the runner tells them apart.
    #[serde(default)]
    pub retried: Option<u32>,
    /// Recorded expectations that the run wrote anew.
    #[serde(default)]
    pub snapshots: Option<u32>,
    /// The part of the code that it reached, as a coverage tool printed it for the whole: `81.2%`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<String>,
}

/// A look at something outside the repository.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Watched {
    /// The name that the journal uses: the path as given, or what `--as` said.
    pub name: String,
    /// What was looked at.
    pub source: Watch,
    /// Name of the attachment that holds what was there, masked; none where nothing could be read.
    pub content: Option<String>,
    /// Why nothing could be read.
    #[serde(default)]
    pub unreadable: Option<String>,
}

/// What is looked at.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Watch {
    /// A file, by its absolute path.
    Path(String),
    /// What a command prints.
    Command(String),
}
