//! How long it took and what it cost. Types only.

use serde::{Deserialize, Serialize};

use super::Time;

/// Time and effectiveness.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// Minutes by kind of work.
    pub time: TimeBreakdown,
    /// Whether the first approach held.
    pub first_approach_worked: Option<bool>,
    /// Changes of direction that the record shows.
    pub pivots: Option<u32>,
    /// Rollbacks that the record shows.
    pub rollbacks: Option<u32>,
    /// Which of these keys somebody stated, in place of what the record shows.
    #[serde(default)]
    pub stated: Vec<String>,
}

/// Minutes by kind of work.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TimeBreakdown {
    /// Finding out.
    pub investigation: Option<u32>,
    /// Building.
    pub solution: Option<u32>,
    /// Testing.
    pub testing: Option<u32>,
    /// Writing it down.
    pub documentation: Option<u32>,
    /// Idle, or without a record of what was done.
    #[serde(default)]
    pub other: Option<u32>,
    /// Explicit pauses.
    #[serde(default)]
    pub paused: Option<u32>,
    /// What decided; null where there was no time to tell of.
    #[serde(default)]
    pub rule: Option<TimeRule>,
}

/// What a breakdown of the time stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeRule {
    /// Phases that were noted.
    Phases,
    /// Gaps between recorded events: an estimate.
    Activity,
    /// Nothing: there are too few events.
    TooFew,
}

/// What it cost.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Impact {
    /// How long something was down.
    pub downtime: Option<String>,
    /// Services affected.
    pub services: Vec<String>,
    /// Users impacted.
    pub users: Option<String>,
    /// Revenue, promises, reputation.
    pub business: Option<String>,
    /// When something went down and came up, as marked.
    #[serde(default)]
    pub marks: Vec<ImpactMark>,
}

/// A change of what users could reach.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImpactMark {
    /// When.
    pub at: Time,
    /// What it was from then on.
    pub state: Reach,
}

/// Whether users reach something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// They do not.
    Down,
    /// They do.
    Up,
}
