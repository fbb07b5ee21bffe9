//! The three primitives on trees, file by file: `merge`, `partial`, `restore`, and the size of a difference.
//!
//! What cannot be taken apart into lines (binary files, links, submodules) is handled as one indivisible thing.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use anyhow::Result;

use super::lines::{self, Line};
use super::names::KnownRenames;
use super::objects::{PathEntry, Text};
use super::restored::{self, RestoreScope};
use super::traces::LikelyChange;
use super::trees::{Differing, Edits, Trees};
use crate::change::{Oid, RepoPath};

/// Files where both sides changed the same place, each with the lines that whoever merges may take or not.
pub(super) type Conflicts = BTreeMap<RepoPath, Optional>;

/// A merged tree and its conflicts.
type Merged = (Oid, Rc<Conflicts>);

/// Of a conflict, what may have been taken or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Optional {
    /// The file as one thing.
    whole: bool,
    lines: HashSet<Vec<u8>>,
}

impl Optional {
    fn whole() -> Self {
        Self { whole: true, lines: HashSet::new() }
    }

    fn of<'b>(lines: impl IntoIterator<Item = Line<'b>>) -> Self {
        Self { whole: false, lines: lines.into_iter().map(<[u8]>::to_vec).collect() }
    }

    pub(super) fn extend(&mut self, other: &Self) {
        self.whole |= other.whole;
        self.lines.extend(other.lines.iter().cloned());
    }
}

/// A merged file and its conflict.
pub(super) type MergedFile = (Option<PathEntry>, Option<Optional>);

/// One file as two trees have it that a third one is restored from.
struct Pair {
    /// Where the result has it.
    path: RepoPath,
    /// Its name that the result has no more.
    gone: Option<RepoPath>,
    mine: Option<PathEntry>,
    known: PathEntry,
}

/// Files that a merge put under another name than it found them.
type Moved = BTreeMap<RepoPath, MergedFile>;

/// Trees with the three primitives; remembers every merge, so that a second reading of the same movements costs little.
pub(super) struct Files<'a> {
    pub(super) trees: Trees<'a>,
    merged: RefCell<HashMap<[Oid; 3], Merged>>,
    pub(super) known_likely: RefCell<HashMap<[Oid; 3], Rc<LikelyChange>>>,
    /// Files put together here: their order of lines is not anybody's.
    composed: RefCell<HashSet<Oid>>,
    pub(super) renames: RefCell<KnownRenames>,
    /// How alike two files are, by their ids.
    pub(super) likenesses: RefCell<HashMap<(Oid, Oid), usize>>,
}

/// A file taken apart, kept alive while its lines are looked at.
pub(super) struct Loaded(Option<Rc<[u8]>>);

impl Loaded {
    /// Its lines; an absent file has none.
    pub(super) fn lines(&self) -> Vec<Line<'_>> {
        self.0.as_deref().map(lines::split).unwrap_or_default()
    }
}

impl<'a> Files<'a> {
    pub(super) fn new(trees: Trees<'a>) -> Self {
        let (merged, known_likely, composed) = (RefCell::default(), RefCell::default(), RefCell::default());
        Self { trees, merged, known_likely, composed, renames: RefCell::default(), likenesses: RefCell::default() }
    }

    /// Three-way merge of trees; both sides' lines where they conflict.
    pub(super) fn merge(&self, ancestor: &Oid, ours: &Oid, theirs: &Oid) -> Result<Merged> {
        if ours == ancestor || ours == theirs {
            return Ok((*theirs, Rc::default()));
        }
        if theirs == ancestor {
            return Ok((*ours, Rc::default()));
        }
        let key = [*ancestor, *ours, *theirs];
        if let Some(known) = self.merged.borrow().get(&key) {
            return Ok(known.clone());
        }
        let merged = self.merge_differing(ancestor, ours, theirs)?;
        self.merged.borrow_mut().insert(key, merged.clone());
        Ok(merged)
    }

