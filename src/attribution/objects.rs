//! The door through which attribution sees a repository's objects. The only lazy input: which objects are needed shows only on the way.
//!
//! Implemented over git by `git::store`. Says nothing of refs or of the worktree; those come as plain values in a `History`.

use std::rc::Rc;

use anyhow::Result;

use crate::change::Oid;

/// A commit as far as attribution needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitFacts {
    /// Its tree.
    pub tree: Oid,
    /// Its parents, first parent first.
    pub parents: Vec<Oid>,
    /// The author line as bytes. Compared as a fingerprint, its date is never ordered.
    pub author: Vec<u8>,
    /// When it was made, in seconds since 1970 by its committer's clock. Of what this worktree made, that is the log's: a stash is found in
    /// the log by it.
    pub made_at: Option<i64>,
    /// First line of the message.
    pub subject: Vec<u8>,
    /// The commit that it says it was copied from, as `git cherry-pick -x` writes it.
    pub copied_from: Option<Oid>,
}

/// What a tree holds under one name, and what a path leads to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PathEntry {
    /// Git's mode, e.g. `0o100644`.
    pub mode: u32,
    /// Blob, tree or submodule commit.
    pub id: Oid,
}

/// Git's mode of a directory.
pub(crate) const DIRECTORY: u32 = 0o040_000;

impl PathEntry {
    /// Whether it is a directory.
    pub fn is_tree(&self) -> bool {
        self.mode == DIRECTORY
    }

    /// Whether it is the commit of a submodule.
    pub fn is_submodule(&self) -> bool {
        self.mode & 0o170_000 == 0o160_000
    }

    /// Whether it is a file, executable or not; neither link nor submodule.
    pub fn is_file(&self) -> bool {
        self.mode & 0o170_000 == 0o100_000
    }
}

/// A named entry of one tree object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// One path component.
    pub name: Vec<u8>,
    /// What is there.
    pub entry: PathEntry,
}

/// The bytes of a file, if they can be taken apart into lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    /// Lines.
    Lines(Rc<[u8]>),
    /// Binary, a pointer of git-lfs, above the size limit, or not in this clone: known by its id only.
    Opaque,
}

/// Read objects, write new ones where nobody else sees them.
pub trait Objects {
    /// A commit; none where it is gone.
    fn commit(&self, id: &Oid) -> Result<Option<Rc<CommitFacts>>>;
    /// The entries of a tree object, in git's order; empty where it is gone.
    fn tree(&self, id: &Oid) -> Result<Rc<Vec<Named>>>;
    /// A file's text.
    fn text(&self, id: &Oid) -> Result<Text>;
    /// Keeps a new tree; its entries in git's order.
    fn keep_tree(&self, entries: Vec<Named>) -> Result<Oid>;
    /// Keeps a new file.
    fn keep_text(&self, bytes: Vec<u8>) -> Result<Oid>;
    /// The best common ancestors of two commits.
    fn merge_bases(&self, a: &Oid, b: &Oid) -> Result<Vec<Oid>>;
    /// Commits without merges that `tip` reaches and `without` does not, newest first.
    fn range(&self, tip: &Oid, without: &Oid) -> Result<Vec<Oid>>;
    /// All commits within reach, of any ref or reflog, whose author line has the same time as this one. Bounded: very old ones may be missing.
    fn authored_with(&self, author: &[u8]) -> Result<Vec<Oid>>;
}
