//! One reading of a history: HEAD's movements from first to last, and for each commit its foreign part.
//!
//! `foreign(C)` is the tree of C without the session's part. The dirt of the start is kept as a pair of trees; the baseline for any tree
//! is that pair merged into it. Nothing is carried along step by step, so nothing depends on the way HEAD took.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use anyhow::Result;

use super::case::Case;
use super::ending::Stashed;
use super::files::{Conflicts, at};
use super::history::rebase_end;
use super::landed::{LandedRange, SearchCounts};
use super::objects::{CommitFacts, PathEntry};
use super::pushes::Push;
use super::reapplied::KnownStash;
use super::reflog::Class;
use super::restored::RestoreScope;
use super::traces::LinesByFile;
use super::trees::Edits;
use crate::change::{Oid, RepoPath};

/// What the recorded movements leave open; the usual answer is no.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Question {
    /// Was this stash, which was there at the start, applied at the beginning?
    Applied(Oid),
    /// Was it applied (again) at last?
    AppliedLast(Oid),
    /// Did the reset of this entry leave the worktree as it was?
    Soft(usize),
    /// When HEAD came to hold by this entry what the worktree held already, was it in the worktree, rather than in a stash?
    CaughtUp(usize),
    /// Was this stash, pushed in the session and applied since, applied only after the last commit rather than at once?
    Late(Oid),
    /// Was this stash applied right after the reset of this entry, which took the worktree along?
    AppliedAfter(Oid, usize),
}

/// What was in the worktree if the answer to a question is yes.
pub(super) struct Doubtful {
    /// What it would have had otherwise.
    pub(super) without: Oid,
    pub(super) held: Oid,
    /// Others' lines, and those of before, that HEAD lost by a reset which took the worktree along.
    pub(super) lost: LinesByFile,
}

/// How a commit came into being in this session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CommitOrigin {
    /// Written from the worktree.
    Commit,
    /// In place of another one.
    Amend(Oid),
    /// A merge.
    Merge,
    /// Copied, by a rebase or one by one: from one of these, most likely from this one.
    Pick(Rc<Vec<Oid>>, Option<Oid>),
    /// Elsewhere, out of these taken together.
    Landed(Rc<Vec<Oid>>),
    /// Elsewhere, and copied as it was.
    Brought,
}

/// A rebase while it runs.
pub(super) struct Rebase {
    /// The first entry that does not belong to it any more.
    pub(super) end: usize,
    /// Where HEAD stood before: on another branch than the rebased one, if that was named.
    pub(super) before: Oid,
    pub(super) orig: Oid,
    pub(super) onto: Oid,
    /// Commits that it does not make: they were there.
    pub(super) known: HashSet<Oid>,
    pub(super) range: Rc<Vec<Oid>>,
    /// Those of the range that were copied already.
    pub(super) copied: HashSet<Oid>,
    /// Foreign parts of both ends, merged.
    pub(super) merged: Option<Oid>,
}

/// A file that a reset left as it was.
pub(super) struct Left {
    /// What the index had.
    pub(super) index: Option<PathEntry>,
    /// The foreign part of what HEAD had before.
    pub(super) theirs: Option<PathEntry>,
    /// The same with what others had changed in what HEAD came to have.
    pub(super) joined: Option<PathEntry>,
    /// Whether the worktree had been put back as HEAD had it.
    pub(super) was_put_back: bool,
    /// A commit or a stash has taken it since: what the index has, and whether the worktree differs from HEAD, is not known any more.
    pub(super) is_taken: bool,
}

/// Where a reading ends.
pub(super) struct Ending {
    /// The baseline as far as the movements explain it.
    pub(super) explained: Oid,
    /// With old lines that are there although no movement says how they came.
    pub(super) baseline: Oid,
}

