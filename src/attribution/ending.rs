//! The end of a reading: what is left of the dirt, what stashes hold of it, and old lines that are there without explanation.
//!
//! Stashes leave no trace of their use but one: a push writes `reset: moving to HEAD`. All else is decided by the lists at both ends and
//! by content.

use std::collections::HashSet;

use anyhow::Result;

use super::history::Unfinished;
use super::reflog::{Class, LogEntry};
use super::replay::{Ending, Question, Replay};
use super::restored::RestoreScope;
use super::traces::Trace;
use super::trees::Edits;
use crate::change::{Oid, RepoPath};

/// A stash made in the session, in the terms of foreign parts.
pub(super) struct Stashed {
    /// Its id.
    stash: Oid,
    /// What it was made on.
    pub(super) below: Oid,
    /// The baseline there.
    pub(super) work: Oid,
    /// What it took of the baseline.
    pub(super) top: Oid,
    /// The files it holds a change of: a push put them back as HEAD has them.
    put_back: Vec<RepoPath>,
    /// Whether it was applied since, as far as can be seen.
    pub(super) applied: bool,
}

impl Replay<'_, '_> {
    pub(super) fn baseline_at_end(&mut self) -> Result<Ending> {
        let history = self.case.history;
        let (files, end) = (&self.case.files, &history.end.tree);
        self.note_found_at_end(&self.case.tree(history.end.head.as_ref())?)?;
        let head = self.foreign_at_end()?;
        let dirt = self.dirt_at_end(&head)?;
        let mut explained = dirt;
        let mut base = files.restore(&explained, &head, end, RestoreScope::Missing)?;
        // a reset to where HEAD stands, or a stash, put the worktree back
        if history.log.iter().zip(&self.case.classes).any(|(entry, class)| *class == Class::Reset && entry.old == entry.new) {
            explained = base;
        }
        // where the dirt of a file was gone before a reset left it alone, it stood there as HEAD had it
        let left_alone = |all: bool| {
            let left = self.left.iter().filter(|(_, left)| all || left.was_put_back);
            files.trees.edited(&files.trees.empty, &left.map(|(path, left)| (path.clone(), left.theirs.clone())).collect())
        };
        explained = files.restore(&explained, &left_alone(false)?, end, RestoreScope::Missing)?;
        base = files.restore(&base, &left_alone(true)?, end, RestoreScope::Missing)?;
        // whoever takes HEAD's version of a file leaves no record of it
        self.circumstantial += files.size(&explained, end)?.saturating_sub(files.size(&base, end)?);
        base = self.with_old_stashes(base)?;
        // what HEAD had of others where something was stashed, kept by whoever resolved how that came back
        let differing = files.trees.differing(&base, end)?.len();
        for tree in self.stashed_on(differing)? {
            base = files.restore(&base, &tree, end, RestoreScope::Unmistakable)?;
        }
        base = self.with_start(&base)?;
        base = self.with_new_files(&base, (&head, &dirt))?;
        base = self.with_marks(base)?;
        for lines in &self.brought_back {
            explained = files.restore(&explained, lines, &base, RestoreScope::All)?;
        }
        self.note_left_at_end(&base)?;
        Ok(Ending { explained, baseline: self.case.arranged(&base, end)? })
    }

    /// What stashes of the start brought. Where little of a place is there, somebody may have written the same.
    fn with_old_stashes(&mut self, mut base: Oid) -> Result<Oid> {
        let (case, end) = (self.case, &self.case.history.end.tree);
        let files = &case.files;
        for stash in case.history.old_stashes() {
            if !case.exists(stash)? {
                continue;
            }
            let (below, held) = case.stash(stash)?;
            base = files.with_blocks(&base, (&below, &held), end)?;
            // of files that it left alone it brings nothing
            let with = |held: &Oid| self.with_change(&base, (&below, held), &files.changed(&below, held)?, RestoreScope::All);
            let change = files.likely(&below, &held, end)?;
            let (all, likely) = (with(&held)?, with(&change.tree)?);
            self.doubtful_files.extend(files.unlike(&all, &likely)?);
            base = likely;
            // in a file that was nowhere else, more of it is taken for chance
            for path in &change.seen {
                if !files.has_content(files.trees.entry(&base, path)?.as_ref())? {
                    self.doubtful_files.insert(path.clone());
                }
            }
        }
        Ok(base)
    }

