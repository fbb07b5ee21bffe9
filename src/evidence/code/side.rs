//! Both sides of one changed file: decides how each is read, parses what is needed, and compares.

use tree_sitter::{Parser, Tree};

use super::compare::compare;
use super::extract::{Extracted, Extractor};
use super::languages::{self, Compiled, Language};
use super::lines::{At, Axis, Lines};
use super::new_tests::{Candidate, is_test_path, only_new};
use super::parse::{carried, parse, refusal};
use super::{CodeReading, Input};
use crate::change::RepoPath;
use crate::evidence::{CodeNote, NewTest};

/// One side of a file, parsed.
struct Side<'a> {
    compiled: &'static Compiled,
    text: &'a [u8],
    lines: Lines<'a>,
    tree: Tree,
}

pub(super) fn read(input: &Input<'_>) -> CodeReading {
    let base = input
        .base
        .map(|text| (languages::find(input.old_path.unwrap_or(input.path), text), text));
    let head = input.head.map(|text| (languages::find(input.path, text), text));
    let Some(language) = head.or(base).and_then(|(language, _)| language) else {
        return CodeReading::default();
    };
    let mut reading = CodeReading {
        language: Some(language.name),
        ..CodeReading::default()
    };
    if input.base == input.head {
        return reading;
    }
    match read_trees(input, base, head) {
        Ok((definitions, tests)) => (reading.definitions, reading.tests) = (definitions, tests),
        Err(reason) => {
            reading.note = CodeNote {
                derived: false,
                skipped: Some(reason),
            }
        }
    }
    reading
}

type Found<'a> = Option<(Option<&'static Language>, &'a [u8])>;

fn read_trees(
    input: &Input<'_>,
    base: Found<'_>,
    head: Found<'_>,
) -> Result<(Vec<crate::evidence::DefinitionChange>, Vec<NewTest>), String> {
    let mut parser = Parser::new();
    let base = base
        .map(|(language, text)| Side::parse(&mut parser, language, text, None))
        .transpose()?
        .flatten();
    let head = head
        .map(|(language, text)| Side::parse(&mut parser, language, text, base.as_ref().map(|base| (base, input))))
        .transpose()?
        .flatten();
    let (in_base, in_head) = wanted(input, base.as_ref(), head.as_ref());
    let mut extract = |side: Option<Side<'_>>, wanted: &[bool], path: &RepoPath| {
        side.map(|side| side.extract(&mut parser, wanted, path)).unwrap_or_default()
    };
    let base = extract(base, &in_base, input.old_path.unwrap_or(input.path));
    let head = extract(head, &in_head, input.path);
    Ok((compare(&base.definitions, &head.definitions), only_new(&base.tests, head.tests)))
}

fn wanted(input: &Input<'_>, base: Option<&Side<'_>>, head: Option<&Side<'_>>) -> (Vec<bool>, Vec<bool>) {
    match (base, head) {
        (Some(base), Some(head)) => Axis::new(input.hunks).touched(&base.top(), &head.top()),
        _ => (Vec::new(), Vec::new()),
    }
}

impl<'a> Side<'a> {
    /// Nothing where the language has no grammar.
    fn parse(
        parser: &mut Parser,
        language: Option<&'static Language>,
        text: &'a [u8],
        base: Option<(&Side<'_>, &Input<'_>)>,
    ) -> Result<Option<Self>, String> {
        let Some(compiled) = language.and_then(Language::compiled) else {
            return Ok(None);
        };
        if let Some(reason) = refusal(text) {
            return Err(reason);
        }
        let lines = Lines::new(text);
        let same = base.filter(|(base, _)| std::ptr::eq(base.compiled, compiled));
        let old = same.map(|(base, input)| carried(&base.tree, &base.lines, &lines, input.hunks));
        parser.set_language(&compiled.parser).map_err(|error| error.to_string())?;
        let tree = parse(parser, text, old.as_ref()).ok_or("parsing took too long")?;
        Ok(Some(Self {
            compiled,
            text,
            lines,
            tree,
        }))
    }

    /// First and last line of each child of the root.
    fn top(&self) -> Vec<(u32, u32)> {
        let mut cursor = self.tree.walk();
        let root = self.tree.root_node();
        let span = |node: tree_sitter::Node<'_>| {
            let range = node.byte_range();
            let length = self.text[range.clone()].trim_ascii_end().len();
            (
                self.lines.number(range.start),
                self.lines.number(range.start + length.saturating_sub(1)),
            )
        };
        root.children(&mut cursor).map(span).collect()
    }

    fn extract(self, parser: &mut Parser, wanted: &[bool], path: &RepoPath) -> Extracted {
        if parser.set_language(&self.compiled.parser).is_err() {
            return Extracted::default();
        }
        let extractor = Extractor::new(self.compiled, self.text, &self.lines);
        let mut extracted = extractor.read(parser, &self.tree, wanted);
        let in_test_file = is_test_path(path);
        let part = |range: std::ops::Range<usize>| std::str::from_utf8(self.text.get(range).unwrap_or(&[])).unwrap_or("");
        for definition in extracted.definitions.iter().filter(|definition| definition.kind.is_callable()) {
            let candidate = Candidate {
                name: &definition.name,
                marks: part(definition.decorated..definition.extent.start),
                comment: part(definition.lead..definition.decorated),
                in_test_file,
            };
            if self.compiled.grammar.tests.iter().any(|rule| rule.holds(&candidate)) {
                extracted.tests.push(NewTest {
                    name: definition.qualified_name.clone(),
                    line: definition.lines.0,
                });
            }
        }
        extracted.tests.sort_by_key(|test| test.line);
        extracted
    }
}
