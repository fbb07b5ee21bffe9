//! What stands in a slot: instructions that go when it is filled, and what stays whatever happens.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::lines::{Line, LinePlace, lines, without_comments};

/// What a block of lines is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// Tells the author what to write: goes when the slot is filled.
    Instruction,
    /// Waits for an issue: `Fixes #`. Holds what stands before each issue, such as a bullet.
    Stub(String),
    /// A fence with nothing in it; the range between its lines.
    EmptyFence(Range<usize>),
    /// Boxes.
    Boxes,
    /// A table.
    Table,
    /// A rule that parts sections.
    Rule,
    /// What `journal` wrote before.
    Own,
    /// Anything else: stays.
    Kept,
}

/// Some lines of a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Where they are, the last line's end included.
    pub range: Range<usize>,
    /// What they are.
    pub kind: BlockKind,
}

struct BlockPatterns {
    boxed: Regex,
    empty_bullet: Regex,
    rule: Regex,
    delimiter: Regex,
    stub: Regex,
    stub_at_end: Regex,
    replace_me: Regex,
    begins: Regex,
    machine: Regex,
}

static PATTERNS: LazyLock<BlockPatterns> = LazyLock::new(|| {
    let compiled = |pattern: &str| Regex::new(pattern).expect("a test compiles each pattern");
    let verb = r"(?:fix(?:es|ed)?|close[sd]?|resolve[sd]?|ref(?:s|erences?)?|see|issues?|tickets?|jira|related(?: to)?|relates(?: to)?|linked|part of|addresses|addressed|bug|trac ticket number|link(?: to)?)";
    let noun = r"(?:\s+(?:issues?|tickets?|number|no\.?|links?|id|url|task|bug|to)){0,3}(?:\s*\([^)]*\))?";
    let blank = r"(?:\(?#?\(?(?:issue|ticket|number|nr|id|bug)?[ _-]?(?:number|id|nr|no|here)?\)?|#?x{2,}|#?n{2,}|#?_+|#?0+|#?\.{3}|#?…|#\d+|\?+|<[^>]*>|\[[^\]]*\](?:\([^)]*\))?|\{[^}]*\}|[A-Z]{2,}-(?:X+|N+|0+|123\d*)|none|n/a|#?tbd|#?todo)";
    BlockPatterns {
        boxed: compiled(r"^\s*(?:[-*+]|\d+[.)])\s+\[[ xX]\](?:\s|$)"),
        empty_bullet: compiled(r"^\s*(?:[-*+]|\d+[.)])\s*$"),
        rule: compiled(r"^ {0,3}(?:-(?: *-){2,}|\*(?: *\*){2,}|_(?: *_){2,})\s*$"),
        delimiter: compiled(r"^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$"),
        stub: compiled(&format!(
            r"(?i)^(?P<lead>\s*(?:[-*+]\s+)?)(?:(?P<label>[*_]{{0,2}}{verb}{noun}[*_]{{0,2}}\s*:?[*_]{{0,2}})\s*(?P<blank>-?{blank})|#\s*(?:issue|number|nr)?)[\s.]*(?:\(\s*(?:issue|if applicable|optional|number)[^)]*\))?[\s.]*$"
        )),
        stub_at_end: compiled(r"(?i)^(?P<lead>.*(?:[:*]|\))\s+)(?:fix(?:es)?|close[sd]?|resolve[sd]?)\s*:?\s*#\s*(?:\d+|x+)?\s*$"),
        replace_me: compiled(r"(?i)\[(?:replace|insert|your|describe|fill|add|todo|tbd|\.\.\.|…)[^\]]*\](?:[^(]|$)"),
        begins: compiled(concat!(
            r"(?i)^(?:please|kindly|describe|provide|explain|include|add|list|give|tell|write|what|why|how|where|which|when|who|does|do|did|is|are|has|have|if (?:this|your|you|there|it|any|the|so|not|applicable|appropriate|relevant|possible)|",
            r"a (?:clear|concise|brief|short|few|summary|description)|an? (?:overview|explanation|list)|brief(?:ly)?|short|summari[sz]e|replace|delete|remove|insert|enter|fill|use (?:this|the)|mention|paste|outline|note any|link (?:to|any|the)|",
            r"your|e\.?g\.?|ex[.:]|examples?:|tbd\b|todo\b|make sure|ensure|check (?:all|the|any)|put an? |select|choose|mark|attach|share|state|specify|detail|before submitting|thank|thanks|let us|help us|feel free|information about|anything|any (?:other|additional|relevant|context)|steps to|text here|in this section|for example|remember|you can|you may|we )\b"
        )),
        machine: compiled(
            r"(?i)<!--\s*(?:[\w.-]+[:=/][\w.:=/-]+\s*)+(?:-->|\s[\w .:=/-]*-->)|<!--[^>\n]*\b(?:start|end|begin|stop)\b\s*-->|<!--\s*/?(?:start|end|begin)\b[^>\n]{0,60}-->|pr_agent|coderabbit|ghstack|sapling|renovate|dependabot|markdownlint|prettier-ignore|textlint|cspell|vale\s+off|template_version|gitstream|ellipsis_|greptile|sourcery|stamp:|stack:",
        ),
    }
});