    /// What stood in the worktree at the start and is there, of its changes the same.
    fn with_start(&mut self, base: &Oid) -> Result<Oid> {
        let (files, start, end) = (&self.case.files, &self.case.history.start, &self.case.history.end.tree);
        let head = self.case.tree(start.head.as_ref())?;
        let likely = files.likely(&head, &start.tree, end)?.tree;
        let with = |tree: &Oid| self.with_change(base, (&head, tree), tree, RestoreScope::Missing);
        let all = with(&start.tree)?;
        let likely = if likely == start.tree { all } else { with(&likely)? };
        self.doubtful_files.extend(files.unlike(&all, &likely)?);
        Ok(likely)
    }

    /// A baseline with what the end has of a change, first of what it adds: on a file that has nothing of what was changed, only that comes
    /// out of it. Then of all that is `held`.
    fn with_change(&self, base: &Oid, (below, top): (&Oid, &Oid), held: &Oid, scope: RestoreScope) -> Result<Oid> {
        let (files, end) = (&self.case.files, &self.case.history.end.tree);
        let with = files.restore(base, &files.added(below, top)?, end, scope)?;
        files.restore(&with, held, end, scope)
    }

    /// A file that was new at the start, and of which neither HEAD nor the dirt knows, comes back from wherever it was as a whole. One that
    /// has nothing of it is another file.
    fn with_new_files(&self, base: &Oid, (head, dirt): (&Oid, &Oid)) -> Result<Oid> {
        let (trees, history, mut edits) = (&self.case.files.trees, self.case.history, Edits::new());
        let at_start = self.case.tree(history.start.head.as_ref())?;
        for change in trees.differing(base, &history.start.tree)?.iter().filter(|change| change.base.is_some() && change.head.is_some()) {
            let path = &change.path;
            // one that only got another name is what became of it under the old one
            let is_renamed = || Ok::<_, anyhow::Error>(self.case.files.renames(&at_start, &history.start.tree)?.old_name(path).is_some());
            let is_unknown = |tree: &Oid| Ok::<_, anyhow::Error>(trees.entry(tree, path)?.is_none());
            let is_new = is_unknown(&at_start)? && is_unknown(head)? && is_unknown(dirt)? && !is_renamed()?;
            let there = trees.entry(&history.end.tree, path)?;
            if is_new && there.is_some() && self.case.files.share_a_line(change.head.as_ref(), there.as_ref())? {
                edits.insert(path.clone(), change.head.clone());
            }
        }
        trees.edited(base, &edits)
    }

    /// The dirt on top of HEAD's foreign part, less what stashes hold of it and what was gone by itself.
    fn dirt_at_end(&mut self, head: &Oid) -> Result<Oid> {
        let history = self.case.history;
        let (files, end) = (&self.case.files, &history.end.tree);
        let mut base = self.baseline(head)?;
        for stash in history.new_stashes() {
            if !self.away.contains(stash) && self.case.exists(stash)? {
                base = self.put_away(&base, stash, head)?;
            }
        }
        let late = std::mem::take(&mut self.late);
        if !late.is_empty() {
            // what an own commit in HEAD had deleted before, no stash deletes again
            let deleted = files.added(&self.case.tree(history.end.head.as_ref())?, head)?;
            for stashed in late {
                let top = self.less_put_away(&stashed)?;
                let top = files.restore(&top, &deleted, &stashed.below, RestoreScope::All)?;
                base = self.merge(&stashed.below, &base, &top)?;
            }
        }
        let at_start = self.case.tree(history.start.head.as_ref())?;
        if self.is_given_up() {
            // what git had put into the worktree for it, and staged but for conflicts, nobody deleted
            let brought = history.start.index.as_ref().unwrap_or(&history.start.tree);
            let without = files.merge(brought, &base, &at_start)?.0;
            // a file that is as HEAD has it came by HEAD again
            let without = files.with_alike(&without, &base, (&base, head))?;
            base = files.partial(&base, &without, end)?;
        }
        let brings = history.pending.iter().flat_map(|pending| pending.what.brings());
        let parents: Vec<Oid> = history.end.head.iter().chain(brings).copied().collect();
        base = self.under_own_names(&base, &parents, end)?;
        // what HEAD had at the start and neither worktree has, nobody deleted in between
        let gone = files.without_added(&base, &history.start.tree, &at_start)?;
        files.partial(&base, &gone, end)
    }

    /// What a stash that was applied brought, less what is not there and lies in a newer one: it was put away again.
    fn less_put_away(&self, applied: &Stashed) -> Result<Oid> {
        let (case, files, mut top) = (self.case, &self.case.files, applied.top);
        for other in case.history.new_stashes().take_while(|other| **other != applied.stash) {
            if case.exists(other)? {
                let (below, held) = case.stash(other)?;
                top = files.without_added(&top, &below, &held)?;
            }
        }
        files.restore(&top, &applied.top, &case.history.end.tree, RestoreScope::All)
    }

