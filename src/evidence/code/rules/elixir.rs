//! Elixir: definitions are macro calls; the clauses of a function are one definition.

use super::super::grammar::*;
use crate::evidence::DefinitionKind::*;

const fn call(words: &'static [When], role: Role) -> Rule {
    rule("call", role).named(Name::Child("arguments")).when(words)
}

pub(in super::super) const ELIXIR: Grammar = Grammar {
    rules: &[&[
        call(&[When::Word("target", &["def", "defp", "defdelegate"])], Role::Define(Function)),
        call(&[When::Word("target", &["defmacro", "defmacrop", "defguard", "defguardp"])], Role::Define(Macro)),
        call(&[When::Word("target", &["defmodule"])], Role::Define(Module)),
        call(&[When::Word("target", &["defprotocol"])], Role::Define(Interface)),
        call(&[When::Word("target", &["defimpl"])], Role::Members),
        call(&[When::Callee("target", &["test", "property"])], Role::Test).named(Name::Quoted),
        rule("anonymous_function", Role::Closure).named(Name::Nothing),
    ]],
    through: &[("arguments", ""), ("call", "target"), ("binary_operator", "left")],
    methods: false,
    clauses: true,
    ..BLANK
};
