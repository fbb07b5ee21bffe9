//! The document's technical part: systems, commands, configuration, code and commits. Types only.

use serde::{Deserialize, Serialize};

use super::{Source, Time};
use crate::change::CurrentCommit;
use crate::change::{Oid, RepoPath, Status};
use crate::evidence::{Category, DefinitionChange, KeyChange};

/// Systems, commands, configuration and code.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Technical {
    /// Systems that commands, watched files or people named.
    pub systems: Vec<System>,
    /// Recorded commands, in time order.
    pub commands: Vec<Command>,
    /// The commands that a reader should know, in time order; a choice of `commands`.
    #[serde(default)]
    pub key_commands: Vec<KeyCommand>,
    /// Configuration that commands changed without a file of the repository, in time order.
    #[serde(default)]
    pub changes_by_command: Vec<CommandChange>,
    /// Configuration files that changed, key by key.
    pub configuration_changes: Vec<ConfigurationChange>,
    /// Source files that changed, definition by definition.
    pub code_changes: Vec<CodeChange>,
}

/// A system that was involved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct System {
    /// Host, service, cluster.
    pub name: String,
    /// What it is: `host`, `container`, `git remote`.
    #[serde(default)]
    pub kind: Option<String>,
    /// Its part in this, as stated.
    pub role: Option<String>,
    /// What the record shows.
    #[serde(default)]
    pub evidence: Vec<String>,
}

/// A command that a reader should know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeyCommand {
    /// When it began; of a repeated one the last.
    pub at: Time,
    /// The command line, masked.
    pub command: String,
    /// What it was for: as stated, else a note from the same minutes, else what such commands do.
    pub comment: Option<String>,
    /// Its exit code; of a repeated one the last.
    pub exit_code: Option<i32>,
    /// The signal that ended it; of a repeated one the last.
    #[serde(default)]
    pub signal: Option<i32>,
    /// How often it ran with that exit code.
    pub times: u32,
    /// Where it ran, if not at the top of the worktree: `in packages/api`, `on web1`.
    #[serde(default)]
    pub place: Option<String>,
}

/// A change of configuration by a command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CommandChange {
    /// When.
    pub at: Time,
    /// The command, masked; where it sets secrets, names alone.
    pub command: String,
    /// What kind of configuration it is: `git settings`, `kernel parameter`.
    pub what: String,
    /// Where, where that is not this machine.
    pub system: Option<String>,
}

/// A recorded command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Command {
    /// When it began.
    pub at: Time,
    /// The command line, masked.
    pub command: String,
    /// What it was for, as stated.
    pub purpose: Option<String>,
    /// Its exit code.
    pub exit_code: Option<i32>,
    /// The signal that ended it.
    #[serde(default)]
    pub signal: Option<i32>,
    /// How long it ran.
    pub seconds: Option<f64>,
    /// The system it was run on.
    pub system: Option<String>,
    /// Where it was run, relative to the top of the worktree: `.` is the top itself.
    pub cwd: Option<String>,
    /// Whether the tool saw it run or somebody said so.
    #[serde(default = "observed")]
    pub source: Source,
}

fn observed() -> Source {
    Source::Observed
}

/// A configuration file that changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConfigurationChange {
    /// Path in the repository, or as given for a watched file.
    pub path: RepoPath,
    /// Path in base where it differs.
    #[serde(default)]
    pub old_path: Option<RepoPath>,
    /// Line in head of the first changed key, else of the first changed line; null where head has neither.
    #[serde(default)]
    pub line: Option<u32>,
    /// The format it was read as.
    pub format: String,
    /// What happened to the file.
    pub status: Status,
    /// Why, as its commit or a note says; null where nobody said.
    pub description: Option<String>,
    /// The commit whose subject the description is.
    pub description_commit: Option<Oid>,
    /// The session's commits that touched it.
    #[serde(default)]
    pub commits: Vec<Oid>,
    /// False where the worktree holds changes of the session that no commit has.
    pub committed: bool,
    /// "only comments changed", "could not be parsed as YAML; shown as text", "outside the repository, watched".
    pub remark: Option<String>,
    /// Changed keys.
    pub changes: Vec<KeyChange>,
    /// The changed lines as a diff, where there are no keys to show.
    pub text: Option<String>,
    /// Whether the session's title, its goal or a note names the file or what changed in it.
    #[serde(default)]
    pub named: bool,
}

/// A source file that changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CodeChange {
    /// Path in head; in base where deleted.
    pub path: RepoPath,
    /// Path in base where it differs.
    pub old_path: Option<RepoPath>,
    /// Line in head of what is shown: the chosen definition, else the first change.
    pub line: Option<u32>,
    /// Its language where known.
    pub language: Option<String>,
    /// What kind of file it is.
    pub category: Category,
    /// What happened to it.
    pub status: Status,
    /// Why: the subject of the commit that brought the shown lines; null where nothing says.
    pub purpose: Option<String>,
    /// The commit whose subject the purpose is.
    pub purpose_commit: Option<Oid>,
    /// False where the worktree holds changes of the session that no commit has.
    pub committed: bool,
    /// Added lines.
    pub added: u32,
    /// Removed lines.
    pub removed: u32,
    /// The session's commits that touched it.
    pub commits: Vec<Oid>,
    /// Changed definitions.
    pub definitions: Vec<DefinitionChange>,
    /// True where the names come from git's function-header patterns, not from a parser.
    pub definitions_derived: bool,
    /// Changed lines that stand in no function, where they are few.
    #[serde(default)]
    pub statements: Vec<Statement>,
    /// Why definitions could not be read.
    pub remark: Option<String>,
    /// At most nine lines that show the change.
    pub snippet: Option<Snippet>,
}

/// A changed line that stands in no function: a field, a constant, a flag.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    /// Its line in head; where it is gone, the line before it.
    pub line: u32,
    /// As it was; null where it is new.
    pub before: Option<String>,
    /// As it is; null where it is gone.
    pub after: Option<String>,
    /// What it stands in.
    #[serde(default)]
    pub within: Option<String>,
}

/// Lines of a file, shown in a fence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snippet {
    /// The fence's language.
    pub language: String,
    /// The lines, dedented.
    pub text: String,
}

/// A commit of the session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkedCommit {
    /// Its id at the end.
    pub id: Oid,
    /// Seven digits of it.
    pub short_id: String,
    /// First line of the message.
    pub subject: String,
    /// The author's name.
    pub author: String,
    /// Whether that is not who works here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_another: bool,
    /// When it was made: by its committer time, where that can be.
    pub at: Time,
    /// The time that it bears, where that lies outside of the session or of what was recorded before and after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dated: Option<Time>,
    /// Its page on the forge.
    pub url: Option<String>,
    /// Number of files.
    pub files: u32,
    /// Added lines.
    pub added: u32,
    /// Removed lines.
    pub removed: u32,
    /// The branch it is on, where that is not the session's last branch.
    pub branch: Option<String>,
    /// Which commit it is today: itself, as long as any ref reaches it.
    pub today: CurrentCommit,
    /// Ids it went through: amended, squashed, rebased.
    pub replaced: Vec<Oid>,
    /// When it was last amended, where that was later than it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amended_at: Option<Time>,
    /// The later commit of the session that took it back.
    pub reverted_by: Option<Oid>,
}

impl LinkedCommit {
    /// What it is called in a sentence.
    pub fn name(&self) -> &str {
        if self.subject.is_empty() { "(no message)" } else { &self.subject }
    }
}
