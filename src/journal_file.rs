//! The journal file in the worktree: its name, writing it without ever replacing what is there, and replacing exactly what was read.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::error::{Error, Kind};
use crate::log::write_whole;
use crate::settings::no_links;

/// Writes the text as a new file of the folder and gives its path relative to the worktree. A file of that name that already holds exactly
/// this text is taken for ours (an interrupted stop); any other is somebody's and gets a numbered neighbour.
pub fn write_new(worktree: &Path, folder: &Path, date: &str, title: &str, text: &str) -> Result<PathBuf> {
    no_links(worktree, &worktree.join(folder))?;
    let absolute = worktree.join(folder);
    fs::create_dir_all(&absolute).with_context(|| format!("could not create {}", absolute.display()))?;
    let stem = format!("{date}_{}", slug(title));
    for number in 1.. {
        let name = if number == 1 { format!("{stem}.md") } else { format!("{stem}-{number}.md") };
        let path = absolute.join(&name);
        match fs::symlink_metadata(&path) {
            Err(_) => {
                write_whole(&path, text.as_bytes())?;
                make_readable(&path)?;
                return Ok(folder.join(name));
            }
            Ok(_) if fs::read(&path).is_ok_and(|there| there == text.as_bytes()) => return Ok(folder.join(name)),
            Ok(_) => {}
        }
    }
    unreachable!("the numbers do not end")
}

/// Puts another text into a file of the worktree, which must still hold what was read of it.
pub fn replace(worktree: &Path, path: &Path, there: &[u8], text: &[u8]) -> Result<()> {
    let absolute = worktree.join(path);
    no_links(worktree, &absolute)?;
    let now = fs::read(&absolute).with_context(|| format!("could not read {}", absolute.display()))?;
    if now != there {
        let message = format!("{} was changed while this command ran", path.display());
        return Err(Error::new(Kind::InTheWay, message).hint("run the command again").into());
    }
    let permissions = fs::metadata(&absolute)?.permissions();
    write_whole(&absolute, text)?;
    Ok(fs::set_permissions(&absolute, permissions)?)
}

/// A temporary file is private; a journal is as readable as the user's other files are by default.
fn make_readable(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let neighbour = path.parent().map(fs::metadata).transpose()?.map_or(0o755, |meta| meta.permissions().mode());
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(neighbour & 0o666))?)
}

/// A title as part of a file name: lower-case letters and digits of any script, joined by hyphens, at most 60 characters.
pub fn slug(title: &str) -> String {
    let mut out = String::new();
    for c in title.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            out.push(c);
        } else if !out.ends_with('-') && !out.is_empty() && c != '\'' && c != '’' {
            out.push('-');
        }
    }
    let mut cut: String = out.chars().take(60).collect();
    if !out[cut.len()..].is_empty()
        && !out[cut.len()..].starts_with('-')
        && let Some(word) = cut.rfind('-').filter(|&at| at > 20)
    {
        cut.truncate(word); // no half words
    }
    match cut.trim_matches('-') {
        "" => "session".into(),
        slug => slug.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_become_file_names() {
        for (title, name) in [
            ("Invoices are sent twice under load", "invoices-are-sent-twice-under-load"),
            ("  Größe: don't / break\n..", "größe-dont-break"),
            ("../../etc/passwd", "etc-passwd"),
            ("!!!", "session"),
            (
                "A very long title that goes on and on until nobody knows any more what it was about",
                "a-very-long-title-that-goes-on-and-on-until-nobody-knows-any",
            ),
        ] {
            assert_eq!(slug(title), name);
        }
    }

    #[test]
    fn nobodys_file_is_replaced() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let write = |text: &str| write_new(dir.path(), Path::new("journal"), "2026-11-22", "X", text).expect("written");
        assert_eq!(write("one"), PathBuf::from("journal/2026-11-22_x.md"));
        assert_eq!(write("one"), PathBuf::from("journal/2026-11-22_x.md"));
        assert_eq!(write("two"), PathBuf::from("journal/2026-11-22_x-2.md"));
        assert_eq!(fs::read(dir.path().join("journal/2026-11-22_x.md")).expect("there"), b"one");
    }

    #[test]
    fn a_symbolic_link_is_not_followed() {
        let (dir, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        std::os::unix::fs::symlink(other.path(), dir.path().join("journal")).expect("linked");
        let error = write_new(dir.path(), Path::new("journal"), "2026-11-22", "X", "one").expect_err("refused");
        assert!(error.to_string().contains("symbolic link"));
    }
}
