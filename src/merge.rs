//! Three-way merge of a text by whole lines: what was rendered last, what is rendered now, and the file that somebody may have edited.
//!
//! Pure: bytes in, bytes out. Built on the diffs of `similar`; its own merge takes edits of neighbouring lines for a conflict, which in a
//! form of one label a line is the rule rather than the exception. Here two edits are in each other's way only where they change the same
//! line, and what both sides insert at the same place is kept, the file's first, but for a section that the file begins there.
//!
//! Lines are compared without their ends and without a byte order mark; what comes from the file keeps both as they are, what is new gets
//! the line end that most lines of the file have.

use std::borrow::Cow;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// What to do where both sides changed the same lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// Nothing: it is a conflict.
    #[default]
    Neither,
    /// Take the file's lines.
    File,
    /// Take the lines that are rendered now.
    New,
}

/// Lines that both sides changed, each in its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// First of the lines in the file, from 1.
    pub line: usize,
    /// What was rendered last, without line ends.
    pub base: Vec<String>,
    /// What the file says.
    pub file: Vec<String>,
    /// What is rendered now.
    pub new: Vec<String>,
}

/// The file with the changes from `base` to `new` put in. Where nothing changed between those two it is the file, byte for byte.
///
/// # Errors
///
/// All conflicts, where there are any that `keep` does not resolve.
pub fn merge(base: &[u8], file: &[u8], new: &[u8], keep: Keep) -> Result<Vec<u8>, Vec<Conflict>> {
    let (base, file, new) = (Text::of(base), Text::of(file), Text::of(new));
    let regions = regions(&base, &file, &new);
    let conflicts: Vec<Conflict> = match keep {
        Keep::Neither => regions.iter().filter_map(|region| region.conflict(&base, &file, &new)).collect(),
        Keep::File | Keep::New => Vec::new(),
    };
    if !conflicts.is_empty() {
        return Err(conflicts);
    }
    let mut out = Output::new(&file);
    let mut at = 0;
    for region in &regions {
        out.keep(at..region.file.start);
        match region.choice(&file, &new, keep) {
            Choice::File => out.keep(region.file.clone()),
            Choice::New => out.take(&new, region.new.clone()),
            Choice::Both if begins_section(&file, &region.file) && !begins_section(&new, &region.new) => {
                // what is new belongs to the section above
                out.take(&new, region.new.clone());
                out.keep(region.file.clone());
            }
            Choice::Both => {
                out.keep(region.file.clone());
                out.take(&new, region.new.clone());
            }
        }
        at = region.file.end;
    }
    out.keep(at..file.lines.len());
    Ok(out.finish())
}

/// How many lines two texts do not share, counted on both sides.
pub fn distance(a: &[u8], b: &[u8]) -> usize {
    let (a, b) = (Text::of(a), Text::of(b));
    hunks(&a, &b).iter().map(|hunk| hunk.base.len() + hunk.side.len()).sum()
}

/// Lines of a text that another one has otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// What stands in the first, without line ends.
    pub old: Vec<String>,
    /// What stands in the other.
    pub new: Vec<String>,
    /// The first of those lines in the other, from 1.
    pub line: usize,
}

/// The places where two texts differ.
pub fn replaced(old: &[u8], new: &[u8]) -> Vec<Replaced> {
    let (old, new) = (Text::of(old), Text::of(new));
    let replaced = |hunk: &Hunk| Replaced { old: old.words(&hunk.base), new: new.words(&hunk.side), line: hunk.side.start + 1 };
    hunks(&old, &new).iter().map(replaced).collect()
}

const MARK: &[u8] = b"\xef\xbb\xbf";

/// A text as lines.
struct Text<'a> {
    mark: &'a [u8],
    /// Each line without its end.
    lines: Vec<&'a [u8]>,
    /// The end of each line; empty for a last line without one.
    ends: Vec<&'a [u8]>,
}

impl<'a> Text<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        let (mark, bytes) = bytes.split_at(if bytes.starts_with(MARK) { MARK.len() } else { 0 });
        let whole: Vec<&[u8]> = bytes.split_inclusive(|b| *b == b'\n').collect();
        let length = |line: &[u8]| {
            let without = line.strip_suffix(b"\n").unwrap_or(line);
            if without.len() < line.len() { without.strip_suffix(b"\r").unwrap_or(without).len() } else { line.len() }
        };
        let (lines, ends) = whole.into_iter().map(|line| line.split_at(length(line))).unzip();
        Self { mark, lines, ends }
    }

    /// The line end that most lines have.
    fn end(&self) -> &'static [u8] {
        let carriage = self.ends.iter().filter(|end| **end == b"\r\n").count();
        if carriage * 2 > self.ends.len() { b"\r\n" } else { b"\n" }
    }

    fn words(&self, range: &Range<usize>) -> Vec<String> {
        self.lines[range.clone()].iter().map(|line| String::from_utf8_lossy(line).into_owned()).collect()
    }
}

