//! Both sides of one changed file: decides how it is read, parses what must be parsed, and compares.

use std::ops::Range;

use tree_sitter::{Node, Parser, Tree};

use super::compare::{compare, listed};
use super::definition::Definition;
use super::elide::gaps;
use super::extract::{Extracted, Extractor};
use super::language::{Code, Compiled, Language, LanguageReader};
use super::languages;
use super::lines::{Axis, LineIndex};
use super::new_tests::{TestCandidate, is_test_path, only_new};
use super::parse::{between, blanked, carried, parse, parse_parts, refusal};
use super::{CodeReader, CodeReading, Input, fallback, header_rows};
use crate::change::{Hunk, RepoPath};
use crate::evidence::{DefinitionChange, NewTest};

type Read = (Vec<DefinitionChange>, Vec<NewTest>);

/// A side's language and bytes.
type Text<'a> = (Option<&'static Language>, &'a [u8]);

/// One side of a file that can be parsed.
struct Source<'a> {
    compiled: &'static Compiled,
    text: &'a [u8],
    lines: LineIndex<'a>,
}

/// One side of a file, parsed.
struct ParsedSide<'a> {
    source: &'a Source<'a>,
    tree: Tree,
    /// What was not parsed, being the same on both sides.
    gaps: Vec<Range<usize>>,
}

/// Both sides, as far as they are there.
type Sides<'a> = [Option<ParsedSide<'a>>; 2];

pub(super) fn read(reader: &mut CodeReader, input: &Input<'_>) -> CodeReading {
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
        LanguageReader::Nothing => return reading,
        LanguageReader::Embedded(form) => {
            reading.note.same = form.is_encoded && base.zip(head).is_some_and(|(base, head)| holds_same_code(base, head));
            read_embedded(reader, input, base, head)
        }
        LanguageReader::Tree(..) => read_trees(reader, input, base, head),
        LanguageReader::Headers(row) => {
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

/// The code of a file of another form. Which lines are code is a matter of the whole file, so all of it is compared.
fn read_embedded(reader: &mut CodeReader, input: &Input<'_>, base: Option<Text<'_>>, head: Option<Text<'_>>) -> Result<Read, String> {
    if let Some(reason) = [base, head].into_iter().flatten().find_map(|(_, text)| refusal(text)) {
        return Err(reason);
    }
    let sides = [base, head].map(|side| side.map(code));
    // where one side cannot be told, what differs from it cannot either
    if sides.iter().flatten().any(Option::is_none) {
        return Ok(Read::default());
    }
    let [base, head] =
        sides.each_ref().map(|side| side.as_ref().and_then(|code| code.as_ref()).map(|code| (Some(code.language), &*code.text)));
    read_trees(reader, &Input { hunks: &[], ..*input }, base, head)
}

/// Whether both sides can be told, and have the same lines of code, wherever they stand.
fn holds_same_code(base: Text<'_>, head: Text<'_>) -> bool {
    let lines = |code: &Code| {
        code.text.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).map(<[u8]>::to_vec).collect::<Vec<_>>()
    };
    code(base).zip(code(head)).is_some_and(|(base, head)| lines(&base) == lines(&head))
}

/// The code that a side holds.
fn code((language, text): Text<'_>) -> Option<Code> {
    match language?.reader {
        LanguageReader::Embedded(form) => (form.code)(text),
        _ => None,
    }
}

/// All definitions of one side; nothing where it cannot be read.
pub(super) fn all(reader: &mut CodeReader, path: &RepoPath, text: &[u8]) -> Option<Vec<DefinitionChange>> {
    let language = languages::find(path, text)?;
    match &language.reader {
        LanguageReader::Nothing => None,
        LanguageReader::Tree(..) => all_of(reader, path, (Some(language), text)),
        LanguageReader::Embedded(form) => {
            let code = refusal(text).is_none().then(|| (form.code)(text))??;
            all_of(reader, path, (Some(code.language), &code.text))
        }
        LanguageReader::Headers(row) => fallback::all(header_rows::patterns(language, row)?, text),
    }
}

fn all_of(reader: &mut CodeReader, path: &RepoPath, text: Text<'_>) -> Option<Vec<DefinitionChange>> {
    let source = Source::of(Some(text)).ok()??;
    let extracted = ParsedSide::parse(&mut reader.parser, &source, None).ok()?.extract(&mut reader.parser, &[], path)?;
    Some(listed(&extracted))
}

fn read_trees(reader: &mut CodeReader, input: &Input<'_>, base: Option<Text<'_>>, head: Option<Text<'_>>) -> Result<Read, String> {
    let (base, head) = (Source::of(base)?, Source::of(head)?);
    let aligned = match (&base, &head) {
        (Some(base), Some(head)) => explains(input.hunks, base, head),
        _ => false,
    };
    let large = [&base, &head].iter().all(|side| side.as_ref().is_some_and(|side| side.text.len() >= reader.whole_below));
    let parser = &mut reader.parser;
    let hunks = if aligned { input.hunks } else { &[] };
    if let (Some(base), Some(head), true) = (&base, &head, aligned && large)
        && let Some(sides) = ParsedSide::without_gaps(parser, base, head, hunks)
        && let Some(read) = compare_sides(parser, input, &sides.map(Some), hunks)
    {
        return Ok(read);
    }
    let base = base.as_ref().map(|base| ParsedSide::parse(parser, base, None)).transpose()?;
    let from = base.as_ref().map(|base| (base, hunks)).filter(|_| aligned);
    let head = head.as_ref().map(|head| ParsedSide::parse(parser, head, from)).transpose()?;
    Ok(compare_sides(parser, input, &[base, head], hunks).unwrap_or_default())
}

/// What differs between two sides; nothing where something was left out that matters.
fn compare_sides(parser: &mut Parser, input: &Input<'_>, sides: &Sides<'_>, hunks: &[Hunk]) -> Option<Read> {
    let (in_base, in_head) = match sides {
        [Some(base), Some(head)] if !hunks.is_empty() => Axis::new(hunks).touched(&base.top(), &head.top()),
        _ => (Vec::new(), Vec::new()),
    };
    let mut extract = |side: &Option<ParsedSide<'_>>, wanted: &[bool], path: &RepoPath| match side {
        Some(side) => side.extract(parser, wanted, path),
        None => Some(Extracted::default()),
    };
    let base = extract(&sides[0], &in_base, input.old_path.unwrap_or(input.path))?;
    let head = extract(&sides[1], &in_head, input.path)?;
    let changes = compare(&base, &head);
    Some((changes, only_new(&base.tests, head.tests)))
}

