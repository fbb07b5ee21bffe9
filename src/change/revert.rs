//! Which commits take which others back, as `git revert` words it.

use std::collections::HashSet;

use super::{Commit, CommitChange, RepoPath};

/// A commit that a later one of the same row took back for good; both by their place in the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reverted {
    /// The one that did not last.
    pub earlier: usize,
    /// The one that took it back.
    pub by: usize,
    /// What did not last was itself a revert within the row: what that one took away stands again.
    pub restores: bool,
}

/// What was taken back in a row of commits, oldest first. A revert that was reverted itself takes nothing back.
pub fn reverted(commits: &[CommitChange]) -> Vec<Reverted> {
    let targets: Vec<Option<usize>> = (0..commits.len()).map(|at| taken_back(&commits[..at], &commits[at])).collect();
    let (mut found, mut undone) = (Vec::new(), HashSet::new());
    // a revert can only be undone by a later one, so the latest hold
    for (by, target) in targets.iter().enumerate().rev() {
        let Some(earlier) = target.filter(|_| !undone.contains(&by)) else { continue };
        undone.insert(earlier);
        found.push(Reverted { earlier, by, restores: targets[earlier].is_some() });
    }
    found.reverse();
    found
}

/// The commit that this one takes back: by an id that it has or had. Where a rebase, or a pick from elsewhere, has changed that, the nearest
/// one with the quoted subject, if its files are among those of the revert.
fn taken_back(earlier: &[CommitChange], change: &CommitChange) -> Option<usize> {
    let id = change.commit.reverts()?;
    let had = |one: &CommitChange| one.replaced.iter().chain([&one.commit.id]).any(|known| known.as_str().starts_with(id));
    earlier.iter().position(had).or_else(|| {
        let (named, files) = (quoted(&change.commit.subject)?, paths(change));
        earlier.iter().rposition(|one| one.commit.subject == named && paths(one).is_subset(&files))
    })
}

/// The subject that a revert quotes.
fn quoted(subject: &str) -> Option<String> {
    let within = |opening: &str| subject.strip_prefix(opening)?.strip_suffix('"');
    within("Revert \"").map(str::to_owned).or_else(|| within("Reapply \"").map(|text| format!("Revert \"{text}\"")))
}

fn paths(change: &CommitChange) -> HashSet<&RepoPath> {
    change.files.iter().flat_map(|file| file.old_path.iter().chain([&file.path])).collect()
}

impl Commit {
    /// The beginning of the id of the commit that this one takes back, as `git revert` writes it into the message.
    pub fn reverts(&self) -> Option<&str> {
        let (_, rest) = self.body.split_once("This reverts commit ")?;
        let id = rest.split(|c: char| !c.is_ascii_hexdigit()).next()?;
        (id.len() >= 7).then_some(id)
    }
}

/// Whether a subject, as `git revert` words it, brings back what was taken back: the revert of a revert.
pub fn brings_back(subject: &str) -> bool {
    let (mut rest, mut takes) = (subject, false);
    loop {
        if let Some(inner) = rest.strip_prefix("Revert \"") {
            (rest, takes) = (inner, !takes);
        } else if let Some(inner) = rest.strip_prefix("Reapply \"") {
            rest = inner;
        } else {
            return rest.len() < subject.len() && !takes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_revert_of_a_revert_brings_back() {
        for (subject, brings) in [
            ("Add a lock", false),
            ("Revert \"Add a lock\"", false),
            ("Reapply \"Add a lock\"", true),
            ("Revert \"Revert \"Add a lock\"\"", true),
            ("Revert \"Reapply \"Add a lock\"\"", false),
        ] {
            assert_eq!(brings_back(subject), brings, "{subject}");
        }
    }
}
