//! JavaScript and TypeScript: what a file exports (Vite, ESLint, Next.js), also behind a function or a helper (`defineConfig`), and its
//! constants by their names.

use tree_sitter::Node as Syntax;

use super::{Outline, Pair, SettingsReader, Shape, tree, unquoted};

pub(in crate::evidence::config) fn javascript(source: &str) -> Result<Outline, String> {
    super::read(source, tree_sitter_javascript::LANGUAGE, shape, module)
}

pub(in crate::evidence::config) fn typescript(source: &str) -> Result<Outline, String> {
    super::read(source, tree_sitter_typescript::LANGUAGE_TYPESCRIPT, shape, module)
}

fn module(reader: &mut SettingsReader<'_>, root: Syntax<'_>) -> Result<(), String> {
    tree::parts(root).into_iter().try_for_each(|statement| self::statement(reader, statement))
}

fn statement(reader: &mut SettingsReader<'_>, statement: Syntax<'_>) -> Result<(), String> {
    let field = |name| statement.child_by_field_name(name);
    match (statement.kind(), tree::parts(statement).as_slice()) {
        ("export_statement", _) => match (field("value"), field("declaration")) {
            (Some(value), _) => exported(reader, value),
            (None, Some(declaration)) => constants(reader, declaration),
            (None, None) => Ok(()),
        },
        ("lexical_declaration" | "variable_declaration", _) => constants(reader, statement),
        ("expression_statement", [assignment]) if assignment.kind() == "assignment_expression" => {
            let field = |name| assignment.child_by_field_name(name);
            let (Some(left), Some(right)) = (field("left"), field("right")) else { return Ok(()) };
            match reader.text(left) {
                "module.exports" | "exports.default" => exported(reader, right),
                name => match name.strip_prefix("module.exports.").or_else(|| name.strip_prefix("exports.")) {
                    Some(name) => reader.set(&name.split('.').map(str::to_owned).collect::<Vec<_>>(), statement, right),
                    None => Ok(()),
                },
            }
        }
        _ => Ok(()),
    }
}

/// What the file gives: an object is the whole configuration, a list stands under `default`.
fn exported(reader: &mut SettingsReader<'_>, value: Syntax<'_>) -> Result<(), String> {
    let value = given(value);
    match shape(value, reader.source) {
        Shape::Map(_) => reader.table(value),
        Shape::List(_) => reader.set(&["default".to_owned()], value, value),
        Shape::Text | Shape::Expression => Ok(()),
    }
}

/// The value behind a helper with one argument, a function that only gives it, and what types add.
fn given(mut value: Syntax<'_>) -> Syntax<'_> {
    loop {
        let field = |name| value.child_by_field_name(name);
        let inner = match value.kind() {
            "call_expression" => field("arguments").and_then(|arguments| match tree::parts(arguments)[..] {
                [only] => Some(only),
                _ => Some(arguments).filter(|arguments| arguments.kind() == "arguments"),
            }),
            "arrow_function" | "function_expression" => field("body").and_then(|body| match body.kind() {
                "statement_block" => {
                    let last = tree::parts(body).pop().filter(|last| last.kind() == "return_statement");
                    last.and_then(|last| last.named_child(0))
                }
                _ => Some(body),
            }),
            _ => Some(bare(value)).filter(|inner| *inner != value),
        };
        match inner {
            Some(inner) => value = inner,
            None => return value,
        }
    }
}

/// A value without parentheses and types around it.
fn bare(mut value: Syntax<'_>) -> Syntax<'_> {
    const AROUND: [&str; 5] =
        ["parenthesized_expression", "satisfies_expression", "as_expression", "non_null_expression", "type_assertion"];
    while let (true, Some(inner)) =
        (AROUND.contains(&value.kind()), tree::parts(value).into_iter().find(|part| !part.kind().contains("type")))
    {
        value = inner;
    }
    value
}

/// Constants that hold data; functions, classes and what is required are code.
fn constants(reader: &mut SettingsReader<'_>, declaration: Syntax<'_>) -> Result<(), String> {
    let declarators: Vec<_> = tree::parts(declaration).into_iter().filter(|part| part.kind() == "variable_declarator").collect();
    for declarator in &declarators {
        let field = |name| declarator.child_by_field_name(name);
        let (Some(name), Some(value)) = (field("name"), field("value")) else { continue };
        if name.kind() == "identifier" && !is_code(value, reader.source) {
            let whole = if declarators.len() == 1 { declaration } else { *declarator };
            reader.set_typed(&[reader.text(name).to_owned()], whole, value, field("type"))?;
        }
    }
    Ok(())
}

fn is_code(value: Syntax<'_>, source: &str) -> bool {
    let value = bare(value);
    const CODE: [&str; 5] = ["arrow_function", "function_expression", "generator_function", "class", "await_expression"];
    CODE.contains(&value.kind()) || tree::text(value, source).starts_with("require(")
}

fn shape<'t>(value: Syntax<'t>, source: &str) -> Shape<'t> {
    let value = bare(value);
    match value.kind() {
        "object" => Shape::Map(tree::parts(value).into_iter().map(|part| pair(part, source)).collect()),
        "array" | "arguments" => Shape::List(tree::parts(value)),
        "string" => Shape::Text,
        _ => Shape::Expression,
    }
}

fn pair<'t>(part: Syntax<'t>, source: &str) -> Pair<'t> {
    let field = |name| part.child_by_field_name(name);
    match (field("key"), field("value"), field("name")) {
        (Some(key), Some(value), _) => Pair::new(unquoted(tree::text(key, source)), part, Some(value)),
        // a method is its own value
        (_, _, Some(name)) => Pair::new(tree::text(name, source), part, Some(part)),
        _ => Pair::new(tree::text(part, source), part, None),
    }
}
