//! Stated prose: keeps its paragraphs and simple Markdown, loses the power to break the document around it.
//!
//! Every line is made safe on its own: a code span closes on the line it opens on, or its backticks become text. So no construct
//! reaches over lines but a fence, and fences are written anew, at the margin (an indented one would end with the list around it, in the
//! middle of what looks like its content) and always closed.

use std::collections::HashMap;

use super::{clean, escape_marker, fence, one_line, text};

/// Stated prose for the middle of a line: its inline formatting kept, its line ends blanks, its list and quote marks text.
pub fn inline(text: &str) -> String {
    escape_marker(guard_line(&one_line(text)))
}

/// Stated prose with its own paragraphs, lists and fences, without blank lines around it.
pub fn prose(text: &str) -> String {
    let text = clean(text);
    let mut lines = text.lines().peekable();
    let mut out: Vec<String> = Vec::new();
    while let Some(line) = lines.next() {
        match Opening::of(line) {
            Some(opening) => {
                let body = lines.by_ref().take_while(|line| !opening.is_closed_by(line));
                let body: Vec<&str> = body.map(|line| opening.dedent(line)).collect();
                out.extend(fence(&body.join("\n"), opening.language).lines().map(str::to_owned));
            }
            None if line.trim().is_empty() && out.last().is_none_or(String::is_empty) => {}
            None => out.push(guard_line(line.trim_end())),
        }
    }
    out.join("\n").trim_matches('\n').to_owned()
}

/// A line that opens a fence.
struct Opening<'a> {
    mark: char,
    length: usize,
    indent: usize,
    language: &'a str,
}

impl<'a> Opening<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let rest = line.trim_start_matches(' ');
        let mark = rest.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let info = rest.trim_start_matches(mark);
        let (indent, length) = (line.len() - rest.len(), rest.len() - info.len());
        (indent <= 3 && length >= 3 && !(mark == '`' && info.contains('`'))).then(|| Self {
            mark,
            length,
            indent,
            language: info.split_whitespace().next().unwrap_or_default(),
        })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let rest = line.trim_start_matches(' ');
        let tail = rest.trim_start_matches(self.mark);
        line.len() - rest.len() <= 3 && rest.len() - tail.len() >= self.length && tail.trim().is_empty()
    }

    fn dedent<'l>(&self, line: &'l str) -> &'l str {
        let blanks = line.len() - line.trim_start_matches(' ').len();
        &line[blanks.min(self.indent)..]
    }
}

/// Markers in a row that keep their meaning; nobody writes more, and each costs a look along the line.
const DEPTH: usize = 32;

/// One line: its list and quote markers kept, a heading, rule or reference behind them made text.
fn guard_line(line: &str) -> String {
    let (mut at, mut depth) = (0, 0);
    while let Some(length) = container(&line[at..]) {
        at += length;
        depth += 1;
        if depth > DEPTH {
            return format!("{}{}", &line[..at], text(&line[at..]));
        }
    }
    let (markers, rest) = line.split_at(at);
    let escape = if opens_block(rest) { "\\" } else { "" };
    format!("{markers}{escape}{}", guard_spans(rest))
}

/// The length of the blanks, the quote or list marker that the rest of a line begins with; none where its own text begins.
fn container(rest: &str) -> Option<usize> {
    if is_rule(rest) {
        return None;
    }
    let blanks = rest.len() - rest.trim_start_matches(' ').len();
    let bytes = rest.as_bytes();
    let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    let followed = |length: usize| bytes.get(length).is_none_or(|b| *b == b' ');
    match bytes.first()? {
        b' ' => Some(blanks),
        b'>' => Some(1),
        b'-' | b'+' | b'*' if followed(1) => Some(1),
        b'0'..=b'9' if digits < 10 && matches!(bytes.get(digits), Some(b'.' | b')')) && followed(digits + 1) => Some(digits + 1),
        _ => None,
    }
}

fn opens_block(rest: &str) -> bool {
    let marks = rest.len() - rest.trim_start_matches('#').len();
    let heading = (1..=6).contains(&marks) && rest[marks..].chars().next().is_none_or(|c| c == ' ');
    heading || is_rule(rest) || rest.starts_with("~~~") || (rest.starts_with('[') && rest.contains("]:"))
}

/// A line of nothing but one rule character, which under a paragraph makes that a heading.
fn is_rule(rest: &str) -> bool {
    let mut marks = rest.bytes().filter(|b| *b != b' ');
    let Some(first @ (b'-' | b'=' | b'*' | b'_')) = marks.next() else {
        return false;
    };
    marks.all(|b| b == first) && !rest.starts_with(' ')
}

/// The inline part: code spans as they are, HTML, loose backticks and odd links as text.
fn guard_spans(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let runs = Runs::of(text);
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let taken = match c {
            '`' => code_span(rest, at, &runs, &mut out),
            '\\' => escape(rest, &mut out),
            '<' => push(&mut out, "&lt;", 1),
            ']' if rest.starts_with("](") && !is_web_or_file(&rest[2..]) => push(&mut out, "\\](", 2),
            _ => push(&mut out, &rest[..c.len_utf8()], c.len_utf8()),
        };
        at += taken;
    }
    out
}

fn push(out: &mut String, text: &str, taken: usize) -> usize {
    out.push_str(text);
    taken
}

