//! What of the refs and the stash list of the start is gone at the end. When, and by whom, is not recorded.

use anyhow::Result;

use crate::change::{Oid, WorktreeState};
use crate::git::command::Git;

/// A branch of the start that is gone, with the number of its commits that nothing reaches any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoneBranch {
    /// Its short name.
    pub name: String,
    /// How many commits went with it; never none.
    pub commits: usize,
}

/// Branches that are gone with commits that were on no other; one of which another name is left lost nothing.
pub fn branches(git: &Git, start: &WorktreeState, end: &WorktreeState) -> Result<Vec<GoneBranch>> {
    let mut out = Vec::new();
    for (name, id) in lost(start, end) {
        let reached = end.refs.iter().filter(|(name, _)| name != "refs/stash").map(|(_, id)| id).chain(&end.head);
        let input: String = std::iter::once(format!("{id}\n")).chain(reached.map(|id| format!("^{id}\n"))).collect();
        let counted = git.run_with_input(["rev-list", "--count", "--ignore-missing", "--stdin"], input.as_bytes())?;
        if let Some(commits) = counted.text().trim().parse().ok().filter(|commits| *commits > 0) {
            out.push(GoneBranch { name: name.to_owned(), commits });
        }
    }
    Ok(out)
}

/// Branches that the end has not, where no ref of the end is where they were.
fn lost<'a>(start: &'a WorktreeState, end: &'a WorktreeState) -> impl Iterator<Item = (&'a str, &'a Oid)> {
    let is_left = |name: &str, id: &Oid| end.refs.iter().any(|(there, at)| there == name || at == id);
    let gone = start.refs.iter().filter(move |(name, id)| !is_left(name, id));
    gone.filter_map(|(name, id)| Some((name.strip_prefix("refs/heads/")?, id)))
}

/// How many entries of the stash list are gone.
pub fn stashes(start: &WorktreeState, end: &WorktreeState) -> usize {
    start.stashes.iter().filter(|stash| !end.stashes.contains(stash)).count()
}
