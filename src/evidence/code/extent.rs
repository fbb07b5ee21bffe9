//! Where a definition begins and ends: from the first token of its declaration, without attributes and comments, to its last.

use std::ops::Range;

use tree_sitter::Node;

use super::grammar::Layout;
use super::language::Compiled;
use super::leading_comments::with_mark;

/// The extent that a definition has, or the single definition in a wrapping node.
#[derive(Clone)]
pub(super) struct Extent {
    pub range: Range<usize>,
    /// Where the node itself begins, attributes included.
    pub start: usize,
    /// A hash of the attributes that it begins with.
    pub marks: u64,
}

/// Measures nodes of one file.
#[derive(Clone, Copy)]
pub(super) struct Measure<'a> {
    pub compiled: &'static Compiled,
    pub source: &'a [u8],
}

impl Measure<'_> {
    /// The extent of a definition's node.
    pub(super) fn extent(&self, node: Node<'_>) -> Extent {
        let mut range = self.trimmed(node);
        if self.compiled.grammar.layout == Layout::Significant {
            range.end = self.last_token(node).max(range.start);
        }
        let (first, marks) = self.first_token(node);
        Extent { range: first.min(range.end)..range.end, start: range.start, marks }
    }

    /// Where the first token begins that belongs to no attribute or comment, with a hash of the attributes before it.
    fn first_token(&self, node: Node<'_>) -> (usize, u64) {
        let (mut cursor, mut marks) = (node.walk(), 0);
        if !cursor.goto_first_child() {
            return (node.start_byte(), marks);
        }
        loop {
            let meaning = self.compiled.meaning(cursor.node());
            let outside = meaning.comment || meaning.decorator;
            if meaning.decorator {
                marks = with_mark(marks, self.compiled.grammar, self.source, cursor.node().byte_range());
            }
            if !outside && !cursor.goto_first_child() {
                return (cursor.node().start_byte(), marks);
            }
            while outside && !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return (node.start_byte(), 0);
                }
            }
        }
    }

    /// Where the last token ends that belongs to no comment: where indentation ends a body, comments after it are inside by accident.
    fn last_token(&self, node: Node<'_>) -> usize {
        let mut cursor = node.walk();
        loop {
            let comment = self.compiled.meaning(cursor.node()).comment;
            if !comment && !cursor.goto_last_child() {
                return self.trimmed(cursor.node()).end;
            }
            while comment && !cursor.goto_previous_sibling() {
                if !cursor.goto_parent() {
                    return self.trimmed(node).end;
                }
            }
        }
    }

    /// Whether a wrapping node holds one thing: `const a = 1`, not `const a = 1, b = 2` or `type (…)`.
    pub(super) fn is_single(&self, node: Node<'_>) -> bool {
        let mut cursor = node.walk();
        let mut seen = Vec::new();
        node.children(&mut cursor).all(|child| {
            let meaning = self.compiled.meaning(child);
            let again = child.is_named() && seen.contains(&child.kind_id());
            seen.push(child.kind_id());
            meaning.comment || meaning.decorator || (!again && child.kind() != "(")
        })
    }

    /// The node's range without space at its end.
    pub(super) fn trimmed(&self, node: Node<'_>) -> Range<usize> {
        let range = node.byte_range();
        let length = self.source[range.clone()].trim_ascii_end().len();
        range.start..range.start + length
    }
}
