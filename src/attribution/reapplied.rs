//! Stashes applied after a reset that took the worktree along: they bring back what the reset threw away, as if it had left it alone.

use anyhow::Result;

use super::replay::{Question, Replay};
use super::traces::LinesByFile;
use super::trees::Edits;
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
            let question = Question::AppliedAfter(stash.clone(), i);
            self.asked.push(question.clone());
            if self.answers.contains(&question) {
                self.note_conflicts(&conflicts);
                self.come_back((&now, &after), &head)?;
                self.find_lost(&back);
            }
        }
        Ok(())
    }

    /// From now on this stash may be applied.
    pub(super) fn note_stash(&mut self, stash: &Oid, below: &Oid, top: &Oid) {
        self.stashes.push(KnownStash { stash: stash.clone(), below: below.clone(), top: top.clone() });
    }

    /// The worktree went from `now` to `after`, and HEAD stayed at `head`: what differs is dirt.
    fn come_back(&mut self, (now, after): (&Oid, &Oid), head: &Oid) -> Result<()> {
        let files = &self.case.files;
        let (mut base, mut work) = (Edits::new(), Edits::new());
        for change in files.trees.differing(now, after)?.iter() {
            base.insert(change.path.clone(), files.trees.entry(head, &change.path)?);
            work.insert(change.path.clone(), change.head.clone());
        }
        self.dirt = (files.trees.edited(&self.dirt.0, &base)?, files.trees.edited(&self.dirt.1, &work)?);
        Ok(())
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
