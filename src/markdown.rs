//! Text made safe for Markdown: what a repository or a person says cannot break the document that quotes it.
//!
//! Text in, text out; knows neither templates nor documents. Four forms: [`text`] for running text that is quoted (subjects, titles):
//! nothing in it is markup but a code span, which shows what is in it as it is; [`code`] and [`fence`] for what is shown as it is; [`inline`] and [`prose()`] for what people state: inline
//! formatting, lists, quotes, links and closed fences keep their meaning, but it can open no heading, rule, HTML, comment or fence that
//! swallows what follows, and no link to anything but the web, a mail address or a file.
//!
//! In all of them control characters (escape sequences among them) become visible signs, and so do the marks that reorder text.

mod prose;
pub(crate) use prose::Runs;
pub use prose::{inline, prose};

use crate::secrets;
use crate::words::reorders;

/// The text without control and reordering characters; line ends become `\n`, tabs four spaces.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\t' => out.push_str("    "),
            '\u{feff}' => {}
            // the signs that stand for control characters: ␛ for escape and so on
            '\0'..='\x1f' => out.extend(char::from_u32(0x2400 + u32::from(c))),
            '\x7f' => out.push('\u{2421}'),
            _ if c.is_control() || reorders(c) => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
    out
}

/// Cleaned and on one line: runs of white space become one blank.
pub fn one_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first `limit` characters of it, with an ellipsis where something is left out. What stands in place of a secret is left out whole: half
/// of it reads like the secret itself.
pub fn cut(text: &str, limit: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(limit) else { return text.to_owned() };
    let open = text[..end].rfind('(').filter(|open| {
        let closed = text[*open..].find(')').map(|close| open + close);
        closed.is_some_and(|close| close >= end && secrets::is_mark(&text[*open..=close]))
    });
    format!("{}…", text[..open.unwrap_or(end)].trim_end())
}

