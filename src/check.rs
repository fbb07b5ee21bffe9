//! What is wrong with a journal as a text: placeholders, empty sections, times that cannot be, links that lead nowhere, what must not be
//! published. Any Markdown file in the form can be checked, with or without a session.
//!
//! Pure: whether a file is there is asked through the page. Whether what the journal claims still holds is `verify`'s question.
//! A rule is one row of `RULES`.

use std::ops::Range;

use serde::Serialize;

use crate::document::Document;
use crate::document::open::Slot;
use crate::document::read::{Part, code_ranges, outline};

mod counts;
mod form;
mod times;
mod words;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The journal should not be published like this.
    Error,
    /// Worth a look.
    Warning,
}

/// Something that a rule found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Line of the file, from 1.
    pub line: usize,
    /// How bad it is.
    pub level: Level,
    /// Name of the rule.
    pub rule: &'static str,
    /// What was found.
    pub message: String,
}

/// A journal to check.
pub struct JournalText<'a> {
    /// Its text with `\n` line ends.
    pub text: &'a str,
    /// The same as read.
    pub document: &'a Document,
    /// What the record says, where there is one.
    pub record: Option<&'a Document>,
    /// What was rendered last, where a session is known.
    pub last: Option<&'a str>,
    /// Whether a path is there, relative to the file's folder or to the top of the worktree.
    pub exists: &'a dyn Fn(&str) -> bool,
    /// What its type of session asks for and it does not say.
    pub open: &'a [Vec<Slot>],
}

type Found = Vec<(usize, String)>;
type Rule = fn(&JournalText<'_>) -> Found;

/// The rules in the order in which people care for them.
const RULES: &[(&str, Level, Rule)] = &[
    ("secret", Level::Error, words::secrets),
    ("home-path", Level::Error, words::home_paths),
    ("placeholder", Level::Error, words::placeholders),
    ("empty-section", Level::Error, form::empty_sections),
    ("emptied-section", Level::Error, form::emptied_sections),
    ("missing-section", Level::Warning, form::missing_sections),
    ("not-recorded", Level::Warning, form::not_recorded),
    ("dead-link", Level::Error, form::dead_links),
    ("outside-session", Level::Error, times::outside),
    ("timeline-order", Level::Error, times::order),
    ("time-breakdown", Level::Error, times::breakdown),
    ("count", Level::Error, counts::counts),
    ("long-summary", Level::Warning, form::long_summary),
    ("said-twice", Level::Warning, words::said_twice),
    ("long-journal", Level::Warning, form::long_journal),
];

/// All findings, in the order of their lines.
pub fn check(page: &JournalText<'_>) -> Vec<Finding> {
    let found = |(rule, level, look): &(&'static str, Level, Rule)| {
        let (rule, level) = (*rule, *level);
        look(page).into_iter().map(move |(line, message)| Finding { line, level, rule, message }).collect::<Vec<_>>()
    };
    let mut findings: Vec<Finding> = RULES.iter().flat_map(found).collect();
    findings.sort_by_key(|finding| finding.line);
    findings
}

impl<'a> JournalText<'a> {
    fn parts(&self) -> Vec<Part<'a>> {
        outline(self.text)
    }

    /// The lines with their numbers and whether they stand in a fence.
    fn lines(&self) -> Vec<(usize, &'a str, bool)> {
        let fences: Vec<Range<usize>> =
            code_ranges(self.text).into_iter().filter(|range| self.text[range.clone()].contains('\n')).collect();
        let mut at = 0;
        let line = |(number, line): (usize, &'a str)| {
            let inside = fences.iter().any(|range| range.contains(&at));
            at += line.len();
            (number + 1, line.trim_end_matches('\n'), inside)
        };
        self.text.split_inclusive('\n').enumerate().map(line).collect()
    }

    /// Line of a byte of the text.
    fn line_of(&self, at: usize) -> usize {
        self.text[..at].matches('\n').count() + 1
    }
}

#[cfg(test)]
mod tests;
