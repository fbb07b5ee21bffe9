//! PHP.

use super::super::grammar::*;
use super::super::new_tests::TestRule;
use crate::evidence::DefinitionKind::*;

pub(in super::super) const PHP: Grammar = Grammar {
    rules: &[&[
        define("function_definition", Function),
        define("method_declaration", Constructor).when(&[When::Word("name", &["__construct"])]),
        define("method_declaration", Method),
        define("class_declaration", Class),
        define("interface_declaration", Interface),
        define("trait_declaration", Trait),
        define("enum_declaration", Enum),
    ]],
    decorators: &["attribute_list"],
    parameters: &["formal_parameters"],
    separator: "::",
    member: "::",
    tests: &[TestRule::Prefixed(&["test"]), TestRule::Marked(&["Test"]), TestRule::Documented("@test")],
    ..BLANK
};
