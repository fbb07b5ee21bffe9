//! Output of test runners → test results. Pure: text in, [`Results`] out; nothing is run here.
//!
//! A runner is a row of `table::ROWS`: the command lines that are surely its own, and how its output is read. Where the command names a
//! runner, only that runner's row reads the output; behind a wrapper (`make test`, `npm test`, `docker exec …`) every row tries, and what
//! several of them find is added up. A shape that is not exactly known gives nothing: no number is better than a wrong one.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::shell::{self, Command, CommandLines, ProgramRole};
use crate::event::Results;
use output::{Counts, RunnerOutput, RunnerReading};
pub use report::read_report;
pub use selection::runs_all_tests;
use table::{ROWS, RunnerRow, Summaries};

mod coverage;
mod go;
mod javascript;
mod jvm;
mod others;
mod output;
mod php;
mod plain;
mod python;
mod report;
mod rust;
mod selection;
mod table;
mod tap;
#[cfg(test)]
mod tests;

/// What stands in an output in place of the part that was not kept. Counts that may have stood there make the results partial.
pub const GAP: &str = "[… part of the output was not kept …]";

/// Failing tests that are named.
const NAMES: usize = 50;
/// Characters of a name and of a message.
const WIDTH: usize = 300;

/// What a test run proves: the exit code counts first, then the output. What is neither passed nor failed proves nothing. The names are
/// public (JSON).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It ended well, and no test failed.
    Passed,
    /// It ended badly, whatever its output says.
    Failed,
    /// It ended well though its output counts failed tests: as with `… || true`, or in a pipe.
    Contradictory,
    /// No test ran, which is not a pass.
    NoTests,
    /// There is no exit code (a signal ended it, or it did not start), or it is another program's, or it ended well and counts no test that
    /// passed.
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
        Some(0) if counted(|results| results.passed == Some(0)) => Outcome::Unknown,
        Some(0) => Outcome::Passed,
        Some(_) => Outcome::Failed,
    }
}

/// What a command's output says about tests; none where no runner is recognised. `output` is stdout and stderr as they came, colours and
/// all; [`GAP`] stands in it for what was left out.
pub fn read(command: &str, exit_code: Option<i32>, output: &str) -> Option<Results> {
    let commands = leaves(command);
    let text = RunnerOutput::new(command, output);
    let own: Vec<(&RunnerRow, usize)> = ROWS.iter().map(|row| (row, invocations(row, &commands))).filter(|(_, count)| *count > 0).collect();
    let found: Vec<Results> = if only_read(commands.iter()) {
        return None;
    } else if own.is_empty() {
        ROWS.iter().filter_map(|row| results(row, Called::Through, &text, &commands)).collect()
    } else {
        own.iter().filter_map(|(row, count)| results(row, Called::Directly(*count), &text, &commands)).collect()
    };
    let found = without_common(found).into_iter().reduce(added)?;
    // an exit code that is the runner's own and says that all is well leaves no room for names of failed tests
    let is_well = exit_code == Some(0) && found.failed == Some(0);
    let found = if is_well { Results { failing: Vec::new(), message: None, ..found } } else { found };
    Some(Results {
        partial: found.partial || output.contains(GAP),
        snapshots: text.snapshots(),
        coverage: coverage::coverage(&text.text),
        ..found
    })
}

/// Whether a command line runs all that the other does: the same words, and fewer of them, where it does not mean the folder that it is in.
pub fn is_wider(wider: &str, command: &str) -> bool {
    let rest = command.strip_prefix(wider).unwrap_or_default();
    let plain = rest.split_whitespace().all(|word| !word.starts_with('-'));
    let is_of_folder = wider.split_whitespace().take(2).eq(["go", "test"]);
    rest.starts_with(' ') && plain && rest.contains(['/', '.', ':']) && !is_of_folder
}

/// Whether a command line names tests, not a build.
pub fn names_tests(command: &str, lines: &CommandLines<'_>) -> bool {
    let is_named = |word: &str| table::TEST_WORDS.iter().any(|named| word.contains(named));
    is_expected(command, lines) && command.split_whitespace().any(is_named)
}

