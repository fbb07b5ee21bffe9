//! Two trees in, changes out: which paths differ, renames, contents up to a limit, changed lines.
//!
//! The trees are walked side by side and equal sub-trees are never opened, so the work follows the change, not the repository.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use anyhow::{Context, Result};
use memchr::memchr;

use crate::change::{Content, FileChange, Hunk, Moved, Oid, RepoPath, Side, Status};
use crate::git::objects::{Objects, mode};
use crate::git::{lfs, renames};
use hunks::{hunks_of, only_hunk, options};

mod hunks;

pub use hunks::hunks;

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
/// What both sides of a path are taken to have as long as nobody has looked, in bytes.
const USUAL: usize = 12 << 10;
const TREE: u32 = 0o040_000;
const LINK: u32 = 0o120_000;
const SUBMODULE: u32 = 0o160_000;
const TYPE: u32 = 0o170_000;

/// Mode and id of what a tree holds.
type ModeAndId = (u32, git2::Oid);

/// A path whose entry differs: what was there and what is there.
#[derive(Clone, Debug)]
pub(super) struct Raw {
    path: Vec<u8>,
    base: Option<ModeAndId>,
    head: Option<ModeAndId>,
}

impl Raw {
    fn sides(&self) -> [Option<ModeAndId>; 2] {
        [self.base, self.head]
    }
}

impl Objects {
    /// Everything that differs between two trees (or commits), sorted by path, renames found, contents loaded.
    pub fn diff(&self, base: Option<&Oid>, head: Option<&Oid>, limits: &Limits) -> Result<Vec<FileChange>> {
        self.diff_over(base, head, limits, &Moved::new())
    }

    /// The same over commits of which it is known what they moved.
    pub fn diff_over(&self, base: Option<&Oid>, head: Option<&Oid>, limits: &Limits, moved: &Moved) -> Result<Vec<FileChange>> {
        let mut raw = Vec::new();
        self.walk(self.root(base)?, self.root(head)?, &mut Vec::new(), &mut raw)?;
        let mut changes = self.load_all(&raw, limits)?;
        renames::pair(&mut changes, moved, limits.rename_candidates);
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

    fn load_all(&self, raw: &[Raw], limits: &Limits) -> Result<Vec<FileChange>> {
        let budget = ByteBudget::new(limits);
        let changes = self.spread(raw, |_| USUAL, |objects, raw| objects.load(raw, |_, size| budget.plan(size)))?;
        if budget.suffices() { Ok(changes) } else { self.load_in_order(raw, limits) }
    }

    /// Loads what there is room for in the order of the paths: the sizes must be known first.
    fn load_in_order(&self, raw: &[Raw], limits: &Limits) -> Result<Vec<FileChange>> {
        let sizes = self.spread(raw, |_| USUAL, |objects, raw| Ok(raw.sides().map(|side| objects.size(side?.1))))?;
        let wanted = within(raw, sizes, limits);
        self.spread(&wanted, Wanted::size, |objects, Wanted { raw, plans }| objects.load(raw, |side, _| plans[side]))
    }

    /// How large a blob is; none where it is not here.
    fn size(&self, id: git2::Oid) -> Option<u64> {
        Some(self.repository().odb().ok()?.read_header(id).ok()?.0 as u64)
    }

    /// A change with its contents as planned: for a side (0 or 1) whose blob has that size.
    fn load(&self, raw: &Raw, plan: impl Fn(usize, Option<u64>) -> Plan) -> Result<FileChange> {
        let side = |at: usize| raw.sides()[at].map(|entry| self.side(entry, |size| plan(at, size))).transpose();
        let (base, head) = (side(0)?, side(1)?);
        let hunks = match (&base, &head) {
            (Some(base), Some(head)) if base.id != head.id => self.replaced(base, head)?,
            _ => Vec::new(),
        };
        let status = match (&base, &head) {
            (None, _) => Status::Added,
            (_, None) => Status::Deleted,
            (Some(base), Some(head)) if base.side.mode & TYPE != head.side.mode & TYPE => Status::Typechanged,
            _ => Status::Modified,
        };
        let [base, head] = [base, head].map(|loaded| loaded.map(|loaded| loaded.side));
        Ok(FileChange { path: RepoPath::new(raw.path.clone()), old_path: None, status, base, head, hunks, binary: false })
    }

    fn side(&self, (mode, id): ModeAndId, plan: impl Fn(Option<u64>) -> Plan) -> Result<Loaded<'_>> {
        let name = Oid::new(id.to_string());
        let (content, blob) = match mode & TYPE {
            SUBMODULE => (Content::Submodule(name), None),
            kind => self.content(id, &name, kind == LINK, plan)?,
        };
        Ok(Loaded { side: Side { id: name, mode, content }, id, blob })
    }