/// The state of a reading.
pub(super) struct Replay<'a, 'c> {
    pub(super) case: &'c Case<'a>,
    pub(super) answers: &'c HashSet<Question>,
    foreign: HashMap<Oid, Oid>,
    touched: HashMap<Oid, bool>,
    pub(super) dirt: (Oid, Oid),
    pub(super) rebase: Option<Rebase>,
    /// Stashes made in the session whose part of the dirt is not in the worktree.
    pub(super) away: HashSet<Oid>,
    /// Stashes that were applied at last.
    pub(super) late: Vec<Stashed>,
    /// Stashes that may be applied after a reset, the oldest first.
    pub(super) stashes: Vec<KnownStash>,
    /// The commits made, with the entry that made each.
    pub(super) made: HashMap<Oid, (usize, CommitOrigin)>,
    /// Those among them that were made elsewhere.
    pub(super) landed: HashMap<Oid, LandedRange>,
    pub(super) searched: SearchCounts,
    /// What had to be assumed.
    pub(super) asked: Vec<Question>,
    /// What may have been in the worktree, by the questions.
    pub(super) doubtful: Vec<Doubtful>,
    /// Lines that commits took from such a tree although this reading does not have them in the worktree.
    pub(super) unexplained: usize,
    /// As many of them only because a whole file came out as it is in such a tree, or git moved one that this reading has changed: whoever
    /// changes a file again, or deletes it, makes it so.
    pub(super) circumstantial: usize,
    /// Trees of the lines that reverts brought.
    pub(super) brought_back: Vec<Oid>,
    /// Trees that resets took out of HEAD's history without any question: the foreign part was the same.
    pub(super) dropped: Vec<Oid>,
    /// Files that resets left as they were although HEAD has them otherwise.
    pub(super) left: BTreeMap<RepoPath, Left>,
    /// Files that resets left as they were, as HEAD had them before, until a movement takes them along: HEAD does not say how lines of them
    /// came into the worktree.
    pub(super) behind: Edits,
    /// Lines that resets threw away by this reading.
    pub(super) lost: Vec<LinesByFile>,
    /// Files that commits changed and took without what a stash would have brought there, by stash.
    pub(super) left_out: HashSet<(Oid, RepoPath)>,
    pub(super) may_be_stashed: bool,
    /// Whether the worktree was put back as HEAD has it since HEAD was reset to another commit.
    pub(super) is_put_back: bool,
    pub(super) doubtful_files: BTreeSet<RepoPath>,
    /// Files that end with marks of a conflict.
    pub(super) unresolved: Vec<RepoPath>,
    pub(super) conflicts: Conflicts,
}

impl<'a, 'c> Replay<'a, 'c> {
    pub(super) fn new(case: &'c Case<'a>, answers: &'c HashSet<Question>) -> Result<Self> {
        let start = &case.history.start;
        Ok(Self {
            case,
            answers,
            foreign: HashMap::new(),
            touched: HashMap::new(),
            dirt: (case.tree(start.head.as_ref())?, start.tree),
            rebase: None,
            away: HashSet::new(),
            late: Vec::new(),
            stashes: Vec::new(),
            made: HashMap::new(),
            landed: HashMap::new(),
            searched: SearchCounts::default(),
            asked: Vec::new(),
            doubtful: Vec::new(),
            unexplained: 0,
            circumstantial: 0,
            brought_back: Vec::new(),
            dropped: Vec::new(),
            left: BTreeMap::new(),
            behind: Edits::new(),
            lost: Vec::new(),
            left_out: HashSet::new(),
            may_be_stashed: false,
            is_put_back: false,
            doubtful_files: BTreeSet::new(),
            unresolved: Vec::new(),
            conflicts: Conflicts::new(),
        })
    }

    /// Goes through all movements and gives the baseline for the end.
    pub(super) fn run(&mut self) -> Result<Ending> {
        self.apply_stashes()?;
        if let Some(entry) = &self.case.history.open_rebase {
            self.begin_rebase(0, &entry.old, &entry.new)?;
        }
        let case = self.case;
        for i in 0..=case.history.log.len() {
            for Push { stash, is_kept, is_certain } in case.pushes.get(&i).into_iter().flatten() {
                if *is_certain {
                    self.note_stashed(i, stash)?;
                }
                if *is_kept {
                    self.push(stash)?;
                } else if let Some(Stashed { below, top, .. }) = self.put_into(stash)? {
                    self.note_stash(stash, &below, &top);
                }
            }
            if i < case.history.log.len() {
                self.step(i)?;
            }
        }
        self.baseline_at_end()
    }

