//! At most nine lines that show a change: the new side around the chosen definition, dedented; removed lines where nothing was added.

use std::ops::RangeInclusive;

use crate::change::{FileChange, Hunk};
use crate::markdown::cut;

/// Lines that are shown of a file.
const LIMIT: usize = 9;
/// Characters that are shown of a line.
const WIDTH: usize = 160;

/// Bytes of a line that are looked at. Far more than are shown: a secret that the cut would halve must still be whole when it is masked.
const SEEN: usize = 4096;

/// Takes secrets out of a line.
pub(super) type Mask<'m> = &'m dyn Fn(&str) -> String;

/// Lines of a file's text, 1-based, without their ends.
pub(super) struct FileLines<'a>(Vec<&'a [u8]>);

impl<'a> FileLines<'a> {
    pub(super) fn of(text: Option<&'a [u8]>) -> Self {
        let text = text.unwrap_or_default();
        let body = text.strip_suffix(b"\n").unwrap_or(text);
        Self(if text.is_empty() { Vec::new() } else { body.split(|&b| b == b'\n').collect() })
    }

    /// The line with this number; empty where there is none.
    pub(super) fn at(&self, number: u32) -> &'a [u8] {
        let index = usize::try_from(number).ok().and_then(|n| n.checked_sub(1));
        index.and_then(|index| self.0.get(index)).copied().unwrap_or_default()
    }

    fn text(&self, number: u32, mask: Mask<'_>) -> String {
        let line = self.at(number);
        let line = String::from_utf8_lossy(&line[..line.len().min(SEEN)]);
        cut(&mask(line.trim_end()), WIDTH)
    }
}

/// The head side's lines of a hunk; none for one that only removes.
pub(super) fn head_range(hunk: &Hunk) -> Option<RangeInclusive<u32>> {
    let last = hunk.head_start.checked_add(hunk.head_lines)?.checked_sub(1)?;
    (hunk.head_lines > 0).then_some(hunk.head_start..=last)
}

/// The range without blank lines at its ends; the range itself where all of its lines are blank.
pub(super) fn without_blank_ends(change: &FileChange, range: RangeInclusive<u32>) -> RangeInclusive<u32> {
    let lines = FileLines::of(change.head_blob());
    let tells = |number: &u32| !lines.at(*number).trim_ascii().is_empty();
    let (first, last) = (range.clone().find(tells), range.clone().rev().find(tells));
    first.zip(last).map_or(range, |(first, last)| first..=last)
}

/// The lines of `range` that the change brought, by number. At most a thousand: enough to tell who brought them.
pub(super) fn brought(change: &FileChange, range: &RangeInclusive<u32>) -> Vec<u32> {
    let inside = |hunk: &Hunk| {
        let lines = head_range(hunk)?;
        Some((*lines.start()).max(*range.start())..=(*lines.end()).min(*range.end()))
    };
    change.hunks.iter().filter_map(inside).flatten().take(1000).collect()
}

/// The new side's lines of the range, cut down to the limit around its first changed line.
pub(super) fn excerpt(change: &FileChange, range: &RangeInclusive<u32>, mask: Mask<'_>) -> String {
    let lines = FileLines::of(change.head_blob());
    let limit = u32::try_from(LIMIT).unwrap_or(u32::MAX);
    let (start, end) = (*range.start(), *range.end());
    let changed = brought(change, range).first().copied().unwrap_or(start);
    let start = if end - start < limit { start } else { clause(&lines, start, changed) };
    let numbers: Vec<Option<u32>> = if end - start < limit {
        (start..=end).map(Some).collect()
    } else if changed - start < limit - 3 {
        (start..start + limit - 1).map(Some).chain([None]).collect()
    } else {
        let head = signature(&lines, start);
        let from = changed - 1;
        let to = end.min(from + limit - 3 - head);
        let more = (to < end).then_some(None);
        (start..start + head).map(Some).chain([None]).chain((from..=to).map(Some)).chain(more).collect()
    };
    dedent(&numbers.into_iter().map(|number| number.map(|n| lines.text(n, mask))).collect::<Vec<_>>())
}

