//! RSpec, minitest, ExUnit, CTest, Automake, GoogleTest, Catch2, Zig, Cucumber, Dart and Swift's two test libraries.

use super::output::{Counts, RunnerOutput, RunnerReading, Words, first, names, pattern};

/// The number of a group; a group that is not there counts nothing.
fn number(found: &regex::Captures<'_>, group: usize) -> Option<u32> {
    found.get(group).map_or(Some(0), |text| text.as_str().parse().ok())
}

/// `4 examples, 1 failure, 2 pending`.
pub(super) fn rspec(output: &RunnerOutput) -> Option<RunnerReading> {
    let line = pattern!(r"(?m)^(\d+) examples?, (\d+) failures?(?:, (\d+) pending)?(?:, \d+ errors? occurred outside of examples)?$");
    let counts = |found: regex::Captures<'_>| Counts::of_total(number(&found, 1)?, number(&found, 2)?, number(&found, 3)?);
    let summaries = of_all(output, line.captures_iter(&output.text).filter_map(counts).collect());
    (!summaries.is_empty()).then(|| RunnerReading {
        summaries,
        failing: output.names(pattern!(r"(?m)^rspec '?\./\S+?'? # (.+)$")),
        message: rspec_message(output),
        partial: output.has(pattern!(r"(?m), \d+ errors? occurred outside of examples$")),
    })
}

/// Of several processes (`parallel_rspec`, `parallel_test`) the last summary is that of all.
fn of_all(output: &RunnerOutput, summaries: Vec<Counts>) -> Vec<Counts> {
    let are_processes = output.has(pattern!(r"(?m)^\d+ process(?:es)? for \d+ "));
    let from = if are_processes { summaries.len().saturating_sub(1) } else { 0 };
    summaries[from..].to_vec()
}

/// What went wrong stands below the line of the test's source: a class and its words, or what was expected and what came.
fn rspec_message(output: &RunnerOutput) -> Option<String> {
    let below = pattern!(r"(?m)^ *Failure/Error: .*\n(?: +[^#\s].*\n)*?(?: *\n)+ *([^#\s].*(?:\n +[^#\s].*)?)$");
    let told = output.first(below).or_else(|| output.first(pattern!(r"(?m)^ *(Failure/Error: .+)$")))?;
    Some(told.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// `4 runs, 2 assertions, 1 failures, 1 errors, 1 skips`; test-unit says `tests`, `pendings` and `omissions`.
pub(super) fn minitest(output: &RunnerOutput) -> Option<RunnerReading> {
    let line = pattern!(
        r"(?m)^(\d+) (?:runs?|tests?), \d+ assertions?, (\d+) failures?, (\d+) errors?, (?:(\d+) skips?|(\d+) pendings?, (\d+) omissions?, \d+ notifications?)$"
    );
    let counts = |found: regex::Captures<'_>| {
        let failed = number(&found, 2)?.checked_add(number(&found, 3)?)?;
        let skipped = number(&found, 4)?.checked_add(number(&found, 5)?)?.checked_add(number(&found, 6)?)?;
        Counts::of_total(number(&found, 1)?, failed, skipped)
    };
    let summaries = of_all(output, line.captures_iter(&output.text).filter_map(counts).collect());
    (!summaries.is_empty()).then(|| RunnerReading {
        summaries,
        failing: output.names(pattern!(r"(?m)^\s+\d+\) (?:Failure|Error):\n([\w:]+#\S+?)(?: \[.*\])?:$")),
        message: output.first(pattern!(r"(?m)^\s+\d+\) (?:Failure|Error):\n.*:\n(\S.*)$")),
        partial: false,
    })
}

/// `3 tests, 1 failure, 1 skipped` as ExUnit and Bats print it; ExUnit may count doctests and properties before.
pub(super) fn tests_and_failures(text: &str) -> Vec<Counts> {
    let line = pattern!(
        r"(?m)^(?:(\d+) doctests?, )?(?:(\d+) propert(?:y|ies), )?(?:(\d+) tests?, )?(\d+) failures?((?:, \d+ (?:excluded|invalid|skipped|not run))*)$"
    );
    let rest = |text: &str, word: &str| -> Option<u32> {
        let pairs = pattern!(r"(\d+) (excluded|invalid|skipped)").captures_iter(text).map(|pair| pair.extract::<2>().1);
        pairs.filter(|[_, kind]| *kind == word).map(|[number, _]| number.parse::<u32>().ok()).sum()
    };
    let counts = |found: regex::Captures<'_>| {
        let total = number(&found, 1)?.checked_add(number(&found, 2)?)?.checked_add(number(&found, 3)?)?;
        let failed = number(&found, 4)?.checked_add(rest(&found[5], "invalid")?)?;
        // excluded tests were never meant to run; they are in the total all the same
        Counts::of_total(total, failed, rest(&found[5], "skipped")?.checked_add(rest(&found[5], "excluded")?)?)
    };
    line.captures_iter(text).filter_map(counts).collect()
}

