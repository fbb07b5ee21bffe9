//! Two trees in, changes out: which paths differ, renames, contents up to a limit, changed lines.
//!
//! The trees are walked side by side and equal sub-trees are never opened, so the work follows the change, not the repository.

use anyhow::{Context, Result};
use memchr::{memchr, memchr_iter, memrchr};

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
/// Looking up how large both sides of a path are, takes as long as reading this many bytes.
const HEADER: usize = 1 << 10;
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
        let sizes = self.spread(&raw, |_| HEADER, Self::sizes)?;
        let wanted = within(raw, sizes, limits);
        let mut changes = self.spread(&wanted, Wanted::size, Self::load)?;
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

    /// The paths that only the second of two trees has, and those that only the first one has.
    pub fn came_and_went(&self, base: &Oid, head: &Oid) -> Result<(Vec<RepoPath>, Vec<RepoPath>)> {
        let mut raw = Vec::new();
        self.walk(self.root(Some(base))?, self.root(Some(head))?, &mut Vec::new(), &mut raw)?;
        let (mut came, mut went) = (Vec::new(), Vec::new());
        for raw in raw {
            match (raw.base, raw.head) {
                (None, _) => came.push(RepoPath::new(raw.path)),
                (_, None) => went.push(RepoPath::new(raw.path)),
                _ => {}
            }
        }
        Ok((came, went))
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

    /// How large the contents are; none where there is no blob here.
    fn sizes(&self, raw: &Raw) -> Result<[Option<u64>; 2]> {
        let odb = self.repository().odb()?;
        let blob = |side: Option<(u32, git2::Oid)>| side.filter(|(mode, _)| mode & TYPE != SUBMODULE);
        Ok([raw.base, raw.head].map(|side| Some(odb.read_header(blob(side)?.1).ok()?.0 as u64)))
    }

    /// A change with its contents. What differs in a file that both sides have is found here already, while libgit2 still holds the
    /// blobs: of bytes without an id it would compute one, which takes longer than the comparison.
    fn load(&self, Wanted { raw, plans }: &Wanted) -> Result<FileChange> {
        let side = |side: Option<(u32, git2::Oid)>, plan| side.map(|side| self.side(side, plan)).transpose();
        let ((base, base_blob), (head, head_blob)) = (side(raw.base, plans[0])?.unzip(), side(raw.head, plans[1])?.unzip());
        let blobs = base_blob.flatten().zip(head_blob.flatten());
        let hunks = match blobs.filter(|(base, head)| !is_binary(base.content()) && !is_binary(head.content())) {
            Some((base, head)) if base.id() != head.id() => match only_hunk(base.content(), head.content()) {
                Some(hunk) => vec![hunk],
                None => hunks_of(&git2::Patch::from_blobs(&base, None, &head, None, Some(&mut options()))?)?,
            },
            _ => Vec::new(),
        };
        let status = match (&base, &head) {
            (None, _) => Status::Added,
            (_, None) => Status::Deleted,
            (Some(base), Some(head)) if base.mode & TYPE != head.mode & TYPE => Status::Typechanged,
            _ => Status::Modified,
        };
        Ok(FileChange { path: RepoPath::new(raw.path.clone()), old_path: None, status, base, head, hunks, binary: false })
    }

    fn side(&self, (mode, id): (u32, git2::Oid), plan: Plan) -> Result<(Side, Option<git2::Blob<'_>>)> {
        let name = Oid::new(id.to_string());
        let (content, blob) = match (mode & TYPE, plan) {
            (SUBMODULE, _) => (Content::Submodule(name.clone()), None),
            (_, Plan::Missing) => (Content::Missing, None),
            (_, Plan::TooLarge(size)) => (Content::TooLarge(size), None),
            (kind, Plan::Load(_)) => self.content(id, kind == LINK)?,
        };
        Ok((Side { id: name, mode, content }, blob))
    }

    fn content(&self, id: git2::Oid, link: bool) -> Result<(Content, Option<git2::Blob<'_>>)> {
        let Some(blob) = self.found_blob(id)? else { return Ok((Content::Missing, None)) };
        let bytes = blob.content().to_vec();
        Ok((if link { Content::Symlink(bytes) } else { Content::Blob(bytes) }, Some(blob)))
    }
}

/// What is to be loaded of a path.
struct Wanted {
    raw: Raw,
    plans: [Plan; 2],
}

/// What becomes of one side's content.
#[derive(Clone, Copy)]
enum Plan {
    Missing,
    TooLarge(u64),
    Load(u64),
}

impl Wanted {
    fn size(&self) -> usize {
        let size = |plan: Plan| if let Plan::Load(size) = plan { usize::try_from(size).unwrap_or(usize::MAX) } else { 0 };
        size(self.plans[0]).saturating_add(size(self.plans[1]))
    }
}