    /// Whether what git was in the middle of at the start was given up: the first movement since goes back, none concludes it.
    fn is_given_up(&self) -> bool {
        let back = |class: Option<&Class>| matches!(class, None | Some(Class::Reset | Class::RebaseAbort | Class::Move));
        let (start, end) = (&self.case.history.start, &self.case.history.end);
        start.under_way && !end.under_way && back(self.case.classes.first())
    }

    /// A baseline with the marks of conflicts that git wrote and nobody took out.
    fn with_marks(&mut self, base: Oid) -> Result<Oid> {
        let history = self.case.history;
        let written = history.pending.as_ref().and_then(|pending| pending.written);
        let Some(written) = written.map_or_else(|| self.unmerged(), |written| Ok(Some(written)))? else { return Ok(base) };
        let files = &self.case.files;
        let marks = files.conflict_marks(&written, &base, &history.end.tree)?;
        self.unresolved = files.trees.differing(&files.trees.empty, &marks)?.iter().map(|marked| marked.path.clone()).collect();
        files.restore(&base, &marks, &history.end.tree, RestoreScope::All)
    }

    /// The files with conflicts that nobody resolved, where a stash or a patch brought them, as they are: their marks are git's.
    fn unmerged(&self) -> Result<Option<Oid>> {
        let (trees, history) = (&self.case.files.trees, self.case.history);
        if history.unmerged.is_empty() {
            return Ok(None);
        }
        let entry = |path: &RepoPath| Ok((path.clone(), trees.entry(&history.end.tree, path)?));
        let entries = history.unmerged.iter().map(entry).collect::<Result<Edits>>()?;
        trees.edited(&trees.empty, &entries).map(Some)
    }

    /// The foreign part of HEAD, with what is being merged or copied into the worktree and not committed yet.
    pub(super) fn foreign_at_end(&mut self) -> Result<Oid> {
        let history = self.case.history;
        let (head, tree) = (history.end.head.as_ref(), &history.end.tree);
        match history.pending.as_ref().map(|pending| &pending.what) {
            Some(Unfinished::Merge(heads)) => {
                let parents: Vec<Oid> = head.into_iter().chain(heads).copied().collect();
                self.expected_of_merge(&parents, tree)
            }
            Some(Unfinished::Pick(source) | Unfinished::Rebase(source)) if self.case.exists(source)? => {
                self.expected_of_copy(Some(source), head, tree)
            }
            _ => self.foreign_or_empty(head),
        }
    }

    /// Foreign parts of the commits at which something may have been stashed, by hand or for a rebase, newest first, each once; no more than
    /// can be looked at for so many files. That HEAD merely stood at a commit says nothing: a line of it that is there is written.
    fn stashed_on(&mut self, files: usize) -> Result<Vec<Oid>> {
        /// Files looked up in trees, all in all.
        const MOST: usize = 500_000;
        let (case, mut seen, mut out) = (self.case, HashSet::new(), Vec::new());
        let movements = case.history.log.iter().zip(&case.classes).rev();
        let may_be =
            |(entry, class): &(&LogEntry, &Class)| **class == Class::RebaseStart || (**class == Class::Reset && entry.old == entry.new);
        let mut bases: Vec<Oid> = movements.filter(may_be).map(|(entry, _)| entry.old).collect();
        for stash in case.history.new_stashes() {
            bases.extend(case.objects().commit(stash)?.and_then(|facts| facts.parents.first().copied()));
        }
        for id in bases {
            if out.len() * files > MOST {
                break;
            }
            if case.exists(&id)? {
                let tree = self.foreign(&id)?;
                if seen.insert(tree) {
                    out.push(tree);
                }
            }
        }
        Ok(out)
    }

