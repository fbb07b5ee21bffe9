//! The text of macro calls, as brackets in brackets: what may be read again as definitions.

use tree_sitter::Node;

/// Brace groups within brace groups that are tried.
const DEPTH: usize = 4;

/// The tokens between a pair of brackets, and the brace groups among them.
pub(super) struct Group {
    pub range: tree_sitter::Range,
    pub inner: Vec<Group>,
}

impl Group {
    /// The last child's tokens: what a macro call is called with.
    pub(super) fn of_call(call: Node<'_>) -> Option<Self> {
        let last = u32::try_from(call.named_child_count()).ok()?.checked_sub(1)?;
        Self::new(call.named_child(last)?, DEPTH)
    }

    fn new(node: Node<'_>, depth: usize) -> Option<Self> {
        let (open, close) = (node.child(0)?, node.child(node.child_count().checked_sub(1)?)?);
        let (from, to) = (open.range(), close.range());
        let mut cursor = node.walk();
        let braces = |child: &Node<'_>| child.child(0).is_some_and(|open| open.kind() == "{");
        let inner = node.named_children(&mut cursor).filter(braces);
        Some(Self {
            range: tree_sitter::Range {
                start_byte: from.end_byte,
                end_byte: to.start_byte.max(from.end_byte),
                start_point: from.end_point,
                end_point: to.start_point,
            },
            inner: match depth {
                0 => Vec::new(),
                depth => inner.filter_map(|child| Self::new(child, depth - 1)).collect(),
            },
        })
    }
}
