//! Where HEAD, the refs, the stash list and the reflog stand: what attribution compares between start and end.
//!
//! Read through git's command line, which knows every ref storage (libgit2 refuses reftable). Nothing is written.

use anyhow::Result;

use crate::attribution::reflog::LogEntry;
use crate::change::Oid;
use crate::git::moves;
use crate::git::repository::Repository;

/// Everything about refs at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// HEAD's commit.
    pub head: Option<Oid>,
    /// The branch's short name.
    pub branch: Option<String>,
    /// All refs with their targets.
    pub refs: Vec<(String, Oid)>,
    /// The stash list, newest first.
    pub stashes: Vec<Oid>,
    /// Number of entries in HEAD's reflog.
    pub reflog: usize,
    /// What identifies the newest entry.
    pub reflog_last: Option<String>,
}

/// Reads the position of this worktree.
pub fn read(repository: &Repository) -> Result<Position> {
    let git = repository.git();
    let (head, branch) = repository.head()?;
    let listed = git.text(["for-each-ref", "--format=%(objectname) %(refname)"])?;
    let refs = listed.lines().filter_map(|line| line.split_once(' ')).map(|(id, name)| (name.to_owned(), Oid::new(id))).collect::<Vec<_>>();
    let stashes = if refs.iter().any(|(name, _)| name == "refs/stash") {
        git.run(["log", "--walk-reflogs", "--format=%H", "refs/stash", "--"])?.text().lines().map(Oid::new).collect()
    } else {
        Vec::new()
    };
    let reflog = moves::reflog(&git, "HEAD")?;
    Ok(Position { head, branch, refs, stashes, reflog: reflog.len(), reflog_last: reflog.last().map(LogEntry::line) })
}
