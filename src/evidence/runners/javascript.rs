//! Jest, Vitest, Mocha, AVA, Jasmine, Playwright, Bun and Deno.

use super::output::{Counts, Output, Reading, Words, pattern};

const JEST: Words = Words { passed: &["passed"], failed: &["failed"], skipped: &["skipped", "todo"], other: &["total"] };

/// `Tests:       1 failed, 1 skipped, 2 passed, 4 total`.
pub(super) fn jest(output: &Output) -> Option<Reading> {
    let line = pattern!(r"(?m)^Tests: +((?:\d+ [a-z]+, )*(?:\d+ of )?\d+ total)$");
    let summaries: Vec<Counts> = line.captures_iter(&output.text).filter_map(|found| JEST.counts(&found[1])).collect();
    let none = output.has(pattern!(r"(?m)^No tests found, exiting with code \d$")).then(|| Counts::new(0, 0, 0));
    let summaries: Vec<Counts> = summaries.into_iter().chain(none).collect();
    let mut failing = output.names(pattern!(r"(?m)^  ● (\S.*)$"));
    failing.retain(|name| name != "Test suite failed to run" && name != "Console" && !name.ends_with("› Test suite failed to run"));
    (!summaries.is_empty()).then(|| Reading {
        summaries,
        failing,
        message: output.first(pattern!(r"(?m)^  ● .*\n\n    (\S.*)$")),
        partial: output.has(pattern!(r"(?m)^\s*● (?:.* › )?Test suite failed to run|^Test Suites: .*\d+ of \d+ total$")),
    })
}
