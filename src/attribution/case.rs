//! What all readings of one history share: its objects, its commits' patches, and where a copied commit came from.

use std::cell::{OnceCell, RefCell};
use std::cmp::Reverse;
use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use anyhow::{Context, Result};

use super::files::{Files, changed_lines};
use super::history::History;
use super::lines::{self, Line};
use super::objects::{CommitFacts, Objects};
use super::pushes::{Pushes, pushes};
use super::reflog::{Class, LogEntry};
use super::trees::{Differing, Trees};
use crate::change::{Oid, RepoPath};

/// The changed lines of a patch, by sign and hash of path and text, with how often each occurs. Lines that only moved are left out.
pub(super) type Patch = HashMap<SignedLine, usize>;

/// A changed line with its side.
pub(super) type SignedLine = (Sign, LineHash);

/// A line of a file as hashes: of the file's path, and of the text, which has the same one in whatever file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct LineHash {
    path: u64,
    text: u64,
    has_word: bool,
}

impl LineHash {
    /// The text alone, where it has a word in it: others stand everywhere.
    pub(super) fn word(self) -> Option<u64> {
        self.has_word.then_some(self.text)
    }

    /// The text alone.
    pub(super) fn text(self) -> u64 {
        self.text
    }

    /// Whether it is a line of the file at this path.
    pub(super) fn is_in(self, path: &RepoPath) -> bool {
        self.path == hash(path.as_bytes())
    }
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

/// Ranges of commits, by tip and what is left out.
type Ranges = HashMap<(Oid, Oid), Rc<Vec<Oid>>>;

/// Which side of a patch a line stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Sign {
    Removed,
    Added,
}

impl Sign {
    pub(super) fn opposite(self) -> Self {
        match self {
            Self::Removed => Self::Added,
            Self::Added => Self::Removed,
        }
    }
}

/// One history under examination.
pub(super) struct Case<'a> {
    pub(super) history: &'a History,
    pub(super) files: Files<'a>,
    pub(super) classes: Vec<Class>,
    pub(super) pushes: Pushes,
    /// The first entry of this worktree's log that made a commit.
    born: HashMap<&'a Oid, usize>,
    patches: RefCell<HashMap<Oid, Rc<(Patch, u64)>>>,
    ranges: RefCell<Ranges>,
    stashes: RefCell<HashMap<Oid, (Oid, Oid)>>,
    /// The trees of stashes of the start as far as something of their files shows later: the same in all readings.
    pub(super) traced: RefCell<HashMap<Oid, Oid>>,
    given: OnceCell<Oid>,
    versions: OnceCell<Vec<Oid>>,
}

impl<'a> Case<'a> {
    pub(super) fn new(history: &'a History, objects: &'a dyn Objects) -> Result<Self> {
        let classes = classes(history, objects)?;
        let mut born = HashMap::new();
        for (i, (entry, class)) in history.log.iter().zip(&classes).enumerate() {
            if class.makes() && entry.old != entry.new && history.graph.has(&entry.new) {
                born.entry(&entry.new).or_insert(i);
            }
        }
        let files = Files::new(Trees::new(objects)?);
        let pushes = pushes(history, &classes, objects)?;
        Ok(Self {
            pushes,
            history,
            files,
            classes,
            born,
            patches: RefCell::default(),
            ranges: RefCell::default(),
            stashes: RefCell::default(),
            traced: RefCell::default(),
            given: OnceCell::new(),
            versions: OnceCell::new(),
        })
    }

