//! Kotlin: extension functions belong to their receiver, companions to their class.

use super::super::grammar::*;
use super::super::lexis::{BRACES, Blocks, Lexis, Quote};
use super::super::new_tests::TestRule;
use crate::evidence::DefinitionKind::*;

const LEXIS: Lexis = Lexis {
    block_comments: Blocks::Nested,
    quotes: &[Quote::Triple(false), Quote::Line(b'"'), Quote::Line(b'\'')],
    begins: b"_@",
    containers: &["class", "interface", "object"],
    ..BRACES
};

pub(in super::super) const KOTLIN: Grammar = Grammar {
    rules: &[&[
        define("function_declaration", Function).of("", "user_type"),
        define("secondary_constructor", Constructor).named(Name::OfContainer),
        define("property_declaration", Getter)
            .named(Name::Child("variable_declaration"))
            .when(&[When::Token("getter")])
            .of("", "user_type"),
        define("property_declaration", Setter)
            .named(Name::Child("variable_declaration"))
            .when(&[When::Token("setter")])
            .of("", "user_type"),
        define("class_declaration", Enum).when(&[When::Among("modifiers", "enum")]),
        define("class_declaration", Annotation).when(&[When::Among("modifiers", "annotation")]),
        define("class_declaration", Interface).when(&[When::Token("interface")]),
        define("class_declaration", Class),
        define("object_declaration", Module),
        define("type_alias", Type).named(Name::Field("type")),
        rule("lambda_literal", Role::Closure).named(Name::Nothing),
    ]],
    decorators: &["annotation"],
    comments: &["line_comment", "block_comment"],
    through: &[("variable_declaration", "")],
    parameters: &["function_value_parameters"],
    tests: &[TestRule::Marked(&["Test", "ParameterizedTest", "RepeatedTest"])],
    lexis: Some(&LEXIS),
    ..BLANK
};
