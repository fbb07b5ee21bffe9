//! PHP.

use super::super::grammar::*;
use super::super::lexis::{BRACES, Extra, Lexis, Quote};
use super::super::new_tests::TestRule;
use crate::evidence::DefinitionKind::*;

const LEXIS: Lexis = Lexis {
    line_comments: &["//", "#"],
    quotes: &[Quote::Lines(b'"'), Quote::Lines(b'\''), Quote::Lines(b'`')],
    extras: &[Extra::Heredoc],
    begins: b"_#",
    containers: &["namespace", "class", "interface", "trait", "enum"],
    ..BRACES
};

pub(in super::super) const PHP: Grammar = Grammar {
    rules: &[&[
        define("function_definition", Function),
        define("method_declaration", Constructor).when(&[When::Word("name", &["__construct"])]),
        define("method_declaration", Method),
        define("class_declaration", Class),
        define("interface_declaration", Interface),
        define("trait_declaration", Trait),
        define("enum_declaration", Enum),
        // Pest
        rule("function_call_expression", Role::Test).named(Name::Quoted).when(&[When::Callee("function", &["it", "test"])]),
    ]],
    decorators: &["attribute_list"],
    parameters: &["formal_parameters"],
    separator: "::",
    member: "::",
    tests: &[TestRule::Prefixed(&["test"]), TestRule::Marked(&["Test"]), TestRule::Documented("@test")],
    lexis: Some(&LEXIS),
    ..BLANK
};
