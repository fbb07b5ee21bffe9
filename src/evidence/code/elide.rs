//! What of a modified file need not be parsed: runs of whole definitions, statements or members that both sides have unchanged, in
//! surroundings that both sides have unchanged. Decides by the outlines of both sides and the changed lines; where anything speaks against
//! a run it is kept, so that what is left reads as the whole does.

use std::ops::Range;

use super::lexis::{Lexis, find, find_back};
use super::lines::Lines;
use super::outline::{Block, outline};
use crate::change::Hunk;

/// With more containers than this around its changes a file has changed everywhere.
const MOST_BLOCKS: usize = 256;

/// What both sides can do without, as ranges of whole lines in order.
pub(super) struct Gaps {
    pub base: Vec<Range<usize>>,
    pub head: Vec<Range<usize>>,
}

/// One changed place: its bytes on both sides, whole lines.
struct Edit {
    base: Range<usize>,
    head: Range<usize>,
}

/// One side with its outline.
struct Side<'a> {
    text: &'a [u8],
    changed: Vec<Range<usize>>,
    blocks: Vec<Block>,
}

/// What need not be parsed of two texts whose difference the hunks are; nothing where that is not certain.
pub(super) fn gaps(lexis: &Lexis, [base, head]: [(&[u8], &Lines<'_>); 2], hunks: &[Hunk]) -> Option<Gaps> {
    let edits = edits(base.1, head.1, hunks);
    let side = |text, changed: Vec<Range<usize>>| {
        let starts: Vec<usize> = changed.iter().map(|range| range.start).collect();
        Some(Side { text, blocks: outline(lexis, text, &starts)?, changed })
    };
    let base = side(base.0, edits.iter().map(|edit| edit.base.clone()).collect())?;
    let head = side(head.0, edits.iter().map(|edit| edit.head.clone()).collect())?;
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

fn edits(base: &Lines<'_>, head: &Lines<'_>, hunks: &[Hunk]) -> Vec<Edit> {
    let range = |lines: &Lines<'_>, start: u32, count: u32| {
        let first = start + u32::from(count == 0);
        lines.start(first)..lines.start(first + count)
    };
    let edit = |hunk: &Hunk| Edit {
        base: range(base, hunk.base_start, hunk.base_lines),
        head: range(head, hunk.head_start, hunk.head_lines),
    };
    hunks.iter().map(edit).collect()
}

/// Where head has what base has at an offset; nothing for what changed.
fn carried(edits: &[Edit], at: usize) -> Option<usize> {
    let before = edits.partition_point(|edit| edit.base.end <= at);
    if edits.get(before).is_some_and(|edit| edit.base.start <= at) {
        return None;
    }
    let (base, head) = before.checked_sub(1).map_or((0, 0), |last| (edits[last].base.end, edits[last].head.end));
    Some(at - base + head)
}

/// The blocks that both sides have, with the same header and the same blocks around.
fn pairs(edits: &[Edit], base: &Side<'_>, head: &Side<'_>) -> Vec<(usize, usize)> {
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

impl Side<'_> {
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
    fn extend(&mut self, edits: &[Edit], base: &Block, head: &Block) {
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
