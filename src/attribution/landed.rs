//! The session's commits that came back under another id: squashed into one, or copied, by somebody else's hand and not in this worktree.
//!
//! Known again by what they change alone, lines with their paths and without context. Where a file has another name by then, the change is
//! first carried there. Whose the commits behind it are is decided elsewhere.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::rc::Rc;

use anyhow::Result;

use super::case::{Case, Patch, Sign, SignedLine};
use super::history::Graph;
use super::objects::CommitFacts;
use super::reflog::{Class, LogEntry};
use super::replay::{CommitOrigin, Replay};
use super::trees::Differing;
use crate::change::{Oid, RepoPath};

/// What a commit that was made elsewhere holds.
#[derive(Clone, Debug)]
pub(super) struct LandedRange {
    /// Below the commits that went into it.
    base: Oid,
    /// The last of them.
    tip: Oid,
    /// Whether others' changes are in it as well.
    mixed: bool,
}

impl LandedRange {
    /// Whether a commit that appeared since the start went into it, or is below what went into it.
    pub(super) fn is_on(&self, graph: &Graph, id: &Oid) -> bool {
        graph.descends(&self.tip, id)
    }

    /// Whether a commit that appeared since the start went into it.
    pub(super) fn took_in(&self, graph: &Graph, id: &Oid) -> bool {
        self.is_on(graph, id) && !graph.descends(&self.base, id)
    }
}

/// As many commits made elsewhere are looked at.
const MOST_LOOKED_AT: usize = 500;
/// As many pairs of commits are looked at for where they parted.
const MOST_PAIRS: usize = 200;
/// As many ranges are carried to where their files have other names.
const MOST_CARRIED: usize = 200;
/// Fewer lines than this, of those with a word in them, two people may have changed alike by chance.
const LEAST_BY_HAND: usize = 5;
/// Fewer than this the same person may have written in two commits, unless they are called the same.
const LEAST_BY_ONE: usize = 2;

/// How much was looked at in one reading.
#[derive(Debug, Default)]
pub(super) struct SearchCounts {
    commits: usize,
    pairs: usize,
    carried: usize,
}

impl Replay<'_, '_> {
    /// Notices where a commit that this worktree did not make holds just what commits made before in the session changed.
    pub(super) fn detect_landed(&mut self, id: &Oid) -> Result<()> {
        if self.made.is_empty() || self.made.contains_key(id) || self.searched.commits >= MOST_LOOKED_AT {
            return Ok(());
        }
        self.searched.commits += 1;
        let Some(incoming) = IncomingCommit::of(self.case, id)? else { return Ok(()) };
        let mut mixed = None;
        for tip in self.tips_like(&incoming)? {
            let own = self.case.commit(&tip)?;
            for base in self.bases_of(&tip, &incoming.parent)? {
                match self.likeness((&base, &tip), &incoming)? {
                    Likeness::Same if incoming.adds() || same_person(&incoming.author, &own.author) => {
                        return self.note_landed(id, LandedRange { base, tip, mixed: false });
                    }
                    Likeness::Most { lines, is_nearly_all, is_little }
                        if is_nearly_all || self.is_by_hand_of((&tip, &own), &incoming, is_little) =>
                    {
                        let best = mixed.as_ref().is_none_or(|(most, _)| lines > *most);
                        mixed = if best { Some((lines, LandedRange { base, tip, mixed: true })) } else { mixed };
                    }
                    Likeness::Same | Likeness::Most { .. } | Likeness::None => {}
                }
            }
        }
        let landed = mixed.map(|(_, landed)| landed).map_or_else(|| self.renewed(&incoming), |landed| Ok(Some(landed)))?;
        landed.map_or(Ok(()), |landed| self.note_landed(id, landed))
    }

    /// Whether what arrived is by who made one of the session's commits. Little that is alike may be so by chance, but for a commit that a
    /// remote has, or that still bears its name, as a forge writes it.
    fn is_by_hand_of(&self, (tip, own): (&Oid, &CommitFacts), incoming: &IncomingCommit<'_>, is_little: bool) -> bool {
        let rest = || incoming.subject.strip_prefix(own.subject.as_slice()).filter(|_| !own.subject.is_empty());
        let is_named = || rest().is_some_and(|rest| rest.is_empty() || rest.starts_with(b" (#"));
        same_person(&incoming.author, &own.author) && (!is_little || is_named() || self.case.history.is_on_remote_branch(tip))
    }

