//! The truth: what each commit would hold, and the worktree, had the session's owner changed nothing.
//!
//! Works on sets of lines, told by whoever plays what was done. Knows nothing of reflogs and nothing of the product's code.

use std::collections::{BTreeMap, HashMap};

use crate::sandbox::Lines;

/// A commit, as far as it matters.
#[derive(Clone, Debug, Default)]
pub struct Node {
    pub parents: Vec<String>,
    /// What it holds.
    pub full: Lines,
    /// What it would hold without the session.
    pub foreign: Lines,
    /// Made in the session.
    pub made: bool,
    /// The session's own.
    pub mine: bool,
    /// Whether it counts as the session's is open: an own commit went into it, and nothing that is not in others' commits is left of that.
    pub open: bool,
}

/// A stash entry.
#[derive(Clone, Debug)]
pub struct Stash {
    pub id: String,
    /// Both sides of what it is based on, and of what it holds.
    pub base: (Lines, Lines),
    pub top: (Lines, Lines),
    /// It was there at the start.
    pub old: bool,
    /// What it holds came back once.
    pub given_back: bool,
}

/// Everything that is known.
#[derive(Default)]
pub struct Model {
    pub nodes: HashMap<String, Node>,
    /// The worktree without the session.
    pub without: Lines,
    /// Newest first.
    pub stashes: Vec<Stash>,
    /// Staged at the start, neither in HEAD nor in the worktree.
    pub staged: Lines,
}

/// Three-way merge of sets of lines: exact, and never in conflict.
pub fn merge(base: &Lines, ours: &Lines, theirs: &Lines) -> Lines {
    let kept = base.iter().filter(|l| ours.contains(*l) && theirs.contains(*l));
    let added = ours.union(theirs).filter(|l| !base.contains(*l));
    kept.chain(added).cloned().collect()
}

/// What a commit holds of the worktree without the session.
pub fn recorded(parent: &Lines, without: &Lines, tree: &Lines) -> Lines {
    let both = parent.intersection(without).cloned();
    let either = parent.symmetric_difference(without).filter(|l| tree.contains(*l)).cloned();
    both.chain(either).collect()
}

impl Model {
    pub fn foreign(&self, id: Option<&String>) -> Lines {
        id.map(|id| self.nodes[id].foreign.clone()).unwrap_or_default()
    }

    pub fn full(&self, id: Option<&String>) -> Lines {
        id.map(|id| self.nodes[id].full.clone()).unwrap_or_default()
    }

    /// HEAD's foreign content went from one to the other, the worktree along with it.
    pub fn moved(&mut self, from: &Lines, to: &Lines) {
        self.without = merge(from, &self.without, to);
    }

    /// A commit from the worktree, on top of or in place of `before`.
    pub fn commit(&mut self, id: &str, before: Option<&String>, parents: Vec<String>, full: Lines, mine: bool) {
        let mut foreign = recorded(&self.foreign(before), &self.without, &full);
        foreign.extend(self.staged.intersection(&full).cloned());
        self.nodes.insert(id.to_owned(), Node { parents, full, foreign, made: true, mine, open: false });
    }

    /// Whether all that a commit changes is changed by commits that are not the session's.
    pub fn is_all_in_others(&self, parent: Option<&String>, full: &Lines) -> bool {
        let others = self.nodes.values().filter(|node| !node.mine);
        let changed = |parent: &Lines, full: &Lines| (full - parent, parent - full);
        let (mut added, mut removed) = changed(&self.full(parent), full);
        for node in others {
            let (adds, removes) = changed(&self.full(node.parents.first()), &node.full);
            (added, removed) = (&added - &adds, &removed - &removes);
        }
        added.is_empty() && removed.is_empty()
    }

    /// The worktree goes into a stash, all but `left`: untracked files that stay.
    pub fn push_stash(&mut self, id: &str, head: &(Lines, Lines), full: Lines) {
        let (dirt, gone) = (&self.without - &head.1, &head.1 - &self.without);
        let taken: Lines = dirt.intersection(&full).cloned().collect();
        let deleted: Lines = gone.difference(&full).cloned().collect();
        let top = &(&head.1 | &taken) - &deleted;
        self.without = &(&self.without - &taken) | &deleted;
        self.stashes.insert(0, Stash { id: id.to_owned(), base: head.clone(), top: (full, top), old: false, given_back: false });
    }

    /// A stash comes back, or is thrown away: what it held of the dirt belongs to the worktree again.
    pub fn take_back(&mut self, stash: &Stash) {
        self.without = merge(&stash.base.1, &self.without, &stash.top.1);
    }

    /// All that `tip` reaches.
    pub fn reached(&self, tips: &[String]) -> BTreeMap<String, &Node> {
        let (mut out, mut open) = (BTreeMap::new(), tips.to_vec());
        while let Some(id) = open.pop() {
            if let Some(node) = self.nodes.get(&id)
                && out.insert(id, node).is_none()
            {
                open.extend(node.parents.iter().cloned());
            }
        }
        out
    }
}
