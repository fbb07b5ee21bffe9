//! Languages without a grammar: which headers the changed lines stand under, by patterns in the manner of git's own `diff=` drivers.
//!
//! Lines and indentation are all that is looked at, so what is found is marked as derived. A header's reach ends with the line that
//! closes it or before the next header of its level; a changed line that no header reaches is attributed to nothing.

use std::collections::HashSet;
use std::sync::OnceLock;

use regex::bytes::Regex;

use super::Input;
use super::language::Headers;
use super::lines::LineIndex;
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
pub(super) struct HeaderPatterns {
    row: &'static Headers,
    headers: Vec<(Regex, DefinitionKind)>,
    test: Option<Regex>,
}

impl Headers {
    /// The row's patterns, compiled at its first use.
    pub(super) fn patterns(&'static self, cache: &'static OnceLock<HeaderPatterns>) -> &'static HeaderPatterns {
        cache.get_or_init(|| {
            let headers = self.patterns.iter().filter_map(|(pattern, kind)| Some((compile(pattern)?, *kind)));
            HeaderPatterns { row: self, headers: headers.collect(), test: self.test.and_then(compile) }
        })
    }
}

/// The patterns are constants; a test compiles them all.
fn compile(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

/// The headers of one side, and by line the header that reaches it.
#[derive(Default)]
struct Outline {
    headers: Vec<Header>,
    owners: Vec<Option<usize>>,
    /// Headers that reach the current line, the outermost first.
    open: Vec<usize>,
}

/// Definitions and tests by header lines, or why the file was not read.
pub(super) fn read(patterns: &HeaderPatterns, input: &Input<'_>) -> Result<(Vec<DefinitionChange>, Vec<NewTest>), String> {
    let sides = [input.base.unwrap_or(&[]), input.head.unwrap_or(&[])];
    if let Some(reason) = sides.iter().find_map(|text| refusal(text)) {
        return Err(reason);
    }
    let [base, head] = sides.map(LineIndex::new);
    let (in_base, in_head) = (patterns.outline(&base), patterns.outline(&head));
    let removed = patterns.reached(&in_base, &base, input.hunks.iter().map(|hunk: &Hunk| (hunk.base_start, hunk.base_lines)));
    let added = patterns.reached(&in_head, &head, input.hunks.iter().map(|hunk: &Hunk| (hunk.head_start, hunk.head_lines)));
    let changes = compare(&in_base.headers, &in_head.headers, &removed.union(&added).copied().collect());
    Ok((changes, only_new(&patterns.tests(&base), patterns.tests(&head))))
}

/// All headers of one side; nothing where it is not read.
pub(super) fn all(patterns: &HeaderPatterns, text: &[u8]) -> Option<Vec<DefinitionChange>> {
    let headers = refusal(text).is_none().then(|| patterns.outline(&LineIndex::new(text)).headers)?;
    Some(headers.iter().map(|header| entry(header, Change::Added)).collect())
}

impl Outline {
    /// A line that ends what its indentation reaches: the line itself still belongs to it (`}`) or does not.
    fn end(&mut self, indent: usize, number: u32, closing: bool) {
        while let Some(last) = self.open.pop() {
            if indent > self.headers[last].indent {
                self.open.push(last);
                break;
            }
            if closing && indent == self.headers[last].indent {
                self.headers[last].end = number;
                self.owners.push(Some(last));
                break;
            }
        }
    }

    /// A header line; the clauses of one function, one after the other, have one header.
    fn begin(&mut self, kind: DefinitionKind, name: String, indent: usize, number: u32) {
        let container = self.open.iter().rev().map(|&at| &self.headers[at]).find(|header| !header.kind.is_callable());
        let qualified_name = container.map_or_else(|| name.clone(), |outer| format!("{}.{name}", outer.qualified_name));
        let same = |last: &Header| last.indent == indent && last.qualified_name == qualified_name;
        if !self.headers.last().is_some_and(same) {
            self.headers.push(Header { kind, name, qualified_name, indent, line: number, end: number });
        }
        self.open.push(self.headers.len() - 1);
    }

    /// Ends the look at a line: all open headers reach it.
    fn reach(&mut self, number: u32) {
        self.open.iter().for_each(|&at| self.headers[at].end = number);
        if self.owners.len() < number as usize {
            self.owners.push(self.open.last().copied());
        }
    }
}

impl HeaderPatterns {
    fn outline(&self, lines: &LineIndex<'_>) -> Outline {
        let mut outline = Outline::default();
        for number in 1..=lines.count() {
            let line = cut_line(lines, number);
            if line.trim_ascii().is_empty() {
                outline.owners.push(None);
                continue;
            }
            let indent = if self.row.flat { 0 } else { line.len() - line.trim_ascii_start().len() };
            let found = self.header(line);
            let closing = found.is_none() && begins_with(line, self.row.closers);
            if found.is_some() || closing || begins_with(line, self.row.breaks) {
                outline.end(indent, number, closing);
            }
            let begins = found.filter(|_| outline.open.len() < DEEPEST);
            let one_line = begins.is_some() && self.row.closers.contains(&"}") && is_closed(line);
            if let Some((kind, name)) = begins {
                outline.begin(kind, name, indent, number);
            }
            outline.reach(number);
            if one_line {
                outline.open.pop();
            }
        }
        outline
    }

    /// The names of the innermost headers of changed lines, less lines that are nothing but brackets or an `end`.
    fn reached<'a>(&self, outline: &'a Outline, lines: &LineIndex<'_>, changed: impl Iterator<Item = (u32, u32)>) -> HashSet<&'a str> {
        let lines_of = changed.flat_map(|(start, count)| start..start.saturating_add(count));
        let says_something = |number: &u32| {
            let line = cut_line(lines, *number);
            line.iter().any(u8::is_ascii_alphanumeric) && !begins_with(line, self.row.closers)
        };
        let owner = |number: u32| *outline.owners.get((number as usize).checked_sub(1)?)?;
        let owners = lines_of.filter(says_something).filter_map(owner);
        owners.map(|at| outline.headers[at].qualified_name.as_str()).collect()
    }

    fn header(&self, line: &[u8]) -> Option<(DefinitionKind, String)> {
        let first = line.trim_ascii_start();
        if self.row.not.iter().any(|word| first.starts_with(word.as_bytes())) {
            return None;
        }
        self.headers.iter().find_map(|(pattern, kind)| {
            let name = pattern.captures(line)?.name("name")?;
            let name = String::from_utf8_lossy(name.as_bytes()).trim().to_owned();
            let name = if self.row.in_parts && name.contains(':') { parts(&name) } else { name };
            (!name.is_empty()).then_some((*kind, name))
        })
    }

    fn tests(&self, lines: &LineIndex<'_>) -> Vec<NewTest> {
        let Some(test) = &self.test else {
            return Vec::new();
        };
        let found = |line: u32| {
            let name = test.captures(cut_line(lines, line))?.name("name")?.as_bytes();
            Some(NewTest { name: String::from_utf8_lossy(name.trim_ascii()).into_owned(), line })
        };
        (1..=lines.count()).filter_map(found).collect()
    }
}

/// The words before the colons of a name that is given in parts.
fn parts(name: &str) -> String {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let before = name.split(':').map(str::trim_end).collect::<Vec<_>>();
    let words = before.split_last().map_or(&[][..], |(_, before)| before).iter();
    words.map(|part| format!("{}:", part.rsplit(|c| !is_word(c)).next().unwrap_or_default())).collect()
}

/// Whether what begins on the line also ends on it.
fn is_closed(line: &[u8]) -> bool {
    let count = |brace: u8| line.iter().filter(|b| **b == brace).count();
    count(b'{') > 0 && count(b'{') == count(b'}')
}

fn begins_with(line: &[u8], words: &[&str]) -> bool {
    let line = line.trim_ascii().to_ascii_lowercase();
    words.iter().any(|word| line.starts_with(word.as_bytes()))
}

fn cut_line<'a>(lines: &LineIndex<'a>, number: u32) -> &'a [u8] {
    let line = lines.line(number);
    &line[..line.len().min(WIDTH)]
}

