//! Maven's Surefire, Gradle, sbt, and `dotnet test`.

use super::output::{Counts, RunnerOutput, RunnerReading, pattern};

/// `Tests run: 4, Failures: 1, Errors: 1, Skipped: 1`, the one without a time: one for each module.
pub(super) fn maven(output: &RunnerOutput) -> Option<RunnerReading> {
    let line = pattern!(
        r"(?m)^(?:\[(?:INFO|WARNING|ERROR)\] )?Tests run: (\d+), Failures: (\d+), Errors: (\d+), Skipped: (\d+)(?:, Flakes: \d+)?\s*$"
    );
    let counts = |found: regex::Captures<'_>| {
        let [total, failures, errors, skipped] = found.extract::<4>().1.map(|number| number.parse::<u32>().ok());
        Counts::of_total(total?, failures?.checked_add(errors?)?, skipped?)
    };
    let none = output.has(pattern!(r"(?m)^\[INFO\] No tests to run\.$")).then(|| Counts::new(0, 0, 0));
    let mut summaries: Vec<Counts> = line.captures_iter(&output.text).filter_map(counts).collect();
    summaries.extend(none);
    let broken = output.has(pattern!(r"(?m)^\[ERROR\] COMPILATION ERROR"));
    (!summaries.is_empty() || broken).then(|| RunnerReading {
        summaries,
        failing: output.names(pattern!(r"(?m)^\[ERROR\]   ([\w.$]+[.:]\w+):\d+")),
        message: output.first(pattern!(r"(?m)^\[ERROR\]   [\w.$]+[.:]\w+:\d+ (.+)$")),
        partial: broken || output.has(pattern!(r"(?m)^\[INFO\] .* SKIPPED$")),
    })
}

/// `Tests run: 3, Failures: 0, Errors: 0, Skipped: 0, Flakes: 1`.
pub(super) fn maven_retried(output: &RunnerOutput) -> Option<u32> {
    output.number(pattern!(r"(?m)^(?:\[\w+\] )?Tests run: \d+, .*, Flakes: (\d+)\s*$"))
}

/// `3 tests completed, 1 failed, 1 skipped`, printed only for modules where some failed: how many passed in all, the report files tell.
pub(super) fn gradle(output: &RunnerOutput) -> Option<RunnerReading> {
    let line = pattern!(r"(?m)^(\d+) tests? completed(?:, (\d+) failed)?(?:, (\d+) skipped)?$");
    let counts = |found: regex::Captures<'_>| {
        let number = |group: usize| found.get(group).map_or(Some(0), |digits| digits.as_str().parse().ok());
        Counts::of_total(number(1)?, number(2)?, number(3)?)
    };
    let summaries: Vec<Counts> = line.captures_iter(&output.text).filter_map(counts).collect();
    (!summaries.is_empty()).then(|| RunnerReading {
        summaries,
        failing: output.names(pattern!(r"(?m)^(\S.* > .+) FAILED$")),
        message: output.first(pattern!(r"(?m)^\S.* > .+ FAILED\n\s+(\S.*)$")),
        partial: false,
    })
}

/// `Failed: Total 3, Failed 1, Errors 0, Passed 2`, one for each project; ScalaTest prints `Tests: succeeded 2, failed 1, …` before it.
pub(super) fn sbt(output: &RunnerOutput) -> Option<RunnerReading> {
    let total = pattern!(
        r"(?m)^\[(?:info|error)\] (?:Passed|Failed|Error): Total \d+, Failed (\d+), Errors (\d+), Passed (\d+)((?:, (?:Ignored|Skipped|Canceled|Pending) \d+)*)$"
    );
    let suite = pattern!(r"(?m)^\[info\] Tests: succeeded (\d+), failed (\d+), canceled (\d+), ignored (\d+), pending (\d+)$");
    let sum = |numbers: &[&str]| numbers.iter().map(|number| number.parse::<u32>().ok()).reduce(|a, b| a?.checked_add(b?)).flatten();
    let of_total = |found: regex::Captures<'_>| {
        let rest: Vec<&str> = pattern!(r"\d+").find_iter(found.get(4)?.as_str()).map(|number| number.as_str()).collect();
        let skipped = if rest.is_empty() { 0 } else { sum(&rest)? };
        Some(Counts::new(sum(&[&found[3]])?, sum(&[&found[1], &found[2]])?, skipped))
    };
    let of_suite =
        |found: regex::Captures<'_>| Some(Counts::new(sum(&[&found[1]])?, sum(&[&found[2]])?, sum(&[&found[3], &found[4], &found[5]])?));
    let mut summaries: Vec<Counts> = total.captures_iter(&output.text).filter_map(of_total).collect();
    if summaries.is_empty() {
        summaries = suite.captures_iter(&output.text).filter_map(of_suite).collect();
    }
    let broken = output.has(pattern!(r"(?m)^\[error\] .*Compilation failed$"));
    (!summaries.is_empty() || broken).then(|| RunnerReading {
        summaries,
        failing: output.names(pattern!(r"(?m)^\[info\] +- (.+?) \*\*\* FAILED \*\*\*")),
        message: output.first(pattern!(r"(?m)^\[info\] +- .+ \*\*\* FAILED \*\*\*.*\n\[info\] +(\S.*)$")),
        partial: broken,
    })
}

/// `Failed!  - Failed:     1, Passed:     2, Skipped:     0, Total:     3, …`, one for each project, or one `Test summary: …` for all.
/// Other languages than English are not read.
pub(super) fn dotnet(output: &RunnerOutput) -> Option<RunnerReading> {
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
    (!summaries.is_empty()).then(|| RunnerReading {
        summaries,
        failing: output.names(pattern!(r"(?m)^\s*(?:Failed|failed) (\S.*?) (?:\[[^\]]*\]|\([\d.]+m?s\))$")),
        message: output.first(pattern!(r"(?m)^\s*Error Message:\n\s*(\S.*)$")),
        partial: output.has(pattern!(r"(?m)^Build FAILED\.$|^Build failed with ")),
    })
}