    fn merge_differing(&self, ancestor: &Oid, ours: &Oid, theirs: &Oid) -> Result<Merged> {
        let (left, right) = (self.trees.differing(ancestor, ours)?, self.trees.differing(ancestor, theirs)?);
        let (onto, applied, other) = if left.len() < right.len() { (theirs, &left, &right) } else { (ours, &right, &left) };
        let (mut edits, mut moved, mut conflicts) = (Edits::new(), Moved::new(), Conflicts::new());
        for change in applied.iter() {
            let Some(both) = at(other, &change.path) else {
                edits.insert(change.path.clone(), change.head.clone());
                continue;
            };
            let (mine, yours) = if onto == theirs { (&change.head, &both.head) } else { (&both.head, &change.head) };
            let (result, conflict) = match (mine, yours) {
                (None, None) => self.merge_gone(change, (ancestor, ours, theirs), &mut moved)?,
                (a, b) if a == b => (a.clone(), None),
                (Some(a), Some(b)) => self.merge_file(change.base.as_ref(), a, b)?,
                (None, Some(kept)) => self.merge_deleted(change, kept, (ancestor, ours), &mut moved)?,
                (Some(kept), None) => self.merge_deleted(change, kept, (ancestor, theirs), &mut moved)?,
            };
            edits.insert(change.path.clone(), result);
            conflicts.extend(conflict.map(|optional| (change.path.clone(), optional)));
        }
        for (path, (entry, conflict)) in moved {
            conflicts.remove(&path);
            conflicts.extend(conflict.map(|optional| (path.clone(), optional)));
            edits.insert(path, entry);
        }
        Ok((self.trees.edited(onto, &edits)?, Rc::new(conflicts)))
    }

    pub(super) fn merge_file(&self, base: Option<&PathEntry>, ours: &PathEntry, theirs: &PathEntry) -> Result<MergedFile> {
        let mode = if base.is_some_and(|b| b.mode == ours.mode) { theirs.mode } else { ours.mode };
        let id = |side: &PathEntry| Ok((Some(PathEntry { mode, id: side.id }), None));
        match base.map(|b| &b.id) {
            _ if ours.id == theirs.id => return id(ours),
            Some(base) if *base == ours.id => return id(theirs),
            Some(base) if *base == theirs.id => return id(ours),
            _ => {}
        }
        let (Some(b), Some(o), Some(t)) = (self.load(base)?, self.load(Some(ours))?, self.load(Some(theirs))?) else {
            return Ok((Some(theirs.clone()), Some(Optional::whole())));
        };
        let (b, mine, other) = (b.lines(), o.lines(), t.lines());
        let (merged, optional) = lines::merge(&b, &mine, &other);
        let merged = self.put_together(mode, &merged, [(Some(ours), &o), (Some(theirs), &t)])?;
        Ok((Some(merged), optional.map(Optional::of)))
    }

    /// One side deleted the file, the other changed it. If the deleting side has it under another name, the change goes there; else
    /// only what the changing side added is left.
    fn merge_deleted(&self, change: &Differing, kept: &PathEntry, deleting: (&Oid, &Oid), moved: &mut Moved) -> Result<MergedFile> {
        let Some(base) = &change.base else {
            return Ok((Some(kept.clone()), Some(Optional::whole())));
        };
        if let Some((to, target)) = self.renamed(&change.path, deleting)? {
            moved.insert(to, self.merge_file(Some(base), kept, &target)?);
            return Ok((None, None));
        }
        self.left_of_deleted(base, kept)
    }

    /// The file is gone on both sides. Where one deleted it and the other has it under another name, only what that one added is left
    /// there; where both have it under other names, it is at ours.
    fn merge_gone(&self, change: &Differing, sides: (&Oid, &Oid, &Oid), moved: &mut Moved) -> Result<MergedFile> {
        let ((ancestor, ours, theirs), Some(base)) = (sides, &change.base) else { return Ok((None, None)) };
        match (self.renamed(&change.path, (ancestor, ours))?, self.renamed(&change.path, (ancestor, theirs))?) {
            (Some((mine, o)), Some((yours, t))) => {
                moved.insert(yours, (None, None));
                moved.insert(mine, self.merge_file(Some(base), &o, &t)?);
            }
            (Some((to, kept)), None) | (None, Some((to, kept))) => {
                moved.insert(to, self.left_of_deleted(base, &kept)?);
            }
            (None, None) => {}
        }
        Ok((None, None))
    }

    /// Where a side that deleted the file has it under another name, and what it has there.
    fn renamed(&self, path: &RepoPath, (ancestor, side): (&Oid, &Oid)) -> Result<Option<(RepoPath, PathEntry)>> {
        let Some(to) = self.renames(ancestor, side)?.new_name(path).cloned() else { return Ok(None) };
        Ok(self.trees.entry(side, &to)?.map(|entry| (to, entry)))
    }

