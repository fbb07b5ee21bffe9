//! What git lists of the worktree.

use anyhow::Result;
use chrono::{DateTime, FixedOffset};

use super::repository::Repository;
use crate::change::{Oid, RepoPath};

/// Files that are not committed, as far as they are not only staged.
pub fn edited(repository: &Repository) -> Result<Vec<RepoPath>> {
    listed(repository, &["ls-files", "-z", "--modified", "--others", "--exclude-standard"])
}

/// The Markdown files that git tracks.
pub fn tracked_markdown(repository: &Repository) -> Result<Vec<RepoPath>> {
    listed(repository, &["ls-files", "-z", "--cached", "--", ":(top)*.md"])
}

/// The Markdown files that git tracks or would.
pub fn known_markdown(repository: &Repository) -> Result<Vec<RepoPath>> {
    listed(repository, &["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ":(top)*.md"])
}

/// Files that the worktree has otherwise than a commit.
pub fn differing(repository: &Repository, commit: &Oid) -> Result<Vec<RepoPath>> {
    listed(repository, &["diff", "--name-only", "-z", "--no-ext-diff", commit.as_str(), "--"])
}

/// When the commit was made at which HEAD stands.
pub fn committed_at(repository: &Repository) -> Option<DateTime<FixedOffset>> {
    let output = repository.git().run(["log", "-1", "--format=%cI"]).ok()?;
    DateTime::parse_from_rfc3339(output.text().trim()).ok()
}

fn listed(repository: &Repository, arguments: &[&str]) -> Result<Vec<RepoPath>> {
    Ok(repository.git().run(arguments)?.paths().collect())
}
