//! Where hooks are kept that ours run after themselves: in a folder beside theirs, as deep as theirs and under their own names, so that what
//! they find out from their name and place, and links that are hooks, stay right. The folder is gone with its last hook.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::shim::{Chain, is_absence};
use crate::error::{Error, Kind};

/// Keeps the folder, where it is in a worktree, out of git's sight.
const IGNORED: &str = ".gitignore";

/// The folder beside that of the hooks.
pub(super) struct Aside {
    hooks: PathBuf,
    folder: PathBuf,
}

impl Aside {
    /// Beside this folder of hooks, wherever a link to it leads.
    pub(super) fn of(hooks: &Path) -> Self {
        let hooks = hooks.canonicalize().unwrap_or_else(|_| hooks.to_owned());
        let mut folder = hooks.clone().into_os_string();
        folder.push(Chain::SUFFIX);
        Self { hooks, folder: folder.into() }
    }

    /// A hook's place in it.
    pub(super) fn path(&self, hook: impl AsRef<Path>) -> PathBuf {
        self.folder.join(hook)
    }

    /// Gives a hook that stands at `path` a second name here. Until something else takes its place it keeps its own: whatever happens in
    /// between, it runs.
    pub(super) fn take(&self, hook: &str, path: &Path) -> Result<()> {
        let place = self.path(hook);
        if is_same(&place, path) {
            return Ok(());
        }
        if self.is_neighbour(hook.as_ref()) {
            fs::remove_file(&place)?;
        }
        if is_there(&place)? {
            let message = format!("{} is there from an earlier installation, and {hook} is another hook now", place.display());
            return Err(Error::new(Kind::InTheWay, message).hint("move that file away, then: journal hook install").into());
        }
        fs::create_dir_all(&self.folder).with_context(|| format!("could not create {}", self.folder.display()))?;
        fs::write(self.path(IGNORED), "*\n")?;
        let moved = match fs::hard_link(path, &place) {
            // a file system without second names
            Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::Unsupported) => fs::rename(path, &place),
            linked => linked,
        };
        moved.with_context(|| format!("could not move {} aside", path.display()))?;
        self.link_neighbours();
        Ok(())
    }

    /// Takes `take` back.
    pub(super) fn give_back(&self, hook: &str, path: &Path) -> Result<()> {
        remove_second_name(&self.path(hook), path)?;
        if is_there(&self.path(hook))? {
            fs::rename(self.path(hook), path)?;
        }
        self.sweep();
        Ok(())
    }

    /// What the hooks have beside them they find here too, as far as there can be links.
    fn link_neighbours(&self) {
        for entry in fs::read_dir(&self.hooks).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let of_git_or_ours = [".sample", Chain::SUFFIX, ".partial"].iter().any(|end| name.to_string_lossy().ends_with(end));
            if let Some(target) = self.neighbour(&name).filter(|_| !of_git_or_ours) {
                symlink(target, self.path(&name)).ok(); // also where it is there already
            }
        }
    }

    /// Removes the folder once it keeps no hook.
    pub(super) fn sweep(&self) {
        let names: Vec<_> = fs::read_dir(&self.folder).into_iter().flatten().flatten().map(|entry| entry.file_name()).collect();
        if names.iter().all(|name| name == IGNORED || self.is_neighbour(name)) {
            names.iter().for_each(|name| drop(fs::remove_file(self.path(name))));
            fs::remove_dir(&self.folder).ok();
        }
    }

    fn neighbour(&self, name: &OsStr) -> Option<PathBuf> {
        Some(Path::new("..").join(self.hooks.file_name()?).join(name))
    }

    fn is_neighbour(&self, name: &OsStr) -> bool {
        fs::read_link(self.path(name)).is_ok_and(|target| Some(target) == self.neighbour(name))
    }
}

/// Whether something stands there. That it cannot be seen does not mean that it is not.
pub(super) fn is_there(path: &Path) -> io::Result<bool> {
    match path.symlink_metadata() {
        Ok(_) => Ok(true),
        Err(error) if is_absence(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Removes a name of a file that has the other one too.
pub(super) fn remove_second_name(second: &Path, first: &Path) -> io::Result<()> {
    if is_same(second, first) { fs::remove_file(second) } else { Ok(()) }
}

/// Whether two names are one file's.
fn is_same(one: &Path, other: &Path) -> bool {
    let identity = |path: &Path| path.symlink_metadata().ok().map(|meta| (meta.dev(), meta.ino()));
    let first = identity(one);
    first.is_some() && first == identity(other)
}
