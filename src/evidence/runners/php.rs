//! PHPUnit, and Pest with the printer that `php artisan test` uses too.

use super::output::{Counts, RunnerOutput, RunnerReading, Words, pattern};

const PHPUNIT: Words = Words { passed: &[], failed: &["Failures", "Errors"], skipped: &["Skipped", "Incomplete"], other: &["Tests"] };

/// `OK (3 tests, 7 assertions)`, or `Tests: 3, Assertions: 7, Failures: 1.` where there is more to say.
pub(super) fn phpunit(output: &RunnerOutput) -> Option<RunnerReading> {
    let line = pattern!(r"(?m)^(?:OK \((\d+) tests?, \d+ assertions?\)|Tests: (\d+), Assertions: \d+(.*)\.|(No tests executed!))$");
    let summaries: Vec<Counts> = line
        .captures_iter(&output.text)
        .filter_map(|found| match (found.get(1).or(found.get(2)), found.get(3)) {
            (Some(total), rest) => {
                let counts = rest.and_then(|rest| PHPUNIT.labelled(rest.as_str())).unwrap_or(Counts::new(0, 0, 0));
                Counts::of_total(total.as_str().parse().ok()?, counts.failed?, counts.skipped?)
            }
            (None, _) => Some(Counts::new(0, 0, 0)),
        })
        .collect();
    // the lists of warnings and of risky tests are numbered in the same way
    let failures =
        pattern!(r"(?ms)^There (?:was|were) \d+ (?:failure|error)s?:\n(.*?)(?:^There (?:was|were) |^--$|^(?:FAILURES|ERRORS)!|\z)");
    let listed: String = output.names(failures).join("\n");
    let failing = super::output::names(&listed, pattern!(r"(?m)^\d+\) (\S.*)$"));
    let message = super::output::first(&listed, pattern!(r"(?m)^\d+\) \S.*\n(\S.*)$"));
    let partial = output.has(pattern!(r"(?m)^(?:Test execution stopped|Fatal error: )|^PHP Fatal error: "));
    (!summaries.is_empty()).then_some(RunnerReading { summaries, failing, message, partial })
}

const PEST: Words = Words {
    passed: &["passed"],
    failed: &["failed"],
    skipped: &["skipped", "incomplete", "todo", "todos"],
    other: &["risky", "warnings", "deprecated"],
};

/// `Tests:    1 failed, 3 passed (7 assertions)`; older ones without the assertions, with `Time:` in the next line.
pub(super) fn pest(output: &RunnerOutput) -> Option<RunnerReading> {
    let line = pattern!(r"(?m)^  Tests: +((?:\d+ [a-z]+)(?:, \d+ [a-z]+)*)(?: \(\d+ assertions?\)|(?:, \d+ pending)?\n  Time: .*)$");
    let summaries: Vec<Counts> = line.captures_iter(&output.text).filter_map(|found| PEST.counts(&found[1])).collect();
    (!summaries.is_empty()).then(|| RunnerReading {
        summaries,
        failing: output.names(pattern!(r"(?m)^ {2,4}(?:FAILED|•) +(\S.* > .+?)(?:  +\S+)?$")),
        message: output.first(pattern!(r"(?m)^ {2,4}(?:FAILED|•) +\S.* > .+\n\n?  +(\S.*)$")),
        partial: false,
    })
}
