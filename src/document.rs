//! The document: one serialisable value, the only thing that templates, JSON and HTML see.
//!
//! Its keys are public and stable (`SCHEMA` counts incompatible changes). Absent is null or an empty list, never left out.
//! `compose` fills it, `read` takes it from a text, `open` and `sources` say what of it is missing and on what it stands; `render` shows it.

use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

pub use crate::event::SessionType;

use crate::change::{Oid, RepoPath, Status};
use crate::evidence::Category;

pub mod compose;
pub mod read;
pub mod fields;
pub mod narrative;
pub mod open;
pub mod sources;
mod metrics;
#[cfg(test)]
pub(crate) mod samples;
mod stated;
mod technical;
mod testing;

pub use metrics::{Impact, ImpactMark, Metrics, Reach, TimeBreakdown, TimeRule};
pub use stated::{Challenge, Decision, DecisionOption, Insight, Monitoring, NextSteps, References, RelatedWork, RootCause, Solution, Task};
pub use technical::{
    CodeChange, Command, CommandChange, ConfigurationChange, KeyCommand, LinkedCommit, Snippet, Statement, System, Technical,
};
pub use testing::{CreatedTests, Freshness, TestRun, Testing, Turn, format_counts, results_suffix};

pub use crate::evidence::proof::TurnKind;
pub use crate::evidence::runners::Outcome;

/// Whether words in brackets are those of the empty form, which nobody filled.
pub fn is_seed(words: &str) -> bool {
    static SEEDS: LazyLock<HashSet<&str>> = LazyLock::new(|| include_str!("document/seeds.txt").lines().collect());
    SEEDS.contains(words)
}

/// Version of the document's keys. 1: the first.
pub const SCHEMA: u32 = 1;

/// A time with the offset of the place where it was observed.
pub type Time = DateTime<FixedOffset>;

/// What stands on a page where nothing of the kind happened.
pub const NONE_RECORDED: &str = "_None recorded._";
/// What stands on a page where nobody said what should be there.
pub const NOT_RECORDED: &str = "_Not recorded._";
/// What stands where nothing was run: its absence is information.
pub const NO_RUN: &str = "No test run was recorded.";

/// A session journal as data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The session's id.
    pub id: String,
    /// The title, as stated, else the last commit's subject.
    pub title: String,
    /// Whether the title was stated or derived.
    pub title_source: Source,
    /// Local date of the start, `YYYY-MM-DD`.
    pub date: String,
    /// When the session began.
    pub started_at: Time,
    /// When it ended; null while it runs.
    pub ended_at: Option<Time>,
    /// Seconds between start and end less the pauses.
    pub active_seconds: i64,
    /// Seconds of explicit pauses.
    pub paused_seconds: i64,
    /// What kind of session it was.
    pub session_type: SessionType,
    /// Whether the type was stated or derived from the evidence.
    pub session_type_source: Source,
    /// The goal; the title where none was stated.
    pub primary_goal: String,
    /// Branch at the end; null where HEAD was detached.
    pub branch: Option<String>,
    /// HEAD at the start; null where there was no commit.
    pub base_commit: Option<Oid>,
    /// HEAD at the end.
    pub head_commit: Option<Oid>,
    /// The author's summary.
    pub executive_summary: Option<String>,
    /// Sentences that the tool derived; shown beside, never instead of, what people state.
    pub derived: Derived,
    /// Every file the session changed.
    pub files: Vec<File>,
    /// How it began.
    pub context: Context,
    /// What happened when, in order.
    pub timeline: Vec<TimelineEntry>,
    /// Systems, commands, configuration and code.
    pub technical: Technical,
    /// The session's commits, oldest first.
    pub commits: Vec<LinkedCommit>,
    /// Why it happened.
    pub root_cause: RootCause,
    /// What was done about it.
    pub solution: Solution,
    /// Choices that were made.
    pub decisions: Vec<Decision>,
    /// What went wrong on the way.
    pub challenges: Vec<Challenge>,
    /// What was learned.
    pub insights: Vec<Insight>,
    /// Files that were created to stay: runbooks, agents, documentation, modules.
    pub artifacts: Vec<Artifact>,
    /// Test runs and created tests.
    pub testing: Testing,
    /// What to keep an eye on.
    pub monitoring: Monitoring,
    /// What is left to do.
    pub next_steps: NextSteps,
    /// Work this one touches.
    pub related_work: RelatedWork,
    /// Where to read on.
    pub references: References,
    /// Time and effectiveness.
    pub metrics: Metrics,
    /// Observed facts that bear on security and what people say about them, as one line of Markdown each.
    pub security_notes: Vec<String>,
    /// What it cost.
    pub impact: Impact,
    /// Notes without a place elsewhere.
    pub notes: Vec<String>,
    /// What was added to the finished journal, oldest first.
    #[serde(default)]
    pub addenda: Vec<Addendum>,
    /// Parts of a file that the form does not know, as they are.
    #[serde(default)]
    pub extra: Vec<Extra>,
    /// Who says each statement, by its key; a key without an entry has that of the nearest key above it.
    #[serde(default)]
    pub sources: sources::Sources,
}

/// What was added to a finished journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Addendum {
    /// When.
    pub at: Time,
    /// What there is to add.
    pub text: String,
    /// The agent that said it; null for a person.
    pub by: Option<String>,
}

