//! Configuration that is a program: settings that are assigned, or the table that a file returns. What is written as data becomes keys;
//! an expression is a value as written, and every other line is kept as text, so that no change of it goes untold.
//!
//! Nothing is evaluated: what an assignment in a condition amounts to is not known here. What a language writes how is in the files below.

use std::ops::Range;

use tree_sitter::Node as Syntax;
use tree_sitter_language::LanguageFn;

use super::lines::lines;
use super::node::{DEPTH, Node, Outline, Scalar, Value, unquoted};
use super::tree;
use crate::secrets;

pub(super) mod ecma;
pub(super) mod elixir;
pub(super) mod php;
pub(super) mod python;
pub(super) mod ruby;
#[cfg(test)]
mod tests;

/// What a value is written as.
enum Shape<'t> {
    Map(Vec<Pair<'t>>),
    List(Vec<Syntax<'t>>),
    /// A string in quotes.
    Text,
    /// Anything else: a number, a name, a call.
    Expression,
}

/// An entry of a map.
struct Pair<'t> {
    key: String,
    line: u32,
    /// None where the key is all there is: `...base`.
    value: Option<Syntax<'t>>,
}

impl<'t> Pair<'t> {
    fn new(key: impl Into<String>, entry: Syntax<'t>, value: Option<Syntax<'t>>) -> Self {
        Self { key: key.into(), line: tree::line(entry), value }
    }
}

type Entries = Vec<(String, Node)>;
type ShapeOf = for<'t> fn(Syntax<'t>, &str) -> Shape<'t>;

/// Reads a file: `statements` finds what is set in it.
fn read(
    source: &str,
    language: LanguageFn,
    shape: ShapeOf,
    statements: fn(&mut SettingsReader<'_>, Syntax<'_>) -> Result<(), String>,
) -> Result<Outline, String> {
    let parsed = tree::parse(&language.into(), source)?;
    let mut reader = SettingsReader { source, shape, root: Vec::new(), told: Vec::new() };
    statements(&mut reader, parsed.root_node())?;
    Ok(reader.finish(tree::comments(&parsed)))
}

struct SettingsReader<'a> {
    source: &'a str,
    shape: ShapeOf,
    root: Entries,
    /// What keys tell of.
    told: Vec<Range<usize>>,
}

/// Finding a map's place costs a look at its neighbours; so many side by side are refused.
const NEIGHBOURS: usize = 5_000;

impl<'a> SettingsReader<'a> {
    fn text(&self, node: Syntax<'_>) -> &'a str {
        tree::text(node, self.source)
    }

    /// A setting: `value` at `path`, which tells all of `statement`.
    fn set(&mut self, path: &[String], statement: Syntax<'_>, value: Syntax<'_>) -> Result<(), String> {
        self.set_typed(path, statement, value, None)
    }

    /// A setting with a type beside it, which the key does not tell.
    fn set_typed(&mut self, path: &[String], statement: Syntax<'_>, value: Syntax<'_>, of_type: Option<Syntax<'_>>) -> Result<(), String> {
        let mut node = self.value(path.last().map_or("", String::as_str), value, path.len())?;
        node.line = tree::line(statement);
        let whole = statement.byte_range();
        match of_type.map(|of_type| of_type.byte_range()) {
            Some(of_type) => self.told.extend([whole.start..of_type.start, of_type.end..whole.end]),
            None => self.told.push(whole),
        }
        put(&mut self.root, path, node)
    }

    /// The table that is the whole configuration.
    fn table(&mut self, value: Syntax<'_>) -> Result<(), String> {
        if let Value::Map(entries) = self.value("", value, 0)?.value {
            self.told.push(value.byte_range());
            self.root.extend(entries);
        }
        Ok(())
    }

    fn value(&self, key: &str, value: Syntax<'_>, depth: usize) -> Result<Node, String> {
        if depth > DEPTH {
            return Err(format!("nested deeper than {DEPTH} levels"));
        }
        let (line, written) = (tree::line(value), self.text(value));
        Ok(match (self.shape)(value, self.source) {
            Shape::Map(pairs) => {
                let node = |pair: Pair<'_>| {
                    let mut node = pair.value.map_or_else(|| Ok(Node::scalar(0, "")), |value| self.value(&pair.key, value, depth + 1))?;
                    node.line = pair.line;
                    Ok((pair.key, node))
                };
                Node::map(line, pairs.into_iter().map(node).collect::<Result<_, String>>()?)
            }
            Shape::List(items) => {
                Node::list(line, items.into_iter().map(|item| self.value(key, item, depth + 1)).collect::<Result<_, _>>()?)
            }
            Shape::Text if is_plain(written) => Node::noted(line, written, format!("s:{}", unquoted(written))),
            Shape::Text => Node::scalar(line, written),
            Shape::Expression => {
                let secret = holds_secret(key, value, self.source);
                let scalar = Scalar { meaning: Some(tokens(value, self.source)), secret, ..Scalar::plain(written) };
                Node { line, value: Value::Scalar(scalar) }
            }
        })
    }