/// Decides what is loaded, in the order of the paths.
fn within(raw: Vec<Raw>, sizes: Vec<[Option<u64>; 2]>, limits: &Limits) -> Vec<Wanted> {
    let mut budget = limits.total;
    let mut plan = |size: Option<u64>| match size {
        None => Plan::Missing,
        Some(size) if size > limits.file || size > budget => Plan::TooLarge(size),
        Some(size) => {
            budget -= size;
            Plan::Load(size)
        }
    };
    raw.into_iter().zip(sizes).map(|(raw, sizes)| Wanted { raw, plans: sizes.map(&mut plan) }).collect()
}

/// Git's rule: a NUL byte among the first 8,000.
pub fn is_binary(bytes: &[u8]) -> bool {
    memchr(0, &bytes[..bytes.len().min(8_000)]).is_some()
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

/// Lines up to which a single replacement is recognised without the engine.
const SHORT: usize = 16;

/// The one place where some lines were replaced by others that have none in common with them: what a small change is most often, and
/// found in a fraction of the engine's time. Nothing where it takes more to tell.
fn only_hunk(base: &[u8], head: &[u8]) -> Option<Hunk> {
    let start = memrchr(b'\n', &base[..common_start(base, head)?]).map_or(0, |end| end + 1);
    let (base, head, before) = (&base[start..], &head[start..], count_ends(&base[..start]));
    let same = common_end(base, head)?;
    // whole lines: the common end begins behind a line end of its own
    let tail = memchr(b'\n', &base[base.len() - same..]).map_or(0, |end| same - end - 1);
    let (removed, added) = (first_lines(&base[..base.len() - tail]), first_lines(&head[..head.len() - tail]));
    let few = |lines: &[&[u8]]| (1..=SHORT).contains(&lines.len());
    if !few(&removed) || !few(&added) || removed.iter().any(|line| added.contains(line)) {
        return None;
    }
    let number = |count: usize| u32::try_from(count).ok();
    let start = number(before + 1)?;
    Some(Hunk { base_start: start, base_lines: number(removed.len())?, head_start: start, head_lines: number(added.len())? })
}

/// Bytes that are compared at once.
const STRIDE: usize = 64;

/// How many bytes two texts begin with in common; nothing where one of them begins with the other.
fn common_start(base: &[u8], head: &[u8]) -> Option<usize> {
    let strides = base.chunks(STRIDE).zip(head.chunks(STRIDE)).take_while(|(a, b)| a == b).count() * STRIDE;
    let rest = |text: &'_ [u8]| strides.min(text.len());
    let (base, head) = (&base[rest(base)..], &head[rest(head)..]);
    Some(strides + base.iter().zip(head).position(|(a, b)| a != b)?)
}

/// How many bytes two texts end with in common; nothing where one of them ends with the other.
fn common_end(base: &[u8], head: &[u8]) -> Option<usize> {
    let strides = base.rchunks(STRIDE).zip(head.rchunks(STRIDE)).take_while(|(a, b)| a == b).count() * STRIDE;
    let rest = |text: &'_ [u8]| text.len().saturating_sub(strides);
    let (base, head) = (&base[..rest(base)], &head[..rest(head)]);
    Some(strides + base.iter().rev().zip(head.iter().rev()).position(|(a, b)| a != b)?)
}

/// The lines of a text, one more than a short one has at most.
fn first_lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|b| *b == b'\n').take(SHORT + 1).collect()
}

fn count_ends(text: &[u8]) -> usize {
    memchr_iter(b'\n', text).count()
}

/// What follows the last line end counts as a line if it is not empty.
fn count_lines(text: &[u8]) -> u32 {
    u32::try_from(count_ends(text) + usize::from(!text.ends_with(b"\n"))).unwrap_or(u32::MAX)
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
        fn a_single_replacement_is_what_the_engine_finds(
            before in "([ab x]{0,2}\n){0,6}", old in "([abcx ]{0,2}\n){0,3}[ab]{0,1}", new in "([abcx ]{0,2}\n){0,3}[ab]{0,1}", after in "(\n[ab x]{0,2}){0,6}\n?",
        ) {
            let (base, head) = (before.clone() + &old + &after, before + &new + &after);
            let (base, head) = (base.as_bytes(), head.as_bytes());
            if let Some(hunk) = only_hunk(base, head) {
                let engine = hunks_of(&git2::Patch::from_buffers(base, None, head, None, Some(&mut options())).expect("a patch")).expect("hunks");
                prop_assert_eq!(vec![hunk], engine);
            }
        }
    }

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
