//! What came afterwards says of a reading: which questions are worth asking, because commits, stashes or the worktree at the end show something
//! of what may have been in the worktree, and what of these the reading does not explain or denies.

use anyhow::Result;

use super::files::at;
use super::reflog::Class;
use super::replay::{Doubtful, Question, Replay};
use super::restored::RestoreScope;
use super::traces::{LinesByFile, Trace};
use super::trees::Edits;
use crate::change::{Oid, RepoPath};

impl Replay<'_, '_> {
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
        let pushed = case.pushes.range(from..).flat_map(|(_, pushes)| pushes).filter(|push| push.is_kept || push.is_certain);
        for stash in pushed.map(|push| &push.stash).chain(&history.end.autostash) {
            if case.exists(stash)? {
                later.push(case.stash(stash)?.1);
            }
        }
        later.extend(self.made_later(from)?);
        Ok(later)
    }

    /// The trees of the commits made by entry `from` or later.
    fn made_later(&self, from: usize) -> Result<Vec<Oid>> {
        let made = self.case.history.log.iter().zip(&self.case.classes).skip(from).filter(|(_, class)| class.makes());
        made.map(|(entry, _)| self.case.tree(Some(&entry.new))).collect()
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

    /// What was thrown away by this reading, and came from the worktree all the same.
    pub(super) fn note_found_again(&mut self, below: &Oid, tree: &Oid) -> Result<()> {
        for lost in &self.lost {
            self.unexplained += self.case.files.found_again(lost, below, tree)?;
        }
        Ok(())
    }

    /// The same at the end. What HEAD has by a reset that left the worktree alone did not come by HEAD; but whoever takes HEAD's version of a
    /// file leaves no record of it.
    pub(super) fn note_found_at_end(&mut self, head: &Oid) -> Result<()> {
        let (files, end) = (&self.case.files, &self.case.history.end.tree);
        let shown = files.trees.edited(head, &self.behind)?;
        let differing = files.trees.differing(head, end)?;
        for lost in &self.lost {
            let (own, taken): (LinesByFile, LinesByFile) = lost.clone().into_iter().partition(|(path, _)| at(&differing, path).is_some());
            let taken = files.found_again(&taken, &shown, end)?;
            self.unexplained += files.found_again(&own, &shown, end)? + taken;
            self.circumstantial += taken;
        }
        Ok(())
    }

    /// A stash pushed by entry `i` has some of what this reading threw away before. What shows later, too, is counted there.
    pub(super) fn note_stashed(&mut self, i: usize, stash: &Oid) -> Result<()> {
        let (case, files) = (self.case, &self.case.files);
        if self.lost.is_empty() && self.doubtful.iter().all(|doubtful| doubtful.lost.is_empty()) {
            return Ok(());
        }
        let later: Vec<Oid> = self.made_later(i)?.into_iter().chain([case.history.end.tree]).collect();
        let (below, held) = case.stash(stash)?;
        let head = case.commit(stash)?.parents.first().copied();
        let head = self.foreign_or_empty(head.as_ref())?;
        let told = files.restore(&self.baseline(&head)?, &below, &held, RestoreScope::All)?;
        let lost = self.lost.iter().map(|lost| (lost, &below)).chain(self.doubtful.iter().map(|doubtful| (&doubtful.lost, &told)));
        for (lost, known) in lost {
            self.unexplained += files.found_again(&files.in_none_of(&later, lost)?, known, &held)?;
        }
        Ok(())
    }

    /// Of what HEAD lost by resets, the worktree has some at the end that neither HEAD nor the baseline has.
    pub(super) fn note_left_at_end(&mut self, baseline: &Oid) -> Result<()> {
        let (files, end) = (&self.case.files, &self.case.history.end);
        let told = files.restore(baseline, &self.case.tree(end.head.as_ref())?, &end.tree, RestoreScope::All)?;
        for doubtful in &self.doubtful {
            self.unexplained += files.found_again(&doubtful.lost, &told, &end.tree)?;
        }
        Ok(())
    }

    /// A commit that has lines of a doubtful tree, or a whole file as it is there: by what this reading says, nobody put it there.
    pub(super) fn note_unexplained(&mut self, recorded: &Oid, below: &Oid, tree: &Oid) -> Result<()> {
        if self.doubtful.is_empty() {
            return Ok(());
        }
        let files = &self.case.files;
        // of the other files it says nothing
        let changed = files.trees.differing(below, tree)?;
        let entry = |path: &RepoPath| Ok((path.clone(), files.trees.entry(recorded, path)?));
        let recorded = &files.trees.edited(tree, &changed.iter().map(|change| entry(&change.path)).collect::<Result<Edits>>()?)?;
        // what it has from the commit below came by that one
        let mut recorded = files.restore(recorded, below, tree, RestoreScope::All)?;
        // a file as the session's own commits had it before a reset came by them, if that reset left the worktree as it was
        for dropped in &self.dropped {
            recorded = files.with_files_in_common(&recorded, (below, dropped), tree)?;
        }
        let recorded = &recorded;
        let size = files.size(recorded, tree)?;
        for Doubtful { without, held, lost } in &self.doubtful {
            let found = files.found_again(lost, recorded, tree)?;
            let whole = files.with_files_in_common(recorded, (without, held), tree)?;
            let by_lines = files.restore(recorded, held, tree, RestoreScope::Unmistakable)?;
            let by_lines = size.saturating_sub(files.size(&by_lines, tree)?).max(found);
            let explained = files.restore(&whole, held, tree, RestoreScope::Unmistakable)?;
            let explained = size.saturating_sub(files.size(&explained, tree)?).max(found);
            self.unexplained += explained;
            self.circumstantial += explained.saturating_sub(by_lines);
        }
        Ok(())
    }

    /// A commit that changes a file which a reset left as it was takes the file as it stands, or as the index has had it since, not as HEAD
    /// has it: lines that only HEAD had speak against this reading. From then on the file counts as taken; gives the files that were taken as
    /// the index had them.
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

    /// A commit that changes a file takes it as it stands, as a rule: where it has nothing of what a stash brought there at the start by this
    /// reading, and all that this replaced, that speaks against it. Once for a file: what was left out once may be again.
    pub(super) fn note_stash_left_out(&mut self, below: &Oid, tree: &Oid) -> Result<()> {
        let (case, files) = (self.case, &self.case.files);
        let applied = case.history.old_stashes().filter(|stash| self.answers.contains(&Question::Applied(**stash)));
        let committed = files.trees.differing(below, tree)?;
        let is_committed = |path: &RepoPath| at(&committed, path).is_some_and(|change| change.head.is_some());
        let mut left_out = Vec::new();
        for stash in applied {
            let (base, held) = case.stash(stash)?;
            let mut replaced = files.lines_added(&held, &base, None, is_committed)?;
            for (path, lines) in files.lines_added(&base, &held, None, is_committed)? {
                let Some(before) = replaced.remove(&path) else { continue };
                let there = |lines| files.found_again(&LinesByFile::from([(path.clone(), lines)]), &files.trees.empty, tree);
                let all = before.len();
                if there(lines)? == 0 && there(before)? == all {
                    left_out.push((*stash, path));
                }
            }
        }
        for file in left_out {
            let is_first = usize::from(self.left_out.insert(file));
            self.unexplained += is_first;
            self.circumstantial += is_first;
        }
        Ok(())
    }

    /// Git moves no file in which the worktree differs from HEAD. Where this reading says that a reset left such files, and a movement
    /// touched one all the same, the reading does not explain how.
    pub(super) fn note_overwritten(&mut self, i: usize, class: Class) -> Result<()> {
        let entry = self.case.entry(i);
        // these ask for an index like HEAD; the others leave a file alone whose index is already as they would make it
        let asks_for_index = matches!(class, Class::Revert | Class::Pick | Class::Merge);
        let strict = matches!(class, Class::Revert | Class::Pick);
        let is_autostashed = self.case.pushes.get(&(i + 1)).is_some_and(|pushes| pushes.iter().any(|push| push.is_certain));
        let put_away = self.left.is_empty() || (self.may_be_stashed && !strict) || is_autostashed;
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

    /// How many lines own commits in HEAD changed, and are so at the end, although by this baseline they were so without the session.
    pub(super) fn contradicted_lines(&mut self, baseline: &Oid) -> Result<usize> {
        let mut foreign = self.foreign_at_end()?;
        let (files, end) = (&self.case.files, &self.case.history.end);
        let head = self.case.tree(end.head.as_ref())?;
        for lines in &self.brought_back {
            foreign = files.restore(&foreign, lines, &head, RestoreScope::All)?;
        }
        let changed = files.partial(&foreign, &head, &end.tree)?;
        // what was gone by itself, whether somebody deleted it again is open
        let at_start = self.case.tree(self.case.history.start.head.as_ref())?;
        let baseline = &files.restore(baseline, &at_start, &foreign, RestoreScope::All)?;
        files.size(baseline, &files.merge(&changed, baseline, &foreign)?.0)
    }
}
