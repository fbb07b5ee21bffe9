//! Rust: impls give their self type, items in item-position macro calls are read again.

use super::super::grammar::*;
use super::super::lexis::{BRACES, Blocks, Lexis, Quote};
use super::super::new_tests::TestRule;
use crate::evidence::DefinitionKind::*;

const LEXIS: Lexis = Lexis {
    block_comments: Blocks::Nested,
    quotes: &[Quote::Hashed(Some(b'r')), Quote::Lines(b'"'), Quote::Character],
    begins: b"_#",
    containers: &["impl", "mod", "trait", "extern"],
    ..BRACES
};

pub(in super::super) const RUST: Grammar = Grammar {
    rules: &[&[
        define("function_item", Function),
        define("function_signature_item", Function),
        define("struct_item", Struct),
        define("enum_item", Enum),
        define("union_item", Union),
        define("trait_item", Trait),
        define("type_item", Type).when(&[When::Outside, When::NotMember]),
        define("macro_definition", Macro).when(&[When::Outside]),
        rule("impl_item", Role::Members).named(Name::Field("type")),
        rule("foreign_mod_item", Role::Skip).named(Name::Nothing),
        rule("macro_invocation", Role::Reread).named(Name::Nothing).when(&[When::Outside]),
        rule("closure_expression", Role::Closure).named(Name::Nothing),
    ]],
    decorators: &["attribute_item"],
    documenting: &["#[doc"],
    items: &[
        "const_item", "empty_statement", "enum_item", "extern_crate_declaration", "foreign_mod_item", "function_item", "impl_item",
        "macro_definition", "macro_invocation", "mod_item", "static_item", "struct_item", "trait_item", "type_item", "union_item",
        "use_declaration",
    ],
    // what an inner attribute says is of what is around it
    comments: &["line_comment", "block_comment", "inner_attribute_item"],
    through: &[("reference_type", "type"), ("pointer_type", "type"), ("generic_type", "type"), ("scoped_type_identifier", "name")],
    separator: "::",
    member: "::",
    tests: &[TestRule::Marked(&["test", "rstest", "test_case", "quickcheck", "bench", "wasm_bindgen_test"])],
    parameters: &["parameters"],
    lexis: Some(&LEXIS),
    ..BLANK
};