/// Whether the command line by itself says that tests or a build will run, before there is any output.
pub fn is_expected(line: &str, lines: &CommandLines<'_>) -> bool {
    let named = |command: &Command| ROWS.iter().any(|row| row.is_named_by(command));
    let listed = |command: &Command| table::WRAPPERS.iter().chain(table::BUILDS).any(|own| command.begins(own));
    shell::leaves(&lines.of(line)).any(|command| named(command) || listed(command))
}

/// Whether the command line is a build, a linter, a type check or a formatter that only looks.
pub fn is_check(line: &str, lines: &CommandLines<'_>) -> bool {
    let bare = |command: &Command| table::BUILDERS.contains(&command.program()) && command.arguments().is_empty();
    let builds = |command: &Command| table::BUILDS.iter().any(|own| command.begins(own)) && !table::BUILDERS.contains(&command.program());
    shell::leaves(&lines.of(line)).any(|command| bare(command) || builds(command) || table::CHECKS.iter().any(|own| command.begins(own)))
}

/// Whether the command line only shows what others wrote: its output is never that of tests or of a build.
pub fn shows_others_text(line: &str, lines: &CommandLines<'_>) -> bool {
    only_read(shell::leaves(&lines.of(line)))
}

fn only_read<'a>(commands: impl Iterator<Item = &'a Command>) -> bool {
    let reads = |command: &Command| {
        shell::is_known_for(command.program(), ProgramRole::Reader) || table::READERS.iter().any(|reader| command.begins(reader))
    };
    let mut commands = commands.peekable();
    commands.peek().is_some() && commands.all(reads)
}

/// Whether the exit code of the line is that of the tests in it, and not of what stands behind them: `cargo test | tail`, `make test || true`.
pub fn decides_exit_code(line: &str, lines: &CommandLines<'_>) -> bool {
    let tests =
        |command: &&Command| ROWS.iter().any(|row| row.is_named_by(command)) || table::WRAPPERS.iter().any(|own| command.begins(own));
    let commands = lines.of(line);
    let mut tests = shell::leaves(&commands).filter(tests).peekable();
    tests.peek().is_none() || tests.any(|command| !command.simple.is_inner)
}

/// What a command line asks for: its words without those that choose no tests and let nothing else pass or fail, as `-v`, `--coverage`, `-u`.
pub fn asked(line: &str) -> Vec<String> {
    let words = shell_words::split(line).unwrap_or_else(|_| line.split_whitespace().map(str::to_owned).collect());
    let is_beside = |word: &str| table::BESIDE.contains(&word) || table::UPDATES.contains(&word);
    let mut asked: Vec<String> = words.into_iter().filter(|word| !is_beside(word)).collect();
    // what stood behind it is gone: `npm test -- -u`
    if asked.last().is_some_and(|word| word == "--") {
        asked.pop();
    }
    asked
}

/// Whether the command line says that recorded expectations are to be written anew: then it passes on whatever the code gives.
pub fn writes_expectations(line: &str) -> bool {
    line.split_whitespace().any(|word| table::UPDATES.contains(&word))
}

/// Report files that the command's runner writes, as patterns relative to the working directory (`*` stands for a part of one name);
/// empty where it writes none that is known. Files that the command line itself names for a report come first.
pub fn reports(command: &str) -> Vec<String> {
    let commands = leaves(command);
    let named = commands.iter().flat_map(|command| command.arguments().iter().enumerate().map(move |(at, word)| (command, at, word)));
    let stated = named.filter_map(|(command, at, word)| match word.split_once('=') {
        Some((flag, path)) if REPORT_FLAGS.contains(&flag) => Some(path.to_owned()),
        _ if REPORT_FLAGS.contains(&word.as_str()) => command.arguments().get(at + 1).cloned(),
        _ => None,
    });
    let stated = stated.map(|path| path.strip_prefix("xml:").map(str::to_owned).unwrap_or(path));
    let rows = ROWS.iter().filter(|row| invocations(row, &commands) > 0);
    stated.chain(rows.flat_map(|row| row.reports.iter().map(|path| (*path).to_owned()))).collect()
}

/// The results of several reports of one run as one; none of none.
pub fn together(reports: Vec<Results>) -> Option<Results> {
    let of_one = |a: Results, b: Results| Results { runner: a.runner.clone(), ..added(a, b) };
    reports.into_iter().reduce(of_one)
}

