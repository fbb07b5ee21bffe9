//! What is known about a session before any object is read: both ends, HEAD's movements, the commits that appeared.
//!
//! Plain values, gathered by `git::history`.

use std::collections::{HashMap, HashSet};

use super::reflog::{Class, LogEntry, classify};
use crate::change::{Oid, RepoPath, WorktreeState};

/// What the movements of HEAD stand on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Basis {
    /// HEAD's reflog, entry by entry.
    Reflog,
    /// HEAD's reflog, which does not tell of all movements; what it leaves out, by the commits passed.
    Partly,
    /// The commits that hooks recorded; movements of HEAD were not.
    Hooks,
    /// Both ends and the committer's identity; movements of HEAD were not recorded.
    Ends,
}

/// What git has begun and not concluded, since it stopped at a conflict or was told to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// What it is.
    pub what: Unfinished,
    /// The tree that git wrote where it stopped at a conflict, with its marks of conflict in the files.
    pub written: Option<Oid>,
}

/// The kinds of things that git can be in the middle of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfinished {
    /// These are being merged into HEAD.
    Merge(Vec<Oid>),
    /// This one is being copied, by `git cherry-pick`.
    Pick(Oid),
    /// This one is being copied by a rebase.
    Rebase(Oid),
    /// A commit is being taken back.
    Revert,
    /// A commit is being searched for: HEAD stands where the search is.
    Bisect,
}

impl Unfinished {
    /// The commits that it brings in.
    pub fn brings(&self) -> &[Oid] {
        match self {
            Self::Merge(heads) => heads,
            Self::Pick(source) | Self::Rebase(source) => std::slice::from_ref(source),
            Self::Revert | Self::Bisect => &[],
        }
    }
}

/// Everything about a session that is known without looking into objects.
#[derive(Clone, Debug)]
pub struct History {
    /// Where the worktree stood at the start.
    pub start: WorktreeState,
    /// Where it stood at the end.
    pub end: WorktreeState,
    /// Movements of HEAD in between, oldest first.
    pub log: Vec<LogEntry>,
    /// What the movements stand on.
    pub basis: Basis,
    /// The commits that no ref reached at the start.
    pub graph: Graph,
    /// The `(start)` entry of a rebase that was under way at the start.
    pub open_rebase: Option<LogEntry>,
    /// Tips before a rebase of a branch that was named: by the entry that ended the rebase, from that branch's own reflog.
    pub rebased: HashMap<usize, Oid>,
    /// A rebase is stopped in the middle at the end.
    pub rebasing: bool,
    /// Tips that remote-tracking branches have at the end and that were not pushed from here.
    pub fetched: Vec<Oid>,
    /// What remote-tracking branches came to hold in the session and did not get from here, entries of their own logs.
    pub arrivals: Vec<LogEntry>,
    /// What git is in the middle of at the end, a commit that is not made yet.
    pub pending: Option<Pending>,
    /// Stashes made in the session that are in no list any more, as far as they can still be found, oldest first.
    pub dropped_stashes: Vec<Oid>,
    /// Files with a conflict that is not resolved at the end, whatever brought it.
    pub unmerged: Vec<RepoPath>,
    /// Resets that went back along history older than the session, as old and new.
    pub backward: HashSet<(Oid, Oid)>,
    /// The commits older than the session that an entry brought into HEAD's history, where it did.
    pub older: HashMap<usize, Brought>,
    /// Name and address of whoever works here, as an author line begins; empty where git knows none.
    pub identity: String,
    /// Commits that refs point at by way of an annotated tag, by the tag's full name.
    pub peeled: HashMap<String, Oid>,
}

impl History {
    /// Stashes that were there at the start, what a rebase that was under way had put away among them.
    pub(super) fn old_stashes(&self) -> impl Iterator<Item = &Oid> {
        self.start.stashes.iter().chain(&self.start.autostash)
    }

    /// Stashes that were made in the session and are still there, what a rebase under way has put away among them.
    pub(super) fn new_stashes(&self) -> impl Iterator<Item = &Oid> {
        self.end.stashes.iter().chain(&self.end.autostash).filter(|stash| !self.old_stashes().any(|old| old == *stash))
    }

    /// Whether a stash still holds at the end what was put away.
    pub(super) fn still_holds(&self, stash: &Oid) -> bool {
        self.end.stashes.contains(stash) || self.end.autostash.as_ref() == Some(stash)
    }

    pub(super) fn classes(&self) -> Vec<Class> {
        self.log.iter().map(|entry| classify(&entry.message)).collect()
    }

    /// The rebased branch's tip before a rebase, where the branch was named and HEAD stood elsewhere.
    pub(super) fn rebased_tip(&self, from: usize, classes: &[Class]) -> Option<&Oid> {
        let mut entries = (from..rebase_end(from, classes, self.rebasing)).filter(|i| classes[*i] == Class::RebaseEnd);
        self.rebased.get(&entries.find(|i| self.log[*i].message.contains("returning to refs/"))?)
    }

    /// Whether an author line is of somebody else than who works here; not where git does not know who that is.
    pub(super) fn is_others(&self, author: &[u8]) -> bool {
        !self.identity.is_empty() && !is_by(&self.identity, author)
    }

    /// Whether the commit came from a remote: somebody else may have made it.
    pub(super) fn is_at_remote(&self, id: &Oid) -> bool {
        self.graph.reached(&self.fetched).contains(id)
    }