    /// Of a commit that says it is one of the session's, written in the same second under the same subject: that one, whatever somebody made
    /// of it.
    fn renewed(&self, incoming: &IncomingCommit<'_>) -> Result<Option<LandedRange>> {
        let (case, mut own) = (self.case, Vec::new());
        for (tip, (i, _)) in &self.made {
            let facts = case.commit(tip)?;
            let is_named = facts.author == incoming.author && facts.subject == incoming.subject && !facts.subject.is_empty();
            if is_named && self.is_of_the_session(tip) && self.may_have_landed(incoming, tip)? {
                own.extend(facts.parents.first().map(|base| (*i, LandedRange { base: *base, tip: *tip, mixed: true })));
            }
        }
        Ok(own.into_iter().max_by_key(|(i, _)| *i).map(|(_, landed)| landed))
    }

    /// Whether a commit was written in the session, amended or not: one of before, or another's, goes on bearing its author line.
    fn is_of_the_session(&self, id: &Oid) -> bool {
        match self.made.get(id) {
            Some((_, CommitOrigin::Commit)) => true,
            Some((i, CommitOrigin::Amend(old))) => self.made.get(old).is_some_and(|(j, _)| j < i) && self.is_of_the_session(old),
            _ => false,
        }
    }

    /// Whether neither of the two knows the other, and what arrived was not there before.
    fn may_have_landed(&self, incoming: &IncomingCommit<'_>, tip: &Oid) -> Result<bool> {
        let graph = &self.case.history.graph;
        let is_apart = !graph.descends(tip, &incoming.id) && !graph.descends(&incoming.id, tip);
        Ok(is_apart && !self.is_older(incoming, tip)? && !self.was_there_before(incoming, tip)?)
    }

    /// Whether what arrived was committed before `tip`, so only looks like it. A commit that bears its author line is a copy, whatever date
    /// that was given. Where a remote has the session's commit, clocks may differ.
    fn is_older(&self, incoming: &IncomingCommit<'_>, tip: &Oid) -> Result<bool> {
        /// So many seconds the clock of a forge, or of who copied a commit, may be late.
        const LATE: i64 = 3600;
        let own = self.case.commit(tip)?;
        let Some((theirs, ours)) = incoming.made_at.zip(own.made_at) else { return Ok(false) };
        let is_before = incoming.author != own.author && theirs < ours;
        Ok(is_before && (theirs + LATE < ours || !self.case.history.is_on_remote_branch(tip)))
    }

    /// Commits of the session that may be the last one in what arrived, newest first: both change some line alike, neither knows the
    /// other, and what arrived was not there before.
    fn tips_like(&self, incoming: &IncomingCommit<'_>) -> Result<Vec<Oid>> {
        let mut made: Vec<(usize, &Oid)> = self.made.iter().map(|(id, (i, _))| (*i, id)).collect();
        made.sort_unstable_by(|a, b| b.cmp(a));
        let mut out = Vec::new();
        for (_, tip) in made {
            if incoming.is_near(self.case, tip)? && self.may_have_landed(incoming, tip)? {
                out.push(*tip);
            }
        }
        Ok(out)
    }

    /// Whether a remote-tracking branch had what arrived when the session made `tip`, which is a copy of it then. One clock, of whole
    /// seconds, moved both: of one second the session's commit is the later one, as nothing comes back from others so soon, unless a pull
    /// brought what arrived, which HEAD would have followed, its author or a remote knew the session's commit, or another branch that has
    /// what arrived was switched to.
    fn was_there_before(&self, incoming: &IncomingCommit<'_>, tip: &Oid) -> Result<bool> {
        let Some(made) = self.made.get(tip).and_then(|(i, _)| self.case.entry(*i).at) else { return Ok(false) };
        let arrivals = &incoming.arrivals;
        if arrivals.iter().any(|arrival| arrival.at.is_some_and(|at| at < made)) {
            return Ok(true);
        }
        if !arrivals.iter().any(|arrival| arrival.at == Some(made) && !arrival.is_by_pull()) {
            return Ok(false);
        }
        let (history, graph) = (self.case.history, &self.case.history.graph);
        let is_known = same_person(&incoming.author, &self.case.commit(tip)?.author) || history.is_on_remote_branch(tip);
        let has_it_instead = |head: &Oid| graph.descends(head, &incoming.id) && !graph.descends(head, tip);
        let mut leaving = history.log.iter().zip(&self.case.classes).rev();
        let left = leaving.find(|(entry, _)| graph.descends(&entry.old, tip) && !graph.descends(&entry.new, tip));
        let is_left = left.is_some_and(|(_, class)| *class == Class::Switch) && history.end.head.as_ref().is_some_and(has_it_instead);
        Ok(!is_known && !is_left)
    }

