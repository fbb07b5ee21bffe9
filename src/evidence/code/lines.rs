//! A file's text by lines: where each begins, which line an offset is in, which lines a diff pairs with which.

use crate::change::Hunk;

/// Where the lines of a text begin.
pub(super) struct LineIndex<'a> {
    text: &'a [u8],
    starts: Vec<usize>,
}

impl<'a> LineIndex<'a> {
    /// Looks through the text once.
    pub(super) fn new(text: &'a [u8]) -> Self {
        let ends = memchr::memchr_iter(b'\n', text);
        let mut starts = Vec::with_capacity(1 + ends.clone().count()); // counting takes less time than growing
        starts.push(0);
        starts.extend(ends.map(|at| at + 1));
        Self { text, starts }
    }

    /// The 1-based number of the line that holds this offset.
    pub(super) fn number(&self, offset: usize) -> u32 {
        number(self.starts.partition_point(|&start| start <= offset))
    }

    /// Where a 1-based line begins; the text's end for lines after the last.
    pub(super) fn start(&self, line: u32) -> usize {
        let index = line.saturating_sub(1) as usize;
        self.starts.get(index).copied().unwrap_or(self.text.len())
    }

    /// A 1-based line without its line end.
    pub(super) fn line(&self, line: u32) -> &'a [u8] {
        self.text[self.start(line)..self.start(line + 1)].trim_ascii_end()
    }

    /// How many lines there are; what follows the last line end counts if it is not empty.
    pub(super) fn count(&self) -> u32 {
        let open = self.starts.last().is_some_and(|&last| last < self.text.len());
        number(self.starts.len() - 1 + usize::from(open))
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The two sides of a diff laid along one axis: the lines of a listing that shows kept, removed and added lines.
///
/// ```text
///   base  axis  head        Nodes of both sides become intervals on this axis. What overlaps
///    1     1     1          a hunk, or overlaps what overlaps a hunk, may differ; all else is
///    2     2     -          the same text in the same surroundings on both sides.
///    -     3     2
///    3     4     3
/// ```
pub(super) struct Axis {
    hunks: Vec<Span>,
}

#[derive(Clone, Copy)]
struct Span {
    base: u32,
    head: u32,
    base_lines: u32,
    head_lines: u32,
    /// Head lines of all hunks before.
    added: u32,
    /// Base lines of this and all hunks before.
    removed: u32,
}

/// One of the two sides of a diff.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    Base,
    Head,
}

impl Axis {
    /// Takes hunks in the order of their lines.
    pub(super) fn new(hunks: &[Hunk]) -> Self {
        let (mut added, mut removed) = (0, 0);
        let spans = hunks.iter().map(|hunk| {
            removed += hunk.base_lines;
            let span = Span {
                base: hunk.base_start + u32::from(hunk.base_lines == 0),
                head: hunk.head_start + u32::from(hunk.head_lines == 0),
                base_lines: hunk.base_lines,
                head_lines: hunk.head_lines,
                added,
                removed,
            };
            added += hunk.head_lines;
            span
        });
        Self { hunks: spans.collect() }
    }

    fn position(&self, at: At, line: u32) -> u32 {
        let before = |span: &Span| match at {
            At::Base => span.base + span.base_lines <= line,
            At::Head => span.head <= line,
        };
        let shift = self.hunks[..self.hunks.partition_point(before)].last().map_or(0, |span| match at {
            At::Base => span.added + span.head_lines,
            At::Head => span.removed,
        });
        line + shift
    }

    /// Which intervals (first and last line, both inclusive) of the two sides may differ.
    pub(super) fn touched(&self, base: &[(u32, u32)], head: &[(u32, u32)]) -> (Vec<bool>, Vec<bool>) {
        let on_axis = |at: At| move |(from, to): &(u32, u32)| (self.position(at, *from), self.position(at, *to));
        let hunks = self.hunks.iter().map(|span| {
            let from = span.base + span.added;
            (from, from + (span.base_lines + span.head_lines).saturating_sub(1))
        });
        let mut all: Vec<(u32, u32)> = hunks.collect();
        let count = all.len();
        all.extend(base.iter().map(on_axis(At::Base)));
        all.extend(head.iter().map(on_axis(At::Head)));
        let mut touched = connected(&all, count);
        let head = touched.split_off(count + base.len());
        (touched.split_off(count), head)
    }
}

/// Which intervals are connected, by overlaps, with one of the first `seeds`.
fn connected(intervals: &[(u32, u32)], seeds: usize) -> Vec<bool> {
    let mut order: Vec<usize> = (0..intervals.len()).collect();
    order.sort_unstable_by_key(|&i| intervals[i]);
    let mut marks = vec![false; intervals.len()];
    let mut rest = order.as_slice();
    while let Some(&first) = rest.first() {
        let mut end = intervals[first].1;
        let apart = rest.iter().position(|&i| {
            let overlaps = intervals[i].0 <= end;
            end = if overlaps { end.max(intervals[i].1) } else { end };
            !overlaps
        });
        let (cluster, next) = rest.split_at(apart.unwrap_or(rest.len()));
        if cluster.iter().any(|&i| i < seeds) {
            cluster.iter().for_each(|&i| marks[i] = true);
        }
        rest = next;
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hunk(base_start: u32, base_lines: u32, head_start: u32, head_lines: u32) -> Hunk {
        Hunk { base_start, base_lines, head_start, head_lines }
    }

    #[test]
    fn lines_are_counted_from_one_and_a_missing_line_end_does_not_matter() {
        let lines = LineIndex::new(b"a\r\nbc\nd");
        assert_eq!((lines.number(0), lines.number(3), lines.number(6), lines.count()), (1, 2, 3, 3));
        assert_eq!((lines.line(1), lines.line(3), lines.line(9)), (&b"a"[..], &b"d"[..], &b""[..]));
        assert_eq!(LineIndex::new(b"a\n").count(), 1);
        assert_eq!(LineIndex::new(b"").count(), 0);
    }

    #[test]
    fn what_a_hunk_reaches_through_either_side_is_touched() {
        // line 4 of head is new; it became part of the second node there, which base has from line 4 on
        let axis = Axis::new(&[hunk(3, 0, 4, 1)]);
        let (base, head) = axis.touched(&[(1, 3), (4, 6), (7, 9)], &[(1, 3), (4, 7), (8, 10)]);
        assert_eq!(base, [false, true, false]);
        assert_eq!(head, [false, true, false]);
    }

    #[test]
    fn a_deletion_touches_what_spans_it() {
        let axis = Axis::new(&[hunk(2, 1, 1, 0)]);
        let (base, head) = axis.touched(&[(1, 3), (4, 6)], &[(1, 2), (3, 5)]);
        assert_eq!((base, head), (vec![true, false], vec![true, false]));
    }
}
