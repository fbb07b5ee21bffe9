//! What stands directly above a definition: its attributes and the comments that go with it. Follows the siblings of one level of a tree
//! in their order.

use std::ops::Range;

use super::grammar::Grammar;
use super::own_text::hash_without_space;

/// A run of comments and attributes, up to the node that comes next.
#[derive(Clone, Default, Debug)]
pub(super) struct Lead {
    run: Option<Range<usize>>,
    decorated: Option<usize>,
    marks: u64,
}

impl Lead {
    /// Takes in the next comment or attribute.
    pub(super) fn extend(&mut self, grammar: &Grammar, source: &[u8], range: Range<usize>, decorator: bool) {
        let follows = self.run.as_ref().is_some_and(|run| decorator || is_adjacent(source, run.end, range.start));
        match &mut self.run {
            Some(run) if follows || self.decorated.is_some() => run.end = range.end,
            // a comment after code on its line belongs to that code
            _ if !decorator && !begins_line(source, range.start) => *self = Self::default(),
            run => *run = Some(range.clone()),
        }
        if decorator {
            self.decorated = self.decorated.or(Some(range.start));
            self.marks = with_mark(self.marks, grammar, source, range);
        }
    }

    /// The run as it stands above a node that begins at `start`: attributes always, comments only without a blank line between.
    pub(super) fn above(self, source: &[u8], start: usize) -> Self {
        let near = self.run.as_ref().is_some_and(|run| is_adjacent(source, run.end, start));
        if near || self.decorated.is_some() { self } else { Self::default() }
    }

    /// Where the run begins.
    pub(super) fn start(&self) -> Option<usize> {
        self.run.as_ref().map(|run| run.start)
    }

    /// Where the first attribute begins.
    pub(super) fn decorated(&self) -> Option<usize> {
        self.decorated
    }

    /// A hash of the attributes, without the comments between them.
    pub(super) fn marks(&self) -> u64 {
        self.marks
    }
}

/// A hash of attributes with one more; what documents is none.
pub(super) fn with_mark(marks: u64, grammar: &Grammar, source: &[u8], mark: Range<usize>) -> u64 {
    let mark = source.get(mark).unwrap_or(&[]);
    if grammar.documenting.iter().any(|start| mark.starts_with(start.as_bytes())) {
        return marks;
    }
    marks.rotate_left(7) ^ hash_without_space(mark)
}

fn is_adjacent(source: &[u8], from: usize, to: usize) -> bool {
    let gap = source.get(from..to).unwrap_or(&[]);
    gap.iter().filter(|b| **b == b'\n').count() <= 1
}

fn begins_line(source: &[u8], at: usize) -> bool {
    let before = source[..at].iter().rev().take_while(|b| **b != b'\n');
    before.take(400).all(u8::is_ascii_whitespace)
}
