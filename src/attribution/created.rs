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

    /// Whether a commit of the session brought the file into being, under this name or one that was changed to it, and no other did. A
    /// name may be changed and changed back, so each is looked at once.
    fn is_created(&mut self, path: &RepoPath) -> Result<bool> {
        let history = self.case.history;
        let known = history.graph.reached(&history.end.head);
        if known.len() > MOST {
            return Ok(false);
        }
        let (mut by_session, mut names, mut at) = (false, vec![path.clone()], 0);
        while let Some(name) = names.get(at).cloned() {
            at += 1;
            for id in known.iter().copied() {
                let facts = self.case.commit(id)?;
                let parents = facts.parents.iter().map(|parent| self.case.tree(Some(parent))).collect::<Result<Vec<_>>>()?;
                if !self.has_any(std::slice::from_ref(&facts.tree), &name)? || self.has_any(&parents, &name)? {
                    continue;
                }
                let foreign = self.foreign(id)?;
                let by_others = self.case.files.trees.entry(&foreign, &name)?.is_some();
                match self.name_before(&parents, &facts.tree, &name)? {
                    None if by_others => return Ok(false),
                    None => by_session = true,
                    Some(old) if !names.contains(&old) => names.push(old),
                    Some(_) => {}
                }
            }
        }
        Ok(by_session)
    }

    /// The name that a commit changed to this one, if it did.
    fn name_before(&self, parents: &[Oid], tree: &Oid, name: &RepoPath) -> Result<Option<RepoPath>> {
        let [parent] = parents else { return Ok(None) };
        Ok(self.case.files.renames(parent, tree)?.old_name(name).cloned())
    }
}
