//! Markdown as an outline: headings with what stands below them, and the pieces of such a body. Positions come from a real parser, so a
//! `#` in a fence is no heading; all texts are slices of the source, as they are.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// A heading and the text up to the next one.
#[derive(Clone, Debug, PartialEq)]
pub struct Part<'a> {
    /// 1 to 6; 0 for what stands before the first heading.
    pub level: u8,
    /// The heading as it is written, without its marks.
    pub heading: &'a str,
    /// Line of the heading, from 1.
    pub line: usize,
    /// What stands below it.
    pub body: &'a str,
    /// Line on which the body begins.
    pub body_line: usize,
}

/// The outline of a text with `\n` line ends.
pub fn outline(text: &str) -> Vec<Part<'_>> {
    let headings = headings(text);
    // headings come in order, so each line is counted once
    let (mut counted, mut number) = (0, 1);
    let mut line = |at: usize| {
        number += text[counted..at].matches('\n').count();
        counted = at;
        number
    };
    let first = headings.first().map_or(text.len(), |(_, range)| range.start);
    let mut parts = vec![Part { level: 0, heading: "", line: 1, body: &text[..first], body_line: 1 }];
    for (i, (level, range)) in headings.iter().enumerate() {
        let end = headings.get(i + 1).map_or(text.len(), |(_, next)| next.start);
        let body = without_rule(&text[range.end..end]);
        let heading = title(&text[range.clone()]);
        parts.push(Part { level: *level, heading, line: line(range.start), body, body_line: line(range.end) });
    }
    parts
}

/// A body without the rule at its end, which parts it from the next heading.
fn without_rule(body: &str) -> &str {
    let text = body.trim_end();
    let last = text.rfind('\n').map_or(0, |at| at + 1);
    if is_rule(&text[last..]) && (last == 0 || text[..last].ends_with("\n\n")) { &text[..last] } else { body }
}

/// Level and place of the headings that are in no list or quote.
fn headings(text: &str) -> Vec<(u8, Range<usize>)> {
    let (mut out, mut depth) = (Vec::new(), 0_u32);
    for (event, range) in Parser::new_ext(text, Options::empty()).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) if depth == 0 => out.push((level as u8, range)),
            Event::Start(Tag::List(_) | Tag::BlockQuote(_)) => depth += 1,
            Event::End(TagEnd::List(_) | TagEnd::BlockQuote(_)) => depth -= 1,
            _ => {}
        }
    }
    out
}

/// The heading's text: without its number signs, or the line below it.
fn title(source: &str) -> &str {
    let line = source.trim();
    match line.strip_prefix('#') {
        Some(_) => {
            let text = line.trim_start_matches('#').trim();
            let open = text.trim_end_matches('#');
            // closing marks stand apart from the text
            if open.len() < text.len() && (open.is_empty() || open.ends_with(' ')) { open.trim_end() } else { text }
        }
        None => line.lines().next().unwrap_or_default().trim(),
    }
}

/// The blocks of a body: what blank lines part, a list or a fence in one piece.
pub fn blocks(body: &str) -> Vec<&str> {
    let (mut ranges, mut depth): (Vec<Range<usize>>, u32) = (Vec::new(), 0);
    for (event, range) in Parser::new_ext(body, Options::empty()).into_offset_iter() {
        let is_top = depth == 0;
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
        if is_top && !matches!(event, Event::End(_)) {
            let parted = |last: &Range<usize>| body[body[..last.end].trim_end().len()..range.start].matches('\n').count() > 1;
            match ranges.last_mut() {
                Some(last) if range.start < last.end || !parted(last) => last.end = last.end.max(range.end),
                _ => ranges.push(range),
            }
        }
    }
    ranges.into_iter().map(|range| body[range].trim_end()).filter(|block| !is_rule(block)).collect()
}

/// Three or more of one rule character and nothing else.
fn is_rule(block: &str) -> bool {
    let marks: Vec<char> = block.chars().filter(|c| !c.is_whitespace()).collect();
    marks.len() >= 3 && matches!(marks[0], '-' | '*' | '_') && marks.iter().all(|mark| *mark == marks[0])
}

/// The items of a body's lists, without their marks; what stands outside a list counts as an item of its own.
pub fn items(body: &str) -> Vec<String> {
    let (mut out, mut depth): (Vec<String>, u32) = (Vec::new(), 0);
    for (event, range) in Parser::new_ext(body, Options::empty()).into_offset_iter() {
        match event {
            Event::Start(Tag::Item) if depth == 1 => out.push(unmarked(&body[range])),
            Event::Start(Tag::List(_)) if depth == 0 => {}
            Event::Start(_) if depth == 0 => out.push(body[range].trim().to_owned()),
            _ => {}
        }
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
    }
    out.retain(|item| !item.is_empty() && !is_rule(item));
    out
}

/// A list item without its mark, its other lines as far to the left as its text.
fn unmarked(item: &str) -> String {
    let text = item.trim_start();
    let mark = text.find([' ', '\n', '\t']).unwrap_or(text.len());
    let indent = item.len() - text.len() + mark + 1;
    let mut lines = text[mark..].trim().lines();
    let first = lines.next().unwrap_or_default().to_owned();
    let rest = lines.map(|line| {
        let blanks = line.len() - line.trim_start_matches(' ').len();
        &line[blanks.min(indent)..]
    });
    std::iter::once(first.as_str()).chain(rest).collect::<Vec<_>>().join("\n")
}