    /// The answer that this reading assumes. The worktree has what the second tree has in place of the first if the answer is yes.
    pub(super) fn ask(&mut self, question: Question, (without, held): (&Oid, &Oid)) -> bool {
        let yes = self.answers.contains(&question);
        self.asked.push(question);
        self.doubtful.push(Doubtful { without: *without, held: *held, lost: LinesByFile::new() });
        yes
    }

    fn step(&mut self, i: usize) -> Result<()> {
        let (entry, class) = (self.case.entry(i), self.case.classes[i]);
        if entry.new.is_null() {
            return Ok(());
        }
        if self.rebase.as_ref().is_some_and(|rebase| i >= rebase.end) {
            self.end_rebase(i, &entry.old)?;
        }
        let puts_back = class == Class::Reset && entry.old == entry.new;
        let pushes = self.case.pushes.get(&(i + 1)).map_or(&[][..], Vec::as_slice);
        if puts_back {
            self.is_put_back = true;
            if pushes.iter().any(|push| push.is_kept || push.is_certain) {
                self.behind.clear();
            }
        } else if !self.behind.is_empty() && !matches!(class, Class::Reset | Class::Push) {
            self.catch_up_behind(&entry.old, &entry.new)?;
        }
        self.may_be_stashed |= puts_back && !pushes.iter().any(|push| push.is_kept);
        if matches!(class, Class::Revert | Class::Pick | Class::Merge | Class::Forward | Class::Switch) {
            self.note_overwritten(i, class)?;
        }
        match class {
            Class::RebaseStart => self.begin_rebase(i + 1, &entry.old, &entry.new),
            Class::RebaseEnd | Class::RebaseAbort => self.end_rebase(i, &entry.new),
            // a push sets the worktree to what it brings, or leaves it as it was
            Class::Reset | Class::Push if entry.old != entry.new => {
                self.reset(i, &entry.old, &entry.new)?;
                self.is_put_back = false;
                Ok(())
            }
            class if class.makes() && self.is_made(i, class)? => self.create(i, class),
            _ if self.rebase.is_none() => self.catch_up(i, &entry.old, &entry.new),
            _ => Ok(()),
        }
    }

    fn end_rebase(&mut self, i: usize, new: &Oid) -> Result<()> {
        let Some(rebase) = self.rebase.take() else { return Ok(()) };
        self.catch_up(i, &rebase.before, new)
    }

    /// `from` is the first entry after the one that began the rebase.
    fn begin_rebase(&mut self, from: usize, old: &Oid, onto: &Oid) -> Result<()> {
        let (history, classes) = (self.case.history, &self.case.classes);
        let orig = history.rebased_tip(from, classes).unwrap_or(old);
        let known = history.graph.reached([orig, onto]).into_iter().copied().collect();
        let there = self.case.exists(orig)? && self.case.exists(onto)?;
        let range = if there { self.case.range(orig, onto)? } else { Rc::default() };
        let end = rebase_end(from, classes, history.rebasing);
        let (before, orig, onto, copied) = (*old, *orig, *onto, HashSet::new());
        self.rebase = there.then_some(Rebase { end, before, orig, onto, known, range, copied, merged: None });
        Ok(())
    }

    /// Whether an entry that may have made a commit did.
    fn is_made(&self, i: usize, class: Class) -> Result<bool> {
        let (entry, graph) = (self.case.entry(i), &self.case.history.graph);
        if entry.old == entry.new || !graph.has(&entry.new) || self.made.contains_key(&entry.new) {
            return Ok(false);
        }
        if self.rebase.as_ref().is_some_and(|rebase| rebase.known.contains(&entry.new)) {
            return Ok(false);
        }
        let parents = &self.case.commit(&entry.new)?.parents;
        Ok(match class {
            Class::Merge => parents.len() > 1,
            Class::Unknown => {
                let follows = entry.old.is_null() || parents.contains(&entry.old);
                follows && !self.case.history.is_at_remote(&entry.new)
            }
            _ => true,
        })
    }

