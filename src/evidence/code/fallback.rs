//! Languages without a grammar: which headers the changed lines stand under, by patterns in the manner of git's own `diff=` drivers.
//!
//! Lines and indentation are all that is looked at, so what is found is marked as derived. A header's reach ends with the line that
//! closes it or before the next header of its level; a changed line that no header reaches is attributed to nothing.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use regex::bytes::Regex;

use super::Input;
use super::header_rows::Headers;
use super::lines::Lines;
use super::new_tests::only_new;
use super::parse::refusal;
use crate::change::Hunk;
use crate::evidence::{Change, DefinitionChange, DefinitionKind, NewTest};

/// What is looked at of a line.
const WIDTH: usize = 400;

/// Headers within headers.
const DEEPEST: usize = 24;

/// A header line and how far it reaches.
struct Header {
    kind: DefinitionKind,
    name: String,
    qualified_name: String,
    indent: usize,
    line: u32,
    end: u32,
}

/// The patterns of a row, compiled.
pub(super) struct Patterns {
    row: &'static Headers,
    headers: Vec<(Regex, DefinitionKind)>,
    test: Option<Regex>,
}

impl Headers {
    /// The row's patterns, compiled at its first use.
    pub(super) fn patterns(&'static self, cache: &'static OnceLock<Patterns>) -> &'static Patterns {
        cache.get_or_init(|| {
            let headers = self.patterns.iter().filter_map(|(pattern, kind)| Some((compile(pattern)?, *kind)));
            Patterns {
                row: self,
                headers: headers.collect(),
                test: self.test.and_then(compile),
            }
        })
    }
}

/// The patterns are constants; a test compiles them all.
fn compile(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

/// Definitions and tests by header lines, or why the file was not read.
pub(super) fn read(patterns: &Patterns, input: &Input<'_>) -> Result<(Vec<DefinitionChange>, Vec<NewTest>), String> {
    let sides = [input.base.unwrap_or(&[]), input.head.unwrap_or(&[])];
    if let Some(reason) = sides.iter().find_map(|text| refusal(text)) {
        return Err(reason);
    }
    let [base, head] = sides.map(|text| Lines::new(text));
    let (in_base, in_head) = (patterns.headers(&base), patterns.headers(&head));
    let removed = reached(
        &in_base,
        &base,
        input.hunks.iter().map(|hunk: &Hunk| (hunk.base_start, hunk.base_lines)),
    );
    let added = reached(
        &in_head,
        &head,
        input.hunks.iter().map(|hunk: &Hunk| (hunk.head_start, hunk.head_lines)),
    );
    let tests = only_new(&patterns.tests(&base), patterns.tests(&head));
    Ok((compare(&in_base, &in_head, &removed, &added), tests))
}

impl Patterns {
    fn headers(&self, lines: &Lines<'_>) -> Vec<Header> {
        let mut headers: Vec<Header> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        for number in 1..=lines.count() {
            let line = shown(lines, number);
            if line.trim_ascii().is_empty() {
                continue;
            }
            let indent = if self.row.flat {
                0
            } else {
                line.len() - line.trim_ascii_start().len()
            };
            let found = self.header(line);
            let closing = found.is_none() && begins_with(line, self.row.closers);
            let ending = found.is_some() || closing || begins_with(line, self.row.breaks);
            while let Some(&last) = open.last()
                && ending
                && indent <= headers[last].indent
            {
                open.pop();
                if closing && indent == headers[last].indent {
                    headers[last].end = number;
                    break;
                }
            }
            if let Some((kind, name)) = found.filter(|_| open.len() < DEEPEST) {
                let container = open.iter().rev().map(|&at| &headers[at]).find(|header| !header.kind.is_callable());
                let qualified_name = container.map_or_else(|| name.clone(), |outer| format!("{}.{name}", outer.qualified_name));
                open.push(headers.len());
                headers.push(Header {
                    kind,
                    name,
                    qualified_name,
                    indent,
                    line: number,
                    end: number,
                });
            }
            open.iter().for_each(|&at| headers[at].end = number);
        }
        headers
    }

    fn header(&self, line: &[u8]) -> Option<(DefinitionKind, String)> {
        let first = line.trim_ascii_start();
        if self.row.not.iter().any(|word| first.starts_with(word.as_bytes())) {
            return None;
        }
        self.headers.iter().find_map(|(pattern, kind)| {
            let name = pattern.captures(line)?.name("name")?;
            let name = String::from_utf8_lossy(name.as_bytes()).trim().to_owned();
            (!name.is_empty()).then_some((*kind, name))
        })
    }

    fn tests(&self, lines: &Lines<'_>) -> Vec<NewTest> {
        let Some(test) = &self.test else {
            return Vec::new();
        };
        let found = |line: u32| {
            let name = test.captures(shown(lines, line))?.name("name")?.as_bytes();
            Some(NewTest {
                name: String::from_utf8_lossy(name.trim_ascii()).into_owned(),
                line,
            })
        };
        (1..=lines.count()).filter_map(found).collect()
    }
}

fn begins_with(line: &[u8], words: &[&str]) -> bool {
    let line = line.trim_ascii().to_ascii_lowercase();
    words.iter().any(|word| line.starts_with(word.as_bytes()))
}

fn shown<'a>(lines: &Lines<'a>, number: u32) -> &'a [u8] {
    let line = lines.line(number);
    &line[..line.len().min(WIDTH)]
}

/// The innermost header of each changed line that is not blank.
fn reached<'a>(headers: &'a [Header], lines: &Lines<'_>, changed: impl Iterator<Item = (u32, u32)>) -> HashSet<&'a str> {
    let mut names = HashSet::new();
    let lines_of = changed.flat_map(|(start, count)| start..start.saturating_add(count));
    for number in lines_of.filter(|&number| !lines.line(number).is_empty()) {
        let before = headers.partition_point(|header| header.line <= number);
        let innermost = headers[..before].iter().rev().find(|header| header.end >= number);
        names.extend(innermost.map(|header| header.qualified_name.as_str()));
    }
    names
}

fn compare(base: &[Header], head: &[Header], removed: &HashSet<&str>, added: &HashSet<&str>) -> Vec<DefinitionChange> {
    let by_name = |headers: &[Header]| -> HashSet<String> { headers.iter().map(|header| header.qualified_name.clone()).collect() };
    let (in_base, in_head) = (by_name(base), by_name(head));
    let gone = base.iter().filter(|header| !in_head.contains(&header.qualified_name));
    let here = head.iter().filter_map(|header| {
        let name = header.qualified_name.as_str();
        let touched = removed.contains(name) || added.contains(name);
        match in_base.contains(name) {
            false => Some((header, Change::Added)),
            true => touched.then_some((header, Change::Modified)),
        }
    });
    let mut seen: HashMap<&str, ()> = HashMap::new();
    let mut changes: Vec<DefinitionChange> = gone
        .map(|header| (header, Change::Removed))
        .chain(here)
        .filter(|(header, _)| seen.insert(&header.qualified_name, ()).is_none())
        .map(|(header, change)| DefinitionChange {
            kind: header.kind,
            name: header.name.clone(),
            qualified_name: header.qualified_name.clone(),
            change,
            line: header.line,
            end_line: header.end,
        })
        .collect();
    changes.sort_by_key(|change| (change.line, change.change != Change::Removed));
    changes
}
