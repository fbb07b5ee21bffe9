//! Plain values for what git knows: paths, ids, file changes, hunks, commits.
//!
//! The git door (`git/`) makes them, everything after it reads them. Nothing here opens a repository or knows git2.

use std::collections::HashMap;
use std::fmt;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

mod patch;
mod path;
mod renamed_paths;
mod revert;
mod successor;
pub use patch::Patch;
pub use path::RepoPath;
pub use revert::{Reverted, brings_back, reverted};
pub use successor::{Certainty, CurrentCommit, Fingerprint, successors};

/// An object id as hex digits: 40 in a SHA-1 repository, 64 in a SHA-256 one. It is a plain value that copies without the heap: maps and
/// merge keys of a long replay hold many.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Oid {
    /// Zeros after the last digit, so that ids sort as their texts do.
    digits: [u8; Self::LONGEST],
    length: u8,
}

impl Oid {
    const LONGEST: usize = 64;

    /// Takes the digits as git printed them; surrounding white space is dropped. What is too long for an id is none (see [`Oid::is_null`]).
    pub fn new(hex: impl AsRef<str>) -> Self {
        let hex = hex.as_ref().trim().as_bytes();
        let (mut digits, fits) = ([0; Self::LONGEST], hex.len() <= Self::LONGEST);
        let length = if fits { hex.len() } else { 0 };
        digits[..length].copy_from_slice(&hex[..length]);
        Self { digits, length: u8::try_from(length).unwrap_or_default() }
    }

    /// All hex digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.digits[..self.length.into()]).unwrap_or_default()
    }

    /// The first seven digits, as people write ids.
    pub fn short(&self) -> &str {
        self.as_str().get(..7).unwrap_or(self.as_str())
    }

    /// Git's null id (all zeros) or an empty string: no object.
    pub fn is_null(&self) -> bool {
        self.as_str().bytes().all(|b| b == b'0')
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Oid({self})")
    }
}

impl Serialize for Oid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Oid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <std::borrow::Cow<'de, str>>::deserialize(deserializer).map(Self::new)
    }
}

/// Where hooks saw HEAD: which commits were made here, for where there is no reflog.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heads {
    /// After a commit.
    pub committed: Vec<Oid>,
    /// After a merge, which may have made a commit or only moved forward to somebody's.
    pub merged: Vec<Oid>,
}

/// What happened to a path between the two sides of a diff, in git's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Only in head.
    Added,
    /// In both, content or mode differs.
    Modified,
    /// Only in base.
    Deleted,
    /// In head under another path; content equal or similar.
    Renamed,
    /// File became symlink, symlink became submodule and so on.
    Typechanged,
}

/// What a tree entry holds. Blobs are loaded up to a size limit, never beyond.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// The bytes of a regular file.
    Blob(Vec<u8>),
    /// The target of a symbolic link.
    Symlink(Vec<u8>),
    /// The commit of a submodule or nested repository.
    Submodule(Oid),
    /// A pointer of git-lfs, which keeps the content itself.
    KeptByLfs,
    /// A file above the limit; its size in bytes.
    TooLarge(u64),
    /// The object is not in this clone (partial clone, pruned).
    Missing,
}

/// One side of a file change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// Id of the blob or of the submodule's commit.
    pub id: Oid,
    /// Git's file mode, e.g. `0o100644`.
    pub mode: u32,
    /// What is there.
    pub content: Content,
}

impl Side {
    /// The bytes where this side is a regular file that was loaded.
    pub fn blob(&self) -> Option<&[u8]> {
        match &self.content {
            Content::Blob(bytes) => Some(bytes),
            _ => None,
        }
    }
}

/// A run of changed lines without context. Starts are 1-based; a side without lines has the line before it as start, as in `git diff -U0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// First removed line in base.
    pub base_start: u32,
    /// Number of removed lines.
    pub base_lines: u32,
    /// First added line in head.
    pub head_start: u32,
    /// Number of added lines.
    pub head_lines: u32,
}

/// One changed file between two trees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// Path in head; in base where the file was deleted.
    pub path: RepoPath,
    /// Path in base where it differs.
    pub old_path: Option<RepoPath>,
    /// What happened to it.
    pub status: Status,
    /// The base side; none where added.
    pub base: Option<Side>,
    /// The head side; none where deleted.
    pub head: Option<Side>,
    /// Changed lines; empty for binary files and where nothing but the mode or the path differs.
    pub hunks: Vec<Hunk>,
    /// Git counts no lines for it.
    pub binary: bool,
}

