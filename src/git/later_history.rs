//! What became of commits since a session ended: which of them no ref reaches any more, and where they may have gone.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ffi::OsString;

use anyhow::Result;

use crate::attribution::reflog::{Class, LogEntry, classify};
use crate::change::{Fingerprint, Oid, RepoPath};
use crate::git::diff::Limits;
use crate::git::moves::reflog;
use crate::git::objects::Objects;
use crate::git::repository::Repository;

/// Commits that are looked through for one that was rewritten; where there are more, so many of those that touch the same files besides.
const CANDIDATES: usize = 2_000;
/// Files that git is asked for by name.
const PATHS: usize = 500;

/// Those of the commits that neither a ref nor HEAD reaches, or that are gone from the repository.
pub fn unreachable(repository: &Repository, objects: &Objects, ids: &[Oid]) -> Result<HashSet<Oid>> {
    let (there, gone): (Vec<&Oid>, Vec<&Oid>) = ids.iter().partition(|id| objects.commit(id).is_ok());
    let input: String = there.iter().map(|id| format!("{id}\n")).collect();
    let arguments = ["rev-list", "--stdin", "--not", "--exclude=refs/stash", "--all"];
    let lost: HashSet<Oid> = match there.is_empty() {
        true => HashSet::new(),
        false => repository.git().run_with_input(arguments, input.as_bytes())?.text().lines().map(Oid::new).collect(),
    };
    Ok(there.into_iter().filter(|id| lost.contains(*id)).chain(gone).copied().collect())
}

/// Commits within reach that the start of the work did not have, where what became of it may be found.
pub fn candidates(repository: &Repository, objects: &Objects, start: Option<&Oid>, work: &[Vec<Fingerprint>]) -> Result<Vec<Fingerprint>> {
    let work = || work.iter().flatten();
    let mut arguments = vec![
        "--literal-pathspecs".to_owned(),
        "rev-list".to_owned(),
        format!("--max-count={CANDIDATES}"),
        "--exclude=refs/stash".to_owned(),
        "--all".to_owned(),
    ];
    arguments.extend(start.filter(|id| objects.commit(id).is_ok()).map(|id| format!("^{id}")));
    if !work().any(|commit| commit.is_merge) {
        arguments.push("--no-merges".to_owned());
    }
    let listed = |arguments: &[String], paths: &[&RepoPath]| -> Result<Vec<Oid>> {
        let mut command: Vec<OsString> = arguments.iter().map(OsString::from).collect();
        command.extend(paths.iter().map(|path| path.to_path().as_os_str().to_owned()));
        Ok(repository.git().text(command)?.lines().map(Oid::new).collect())
    };
    let mut ids = listed(&arguments, &[])?;
    if ids.len() >= CANDIDATES {
        let paths: BTreeSet<&RepoPath> = work().flat_map(|commit| &commit.paths).take(PATHS).collect();
        arguments.extend(["--full-history", "--"].map(str::to_owned));
        let known: HashSet<Oid> = ids.iter().copied().collect();
        let touching = listed(&arguments, &paths.into_iter().collect::<Vec<_>>())?;
        ids.extend(touching.into_iter().filter(|id| !known.contains(id)));
    }
    ids.iter().map(|id| fingerprint(objects, id)).collect()
}

/// What a commit can be known by.
pub fn fingerprint(objects: &Objects, id: &Oid) -> Result<Fingerprint> {
    objects.commit_change(id, &Limits::default()).map(|change| Fingerprint::from(&change))
}

/// What each of the commits was amended to, one after the other, as far as the reflog of this worktree tells; of one that was amended twice,
/// each time anew, it does not.
pub fn amended(repository: &Repository, objects: &Objects, ids: &[Oid]) -> Result<HashMap<Oid, Vec<Oid>>> {
    let log = reflog(&repository.git(), "HEAD")?;
    let takes_the_place = |entry: &&LogEntry| {
        let parents = |id: &Oid| objects.commit(id).map(|commit| commit.parents);
        let may = matches!(classify(&entry.message), Class::Amend | Class::Replay);
        may && parents(&entry.old).is_ok_and(|old| parents(&entry.new).is_ok_and(|new| old == new))
    };
    let mut next: HashMap<Oid, BTreeSet<Oid>> = HashMap::new();
    for entry in log.iter().filter(takes_the_place) {
        next.entry(entry.old).or_default().insert(entry.new);
    }
    let chain = |id: &Oid| {
        let mut seen = vec![*id];
        while let Some(new) = seen.last().and_then(|last| next.get(last)).filter(|new| new.len() == 1).and_then(BTreeSet::first) {
            if seen.contains(new) {
                break;
            }
            seen.push(*new);
        }
        seen.split_off(1)
    };
    Ok(ids.iter().map(|id| (*id, chain(id))).collect())
}
