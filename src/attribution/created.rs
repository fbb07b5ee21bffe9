//! Files that the session created although the baseline has a file there: others put lines into what was the session's.
//!
//! Decides nothing about lines; says only whose the file as such is.

use anyhow::Result;

use super::replay::Replay;
use crate::change::{Oid, RepoPath};

/// Commits of others that are looked at, all in all; beyond, a file counts as theirs.
const MOST: usize = 2000;

impl Replay<'_, '_> {
    /// The files of the end that came into being by a commit of the session and by nobody else's.
    pub(super) fn created(&mut self, baseline: &Oid) -> Result<Vec<RepoPath>> {
        let (history, trees) = (self.case.history, &self.case.files.trees);
        let before = [history.start.tree.clone(), self.case.tree(history.start.head.as_ref())?];
        let mut out = Vec::new();
        for change in trees.differing(baseline, &history.end.tree)?.iter() {
            let both = change.base.is_some() && change.head.is_some();
            if both && !self.has_any(&before, &change.path)? && self.is_created(&change.path)? {
                out.push(change.path.clone());
            }
        }
        Ok(out)
    }

    fn has_any(&self, trees: &[Oid], path: &RepoPath) -> Result<bool> {
        for tree in trees {
            if self.case.files.trees.entry(tree, path)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn is_created(&mut self, path: &RepoPath) -> Result<bool> {
        let history = self.case.history;
        let known = history.graph.reached(&history.end.head);
        if known.len() > MOST {
            return Ok(false);
        }
        let mut by_session = false;
        for id in known {
            let facts = self.case.commit(id)?;
            let parents = facts.parents.iter().map(|parent| self.case.tree(Some(parent))).collect::<Result<Vec<_>>>()?;
            if !self.has_any(std::slice::from_ref(&facts.tree), path)? || self.has_any(&parents, path)? {
                continue;
            }
            let foreign = self.foreign(id)?;
            let theirs = self.case.files.trees.entry(&foreign, path)?.is_some();
            if theirs && !self.is_renamed_of_created(&parents, &facts.tree, path)? {
                return Ok(false);
            }
            by_session = true;
        }
        Ok(by_session)
    }

    /// Whether a commit only gave another name to a file that the session created.
    fn is_renamed_of_created(&mut self, parents: &[Oid], tree: &Oid, path: &RepoPath) -> Result<bool> {
        let [parent] = parents else { return Ok(false) };
        let gone = self.case.files.trees.differing(parent, tree)?;
        for old in gone.iter().filter(|change| change.head.is_none()) {
            if self.case.files.moved(parent, tree, &old.path)?.as_ref() == Some(path) {
                return self.is_created(&old.path);
            }
        }
        Ok(false)
    }
}
