//! Elixir: `config :app, Module, key: value`, wherever it stands in the file.

use tree_sitter::Node as Syntax;

use super::{Outline, Pair, SettingsReader, Shape, tree};

pub(in crate::evidence::config) fn read(source: &str) -> Result<Outline, String> {
    super::read(source, tree_sitter_elixir::LANGUAGE, shape, statements)
}

fn statements(reader: &mut SettingsReader<'_>, root: Syntax<'_>) -> Result<(), String> {
    let mut found = Vec::new();
    tree::descend(root, |node| {
        let setting = setting(node, reader.source);
        let goes_on = setting.is_none();
        found.extend(setting.map(|(path, value)| (path, node, value)));
        goes_on
    });
    found.into_iter().try_for_each(|(path, node, value)| reader.set(&path, node, value))
}

/// Path and value of a call of `config`: its last argument is the value, those before it are the path.
fn setting<'t>(node: Syntax<'t>, source: &str) -> Option<(Vec<String>, Syntax<'t>)> {
    let parts = (node.kind() == "call").then(|| tree::parts(node))?;
    let [target, arguments] = parts.as_slice() else { return None };
    if target.kind() != "identifier" || tree::text(*target, source) != "config" {
        return None;
    }
    let mut arguments = tree::parts(*arguments);
    let value = arguments.pop()?;
    let mut path = Vec::new();
    for argument in arguments {
        match argument.kind() {
            "atom" => path.push(name(argument, source)),
            "alias" => path.extend(tree::text(argument, source).split('.').map(str::to_owned)),
            _ => return None,
        }
    }
    (!path.is_empty()).then_some((path, value))
}

/// `key:`, `:key`, `"key"` without what marks it.
fn name(node: Syntax<'_>, source: &str) -> String {
    let text = tree::text(node, source).trim();
    text.trim_start_matches(':').trim_end_matches(':').trim_matches('"').to_owned()
}

fn shape<'t>(value: Syntax<'t>, source: &str) -> Shape<'t> {
    let parts = tree::parts(value);
    match (value.kind(), parts.as_slice()) {
        ("list", [keywords]) if keywords.kind() == "keywords" => shape(*keywords, source),
        ("keywords", _) => Shape::Map(parts.into_iter().map(|part| pair(part, source)).collect()),
        ("map", [content]) if content.kind() == "map_content" => {
            let parts = tree::parts(*content);
            let parts = match parts.as_slice() {
                [keywords] if keywords.kind() == "keywords" => tree::parts(*keywords),
                _ => parts,
            };
            Shape::Map(parts.into_iter().map(|part| pair(part, source)).collect())
        }
        ("list", _) => Shape::List(parts),
        ("string", _) => Shape::Text,
        _ => Shape::Expression,
    }
}

fn pair<'t>(part: Syntax<'t>, source: &str) -> Pair<'t> {
    let field = |name| part.child_by_field_name(name);
    let is_entry = part.kind() == "pair" || field("operator").is_some_and(|operator| tree::text(operator, source) == "=>");
    match (field("key").or_else(|| field("left")), field("value").or_else(|| field("right"))) {
        (Some(key), Some(value)) if is_entry => Pair::new(name(key, source), part, Some(value)),
        _ => Pair::new(tree::text(part, source), part, None),
    }
}