impl FileChange {
    /// Added lines, as `git diff --numstat` counts them.
    pub fn added(&self) -> u32 {
        self.hunks.iter().map(|h| h.head_lines).sum()
    }

    /// Removed lines, as `git diff --numstat` counts them.
    pub fn removed(&self) -> u32 {
        self.hunks.iter().map(|h| h.base_lines).sum()
    }

    /// The bytes before, where there was a regular file.
    pub fn base_blob(&self) -> Option<&[u8]> {
        self.base.as_ref().and_then(Side::blob)
    }

    /// The bytes after, where there is a regular file.
    pub fn head_blob(&self) -> Option<&[u8]> {
        self.head.as_ref().and_then(Side::blob)
    }

    /// Whether a regular file may be run in head and could not in base.
    pub fn became_executable(&self) -> bool {
        let mode = |side: &Option<Side>| side.as_ref().map(|side| side.mode);
        (mode(&self.base), mode(&self.head)) == (Some(0o100_644), Some(0o100_755))
    }

    /// Lines of head that base has not.
    pub fn added_lines(&self) -> Vec<&[u8]> {
        lines_in(self.head_blob(), self.hunks.iter().map(|hunk| (hunk.head_start, hunk.head_lines)))
    }

    /// The same, each with its number in head.
    pub fn added_with_numbers(&self) -> Vec<(u32, &[u8])> {
        let numbers = self.hunks.iter().flat_map(|hunk| hunk.head_start..hunk.head_start.saturating_add(hunk.head_lines));
        numbers.zip(self.added_lines()).collect()
    }

    /// Lines of base that head has not.
    pub fn removed_lines(&self) -> Vec<&[u8]> {
        lines_in(self.base_blob(), self.hunks.iter().map(|hunk| (hunk.base_start, hunk.base_lines)))
    }

    /// Path in base, whether renamed or not.
    pub fn base_path(&self) -> &RepoPath {
        self.old_path.as_ref().unwrap_or(&self.path)
    }
}

/// The lines of these runs, each from a line, counted from 1, on.
fn lines_in(blob: Option<&[u8]>, runs: impl Iterator<Item = (u32, u32)>) -> Vec<&[u8]> {
    let lines: Vec<&[u8]> = blob.unwrap_or_default().split(|&b| b == b'\n').collect();
    let index = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    runs.flat_map(|(start, count)| lines.iter().skip(index(start.saturating_sub(1))).take(index(count)).copied().collect::<Vec<_>>())
        .collect()
}

/// A commit's own facts. Text is as in the object, bytes that are not UTF-8 replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub id: Oid,
    /// Ids of its parents, first parent first.
    pub parents: Vec<Oid>,
    /// Its tree.
    pub tree: Oid,
    /// First paragraph of the message, joined to one line.
    pub subject: String,
    /// The rest of the message, trimmed.
    pub body: String,
    /// The author's name.
    pub author: String,
    /// The author's address.
    pub email: String,
    /// Author time with its offset: when the work was first committed, kept through rebases and amends.
    pub authored_at: DateTime<FixedOffset>,
    /// Committer time with its offset: when this commit came into being.
    pub at: DateTime<FixedOffset>,
}

/// A commit with what it did to each file, against its first parent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitChange {
    /// The commit.
    pub commit: Commit,
    /// Files it touched.
    pub files: Vec<Touched>,
    /// What it changes, to know it again under another id.
    pub patch: Patch,
    /// Ids it went through before: amended, squashed, rebased.
    pub replaced: Vec<Oid>,
    /// When it was last amended, where it was.
    pub amended_at: Option<DateTime<FixedOffset>>,
    /// The branch that holds it, where HEAD's history at the end does not.
    pub branch: Option<String>,
    /// Its author is not who works here.
    pub by_another: bool,
}

/// A file that a commit touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// Path after the commit; before it where deleted.
    pub path: RepoPath,
    /// Path before where it differs.
    pub old_path: Option<RepoPath>,
    /// [`line_hash`] of each line it added, in order. Tells which commit brought a line that is still there.
    pub added: Vec<u64>,
    /// Number of lines it removed.
    pub removed: u32,
}

/// Where files come from that commits moved as they were, by their path now.
pub type Moved = HashMap<RepoPath, RepoPath>;

/// What a row of commits, oldest first, moved without another change to it.
pub fn moved<'a>(commits: impl IntoIterator<Item = &'a CommitChange>) -> Moved {
    let mut moved = Moved::new();
    for file in commits.into_iter().flat_map(|change| &change.files).filter(|file| file.added.is_empty() && file.removed == 0) {
        if let Some(old) = &file.old_path {
            let first = moved.remove(old).unwrap_or_else(|| old.clone());
            moved.insert(file.path.clone(), first);
        }
    }
    moved
}

