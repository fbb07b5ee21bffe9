//! What of a modified file need not be parsed: runs of whole definitions, statements or members that both sides have unchanged, in
//! surroundings that both sides have unchanged. Decides by the outlines of both sides and the changed lines; where anything speaks against
//! a run it is kept, so that what is left reads as the whole does.

use std::ops::Range;

use super::lexis::{Lexis, find, find_back};
use super::lines::LineIndex;
use super::outline::{Block, Changed, both};
use crate::change::Hunk;

/// With more containers than this around its changes a file has changed everywhere.
const MOST_BLOCKS: usize = 256;

/// What both sides can do without, as ranges of whole lines in order.
pub(super) struct Gaps {
    pub base: Vec<Range<usize>>,
    pub head: Vec<Range<usize>>,
}

/// One changed place: its bytes on both sides, whole lines.
struct ChangedSpan {
    base: Range<usize>,
    head: Range<usize>,
}

/// One side with its outline.
struct OutlinedSide<'a> {
    text: &'a [u8],
    changed: Vec<Range<usize>>,
    blocks: Vec<Block>,
}

/// What need not be parsed of two texts whose difference the hunks are; nothing where that is not certain.
pub(super) fn gaps(lexis: &Lexis, [base, head]: [(&[u8], &LineIndex<'_>); 2], hunks: &[Hunk]) -> Option<Gaps> {
    let edits = edits(base.1, head.1, hunks);
    let [in_base, in_head] =
        [|edit: &ChangedSpan| edit.base.clone(), |edit: &ChangedSpan| edit.head.clone()].map(|side| edits.iter().map(side).collect());
    let [base, head] = sides(lexis, [(base.0, in_base), (head.0, in_head)])?;
    if base.blocks.len().max(head.blocks.len()) > MOST_BLOCKS {
        return None;
    }
    let mut gaps = Gaps { base: Vec::new(), head: Vec::new() };
    for (b, h) in pairs(&edits, &base, &head) {
        gaps.extend(&edits, &base.blocks[b], &head.blocks[h]);
    }
    gaps.base.sort_unstable_by_key(|gap| gap.start);
    gaps.head.sort_unstable_by_key(|gap| gap.start);
    (!gaps.base.is_empty()).then_some(gaps)
}

/// Both sides with their outlines, from their texts and changed places.
fn sides<'a>(lexis: &Lexis, [base, head]: [(&'a [u8], Vec<Range<usize>>); 2]) -> Option<[OutlinedSide<'a>; 2]> {
    let [base_starts, head_starts] = [&base.1, &head.1].map(|changed| changed.iter().map(|range| range.start).collect::<Vec<_>>());
    let ends = [&base.1, &head.1].map(|changed| changed.last().map_or(0, |range| range.end));
    let (in_base, in_head) = (Changed { text: base.0, starts: &base_starts }, Changed { text: head.0, starts: &head_starts });
    let [base_blocks, head_blocks] = both(lexis, in_base, in_head, ends)?;
    let side = |(text, changed), blocks| OutlinedSide { text, changed, blocks };
    Some([side(base, base_blocks), side(head, head_blocks)])
}

fn edits(base: &LineIndex<'_>, head: &LineIndex<'_>, hunks: &[Hunk]) -> Vec<ChangedSpan> {
    let range = |lines: &LineIndex<'_>, start: u32, count: u32| {
        let first = start + u32::from(count == 0);
        lines.start(first)..lines.start(first + count)
    };
    let edit = |hunk: &Hunk| ChangedSpan {
        base: range(base, hunk.base_start, hunk.base_lines),
        head: range(head, hunk.head_start, hunk.head_lines),
    };
    hunks.iter().map(edit).collect()
}

/// Where head has what base has at an offset; nothing for what changed.
fn carried(edits: &[ChangedSpan], at: usize) -> Option<usize> {
    let before = edits.partition_point(|edit| edit.base.end <= at);
    if edits.get(before).is_some_and(|edit| edit.base.start <= at) {
        return None;
    }
    let (base, head) = before.checked_sub(1).map_or((0, 0), |last| (edits[last].base.end, edits[last].head.end));
    Some(at - base + head)
}

/// The blocks that both sides have, with the same header and the same blocks around.
fn pairs(edits: &[ChangedSpan], base: &OutlinedSide<'_>, head: &OutlinedSide<'_>) -> Vec<(usize, usize)> {
    let mut pairs = vec![(0, 0)];
    for (b, block) in base.blocks.iter().enumerate().skip(1) {
        let same = |&(h, other): &(usize, &Block)| {
            let limits = |block: &Block| [block.header.start, block.header.end - 1, block.close];
            pairs.contains(&(block.outer, other.outer))
                && h > 0
                && limits(block).iter().zip(limits(other)).all(|(at, expected)| carried(edits, *at) == Some(expected))
        };
        let partner = head.blocks.iter().enumerate().find(same);
        pairs.extend(partner.filter(|(_, other)| base.surrounds(block) && head.surrounds(other)).map(|(h, _)| (b, h)));
    }
    pairs
}

