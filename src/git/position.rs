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
    /// What a rebase that is under way has put away of the worktree.
    pub autostash: Option<Oid>,
    /// Whether git is in the middle of something.
    pub under_way: bool,
    /// Number of entries in HEAD's reflog.
    pub reflog: usize,
    /// What identifies the newest entry.
    pub reflog_last: Option<String>,
}

/// Reads the position of this worktree.
pub fn read(repository: &Repository) -> Result<Position> {
    let git = repository.git();
    let listed = git.text(["for-each-ref", "--format=%(objectname) %(refname)"])?;
    let refs = listed.lines().filter_map(|line| line.split_once(' ')).map(|(id, name)| (name.to_owned(), Oid::new(id))).collect::<Vec<_>>();
    let file = repository.git_dir.join("HEAD");
    let plain = !file.is_symlink(); // in old repositories HEAD is a link to the branch's file
    let stored = if plain { std::fs::read_to_string(file).unwrap_or_default() } else { String::new() };
    let (head, branch) = match head_among(&stored, &refs) {
        Some(known) => known,
        None => repository.head()?,
    };
    let stashes = if refs.iter().any(|(name, _)| name == "refs/stash") {
        git.run(["log", "--walk-reflogs", "--format=%H", "refs/stash", "--"])?.text().lines().map(Oid::new).collect()
    } else {
        Vec::new()
    };
    let reflog = moves::reflog(&git, "HEAD")?;
    let autostash = moves::autostash(&git)?;
    let under_way = moves::is_under_way(&git);
    Ok(Position { head, branch, refs, stashes, autostash, under_way, reflog: reflog.len(), reflog_last: reflog.last().map(LogEntry::line) })
}

/// HEAD's commit and branch by the file that holds it and the refs as listed; nothing where only git can tell: before the first commit and
/// in another ref storage.
fn head_among(stored: &str, refs: &[(String, Oid)]) -> Option<(Option<Oid>, Option<String>)> {
    let stored = stored.trim_end();
    let Some(name) = stored.strip_prefix("ref: ") else {
        let is_id = stored.len() >= 40 && stored.bytes().all(|b| b.is_ascii_hexdigit());
        return is_id.then(|| (Some(Oid::new(stored)), None));
    };
    let short = name.strip_prefix("refs/heads/")?;
    let id = refs.iter().find(|(known, _)| known == name).map(|(_, id)| *id)?;
    Some((Some(id), Some(short.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn head_is_told_from_its_file_only_where_it_is_plain() {
        let id = |n: char| Oid::new(n.to_string().repeat(40));
        let refs = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), id('a'))).collect::<Vec<_>>();
        let on = |branch: &str| Some((Some(id('a')), Some(branch.to_owned())));
        for (stored, names, expected) in [
            ("ref: refs/heads/main\n", &["refs/heads/main", "refs/tags/v1"][..], on("main")),
            ("ref: refs/heads/fix/it\n", &["refs/heads/fix/it", "refs/remotes/origin/fix/it"], on("fix/it")),
            ("ref: refs/heads/main\n", &["refs/heads/main", "refs/tags/main"], on("main")),
            ("ref: refs/heads/origin\n", &["refs/heads/origin", "refs/remotes/origin/HEAD"], on("origin")),
            ("ref: refs/heads/main\n", &["refs/heads/other"], None),
            ("ref: refs/heads/.invalid\n", &["refs/heads/main"], None),
            ("ref: refs/other/main\n", &["refs/other/main"], None),
            (&format!("{}\n", id('b')), &["refs/heads/main"], Some((Some(id('b')), None))),
            ("", &["refs/heads/main"], None),
        ] {
            assert_eq!(head_among(stored, &refs(names)), expected, "{stored:?} {names:?}");
        }
    }
}