/// A hash of a line's text without surrounding white space; stable within one run of the program only.
pub fn line_hash(line: &[u8]) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    line.trim_ascii().hash(&mut hasher);
    hasher.finish()
}

/// Where a worktree stands at a moment: what a session's start and end record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorktreeState {
    /// HEAD's commit; none before the first one.
    pub head: Option<Oid>,
    /// The branch's short name; none where HEAD is detached.
    pub branch: Option<String>,
    /// Subject of HEAD's commit.
    pub subject: Option<String>,
    /// Tree of the worktree: tracked and untracked files that are not ignored.
    pub tree: Oid,
    /// Tree of the index, where it has no conflicts.
    pub index: Option<Oid>,
    /// Tips of all refs, by full name.
    pub refs: Vec<(String, Oid)>,
    /// Commits of the stash list, newest first.
    pub stashes: Vec<Oid>,
    /// What a rebase that is under way has put away of the worktree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub autostash: Option<Oid>,
    /// Whether a merge, rebase, cherry-pick, revert or series of patches was under way.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub under_way: bool,
    /// Number of entries in HEAD's reflog of this worktree.
    pub reflog: usize,
    /// What identifies its newest entry, to notice a reflog that was cut.
    pub reflog_last: Option<String>,
    /// Counts of what was not committed.
    pub dirt: Dirt,
    /// Files that the snapshot could not take in, each with its reason.
    pub left_out: Vec<LeftOut>,
    /// Tracked files that the index tells git not to look at and that are on disk, as they are there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flagged: Vec<Flagged>,
    /// How the snapshot was made; the second one of a session is made the same way.
    pub method: String,
    /// When it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disk_time: Option<DiskTime>,
    /// The tree of the start as this one compares with it, where that is another: with the files as they were whose flag is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_tree: Option<Oid>,
}

impl WorktreeState {
    /// Whether HEAD, index and stashes are as in another state, and nothing moved between the two. Files of the worktree aside.
    pub fn stands_as(&self, other: &Self) -> bool {
        let position = |state: &Self| (state.head, state.branch.clone(), state.reflog, state.reflog_last.clone());
        let put_away = |state: &Self| (state.index, state.stashes.clone(), state.autostash, state.under_way);
        position(self) == position(other) && put_away(self) == put_away(other)
    }
}

/// A tracked file with a flag in the index (assume-unchanged, skip-worktree), as the worktree has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flagged {
    /// Where it is.
    pub path: RepoPath,
    /// Git's mode.
    pub mode: u32,
    /// Its content.
    pub id: Oid,
}

/// The file system's own time, in seconds and nanoseconds since 1970: what its time stamps compare with, whatever clock a session goes by.
pub type DiskTime = (i64, i64);

/// What was not committed when a snapshot was taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dirt {
    /// Tracked files that differ from HEAD, in the worktree or in the index: changed, added or deleted.
    pub modified: usize,
    /// Untracked files that are not ignored.
    pub untracked: usize,
}

/// A file that a snapshot could not take in as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Where it is.
    pub path: RepoPath,
    /// Why: unreadable, above the size limit and so on.
    pub reason: String,
}

/// What `.gitattributes` say of a path; none where they say nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes {
    /// `linguist-generated`.
    pub generated: Option<bool>,
    /// `linguist-vendored`.
    pub vendored: Option<bool>,
    /// `linguist-documentation`.
    pub documentation: Option<bool>,
    /// `linguist-language`.
    pub language: Option<String>,
    /// `binary` or `-diff`.
    pub binary: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_their_digits() {
        let [sha1, sha256] = ["a1".repeat(20), "b2".repeat(32)];
        for hex in [sha1.as_str(), sha256.as_str()] {
            let id = Oid::new(format!("{hex}\n"));
            assert_eq!((id.as_str(), id.short(), id.is_null()), (hex, &hex[..7], false));
            assert_eq!(serde_json::from_str::<Oid>(&serde_json::to_string(&id).expect("json")).expect("an id"), id);
        }
        assert!(Oid::new("a1") < Oid::new(&sha1) && Oid::new(&sha1) < Oid::new(&sha256), "as their texts");
        let none = [String::new(), "0".repeat(40), "é".repeat(40)];
        assert!(none.iter().all(|text| Oid::new(text).is_null()));
    }
}
