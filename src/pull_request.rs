//! The description of a pull request: from a range of commits and the sessions behind it to parts, and from parts to text.
//!
//! Pure: the range, the difference and the sessions are handed in as [`Material`]. Every generated line stands on a commit, a diff or a
//! recorded run; every sentence of meaning was typed by somebody and is quoted. What is not proven is left out and named as a gap.
//!
//! In order: [`sanitise`] (what may stand in a description), [`issues`], [`conventional`], [`footers`], [`changes`], [`test_presence`],
//! [`verification`], [`review`], [`facts`], [`boxes`] and [`title`] (what the record proves), [`description`] (the parts), [`layout`] and [`template`] (the text), [`update`] (into an existing
//! body), [`check`] (any body against the record). Nothing here posts, asks a forge, or reads a repository.

use std::collections::{BTreeSet, HashMap};

use crate::change::{CommitChange, Oid, RepoPath};
use crate::document::{Document, Time};
use crate::evidence::kinds::{self, Overrides};
use crate::evidence::{Evidence, FileEvidence};

mod added_lines;
pub mod boxes;
pub mod changes;
pub mod check;
pub mod conventional;
pub mod description;
pub mod facts;
mod file_roles;
pub mod footers;
pub mod test_presence;
pub mod issues;
pub mod layout;
pub mod markers;
pub mod review;
pub mod sanitise;
pub mod settings;
pub mod template;
pub mod title;
pub mod update;
pub mod verification;

pub use description::{Description, describe};

/// All that a description is made from.
#[derive(Clone, Debug)]
pub struct Material {
    /// Where the work is to go.
    pub base: Base,
    /// The commit that is described.
    pub head: Oid,
    /// The tree of that commit.
    pub head_tree: Oid,
    /// The branch's short name.
    pub branch: Option<String>,
    /// Commits that head has and base has not, oldest first, merges included.
    pub commits: Vec<CommitChange>,
    /// What differs from the merge base to head, the journals' folder left out.
    pub evidence: Evidence,
    /// What settings say of kinds of files.
    pub overrides: Overrides,
    /// Sessions that belong to the range, oldest first.
    pub sessions: Vec<Attached>,
    /// Subjects of the base's last commits, newest first: the repository's own style.
    pub subjects: Vec<String>,
    /// Folders that hold a package's manifest.
    pub packages: BTreeSet<RepoPath>,
    /// Work that no commit has, in words: it is no part of the request.
    pub left_out: Vec<String>,
    /// What was said for this description alone.
    pub stated: Stated,
}

/// Where the work is to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// The revision as it was found or given, e.g. `origin/main`.
    pub revision: String,
    /// The branch's own name on the forge, e.g. `main`.
    pub branch: String,
    /// Whether it is the repository's default branch; only there do closing keywords act.
    pub is_default: bool,
    /// The commit at which the two parted.
    pub merge_base: Oid,
}

/// What was said for this description alone, on the command line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stated {
    /// The title.
    pub title: Option<String>,
    /// What it does and why.
    pub summary: Option<String>,
    /// What reviewers are asked to look at.
    pub feedback: Option<String>,
    /// Issues that it closes.
    pub closes: Vec<String>,
    /// Texts of boxes that the author ticks.
    pub attested: Vec<String>,
    /// Whether the author states how agents took part.
    pub attest_ai: Option<String>,
}

/// A session that belongs to the range.
#[derive(Clone, Debug)]
pub struct Attached {
    /// Its document.
    pub document: Document,
    /// How it was found to belong.
    pub link: Link,
    /// How the end of the session compares with head.
    pub since: Since,
    /// Runs by time, command and exit code, which tells those of one second apart: the tree they ran on and the names of what failed.
    pub runs: HashMap<(Time, String, Option<i32>), RanOn>,
    /// Stated values that no key of the document holds, by field.
    pub said: HashMap<String, String>,
    /// The journal's path, where git tracks it.
    pub journal: Option<String>,
}

/// How a session was found to belong to the range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Link {
    /// One of its commits is in the range.
    Commit,
    /// A commit of the range changes the same lines as one of its.
    Patch,
    /// Only the branch's name and some paths agree.
    Weak,
    /// The user named it.
    Named,
}

/// How the end of a session compares with head.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Since {
    /// Paths that differ between the commit at the session's end and head; none where that cannot be told.
    pub changed: Option<Vec<RepoPath>>,
    /// Files that the worktree had otherwise than that commit, those from before the session included.
    pub beside: Vec<RepoPath>,
    /// The session ended on another branch, at a commit that head does not build on.
    pub elsewhere: bool,
}

/// On what a command ran.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RanOn {
    /// The tree, where it was recorded.
    pub tree: Option<Oid>,
    /// Names of failing tests.
    pub failing: Vec<String>,
    /// What became of them until head, in their order; empty where that was not asked or cannot be told.
    pub presences: Vec<test_presence::TestPresence>,
}

impl Material {
    /// What was read from a file of the difference.
    pub fn file(&self, path: &RepoPath) -> Option<&FileEvidence> {
        self.evidence.files.iter().find(|file| file.path == *path || file.old_path.as_ref() == Some(path))
    }

    /// Whether a file is documentation: by what was read of it, else by its path.
    pub fn is_documentation(&self, path: &RepoPath) -> bool {
        let category = self.file(path).map(|file| file.category);
        kinds::is_documentation(path, category.unwrap_or_else(|| kinds::classify(path, None, false, &self.overrides).category))
    }

    /// The package that a file belongs to: the nearest folder above it with a manifest, else the customary folders of packages.
    pub fn package(&self, path: &RepoPath) -> Option<RepoPath> {
        let folders = path.folders();
        let manifest = folders.iter().rev().find(|folder| !folder.as_bytes().is_empty() && self.packages.contains(folder));
        manifest.cloned().or_else(|| customary(path))
    }
}

/// `packages/billing` of `packages/billing/src/a.php`.
fn customary(path: &RepoPath) -> Option<RepoPath> {
    const PARENTS: [&[u8]; 7] = [b"packages", b"apps", b"services", b"libs", b"crates", b"modules", b"plugins"];
    let parts: Vec<&[u8]> = path.as_bytes().split(|&b| b == b'/').collect();
    match parts[..] {
        [parent, name, _, ..] if PARENTS.contains(&parent) => Some(RepoPath::new([parent, name].join(&b'/'))),
        _ => None,
    }
}
