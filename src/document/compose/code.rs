//! Changed source files, the most telling first: what changed in each, why, and a few lines to show it.

use std::ops::RangeInclusive;

use super::Composer;
use super::commits::{History, bringer, remover};
use super::snippet::{FileLines, brought, diff, excerpt, head_range, without_blank_ends};
use crate::change::{Commit, FileChange, Hunk, Touched};
use crate::document::*;
use crate::evidence::kinds::Flag;
use crate::evidence::{Change, DefinitionChange, FileEvidence, code};

/// What the document says of a notebook of which only outputs or texts changed.
pub const SAME_CODE: &str = "no line of its code changed";
/// Removed lines that are shown where nothing was added.
const REMOVED_LINES: usize = 15;

/// What is shown of a file.
enum Shown {
    /// Lines of head.
    Head(RangeInclusive<u32>),
    /// Removed lines, by hunk.
    Removed(Hunk),
    /// Nothing: only the mode or the path differs, or there is no text.
    Nothing,
}

impl Composer<'_> {
    pub(super) fn code_changes(&self) -> Vec<CodeChange> {
        let history = History::new(self.record.commits);
        let intent = self.intent();
        let pairs = self.record.evidence.changes.iter().zip(&self.record.evidence.files);
        let mut ranked: Vec<(bool, f64, CodeChange)> = Vec::new();
        for (change, file) in pairs.filter(|(_, file)| is_shown_as_code(file)) {
            let touches = history.of(&change.path);
            let score = score(file, touches.len(), intent.names_file(&file.path));
            ranked.push((file.category != Category::Code, score, self.code_change(change, file, &touches, &history)));
        }
        ranked.sort_by(|(a_other, a, _), (b_other, b, _)| a_other.cmp(b_other).then(b.total_cmp(a)));
        ranked.into_iter().map(|(_, _, change)| change).collect()
    }

    fn code_change(&self, change: &FileChange, file: &FileEvidence, touches: &[(&Commit, &Touched)], history: &History<'_>) -> CodeChange {
        let (plain, language) = code::decoded(change).map_or((None, None), |(plain, language)| (Some(plain), Some(language)));
        let seen = plain.as_ref().unwrap_or(change);
        let chosen = chosen(seen, file);
        let shown = shown_part(seen, chosen);
        let committed = !self.record.uncommitted.contains(&file.path);
        // which commit took a file away, or gave it its name, says more than which one touched its lines
        let reason = match file.status {
            Status::Deleted => history.last_at(&file.path).filter(|_| committed),
            Status::Added => history.renamed_to(&file.path).or_else(|| reason(change, &shown, touches)),
            _ => reason(change, &shown, touches),
        };
        CodeChange {
            path: self.path(&file.path),
            old_path: file.old_path.as_ref().map(|path| self.path(path)),
            line: match &shown {
                Shown::Head(range) => Some(*range.start()),
                _ => None,
            },
            language: file.language.clone(),
            category: file.category,
            status: file.status,
            purpose: reason.map(|commit| self.mask(&commit.subject)).or_else(|| self.noted_of(&file.path)),
            purpose_commit: reason.map(|commit| commit.id),
            committed,
            added: file.added,
            removed: file.removed,
            commits: touches.iter().map(|(commit, _)| commit.id).collect(),
            definitions: file.definitions.clone(),
            definitions_derived: file.code.derived,
            statements: self.statements(change, file),
            remark: file.instead.clone().or_else(|| file.code.skipped.clone()).or_else(|| file.code.same.then(|| SAME_CODE.to_owned())),
            snippet: self.snippet(seen, file, language, &shown),
        }
    }

    fn snippet(&self, change: &FileChange, file: &FileEvidence, language: Option<&str>, shown: &Shown) -> Option<Snippet> {
        if file.flags.contains(&Flag::SecretBearing) || change.binary {
            return None;
        }
        let language = language.map(str::to_owned).or_else(|| file.language.clone()).unwrap_or_default();
        let (language, text) = match shown {
            Shown::Head(range) => (language, excerpt(change, range, &|line| self.mask(line))),
            Shown::Removed(hunk) => ("diff".to_owned(), diff(change, [hunk].into_iter(), REMOVED_LINES, &|line| self.mask(line))),
            Shown::Nothing => return None,
        };
        let text = self.mask(&text);
        (!text.trim().is_empty()).then_some(Snippet { language, text })
    }
}

