//! What lines tell of a change that was made elsewhere: whether a tree bears its trace, and trees with or without its lines.
//!
//! Only unmistakable lines count: those with a word in them that stood nowhere before.

use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use anyhow::Result;

use super::files::{Files, changed_lines};
use super::lines::{self, Line};
use super::objects::PathEntry;
use super::restored::{self, RestoreScope};
use super::trees::{Differing, Edits};
use crate::change::{Oid, RepoPath};

/// What a change adds to a file and removes from it, as far as it cannot be there by chance.
pub(super) struct TellingChange {
    path: RepoPath,
    head: Option<PathEntry>,
    added: HashSet<Vec<u8>>,
    removed: HashSet<Vec<u8>>,
}

/// A commit that may have deleted lines which are not its own.
pub(super) struct Deletion<'a> {
    /// The tree it was made on.
    pub(super) before: &'a Oid,
    /// Its tree.
    pub(super) after: &'a Oid,
    /// Its foreign part: has the lines that only its maker deleted.
    pub(super) foreign: &'a Oid,
}

/// Lines by the files they stood in.
pub(super) type LinesByFile = BTreeMap<RepoPath, HashSet<Vec<u8>>>;

/// What a tree shows of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trace {
    /// A line that the change adds and that cannot be there by chance.
    Seen,
    /// Nothing is added, and none of the removed lines is there: somebody else may have removed them as well.
    Possible,
    /// Neither.
    Missing,
}

/// What a tree has of a change, as far as that is no chance.
pub(super) struct LikelyChange {
    /// What the change makes, but for places of which little is there.
    pub(super) tree: Oid,
    /// Half of some place is there.
    pub(super) is_there: bool,
    /// Files of which a telling line is.
    pub(super) seen: Vec<RepoPath>,
    /// Files with places of which there is less than half, but not little.
    pub(super) doubtful: Vec<RepoPath>,
}