    /// Below which commits a range that ends with `tip` may begin: the tip alone, all since it parted from `parent`, all since the last
    /// one that landed.
    fn bases_of(&mut self, tip: &Oid, parent: &Oid) -> Result<Vec<Oid>> {
        let graph = &self.case.history.graph;
        let mut out: Vec<Oid> = graph.parents(tip).first().copied().into_iter().collect();
        if self.searched.pairs < MOST_PAIRS {
            self.searched.pairs += 1;
            out.extend(self.case.objects().merge_bases(tip, parent)?);
        }
        let below = |landed: &&LandedRange| landed.tip != *tip && graph.descends(tip, &landed.tip);
        out.extend(self.landed.values().filter(below).map(|landed| landed.tip));
        out.dedup();
        Ok(out)
    }

    /// How what the commits between `ours` change, taken together, compares with what arrived. Where a file may have another name on one of
    /// the two sides, also as git would merge it there.
    fn likeness(&mut self, ours: (&Oid, &Oid), incoming: &IncomingCommit<'_>) -> Result<Likeness> {
        let case = self.case;
        let (base, tip) = (case.tree(Some(ours.0))?, case.tree(Some(ours.1))?);
        let as_it_is = incoming.likeness(case, &base, &tip)?;
        if as_it_is == Likeness::Same || self.searched.carried >= MOST_CARRIED || !may_be_renamed(case, (&base, &tip), &incoming.below)? {
            return Ok(as_it_is);
        }
        self.searched.carried += 1;
        let carried = case.files.merge(&base, &incoming.below, &tip)?.0;
        Ok(as_it_is.max(incoming.likeness(case, &incoming.below, &carried)?))
    }

    fn note_landed(&mut self, id: &Oid, landed: LandedRange) -> Result<()> {
        let sources: Vec<Oid> =
            self.case.range(&landed.tip, &landed.base)?.iter().filter(|source| self.made.contains_key(*source)).copied().collect();
        let i = self.made.get(&landed.tip).map_or(0, |(i, _)| *i);
        self.made.insert(*id, (i, CommitOrigin::Landed(Rc::new(sources))));
        self.landed.insert(*id, landed);
        Ok(())
    }

    /// Whether a file that a commit brought into being is others'. One that landed and was changed on the way is of whoever made it.
    pub(super) fn is_brought_by_others(&mut self, id: &Oid, path: &RepoPath) -> Result<bool> {
        let (case, tip) = (self.case, self.landed.get(id).map(|landed| landed.tip));
        let at_tip = tip.as_ref().map(|tip| case.files.trees.entry(&case.tree(Some(tip))?, path)).transpose()?.flatten();
        let made = tip.as_ref().filter(|_| at_tip.is_some()).unwrap_or(id);
        Ok(case.files.trees.entry(&self.foreign(made)?, path)?.is_some())
    }

    /// The foreign part of a commit that landed: what is foreign in the commits that went into it, on top of what it stands on.
    pub(super) fn foreign_of_landed(&mut self, id: &Oid, landed: &LandedRange) -> Result<Oid> {
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
        self.case.arranged(&files.partial(&below, &brought, &facts.tree)?, &facts.tree)
    }
}

/// A commit that this worktree did not make, as the session's commits are compared with it.
struct IncomingCommit<'a> {
    id: Oid,
    author: Vec<u8>,
    subject: Vec<u8>,
    /// When it was committed, by the clock of whoever did.
    made_at: Option<i64>,
    /// How remote-tracking branches came to have it.
    arrivals: Vec<&'a LogEntry>,
    parent: Oid,
    /// The parent's tree.
    below: Oid,
    paths: HashSet<RepoPath>,
    patch: Rc<(Patch, u64)>,
    /// The changed lines that have a word in them, whatever the file.
    worded: OnceCell<HashSet<(Sign, u64)>>,
}

