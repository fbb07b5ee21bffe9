//! Trees by paths: what differs between two, what a path leads to, a tree with some paths changed.
//!
//! Costs follow what differs: equal directories are never opened. Knows nothing of lines.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use anyhow::Result;

use super::objects::{DIRECTORY, Named, Objects, PathEntry};
use crate::change::{Oid, RepoPath};

/// A path that differs between two trees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Differing {
    pub(super) path: RepoPath,
    pub(super) base: Option<PathEntry>,
    pub(super) head: Option<PathEntry>,
}

/// Paths to set, or to remove where there is no entry.
pub(super) type Edits = BTreeMap<RepoPath, Option<PathEntry>>;

/// Directories nested deeper than this are taken as one indivisible thing.
const DEEPEST: usize = 1000;

type Compared = HashMap<(Oid, Oid), Rc<Vec<Differing>>>;

/// A view of trees that remembers what it compared.
pub(super) struct Trees<'a> {
    pub(super) objects: &'a dyn Objects,
    compared: RefCell<Compared>,
    /// The tree without entries.
    pub(super) empty: Oid,
}

impl<'a> Trees<'a> {
    pub(super) fn new(objects: &'a dyn Objects) -> Result<Self> {
        let empty = objects.keep_tree(Vec::new())?;
        Ok(Self { objects, compared: RefCell::default(), empty })
    }

    /// All paths that differ, sorted.
    pub(super) fn differing(&self, base: &Oid, head: &Oid) -> Result<Rc<Vec<Differing>>> {
        let key = (*base, *head);
        if let Some(known) = self.compared.borrow().get(&key) {
            return Ok(Rc::clone(known));
        }
        let mut out = Vec::new();
        let mut open = vec![(Vec::new(), Some(*base), Some(*head), 0)];
        while let Some((prefix, base, head, depth)) = open.pop() {
            self.compare(&prefix, (base, head), depth, &mut out, &mut open)?;
        }
        out.sort_by(|a, b| a.path.cmp(&b.path));
        let out = Rc::new(out);
        self.compared.borrow_mut().insert(key, Rc::clone(&out));
        Ok(out)
    }

    fn compare(
        &self,
        prefix: &[u8],
        sides: (Option<Oid>, Option<Oid>),
        depth: usize,
        out: &mut Vec<Differing>,
        open: &mut Vec<Open>,
    ) -> Result<()> {
        if sides.0 == sides.1 {
            return Ok(());
        }
        for (name, base, head) in paired(&self.listed(sides.0)?, &self.listed(sides.1)?) {
            let path = [prefix, name].concat();
            let below = depth < DEEPEST;
            let tree = |side: &Option<PathEntry>| side.as_ref().filter(|e| below && e.is_tree()).map(|e| e.id);
            let file = |side: Option<PathEntry>| side.filter(|e| !(below && e.is_tree()));
            if tree(&base).is_some() || tree(&head).is_some() {
                open.push(([&path[..], b"/"].concat(), tree(&base), tree(&head), depth + 1));
            }
            let (base, head) = (file(base), file(head));
            if base.is_some() || head.is_some() {
                out.push(Differing { path: RepoPath::new(path), base, head });
            }
        }
        Ok(())
    }

    fn listed(&self, tree: Option<Oid>) -> Result<Rc<Vec<Named>>> {
        tree.map_or_else(|| Ok(Rc::default()), |id| self.objects.tree(&id))
    }

    /// What a path leads to, directories aside.
    pub(super) fn entry(&self, tree: &Oid, path: &RepoPath) -> Result<Option<PathEntry>> {
        let (mut id, mut components) = (*tree, path.as_bytes().split(|&b| b == b'/').peekable());
        while let Some(name) = components.next() {
            let Some(entry) = find(&self.objects.tree(&id)?, name).cloned() else {
                return Ok(None);
            };
            match (components.peek().is_some(), entry.is_tree()) {
                (true, true) => id = entry.id,
                (false, false) => return Ok(Some(entry)),
                _ => return Ok(None),
            }
        }
        Ok(None)
    }

    /// The tree with these paths set or removed.
    pub(super) fn edited(&self, tree: &Oid, edits: &Edits) -> Result<Oid> {
        if edits.is_empty() {
            return Ok(*tree);
        }
        let items: Vec<Item<'_>> = edits.iter().map(|(path, entry)| (path.as_bytes(), entry.as_ref())).collect();
        Ok(self.edited_at(Some(tree), &items)?.unwrap_or(self.empty))
    }