/// `3 tests, 1 failure, 1 skipped` behind `Finished in 0.06 seconds`.
pub(super) fn exunit(output: &RunnerOutput) -> Option<RunnerReading> {
    let none = output.has(pattern!(r"(?m)^There are no tests to run$")).then(|| Counts::new(0, 0, 0));
    let ended = output.has(pattern!(r"(?m)^Finished in [\d.]+ seconds \("));
    let counts = if ended { tests_and_failures(&output.text) } else { Vec::new() };
    // an umbrella's applications one after the other
    let is_umbrella = output.has(pattern!(r"(?m)^==> \S+$"));
    let counts = if is_umbrella { counts.into_iter().reduce(Counts::plus).into_iter().collect() } else { counts };
    let summaries: Vec<Counts> = counts.into_iter().chain(none).collect();
    (!summaries.is_empty()).then(|| RunnerReading {
        summaries,
        failing: output.names(pattern!(r"(?m)^\s+\d+\) (?:test |doctest |property )?(.+ \([\w.]+\))$")),
        message: output.first(pattern!(r"(?m)^\s+\d+\) .*\n\s+\S+:\d+\n\s+(\S.*)$")),
        partial: output.has(pattern!(r"(?m)^--max-failures reached")),
    })
}

/// `67% tests passed, 1 tests failed out of 3`. Skipped tests are in the passed ones; they are listed below.
pub(super) fn ctest(output: &RunnerOutput) -> Option<RunnerReading> {
    let line = pattern!(r"(?m)^\d+% tests passed(?:, (\d+) tests? failed)? out of (\d+)$");
    let none = output.has(pattern!(r"(?m)^No tests were found!!!$")).then(|| Counts::new(0, 0, 0));
    let found: Vec<_> = line.captures_iter(&output.text).collect();
    let listed = names(&output.text, pattern!(r"(?m)^\t\s*\d+ - .* \((Skipped|Disabled)\)$"));
    let listed = |word: &str| u32::try_from(listed.iter().filter(|kind| *kind == word).count()).ok();
    let total = |group: usize| found.iter().map(|found| number(found, group)).reduce(|a, b| a?.checked_add(b?)).flatten();
    let counts = || {
        let counted = Counts::of_total(total(2)?, total(1)?, listed("Skipped")?)?;
        Some(Counts { skipped: counted.skipped?.checked_add(listed("Disabled")?), ..counted })
    };
    let summaries: Vec<Counts> = counts().into_iter().chain(none).collect();
    let failed = output.first(pattern!(r"(?s)The following tests FAILED:\n(.*?)(?:\n\S|\z)")).unwrap_or_default();
    (!summaries.is_empty()).then(|| RunnerReading {
        summaries,
        failing: names(&failed, pattern!(r"(?m)^\s*\d+ - (.+) \([^()]+\)(?:[ \t]+\S+)*$")),
        message: None,
        partial: false,
    })
}

/// The block of `make check` under `Testsuite summary for …`, one for each folder: `# TOTAL: 4`, `# PASS:  1` and so on. An unexpected
/// pass fails the suite.
pub(super) fn automake(output: &RunnerOutput) -> Option<RunnerReading> {
    let block = pattern!(
        r"(?m)^Testsuite summary\b.*\n=+\n# TOTAL: +(\d+)\n# PASS: +(\d+)\n# SKIP: +(\d+)\n# XFAIL: +(\d+)\n# FAIL: +(\d+)\n# XPASS: +(\d+)\n# ERROR: +(\d+)$"
    );
    let counts = |found: regex::Captures<'_>| {
        let failed = number(&found, 5)?.checked_add(number(&found, 6)?)?.checked_add(number(&found, 7)?)?;
        Counts::of_total(number(&found, 1)?, failed, number(&found, 3)?.checked_add(number(&found, 4)?)?)
    };
    let summaries: Vec<Counts> = block.captures_iter(&output.text).filter_map(counts).collect();
    (!summaries.is_empty()).then(|| RunnerReading {
        summaries,
        failing: output.names(pattern!(r"(?m)^(?:FAIL|XPASS|ERROR): (\S.*)$")),
        message: None,
        partial: false,
    })
}

