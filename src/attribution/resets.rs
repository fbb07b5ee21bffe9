//! Resets: whether the worktree went along is not recorded, so it is asked; what happens afterwards may speak against an answer.

use anyhow::Result;

use super::reflog::Class;
use super::replay::{Question, Replay};
use super::trees::Edits;
use crate::change::Oid;

impl Replay<'_, '_> {
    pub(super) fn reset(&mut self, i: usize, old: &Oid, new: &Oid) -> Result<()> {
        if !self.case.alive(old)? || !self.case.alive(new)? {
            return Ok(());
        }
        let (before, after) = (self.foreign(old)?, self.foreign(new)?);
        if before != after && self.ask(Question::Soft(i), &before) {
            let now = self.baseline(&before)?;
            let files = &self.case.files;
            self.may_be_stashed = false;
            self.left.extend(files.trees.differing(&before, &after)?.iter().map(|change| change.path.clone()));
            self.anchor(&before, &after, &now)?;
        }
        Ok(())
    }

    /// Git moves no file in which the worktree differs from HEAD. Where this reading says that a reset left such files, and a movement
    /// touched one all the same, the reading does not explain how.
    pub(super) fn note_overwritten(&mut self, i: usize, class: Class) -> Result<()> {
        let entry = self.case.entry(i);
        let put_away = self.left.is_empty() || (self.may_be_stashed && !matches!(class, Class::Revert | Class::Pick));
        if put_away || entry.old == entry.new || !self.case.alive(&entry.old)? || !self.case.alive(&entry.new)? {
            return Ok(());
        }
        let before = self.foreign(&entry.old)?;
        let (now, files) = (self.baseline(&before)?, &self.case.files);
        let touched = files.trees.differing(&self.case.tree(Some(&entry.old))?, &self.case.tree(Some(&entry.new))?)?;
        let mut overwritten = Edits::new();
        for path in touched.iter().map(|change| &change.path).filter(|path| self.left.contains(path)) {
            overwritten.insert(path.clone(), files.trees.entry(&now, path)?);
        }
        self.unexplained += files.size(&before, &files.trees.edited(&before, &overwritten)?)?;
        Ok(())
    }
}
