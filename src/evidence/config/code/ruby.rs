//! Ruby: attributes and indices that are assigned wherever they stand (`config.x.y = …`), constants, and what the configuration is told by a call
//! (`config.load_defaults 7.1`).

use tree_sitter::Node as Syntax;

use super::{Outline, Pair, SettingsReader, Shape, chain, tree};

pub(in crate::evidence::config) fn read(source: &str) -> Result<Outline, String> {
    super::read(source, tree_sitter_ruby::LANGUAGE, shape, statements)
}

/// What is defined is code: nothing in it is set when the file is read.
const DEFINITIONS: [&str; 3] = ["method", "singleton_method", "lambda"];
/// Where a call is a statement of its own.
const BODIES: [&str; 5] = ["program", "body_statement", "block_body", "then", "else"];

fn statements(reader: &mut SettingsReader<'_>, root: Syntax<'_>) -> Result<(), String> {
    let mut found = Vec::new();
    tree::descend(root, |node| {
        let setting = setting(node, reader.source);
        let goes_on = setting.is_none() && !DEFINITIONS.contains(&node.kind());
        found.extend(setting.map(|(path, value)| (path, node, value)));
        goes_on
    });
    found.into_iter().try_for_each(|(path, node, value)| reader.set(&path, node, value))
}

/// Path and value of what a statement sets.
fn setting<'t>(node: Syntax<'t>, source: &str) -> Option<(Vec<String>, Syntax<'t>)> {
    let field = |name| node.child_by_field_name(name);
    match node.kind() {
        "assignment" | "operator_assignment" => {
            let mut path = target(field("left")?, source)?;
            if let (Some(operator), Some(last)) = (field("operator"), path.last_mut()) {
                last.push_str(tree::text(operator, source));
            }
            Some((path, field("right")?))
        }
        "binary" if is_statement(node) && tree::text(field("operator")?, source) == "<<" => {
            let mut path = target(field("left")?, source)?;
            path.last_mut()?.push_str("<<");
            Some((path, field("right")?))
        }
        "call" if is_statement(node) && field("block").is_none() => {
            let arguments = field("arguments")?;
            let path = path(node, source)?;
            let is_told = path.len() > 1 && path[..path.len() - 1].iter().any(|name| name == "config");
            let value = match tree::parts(arguments)[..] {
                [only] if only.kind() != "pair" => only,
                _ => arguments,
            };
            is_told.then_some((path, value))
        }
        _ => None,
    }
}

fn is_statement(node: Syntax<'_>) -> bool {
    node.parent().is_some_and(|parent| BODIES.contains(&parent.kind()))
}

/// What is assigned: a constant, an attribute or an index; a local variable is none of the configuration.
fn target(left: Syntax<'_>, source: &str) -> Option<Vec<String>> {
    match left.kind() {
        "constant" => Some(vec![tree::text(left, source).to_owned()]),
        "call" if left.child_by_field_name("arguments").is_none() => path(left, source),
        "element_reference" => path(left, source),
        _ => None,
    }
}

/// `config.action_mailer.delivery_method` in its parts; calls with arguments on the way are no names.
fn path(node: Syntax<'_>, source: &str) -> Option<Vec<String>> {
    chain(node, |at| {
        let field = |name| at.child_by_field_name(name);
        match (at.kind(), tree::parts(at).as_slice()) {
            ("call", _) if at == node || field("arguments").is_none() => Some((name(field("method")?, source), field("receiver"))),
            ("element_reference", [inner, index]) => Some((name(*index, source), Some(*inner))),
            ("identifier" | "constant" | "self" | "scope_resolution" | "instance_variable" | "global_variable", _) => {
                Some((tree::text(at, source).to_owned(), None))
            }
            _ => None,
        }
    })
}

/// A name without what marks it as a symbol or a string.
fn name(node: Syntax<'_>, source: &str) -> String {
    tree::text(node, source).trim_start_matches(':').trim_matches(['"', '\'']).to_owned()
}

fn shape<'t>(value: Syntax<'t>, source: &str) -> Shape<'t> {
    let parts = tree::parts(value);
    match (value.kind(), parts.as_slice()) {
        ("parenthesized_statements", [inner]) if inner.kind() != "parenthesized_statements" => shape(*inner, source),
        ("hash", _) => Shape::Map(parts.into_iter().map(|part| pair(part, source)).collect()),
        ("argument_list", [_, ..]) if parts.iter().all(|part| part.kind() == "pair") => {
            Shape::Map(parts.into_iter().map(|part| pair(part, source)).collect())
        }
        // behind other arguments
        ("pair", _) => Shape::Map(vec![pair(value, source)]),
        ("array" | "argument_list" | "right_assignment_list", _) => Shape::List(parts),
        ("string", _) => Shape::Text,
        _ => Shape::Expression,
    }
}

/// An entry by its key, however it is written: `key:`, `:key =>`, `"key" =>`.
fn pair<'t>(part: Syntax<'t>, source: &str) -> Pair<'t> {
    let field = |name| part.child_by_field_name(name);
    match (field("key"), field("value")) {
        (Some(key), Some(value)) => Pair::new(name(key, source), part, Some(value)),
        _ => Pair::new(tree::text(part, source), part, None),
    }
}
