//! The journal file in the worktree: its name, writing it without ever replacing what is there, and replacing exactly what was read.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::error::{Error, Kind};
use crate::files::{remove_partial, write_atomically_with_mode};
use crate::settings::{FILE, no_links};

/// What a journal file is called after.
#[derive(Clone, Copy, Debug)]
pub struct Name<'a> {
    /// The day, as it is written.
    pub date: &'a str,
    /// The session's title.
    pub title: &'a str,
}

/// Writes the text as a new file of the folder and gives its path relative to the worktree. A file of that name that already holds exactly
/// this text, or what an interrupted stop had `rendered`, is ours; any other is somebody's and gets a numbered neighbour. Only one process
/// may do this at a time.
pub fn write_new(worktree: &Path, folder: &Path, name: &Name<'_>, text: &str, rendered: Option<&[u8]>) -> Result<PathBuf> {
    clear_way(worktree, folder)?;
    let absolute = worktree.join(folder);
    fs::create_dir_all(&absolute).with_context(|| format!("could not create {}", absolute.display()))?;
    remove_partial(&absolute);
    let ours = |there: Vec<u8>| there == text.as_bytes() || rendered.is_some_and(|rendered| there == rendered);
    let mode = readable(&absolute)?;
    let stem = format!("{}_{}", name.date, slug(name.title));
    for number in 1.. {
        let name = if number == 1 { format!("{stem}.md") } else { format!("{stem}-{number}.md") };
        let path = absolute.join(&name);
        match fs::symlink_metadata(&path) {
            Ok(meta) if !meta.is_file() || !fs::read(&path).is_ok_and(ours) => {}
            _ => {
                write_atomically_with_mode(&path, text.as_bytes(), mode)?;
                return Ok(folder.join(name));
            }
        }
    }
    unreachable!("the numbers do not end")
}

/// Whether the folder can be where journals are written: no link leads there, and nothing else has its name.
pub fn clear_way(worktree: &Path, folder: &Path) -> Result<()> {
    no_links(worktree, &worktree.join(folder))?;
    let mut way = folder.ancestors().map(|part| worktree.join(part));
    let Some(there) = way.find(|part| part.exists()).filter(|part| !part.is_dir()) else { return Ok(()) };
    let message = format!("{} is no folder: journals cannot be written there", there.display());
    Err(Error::new(Kind::InTheWay, message).hint(format!("choose another folder in {FILE} (folder = \"…\")")).into())
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
    absolute.parent().into_iter().for_each(remove_partial);
    write_atomically_with_mode(&absolute, text, fs::metadata(&absolute)?.permissions().mode() & 0o7777)
}

/// A journal is as readable as its folder, and so as the user's other files are by default.
fn readable(folder: &Path) -> Result<u32> {
    Ok(fs::metadata(folder)?.permissions().mode() & 0o666)
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

    fn written(worktree: &Path, text: &str, rendered: Option<&[u8]>) -> Result<PathBuf> {
        write_new(worktree, Path::new("journal"), &Name { date: "2026-11-22", title: "X" }, text, rendered)
    }

    #[test]
    fn what_an_interrupted_stop_left_is_taken_over() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let first = written(dir.path(), "one", None).expect("written");
        let partial = dir.path().join("journal/.journal-x1y2z3.partial");
        fs::write(&partial, "on").expect("written");
        fs::set_permissions(dir.path().join(&first), fs::Permissions::from_mode(0o600)).expect("set");
        assert_eq!(written(dir.path(), "two", Some(b"one")).expect("written"), first);
        let path = dir.path().join(&first);
        assert_eq!(fs::read(&path).expect("there"), b"two");
        assert_eq!(path.metadata().expect("there").permissions().mode() & 0o777, readable(&dir.path().join("journal")).expect("a folder"));
        assert!(!partial.exists());
        fs::write(&path, "two, edited").expect("written");
        assert_ne!(written(dir.path(), "three", Some(b"two")).expect("written"), first);
    }

    #[test]
    fn nobodys_file_is_replaced() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let write = |text: &str| written(dir.path(), text, None).expect("written");
        assert_eq!(write("one"), PathBuf::from("journal/2026-11-22_x.md"));
        assert_eq!(write("one"), PathBuf::from("journal/2026-11-22_x.md"));
        assert_eq!(write("two"), PathBuf::from("journal/2026-11-22_x-2.md"));
        assert_eq!(fs::read(dir.path().join("journal/2026-11-22_x.md")).expect("there"), b"one");
    }

    #[test]
    fn a_file_in_the_place_of_the_folder_is_in_the_way() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        fs::write(dir.path().join("notes"), "x").expect("written");
        for (folder, clear) in [("journal", true), ("a/b", true), ("notes", false), ("notes/journal", false)] {
            assert_eq!(clear_way(dir.path(), Path::new(folder)).is_ok(), clear, "{folder}");
        }
    }

    #[test]
    fn a_symbolic_link_is_not_followed() {
        let (dir, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        std::os::unix::fs::symlink(other.path(), dir.path().join("journal")).expect("linked");
        let error = written(dir.path(), "one", None).expect_err("refused");
        assert!(error.to_string().contains("symbolic link"));
    }
}
