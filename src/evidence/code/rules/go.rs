//! Go: a method's container is its receiver's type.

use super::super::grammar::*;
use super::super::lexis::{BRACES, Lexis, Quote};
use super::super::new_tests::TestRule;
use crate::evidence::DefinitionKind::*;

const LEXIS: Lexis = Lexis { quotes: &[Quote::Line(b'"'), Quote::Line(b'\''), Quote::Raw(b'`')], ends: b"})\"`", ..BRACES };

pub(in super::super) const GO: Grammar = Grammar {
    rules: &[&[
        define("method_declaration", Method).of("receiver", "type_identifier"),
        define("function_declaration", Function),
        define("type_spec", Struct).when(&[When::Is("type", &["struct_type"])]),
        define("type_spec", Interface).when(&[When::Is("type", &["interface_type"])]),
        define("type_spec", Type),
        define("type_alias", Type),
        rule("block", Role::Skip),
        rule("parameter_list", Role::Skip),
    ]],
    wrappers: &["type_declaration"],
    parameters: &["parameter_list"],
    tests: &[TestRule::Prefixed(&["Test", "Benchmark", "Fuzz", "Example"])],
    lexis: Some(&LEXIS),
    ..BLANK
};
