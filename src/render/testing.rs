//! The Testing section of a page: the commands, and what the last run of each gave and whether it still holds.

use super::some;
use crate::change::RepoPath;
use crate::document::*;
use crate::evidence::{Category, runners};
use crate::markdown::{code, cut, inline, one_line, text};
use crate::words::count;

/// Commands that are told.
const COMMANDS: usize = 8;
/// Files and tests that are named, and the characters that they may take.
const NAMES: usize = 4;
const NAMES_WIDTH: usize = 160;
/// Characters of a command in a sentence, and of a failure.
const WIDTH: usize = 80;
const MESSAGE: usize = 160;

/// The commands, each once, in the order of their first run.
pub(super) fn commands(document: &Document) -> String {
    let mut commands: Vec<String> = Vec::new();
    for run in &document.testing.runs {
        let command = cut(&one_line(&run.command), 3 * WIDTH);
        if !commands.contains(&command) && commands.len() < COMMANDS {
            commands.push(command);
        }
    }
    commands.join("\n")
}

/// What the last run of each command gave; a list where there are several.
pub(super) fn results(document: &Document) -> String {
    let last = last_runs(&document.testing.runs);
    match &last[..] {
        [] => NO_RUN.to_owned(),
        [only] => format_run(only, document),
        several => {
            let line = |run: &&TestRun| format!("- {}: {}", code(&cut(&one_line(&run.command), WIDTH)), format_run(run, document));
            // what did not pass is told before what did, and of each the latest
            let mut told: Vec<usize> = (0..several.len()).rev().collect();
            told.sort_by_key(|at| several[*at].outcome == Some(Outcome::Passed));
            let left = told.split_off(told.len().min(COMMANDS));
            told.sort_unstable();
            let passed = if left.iter().all(|at| several[*at].outcome == Some(Outcome::Passed)) { ", which passed" } else { "" };
            let more = (!left.is_empty()).then(|| format!("- and {}{passed}", count(left.len(), "more command")));
            let lines: Vec<String> = told.into_iter().map(|at| line(&several[at])).chain(more).collect();
            format!("\n{}", lines.join("\n"))
        }
    }
}

fn last_runs(runs: &[TestRun]) -> Vec<&TestRun> {
    let asked: Vec<Vec<String>> = runs.iter().map(|run| runners::asked(&run.command)).collect();
    let same = |a: usize, b: usize| asked[a] == asked[b] && runs[a].cwd == runs[b].cwd && runs[a].system == runs[b].system;
    // of one command the last run on the final state, else the last
    let decides = |run: &TestRun| matches!(run.freshness, Some(Freshness::Fresh | Freshness::Documentation));
    let last = |index: &usize| {
        let mut of_one = (0..runs.len()).filter(|other| same(*other, *index)).rev();
        let fresh = of_one.clone().find(|at| decides(&runs[*at]));
        fresh.or(of_one.next()) == Some(*index)
    };
    (0..runs.len()).filter(last).map(|index| &runs[index]).collect()
}

fn format_run(run: &TestRun, document: &Document) -> String {
    let at = super::clock(run.at, document);
    let before = run.turn.as_ref().map(|turn| turned(turn, document)).unwrap_or_default();
    let stated = if run.source == Source::Stated { ", as stated" } else { "" };
    let on = run.system.as_deref().map(|system| format!(" on {}", text(system))).unwrap_or_default();
    let (counts, aside) = counted(run);
    let first = format!("{counts}{on} at {at}{stated}{before}{aside}.");
    let flaky = match run.retried {
        Some(_) => Some("**Flaky**: what passed only when tried again failed in the same run."),
        None if run.flaky => {
            Some("**Flaky**: the same command had another outcome with the same files, unless something outside the repository changed.")
        }
        None => None,
    };
    let flaky = flaky.map(str::to_owned);
    let parts = [Some(first), failing(run), flaky, freshness(run, document)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// "3 passed, 0 failed", and what is to be said of it behind the time.
fn counted(run: &TestRun) -> (String, String) {
    let (counts, exit) = (format_counts(run.passed, run.failed, run.skipped), run.exit());
    let said = match run.outcome {
        Some(Outcome::NoTests) => return ("No test ran".to_owned(), format!(" ({exit}), which is no pass")),
        // a file of tests that could not be read
        Some(Outcome::Failed) if run.passed == Some(0) && run.failed == Some(0) => {
            return (format!("No test counted, {exit}"), String::new());
        }
        // Go names what fails and counts nothing
        Some(Outcome::Passed) if counts.is_empty() && run.runner.is_some() => {
            return ("Passed".to_owned(), format!(" ({exit}); the output counts no tests"));
        }
        _ if counts.is_empty() => return (capitalised(&exit.to_string()), String::new()),
        Some(Outcome::Contradictory) => format!("{counts}, but {exit}"),
        Some(Outcome::Failed) if run.failed.unwrap_or(0) == 0 => format!("{counts}, but {exit}"),
        Some(Outcome::Unknown) if run.source == Source::Observed => format!("{counts}, {exit}"),
        _ => counts,
    };
    let said = said + &results_suffix(run.retried, run.snapshots, run.coverage.as_deref());
    let said = if run.partial { format!("{said}, not all of them counted") } else { said };
    (said, String::new())
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// " (1 failed at 09:31)".
fn turned(turn: &Turn, document: &Document) -> String {
    let at = super::clock(turn.at, document);
    match (turn.kind, turn.failed, turn.passed) {
        (TurnKind::Flaky, ..) => format!(" (another outcome at {at})"),
        (TurnKind::Fixed, Some(failed @ 1..), _) => format!(" ({failed} failed at {at})"),
        (TurnKind::Fixed, ..) => format!(" (failed at {at})"),
        (TurnKind::Broke, _, Some(passed)) => format!(" ({passed} passed at {at})"),
        (TurnKind::Broke, ..) => format!(" (passed at {at})"),
    }
}

fn failing(run: &TestRun) -> Option<String> {
    let names = named(run.failing.iter().map(|name| code(&one_line(name))).collect());
    let message = run.message.as_ref().map(|message| format!(" (\"{}\")", inline(&cut(&one_line(message), MESSAGE)))).unwrap_or_default();
    (!names.is_empty() && run.outcome != Some(Outcome::Passed)).then(|| format!("Failing: {names}{message}."))
}

fn freshness(run: &TestRun, document: &Document) -> Option<String> {
    // what the result hangs on is named first
    let is_prose = |path: &&RepoPath| {
        let file = document.files.iter().find(|file| file.path == **path);
        file.is_some_and(|file| matches!(file.category, Category::Docs | Category::Artifact | Category::Asset))
    };
    let files = || {
        let (prose, rest): (Vec<&RepoPath>, Vec<&RepoPath>) = run.changed_since.iter().partition(is_prose);
        named(rest.iter().chain(&prose).map(|path| code(&path.to_display())).collect())
    };
    Some(match run.freshness {
        Some(Freshness::Fresh) => "No file changed since.".to_owned(),
        Some(Freshness::Documentation) => format!("Only documentation changed since ({}).", files()),
        Some(Freshness::Stale) => format!("**Stale**: {} changed since ({}).", count(run.changed_since.len(), "file"), files()),
        None if run.stale == Some(true) => "**Stale**: files changed since.".to_owned(),
        None => return (run.source == Source::Observed).then(|| "Whether files changed since is not known.".to_owned()),
    })
}

fn named(names: Vec<String>) -> String {
    some(&names, NAMES, NAMES_WIDTH)
}
