//! Python.

use super::super::grammar::*;
use super::super::new_tests::TestRule;
use crate::evidence::DefinitionKind::*;

pub(in super::super) const PYTHON: Grammar = Grammar {
    rules: &[&[
        define("function_definition", Constructor).when(&[When::Word("name", &["__init__"]), When::Member]),
        define("function_definition", Function),
        define("class_definition", Class),
        define("type_alias_statement", Type).named(Name::Field("left")),
        rule("lambda", Role::Closure).named(Name::Nothing),
    ]],
    decorators: &["decorator"],
    wrappers: &["decorated_definition"],
    layout: Layout::Significant,
    tests: &[TestRule::Prefixed(&["test_"])],
    parameters: &["parameters"],
    ..BLANK
};
