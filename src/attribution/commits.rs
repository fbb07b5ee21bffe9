//! Which of the commits made in a session are its results, what became of the others.
//!
//! Works on a finished reading. Decides by what was made how, by patches and by reach, never by dates.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use anyhow::Result;
use chrono::{DateTime, FixedOffset};

use super::case::{Case, LineHash, Patch, Sign, SignedLine};
use super::replay::{CommitOrigin, Replay};
use super::{AbandonReason, Attributed, DeadEnd};
use crate::attribution::reflog::Class;
use crate::change::{Oid, RepoPath};

/// The commits of a session, sorted out.
#[derive(Debug, Default)]
pub(super) struct Sorted {
    pub(super) commits: Vec<Attributed>,
    pub(super) carried_over: Vec<Oid>,
    pub(super) dead_ends: Vec<DeadEnd>,
    /// All that this worktree made, whatever became of it.
    pub(super) made: HashSet<Oid>,
}

/// Sorts out commits of one reading.
pub(super) struct Sorting<'a, 'c, 'r> {
    pub(super) case: &'c Case<'a>,
    pub(super) replay: &'r mut Replay<'a, 'c>,
    mine: HashMap<Oid, bool>,
    pub(super) reachable: HashSet<&'a Oid>,
    /// Fingerprints of the commits made that are within reach at the end, each with the last entry that made one.
    finals: HashMap<(Vec<u8>, Vec<u8>), usize>,
}

impl<'a, 'c, 'r> Sorting<'a, 'c, 'r> {
    pub(super) fn new(case: &'c Case<'a>, replay: &'r mut Replay<'a, 'c>) -> Result<Self> {
        let mut reachable = case.reachable();
        // a rebase that stands still has made these anew, though the branch is where it was
        if let Some(rebase) = replay.rebase.as_ref().filter(|_| case.history.rebasing) {
            let is_rebased = |name: &str, id: &Oid| name.starts_with("refs/heads/") && *id == rebase.orig;
            let others = case.history.tips().filter(|(name, id)| !is_rebased(name, id)).map(|(_, id)| id);
            let beside = case.history.graph.reached(others.chain(&case.history.end.head));
            reachable.retain(|id| beside.contains(id) || !rebase.copied.contains(*id));
        }
        let mut out = Self { case, replay, mine: HashMap::new(), reachable, finals: HashMap::new() };
        out.leave_superseded()?;
        for (id, (i, _)) in out.replay.made.iter().filter(|(id, _)| out.reachable.contains(id)) {
            let facts = case.commit(id)?;
            let last = out.finals.entry((facts.author.clone(), facts.subject.clone())).or_default();
            *last = (*last).max(*i);
        }
        Ok(out)
    }

    /// A commit that was amended or rebased, and that only a remote or a tool has as it was, is no result beside what became of it.
    fn leave_superseded(&mut self) -> Result<()> {
        let at_hand = self.case.at_hand();
        if self.replay.made.keys().all(|id| at_hand.contains(id) || !self.reachable.contains(id)) {
            return Ok(());
        }
        let within_reach = std::mem::replace(&mut self.reachable, at_hand);
        let replaces = |i: usize, origin: &CommitOrigin| {
            matches!(origin, CommitOrigin::Amend(_) | CommitOrigin::Pick(..)) && self.case.classes[i] != Class::Pick
        };
        let made = self.replay.made.iter().filter(|(_, (i, origin))| replaces(*i, origin));
        let made: Vec<Oid> = made.map(|(id, _)| *id).collect();
        let mut links = HashMap::new();
        for id in made {
            let from = self.came_after(&id, true)?;
            links.insert(id, from);
        }
        let superseded: HashSet<Oid> = self.reachable.iter().flat_map(|id| chain(id, &links)).collect();
        self.reachable = within_reach.into_iter().filter(|id| self.reachable.contains(id) || !superseded.contains(*id)).collect();
        Ok(())
    }

