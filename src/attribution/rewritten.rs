//! Commits that left HEAD's history and were committed anew by hand: put together, as by a soft reset, or taken apart.
//!
//! Known again by their lines alone. What a rebase or a squash elsewhere made of a commit is found before.

use anyhow::Result;

use super::case::SignedLine;
use super::commits::{Sorted, Sorting};
use super::history::History;
use super::reflog::{Class, LogEntry};
use crate::change::Oid;

/// Commits that left HEAD's history at once.
struct DroppedRange {
    base: Oid,
    tip: Oid,
    /// Nothing but what they changed tells that they live on, so that all of it must: they were on another branch.
    whole: bool,
}

impl<'a> Sorting<'a, '_, '_> {
    /// The results that the lines of a commit which is gone are in, by their places: one that has them all, with others' or without, as
    /// after a soft reset or `merge --squash`; else those that have them together, as after it was split.
    pub(super) fn went_into(&self, id: &Oid, out: &Sorted) -> Result<Vec<usize>> {
        let born = self.case.born(id);
        let commits = out.commits.iter().map(|commit| &commit.id).enumerate();
        let later: Vec<(usize, &Oid)> = commits.filter(|(_, later)| self.case.born(later) > born).collect();
        let mut dropped = None;
        // what an amended commit went through is in it, and what it has not of that was taken back
        for (at, commit) in &later {
            if self.is_rewritten_as(id, &[commit], &out.commits[*at].replaced, &mut dropped)? {
                return Ok(vec![*at]);
            }
        }
        let patch = self.case.patch_of(id)?;
        let mut parts = Vec::new();
        for (at, commit) in later {
            let other = self.case.patch_of(commit)?;
            if patch.0.keys().any(|line| line.1.word().is_some() && other.0.contains_key(line)) {
                parts.push((at, commit));
            }
        }
        let (places, parts): (Vec<usize>, Vec<&Oid>) = parts.into_iter().unzip();
        let besides: Vec<Oid> = places.iter().flat_map(|at| &out.commits[*at].replaced).copied().collect();
        Ok(if self.is_rewritten_as(id, &parts, &besides, &mut dropped)? { places } else { Vec::new() })
    }

    /// Whether these hold the commit, by itself or together with those that left with it. A merge base is looked for only where they may.
    fn is_rewritten_as(&self, id: &Oid, by: &[&Oid], besides: &[Oid], dropped: &mut Option<Option<DroppedRange>>) -> Result<bool> {
        if by.is_empty() || self.is_held(id, by, besides)? {
            return Ok(!by.is_empty());
        }
        if dropped.is_none() {
            *dropped = Some(self.dropped_with(id)?);
        }
        dropped.iter().flatten().next().map_or(Ok(false), |dropped| self.is_held_with_others(id, by, besides, dropped))
    }

    /// The commits that left HEAD's history with this one, and were therefore put together if they were.
    fn dropped_with(&self, id: &Oid) -> Result<Option<DroppedRange>> {
        if let Some(reset) = self.dropped_by(Class::Reset, id) {
            return Ok(Some(DroppedRange { base: reset.new, tip: reset.old, whole: false }));
        }
        let Some(switch) = self.dropped_by(Class::Switch, id) else { return Ok(None) };
        let base = self.case.objects().merge_bases(&switch.old, &switch.new)?.into_iter().next();
        Ok(base.map(|base| DroppedRange { base, tip: switch.old, whole: true }))
    }

    /// The first movement of this class that dropped the commit from HEAD's history.
    pub(super) fn dropped_by(&self, class: Class, id: &Oid) -> Option<&'a LogEntry> {
        let History { log, graph, .. } = self.case.history;
        let mut entries = log.iter().zip(&self.case.classes).filter(|(_, of)| **of == class).map(|(entry, _)| entry);
        entries.find(|entry| graph.descends(&entry.old, id) && !graph.descends(&entry.new, id))
    }

    /// Whether what commits that left together had changed between them is in `by`, all or most of it, and something of `part`, unless the
    /// others had left nothing of it.
    fn is_held_with_others(&self, part: &Oid, by: &[&Oid], besides: &[Oid], dropped: &DroppedRange) -> Result<bool> {
        if !self.case.exists(&dropped.base)? || !self.case.exists(&dropped.tip)? {
            return Ok(false);
        }
        let (part, holders) = (self.case.patch_of(part)?, self.holders(by, besides)?);
        let is_in = |line: &SignedLine| holders.have(line) || holders.took_back(line);
        let all = self.case.patch(&self.case.tree(Some(&dropped.base))?, &self.case.tree(Some(&dropped.tip))?)?.0;
        let held = all.keys().filter(|line| is_in(line)).count();
        let is_enough = if dropped.whole { held == all.len() && held > 0 } else { held * 2 > all.len() };
        let mut rest = part.0.keys().filter(|line| all.contains_key(line)).peekable();
        Ok(is_enough && (rest.peek().is_none() || rest.any(is_in)))
    }
}