    /// What no key and no comment tells of becomes rest, line by line.
    fn finish(mut self, comments: Vec<Range<usize>>) -> Outline {
        self.told.sort_by_key(|range| range.start);
        let mut gone: Vec<Range<usize>> = self.told.iter().chain(&comments).cloned().collect();
        gone.sort_by_key(|range| range.start);
        let (mut gone, mut rest, mut places) = (gone.into_iter().peekable(), Vec::new(), Vec::new());
        let mut at = 0;
        for line in lines(self.source) {
            let (end, mut left) = (line.start + line.text.len(), String::new());
            at = at.max(line.start);
            while let Some(range) = gone.next_if(|range| range.start < end) {
                left.push_str(self.source.get(at..range.start).unwrap_or_default());
                at = at.max(range.end);
            }
            left.push_str(self.source.get(at..end).unwrap_or_default());
            if !left.trim().is_empty() {
                rest.push(left.trim_end().to_owned());
                places.push(self.told.partition_point(|range| range.start < line.start));
            }
        }
        Outline { rest, places, ..Outline::of(self.root, comments) }
    }
}

/// The names in a chain of accesses (`a.b["c"]`), the outermost first. `link` gives a node's own name and the node that it is accessed on;
/// none where it is no name.
fn chain<'t>(node: Syntax<'t>, mut link: impl FnMut(Syntax<'t>) -> Option<(String, Option<Syntax<'t>>)>) -> Option<Vec<String>> {
    let (mut names, mut at) = (Vec::new(), Some(node));
    while let Some(node) = at {
        let (name, inner) = link(node)?;
        names.push(name);
        at = inner;
    }
    names.reverse();
    Some(names)
}

/// Puts a value at its path. A map is merged with one that is there; any other value stands beside it, as it was written twice.
fn put(mut entries: &mut Entries, path: &[String], node: Node) -> Result<(), String> {
    let Some((last, groups)) = path.split_last() else { return Ok(()) };
    if path.len() > DEPTH {
        return Err(format!("nested deeper than {DEPTH} levels"));
    }
    for name in groups {
        entries = map_at(entries, name, node.line)?;
    }
    match node.value {
        Value::Map(inner) if !inner.is_empty() => map_at(entries, last, node.line)?.extend(inner),
        value => entries.push((last.clone(), Node { line: node.line, value })),
    }
    Ok(())
}

/// The last map of this name, made where there is none.
fn map_at<'e>(entries: &'e mut Entries, name: &str, line: u32) -> Result<&'e mut Entries, String> {
    if entries.len() > NEIGHBOURS {
        return Err(format!("more than {NEIGHBOURS} keys side by side"));
    }
    let found = entries.iter().rposition(|(key, node)| key == name && matches!(node.value, Value::Map(_)));
    let at = found.unwrap_or_else(|| {
        entries.push((name.to_owned(), Node::map(line, Vec::new())));
        entries.len() - 1
    });
    match &mut entries[at].1.value {
        Value::Map(inner) => Ok(inner),
        _ => Err(format!("`{name}` is no map")),
    }
}

/// Whether a string is what stands between its quotes, whatever the quotes.
fn is_plain(written: &str) -> bool {
    let inner = unquoted(written);
    inner.len() + 2 == written.len() && !inner.contains(['\\', '$', '#', '"', '\'', '\n'])
}

/// Nodes whose text counts to the last blank.
fn is_atom(node: Syntax<'_>) -> bool {
    const PARTS: [&str; 7] = ["string", "heredoc", "nowdoc", "regex", "sigil", "charlist", "symbol"];
    node.child_count() == 0 || PARTS.iter().any(|part| node.kind().contains(part))
}

/// An expression without its layout and comments.
fn tokens(expression: Syntax<'_>, source: &str) -> String {
    let (mut out, mut at) = (String::new(), expression.start_byte());
    let mut push = |range: Range<usize>| {
        let token = source.get(range).unwrap_or_default();
        if !token.trim().is_empty() {
            out.push_str(token);
            out.push('\u{1f}');
        }
    };
    tree::descend(expression, |node| {
        let is_comment = node.kind() == "comment";
        if !is_comment && !is_atom(node) {
            return true;
        }
        push(at..node.start_byte());
        push(if is_comment { 0..0 } else { node.byte_range() });
        at = node.end_byte();
        false
    });
    push(at..expression.end_byte());
    out
}

/// Literals of one expression that are looked at.
const LITERALS: usize = 50;

/// Whether an expression holds a secret that its beginning hides: the default in `env('DB_PASSWORD', 'hunter2')`.
fn holds_secret(key: &str, expression: Syntax<'_>, source: &str) -> bool {
    let mut literals = Vec::new();
    tree::descend(expression, |node| {
        let is_literal = node.kind().contains("string");
        if is_literal && literals.len() < LITERALS {
            literals.push(node);
        }
        !is_literal
    });
    let telling = literals.into_iter().filter(|node| !names_something(*node));
    telling.map(|node| tree::text(node, source)).any(|literal| secrets::mask_value(key, literal).is_some())
}

/// The first argument of a call and what is looked up are names: `env('DB_PASSWORD')`, `os.environ["DB_PASSWORD"]`.
fn names_something(literal: Syntax<'_>) -> bool {
    let holder = literal.parent().and_then(|parent| if parent.kind() == "argument" { parent.parent() } else { Some(parent) });
    holder.is_some_and(|holder| match holder.kind() {
        "arguments" | "argument_list" => holder.named_child(0).is_some_and(|first| first.start_byte() == literal.start_byte()),
        kind => ["subscript", "element_reference", "access_call"].iter().any(|part| kind.contains(part)),
    })
}