    fn content(
        &self,
        id: git2::Oid,
        name: &Oid,
        link: bool,
        plan: impl Fn(Option<u64>) -> Plan,
    ) -> Result<(Content, Option<git2::Blob<'_>>)> {
        let loose = self.loose_blob(name);
        let size = loose.as_ref().map(|bytes| bytes.len() as u64).or_else(|| self.size(id));
        let (bytes, blob) = match (plan(size), loose) {
            (Plan::Missing, _) => return Ok((Content::Missing, None)),
            (Plan::TooLarge(size), _) => return Ok((Content::TooLarge(size), None)),
            (Plan::Load(_), Some(bytes)) => (bytes, None),
            (Plan::Load(_), None) => match self.found_blob(id)? {
                None => return Ok((Content::Missing, None)),
                Some(blob) => (blob.content().to_vec(), Some(blob)),
            },
        };
        let content = match link {
            true => Content::Symlink(bytes),
            false if lfs::is_pointer(&bytes) => Content::KeptByLfs,
            false => Content::Blob(bytes),
        };
        Ok((content, blob))
    }

    /// What differs between two texts, if they are. The engine gets blobs of libgit2's own, though some must be read again for that:
    /// for bytes without an id it would compute one, which takes as long.
    fn replaced(&self, base: &Loaded<'_>, head: &Loaded<'_>) -> Result<Vec<Hunk>> {
        let (Some(old), Some(new)) = (bytes(Some(&base.side)), bytes(Some(&head.side))) else { return Ok(Vec::new()) };
        if is_binary(old) || is_binary(new) {
            return Ok(Vec::new());
        }
        if let Some(hunk) = only_hunk(old, new) {
            return Ok(vec![hunk]);
        }
        let again = |side: &Loaded<'_>| if side.blob.is_none() { self.found_blob(side.id) } else { Ok(None) };
        let (old, new) = (again(base)?, again(head)?);
        match (base.blob.as_ref().or(old.as_ref()), head.blob.as_ref().or(new.as_ref())) {
            (Some(old), Some(new)) => hunks_of(&git2::Patch::from_blobs(old, None, new, None, Some(&mut options()))?),
            _ => Ok(Vec::new()),
        }
    }
}

/// A side with its content.
struct Loaded<'a> {
    side: Side,
    id: git2::Oid,
    /// The blob, where libgit2 has read it.
    blob: Option<git2::Blob<'a>>,
}

/// How much more may be loaded, whoever comes first.
struct ByteBudget<'a> {
    limits: &'a Limits,
    left: AtomicU64,
    short: AtomicBool,
}

impl<'a> ByteBudget<'a> {
    fn new(limits: &'a Limits) -> Self {
        Self { limits, left: AtomicU64::new(limits.total), short: AtomicBool::new(false) }
    }

