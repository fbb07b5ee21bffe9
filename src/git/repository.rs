//! Finding the repository, in every shape: linked worktrees, submodules, separate git directories, `GIT_DIR` and friends, SHA-256, reftable.
//!
//! Git itself is asked where things are, because libgit2 is wrong or refuses in several of these. Nothing is written here.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::change::{Oid, RepoPath};
use crate::error::{Error, Kind};
use crate::git::command::{Git, ambient, answer};
use crate::journal_dir;

/// How long object ids are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectFormat {
    /// 40 hex digits.
    Sha1,
    /// 64 hex digits.
    Sha256,
}

/// Where a repository keeps its things. All paths are absolute.
#[derive(Clone, Debug)]
pub struct Repository {
    /// This worktree's git directory.
    pub git_dir: PathBuf,
    /// The git directory that all worktrees share.
    pub common_dir: PathBuf,
    /// The top of the worktree.
    pub worktree: PathBuf,
    /// The object directory.
    pub objects: PathBuf,
    /// The index file, which need not exist.
    pub index: PathBuf,
    /// Length of ids.
    pub format: ObjectFormat,
}

const QUESTIONS: [&str; 9] = [
    "rev-parse", "--path-format=absolute", "--is-bare-repository", "--show-object-format", "--git-dir", "--git-common-dir", "--git-path",
    "objects", "--git-path",
];

impl Repository {
    /// The repository that holds `cwd`, or that `GIT_DIR` and the like name.
    pub fn discover(cwd: &Path) -> Result<Self> {
        let output = answer("git rev-parse", ambient(cwd).args(QUESTIONS).args(["index", "--show-toplevel"]).output())?;
        let lines: Vec<&[u8]> = output.stdout.split(|&b| b == b'\n').collect();
        match lines.as_slice() {
            [_bare, format, git_dir, common_dir, objects, index, worktree, b""] if output.ok() => Ok(Self {
                git_dir: path(git_dir),
                common_dir: path(common_dir),
                worktree: path(worktree),
                objects: path(objects),
                index: path(index),
                format: if *format == b"sha256" { ObjectFormat::Sha256 } else { ObjectFormat::Sha1 },
            }),
            [bare, ..] => Err(refusal(cwd, *bare == b"true", output.ok(), &output.stderr).into()),
            [] => Err(refusal(cwd, false, false, &output.stderr).into()),
        }
    }

    /// The repository whose directories are known, without asking git; its ids are as long as `like`. The caller's `GIT_INDEX_FILE` and
    /// the like do not count here.
    pub fn known(git_dir: &Path, common_dir: &Path, worktree: &Path, like: &Oid) -> Self {
        Self {
            git_dir: git_dir.to_owned(),
            common_dir: common_dir.to_owned(),
            worktree: worktree.to_owned(),
            objects: common_dir.join("objects"),
            index: git_dir.join("index"),
            format: if like.as_str().len() == 64 { ObjectFormat::Sha256 } else { ObjectFormat::Sha1 },
        }
    }

    /// Git, bound to this repository.
    pub fn git(&self) -> Git {
        Git::at(&self.git_dir, &self.worktree)
    }

    /// Where a file of the worktree is.
    pub fn absolute(&self, path: &RepoPath) -> PathBuf {
        self.worktree.join(path.to_path())
    }

    /// The folder that holds everything `journal` keeps for this repository.
    pub fn journal_dir(&self) -> PathBuf {
        self.common_dir.join(journal_dir::NAME)
    }

    /// Where HEAD points: commit and branch, each absent where there is none.
    pub fn head(&self) -> Result<(Option<Oid>, Option<String>)> {
        let git = self.git();
        // its own `--short` adds `heads/` where a tag or the like has the same name
        let branch = git.run(["symbolic-ref", "--quiet", "HEAD"])?;
        Ok((self.resolve("HEAD")?, branch.ok().then(|| branch_name(&branch.text()).to_owned())))
    }

    /// The object a revision names, if it names one; `^{commit}` and the like may follow.
    pub fn resolve(&self, revision: &str) -> Result<Option<Oid>> {
        let output = self.git().run(["rev-parse", "--verify", "--quiet", "--end-of-options", revision])?;
        Ok(output.ok().then(|| Oid::new(output.text())))
    }

    /// A configuration value of git's, if set.
    pub fn setting(&self, name: &str) -> Result<Option<String>> {
        let output = self.git().run(["config", "--get", name])?;
        Ok(output.ok().then(|| output.text()))
    }

    /// The remote that git fetches from and pushes to where a command names none; none where the settings name several.
    pub fn default_remote(&self) -> Result<Option<String>> {
        let output = self.git().run(["config", "--get-regexp", r"^(remote\.pushdefault|branch\..*\.(push)?remote)$"])?;
        let text = output.text();
        let mut names = text.lines().filter_map(|line| line.rsplit_once(' ')).map(|(_, name)| name);
        let first = names.next().unwrap_or("origin");
        Ok(names.all(|name| name == first).then(|| first.to_owned()))
    }
}

/// A branch's short name by its full one; HEAD may point to a ref of another kind too.
fn branch_name(full: &str) -> &str {
    full.strip_prefix("refs/heads/").or_else(|| full.strip_prefix("refs/")).unwrap_or(full)
}

fn path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsString::from_vec(bytes.to_vec()))
}

/// Why there is no worktree to work in, with git's own advice where it has some.
fn refusal(cwd: &Path, bare: bool, found: bool, stderr: &str) -> Error {
    let place = cwd.display();
    if bare {
        return Error::new(Kind::Nothing, format!("{place} is a bare repository: there is no worktree to keep a journal of"))
            .hint("change to a worktree of it; `git worktree list` names them");
    }
    if stderr.contains("dubious ownership") {
        let advice = stderr.lines().find(|line| line.contains("safe.directory")).unwrap_or("git config --global --add safe.directory DIR");
        return Error::new(Kind::Nothing, format!("the repository at {place} belongs to another user")).hint(advice.trim());
    }
    if stderr.contains("must be run in a work tree") {
        return Error::new(Kind::Nothing, format!("{place} is inside a git directory, not in a worktree")).hint("change to the worktree");
    }
    if found || cwd.as_os_str().as_bytes().contains(&b'\n') {
        let message = format!("the path of the repository at {place} holds a line break, which is not supported");
        return Error::new(Kind::Failed, message).hint("give the folder another name");
    }
    if !stderr.contains("not a git repository") {
        let said = stderr.lines().map(|line| line.trim().trim_start_matches("fatal: ")).collect::<Vec<_>>().join(" ");
        return Error::new(Kind::Failed, format!("git cannot work with the repository at {place}: {said}"))
            .hint("`git status` says the same until that is mended");
    }
    Error::new(Kind::Nothing, format!("{place} is not inside a git repository")).hint("change to a repository, or `git init` one here")
}
