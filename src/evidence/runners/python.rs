//! pytest, unittest and behave.

use super::output::{Counts, RunnerOutput, RunnerReading, Words, pattern};

const PYTEST: Words = Words {
    passed: &["passed", "xpassed"],
    failed: &["failed", "error", "errors"],
    skipped: &["skipped", "xfailed"],
    other: &["deselected", "warning", "warnings"],
};

/// `=== 1 failed, 2 passed, 1 skipped in 0.26s ===`; with `-q` without the signs around it.
pub(super) fn pytest(output: &RunnerOutput) -> Option<RunnerReading> {
    let line = pattern!(
        r"(?m)^(?:=+ )?((?:\d+ [a-z]+(?: [a-z]+)?)(?:, \d+ [a-z]+(?: [a-z]+)?)*|no tests ran) in \d+(?:\.\d+)?s(?: \(\d+:\d\d:\d\d\))?(?: =+)?$"
    );
    let counts = |list: &str| if list == "no tests ran" { Some(Counts::new(0, 0, 0)) } else { PYTEST.counts(list) };
    let mut summaries: Vec<Counts> = line.captures_iter(&output.text).filter_map(|found| counts(&found[1])).collect();
    let short = || output.first(pattern!(r"(?m)^(?:FAILED|ERROR) \S+\.py\S* - (.+)$"));
    let message = output.first(pattern!(r"(?m)^E  +(\S.*)$")).or_else(short);
    let unread = uncollected(output);
    // a file that could not be read is an error of its own, and no test that failed
    let failed = summaries.last_mut().and_then(|counts| counts.failed.as_mut());
    failed.into_iter().for_each(|failed| *failed = failed.saturating_sub(u32::try_from(unread.len()).unwrap_or(u32::MAX)));
    let mut failing = output.names(pattern!(r"(?m)^(?:FAILED|ERROR) (\S+\.py(?:::\S.*?)?)(?: - .*)?$"));
    failing.retain(|name| !unread.contains(name));
    let stopped = output.has(pattern!(r"(?m)^!+ (?:xdist\.dsession\.)?(?:Interrupted: |stopping after |KeyboardInterrupt)"));
    (!summaries.is_empty()).then(|| RunnerReading {
        summaries,
        message: match unread.first() {
            Some(file) if failing.is_empty() => Some(message.map_or_else(|| file.clone(), |message| format!("{file}: {message}"))),
            _ => message,
        },
        failing,
        partial: stopped || !unread.is_empty(),
    })
}

/// Files of which pytest could not collect the tests: an import that fails, a syntax error.
fn uncollected(output: &RunnerOutput) -> Vec<String> {
    let headed = output.names(pattern!(r"(?m)^_+ ERROR collecting (\S+\.py) _+$"));
    let listed = output.names(pattern!(r"(?m)^ERROR (\S+\.py)(?: - .*)?$"));
    if listed.len() > headed.len() { listed } else { headed }
}

/// `Ran 3 tests in 0.013s`, then `OK (skipped=1)` or `FAILED (failures=1, errors=1)`.
pub(super) fn unittest(output: &RunnerOutput) -> Option<RunnerReading> {
    let line = pattern!(r"(?m)^Ran (\d+) tests? in [\d.]+s\n\n(OK|FAILED|NO TESTS RAN)(?: \((.*)\))?$");
    let number = |list: &str, words: &[&str]| -> Option<u32> {
        let pairs = pattern!(r"([a-z ]+)=(\d+)").captures_iter(list).map(|pair| pair.extract::<2>().1);
        pairs.filter(|[word, _]| words.contains(&word.trim())).map(|[_, number]| number.parse::<u32>().ok()).sum()
    };
    let counts = |found: regex::Captures<'_>| {
        let list = found.get(3).map_or("", |list| list.as_str());
        let (total, skipped) = (found[1].parse().ok()?, number(list, &["skipped", "expected failures"])?);
        Counts::of_total(total, number(list, &["failures", "errors", "unexpected successes"])?, skipped)
    };
    let summaries: Vec<Counts> = line.captures_iter(&output.text).filter_map(counts).collect();
    let message = pattern!(r"(?m)^(?:FAIL|ERROR): .*\n(?:.*\n)??-{70}\nTraceback .*\n(?:[ \t].*\n|\n)*(\S.*)$");
    (!summaries.is_empty()).then(|| RunnerReading {
        summaries,
        failing: output.names(pattern!(r"(?m)^(?:FAIL|ERROR): (\S.*)$")),
        message: output.first(message),
        partial: false,
    })
}

const BEHAVE: Words = Words { passed: &["passed"], failed: &["failed", "error", "errors"], skipped: &["skipped", "untested"], other: &[] };

/// `1 scenario passed, 1 failed, 0 skipped`.
pub(super) fn behave(output: &RunnerOutput) -> Option<RunnerReading> {
    let line = pattern!(r"(?m)^(\d+) scenarios? (passed,.*)$");
    let summaries: Vec<Counts> =
        line.captures_iter(&output.text).filter_map(|found| BEHAVE.counts(&format!("{} {}", &found[1], &found[2]))).collect();
    (!summaries.is_empty()).then(|| RunnerReading {
        summaries,
        failing: output.names(pattern!(r"(?m)^  (\S+\.feature:\d+\b.*)$")),
        message: output.first(pattern!(r"(?m)^\s+(?:ASSERT FAILED|Assertion Failed): (.+)$")),
        partial: false,
    })
}