/// Whether the changed lines account for the difference in size: a diff that left something out (white space, say) must not be
/// trusted with what is the same.
fn explains(hunks: &[Hunk], base: &Source<'_>, head: &Source<'_>) -> bool {
    let bytes = |lines: &LineIndex<'_>, start: u32, count: u32| match count {
        0 => 0,
        count => lines.start(start.saturating_add(count)).saturating_sub(lines.start(start)),
    };
    let removed: usize = hunks.iter().map(|hunk| bytes(&base.lines, hunk.base_start, hunk.base_lines)).sum();
    let added: usize = hunks.iter().map(|hunk| bytes(&head.lines, hunk.head_start, hunk.head_lines)).sum();
    !hunks.is_empty() && base.text.len() + added == head.text.len() + removed
}

impl<'a> Source<'a> {
    /// Nothing where the side is not there or its language has no grammar.
    fn of(side: Option<Text<'a>>) -> Result<Option<Self>, String> {
        let compiled = |(language, text): Text<'a>| Some((language.and_then(Language::compiled)?, text));
        let Some((compiled, text)) = side.and_then(compiled) else {
            return Ok(None);
        };
        match refusal(text) {
            Some(reason) => Err(reason),
            None => Ok(Some(Self { compiled, text, lines: LineIndex::new(text) })),
        }
    }

    /// Parses the text without the gaps.
    fn parse(&self, parser: &mut Parser, gaps: &[Range<usize>], old: Option<&Tree>) -> Result<Tree, String> {
        parser.set_language(&self.compiled.parser).map_err(|error| error.to_string())?;
        let text = blanked(self.text, &self.compiled.blanks);
        let tree = match gaps {
            [] => parse(parser, &text, old),
            gaps => parse_parts(parser, &text, &between(gaps, self.text, &self.lines)),
        };
        tree.ok_or("parsing took too long".to_owned())
    }
}

