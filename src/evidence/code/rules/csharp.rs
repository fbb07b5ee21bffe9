//! C#: properties with code count as getters; namespaces are left out.

use super::super::grammar::*;
use super::super::lexis::{BRACES, Extra, Lexis, Quote};
use super::super::new_tests::TestRule;
use crate::evidence::DefinitionKind::*;

const LEXIS: Lexis = Lexis {
    quotes: &[Quote::Doubled, Quote::Triple(false), Quote::Line(b'"'), Quote::Line(b'\'')],
    extras: &[Extra::Directives],
    begins: b"_[@",
    containers: &["namespace", "class", "struct", "interface", "record"],
    ..BRACES
};

pub(in super::super) const CSHARP: Grammar = Grammar {
    rules: &[&[
        define("method_declaration", Method),
        define("local_function_statement", Function),
        // `new X(…)` in code that `#if` splits is read as one without a body
        define("constructor_declaration", Constructor).when(&[When::Has("body")]),
        define("destructor_declaration", Method).prefixed("~"),
        define("operator_declaration", Method).named(Name::Field("operator")).prefixed("operator "),
        define("conversion_operator_declaration", Method).named(Name::Field("type")).prefixed("operator "),
        define("indexer_declaration", Getter).named(Name::Word("this[]")),
        define("property_declaration", Getter).when(&[When::Is("value", &["arrow_expression_clause"])]),
        define("property_declaration", Getter).when(&[When::HoldsBody("accessors")]),
        define("event_declaration", Method),
        define("class_declaration", Class),
        define("struct_declaration", Struct),
        define("interface_declaration", Interface),
        define("enum_declaration", Enum),
        define("record_declaration", Record),
        define("delegate_declaration", Type),
        rule("lambda_expression", Role::Closure).named(Name::Nothing),
    ]],
    decorators: &["attribute_list"],
    parameters: &["parameter_list", "bracketed_parameter_list"],
    tests: &[TestRule::Marked(&["Fact", "Theory", "Test", "TestCase", "TestMethod", "DataTestMethod"])],
    lexis: Some(&LEXIS),
    ..BLANK
};
