//! What a movement of HEAD did to the worktree where nothing records it: resets, and dirt that HEAD came to hold. So it is asked; what
//! happens afterwards may speak against an answer.

use std::collections::BTreeSet;
use std::rc::Rc;

use anyhow::Result;

use super::files::at;
use super::reflog::Class;
use super::replay::{CommitOrigin, Left, Question, Replay};
use super::restored::RestoreScope;
use super::traces::{LinesByFile, Trace};
use super::trees::{Differing, Edits};
use crate::change::Oid;

impl Replay<'_, '_> {
    pub(super) fn reset(&mut self, i: usize, old: &Oid, new: &Oid) -> Result<()> {
        if !self.case.exists(old)? || !self.case.exists(new)? {
            return Ok(());
        }
        let (before, after) = (self.foreign(old)?, self.foreign(new)?);
        if before == after {
            self.dropped.push(self.case.tree(Some(old))?);
            return self.catch_up(i, old, new);
        }
        let now = self.baseline(&before)?;
        let lost = self.thrown_away([old, new], (&before, &now))?;
        let before = self.where_moved([old, new], (before, after))?;
        let is_open = self.left_a_trace(i + 1, (&self.with_shown(&after, &before, new)?, &before))? || self.is_found_again(i, &lost)?;
        if is_open && self.ask(Question::Soft(i), (&after, &before)) {
            let files = &self.case.files;
            self.may_be_stashed = false;
            let index = self.case.tree(Some(old))?;
            for moved in files.trees.differing(&index, &self.case.tree(Some(new))?)?.iter() {
                self.behind.entry(moved.path.clone()).or_insert_with(|| moved.base.clone());
            }
            for change in files.trees.differing(&before, &after)?.iter() {
                let index = files.trees.entry(&index, &change.path)?;
                let left = Left { index, theirs: change.base.clone(), was_put_back: self.is_put_back, is_taken: false };
                self.left.insert(change.path.clone(), left);
            }
            // a history begun anew has no file that it was not given: whoever began it emptied the worktree
            let before = if self.is_begun_anew(old, new) { self.with_files_never_in(old, &before, &after)? } else { before };
            let now = self.baseline(&before)?;
            return self.anchor(&before, &after, &now);
        }
        let moved = self.catch_up_behind(old, new)?;
        self.left.retain(|path, _| at(&moved, path).is_none());
        self.lost.extend(lost);
        self.bring_back_deleted([old, new])?;
        if let Some(asked) = self.doubtful.last_mut().filter(|_| is_open) {
            asked.lost = self.case.files.lines_added(&after, &before, None, |_| true)?;
        }
        self.catch_up(i, old, new)?;
        if is_open { self.apply_after(i, new) } else { Ok(()) }
    }

