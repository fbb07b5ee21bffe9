//! Two texts in, changed lines out, with the engine and the settings that `git diff` uses.

use anyhow::Result;
use memchr::{memchr, memchr_iter, memrchr};

use crate::change::Hunk;

/// Changed lines between two texts, as `git diff -U0` has them.
pub fn hunks(base: &[u8], head: &[u8]) -> Result<Vec<Hunk>> {
    match (base, head) {
        (base, head) if base == head => Ok(Vec::new()),
        (b"", head) => Ok(vec![Hunk { base_start: 0, base_lines: 0, head_start: 1, head_lines: count_lines(head) }]),
        (base, b"") => Ok(vec![Hunk { base_start: 1, base_lines: count_lines(base), head_start: 0, head_lines: 0 }]),
        (base, head) => hunks_of(&git2::Patch::from_buffers(base, None, head, None, Some(&mut options()))?),
    }
}

/// Lines up to which a single replacement is recognised without the engine.
const SHORT: usize = 16;

/// The one place where some lines were replaced by others that have none in common with them: what a small change is most often, and
/// found in a fraction of the engine's time. Nothing where it takes more to tell.
pub(super) fn only_hunk(base: &[u8], head: &[u8]) -> Option<Hunk> {
    let start = memrchr(b'\n', &base[..common_start(base, head)?]).map_or(0, |end| end + 1);
    let (base, head, before) = (&base[start..], &head[start..], count_ends(&base[..start]));
    let same = common_end(base, head)?;
    // whole lines: the common end begins behind a line end of its own
    let tail = memchr(b'\n', &base[base.len() - same..]).map_or(0, |end| same - end - 1);
    let (removed, added) = (first_lines(&base[..base.len() - tail]), first_lines(&head[..head.len() - tail]));
    let few = |lines: &[&[u8]]| (1..=SHORT).contains(&lines.len());
    if !few(&removed) || !few(&added) || removed.iter().any(|line| added.contains(line)) {
        return None;
    }
    let number = |count: usize| u32::try_from(count).ok();
    let start = number(before + 1)?;
    Some(Hunk { base_start: start, base_lines: number(removed.len())?, head_start: start, head_lines: number(added.len())? })
}

/// Bytes that are compared at once.
const STRIDE: usize = 64;

/// How many bytes two texts begin with in common; nothing where one of them begins with the other.
fn common_start(base: &[u8], head: &[u8]) -> Option<usize> {
    let strides = base.chunks(STRIDE).zip(head.chunks(STRIDE)).take_while(|(a, b)| a == b).count() * STRIDE;
    let rest = |text: &'_ [u8]| strides.min(text.len());
    let (base, head) = (&base[rest(base)..], &head[rest(head)..]);
    Some(strides + base.iter().zip(head).position(|(a, b)| a != b)?)
}

/// How many bytes two texts end with in common; nothing where one of them ends with the other.
fn common_end(base: &[u8], head: &[u8]) -> Option<usize> {
    let strides = base.rchunks(STRIDE).zip(head.rchunks(STRIDE)).take_while(|(a, b)| a == b).count() * STRIDE;
    let rest = |text: &'_ [u8]| text.len().saturating_sub(strides);
    let (base, head) = (&base[..rest(base)], &head[..rest(head)]);
    Some(strides + base.iter().rev().zip(head.iter().rev()).position(|(a, b)| a != b)?)
}

/// The lines of a text, one more than a short one has at most.
fn first_lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|b| *b == b'\n').take(SHORT + 1).collect()
}

fn count_ends(text: &[u8]) -> usize {
    memchr_iter(b'\n', text).count()
}

/// What follows the last line end counts as a line if it is not empty.
fn count_lines(text: &[u8]) -> u32 {
    u32::try_from(count_ends(text) + usize::from(!text.ends_with(b"\n"))).unwrap_or(u32::MAX)
}

/// The settings of `git diff -U0`.
pub(super) fn options() -> git2::DiffOptions {
    let mut options = git2::DiffOptions::new();
    options.context_lines(0).interhunk_lines(0).indent_heuristic(true).force_text(true);
    options
}

/// The hunks of a patch that the engine made.
pub(super) fn hunks_of(patch: &git2::Patch<'_>) -> Result<Vec<Hunk>> {
    let hunk = |i| {
        let hunk = patch.hunk(i)?.0;
        Ok(Hunk { base_start: hunk.old_start(), base_lines: hunk.old_lines(), head_start: hunk.new_start(), head_lines: hunk.new_lines() })
    };
    (0..patch.num_hunks()).map(hunk).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_single_replacement_is_what_the_engine_finds(
            before in "([ab x]{0,2}\n){0,6}", old in "([abcx ]{0,2}\n){0,3}[ab]{0,1}", new in "([abcx ]{0,2}\n){0,3}[ab]{0,1}", after in "(\n[ab x]{0,2}){0,6}\n?",
        ) {
            let (base, head) = (before.clone() + &old + &after, before + &new + &after);
            let (base, head) = (base.as_bytes(), head.as_bytes());
            if let Some(hunk) = only_hunk(base, head) {
                let engine = hunks_of(&git2::Patch::from_buffers(base, None, head, None, Some(&mut options())).expect("a patch")).expect("hunks");
                prop_assert_eq!(vec![hunk], engine);
            }
        }
    }

    proptest! {
        #[test]
        fn a_text_that_came_or_went_whole_is_one_hunk_as_the_engine_has_it(text in "[ab\\n]{1,40}") {
            let by_engine = |base: &[u8], head: &[u8]| {
                hunks_of(&git2::Patch::from_buffers(base, None, head, None, Some(&mut options())).expect("a patch")).expect("hunks")
            };
            let text = text.as_bytes();
            prop_assert_eq!(hunks(b"", text).expect("hunks"), by_engine(b"", text));
            prop_assert_eq!(hunks(text, b"").expect("hunks"), by_engine(text, b""));
        }
    }
}
