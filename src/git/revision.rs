//! Reading a repository for a diff of two revisions without starting a single process: start-up counts there.
//!
//! libgit2 finds the repository and resolves names; where it refuses (reftable, unknown extensions) or the environment names other
//! directories, git is asked instead.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::change::Oid;
use crate::error::{Error, Kind};
use crate::git::command::{Git, LOCAL_ENVIRONMENT};
use crate::git::objects::Objects;
use crate::git::repository::{ObjectFormat, Repository};

/// A repository that is only read.
pub struct RevisionReader {
    resolver: Resolver,
    /// Its objects.
    pub objects: Objects,
    /// Git, bound to it.
    pub git: Git,
}

enum Resolver {
    Library(git2::Repository),
    Git(Box<Repository>),
}

impl RevisionReader {
    /// The repository that holds `cwd`.
    pub fn open(cwd: &Path) -> Result<Self> {
        let redirected = LOCAL_ENVIRONMENT.iter().any(|name| std::env::var_os(name).is_some());
        let flags = git2::RepositoryOpenFlags::empty();
        match git2::Repository::open_ext(cwd, flags, std::iter::empty::<PathBuf>()) {
            Ok(repository) if !redirected => Self::with_library(repository),
            _ => Self::with_git(Repository::discover(cwd)?),
        }
    }

    fn with_library(repository: git2::Repository) -> Result<Self> {
        let format = match repository.object_format() {
            git2::ObjectFormat::Sha256 => ObjectFormat::Sha256,
            git2::ObjectFormat::Sha1 => ObjectFormat::Sha1,
        };
        let objects = Objects::open(&[&repository.commondir().join("objects")], format)?;
        let git = Git::at(repository.path(), repository.workdir().unwrap_or(repository.path()));
        Ok(Self { resolver: Resolver::Library(repository), objects, git })
    }

    fn with_git(repository: Repository) -> Result<Self> {
        let objects = Objects::open(&[&repository.objects], repository.format)?;
        Ok(Self { git: repository.git(), resolver: Resolver::Git(Box::new(repository)), objects })
    }

    /// The top of the worktree; none in a bare repository.
    pub fn worktree(&self) -> Option<&Path> {
        match &self.resolver {
            Resolver::Library(repository) => repository.workdir(),
            Resolver::Git(repository) => Some(&repository.worktree),
        }
    }

    /// The object that a revision names.
    pub fn resolve(&self, revision: &str) -> Result<Oid> {
        let found = match &self.resolver {
            Resolver::Library(repository) => repository.revparse_single(revision).ok().map(|object| Oid::new(object.id().to_string())),
            Resolver::Git(repository) => repository.resolve(revision)?,
        };
        let unknown = || Error::new(Kind::Nothing, format!("`{revision}` names no commit or tree here"));
        let found = found.filter(|id| self.objects.tree_of(id).is_ok());
        Ok(found.ok_or_else(|| unknown().hint("git log --oneline --all names the commits"))?)
    }
}
