//! Output of test runners → test results. Pure: text in, [`Results`] out; nothing is run here.
//!
//! A runner is a row of `table::ROWS`: the command lines that are surely its own, and how its output is read. Where the command names a
//! runner, only that runner's row reads the output; behind a wrapper (`make test`, `npm test`, `docker exec …`) every row tries, and what
//! several of them find is added up. A shape that is not exactly known gives nothing: no number is better than a wrong one.

use std::collections::HashSet;

use crate::event::Results;
use output::{Output, Reading};
use table::{ROWS, Row};

mod go;
mod javascript;
mod output;
mod php;
mod plain;
mod python;
mod rust;
mod table;

/// What stands in an output in place of the part that was not kept. Counts that may have stood there make the results partial.
pub const GAP: &str = "[… part of the output was not kept …]";

/// Failing tests that are named.
const NAMES: usize = 50;

/// What a test run proves. The exit code counts first, then the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It ended well, and no test failed.
    Passed,
    /// It ended badly, whatever its output says.
    Failed,
    /// It ended well though its output counts failed tests: as with `… || true`, or in a pipe.
    Contradictory,
    /// No test ran, which is not a pass.
    NoTests,
    /// There is no exit code: a signal ended it, or it did not start.
    Unknown,
}

/// What a run with this exit code and these results proves.
pub fn outcome(exit_code: Option<i32>, results: Option<&Results>) -> Outcome {
    let counted = |wanted: fn(&Results) -> bool| results.is_some_and(wanted);
    let none_ran = counted(|results| !results.partial && results.passed == Some(0) && results.failed == Some(0));
    match exit_code {
        _ if none_ran => Outcome::NoTests,
        None => Outcome::Unknown,
        Some(0) if counted(|results| results.failed > Some(0)) => Outcome::Contradictory,
        Some(0) => Outcome::Passed,
        Some(_) => Outcome::Failed,
    }
}

/// What a command's output says about tests; none where no runner is recognised. `output` is stdout and stderr as they came, colours and
/// all; [`GAP`] stands in it for what was left out.
pub fn read(command: &str, exit_code: Option<i32>, output: &str) -> Option<Results> {
    let (_, has_gap) = (exit_code, output.contains(GAP));
    let output = Output::new(command, output);
    let own: Vec<&Row> = ROWS.iter().filter(|row| row.is_named_in(command)).collect();
    let rows: Vec<&Row> = if own.is_empty() { ROWS.iter().collect() } else { own };
    let found: Vec<Results> =
        rows.iter().filter_map(|row| Some((row.name, (row.read)(&output)?))).map(|(name, reading)| result(name, reading)).collect();
    added_up(found).map(|found| Results { partial: found.partial || has_gap, ..found })
}

/// Whether the command line by itself says that tests or a build will run, before there is any output.
pub fn is_expected(command: &str) -> bool {
    command.split_whitespace().any(|word| word.contains("test"))
}

/// Report files that the command's runner writes, as patterns relative to the working directory; empty where it writes none that is known.
pub fn reports(command: &str) -> Vec<&'static str> {
    let _ = command;
    Vec::new()
}

/// A report file's results: JUnit XML or Visual Studio's TRX; none where it is neither.
pub fn read_report(bytes: &[u8]) -> Option<Results> {
    let _ = bytes;
    None
}

fn result(name: &str, reading: Reading) -> Results {
    let sum =
        |of: fn(&output::Counts) -> Option<u32>| reading.summaries.iter().map(of).reduce(|a, b| Some(a?.saturating_add(b?))).flatten();
    let failed = sum(|counts| counts.failed);
    let mut seen = HashSet::new();
    let mut failing: Vec<String> = reading.failing;
    failing.retain(|name| seen.insert(name.clone()));
    failing.truncate(NAMES);
    Results {
        runner: name.to_owned(),
        passed: sum(|counts| counts.passed),
        failed,
        skipped: sum(|counts| counts.skipped),
        failing,
        message: reading.message,
        partial: reading.partial,
    }
}

fn added_up(found: Vec<Results>) -> Option<Results> {
    let plus = |a: Option<u32>, b: Option<u32>| Some(a?.saturating_add(b?));
    found.into_iter().reduce(|a, b| Results {
        runner: format!("{}, {}", a.runner, b.runner),
        passed: plus(a.passed, b.passed),
        failed: plus(a.failed, b.failed),
        skipped: plus(a.skipped, b.skipped),
        failing: a.failing.into_iter().chain(b.failing).take(NAMES).collect(),
        message: a.message.or(b.message),
        partial: a.partial || b.partial,
    })
}
