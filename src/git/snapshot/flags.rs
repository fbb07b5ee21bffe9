//! Tracked files that the index tells git not to look at: assume-unchanged and skip-worktree.
//!
//! The flag is the user's word, so a file that has it at both ends is as the index says. Where it comes or goes within a session, the file
//! itself counts at both ends: else what was hidden before would come or go with the flag.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

use anyhow::{Context, Result};

use super::{Method, Settings, Snapshots};
use crate::change::{Flagged, Oid, RepoPath, WorktreeState};
use crate::git::command::{Git, Output};

/// What `git ls-files -v` tells of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Untracked,
    Flagged,
    Other,
}

/// Its rows, which are ended by NUL.
pub(super) fn tagged(output: &Output) -> impl Iterator<Item = (Tag, RepoPath)> {
    output.stdout.split(|&byte| byte == 0).filter_map(|row| {
        let tag = match row.first()? {
            b'?' => Tag::Untracked,
            b'S' => Tag::Flagged,
            letter if letter.is_ascii_lowercase() => Tag::Flagged,
            _ => Tag::Other,
        };
        Some((tag, RepoPath::new(row.get(2..)?)))
    })
}

impl Snapshots<'_> {
    /// These files as the worktree has them; those that are not there have nothing to tell.
    pub(super) fn flagged(&self, settings: &Settings, paths: &[RepoPath]) -> Result<Vec<Flagged>> {
        let is_file = |path: &&RepoPath| self.repository.absolute(path).symlink_metadata().is_ok_and(|found| !found.is_dir());
        let there: HashSet<&RepoPath> = paths.iter().filter(is_file).collect();
        if there.is_empty() {
            return Ok(Vec::new());
        }
        let git = self.git().with_index(&self.copy_index("index-without-flags")?);
        let listed: Vec<u8> = there.iter().flat_map(|path| [path.as_bytes(), b"\0"].concat()).collect();
        // each of the first two changes flags alone; the last one reads the files
        for how in [&["--no-assume-unchanged"][..], &["--no-skip-worktree"], &[]] {
            let command = ["update-index"].iter().chain(how).chain(&["-z", "--stdin"]).map(OsString::from);
            let arguments: Vec<OsString> = settings.options(Method::OptionalFilters).into_iter().chain(command).collect();
            git.run_with_input(arguments, &listed)?;
        }
        let staged = git.run(["ls-files", "--stage", "-z"])?;
        Ok(staged.stdout.split(|&byte| byte == 0).filter_map(entry).filter(|entry| there.contains(&entry.path)).collect())
    }

    /// The end's tree, and that of the start where it is another one, with the files themselves whose flag came or went.
    pub(super) fn by_flags(&self, start: &WorktreeState, end: &Oid, flagged: &[Flagged]) -> Result<(Oid, Option<Oid>)> {
        let without = |all: &[Flagged], others: &[Flagged]| -> Vec<Flagged> {
            all.iter().filter(|file| others.iter().all(|other| other.path != file.path)).cloned().collect()
        };
        let (came, went) = (without(flagged, &start.flagged), without(&start.flagged, flagged));
        let end = if came.is_empty() { *end } else { self.tree_with(end, &came)? };
        let start = if went.is_empty() { None } else { Some(self.tree_with(&start.tree, &went)?) };
        Ok((end, start))
    }

    /// A tree with these files in it.
    fn tree_with(&self, tree: &Oid, files: &[Flagged]) -> Result<Oid> {
        let git: Git = self.git().with_index(&self.scratch.path().join("index-of-tree"));
        git.text(["read-tree", tree.as_str()])?;
        let row = |file: &Flagged| [format!("{:o} {}\t", file.mode, file.id).as_bytes(), file.path.as_bytes(), b"\0"].concat();
        let rows: Vec<u8> = files.iter().flat_map(row).collect();
        git.run_with_input(["update-index", "--add", "-z", "--index-info"], &rows)?;
        Ok(Oid::new(git.text(["write-tree", "--missing-ok"]).context("could not write a tree")?))
    }
}

/// `MODE ID STAGE\tPATH`
fn entry(row: &[u8]) -> Option<Flagged> {
    let tab = row.iter().position(|&byte| byte == b'\t')?;
    let facts = OsStr::from_bytes(&row[..tab]).to_str()?;
    let [mode, id, "0"] = facts.split(' ').collect::<Vec<_>>()[..] else { return None };
    Some(Flagged { path: RepoPath::new(&row[tab + 1..]), mode: u32::from_str_radix(mode, 8).ok()?, id: Oid::new(id) })
}
