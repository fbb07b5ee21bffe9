//! What became of commits since a session ended: which of them no ref reaches any more, and where they may have gone.

use std::collections::HashSet;

use anyhow::Result;

use crate::change::{Oid, Patch};
use crate::git::diff::Limits;
use crate::git::objects::Objects;
use crate::git::repository::Repository;

/// Commits that are looked through for one that was rewritten.
const CANDIDATES: &str = "--max-count=2000";

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

/// Commits within reach that the session's start did not have, each with what it changes.
pub fn candidates(repository: &Repository, objects: &Objects, start: Option<&Oid>) -> Result<Vec<(Oid, Patch)>> {
    let start = start.filter(|id| objects.commit(id).is_ok()).map(|id| format!("^{id}"));
    let arguments = ["rev-list", "--no-merges", CANDIDATES, "--exclude=refs/stash", "--all"].map(str::to_owned).into_iter().chain(start);
    let listed = repository.git().text(arguments)?;
    let with_patch = |id: Oid| objects.commit_change(&id, &Limits::default()).map(|change| (id, change.patch));
    listed.lines().map(Oid::new).map(with_patch).collect()
}