    fn edited_at(&self, tree: Option<&Oid>, items: &[Item<'_>]) -> Result<Option<Oid>> {
        let listed = self.listed(tree.copied())?;
        let mut names: BTreeMap<Vec<u8>, PathEntry> = listed.iter().map(|n| (n.name.clone(), n.entry.clone())).collect();
        let (below, here): (Vec<Item<'_>>, Vec<Item<'_>>) = items.iter().partition(|(path, _)| path.contains(&b'/'));
        for (name, entry) in here {
            match entry {
                Some(entry) => drop(names.insert(name.to_vec(), entry.clone())),
                None if names.get(name).is_some_and(|e| !e.is_tree()) => drop(names.remove(name)),
                None => {}
            }
        }
        for group in below.chunk_by(|a, b| first(a.0) == first(b.0)) {
            self.edit_below(&mut names, group)?;
        }
        if names.is_empty() { Ok(None) } else { self.objects.keep_tree(in_git_order(names)).map(Some) }
    }

    fn edit_below(&self, names: &mut BTreeMap<Vec<u8>, PathEntry>, group: &[Item<'_>]) -> Result<()> {
        let name = first(group[0].0);
        let inner: Vec<Item<'_>> = group.iter().map(|(path, entry)| (&path[name.len() + 1..], *entry)).collect();
        let before = names.get(name).filter(|e| e.is_tree()).map(|e| e.id);
        match self.edited_at(before.as_ref(), &inner)? {
            Some(id) => drop(names.insert(name.to_vec(), PathEntry { mode: DIRECTORY, id })),
            None if before.is_some() => drop(names.remove(name)),
            None => {}
        }
        Ok(())
    }
}

type Open = (Vec<u8>, Option<Oid>, Option<Oid>, usize);
type Item<'a> = (&'a [u8], Option<&'a PathEntry>);
type Pair<'a> = (&'a [u8], Option<PathEntry>, Option<PathEntry>);

fn first(path: &[u8]) -> &[u8] {
    path.split(|&b| b == b'/').next().unwrap_or(path)
}

/// Entries of two listings by name, without those that are equal.
fn paired<'a>(base: &'a [Named], head: &'a [Named]) -> Vec<Pair<'a>> {
    let mut names: BTreeMap<&[u8], (Option<&PathEntry>, Option<&PathEntry>)> = BTreeMap::new();
    let (mut i, mut j) = (0, 0);
    while i < base.len() || j < head.len() {
        if base.get(i).is_some() && base.get(i) == head.get(j) {
            (i, j) = (i + 1, j + 1);
        } else if j >= head.len() || (i < base.len() && git_order(&base[i], &head[j]).is_lt()) {
            names.entry(&base[i].name).or_default().0 = Some(&base[i].entry);
            i += 1;
        } else {
            names.entry(&head[j].name).or_default().1 = Some(&head[j].entry);
            j += 1;
        }
    }
    let differ = names.into_iter().filter(|(_, (b, h))| b != h);
    differ.map(|(name, (b, h))| (name, b.cloned(), h.cloned())).collect()
}

fn find<'a>(entries: &'a [Named], name: &[u8]) -> Option<&'a PathEntry> {
    let at = |tree: bool| entries.binary_search_by(|n| order_key(&n.name, n.entry.is_tree()).cmp(order_key(name, tree)));
    at(false).or_else(|_| at(true)).ok().map(|i| &entries[i].entry)
}

/// Git sorts a directory as if its name ended in a slash.
fn order_key(name: &[u8], tree: bool) -> impl Iterator<Item = u8> {
    name.iter().copied().chain(tree.then_some(b'/'))
}

fn git_order(a: &Named, b: &Named) -> std::cmp::Ordering {
    order_key(&a.name, a.entry.is_tree()).cmp(order_key(&b.name, b.entry.is_tree()))
}

fn in_git_order(names: BTreeMap<Vec<u8>, PathEntry>) -> Vec<Named> {
    let mut out: Vec<Named> = names.into_iter().map(|(name, entry)| Named { name, entry }).collect();
    out.sort_by(git_order);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribution::memory::Memory;

    fn edits(of: &[(&str, Option<&str>)]) -> Edits {
        let file = |text: &str| PathEntry { mode: 0o100_644, id: Oid::new(text) };
        of.iter().map(|(path, text)| (RepoPath::from(*path), text.map(file))).collect()
    }

    #[test]
    fn edits_are_what_differs() {
        let memory = Memory::default();
        let trees = Trees::new(&memory).expect("trees");
        let all = edits(&[("a", Some("1")), ("a.b", Some("2")), ("d/e/f", Some("3")), ("d/g", Some("4"))]);
        let base = trees.edited(&trees.empty, &all).expect("a tree");
        for change in [
            edits(&[("a", Some("9"))]),
            edits(&[("a", None), ("a/b", Some("5"))]),
            edits(&[("d/e/f", None)]),
            edits(&[("d/e/f", None), ("d/g", None), ("d", Some("6"))]),
            edits(&[("new/deep/er", Some("7")), ("d/g", Some("8"))]),
        ] {
            let head = trees.edited(&base, &change).expect("a tree");
            let found: Edits =
                trees.differing(&base, &head).expect("a difference").iter().map(|c| (c.path.clone(), c.head.clone())).collect();
            assert_eq!(found, change);
            for (path, entry) in &change {
                assert_eq!(trees.entry(&head, path).expect("an entry"), *entry);
            }
            let back = trees.differing(&head, &base).expect("a difference").iter().map(|c| (c.path.clone(), c.head.clone())).collect();
            assert_eq!(trees.edited(&head, &back).expect("a tree"), base);
        }
    }

    #[test]
    fn a_file_is_no_directory() {
        let memory = Memory::default();
        let trees = Trees::new(&memory).expect("trees");
        let tree = trees.edited(&trees.empty, &edits(&[("a", Some("1"))])).expect("a tree");
        assert_eq!(trees.entry(&tree, &RepoPath::from("a/b")).expect("an answer"), None);
        assert_eq!(trees.edited(&tree, &edits(&[("a/b", None)])).expect("a tree"), tree);
    }
}
