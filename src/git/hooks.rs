//! Git hooks: where they belong, who else manages them, and putting our lines in and out without a trace.
//!
//! Hooks only make things faster to see; what a session's commits are is proved by the reflog at its end. So nothing here fights over a
//! file: where a hook manager owns the hooks, its own configuration is named instead.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::git::repository::Repository;
use crate::log::{private_folder, write_whole};

mod managers;
pub mod place;
pub mod shim;
pub mod trailer;

pub use managers::Manager;
use shim::Existing;

/// The hooks that record something.
pub const RECORDING: [&str; 4] = ["post-commit", "post-merge", "post-rewrite", "post-checkout"];
/// The hook that adds a trailer, only where asked for.
pub const TRAILER: &str = "prepare-commit-msg";

/// The folder that git runs hooks from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// Where it is.
    pub path: PathBuf,
    /// It is set for more than this repository (`core.hooksPath` in the user's or the system's configuration).
    pub shared: bool,
}

/// How one hook stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Our lines are in it.
    Installed,
    /// It is somebody's, without our lines.
    Others,
    /// There is none.
    Absent,
    /// There is one that git does not run, because it is not executable.
    NotExecutable,
}

/// The hooks of one repository.
pub struct Hooks<'a> {
    repository: &'a Repository,
    /// The folder they lie in.
    pub folder: Folder,
}

impl<'a> Hooks<'a> {
    /// Asks git where hooks belong.
    pub fn of(repository: &'a Repository) -> Result<Self> {
        let git = repository.git();
        let path = git.text(["rev-parse", "--path-format=absolute", "--git-path", "hooks"])?;
        let scope = git.run(["config", "--show-scope", "--get", "core.hooksPath"])?.text();
        let shared = scope.starts_with("global") || scope.starts_with("system");
        Ok(Self { repository, folder: Folder { path: path.into(), shared } })
    }

    /// The program that manages this repository's hooks, if one does.
    pub fn manager(&self) -> Option<Manager> {
        managers::find(&self.repository.worktree, &self.folder.path)
    }

    /// How a hook stands.
    pub fn standing(&self, hook: &str) -> Standing {
        let path = self.folder.path.join(hook);
        match fs::read(&path) {
            Err(_) if path.symlink_metadata().is_err() => Standing::Absent,
            Ok(bytes) if shim::is_ours(&bytes) => Standing::Installed,
            _ if !executable(&path) => Standing::NotExecutable,
            _ => Standing::Others,
        }
    }

    /// Puts our lines into a hook, or brings them up to date; what was there before is kept so that it can come back byte for byte. Says
    /// whether anything was done.
    pub fn install(&self, hook: &str, program: &Path) -> Result<bool> {
        let path = self.folder.path.join(hook);
        let standing = self.standing(hook);
        match standing {
            Standing::Installed => return self.renew(hook, program),
            Standing::NotExecutable => return Ok(false),
            Standing::Others | Standing::Absent => {}
        }
        fs::create_dir_all(&self.folder.path).with_context(|| format!("could not create {}", self.folder.path.display()))?;
        let existing = Existing::read(&path);
        let (text, mode) = match &existing {
            Existing::None => (shim::alone(hook, program), 0o755),
            Existing::Shell(bytes) => (shim::inserted(bytes, hook, program), mode(&path)),
            Existing::Other => {
                fs::rename(&path, self.before(hook)).with_context(|| format!("could not move {} aside", path.display()))?;
                (shim::chained(hook, program), 0o755)
            }
        };
        self.remember(hook, &existing, &text)?;
        write_whole(&path, &text)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(mode))?;
        Ok(true)
    }

    /// Lines of an older version become today's. The text before the installation stays remembered unless the hook was edited since.
    fn renew(&self, hook: &str, program: &Path) -> Result<bool> {
        let path = self.folder.path.join(hook);
        let now = fs::read(&path)?;
        let Some(text) = shim::renewed(&now, hook, program) else { return Ok(false) };
        let [_, after] = self.kept(hook);
        let unedited = fs::read(&after).is_ok_and(|known| known == now);
        let mode = mode(&path);
        if unedited {
            write_whole(&after, &text)?;
        }
        write_whole(&path, &text)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(mode))?;
        Ok(true)
    }

    /// Takes our lines out again. Says whether anything was done.
    pub fn uninstall(&self, hook: &str) -> Result<bool> {
        let path = self.folder.path.join(hook);
        if self.standing(hook) != Standing::Installed {
            return Ok(false);
        }
        let (now, mode, before) = (fs::read(&path)?, mode(&path), self.before(hook));
        if before.symlink_metadata().is_ok() {
            fs::rename(&before, &path).with_context(|| format!("could not bring {} back", path.display()))?;
        } else {
            match self.remembered(hook, &now).unwrap_or_else(|| shim::removed(&now)) {
                None => fs::remove_file(&path)?,
                Some(text) => {
                    write_whole(&path, &text)?;
                    fs::set_permissions(&path, fs::Permissions::from_mode(mode))?;
                }
            }
        }
        for kept in self.kept(hook) {
            fs::remove_file(kept).ok();
        }
        Ok(true)
    }

    fn before(&self, hook: &str) -> PathBuf {
        self.folder.path.join(format!("{hook}.before-journal"))
    }

    /// The texts before and after the installation, kept beside the sessions.
    fn kept(&self, hook: &str) -> [PathBuf; 2] {
        let folder = self.repository.journal_dir().join("hooks");
        [folder.join(format!("{hook}.before")), folder.join(format!("{hook}.after"))]
    }

    fn remember(&self, hook: &str, existing: &Existing, after: &[u8]) -> Result<()> {
        let [before, after_file] = self.kept(hook);
        private_folder(before.parent().unwrap_or(Path::new(".")))?;
        match existing {
            Existing::Shell(bytes) => write_whole(&before, bytes)?,
            _ => fs::remove_file(&before).unwrap_or(()),
        }
        write_whole(&after_file, after)
    }

    /// What stood there before, if nobody has edited the hook since: none inside where there was no file.
    fn remembered(&self, hook: &str, now: &[u8]) -> Option<Option<Vec<u8>>> {
        let [before, after] = self.kept(hook);
        (fs::read(after).ok()? == now).then(|| fs::read(before).ok())
    }
}

fn executable(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|meta| meta.permissions().mode() & 0o111 != 0)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).map_or(0o755, |meta| meta.permissions().mode() & 0o7777)
}
