//! Events: past-tense facts and the envelope they share. Stored names are for ever: rename the variant, keep the stored name.
//!
//! Knows nothing of files; `log` keeps events, `session` says what they mean.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

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
    /// A git hook ran.
    Hooked(Hooked),
    /// The end is being taken: from here on the session's end is fixed.
    Stopping {
        /// Name of the attachment that holds the end's standpoint.
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

/// How a session began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Started {
    /// Absolute path of the worktree, C-quoted where not UTF-8.
    pub worktree: String,
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
    /// Name of the attachment that holds the start's standpoint.
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
}