/// Whether a line is a box: where its sign is, whether it is ticked, and its text.
pub fn boxed<'a>(line: &Line<'a>) -> Option<(usize, bool, &'a str)> {
    if line.place != LinePlace::Text || !PATTERNS.boxed.is_match(line.text) {
        return None;
    }
    let open = line.text.find('[')?;
    Some((line.range.start + open + 1, line.text[open + 1..].starts_with(['x', 'X']), line.text[open + 3..].trim()))
}

/// What stands before each issue in a line that waits for one.
pub fn stub(line: &str) -> Option<String> {
    let bare = without_comments(line);
    if let Some(found) = PATTERNS.stub_at_end.captures(bare.trim_end()) {
        return Some(found["lead"].to_owned());
    }
    let found = PATTERNS.stub.captures(bare.trim_end())?;
    let (label, blank) = (found.name("label").map_or("", |m| m.as_str()), found.name("blank").map_or("", |m| m.as_str()));
    let waits = blank.contains('#')
        || label.trim_end_matches(['*', '_']).ends_with(':')
        || label.contains(':')
        || !blank.is_empty() && blank != "none";
    (label.is_empty() || waits).then(|| found["lead"].to_owned())
}

/// The blocks of a part of a text, in order; blank lines lie between them.
pub fn blocks(text: &str, part: &Range<usize>) -> Vec<Block> {
    let all = lines(text);
    let inside: Vec<&Line<'_>> = all.iter().filter(|line| part.contains(&line.range.start)).collect();
    let own = crate::pull_request::markers::blocks(text).unwrap_or_default();
    let (mut found, mut at) = (Vec::new(), 0);
    let mut depth = 0_usize;
    while at < inside.len() {
        let line = inside[at];
        if let Some(block) = own.iter().find(|block| block.whole.start == line.range.start) {
            found.push(Block { range: block.whole.clone(), kind: BlockKind::Own });
            at += inside[at..].iter().take_while(|line| line.range.start < block.whole.end).count();
            continue;
        }
        if line.is_blank() {
            at += 1;
            continue;
        }
        let (kind, count) = block(&inside[at..]);
        let range = line.range.start..inside[at + count - 1].range.end;
        let machine = line.text.trim_start().starts_with("<!--").then(|| side(&text[range.clone()]));
        let kind = match machine {
            Some(Some(opens)) => {
                depth = if opens { depth + 1 } else { depth.saturating_sub(1) };
                BlockKind::Kept
            }
            _ if depth > 0 => BlockKind::Kept,
            _ => kind,
        };
        found.push(Block { range, kind });
        at += count;
    }
    found
}

/// Whether a machine's comment opens or closes a region.
fn side(comment: &str) -> Option<bool> {
    let machine = PATTERNS.machine.is_match(comment);
    let lower = comment.to_lowercase();
    let word = |words: &[&str]| words.iter().any(|word| lower.split(|c: char| !c.is_alphanumeric()).any(|part| part == *word));
    match () {
        () if !machine => None,
        () if word(&["end", "stop"]) => Some(false),
        () if word(&["start", "begin"]) => Some(true),
        () => None,
    }
}

