//! Both sides of one changed file: decides how it is read, parses what must be parsed, and compares.

use std::ops::Range;

use tree_sitter::{Node, Parser, Tree};

use super::compare::compare;
use super::extract::{Definition, Extracted, Extractor};
use super::languages::{self, Compiled, Language, Reader};
use super::lines::{Axis, Lines};
use super::new_tests::{Candidate, is_test_path, only_new};
use super::parse::{blanked, carried, parse, refusal};
use super::{CodeReading, Input, fallback, header_rows};
use crate::change::{Hunk, RepoPath};
use crate::evidence::{DefinitionChange, NewTest};

type Read = (Vec<DefinitionChange>, Vec<NewTest>);

/// A side's language and bytes.
type Text<'a> = (Option<&'static Language>, &'a [u8]);

/// One side of a file, parsed.
struct Side<'a> {
    compiled: &'static Compiled,
    text: &'a [u8],
    lines: Lines<'a>,
    tree: Tree,
    /// The changed lines say truly what it has in common with base.
    aligned: bool,
}

pub(super) fn read(input: &Input<'_>) -> CodeReading {
    let base = input.base.map(|text| (languages::find(input.old_path.unwrap_or(input.path), text), text));
    let head = input.head.map(|text| (languages::find(input.path, text), text));
    let mut reading = CodeReading::default();
    let Some(language) = head.or(base).and_then(|(language, _)| language) else {
        return reading;
    };
    reading.language = Some(language.name);
    if input.base == input.head {
        return reading;
    }
    let read = match &language.reader {
        Reader::Nothing => return reading,
        Reader::Tree(..) => read_trees(input, base, head),
        Reader::Headers(row) => {
            reading.note.derived = true;
            header_rows::patterns(language, row).map_or(Ok(Read::default()), |patterns| fallback::read(patterns, input))
        }
    };
    match read {
        Ok((definitions, tests)) => (reading.definitions, reading.tests) = (definitions, tests),
        Err(reason) => reading.note.skipped = Some(reason),
    }
    reading
}

fn read_trees(input: &Input<'_>, base: Option<Text<'_>>, head: Option<Text<'_>>) -> Result<Read, String> {
    let mut parser = Parser::new();
    let base = base.map(|text| Side::parse(&mut parser, text, None)).transpose()?.flatten();
    let from = base.as_ref().map(|base| (base, input.hunks));
    let head = head.map(|text| Side::parse(&mut parser, text, from)).transpose()?.flatten();
    let (in_base, in_head) = match (&base, &head) {
        (Some(base), Some(head)) if head.aligned => Axis::new(input.hunks).touched(&base.top(), &head.top()),
        _ => (Vec::new(), Vec::new()),
    };
    let mut extract = |side: Option<Side<'_>>, wanted: &[bool], path: &RepoPath| {
        let extracted = side.map(|side| side.extract(&mut parser, wanted, path));
        extracted.unwrap_or_default()
    };
    let base = extract(base, &in_base, input.old_path.unwrap_or(input.path));
    let head = extract(head, &in_head, input.path);
    let changes = compare(&base, &head);
    Ok((changes, only_new(&base.tests, head.tests)))
}

/// Whether the changed lines account for the difference in size: a diff that left something out (white space, say) must not be
/// trusted with what is the same.
fn explains(hunks: &[Hunk], base: &Lines<'_>, base_size: usize, head: &Lines<'_>, head_size: usize) -> bool {
    let bytes = |lines: &Lines<'_>, start: u32, count: u32| match count {
        0 => 0,
        count => lines.start(start.saturating_add(count)).saturating_sub(lines.start(start)),
    };
    let removed: usize = hunks.iter().map(|hunk| bytes(base, hunk.base_start, hunk.base_lines)).sum();
    let added: usize = hunks.iter().map(|hunk| bytes(head, hunk.head_start, hunk.head_lines)).sum();
    !hunks.is_empty() && base_size + added == head_size + removed
}

impl<'a> Side<'a> {
    /// Nothing where the language has no grammar. With base and the changed lines given, what is unchanged is not parsed again.
    fn parse(parser: &mut Parser, (language, text): Text<'a>, base: Option<(&Side<'_>, &[Hunk])>) -> Result<Option<Self>, String> {
        let Some(compiled) = language.and_then(Language::compiled) else {
            return Ok(None);
        };
        if let Some(reason) = refusal(text) {
            return Err(reason);
        }
        let lines = Lines::new(text);
        let base = base.filter(|(base, hunks)| explains(hunks, &base.lines, base.text.len(), &lines, text.len()));
        let same_grammar = base.filter(|(base, _)| std::ptr::eq(base.compiled, compiled));
        let old = same_grammar.map(|(base, hunks)| carried(&base.tree, &base.lines, &lines, hunks));
        parser.set_language(&compiled.parser).map_err(|error| error.to_string())?;
        let tree = parse(parser, &blanked(text, compiled.blanks.as_ref()), old.as_ref()).ok_or("parsing took too long")?;
        Ok(Some(Self { compiled, text, lines, tree, aligned: base.is_some() }))
    }

    /// First and last line of each child of the root.
    fn top(&self) -> Vec<(u32, u32)> {
        let mut cursor = self.tree.walk();
        let span = |node: Node<'_>| {
            let range = node.byte_range();
            let length = self.text[range.clone()].trim_ascii_end().len();
            let last = range.start + length.saturating_sub(1);
            (self.lines.number(range.start), self.lines.number(last))
        };
        self.tree.root_node().children(&mut cursor).map(span).collect()
    }

    fn extract(&self, parser: &mut Parser, wanted: &[bool], path: &RepoPath) -> Extracted {
        if parser.set_language(&self.compiled.parser).is_err() {
            return Extracted::default();
        }
        let extractor = Extractor::new(self.compiled, self.text, &self.lines);
        let mut extracted = extractor.read(parser, &self.tree, wanted);
        let in_test_file = is_test_path(path);
        let callables = extracted.definitions.iter().filter(|definition| definition.kind.is_callable());
        let tests = callables.filter(|definition| self.is_test(definition, in_test_file));
        extracted.tests.extend(tests.map(|definition| NewTest { name: definition.qualified_name.clone(), line: definition.lines.0 }));
        extracted.tests.sort_by_key(|test| test.line);
        extracted
    }

    fn is_test(&self, definition: &Definition, in_test_file: bool) -> bool {
        let part = |range: Range<usize>| std::str::from_utf8(self.text.get(range).unwrap_or(&[])).unwrap_or("");
        let candidate = Candidate {
            name: &definition.name,
            marks: part(definition.decorated..definition.extent.start),
            comment: part(definition.lead..definition.decorated),
            in_test_file,
        };
        self.compiled.grammar.tests.iter().any(|rule| rule.holds(&candidate))
    }
}