    /// What one side added to a file that the other deleted.
    fn left_of_deleted(&self, base: &PathEntry, kept: &PathEntry) -> Result<MergedFile> {
        let (Some(b), Some(k)) = (self.load(Some(base))?, self.load(Some(kept))?) else {
            return Ok((None, Some(Optional::whole())));
        };
        let (b, k) = (b.lines(), k.lines());
        let left = lines::additions(&b, &k);
        let entry = if left.is_empty() { None } else { Some(self.compose(kept.mode, &left)?) };
        Ok((entry, Some(Optional::of(left))))
    }

    /// What a merge onto others' change from `before` to `after` left as `mine` has it, as they have it: a file that they deleted is gone,
    /// with what `mine` deleted in it before, and one that they renamed has the name they gave it.
    pub(super) fn as_they_have_it(&self, x: &Oid, (before, after): (&Oid, &Oid), mine: &Oid) -> Result<Oid> {
        let mut edits = Edits::new();
        for change in self.trees.differing(before, after)?.iter().filter(|change| change.head.is_none()) {
            let (theirs, ours) = (self.renames(before, after)?, self.renames(before, mine)?);
            match (theirs.new_name(&change.path), ours.new_name(&change.path)) {
                (None, ours) => edits.extend(ours.into_iter().chain([&change.path]).map(|path| (path.clone(), None))),
                (Some(theirs), Some(ours)) if theirs != ours => {
                    let entry = self.trees.entry(x, ours)?;
                    edits.extend([(ours.clone(), None), (theirs.clone(), entry)]);
                }
                _ => {}
            }
        }
        self.trees.edited(x, &edits)
    }

    /// `x` with those files of `y` that `a` and `b` have alike.
    pub(super) fn with_alike(&self, x: &Oid, y: &Oid, (a, b): (&Oid, &Oid)) -> Result<Oid> {
        let (unlike, differing) = (self.trees.differing(a, b)?, self.trees.differing(x, y)?);
        let alike = differing.iter().filter(|change| at(&unlike, &change.path).is_none());
        self.trees.edited(x, &alike.map(|change| (change.path.clone(), change.head.clone())).collect())
    }

    /// The lines that a resolution kept, `kept`, although one side of the merge had deleted them: it may have been either that wanted them.
    pub(super) fn brought(&self, merged: &Oid, kept: &Oid) -> Result<Conflicts> {
        let mut out = Conflicts::new();
        for change in self.trees.differing(merged, kept)?.iter() {
            let (Some(m), Some(k)) = (self.load(change.base.as_ref())?, self.load(change.head.as_ref())?) else { continue };
            out.insert(change.path.clone(), Optional::of(lines::additions(&m.lines(), &k.lines())));
        }
        Ok(out)
    }

    /// `x` with those changes of `x` → `y` that `z` has too.
    pub(super) fn partial(&self, x: &Oid, y: &Oid, z: &Oid) -> Result<Oid> {
        if x == y || z == x {
            return Ok(*x);
        }
        if z == y {
            return Ok(*y);
        }
        let (to_y, to_z) = (self.trees.differing(x, y)?, self.trees.differing(x, z)?);
        let mut edits = Edits::new();
        for wanted in to_y.iter() {
            let seen = match at(&to_z, &wanted.path) {
                None if wanted.base.is_some() => continue,
                Some(Differing { head: Some(seen), .. }) => Some(seen.clone()),
                _ => self.seen_elsewhere(wanted, (x, y, z))?,
            };
            let (mut before, mut after) = (wanted.base.clone(), wanted.head.clone());
            if let Some(renamed) = self.renamed_between(wanted, (x, y))? {
                let [old, new] = [&renamed.old, &renamed.new].map(|path| self.trees.entry(z, path));
                match (old?, new?) {
                    (None, _) if before.is_none() && seen.is_some() => before = renamed.before,
                    (Some(_), None) if after.is_none() => after = renamed.after,
                    (Some(_), None) => continue,
                    _ => {}
                }
            }
            let result = self.partial_file(before.as_ref(), after.as_ref(), seen.as_ref())?;
            if result != wanted.base {
                edits.insert(wanted.path.clone(), result);
            }
        }
        self.trees.edited(x, &edits)
    }