    /// The foreign part of HEAD before a reset, with that of after it in files that HEAD itself has alike: they stood in the worktree as HEAD
    /// had them, moved or not. Whose they are HEAD says, but the worktree may have had them from elsewhere.
    fn where_moved(&mut self, commits: [&Oid; 2], (before, after): (Oid, Oid)) -> Result<Oid> {
        let (trees, [from, to]) = (&self.case.files.trees, commits.map(|id| self.case.tree(Some(id))));
        let (moved, differing) = (trees.differing(&from?, &to?)?, trees.differing(&before, &after)?);
        let alike = differing.iter().filter(|change| at(&moved, &change.path).is_none());
        let alike: Edits = alike.map(|change| (change.path.clone(), change.head.clone())).collect();
        self.doubtful_files.extend(alike.keys().cloned());
        trees.edited(&before, &alike)
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
            for path in differing.iter().map(|change| &change.path) {
                if case.files.has_content(trees.entry(&held, path)?.as_ref())? {
                    missing.remove(path);
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

    /// Whether any of these lines is in a commit made later from the worktree, or in the worktree at the end.
    pub(super) fn is_found_again(&self, i: usize, lost: &[LinesByFile]) -> Result<bool> {
        let (case, history) = (self.case, self.case.history);
        let made = history.log.iter().zip(&case.classes).skip(i + 1).filter(|(_, class)| matches!(class, Class::Commit | Class::Amend));
        for lost in lost {
            for (entry, _) in made.clone() {
                if case.exists(&entry.new)? {
                    let below = case.tree(case.commit(&entry.new)?.parents.first())?;
                    if case.files.found_again(lost, &below, &case.tree(Some(&entry.new))?)? > 0 {
                        return Ok(true);
                    }
                }
            }
            if case.files.found_again(lost, &case.tree(history.end.head.as_ref())?, &history.end.tree)? > 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Of what HEAD lost by resets, the worktree has some at the end that neither HEAD nor the baseline has.
    pub(super) fn note_left_at_end(&mut self, baseline: &Oid) -> Result<()> {
        let end = &self.case.history.end;
        self.note_left(baseline, &self.case.tree(end.head.as_ref())?, &end.tree)
    }

    /// A stash has some of what this reading threw away before it was pushed.
    pub(super) fn note_stashed(&mut self, stash: &Oid) -> Result<()> {
        let (below, held) = self.case.stash(stash)?;
        let head = self.case.commit(stash)?.parents.first().copied();
        let head = self.foreign_or_empty(head.as_ref())?;
        let now = self.baseline(&head)?;
        self.note_found_again(&below, &held)?;
        self.note_left(&now, &below, &held)
    }

    fn note_left(&mut self, baseline: &Oid, head: &Oid, worktree: &Oid) -> Result<()> {
        let files = &self.case.files;
        let told = files.restore(baseline, head, worktree, RestoreScope::All)?;
        for doubtful in &self.doubtful {
            self.unexplained += files.found_again(&doubtful.lost, &told, worktree)?;
        }
        Ok(())
    }

    /// What was thrown away by this reading, and came from the worktree all the same.
    pub(super) fn note_found_again(&mut self, below: &Oid, tree: &Oid) -> Result<()> {
        for lost in &self.lost {
            self.unexplained += self.case.files.found_again(lost, below, tree)?;
        }
        Ok(())
    }

    /// Whether a change shows in a commit or a stash made by entry `from` or later, or in the worktree at the end. If not, nobody can say
    /// that it was in the worktree.
    pub(super) fn left_a_trace(&self, from: usize, (without, with): (&Oid, &Oid)) -> Result<bool> {
        let (files, changes) = (&self.case.files, self.case.files.telling_changes(without, with)?);
        for tree in &self.later_trees(from)? {
            if files.trace(without, with, tree)? != Trace::Missing
                || files.have_a_file_in_common((without, with), tree)?
                || files.are_mostly_done(&changes, tree)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The trees in which what the worktree held before entry `from` may show: of commits and stashes made later, and at the end.
    pub(super) fn later_trees(&self, from: usize) -> Result<Vec<Oid>> {
        let (case, history) = (self.case, self.case.history);
        let mut later = vec![history.end.tree];
        let pushed = [&case.pushes, &case.recorded_pushes].map(|pushes| pushes.iter().filter(|(at, _)| **at >= from));
        let pushed: BTreeSet<&Oid> = pushed.into_iter().flatten().flat_map(|(_, stashes)| stashes).chain(&history.end.autostash).collect();
        for stash in pushed {
            if case.exists(stash)? {
                later.push(case.stash(stash)?.1);
            }
        }
        for (entry, _) in history.log.iter().zip(&case.classes).skip(from).filter(|(_, class)| class.makes()) {
            later.push(case.tree(Some(&entry.new))?);
        }
        Ok(later)
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
        let differing = trees.differing(&now, &after)?;
        let mut clean = Edits::new();
        for (path, name, holds) in held.into_iter().filter(|(_, name, _)| differing.iter().all(|other| other.path != *name)) {
            clean.extend([(path, None), (name, holds)]);
        }
        if !clean.is_empty() && self.ask(Question::CaughtUp(i), (&before, &after)) {
            self.dirt = (trees.edited(&self.dirt.0, &clean)?, trees.edited(&self.dirt.1, &clean)?);
        }
        Ok(())
    }

    /// A commit that changes a file which a reset left as it was takes the file as it stands, or as the index has had it since, not as HEAD
    /// has it: lines that only HEAD had speak against this reading. Gives those that it took from the index.
    pub(super) fn note_left_out(&mut self, below: &Oid, (head, now): (&Oid, &Oid), tree: &Oid) -> Result<Edits> {
        if self.left.is_empty() {
            return Ok(Edits::new());
        }
        let files = &self.case.files;
        let changed = files.trees.differing(below, tree)?;
        let taken =
            changed.iter().filter(|change| self.left.get(&change.path).is_some_and(|left| !left.is_taken && left.index != change.head));
        let paths: Vec<_> = taken.map(|change| &change.path).collect();
        let only = |of: &Oid| -> Result<Oid> {
            let entries = paths.iter().map(|path| Ok(((*path).clone(), files.trees.entry(of, path)?))).collect::<Result<Edits>>()?;
            files.trees.edited(&files.trees.empty, &entries)
        };
        let now = only(now)?;
        let explained = files.restore(&now, &only(head)?, &only(tree)?, RestoreScope::Unmistakable)?;
        self.unexplained += files.size(&now, &explained)?;
        let mut staged = Edits::new();
        for change in changed.iter() {
            let Some(left) = self.left.get_mut(&change.path) else { continue };
            if !left.is_taken && left.index == change.head {
                staged.insert(change.path.clone(), change.head.clone());
            }
            left.is_taken = true;
        }
        Ok(staged)
    }

    /// Git moves no file in which the worktree differs from HEAD. Where this reading says that a reset left such files, and a movement
    /// touched one all the same, the reading does not explain how.
    pub(super) fn note_overwritten(&mut self, i: usize, class: Class) -> Result<()> {
        let entry = self.case.entry(i);
        // these ask for an index like HEAD; the others leave a file alone whose index is already as they would make it
        let asks_for_index = matches!(class, Class::Revert | Class::Pick | Class::Merge);
        let strict = matches!(class, Class::Revert | Class::Pick);
        let put_away = self.left.is_empty() || (self.may_be_stashed && !strict);
        if put_away || entry.old == entry.new || !self.case.exists(&entry.old)? || !self.case.exists(&entry.new)? {
            return Ok(());
        }
        let before = self.foreign(&entry.old)?;
        let (now, files) = (self.baseline(&before)?, &self.case.files);
        let touched = files.trees.differing(&self.case.tree(Some(&entry.old))?, &self.case.tree(Some(&entry.new))?)?;
        let mut overwritten = Edits::new();
        for change in touched.iter() {
            if self.left.get(&change.path).is_some_and(|left| !left.is_taken && (asks_for_index || left.index != change.head)) {
                overwritten.insert(change.path.clone(), files.trees.entry(&now, &change.path)?);
            }
        }
        let size = files.size(&before, &files.trees.edited(&before, &overwritten)?)?;
        self.unexplained += size;
        self.circumstantial += size;
        Ok(())
    }
}
