//! The door to the repository: git2 and git's plumbing in, owned values out. Nothing of git2 leaves.

pub mod baseline;
pub mod command;
pub mod moves;
pub mod objects;