    /// `y` without what it adds to `x` of which `z` has lines at another place and `later` at both.
    pub(super) fn without_twins(&self, (x, y): (&Oid, &Oid), z: &Oid, later: &Oid) -> Result<Oid> {
        let mut edits = Edits::new();
        for change in self.trees.differing(x, y)?.iter() {
            let [there, later] = [z, later].map(|tree| self.trees.entry(tree, &change.path));
            let (Some(mine), Some(there), Some(later)) = (&change.head, there?, later?) else { continue };
            let (fx, fy) = (self.load(change.base.as_ref())?, self.load(Some(mine))?);
            let (fz, later) = (self.load(Some(&there))?, self.load(Some(&later))?);
            let (Some(fx), Some(fy), Some(fz), Some(later)) = (fx, fy, fz, later) else { continue };
            let without = lines::without_twins(&fx.lines(), &fy.lines(), &fz.lines(), &later.lines());
            if without != fy.lines() {
                edits.insert(change.path.clone(), Some(self.compose(mine.mode, &without)?));
            }
        }
        self.trees.edited(y, &edits)
    }

    /// What `z` has under another name of the file at which `x` and `y` differ. A name that `y` changed itself is its change.
    fn seen_elsewhere(&self, wanted: &Differing, (x, y, z): (&Oid, &Oid, &Oid)) -> Result<Option<PathEntry>> {
        let having = match &wanted.head {
            Some(_) => y,
            None if self.renames(x, y)?.new_name(&wanted.path).is_some() => return Ok(None),
            None => x,
        };
        Ok(self.renamed(&wanted.path, (having, z))?.map(|(_, entry)| entry))
    }

    fn partial_file(&self, x: Option<&PathEntry>, y: Option<&PathEntry>, z: Option<&PathEntry>) -> Result<Option<PathEntry>> {
        if y == z {
            return Ok(y.cloned());
        }
        let (Some(fx), Some(fy), Some(fz)) = (self.load(x)?, self.load(y)?, self.load(z)?) else {
            return Ok(x.cloned());
        };
        let out = lines::partial(&fx.lines(), &fy.lines(), &fz.lines());
        let Some(known) = x.or(y) else { return Ok(None) };
        if out.is_empty() && (x.is_none() || y.is_none()) {
            return z.map(|_| self.compose(known.mode, &[])).transpose();
        }
        let mode = y.filter(|y| z.is_some_and(|z| z.mode == y.mode)).map_or(known.mode, |y| y.mode);
        self.put_together(mode, &out, [(x, &fx), (y, &fy)]).map(Some)
    }

    /// `x` and what `y` and `z` have and `x` lacks.
    pub(super) fn restore(&self, x: &Oid, y: &Oid, z: &Oid, scope: RestoreScope) -> Result<Oid> {
        if x == y || x == z || *y == self.trees.empty {
            return Ok(*x);
        }
        let mut edits = Edits::new();
        for change in self.trees.differing(x, z)?.iter() {
            let Some(seen) = &change.head else { continue };
            let Some(pair) = self.paired(change, (x, y, z), scope)? else { continue };
            if let Some(former) = pair.gone {
                edits.extend([(former, None), (pair.path.clone(), pair.mine.clone())]);
            }
            if let Some(entry) = self.restore_file(pair.mine.as_ref(), &pair.known, seen, scope)? {
                edits.insert(pair.path, Some(entry));
            }
        }
        self.trees.edited(x, &edits)
    }

    /// What `x` and `y` have of a file of `z` that `x` has otherwise or not: under its name there, else under another one.
    fn paired(&self, change: &Differing, (x, y, z): (&Oid, &Oid, &Oid), scope: RestoreScope) -> Result<Option<Pair>> {
        let by_name = self.trees.entry(y, &change.path)?;
        let mut former = if change.base.is_none() { self.renames(x, z)?.old_name(&change.path).cloned() } else { None };
        if let Some(old) = former.as_ref().filter(|_| by_name.is_some())
            && self.trees.entry(y, old)?.is_some()
        {
            former = None; // two files there
        }
        // the name too is one that `y` and `z` have and `x` lacks
        let renamed_back = scope != RestoreScope::Unmistakable && by_name.is_some();
        let known = match by_name {
            None => {
                let Some(old) = self.renames(y, z)?.old_name(&change.path).cloned() else { return Ok(None) };
                if change.base.is_none() && former.is_none() && self.is_another((x, y, z), &old)? {
                    return Ok(None);
                }
                self.trees.entry(y, &old)?
            }
            known => known,
        };
        let Some(known) = known else { return Ok(None) };
        let mine = self.trees.entry(x, former.as_ref().unwrap_or(&change.path))?;
        let (path, gone) = match former {
            Some(former) if renamed_back => (change.path.clone(), Some(former)),
            Some(former) => (former, None),
            None => (change.path.clone(), None),
        };
        Ok(Some(Pair { path, gone, mine, known }))
    }

