//! Which commit another one became: after an amend, a rebase, a squash, a squash merge on a forge. Pure.
//!
//! The caller says what became of a commit by the reflog, and which commits there are; here they are compared, from the surest sign to the
//! weakest: author line and subject, the whole patch, a patch that holds it, the parts of one that was split, a patch that holds most of it.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::patch::place;
use super::renamed_paths::RenamedPaths;
use super::{CommitChange, Oid, Patch, RepoPath};

/// What a commit can be known by under another id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// Its id.
    pub id: Oid,
    /// Checksum of its author's name and address.
    pub author: u32,
    /// When it was first committed, in seconds since 1970; kept through rebases and amends.
    pub authored_at: i64,
    /// Checksum of the first paragraph of its message, which may hold what is not to be kept.
    pub subject: u32,
    /// Whether it has several parents.
    pub is_merge: bool,
    /// What it changes.
    pub patch: Patch,
    /// Where: paths before and after.
    #[serde(default)]
    pub paths: Vec<RepoPath>,
    /// What it renames: checksums of paths before and after.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub renames: Vec<(u32, u32)>,
}

/// Which commit of today a linked one is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrentCommit {
    /// How sure that is.
    pub state: Certainty,
    /// Today's commit; several where they cannot be told apart or where it was split, none where it is gone.
    pub ids: Vec<Oid>,
    /// Each of the commits has a part of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub split: bool,
}

/// How sure it is which commit another one became.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// It is this one.
    Exact,
    /// It is one of these, or in all of these.
    Ambiguous,
    /// No commit within reach is like it or has most of what it brought.
    Gone,
}

impl From<&CommitChange> for Fingerprint {
    fn from(change: &CommitChange) -> Self {
        let commit = &change.commit;
        Self {
            id: commit.id,
            author: crc32fast::hash(format!("{} <{}>", commit.author, commit.email).as_bytes()),
            authored_at: commit.authored_at.timestamp(),
            subject: crc32fast::hash(commit.subject.as_bytes()),
            is_merge: commit.parents.len() > 1,
            patch: change.patch.clone(),
            paths: change.files.iter().flat_map(|file| file.old_path.iter().chain([&file.path])).cloned().collect(),
            renames: change.files.iter().filter_map(|file| Some((place(file.old_path.as_ref()?), place(&file.path)))).collect(),
        }
    }
}

impl Fingerprint {
    fn has_author_line_of(&self, other: &Self) -> bool {
        (&self.author, self.authored_at, self.is_merge) == (&other.author, other.authored_at, other.is_merge)
    }

    fn renamed(&self, paths: &RenamedPaths) -> Self {
        Self { patch: self.patch.renamed(|path| paths.name(path)), ..self.clone() }
    }

    /// Whether there is nothing of it that a patch could have.
    fn is_without_content(&self) -> bool {
        self.is_merge || self.patch.is_empty()
    }

    /// What it can be known by where it is a part of another commit. Of one that adds something that counts: what it removes may have come
    /// from a commit that was squashed with it and is not known.
    fn traces(&self) -> Patch {
        let sides = [self.patch.additions().telling(), self.patch.telling(), self.patch.clone()];
        sides.into_iter().find(|side| !side.is_empty()).unwrap_or_default()
    }
}

impl CurrentCommit {
    /// It is this one.
    pub fn exact(id: Oid) -> Self {
        Self::one_of(vec![id])
    }

    fn one_of(ids: Vec<Oid>) -> Self {
        let state = match ids.len() {
            0 => Certainty::Gone,
            1 => Certainty::Exact,
            _ => Certainty::Ambiguous,
        };
        Self { state, ids, split: false }
    }

    fn is_gone(&self) -> bool {
        self.state == Certainty::Gone
    }

    fn sure(&self) -> Option<Oid> {
        self.ids.first().copied().filter(|_| self.state == Certainty::Exact)
    }
}

/// Of longer work only the rows of so many first commits are compared: their number grows by the square.
const ROWS: usize = 40;

