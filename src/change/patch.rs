//! What a commit changes, line by line, so that it can be known again under another id. Pure.
//!
//! Git's patch ids cover context lines, so a clean rebase next to an upstream change gives another one. Here only the changed lines
//! count, with their paths, without white space at their ends. What has no lines counts too: a mode, a name, a binary file's content.

use serde::{Deserialize, Serialize};

use super::{FileChange, RepoPath, Side, Status};

/// What is there in head only and in base only, each as a sorted multiset of checksums. Empty where nothing changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patch {
    added: Vec<u64>,
    removed: Vec<u64>,
}

/// Larger patches are known by these many lines of each side.
const LIMIT: usize = 20_000;

/// Stands for the file itself; as a line it tells nothing, as a bracket does.
const THERE: &[u8] = b"\0";

impl Patch {
    /// What a loaded diff changes.
    pub fn of(changes: &[FileChange]) -> Self {
        let mut out = Self::default();
        changes.iter().for_each(|change| out.take(change));
        for lines in [&mut out.added, &mut out.removed] {
            lines.sort_unstable();
            lines.truncate(LIMIT);
        }
        out
    }

    fn take(&mut self, change: &FileChange) {
        let (path, old) = (place(&change.path), place(change.old_path.as_ref().unwrap_or(&change.path)));
        self.added.extend(change.added_lines().into_iter().map(|line| join(path, line)));
        self.removed.extend(change.removed_lines().into_iter().map(|line| join(path, line)));
        if matches!(change.status, Status::Added | Status::Renamed) {
            self.added.push(join(path, THERE));
        }
        if matches!(change.status, Status::Deleted | Status::Renamed) {
            self.removed.push(join(old, THERE));
        }
        let has_other_mode = change.base.as_ref().zip(change.head.as_ref()).is_some_and(|(base, head)| base.mode != head.mode);
        let has_other_content = change.hunks.is_empty() && is_other_content(change);
        for (marks, path, side) in [(&mut self.added, path, &change.head), (&mut self.removed, old, &change.base)] {
            let Some(side) = side else { continue };
            if has_other_mode {
                marks.push(join(path, format!("\0mode {:o}", side.mode).as_bytes()));
            }
            if has_other_content && side.blob() != Some(b"") {
                marks.push(join(path, format!("\0content {}", side.id).as_bytes()));
            }
        }
    }

    /// Whether nothing can be known again.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.added.len() + self.removed.len()
    }

    /// What there is that is not in `other`; of a line, as often as it is more often here.
    pub fn without(&self, other: &Self) -> Self {
        Self { added: difference(&self.added, &other.added), removed: difference(&self.removed, &other.removed) }
    }

    /// What this and then `next` change together: what one puts there and the other takes away is in neither.
    pub fn then(&self, next: &Self) -> Self {
        let (left, more) = (self.without(&next.opposite()), next.without(&self.opposite()));
        let mut out = Self { added: [left.added, more.added].concat(), removed: [left.removed, more.removed].concat() };
        [&mut out.added, &mut out.removed].into_iter().for_each(|lines| lines.sort_unstable());
        out
    }

    /// What takes this back.
    pub fn opposite(&self) -> Self {
        Self { added: self.removed.clone(), removed: self.added.clone() }
    }

    /// How many lines it has in common with `other`.
    pub fn common(&self, other: &Self) -> usize {
        self.len() - self.without(other).len()
    }

    /// Whether all of `other` is in this.
    pub fn holds(&self, other: &Self) -> bool {
        other.without(self).is_empty()
    }

    /// The same under other names: `name` gives the checksum of a path's.
    pub(super) fn renamed(&self, name: impl Fn(u32) -> u32) -> Self {
        let under_name = |lines: &[u64]| {
            let mut lines: Vec<u64> = lines.iter().map(|line| u64::from(name((line >> 32) as u32)) << 32 | line & 0xffff_ffff).collect();
            lines.sort_unstable();
            lines
        };
        Self { added: under_name(&self.added), removed: under_name(&self.removed) }
    }

    /// What is there in head only.
    pub fn additions(&self) -> Self {
        Self { added: self.added.clone(), removed: Vec::new() }
    }

    /// The lines that have a letter or a digit. Brackets and empty lines are the same in everybody's work.
    pub fn telling(&self) -> Self {
        let telling = |lines: &[u64]| lines.iter().copied().filter(|line| line & 1 == 1).collect();
        Self { added: telling(&self.added), removed: telling(&self.removed) }
    }
}

/// Whether a file without changed lines has another content: a binary file, or a link's target.
fn is_other_content(change: &FileChange) -> bool {
    let id = |side: &Option<Side>| side.as_ref().map(|side| side.id);
    id(&change.base) != id(&change.head)
}

/// What a patch knows of a path.
pub(super) fn place(path: &RepoPath) -> u32 {
    checksum(path.as_bytes())
}

fn checksum(bytes: &[u8]) -> u32 {
    crc32fast::hash(bytes)
}

/// The path's half, the line's half; the last bit says whether the line has a letter or a digit.
fn join(path: u32, line: &[u8]) -> u64 {
    let line = line.trim_ascii_end();
    let tells = line.iter().any(|b| b.is_ascii_alphanumeric() || !b.is_ascii());
    u64::from(path) << 32 | u64::from(checksum(line) & !1) | u64::from(tells)
}

/// Both sorted.
fn difference(a: &[u64], b: &[u64]) -> Vec<u64> {
    let mut others = b.iter().peekable();
    let is_left = |line: &&u64| {
        while others.next_if(|other| other < line).is_some() {}
        others.next_if_eq(line).is_none()
    };
    a.iter().filter(is_left).copied().collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Adds the positive ones, removes the negative ones; those of a hundred and more have neither letter nor digit.
    pub(in crate::change) fn patch(lines: &[i64]) -> Patch {
        let mut out = Patch::default();
        for line in lines {
            if *line < 0 { &mut out.removed } else { &mut out.added }.push(line.unsigned_abs() << 1 | u64::from(line.abs() < 100));
        }
        out.added.sort_unstable();
        out.removed.sort_unstable();
        out
    }

    proptest! {
        #[test]
        fn a_whole_holds_its_parts(whole in proptest::collection::vec(-9_i64..9, 0..40), keep in proptest::collection::vec(any::<bool>(), 40)) {
            let part: Vec<i64> = whole.iter().zip(&keep).filter(|(_, keep)| **keep).map(|(line, _)| *line).collect();
            let (whole, part) = (patch(&whole), patch(&part));
            prop_assert!(whole.holds(&part));
            prop_assert_eq!(part.holds(&whole), part == whole);
            prop_assert_eq!(whole.common(&part), part.len());
            prop_assert_eq!(whole.without(&part).len(), whole.len() - part.len());
            prop_assert_eq!(&part.then(&Patch::default()), &part);
            prop_assert!(whole.then(&whole.opposite()).is_empty());
        }
    }
}
