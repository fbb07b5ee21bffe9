//! What a movement of HEAD did to the worktree where nothing records it: resets, and dirt that HEAD came to hold. So it is asked.

use std::rc::Rc;

use anyhow::Result;

use super::files::at;
use super::merges::Joined;
use super::reflog::Class;
use super::replay::{CommitOrigin, Left, Question, Replay};
use super::traces::LinesByFile;
use super::trees::{Differing, Edits};
use crate::change::Oid;

impl Replay<'_, '_> {
    pub(super) fn reset(&mut self, i: usize, old: &Oid, new: &Oid) -> Result<()> {
        if !self.case.exists(old)? || !self.case.exists(new)? {
            return Ok(());
        }
        let (before, after) = (self.foreign(old)?, self.foreign(new)?);
        if before == after {
            let dropped = self.case.tree(Some(old))?;
            // what HEAD had got back may be in the worktree by that
            let lost = self.lost.iter().map(|lost| self.case.files.in_none_of(&[dropped], lost));
            self.lost = lost.collect::<Result<_>>()?;
            self.dropped.push(dropped);
            return self.catch_up(i, old, new);
        }
        let now = self.baseline(&before)?;
        let lost = self.thrown_away([old, new], (&before, &now))?;
        let shown = self.where_moved([old, new], (before, after))?;
        let is_seen = shown != after && self.left_a_trace(i + 1, (&self.with_shown(&after, &shown, new)?, &shown))?;
        let is_open = is_seen || self.is_found_again(i, &lost)?;
        if is_open && self.ask(Question::Soft(i), (&after, &shown)) {
            self.may_be_stashed = false;
            let joined = self.merged_parents(&[Joined::plain(old), Joined::plain(new)])?;
            let files = &self.case.files;
            let index = self.case.tree(Some(old))?;
            for moved in files.trees.differing(&index, &self.case.tree(Some(new))?)?.iter() {
                self.behind.entry(moved.path.clone()).or_insert_with(|| moved.base.clone());
            }
            for change in files.trees.differing(&shown, &after)?.iter() {
                let index = files.trees.entry(&index, &change.path)?;
                let (theirs, joined) = (change.base.clone(), files.trees.entry(&joined, &change.path)?);
                let left = Left { index, theirs, joined, was_put_back: self.is_put_back, is_taken: false };
                self.left.insert(change.path.clone(), left);
            }
            // a history begun anew has no file that it was not given: whoever began it emptied the worktree
            let before = if self.is_begun_anew(old, new) { self.with_files_never_in(old, &before, &after)? } else { before };
            let now = self.baseline(&before)?;
            return self.anchor(&before, &after, &now);
        }
        self.doubt_alike((&before, &shown), (&after, new))?;
        let moved = self.catch_up_behind(old, new)?;
        self.left.retain(|path, _| at(&moved, path).is_none());
        self.lost.extend(lost);
        self.bring_back_deleted([old, new])?;
        if let Some(asked) = self.doubtful.last_mut().filter(|_| is_open) {
            asked.lost = self.case.files.lines_added(&after, &shown, None, |_| true)?;
        }
        self.catch_up(i, old, new)?;
        if is_open { self.apply_after(i, new) } else { Ok(()) }
    }

    /// The foreign part of HEAD before a reset, with that of after it in files that HEAD itself has alike: nothing shows there what the reset
    /// did to the worktree.
    fn where_moved(&self, commits: [&Oid; 2], (before, after): (Oid, Oid)) -> Result<Oid> {
        let [from, to] = commits.map(|id| self.case.tree(Some(id)));
        self.case.files.with_alike(&before, &after, (&from?, &to?))
    }

    /// Files that HEAD has alike before and after a reset: whose their lines are the commit says at which it stands now. Where that is an own
    /// one, and the worktree would have them otherwise if the reset left it alone, that is not certain.
    fn doubt_alike(&mut self, (before, shown): (&Oid, &Oid), (after, new): (&Oid, &Oid)) -> Result<()> {
        let alike = self.case.files.trees.differing(before, shown)?;
        if alike.is_empty() {
            return Ok(());
        }
        let (left, moved, head) = (self.baseline(before)?, self.baseline(after)?, self.case.tree(Some(new))?);
        let trees = &self.case.files.trees;
        let (by_own, open) = (trees.differing(after, &head)?, trees.differing(&left, &moved)?);
        let unsure = alike.iter().map(|change| &change.path).filter(|path| at(&by_own, path).is_some() && at(&open, path).is_some());
        self.doubtful_files.extend(unsure.cloned());
        Ok(())
    }

    /// HEAD took the files along that it has otherwise: they are not behind it any more.
    pub(super) fn catch_up_behind(&mut self, old: &Oid, new: &Oid) -> Result<Rc<Vec<Differing>>> {
        let moved = self.case.files.trees.differing(&self.case.tree(Some(old))?, &self.case.tree(Some(new))?)?;
        self.behind.retain(|path, _| at(&moved, path).is_none());
        Ok(moved)
    }

    /// Whether the history of `old` was begun with an empty worktree, and `new` has nothing of it. One whose first commit took another one's
    /// place, amended or rebased, was not.
    fn is_begun_anew(&self, old: &Oid, new: &Oid) -> bool {
        let graph = &self.case.history.graph;
        graph.is_begun_anew(old, new) && graph.reached([old]).iter().all(|id| !graph.parents(id).is_empty() || self.is_first(id))
    }

