//! Bash and other shells with its grammar.

use super::super::grammar::*;
use super::super::new_tests::TestRule;
use crate::evidence::DefinitionKind::*;

pub(in super::super) const BASH: Grammar = Grammar {
    rules: &[&[define("function_definition", Function)]],
    separator: "::",
    member: "::",
    tests: &[TestRule::Prefixed(&["test_"])],
    ..BLANK
};
