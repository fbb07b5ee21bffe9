//! Changed configuration, key by key where it could be read, as a few changed lines where not.

use super::Composer;
use super::code::lines_of;
use super::commits::{History, bringer, remover};
use super::intent::Intent;
use super::snippet::{diff, head_range, without_blank_ends};
use crate::change::{Commit, FileChange, Hunk, Touched};
use crate::document::*;
use crate::evidence::FileEvidence;
use crate::evidence::config::{KeylessLines, Nature};
use crate::evidence::kinds::Flag;
use crate::evidence::links_and_pointers::is_link;

/// What the document says of a file that git holds no more while it is still there.
pub const UNTRACKED: &str = "git no longer tracks it; the file is still there";
/// Changed lines that are shown where there are no keys.
const LINES: usize = 12;

impl Composer<'_> {
    pub(super) fn configuration_changes(&self) -> Vec<ConfigurationChange> {
        let (history, intent) = (History::new(self.record.commits), self.intent());
        let pairs = self.record.evidence.changes.iter().zip(&self.record.evidence.files);
        let shown = pairs.filter(|(_, file)| is_configuration(file));
        let mut changes: Vec<ConfigurationChange> =
            shown.map(|(change, file)| self.configuration_change(change, file, &history.of(&change.path), &intent)).collect();
        // files with keys first; in each part by path, as they come
        changes.sort_by_key(|change| (change.changes.is_empty(), change.text.is_none()));
        changes
    }

    fn configuration_change(
        &self,
        change: &FileChange,
        file: &FileEvidence,
        touches: &[(&Commit, &Touched)],
        intent: &Intent,
    ) -> ConfigurationChange {
        let reason = reason(change, file, touches).or_else(|| self.last_toucher(&file.path, touches));
        let (remark, text) = self.beside_keys(change, file);
        ConfigurationChange {
            path: self.path(&file.path),
            old_path: file.old_path.as_ref().map(|path| self.path(path)),
            line: line(change, file).filter(|_| !is_link(change)),
            format: file.config.as_ref().map(|note| note.format.to_owned()).or(file.language.clone()).unwrap_or_else(|| "text".to_owned()),
            status: file.status,
            description: reason.map(|commit| self.mask(&commit.subject)).or_else(|| self.noted_of(&file.path)),
            description_commit: reason.map(|commit| commit.id),
            commits: touches.iter().map(|(commit, _)| commit.id).collect(),
            committed: !self.record.uncommitted.contains(&file.path),
            named: intent.names_file(&file.path) || file.keys.iter().any(|key| intent.names_key(key)),
            remark,
            changes: file.keys.clone(),
            text,
        }
    }

    /// The last commit that touched a file that is committed as it is: where no line tells which commit it was, they all have a part in it.
    fn last_toucher<'a>(&self, path: &RepoPath, touches: &[(&'a Commit, &'a Touched)]) -> Option<&'a Commit> {
        touches.last().filter(|_| !self.record.uncommitted.contains(path)).map(|(commit, _)| *commit)
    }

    /// What there is to say where keys say nothing.
    fn beside_keys(&self, change: &FileChange, file: &FileEvidence) -> (Option<String>, Option<String>) {
        let only = |what: &str| (Some(format!("only {what} changed")), None);
        if file.untracked {
            return (Some(UNTRACKED.to_owned()), None);
        }
        if let Some(instead) = &file.instead {
            return (Some(self.mask(instead)), None);
        }
        match file.config.as_ref().map(|note| &note.nature) {
            Some(Nature::Keys) => (file.config.as_ref().and_then(|note| describe_keyless_lines(note.keyless)), None),
            Some(Nature::Nothing) => (None, None),
            Some(Nature::CommentsOnly) => only("comments"),
            Some(Nature::OrderOnly) => only("the order"),
            Some(Nature::LayoutOnly) => only("white space or notation"),
            Some(Nature::Text { reason, diff }) => (Some(self.mask(reason)), Some(self.mask(diff))),
            None => (file.code.skipped.clone(), self.lines(change, file)),
        }
    }

    fn lines(&self, change: &FileChange, file: &FileEvidence) -> Option<String> {
        let hidden = change.binary || file.flags.contains(&Flag::SecretBearing) || !file.keys.is_empty();
        let text = self.mask(&diff(change, change.hunks.iter(), LINES, &|line| self.mask(line)));
        (!hidden && !text.is_empty()).then_some(text)
    }
}

/// Changed lines that no key tells of: who reads the keys alone would miss them.
fn describe_keyless_lines(lines: KeylessLines) -> Option<String> {
    (lines != KeylessLines::default()).then(|| format!("other lines changed, too (+{} −{})", lines.added, lines.removed))
}

fn is_configuration(file: &FileEvidence) -> bool {
    use Category::*;
    match file.category {
        Config | Infra | Ci => file.config.is_some() || file.definitions.is_empty(),
        // the schema of an interface, where it is written as settings are
        Migration => !file.keys.is_empty(),
        Code | Test | Docs | Artifact | Generated | Lockfile | Vendored | Asset => false,
    }
}

/// Where a reader finds the change in head.
fn line(change: &FileChange, file: &FileEvidence) -> Option<u32> {
    change.head.as_ref()?;
    let key = file.keys.iter().filter(|key| key.after.is_some()).find_map(|key| key.line);
    // where all keys are gone, only what came in place of the first one says where it was
    let gone = file.keys.first().and_then(|key| key.line);
    let took = |hunk: &&Hunk| gone.is_none_or(|line| (hunk.base_start..hunk.base_start + hunk.base_lines).contains(&line));
    let hunk = || change.hunks.iter().filter(took).find_map(head_range).map(|range| *without_blank_ends(change, range).start());
    key.or_else(hunk)
}

/// The session's commit that brought the changed keys' lines.
fn reason<'a>(change: &FileChange, file: &FileEvidence, touches: &[(&'a Commit, &'a Touched)]) -> Option<&'a Commit> {
    let there = file.keys.iter().filter(|key| key.after.is_some());
    let keys: Vec<u32> = there.filter_map(|key| key.line).take(1000).collect();
    let hunks: Vec<u32> = change.hunks.iter().filter_map(head_range).flatten().take(1000).collect();
    if keys.is_empty() && hunks.is_empty() {
        let renamed_by = || touches.last().filter(|_| touches.len() == 1 && change.hunks.is_empty()).map(|(commit, _)| *commit);
        return remover(touches).or_else(renamed_by);
    }
    // the line of a key whose value runs over several lines may have stayed as it was
    bringer(touches, &lines_of(change, &keys)).or_else(|| bringer(touches, &lines_of(change, &hunks)))
}