    /// Whether a commit without parents took no other one's place.
    fn is_first(&self, root: &Oid) -> bool {
        match self.made.get(root) {
            Some((i, _)) if self.case.classes[*i] == Class::Replay => false,
            Some((_, CommitOrigin::Amend(before))) => self.made.contains_key(before) && self.is_first(before),
            _ => true,
        }
    }

    /// The foreign part of HEAD with what `head` itself has of another tree, as after a revert: of that the worktree says nothing.
    fn with_shown(&self, foreign: &Oid, other: &Oid, head: &Oid) -> Result<Oid> {
        let (files, head) = (&self.case.files, self.case.tree(Some(head))?);
        let whole = files.with_files_in_common(foreign, (foreign, other), &head)?;
        files.partial(&whole, other, &head)
    }

    /// The tree and what the other has under paths where the history of `id` never had anything of others.
    fn with_files_never_in(&mut self, id: &Oid, tree: &Oid, other: &Oid) -> Result<Oid> {
        let case = self.case;
        let (trees, differing) = (&case.files.trees, case.files.trees.differing(tree, other)?);
        let mut missing: Edits = differing.iter().map(|change| (change.path.clone(), change.head.clone())).collect();
        for held in case.history.graph.reached([id]) {
            let held = self.foreign(held)?;
            for path in missing.keys().cloned().collect::<Vec<_>>() {
                if case.files.has_content(trees.entry(&held, &path)?.as_ref())? {
                    missing.remove(&path);
                }
            }
        }
        trees.edited(tree, &missing)
    }

    /// The session's lines, and those of the start's dirt, that were in the worktree for certain if it was as HEAD and the dirt say, and that
    /// a reset which moves the worktree along throws away. `before`: HEAD's foreign part, `now`: with the dirt.
    fn thrown_away(&self, commits: [&Oid; 2], (before, now): (&Oid, &Oid)) -> Result<Vec<LinesByFile>> {
        let (files, [from, to]) = (&self.case.files, commits.map(|id| self.case.tree(Some(id))));
        let (from, to) = (from?, to?);
        let mut out = vec![files.lines_added(&to, &from, Some(before), |_| true)?];
        if !self.may_be_stashed {
            // where git would not have moved a file under uncommitted changes
            let moved = files.trees.differing(&from, &to)?;
            out.push(files.lines_added(before, now, None, |path| at(&moved, path).is_some())?);
        }
        out.retain(|lost| !lost.is_empty());
        Ok(out)
    }

    /// A file that the dirt had deleted is there again after a reset that moved it along with the worktree.
    fn bring_back_deleted(&mut self, commits: [&Oid; 2]) -> Result<()> {
        if self.may_be_stashed || self.dirt.0 == self.dirt.1 {
            return Ok(());
        }
        let (trees, [from, to]) = (&self.case.files.trees, commits.map(|id| self.case.tree(Some(id))));
        let (moved, dirty) = (trees.differing(&from?, &to?)?, trees.differing(&self.dirt.0, &self.dirt.1)?);
        let deleted = dirty.iter().filter(|change| change.head.is_none() && at(&moved, &change.path).is_some());
        self.dirt.1 = trees.edited(&self.dirt.1, &deleted.map(|change| (change.path.clone(), change.base.clone())).collect())?;
        Ok(())
    }

    /// HEAD came to hold what the dirt of a file is: the file is clean from now on, and later movements take it along. Not so if the dirt
    /// lay in a stash meanwhile.
    pub(super) fn catch_up(&mut self, i: usize, old: &Oid, new: &Oid) -> Result<()> {
        let case = self.case;
        if old == new || self.dirt.0 == self.dirt.1 || !case.exists(old)? || !case.exists(new)? {
            return Ok(());
        }
        let (before, after, files) = (self.foreign(old)?, self.foreign(new)?, &case.files);
        let (trees, mut held) = (&files.trees, Vec::new());
        for dirty in trees.differing(&self.dirt.0, &self.dirt.1)?.iter() {
            let name = files.moved(&self.dirt.0, &after, &dirty.path)?.unwrap_or_else(|| dirty.path.clone());
            let holds = trees.entry(&after, &name)?;
            if holds != dirty.base && holds != files.entry_of(&before, &self.dirt.0, &dirty.path)? {
                held.push((dirty.path.clone(), name, holds));
            }
        }
        if held.is_empty() {
            return Ok(());
        }
        let now = self.baseline(&after)?;
        let (differing, done) = (trees.differing(&now, &after)?, files.done_in(&self.dirt.0, &self.dirt.1, &after)?);
        let mut clean = Edits::new();
        for (path, name, holds) in held {
            // merged twice, a line that stands elsewhere in HEAD would be there twice
            if at(&differing, &name).is_none() || (path == name && done.contains(&path)) {
                clean.extend([(path, None), (name, holds)]);
            }
        }
        if !clean.is_empty() && self.ask(Question::CaughtUp(i), (&before, &after)) {
            self.dirt = (trees.edited(&self.dirt.0, &clean)?, trees.edited(&self.dirt.1, &clean)?);
        }
        Ok(())
    }
}
