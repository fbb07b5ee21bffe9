//! placeholder

use super::languages::Language;

/// Header patterns of a language.
pub(super) struct Headers;

pub(super) static ROWS: &[Language] = &[];
