//! Maven's Surefire, Gradle, and `dotnet test`.

use super::output::{Counts, Output, Reading, pattern};

/// `Tests run: 4, Failures: 1, Errors: 1, Skipped: 1`, the one without a time: one for each module.
pub(super) fn maven(output: &Output) -> Option<Reading> {
    let line = pattern!(r"(?m)^(?:\[(?:INFO|WARNING|ERROR)\] )?Tests run: (\d+), Failures: (\d+), Errors: (\d+), Skipped: (\d+)\s*$");
    let counts = |found: regex::Captures<'_>| {
        let [total, failures, errors, skipped] = found.extract::<4>().1.map(|number| number.parse::<u32>().ok());
        Counts::of_total(total?, failures?.checked_add(errors?)?, skipped?)
    };
    let none = output.has(pattern!(r"(?m)^\[INFO\] No tests to run\.$")).then(|| Counts::new(0, 0, 0));
    let mut summaries: Vec<Counts> = line.captures_iter(&output.text).filter_map(counts).collect();
    summaries.extend(none);
    let broken = output.has(pattern!(r"(?m)^\[ERROR\] COMPILATION ERROR"));
    (!summaries.is_empty() || broken).then(|| Reading {
        summaries,
        failing: output.names(pattern!(r"(?m)^\[ERROR\]   ([\w.$]+[.:]\w+):\d+")),
        message: output.first(pattern!(r"(?m)^\[ERROR\]   [\w.$]+[.:]\w+:\d+ (.+)$")),
        partial: broken || output.has(pattern!(r"(?m)^\[INFO\] .* SKIPPED$")),
    })
}

/// `3 tests completed, 1 failed, 1 skipped`, printed only for modules where some failed: how many passed in all, the report files tell.
pub(super) fn gradle(output: &Output) -> Option<Reading> {
    let line = pattern!(r"(?m)^(\d+) tests? completed(?:, (\d+) failed)?(?:, (\d+) skipped)?$");
    let counts = |found: regex::Captures<'_>| {
        let number = |group: usize| found.get(group).map_or(Some(0), |digits| digits.as_str().parse().ok());
        Counts::of_total(number(1)?, number(2)?, number(3)?)
    };
    let summaries: Vec<Counts> = line.captures_iter(&output.text).filter_map(counts).collect();
    (!summaries.is_empty()).then(|| Reading {
        summaries,
        failing: output.names(pattern!(r"(?m)^(\S.* > .+) FAILED$")),
        message: output.first(pattern!(r"(?m)^\S.* > .+ FAILED\n\s+(\S.*)$")),
        partial: false,
    })
}

/// `Failed!  - Failed:     1, Passed:     2, Skipped:     0, Total:     3, …`, one for each project, or one `Test summary: …` for all.
/// Other languages than English are not read.
pub(super) fn dotnet(output: &Output) -> Option<Reading> {
    let all = pattern!(
        r"(?m)^Test summary: total: (?P<total>\d+)[,;] failed: (?P<failed>\d+)[,;] succeeded: (?P<passed>\d+)[,;] skipped: (?P<skipped>\d+)"
    );
    let each = pattern!(
        r"(?m)^\s*(?:Passed|Failed|Skipped)! +- Failed: +(?P<failed>\d+), Passed: +(?P<passed>\d+), Skipped: +(?P<skipped>\d+), Total: +\d+"
    );
    let read = |line: &regex::Regex| line.captures_iter(&output.text).filter_map(|found| Counts::of_groups(&found)).collect::<Vec<_>>();
    let mut summaries = read(all);
    if summaries.is_empty() {
        summaries = read(each);
    }
    (!summaries.is_empty()).then(|| Reading {
        summaries,
        failing: output.names(pattern!(r"(?m)^\s*(?:Failed|failed) (\S.*?) (?:\[[^\]]*\]|\([\d.]+m?s\))$")),
        message: output.first(pattern!(r"(?m)^\s*Error Message:\n\s*(\S.*)$")),
        partial: output.has(pattern!(r"(?m)^Build FAILED\.$|^Build failed with ")),
    })
}
