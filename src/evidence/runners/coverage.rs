//! The part of the code that a test run reached, as a coverage tool printed it for all of it together. One row a shape of output.
//!
//! Nothing is computed: where a run prints a figure for each of several parts and none for the whole, there is none.

use std::sync::LazyLock;

use regex::Regex;

/// A tool's line for the whole: the figure is the group. Where a shape knows lines and other measures, lines are taken.
struct CoverageRow {
    pattern: &'static str,
    /// The first of several such lines is of the whole.
    leads: bool,
}

const fn row(pattern: &'static str) -> CoverageRow {
    CoverageRow { pattern, leads: false }
}

const ROWS: &[CoverageRow] = &[
    // llvm-cov: regions, functions, lines
    row(r"(?m)^TOTAL\s+\d+\s+\d+\s+[\d.]+%\s+\d+\s+\d+\s+[\d.]+%\s+\d+\s+\d+\s+(\d+(?:\.\d+)?%)"),
    // coverage.py, gcovr
    row(r"(?m)^TOTAL\s+\d+\s+\d+(?:\s+\d+\s+\d+)?\s+(\d+(?:\.\d+)?%)\s*$"),
    // istanbul, c8, vitest: statements, branches, functions, lines
    row(r"(?m)^All files\s*\|\s*[\d.]+\s*\|\s*[\d.]+\s*\|\s*[\d.]+\s*\|\s*(\d+(?:\.\d+)?)\s*\|"),
    // go tool cover
    row(r"(?m)^total:\s+\(statements\)\s+(\d+(?:\.\d+)?%)\s*$"),
    // go test, of one package
    row(r"(?m)\bcoverage: (\d+(?:\.\d+)?%) of statements"),
    // tarpaulin
    row(r"(?m)^(\d+(?:\.\d+)?%) coverage, \d+/\d+ lines covered"),
    // PHPUnit: the summary stands before the classes
    CoverageRow { pattern: r"(?m)^\s*Lines:\s+(\d+(?:\.\d+)?%)\s+\(\s*\d+/\s*\d+\)", leads: true },
    // SimpleCov, of today and of before
    row(r"(?m)^Line Coverage: (\d+(?:\.\d+)?%) \(\d+ / \d+\)"),
    row(r"(?m)\b\d+ / \d+ LOC \((\d+(?:\.\d+)?%)\) covered"),
    // ExUnit
    row(r"(?m)^\s*(\d+(?:\.\d+)?%) \| Total\s*$"),
    // coverlet
    row(r"(?m)^\| Total\s+\| (\d+(?:\.\d+)?%)\s+\|"),
    // lcov
    row(r"(?m)^\s*lines\.+: (\d+(?:\.\d+)?%) \("),
];

/// The figure of the first tool that printed one, with its sign: `95%`.
pub(super) fn coverage(text: &str) -> Option<String> {
    static PATTERNS: LazyLock<Vec<Regex>> =
        LazyLock::new(|| ROWS.iter().map(|row| Regex::new(row.pattern).expect("the rows are valid patterns")).collect());
    // every one of them has a sign or a column for it
    if !text.contains('%') {
        return None;
    }
    ROWS.iter().zip(PATTERNS.iter()).find_map(|(row, pattern)| {
        let mut figures: Vec<&str> = pattern.captures_iter(text).filter_map(|found| Some(found.get(1)?.as_str())).collect();
        figures.dedup();
        let figure = figures.first().filter(|_| row.leads || figures.len() == 1)?;
        Some(format!("{}%", figure.trim_end_matches('%')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_s_figure_for_the_whole_is_known() {
        let examples = [
            (
                "Filename  Regions  Missed\na.rs  1 1 0.00%\nTOTAL   100   10   90.00%   20   2   91.00%   200   20   92.50%   0   0   -\n",
                "92.50%",
            ),
            ("Name    Stmts   Miss  Cover\na.py  10 0 100%\n-----\nTOTAL     120      6    95%\n", "95%"),
            (
                "File | % Stmts | % Branch | % Funcs | % Lines |\nAll files |   80.1 |   70 |   60.5 |   81.25 |\n a.ts | 80.1 | 70 | 60 | 81 |\n",
                "81.25%",
            ),
            ("shop/cart/cart.go:9:  Add  100.0%\ntotal:\t\t\t(statements)\t81.2%\n", "81.2%"),
            ("ok  \tshop/cart\t0.01s\tcoverage: 81.2% of statements\n", "81.2%"),
            ("|| Tested/Total Lines:\n85.71% coverage, 6/7 lines covered\n", "85.71%"),
            (" Summary:\n  Classes: 50.00% (1/2)\n  Lines:   85.71% (6/7)\n\nApp\\Cart\n  Lines: 100.00% ( 3/ 3)\n", "85.71%"),
            ("Line Coverage: 95.45% (21 / 22)\n", "95.45%"),
            ("Coverage report generated for RSpec. 21 / 22 LOC (95.45%) covered.\n", "95.45%"),
            ("Percentage | Module\n-----------|------\n     91.67% | Total\n", "91.67%"),
            ("| Module | Line |\n| Shop   | 90% |\n| Total   | 88.5% | 70% | 90% |\n", "88.5%"),
            ("Summary coverage rate:\n  lines......: 77.3% (17 of 22 lines)\n", "77.3%"),
        ];
        assert_eq!(examples.len(), ROWS.len());
        for (index, (text, figure)) in examples.iter().enumerate() {
            assert!(Regex::new(ROWS[index].pattern).expect("a pattern").is_match(text), "row {index}");
            assert_eq!(coverage(text).as_deref(), Some(*figure), "{text}");
        }
    }

    #[test]
    fn parts_are_no_whole() {
        let packages = "ok shop/a coverage: 81.2% of statements\nok shop/b coverage: 10.0% of statements\n";
        for text in [packages, "3 passed, 50% done", "a.py 10 2 80%", ""] {
            assert_eq!(coverage(text), None, "{text}");
        }
    }
}
