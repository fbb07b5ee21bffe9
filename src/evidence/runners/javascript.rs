//! Jest, Vitest, Mocha, AVA, Jasmine, Karma, Playwright, Cypress, Bun and Deno.

use super::output::{Counts, RunnerOutput, RunnerReading, Words, pattern};

const JEST: Words = Words { passed: &["passed"], failed: &["failed"], skipped: &["skipped", "todo"], other: &["total"] };

/// `Tests:       1 failed, 1 skipped, 2 passed, 4 total`.
pub(super) fn jest(output: &RunnerOutput) -> Option<RunnerReading> {
    let line = pattern!(r"(?m)^Tests: +((?:\d+ [a-z]+, )*(?:\d+ of )?\d+ total)$");
    let summaries: Vec<Counts> = line.captures_iter(&output.text).filter_map(|found| JEST.counts(&found[1])).collect();
    let none = output.has(pattern!(r"(?m)^No tests found, exiting with code \d$")).then(|| Counts::new(0, 0, 0));
    let summaries: Vec<Counts> = summaries.into_iter().chain(none).collect();
    let mut failing = output.names(pattern!(r"(?m)^  ● (\S.*)$"));
    failing.retain(|name| name != "Test suite failed to run" && name != "Console" && !name.ends_with("› Test suite failed to run"));
    (!summaries.is_empty()).then(|| RunnerReading {
        summaries,
        failing,
        message: output.first(pattern!(r"(?m)^  ● .*\n\n    (\S.*)$")),
        partial: output.has(pattern!(r"(?m)^\s*● (?:.* › )?Test suite failed to run|^Test Suites: .*\d+ of \d+ total$")),
    })
}

/// `      Tests  1 failed | 2 passed | 1 skipped | 1 todo (5)`.
pub(super) fn vitest(output: &RunnerOutput) -> Option<RunnerReading> {
    let line = pattern!(r"(?m)^ +Tests  (no tests|\d+ [a-z ]+(?: \| \d+ [a-z ]+)* \(\d+\))$");
    let counts = |list: &str| if list == "no tests" { Some(Counts::new(0, 0, 0)) } else { JEST.counts(list) };
    let none = output.has(pattern!(r"(?m)^No test files found, exiting with code \d$")).then(|| Counts::new(0, 0, 0));
    let summaries: Vec<Counts> = line.captures_iter(&output.text).filter_map(|found| counts(&found[1])).chain(none).collect();
    (!summaries.is_empty()).then(|| RunnerReading {
        summaries,
        failing: output.names(pattern!(r"(?m)^ FAIL  (\S.* > .*)$")),
        message: output.first(pattern!(r"(?m)^ FAIL  .*\n(\S.*)$")),
        partial: output.has(pattern!(r"(?m) Failed Suites \d+ ")),
    })
}

const MOCHA: Words = Words { passed: &["passing"], failed: &["failing"], skipped: &["pending"], other: &[] };

/// `  2 passing (47ms)`, `  1 pending`, `  1 failing`, each on its own line.
pub(super) fn mocha(output: &RunnerOutput) -> Option<RunnerReading> {
    let block = pattern!(r"(?m)^  \d+ passing \([\d.]+\w+\)\n(?:  \d+ (?:pending|failing)\n?)*");
    let none = output.has(pattern!(r"(?m)^Error: No test files found")).then(|| Counts::new(0, 0, 0));
    let summaries: Vec<Counts> = block.find_iter(&output.text).filter_map(|found| MOCHA.counts(found.as_str())).chain(none).collect();
    // Cypress has Mocha report on each file and counts them itself
    if output.has(cypress_table()) {
        return None;
    }
    let after = output.text.split("\n  ").position(|part| part.contains(" failing")).map_or("", |_| failures(&output.text));
    let title = |found: regex::Captures<'_>| {
        let lines: Vec<&str> = found[1].lines().map(str::trim).collect();
        lines.join(" ").trim_end_matches(':').to_owned()
    };
    let titles = pattern!(r"(?m)^  \d+\) (.+\n(?:       +\S.*\n)*?(?:       +\S.*:)|.+:)$");
    (!summaries.is_empty()).then(|| RunnerReading {
        summaries,
        failing: titles.captures_iter(after).map(title).collect(),
        message: super::output::first(after, pattern!(r"(?m)^ +\S.*:\n\s*\n? +(\S.*)$")),
        partial: false,
    })
}

/// Mocha's list of failures: what stands behind the count of them.
fn failures(text: &str) -> &str {
    pattern!(r"(?m)^  \d+ failing$").find_iter(text).last().map_or("", |found| &text[found.end()..])
}

const AVA: Words = Words { passed: &["passed"], failed: &["failed"], skipped: &["skipped", "todo"], other: &["known"] };

