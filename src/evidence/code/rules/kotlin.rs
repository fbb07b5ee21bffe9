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

const MARKED: When = When::Under(&["annotated_expression"]);

pub(in super::super) const KOTLIN: Grammar = Grammar {
    rules: &[&[
        define("function_declaration", Function).of("", "user_type"),
        define("secondary_constructor", Constructor).named(Name::OfContainer),
        define("property_declaration", Getter)
            .named(Name::Child("variable_declaration"))
            .when(&[When::Holds("getter", "function_body")])
            .of("", "user_type"),
        define("property_declaration", Setter)
            .named(Name::Child("variable_declaration"))
            .when(&[When::Holds("setter", "function_body")])
            .of("", "user_type"),
        define("class_declaration", Enum).when(&[When::Among("modifiers", "enum")]),
        define("class_declaration", Annotation).when(&[When::Among("modifiers", "annotation")]),
        define("class_declaration", Interface).when(&[When::Token("interface")]),
        define("class_declaration", Class),
        // below an annotation these words are read as an expression where the class has no parameters
        define("infix_expression", Annotation).named(Name::Last).when(&[When::Begins(&["annotation", "class"]), MARKED]),
        define("infix_expression", Enum).named(Name::Last).when(&[When::Begins(&["enum", "class"]), MARKED]),
        define("object_declaration", Module),
        define("type_alias", Type).named(Name::Field("type")),
        rule("lambda_literal", Role::Closure).named(Name::Nothing),
    ]],
    decorators: &["annotation"],
    comments: &["line_comment", "block_comment"],
    through: &[("variable_declaration", ""), ("call_expression", "")],
    parameters: &["function_value_parameters"],
    tests: &[TestRule::Marked(&["Test", "ParameterizedTest", "RepeatedTest"])],
    lexis: Some(&LEXIS),
    ..BLANK
};