    /// Whether a file that `y` has at this path is not what `z` has under another name, though git would say so: `x` has it under a name
    /// that `z` has too, or at the path, and by now so unlike that it is another one.
    fn is_another(&self, (x, y, z): (&Oid, &Oid, &Oid), path: &RepoPath) -> Result<bool> {
        if let Some(now) = self.renames(y, x)?.new_name(path) {
            return Ok(self.trees.entry(z, now)?.is_some());
        }
        let is_gone = self.trees.entry(x, path)?.is_some() && self.trees.entry(z, path)?.is_none();
        Ok(is_gone && self.renames(x, z)?.new_name(path).is_none())
    }

    fn restore_file(&self, x: Option<&PathEntry>, y: &PathEntry, z: &PathEntry, scope: RestoreScope) -> Result<Option<PathEntry>> {
        if x == Some(y) {
            return Ok(None);
        }
        let as_a_whole = match scope {
            RestoreScope::All => true,
            // a submodule stays at its commit until somebody updates it
            RestoreScope::Missing => x.is_none() || y.is_submodule(),
            RestoreScope::Unmistakable => false,
        };
        let (Some(fx), Some(fy), Some(fz)) = (self.load(x)?, self.load(Some(y))?, self.load(Some(z))?) else {
            return Ok((y == z && as_a_whole).then(|| y.clone()));
        };
        let (before, out) = (fx.lines(), restored::restore(&fx.lines(), &fy.lines(), &fz.lines(), scope));
        let mode = x.map_or(y.mode, |x| if y.mode == z.mode && as_a_whole { y.mode } else { x.mode });
        if out == before && x.is_none_or(|x| x.mode == mode) {
            return Ok(None);
        }
        self.put_together(mode, &out, [(x, &fx), (Some(y), &fy)]).map(Some)
    }

    /// `x` with its files arranged as in `z`, where one of the two was put together here; but for lines of which all `known` versions that
    /// are there tell the order.
    pub(super) fn arranged(&self, x: &Oid, z: &Oid, known: &[Oid]) -> Result<Oid> {
        let mut edits = Edits::new();
        for change in self.trees.differing(x, z)?.iter() {
            let (Some(mine), Some(theirs)) = (&change.base, &change.head) else {
                continue;
            };
            if ![mine, theirs].iter().any(|entry| self.composed.borrow().contains(&entry.id)) {
                continue;
            }
            let (Some(fx), Some(fz)) = (self.load(Some(mine))?, self.load(Some(theirs))?) else {
                continue;
            };
            let mut versions = known.iter().map(|tree| self.trees.entry(tree, &change.path)).collect::<Result<Vec<_>>>()?;
            let mut seen = HashSet::new();
            versions.retain(|version| version.as_ref().is_some_and(|entry| seen.insert(entry.id)));
            let versions = versions.iter().map(|entry| self.load(entry.as_ref())).collect::<Result<Vec<_>>>()?;
            let versions: Vec<Vec<Line<'_>>> = versions.iter().flatten().map(Loaded::lines).collect();
            let guide = lines::guide(&fz.lines(), &versions.iter().map(Vec::as_slice).collect::<Vec<_>>());
            let arranged = lines::arrange(fx.lines(), &guide, &lines::count(&[]));
            if arranged != fx.lines() {
                edits.insert(change.path.clone(), Some(self.put_together(mine.mode, &arranged, [(Some(mine), &fx), (Some(theirs), &fz)])?));
            }
        }
        self.trees.edited(x, &edits)
    }

    /// A tree of nothing but the files that `head` has otherwise than `base`.
    pub(super) fn changed(&self, base: &Oid, head: &Oid) -> Result<Oid> {
        let edits = self.trees.differing(base, head)?.iter().map(|change| (change.path.clone(), change.head.clone())).collect();
        self.trees.edited(&self.trees.empty, &edits)
    }

