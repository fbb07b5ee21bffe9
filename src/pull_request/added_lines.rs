//! Lines that a change adds, and signs in them.

use std::borrow::Cow;

use crate::change::FileChange;

/// The lines that a change adds, as text.
pub(super) fn added_lines(change: &FileChange) -> impl Iterator<Item = Cow<'_, str>> {
    let lines = if change.binary { Vec::new() } else { change.added_lines() };
    lines.into_iter().map(String::from_utf8_lossy)
}

/// Whether a line has one of these signs, those that begin with a letter not within a word: `xit(` is not in `exit(`.
pub(super) fn has_sign(line: &str, signs: &[&str]) -> bool {
    let begins = |at: usize, sign: &str| !sign.starts_with(is_inside) || !line[..at].ends_with(is_inside);
    signs.iter().any(|sign| line.match_indices(sign).any(|(at, _)| begins(at, sign)))
}

/// Whether a character is part of a name.
pub(super) fn is_inside(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
