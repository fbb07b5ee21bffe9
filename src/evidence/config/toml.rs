//! TOML: tables, arrays of tables, inline tables and dotted keys all become the same nested keys.

use tree_sitter::Node as Syntax;

use super::node::{DEPTH, Node, Outline, Value, unquoted};
use super::tree;

/// Reads a TOML document.
pub(super) fn read(source: &str) -> Result<Outline, String> {
    let parsed = tree::parse(&tree_sitter_toml_ng::LANGUAGE.into(), source)?;
    let mut root = Vec::new();
    for part in tree::parts(parsed.root_node()) {
        match part.kind() {
            "pair" => pair(part, source, &mut root, 0)?,
            "table" | "table_array_element" => table(part, source, &mut root)?,
            _ => {}
        }
    }
    Ok(Outline::of(root, tree::comments(&parsed)))
}

type Entries = Vec<(String, Node)>;

fn table(table: Syntax<'_>, source: &str, root: &mut Entries) -> Result<(), String> {
    let mut parts = tree::parts(table).into_iter();
    let Some(header) = parts.next() else { return Ok(()) };
    let path = path(header, source);
    let line = tree::line(table);
    let entries = descend(root, &path, line, table.kind() == "table_array_element")?;
    for part in parts {
        pair(part, source, entries, path.len())?;
    }
    Ok(())
}

fn pair(pair: Syntax<'_>, source: &str, into: &mut Entries, depth: usize) -> Result<(), String> {
    let parts = tree::parts(pair);
    let (Some(key), Some(value)) = (parts.first(), parts.get(1)) else {
        return Ok(());
    };
    let mut path = path(*key, source);
    let line = tree::line(pair);
    let Some(last) = path.pop() else { return Ok(()) };
    let mut node = self::value(*value, source, depth + path.len() + 1)?;
    node.line = line;
    descend(into, &path, line, false)?.push((last, node));
    Ok(())
}

fn value(syntax: Syntax<'_>, source: &str, depth: usize) -> Result<Node, String> {
    if depth > DEPTH {
        return Err(format!("nested deeper than {DEPTH} levels"));
    }
    let (line, written) = (tree::line(syntax), tree::text(syntax, source));
    Ok(match syntax.kind() {
        "array" => {
            let items: Result<Vec<Node>, String> = tree::parts(syntax).into_iter().map(|n| value(n, source, depth + 1)).collect();
            Node::list(line, items?)
        }
        "inline_table" => {
            let mut entries = Vec::new();
            for part in tree::parts(syntax) {
                pair(part, source, &mut entries, depth + 1)?;
            }
            Node::map(line, entries)
        }
        "string" if !written.contains('\\') && !written.starts_with("\"\"\"") && !written.starts_with("'''") => {
            Node::noted(line, written, format!("s:{}", unquoted(written)))
        }
        _ => Node::scalar(line, written),
    })
}

/// The parts of a dotted key. The grammar nests them to the left, one level a part.
fn path(key: Syntax<'_>, source: &str) -> Vec<String> {
    let name = |node: Syntax<'_>| unquoted(tree::text(node, source)).to_owned();
    let (mut names, mut at) = (Vec::new(), key);
    while at.kind() == "dotted_key" {
        let parts = tree::parts(at);
        let Some((first, others)) = parts.split_first() else { break };
        names.extend(others.iter().rev().map(|n| name(*n)));
        at = *first;
    }
    names.push(name(at));
    names.reverse();
    names
}

/// Finding a table costs a look at its neighbours; so many side by side are refused.
const TABLES: usize = 5_000;

/// The table at a path, made where it is not there; the last of an array of tables, or a new one.
fn descend<'a>(mut entries: &'a mut Entries, path: &[String], line: u32, append: bool) -> Result<&'a mut Entries, String> {
    if path.len() > DEPTH {
        return Err(format!("nested deeper than {DEPTH} levels"));
    }
    for (depth, key) in path.iter().enumerate() {
        if entries.len() > TABLES {
            return Err(format!("more than {TABLES} tables side by side"));
        }
        let at = entries.iter().position(|(k, _)| k == key).unwrap_or_else(|| {
            entries.push((key.clone(), Node::map(line, Vec::new())));
            entries.len() - 1
        });
        let node = &mut entries[at].1;
        if append && depth + 1 == path.len() {
            append_table(node, line);
        }
        entries = match &mut node.value {
            Value::Map(inner) => inner,
            Value::List(items) => match items.last_mut().map(|item| &mut item.value) {
                Some(Value::Map(inner)) => inner,
                _ => return Err(format!("`{key}` is no table")),
            },
            Value::Scalar(_) => return Err(format!("`{key}` is no table")),
        };
    }
    Ok(entries)
}

fn append_table(node: &mut Node, line: u32) {
    if matches!(&node.value, Value::Map(inner) if inner.is_empty()) {
        node.value = Value::List(Vec::new());
    }
    if let Value::List(items) = &mut node.value {
        items.push(Node::map(line, Vec::new()));
    }
}