    /// A tree of nothing but the lines that `head` adds to `base`.
    pub(super) fn added(&self, base: &Oid, head: &Oid) -> Result<Oid> {
        let mut edits = Edits::new();
        for change in self.trees.differing(base, head)?.iter() {
            let (Some(b), Some(h)) = (self.load(change.base.as_ref())?, self.load(change.head.as_ref())?) else { continue };
            if change.base.is_none() {
                edits.insert(change.path.clone(), change.head.clone());
            } else if let Some(entry) = &change.head {
                edits.insert(change.path.clone(), Some(self.compose(entry.mode, &lines::additions(&b.lines(), &h.lines()))?));
            }
        }
        self.trees.edited(&self.trees.empty, &edits)
    }

    /// The conflicts that matter for what differs from `base` to `head`: what may have been taken or not is told as removed. What stood
    /// in the worktree at the start is gone for certain.
    pub(super) fn undecided(&self, conflicts: &Conflicts, start: &Oid, base: &Oid, head: &Oid) -> Result<Vec<RepoPath>> {
        let mut out = Vec::new();
        for change in self.trees.differing(base, head)?.iter() {
            let Some(optional) = conflicts.get(&change.path) else { continue };
            let stood = self.trees.entry(start, &change.path)?;
            let sides = (self.load(stood.as_ref())?, self.load(change.base.as_ref())?, self.load(change.head.as_ref())?);
            let matters = match &sides {
                (Some(s), Some(b), Some(h)) => {
                    let (stood, removed) = (lines::count(&s.lines()), changed_lines(&b.lines(), &h.lines()).0);
                    removed.iter().any(|line| optional.lines.contains(*line) && !stood.contains_key(line))
                }
                _ => true,
            };
            if matters || optional.whole {
                out.push(change.path.clone());
            }
        }
        Ok(out)
    }

    /// The paths at which two trees have other lines, in whatever order.
    pub(super) fn unlike(&self, a: &Oid, b: &Oid) -> Result<Vec<RepoPath>> {
        let mut out = Vec::new();
        for change in self.trees.differing(a, b)?.iter() {
            if !self.same_lines(change.base.as_ref(), change.head.as_ref())? {
                out.push(change.path.clone());
            }
        }
        Ok(out)
    }

    /// A file's lines; none where it has no lines. An absent file has no bytes.
    pub(super) fn load(&self, entry: Option<&PathEntry>) -> Result<Option<Loaded>> {
        let Some(entry) = entry else { return Ok(Some(Loaded(None))) };
        if !entry.is_file() {
            return Ok(None);
        }
        Ok(match self.trees.objects.text(&entry.id)? {
            Text::Lines(bytes) => Some(Loaded(Some(bytes))),
            Text::Opaque => None,
        })
    }

    /// Whether there is a file, with lines in it if it is one of lines.
    pub(super) fn has_content(&self, entry: Option<&PathEntry>) -> Result<bool> {
        Ok(self.load(entry)?.is_none_or(|file| !file.lines().is_empty()))
    }

