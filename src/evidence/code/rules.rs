//! What each language's syntax trees mean: one file of constant data a language (or family).
//!
//! To add a language: a file here, a row in `languages.rs`, cases in `tests.rs`.

pub(super) mod bash;
pub(super) mod c;
pub(super) mod csharp;
pub(super) mod ecma;
pub(super) mod elixir;
pub(super) mod go;
pub(super) mod java;
pub(super) mod kotlin;
pub(super) mod lua;
pub(super) mod php;
pub(super) mod python;
pub(super) mod ruby;
pub(super) mod rust;
pub(super) mod scala;
pub(super) mod swift;