/// Running text with no markup in it but code spans, on one line.
pub fn text(text: &str) -> String {
    let line = one_line(text);
    let chars: Vec<char> = line.chars().collect();
    let mut out = String::with_capacity(line.len() + 8);
    let mut next = 0;
    for (i, &c) in chars.iter().enumerate() {
        if i < next {
            continue;
        }
        let (before, after) = (i.checked_sub(1).map(|i| chars[i]), chars.get(i + 1).copied());
        match c {
            '`' if let Some(length) = span(&chars[i..]).filter(|_| before != Some('`')) => {
                out.push_str(&code(&chars[i + 1..i + length - 1].iter().collect::<String>()));
                next = i + length;
            }
            '<' => out.push_str("&lt;"),
            '&' if opens_entity(&chars[i + 1..]) => out.push_str("&amp;"),
            _ if is_markup(c, before, after) => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    guard_ends(out)
}

/// Whether the character would be markup where it stands. `snake_case` and `2 * 3` need no backslash.
fn is_markup(c: char, before: Option<char>, after: Option<char>) -> bool {
    let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let space = |c: Option<char>| c.is_some_and(char::is_whitespace);
    match c {
        '`' | '[' | ']' => true,
        '\\' => after.is_none_or(|c| c.is_ascii_punctuation()),
        '*' => !(space(before) && space(after)),
        '_' => !(word(before) && word(after) || space(before) && space(after)),
        '~' => before == Some('~') || after == Some('~'),
        _ => false,
    }
}

/// Characters of the code span that begins here, between single backticks.
fn span(chars: &[char]) -> Option<usize> {
    let length = chars.iter().skip(1).position(|&c| c == '`')?;
    let closes = length > 0 && chars.get(length + 2) != Some(&'`');
    closes.then_some(length + 2)
}

fn opens_entity(rest: &[char]) -> bool {
    let end = rest.iter().take(40).position(|&c| c == ';');
    end.is_some_and(|end| end > 0 && rest[..end].iter().all(|c| c.is_ascii_alphanumeric() || *c == '#'))
}

/// Escapes what is markup only at the beginning or the end of a line.
fn guard_ends(mut line: String) -> String {
    let tail = line.len() - line.trim_end_matches('#').len();
    if tail > 0 && (tail == line.len() || line[..line.len() - tail].ends_with(' ')) {
        line.insert(line.len() - tail, '\\');
    }
    escape_marker(line)
}

/// The line with a backslash before what would open a block.
fn escape_marker(mut line: String) -> String {
    if let Some(at) = block_marker(&line) {
        line.insert(at, '\\');
    }
    line
}

/// Where a backslash keeps the line from opening a heading, list, quote or rule.
fn block_marker(line: &str) -> Option<usize> {
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let ends_marker = |rest: &str| rest.is_empty() || rest.starts_with(' ');
    let first = line.chars().next()?;
    let all = |c: char| line.chars().all(|x| x == c || x == ' ');
    match first {
        '#' => ends_marker(line.trim_start_matches('#')).then_some(0),
        '>' => Some(0),
        '~' => line.starts_with("~~~").then_some(0),
        '[' => line.contains("]:").then_some(0),
        '-' | '+' | '=' => (all(first) || first != '=' && ends_marker(&line[1..])).then_some(0),
        '*' | '_' => all(first).then_some(0),
        '0'..='9' if digits < 10 && line[digits..].starts_with(['.', ')']) && ends_marker(&line[digits + 1..]) => Some(digits),
        _ => None,
    }
}

/// A code span, with more backticks around it than stand in a row inside.
pub fn code(text: &str) -> String {
    let text = one_line(text);
    let ticks = "`".repeat(longest_run(&text, '`') + 1);
    let text = if text.is_empty() { " ".to_owned() } else { text };
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// A fenced block, its fence longer than any inside, its end at a line's end.
pub fn fence(text: &str, language: &str) -> String {
    let text = clean(text);
    let text = text.trim_end_matches('\n');
    let ticks = "`".repeat(longest_run(text, '`').max(2) + 1);
    let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '_' | '.' | '#');
    let language: String = language.chars().filter(plain).take(40).collect();
    let language = language.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    let end = if text.is_empty() { "" } else { "\n" };
    format!("{ticks}{language}\n{text}{end}{ticks}\n")
}

fn longest_run(text: &str, c: char) -> usize {
    text.split(|x| x != c).map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn running_text() {
        for (given, safe) in [
            ("config: retry_after must exceed the timeout", "config: retry_after must exceed the timeout"),
            ("fix(billing): take a lock", "fix(billing): take a lock"),
            ("# heading", "\\# heading"),
            ("#418 is closed", "#418 is closed"),
            ("C #", "C \\#"),
            ("C#", "C#"),
            ("- item", "\\- item"),
            ("-1 is odd", "-1 is odd"),
            ("---", "\\---"),
            ("===", "\\==="),
            ("> quote", "\\> quote"),
            ("1. first", "1\\. first"),
            ("1.5 times", "1.5 times"),
            ("~~~", "\\~\\~\\~"),
            ("*a* 2 * 3 _b_ a_b", "\\*a\\* 2 * 3 \\_b\\_ a_b"),
            ("[x](javascript:alert(1))", "\\[x\\](javascript:alert(1))"),
            ("a `b_c*` d", "a `b_c*` d"),
            ("`<b>` and <b>", "`<b>` and &lt;b>"),
            ("a `b", "a \\`b"),
            ("`` `a` ``", "\\`\\` `a` \\`\\`"),
            ("a``b`", "a\\`\\`b\\`"),
            ("`a`` b", "\\`a\\`\\` b"),
            ("<script>alert(1)</script> <!-- x", "&lt;script>alert(1)&lt;/script> &lt;!-- x"),
            ("a &lt; b && c", "a &amp;lt; b && c"),
            ("Shop\\Billing\\", "Shop\\Billing\\\\"),
            ("two\nlines\t\tand\r\nmore", "two lines and more"),
            ("\x1b[31mred\x07", "␛\\[31mred␇"),
            ("a\u{202e}b\u{9b}c\u{feff}", "a\u{fffd}b\u{fffd}c"),
        ] {
            assert_eq!(text(given), safe, "{given:?}");
        }
    }

    #[test]
    fn spans_and_fences() {
        for (given, span) in [("a", "`a`"), ("a`b", "``a`b``"), ("`a`", "`` `a` ``"), ("", "` `"), ("a\nb", "`a b`")] {
            assert_eq!(code(given), span);
        }
        assert_eq!(fence("a\n", "rust"), "```rust\na\n```\n");
        assert_eq!(fence("a\n```\nb", "x`y\nz"), "````xyz\na\n```\nb\n````\n");
        assert_eq!(fence("", ""), "```\n```\n");
    }

    #[test]
    fn cuts_at_characters() {
        assert_eq!((cut("größe", 3).as_str(), cut("ab", 2).as_str()), ("grö…", "ab"));
        let masked = "p x(password, masked) y z";
        for (limit, left) in [(3, "p x…"), (4, "p x…"), (20, "p x…"), (21, "p x(password, masked)…"), (25, masked)] {
            assert_eq!(cut(masked, limit), left, "{limit}");
        }
    }
}
