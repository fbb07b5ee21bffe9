//! `cargo test` and `cargo nextest`.

use super::output::{Counts, RunnerOutput, RunnerReading, names, pattern};

/// Which one target `cargo test` is told to run; where it is one, nothing is left out after a failure.
fn has_one_target(command: &str) -> bool {
    pattern!(r"\s--(?:lib|doc|test|bin|example|bench)\b").find_iter(command).count() == 1
}

/// `test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s`, one for each target.
pub(super) fn cargo(output: &RunnerOutput) -> Option<RunnerReading> {
    let line = pattern!(
        r"(?m)^test result: (?:ok|FAILED)\. (?P<passed>\d+) passed; (?P<failed>\d+) failed; (?P<skipped>\d+) ignored; \d+ measured; \d+ filtered out"
    );
    let output = &without_nextest(output);
    let summaries: Vec<Counts> = line.captures_iter(&output.text).filter_map(|found| Counts::of_groups(&found)).collect();
    let broken = output.has(pattern!(r"(?m)^error: could not compile "));
    let stopped =
        output.has(pattern!(r"(?m)^error: (?:(?:test|doctest) failed, to rerun pass|test failed)")) && !has_one_target(&output.command);
    let all_ran = output.has(pattern!(r"(?m)^error: \d+ targets? failed:"));
    let panicked = output.first(pattern!(r"(?m)^thread '.*' (?:\(\d+\) )?panicked at .*:\n(\S.*)$"));
    let compiler = || broken.then(|| output.first(pattern!(r"(?m)^(error(?:\[E\d+\])?: .*)$"))).flatten();
    (!summaries.is_empty() || broken).then(|| RunnerReading {
        summaries,
        failing: output.names(pattern!(r"(?m)^test (.+?)(?: - should panic)? \.\.\. FAILED$")),
        message: panicked.or_else(compiler),
        partial: broken || stopped && !all_ran,
    })
}

/// The output without what tests said while nextest ran them: each speaks there as a run of its own.
fn without_nextest(output: &RunnerOutput) -> RunnerOutput {
    let run = pattern!(r"(?ms)^ *(?:Nextest run ID|Starting \d+ tests? across) .*?^ *Summary \[.*?$");
    RunnerOutput { text: run.replace_all(&output.text, "").into_owned(), command: output.command.clone() }
}

/// `Summary [   0.012s] 3 tests run: 2 passed (1 slow), 1 failed, 0 skipped`.
pub(super) fn nextest(output: &RunnerOutput) -> Option<RunnerReading> {
    let line = pattern!(
        r"(?m)^\s*Summary \[[^\]]*\] (?P<ran>\d+)(?:/(?P<all>\d+))? tests? run: (?P<passed>\d+) passed(?: \([^)]*\))?(?P<rest>(?:, \d+ [a-z ]+(?: \([^)]*\))?)*)"
    );
    let rest = |text: &str, words: &[&str]| -> Option<u32> {
        let pairs = pattern!(r"(\d+) (failed|timed out|exec failed|skipped)").captures_iter(text);
        let numbers =
            pairs.map(|pair| pair.extract::<2>().1).filter(|[_, word]| words.contains(word)).map(|[number, _]| number.parse::<u32>().ok());
        numbers.sum()
    };
    let mut partial = false;
    let summaries: Vec<Counts> = line
        .captures_iter(&output.text)
        .filter_map(|found| {
            partial |= found.name("all").is_some_and(|all| all.as_str() != &found["ran"]);
            let failed = rest(&found["rest"], &["failed", "timed out", "exec failed"])?;
            Some(Counts::new(found["passed"].parse().ok()?, failed, rest(&found["rest"], &["skipped"])?))
        })
        .collect();
    // behind its summary it lists once more what failed in the end; before it, tries that were followed by another are named, too
    let ended = output.text.rfind(" Summary [").map_or(output.text.as_str(), |at| &output.text[at..]);
    let none = output.has(pattern!(r"(?m)^error: no tests to run$")).then(|| Counts::new(0, 0, 0));
    let broken = output.has(pattern!(r"(?m)^error: could not compile "));
    let summaries: Vec<Counts> = summaries.into_iter().chain(none).take(1).collect();
    (!summaries.is_empty() || broken).then(|| RunnerReading {
        summaries,
        failing: names(ended, pattern!(r"(?m)^\s*(?:TRY \d+ )?(?:FAIL|TIMEOUT|SIG[A-Z]+|ABORT) \[[^\]]*\] (?:\([^)]*\) )?(\S.*)$")),
        message: output.first(pattern!(r"(?m)^\s*thread '.*' (?:\(\d+\) )?panicked at .*:\n\s*(\S.*)$")),
        partial: partial || broken,
    })
}

/// `3 tests run: 3 passed (1 slow, 1 flaky), 0 skipped`.
pub(super) fn nextest_retried(output: &RunnerOutput) -> Option<u32> {
    output.number(pattern!(r"(?m)^\s*Summary \[[^\]]*\] .*? passed \((?:[^)]*, )?(\d+) flaky\b"))
}
