//! Stashes applied after a reset that took the worktree along: they bring back what the reset threw away, as if it had left it alone.

use anyhow::Result;

use super::replay::{Question, Replay};
use super::traces::LinesByFile;
use crate::change::Oid;

/// A stash that may be applied, with what it brings of the dirt in the terms of foreign parts: the tree it was made on and its own.
#[derive(Clone)]
pub(super) struct KnownStash {
    stash: Oid,
    below: Oid,
    top: Oid,
}

impl Replay<'_, '_> {
    /// Asks of each stash that lay there by entry `i`, and whose lines are found again later, whether it was applied right after it.
    /// Lines that it had no record of otherwise make no new evidence: another question about the same lines has counted them.
    pub(super) fn apply_after(&mut self, i: usize, new: &Oid) -> Result<()> {
        /// So many are looked at, the newest first.
        const MOST: usize = 8;
        let head = self.foreign(new)?;
        for KnownStash { stash, below, top } in self.stashes.clone().into_iter().rev().take(MOST) {
            let now = self.baseline(&head)?;
            let (after, conflicts) = self.case.files.merge(&below, &now, &top)?;
            let back = self.lost_in(&stash)?;
            let shows = (after != now && self.left_a_trace(i + 1, (&now, &after))?) || self.is_found_again(i, &back)?;
            if !shows {
                continue;
            }
            let question = Question::AppliedAfter(stash, i);
            self.asked.push(question.clone());
            if self.answers.contains(&question) {
                self.note_conflicts(&conflicts);
                let differing = self.case.files.trees.differing(&now, &after)?;
                self.set_dirt(differing.iter().map(|change| &change.path), (&head, &after))?;
                self.find_lost(&back);
            }
        }
        Ok(())
    }

    /// From now on this stash may be applied.
    pub(super) fn note_stash(&mut self, stash: &Oid, below: &Oid, top: &Oid) {
        self.stashes.push(KnownStash { stash: *stash, below: *below, top: *top });
    }

    /// The lines that resets threw away and that the stash holds, whoever wrote them.
    fn lost_in(&self, stash: &Oid) -> Result<Vec<LinesByFile>> {
        let (below, held) = self.case.stash(stash)?;
        let held = self.case.files.lines_added(&below, &held, None, |path| self.lost.iter().any(|lost| lost.contains_key(path)))?;
        let common = |lost: &LinesByFile| {
            let both = lost.iter().filter_map(|(path, lines)| Some((path.clone(), lines & held.get(path)?)));
            both.filter(|(_, lines)| !lines.is_empty()).collect()
        };
        Ok(self.lost.iter().map(common).collect())
    }

    /// These lines were not lost.
    fn find_lost(&mut self, back: &[LinesByFile]) {
        for (lost, back) in self.lost.iter_mut().zip(back) {
            for (path, lines) in back {
                lost.entry(path.clone()).and_modify(|lost| *lost = &*lost - lines);
            }
        }
    }
}
