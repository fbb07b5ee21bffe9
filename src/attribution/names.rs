//! Files under other names: which file of one tree is which of another, as git would say it of the two.
//!
//! By content alone, for two trees at a time. Who changed a name is decided elsewhere.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use anyhow::Result;

use super::files::Files;
use super::lines;
use super::objects::PathEntry;
use super::trees::{Differing, Edits};
use crate::change::{Oid, RepoPath};

/// The files that have another name in a second tree.
#[derive(Clone, Debug, Default)]
pub(super) struct Renames {
    new: BTreeMap<RepoPath, RepoPath>,
    old: BTreeMap<RepoPath, RepoPath>,
}

/// Pairs of trees with what was renamed between them.
pub(super) type KnownRenames = HashMap<(Oid, Oid), Rc<Renames>>;

/// More files than this, of those that are gone and of those that are new, are not compared by content.
const MOST: usize = 200;
/// So much of two files, in thousandths, stands in both at least; git's own measure for a rename.
const ALIKE: usize = 500;

impl Renames {
    /// What the file is called in the second tree, where it has another name there.
    pub(super) fn new_name(&self, path: &RepoPath) -> Option<&RepoPath> {
        self.new.get(path)
    }

    /// What it was called in the first tree, where it had another name there.
    pub(super) fn old_name(&self, path: &RepoPath) -> Option<&RepoPath> {
        self.old.get(path)
    }

    fn note(&mut self, old: &RepoPath, new: &RepoPath) {
        self.new.insert(old.clone(), new.clone());
        self.old.insert(new.clone(), old.clone());
    }
}

/// A file that has another name in the second of two trees.
pub(super) struct Renamed {
    pub(super) old: RepoPath,
    pub(super) new: RepoPath,
    pub(super) before: Option<PathEntry>,
    pub(super) after: Option<PathEntry>,
}

/// A file that only one of two trees has.
type Only<'b> = (&'b RepoPath, &'b PathEntry);