/// `[  PASSED  ] 2 tests.` and `[  FAILED  ] 1 test, listed below:` behind `[==========] 3 tests … ran.`.
pub(super) fn googletest(output: &RunnerOutput) -> Option<RunnerReading> {
    let end = pattern!(r"(?m)^\[==========\] (\d+) tests? from \d+ test (?:suites?|cases?) ran\.");
    let of = |word: &str| -> Option<u32> {
        let lines = pattern!(r"(?m)^\[\s+(PASSED|FAILED|SKIPPED)\s+\] (\d+) tests?[.,]").captures_iter(&output.text);
        lines.filter(|found| &found[1] == word).map(|found| found[2].parse::<u32>().ok()).sum()
    };
    let behind = end.find_iter(&output.text).last().map(|found| &output.text[found.end()..])?;
    Some(RunnerReading {
        summaries: vec![Counts { passed: of("PASSED"), failed: of("FAILED"), skipped: of("SKIPPED") }],
        failing: names(behind, pattern!(r"(?m)^\[  FAILED  \] (\w\S*\.\S+?)(?:, where .*)?$")),
        message: first(&output.text, pattern!(r"(?m)^(\S+:\d+: (?:Failure|error)\b.*)$")),
        partial: false,
    })
}

const CATCH: Words = Words { passed: &["passed", "failed as expected"], failed: &["failed"], skipped: &["skipped"], other: &[] };

/// `test cases: 3 | 1 passed | 1 failed`, or `All tests passed (2 assertions in 1 test case)`.
pub(super) fn catch(output: &RunnerOutput) -> Option<RunnerReading> {
    let line = pattern!(r"(?m)^test cases: *\d+ \|(.*)$");
    let all = pattern!(r"(?m)^All tests passed \(.*\bin (\d+) test cases?\)$");
    let none = output.has(pattern!(r"(?m)^No tests ran$")).then(|| Counts::new(0, 0, 0));
    let mixed = line.captures_iter(&output.text).filter_map(|found| {
        let pairs = pattern!(r"(\d+) ([a-z ]+[a-z])").captures_iter(found.get(1)?.as_str()).map(|pair| pair.extract::<2>().1);
        CATCH.tally(pairs.map(|[number, word]| (word, number)))
    });
    let passed = all.captures_iter(&output.text).filter_map(|found| Some(Counts::new(number(&found, 1)?, 0, 0)));
    let summaries: Vec<Counts> = mixed.chain(passed).chain(none).collect();
    (!summaries.is_empty()).then(|| RunnerReading {
        summaries,
        failing: output.names(pattern!(r"(?m)^-{79}\n(\S.*)\n(?:[ ].*\n)*-{79}\n\S.*\n\.{79}$")),
        message: output.first(pattern!(r"(?m)^\S+:\d+: FAILED:\n\s*(\S.*)$")),
        partial: false,
    })
}

/// `1 passed; 1 skipped; 1 failed.`, or `All 3 tests passed.`.
pub(super) fn zig(output: &RunnerOutput) -> Option<RunnerReading> {
    let line =
        pattern!(r"(?m)^(?:All (?P<passed>\d+) tests passed\.|(?P<ok>\d+) passed; (?P<skipped>\d+) skipped; (?P<failed>\d+) failed\.)$");
    let counts = |found: regex::Captures<'_>| {
        let counts = Counts::of_groups(&found)?;
        Some(Counts { passed: counts.passed?.checked_add(found.name("ok").map_or(Some(0), |ok| ok.as_str().parse().ok())?), ..counts })
    };
    let summaries: Vec<Counts> = line.captures_iter(&output.text).filter_map(counts).collect();
    (!summaries.is_empty()).then(|| RunnerReading {
        summaries,
        failing: output.names(pattern!(r"(?m)^\d+/\d+ (.+?)\.\.\.(?:[^\n]*\n)?FAIL \(")),
        message: output.first(pattern!(r"(?m)^\d+/\d+ .+?\.\.\.([^\n]+)\nFAIL \(")),
        partial: false,
    })
}