/// Where the clause begins that holds the line: of a definition in several clauses the last line up to it that begins as the first one does,
/// name included.
fn clause(lines: &FileLines<'_>, start: u32, holds: u32) -> u32 {
    let first = lines.at(start);
    let head = first.iter().position(|byte| *byte == b'(').map_or(first, |at| &first[..=at]);
    // a decorator above may well come twice
    if !head.trim_ascii_start().first().is_some_and(u8::is_ascii_alphabetic) {
        return start;
    }
    (start..=holds).rev().find(|number| lines.at(*number).starts_with(head)).unwrap_or(start)
}

/// Lines of the signature that begins here, as far as it goes on after an open bracket or a comma; at most four.
fn signature(lines: &FileLines<'_>, start: u32) -> u32 {
    let goes_on = |number: u32| matches!(lines.at(number).trim_ascii_end(), [.., b'(' | b',']);
    (1..4).find(|count| !goes_on(start + count - 1)).unwrap_or(4)
}

/// Joins the lines without their common indentation; a gap becomes an ellipsis, indented as the line after it, at the end as the last.
fn dedent(lines: &[Option<String>]) -> String {
    let lines = without_blanks_at_gaps(lines);
    let common = lines.iter().flatten().filter(|line| !line.is_empty()).map(|line| blanks(line)).min_by_key(|blanks| blanks.len());
    let common = common.unwrap_or_default();
    let lines: Vec<Option<&str>> = lines.iter().map(|line| line.as_deref().map(|line| line.strip_prefix(common).unwrap_or(line))).collect();
    let shown = |(at, line): (usize, &Option<&str>)| match line {
        Some(line) => (*line).to_owned(),
        None => {
            let beside = lines[at + 1..].iter().flatten().next().or(lines[..at].iter().flatten().next_back());
            format!("{}…", beside.map_or("", |line| blanks(line)))
        }
    };
    lines.iter().enumerate().map(shown).collect::<Vec<_>>().join("\n")
}

