//! Commits copied from others, by a rebase or one by one: what their foreign part must be.

use std::collections::HashSet;
use std::rc::Rc;

use anyhow::Result;

use super::deletion_conflicts::MergeSide;
use super::merges::Joined;
use super::objects::CommitFacts;
use super::replay::{CommitOrigin, Replay};
use super::restored::RestoreScope;
use super::traces::Deletion;
use crate::change::Oid;

/// What a copy is put on: its parent; where it is squashed into another commit, with that commit.
struct Below {
    tree: Oid,
    foreign: Oid,
    squashed: Option<Oid>,
}

impl Replay<'_, '_> {
    /// None where nothing was copied: the commit was written in the worktree.
    pub(super) fn expected_of_pick(&mut self, i: usize, new: &Oid, facts: &CommitFacts) -> Result<Option<(CommitOrigin, Oid)>> {
        let source = self.case.source_anywhere(new, i)?;
        if source.is_none() && self.case.entry(i).is_copy() && !self.has_made_alike(new)? {
            if self.is_written_here(i, new)? {
                return Ok(None);
            }
            return Ok(Some((CommitOrigin::Brought, self.foreign_on_top(new)?)));
        }
        let expected = self.expected_of_copy(source.as_ref(), facts.parents.first(), &facts.tree)?;
        Ok(Some((CommitOrigin::Pick(Rc::new(source.iter().copied().collect()), source), expected)))
    }

