//! A rule on counts: what is said of tests is what some recorded run counted. Where no run was counted there is nothing to hold it against.

use std::collections::HashMap;

use super::{Found, JournalText};
use crate::document::read::{Section, of_heading};
use crate::document::{Document, TestRun};
use crate::pull_request::check::counted;

/// Where people say in sentences how the work ended.
const PROSE: [Section; 3] = [Section::Summary, Section::RootCause, Section::Solution];

pub(super) fn counts(page: &JournalText<'_>) -> Found {
    let Some(record) = page.record.filter(|record| record.testing.runs.iter().any(|run| run.passed.is_some())) else { return Vec::new() };
    let parts = page.parts();
    let prose = parts.iter().filter(|part| of_heading(part.heading).is_some_and(|section| PROSE.contains(&section)));
    let lines = prose.flat_map(|part| part.body.lines().enumerate().map(|(at, line)| (part.body_line + at, line)));
    let of_tests = lines.filter(|(_, line)| ["test", "spec"].iter().any(|word| line.to_lowercase().contains(word)));
    let found = of_tests.flat_map(|(at, line)| {
        let unknown = counted(&without_code(line)).into_iter().filter(|(number, what)| !is_known(record, *number, what));
        unknown.map(|(number, what)| (at, format!("no recorded run has {number} {what}"))).collect::<Vec<_>>()
    });
    found.collect()
}

/// What commands and names hold is nobody's sentence.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join("``")
}

/// Whether a run counted so many, or the last runs of all commands did together.
fn is_known(record: &Document, number: u32, what: &str) -> bool {
    let of = |run: &TestRun| match what {
        "passed" => run.passed,
        "failed" => run.failed,
        _ => run.skipped,
    };
    let runs = &record.testing.runs;
    let last: HashMap<_, _> = runs.iter().map(|run| ((&run.command, &run.cwd, &run.system), run)).collect();
    let together: u32 = last.values().filter_map(|run| of(run)).fold(0, u32::saturating_add);
    // what somebody ran by hand is told in words
    let said = |run: &TestRun| run.command.split(|c: char| !c.is_ascii_digit()).any(|word| word.parse() == Ok(number));
    number == together || runs.iter().any(|run| of(run) == Some(number) || run.source == crate::document::Source::Stated && said(run))
}
