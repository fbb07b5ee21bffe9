//! The document's test runs and created tests, and how their results are worded.

use serde::{Deserialize, Serialize};

use super::{Outcome, Source, Time, TurnKind};
use crate::change::{Oid, RepoPath};
use crate::event::Exit;
use crate::evidence::NewTest;
use crate::words::count;

/// Test runs and created tests.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Testing {
    /// Recorded runs, in time order.
    pub runs: Vec<TestRun>,
    /// Recorded builds, linters and type checks, in time order.
    #[serde(default)]
    pub checks: Vec<TestRun>,
    /// What people say about results.
    pub results: Option<String>,
    /// New test files and new tests in old ones.
    pub created: Vec<CreatedTests>,
}

/// Tests that a file gained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CreatedTests {
    /// The test file.
    pub path: RepoPath,
    /// Tests by name.
    #[serde(default)]
    pub tests: Vec<NewTest>,
    /// What they test, as stated.
    pub purpose: Option<String>,
}

/// A recorded test run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestRun {
    /// When it began.
    pub at: Time,
    /// The command line.
    pub command: String,
    /// The runner whose output was recognised.
    pub runner: Option<String>,
    /// Its exit code.
    pub exit_code: Option<i32>,
    /// Passed tests, where the output says.
    pub passed: Option<u32>,
    /// Failed tests.
    pub failed: Option<u32>,
    /// Skipped tests.
    pub skipped: Option<u32>,
    /// How long it ran.
    pub seconds: Option<f64>,
    /// Whether files other than documentation changed after it began; null where that is not known.
    pub stale: Option<bool>,
    /// The same more exactly; null where it is not known.
    #[serde(default)]
    pub freshness: Option<Freshness>,
    /// The files that differ between the worktree it ran on and the end, sorted.
    #[serde(default)]
    pub changed_since: Vec<RepoPath>,
    /// The commit whose content it ran on, made before it or after it, but for documentation and what is in no commit; null where none has it
    /// or that is not known.
    #[serde(default)]
    pub commit: Option<Oid>,
    /// Whether the tool saw it run or somebody said so.
    #[serde(default = "observed")]
    pub source: Source,
    /// What it proves.
    #[serde(default)]
    pub outcome: Option<Outcome>,
    /// The signal that ended it.
    #[serde(default)]
    pub signal: Option<i32>,
    /// Where it ran, relative to the top of the worktree.
    #[serde(default)]
    pub cwd: Option<String>,
    /// The system it ran on, as stated.
    #[serde(default)]
    pub system: Option<String>,
    /// Names of failing tests, as the runner gives them.
    #[serde(default)]
    pub failing: Vec<String>,
    /// The first failure in the runner's words.
    #[serde(default)]
    pub message: Option<String>,
    /// The runner stopped before all its tests ran.
    #[serde(default)]
    pub partial: bool,
    /// The same command had another outcome on the same files, or a test in it when it was tried again.
    #[serde(default)]
    pub flaky: bool,
    /// Passed tests that failed at first and passed when they were tried again.
    #[serde(default)]
    pub retried: Option<u32>,
    /// Recorded expectations that it wrote anew.
    #[serde(default)]
    pub snapshots: Option<u32>,
    /// The part of the code that it reached, as a coverage tool printed it for the whole: `81.2%`.
    #[serde(default)]
    pub coverage: Option<String>,
    /// The earlier run with another outcome that this one answers.
    #[serde(default)]
    pub turn: Option<Turn>,
}

impl TestRun {
    /// How it ended.
    pub fn exit(&self) -> Exit {
        Exit::of(self.exit_code, self.signal)
    }
}

/// `3 passed, 0 failed, 1 skipped`: what of it is counted.
pub fn format_counts(passed: Option<u32>, failed: Option<u32>, skipped: Option<u32>) -> String {
    let counts = [(passed, "passed"), (failed, "failed"), (skipped.filter(|number| *number > 0), "skipped")];
    counts.into_iter().filter_map(|(number, word)| Some(format!("{} {word}", number?))).collect::<Vec<_>>().join(", ")
}

/// `, 1 flaky (passed when tried again), 2 snapshots updated, coverage 95%`: what stands behind the counts of a test run.
pub fn results_suffix(retried: Option<u32>, snapshots: Option<u32>, coverage: Option<&str>) -> String {
    let retried = retried.map(|number| format!(", {number} flaky (passed when tried again)"));
    let snapshots = snapshots.map(|number| format!(", {} updated", count(number, "snapshot")));
    let coverage = coverage.map(|part| format!(", coverage {part}"));
    [retried, snapshots, coverage].into_iter().flatten().collect()
}

fn observed() -> Source {
    Source::Observed
}

/// What became of the files after a test run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Freshness {
    /// They are as they were.
    Fresh,
    /// Documentation changed, nothing else.
    Documentation,
    /// They changed.
    Stale,
}

/// A change of outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// `fixed`, `broke`, or `flaky` where nothing changed in the worktree.
    pub kind: TurnKind,
    /// When the earlier run began.
    pub at: Time,
    /// What passed then.
    pub passed: Option<u32>,
    /// What failed then.
    pub failed: Option<u32>,
    /// The session's commits between the two, but for those that were taken back.
    pub commits: Vec<Oid>,
    /// Files that differ between the two and that these commits did not touch.
    pub paths: Vec<RepoPath>,
}
