//! Two trees in, changes out: which paths differ, renames, contents up to a limit, changed lines.
//!
//! The trees are walked side by side and equal sub-trees are never opened, so the work follows the change, not the repository.

use anyhow::{Context, Result};

use crate::change::{Content, FileChange, Hunk, Oid, RepoPath, Side, Status};
use crate::git::objects::{Objects, mode};
use crate::git::renames;

/// How much of a diff to load.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Files above this many bytes are not loaded.
    pub file: u64,
    /// Together no more than this many bytes are loaded; the rest counts as too large.
    pub total: u64,
    /// At most this many deleted and this many added files are compared for similarity.
    pub rename_candidates: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { file: 8 << 20, total: 512 << 20, rename_candidates: 400 }
    }
}

/// Git itself gives up far earlier; a made-up tree must not overflow the stack.
const LONGEST_PATH: usize = 16 << 10;
const TREE: u32 = 0o040_000;
const LINK: u32 = 0o120_000;
const SUBMODULE: u32 = 0o160_000;
const TYPE: u32 = 0o170_000;

/// A path whose entry differs: what was there and what is there.
#[derive(Clone, Debug)]
pub(super) struct Raw {
    path: Vec<u8>,
    base: Option<(u32, git2::Oid)>,
    head: Option<(u32, git2::Oid)>,
}

impl Objects {
    /// Everything that differs between two trees (or commits), sorted by path, renames found, contents loaded.
    pub fn diff(&self, base: Option<&Oid>, head: Option<&Oid>, limits: &Limits) -> Result<Vec<FileChange>> {
        let mut raw = Vec::new();
        self.walk(self.root(base)?, self.root(head)?, &mut Vec::new(), &mut raw)?;
        let mut budget = limits.total;
        let mut changes = raw.into_iter().map(|raw| self.load(raw, limits, &mut budget)).collect::<Result<Vec<_>>>()?;
        renames::pair(&mut changes, limits.rename_candidates);
        changes.iter_mut().filter(|change| change.hunks.is_empty()).try_for_each(add_lines)?;
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(changes)
    }

    /// The paths that differ between two trees, without renames and contents.
    pub fn changed_paths(&self, base: Option<&Oid>, head: Option<&Oid>) -> Result<Vec<RepoPath>> {
        let mut raw = Vec::new();
        self.walk(self.root(base)?, self.root(head)?, &mut Vec::new(), &mut raw)?;
        Ok(raw.into_iter().map(|raw| RepoPath::new(raw.path)).collect())
    }

    fn root(&self, id: Option<&Oid>) -> Result<Option<git2::Oid>> {
        id.map(|id| self.oid(&self.tree_of(id)?)).transpose()
    }

    fn walk(&self, base: Option<git2::Oid>, head: Option<git2::Oid>, prefix: &mut Vec<u8>, out: &mut Vec<Raw>) -> Result<()> {
        if base == head {
            return Ok(());
        }
        anyhow::ensure!(prefix.len() < LONGEST_PATH, "a tree nests deeper than any file system allows");
        let mut entries: std::collections::BTreeMap<Vec<u8>, [Option<(u32, git2::Oid)>; 2]> = std::collections::BTreeMap::new();
        for (side, id) in [base, head].into_iter().enumerate() {
            let Some(id) = id else { continue };
            let tree = self.repository().find_tree(id).with_context(|| format!("tree {id} is not in this repository"))?;
            for entry in &tree {
                entries.entry(entry.name_bytes().to_vec()).or_default()[side] = Some((mode(entry.filemode_raw()), entry.id()));
            }
        }
        for (name, [base, head]) in entries {
            if base == head {
                continue;
            }
            let length = prefix.len();
            prefix.extend_from_slice(&name);
            let trees = [base, head].map(|side| side.filter(|(mode, _)| *mode == TREE).map(|(_, id)| id));
            let files = [base, head].map(|side| side.filter(|(mode, _)| *mode != TREE));
            if files.iter().any(Option::is_some) {
                out.push(Raw { path: prefix.clone(), base: files[0], head: files[1] });
            }
            if trees.iter().any(Option::is_some) {
                prefix.push(b'/');
                self.walk(trees[0], trees[1], prefix, out)?;
            }
            prefix.truncate(length);
        }
        Ok(())
    }

    /// A change with its contents. What differs in a file that both sides have is found here already, while libgit2 still holds the
    /// blobs: of bytes without an id it would compute one, which takes longer than the comparison.
    fn load(&self, raw: Raw, limits: &Limits, budget: &mut u64) -> Result<FileChange> {
        let mut side = |side: Option<(u32, git2::Oid)>| side.map(|side| self.side(side, limits, budget)).transpose();
        let ((base, base_blob), (head, head_blob)) = (side(raw.base)?.unzip(), side(raw.head)?.unzip());
        let blobs = base_blob.flatten().zip(head_blob.flatten());
        let hunks = match blobs.filter(|(base, head)| !is_binary(base.content()) && !is_binary(head.content())) {
            Some((base, head)) if base.id() != head.id() => {
                hunks_of(&git2::Patch::from_blobs(&base, None, &head, None, Some(&mut options()))?)?
            }
            _ => Vec::new(),
        };
        let status = match (&base, &head) {
            (None, _) => Status::Added,
            (_, None) => Status::Deleted,
            (Some(base), Some(head)) if base.mode & TYPE != head.mode & TYPE => Status::Typechanged,
            _ => Status::Modified,
        };
        Ok(FileChange { path: RepoPath::new(raw.path), old_path: None, status, base, head, hunks, binary: false })
    }

