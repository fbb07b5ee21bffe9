//! A definition, as both sides of a file are compared by.

use std::ops::Range;

use crate::evidence::DefinitionKind;

/// A definition on one side of a file.
#[derive(Debug)]
pub(super) struct Definition {
    pub kind: DefinitionKind,
    pub name: String,
    pub qualified_name: String,
    /// What makes it the same definition on both sides: callable or not, containers, name.
    pub identity: String,
    /// From the first token of the declaration to its end; attributes and comments above are outside.
    pub extent: Range<usize>,
    /// Where the comments and attributes above it begin.
    pub lead: usize,
    /// Where its first attribute begins.
    pub decorated: usize,
    /// The definition around it, as an index in the same list.
    pub outer: Option<usize>,
    /// A hash of its own text: without nested definitions and space that means nothing.
    pub own: u64,
    /// A hash of its attributes, which are outside of its extent.
    pub marks: u64,
    /// A hash of what tells overloads apart.
    pub signature: u64,
    /// What joins its name to the container.
    pub member: &'static str,
    /// First and last line.
    pub lines: (u32, u32),
    /// A hash of its first line.
    pub first_line: u64,
}
