//! Java: annotation elements are methods, constructors carry the class's name.

use super::super::grammar::*;
use super::super::lexis::{BRACES, Lexis, Quote};
use super::super::new_tests::TestRule;
use crate::evidence::DefinitionKind::*;

const LEXIS: Lexis = Lexis {
    quotes: &[Quote::Triple(true), Quote::Line(b'"'), Quote::Line(b'\'')],
    begins: b"_@",
    containers: &["class", "interface", "enum", "record"],
    ..BRACES
};

pub(in super::super) const JAVA: Grammar = Grammar {
    rules: &[&[
        define("method_declaration", Method),
        define("annotation_type_element_declaration", Method),
        define("constructor_declaration", Constructor),
        define("compact_constructor_declaration", Constructor),
        define("class_declaration", Class),
        define("interface_declaration", Interface),
        define("enum_declaration", Enum),
        define("record_declaration", Record),
        define("annotation_type_declaration", Annotation),
    ]],
    decorators: &["annotation", "marker_annotation"],
    comments: &["line_comment", "block_comment"],
    parameters: &["formal_parameters"],
    tests: &[TestRule::Marked(&["Test", "ParameterizedTest", "RepeatedTest", "TestFactory", "Property"])],
    lexis: Some(&LEXIS),
    ..BLANK
};