/// `1 test failed`, `2 tests passed`, each on its own line. The passed ones are not summed up where some failed: then their lines count.
pub(super) fn ava(output: &RunnerOutput) -> Option<RunnerReading> {
    let lines = pattern!(r"(?m)^  (\d+) (?:tests? )?(passed|failed|skipped|todo|known) ?(?:failures?)?$");
    let list: Vec<String> = lines.captures_iter(&output.text).map(|found| format!("{} {}", &found[1], &found[2])).collect();
    let counts = AVA.counts(&list.join(", "))?;
    let listed = output.text.lines().filter(|line| line.starts_with("  ✔ ") && !line.starts_with("  ✔ [expected fail]")).count();
    let passed = if list.iter().any(|part| part.ends_with("passed")) { counts.passed } else { u32::try_from(listed).ok() };
    Some(RunnerReading {
        summaries: vec![Counts { passed, ..counts }],
        failing: output.names(pattern!(r"(?m)^  ✘ \[fail\]: (.*?)(?: \([\d.]+m?s\))?$")),
        message: None,
        partial: output.has(pattern!(r"(?m)^  At least 1 test was skipped|^  `--fail-fast` is on")),
    })
}

/// `4 specs, 1 failure, 1 pending spec`.
pub(super) fn jasmine(output: &RunnerOutput) -> Option<RunnerReading> {
    let line = pattern!(r"(?m)^(?:Ran \d+ of )?(\d+) specs?, (\d+) failures?(?:, (\d+) pending specs?)?$");
    let number = |found: &regex::Captures<'_>, group| found.get(group).map_or(Some(0), |n| n.as_str().parse().ok());
    let counts = |found: regex::Captures<'_>| Counts::of_total(number(&found, 1)?, number(&found, 2)?, number(&found, 3)?);
    let none = output.has(pattern!(r"(?m)^Incomplete: No specs found$")).then(|| Counts::new(0, 0, 0));
    let summaries: Vec<Counts> = line.captures_iter(&output.text).filter_map(counts).chain(none).collect();
    let failures = pattern!(r"(?ms)^Failures:\n(.*?)(?:^Pending:|^\d+ specs?|\z)");
    let listed = output.first(failures).unwrap_or_default();
    (!summaries.is_empty()).then(|| RunnerReading {
        summaries,
        failing: super::output::names(&listed, pattern!(r"(?m)^\d+\) (.+)$")),
        message: super::output::first(&listed, pattern!(r"(?m)^  Message:\n\s*(\S.*)$")),
        partial: output.has(pattern!(r"(?m)^Ran \d+ of \d+ specs")),
    })
}

const PLAYWRIGHT: Words =
    Words { passed: &["passed", "flaky"], failed: &["failed"], skipped: &["skipped"], other: &["did not run", "interrupted"] };

/// `  1 failed`, `  1 skipped`, `  3 passed (3.5s)`, each on its own line, behind `Running 5 tests using 1 worker`.
pub(super) fn playwright(output: &RunnerOutput) -> Option<RunnerReading> {
    let none = output.has(pattern!(r"(?m)^Error: No tests found\.?$")).then(|| Counts::new(0, 0, 0));
    let ran = output.has(pattern!(r"(?m)^Running \d+ tests? using \d+ workers?"));
    let lines = pattern!(r"(?m)^  (\d+) (failed|flaky|skipped|passed|interrupted|did not run)(?: \([\d.]+\w+\))?$");
    let list: Vec<String> = lines.captures_iter(&output.text).map(|found| format!("{} {}", &found[1], &found[2])).collect();
    let counts = PLAYWRIGHT.counts(&list.join(", ")).filter(|_| ran).or(none)?;
    let failed = output.first(pattern!(r"(?m)^  \d+ failed\n((?:    .*(?:\n|\z))*)")).unwrap_or_default();
    Some(RunnerReading {
        summaries: vec![counts],
        failing: super::output::names(&failed, pattern!(r"(?m)^ *(\S.*? › .*?)(?: ─+)?$")),
        message: output.first(pattern!(r"(?m)^    ((?:\w*Error): .*)$")),
        partial: list.iter().any(|part| part.ends_with("did not run") || part.ends_with("interrupted")),
    })
}

/// `  1 flaky`, behind the names of those that failed.
pub(super) fn playwright_retried(output: &RunnerOutput) -> Option<u32> {
    output.number(pattern!(r"(?m)^  (\d+) flaky$"))
}

/// The closing line of Cypress's table: tests, passing, failing, pending and skipped, behind the time.
fn cypress_table() -> &'static regex::Regex {
    pattern!(r"(?m)^ +(?:[✖✔√×xX] +)?(?:\d+ of \d+ failed \(\d+%\)|All specs passed!) +\S+ +(\d+|-) +(\d+|-) +(\d+|-) +(\d+|-) +(\d+|-) *$")
}

