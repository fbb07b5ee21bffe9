//! Untracked files that are too large for a snapshot: a text stands in their place, which differs as soon as the file does.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use anyhow::Result;

use crate::change::{LeftOut, RepoPath};
use crate::git::command::Git;

/// Untracked files above this many bytes are recorded by size and checksum only.
pub const UNTRACKED_LIMIT: u64 = 64 << 20;

/// A regular file's size; 0 for what is none.
pub(super) fn size(path: &Path) -> u64 {
    fs::symlink_metadata(path).map_or(0, |meta| if meta.is_file() { meta.len() } else { 0 })
}

/// What stands in the tree for a file that is too large: a text that differs as soon as the file does.
pub(super) fn stand_in(path: &Path) -> Option<(u64, String)> {
    let (mut file, mut hasher, mut buffer, mut size) = (File::open(path).ok()?, crc32fast::Hasher::new(), vec![0; 1 << 20], 0);
    loop {
        match file.read(&mut buffer).ok()? {
            0 => break,
            read => {
                hasher.update(&buffer[..read]);
                size += read as u64;
            }
        }
    }
    Some((size, format!("journal: file of {size} bytes, CRC-32 {:08x}\n", hasher.finalize())))
}

/// Puts the stand-ins into git's index, and each file among what was left out.
pub(super) fn add_stand_ins(git: &Git, large: &[(&RepoPath, (u64, String))], left_out: &mut Vec<LeftOut>) -> Result<()> {
    for (path, (size, text)) in large {
        let blob = git.run_with_input(["hash-object", "-w", "--stdin"], text.as_bytes())?;
        let mut line = format!("100644 {}\t", blob.text()).into_bytes();
        line.extend(path.as_bytes());
        line.push(0);
        git.run_with_input(["update-index", "-z", "--index-info"], &line)?;
        left_out.push(LeftOut { path: (*path).clone(), reason: large_file(*size) });
    }
    Ok(())
}

/// How the reason ends by which a reader, and [`is_stand_in`], knows a file that was recorded by size and checksum. Stored for ever.
const INSTEAD: &str = "recorded by size and checksum only";

fn large_file(size: u64) -> String {
    format!("{size} bytes, above the limit of {UNTRACKED_LIMIT} for untracked files: {INSTEAD}")
}

/// Whether a snapshot holds a stand-in text for this file instead of its content.
pub fn is_stand_in(left_out: &LeftOut) -> bool {
    left_out.reason.ends_with(INSTEAD)
}