/// The text of the fences of a body, each without its last line end.
pub fn fences(body: &str) -> Vec<String> {
    let (mut out, mut open): (Vec<String>, Option<String>) = (Vec::new(), None);
    for event in Parser::new_ext(body, Options::empty()) {
        match (event, &mut open) {
            (Event::Start(Tag::CodeBlock(_)), _) => open = Some(String::new()),
            (Event::Text(text), Some(block)) => block.push_str(&text),
            (Event::End(TagEnd::CodeBlock), _) => out.extend(open.take().map(|block| block.trim_end_matches('\n').to_owned())),
            _ => {}
        }
    }
    out
}

/// What running text says without its markup; code keeps its backticks.
pub fn plain(source: &str) -> String {
    let mut out = String::new();
    // a letter before it keeps the line from being a block of another kind
    for event in Parser::new_ext(&format!("x {source}"), Options::empty()) {
        match event {
            Event::Text(text) | Event::InlineHtml(text) => out.push_str(&text),
            Event::Code(code) => out.push_str(&format!("`{code}`")),
            Event::SoftBreak | Event::HardBreak => out.push(' '),
            _ => {}
        }
    }
    out.strip_prefix("x").unwrap_or(&out).trim().to_owned()
}

/// Bytes of a body that stand in code.
pub fn code_ranges(body: &str) -> Vec<Range<usize>> {
    let events = Parser::new_ext(body, Options::empty()).into_offset_iter();
    events.filter(|(event, _)| matches!(event, Event::Start(Tag::CodeBlock(_)) | Event::Code(_))).map(|(_, range)| range).collect()
}

/// Destinations of the links and images, with their place.
pub fn links(text: &str) -> Vec<(String, usize)> {
    let events = Parser::new_ext(text, Options::empty()).into_offset_iter();
    let link = |(event, range): (Event<'_>, Range<usize>)| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => Some((dest_url.into_string(), range.start)),
        _ => None,
    };
    events.filter_map(link).collect()
}

/// What stands behind the known bold labels of a body, in order, and what stands before the first. A label begins a line: `**Problem**:`,
/// `**Initial Situation:**`, `**Immediate** (this session or next):`. Others are part of the text that they stand in.
pub fn labelled<'a>(body: &'a str, known: &[&'static str]) -> (&'a str, Vec<(&'static str, &'a str)>) {
    let code = code_ranges(body);
    let (mut found, mut at): (Vec<(&'static str, Range<usize>)>, usize) = (Vec::new(), 0);
    for line in body.split_inclusive('\n') {
        if !code.iter().any(|range| range.start < at && at < range.end)
            && let Some((name, length)) = label(line)
            && let Some(name) = known.iter().find(|known| **known == name)
        {
            found.push((name, at..at + length));
        }
        at += line.len();
    }
    let first = found.first().map_or(body.len(), |(_, range)| range.start);
    let end = |i: usize| found.get(i + 1).map_or(body.len(), |(_, next)| next.start);
    let values = found.iter().enumerate().map(|(i, (name, range))| (*name, body[range.end..end(i)].trim())).collect();
    (&body[..first], values)
}

/// A line's label in the form of [`name`], and the bytes up to its text.
pub fn label(line: &str) -> Option<(String, usize)> {
    let start = line.len() - line.trim_start_matches(' ').len();
    let rest = line[start..].strip_prefix("**")?;
    let end = rest.find("**")?;
    let (words, behind) = (&rest[..end], &rest[end + 2..]);
    if let Some(words) = words.strip_suffix(':') {
        return Some((name(words), start + 4 + end));
    }
    // a remark in brackets may stand before the colon
    let remark = behind.strip_prefix(" (").and_then(|remark| remark.find("):")).map_or(0, |close| close + 3);
    behind[remark..].starts_with(':').then(|| (name(words), start + 4 + end + remark + 1))
}

/// A heading or label for comparison: lower-case letters and digits, single blanks between.
pub fn name(text: &str) -> String {
    let kept = text.chars().filter(|c| !matches!(c, '\'' | '’')).map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { ' ' });
    kept.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_found_where_a_reader_sees_them() {
        let text = "<!-- x -->\n# One #\nbody\n```\n# no\n```\n- # neither\n\nTwo\n===\n### C#\n";
        let found: Vec<_> = outline(text).into_iter().map(|part| (part.level, part.heading, part.line)).collect();
        assert_eq!(found, [(0, "", 1), (1, "One", 2), (1, "Two", 9), (3, "C#", 11)]);
        assert_eq!(outline(text)[1].body, "body\n```\n# no\n```\n- # neither\n\n");
    }

    #[test]
    fn blocks_and_items() {
        let body = "one\ntwo\n- a\n- b\n\n  more\n\n---\n\n```\nx\n\ny\n```\n";
        assert_eq!(blocks(body), ["one\ntwo\n- a\n- b\n\n  more", "```\nx\n\ny\n```"]);
        assert_eq!(items("1. one\n2. two\n   - deep\n\nalone\n"), ["one", "two\n- deep", "alone"]);
        assert_eq!((items(""), fences("a\n````sh\n```\nb\n````\n")), (vec![], vec!["```\nb".to_owned()]));
    }

    #[test]
    fn labels() {
        let body = "before\n**Problem**: it\n\nbroke **Why**: no\n**Other**: x\n**Why (really):** because\n**Soon** (this week):\n- a\n```\n**Problem**: code\n```\n";
        let (before, values) = labelled(body, &["problem", "why really", "soon"]);
        assert_eq!(before, "before\n");
        assert_eq!(
            values,
            [("problem", "it\n\nbroke **Why**: no\n**Other**: x"), ("why really", "because"), ("soon", "- a\n```\n**Problem**: code\n```")]
        );
    }

    #[test]
    fn plain_text_is_what_was_quoted() {
        for text in ["a*b* `c_d` [x]", "# no", "1. a", "C #", "<b> & &lt; \\", "- x", "a_b __c__", "===", "`"] {
            assert_eq!(plain(&crate::markdown::text(text)), text);
        }
    }
}
