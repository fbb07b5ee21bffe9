//! The session's commits that came back under another id: squashed into one, or copied, by somebody else's hand and not in this worktree.
//!
//! Known again by what they change alone, lines with their paths and without context. Whose the commits behind it are is decided elsewhere.

use std::collections::HashSet;
use std::rc::Rc;

use anyhow::Result;

use super::case::Case;
use super::replay::{Making, Replay};
use crate::change::{Oid, RepoPath};

/// What a commit that was made elsewhere holds.
#[derive(Clone, Debug)]
pub(super) struct Landed {
    /// Below the commits that went into it.
    base: Oid,
    /// The last of them.
    tip: Oid,
    /// Whether others' changes are in it as well.
    mixed: bool,
}

/// As many commits made elsewhere are looked at.
const MOST_LOOKED_AT: usize = 500;
/// As many pairs of commits are looked at for where they parted.
const MOST_PAIRS: usize = 200;

/// How much was looked at in one reading.
#[derive(Debug, Default)]
pub(super) struct Effort {
    commits: usize,
    pairs: usize,
}

impl Replay<'_, '_> {
    /// Notices where a commit that this worktree did not make holds just what commits made before in the session changed.
    pub(super) fn look_at_landed(&mut self, id: &Oid) -> Result<()> {
        if self.made.is_empty() || self.made.contains_key(id) || self.effort.commits >= MOST_LOOKED_AT {
            return Ok(());
        }
        self.effort.commits += 1;
        let case = self.case;
        let facts = case.commit(id)?;
        let [parent] = facts.parents.as_slice() else { return Ok(()) };
        let (paths, mut mixed) = (touched(case, id)?, None);
        for tip in self.tips_like(id, &paths)? {
            for base in self.bases_of(&tip, parent)? {
                match likeness(case, (&base, &tip), id, &paths)? {
                    Likeness::Same => return self.note_landed(id, Landed { base, tip, mixed: false }),
                    Likeness::Most(lines) if same_person(&facts.author, &case.commit(&tip)?.author) => {
                        let best = mixed.as_ref().is_none_or(|(most, _)| lines > *most);
                        mixed = if best { Some((lines, Landed { base, tip: tip.clone(), mixed: true })) } else { mixed };
                    }
                    Likeness::Most(_) | Likeness::None => {}
                }
            }
        }
        mixed.map_or(Ok(()), |(_, landed)| self.note_landed(id, landed))
    }

    /// Commits of the session that may be the last one in `id`, newest first: both change some line alike, and neither knows the other.
    fn tips_like(&self, id: &Oid, paths: &HashSet<RepoPath>) -> Result<Vec<Oid>> {
        let (case, graph) = (self.case, &self.case.history.graph);
        let mut made: Vec<(usize, &Oid)> = self.made.iter().map(|(id, (i, _))| (*i, id)).collect();
        made.sort_unstable_by(|a, b| b.cmp(a));
        let mut out = Vec::new();
        for (_, tip) in made {
            let near = touched(case, tip)?.intersection(paths).next().is_some();
            if near
                && case.patch_of(tip)?.0.keys().any(|line| case.patch_of(id).is_ok_and(|patch| patch.0.contains_key(line)))
                && !graph.descends(tip, id)
                && !graph.descends(id, tip)
            {
                out.push(tip.clone());
            }
        }
        Ok(out)
    }

    /// Below which commits a range that ends with `tip` may begin: the tip alone, all since it parted from `parent`, all since the last
    /// one that landed.
    fn bases_of(&mut self, tip: &Oid, parent: &Oid) -> Result<Vec<Oid>> {
        let graph = &self.case.history.graph;
        let mut out: Vec<Oid> = graph.parents(tip).first().cloned().into_iter().collect();
        if self.effort.pairs < MOST_PAIRS {
            self.effort.pairs += 1;
            out.extend(self.case.objects().merge_bases(tip, parent)?);
        }
        let below = |landed: &&Landed| landed.tip != *tip && graph.descends(tip, &landed.tip);
        out.extend(self.landed.values().filter(below).map(|landed| landed.tip.clone()));
        out.dedup();
        Ok(out)
    }

    fn note_landed(&mut self, id: &Oid, landed: Landed) -> Result<()> {
        let sources: Vec<Oid> =
            self.case.range(&landed.tip, &landed.base)?.iter().filter(|source| self.made.contains_key(*source)).cloned().collect();
        let i = self.made.get(&landed.tip).map_or(0, |(i, _)| *i);
        self.made.insert(id.clone(), (i, Making::Landed(Rc::new(sources))));
        self.landed.insert(id.clone(), landed);
        Ok(())
    }

    /// The foreign part of a commit that landed: what is foreign in the commits that went into it, on top of what it stands on.
    pub(super) fn foreign_of_landed(&mut self, id: &Oid, landed: &Landed) -> Result<Oid> {
        let facts = self.case.commit(id)?;
        let below = self.foreign_or_empty(facts.parents.first())?;
        let (before, theirs) = (self.foreign(&landed.base)?, self.foreign(&landed.tip)?);
        let brought = self.merge(&before, &below, &theirs)?;
        if landed.mixed {
            let [base, tip] = [&landed.base, &landed.tip].map(|id| self.case.tree(Some(id)));
            let unmixed = self.merge(&base?, &self.case.tree(facts.parents.first())?, &tip?)?;
            return self.merge(&unmixed, &brought, &facts.tree);
        }
        let files = &self.case.files;
        files.arranged(&files.partial(&below, &brought, &facts.tree)?, &facts.tree)
    }
}

/// The paths that a commit changes against its first parent.
fn touched(case: &Case<'_>, id: &Oid) -> Result<HashSet<RepoPath>> {
    let facts = case.commit(id)?;
    let changed = case.files.trees.differing(&case.tree(facts.parents.first())?, &facts.tree)?;
    Ok(changed.iter().map(|change| change.path.clone()).collect())
}

/// How a commit's change compares with that of several taken together.
enum Likeness {
    /// The same lines are changed.
    Same,
    /// It changes as many of their lines, more than half, and others.
    Most(usize),
    None,
}

/// How what the commits between `ours` change, taken together, compares with what `theirs` changes, at these paths.
fn likeness(case: &Case<'_>, ours: (&Oid, &Oid), theirs: &Oid, paths: &HashSet<RepoPath>) -> Result<Likeness> {
    let (base, tip) = (case.tree(Some(ours.0))?, case.tree(Some(ours.1))?);
    let changed = case.files.trees.differing(&base, &tip)?;
    let patch = case.patch_of(theirs)?;
    if changed.len() > paths.len() || changed.iter().any(|change| !paths.contains(&change.path)) || patch.0.is_empty() {
        return Ok(Likeness::None);
    }
    let mine = case.patch(&base, &tip)?.0;
    if changed.len() == paths.len() && mine == patch.0 {
        return Ok(Likeness::Same);
    }
    let common = mine.keys().filter(|line| patch.0.contains_key(*line)).count();
    Ok(if common * 2 > mine.len() { Likeness::Most(common) } else { Likeness::None })
}

/// Whether two author lines name one person; they end with a time.
fn same_person(a: &[u8], b: &[u8]) -> bool {
    let name = |line: &[u8]| line.rsplit(|b| *b == b'>').nth(1).map(<[u8]>::to_vec);
    name(a).is_some() && name(a) == name(b)
}
