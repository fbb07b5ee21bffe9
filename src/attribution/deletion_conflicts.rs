//! Files that one side of a merge deleted and that whoever merged kept: whose their lines are.
//!
//! Who deleted a file, and whether the merge came out as git makes it, is decided elsewhere.

use anyhow::Result;

use super::files::Files;
use super::lines;
use super::objects::PathEntry;
use super::trees::Edits;
use crate::change::{Oid, RepoPath};

/// A side of a merge.
#[derive(Clone, Debug)]
pub(super) struct MergeSide {
    pub(super) tree: Oid,
    pub(super) foreign: Oid,
}

impl Files<'_> {
    /// `x`, with the files that all but one of `sides` deleted and that `z` has all the same, as that side's foreign part has them: whoever
    /// keeps a file keeps it with what was deleted in it before. Of a deleted file `merged` has at most what was added to it.
    pub(super) fn as_kept(&self, x: &Oid, merged: &Oid, sides: &[MergeSide], z: &Oid) -> Result<Oid> {
        let mut edits = Edits::new();
        for change in self.trees.differing(merged, z)?.iter() {
            let (Some(seen), Some(side)) = (&change.head, self.only_having(sides, &change.path)?) else { continue };
            if let Some(foreign) = self.trees.entry(&side.foreign, &change.path)? {
                let whole = self.trees.entry(&side.tree, &change.path)?;
                edits.extend(
                    self.kept_file(foreign, whole.as_ref(), (change.base.as_ref(), seen))?.map(|kept| (change.path.clone(), Some(kept))),
                );
            }
        }
        self.trees.edited(x, &edits)
    }

    /// A file's foreign part, but for what only the deletion explains: lines that stood in the whole file and were not kept. Where not one
    /// of its lines was, but for those that the deletion left, nobody kept it.
    fn kept_file(
        &self,
        foreign: PathEntry,
        whole: Option<&PathEntry>,
        (left, seen): (Option<&PathEntry>, &PathEntry),
    ) -> Result<Option<PathEntry>> {
        let sides = (self.load(Some(&foreign))?, self.load(whole)?, self.load(left)?, self.load(Some(seen))?);
        let (Some(f), Some(w), Some(left), Some(z)) = sides else { return Ok(Some(foreign)) };
        let (f, w, left, z) = (f.lines(), w.lines(), left.lines(), z.lines());
        if !f.is_empty() && !f.iter().any(|line| z.contains(line) && !left.contains(line)) {
            return Ok(None);
        }
        let kept = lines::partial(&f, &lines::additions(&w, &f), &z);
        if kept == f { Ok(Some(foreign)) } else { self.compose(foreign.mode, &kept).map(Some) }
    }

    /// The one of `sides` that has a file, where others deleted it on every other one: none has it under any name, nor would have it
    /// without the session.
    fn only_having<'b>(&self, sides: &'b [MergeSide], path: &RepoPath) -> Result<Option<&'b MergeSide>> {
        for (i, side) in sides.iter().enumerate() {
            if self.trees.entry(&side.tree, path)?.is_some() {
                let others = sides.iter().enumerate().filter(|(j, _)| *j != i);
                let elsewhere = others.flat_map(|(_, other)| [&other.tree, &other.foreign]);
                let had = elsewhere.map(|tree| self.entry_of(tree, &side.tree, path)).collect::<Result<Vec<_>>>()?;
                return Ok(had.iter().all(Option::is_none).then_some(side));
            }
        }
        Ok(None)
    }
}
