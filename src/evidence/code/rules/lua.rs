//! Lua: functions are declared, assigned or kept in a table.

use super::super::grammar::*;
use crate::evidence::DefinitionKind::*;

/// Keys that are names: `a`, `[a]`, `["a"]`, `[a.b]`.
const KEYS: &[&str] = &["identifier", "string", "dot_index_expression"];

const FUNCTIONS: &[&str] = &["function_definition"];

pub(in super::super) const LUA: Grammar = Grammar {
    rules: &[&[
        define("function_declaration", Method).when(&[When::Is("name", &["method_index_expression"])]).joined(":"),
        define("function_declaration", Function),
        define("assignment_statement", Function)
            .named(Name::Child("variable_list"))
            .when(&[When::Single("variable_list"), When::Is("expression_list", FUNCTIONS)]),
        rule("assignment_statement", Role::Shown)
            .named(Name::Child("variable_list"))
            .when(&[When::Single("variable_list"), When::Is("expression_list", &["table_constructor"])]),
        define("field", Method).when(&[When::Is("name", KEYS), When::Is("value", FUNCTIONS), When::NotArgument]),
        rule("function_call", Role::Test).named(Name::Quoted).when(&[When::Callee("name", &["it", "test"])]),
        rule("arguments", Role::Arguments).named(Name::Nothing),
        rule("function_definition", Role::Closure).named(Name::Nothing),
    ]],
    wrappers: &["variable_declaration"],
    paths: &[("dot_index_expression", "table", "field"), ("method_index_expression", "table", "method")],
    through: &[("variable_list", ""), ("expression_list", ""), ("string", "content")],
    parameters: &["parameters"],
    ..BLANK
};