fn is_shown_as_code(file: &FileEvidence) -> bool {
    use Category::*;
    match file.category {
        Code => true,
        Generated | Vendored | Lockfile | Asset | Docs => false,
        Test | Migration | Config | Infra | Ci | Artifact => !file.definitions.is_empty() && file.config.is_none(),
    }
}

fn score(file: &FileEvidence, commits: usize, named: bool) -> f64 {
    let lines = if file.code.same { 0.0 } else { f64::from(file.added.saturating_add(file.removed)) };
    let definitions = if file.definitions.is_empty() { 0.0 } else { 3.0 };
    let commits = f64::from(u32::try_from(commits).unwrap_or(u32::MAX));
    definitions + commits + (lines + 1.0).log2() + if named { 4.0 } else { 0.0 }
}

/// The definition that tells most: one that holds many of the changed lines, rather a function than its class, rather a new one. One that
/// holds none only got another name with what it stands in. A new test beside the code has its own place in the journal.
fn chosen<'a>(change: &FileChange, file: &'a FileEvidence) -> Option<&'a DefinitionChange> {
    let is_test = |definition: &DefinitionChange| {
        file.category == Category::Code && file.tests.iter().any(|test| (definition.line..=definition.end_line).contains(&test.line))
    };
    let weight = |definition: &&DefinitionChange| {
        let lines = brought(change, &(definition.line..=definition.end_line)).len().min(15);
        let callable = if definition.kind.is_callable() { 6 } else { 0 };
        let new = if definition.change == Change::Added { 4 } else { 0 };
        match lines {
            0 => 0,
            _ if is_test(definition) => 1,
            _ => lines + callable + new,
        }
    };
    let still_there = file.definitions.iter().filter(|definition| definition.change != Change::Removed);
    // reversed, so that the first of equals is taken
    still_there.take(2000).collect::<Vec<_>>().into_iter().rev().max_by_key(weight)
}

fn shown_part(change: &FileChange, chosen: Option<&DefinitionChange>) -> Shown {
    if change.head_blob().is_none() {
        return Shown::Nothing;
    }
    if let Some(definition) = chosen.filter(|definition| definition.line > 0) {
        return Shown::Head(definition.line..=definition.end_line.max(definition.line));
    }
    let largest = change.hunks.iter().rev().max_by_key(|hunk| hunk.head_lines);
    match largest.map(|hunk| (hunk, head_range(hunk))) {
        Some((_, Some(range))) => Shown::Head(without_blank_ends(change, range)),
        Some((_, None)) => {
            let removed = change.hunks.iter().rev().max_by_key(|hunk| hunk.base_lines);
            removed.map_or(Shown::Nothing, |hunk| Shown::Removed(*hunk))
        }
        None => Shown::Nothing,
    }
}

/// The session's commit that brought most of what is shown.
fn reason<'a>(change: &FileChange, shown: &Shown, touches: &[(&'a Commit, &'a Touched)]) -> Option<&'a Commit> {
    match shown {
        Shown::Head(range) => match &brought(change, range)[..] {
            [] => only(touches),
            lines => bringer(touches, &lines_of(change, lines)),
        },
        Shown::Removed(_) => remover(touches),
        Shown::Nothing => only(touches),
    }
}

/// The commit, where no other touched the file.
fn only<'a>(touches: &[(&'a Commit, &'a Touched)]) -> Option<&'a Commit> {
    touches.last().filter(|_| touches.len() == 1).map(|(commit, _)| *commit)
}

/// Those lines of head.
pub(super) fn lines_of<'a>(change: &'a FileChange, numbers: &[u32]) -> Vec<&'a [u8]> {
    let lines = FileLines::of(change.head_blob());
    numbers.iter().map(|number| lines.at(*number)).collect()
}
