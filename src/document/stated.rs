//! What is decided, done, learned and left: sections that people fill, some with what the record shows beside. Types only.

use serde::{Deserialize, Serialize};

/// Why it happened. Only people know.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RootCause {
    /// The actual problem.
    pub problem: Option<String>,
    /// The underlying cause.
    pub why: Option<String>,
    /// Which check was missing.
    pub not_caught_earlier: Option<String>,
    /// Visible symptoms.
    pub manifested: Option<String>,
}

/// What was done about it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Solution {
    /// The strategy.
    pub approach: Option<String>,
    /// Why this one.
    pub rationale: Option<String>,
    /// Steps, in order.
    pub steps: Vec<String>,
    /// What confirmed it.
    pub verification: Vec<String>,
}

/// A choice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// What was chosen, in short.
    pub title: String,
    /// What was considered.
    #[serde(default)]
    pub options: Vec<DecisionOption>,
    /// Why.
    pub rationale: Option<String>,
    /// At what price.
    pub tradeoffs: Option<String>,
}

/// One possibility of a decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecisionOption {
    /// Its name.
    pub name: String,
    /// For and against.
    pub text: Option<String>,
    /// Whether it was taken.
    #[serde(default)]
    pub chosen: bool,
}

/// Something that went wrong on the way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Challenge {
    /// Its name.
    pub title: String,
    /// The specific problem.
    pub issue: Option<String>,
    /// What was tried.
    pub attempted: Option<String>,
    /// How it was overcome.
    pub resolution: Option<String>,
    /// Minutes it cost.
    pub time_lost_minutes: Option<u32>,
    /// What to do next time.
    pub lesson: Option<String>,
    /// Ids of the events it stands on.
    #[serde(default)]
    pub evidence: Vec<String>,
}

/// Something learned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Insight {
    /// The insight.
    pub title: String,
    /// How it changes future work.
    pub impact: Option<String>,
    /// What to do with it.
    pub action: Option<String>,
}

/// A task with a box.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// What is to be done.
    pub text: String,
    /// Whether it is done.
    #[serde(default)]
    pub done: bool,
}

/// What to keep an eye on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Monitoring {
    /// The next day or two.
    pub short_term: Vec<Task>,
    /// From now on.
    pub long_term: Vec<Task>,
}

/// What is left to do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NextSteps {
    /// This session or the next.
    pub immediate: Vec<Task>,
    /// This week.
    pub short_term: Vec<Task>,
    /// Later.
    pub long_term: Vec<Task>,
}

/// Work this one touches.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RelatedWork {
    /// What waited for this.
    pub blocked: Vec<String>,
    /// What can go on now.
    pub unblocks: Vec<String>,
    /// What might show the same symptoms.
    pub similar: Vec<String>,
}

/// Where to read on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct References {
    /// Links.
    pub external: Vec<String>,
    /// Documents of this repository.
    pub internal: Vec<String>,
    /// Tools that were used.
    pub tools: Vec<String>,
}
