//! What a commit changes, line by line, so that it can be known again under another id: after a rebase, a squash, a squash merge on a forge.
//!
//! Git's patch ids cover context lines, so a clean rebase next to an upstream change gives another one. Here only the changed lines
//! count, with their paths, without white space at their ends. Pure.

use serde::{Deserialize, Serialize};

use super::{FileChange, Oid};

/// Changed lines as a sorted multiset of checksums. Empty where nothing with lines changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Patch(Vec<u64>);

/// Which commit of today a linked one is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrentCommit {
    /// How sure that is.
    pub state: Certainty,
    /// Today's commit; several where they cannot be told apart, none where it is gone.
    pub ids: Vec<Oid>,
}

/// How sure it is which commit another one became.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// It is this one.
    Exact,
    /// It is one of these.
    Ambiguous,
    /// No commit within reach has what it brought.
    Gone,
}

/// Larger patches are known by these many of their lines.
const LIMIT: usize = 20_000;

impl Patch {
    /// The changed lines of a loaded diff.
    pub fn of(changes: &[FileChange]) -> Self {
        let mut lines: Vec<u64> = changes.iter().flat_map(changed_lines).collect();
        lines.sort_unstable();
        lines.truncate(LIMIT);
        Self(lines)
    }

    /// Whether nothing can be known again.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether all lines of `other` are among these, each as often.
    fn holds(&self, other: &Self) -> bool {
        let mut mine = self.0.iter();
        other.0.iter().all(|line| mine.by_ref().find(|own| *own >= line).is_some_and(|own| own == line))
    }
}

fn changed_lines(change: &FileChange) -> Vec<u64> {
    let path = u64::from(crc32fast::hash(change.path.as_bytes())) << 32;
    let hash = |sign: &[u8], line: &[u8]| path | u64::from(crc32fast::hash(&[sign, line.trim_ascii_end()].concat()));
    let removed = change.removed_lines().into_iter().map(|line| hash(b"-", line));
    removed.chain(change.added_lines().into_iter().map(|line| hash(b"+", line))).collect()
}

/// Which of these commits is the one with this patch today: one with the same lines; else, where it was squashed, one that holds them
/// all; else one that holds all that its session's commits did together.
pub fn today(patch: &Patch, together: Option<&Patch>, candidates: &[(Oid, Patch)]) -> CurrentCommit {
    let with = |matches: &dyn Fn(&Patch) -> bool| -> Vec<Oid> {
        candidates.iter().filter(|(_, candidate)| matches(candidate)).map(|(id, _)| *id).collect()
    };
    let mut ids = Vec::new();
    if !patch.is_empty() {
        ids = with(&|candidate| candidate == patch);
        if ids.is_empty() {
            ids = with(&|candidate| candidate.holds(patch));
        }
    }
    if let Some(together) = together.filter(|together| ids.is_empty() && !together.is_empty()) {
        ids = with(&|candidate| candidate.holds(together));
    }
    let state = match ids.len() {
        0 => Certainty::Gone,
        1 => Certainty::Exact,
        _ => Certainty::Ambiguous,
    };
    CurrentCommit { state, ids }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(patch: &[u64], together: &[u64], candidates: &[&[u64]]) -> (Certainty, Vec<String>) {
        let candidates: Vec<_> = candidates.iter().enumerate().map(|(n, lines)| (Oid::new(n.to_string()), Patch(lines.to_vec()))).collect();
        let today = today(&Patch(patch.to_vec()), Some(&Patch(together.to_vec())), &candidates);
        (today.state, today.ids.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_commit_is_known_by_its_lines_then_by_what_holds_them() {
        type Case<'a> = (&'a [u64], &'a [u64], &'a [&'a [u64]], Certainty, &'a [&'a str]);
        let cases: [Case<'_>; 6] = [
            (&[1, 2], &[1, 2, 3], &[&[1, 2], &[1, 2, 3]], Certainty::Exact, &["0"]),
            (&[1, 2], &[1, 2, 3], &[&[1, 2, 3], &[4]], Certainty::Exact, &["0"]),
            (&[1, 2], &[1, 2], &[&[1, 2], &[1, 2]], Certainty::Ambiguous, &["0", "1"]),
            // a line of the first commit was changed by the second: only together they are in the squash
            (&[1, 2], &[1, 9], &[&[1, 9]], Certainty::Exact, &["0"]),
            (&[1, 1], &[], &[&[1]], Certainty::Gone, &[]),
            (&[], &[], &[&[1]], Certainty::Gone, &[]),
        ];
        for (patch, together, candidates, state, ids) in cases {
            assert_eq!(found(patch, together, candidates), (state, ids.iter().map(|id| (*id).to_owned()).collect()));
        }
    }

    proptest! {
        #[test]
        fn a_whole_holds_its_parts(mut whole in proptest::collection::vec(0_u64..30, 0..40), keep in proptest::collection::vec(any::<bool>(), 40)) {
            whole.sort_unstable();
            let part: Vec<u64> = whole.iter().zip(&keep).filter(|(_, keep)| **keep).map(|(line, _)| *line).collect();
            let (whole, part) = (Patch(whole), Patch(part));
            prop_assert!(whole.holds(&part));
            prop_assert_eq!(part.holds(&whole), part == whole);
        }
    }
}
