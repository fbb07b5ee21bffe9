//! Files that the session created although the baseline has a file there: others put lines into what was the session's.
//!
//! Decides nothing about lines; says only whose the file as such is, and under which name it goes.

use anyhow::Result;

use super::replay::Replay;
use crate::change::{Oid, RepoPath};

/// Commits of others that are looked at, all in all; beyond, a file counts as theirs.
const MOST: usize = 2000;

impl Replay<'_, '_> {
    /// The files of the end that came into being by a commit of the session and by nobody else's.
    pub(super) fn created(&mut self, baseline: &Oid) -> Result<Vec<RepoPath>> {
        let (history, files) = (self.case.history, &self.case.files);
        let (head, end) = (self.case.tree(history.end.head.as_ref())?, &history.end.tree);
        let mut out = Vec::new();
        for change in files.trees.differing(baseline, end)?.iter().filter(|change| change.base.is_some() && change.head.is_some()) {
            let at_head = files.renames(&head, end)?.old_name(&change.path).cloned();
            if !self.was_there(&change.path)?
                && self.is_created(&at_head.unwrap_or_else(|| change.path.clone()), history.end.head.as_slice())?
            {
                out.push(change.path.clone());
            }
        }
        Ok(out)
    }

    /// Files of `x`, a foreign part of `tree`, that the session created and that have other names in `tree` than on what it stands on:
    /// both names. All that a foreign part has of such a file is what others added, by which nobody would know the file again.
    pub(super) fn renamed_own(&mut self, x: &Oid, parents: &[Oid], tree: &Oid) -> Result<Vec<(RepoPath, RepoPath)>> {
        let (case, mut out) = (self.case, Vec::new());
        for gone in case.files.trees.differing(x, tree)?.iter().filter(|change| change.head.is_none()) {
            for parent in parents {
                let Some(new) = case.files.moved(&case.tree(Some(parent))?, tree, &gone.path)? else { continue };
                if case.files.trees.entry(tree, &new)? != gone.base && self.is_created(&gone.path, parents)? {
                    out.push((gone.path.clone(), new));
                    break;
                }
            }
        }
        Ok(out)
    }

    /// `x`, a foreign part of `tree`, with the session's files under the names they have there.
    pub(super) fn under_own_names(&mut self, x: &Oid, parents: &[Oid], tree: &Oid) -> Result<Oid> {
        let renamed = self.renamed_own(x, parents, tree)?;
        self.case.files.renamed_to(x, &renamed)
    }

    fn was_there(&self, path: &RepoPath) -> Result<bool> {
        let start = &self.case.history.start;
        self.has_any(&[start.tree, self.case.tree(start.head.as_ref())?], path)
    }

    fn has_any(&self, trees: &[Oid], path: &RepoPath) -> Result<bool> {
        for tree in trees {
            if self.case.files.trees.entry(tree, path)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether one of these commits or of those below brought the file into being, under this name or one that was changed to it, and is
    /// the session's, and no other did. A name may be changed and changed back, so each is looked at once.
    fn is_created(&mut self, path: &RepoPath, tips: &[Oid]) -> Result<bool> {
        let case = self.case;
        let known = case.history.graph.reached(tips);
        if known.len() > MOST {
            return Ok(false);
        }
        let (mut by_session, mut names, mut at) = (false, vec![path.clone()], 0);
        while let Some(name) = names.get(at).cloned() {
            at += 1;
            if self.was_there(&name)? {
                return Ok(false);
            }
            for id in known.iter().copied() {
                let facts = self.case.commit(id)?;
                let parents = facts.parents.iter().map(|parent| self.case.tree(Some(parent))).collect::<Result<Vec<_>>>()?;
                if !self.has_any(std::slice::from_ref(&facts.tree), &name)? || self.has_any(&parents, &name)? {
                    continue;
                }
                let by_others = self.is_brought_by_others(id, &name)?;
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