/// `✖  1 of 2 failed (50%)  00:02  3  2  1  -  -`. What is skipped there was to run, and did not for a hook that failed.
pub(super) fn cypress(output: &RunnerOutput) -> Option<RunnerReading> {
    let found = cypress_table().captures_iter(&output.text).last()?;
    let number = |group: usize| if &found[group] == "-" { Some(0) } else { found[group].parse::<u32>().ok() };
    let (passed, failed, pending, skipped) = (number(2)?, number(3)?, number(4)?, number(5)?);
    Some(RunnerReading {
        summaries: vec![Counts::new(passed, failed, pending.checked_add(skipped)?)],
        failing: Vec::new(),
        message: output.first(pattern!(r"(?m)^ +((?:Assertion|Cypress)?Error: .*)$")),
        partial: skipped > 0,
    })
}

const BUN: Words = Words { passed: &["pass"], failed: &["fail"], skipped: &["skip", "todo"], other: &[] };

/// ` 1 pass`, ` 1 fail`, each on its own line, before `Ran 2 tests across 1 file.`.
pub(super) fn bun(output: &RunnerOutput) -> Option<RunnerReading> {
    let block = pattern!(r"(?m)((?:^ +\d+ (?:pass|fail|skip|todo)\n)+)(?:^ +\d+ .*\n)*^Ran \d+ tests? across \d+ files?\.");
    let none = output.has(pattern!(r"(?m)^No tests found!$")).then(|| Counts::new(0, 0, 0));
    let summaries: Vec<Counts> = block.captures_iter(&output.text).filter_map(|found| BUN.counts(&found[1])).chain(none).collect();
    (!summaries.is_empty()).then(|| RunnerReading {
        summaries,
        failing: output.names(pattern!(r"(?m)^\(fail\) (.*?)(?: \[[\d.]+m?s\])?$")),
        message: output.first(pattern!(r"(?m)^error: (.*)$")),
        partial: output.has(pattern!(r"(?m)^Bailed out after ")),
    })
}

/// `FAILED | 1 passed | 1 failed | 1 ignored (33ms)`.
pub(super) fn deno(output: &RunnerOutput) -> Option<RunnerReading> {
    let line = pattern!(
        r"(?m)^(?:ok|FAILED) \| (?P<passed>\d+) passed(?: \([^)]*\))? \| (?P<failed>\d+) failed(?: \([^)]*\))?(?: \| (?P<skipped>\d+) ignored(?: \([^)]*\))?)?(?: \|.*)? \([^)]*\)$"
    );
    let none = output.has(pattern!(r"(?m)^error: No test modules found$")).then(|| Counts::new(0, 0, 0));
    let summaries: Vec<Counts> = line.captures_iter(&output.text).filter_map(|found| Counts::of_groups(&found)).chain(none).collect();
    (!summaries.is_empty()).then(|| RunnerReading {
        summaries,
        failing: output.names(pattern!(r"(?m)^(\S.*?) \.\.\. FAILED\b")),
        message: output.first(pattern!(r"(?m)^error: (?:Uncaught )?(?:\([^)]*\) )?(\w*Error: .*)$")),
        partial: output.has(pattern!(r"(?m)^error: (?:Type checking failed|Module not found)")),
    })
}

/// `Chrome 120 (Linux): Executed 3 of 4 (1 FAILED) (skipped 1) (0.1 secs / 0.05 secs)`: the last such line of each browser.
pub(super) fn karma(output: &RunnerOutput) -> Option<RunnerReading> {
    let line = pattern!(r"(?m)^(\S.*?): Executed (\d+) of (\d+)(?: \((\d+) FAILED\))?(?: \(skipped (\d+)\))?( DISCONNECTED| ERROR)?.*$");
    let mut last: std::collections::BTreeMap<String, [Option<u32>; 4]> = std::collections::BTreeMap::new();
    let mut partial = false;
    for found in line.captures_iter(&output.text) {
        let number = |group: usize| found.get(group).map_or(Some(0), |digits| digits.as_str().parse().ok());
        last.insert(found[1].to_owned(), [number(2), number(3), number(4), number(5)]);
        partial |= found.get(6).is_some();
    }
    let add = |group: usize| last.values().map(|numbers| numbers[group]).reduce(|a, b| a?.checked_add(b?)).flatten();
    let (executed, total, failed, skipped) = (add(0)?, add(1)?, add(2)?, add(3)?);
    Some(RunnerReading {
        summaries: vec![Counts::new(executed.checked_sub(failed)?, failed, skipped)],
        failing: output.names(pattern!(r"(?m)^\S.* \([^()]+\):? (\S.*) FAILED$")),
        message: output.first(pattern!(r"(?m)^\S.* \([^()]+\):? \S.* FAILED\n\s+(\S.*)$")),
        partial: partial || executed.saturating_add(skipped) < total,
    })
}
