//! Where a hook runs: the git directories, found without starting a process. A commit waits for this.

use std::fs;
use std::path::{Path, PathBuf};

/// The git directory of the worktree and the one that all worktrees share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitDirs {
    /// This worktree's.
    pub git_dir: PathBuf,
    /// The common one.
    pub common_dir: PathBuf,
}

/// Looks from `cwd` upwards, unless `GIT_DIR` names the directory.
pub fn find(cwd: &Path, git_dir: Option<&Path>) -> Option<GitDirs> {
    let git_dir = match git_dir {
        Some(dir) => cwd.join(dir),
        None => cwd.ancestors().find_map(|folder| resolved(&folder.join(".git")))?,
    };
    let git_dir = git_dir.canonicalize().ok()?;
    let common_dir = match fs::read_to_string(git_dir.join("commondir")) {
        Ok(common) => git_dir.join(common.trim()).canonicalize().ok()?,
        Err(_) => git_dir.clone(),
    };
    Some(GitDirs { git_dir, common_dir })
}

/// `.git` itself, or the directory that a `.git` file points to.
fn resolved(dot_git: &Path) -> Option<PathBuf> {
    if dot_git.is_dir() {
        return Some(dot_git.to_owned());
    }
    let text = fs::read_to_string(dot_git).ok()?;
    let target = text.strip_prefix("gitdir:")?.trim();
    Some(dot_git.parent()?.join(target))
}

/// HEAD's commit as far as loose files tell: none in other ref storages or where the branch is packed.
pub fn head(place: &GitDirs) -> Option<String> {
    let head = fs::read_to_string(place.git_dir.join("HEAD")).ok()?;
    let id = match head.trim().strip_prefix("ref: ") {
        None => head.trim().to_owned(),
        Some(name) => fs::read_to_string(place.common_dir.join(name)).ok()?.trim().to_owned(),
    };
    id.bytes().all(|b| b.is_ascii_hexdigit()).then_some(id).filter(|id| id.len() >= 40)
}