/// So many added lines in one commit of another author are no chance.
const MANY: usize = 3;

/// What became of the commits of one piece of work, oldest first. Of each its versions: it, and what it was amended to, as far as those can
/// be read. `candidates`: the commits that there are today.
pub fn successors(work: &[Vec<Fingerprint>], candidates: &[Fingerprint]) -> Vec<CurrentCommit> {
    let found = by_name(work, candidates);
    let renamed = RenamedPaths::of(work.iter().flatten().chain(candidates).flat_map(|commit| commit.renames.iter().copied()));
    if renamed.is_empty() || !found.iter().any(CurrentCommit::is_gone) {
        return found;
    }
    let under_one_name = |commits: &[Fingerprint]| -> Vec<Fingerprint> { commits.iter().map(|commit| commit.renamed(&renamed)).collect() };
    let work: Vec<_> = work.iter().map(|versions| under_one_name(versions)).collect();
    let again = by_name(&work, &under_one_name(candidates));
    found.into_iter().zip(again).map(|(found, again)| if found.is_gone() { again } else { found }).collect()
}

/// The same with each file under its own name.
fn by_name(work: &[Vec<Fingerprint>], candidates: &[Fingerprint]) -> Vec<CurrentCommit> {
    let search = Search { work, candidates, rows: rows(work) };
    let mut found: Vec<CurrentCommit> = (0..work.len()).map(|n| search.successor(n)).collect();
    for n in 0..work.len() {
        if found[n].is_gone()
            && let Some(id) = search.goes_with(n, &found).or_else(|| search.taken_back(n, &found))
        {
            found[n] = CurrentCommit::exact(id);
        }
    }
    search.pair_up(&mut found);
    found
}

struct Search<'a> {
    work: &'a [Vec<Fingerprint>],
    candidates: &'a [Fingerprint],
    /// What commits in a row change together.
    rows: Vec<(RangeInclusive<usize>, Patch)>,
}

/// What each row of two and more commits changes together.
fn rows(work: &[Vec<Fingerprint>]) -> Vec<(RangeInclusive<usize>, Patch)> {
    let patches: Vec<&Patch> = work.iter().filter_map(|versions| versions.last()).map(|commit| &commit.patch).collect();
    let mut out = Vec::new();
    for first in 0..patches.len().min(ROWS) {
        let mut together = patches[first].clone();
        for (last, next) in patches.iter().enumerate().take(ROWS).skip(first + 1) {
            together = together.then(next);
            out.push((first..=last, together.clone()));
        }
    }
    out.retain(|(_, together)| !together.telling().is_empty());
    out
}