/// The block that begins with the first line, and how many lines it has.
fn block(lines: &[&Line<'_>]) -> (BlockKind, usize) {
    let first = lines[0];
    match first.place {
        LinePlace::Comment => comment(lines),
        LinePlace::Fence => fence(lines),
        LinePlace::Text if PATTERNS.boxed.is_match(first.text) => (BlockKind::Boxes, 1 + continued(&lines[1..])),
        LinePlace::Text if is_table(lines) => {
            (BlockKind::Table, lines.iter().take_while(|line| !line.is_blank() && line.text.contains('|')).count())
        }
        LinePlace::Text if PATTERNS.rule.is_match(first.text) => (BlockKind::Rule, 1),
        LinePlace::Text if PATTERNS.empty_bullet.is_match(first.text) => (BlockKind::Instruction, 1),
        LinePlace::Text => match stub(first.text) {
            Some(lead) => (BlockKind::Stub(lead), 1),
            None => paragraph(lines),
        },
    }
}

fn comment(lines: &[&Line<'_>]) -> (BlockKind, usize) {
    let count = 1 + lines.iter().position(|line| line.text.contains("-->")).unwrap_or(0);
    let text: Vec<&str> = lines[..count].iter().map(|line| line.text).collect();
    let machine = PATTERNS.machine.is_match(&text.join("\n"));
    (if machine { BlockKind::Kept } else { BlockKind::Instruction }, count)
}

fn fence(lines: &[&Line<'_>]) -> (BlockKind, usize) {
    let open = crate::pull_request::sanitise::opening(lines[0].text).unwrap_or(('`', 3));
    let end =
        lines[1..].iter().position(|line| line.place != LinePlace::Fence || crate::pull_request::sanitise::closes_fence(line.text, open));
    let Some(end) = end.map(|end| end + 1) else { return (BlockKind::Kept, lines.len()) };
    let inner = lines[0].range.end..lines[end].range.start;
    let empty = lines[1..end].iter().all(|line| line.is_blank() || line.text.trim_start().starts_with("<!--"));
    (if empty { BlockKind::EmptyFence(inner) } else { BlockKind::Kept }, end + 1)
}

/// Indented lines that belong to the item above.
fn continued(lines: &[&Line<'_>]) -> usize {
    lines
        .iter()
        .take_while(|line| {
            !line.is_blank() && line.place == LinePlace::Text && line.text.starts_with([' ', '\t']) && !PATTERNS.boxed.is_match(line.text)
        })
        .count()
}

fn is_table(lines: &[&Line<'_>]) -> bool {
    lines[0].text.contains('|') && lines.get(1).is_some_and(|next| next.text.contains('-') && PATTERNS.delimiter.is_match(next.text))
}

fn paragraph(lines: &[&Line<'_>]) -> (BlockKind, usize) {
    let ends = |line: &&Line<'_>| {
        line.is_blank()
            || line.place != LinePlace::Text
            || PATTERNS.boxed.is_match(line.text)
            || stub(line.text).is_some()
            || PATTERNS.rule.is_match(line.text)
    };
    let count = 1 + lines[1..].iter().take_while(|line| !ends(line)).count();
    let text: Vec<&str> = lines[..count].iter().map(|line| line.text).collect();
    (if is_instruction(&text) { BlockKind::Instruction } else { BlockKind::Kept }, count)
}

/// Whether a paragraph or list only tells the author what to write.
fn is_instruction(lines: &[&str]) -> bool {
    let bullet = |line: &str| line.trim_start().starts_with(['-', '*', '+']) && line.trim_start()[1..].starts_with(' ');
    let tells = |text: &str| {
        let text = without_comments(text);
        let text = text.trim().trim_start_matches(['>', '-', '+', ' ']);
        let bare = text.trim_start_matches(['*', '_', '(', '\u{2139}', ' ']);
        let framed = |open: char, close: char| text.len() > 2 && text.starts_with(open) && text.ends_with(close) && !text.contains("](");
        let italic = (framed('_', '_') || framed('*', '*')) && !text.starts_with("**") && !text.starts_with("__");
        text.is_empty()
            || italic
            || framed('[', ']')
            || framed('<', '>')
            || framed('{', '}')
            || bare.ends_with('?')
            || PATTERNS.replace_me.is_match(text)
            || PATTERNS.begins.is_match(bare)
    };
    let token = lines.iter().any(|line| line.contains("{{journal.") || line.contains("{{ journal."));
    let names_people = lines.iter().any(|line| line.trim_start().starts_with(['/', '@']));
    match lines {
        [] => false,
        _ if names_people || token => false,
        items if items.iter().all(|line| bullet(line)) => {
            items.iter().all(|line| tells(line.trim_start().trim_start_matches(['-', '*', '+'])))
        }
        lines => tells(&lines.join(" ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stubs_wait_for_an_issue() {
        for (line, lead) in [
            ("Fixes #", Some("")),
            ("- Fixes # (issue)", Some("- ")),
            ("Fixes #<!-- issue number -->", Some("")),
            ("Closes #XXXX", Some("")),
            ("**Related issue:** #", Some("")),
            ("- Related issue(s):", Some("- ")),
            ("Issue: <link>", Some("")),
            ("* Closes: ABC-123", Some("* ")),
            ("ticket-XXXXX", Some("")),
            ("#", Some("")),
            ("Fixes #(issue)", Some("")),
            ("Resolves [issue](url)", Some("")),
            ("- This PR fixes or closes issue: fixes #", Some("- This PR fixes or closes issue: ")),
            ("Fixes the bug in the parser", None),
            ("See the guide", None),
            ("Fix", None),
        ] {
            assert_eq!(stub(line).as_deref(), lead, "{line}");
        }
    }

    #[test]
    fn instructions_go_and_the_rest_stays() {
        let text = "<!-- What? -->\n\nPlease describe it.\nAll of it.\n\n_Optional_\n\nWe use `main`.\n\n-\n\n- [ ] a\n  more\n\n```release-note\n\n```\n\n| Q | A |\n| - | - |\n| B | |\n\n---\n\n/kind bug\n";
        let kinds: Vec<BlockKind> = blocks(text, &(0..text.len())).into_iter().map(|block| block.kind).collect();
        let fence = text.find("release-note\n").map(|at| at + 13).expect("there");
        assert_eq!(
            kinds,
            [
                BlockKind::Instruction,
                BlockKind::Instruction,
                BlockKind::Instruction,
                BlockKind::Instruction,
                BlockKind::Instruction,
                BlockKind::Boxes,
                BlockKind::EmptyFence(fence..fence + 1),
                BlockKind::Table,
                BlockKind::Rule,
                BlockKind::Kept
            ]
        );
    }

    #[test]
    fn what_machines_mark_stays() {
        let text = "<!-- homu-ignore:start -->\n<!--\nWrite it here?\n-->\n<!-- homu-ignore:end -->\n<!-- pr_agent:summary -->\n";
        assert!(blocks(text, &(0..text.len())).iter().all(|block| block.kind == BlockKind::Kept));
    }
}