/// Lines of the base that one side replaced.
#[derive(Clone, Debug)]
struct Hunk {
    base: Range<usize>,
    side: Range<usize>,
}

fn hunks(base: &Text<'_>, side: &Text<'_>) -> Vec<Hunk> {
    let mut out: Vec<Hunk> = Vec::new();
    for op in capture_diff_slices(Algorithm::Histogram, &base.lines, &side.lines) {
        let (_, base, side) = op.as_tag_tuple();
        match out.last_mut() {
            _ if matches!(op, DiffOp::Equal { .. }) => {}
            Some(last) if last.base.end == base.start && last.side.end == side.start => {
                *last = Hunk { base: last.base.start..base.end, side: last.side.start..side.end };
            }
            _ => out.push(Hunk { base, side }),
        }
    }
    for at in 0..out.len() {
        let before = at.checked_sub(1).map_or((0, 0), |before| (out[before].base.end, out[before].side.end));
        let behind = out.get(at + 1).map_or((base.lines.len(), side.lines.len()), |behind| (behind.base.start, behind.side.start));
        let hunk = &out[at];
        let way = match (hunk.base.is_empty(), hunk.side.is_empty()) {
            (false, true) => to_heading(&base.lines, &hunk.base, before.0..behind.0),
            (true, false) => to_heading(&side.lines, &hunk.side, before.1..behind.1),
            _ => 0,
        };
        let moved = |range: &Range<usize>| range.start.saturating_add_signed(way)..range.end.saturating_add_signed(way);
        out[at] = Hunk { base: moved(&hunk.base), side: moved(&hunk.side) };
    }
    out
}

/// How far a run of lines that only one text has can be moved, so that it begins with a heading and says the same: a section that is gone
/// takes its own lines with it, not those of the one above that are alike.
fn to_heading(lines: &[&[u8]], run: &Range<usize>, within: Range<usize>) -> isize {
    let is_heading = |at: usize| lines[at].starts_with(b"#");
    let up = (0..=run.start - within.start).take_while(|n| *n == 0 || lines[run.start - n] == lines[run.end - n]);
    let down = (0..=within.end - run.end).take_while(|n| *n == 0 || lines[run.start + n - 1] == lines[run.end + n - 1]);
    let up = up.into_iter().find(|n| is_heading(run.start - n)).map(|n| -n.cast_signed());
    up.or_else(|| down.into_iter().find(|n| is_heading(run.start + n)).map(usize::cast_signed)).unwrap_or(0)
}

/// Lines that at least one side changed, with what stands there in each text.
#[derive(Clone, Debug)]
struct Region {
    base: Range<usize>,
    file: Range<usize>,
    new: Range<usize>,
    by_file: bool,
    by_new: bool,
}

enum Choice {
    File,
    New,
    Both,
}

impl Region {
    /// Whether the two sides exclude each other.
    fn is_open(&self, file: &Text<'_>, new: &Text<'_>) -> bool {
        self.by_file && self.by_new && !self.base.is_empty() && file.lines[self.file.clone()] != new.lines[self.new.clone()]
    }

    fn conflict(&self, base: &Text<'_>, file: &Text<'_>, new: &Text<'_>) -> Option<Conflict> {
        self.is_open(file, new).then(|| Conflict {
            line: self.file.start + 1,
            base: base.words(&self.base),
            file: file.words(&self.file),
            new: new.words(&self.new),
        })
    }

    fn choice(&self, file: &Text<'_>, new: &Text<'_>, keep: Keep) -> Choice {
        let (ours, theirs) = (&file.lines[self.file.clone()], &new.lines[self.new.clone()]);
        match (self.by_file, self.by_new) {
            (true, false) => Choice::File,
            (false, _) => Choice::New,
            _ if ours == theirs => Choice::File,
            _ if !self.base.is_empty() => {
                if keep == Keep::New {
                    Choice::New
                } else {
                    Choice::File
                }
            }
            // both inserted something here
            _ if holds(ours, theirs) => Choice::File,
            _ => Choice::Both,
        }
    }
}

/// Whether the first of these lines that says anything is a heading.
fn begins_section(text: &Text<'_>, lines: &Range<usize>) -> bool {
    text.lines[lines.clone()].iter().find(|line| !line.is_empty()).is_some_and(|line| line.starts_with(b"#"))
}

