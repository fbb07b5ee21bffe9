//! Commits that are gone although all that is in them lives on: merges put in a row by a rebase, or squashed elsewhere, and what a rebase
//! left out because it was there already.
//!
//! Such a commit became no other one, and it led somewhere. What a merge joined is told commit by commit.

use std::collections::HashSet;
use std::rc::Rc;

use anyhow::Result;

use super::case::Sign;
use super::commits::Sorting;
use super::history::{Graph, rebase_end};
use super::landed::LandedRange;
use super::reflog::Class;
use super::replay::CommitOrigin;
use crate::change::Oid;

/// As many commits that a rebase built on are looked at.
const MOST: usize = 500;

impl Sorting<'_, '_, '_> {
    /// Whether a rebase left out the commit, and a commit that it built on, and that is not lost either, changes the same.
    pub(super) fn was_there_already(&self, id: &Oid) -> Result<bool> {
        let (case, graph) = (self.case, &self.case.history.graph);
        let patch = case.patch_of(id)?;
        let starts = (0..case.classes.len()).filter(|i| case.classes[*i] == Class::RebaseStart);
        for start in starts.filter(|i| graph.descends(self.rebased(*i), id)) {
            let (onto, tip) = (&case.entry(start).new, self.rebased(start));
            if !case.exists(onto)? || !case.exists(tip)? {
                continue;
            }
            for other in case.range(onto, tip)?.iter().take(MOST) {
                let is_there = !graph.has(other) || self.reachable.contains(other);
                if is_there && !patch.0.is_empty() && case.patch_of(other)?.1 == patch.1 {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Whether `id` is such a merge.
    pub(super) fn is_flattened(&mut self, id: &Oid) -> Result<bool> {
        if self.case.history.graph.parents(id).len() < 2 {
            return Ok(false);
        }
        if self.landed_with(|graph, landed| landed.took_in(graph, id)) {
            return Ok(true);
        }
        let is_spare = self.is_below_landed(id)? || self.is_put_in_a_row(id)?;
        Ok(is_spare && !self.is_resolution_lost(id)?)
    }

    fn landed_with(&self, fits: impl Fn(&Graph, &LandedRange) -> bool) -> bool {
        let graph = &self.case.history.graph;
        self.replay.landed.iter().any(|(by, landed)| self.reachable.contains(by) && fits(graph, landed))
    }

    /// The commit that a merge stands on, and the merges that were made on it before.
    fn last_below<'m>(&'m self, merge: &'m Oid) -> &'m Oid {
        let (graph, mut id) = (&self.case.history.graph, merge);
        while let [first, _, ..] = graph.parents(id) {
            id = first;
        }
        id
    }

    /// Whether the branch was squashed elsewhere, piece by piece or without the merge at its end, and what the merge had brought in is in
    /// one of the pieces or still there.
    fn is_below_landed(&self, id: &Oid) -> Result<bool> {
        let below = self.last_below(id);
        if !self.landed_with(|graph, landed| landed.is_on(graph, id) || landed.is_on(graph, below)) {
            return Ok(false);
        }
        let is_there = |brought: &Oid| !self.case.history.graph.has(brought) || self.reachable.contains(brought);
        let landed = |brought: &Oid| self.landed_with(|graph, landed| landed.took_in(graph, brought));
        Ok(self.brought(id)?.iter().all(|brought| is_there(brought) || landed(brought)))
    }

    /// Whether a rebase left out the merge alone: what the merge had brought in was copied, or is in what the rebase came to.
    fn is_put_in_a_row(&self, id: &Oid) -> Result<bool> {
        let (history, classes) = (self.case.history, &self.case.classes);
        let starts = (0..classes.len()).filter(|i| classes[*i] == Class::RebaseStart);
        for start in starts.filter(|i| history.graph.descends(self.rebased(*i), id)) {
            let result = &self.case.entry(rebase_end(start + 1, classes, history.rebasing).max(start + 1) - 1).new;
            if !history.graph.descends(result, id) && self.case.exists(result)? && self.is_copied(id, result)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The tip that was rebased by the rebase that began with this entry.
    fn rebased(&self, start: usize) -> &Oid {
        self.case.history.rebased_tip(start + 1, &self.case.classes).unwrap_or(&self.case.entry(start).old)
    }

    /// Whether rebases copied all that a merge had brought in and that `result` does not have itself.
    fn is_copied(&self, merge: &Oid, result: &Oid) -> Result<bool> {
        let copied: HashSet<&Oid> = self.replay.made.values().filter_map(|made| self.copied_from(made)).collect();
        let (brought, missing) = (self.brought(merge)?, self.case.range(merge, result)?);
        Ok(missing.iter().filter(|id| brought.contains(id)).all(|id| copied.contains(id)))
    }

    /// The commits that a merge added to the history of its first parent.
    fn brought(&self, merge: &Oid) -> Result<Rc<Vec<Oid>>> {
        self.case.history.graph.parents(merge).first().map_or_else(|| Ok(Rc::default()), |first| self.case.range(merge, first))
    }

    fn copied_from<'m>(&self, (at, origin): &'m (usize, CommitOrigin)) -> Option<&'m Oid> {
        match origin {
            CommitOrigin::Pick(_, source) if self.case.classes[*at] == Class::Replay => source.as_ref(),
            _ => None,
        }
    }

    /// Whether a line that was written in the merge itself is in no commit that was made since and lives on. Where git could not merge by
    /// itself, that a line was left out says nothing: the copies may have been merged otherwise.
    fn is_resolution_lost(&mut self, merge: &Oid) -> Result<bool> {
        let facts = self.case.commit(merge)?;
        let known = std::mem::take(&mut self.replay.conflicts);
        let joined = self.replay.joined(&facts.parents, &facts.tree)?;
        let merged = self.replay.merged_trees(&joined)?;
        let was_clean = std::mem::replace(&mut self.replay.conflicts, known).is_empty();
        let mut written = self.case.patch(&merged, &facts.tree)?.0;
        written.retain(|(sign, _), _| was_clean || *sign == Sign::Added);
        for id in self.replay.made.keys().filter(|id| self.reachable.contains(id)) {
            if written.is_empty() {
                break;
            }
            let patch = self.case.patch_of(id)?;
            written.retain(|line, _| !patch.0.contains_key(line));
        }
        Ok(!written.is_empty())
    }
}
