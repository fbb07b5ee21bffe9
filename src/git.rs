//! The door to the repository: git2 and git's plumbing in, owned values out. Nothing of git2 leaves.

pub mod attributes;
pub mod baseline;
pub mod branches;
pub mod command;
pub mod commits;
pub mod diff;
pub mod lost_refs;
pub mod hooks;
mod history;
mod lfs;
mod loose;
pub mod moves;
pub mod objects;
pub mod position;
pub mod renames;
pub mod repository;
pub mod revision;
pub mod snapshot;
pub mod stashes;
pub mod store;
pub mod later_history;
mod unrecorded;
pub mod worktree;
