//! Ruby: methods of the class itself are joined with a dot.

use super::super::grammar::*;
use super::super::new_tests::TestRule;
use crate::evidence::DefinitionKind::*;

pub(in super::super) const RUBY: Grammar = Grammar {
    rules: &[&[
        define("method", Constructor).when(&[When::Word("name", &["initialize"]), When::Member]),
        define("method", Function),
        define("singleton_method", Function).joined(".").of("object", "constant"),
        define("class", Class).when(&[When::Has("name")]),
        define("module", Module).when(&[When::Has("name")]),
        rule("singleton_class", Role::Singleton).named(Name::Nothing).joined("."),
        rule("call", Role::Test)
            .named(Name::Quoted)
            .when(&[When::Callee("method", &["it", "specify", "test", "scenario"]), When::Has("block")]),
    ]],
    parameters: &["method_parameters"],
    paths: &[("scope_resolution", "scope", "name")],
    separator: "::",
    member: "#",
    tests: &[TestRule::Prefixed(&["test_"])],
    ..BLANK
};
