//! The Test Anything Protocol and those who print it: node:test, prove, Bats.

use super::output::{Counts, RunnerOutput, RunnerReading, first, names, pattern};

/// `# pass 3`, `# fail 1`, `# cancelled 0`, or the same behind `ℹ` as the spec reporter has it.
pub(super) fn node(output: &RunnerOutput) -> Option<RunnerReading> {
    let block = pattern!(
        r"(?m)^(?:#|ℹ) tests \d+\n(?:(?:#|ℹ) suites \d+\n)?(?:#|ℹ) pass (?P<passed>\d+)\n(?:#|ℹ) fail (?P<failed>\d+)\n(?:#|ℹ) cancelled (?P<cancelled>\d+)\n(?:#|ℹ) skipped (?P<skipped>\d+)\n(?:#|ℹ) todo (?P<todo>\d+)$"
    );
    let number = |found: &regex::Captures<'_>, group: &str| found[group].parse::<u32>().ok();
    let counts = |found: regex::Captures<'_>| {
        let failed = number(&found, "failed")?.checked_add(number(&found, "cancelled")?)?;
        Some(Counts::new(number(&found, "passed")?, failed, number(&found, "skipped")?.checked_add(number(&found, "todo")?)?))
    };
    let summaries: Vec<Counts> = block.captures_iter(&output.text).filter_map(counts).collect();
    let listed = output.text.split_once("\n✖ failing tests:\n").map(|(_, listed)| listed);
    let (failing, message) = match listed {
        Some(listed) => (names(listed, pattern!(r"(?m)^✖ (.+?) \([\d.]+ms\)$")), first(listed, pattern!(r"(?m)^✖ .*\n\s+(\S.*)$"))),
        None => (not_ok(&output.text), output.first(pattern!(r"(?m)^\s+error: '?([^\n]+?)'?$")).filter(|text| !text.starts_with('|'))),
    };
    (!summaries.is_empty()).then_some(RunnerReading { summaries, failing, message, partial: false })
}

/// Names of failed tests; a suite that failed because of them is none.
fn not_ok(text: &str) -> Vec<String> {
    let line = pattern!(r"(?m)^[ ]*not ok \d+(?: -)? (\S.*)$");
    let is_test = |found: &regex::Captures<'_>| {
        let rest = &text[found.get(0).map_or(0, |line| line.end())..];
        let details = rest.split("\n").skip(1).take_while(|line| !line.contains("ok ")).take(12);
        !is_excused(&found[1]) && !details.into_iter().any(|line| line.contains("subtestsFailed"))
    };
    line.captures_iter(text).filter(is_test).map(|found| found[1].trim().to_owned()).collect()
}

fn is_excused(title: &str) -> bool {
    pattern!(r"(?i)# (?:todo|skip)\b").is_match(title)
}

/// The lines of the protocol themselves, where a plan stands before or behind them: `1..3`, `ok 1 adds`, `not ok 2 breaks`.
pub(super) fn tap(output: &RunnerOutput) -> Option<RunnerReading> {
    let plans = pattern!(r"(?m)^1\.\.(\d+)(?: *#.*)?$").captures_iter(&output.text);
    let planned = plans.map(|plan| plan[1].parse::<u32>().ok()).reduce(|a, b| a?.checked_add(b?))??;
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for line in pattern!(r"(?m)^(not )?ok \d+\b(.*)$").captures_iter(&output.text) {
        match line.get(1) {
            _ if is_excused(&line[2]) => skipped += 1,
            Some(_) => failed += 1,
            None => passed += 1,
        }
    }
    Some(RunnerReading {
        summaries: vec![Counts::new(passed, failed, skipped)],
        failing: not_ok(&output.text),
        message: None,
        partial: passed + failed + skipped < planned || output.has(pattern!(r"(?m)^Bail out!")),
    })
}

/// `Files=2, Tests=6, …` and `Result: FAIL`. A skipped test is an `ok` one here; how many there were is not always said.
pub(super) fn prove(output: &RunnerOutput) -> Option<RunnerReading> {
    let line = pattern!(r"(?m)^Files=\d+, Tests=(\d+), ");
    let totals: Vec<u32> = line.captures_iter(&output.text).filter_map(|found| found[1].parse().ok()).collect();
    let numbers = names(&output.text, pattern!(r"(?m)\(Wstat: .* Tests: \d+ Failed: (\d+)\)$"));
    let failed: u32 = numbers.iter().filter_map(|number| number.parse::<u32>().ok()).sum();
    let total: u32 = totals.iter().sum();
    (!totals.is_empty()).then(|| RunnerReading {
        summaries: vec![Counts { passed: total.checked_sub(failed), failed: Some(failed), skipped: None }],
        failing: named(output),
        message: output.first(pattern!(r"(?m)^# +(?:got|died): (.+)$")),
        partial: output.has(pattern!(r"(?m)^\s*Parse errors: |^Bailout called")),
    })
}

/// Failed tests by their titles; where none has one, by their files and numbers: `t/a.t test 2`.
fn named(output: &RunnerOutput) -> Vec<String> {
    let titles = output.names(pattern!(r"(?m)^#\s+Failed test '(.+)'$"));
    if !titles.is_empty() {
        return titles;
    }
    let summary = pattern!(r"(?m)^(\S.*?) +\(Wstat: .*\)\n  Failed tests?:  ([\d, ]+)$");
    let of_file = |found: regex::Captures<'_>| {
        let numbers = found[2].split(',').map(|number| format!("{} test {}", &found[1], number.trim()));
        numbers.collect::<Vec<_>>()
    };
    summary.captures_iter(&output.text).flat_map(of_file).collect()
}

/// `3 tests, 1 failure, 1 skipped`.
pub(super) fn bats(output: &RunnerOutput) -> Option<RunnerReading> {
    let counts = output.has(pattern!(r"[✓✗] ")).then(|| super::others::tests_and_failures(&output.text))?;
    Some(RunnerReading { summaries: counts, failing: output.names(pattern!(r"(?m)✗ (.*?)$")), message: None, partial: false })
        .filter(|reading| !reading.summaries.is_empty())
}