    fn create(&mut self, i: usize, class: Class) -> Result<()> {
        let new = &self.case.entry(i).new;
        let facts = self.case.commit(new)?;
        let replayed = self.rebase.as_ref().map(|rebase| (rebase.orig, Rc::clone(&rebase.range)));
        let replayed = if self.is_written_at_stop(class, new)? { None } else { replayed };
        let (origin, expected) = if facts.parents.len() > 1 && class != Class::Amend {
            (self.origin_of_merge(new)?, self.expected_of_merge(&facts.parents, &facts.tree)?)
        } else if let Some(replayed) = replayed {
            self.expected_of_replay((i, new), &facts, replayed)?
        } else {
            let picked = if matches!(class, Class::Pick | Class::Replay) { self.expected_of_pick(i, new, &facts)? } else { None };
            let Some(picked) = picked else { return self.commit(i, class, &facts) };
            picked
        };
        self.made.insert(*new, (i, origin));
        let expected = self.under_own_names(&expected, &facts.parents, &facts.tree)?;
        let expected = self.case.arranged(&expected, &facts.tree)?;
        let now = self.baseline(&expected)?;
        let recorded = self.recorded(&expected, &now, &facts.tree)?;
        self.foreign.insert(*new, recorded);
        self.anchor(&expected, &recorded, &now)?;
        if self.case.history.start.under_way {
            self.settle(&facts, (&recorded, &now))?;
        }
        if self.rebase.is_none() { self.catch_up(i, &self.case.entry(i).old, new) } else { Ok(()) }
    }

    /// Git copies nothing into a dirty file, unless it is a conflict of the start that is resolved: what it brought there is committed.
    fn settle(&mut self, facts: &CommitFacts, (recorded, now): (&Oid, &Oid)) -> Result<()> {
        let trees = &self.case.files.trees;
        let (committed, dirty) =
            (trees.differing(&self.case.tree(facts.parents.first())?, &facts.tree)?, trees.differing(&self.dirt.0, &self.dirt.1)?);
        let both = dirty.iter().map(|change| &change.path).filter(|path| at(&committed, path).is_some());
        self.set_dirt(both, (recorded, now))
    }

    /// In a rebase that keeps merges, the one of the rebased merges that has its author line and subject was made again.
    fn origin_of_merge(&self, new: &Oid) -> Result<CommitOrigin> {
        let Some(rebase) = &self.rebase else { return Ok(CommitOrigin::Merge) };
        let graph = &self.case.history.graph;
        let merges: Vec<Oid> = graph.reached([&rebase.orig]).into_iter().filter(|id| graph.parents(id).len() > 1).copied().collect();
        let sources = self.case.namesakes(new, &merges)?;
        let first = sources.first().copied();
        Ok(if first.is_none() { CommitOrigin::Merge } else { CommitOrigin::Pick(Rc::new(sources), first) })
    }

    /// Whether a commit in a rebase was written anew where the rebase stopped, rather than a conflict of a copy resolved.
    fn is_written_at_stop(&self, class: Class, new: &Oid) -> Result<bool> {
        let Some(rebase) = &self.rebase else { return Ok(false) };
        match class {
            Class::Amend => Ok(true),
            Class::Commit | Class::Revert => Ok(self.case.namesakes(new, &rebase.range)?.is_empty()),
            _ => Ok(false),
        }
    }

