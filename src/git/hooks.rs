//! Git hooks: where they belong, who else manages them, and putting our lines in and out without a trace.
//!
//! Hooks only make things faster to see; what a session's commits are is proved by the reflog at its end. So nothing here fights over a
//! file: where a hook manager owns the hooks, its own configuration is named instead.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::error::{Error, Kind};
use crate::files::{private_folder, remove_partial, write_atomically, write_atomically_with_mode};
use crate::git::repository::Repository;

mod aside;
mod managers;
pub mod git_dirs;
pub mod shim;
pub mod trailer;

use crate::journal_dir;
use aside::{Aside, is_there};
pub use managers::Manager;
use shim::{Chain, Existing};

/// The hooks that record something.
pub const RECORDING: [&str; 4] = ["post-commit", "post-merge", "post-rewrite", "post-checkout"];
/// The hook that adds a trailer to a message that is there, only where asked for.
pub const PREPARED: &str = "prepare-commit-msg";
/// The one that adds it to a message that was written in an editor.
pub const EDITED: &str = "commit-msg";
/// All that may be ours.
pub const ALL: [&str; 6] = ["post-commit", "post-merge", "post-rewrite", "post-checkout", PREPARED, EDITED];

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
        let set = git.run(["config", "--show-scope", "--get", "core.hooksPath"])?;
        let (set, text) = (set.ok(), set.text());
        let (scope, value) = text.split_once('\t').filter(|_| set).unzip();
        let scope = scope.map(str::to_owned);
        let path = match (git.text(["rev-parse", "--path-format=absolute", "--git-path", "hooks"]), &scope) {
            (Err(_), Some(scope)) => {
                let value = value.unwrap_or_default();
                let message = format!(
                    "git finds no hooks here: core.hooksPath is '{value}' in the {scope} configuration, no folder from this worktree"
                );
                return Err(Error::new(Kind::InTheWay, message).hint(format!("git config --{scope} --unset core.hooksPath")).into());
            }
            (path, _) => path?,
        };
        let shared = matches!(scope.as_deref(), Some("global" | "system"));
        Ok(Self { repository, folder: Folder { path: path.into(), shared, scope } })
    }

    /// Those of git's own folder, whether git runs them or not.
    pub fn in_git_dir(repository: &'a Repository) -> Self {
        Self { repository, folder: Folder { path: repository.common_dir.join("hooks"), shared: false, scope: None } }
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
    pub fn standing(&self, hook: &str) -> Result<HookStanding> {
        let path = self.folder.path.join(hook);
        let found = looked_at(&path)?;
        Ok(match found {
            Existing::None => HookStanding::Absent,
            Existing::Ours => HookStanding::Installed,
            _ if !executable(&path) => HookStanding::NotExecutable,
            _ => HookStanding::Others,
        })
    }

    /// The program that our lines in a hook run, where it cannot be run any more.
    pub fn missing_program(&self, hook: &str) -> Option<PathBuf> {
        let script = fs::read(self.folder.path.join(hook)).ok()?;
        shim::program(&script).filter(|program| !executable(program))
    }

    /// Whether any of ours is there.
    pub fn any_installed(&self) -> Result<bool> {
        let standings = ALL.into_iter().map(|hook| self.standing(hook)).collect::<Result<Vec<_>>>()?;
        Ok(standings.contains(&HookStanding::Installed))
    }

    /// Puts our lines into a hook, or brings them up to date; what was there before is kept so that it can come back byte for byte. Says
    /// whether anything was done.
    pub fn install(&self, hook: &str, program: &Path) -> Result<bool> {
        let path = self.folder.path.join(hook);
        match self.standing(hook)? {
            HookStanding::Installed => return self.renew(hook, program),
            HookStanding::NotExecutable => return Ok(false),
            HookStanding::Others | HookStanding::Absent => {}
        }
        fs::create_dir_all(&self.folder.path).with_context(|| format!("could not create {}", self.folder.path.display()))?;
        let (existing, aside) = (looked_at(&path)?, self.aside());
        let (text, mode) = match &existing {
            Existing::Ours => return self.renew(hook, program),
            Existing::None => (shim::alone(hook, program), 0o755),
            Existing::Shell(bytes) => (shim::inserted(bytes, hook, program), mode(&path)?),
            Existing::Other => {
                aside.take(hook, &path)?;
                (shim::chained(hook, program), 0o755)
            }
        };
        let written = self.remember(hook, &existing, &text).and_then(|()| write_atomically_with_mode(&path, &text, mode));
        if written.is_err() && existing == Existing::Other {
            aside.give_back(hook, &path).ok();
        }
        written.map(|()| true)
    }

    /// Lines of an older version become today's. The text before the installation stays remembered unless the hook was edited since.
    fn renew(&self, hook: &str, program: &Path) -> Result<bool> {
        let (path, aside) = (self.folder.path.join(hook), self.aside());
        let now = fs::read(&path)?;
        let text = if shim::chain(&now, hook) == Some(Chain::Renamed) && is_there(&self.renamed(hook))? {
            aside.take(hook, &self.renamed(hook))?;
            Some(shim::chained(hook, program))
        } else {
            shim::renewed(&now, hook, program)
        };
        if let Some(text) = &text {
            let [_, after] = self.kept(hook);
            if fs::read(&after).is_ok_and(|known| known == now) {
                write_atomically(&after, text)?;
            }
            write_atomically_with_mode(&path, text, mode(&path)?)?;
        }
        aside::remove_second_name(&self.renamed(hook), &aside.path(hook))?;
        Ok(text.is_some())
    }

    /// Takes our lines out again. Says whether anything was done.
    pub fn uninstall(&self, hook: &str) -> Result<bool> {
        let (path, aside) = (self.folder.path.join(hook), self.aside());
        let installed = self.standing(hook)? == HookStanding::Installed;
        if installed {
            let now = fs::read(&path)?;
            let original = shim::chain(&now, hook).map(|chain| match chain {
                Chain::Beside => aside.path(hook),
                Chain::Renamed => self.renamed(hook),
            });
            match original {
                Some(original) if is_there(&original)? => {
                    fs::rename(original, &path).with_context(|| format!("could not bring {} back", path.display()))?;
                }
                // a chain whose hook is gone runs nothing
                Some(_) => fs::remove_file(&path)?,
                None => match self.remembered(hook, &now).or_else(|| shim::removed(&now)) {
                    None => fs::remove_file(&path)?,
                    Some(text) => write_atomically_with_mode(&path, &text, mode(&path)?)?,
                },
            }
            for kept in self.kept(hook) {
                fs::remove_file(kept).ok();
            }
        }
        // of an installation that was interrupted
        for second in [aside.path(hook), self.renamed(hook)] {
            aside::remove_second_name(&second, &path)?;
        }
        aside.sweep();
        Ok(installed)
    }

    /// Removes what killed installations left half written. Nobody else may install at the same time.
    pub fn sweep(&self) {
        if !self.folder.shared {
            remove_partial(&self.folder.path);
        }
    }

    fn aside(&self) -> Aside {
        Aside::of(&self.folder.path)
    }

    /// Where earlier versions kept a hook.
    fn renamed(&self, hook: &str) -> PathBuf {
        self.folder.path.join(format!("{hook}{}", Chain::SUFFIX))
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
            _ if is_there(&before)? => fs::remove_file(&before)?, // of an earlier installation
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

fn looked_at(path: &Path) -> Result<Existing> {
    Existing::read(path).with_context(|| format!("could not look at {}", path.display()))
}

fn executable(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

fn mode(path: &Path) -> Result<u32> {
    let meta = fs::metadata(path).with_context(|| format!("could not look at {}", path.display()))?;
    Ok(meta.permissions().mode() & 0o7777)
}
