//! Whose the entries of the stash list are: all worktrees of a repository share it.

use std::collections::HashSet;
use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::Result;

use crate::attribution::History;
use crate::attribution::objects::Objects as _;
use crate::attribution::reflog::{Class, classify};
use crate::change::{Oid, WorktreeState};
use crate::git::command::Git;
use crate::git::moves;
use crate::git::objects::Objects;
use crate::git::store::Store;

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
    Ok(new.into_iter().filter(|stash| !is_elsewhere(stash)).copied().collect())
}

/// Stashes that are in no list any more but still among the loose objects, oldest first: popped, dropped, or put away for a rebase. Looked
/// for only where a reset took HEAD elsewhere; there they may have brought back what it threw away.
pub(super) fn dropped(git: &Git, history: &History, store: &Store) -> Result<Vec<Oid>> {
    let is_reset = |class: Class| matches!(class, Class::Reset | Class::Push);
    let mut times = history.log.iter().filter_map(|entry| entry.at);
    let is_asked = history.log.iter().any(|entry| is_reset(classify(&entry.message)) && entry.old != entry.new);
    // what was put away for a rebase is older than the movement that began it, by no more than git needs for it
    let since = times.next().filter(|_| is_asked).and_then(|first| SystemTime::from(first).checked_sub(Duration::from_secs(60)));
    let Some(since) = since else { return Ok(Vec::new()) };
    let common = git.text(["rev-parse", "--path-format=absolute", "--git-common-dir"])?;
    let written = written_since(&Path::new(&common).join("objects"), since);
    let asked: String = written.iter().map(|(_, id)| format!("{id}\n")).collect();
    let answer = git.run_with_input(["cat-file", "--batch-check=%(objectname) %(objecttype)"], asked.as_bytes())?;
    let text = answer.text();
    let commits = text.lines().filter_map(|row| row.strip_suffix(" commit")).map(Oid::new);
    let (start, end) = (&history.start, &history.end);
    let known: HashSet<&Oid> = start.stashes.iter().chain(&start.autostash).chain(&end.stashes).chain(&end.autostash).collect();
    let mut out = Vec::new();
    for id in commits.filter(|id| !known.contains(id)) {
        let Some(facts) = store.commit(&id)? else { continue };
        let Some(index) = facts.parents.get(1).filter(|_| branch(&String::from_utf8_lossy(&facts.subject)).is_some()) else { continue };
        if store.commit(index)?.is_some_and(|index| index.subject.starts_with(b"index on ")) {
            out.push(id);
        }
    }
    Ok(out)
}

/// The loose objects in a directory that were written since a time, oldest first, no more than the newest of them.
fn written_since(objects: &Path, since: SystemTime) -> Vec<(SystemTime, String)> {
    /// So many are looked at.
    const MOST: usize = 20_000;
    let mut out = Vec::new();
    for first in 0..=u8::MAX {
        let first = format!("{first:02x}");
        for file in std::fs::read_dir(objects.join(&first)).into_iter().flatten().flatten() {
            let written = file.metadata().and_then(|metadata| metadata.modified());
            if let (Ok(written), Some(rest)) = (written, file.file_name().to_str())
                && written >= since
                && rest.bytes().all(|byte| byte.is_ascii_hexdigit())
            {
                out.push((written, format!("{first}{rest}")));
            }
        }
    }
    out.sort();
    out.split_off(out.len().saturating_sub(MOST))
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