impl Files<'_> {
    /// The path at which `to` has the file that `from` has at `path`, where it is another one.
    pub(super) fn moved(&self, from: &Oid, to: &Oid, path: &RepoPath) -> Result<Option<RepoPath>> {
        if self.trees.entry(from, path)?.is_none() || self.trees.entry(to, path)?.is_some() {
            return Ok(None);
        }
        Ok(self.renames(from, to)?.new_name(path).cloned())
    }

    /// What `tree` has of the file that `of` has at `path`, under whatever name.
    pub(super) fn entry_of(&self, tree: &Oid, of: &Oid, path: &RepoPath) -> Result<Option<PathEntry>> {
        match self.trees.entry(tree, path)? {
            None => self.moved(of, tree, path)?.map_or(Ok(None), |to| self.trees.entry(tree, &to)),
            found => Ok(found),
        }
    }

    /// The file at one of whose names two trees differ, where the second one has it under another name.
    pub(super) fn renamed_between(&self, differing: &Differing, (x, y): (&Oid, &Oid)) -> Result<Option<Renamed>> {
        let (renames, path) = (self.renames(x, y)?, &differing.path);
        let (old, new) = match (renames.old_name(path), renames.new_name(path)) {
            (Some(old), _) if differing.base.is_none() => (old, path),
            (_, Some(new)) if differing.head.is_none() => (path, new),
            _ => return Ok(None),
        };
        let (before, after) = (self.trees.entry(x, old)?, self.trees.entry(y, new)?);
        Ok(Some(Renamed { old: old.clone(), new: new.clone(), before, after }))
    }

    /// `x` with its files under the names that `other` has for them.
    pub(super) fn under_names_of(&self, x: &Oid, other: &Oid) -> Result<Oid> {
        let mut edits = Edits::new();
        for (old, new) in &self.renames(x, other)?.new {
            edits.extend([(old.clone(), None), (new.clone(), self.trees.entry(x, old)?)]);
        }
        self.trees.edited(x, &edits)
    }

    /// `x` with these files under other names: from, to. Where it has a file under the other name as well, both are one.
    pub(super) fn renamed_to(&self, x: &Oid, names: &[(RepoPath, RepoPath)]) -> Result<Oid> {
        let mut edits = Edits::new();
        for (old, new) in names {
            let entry = match (self.trees.entry(x, old)?, self.trees.entry(x, new)?) {
                (Some(mine), Some(there)) => self.merge_file(None, &there, &mine)?.0,
                (mine, there) => mine.or(there),
            };
            edits.extend([(old.clone(), None), (new.clone(), entry)]);
        }
        self.trees.edited(x, &edits)
    }

    /// The files that have other names in `to` than in `from`: those with the same content first, then those most alike.
    pub(super) fn renames(&self, from: &Oid, to: &Oid) -> Result<Rc<Renames>> {
        let key = (*from, *to);
        if let Some(known) = self.renames.borrow().get(&key) {
            return Ok(Rc::clone(known));
        }
        let changes = self.trees.differing(from, to)?;
        let found = Rc::new(self.find_renames(&changes)?);
        self.renames.borrow_mut().insert(key, Rc::clone(&found));
        Ok(found)
    }

    fn find_renames(&self, changes: &[Differing]) -> Result<Renames> {
        let only = |here: fn(&Differing) -> (&Option<PathEntry>, &Option<PathEntry>)| -> Vec<Only<'_>> {
            let one_sided = changes.iter().filter(|change| here(change).1.is_none());
            one_sided.filter_map(|change| here(change).0.as_ref().map(|entry| (&change.path, entry))).collect()
        };
        let (gone, new) = (only(|change| (&change.base, &change.head)), only(|change| (&change.head, &change.base)));
        let mut found = Renames::default();
        if gone.is_empty() || new.is_empty() {
            return Ok(found);
        }
        self.find_same(&gone, &new, &mut found)?;
        let gone: Vec<Only<'_>> = gone.into_iter().filter(|(path, _)| !found.new.contains_key(*path)).take(MOST).collect();
        let new: Vec<Only<'_>> = new.into_iter().filter(|(path, _)| !found.old.contains_key(*path)).take(MOST).collect();
        self.find_alike(&gone, &new, &mut found)?;
        Ok(found)
    }

    /// Files with the same content; with the same file name before others. Of files without content nothing can be said.
    fn find_same(&self, gone: &[Only<'_>], new: &[Only<'_>], found: &mut Renames) -> Result<()> {
        let nothing = self.trees.objects.keep_text(Vec::new())?;
        let mut by_content: HashMap<&Oid, Vec<&RepoPath>> = HashMap::new();
        for (path, entry) in new.iter().filter(|(_, entry)| entry.id != nothing) {
            by_content.entry(&entry.id).or_default().push(path);
        }
        for (path, entry) in gone {
            let Some(same) = by_content.get_mut(&entry.id).filter(|same| !same.is_empty()) else { continue };
            let at = same.iter().position(|new| new.file_name() == path.file_name()).unwrap_or(0);
            found.note(path, same.remove(at));
        }
        Ok(())
    }

    fn find_alike(&self, gone: &[Only<'_>], new: &[Only<'_>], found: &mut Renames) -> Result<()> {
        let mut pairs = Vec::new();
        for (old_path, old) in gone {
            for (new_path, entry) in new {
                let likeness = self.likeness(old, entry)?;
                if likeness >= ALIKE {
                    pairs.push((likeness, old_path.file_name() == new_path.file_name(), *old_path, *new_path));
                }
            }
        }
        pairs.sort_by_key(|(likeness, same_name, ..)| (std::cmp::Reverse(*likeness), !*same_name));
        let mut taken: HashSet<(bool, &RepoPath)> = HashSet::new();
        for (_, _, old, new) in pairs {
            if !taken.contains(&(false, old)) && !taken.contains(&(true, new)) {
                taken.extend([(false, old), (true, new)]);
                found.note(old, new);
            }
        }
        Ok(())
    }

    /// How alike two files are, in thousandths; files without lines are not.
    fn likeness(&self, old: &PathEntry, new: &PathEntry) -> Result<usize> {
        let key = (old.id, new.id);
        if let Some(known) = self.likenesses.borrow().get(&key) {
            return Ok(*known);
        }
        let likeness = match (self.load(Some(old))?, self.load(Some(new))?) {
            (Some(old), Some(new)) => lines::likeness(&old.lines(), &new.lines()),
            _ => 0,
        };
        self.likenesses.borrow_mut().insert(key, likeness);
        Ok(likeness)
    }
}

#[cfg(test)]
mod tests {
    use super::super::files::tests::tree;
    use super::super::memory::Memory;
    use super::super::trees::Trees;
    use super::*;

    #[test]
    fn files_are_known_again_under_other_names() {
        let memory = Memory::default();
        let files = Files::new(Trees::new(&memory).expect("trees"));
        for (from, to, renamed) in [
            ("a=1/2/3", "b=1/2/3", "a>b"),
            ("a=1/2/3", "a=1/2/3 b=1/2/3", ""),
            ("a=1/2/3/4", "b=1/2/x/y", "a>b"),
            ("a=1/2/3/4", "b=1/x/y/z", ""),
            ("a", "b", ""),
            ("x/f=1 x/g=1", "y/g=1 y/f=1", "x/f>y/f x/g>y/g"),
            ("a=1/2/3/4 b=1/2/3/5", "c=1/2/3/5/6", "b>c"),
            ("a=1/2/3/4 b=1/2/3/5", "c=1/2/3/5/6 d=1/2/3/4/7", "a>d b>c"),
        ] {
            let renames = files.renames(&tree(&files, from), &tree(&files, to)).expect("renames");
            let shown: Vec<String> = renames.new.iter().map(|(old, new)| format!("{old}>{new}")).collect();
            assert_eq!(shown.join(" "), renamed, "{from} | {to}");
        }
    }
}