/// Flags that name the file of a report in JUnit's format.
const REPORT_FLAGS: &[&str] =
    &["--junit-xml", "--junitxml", "--log-junit", "--output-junit", "--junit-path", "--junitfile", "--gtest_output", "--xunit-output"];

/// The commands of a line that run no other command.
fn leaves(command: &str) -> Vec<Command> {
    shell::commands(command, &shell::Wrappers::new()).into_iter().filter(|command| !command.wraps).collect()
}

fn invocations(row: &RunnerRow, commands: &[Command]) -> usize {
    commands.iter().filter(|command| row.is_named_by(command)).count()
}

/// How the runner was called.
#[derive(Clone, Copy)]
enum Called {
    /// By its name, so often.
    Directly(usize),
    /// By a wrapper.
    Through,
}

fn results(row: &RunnerRow, called: Called, output: &RunnerOutput, commands: &[Command]) -> Option<Results> {
    let mut reading = (row.read)(output)?;
    let is_watched = commands.iter().flat_map(Command::arguments).any(|word| word.starts_with("--watch") || word == "watch");
    let keep = match (row.summaries, called) {
        _ if is_watched => 1,
        (Summaries::PerInvocation, Called::Directly(count)) => count,
        (Summaries::PerTarget, _) | (_, Called::Through) => usize::MAX,
    };
    // a build that failed behind a wrapper says nothing of tests
    if reading.summaries.is_empty() && matches!(called, Called::Through) {
        return None;
    }
    let from = reading.summaries.len().saturating_sub(keep);
    reading.summaries.drain(..from);
    let stops = |command: &Command| row.is_named_by(command) && command.arguments().iter().any(|word| row.stops.contains(&word.as_str()));
    let stopped = commands.iter().any(stops) && reading.summaries.iter().any(|counts| counts.failed > Some(0));
    reading.partial |= stopped;
    Some(Results { retried: row.retried.and_then(|retried| retried(output)), ..result(row.name, reading) })
}

fn result(name: &str, reading: RunnerReading) -> Results {
    let sum = |of: fn(&Counts) -> Option<u32>| reading.summaries.iter().map(of).reduce(|a, b| a?.checked_add(b?)).flatten();
    let failed = sum(|counts| counts.failed);
    let mut seen = HashSet::new();
    let mut failing = reading.failing;
    failing.retain(|name| !name.is_empty() && seen.insert(name.clone()));
    // more names than failures: something else looks like a name
    if failed.is_some_and(|failed| failing.len() > failed as usize) {
        failing.clear();
    }
    failing.truncate(NAMES);
    Results {
        runner: name.to_owned(),
        passed: sum(|counts| counts.passed),
        failed,
        skipped: sum(|counts| counts.skipped),
        failing: failing.iter().map(|name| cut(name, WIDTH)).collect(),
        message: reading.message.map(|message| cut(&message, WIDTH)),
        partial: reading.partial,
        ..Results::default()
    }
}

fn cut(text: &str, limit: usize) -> String {
    text.char_indices().nth(limit).map_or_else(|| text.to_owned(), |(end, _)| format!("{}…", &text[..end]))
}

/// Lines that many runners print count only where none is known by its own words: they may be a part of its output.
fn without_common(found: Vec<Results>) -> Vec<Results> {
    let is_common = |results: &Results| ROWS.iter().any(|row| row.is_common && row.name == results.runner);
    let (common, own): (Vec<_>, Vec<_>) = found.into_iter().partition(is_common);
    if own.is_empty() { common.into_iter().take(1).collect() } else { own }
}

fn added(a: Results, b: Results) -> Results {
    let plus = |a: Option<u32>, b: Option<u32>| a?.checked_add(b?);
    Results {
        runner: format!("{}, {}", a.runner, b.runner),
        passed: plus(a.passed, b.passed),
        failed: plus(a.failed, b.failed),
        skipped: plus(a.skipped, b.skipped),
        failing: a.failing.into_iter().chain(b.failing).take(NAMES).collect(),
        message: a.message.or(b.message),
        partial: a.partial || b.partial,
        retried: a.retried.or(b.retried),
        snapshots: a.snapshots.or(b.snapshots),
        coverage: a.coverage.or(b.coverage),
    }
}