    /// All commits made, in the order made.
    pub(super) fn sorted(mut self) -> Result<Sorted> {
        let mut made: Vec<(usize, Oid)> = self.replay.made.iter().map(|(id, (i, _))| (*i, *id)).collect();
        made.sort();
        let (alive, gone): (Vec<_>, Vec<_>) = made.into_iter().map(|(_, id)| id).partition(|id| self.reachable.contains(id));
        let here = self.replay.made.iter().filter(|(_, (_, origin))| !matches!(origin, CommitOrigin::Landed(_)));
        let mut out = Sorted { made: here.map(|(id, _)| *id).collect(), ..Sorted::default() };
        for id in alive {
            if self.is_elsewhere(&id)? {
                continue;
            }
            if self.is_mine(&id)? {
                let by_another = self.case.history.is_others(&self.case.commit(&id)?.author);
                let commit = Attributed { replaced: Vec::new(), amended_at: None, branch: self.branch_of(&id), by_another, id };
                out.commits.push(commit);
            } else {
                out.carried_over.push(id);
            }
        }
        let mut successors = self.successors(&out)?;
        for commit in &mut out.commits {
            commit.replaced = chain(&commit.id, &successors);
            commit.amended_at = self.amended_at(commit);
        }
        let mut lived_on: HashSet<Oid> = successors.values().flatten().copied().collect();
        // the newest first: what was squashed into one that lived on lived on with it
        for id in gone.iter().rev() {
            if lived_on.contains(id) || self.is_spare(id, &successors, &lived_on) || !self.is_mine(id)? || self.is_flattened(id)? {
                continue;
            }
            let others = self.went_into(id, &out)?;
            if others.is_empty() {
                if !self.was_there_already(id)? {
                    out.dead_ends.insert(0, self.dead_end(id)?);
                }
                continue;
            }
            self.follow_squashes([*id], &mut successors)?;
            let before = chain(id, &successors);
            lived_on.extend(before.iter().copied());
            for at in others {
                let replaced = &mut out.commits[at].replaced;
                replaced.extend([id].into_iter().chain(&before).filter(|old| !replaced.contains(old)).copied().collect::<Vec<_>>());
            }
        }
        Ok(out)
    }

    fn amended_at(&self, commit: &Attributed) -> Option<DateTime<FixedOffset>> {
        let entries = self.case.history.log.iter().zip(&self.case.classes).rev().filter(|(_, class)| **class == Class::Amend);
        let mut amended = entries.map(|(entry, _)| entry).filter(|entry| entry.new == commit.id || commit.replaced.contains(&entry.new));
        amended.next()?.at
    }

    /// Whether a rebase that came to nothing made it of a commit that is still there or became another one: not what it went through itself
    /// on its way, nor an earlier copy that came to nothing as well.
    fn is_spare(&self, id: &Oid, successors: &HashMap<Oid, Vec<Oid>>, lived_on: &HashSet<Oid>) -> bool {
        let Some((at, CommitOrigin::Pick(_, Some(source)))) = self.replay.made.get(id) else { return false };
        if self.case.classes[*at] != Class::Replay {
            return false;
        }
        let went_through = chain(id, successors);
        let mut others = successors.iter().filter(|(other, came_after)| *other != id && came_after.contains(source));
        let in_another = others.any(|(other, _)| {
            let later = self.replay.made.get(other).is_some_and(|(i, _)| i > at);
            !went_through.contains(other) && (later || self.reachable.contains(other) || lived_on.contains(other))
        });
        self.reachable.contains(source) || in_another
    }