    /// Stashes that were there at the start may have been applied: at the beginning, at last, or both. What a rebase had put away comes
    /// back with its end.
    pub(super) fn apply_stashes(&mut self) -> Result<()> {
        let history = self.case.history;
        for stash in history.old_stashes() {
            let waits = history.start.autostash.as_ref() == Some(stash);
            if !self.case.exists(stash)? || (waits && history.end.autostash.as_ref() == Some(stash)) {
                continue;
            }
            let (below, top) = self.case.stash(stash)?;
            if waits && !history.still_holds(stash) {
                self.dirt.1 = self.merge(&below, &self.dirt.1.clone(), &top)?;
                continue;
            }
            if history.still_holds(stash) && self.is_little_there((&below, &top))? {
                continue;
            }
            self.note_stash(stash, &below, &top);
            if !self.left_a_trace(0, (&below, &top))? {
                continue;
            }
            // what git refuses to bring into a file that was changed it leaves in the stash, and brings the files that were untracked
            let top = if history.still_holds(stash) { self.as_far_as_traced(stash, (&below, &top))? } else { top };
            if self.ask(Question::Applied(*stash), (&below, &top)) {
                self.dirt.1 = self.merge(&below, &self.dirt.1.clone(), &top)?;
            }
            if self.ask(Question::AppliedLast(*stash), (&below, &top)) {
                self.late.push(Stashed { stash: *stash, work: top, below, top, put_back: Vec::new(), applied: true });
            }
        }
        Ok(())
    }

    /// A stash of the start without the files of which nothing shows, although it must.
    fn as_far_as_traced(&self, stash: &Oid, (below, top): (&Oid, &Oid)) -> Result<Oid> {
        if let Some(known) = self.case.traced.borrow().get(stash) {
            return Ok(*known);
        }
        let (files, later, mut edits) = (&self.case.files, self.later_trees(0)?, Edits::new());
        for change in files.trees.differing(below, top)?.iter() {
            let alone = files.trees.edited(below, &Edits::from([(change.path.clone(), change.head.clone())]))?;
            if files.is_traceless(below, &alone, &later)? {
                edits.insert(change.path.clone(), change.base.clone());
            }
        }
        let traced = files.trees.edited(top, &edits)?;
        self.case.traced.borrow_mut().insert(*stash, traced);
        Ok(traced)
    }

    /// Whether something of a stash is there wherever it may show, and nowhere half of it. One that is still there has seldom been applied,
    /// and little of it may be there by chance.
    fn is_little_there(&mut self, (below, top): (&Oid, &Oid)) -> Result<bool> {
        let (mut doubtful, mut is_seen) = (Vec::new(), false);
        for tree in self.later_trees(0)? {
            let likely = self.case.files.likely(below, top, &tree)?;
            if likely.is_there {
                return Ok(false);
            }
            is_seen |= !likely.seen.is_empty();
            doubtful.extend(likely.doubtful.iter().cloned());
        }
        self.doubtful_files.extend(doubtful);
        Ok(is_seen)
    }

    fn stashed(&mut self, stash: &Oid) -> Result<Option<Stashed>> {
        let Some(stashed) = self.put_into(stash)? else { return Ok(None) };
        let (files, (commit, held), end) = (&self.case.files, self.case.stash(stash)?, &self.case.history.end.tree);
        // what HEAD stands on without the session tells nothing of a stash
        let commit = files.restore(&commit, &self.case.given()?, &held, RestoreScope::All)?;
        let trace = files.trace(&commit, &held, end)?;
        if trace == Trace::Possible {
            self.doubtful_files.extend(files.unlike(&commit, &held)?);
        }
        let likely = files.likely(&commit, &held, end)?;
        let is_unlikely = !likely.seen.is_empty() && !likely.is_there;
        if is_unlikely {
            self.doubtful_files.extend(likely.doubtful.iter().cloned());
        }
        Ok(Some(Stashed { applied: trace != Trace::Missing && !is_unlikely, ..stashed }))
    }

    /// What was put into a stash if it was pushed while the dirt was as it is now; whether it was applied since is not looked at.
    pub(super) fn put_into(&mut self, stash: &Oid) -> Result<Option<Stashed>> {
        let Some(parent) = self.case.commit(stash)?.parents.first().copied() else {
            return Ok(None);
        };
        let (below, (commit, held)) = (self.foreign(&parent)?, self.case.stash(stash)?);
        let work = self.baseline(&below)?;
        // nothing of the dirt in it: the dirt was elsewhere when it was made, and what both removed was removed twice
        let files = &self.case.files;
        let is_missing = files.trace(&below, &work, &held)? == Trace::Missing;
        let dirt = if is_missing { files.mostly_done(&below, &work, &held)? } else { work };
        let top = files.partial(&below, &dirt, &held)?;
        let put_back = files.trees.differing(&commit, &held)?.iter().map(|change| change.path.clone()).collect();
        Ok(Some(Stashed { stash: *stash, below, work, top, put_back, applied: false }))
    }