impl OutlinedSide<'_> {
    /// Whether the lines of a block's header and of its end are unchanged.
    fn surrounds(&self, block: &Block) -> bool {
        let line_end = |at: usize| find(self.text, at, b"\n").unwrap_or(self.text.len());
        let line = |from: usize, to: usize| find_back(self.text, from)..line_end(to);
        let (header, close) = (line(block.header.start, block.header.end - 1), line(block.close, block.close));
        let touches = |part: &Range<usize>| self.changed.iter().any(|change| change.start < part.end && change.end > part.start);
        !touches(&header) && !touches(&close)
    }
}

impl Gaps {
    /// Takes in the items of a block that no change is in or beside.
    fn extend(&mut self, edits: &[ChangedSpan], base: &Block, head: &Block) {
        let common = base.items.iter().filter_map(|&at| Some((at, carried(edits, at)?)));
        let common: Vec<(usize, usize)> = common.filter(|(_, at)| head.items.binary_search(at).is_ok()).collect();
        for pair in common.windows(2) {
            let ((base_from, head_from), (base_to, head_to)) = (pair[0], pair[1]);
            let next = edits.partition_point(|edit| edit.head.end < head_from);
            let touched = edits.get(next).is_some_and(|edit| edit.head.start <= head_to);
            if !touched && base_to - base_from == head_to - head_from {
                add(&mut self.base, base_from..base_to);
                add(&mut self.head, head_from..head_to);
            }
        }
    }
}