fn compare(base: &[Header], head: &[Header], touched: &HashSet<&str>) -> Vec<DefinitionChange> {
    let names = |headers: &[Header]| -> HashSet<String> { headers.iter().map(|header| header.qualified_name.clone()).collect() };
    let (in_base, in_head) = (names(base), names(head));
    let gone = base.iter().filter(|header| !in_head.contains(&header.qualified_name));
    let here = head.iter().filter_map(|header| match in_base.contains(&header.qualified_name) {
        false => Some((header, Change::Added)),
        true => touched.contains(header.qualified_name.as_str()).then_some((header, Change::Modified)),
    });
    let all = gone.map(|header| (header, Change::Removed)).chain(here);
    let mut seen = HashSet::new();
    let first = all.filter(|(header, _)| seen.insert(header.qualified_name.as_str()));
    let mut changes: Vec<DefinitionChange> = first.map(|(header, change)| entry(header, change)).collect();
    changes.sort_by_key(|change| (change.line, change.change != Change::Removed));
    changes
}

fn entry(header: &Header, change: Change) -> DefinitionChange {
    DefinitionChange {
        kind: header.kind,
        name: header.name.clone(),
        qualified_name: header.qualified_name.clone(),
        change,
        line: header.line,
        end_line: header.end,
    }
}