    /// A file made of two. Where it came out as one of them it is that one, in the order in which whoever wrote it has it.
    fn put_together(&self, mode: u32, lines: &[Line<'_>], of: [(Option<&PathEntry>, &Loaded); 2]) -> Result<PathEntry> {
        let whole = of.into_iter().find_map(|(entry, file)| entry.filter(|_| file.lines() == lines));
        whole.map_or_else(|| self.compose(mode, lines), |entry| Ok(PathEntry { mode, id: entry.id }))
    }

    pub(super) fn compose(&self, mode: u32, lines: &[Line<'_>]) -> Result<PathEntry> {
        let id = self.trees.objects.keep_text(lines::join(lines))?;
        self.composed.borrow_mut().insert(id);
        Ok(PathEntry { mode, id })
    }

    /// How many lines differ; a file without lines counts as one, and so does a file that is gone as a whole, and another name. Lines of a
    /// composed file that only moved do not count.
    pub(super) fn size(&self, base: &Oid, head: &Oid) -> Result<usize> {
        let (renames, mut size) = (self.renames(base, head)?, 0);
        for change in self.trees.differing(base, head)?.iter() {
            if renames.old_name(&change.path).is_some() {
                continue;
            }
            let new_name = renames.new_name(&change.path);
            let new = new_name.map_or_else(|| Ok(change.head.clone()), |to| self.trees.entry(head, to))?;
            size += usize::from(new_name.is_some());
            if new.is_none() {
                size += 1;
                continue;
            }
            let (Some(b), Some(h)) = (self.load(change.base.as_ref())?, self.load(new.as_ref())?) else {
                size += usize::from(new != change.base);
                continue;
            };
            let (removed, added) = changed_lines(&b.lines(), &h.lines());
            let composed = change.base.as_ref().is_some_and(|e| self.composed.borrow().contains(&e.id));
            let aside = if composed { lines::moved_aside(&removed, &added) } else { HashSet::new() };
            size += removed.iter().chain(&added).filter(|l| !aside.contains(*l)).count();
        }
        Ok(size)
    }
}

/// The removed and the added lines of a file, copied out.
pub(super) fn changed_lines<'b>(base: &[Line<'b>], head: &[Line<'b>]) -> (Vec<Line<'b>>, Vec<Line<'b>>) {
    let changes = lines::changes(base, head);
    let removed = changes.iter().flat_map(|c| &base[c.base.clone()]).copied().collect();
    (removed, changes.iter().flat_map(|c| &head[c.head.clone()]).copied().collect())
}

/// The change at a path, in a sorted list.
pub(super) fn at<'b>(changes: &'b [Differing], path: &RepoPath) -> Option<&'b Differing> {
    changes.binary_search_by(|c| c.path.cmp(path)).ok().map(|i| &changes[i])
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::attribution::memory::Memory;

    /// `path=lines` with `/` for line ends, `path` for an empty file, several by blanks.
    pub(in super::super) fn tree(files: &Files<'_>, text: &str) -> Oid {
        let mut edits = Edits::new();
        for file in text.split_whitespace() {
            let (path, lines) = file.split_once('=').map_or((file, None), |(path, lines)| (path, Some(lines)));
            let bytes = lines.into_iter().flat_map(|lines| lines.split('/')).map(|l| format!("{l}\n")).collect::<String>().into_bytes();
            let id = files.trees.objects.keep_text(bytes).expect("a text");
            edits.insert(RepoPath::from(path), Some(PathEntry { mode: 0o100_644, id }));
        }
        files.trees.edited(&files.trees.empty, &edits).expect("a tree")
    }

    #[test]
    fn merges_trees() {
        let memory = Memory::default();
        let files = Files::new(Trees::new(&memory).expect("trees"));
        for (base, ours, theirs, merged, conflicts) in [
            ("a=1/2/3", "a=0/1/2/3", "a=1/2/3/4", "a=0/1/2/3/4", 0),
            ("a=1 b=1", "a=1", "a=1 b=1 c=1", "a=1 c=1", 0),
            ("a=1/2/3/4", "a=1/2/3/4/DIRT", "b=1/2/3/4", "b=1/2/3/4/DIRT", 0),
            ("a=1/2/3/4", "b=1/2/3/4", "a=0/1/2/3/4", "b=0/1/2/3/4", 0),
            ("a=1/2", "a=1/2/DIRT", "c=other", "a=DIRT c=other", 1),
            ("a=1/2", "a=1", "c=other", "c=other", 1),
            ("a=1/2/3/4 b=1", "b=1", "c=1/2/3/4 b=1", "b=1", 1),
            ("a=1/2/3/4 b=1", "b=1 c=1/2/3/4/5", "b=1", "b=1 c=5", 1),
            ("a=1/2/3/4", "b=1/2/3/4/5", "c=0/1/2/3/4", "b=0/1/2/3/4/5", 0),
            ("a=1/2/3/4", "c=1/2/3/4/5", "c=0/1/2/3/4", "c=0/1/2/3/4/5", 0),
        ] {
            let (out, said) = files.merge(&tree(&files, base), &tree(&files, ours), &tree(&files, theirs)).expect("a merge");
            assert_eq!((out, said.len()), (tree(&files, merged), conflicts), "{base} | {ours} | {theirs}");
        }
    }

    #[test]
    fn partial_and_restore_go_file_by_file() {
        let memory = Memory::default();
        let files = Files::new(Trees::new(&memory).expect("trees"));
        let of = |text: &str| tree(&files, text);
        let took = files.partial(&of("a=1 b=1"), &of("a=1/D b=1/D new=x"), &of("a=1/D/own b=1 new=x")).expect("a tree");
        assert_eq!(took, of("a=1/D b=1 new=x"));
        let back = files.restore(&of("a=1"), &of("a=1/2 b=3"), &of("a=1/2/own b=3"), RestoreScope::All).expect("a tree");
        assert_eq!(back, of("a=1/2 b=3"));
    }
}
