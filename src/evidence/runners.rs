//! Output of test runners → test results. Pure: text in, [`Results`] out; nothing is run here.
//!
//! A runner is a row of [`ROWS`]: which command lines are surely its own, and how its output is read. Behind a wrapper (`make test`,
//! `npm test`, `docker exec …`) the output decides.

use std::sync::LazyLock;

use regex::Regex;

use crate::event::Results;

/// One runner.
struct Row {
    /// As people write its name.
    name: &'static str,
    /// Its results, where the text is its output.
    read: fn(&str) -> Option<Results>,
}

const ROWS: &[Row] = &[Row { name: "tests", read: plain }];

/// What a command's output says about tests; none where no runner is recognised. `output` is stdout and stderr as they came, colours and all.
pub fn read(output: &str) -> Option<Results> {
    ROWS.iter().find_map(|row| Some(Results { runner: row.name.to_owned(), ..(row.read)(output)? }))
}

/// Whether the command line by itself says that tests or a build will run, before there is any output.
pub fn is_expected(command: &str) -> bool {
    command.split_whitespace().any(|word| word.contains("test"))
}

/// The last line that reads `N passed, N failed[, N skipped]` and nothing else.
fn plain(output: &str) -> Option<Results> {
    static LINE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?m)^\s*(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*$").expect("a valid pattern"));
    let counts = LINE.captures_iter(output).last()?;
    let number = |index: usize| counts.get(index).and_then(|text| text.as_str().parse().ok());
    Some(Results { passed: number(1), failed: number(2), skipped: number(3), ..Results::default() })
}
