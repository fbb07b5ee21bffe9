//! Whose the entries of the stash list are: all worktrees of a repository share it.

use std::collections::HashSet;

use anyhow::Result;

use crate::change::{Oid, WorktreeState};
use crate::git::command::Git;
use crate::git::moves;
use crate::git::objects::Objects;

/// The entries at the end that the start did not have, but for those made on a branch that this worktree never was on.
pub fn made(git: &Git, objects: &Objects, start: &WorktreeState, end: &WorktreeState) -> Result<Vec<Oid>> {
    let new: Vec<&Oid> = end.stashes.iter().filter(|stash| !start.stashes.contains(stash)).collect();
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let log = moves::reflog(git, "HEAD")?;
    let since = &log[moves::since(&log, start).unwrap_or(0)..];
    let switched = since.iter().filter_map(|entry| entry.message.strip_prefix("checkout: moving from ")?.split_once(" to "));
    let ends = [&start.branch, &end.branch].into_iter().filter_map(Option::as_deref);
    let here: HashSet<&str> = switched.flat_map(|(from, to)| [from, to]).chain(ends).collect();
    let exists = |branch: &str| end.refs.iter().any(|(name, _)| name.strip_prefix("refs/heads/") == Some(branch));
    let is_elsewhere = |stash: &Oid| {
        let subject = objects.commit(stash).map(|commit| commit.subject).unwrap_or_default();
        branch(&subject).is_some_and(|branch| exists(branch) && !here.contains(branch))
    };
    Ok(new.into_iter().filter(|stash| !is_elsewhere(stash)).cloned().collect())
}

/// The branch that git names in the message of an entry.
fn branch(subject: &str) -> Option<&str> {
    let rest = subject.strip_prefix("WIP on ").or_else(|| subject.strip_prefix("On "))?;
    rest.split_once(": ").map(|(branch, _)| branch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_of_an_entry_names_its_branch() {
        for (subject, expected) in [
            ("WIP on fix/it: 94de930 Begin", Some("fix/it")),
            ("On main: half: done", Some("main")),
            ("WIP on (no branch): 94de930 Begin", Some("(no branch)")),
            ("autostash", None),
            ("On and on", None),
        ] {
            assert_eq!(branch(subject), expected, "{subject}");
        }
    }
}
