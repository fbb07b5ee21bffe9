//! Which deleted and added files are one file that moved: exact ids first, then what a commit on the way moved as it was, then similarity
//! of at least a half, as `git diff -M` decides.
//!
//! Similarity is git's measure: the bytes of equal lines (cut at 64 bytes) over the larger size. The number of candidates is capped, so that
//! a session that moves ten thousand files does not wait; beyond the cap only exact renames are found.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::change::{Content, FileChange, Moved, Side, Status};

/// Replaces pairs of a deletion and an addition by renames, in place.
pub fn pair(changes: &mut Vec<FileChange>, moved: &Moved, cap: usize) {
    let mut pairs = exact(changes);
    let taken = |pairs: &[(usize, usize)]| pairs.iter().flat_map(|&(from, to)| [from, to]).collect::<HashSet<usize>>();
    pairs.extend(known(changes, &taken(&pairs), moved));
    pairs.extend(similar(changes, &taken(&pairs), cap));
    merge(changes, &pairs);
}

fn indices(changes: &[FileChange], status: Status, taken: &HashSet<usize>) -> Vec<usize> {
    (0..changes.len()).filter(|&i| changes[i].status == status && !taken.contains(&i) && side(&changes[i]).is_some()).collect()
}

/// The only side of an added or deleted file, link or submodule; empty files are nobody's rename.
fn side(change: &FileChange) -> Option<&Side> {
    let side = change.base.as_ref().or(change.head.as_ref())?;
    let empty = matches!(&side.content, Content::Blob(bytes) if bytes.is_empty());
    (!empty).then_some(side)
}

/// Same id and same type. Among several the one with the same file name wins, then the first.
fn exact(changes: &[FileChange]) -> Vec<(usize, usize)> {
    let mut added: HashMap<_, Vec<usize>> = HashMap::new();
    for to in indices(changes, Status::Added, &HashSet::new()) {
        added.entry(key(&changes[to])).or_default().push(to);
    }
    let mut pairs = Vec::new();
    for from in indices(changes, Status::Deleted, &HashSet::new()) {
        let Some(candidates) = added.get_mut(&key(&changes[from])).filter(|candidates| !candidates.is_empty()) else {
            continue;
        };
        let name = changes[from].path.file_name();
        let best = candidates.iter().position(|&to| changes[to].path.file_name() == name).unwrap_or(0);
        pairs.push((from, candidates.remove(best)));
    }
    pairs
}

/// What a commit moved, however much was edited before and after.
fn known(changes: &[FileChange], taken: &HashSet<usize>, moved: &Moved) -> Vec<(usize, usize)> {
    let gone = indices(changes, Status::Deleted, taken);
    let came = indices(changes, Status::Added, taken).into_iter();
    came.filter_map(|to| {
        let old = moved.get(&changes[to].path)?;
        gone.iter().find(|&&from| changes[from].path == *old).map(|&from| (from, to))
    })
    .collect()
}

fn key(change: &FileChange) -> Option<(String, u32)> {
    side(change).map(|side| (side.id.as_str().to_owned(), side.mode & 0o170_000))
}

/// Every deleted against every added file within the cap, the best scores first.
fn similar(changes: &[FileChange], taken: &HashSet<usize>, cap: usize) -> Vec<(usize, usize)> {
    let (from, to) = (indices(changes, Status::Deleted, taken), indices(changes, Status::Added, taken));
    if from.is_empty() || to.is_empty() || from.len().saturating_mul(to.len()) > cap.saturating_mul(cap) {
        return Vec::new();
    }
    let prints = |list: &[usize]| list.iter().map(|&i| (i, Print::of(&changes[i]))).collect::<Vec<_>>();
    let (from, to) = (prints(&from), prints(&to));
    let mut scored = Vec::new();
    for (i, base) in &from {
        for (j, head) in &to {
            if let (Some(base), Some(head)) = (base, head)
                && let Some(score) = base.similarity(head)
            {
                let same_name = changes[*i].path.file_name() == changes[*j].path.file_name();
                scored.push((score, same_name, *i, *j));
            }
        }
    }
    scored.sort_by(|a, b| (b.0, b.1).cmp(&(a.0, a.1)).then((a.2, a.3).cmp(&(b.2, b.3))));
    let mut used = HashSet::new();
    scored.retain(|&(_, _, i, j)| !used.contains(&i) && !used.contains(&j) && used.insert(i) && used.insert(j));
    scored.into_iter().map(|(_, _, i, j)| (i, j)).collect()
}

/// A file as bytes per distinct line.
struct Print {
    size: u64,
    chunks: HashMap<u64, u64>,
}