/// Whether the lines stand among the others, in a row.
fn holds(lines: &[&[u8]], sought: &[&[u8]]) -> bool {
    lines.windows(sought.len().max(1)).any(|window| window == sought)
}

/// The changed regions in order. A hunk of one side and one of the other share a region where they touch the same lines.
fn regions(base: &Text<'_>, file: &Text<'_>, new: &Text<'_>) -> Vec<Region> {
    let (ours, theirs) = (hunks(base, file), hunks(base, new));
    let mut all: Vec<(bool, &Hunk)> = ours.iter().map(|hunk| (true, hunk)).chain(theirs.iter().map(|hunk| (false, hunk))).collect();
    // an insertion before a line comes before what replaces the line; the file's come first
    all.sort_by_key(|(is_file, hunk)| (hunk.base.start, hunk.base.end, !is_file));
    let mut groups: Vec<(Range<usize>, bool, bool)> = Vec::new();
    for (is_file, hunk) in all {
        match groups.last_mut() {
            Some((range, by_file, by_new)) if touch(range, &hunk.base) => {
                *range = range.start..range.end.max(hunk.base.end);
                *(if is_file { by_file } else { by_new }) = true;
            }
            _ => groups.push((hunk.base.clone(), is_file, !is_file)),
        }
    }
    let region = |(range, by_file, by_new): (Range<usize>, bool, bool)| Region {
        file: opposite(&ours, &range, by_file),
        new: opposite(&theirs, &range, by_new),
        base: range,
        by_file,
        by_new,
    };
    groups.into_iter().map(region).collect()
}

/// Whether two changes of the base are in each other's way: they have a line in common, insert at the same place, or one inserts inside
/// what the other replaces.
fn touch(a: &Range<usize>, b: &Range<usize>) -> bool {
    match (a.is_empty(), b.is_empty()) {
        (true, true) => a.start == b.start,
        (true, false) => b.start < a.start && a.start < b.end,
        (false, true) => a.start < b.start && b.start < a.end,
        (false, false) => a.start < b.end && b.start < a.end,
    }
}

/// What stands on the other side of a range of the base. `changed`: whether this side has hunks in it.
fn opposite(hunks: &[Hunk], range: &Range<usize>, changed: bool) -> Range<usize> {
    // hunks before the range move what follows; an insertion at the start of a range that it is no part of stands before it
    let inside = |hunk: &&Hunk| changed && (hunk.base == *range || touch(&hunk.base, range));
    let before = |hunk: &&Hunk| hunk.base.end <= range.start && !inside(hunk);
    let shift = |hunk: &Hunk| (hunk.base.end, hunk.side.end);
    let (from, to) = hunks.iter().filter(before).map(shift).next_back().unwrap_or((0, 0));
    let start = to + (range.start - from);
    let grown: isize = hunks.iter().filter(inside).map(|hunk| hunk.side.len() as isize - hunk.base.len() as isize).sum();
    start..(start as isize + range.len() as isize + grown).unsigned_abs()
}

/// The merged lines on their way out.
struct Output<'a> {
    file: &'a Text<'a>,
    lines: Vec<(&'a [u8], Cow<'a, [u8]>)>,
}

impl<'a> Output<'a> {
    fn new(file: &'a Text<'a>) -> Self {
        Self { file, lines: Vec::new() }
    }

    fn keep(&mut self, range: Range<usize>) {
        let lines = range.map(|i| (self.file.lines[i], Cow::Borrowed(self.file.ends[i])));
        self.lines.extend(lines);
    }

    fn take(&mut self, new: &Text<'a>, range: Range<usize>) {
        let end = self.file.end();
        self.lines.extend(range.map(|i| (new.lines[i], Cow::Borrowed(end))));
    }

    /// The bytes. Where the file's last line has no end, the last one has none here either.
    fn finish(self) -> Vec<u8> {
        let (mut out, count) = (self.file.mark.to_vec(), self.lines.len());
        let is_open = self.file.ends.last().is_some_and(|end| end.is_empty());
        for (i, (line, end)) in self.lines.iter().enumerate() {
            out.extend_from_slice(line);
            // an empty last line without an end would be none
            match (i + 1 == count && is_open && !line.is_empty(), end.is_empty()) {
                (true, _) => {}
                (false, true) => out.extend_from_slice(self.file.end()),
                (false, false) => out.extend_from_slice(end),
            }
        }
        out
    }
}

#[cfg(test)]
mod tests;
