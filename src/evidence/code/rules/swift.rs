//! Swift: one node for classes, structs, enums, actors and extensions.

use super::super::grammar::*;
use super::super::lexis::{BRACES, Blocks, Extra, Lexis, Quote};
use super::super::new_tests::TestRule;
use crate::evidence::DefinitionKind::*;

const fn type_rule(word: &'static [When], kind: crate::evidence::DefinitionKind) -> Rule {
    define("class_declaration", kind).when(word)
}

const LEXIS: Lexis = Lexis {
    block_comments: Blocks::Nested,
    quotes: &[Quote::Hashed(None), Quote::Triple(true), Quote::Line(b'"')],
    extras: &[Extra::Directives],
    begins: b"_@",
    containers: &["class", "struct", "enum", "extension", "protocol", "actor"],
    ..BRACES
};

pub(in super::super) const SWIFT: Grammar = Grammar {
    rules: &[&[
        define("function_declaration", Function),
        define("protocol_function_declaration", Method),
        define("init_declaration", Constructor).named(Name::Word("init")),
        define("deinit_declaration", Method).named(Name::Word("deinit")),
        define("subscript_declaration", Getter).named(Name::Word("subscript")),
        define("property_declaration", Getter).when(&[When::Has("computed_value")]),
        type_rule(&[When::Word("declaration_kind", &["class", "actor"])], Class),
        type_rule(&[When::Word("declaration_kind", &["struct"])], Struct),
        type_rule(&[When::Word("declaration_kind", &["enum"])], Enum),
        rule("class_declaration", Role::Members).when(&[When::Word("declaration_kind", &["extension"])]),
        define("protocol_declaration", Interface),
        define("typealias_declaration", Type),
        rule("lambda_literal", Role::Closure).named(Name::Nothing),
    ]],
    decorators: &["attribute"],
    comments: &["comment", "multiline_comment"],
    parameters: &["parameter"],
    tests: &[TestRule::Prefixed(&["test"]), TestRule::Marked(&["Test"])],
    lexis: Some(&LEXIS),
    ..BLANK
};
