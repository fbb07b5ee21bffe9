//! On what a test run ran: which commit has it, and what lies between it and an earlier run. Trees decide; times only where there are none.

use super::Composer;
use crate::document::*;
use crate::evidence::proof::{self, Changed, Test};
use crate::session::Run;

impl<'a> Composer<'a> {
    /// The commit whose content a run had: the last of them that was made before it, else the first.
    pub(super) fn tested<'c>(&self, run: &Run, commits: &'c [LinkedCommit]) -> Option<&'c LinkedCommit> {
        let has = |commit: &&LinkedCommit| self.beside_commit(run, &commit.id).is_some_and(|differing| differing.is_empty());
        let had: Vec<&LinkedCommit> = commits.iter().filter(has).collect();
        let before = had.iter().rev().find(|commit| self.is_made_before(commit, run) == Some(true));
        before.or(had.first()).copied()
    }

    /// The files that a run had otherwise than a commit has them, but for documentation and what was never the session's nor in a commit at the
    /// end; none where that is not known.
    pub(super) fn beside_commit(&self, run: &Run, id: &Oid) -> Option<Vec<&RepoPath>> {
        let change = self.record.commits.iter().find(|change| change.commit.id == *id)?;
        let differing = self.record.differences.between(run.ran.tree.as_ref()?, &change.commit.tree)?;
        let is_own = |path: &RepoPath| self.record.evidence.files.iter().any(|file| file.path == *path);
        let counts = |changed: &&Changed| !changed.documentation && (is_own(&changed.path) || !self.record.beside.contains(&changed.path));
        Some(differing.iter().filter(counts).map(|changed| &changed.path).collect())
    }

    pub(super) fn turn(&self, turn: proof::Turn, test: &Test<'_>, from: &Test<'_>, commits: &[LinkedCommit]) -> Turn {
        let (ran, earlier) = (&test.run.ran, &from.run.ran);
        let differing = earlier.tree.as_ref().zip(ran.tree.as_ref()).and_then(|(a, b)| self.record.differences.between(a, b));
        // of a commit in a second in which one of them began, the trees may tell on which side it lies where nothing else does
        let told = differing.is_some();
        let before = |commit: &LinkedCommit, run: &Run| self.is_made_before(commit, run);
        let between = |commit: &&LinkedCommit| !before(commit, from.run).unwrap_or(!told) && before(commit, test.run).unwrap_or(true);
        // a commit's time says little after a rebase: where the trees are known, it must have touched what differs, and not as it was before
        let had = |id: &Oid, path: &RepoPath| self.beside_commit(from.run, id).is_some_and(|differing| !differing.contains(&path));
        let differs = |path: &RepoPath| differing.is_none_or(|all| all.iter().any(|changed| changed.path == *path));
        let bears = |id: &Oid| self.touched(id).any(|path| differs(path) && !had(id, path)) || differing.is_none();
        let reverting: Vec<&Oid> = commits.iter().filter_map(|commit| commit.reverted_by.as_ref()).collect();
        let lasting = |commit: &&LinkedCommit| commit.reverted_by.is_none() && !reverting.contains(&&commit.id) && bears(&commit.id);
        let commits: Vec<Oid> = commits.iter().filter(|commit| between(commit) && lasting(commit)).map(|commit| commit.id).collect();
        // what was edited again after the commit is a change beside it
        let last = |id: &Oid, path: &RepoPath| {
            let same = self.beside_commit(test.run, id).is_none_or(|differing| !differing.contains(&path));
            // a commit that a rebase put on work of others has the file otherwise than it was made
            same || self.is_rebased_later(id, ran.started)
        };
        let committed: Vec<&RepoPath> = commits.iter().flat_map(|id| self.touched(id).filter(move |path| last(id, path))).collect();
        let edited = differing.unwrap_or_default().iter().map(|changed| &changed.path).filter(|path| !committed.contains(path));
        Turn {
            kind: turn.kind,
            at: self.local(earlier.started),
            passed: earlier.results.as_ref().and_then(|results| results.passed),
            failed: earlier.results.as_ref().and_then(|results| results.failed),
            commits,
            paths: edited.map(|path| self.path(path)).collect(),
        }
    }

    /// Whether a commit stands in place of another, and work that is not the session's came in after that time.
    fn is_rebased_later(&self, id: &Oid, at: Time) -> bool {
        let is_copy = self.record.commits.iter().any(|change| change.commit.id == *id && !change.replaced.is_empty());
        let moves = self.record.attribution.map(|attribution| &attribution.foreign_moves[..]).unwrap_or_default();
        is_copy && moves.iter().any(|step| !step.brought.is_nothing() && step.at.is_some_and(|brought| brought >= at))
    }

    /// The files that a commit of the session touched.
    pub(super) fn touched(&self, id: &Oid) -> impl Iterator<Item = &'a RepoPath> {
        let change = self.record.commits.iter().find(|change| change.commit.id == *id);
        change.into_iter().flat_map(|change| change.files.iter().flat_map(|file| [Some(&file.path), file.old_path.as_ref()])).flatten()
    }
}