    pub(super) fn objects(&self) -> &'a dyn Objects {
        self.files.trees.objects
    }

    pub(super) fn entry(&self, i: usize) -> &'a LogEntry {
        &self.history.log[i]
    }

    /// A commit that must be there because something that is there needs it.
    pub(super) fn commit(&self, id: &Oid) -> Result<Rc<CommitFacts>> {
        self.objects().commit(id)?.with_context(|| format!("commit {id} is not in the repository any more"))
    }

    /// The commit that an entry put its own in the place of, as a squash or a reword does: both stand on the same parents.
    pub(super) fn replaced_by(&self, i: usize, facts: &CommitFacts) -> Result<Option<&'a Oid>> {
        let old = &self.entry(i).old;
        Ok(if self.exists(old)? && self.commit(old)?.parents == facts.parents { Some(old) } else { None })
    }

    /// Whether the commit can still be read.
    pub(super) fn exists(&self, id: &Oid) -> Result<bool> {
        Ok(!id.is_null() && self.objects().commit(id)?.is_some())
    }

    /// A commit's tree; the empty one where there is no commit.
    pub(super) fn tree(&self, id: Option<&Oid>) -> Result<Oid> {
        let facts = id.map(|id| self.objects().commit(id)).transpose()?.flatten();
        Ok(facts.map_or_else(|| self.files.trees.empty, |facts| facts.tree))
    }

    /// The base and the work tree of a stash, its untracked files included.
    pub(super) fn stash(&self, id: &Oid) -> Result<(Oid, Oid)> {
        if let Some(known) = self.stashes.borrow().get(id) {
            return Ok(*known);
        }
        let trees = self.read_stash(id)?;
        self.stashes.borrow_mut().insert(*id, trees);
        Ok(trees)
    }

    fn read_stash(&self, id: &Oid) -> Result<(Oid, Oid)> {
        let facts = self.commit(id)?;
        let Some(untracked) = facts.parents.get(2) else {
            return Ok((self.tree(facts.parents.first())?, facts.tree));
        };
        let files = self.files.trees.differing(&self.files.trees.empty, &self.tree(Some(untracked))?)?;
        let edits = files.iter().map(|c| (c.path.clone(), c.head.clone())).collect();
        Ok((self.tree(facts.parents.first())?, self.files.trees.edited(&facts.tree, &edits)?))
    }

    /// The lines a commit changes against its first parent.
    pub(super) fn patch_of(&self, id: &Oid) -> Result<Rc<(Patch, u64)>> {
        if let Some(known) = self.patches.borrow().get(id) {
            return Ok(Rc::clone(known));
        }
        let facts = self.commit(id)?;
        let patch = Rc::new(self.patch(&self.tree(facts.parents.first())?, &facts.tree)?);
        self.patches.borrow_mut().insert(*id, Rc::clone(&patch));
        Ok(patch)
    }

    /// The lines that differ between two trees, and an identity of the patch that knows no line numbers and no context.
    pub(super) fn patch(&self, base: &Oid, head: &Oid) -> Result<(Patch, u64)> {
        let (mut out, mut identity) = (Patch::new(), DefaultHasher::new());
        for change in self.files.trees.differing(base, head)?.iter() {
            for line in self.signed(change)? {
                line.hash(&mut identity);
                *out.entry(line).or_default() += 1;
            }
        }
        let aside: Vec<LineHash> =
            out.keys().filter(|(s, k)| *s == Sign::Added && out.contains_key(&(Sign::Removed, *k))).map(|(_, k)| *k).collect();
        for key in aside {
            out.remove(&(Sign::Added, key));
            out.remove(&(Sign::Removed, key));
        }
        Ok((out, identity.finish()))
    }

    fn signed(&self, change: &Differing) -> Result<Vec<SignedLine>> {
        let path = hash(change.path.as_bytes());
        let key = |text: &[u8]| LineHash { path, text: hash(text), has_word: lines::has_word(text) };
        let (Some(base), Some(head)) = (self.files.load(change.base.as_ref())?, self.files.load(change.head.as_ref())?) else {
            let whole = [(Sign::Removed, &change.base), (Sign::Added, &change.head)];
            return Ok(whole.iter().filter_map(|(s, e)| e.as_ref().map(|e| (*s, key(e.id.as_str().as_bytes())))).collect());
        };
        let (removed, added) = (base.lines(), head.lines());
        let (removed, added): (Vec<Line<'_>>, Vec<Line<'_>>) = changed_lines(&removed, &added);
        let signed = |sign: Sign, lines: Vec<Line<'_>>| lines.into_iter().map(|l| (sign, key(l))).collect::<Vec<_>>();
        let mut out = signed(Sign::Removed, removed);
        out.extend(signed(Sign::Added, added));
        let plain = 0o100_644;
        let before = change.base.as_ref().map_or(plain, |base| base.mode);
        if let Some(head) = change.head.as_ref().filter(|head| head.mode != before) {
            out.push((Sign::Added, key(format!("mode {:o}", head.mode).as_bytes())));
        }
        Ok(out)
    }

    /// Commits without merges that `tip` has and `without` has not.
    pub(super) fn range(&self, tip: &Oid, without: &Oid) -> Result<Rc<Vec<Oid>>> {
        let key = (*tip, *without);
        if let Some(known) = self.ranges.borrow().get(&key) {
            return Ok(Rc::clone(known));
        }
        let range = Rc::new(self.objects().range(tip, without)?);
        self.ranges.borrow_mut().insert(key, Rc::clone(&range));
        Ok(range)
    }

    /// Those of the given commits that have the author line and the subject of `id`.
    pub(super) fn namesakes(&self, id: &Oid, known: &[Oid]) -> Result<Vec<Oid>> {
        let (me, mut out) = (self.commit(id)?, Vec::new());
        for other in known {
            let facts = self.commit(other)?;
            if (&facts.author, &facts.subject) == (&me.author, &me.subject) {
                out.push(*other);
            }
        }
        Ok(out)
    }

    /// Which of the given commits, newest first, was copied to `copy`: same author line and subject; else same patch; else same author line
    /// and most changed lines in common, but for those below one that was copied already: copies are made in order. Among equals, therefore,
    /// the oldest one that is not the source of another copy yet.
    pub(super) fn source_among(&self, copy: &Oid, known: &[Oid], copied: &HashSet<Oid>) -> Result<Option<Oid>> {
        let me = self.commit(copy)?;
        let (mut alike, mut same_author) = (Vec::new(), Vec::new());
        for id in known {
            let Some(facts) = self.objects().commit(id)?.filter(|f| f.parents.len() < 2) else {
                continue;
            };
            if facts.author == me.author {
                if copied.iter().all(|later| later == id || !self.history.graph.descends(later, id)) {
                    same_author.push(id);
                }
                if facts.subject == me.subject {
                    alike.push(id);
                }
            }
        }
        if alike.is_empty() {
            for id in known {
                let single = self.objects().commit(id)?.is_some_and(|f| f.parents.len() < 2);
                if single && self.patch_of(id)?.1 == self.patch_of(copy)?.1 {
                    alike.push(id);
                }
            }
        }
        let mine = &self.patch_of(copy)?.0;
        match alike.as_slice() {
            [one] => Ok(Some(*(*one))),
            [] => self.most_in_common(mine, &same_author, 1, copied),
            _ => self.most_in_common(mine, &alike, 0, copied),
        }
    }

    /// Which of the given commits, newest first, was squashed into a commit whose tree went from one to the other: author and subject are
    /// those of the commit that it went into, so only its lines tell, or that it has none.
    pub(super) fn squashed_among(&self, (before, after): (&Oid, &Oid), known: &[Oid], copied: &HashSet<Oid>) -> Result<Option<Oid>> {
        let (changes, mut single) = (self.patch(before, after)?.0, Vec::new());
        for id in known {
            if self.objects().commit(id)?.is_some_and(|facts| facts.parents.len() < 2) {
                single.push(id);
            }
        }
        if changes.is_empty() {
            for id in single.into_iter().rev().filter(|id| !copied.contains(*id)) {
                if self.patch_of(id)?.0.is_empty() {
                    return Ok(Some(*id));
                }
            }
            return Ok(None);
        }
        self.most_in_common(&changes, &single, 1, copied)
    }

    fn most_in_common(&self, mine: &Patch, known: &[&Oid], least: usize, copied: &HashSet<Oid>) -> Result<Option<Oid>> {
        let mut best: Option<((usize, bool), &Oid)> = None;
        for id in known.iter().rev() {
            let common = self.patch_of(id)?.0.keys().filter(|k| mine.contains_key(*k)).count();
            let fit = (common, !copied.contains(*id));
            if common >= least && best.is_none_or(|(most, _)| fit > most) {
                best = Some((fit, id));
            }
        }
        Ok(best.map(|(_, id)| *id))
    }

    /// What a copied commit was copied from, among all that was there when entry `before` was written and has its author line, what it
    /// names itself included: the one with the same subject, else the same patch, else the most changed lines in common; of equals the one
    /// that changes least beside them, or that was not made in this worktree. Where a rewritten history calls its authors otherwise, subject
    /// and patch must be the same. A stash is nobody's source.
    pub(super) fn source_anywhere(&self, copy: &Oid, before: usize) -> Result<Option<Oid>> {
        let (me, mine) = (self.commit(copy)?, self.patch_of(copy)?);
        let mut best = None;
        for id in self.authored_with(copy, before)? {
            let (facts, patch) = (self.commit(&id)?, self.patch_of(&id)?);
            let common = patch.0.keys().filter(|line| mine.0.contains_key(*line)).count();
            let (same_subject, same_patch) = (facts.subject == me.subject, patch.1 == mine.1);
            let is_like = if facts.author == me.author { same_subject || same_patch || common > 0 } else { same_subject && same_patch };
            let likeness = (same_subject, same_patch, common, Reverse(patch.0.len()), !self.born.contains_key(&id));
            if is_like && best.as_ref().is_none_or(|(most, _)| likeness > *most) {
                best = Some((likeness, id));
            }
        }
        Ok(best.map(|(_, id)| id))
    }

    /// The commits that were there when entry `before` was written and were authored at the time of `copy`.
    pub(super) fn authored_with(&self, copy: &Oid, before: usize) -> Result<Vec<Oid>> {
        /// So many commits with one author line are looked at; a line holds the second, so there are seldom two.
        const MOST: usize = 500;
        let (me, mut out) = (self.commit(copy)?, Vec::new());
        for id in self.objects().authored_with(&me.author)?.into_iter().take(MOST).chain(me.copied_from) {
            let made_later = self.born.get(&id).is_some_and(|i| *i >= before);
            let single = self.objects().commit(&id)?.is_some_and(|facts| facts.parents.len() < 2);
            if single && id != *copy && !made_later && !self.history.graph.descends(&id, copy) {
                out.push(id);
            }
        }
        Ok(out)
    }

    /// The entry that made a commit, or the end of the log.
    pub(super) fn born(&self, id: &Oid) -> usize {
        self.born.get(id).copied().unwrap_or(self.history.log.len())
    }

    /// `x` with its files arranged as in `z`, but for lines whose order the start's worktree and others' commits all have.
    pub(super) fn arranged(&self, x: &Oid, z: &Oid) -> Result<Oid> {
        self.files.arranged(x, z, self.versions()?)
    }

    /// The trees in which nobody moved a line for the session: of the start, of what HEAD at the end stands on, and of the commits in HEAD
    /// that others wrote or that were made elsewhere. None where there are too many to look at.
    fn versions(&self) -> Result<&[Oid]> {
        /// So many are looked at.
        const MOST: usize = 100;
        if let Some(known) = self.versions.get() {
            return Ok(known);
        }
        let mut trees = vec![self.history.start.tree, self.given()?];
        let mut ids: Vec<_> = self.history.graph.reached(&self.history.end.head).into_iter().collect();
        ids.sort_unstable();
        for id in ids {
            let facts = self.commit(id)?;
            if !self.born.contains_key(id) || self.history.is_others(&facts.author) {
                trees.push(facts.tree);
            }
            if trees.len() > MOST {
                trees.clear();
                break;
            }
        }
        Ok(self.versions.get_or_init(|| trees))
    }

    /// The tree of the newest commit that HEAD at the end stands on, or that was amended into it, with nothing made in this worktree since
    /// the start below it.
    pub(super) fn given(&self) -> Result<Oid> {
        if let Some(known) = self.given.get() {
            return Ok(*known);
        }
        let (graph, mut newest, mut before) = (&self.history.graph, self.history.end.head.as_ref(), self.history.log.len());
        while let Some(id) = newest
            && graph.reached([id]).into_iter().any(|id| self.born.contains_key(id))
        {
            let by_amend = self.born.get(id).copied().filter(|i| *i < before && self.classes[*i] == Class::Amend);
            newest = by_amend.map(|i| &self.entry(i).old).or_else(|| graph.parents(id).first());
            before = by_amend.unwrap_or(before);
        }
        let tree = self.tree(newest)?;
        Ok(*self.given.get_or_init(|| tree))
    }

    /// What appeared since the start and is within reach of HEAD or a ref at the end.
    pub(super) fn reachable(&self) -> HashSet<&'a Oid> {
        let history = self.history;
        history.graph.reached(history.tips().map(|(_, id)| id).chain(&history.end.head))
    }

    /// As much of it as HEAD, a branch or a tag of this repository has.
    pub(super) fn at_hand(&self) -> HashSet<&'a Oid> {
        let history = self.history;
        let own = history.tips().filter(|(name, _)| name.starts_with("refs/heads/") || name.starts_with("refs/tags/"));
        history.graph.reached(own.map(|(_, id)| id).chain(&history.end.head))
    }
}

/// The classes of all movements. A message that names the commit it made, whatever stands before that, is of a commit.
fn classes(history: &History, objects: &dyn Objects) -> Result<Vec<Class>> {
    let mut classes = history.classes();
    for (entry, class) in history.log.iter().zip(&mut classes).filter(|(_, class)| !class.makes() || **class == Class::Merge) {
        if *history.graph.parents(&entry.new) == [entry.old]
            && objects.commit(&entry.new)?.is_some_and(|facts| entry.is_named_by(&facts.subject))
        {
            *class = Class::Commit;
        }
    }
    Ok(classes)
}
