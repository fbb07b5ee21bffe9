//! The session's commits: as links, as reverts of one another, and as the ones that brought a line that is still there.

use std::collections::{HashMap, HashSet};

use super::Composer;
use crate::change::{Commit, CommitChange, CurrentCommit, Touched, line_hash, reverted};
use crate::document::*;
use crate::forge;

impl Composer<'_> {
    pub(super) fn commits(&self) -> Vec<LinkedCommit> {
        let reverts = reverts(self.record.commits);
        let link = |(index, change): (usize, &CommitChange)| self.link(change, reverts.get(&index).copied());
        self.record.commits.iter().enumerate().map(link).collect()
    }

    /// When the work was committed first: a rebase gives all its commits the time of the rebase, but keeps their authors' times.
    fn made_at(&self, change: &CommitChange) -> Time {
        let commit = &change.commit;
        let in_session = commit.authored_at >= self.record.session.started_at && commit.authored_at <= commit.at;
        if in_session && !change.replaced.is_empty() { commit.authored_at } else { commit.at }
    }

    fn link(&self, change: &CommitChange, reverted_by: Option<usize>) -> LinkedCommit {
        let (commit, files) = (&change.commit, &change.files);
        let added: usize = files.iter().map(|file| file.added.len()).sum();
        let dated = self.made_at(change);
        let place = self.made_of(&change.replaced, &commit.id, dated);
        let at = self.order().time(place, dated);
        LinkedCommit {
            id: commit.id,
            short_id: commit.id.short().to_owned(),
            subject: self.mask(&commit.subject),
            author: self.mask(&commit.author),
            by_another: change.by_another,
            at: self.local(at),
            dated: (at != dated).then(|| self.local(dated)),
            url: self.record.remote.and_then(|remote| forge::commit_url(remote, &commit.id)),
            files: u32::try_from(files.len()).unwrap_or(u32::MAX),
            added: u32::try_from(added).unwrap_or(u32::MAX),
            removed: files.iter().fold(0, |sum, file| file.removed.saturating_add(sum)),
            branch: change.branch.as_deref().map(|branch| self.mask(branch)),
            today: CurrentCommit::exact(commit.id),
            replaced: change.replaced.clone(),
            amended_at: change.amended_at.filter(|amended| at == dated && *amended > at).map(|at| self.local(at)),
            reverted_by: reverted_by.map(|index| self.record.commits[index].commit.id),
        }
    }
}

/// For each commit that a later one of the session took back for good: which one did. A revert that was itself reverted is no dead end of its
/// own: what the first one did stands again.
fn reverts(commits: &[CommitChange]) -> HashMap<usize, usize> {
    reverted(commits).iter().filter(|found| !found.restores).map(|found| (found.earlier, found.by)).collect()
}

/// Which commits touched a path, whatever it was called before.
pub(super) struct History<'a> {
    commits: &'a [CommitChange],
    by_path: HashMap<&'a RepoPath, Vec<(usize, &'a Touched)>>,
}

impl<'a> History<'a> {
    pub(super) fn new(commits: &'a [CommitChange]) -> Self {
        let mut by_path: HashMap<&RepoPath, Vec<_>> = HashMap::new();
        // what only another branch holds is not in the files
        for (index, change) in commits.iter().enumerate().filter(|(_, change)| change.branch.is_none()) {
            for touched in &change.files {
                by_path.entry(&touched.path).or_default().push((index, touched));
            }
        }
        Self { commits, by_path }
    }

    /// The commits that touched the file, oldest first, following renames back.
    pub(super) fn of(&self, path: &'a RepoPath) -> Vec<(&'a Commit, &'a Touched)> {
        let (mut touches, mut seen, mut names) = (Vec::new(), HashSet::new(), vec![path]);
        while let Some(name) = names.pop() {
            if !seen.insert(name) {
                continue;
            }
            for (index, touched) in self.by_path.get(name).into_iter().flatten() {
                touches.push((*index, *touched));
                names.extend(&touched.old_path);
            }
        }
        touches.sort_by_key(|(index, _)| *index);
        touches.into_iter().map(|(index, touched)| (&self.commits[index].commit, touched)).collect()
    }

    /// The last commit that gave the file this name by a rename.
    pub(super) fn renamed_to(&self, path: &RepoPath) -> Option<&'a Commit> {
        let mut touches = self.by_path.get(path).into_iter().flatten();
        touches.rfind(|(_, touched)| touched.old_path.is_some()).map(|(index, _)| &self.commits[*index].commit)
    }

    /// The last commit after which the file had this name no more, or was otherwise.
    pub(super) fn last_at(&self, path: &RepoPath) -> Option<&'a Commit> {
        let is_of = |touched: &Touched| touched.path == *path || touched.old_path.as_ref() == Some(path);
        self.commits.iter().rev().find(|change| change.files.iter().any(is_of)).map(|change| &change.commit)
    }
}

/// The commit that brought most of these lines; the later one where two brought as many, none where none did.
pub(super) fn bringer<'a>(touches: &[(&'a Commit, &'a Touched)], lines: &[&[u8]]) -> Option<&'a Commit> {
    let longer_than = |limit| move |line: &&&[u8]| line.trim_ascii().len() > limit;
    // brackets are everywhere; only where there is nothing else may a short line tell
    let limit = if lines.iter().any(|line| line.trim_ascii().len() > 2) { 2 } else { 0 };
    let telling: Vec<u64> = lines.iter().filter(longer_than(limit)).map(|line| line_hash(line)).collect();
    let brought = |touched: &Touched| {
        let added: HashSet<u64> = touched.added.iter().copied().collect();
        telling.iter().filter(|line| added.contains(line)).count()
    };
    let counted = touches.iter().map(|(commit, touched)| (brought(touched), *commit));
    counted.filter(|(lines, _)| *lines > 0).max_by_key(|(lines, _)| *lines).map(|(_, commit)| commit)
}

/// The only commit that can have taken lines away, where there is just one.
pub(super) fn remover<'a>(touches: &[(&'a Commit, &'a Touched)]) -> Option<&'a Commit> {
    let mut removing = touches.iter().filter(|(_, touched)| touched.removed > 0).map(|(commit, _)| *commit);
    removing.next().filter(|_| removing.next().is_none())
}
