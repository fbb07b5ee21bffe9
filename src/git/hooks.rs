//! Git hooks: where they belong, who else manages them, and putting our lines in and out without a trace.
//!
//! Hooks only make things faster to see; what a session's commits are is proved by the reflog at its end. So nothing here fights over a
//! file: where a hook manager owns the hooks, its own configuration is named instead.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::error::{Error, Kind};
use crate::files::{private_folder, write_atomically, write_atomically_with_mode};
use crate::git::repository::Repository;

mod managers;
pub mod git_dirs;
pub mod shim;
pub mod trailer;

use crate::journal_dir;
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
    /// Whose configuration sets it, in git's words; none where it is git's own folder.
    pub scope: Option<String>,
}

/// How one hook stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HookStanding {
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
        let scope = scope.split_whitespace().next().map(str::to_owned);
        let shared = matches!(scope.as_deref(), Some("global" | "system"));
        Ok(Self { repository, folder: Folder { path: path.into(), shared, scope } })
    }

    /// Whether hooks are switched off: what should be their folder is something else, `/dev/null` as a rule.
    pub fn are_off(&self) -> bool {
        self.folder.path.exists() && !self.folder.path.is_dir()
    }

    /// The program that manages this repository's hooks, if one does.
    pub fn manager(&self) -> Option<Manager> {
        managers::find(&self.repository.worktree, &self.folder.path)
    }

    /// How a hook stands.
    pub fn standing(&self, hook: &str) -> HookStanding {
        let path = self.folder.path.join(hook);
        match fs::read(&path) {
            Err(_) if path.symlink_metadata().is_err() => HookStanding::Absent,
            // a link to a hook with our lines is a hook without
            Ok(bytes) if shim::is_ours(&bytes) && !path.is_symlink() => HookStanding::Installed,
            _ if !executable(&path) => HookStanding::NotExecutable,
            _ => HookStanding::Others,
        }
    }

    /// Puts our lines into a hook, or brings them up to date; what was there before is kept so that it can come back byte for byte. Says
    /// whether anything was done.
    pub fn install(&self, hook: &str, program: &Path) -> Result<bool> {
        let path = self.folder.path.join(hook);
        let standing = self.standing(hook);
        match standing {
            HookStanding::Installed => return self.renew(hook, program),
            HookStanding::NotExecutable => return Ok(false),
            HookStanding::Others | HookStanding::Absent => {}
        }
        fs::create_dir_all(&self.folder.path).with_context(|| format!("could not create {}", self.folder.path.display()))?;
        let existing = Existing::read(&path);
        let (text, mode) = match &existing {
            Existing::None => (shim::alone(hook, program), 0o755),
            Existing::Shell(bytes) => (shim::inserted(bytes, hook, program), mode(&path)),
            Existing::Other => {
                self.set_aside(hook)?;
                (shim::chained(hook, program), 0o755)
            }
        };
        let written = self.remember(hook, &existing, &text).and_then(|()| write_atomically_with_mode(&path, &text, mode));
        if written.is_err() && existing == Existing::Other {
            fs::rename(self.before(hook), &path).ok(); // nothing where it still has both names
        }
        written.map(|()| true)
    }

    /// Gives the hook that is there a second name, under which ours runs it. Until ours takes its place it keeps its own: whatever happens
    /// in between, it runs.
    fn set_aside(&self, hook: &str) -> Result<()> {
        let (path, before) = (self.folder.path.join(hook), self.before(hook));
        if self.has_both_names(hook) {
            return Ok(());
        }
        if before.symlink_metadata().is_ok() {
            let message = format!("{} is there from an earlier installation, and {hook} is another hook now", before.display());
            return Err(Error::new(Kind::InTheWay, message).hint("move that file away, then: journal hook install").into());
        }
        let moved = match fs::hard_link(&path, &before) {
            // a file system without second names
            Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::Unsupported) => fs::rename(&path, &before),
            linked => linked,
        };
        moved.with_context(|| format!("could not move {} aside", path.display()))
    }

    /// Whether an installation was interrupted after it gave the hook its second name.
    fn has_both_names(&self, hook: &str) -> bool {
        let identity = |path: &Path| path.symlink_metadata().ok().map(|meta| (meta.dev(), meta.ino()));
        let second = identity(&self.before(hook));
        second.is_some() && second == identity(&self.folder.path.join(hook))
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
            write_atomically(&after, &text)?;
        }
        write_atomically_with_mode(&path, &text, mode)?;
        Ok(true)
    }

    /// Takes our lines out again. Says whether anything was done.
    pub fn uninstall(&self, hook: &str) -> Result<bool> {
        let path = self.folder.path.join(hook);
        if self.standing(hook) != HookStanding::Installed {
            if self.has_both_names(hook) {
                fs::remove_file(self.before(hook))?;
            }
            return Ok(false);
        }
        let (now, before) = (fs::read(&path)?, self.before(hook));
        let chain = shim::is_chain(&now, hook);
        if chain && before.symlink_metadata().is_ok() {
            fs::rename(&before, &path).with_context(|| format!("could not bring {} back", path.display()))?;
        } else {
            // a chain whose hook is gone runs nothing
            let text = if chain { None } else { self.remembered(hook, &now).or_else(|| shim::removed(&now)) };
            match text {
                None => fs::remove_file(&path)?,
                Some(text) => write_atomically_with_mode(&path, &text, mode(&path))?,
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
        let folder = self.repository.journal_dir().join(journal_dir::HOOKS);
        [folder.join(format!("{hook}.before")), folder.join(format!("{hook}.after"))]
    }

    fn remember(&self, hook: &str, existing: &Existing, after: &[u8]) -> Result<()> {
        let [before, after_file] = self.kept(hook);
        private_folder(before.parent().unwrap_or(Path::new(".")))?;
        match existing {
            Existing::Shell(bytes) => write_atomically(&before, bytes)?,
            _ if before.exists() => fs::remove_file(&before)?, // of an earlier installation
            _ => {}
        }
        write_atomically(&after_file, after)
    }

    /// The text that stood there before, if it can be read and nobody has edited the hook since.
    fn remembered(&self, hook: &str, now: &[u8]) -> Option<Vec<u8>> {
        let [before, after] = self.kept(hook);
        (fs::read(after).ok()? == now).then(|| fs::read(before).ok()).flatten()
    }
}

fn executable(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).map_or(0o755, |meta| meta.permissions().mode() & 0o7777)
}