fn code_span(rest: &str, at: usize, runs: &Runs, out: &mut String) -> usize {
    let length = rest.len() - rest.trim_start_matches('`').len();
    // at the beginning of a line a long run looks like a fence to simple readers
    let looks_like_fence = at == 0 && length >= 3;
    match runs.after(at + length, length).filter(|_| !looks_like_fence) {
        Some(close) => push(out, &rest[..close + length - at], close + length - at),
        None => push(out, &"\\`".repeat(length), length),
    }
}

fn escape(rest: &str, out: &mut String) -> usize {
    match rest[1..].chars().next() {
        Some('<') => push(out, "&lt;", 2),
        Some(c) if c.is_ascii_punctuation() => push(out, &rest[..2], 2),
        Some(_) => push(out, "\\", 1),
        None => push(out, "\\\\", 1),
    }
}

/// Starts of the backtick runs of a line by their length, so that finding the one that closes a span takes no second walk over the line.
pub(crate) struct Runs(HashMap<usize, Vec<usize>>);

impl Runs {
    pub(crate) fn of(text: &str) -> Self {
        let mut runs: HashMap<usize, Vec<usize>> = HashMap::new();
        let mut at = 0;
        while let Some(start) = text[at..].find('`').map(|i| i + at) {
            let length = text.len() - start - text[start..].trim_start_matches('`').len();
            runs.entry(length).or_default().push(start);
            at = start + length;
        }
        Self(runs)
    }

    /// Where the first run of exactly this length begins from a place on.
    pub(crate) fn after(&self, at: usize, length: usize) -> Option<usize> {
        let starts = self.0.get(&length)?;
        starts.get(starts.partition_point(|&start| start < at)).copied()
    }
}

/// Whether a link's destination is one that a journal may name. What is not plainly so is text.
fn is_web_or_file(destination: &str) -> bool {
    let destination = destination.trim_start();
    let scheme: String = destination.chars().take(8).collect::<String>().to_ascii_lowercase();
    ["https://", "http://", "mailto:"].iter().any(|known| scheme.starts_with(known)) || is_file(destination)
}

/// A path or a `#fragment`, in plain letters: neither a scheme nor anything that could spell one. Ends at the next bracket at the
/// latest, so that a line full of them is walked along once.
fn is_file(destination: &str) -> bool {
    let end = destination.find([')', ' ', '#', '?', ':', '&', '\\', '<', '%', '[', ']']);
    match end.map(|end| (end, destination.as_bytes()[end])) {
        Some((end, b')' | b' ' | b'?')) => end > 0,
        Some((_, b'#')) => true,
        Some(_) => false,
        None => !destination.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parallel::assert_linear;

    #[test]
    fn keeps_simple_markdown() {
        for text in [
            "Two *words* and `a < b`, [a link](https://example.org/x) and [a file](docs/a.md#x).",
            "First.\n\nSecond:\n- one\n- two\n  1. deep\n\n> quoted",
            "```bash\n# not a heading\nls\n```\nafter",
            "escaped \\* and \\_",
            "2 > 1 - 0",
        ] {
            assert_eq!(prose(text), text);
        }
    }

    #[test]
    fn breaks_nothing() {
        for (given, safe) in [
            ("## Solution", "\\## Solution"),
            ("- > # x", "- > \\# x"),
            ("a\n===", "a\n\\==="),
            ("a\n---", "a\n\\---"),
            ("a\n-", "a\n\\-"),
            ("- - -", "\\- - -"),
            ("***", "\\***"),
            ("```\nopen", "```\nopen\n```"),
            ("~~~sh\n```\nx", "````sh\n```\nx\n````"),
            ("- a\n  ```\n## x\n  ```", "- a\n```\n## x\n```"),
            ("- ```\n## x", "- \\`\\`\\`\n\\## x"),
            ("    ```\n## x", "\\`\\`\\`\n\\## x"),
            ("<!-- open", "&lt;!-- open"),
            ("\\<b>", "&lt;b>"),
            ("```a``` b", "\\`\\`\\`a\\`\\`\\` b"),
            ("a ` b\n`<b>` c", "a \\` b\n`<b>` c"),
            ("[x](javascript:alert(1))", "[x\\](javascript:alert(1))"),
            ("[x](&#106;avascript:alert(1))", "[x\\](&#106;avascript:alert(1))"),
            ("[x](<javascript:a>)", "[x\\](&lt;javascript:a>)"),
            ("[x]: javascript:a", "\\[x]: javascript:a"),
            ("a\n\n\n\nb\n", "a\n\nb"),
            ("tail \\", "tail \\\\"),
            ("\x1b[2J", "␛[2J"),
        ] {
            let given_safe = prose(given);
            assert_eq!(given_safe.trim_start(), safe, "{given:?}");
        }
    }

    #[test]
    fn one_line_form() {
        assert_eq!(inline("# a\n\n- b `c"), "\\# a - b \\`c");
    }

    #[test]
    fn hostile_lines_take_no_square_time() {
        let runs: String = (1..2000).map(|n| "`".repeat(n % 61 + 1) + " ").collect();
        for (name, piece, times) in [
            ("runs", runs.as_str(), 8),
            ("lists", "- ", 200_000),
            ("links", "](", 300_000),
            ("quotes", ">", 300_000),
            ("signs", "&", 300_000),
        ] {
            assert_linear(
                name,
                |part| piece.repeat(times / part) + "x",
                |line| {
                    assert!(prose(line).len() >= line.len());
                    assert!(inline(line).len() + text(line).len() >= line.len());
                },
            );
        }
    }
}
