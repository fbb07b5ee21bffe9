//! Attribution over a real repository: gathers the history, lets the pure core decide, writes the baseline to the private object store.

use anyhow::Result;

use super::command::Git;
use super::history;
use super::moves;
use super::stashes;
use super::store::Store;
use crate::attribution::{self, Attribution};
use crate::change::{Heads, WorktreeState};

/// Attributes what happened between two standpoints of a worktree. `git` must be one that keeps new objects to itself
/// ([`Git::with_objects`]) and that sees the snapshots of both ends. `heads`: where hooks saw HEAD, if any ran.
pub fn attribute(git: &Git, start: &WorktreeState, end: &WorktreeState, heads: Option<&Heads>) -> Result<Attribution> {
    let mut history = history::history(git, start, end, heads)?;
    let tips = history.log.iter().flat_map(|entry| [&entry.old, &entry.new]).chain(start.refs.iter().map(|(_, id)| id));
    let tips = tips.filter(|id| !id.is_null()).copied().chain(moves::fetched(git));
    let store = Store::open(git, &start.tree, tips.collect())?;
    history::peel_tags(&mut history, &store)?;
    history.dropped_stashes = stashes::dropped(git, &history, &store)?;
    let attribution = attribution::attribute(&history, &store)?;
    store.write(&attribution.baseline)?;
    Ok(attribution)
}