    /// Whether a commit that git calls a copy, and that has nothing of any source, was written by whoever works here: while a copy stands
    /// still git gives each commit its author line, and the commit that has it by rights is there.
    fn is_written_here(&self, i: usize, new: &Oid) -> Result<bool> {
        if !self.case.entry(i).is_concluded_copy() {
            return Ok(false);
        }
        let author = &self.case.commit(new)?.author;
        for other in self.case.authored_with(new, i)? {
            if self.case.commit(&other)?.author == *author {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a copy has a line in common with a commit that was made in the session, and the subject or the whole patch. All of those are
    /// known: a copy of none of them, of which no source is to be found, is of a commit that was made elsewhere and is gone, or has the very
    /// id of it.
    fn has_made_alike(&self, copy: &Oid) -> Result<bool> {
        let (me, mine) = (self.case.commit(copy)?, self.case.patch_of(copy)?);
        for id in self.made.keys() {
            let patch = self.case.patch_of(id)?;
            let is_alike = patch.1 == mine.1 || self.case.commit(id)?.subject == me.subject;
            if is_alike && patch.0.keys().any(|line| mine.0.contains_key(line)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What the foreign part of a copy must be that is put on `parent` and whose tree is `tree`.
    pub(super) fn expected_of_copy(&mut self, source: Option<&Oid>, parent: Option<&Oid>, tree: &Oid) -> Result<Oid> {
        let below = self.on(parent)?;
        let expected = self.picked(source, &below.foreign, tree)?;
        self.as_copied(expected, source, &below, tree)
    }

    /// Against its own source first: the tip does not know lines that one pick adds and a later one removes.
    /// `orig`: what is rebased, with its commits.
    pub(super) fn expected_of_replay(
        &mut self,
        (i, new): (usize, &Oid),
        facts: &CommitFacts,
        (orig, range): (Oid, Rc<Vec<Oid>>),
    ) -> Result<(CommitOrigin, Oid)> {
        let below = self.below(i, facts)?;
        let mut source = self.case.source_among(new, &range, &self.copied_elsewhere(below.squashed.as_ref()))?;
        let (merged, mut known) = (self.merged_ends()?, Rc::clone(&range));
        if source.is_none() {
            // with --onto, what was rebased is not recorded and may lie below what it was put onto
            source = self.case.source_anywhere(new, i)?;
            known = Rc::new(known.iter().chain(&source).copied().collect());
        }
        known = Rc::new(known.iter().copied().chain(below.squashed).collect());
        let named = source;
        if below.squashed.is_some() && (below.tree != facts.tree || self.case.entry(i).is_squash()) {
            source = self.case.squashed_among((&below.tree, &facts.tree), &range, &self.copied_elsewhere(None))?.or(source);
        }
        let picked = self.picked(source.as_ref(), &below.foreign, &facts.tree)?;
        let expected = self.case.files.partial(&picked, &merged, &facts.tree)?;
        // what is not there in what it stands on was deleted before, whatever both ends together have
        let deletion = Deletion { before: &below.foreign, after: &below.tree, foreign: &below.foreign };
        let expected = self.case.files.keep_deleted(&expected, &picked, &deletion, &facts.tree)?;
        let theirs = self.foreign(&orig)?;
        let mut expected = self.case.files.restore(&expected, &theirs, &facts.tree, RestoreScope::All)?;
        if let Some(source) = &source {
            expected = self.keep_deleted(expected, (source, &below.foreign), &range, &facts.tree)?;
        }
        let expected = self.as_copied(expected, source.as_ref(), &below, &facts.tree)?;
        if let Some(rebase) = &mut self.rebase {
            rebase.copied.extend(source);
        }
        Ok((CommitOrigin::Pick(known, named), expected))
    }

    /// What this rebase copied already, but for the copy that the next one takes the place of: reworded, or squashed.
    fn copied_elsewhere(&self, replaced: Option<&Oid>) -> HashSet<Oid> {
        let mut out = self.rebase.as_ref().map(|rebase| rebase.copied.clone()).unwrap_or_default();
        if let Some((_, CommitOrigin::Pick(_, Some(source)))) = replaced.and_then(|id| self.made.get(id)) {
            out.remove(source);
        }
        out
    }

    /// The foreign parts of both ends of the rebase, merged.
    fn merged_ends(&mut self) -> Result<Oid> {
        let Some(rebase) = &self.rebase else { return Ok(self.case.files.trees.empty) };
        if let Some(merged) = &rebase.merged {
            return Ok(*merged);
        }
        let merged = self.merged_parents(&[Joined::plain(&rebase.onto), Joined::plain(&rebase.orig)])?;
        if let Some(rebase) = &mut self.rebase {
            rebase.merged = Some(merged);
        }
        Ok(merged)
    }

    /// Where the copy holds just what git makes of its source, its foreign part is what git makes of the source's foreign part.
    fn as_copied(&mut self, expected: Oid, source: Option<&Oid>, below: &Below, tree: &Oid) -> Result<Oid> {
        let Some(source) = source else { return Ok(expected) };
        let facts = self.case.commit(source)?;
        let before = self.case.tree(facts.parents.first())?;
        let (whole, _) = self.case.files.merge(&before, &below.tree, &facts.tree)?.clone();
        let (brought, theirs) = (self.brought(source, &below.foreign)?, self.foreign(source)?);
        let sides = [(&facts.tree, &theirs), (&below.tree, &below.foreign)];
        let sides = sides.map(|(tree, foreign)| MergeSide { tree: *tree, foreign: *foreign });
        let expected = self.case.files.as_kept(&expected, &brought, &sides, tree)?;
        self.case.files.with_alike(&expected, &brought, (&whole, tree))
    }

    /// Squash and fixup: a line that the source brings and that a commit of the session deleted is deleted by the session, not left out.
    fn keep_deleted(&mut self, mut expected: Oid, (source, below): (&Oid, &Oid), range: &[Oid], tree: &Oid) -> Result<Oid> {
        let brought = self.brought(source, below)?;
        for own in range.iter().filter(|id| *id != source && self.made.contains_key(*id)).copied().collect::<Vec<_>>() {
            let commit = self.case.commit(&own)?;
            let before = self.case.tree(commit.parents.first())?;
            let still_foreign = self.foreign(&own)?;
            let deletion = Deletion { before: &before, after: &commit.tree, foreign: &still_foreign };
            expected = self.case.files.keep_deleted(&expected, &brought, &deletion, tree)?;
        }
        Ok(expected)
    }

    fn below(&mut self, i: usize, facts: &CommitFacts) -> Result<Below> {
        let Some(old) = self.case.replaced_by(i, facts)? else { return self.on(facts.parents.first()) };
        Ok(Below { tree: self.case.tree(Some(old))?, foreign: self.foreign(old)?, squashed: Some(*old) })
    }

    fn on(&mut self, parent: Option<&Oid>) -> Result<Below> {
        Ok(Below { tree: self.case.tree(parent)?, foreign: self.foreign_or_empty(parent)?, squashed: None })
    }

    /// The foreign part of a copy: its source's foreign change on top of what it is put on, as far as the copy holds it.
    fn picked(&mut self, source: Option<&Oid>, below: &Oid, tree: &Oid) -> Result<Oid> {
        let Some(source) = source else { return Ok(*below) };
        let (brought, theirs) = (self.brought(source, below)?, self.foreign(source)?);
        let files = &self.case.files;
        let expected = files.partial(below, &brought, tree)?;
        // what the source itself has deleted of others' lines is deleted here too
        let deletion = Deletion { before: &theirs, after: &self.case.commit(source)?.tree, foreign: &theirs };
        let expected = files.keep_deleted(&expected, &brought, &deletion, tree)?;
        files.restore(&expected, &theirs, tree, RestoreScope::All)
    }

    /// The same, whatever the copy holds of it.
    fn brought(&mut self, source: &Oid, below: &Oid) -> Result<Oid> {
        let before = self.case.commit(source)?.parents.first().copied();
        let (before, theirs) = (self.foreign_or_empty(before.as_ref())?, self.foreign(source)?);
        self.merge(&before, below, &theirs)
    }
}