    /// Whether a commit that landed need not be told: nothing of the session is in it, or the commits that went into it are all still there.
    fn is_elsewhere(&mut self, id: &Oid) -> Result<bool> {
        let Some((_, CommitOrigin::Landed(sources))) = self.replay.made.get(id).cloned() else { return Ok(false) };
        for source in sources.iter().filter(|source| !self.reachable.contains(source)).copied().collect::<Vec<_>>() {
            if self.is_mine(&source)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn is_mine(&mut self, id: &Oid) -> Result<bool> {
        if let Some(known) = self.mine.get(id) {
            return Ok(*known);
        }
        // a commit that leads back to itself is nobody's
        self.mine.insert(*id, false);
        let decided = self.decide(id)?;
        self.mine.insert(*id, decided);
        Ok(decided)
    }

    fn decide(&mut self, id: &Oid) -> Result<bool> {
        match self.replay.made.get(id).map(|(_, origin)| origin.clone()) {
            None => Ok(false),
            Some(CommitOrigin::Commit | CommitOrigin::Merge) => Ok(true),
            Some(CommitOrigin::Brought) => Ok(false),
            Some(CommitOrigin::Amend(old)) => {
                let same = || -> Result<bool> { Ok(self.case.exists(&old)? && self.case.patch_of(&old)?.1 == self.case.patch_of(id)?.1) };
                let same = same()?;
                Ok(self.is_mine(&old)? || !same)
            }
            Some(CommitOrigin::Pick(known, source)) => self.is_picked_mine(id, &known, source.as_ref()),
            Some(CommitOrigin::Landed(sources)) => self.any_mine(&sources),
        }
    }

    fn is_picked_mine(&mut self, id: &Oid, known: &[Oid], source: Option<&Oid>) -> Result<bool> {
        let alike = self.alike(id, known, source)?;
        if self.any_mine(&alike)? || self.took_in(id, known, &alike)? {
            return Ok(true);
        }
        if alike.is_empty()
            && let Some(source) = self.case.source_anywhere(id, self.case.born(id))?
            && self.is_mine(&source)?
        {
            return Ok(true);
        }
        // one that changes no line, or that no log tells of, and that nobody else has made the like of, was not copied
        let is_written = alike.is_empty() && known.is_empty() && !self.case.history.is_others(&self.case.commit(id)?.author);
        if alike.is_empty() && self.case.patch_of(id)?.0.is_empty() {
            return Ok(is_written);
        }
        let is_recorded = self.replay.made.get(id).is_none_or(|(i, _)| self.case.entry(*i).at.is_some());
        Ok((is_written && !is_recorded) || self.has_own_part(id, known)?)
    }

    fn any_mine(&mut self, sources: &[Oid]) -> Result<bool> {
        for source in sources {
            if self.is_mine(source)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The commits among `known` that a copy may stem from.
    fn alike(&self, id: &Oid, known: &[Oid], source: Option<&Oid>) -> Result<Vec<Oid>> {
        let mut out = self.case.namesakes(id, known)?;
        if out.is_empty() {
            out.extend(source.filter(|source| known.contains(source)).copied());
        } else if out.len() > 1 {
            self.prefer_same_patch(id, &mut out)?;
        }
        Ok(out)
    }

    /// Of commits of one name, as a fixup leaves them beside what it went into, those whose patch the copy has whole.
    fn prefer_same_patch(&self, copy: &Oid, namesakes: &mut Vec<Oid>) -> Result<()> {
        let patch = self.case.patch_of(copy)?.1;
        let mut same = Vec::new();
        for id in namesakes.iter() {
            if self.case.patch_of(id)?.1 == patch {
                same.push(*id);
            }
        }
        if !same.is_empty() {
            *namesakes = same;
        }
        Ok(())
    }

    /// Squash and fixup: commits of the session that went into this one whole, and nowhere else.
    fn took_in(&mut self, id: &Oid, known: &[Oid], alike: &[Oid]) -> Result<bool> {
        let besides = self.put_together(id, known, alike)?;
        for other in known {
            if self.replay.made.contains_key(other)
                && !alike.contains(other)
                && self.is_mine(other)?
                && self.is_held(other, &[id], &besides)?
                && !self.is_repeated(other, alike)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether one of these commits changes all that `other` does, as one does that is taken back and applied again: then nothing in a copy of
    /// it is there by that.
    fn is_repeated(&self, other: &Oid, by: &[Oid]) -> Result<bool> {
        let patch = self.case.patch_of(other)?;
        for id in by {
            let same = self.case.patch_of(id)?;
            if patch.0.keys().all(|line| same.0.contains_key(line)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What is in a squashed commit for sure: those like it, and the one that it takes the place of and has lines of.
    fn put_together(&self, id: &Oid, known: &[Oid], alike: &[Oid]) -> Result<Vec<Oid>> {
        let (mut out, facts, patch) = (alike.to_vec(), self.case.commit(id)?, self.case.patch_of(id)?);
        for other in known.iter().filter(|other| !alike.contains(other)) {
            let same_place = self.case.commit(other)?.parents == facts.parents;
            if same_place && self.case.patch_of(other)?.0.keys().any(|line| patch.0.contains_key(line)) {
                out.push(*other);
            }
        }
        Ok(out)
    }

    /// Whether all lines that `part` changes are changed by one of `by`, or take back what else was put into them, and `part` lives on
    /// nowhere under its own name, and was not copied by itself.
    pub(super) fn is_held(&self, part: &Oid, by: &[&Oid], besides: &[Oid]) -> Result<bool> {
        let facts = self.case.commit(part)?;
        // one that was made before it is not what became of it
        let made = self.replay.made.get(part).map_or(0, |(i, _)| *i);
        if self.finals.get(&(facts.author.clone(), facts.subject.clone())).is_some_and(|last| *last > made) {
            return Ok(false);
        }
        if by.iter().any(|id| self.was_copied_beside(part, id)) {
            return Ok(false);
        }
        let (part, holders) = (self.case.patch_of(part)?, self.holders(by, besides)?);
        // a line in a file that got another name was there before
        let (moved_here, moved_there) = (Moved::of(&part.0), holders.by.iter().map(|patch| Moved::of(&patch.0)).collect::<Vec<_>>());
        let is_old = |line: &SignedLine| !moved_here.has(line) && moved_there.iter().any(|moved| moved.has(line));
        let held = |line: &SignedLine| holders.have(line) && !is_old(line) || holders.took_back(line);
        Ok(!part.0.is_empty() && part.0.keys().all(held))
    }

    /// The patches of commits that may hold another one, and of what went into them besides.
    pub(super) fn holders(&self, by: &[&Oid], besides: &[Oid]) -> Result<Holders> {
        let by = by.iter().map(|id| self.case.patch_of(id)).collect::<Result<Vec<_>>>()?;
        let besides = besides.iter().map(|id| self.case.patch_of(id)).collect::<Result<Vec<_>>>()?;
        Ok(Holders { by, besides })
    }

    /// Whether the rebase that made `copy` made another copy of `source`.
    fn was_copied_beside(&self, source: &Oid, copy: &Oid) -> bool {
        let Some((at, CommitOrigin::Pick(..))) = self.replay.made.get(copy) else { return false };
        let same_rebase = |i: usize| !self.case.classes[i.min(*at)..i.max(*at)].contains(&Class::RebaseStart);
        let copies = |origin: &CommitOrigin| matches!(origin, CommitOrigin::Pick(_, Some(of)) if of == source);
        self.replay.made.iter().any(|(id, (i, origin))| id != copy && copies(origin) && same_rebase(*i))
    }

    /// Whether the commit changes any line that neither its foreign part nor the foreign commits it was put together from change.
    fn has_own_part(&mut self, id: &Oid, known: &[Oid]) -> Result<bool> {
        let (case, facts) = (self.case, self.case.commit(id)?);
        let parent = facts.parents.first();
        let before = match parent {
            Some(parent) => self.replay.foreign(parent)?,
            None => case.tree(None)?,
        };
        let (before, after) = (case.files.under_names_of(&before, &case.tree(parent)?)?, self.replay.foreign(id)?);
        let theirs = case.patch(&before, &case.files.under_names_of(&after, &facts.tree)?)?.0;
        let mut left: Patch = self.case.patch_of(id)?.0.clone();
        left.retain(|line, n| *n > theirs.get(line).copied().unwrap_or(0));
        for other in known {
            if left.is_empty() {
                break;
            }
            if !self.is_mine(other)? {
                let (patch, deleted) = (self.case.patch_of(other)?, self.deleted_by(other, &case.tree(parent)?)?);
                let is_in_deleted = |line: LineHash| deleted.iter().any(|path| line.is_in(path));
                left.retain(|(sign, line), _| !patch.0.contains_key(&(*sign, *line)) && (*sign == Sign::Added || !is_in_deleted(*line)));
            }
        }
        // what went along with a file that others gave another name
        let moved = Moved::of(&left);
        Ok(!left.keys().all(|line| moved.has(line)))
    }

    /// The files that a commit deletes, under the names they have in `tree`. What stands in them goes with them, whoever wrote it.
    fn deleted_by(&self, id: &Oid, tree: &Oid) -> Result<Vec<RepoPath>> {
        let (files, facts) = (&self.case.files, self.case.commit(id)?);
        let before = self.case.tree(facts.parents.first())?;
        let (renamed, names) = (files.renames(&before, &facts.tree)?, files.renames(&before, tree)?);
        let changes = files.trees.differing(&before, &facts.tree)?;
        let deleted = changes
            .iter()
            .map(|change| (&change.path, &change.head))
            .filter(|(path, head)| head.is_none() && renamed.new_name(path).is_none());
        Ok(deleted.map(|(path, _)| names.new_name(path).unwrap_or(path).clone()).collect())
    }

    /// For each commit made, what it came after: the amended one, the copied one, those that were squashed into it.
    fn successors(&mut self, out: &Sorted) -> Result<HashMap<Oid, Vec<Oid>>> {
        let made: Vec<Oid> = self.replay.made.keys().copied().collect();
        let mut links = HashMap::new();
        for id in made {
            let from = self.came_after(&id, false)?;
            links.insert(id, from);
        }
        self.follow_squashes(out.commits.iter().map(|c| c.id), &mut links)?;
        Ok(links)
    }

    /// A squash is looked for where it leads to a result.
    fn follow_squashes(&mut self, results: impl IntoIterator<Item = Oid>, links: &mut HashMap<Oid, Vec<Oid>>) -> Result<()> {
        let (mut open, mut seen): (Vec<Oid>, HashSet<Oid>) = (results.into_iter().collect(), HashSet::new());
        while let Some(id) = open.pop() {
            if self.replay.made.contains_key(&id) && seen.insert(id) {
                let from = self.came_after(&id, true)?;
                open.extend(from.iter().copied());
                links.insert(id, from);
            }
        }
        Ok(())
    }

    /// What a commit that was made came after. `squashed`: with what was squashed into it.
    fn came_after(&mut self, id: &Oid, squashed: bool) -> Result<Vec<Oid>> {
        let Some((at, origin)) = self.replay.made.get(id).cloned() else { return Ok(Vec::new()) };
        Ok(match origin {
            CommitOrigin::Amend(old) => vec![old],
            CommitOrigin::Pick(known, source) => {
                let mut from = self.alike(id, &known, source.as_ref())?;
                let besides = self.put_together(id, &known, &from)?;
                for other in known.iter().filter(|_| squashed) {
                    if self.replay.made.contains_key(other) && !from.contains(other) && self.is_held(other, &[id], &besides)? {
                        from.push(*other);
                    }
                }
                from.extend(self.squashed_into(id)?.filter(|old| !from.contains(old)));
                // what is still within reach was copied, not replaced; so was what others had before, by a cherry-pick
                let in_rebase = self.case.classes[at] == Class::Replay;
                from.retain(|old| !self.reachable.contains(old) && (in_rebase || self.case.history.graph.has(old)));
                from
            }
            CommitOrigin::Landed(sources) => sources.iter().filter(|old| !self.reachable.contains(old)).copied().collect(),
            CommitOrigin::Commit | CommitOrigin::Merge | CommitOrigin::Brought => Vec::new(),
        })
    }

    /// The commit that a step of a rebase put this one in the place of: reworded, or squashed with the next one.
    fn squashed_into(&self, id: &Oid) -> Result<Option<Oid>> {
        match self.replay.made.get(id) {
            Some((i, _)) if self.case.classes[*i] == Class::Replay => Ok(self.case.replaced_by(*i, &*self.case.commit(id)?)?.copied()),
            _ => Ok(None),
        }
    }

    fn dead_end(&self, id: &Oid) -> Result<DeadEnd> {
        let reason = if self.dropped_by(Class::Reset, id).is_some() {
            AbandonReason::Reset
        } else if self.dropped_by(Class::RebaseStart, id).is_some() {
            AbandonReason::Rebased
        } else {
            AbandonReason::Unreferenced
        };
        let subject = String::from_utf8_lossy(&self.case.commit(id)?.subject).into_owned();
        Ok(DeadEnd { id: *id, subject, reason })
    }

    /// The branch that holds a commit which HEAD's history does not have.
    fn branch_of(&self, id: &Oid) -> Option<String> {
        let history = self.case.history;
        if history.graph.reached(&history.end.head).contains(id) {
            return None;
        }
        let rank = |name: &str| ["refs/heads/", "refs/remotes/", ""].iter().position(|p| name.starts_with(p));
        let holding = history.tips().filter(|(_, tip)| history.graph.reached([*tip]).contains(id));
        let (name, _) = holding.min_by_key(|(name, _)| (rank(name), name.len()))?;
        Some(["refs/heads/", "refs/remotes/", "refs/"].iter().find_map(|p| name.strip_prefix(p)).unwrap_or(name).to_owned())
    }
}

/// All that a commit came after, nearest first.
fn chain(id: &Oid, links: &HashMap<Oid, Vec<Oid>>) -> Vec<Oid> {
    let (mut out, mut open, mut seen) = (Vec::new(), vec![id], HashSet::from([id]));
    while let Some(id) = open.pop() {
        for old in links.get(id).into_iter().flatten() {
            if seen.insert(old) {
                out.push(*old);
                open.push(old);
            }
        }
    }
    out
}

/// The patches of commits that may hold another one.
pub(super) struct Holders {
    by: Vec<Rc<(Patch, u64)>>,
    /// Of what went into them besides.
    besides: Vec<Rc<(Patch, u64)>>,
}

impl Holders {
    /// Whether they change this line.
    pub(super) fn have(&self, line: &SignedLine) -> bool {
        has(&self.by, line)
    }

    /// Whether the line was changed on the way to them, and is not changed in the end: what else went into them took it back.
    pub(super) fn took_back(&self, (sign, key): &SignedLine) -> bool {
        let undone = (sign.opposite(), *key);
        !has(&self.by, &undone) && has(&self.besides, &undone)
    }
}

fn has(patches: &[Rc<(Patch, u64)>], line: &SignedLine) -> bool {
    patches.iter().any(|patch| patch.0.contains_key(line))
}

/// Texts that a patch removes in one file and adds in another: what a file that gets another name takes along.
struct Moved(HashSet<u64>);

impl Moved {
    fn of(patch: &Patch) -> Self {
        let texts = |sign: Sign| -> HashSet<u64> { patch.keys().filter(|(s, _)| *s == sign).map(|(_, line)| line.text()).collect() };
        Self(&texts(Sign::Added) & &texts(Sign::Removed))
    }

    fn has(&self, (_, line): &SignedLine) -> bool {
        self.0.contains(&line.text())
    }
}