/// Adds a range, to the last one if it follows it.
fn add(ranges: &mut Vec<Range<usize>>, range: Range<usize>) {
    match ranges.last_mut() {
        Some(last) if last.end == range.start => last.end = range.end,
        _ => ranges.push(range),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::RepoPath;
    use crate::evidence::code::grammar_rows::PARSED;
    use crate::evidence::code::language::LanguageReader;
    use crate::evidence::code::languages;
    use crate::evidence::code::outline::outline;

    fn lexis(path: &str) -> &'static Lexis {
        let Some(LanguageReader::Tree(_, grammar)) = languages::find(&RepoPath::new(path.as_bytes()), b"").map(|language| &language.reader)
        else {
            panic!("{path} has no grammar");
        };
        grammar.lexis.expect("a lexis")
    }

    /// The first lines of the text's own items, comments included; nothing where the text is not understood.
    fn items(path: &str, text: &str) -> Option<Vec<String>> {
        let blocks = outline(lexis(path), text.as_bytes(), &[])?;
        let line = |at: &usize| text[*at..].lines().next().unwrap_or_default().to_owned();
        Some(blocks[0].items.iter().map(line).filter(|line| !line.is_empty()).collect())
    }

    #[test]
    fn brackets_in_strings_and_comments_are_none_and_what_is_unsure_says_nothing() {
        let cases: [(&str, &str, Option<&[&str]>); 23] = [
            ("a.rs", "fn a() {}\n// b {\n#[x]\nfn b() {}\n", Some(&["fn a() {}", "// b {"])),
            (
                "a.rs",
                "const A: &str = r#\"\n}\nfn no() {}\n\"#;\nfn b<'a>(c: char) -> bool { c == '{' }\nfn c() {}\n",
                Some(&["const A: &str = r#\"", "fn b<'a>(c: char) -> bool { c == '{' }", "fn c() {}"]),
            ),
            ("a.rs", "/* /* } */\nfn no() {} */\nfn a() {\n}\nfn b() {}\n", Some(&["/* /* } */", "fn b() {}"])),
            ("a.rs", "fn a() {\n", None),
            ("a.rs", "fn a() {)}\n", None),
            ("a.rs", "fn a() { \"}\n", None),
            (
                "a.java",
                "class A {\n}\nelse B {\n}\nclass C { String s = \"\"\"\n  }\n  \"\"\"; }\nclass D {}\n",
                Some(&["class A {", "class C { String s = \"\"\"", "class D {}"]),
            ),
            ("a.java", "class A { char c = 'x; }\n", None),
            ("a.js", "a = /[/{]\\/\"/;\nb = `${c ? `{` : {}} {`;\nd();\n", Some(&["a = /[/{]\\/\"/;", "b = `${c ? `{` : {}} {`;", "d();"])),
            ("a.js", "a = b / c / d;\ne = f() / 2 // {\n;\nh();\n", Some(&["a = b / c / d;", "e = f() / 2 // {", "h();"])),
            ("a.js", "a = {}\n(b)\nc = {\n}\nin d;\n\ne();\n", Some(&["a = {}", "e();"])),
            ("a.php", "<?php\nuse A;\n$a = <<<'X'\n  }\n  X;\nuse B;\n# it's {\nclass C {}\n", Some(&["use B;", "# it's {"])),
            ("a.php", "<?php\nuse A;\n?>\nuse B;\n", None),
            ("a.php", "<p>\n<?php\nuse A;\n", None),
            ("a.c", "int a;\n#if X\nint f(int a) {\n#else\nint f(long a) {\n#endif\n}\n", None),
            ("a.c", "int a;\n#if X\nint b;\n#else\nint c;\n#endif\nint d;\n", Some(&["int a;", "int d;"])),
            ("a.c", "#define A { \\\n  '\n/* {\n */ int x;\nint a = '\\'';\nint b;\n", Some(&["int a = '\\'';", "int b;"])),
            ("a.c", "int f(a)\nint a;\nchar b;\n{\n}\nint c;\n", Some(&[])),
            (
                "a.cpp",
                "auto a = R\"x(})\" {)x\";\nint b = 1'000;\nint c;\n",
                Some(&["auto a = R\"x(})\" {)x\";", "int b = 1'000;", "int c;"]),
            ),
            (
                "a.cs",
                "var a = @\"\\\";\nvar b = $\"{c[\"d\"]}\";\nvar e = 1;\n",
                Some(&["var a = @\"\\\";", "var b = $\"{c[\"d\"]}\";", "var e = 1;"]),
            ),
            ("a.go", "import (\n\t\"a\"\n)\nvar a = `\n}\n`\nfunc b() {\n}\n", Some(&["import (", "var a = `", "func b() {"])),
            ("a.kt", "fun a() {\n}\nval b = \"\"\"{\"\"\"\n\nfun c() {}\n", Some(&["fun a() {", "val b = \"\"\"{\"\"\""])),
            ("a.swift", "func a() {\n}\nlet b = #\"{\"\"#;\nfunc c() {}\n", Some(&["func a() {", "let b = #\"{\"\"#;", "func c() {}"])),
        ];
        for (path, text, expected) in cases {
            assert_eq!(
                items(path, text).as_deref(),
                expected.map(|lines| lines.iter().map(ToString::to_string).collect::<Vec<_>>()).as_deref(),
                "{text}"
            );
        }
    }

    fn gaps_of<'a>(path: &str, base: &'a str, head: &'a str, hunk: Hunk) -> Option<[Vec<&'a str>; 2]> {
        let sides = [base.as_bytes(), head.as_bytes()].map(|text| (text, LineIndex::new(text)));
        let [base_side, head_side] = &sides;
        let gaps = gaps(lexis(path), [(base_side.0, &base_side.1), (head_side.0, &head_side.1)], &[hunk])?;
        let texts = |ranges: Vec<Range<usize>>, text: &'a str| ranges.into_iter().map(|range| &text[range]).collect();
        Some([texts(gaps.base, base), texts(gaps.head, head)])
    }

    #[test]
    fn what_stands_beside_a_change_stays_and_so_do_the_headers_around_it() {
        let base = "import a;\nimport b;\n\nclass A {\n    int a;\n    int b;\n\n    // c\n    int c() {\n        return 1;\n    }\n\n    int d;\n    int e;\n}\n";
        let one = |line| Hunk { base_start: line, base_lines: 1, head_start: line, head_lines: 1 };
        let cases: [(&str, &str, u32, &[&str]); 3] = [
            ("return 1", "return 2", 10, &["import a;\nimport b;\n\n", "    int a;\n    int b;\n\n", "    int d;\n    int e;\n"]),
            ("class A", "class B", 4, &["import a;\n"]),
            (
                "int a",
                "int x",
                5,
                &["import a;\nimport b;\n\n", "    // c\n    int c() {\n        return 1;\n    }\n\n    int d;\n    int e;\n"],
            ),
        ];
        for (old, new, line, expected) in cases {
            let head = base.replacen(old, new, 1);
            let [in_base, in_head] = gaps_of("a.java", base, &head, one(line)).expect("gaps");
            assert_eq!(in_head, expected, "{head}");
            assert_eq!(in_base, in_head);
        }
    }

    #[test]
    fn every_language_with_a_lexis_leaves_something_out() {
        for language in &PARSED {
            let LanguageReader::Tree(_, grammar) = &language.reader else { continue };
            let (Some(lexis), [extension, ..]) = (grammar.lexis, language.extensions) else { continue };
            let text = std::fs::read_to_string(format!("{}/tests/fixtures/code/{}.case", env!("CARGO_MANIFEST_DIR"), language.name))
                .expect("a case");
            let (_, rest) = text.split_once('\n').expect("a heading");
            let head = rest.split_once("=== head\n").expect("a head").1.split_once("=== changes\n").expect("changes").0;
            assert!(outline(lexis, head.as_bytes(), &[]).is_some(), "{} is not understood", language.name);
            let lines: Vec<&str> = head.split_inclusive('\n').collect();
            let without = |at: usize| lines.iter().enumerate().filter(|(line, _)| *line != at).map(|(_, line)| *line).collect::<String>();
            let shrunk = (0..lines.len()).filter(|&at| {
                let line = u32::try_from(at).expect("a small test");
                let hunk = Hunk { base_start: line + 1, base_lines: 1, head_start: line, head_lines: 0 };
                let base_and_head = gaps_of(&format!("a.{extension}"), head, &without(at), hunk).map(|[base, head]| {
                    assert_eq!(base, head, "{}", language.name);
                });
                base_and_head.is_some()
            });
            assert!(shrunk.count() > 0, "{}", language.name);
        }
    }
}