/// A part of a file that the form does not know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Extra {
    /// Its heading with the known ones above it, outermost first; empty for what stands before the first.
    pub under: Vec<String>,
    /// The Markdown below the heading.
    pub text: String,
}

/// Who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The tool saw it.
    Observed,
    /// A person or agent said it.
    Stated,
    /// The tool concluded it from what it saw.
    Derived,
}

/// Sentences made from observed facts alone, as one line of Markdown each.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Derived {
    /// "4 commits, 7 files (+31 −6) on `branch`".
    pub summary: Option<String>,
    /// Where the session began: branch, commit, what was dirty.
    pub initial_state: Option<String>,
    /// The first failing test run in the runner's words: how a fault showed, as far as the record goes.
    #[serde(default)]
    pub manifested: Option<String>,
    /// The commits that lasted with the test run that followed each, in order; one line of Markdown each.
    #[serde(default)]
    pub steps: Vec<String>,
    /// The paragraph of a commit's message that gives a reason, quoted, with the commit.
    #[serde(default)]
    pub reason: Option<String>,
    /// Tests that pass on the final state, and checks of health that succeeded after the last change; one line of Markdown each.
    #[serde(default)]
    pub verification: Vec<String>,
    /// What the record shows unfinished at the end, the most pressing first.
    #[serde(default)]
    pub unfinished: Vec<Unfinished>,
    /// Systems that were restarted or read their settings anew; one line of Markdown each.
    #[serde(default)]
    pub restarted: Vec<String>,
    /// What the reader must know about the record itself: unread files, damaged records, files that could not be separated.
    pub notices: Vec<String>,
}

/// Something that the record shows unfinished. A candidate for what is left to do: whether anybody means to do it is theirs to say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unfinished {
    /// `operation`, `conflict`, `run`, `skip`, `migration`, `uncommitted`, `stash`, `branch` or `note`; empty where it comes from a text.
    #[serde(default)]
    pub kind: String,
    /// The file that it is about.
    pub path: Option<RepoPath>,
    /// Its line there.
    pub line: Option<u32>,
    /// What is unfinished, as one line of Markdown.
    pub text: String,
}

/// A file the session changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct File {
    /// Path in head; in base where deleted.
    pub path: RepoPath,
    /// Path in base where it differs.
    pub old_path: Option<RepoPath>,
    /// What happened to it.
    pub status: Status,
    /// What kind of file it is.
    pub category: Category,
    /// Its language where known.
    pub language: Option<String>,
    /// Added lines.
    pub added: u32,
    /// Removed lines.
    pub removed: u32,
    /// Which packages moved in a lock file, in one line.
    #[serde(default)]
    pub packages: Option<String>,
}

/// How the session began.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Context {
    /// What triggered the work, as stated.
    pub initial_situation: Option<String>,
    /// Earlier journals, agents, runbooks.
    pub related: Vec<Related>,
}

/// Earlier work that bears on this session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Related {
    /// `journal`, `agent` or `runbook`.
    #[serde(default)]
    pub kind: String,
    /// Where it is, relative to the top of the worktree.
    pub path: String,
    /// Why it is named here.
    pub reason: Option<String>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// When.
    pub at: Time,
    /// What kind of thing it is.
    pub kind: EntryKind,
    /// The phase heading it stands under.
    pub heading: String,
    /// What to say: a commit's subject as it is, a note as it was stated, else a line of Markdown.
    pub text: String,
    /// The commit it is about.
    pub commit: Option<Oid>,
    /// The command it is about.
    pub command: Option<String>,
    /// Ids of the events or objects it stands on.
    pub evidence: Vec<String>,
}

/// What an entry of the timeline tells of.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EntryKind {
    /// The session began.
    Start,
    /// Somebody said something.
    Note,
    /// A commit was made.
    Commit,
    /// Tests ran.
    Run,
    /// Another command ran.
    Command,
    /// HEAD moved, or work of others came in.
    Move,
    /// HEAD was set back.
    Reset,
    /// A commit was made that did not last.
    #[serde(rename = "dead end")]
    DeadEnd,
    /// A watched file changed.
    Watch,
    /// The session was paused.
    Pause,
    /// Something went down or came up, as marked.
    Impact,
    /// The session ended.
    Stop,
    /// What a newer version told.
    #[serde(untagged)]
    Other(String),
}

impl fmt::Display for EntryKind {
    /// The name as stored.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(out)
    }
}

/// A file created to stay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Artifact {
    /// `Agent`, `Runbook`, `Documentation`, `Code` and so on.
    #[serde(default)]
    pub kind: String,
    /// Where it is.
    pub path: RepoPath,
    /// What it is for: its first heading, front matter or doc comment, or as stated.
    pub purpose: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_entries_are_stored_by_name_and_those_of_a_newer_version_kept() {
        for (kind, name) in
            [(EntryKind::Note, "note"), (EntryKind::DeadEnd, "dead end"), (EntryKind::Other("deployment".to_owned()), "deployment")]
        {
            let stored = serde_json::Value::from(name);
            assert_eq!(serde_json::to_value(&kind).expect("a name"), stored);
            assert_eq!(serde_json::from_value::<EntryKind>(stored).expect("any name"), kind);
            assert_eq!(kind.to_string(), name);
        }
    }
}
