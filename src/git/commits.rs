//! Commits of a range and what each did to each file.

use anyhow::Result;

use crate::change::{CommitChange, FileChange, Oid, Patch, Touched, line_hash};
use crate::git::diff::Limits;
use crate::git::objects::Objects;
use crate::git::repository::Repository;

/// Commits that head has and base has not, parents before children.
pub fn range(repository: &Repository, base: Option<&Oid>, head: &Oid) -> Result<Vec<Oid>> {
    let mut arguments = vec!["rev-list".to_owned(), "--reverse".into(), "--topo-order".into(), head.to_string()];
    arguments.extend(base.map(|base| format!("^{base}")));
    Ok(repository.git().text(arguments)?.lines().map(Oid::new).collect())
}

impl Objects {
    /// A commit with what it did against its first parent. A merge brings nothing of its own, as in `git log --stat`.
    pub fn commit_change(&self, id: &Oid, limits: &Limits) -> Result<CommitChange> {
        let commit = self.commit(id)?;
        let changes = match commit.parents.as_slice() {
            [] => self.diff(None, Some(&commit.tree), limits)?,
            // in a shallow clone the parent may be absent: then nothing can be said about the files
            [parent] => self.diff(Some(parent), Some(&commit.tree), limits).unwrap_or_default(),
            _ => Vec::new(),
        };
        let patch = Patch::of(&changes);
        Ok(CommitChange {
            commit,
            files: changes.iter().map(touched).collect(),
            patch,
            replaced: Vec::new(),
            amended_at: None,
            branch: None,
            by_another: false,
        })
    }
}

fn touched(change: &FileChange) -> Touched {
    let added = change.added_lines().into_iter().map(line_hash).collect();
    Touched { path: change.path.clone(), old_path: change.old_path.clone(), added, removed: change.removed() }
}