impl Search<'_> {
    fn successor(&self, n: usize) -> CurrentCommit {
        let versions = self.work[n].iter().rev();
        let found = versions.map(|version| self.successor_of(n, version)).find(|found| !found.is_gone());
        found.unwrap_or_else(|| CurrentCommit::one_of(Vec::new()))
    }

    fn successor_of(&self, n: usize, commit: &Fingerprint) -> CurrentCommit {
        if self.candidates.iter().any(|other| other.id == commit.id) {
            return CurrentCommit::exact(commit.id);
        }
        let has_author_line = || self.candidates.iter().filter(|other| other.has_author_line_of(commit));
        let namesakes = most_alike(commit, has_author_line().filter(|other| other.subject == commit.subject));
        if !namesakes.is_empty() || commit.is_without_content() {
            return CurrentCommit::one_of(namesakes);
        }
        let same = self.with(|other| other.patch == commit.patch);
        if !same.is_empty() {
            return CurrentCommit::one_of(same);
        }
        let parts = self.parts(commit);
        if parts.len() > 1 {
            return CurrentCommit { state: Certainty::Ambiguous, ids: parts, split: true };
        }
        let telling = commit.patch.telling();
        let has_most = |other: &&Fingerprint| other.patch.common(&telling) > telling.len() / 2;
        let signs: [&dyn Fn() -> Vec<Oid>; 4] = [
            &|| most_alike(commit, has_author_line().filter(has_most)),
            &|| self.with(|other| self.rows.iter().any(|(row, together)| row.contains(&n) && *together == other.patch)),
            &|| self.with(|other| self.is_part(n, commit, other)),
            &|| self.with_most(n, commit),
        ];
        CurrentCommit::one_of(signs.iter().map(|sign| sign()).find(|ids| !ids.is_empty()).unwrap_or_default())
    }

    fn with(&self, is_it: impl Fn(&Fingerprint) -> bool) -> Vec<Oid> {
        self.candidates.iter().filter(|other| !other.is_merge && is_it(other)).map(|other| other.id).collect()
    }

    /// The other commits of the work.
    fn others(&self, n: usize) -> impl Iterator<Item = &Fingerprint> {
        self.work.iter().enumerate().filter(move |(i, _)| *i != n).filter_map(|(_, versions)| versions.last())
    }

    /// Whether a commit went into a larger one, whose author or content is no chance.
    fn is_part(&self, n: usize, commit: &Fingerprint, whole: &Fingerprint) -> bool {
        let is_sign = || whole.author == commit.author || self.holds_another(n, whole) || commit.traces().additions().len() >= MANY;
        self.is_whole_in(n, commit, whole) && is_sign()
    }

    /// Whether a larger commit has all of a commit but what other commits of the work took back.
    fn is_whole_in(&self, n: usize, commit: &Fingerprint, whole: &Fingerprint) -> bool {
        let has_any = whole.patch.common(&commit.patch.telling()) > 0;
        has_any && self.not_taken_back(n, &commit.traces().without(&whole.patch)).is_empty()
    }

    /// Whether a commit holds all of another one of the work.
    fn holds_another(&self, n: usize, whole: &Fingerprint) -> bool {
        self.others(n).any(|other| !other.patch.telling().is_empty() && whole.patch.holds(&other.patch))
    }

    fn not_taken_back(&self, n: usize, lines: &Patch) -> Patch {
        self.others(n).fold(lines.clone(), |left, other| left.without(&other.patch.opposite()))
    }

    /// Commits that have nothing but parts of this one, and all of it together.
    fn parts(&self, commit: &Fingerprint) -> Vec<Oid> {
        let (mut left, mut ids) = (commit.patch.clone(), Vec::new());
        for part in self.candidates.iter().filter(|other| !other.is_without_content()) {
            if left.holds(&part.patch) {
                left = left.without(&part.patch);
                ids.push(part.id);
            }
        }
        if left.is_empty() { ids } else { Vec::new() }
    }

    /// Commits with the most, and more than half, of what a commit brings: of the same author, or with all of another commit of the work.
    fn with_most(&self, n: usize, commit: &Fingerprint) -> Vec<Oid> {
        let traces = commit.traces();
        if traces.telling().is_empty() {
            return Vec::new();
        }
        let mut best = (traces.len() / 2 + 1, Vec::new());
        for other in self.candidates.iter().filter(|other| !other.is_merge) {
            let number = other.patch.common(&traces);
            if number >= best.0 && (other.author == commit.author || self.holds_another(n, other)) {
                if number > best.0 {
                    best = (number, Vec::new());
                }
                best.1.push(other.id);
            }
        }
        best.1
    }

    /// As many commits that change the same as there are of today that do: each is the one in its place. Candidates are newest first.
    fn pair_up(&self, found: &mut [CurrentCommit]) {
        let patch = |n: usize| self.work[n].last().map(|commit| &commit.patch);
        for n in 0..found.len() {
            let ids = found[n].ids.clone();
            let alike: Vec<usize> = (n..found.len()).filter(|i| found[*i].ids == ids && patch(*i) == patch(n)).collect();
            let of_today = self.candidates.iter().rev().filter(|other| ids.contains(&other.id) && Some(&other.patch) == patch(n));
            let in_order: Vec<Oid> = of_today.map(|other| other.id).collect();
            if ids.len() > 1 && [alike.len(), in_order.len()] == [ids.len(); 2] {
                alike.into_iter().zip(in_order).for_each(|(i, id)| found[i] = CurrentCommit::exact(id));
            }
        }
    }

    /// The commit of today that another one of the work became and that has all of this one too.
    fn goes_with(&self, n: usize, found: &[CurrentCommit]) -> Option<Oid> {
        let commit = self.work[n].last().filter(|commit| !commit.is_without_content())?;
        let is_it = |other: &&Fingerprint| found.iter().any(|found| found.sure() == Some(other.id)) && self.is_whole_in(n, commit, other);
        self.candidates.iter().find(is_it).map(|other| other.id)
    }

    /// The squashed commit that a commit without a trace went into: nothing of it is left because others of the work took it back, or there
    /// is nothing of it, and what came before and after it is there.
    fn taken_back(&self, n: usize, found: &[CurrentCommit]) -> Option<Oid> {
        let commit = self.work[n].last()?;
        if !commit.is_without_content() && !self.not_taken_back(n, &commit.patch).is_empty() {
            return None;
        }
        let sure = |i: usize| found[i].sure();
        let before = (0..n).rev().find_map(sure);
        let after = (n + 1..found.len()).find_map(sure);
        let id = before.or(after).filter(|id| after.is_none_or(|after| after == *id))?;
        let squashed = self.candidates.iter().find(|other| other.id == id)?;
        let inside: Vec<usize> = (0..found.len()).filter(|i| sure(*i) == Some(id)).collect();
        // what is missing of another one is what this one has put there or taken away
        let completes = |i: &usize| {
            let mate = self.work[*i].last().map(|mate| mate.patch.without(&squashed.patch));
            mate.is_some_and(|missing| missing.common(&commit.patch.opposite()) > 0)
        };
        (inside.len() > 1 || inside.iter().any(completes)).then_some(id)
    }
}