    fn side(&self, (mode, id): (u32, git2::Oid), limits: &Limits, budget: &mut u64) -> Result<(Side, Option<git2::Blob<'_>>)> {
        let name = Oid::new(id.to_string());
        let (content, blob) = match mode & TYPE {
            SUBMODULE => (Content::Submodule(name.clone()), None),
            kind => self.content(id, kind == LINK, limits, budget)?,
        };
        Ok((Side { id: name, mode, content }, blob))
    }

    fn content(&self, id: git2::Oid, link: bool, limits: &Limits, budget: &mut u64) -> Result<(Content, Option<git2::Blob<'_>>)> {
        let Ok((size, _)) = self.repository().odb()?.read_header(id) else { return Ok((Content::Missing, None)) };
        let size = size as u64;
        if size > limits.file || size > *budget {
            return Ok((Content::TooLarge(size), None));
        }
        *budget -= size;
        let Some(blob) = self.found_blob(id)? else { return Ok((Content::Missing, None)) };
        let bytes = blob.content().to_vec();
        Ok((if link { Content::Symlink(bytes) } else { Content::Blob(bytes) }, Some(blob)))
    }
}

/// Git's rule: a NUL byte among the first 8,000.
pub fn is_binary(bytes: &[u8]) -> bool {
    bytes[..bytes.len().min(8_000)].contains(&0)
}

/// Finds the changed lines of a loaded change, with the engine and the settings that `git diff` uses.
fn add_lines(change: &mut FileChange) -> Result<()> {
    fn bytes(side: Option<&Side>) -> Option<&[u8]> {
        match side.map(|side| &side.content) {
            None => Some(b""),
            Some(Content::Blob(bytes) | Content::Symlink(bytes)) => Some(bytes),
            _ => None,
        }
    }
    let (Some(base), Some(head)) = (bytes(change.base.as_ref()), bytes(change.head.as_ref())) else {
        let submodule = |side: &Option<Side>| side.as_ref().is_some_and(|side| matches!(side.content, Content::Submodule(_)));
        change.binary = !submodule(&change.base) && !submodule(&change.head);
        return Ok(());
    };
    if is_binary(base) || is_binary(head) {
        change.binary = true;
        return Ok(());
    }
    change.hunks = hunks(base, head)?;
    Ok(())
}

/// Changed lines between two texts, as `git diff -U0` has them.
pub fn hunks(base: &[u8], head: &[u8]) -> Result<Vec<Hunk>> {
    match (base, head) {
        (base, head) if base == head => Ok(Vec::new()),
        (b"", head) => Ok(vec![Hunk { base_start: 0, base_lines: 0, head_start: 1, head_lines: count_lines(head) }]),
        (base, b"") => Ok(vec![Hunk { base_start: 1, base_lines: count_lines(base), head_start: 0, head_lines: 0 }]),
        (base, head) => hunks_of(&git2::Patch::from_buffers(base, None, head, None, Some(&mut options()))?),
    }
}

/// What follows the last line end counts as a line if it is not empty.
fn count_lines(text: &[u8]) -> u32 {
    let ends = text.iter().filter(|b| **b == b'\n').count();
    u32::try_from(ends + usize::from(!text.ends_with(b"\n"))).unwrap_or(u32::MAX)
}

fn options() -> git2::DiffOptions {
    let mut options = git2::DiffOptions::new();
    options.context_lines(0).interhunk_lines(0).indent_heuristic(true).force_text(true);
    options
}

fn hunks_of(patch: &git2::Patch<'_>) -> Result<Vec<Hunk>> {
    let hunk = |i| {
        let hunk = patch.hunk(i)?.0;
        Ok(Hunk { base_start: hunk.old_start(), base_lines: hunk.old_lines(), head_start: hunk.new_start(), head_lines: hunk.new_lines() })
    };
    (0..patch.num_hunks()).map(hunk).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_text_that_came_or_went_whole_is_one_hunk_as_the_engine_has_it(text in "[ab\\n]{1,40}") {
            let by_engine = |base: &[u8], head: &[u8]| {
                hunks_of(&git2::Patch::from_buffers(base, None, head, None, Some(&mut options())).expect("a patch")).expect("hunks")
            };
            let text = text.as_bytes();
            prop_assert_eq!(hunks(b"", text).expect("hunks"), by_engine(b"", text));
            prop_assert_eq!(hunks(text, b"").expect("hunks"), by_engine(text, b""));
        }
    }
}
