//! The table of test runners.

use super::output::{Output, Reading};
use super::{go, javascript, php, plain, python, rust};

/// One runner.
pub(super) struct Row {
    /// As people write its name.
    pub(super) name: &'static str,
    /// How a command line of its own begins: a program, then its first words.
    pub(super) commands: &'static [&'static str],
    /// Its results, where the output is its own.
    pub(super) read: fn(&Output) -> Option<Reading>,
}

impl Row {
    /// Whether the command line itself names the runner.
    pub(super) fn is_named_in(&self, command: &str) -> bool {
        let program = command.split_whitespace().next().and_then(|word| word.rsplit('/').next());
        self.commands.iter().any(|own| Some(*own) == program)
    }
}

pub(super) const ROWS: &[Row] = &[
    Row { name: "cargo test", commands: &["cargo"], read: rust::cargo },
    Row { name: "cargo nextest", commands: &["cargo"], read: rust::nextest },
    Row { name: "pytest", commands: &["pytest"], read: python::pytest },
    Row { name: "unittest", commands: &[], read: python::unittest },
    Row { name: "behave", commands: &["behave"], read: python::behave },
    Row { name: "Jest", commands: &["jest"], read: javascript::jest },
    Row { name: "go test", commands: &["go"], read: go::go },
    Row { name: "PHPUnit", commands: &["phpunit"], read: php::phpunit },
    Row { name: "tests", commands: &[], read: plain::plain },
];
