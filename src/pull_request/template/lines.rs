//! The lines of a Markdown text with their places: what is a comment or stands in a fence is no heading, box or stub.

use std::ops::Range;

use crate::pull_request::sanitise::{closes_fence, opening};

/// Where a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinePlace {
    /// In the open.
    Text,
    /// The line that opens or closes a fence, or one between.
    Fence,
    /// In a comment, with nothing else on the line.
    Comment,
}

/// A line of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// Where it is, its end included.
    pub range: Range<usize>,
    /// The line without its end.
    pub text: &'a str,
    /// Where it stands.
    pub place: LinePlace,
}

impl Line<'_> {
    /// Nothing on it.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// All lines in order; together they are the text.
pub fn lines(text: &str) -> Vec<Line<'_>> {
    let (mut lines, mut at, mut fence, mut comment) = (Vec::new(), 0, None, false);
    for whole in text.split_inclusive('\n') {
        let line = whole.trim_end_matches(['\n', '\r']);
        let place = match fence {
            Some(open) => {
                fence = Some(open).filter(|open| !closes_fence(line, *open));
                LinePlace::Fence
            }
            None if comment => {
                comment = still_open(line, true);
                if !comment && !line.trim_end().ends_with("-->") { LinePlace::Text } else { LinePlace::Comment }
            }
            None => {
                let starts = line.trim_start().starts_with("<!--");
                comment = still_open(line, false);
                let only = starts && (comment || line.trim_end().ends_with("-->") && only_comments(line));
                fence = if starts || comment { None } else { opening(line) };
                match () {
                    () if only => LinePlace::Comment,
                    () if fence.is_some() => LinePlace::Fence,
                    () => LinePlace::Text,
                }
            }
        };
        lines.push(Line { range: at..at + whole.len(), text: line, place });
        at += whole.len();
    }
    lines
}

/// Whether a comment is open at the end of the line.
fn still_open(line: &str, mut open: bool) -> bool {
    let mut rest = line;
    while let Some(at) = rest.find(if open { "-->" } else { "<!--" }) {
        rest = &rest[at + if open { 3 } else { 4 }..];
        open = !open;
    }
    open
}

fn only_comments(line: &str) -> bool {
    without_comments(line).trim().is_empty()
}

/// The line without the comments that begin and end on it.
pub fn without_comments(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(start) = rest.find("<!--") {
        out += &rest[..start];
        let Some(end) = rest[start..].find("-->") else { return out };
        rest = &rest[start + end + 3..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_has_its_place() {
        let text = "# A\n<!-- one -->\n<!-- two\n# not a heading\n-->\nFixes # <!-- n -->\n```md\n# code <!--\n```\nb <!-- x\ny --> z\nend";
        let places: String = lines(text)
            .iter()
            .map(|line| match line.place {
                LinePlace::Text => 't',
                LinePlace::Fence => 'f',
                LinePlace::Comment => 'c',
            })
            .collect();
        assert_eq!(places, "tccccttffftt".replacen("tt", "t", 1) + "t");
        assert_eq!(lines(text).iter().map(|line| &text[line.range.clone()]).collect::<String>(), text);
    }
}