    /// A stash that is still there at the end was pushed just now: what it took of the dirt is not in the worktree any more.
    pub(super) fn push(&mut self, stash: &Oid) -> Result<()> {
        let Some(stashed) = self.stashed(stash)? else { return Ok(()) };
        self.note_stash(stash, &stashed.below, &stashed.top);
        if stashed.applied && !self.ask(Question::Late(*stash), (&stashed.below, &stashed.work)) {
            return Ok(());
        }
        for path in &stashed.put_back {
            self.left.entry(path.clone()).and_modify(|left| left.is_taken = true);
        }
        // a push leaves the worktree as HEAD has it, or as the index
        let trees = &self.case.files.trees;
        let mut rest = self.rest(&stashed.work, &stashed, (&stashed.below, &stashed.below))?;
        if !stashed.applied {
            // all that HEAD has of a file that was put back is there, whatever the dirt lacked
            let back = self.case.files.restore(&rest, &stashed.below, &stashed.below, RestoreScope::All)?;
            let put_back = stashed.put_back.iter().map(|path| Ok((path.clone(), trees.entry(&back, path)?)));
            rest = trees.edited(&rest, &put_back.collect::<Result<Edits>>()?)?;
            rest = self.with_kept_index(&rest, stash, &stashed)?;
        }
        self.away.insert(*stash);
        let differing = self.case.files.trees.differing(&stashed.work, &rest)?;
        self.set_dirt(differing.iter().map(|change| &change.path).chain(&stashed.put_back), (&stashed.below, &rest))?;
        if stashed.applied {
            self.late.push(stashed);
        }
        Ok(())
    }

    /// What a push left, with the files that it put into the stash as they were staged and that are staged and in the worktree as they were
    /// at the end, although HEAD has them otherwise: it kept the index.
    fn with_kept_index(&self, rest: &Oid, stash: &Oid, stashed: &Stashed) -> Result<Oid> {
        let (trees, end, facts) = (&self.case.files.trees, &self.case.history.end, self.case.commit(stash)?);
        let (Some(staged), Some(index)) = (facts.parents.get(1), &end.index) else { return Ok(*rest) };
        let (staged, head, mut kept) = (self.case.tree(Some(staged))?, self.case.tree(end.head.as_ref())?, Edits::new());
        for path in &stashed.put_back {
            let entry = trees.entry(&staged, path)?;
            let is_everywhere = [&facts.tree, index, &end.tree].into_iter().map(|tree| Ok(trees.entry(tree, path)? == entry));
            if is_everywhere.collect::<Result<Vec<_>>>()?.iter().all(|same| *same) && trees.entry(&head, path)? != entry {
                kept.insert(path.clone(), trees.entry(&stashed.work, path)?);
            }
        }
        trees.edited(rest, &kept)
    }

    /// The dirt in a stash that is still there is put away, not deleted. If the stash was applied all the same, the worktree decides.
    fn put_away(&mut self, base: &Oid, stash: &Oid, head: &Oid) -> Result<Oid> {
        let Some(stashed) = self.stashed(stash)? else {
            return Ok(*base);
        };
        if stashed.applied {
            let without = self.merge(&stashed.top, base, &stashed.below)?;
            return self.case.files.partial(base, &without, &self.case.history.end.tree);
        }
        self.rest(base, &stashed, (head, &self.case.history.end.tree))
    }

    /// A baseline without what a stash took: what that had added is gone, what it had removed is there again where HEAD has it. Where the
    /// place looks otherwise by then, the worktree decides.
    fn rest(&self, base: &Oid, stashed: &Stashed, (head, worktree): (&Oid, &Oid)) -> Result<Oid> {
        let files = &self.case.files;
        let (without, unclear) = files.merge(&stashed.top, base, &stashed.below)?;
        let mut looks = Edits::new();
        for path in unclear.keys() {
            looks.insert(path.clone(), files.trees.entry(worktree, path)?);
        }
        let rest = files.partial(base, &without, &files.trees.edited(head, &looks)?)?;
        let mut whole = Edits::new();
        for change in files.trees.differing(&stashed.below, &stashed.work)?.iter() {
            let taken = files.trees.entry(&stashed.top, &change.path)?;
            // of a file that is gone and was written anew, nothing is left in the stash
            let is_anew = change.head.is_none() && files.load(taken.as_ref())?.is_some_and(|file| file.lines().is_empty());
            if is_anew || files.same_lines(taken.as_ref(), change.head.as_ref())? {
                whole.insert(change.path.clone(), files.trees.entry(head, &change.path)?);
            }
        }
        // where lines stand can differ from how they stood in the stash: what it took is gone wherever it stands
        files.without_added(&files.trees.edited(&rest, &whole)?, &stashed.below, &stashed.top)
    }
}