impl<'a> IncomingCommit<'a> {
    /// A commit with one parent; none of other commits.
    fn of(case: &Case<'a>, id: &Oid) -> Result<Option<Self>> {
        let facts = case.commit(id)?;
        let [parent] = facts.parents.as_slice() else { return Ok(None) };
        Ok(Some(Self {
            id: *id,
            author: facts.author.clone(),
            subject: facts.subject.clone(),
            made_at: facts.made_at,
            arrivals: case.history.arrivals.iter().filter(|arrival| case.history.graph.descends(&arrival.new, id)).collect(),
            parent: *parent,
            below: case.tree(Some(parent))?,
            paths: touched(case, id)?.iter().map(|change| change.path.clone()).collect(),
            patch: case.patch_of(id)?,
            worded: OnceCell::new(),
        }))
    }

    /// Whether it adds a line.
    fn adds(&self) -> bool {
        self.patch.0.keys().any(|(sign, _)| *sign == Sign::Added)
    }

    /// Whether `commit` changes some line alike: in the file of that name or, where that is not there any more, one with a word in any.
    fn is_near(&self, case: &Case<'_>, commit: &Oid) -> Result<bool> {
        let changes = touched(case, commit)?;
        if changes.iter().any(|change| self.paths.contains(&change.path))
            && case.patch_of(commit)?.0.keys().any(|line| self.patch.0.contains_key(line))
        {
            return Ok(true);
        }
        if !is_any_gone(case, &changes, &self.below)? {
            return Ok(false);
        }
        let worded = self.worded.get_or_init(|| self.patch.0.keys().filter_map(in_words).collect());
        Ok(case.patch_of(commit)?.0.keys().filter_map(in_words).any(|line| worded.contains(&line)))
    }

    /// How a change compares with what arrived.
    fn likeness(&self, case: &Case<'_>, base: &Oid, head: &Oid) -> Result<Likeness> {
        let changed = case.files.trees.differing(base, head)?;
        let (paths, patch) = (&self.paths, &self.patch.0);
        if changed.len() > paths.len() || changed.iter().any(|change| !paths.contains(&change.path)) || patch.is_empty() {
            return Ok(Likeness::None);
        }
        let mine = case.patch(base, head)?.0;
        if changed.len() == paths.len() && mine == *patch {
            return Ok(Likeness::Same);
        }
        let common: Vec<&SignedLine> = mine.keys().filter(|line| patch.contains_key(*line)).collect();
        let (lines, by_hand) = (common.len(), common.iter().filter(|line| in_words(line).is_some()).count());
        // two people can delete the same by chance
        let any_added = common.iter().any(|(sign, _)| *sign == Sign::Added);
        let is_nearly_all = lines * 2 > patch.len() && by_hand >= LEAST_BY_HAND && any_added;
        let is_little = by_hand < LEAST_BY_ONE;
        Ok(if lines * 2 > mine.len() { Likeness::Most { lines, is_nearly_all, is_little } } else { Likeness::None })
    }
}

/// How a commit's change compares with that of several taken together, the least alike first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    None,
    /// It changes as many of their lines, more than half, and others. Where those are fewer, somebody reviewed it; where they are more, only
    /// the author tells that it is no other work.
    Most {
        lines: usize,
        is_nearly_all: bool,
        /// So few that whoever writes twice may write them twice.
        is_little: bool,
    },
    /// The same lines are changed.
    Same,
}

fn in_words((sign, line): &SignedLine) -> Option<(Sign, u64)> {
    line.word().map(|text| (*sign, text))
}

/// What a commit changes against its first parent.
fn touched(case: &Case<'_>, id: &Oid) -> Result<Rc<Vec<Differing>>> {
    let facts = case.commit(id)?;
    case.files.trees.differing(&case.tree(facts.parents.first())?, &facts.tree)
}

/// Whether a file of a change may have another name after it, or in `other`.
fn may_be_renamed(case: &Case<'_>, (base, tip): (&Oid, &Oid), other: &Oid) -> Result<bool> {
    let changes = case.files.trees.differing(base, tip)?;
    Ok(changes.iter().any(|change| change.base.is_some() && change.head.is_none()) || is_any_gone(case, &changes, other)?)
}

/// Whether a changed file is not in `tree`.
fn is_any_gone(case: &Case<'_>, changes: &[Differing], tree: &Oid) -> Result<bool> {
    for change in changes.iter().filter(|change| change.base.is_some()) {
        if case.files.trees.entry(tree, &change.path)?.is_none() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether two author lines name one person; they end with a time.
fn same_person(a: &[u8], b: &[u8]) -> bool {
    let name = |line: &[u8]| line.rsplit(|b| *b == b'>').nth(1).map(<[u8]>::to_vec);
    name(a).is_some() && name(a) == name(b)
}
