//! Where HEAD, the refs, the stash list and the reflog stand: what attribution compares between start and end.
//!
//! Read through git's command line, which knows every ref storage (libgit2 refuses reftable). Nothing is written.

use std::fs;

use anyhow::Result;

use crate::change::Oid;
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
    /// `old new message` of the newest entry.
    pub reflog_last: Option<String>,
}

/// Reads the position of this worktree.
pub fn read(repository: &Repository) -> Result<Position> {
    let git = repository.git();
    let (head, branch) = repository.head()?;
    let listed = git.text(["for-each-ref", "--format=%(objectname) %(refname)"])?;
    let refs = listed
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(id, name)| (name.to_owned(), Oid::new(id)))
        .collect::<Vec<_>>();
    let stashes = if refs.iter().any(|(name, _)| name == "refs/stash") {
        git.run(["log", "--walk-reflogs", "--format=%H", "refs/stash", "--"])?
            .text()
            .lines()
            .map(Oid::new)
            .collect()
    } else {
        Vec::new()
    };
    let reflog = reflog(repository)?;
    Ok(Position {
        head,
        branch,
        refs,
        stashes,
        reflog: reflog.len(),
        reflog_last: reflog.last().map(ReflogLine::summary),
    })
}

/// One entry of a reflog, as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReflogLine {
    /// HEAD before.
    pub old: Oid,
    /// HEAD after.
    pub new: Oid,
    /// Seconds since the epoch.
    pub seconds: i64,
    /// Git's message, e.g. `commit (amend): subject`.
    pub message: String,
}

impl ReflogLine {
    /// What identifies an entry.
    pub fn summary(&self) -> String {
        format!("{} {} {}", self.old, self.new, self.message)
    }

    fn parse(line: &str) -> Option<Self> {
        let (head, message) = line.split_once('\t').unwrap_or((line, ""));
        let (old, rest) = head.split_once(' ')?;
        let (new, who) = rest.split_once(' ')?;
        let seconds = who.rsplit(' ').nth(1).and_then(|seconds| seconds.parse().ok()).unwrap_or(0);
        Some(Self {
            old: Oid::new(old),
            new: Oid::new(new),
            seconds,
            message: message.to_owned(),
        })
    }
}

/// HEAD's reflog of this worktree, oldest first. Empty where git keeps none.
pub fn reflog(repository: &Repository) -> Result<Vec<ReflogLine>> {
    if let Ok(bytes) = fs::read(repository.git_dir.join("logs/HEAD")) {
        return Ok(String::from_utf8_lossy(&bytes).lines().filter_map(ReflogLine::parse).collect());
    }
    from_git(repository)
}

/// The same through the command line, for ref storages without such a file. It names only the new id of each entry; the old one is the
/// new one of the entry before.
fn from_git(repository: &Repository) -> Result<Vec<ReflogLine>> {
    let output = repository
        .git()
        .run(["log", "--walk-reflogs", "--date=unix", "--format=%H%x09%gd%x09%gs", "HEAD", "--"])?;
    let text = output.text();
    let mut previous = Oid::new("0".repeat(40));
    let mut lines = Vec::new();
    for line in text.lines().rev() {
        let mut fields = line.splitn(3, '\t');
        let (Some(new), Some(selector), Some(message)) = (fields.next(), fields.next(), fields.next()) else {
            continue;
        };
        let seconds = selector
            .rsplit_once('{')
            .and_then(|(_, time)| time.trim_end_matches('}').parse().ok())
            .unwrap_or(0);
        let new = Oid::new(new);
        lines.push(ReflogLine {
            old: std::mem::replace(&mut previous, new.clone()),
            new,
            seconds,
            message: message.to_owned(),
        });
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reflog_line_is_read_from_its_stored_form() {
        let line = format!(
            "{} {} A U Thor <a@example.org> 1772000060 +0100\tcommit (amend): fix: it",
            "0".repeat(40),
            "a".repeat(40)
        );
        let line = ReflogLine::parse(&line).expect("a line");
        assert_eq!(
            (line.seconds, line.message.as_str(), line.old.is_null()),
            (1_772_000_060, "commit (amend): fix: it", true)
        );
    }
}
