//! PHP: the array that a file returns (Laravel), `$config['key'] = …` and `define`.

use tree_sitter::Node as Syntax;

use super::{Outline, Pair, SettingsReader, Shape, chain, tree, unquoted};

pub(in crate::evidence::config) fn read(source: &str) -> Result<Outline, String> {
    super::read(source, tree_sitter_php::LANGUAGE_PHP, shape, |reader, root| {
        tree::parts(root).into_iter().try_for_each(|statement| self::statement(reader, statement))
    })
}

fn statement(reader: &mut SettingsReader<'_>, statement: Syntax<'_>) -> Result<(), String> {
    let parts = tree::parts(statement);
    match (statement.kind(), parts.as_slice()) {
        ("return_statement", [value]) => reader.table(bare(*value)),
        ("expression_statement", [assignment]) if assignment.kind() == "assignment_expression" => {
            let field = |name| assignment.child_by_field_name(name);
            let (Some(left), Some(right)) = (field("left"), field("right")) else { return Ok(()) };
            target(left, reader.source).map_or(Ok(()), |path| reader.set(&path, statement, right))
        }
        ("expression_statement", [call]) if call.kind() == "function_call_expression" => {
            let parts = tree::parts(*call);
            let [name, arguments] = parts.as_slice() else { return Ok(()) };
            match tree::parts(*arguments).as_slice() {
                [key, value] if reader.text(*name) == "define" => {
                    let key = unquoted(reader.text(*key)).to_owned();
                    reader.set(&[key], statement, *value)
                }
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// `$config['mail']['host']` as a path.
fn target(left: Syntax<'_>, source: &str) -> Option<Vec<String>> {
    chain(left, |node| match (node.kind(), tree::parts(node).as_slice()) {
        ("subscript_expression", [inner, index]) => Some((unquoted(tree::text(*index, source)).to_owned(), Some(*inner))),
        ("variable_name", _) => Some((tree::text(node, source).to_owned(), None)),
        _ => None,
    })
}

/// A value without parentheses and the like around it.
fn bare(mut value: Syntax<'_>) -> Syntax<'_> {
    while let ("argument" | "parenthesized_expression", [inner]) = (value.kind(), tree::parts(value).as_slice()) {
        value = *inner;
    }
    value
}

fn shape<'t>(value: Syntax<'t>, source: &str) -> Shape<'t> {
    let value = bare(value);
    match value.kind() {
        "array_creation_expression" => array(tree::parts(value), source),
        "string" | "encapsed_string" => Shape::Text,
        _ => Shape::Expression,
    }
}

/// An array is a list where no element has a key. One without among others has its place for a key, as it has in PHP.
fn array<'t>(elements: Vec<Syntax<'t>>, source: &str) -> Shape<'t> {
    let parts: Vec<_> = elements.into_iter().map(|element| (element, tree::parts(element))).collect();
    if !parts.iter().any(|(_, parts)| parts.len() == 2) {
        return Shape::List(parts.into_iter().map(|(element, parts)| if let [value] = parts[..] { value } else { element }).collect());
    }
    let mut place = 0..;
    let pair = |(element, parts): (Syntax<'t>, Vec<Syntax<'t>>)| match parts[..] {
        [key, value] => Pair::new(unquoted(tree::text(key, source)), element, Some(value)),
        [value] if value.kind() != "variadic_unpacking" => Pair::new(place.next().unwrap_or(0).to_string(), element, Some(value)),
        _ => Pair::new(tree::text(element, source), element, None),
    };
    Shape::Map(parts.into_iter().map(pair).collect())
}