impl Files<'_> {
    /// What `z` has of `x` → `y`.
    pub(super) fn likely(&self, x: &Oid, y: &Oid, z: &Oid) -> Result<Rc<LikelyChange>> {
        let key = [*x, *y, *z];
        if let Some(known) = self.known_likely.borrow().get(&key) {
            return Ok(Rc::clone(known));
        }
        let (mut edits, mut is_there, mut seen, mut doubtful) = (Edits::new(), false, Vec::new(), Vec::new());
        for change in self.trees.differing(x, y)?.iter() {
            let (Some(head), there) = (&change.head, self.trees.entry(z, &change.path)?) else { continue };
            let sides = (self.load(change.base.as_ref())?, self.load(Some(head))?, self.load(there.as_ref())?);
            let (Some(fx), Some(fy), Some(fz)) = sides else { continue };
            let likely = restored::likely(&fx.lines(), &fy.lines(), &fz.lines());
            is_there |= likely.is_there;
            if likely.is_seen {
                seen.push(change.path.clone());
            }
            if likely.is_doubtful {
                doubtful.push(change.path.clone());
            }
            if likely.lines != fy.lines() {
                edits.insert(change.path.clone(), Some(self.compose(head.mode, &likely.lines)?));
            }
        }
        let likely = Rc::new(LikelyChange { tree: self.trees.edited(y, &edits)?, is_there, seen, doubtful });
        self.known_likely.borrow_mut().insert(key, Rc::clone(&likely));
        Ok(likely)
    }

    /// `x` without the lines that `y` → `z` adds, and that cannot be there by chance.
    pub(super) fn without_added(&self, x: &Oid, y: &Oid, z: &Oid) -> Result<Oid> {
        let mut edits = Edits::new();
        for change in self.trees.differing(y, z)?.iter() {
            let Some(mine) = self.trees.entry(x, &change.path)? else { continue };
            // a file that only has another name is not added
            let renamed = if change.base.is_none() { self.entry_of(y, z, &change.path)? } else { None };
            let base = change.base.as_ref().or(renamed.as_ref());
            let (Some(fx), Some(fy), Some(fz)) = (self.load(Some(&mine))?, self.load(base)?, self.load(change.head.as_ref())?) else {
                continue;
            };
            let added = lines::unmistakable(&lines::additions(&fy.lines(), &fz.lines()), &fy.lines());
            let left: Vec<Line<'_>> = fx.lines().into_iter().filter(|line| !added.contains(line)).collect();
            if left.is_empty() && base.is_none() {
                edits.insert(change.path.clone(), None);
            } else if left.len() < fx.lines().len() {
                edits.insert(change.path.clone(), Some(self.compose(mine.mode, &left)?));
            }
        }
        self.trees.edited(x, &edits)
    }

    /// `x` with those of its files as `y` and `z` have them in common, or both deleted, in which `before` → `y` is a change.
    pub(super) fn with_files_in_common(&self, x: &Oid, (before, y): (&Oid, &Oid), z: &Oid) -> Result<Oid> {
        let mut edits = Edits::new();
        for change in self.trees.differing(before, y)?.iter() {
            if self.is_common(change, (before, y), z)? && self.trees.entry(x, &change.path)?.is_some() {
                edits.insert(change.path.clone(), change.head.clone());
            }
        }
        self.trees.edited(x, &edits)
    }

    /// Whether `z` has a file as `before` → `y` made it, or lacks one that this deleted.
    pub(super) fn have_a_file_in_common(&self, (before, y): (&Oid, &Oid), z: &Oid) -> Result<bool> {
        for change in self.trees.differing(before, y)?.iter() {
            if self.is_common(change, (before, y), z)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether `z` has a file as this change of `before` → `y` made it. That one is gone says nothing where it was given another name which
    /// `z` does not have.
    fn is_common(&self, change: &Differing, (before, y): (&Oid, &Oid), z: &Oid) -> Result<bool> {
        if self.trees.entry(z, &change.path)? != change.head {
            return Ok(false);
        }
        let renamed = if change.head.is_none() { self.renames(before, y)?.new_name(&change.path).cloned() } else { None };
        renamed.map_or(Ok(true), |name| Ok(self.trees.entry(z, &name)?.is_some()))
    }

    /// A tree of nothing but the marks of conflict that `written` has where `base` and `head` differ.
    pub(super) fn conflict_marks(&self, written: &Oid, base: &Oid, head: &Oid) -> Result<Oid> {
        let mut edits = Edits::new();
        for change in self.trees.differing(base, head)?.iter() {
            let entry = self.trees.entry(written, &change.path)?;
            let (Some(before), Some(file), Some(after)) =
                (self.load(change.base.as_ref())?, self.load(entry.as_ref())?, self.load(change.head.as_ref())?)
            else {
                continue;
            };
            let (known, left) = (lines::count(&before.lines()), lines::count(&after.lines()));
            let is_left = |line: &Line<'_>| lines::is_conflict_mark(line) && !known.contains_key(line) && left.contains_key(line);
            let marks: Vec<Line<'_>> = file.lines().into_iter().filter(is_left).collect();
            if let Some(entry) = entry.filter(|_| !marks.is_empty()) {
                edits.insert(change.path.clone(), Some(self.compose(entry.mode, &marks)?));
            }
        }
        self.trees.edited(&self.trees.empty, &edits)
    }

    /// `x` and those lines of `y` that a commit deleted and `z` lacks as well.
    pub(super) fn keep_deleted(&self, x: &Oid, y: &Oid, by: &Deletion<'_>, z: &Oid) -> Result<Oid> {
        let mut edits = Edits::new();
        for change in self.trees.differing(by.before, by.after)?.iter() {
            let entries = [x, y, z, by.foreign].map(|tree| self.trees.entry(tree, &change.path));
            let [x, y, z, foreign] = entries;
            let (x, y, z, foreign) = (x?, y?, z?, foreign?);
            let Some(mode) = x.as_ref().or(y.as_ref()).map(|e| e.mode) else {
                continue;
            };
            let (before, after) = (self.load(change.base.as_ref())?, self.load(change.head.as_ref())?);
            let (fx, fy, fz) = (self.load(x.as_ref())?, self.load(y.as_ref())?, self.load(z.as_ref())?);
            let (Some(before), Some(after), Some(fx), Some(fy), Some(fz), Some(ff)) =
                (before, after, fx, fy, fz, self.load(foreign.as_ref())?)
            else {
                continue;
            };
            let gone = lines::unmistakable(&changed_lines(&before.lines(), &after.lines()).0, &after.lines());
            let (there, known) = (lines::count(&fz.lines()), lines::count(&ff.lines()));
            let wanted = |line: &Line<'_>| gone.contains(line) && known.contains_key(line) && !there.contains_key(line);
            let wanted: Vec<Line<'_>> = fy.lines().into_iter().filter(wanted).collect();
            let out = restored::restore(&fx.lines(), &fy.lines(), &wanted, RestoreScope::All);
            if out != fx.lines() {
                edits.insert(change.path.clone(), Some(self.compose(mode, &out)?));
            }
        }
        self.trees.edited(x, &edits)
    }

    /// The lines that `head` adds to `base` in files that `is_asked` for, but for those that `known` has, and that cannot be there by chance.
    pub(super) fn lines_added(
        &self,
        base: &Oid,
        head: &Oid,
        known: Option<&Oid>,
        is_asked: impl Fn(&RepoPath) -> bool,
    ) -> Result<LinesByFile> {
        let mut out = LinesByFile::new();
        for change in self.trees.differing(base, head)?.iter().filter(|change| is_asked(&change.path)) {
            let known = known.map_or(Ok(None), |known| self.trees.entry(known, &change.path))?;
            let sides = (self.load(change.base.as_ref())?, self.load(change.head.as_ref())?, self.load(known.as_ref())?);
            let (Some(b), Some(h), Some(k)) = sides else { continue };
            let known: Vec<Line<'_>> = b.lines().into_iter().chain(k.lines()).collect();
            let added = lines::unmistakable(&lines::additions(&b.lines(), &h.lines()), &known);
            if !added.is_empty() {
                out.insert(change.path.clone(), added.into_iter().map(<[u8]>::to_vec).collect());
            }
        }
        Ok(out)
    }

    /// How many of the lost lines `tree` has in their files and `below` has not.
    pub(super) fn found_again(&self, lost: &LinesByFile, below: &Oid, tree: &Oid) -> Result<usize> {
        let mut found = 0;
        for (path, lost) in lost {
            let [below, there] = [below, tree].map(|tree| self.trees.entry(tree, path));
            let (below, there) = (below?, there?);
            if below == there {
                continue;
            }
            let (Some(below), Some(there)) = (self.load(below.as_ref())?, self.load(there.as_ref())?) else { continue };
            let (below, there) = (lines::count(&below.lines()), lines::count(&there.lines()));
            found += there.keys().filter(|line| lost.contains(**line) && !below.contains_key(*line)).count();
        }
        Ok(found)
    }

    /// Those of the lost lines that none of these trees has in their files.
    pub(super) fn in_none_of(&self, trees: &[Oid], lost: &LinesByFile) -> Result<LinesByFile> {
        let mut left = lost.clone();
        for tree in trees {
            for (path, lines) in &mut left {
                if let Some(there) = self.load(self.trees.entry(tree, path)?.as_ref())? {
                    let there = lines::count(&there.lines());
                    lines.retain(|line| !there.contains_key(line.as_slice()));
                }
            }
        }
        left.retain(|_, lines| !lines.is_empty());
        Ok(left)
    }

    /// Whether `z` looks as if `x` → `y` was applied to it.
    pub(super) fn trace(&self, x: &Oid, y: &Oid, z: &Oid) -> Result<Trace> {
        let mut undone = false;
        for change in self.trees.differing(x, y)?.iter() {
            let having = if change.head.is_some() { y } else { x };
            let seen = self.entry_of(z, having, &change.path)?;
            let sides = (self.load(change.base.as_ref())?, self.load(change.head.as_ref())?, self.load(seen.as_ref())?);
            let (Some(fx), Some(fy), Some(fz)) = sides else {
                if seen == change.head {
                    return Ok(Trace::Seen);
                }
                undone = true;
                continue;
            };
            let (removed, added) = changed_lines(&fx.lines(), &fy.lines());
            let (added, removed) = (lines::unmistakable(&added, &fx.lines()), lines::unmistakable(&removed, &fy.lines()));
            if fz.lines().iter().any(|line| added.contains(line)) {
                return Ok(Trace::Seen);
            }
            undone |= !added.is_empty() || fz.lines().iter().any(|line| removed.contains(line));
        }
        Ok(if undone { Trace::Missing } else { Trace::Possible })
    }

    /// Whether none of these trees looks so.
    pub(super) fn is_traceless(&self, x: &Oid, y: &Oid, trees: &[Oid]) -> Result<bool> {
        for tree in trees {
            if self.trace(x, y, tree)? != Trace::Missing {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// `x` with the blocks of lines that `before` → `y` adds to its files and `z` has as they are.
    pub(super) fn with_blocks(&self, x: &Oid, (before, y): (&Oid, &Oid), z: &Oid) -> Result<Oid> {
        let mut edits = Edits::new();
        for change in self.trees.differing(before, y)?.iter() {
            let [mine, seen] = [x, z].map(|tree| self.trees.entry(tree, &change.path));
            let (Some(mine), Some(seen)) = (mine?, seen?) else { continue };
            let (base, head) = (self.load(change.base.as_ref())?, self.load(change.head.as_ref())?);
            let (fx, fz) = (self.load(Some(&mine))?, self.load(Some(&seen))?);
            let (Some(base), Some(head), Some(fx), Some(fz)) = (base, head, fx, fz) else { continue };
            let with = restored::with_blocks(&fx.lines(), &base.lines(), &head.lines(), &fz.lines());
            if with != fx.lines() {
                edits.insert(change.path.clone(), Some(self.compose(mine.mode, &with)?));
            }
        }
        self.trees.edited(x, &edits)
    }

    /// What `x` → `y` adds and removes, file by file.
    pub(super) fn telling_changes(&self, x: &Oid, y: &Oid) -> Result<Vec<TellingChange>> {
        let mut out = Vec::new();
        for change in self.trees.differing(x, y)?.iter() {
            let (Some(fx), Some(fy)) = (self.load(change.base.as_ref())?, self.load(change.head.as_ref())?) else { continue };
            let (removed, added) = changed_lines(&fx.lines(), &fy.lines());
            let telling =
                |lines: &[Line<'_>], known: &[Line<'_>]| lines::unmistakable(lines, known).into_iter().map(<[u8]>::to_vec).collect();
            let (added, removed) = (telling(&added, &fx.lines()), telling(&removed, &fy.lines()));
            out.push(TellingChange { path: change.path.clone(), head: change.head.clone(), added, removed });
        }
        Ok(out)
    }

    /// Whether more lines of `z` are as these changes made them than as they were before.
    pub(super) fn are_mostly_done(&self, changes: &[TellingChange], z: &Oid) -> Result<bool> {
        let counts = changes.iter().map(|change| self.done(change, z)).collect::<Result<Vec<_>>>()?;
        let (done, undone) = counts.iter().fold((0, 0), |(done, undone), count| (done + count.0, undone + count.1));
        Ok(done > undone)
    }

    /// The files of which `z` has all that `x` → `y` changes.
    pub(super) fn done_in(&self, x: &Oid, y: &Oid, z: &Oid) -> Result<HashSet<RepoPath>> {
        let mut out = HashSet::new();
        for change in self.telling_changes(x, y)? {
            if matches!(self.done(&change, z)?, (1.., 0)) {
                out.insert(change.path);
            }
        }
        Ok(out)
    }

    /// Whether a file is as a change made it, or has all lines that this added, some of them telling, and no telling one that it removed.
    pub(super) fn has_all_of(&self, (x, y): (Option<&PathEntry>, Option<&PathEntry>), z: Option<&PathEntry>) -> Result<bool> {
        let (Some(fx), Some(fy), Some(fz)) = (self.load(x)?, self.load(y)?, self.load(z)?) else { return Ok(y == z) };
        let (there, (removed, added)) = (lines::count(&fz.lines()), changed_lines(&fx.lines(), &fy.lines()));
        let is_there = |line: &Line<'_>| there.contains_key(line);
        let (gone, new) = (lines::unmistakable(&removed, &fy.lines()), lines::unmistakable(&added, &fx.lines()));
        Ok(y == z || (!new.is_empty() && added.iter().all(is_there) && !gone.iter().any(is_there)))
    }

    /// `y` where that holds of `x` → `y` as a whole; else `x` with those files of `y` of which it does by themselves.
    pub(super) fn mostly_done(&self, x: &Oid, y: &Oid, z: &Oid) -> Result<Oid> {
        let changes = self.telling_changes(x, y)?;
        if self.are_mostly_done(&changes, z)? {
            return Ok(*y);
        }
        let mut edits = Edits::new();
        for change in changes {
            if self.are_mostly_done(std::slice::from_ref(&change), z)? {
                edits.insert(change.path, change.head);
            }
        }
        self.trees.edited(x, &edits)
    }

    /// How many lines of a file `z` has as a change made them, and how many as they were. Of a file that is gone nobody can say.
    fn done(&self, change: &TellingChange, z: &Oid) -> Result<(usize, usize)> {
        let Some(entry) = self.trees.entry(z, &change.path)? else { return Ok((0, 0)) };
        let Some(file) = self.load(Some(&entry))? else { return Ok((0, 0)) };
        let there = lines::count(&file.lines());
        let found = |lines: &HashSet<Vec<u8>>| lines.iter().filter(|line| there.contains_key(line.as_slice())).count();
        let (taken, kept) = (found(&change.added), found(&change.removed));
        Ok((change.removed.len() - kept + taken, change.added.len() - taken + kept))
    }

    /// Whether some line stands in both files; of what has no lines nobody can say.
    pub(super) fn share_a_line(&self, a: Option<&PathEntry>, b: Option<&PathEntry>) -> Result<bool> {
        let (Some(a), Some(b)) = (self.load(a)?, self.load(b)?) else { return Ok(true) };
        Ok(lines::likeness(&a.lines(), &b.lines()) > 0)
    }

    /// Whether two files have the same lines, in whatever order.
    pub(super) fn same_lines(&self, a: Option<&PathEntry>, b: Option<&PathEntry>) -> Result<bool> {
        if a == b || a.is_none() || b.is_none() {
            return Ok(a == b);
        }
        let (Some(a), Some(b)) = (self.load(a)?, self.load(b)?) else {
            return Ok(false);
        };
        Ok(lines::count(&a.lines()) == lines::count(&b.lines()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribution::files::tests::tree;
    use crate::attribution::memory::Memory;
    use crate::attribution::trees::Trees;

    #[test]
    fn a_change_is_all_there_or_not() {
        let memory = Memory::default();
        let files = Files::new(Trees::new(&memory).expect("trees"));
        for (before, after, there, all) in [
            ("f=alpha/beta", "f=alpha/BETA", "f=alpha/BETA", true),
            ("f=alpha/beta", "f=alpha/BETA", "f=BETA/alpha/own", true),
            ("f=alpha/beta", "f=alpha/BETA", "f=alpha/beta/BETA", false),
            ("f=alpha/beta", "f=alpha/BETA", "f=alpha", false),
            ("f=alpha", "f=alpha/beta/gamma", "f=alpha/beta", false),
            ("f=alpha/beta", "f=alpha", "f=alpha/own", false),
            ("f=alpha/beta", "f=alpha", "f=alpha", true),
            ("f=alpha", "f=alpha/}", "f=}/alpha/own", false),
            ("g=alpha", "f=beta", "f=beta/own", true),
        ] {
            let [x, y, z] = [before, after, there].map(|text| {
                let tree = tree(&files, text);
                files.trees.entry(&tree, &RepoPath::from("f")).expect("an entry")
            });
            let has = files.has_all_of((x.as_ref(), y.as_ref()), z.as_ref()).expect("an answer");
            assert_eq!(has, all, "{before} -> {after}: {there}");
        }
    }
}