/// The white space that the line begins with.
fn blanks(line: &str) -> &str {
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// Leaves out blank lines that stand at a gap or at an end.
fn without_blanks_at_gaps(lines: &[Option<String>]) -> Vec<Option<String>> {
    let blank = |line: &Option<String>| line.as_ref().is_some_and(|line| line.trim().is_empty());
    // a blank line goes where only blank lines are between it and a gap or an end
    let is_text = |line: Option<&Option<String>>| line.is_some_and(Option::is_some);
    let keeps = |(at, line): &(usize, &Option<String>)| {
        let (mut above, mut below) = (lines[..*at].iter().rev(), lines[at + 1..].iter());
        !blank(line) || is_text(above.find(|line| !blank(line))) && is_text(below.find(|line| !blank(line)))
    };
    lines.iter().enumerate().filter(keeps).map(|(_, line)| line.clone()).collect()
}

/// Changed lines as a diff, at most `limit` of them.
pub(super) fn diff<'h>(change: &FileChange, hunks: impl Iterator<Item = &'h Hunk>, limit: usize, mask: Mask<'_>) -> String {
    let (base, head) = (FileLines::of(change.base_blob()), FileLines::of(change.head_blob()));
    let of = |hunk: &Hunk| {
        let removed = (hunk.base_start..hunk.base_start.saturating_add(hunk.base_lines)).take(limit + 1);
        let added = (hunk.head_start..hunk.head_start.saturating_add(hunk.head_lines)).take(limit + 1);
        let removed: Vec<String> = removed.map(|n| format!("-{}", base.text(n, mask))).collect();
        removed.into_iter().chain(added.map(|n| format!("+{}", head.text(n, mask))).collect::<Vec<_>>())
    };
    let mut lines: Vec<String> = hunks.flat_map(of).take(limit + 1).collect();
    if lines.len() > limit {
        lines.truncate(limit - 1);
        lines.push("…".to_owned());
    }
    while lines.len() > 1 && lines.last().is_some_and(|line| line.len() == 1) {
        lines.pop(); // a blank line shows nothing at the end
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::{Content, Oid, Side, Status};

    fn change(base: &str, head: &str, hunks: Vec<Hunk>) -> FileChange {
        let side = |text: &str| Some(Side { id: Oid::new("1"), mode: 0o100_644, content: Content::Blob(text.into()) });
        FileChange { path: "a".into(), old_path: None, status: Status::Modified, base: side(base), head: side(head), hunks, binary: false }
    }

    fn hunk(base_start: u32, base_lines: u32, head_start: u32, head_lines: u32) -> Hunk {
        Hunk { base_start, base_lines, head_start, head_lines }
    }

    #[test]
    fn short_ranges_are_whole_and_dedented() {
        let change = change("", "x\n    fn a() {\n        b\n\n    }\n", vec![hunk(0, 0, 2, 4)]);
        assert_eq!(excerpt(&change, &(2..=5), &str::to_owned), "fn a() {\n    b\n\n}");
    }

    #[test]
    fn long_ranges_show_the_head_and_the_change() {
        let text: String = (1..=60).map(|n| format!("{}{n}\n", if n == 1 { "" } else { "  " })).collect();
        let near = excerpt(&change("", &text, vec![hunk(4, 1, 5, 1)]), &(1..=60), &str::to_owned);
        assert_eq!((near.lines().count(), near.lines().last()), (9, Some("  …")));
        let far = excerpt(&change("", &text, vec![hunk(39, 1, 40, 1)]), &(1..=60), &str::to_owned);
        let lines: Vec<&str> = far.lines().collect();
        assert_eq!((lines.len(), &lines[..4], lines[8]), (9, &["1", "  …", "  39", "  40"][..], "  …"));
        let long = text.replacen("1\n", "1(\n", 1).replacen("  2\n", "  2,\n", 1);
        let signature = excerpt(&change("", &long, vec![hunk(39, 1, 40, 1)]), &(1..=60), &str::to_owned);
        let lines: Vec<&str> = signature.lines().collect();
        assert_eq!((lines.len(), &lines[..5]), (9, &["1(", "  2,", "  3", "  …", "  39"][..]));
    }

    #[test]
    fn of_several_clauses_the_changed_one_is_shown() {
        let clause =
            |of: &str, n: u32| format!("  def handle({of}) do\n{}  end\n\n", (1..n).map(|n| format!("    {n}\n")).collect::<String>());
        let text = clause(":beat", 12) + &clause(":join", 4) + &clause(":leave", 30);
        for (line, range, begins) in [(17, 1..=52, "def handle(:join) do\n  1\n  2\n"), (45, 1..=52, "def handle(:leave) do\n  …\n")] {
            let shown = excerpt(&change("", &text, vec![hunk(line, 1, line, 1)]), &range, &str::to_owned);
            assert!(shown.starts_with(begins), "{shown}");
        }
    }

    #[test]
    fn no_blank_lines_at_gaps_and_ends() {
        let text = "\n\nfn a() {\n\n    b\n}\n\n";
        let change = change("", text, vec![hunk(0, 0, 1, 7)]);
        assert_eq!(without_blank_ends(&change, 1..=7), 3..=6);
        assert_eq!(without_blank_ends(&change, 1..=2), 1..=2);
        assert_eq!(excerpt(&change, &(1..=7), &str::to_owned), "fn a() {\n\n    b\n}");
        let line = |text: &str| Some(text.to_owned());
        assert_eq!(dedent(&[line("a"), line(""), None, line(""), line("  b"), line(""), line("c"), line("")]), "a\n  …\n  b\n\nc");
    }

    #[test]
    fn removed_lines_as_a_diff() {
        let change = change("a\nb\nc\n", "a\n", vec![hunk(2, 2, 1, 0)]);
        assert_eq!(diff(&change, change.hunks.iter(), 12, &str::to_owned), "-b\n-c");
        assert_eq!(diff(&change, change.hunks.iter(), 2, &str::to_owned), "-b\n-c");
        let blank = self::change("a\n", "a\nb\n\n", vec![hunk(1, 0, 2, 2)]);
        assert_eq!(diff(&blank, blank.hunks.iter(), 12, &str::to_owned), "+b");
    }

    #[test]
    fn a_secret_that_the_cut_would_halve_is_masked_whole() {
        let text = format!("{}s3cret\n", "x ".repeat(78));
        let shown = excerpt(&change("", &text, vec![hunk(0, 0, 1, 1)]), &(1..=1), &|line| line.replace("s3cret", "‹masked›"));
        assert!(!shown.contains("s3"), "{shown}");
    }

    #[test]
    fn odd_numbers_do_not_panic() {
        let change = change("", "a\n", vec![hunk(u32::MAX, u32::MAX, u32::MAX, u32::MAX), hunk(0, 0, 0, 0), hunk(0, 0, 1, 9)]);
        assert_eq!(excerpt(&change, &(1..=3), &str::to_owned), "a");
        assert_eq!(diff(&change, change.hunks.iter(), 4, &str::to_owned).lines().count(), 4);
    }
}
