//! Merges: what git would make of commits, of their foreign parts, and what the foreign part of a merge must be.
//!
//! A merge may put all files of one side into a folder, as `git subtree` does with another project. Which folder is not recorded: the tree
//! that came out tells.

use anyhow::Result;

use super::deletion_conflicts::MergeSide;
use super::objects::{DIRECTORY, Named, PathEntry};
use super::replay::Replay;
use super::restored::RestoreScope;
use super::trees::{Edits, Trees};
use crate::change::{Oid, RepoPath};

/// A commit that is merged.
#[derive(Clone, Debug)]
pub(super) struct Joined {
    id: Oid,
    /// The folder that its files are put into, where that is not the top.
    folder: Option<RepoPath>,
}

impl Joined {
    /// As it is.
    pub(super) fn plain(id: &Oid) -> Self {
        Self { id: *id, folder: None }
    }
}

impl Replay<'_, '_> {
    /// The parents of a merge whose tree is `tree`.
    pub(super) fn joined(&self, parents: &[Oid], tree: &Oid) -> Result<Vec<Joined>> {
        let Some((first, others)) = parents.split_first() else { return Ok(Vec::new()) };
        let (trees, below) = (&self.case.files.trees, self.case.tree(Some(first))?);
        let mut out = vec![Joined::plain(first)];
        for id in others {
            out.push(Joined { id: *id, folder: trees.folder_of(&self.case.tree(Some(id))?, &below, tree)? });
        }
        Ok(out)
    }

    /// What the foreign part of a merge must be whose tree is `tree`.
    pub(super) fn expected_of_merge(&mut self, parents: &[Oid], tree: &Oid) -> Result<Oid> {
        let joined = self.joined(parents, tree)?;
        let merged = self.merged_parents(&joined)?;
        let mut expected = merged;
        let sides = joined.iter().map(|parent| self.side(parent)).collect::<Result<Vec<_>>>()?;
        for side in &sides {
            expected = self.case.files.restore(&expected, &side.foreign, tree, RestoreScope::All)?;
        }
        expected = self.case.files.as_kept(&expected, &merged, &sides, tree)?;
        let whole = self.merged_trees(&joined)?;
        // where nobody resolved anything, it is the same merge of the foreign parts, and nothing else
        let expected = self.case.files.with_alike(&expected, &merged, (&whole, tree))?;
        let kept = self.case.files.brought(&merged, &expected)?;
        self.note_conflicts(&kept);
        Ok(expected)
    }

    fn side(&mut self, joined: &Joined) -> Result<MergeSide> {
        let (tree, foreign) = (self.case.tree(Some(&joined.id))?, self.foreign(&joined.id)?);
        let trees = &self.case.files.trees;
        Ok(MergeSide { tree: trees.put_into(joined.folder.as_ref(), tree)?, foreign: trees.put_into(joined.folder.as_ref(), foreign)? })
    }

    /// What git would make of the foreign parts of these commits.
    pub(super) fn merged_parents(&mut self, parents: &[Joined]) -> Result<Oid> {
        self.auto_merge(parents, 0, Self::foreign)
    }

    /// What git would make of these commits.
    pub(super) fn merged_trees(&mut self, parents: &[Joined]) -> Result<Oid> {
        self.auto_merge(parents, 0, |replay, id| replay.case.tree(Some(id)))
    }

    /// Merges commits one after the other, bases found in the real history. Several bases are merged themselves first, as git does.
    fn auto_merge(&mut self, commits: &[Joined], depth: usize, tree: fn(&mut Self, &Oid) -> Result<Oid>) -> Result<Oid> {
        /// Deeper than this one of several bases is taken.
        const DEEPEST: usize = 6;
        let Some((first, rest)) = commits.split_first() else {
            return Ok(self.case.files.trees.empty);
        };
        let mut out = tree(self, &first.id)?;
        for other in rest {
            let mut bases: Vec<Joined> = self.case.objects().merge_bases(&first.id, &other.id)?.iter().map(Joined::plain).collect();
            bases.truncate(if depth < DEEPEST { bases.len() } else { 1 });
            let (base, theirs) = (self.auto_merge(&bases, depth + 1, tree)?, tree(self, &other.id)?);
            let [base, theirs] = [base, theirs].map(|tree| self.case.files.trees.put_into(other.folder.as_ref(), tree));
            out = self.merge(&base?, &out, &theirs?)?;
        }
        Ok(out)
    }
}

impl Trees<'_> {
    /// The folder of `merged` into which a merge with `below` put all files of `side`; none where that is the top. All that the merge
    /// changed is in it, and more of what the side has is there, or known by name there, than at the top.
    fn folder_of(&self, side: &Oid, below: &Oid, merged: &Oid) -> Result<Option<RepoPath>> {
        let (known, at_top) = (self.objects.tree(side)?, self.objects.tree(merged)?);
        let mut best = likeness(&known, &at_top);
        if known.iter().all(|named| at_top.contains(named)) {
            return Ok(None);
        }
        let (changes, mut found) = (self.differing(below, merged)?, None);
        for folder in changes.first().map(|change| change.path.folders()).into_iter().flatten() {
            if !changes.iter().all(|change| change.path.is_below(&folder)) {
                continue;
            }
            let Some(id) = self.folder(merged, &folder)? else { continue };
            let there = likeness(&known, &self.objects.tree(&id)?);
            if there > best && there >= known.len() {
                (best, found) = (there, Some(folder));
            }
        }
        Ok(found)
    }

    /// A tree that has `tree` as a folder and nothing else.
    fn put_into(&self, folder: Option<&RepoPath>, tree: Oid) -> Result<Oid> {
        match folder {
            Some(folder) if tree != self.empty => {
                let entry = PathEntry { mode: DIRECTORY, id: tree };
                self.edited(&self.empty, &Edits::from([(folder.clone(), Some(entry))]))
            }
            _ => Ok(tree),
        }
    }

    fn folder(&self, tree: &Oid, path: &RepoPath) -> Result<Option<Oid>> {
        let mut id = *tree;
        for name in path.as_bytes().split(|&b| b == b'/') {
            let listed = self.objects.tree(&id)?;
            let Some(named) = listed.iter().find(|named| named.name == name && named.entry.is_tree()) else { return Ok(None) };
            id = named.entry.id;
        }
        Ok(Some(id))
    }
}

/// How much of what one folder holds another one holds as well: what is the same counts twice, what has only the name and the kind once.
fn likeness(known: &[Named], there: &[Named]) -> usize {
    let of = |named: &Named| {
        let same_name = there.iter().find(|other| other.name == named.name);
        same_name.map_or(0, |other| if other.entry == named.entry { 2 } else { usize::from(other.entry.mode == named.entry.mode) })
    };
    known.iter().map(of).sum()
}
