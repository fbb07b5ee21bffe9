//! What the tree-sitter readers (YAML, TOML, HCL) share: a bounded parse and the comments. No format is named here.

use std::ops::{ControlFlow, Range};

use tree_sitter::{Language, Node, ParseOptions, Parser, Tree};

use super::node::DEPTH;

/// How often the parser reports back before it is stopped: some hundred times what a large well-formed file needs.
const PATIENCE: u32 = 400_000;

/// Parses a text that must have no syntax error. The error says where it is.
pub(super) fn parse(language: &Language, text: &str) -> Result<Tree, String> {
    if brackets(text) > DEPTH {
        return Err(format!("nested deeper than {DEPTH} levels"));
    }
    let mut parser = Parser::new();
    parser.set_language(language).map_err(|_| "its grammar could not be loaded".to_owned())?;
    let mut calls = 0;
    let mut progress = |_: &tree_sitter::ParseState| {
        calls += 1;
        if calls > PATIENCE { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    let bytes = text.as_bytes();
    let mut input = |at: usize, _| &bytes[at.min(bytes.len())..];
    let tree = parser.parse_with_options(&mut input, None, Some(options)).ok_or("it takes too long to parse")?;
    match error_place(&tree) {
        Some(place) => Err(format!("syntax error{place}")),
        None => Ok(tree),
    }
}

/// Depth of open brackets, not counting what strings hold exactly: an upper bound is all that is needed.
fn brackets(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// Where the first syntax error is, as far as can be told: a parser that gives up takes all that it read for the error.
fn error_place(tree: &Tree) -> Option<String> {
    if !tree.root_node().has_error() {
        return None;
    }
    let mut found = None;
    walk(tree, |node| {
        if node.is_error() || node.is_missing() {
            found.get_or_insert_with(|| place(node));
        }
    });
    Some(found.unwrap_or_default())
}

fn place(error: Node<'_>) -> String {
    let (first, last) = (line(error), line(error) + lines_below(error));
    match unclosed(error).or((first == last).then_some(first)) {
        Some(line) => format!(" near line {line}"),
        None => format!(" between lines {first} and {last}"),
    }
}

/// Lines that a node has below its first; a line end at its end begins none.
fn lines_below(node: Node<'_>) -> u32 {
    let (start, end) = (node.start_position(), node.end_position());
    let below = end.row - start.row;
    u32::try_from(if end.column == 0 { below.saturating_sub(1) } else { below }).unwrap_or(u32::MAX)
}

/// The line of the innermost bracket that nothing closes.
fn unclosed(error: Node<'_>) -> Option<u32> {
    let mut open = Vec::new();
    for child in error.children(&mut error.walk()) {
        match child.kind() {
            "[" | "{" | "(" => open.push(line(child)),
            "]" | "}" | ")" => drop(open.pop()),
            _ => {}
        }
    }
    open.pop()
}

/// Byte ranges of the nodes named `comment`, wherever they stand.
pub(super) fn comments(tree: &Tree) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    walk(tree, |node| {
        if node.kind() == "comment" {
            ranges.push(node.byte_range());
        }
    });
    ranges
}

/// Visits every node, parents first, without recursion.
fn walk(tree: &Tree, mut visit: impl FnMut(Node<'_>)) {
    descend(tree.root_node(), |node| {
        visit(node);
        true
    });
}

/// Visits a node and what is in it, parents first, without recursion; what is in a node is passed over where `visit` says so.
pub(super) fn descend<'t>(node: Node<'t>, mut visit: impl FnMut(Node<'t>) -> bool) {
    let mut cursor = node.walk();
    loop {
        if visit(cursor.node()) && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}

/// First line of a node, 1-based.
pub(super) fn line(node: Node<'_>) -> u32 {
    u32::try_from(node.start_position().row + 1).unwrap_or(u32::MAX)
}

/// The named children that are no comments.
pub(super) fn parts(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| child.kind() != "comment").collect()
}

/// The text of a node.
pub(super) fn text<'a>(node: Node<'_>, source: &'a str) -> &'a str {
    source.get(node.byte_range()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_where_it_is_or_between_lines() {
        for (text, place) in [
            ("a: 2\nb: [1\n", "syntax error near line 2"),
            ("a: 2\nb: {c: [1, 2]\nd: 3\n", "syntax error near line 2"),
            ("a: 1\nb: 2\nc: 'x\n", "syntax error between lines 1 and 3"),
        ] {
            let language = tree_sitter_yaml::LANGUAGE.into();
            assert_eq!(parse(&language, text).err().as_deref(), Some(place), "{text}");
        }
    }
}
