//! `go test`: plain, with `-v` and with `-json`; gotestsum and Ginkgo around it.

use serde::Deserialize;

use super::output::{Counts, RunnerOutput, RunnerReading, pattern};

/// Test functions and subtests, each by its own line; without `-v` the passed ones are not printed and not counted.
pub(super) fn go(output: &RunnerOutput) -> Option<RunnerReading> {
    // gotestsum may hand on the lines that it counts
    json(output).or_else(|| text(output)).filter(|_| !output.has(summed()))
}

/// gotestsum's closing line. Of several runs of what failed it counts every one, so that nothing is read of those.
fn summed() -> &'static regex::Regex {
    pattern!(r"(?m)^DONE (\d+) tests?(?:, (\d+) skipped)?(?:, (\d+) failures?)?(?:, (\d+) errors?)? in [\d.]+m?s$")
}

/// `DONE 12 tests, 1 skipped, 1 failure in 0.5s`; an error is a package that did not build or ended before its tests did.
pub(super) fn gotestsum(output: &RunnerOutput) -> Option<RunnerReading> {
    let found = summed().captures_iter(&output.text).last()?;
    let number = |group: usize| found.get(group).map_or(Some(0), |digits| digits.as_str().parse().ok());
    Some(RunnerReading {
        summaries: vec![Counts::of_total(number(1)?, number(3)?, number(2)?)?],
        failing: output.names(pattern!(r"(?m)^=== FAIL: \S+ (\S+) \([\d.]+s\)$")),
        message: output.first(pattern!(r"(?m)^\s+(\S+_test\.go:\d+: .*)$")),
        partial: number(4)? > 0,
    })
}

/// `FAIL! -- 11 Passed | 1 Failed | 1 Pending | 1 Skipped`, one for each suite; one that passed at a second try is among the passed ones.
pub(super) fn ginkgo(output: &RunnerOutput) -> Option<RunnerReading> {
    let line = pattern!(
        r"(?m)^(?:SUCCESS|FAIL)!(?P<stopped> - [A-Z][\w ]*)? -- (\d+) Passed \| (\d+) Failed \|(?: \d+ Flaked \|)? (\d+) Pending \| (\d+) Skipped\b"
    );
    let number = |found: &regex::Captures<'_>, group: usize| found[group].parse::<u32>().ok();
    let counts = |found: &regex::Captures<'_>| {
        Some(Counts::new(number(found, 2)?, number(found, 3)?, number(found, 4)?.checked_add(number(found, 5)?)?))
    };
    let summaries: Vec<Counts> = line.captures_iter(&output.text).filter_map(|found| counts(&found)).collect();
    (!summaries.is_empty()).then(|| RunnerReading {
        summaries,
        failing: output.names(pattern!(r"(?m)^\s*\[(?:FAIL|Fail)\] (\S.*)$")),
        message: None,
        partial: line.captures_iter(&output.text).any(|found| found.name("stopped").is_some())
            || output.has(pattern!(r"(?m)^Failed to compile \S+:?$")),
    })
}

fn text(output: &RunnerOutput) -> Option<RunnerReading> {
    let package = pattern!(r"(?m)^(?:ok  \t\S+|FAIL\t\S+|\?   \t\S+|\t\S+\s+coverage: )[\t ].*$");
    let packages: Vec<&str> = package.find_iter(&output.text).map(|line| line.as_str()).collect();
    if packages.is_empty() {
        return None;
    }
    let ended = |how: &str| {
        let lines = pattern!(r"(?m)^\s*--- (PASS|FAIL|SKIP): (\S+) \([\d.]+s\)$").captures_iter(&output.text);
        lines.map(|line| line.extract::<2>().1).filter(|[result, _]| *result == how).map(|[_, name]| name.to_owned()).collect::<Vec<_>>()
    };
    let (passed, failing, skipped) = (ended("PASS").len(), ended("FAIL"), ended("SKIP").len());
    let verbose = output.has(pattern!(r"(?m)^=== RUN "));
    let empty = packages.iter().all(|line| line.contains("[no test"));
    let number = |n: usize| u32::try_from(n).ok();
    let partial = packages.iter().any(|line| line.contains("[build failed]") || line.contains("[setup failed]"))
        || output.has(pattern!(r"(?m)^(?:panic: |fatal error: |\t?FAIL\t\S+ \[(?:build|setup) failed\])"));
    let counts = Counts {
        passed: if verbose || empty { number(passed) } else { None },
        // what did not build ran no test, and what passes is not named: that none failed says nothing
        failed: if (partial || !verbose && !empty) && failing.is_empty() { None } else { number(failing.len()) },
        skipped: if verbose || empty { number(skipped) } else { None },
    };
    let broken = pattern!(r"(?m)^(panic: .*|\S+\.go:\d+:\d+: .*)$");
    let message = message(&output.text, failing.first(), verbose).or_else(|| partial.then(|| output.first(broken)).flatten());
    Some(RunnerReading { summaries: vec![counts], failing, message, partial })
}

/// What the first failing test said.
fn message(text: &str, failing: Option<&String>, verbose: bool) -> Option<String> {
    let name = failing?;
    let from = if verbose { format!("=== RUN   {name}\n") } else { format!("--- FAIL: {name} ") };
    let part = &text[text.find(&from)?..];
    super::output::first(part, pattern!(r"(?m)^\s+(\S+_test\.go:\d+: .*)$"))
}

/// A line of `go test -json`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Line {
    action: String,
    package: Option<String>,
    test: Option<String>,
    output: Option<String>,
    failed_build: Option<String>,
}

fn json(output: &RunnerOutput) -> Option<RunnerReading> {
    let lines: Vec<Line> =
        output.text.lines().filter(|line| line.starts_with("{\"")).filter_map(|line| serde_json::from_str(line).ok()).collect();
    let ended =
        |how: &str| lines.iter().filter(|line| line.action == how && line.test.is_some() && line.package.is_some()).collect::<Vec<_>>();
    if !lines.iter().any(|line| line.package.is_some() && ["pass", "fail", "skip"].contains(&line.action.as_str())) {
        return None;
    }
    let (passed, failed, skipped) = (ended("pass"), ended("fail"), ended("skip"));
    let said = |line: &Line| {
        Some((line.test.clone()?, pattern!(r"^\s+(\S+_test\.go:\d+: .*)\n?$").captures(line.output.as_ref()?)?[1].to_owned()))
    };
    let of_first = |said: &(String, String)| failed.first().is_some_and(|first| first.test.as_ref() == Some(&said.0));
    let number = |n: usize| u32::try_from(n).ok();
    let panicked = |line: &Line| line.output.as_ref().is_some_and(|text| text.starts_with("panic: "));
    Some(RunnerReading {
        summaries: vec![Counts { passed: number(passed.len()), failed: number(failed.len()), skipped: number(skipped.len()) }],
        failing: failed.iter().filter_map(|line| line.test.clone()).collect(),
        message: lines.iter().filter_map(said).find(of_first).map(|(_, text)| text),
        partial: lines.iter().any(|line| line.failed_build.is_some() || line.action == "build-fail" || panicked(line)),
    })
}
