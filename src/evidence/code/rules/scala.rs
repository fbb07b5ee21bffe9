//! Scala 2 and 3.

use super::super::grammar::*;
use super::super::new_tests::TestRule;
use crate::evidence::DefinitionKind::*;

pub(in super::super) const SCALA: Grammar = Grammar {
    rules: &[&[
        define("function_definition", Constructor).when(&[When::Word("name", &["this"])]),
        define("function_definition", Function),
        define("function_declaration", Function),
        define("class_definition", Class),
        define("object_definition", Module),
        define("package_object", Module),
        define("trait_definition", Trait),
        define("enum_definition", Enum),
        define("type_definition", Type),
        rule("given_definition", Role::Members).when(&[When::Has("name")]),
        rule("given_definition", Role::Members).named(Name::Field("return_type")),
        rule("call_expression", Role::Test).named(Name::Quoted).when(&[When::Callee("function", &["test", "it"])]),
        rule("lambda_expression", Role::Closure).named(Name::Nothing),
    ]],
    decorators: &["annotation"],
    comments: &["comment", "block_comment"],
    tests: &[TestRule::Marked(&["Test"])],
    parameters: &["parameters"],
    ..BLANK
};