impl<'a> ParsedSide<'a> {
    /// With base and the changed lines given, what is unchanged is not parsed again.
    fn parse(parser: &mut Parser, source: &'a Source<'a>, base: Option<(&ParsedSide<'_>, &[Hunk])>) -> Result<Self, String> {
        let same_grammar = base.filter(|(base, _)| std::ptr::eq(base.source.compiled, source.compiled));
        let old = same_grammar.map(|(base, hunks)| carried(&base.tree, &base.source.lines, &source.lines, hunks));
        let tree = source.parse(parser, &[], old.as_ref())?;
        Ok(Self { source, tree, gaps: Vec::new() })
    }

    /// Both sides without what they have in common, as far as that is known to be left out without harm.
    fn without_gaps(parser: &mut Parser, base: &'a Source<'a>, head: &'a Source<'a>, hunks: &[Hunk]) -> Option<[Self; 2]> {
        let lexis = base.compiled.grammar.lexis.filter(|_| std::ptr::eq(base.compiled, head.compiled))?;
        let gaps = gaps(lexis, [(base.text, &base.lines), (head.text, &head.lines)], hunks)?;
        let mut side = |source: &'a Source<'a>, gaps: Vec<Range<usize>>| {
            let tree = source.parse(parser, &gaps, None).ok()?;
            Some(Self { source, tree, gaps }).filter(Self::is_sound)
        };
        Some([side(base, gaps.base)?, side(head, gaps.head)?])
    }

    /// Whether what was parsed reads well, and no token spans a gap.
    fn is_sound(&self) -> bool {
        let root = self.tree.root_node();
        let spans = |gap: &Range<usize>| root.descendant_for_byte_range(gap.start.saturating_sub(1), gap.end);
        !root.has_error() && self.gaps.iter().all(|gap| spans(gap).is_none_or(|node| node.child_count() > 0))
    }

    /// First and last line of each child of the root, with the attributes above it.
    fn top(&self) -> Vec<(u32, u32)> {
        let (mut cursor, mut decorated) = (self.tree.walk(), None);
        let span = |node: Node<'_>| {
            let range = node.byte_range();
            let length = self.source.text[range.clone()].trim_ascii_end().len();
            let last = range.start + length.saturating_sub(1);
            let meaning = self.source.compiled.meaning(node);
            let first = match (meaning.comment, meaning.decorator) {
                (true, _) => range.start,
                (_, true) => *decorated.get_or_insert(range.start),
                _ => decorated.take().unwrap_or(range.start),
            };
            (self.source.lines.number(first), self.source.lines.number(last))
        };
        self.tree.root_node().children(&mut cursor).map(span).collect()
    }

    /// Nothing where a callable has a gap: whether it holds others decides how it is compared.
    fn extract(&self, parser: &mut Parser, wanted: &[bool], path: &RepoPath) -> Option<Extracted> {
        let source = self.source;
        parser.set_language(&source.compiled.parser).ok()?;
        let extractor = Extractor::new(source.compiled, source.text, &source.lines);
        let mut extracted = extractor.read(parser, &self.tree, wanted, &self.gaps);
        let has_gap = |extent: &Range<usize>| self.gaps.iter().any(|gap| gap.start < extent.end && gap.end > extent.start);
        if extracted.definitions.iter().any(|definition| definition.kind.is_callable() && has_gap(&definition.extent)) {
            return None;
        }
        let in_test_file = is_test_path(path);
        let callables = extracted.definitions.iter().filter(|definition| definition.kind.is_callable());
        let tests = callables.filter(|definition| self.is_test(definition, in_test_file));
        extracted.tests.extend(tests.map(|definition| NewTest { name: definition.qualified_name.clone(), line: definition.lines.0 }));
        extracted.tests.sort_by_key(|test| test.line);
        Some(extracted)
    }

    fn is_test(&self, definition: &Definition, in_test_file: bool) -> bool {
        let part = |range: Range<usize>| std::str::from_utf8(self.source.text.get(range).unwrap_or(&[])).unwrap_or("");
        let candidate = TestCandidate {
            name: &definition.name,
            marks: part(definition.decorated..definition.extent.start),
            comment: part(definition.lead..definition.decorated),
            in_test_file,
        };
        self.source.compiled.grammar.tests.iter().any(|rule| rule.holds(&candidate))
    }
}