    /// A commit from the worktree: what it has of the dirt is now the commit's, no longer the worktree's.
    fn commit(&mut self, i: usize, class: Class, facts: &CommitFacts) -> Result<()> {
        let entry = self.case.entry(i);
        let parent = self.foreign_or_empty(facts.parents.first())?;
        let before = if self.case.exists(&entry.old)? { self.foreign(&entry.old)? } else { parent };
        let (origin, base, below) = match class {
            Class::Amend => (CommitOrigin::Amend(entry.old), &before, Some(&entry.old)),
            _ => (CommitOrigin::Commit, &parent, facts.parents.first()),
        };
        let renamed = below.map_or_else(|| Ok(Vec::new()), |below| self.renamed_own(base, std::slice::from_ref(below), &facts.tree))?;
        let now = self.baseline(&before)?;
        let [base, now] = [base, &now].map(|tree| self.case.files.renamed_to(tree, &renamed));
        let (base, now) = (&base?, self.with_brought_back(&now?, &facts.tree)?);
        let staged = self.note_left_out(&self.case.tree(below)?, (base, &now), &facts.tree)?;
        self.made.insert(entry.new, (i, origin));
        let recorded = self.recorded(base, &now, &facts.tree)?;
        let mut recorded = self.with_brought_back(&recorded, &facts.tree)?;
        if let Some(orig) = self.rebase.as_ref().map(|rebase| rebase.orig) {
            let theirs = self.foreign(&orig)?;
            recorded = self.case.files.restore(&recorded, &theirs, &facts.tree, RestoreScope::All)?;
        }
        if class == Class::Revert {
            // what a revert brings back came by the revert
            self.brought_back.push(self.case.files.added(&self.case.tree(below)?, &facts.tree)?);
        } else {
            let below = self.case.tree(below)?;
            self.note_stash_left_out(&below, &facts.tree)?;
            self.note_unexplained(&self.case.files.trees.edited(&recorded, &staged)?, &below, &facts.tree)?;
            self.note_found_again(&below, &facts.tree)?;
        }
        self.foreign.insert(entry.new, recorded);
        self.anchor(&before, &recorded, &now)
    }

    /// A commit's foreign part, or the worktree's, with others' changes of a file that a reset had left out, an earlier commit had taken
    /// back and this one has: whoever brings them in again wrote none of it.
    fn with_brought_back(&self, foreign: &Oid, tree: &Oid) -> Result<Oid> {
        let (files, mut edits) = (&self.case.files, Edits::new());
        for (path, Left { theirs, joined, .. }) in self.left.iter().filter(|(_, left)| left.is_taken && left.joined != left.theirs) {
            let Some(back) = joined else { continue };
            let [mine, there] = [foreign, tree].map(|tree| files.trees.entry(tree, path));
            let (mine, change) = (mine?, (theirs.as_ref(), joined.as_ref()));
            if !files.has_all_of(change, there?.as_ref())? || files.has_all_of(change, mine.as_ref())? {
                continue;
            }
            let entry = match &mine {
                Some(mine) => files.merge_file(theirs.as_ref(), mine, back)?.0,
                None => Some(back.clone()),
            };
            edits.insert(path.clone(), entry);
        }
        files.trees.edited(foreign, &edits)
    }

    /// What a commit's tree has of the dirt: as it stood in the worktree, or staged at the start.
    fn recorded(&mut self, parent: &Oid, now: &Oid, tree: &Oid) -> Result<Oid> {
        let (files, end) = (&self.case.files, &self.case.history.end.tree);
        let recorded = files.partial(parent, &files.without_twins((parent, now), tree, end)?, tree)?;
        let start = &self.case.history.start;
        let Some(index) = start.index.as_ref().filter(|index| **index != start.tree) else {
            return Ok(recorded);
        };
        let head = self.case.tree(start.head.as_ref())?;
        if *index == head {
            return Ok(recorded);
        }
        let staged = files.merge(&head, index, &recorded)?.0;
        files.partial(&recorded, &staged, tree)
    }

    /// The foreign content of HEAD went from `before` to `after` while the worktree stayed as it was: the dirt is what is left.
    pub(super) fn anchor(&mut self, before: &Oid, after: &Oid, now: &Oid) -> Result<()> {
        let trees = &self.case.files.trees;
        // lines that were put together in another order are no dirt
        let now = &self.case.arranged(now, after)?;
        let (mut base, mut work) = (Edits::new(), Edits::new());
        for change in trees.differing(before, after)?.iter() {
            base.insert(change.path.clone(), change.head.clone());
            work.insert(change.path.clone(), trees.entry(now, &change.path)?);
        }
        // dirt that was carried to a new name is not under the old one as well
        for dirty in trees.differing(&self.dirt.0, &self.dirt.1)?.iter() {
            if self.case.files.moved(&self.dirt.0, before, &dirty.path)?.is_some_and(|to| base.contains_key(&to)) {
                base.insert(dirty.path.clone(), None);
                work.insert(dirty.path.clone(), None);
            }
        }
        self.dirt = (trees.edited(&self.dirt.0, &base)?, trees.edited(&self.dirt.1, &work)?);
        Ok(())
    }

