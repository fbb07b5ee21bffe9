//! A session: what its events mean. Pure replay; state is never stored.

use chrono::{DateTime, FixedOffset};

use crate::change::Standpoint;
use crate::document::SessionType;
use crate::event::{Event, Fact, Phase, Started};

/// A session as its log tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// Its id.
    pub id: String,
    /// When it began.
    pub started_at: DateTime<FixedOffset>,
    /// What was said at the start.
    pub started: Started,
    /// Notes in the order said.
    pub notes: Vec<Note>,
    /// Where it is in its life.
    pub state: State,
    /// Log records that could not be read.
    pub damaged: usize,
    /// Log records of a newer program.
    pub unknown: usize,
}

/// A note with the event that holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// Id of the event.
    pub id: String,
    /// The time it is about.
    pub at: DateTime<FixedOffset>,
    /// The whole text.
    pub text: String,
    /// Phase, as stated.
    pub phase: Option<Phase>,
    /// File, as stated.
    pub file: Option<String>,
}

/// Where a session is in its life.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// It runs.
    Active,
    /// Its end is fixed, its journal is not written yet: a second `stop` finishes it.
    Stopping {
        /// When the end was taken.
        at: DateTime<FixedOffset>,
        /// Attachment with the end's standpoint.
        standpoint: String,
    },
    /// It is over.
    Stopped {
        /// When the end was taken.
        at: DateTime<FixedOffset>,
        /// Attachment with the end's standpoint.
        standpoint: String,
        /// The journal file.
        journal: Option<String>,
    },
    /// It was thrown away.
    Discarded,
}

/// Both ends of a session, as recorded or, for a running one, as it stands now.
#[derive(Clone, Debug, PartialEq)]
pub struct Ends {
    /// At the start.
    pub start: Standpoint,
    /// At the end, or now.
    pub end: Standpoint,
    /// Time of the end; none while the session runs.
    pub ended_at: Option<DateTime<FixedOffset>>,
}