    /// Whether a remote-tracking branch has the commit, wherever it was made.
    pub(super) fn is_on_remote_branch(&self, id: &Oid) -> bool {
        let remote = self.end.refs.iter().filter(|(name, _)| name.starts_with("refs/remotes/"));
        self.graph.reached(remote.map(|(_, tip)| tip)).contains(id)
    }

    /// Refs at the end that keep a commit alive, with the commit: all but the stash, what `git filter-branch` keeps of before, and the
    /// labels of a rebase under way.
    pub(super) fn tips(&self) -> impl Iterator<Item = (&str, &Oid)> {
        let internal = |name: &str| name == "refs/stash" || name.starts_with("refs/original/") || name.starts_with("refs/rewritten/");
        let refs = self.end.refs.iter().filter(move |(name, _)| !internal(name));
        refs.map(|(name, id)| (name.as_str(), self.peeled.get(name).unwrap_or(id)))
    }
}

/// Where the entries of a rebase end whose `(start)` stands just before `from`: commits made at a stop lie in between, commits made
/// after it do not. A rebase of a detached HEAD has no `(finish)`. `rebasing`: the last one is still stopped in the middle.
pub(super) fn rebase_end(from: usize, classes: &[Class], rebasing: bool) -> usize {
    let mut end = from;
    for (j, class) in classes.iter().enumerate().skip(from) {
        match class {
            Class::RebaseStart => return end,
            Class::RebaseEnd | Class::RebaseAbort => return j + 1,
            Class::Replay => end = j + 1,
            _ => {}
        }
    }
    if rebasing { classes.len() } else { end }
}

/// Whether an author line is of this identity; of none where that is not known.
fn is_by(identity: &str, author: &[u8]) -> bool {
    !identity.is_empty() && author.starts_with(identity.as_bytes())
}

/// How many commits a movement brought into HEAD's history that the session did not make, by whose they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Brought {
    /// By other people.
    pub others: usize,
    /// By whoever works here: made before the start, or not in this worktree.
    pub own: usize,
}

impl Brought {
    /// Adds one that this author made.
    pub fn count(&mut self, author: &[u8], identity: &str) {
        if is_by(identity, author) { self.own += 1 } else { self.others += 1 }
    }

    /// Whether there is none.
    pub fn is_nothing(self) -> bool {
        self.others + self.own == 0
    }
}

/// Commits that appeared since the start, with their parents.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    parents: HashMap<Oid, Vec<Oid>>,
}

impl Graph {
    /// From commits with their parents, in any order.
    pub fn new(commits: impl IntoIterator<Item = (Oid, Vec<Oid>)>) -> Self {
        Self { parents: commits.into_iter().collect() }
    }

    /// Whether the commit appeared since the start.
    pub fn has(&self, id: &Oid) -> bool {
        self.parents.contains_key(id)
    }

    /// Parents of a commit that appeared since the start; nothing for others.
    pub fn parents(&self, id: &Oid) -> &[Oid] {
        self.parents.get(id).map_or(&[], Vec::as_slice)
    }

    /// The commits among `tips` and their ancestors that appeared since the start.
    pub(super) fn reached<'a>(&'a self, tips: impl IntoIterator<Item = &'a Oid>) -> HashSet<&'a Oid> {
        let (mut out, mut open): (HashSet<&Oid>, Vec<&Oid>) = (HashSet::new(), tips.into_iter().collect());
        while let Some(id) = open.pop() {
            if self.has(id) && out.insert(id) {
                open.extend(self.parents(id));
            }
        }
        out
    }

    /// The first commits below `id` (or itself) that did not appear since the start.
    pub fn edge<'a>(&'a self, id: &'a Oid) -> HashSet<&'a Oid> {
        let new = self.reached([id]);
        let below = new.iter().flat_map(|id| self.parents(id)).chain([id]);
        below.filter(|id| !self.has(id)).collect()
    }

    /// Whether `id` is `ancestor` or descends from it; knows only commits that appeared since the start.
    pub(super) fn descends(&self, id: &Oid, ancestor: &Oid) -> bool {
        self.has(ancestor) && self.reached([id]).contains(ancestor)
    }

    /// Whether the history of `id` was begun anew since the start, and `other` has nothing of it.
    pub(super) fn is_begun_anew(&self, id: &Oid, other: &Oid) -> bool {
        self.has(id) && self.edge(id).is_empty() && self.reached([id]).is_disjoint(&self.reached([other]))
    }

    /// The ancestors of `id` (and itself) that are not yet `done`, parents before children.
    pub(super) fn parents_first<'a>(&'a self, id: &'a Oid, done: impl Fn(&Oid) -> bool) -> Vec<&'a Oid> {
        let (mut out, mut seen, mut open) = (Vec::new(), HashSet::new(), vec![(id, false)]);
        while let Some((id, parents_done)) = open.pop() {
            if parents_done {
                out.push(id);
            } else if self.has(id) && !done(id) && seen.insert(id) {
                open.push((id, true));
                open.extend(self.parents(id).iter().map(|p| (p, false)));
            }
        }
        out
    }
}

impl History {
    /// Whether HEAD went back along its own history. Below the commits that appeared since the start only the ends are known.
    pub(super) fn is_behind(&self, new: &Oid, old: &Oid) -> bool {
        if self.graph.has(old) {
            let seen = self.graph.reached([old]);
            return seen.contains(new) || seen.iter().any(|id| self.graph.parents(id).contains(new));
        }
        self.backward.contains(&(*old, *new))
    }
}
