//! Python: what a module and the bodies of its classes assign (Django, Flask, Sphinx).

use tree_sitter::Node as Syntax;

use super::{DEPTH, Outline, Pair, SettingsReader, Shape, chain, tree, unquoted};

pub(in crate::evidence::config) fn read(source: &str) -> Result<Outline, String> {
    super::read(source, tree_sitter_python::LANGUAGE, shape, |reader, root| body(reader, root, &[]))
}

/// The statements of the module or of a class.
fn body(reader: &mut SettingsReader<'_>, body: Syntax<'_>, path: &[String]) -> Result<(), String> {
    if path.len() > DEPTH {
        return Err(format!("nested deeper than {DEPTH} levels"));
    }
    for statement in tree::parts(body) {
        match (statement.kind(), tree::parts(statement).as_slice()) {
            ("expression_statement", [assignment]) => self::assignment(reader, *assignment, path)?,
            ("class_definition", _) => {
                let field = |name| statement.child_by_field_name(name);
                if let (Some(name), Some(inner)) = (field("name"), field("body")) {
                    self::body(reader, inner, &[path, &[reader.text(name).to_owned()]].concat())?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn assignment(reader: &mut SettingsReader<'_>, assignment: Syntax<'_>, path: &[String]) -> Result<(), String> {
    let field = |name| assignment.child_by_field_name(name);
    let (Some(left), Some(right)) = (field("left"), field("right")) else { return Ok(()) };
    let Some(mut target) = target(left, reader.source) else { return Ok(()) };
    if let (Some(operator), Some(last)) = (field("operator"), target.last_mut()) {
        last.push_str(reader.text(operator));
    }
    reader.set_typed(&[path, &target].concat(), assignment, right, field("type"))
}

/// `DATABASES["default"]["HOST"]` and `options.timeout` as paths.
fn target(left: Syntax<'_>, source: &str) -> Option<Vec<String>> {
    chain(left, |node| {
        let (name, inner) = match (node.kind(), tree::parts(node).as_slice()) {
            ("identifier", _) => (node, None),
            ("attribute" | "subscript", [inner, name]) => (*name, Some(*inner)),
            _ => return None,
        };
        Some((unquoted(tree::text(name, source)).to_owned(), inner))
    })
}

fn shape<'t>(value: Syntax<'t>, source: &str) -> Shape<'t> {
    let parts = tree::parts(value);
    match (value.kind(), parts.as_slice()) {
        ("parenthesized_expression", [inner]) if inner.kind() != "parenthesized_expression" => shape(*inner, source),
        ("dictionary", _) => Shape::Map(parts.into_iter().map(|part| pair(part, source)).collect()),
        ("list" | "tuple" | "set" | "expression_list", _) => Shape::List(parts),
        ("string", _) => Shape::Text,
        _ => Shape::Expression,
    }
}

fn pair<'t>(part: Syntax<'t>, source: &str) -> Pair<'t> {
    let field = |name| part.child_by_field_name(name);
    match (field("key"), field("value")) {
        (Some(key), Some(value)) => Pair::new(unquoted(tree::text(key, source)), part, Some(value)),
        _ => Pair::new(tree::text(part, source), part, None),
    }
}