/// Of these commits those that have the most in common with this one, and at least one line, if in another file; where there is nothing
/// in it, those that have nothing either.
fn most_alike<'a>(commit: &Fingerprint, others: impl Iterator<Item = &'a Fingerprint>) -> Vec<Oid> {
    let anywhere = |patch: &Patch| patch.telling().renamed(|_| 0);
    let mut best = ((false, 0, 1), BTreeSet::new());
    for other in others {
        let elsewhere = || anywhere(&commit.patch).common(&anywhere(&other.patch));
        let alike = match commit.patch.common(&other.patch) {
            0 => (other.patch == commit.patch, 0, elsewhere()),
            common => (other.patch == commit.patch, common, 1),
        };
        if alike < best.0 {
            continue;
        }
        if alike > best.0 {
            best = (alike, BTreeSet::new());
        }
        best.1.insert(other.id);
    }
    best.1.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::super::patch::tests::patch;
    use super::*;

    /// `NAME@AUTHOR` with its lines; a merge has `+` in its name.
    fn commits(list: &[(&str, &[i64])]) -> Vec<Fingerprint> {
        let commit = |(n, (name, lines)): (usize, &(&str, &[i64]))| {
            let (subject, author) = name.split_once('@').unwrap_or((name, "me"));
            Fingerprint {
                id: Oid::new(format!("{:x}", 0xa0 + n)),
                author: crc32fast::hash(author.as_bytes()),
                authored_at: subject.bytes().map(i64::from).sum(),
                subject: crc32fast::hash(subject.as_bytes()),
                is_merge: subject.contains('+'),
                patch: patch(lines),
                paths: Vec::new(),
                renames: Vec::new(),
            }
        };
        list.iter().enumerate().map(commit).collect()
    }

    /// What became of each of these, by the subjects of the candidates.
    fn found(work: &[(&str, &[i64])], candidates: &[(&str, &[i64])]) -> Vec<String> {
        let names: Vec<&str> = candidates.iter().map(|(name, _)| *name).collect();
        let candidates: Vec<Fingerprint> =
            commits(candidates).into_iter().map(|c| Fingerprint { id: Oid::new(format!("c{}", c.id)), ..c }).collect();
        let ids: Vec<Oid> = candidates.iter().map(|other| other.id).collect();
        let work: Vec<_> = commits(work).into_iter().map(|commit| vec![commit]).collect();
        let subject = |id: &Oid| {
            let n = ids.iter().position(|other| other == id).expect("a candidate");
            names[n].split('@').next().unwrap_or_default().to_owned()
        };
        let words = |found: &CurrentCommit| {
            let ids: Vec<String> = found.ids.iter().map(subject).collect();
            let between = if found.split { " + " } else { " | " };
            ids.join(between)
        };
        successors(&work, &candidates).iter().map(words).collect()
    }

    #[test]
    fn a_commit_is_known_by_the_surest_sign() {
        type Commits<'a> = &'a [(&'a str, &'a [i64])];
        let cases: &[(&str, Commits<'_>, Commits<'_>, &[&str])] = &[
            ("rebased", &[("a", &[1, 2])], &[("a", &[1, 2]), ("b", &[1, 2, 3])], &["a"]),
            ("squashed", &[("a", &[1, 2, 100])], &[("s", &[1, 2, 3, 100]), ("t", &[4])], &["s"]),
            ("picked twice", &[("a", &[1, 2])], &[("s", &[1, 2]), ("t", &[1, 2])], &["s | t"]),
            ("dropped", &[("a", &[1, 1])], &[("s", &[1]), ("t", &[])], &[""]),
            ("dropped beside another", &[("a", &[1, 2]), ("b", &[3, 4])], &[("a", &[1, 2])], &["a", ""]),
            ("amended to other lines", &[("a", &[1, 2, 3])], &[("a", &[1, 8, 9]), ("s", &[1, 2, 9])], &["a"]),
            ("two of one name", &[("a", &[1]), ("a", &[2])], &[("a", &[2]), ("a", &[1])], &["a", "a"]),
            ("reworded and changed", &[("ab", &[1, 2, 3])], &[("ba", &[1, 2, 9]), ("s@other", &[1, 2])], &["ba"]),
            ("a later commit changed a line", &[("a", &[1, 2, 3]), ("b", &[-2, 9])], &[("s", &[1, 9, 3])], &["s", "s"]),
            ("a later commit changed the only line", &[("a", &[1]), ("b", &[-1, 2])], &[("s@forge", &[2])], &["s", "s"]),
            ("removals squashed by a stranger", &[("a", &[-1]), ("b", &[-2]), ("c", &[3])], &[("s@forge", &[-1, -2])], &["s", "s", ""]),
            ("what it removes came before the work", &[("a", &[-1, 2, -3, 4])], &[("s", &[2, 4, 5])], &["s"]),
            ("a review changed a line", &[("a", &[1]), ("b", &[2, 3, 4])], &[("s@forge", &[1, 2, 3, 9])], &["s", "s"]),
            ("all of it by a stranger", &[("a", &[1, 2, 3, -4])], &[("s@forge", &[1, 2, 3, 9])], &["s"]),
            ("brackets by a stranger", &[("a", &[100, 101, 102])], &[("s@forge", &[1, 100, 101, 102])], &[""]),
            ("brackets by the same author", &[("a", &[100, 101, 102])], &[("s", &[1, 100, 101, 102])], &[""]),
            ("a removal by a stranger", &[("a", &[-1, -2, -3, -4])], &[("s@forge", &[-1, -2, -3, -4, -5])], &[""]),
            ("most of it by a stranger alone", &[("b", &[2, 3, 4])], &[("s@forge", &[2, 3, 9])], &[""]),
            ("half of it", &[("b", &[2, 3])], &[("s", &[2, 9])], &[""]),
            ("split", &[("a", &[1, 2, 3, -4])], &[("p", &[1, -4]), ("q", &[2, 3]), ("r", &[2, 8])], &["p + q"]),
            ("added and taken out", &[("a", &[1]), ("b", &[2]), ("c", &[-2]), ("d", &[3])], &[("s", &[1, 3])], &["s", "s", "s", "s"]),
            ("empty ones, rebased", &[("a", &[]), ("b", &[1])], &[("b", &[1]), ("a", &[])], &["a", "b"]),
            ("an empty one, squashed", &[("a", &[1]), ("e", &[]), ("b", &[2])], &[("s", &[1, 2])], &["s", "s", "s"]),
            ("an empty one, dropped", &[("a", &[1]), ("e", &[]), ("b", &[2])], &[("a", &[1]), ("b", &[2])], &["a", "", "b"]),
            ("a merge, rebased", &[("a", &[1]), ("+", &[])], &[("a", &[1]), ("+", &[]), ("e", &[])], &["a", "+"]),
            ("a merge is no squash", &[("a", &[1, 2])], &[("s+", &[1, 2])], &[""]),
            ("alike in order", &[("a", &[1]), ("a", &[1]), ("b", &[2])], &[("b", &[2]), ("a", &[1]), ("a", &[1])], &["a", "a", "b"]),
            ("alike, one dropped", &[("a", &[1]), ("a", &[1])], &[("x", &[1]), ("y", &[1]), ("z", &[1])], &["x | y | z", "x | y | z"]),
            ("two in two squashed ones", &[("a", &[1]), ("b", &[1])], &[("s", &[1, 1]), ("t", &[1, 1])], &["s | t", "s | t"]),
            ("removed lines alone", &[("a", &[-1, -2])], &[("s", &[-1, -2, 3]), ("t", &[-1])], &["s"]),
        ];
        for (what, work, candidates, expected) in cases {
            assert_eq!(found(work, candidates), *expected, "{what}");
        }
    }

    #[test]
    fn commits_that_change_the_same_keep_their_order() {
        let work: Vec<_> = commits(&[("a", &[1]), ("a", &[1])]).into_iter().map(|commit| vec![commit]).collect();
        let today = commits(&[("x", &[1]), ("y", &[1])]);
        let newest_first = [today[1].clone(), today[0].clone()];
        assert_eq!(successors(&work, &newest_first), today.iter().map(|commit| CurrentCommit::exact(commit.id)).collect::<Vec<_>>());
    }

    #[test]
    fn a_renamed_file_s_commits_are_found() {
        let at = |path: u32, lines: &[i64]| patch(lines).renamed(|_| path);
        let commit = |name: &str, patch: Patch| Fingerprint { patch, ..commits(&[(name, &[])]).remove(0) };
        let work = [vec![commit("a", at(1, &[1, 2]))], vec![commit("b", at(1, &[-2, 3]))]];
        let squash = Fingerprint { id: Oid::new("c1"), renames: Vec::new(), ..commit("s", at(2, &[1, 3])) };
        let rename = Fingerprint { id: Oid::new("c2"), renames: vec![(1, 2)], ..commit("m@other", Patch::default()) };
        let rebased = Fingerprint { id: Oid::new("c3"), ..commit("a", at(7, &[1, 2])) };
        let exact = |id: &str| CurrentCommit::exact(Oid::new(id));
        assert_eq!(successors(&work, &[squash.clone(), rename]), [exact("c1"), exact("c1")]);
        assert_eq!(successors(&work[..1], &[rebased]), [exact("c3")], "the same author line and subject");
        assert_eq!(successors(&work, &[squash])[0].state, Certainty::Gone, "another file");
    }

    #[test]
    fn what_a_commit_was_amended_to_is_followed() {
        let versions = commits(&[("a", &[1]), ("b", &[2, 3]), ("c", &[7])]);
        let (there, copied) = (commits(&[("x", &[2, 3])]), vec![versions[1].clone()]);
        assert_eq!(successors(&[versions[..2].to_vec()], &there)[0].ids, [there[0].id]);
        assert_eq!(successors(std::slice::from_ref(&versions), &copied)[0].ids, [versions[1].id], "a version that is there");
        assert_eq!(successors(&[versions], &commits(&[("y", &[4]), ("z", &[4]), ("y", &[5]), ("w", &[4])])[3..])[0].state, Certainty::Gone);
    }
}