    /// What becomes of a content of this size. Once there was no room for one, nothing more is loaded.
    fn plan(&self, size: Option<u64>) -> Plan {
        match size {
            None => Plan::Missing,
            Some(size) if size > self.limits.file || self.short.load(Relaxed) => Plan::TooLarge(size),
            Some(size) if self.left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(size)).is_ok() => Plan::Load(size),
            Some(size) => {
                self.short.store(true, Relaxed);
                Plan::TooLarge(size)
            }
        }
    }

    /// Whether there was room for all.
    fn suffices(&self) -> bool {
        !self.short.load(Relaxed)
    }
}

/// What is to be loaded of a path.
struct Wanted<'a> {
    raw: &'a Raw,
    plans: [Plan; 2],
}

/// What becomes of one side's content.
#[derive(Clone, Copy)]
enum Plan {
    Missing,
    TooLarge(u64),
    Load(u64),
}

impl Wanted<'_> {
    fn size(&self) -> usize {
        let size = |plan: Plan| if let Plan::Load(size) = plan { usize::try_from(size).unwrap_or(usize::MAX) } else { 0 };
        size(self.plans[0]).saturating_add(size(self.plans[1]))
    }
}

/// Decides what is loaded, in the order of the paths.
fn within<'a>(raw: &'a [Raw], sizes: Vec<[Option<u64>; 2]>, limits: &Limits) -> Vec<Wanted<'a>> {
    let mut budget = limits.total;
    let mut plan = |size: Option<u64>| match size {
        None => Plan::Missing,
        Some(size) if size > limits.file || size > budget => Plan::TooLarge(size),
        Some(size) => {
            budget -= size;
            Plan::Load(size)
        }
    };
    raw.iter().zip(sizes).map(|(raw, sizes)| Wanted { raw, plans: sizes.map(&mut plan) }).collect()
}

/// Git's rule: a NUL byte among the first 8,000.
pub fn is_binary(bytes: &[u8]) -> bool {
    memchr(0, &bytes[..bytes.len().min(8_000)]).is_some()
}

/// What a side holds, nothing where there is none; none where it is not known.
fn bytes(side: Option<&Side>) -> Option<&[u8]> {
    match side.map(|side| &side.content) {
        None => Some(b""),
        Some(Content::Blob(bytes) | Content::Symlink(bytes)) => Some(bytes),
        _ => None,
    }
}

/// Finds the changed lines of a loaded change, with the engine and the settings that `git diff` uses.
fn add_lines(change: &mut FileChange) -> Result<()> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::repository::ObjectFormat;

    #[test]
    fn what_there_is_no_room_for_is_decided_in_the_order_of_the_paths() {
        let folder = tempfile::tempdir().expect("a folder");
        let repository = git2::Repository::init_bare(folder.path()).expect("a repository");
        let mut tree = repository.treebuilder(None).expect("a tree");
        for (name, content) in [("a", "123"), ("b", "12345"), ("c", "12"), ("d", "")] {
            let blob = repository.blob(content.as_bytes()).expect("a blob");
            tree.insert(name, blob, 0o100_644).expect("an entry");
        }
        let tree = Oid::new(tree.write().expect("a tree").to_string());
        let objects = Objects::open(&[&folder.path().join("objects")], ObjectFormat::Sha1).expect("objects");
        let loaded = |file, total| {
            let changes = objects.diff(None, Some(&tree), &Limits { file, total, ..Limits::default() }).expect("a diff");
            let letter = |change: &FileChange| match change.head.as_ref().map(|side| &side.content) {
                Some(Content::Blob(_)) => 'L',
                Some(Content::TooLarge(_)) => '-',
                _ => '?',
            };
            changes.iter().map(letter).collect::<String>()
        };
        let cases = [(9, 10, "LLLL"), (9, 9, "LL-L"), (9, 7, "L-LL"), (9, 2, "--LL"), (4, 5, "L-LL"), (4, 4, "L--L"), (0, 0, "---L")];
        for (file, total, expected) in cases {
            assert_eq!(loaded(file, total), expected, "files of up to {file}, {total} together");
        }
    }
}
