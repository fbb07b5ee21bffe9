//! Edits at byte ranges of a text: what no edit touches is the same byte for byte.

use std::ops::Range;

/// A text for a range of bytes.
pub(super) struct TextEdit {
    pub(super) range: Range<usize>,
    pub(super) text: String,
}

pub(super) fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |start| start + 1)
}

/// With the line end at its end or without, as the text it replaces.
pub(super) fn ended_like(text: &str, old: &str) -> String {
    if old.ends_with('\n') { text.to_owned() } else { text.trim_end().to_owned() }
}

/// The text with its edits. Of edits that overlap, the later ones give way; line ends are those of the text.
pub(super) fn apply(text: &str, mut edits: Vec<TextEdit>) -> String {
    // at one place, what is put before a line comes before what replaces that line, and both before what only removes
    edits.sort_by_key(|edit| (edit.range.start, edit.text.is_empty(), edit.range.end));
    let crlf = text.contains("\r\n");
    let (mut out, mut at) = (String::with_capacity(text.len() * 2), 0);
    for edit in edits {
        if edit.range.end < at {
            continue;
        }
        let start = edit.range.start.max(at);
        out += &text[at..start];
        out += &if crlf { edit.text.replace("\r\n", "\n").replace('\n', "\r\n") } else { edit.text };
        at = edit.range.end.max(at);
    }
    out + &text[at..]
}