const CUCUMBER: Words =
    Words { passed: &["passed"], failed: &["failed", "undefined", "ambiguous"], skipped: &["skipped", "pending"], other: &[] };

/// `3 scenarios (1 failed, 1 undefined, 1 passed)`.
pub(super) fn cucumber(output: &RunnerOutput) -> Option<RunnerReading> {
    let line = pattern!(r"(?m)^(\d+) scenarios?(?: \((.*)\))?$");
    let counts = |found: regex::Captures<'_>| match found.get(2) {
        Some(list) => CUCUMBER.counts(list.as_str()),
        None => (&found[1] == "0").then(|| Counts::new(0, 0, 0)),
    };
    let summaries: Vec<Counts> = line.captures_iter(&output.text).filter_map(counts).collect();
    (!summaries.is_empty()).then(|| RunnerReading {
        summaries,
        failing: output.names(pattern!(r"(?m)^(?:\d+\) Scenario: (?:.+?) # |cucumber )(\S+\.feature:\d+)\b.*$")),
        message: output.first(pattern!(r"(?m)^\s+✖ .*\n\s+(\S.*)$")),
        partial: false,
    })
}

/// XCTest's `Executed 3 tests, with 1 failure (0 unexpected) in …` and Swift Testing's `Test run with 3 tests passed after …`.
pub(super) fn swift(output: &RunnerOutput) -> Option<RunnerReading> {
    let line = pattern!(r"(?m)^\t Executed (\d+) tests?, with (?:(\d+) tests? skipped and )?(\d+) failures? \(\d+ unexpected\) in ");
    // each suite has its own line; the last is that of all of them
    let old = line.captures_iter(&output.text).last();
    let old = old.and_then(|found| Counts::of_total(number(&found, 1)?, 0, number(&found, 2)?));
    let failed_cases = names(&output.text, pattern!(r"(?m)^Test Case '(.+)' failed \([\d.]+ seconds\)"));
    let run = pattern!(r"(?m)^. Test run with (\d+) tests?(?: in \d+ suites?)? (?:passed|failed) after ");
    let failed_tests = names(&output.text, pattern!(r"(?m)^. Test (.+) failed after [\d.]+ seconds"));
    let skipped = u32::try_from(pattern!(r"(?m)^. Test .+ skipped").find_iter(&output.text).count()).ok()?;
    let new = run.captures_iter(&output.text).last().and_then(|found| number(&found, 1));
    let without = |total: u32, failed: &[String], skipped: u32| Counts::of_total(total, u32::try_from(failed.len()).ok()?, skipped);
    let old = old.and_then(|all| without(all.passed?.checked_add(all.skipped?)?, &failed_cases, all.skipped?));
    let new = new.and_then(|total| without(total, &failed_tests, skipped));
    // one run has both where both libraries are in use
    let summaries: Vec<Counts> = old.into_iter().chain(new).reduce(Counts::plus).into_iter().collect();
    (!summaries.is_empty()).then(|| RunnerReading {
        summaries,
        failing: failed_cases.into_iter().chain(failed_tests).collect(),
        message: output.first(pattern!(r"(?m)^\S+:\d+: error: .* : (.+)$")),
        partial: false,
    })
}

/// `00:02 +3 ~1 -1: Some tests failed.`, behind lines of the same shape for each test.
pub(super) fn dart(output: &RunnerOutput) -> Option<RunnerReading> {
    let line = pattern!(
        r"(?m)^\d+:\d+ \+(?P<passed>\d+)(?: ~(?P<skipped>\d+))?(?: -(?P<failed>\d+))?: (?:All tests passed!|All tests skipped\.|Some tests failed\.)$"
    );
    let none = output.has(pattern!(r"(?m)^No tests ran\.$|^\d+:\d+ \+0: No tests ran\.$")).then(|| Counts::new(0, 0, 0));
    let summaries: Vec<Counts> = line.captures_iter(&output.text).filter_map(|found| Counts::of_groups(&found)).chain(none).collect();
    (!summaries.is_empty()).then(|| RunnerReading {
        summaries,
        failing: output.names(pattern!(r"(?m)^\d+:\d+ \+\d+(?: ~\d+)? -\d+: (\S.*) \[E\]$")),
        message: output.first(pattern!(r"(?m)^\d+:\d+ .* \[E\]\n\s+(\S.*)$")),
        partial: output.has(pattern!(r"(?m)^\d+:\d+ .* -\d+: loading .* \[E\]$")),
    })
}