const HALF: u64 = 30_000;
const WHOLE: u64 = 60_000;

impl Print {
    fn of(change: &FileChange) -> Option<Self> {
        let bytes = side(change)?;
        let Content::Blob(bytes) = &bytes.content else { return None };
        let mut chunks = HashMap::new();
        for line in bytes.split_inclusive(|&b| b == b'\n').flat_map(|line| line.chunks(64)) {
            let mut hasher = DefaultHasher::new();
            line.hash(&mut hasher);
            *chunks.entry(hasher.finish()).or_insert(0) += line.len() as u64;
        }
        Some(Self { size: bytes.len() as u64, chunks })
    }

    /// Score of at least a half, in sixty-thousandths.
    fn similarity(&self, other: &Self) -> Option<u64> {
        let (small, large) = if self.size < other.size { (self, other) } else { (other, self) };
        if small.size * WHOLE < large.size * HALF {
            return None; // sizes alone rule it out
        }
        let common: u64 = small.chunks.iter().map(|(hash, size)| large.chunks.get(hash).map_or(0, |other| *size.min(other))).sum();
        let score = common * WHOLE / large.size.max(1);
        (score >= HALF).then_some(score)
    }
}

fn merge(changes: &mut Vec<FileChange>, pairs: &[(usize, usize)]) {
    let mut gone = vec![false; changes.len()];
    for &(from, to) in pairs {
        let base = changes[from].base.take();
        let old_path = changes[from].path.clone();
        gone[from] = true;
        let change = &mut changes[to];
        (change.status, change.base, change.old_path) = (Status::Renamed, base, Some(old_path));
    }
    let mut index = 0;
    changes.retain(|_| {
        index += 1;
        !gone[index - 1]
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::{Oid, RepoPath};

    fn file(path: &str, status: Status, text: &str) -> FileChange {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let id = Oid::new(format!("{:040x}", hasher.finish()));
        let side = Some(Side { id, mode: 0o100_644, content: Content::Blob(text.into()) });
        let (base, head) = if status == Status::Added { (None, side) } else { (side, None) };
        FileChange { path: RepoPath::from(path), old_path: None, status, base, head, hunks: Vec::new(), binary: false }
    }

    fn paired(mut changes: Vec<FileChange>, cap: usize) -> Vec<(String, Option<String>)> {
        pair(&mut changes, &Moved::from([(RepoPath::from("z/new.rs"), RepoPath::from("z/old.rs"))]), cap);
        changes.iter().map(|c| (c.path.to_string(), c.old_path.as_ref().map(ToString::to_string))).collect()
    }

    #[test]
    fn exact_renames_prefer_the_same_name_and_similar_ones_need_half() {
        use Status::{Added, Deleted};
        let lines = |range: std::ops::Range<u32>| range.map(|n| format!("this is line number {n}\n")).collect::<String>();
        let changes = vec![
            file("a/x.rs", Deleted, "same\n"),
            file("b/other.rs", Added, "same\n"),
            file("b/x.rs", Added, "same\n"),
            file("old.txt", Deleted, &lines(0..20)),
            file("new.txt", Added, &lines(5..25)),
            file("far.txt", Added, &lines(15..40)),
            file("empty-before", Deleted, ""),
            file("empty-after", Added, ""),
            file("z/new.rs", Added, "edited out of recognition\n"),
            file("z/old.rs", Deleted, "one line\n"),
        ];
        let expected = [
            ("b/other.rs", None),
            ("b/x.rs", Some("a/x.rs")),
            ("new.txt", Some("old.txt")),
            ("far.txt", None),
            ("empty-before", None),
            ("empty-after", None),
            ("z/new.rs", Some("z/old.rs")),
        ];
        let expected: Vec<_> = expected.map(|(path, old): (&str, Option<&str>)| (path.to_owned(), old.map(str::to_owned))).into();
        assert_eq!(paired(changes, 100), expected);
    }

    #[test]
    fn beyond_the_cap_only_exact_renames_are_found() {
        use Status::{Added, Deleted};
        let text = "one line\nanother line\nthird line\nfourth line\n";
        let changes =
            vec![file("a", Deleted, text), file("b", Deleted, "x\n"), file("c", Added, &format!("{text}more\n")), file("d", Added, "x\n")];
        let expected = [("a", None), ("c", None), ("d", Some("b"))];
        let expected: Vec<_> = expected.map(|(path, old): (&str, Option<&str>)| (path.to_owned(), old.map(str::to_owned))).into();
        assert_eq!(paired(changes, 0), expected);
    }
}