    /// The dirt of these files is what the worktree has of them in place of HEAD's foreign part.
    pub(super) fn set_dirt<'p>(&mut self, paths: impl Iterator<Item = &'p RepoPath>, (head, worktree): (&Oid, &Oid)) -> Result<()> {
        let trees = &self.case.files.trees;
        let (mut base, mut work) = (Edits::new(), Edits::new());
        for path in paths {
            base.insert(path.clone(), trees.entry(head, path)?);
            work.insert(path.clone(), trees.entry(worktree, path)?);
        }
        self.dirt = (trees.edited(&self.dirt.0, &base)?, trees.edited(&self.dirt.1, &work)?);
        Ok(())
    }

    pub(super) fn merge(&mut self, ancestor: &Oid, ours: &Oid, theirs: &Oid) -> Result<Oid> {
        let (tree, conflicts) = self.case.files.merge(ancestor, ours, theirs)?;
        self.note_conflicts(&conflicts);
        Ok(tree)
    }

    pub(super) fn note_conflicts(&mut self, conflicts: &Conflicts) {
        for (path, optional) in conflicts {
            self.conflicts.entry(path.clone()).or_default().extend(optional);
        }
    }

    /// The dirt on top of a tree.
    pub(super) fn baseline(&mut self, tree: &Oid) -> Result<Oid> {
        let (base, work) = self.dirt;
        self.merge(&base, &work, tree)
    }

    pub(super) fn foreign_or_empty(&mut self, id: Option<&Oid>) -> Result<Oid> {
        id.map_or_else(|| Ok(self.case.files.trees.empty), |id| self.foreign(id))
    }

    /// The tree of a commit without the session's part; of a commit that is gone, nothing.
    pub(super) fn foreign(&mut self, id: &Oid) -> Result<Oid> {
        if let Some(known) = self.foreign.get(id) {
            return Ok(*known);
        }
        if !self.is_touched(id)? {
            return self.case.tree(Some(id));
        }
        let graph = &self.case.history.graph;
        for id in graph.parents_first(id, |id| self.foreign.contains_key(id)) {
            let tree = match self.landed.get(id).cloned() {
                Some(landed) => self.foreign_of_landed(id, &landed)?,
                None if self.is_touched(id)? => self.foreign_on_top(id)?,
                None => self.case.tree(Some(id))?,
            };
            let tree = self.under_own_names(&tree, graph.parents(id), &self.case.tree(Some(id))?)?;
            self.foreign.insert(*id, tree);
        }
        Ok(self.foreign.get(id).copied().unwrap_or(self.case.files.trees.empty))
    }

    /// Somebody's commit on top of the session's.
    pub(super) fn foreign_on_top(&mut self, id: &Oid) -> Result<Oid> {
        let facts = self.case.commit(id)?;
        let (whole, mine) = match facts.parents.as_slice() {
            [] => return Ok(facts.tree),
            [parent] => (self.case.tree(Some(parent))?, self.foreign(parent)?),
            parents => {
                let joined = self.joined(parents, &facts.tree)?;
                (self.merged_trees(&joined)?, self.merged_parents(&joined)?)
            }
        };
        let foreign = self.merge(&whole, &mine, &facts.tree)?;
        self.case.files.as_they_have_it(&foreign, (&whole, &facts.tree), &mine)
    }

    /// Whether a commit is the session's or has one among its ancestors.
    fn is_touched(&mut self, id: &Oid) -> Result<bool> {
        let graph = &self.case.history.graph;
        for id in graph.parents_first(id, |id| self.touched.contains_key(id)) {
            self.detect_landed(id)?;
            let touched = self.made.contains_key(id) || graph.parents(id).iter().any(|p| self.touched.get(p) == Some(&true));
            self.touched.insert(*id, touched);
        }
        Ok(self.made.contains_key(id) || self.touched.get(id) == Some(&true))
    }
}
