//! The plain line that home-made runners print.

use super::output::{Counts, RunnerOutput, RunnerReading, pattern};

/// `N passed, N failed[, N skipped]`, alone on a line.
pub(super) fn plain(output: &RunnerOutput) -> Option<RunnerReading> {
    let line = pattern!(r"(?m)^\s*(?P<passed>\d+) passed, (?P<failed>\d+) failed(?:, (?P<skipped>\d+) skipped)?\.?\s*$");
    let summaries: Vec<Counts> = line.captures_iter(&output.text).filter_map(|found| Counts::of_groups(&found)).collect();
    (!summaries.is_empty()).then(|| RunnerReading { summaries, ..RunnerReading::default() })
}
