//! Whether what a journal claims still stands: each observed claim against what the record has and what the repository shows today.
//!
//! Pure: what is there today is handed in as [`RepositoryToday`]. A claim that stands elsewhere (a definition on another line, a commit under
//! another id) still stands; one that is gone, changed or rewritten by hand does not. What people stated is not looked at.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use crate::change::{Certainty, RepoPath};
use crate::document::compose::WATCHED;
use crate::document::{CodeChange, ConfigurationChange, Document, Source};
use crate::evidence::{Change, DefinitionChange, KeyChange, config};
use crate::merge::{Replaced, replaced};
use crate::words::{ALIKE, likeness};

/// How a claim stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ClaimStanding {
    /// As it was written.
    Holds,
    /// Elsewhere: on another line, under another id.
    Moved,
    /// It was so; what it is about is different today.
    Changed,
    /// What it is about is not there any more.
    Gone,
    /// Somebody wrote something else in its place.
    Edited,
}

impl ClaimStanding {
    /// Whether a reader may rely on it.
    pub fn stands(self) -> bool {
        matches!(self, Self::Holds | Self::Moved)
    }
}

/// An observed claim and how it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Claim {
    /// The document's key that it comes from.
    pub key: &'static str,
    /// What is claimed.
    pub claim: String,
    /// How it stands.
    pub standing: ClaimStanding,
    /// What is so instead.
    pub today: Option<String>,
    /// Line of the file that says it, where one was found.
    pub line: Option<usize>,
    /// Who says so.
    pub source: Source,
    /// Ids of commits that it stands on.
    pub evidence: Vec<String>,
}

/// The repository as it is today.
#[derive(Debug, Default)]
pub struct RepositoryToday {
    /// All definitions of a file of the worktree; none where it is not there or cannot be read.
    pub definitions: HashMap<RepoPath, Vec<DefinitionChange>>,
    /// All keys of a configuration file of the worktree with their whole values, masked; none where it is not there or cannot be read.
    pub keys: HashMap<RepoPath, Vec<KeyChange>>,
    /// Added and removed lines of the linked commits that can be read.
    pub sizes: HashMap<String, (u64, u64)>,
    /// Files of the session that are different since its end, as far as commits tell.
    pub changed_since: Vec<RepoPath>,
}

/// A journal file beside what was last rendered of it.
#[derive(Clone, Copy, Debug)]
pub struct Texts<'a> {
    /// The file.
    pub file: &'a str,
    /// What was last rendered.
    pub last: &'a str,
    /// What would be rendered if nobody had stated anything: its lines are the tool's.
    pub bare: &'a str,
    /// What is rendered of a session without anything: its lines claim nothing.
    pub form: &'a str,
}

/// All claims of the file, in the order of the journal. `document`: the record's, with what became of its commits.
pub fn verify(document: &Document, texts: &Texts<'_>, today: &RepositoryToday) -> Vec<Claim> {
    let changes = &document.technical;
    let drafts = changes.configuration_changes.iter().flat_map(|change| keys(change, today));
    let drafts = drafts.chain(changes.code_changes.iter().flat_map(|change| definitions(change, today)));
    let drafts = drafts.chain(commits(document, today)).chain(runs(document, today));
    edits(texts).into_iter().chain(drafts.filter_map(|draft| draft.into_claim(texts.file))).collect()
}

/// A claim with the text by which the file makes it.
struct Draft {
    claim: Claim,
    shown: String,
}

impl Draft {
    /// The claim with its line; one that the file does not make is none of its own.
    fn into_claim(self, file: &str) -> Option<Claim> {
        let line = file.lines().position(|line| says(line, &self.shown))? + 1;
        Some(Claim { line: Some(line), ..self.claim })
    }
}

/// `path:line`, as a page names a file.
fn place(path: &RepoPath, line: Option<u32>) -> String {
    line.map_or_else(|| path.to_display().into_owned(), |line| format!("{}:{line}", path.to_display()))
}

/// Lines of the tool's own that the file has otherwise.
fn edits(texts: &Texts<'_>) -> Vec<Claim> {
    let form: HashSet<&str> = texts.form.lines().collect();
    let bare: HashSet<&str> = texts.bare.lines().filter(|line| !line.trim().is_empty() && !form.contains(line)).collect();
    let there: HashSet<&str> = texts.file.lines().collect();
    let edited = |change: &Replaced| {
        let gone = change.old.iter().filter(|line| bare.contains(line.as_str()) && !there.contains(line.as_str()));
        gone.filter_map(|old| Some((old, instead(old, change)?)))
            .map(|(old, (offset, new))| edit(old, new, change.line + offset))
            .collect::<Vec<_>>()
    };
    replaced(texts.last.as_bytes(), texts.file.as_bytes()).iter().flat_map(edited).collect()
}

fn edit(old: &str, new: &str, line: usize) -> Claim {
    Claim {
        key: "file",
        claim: old.to_owned(),
        standing: ClaimStanding::Edited,
        today: Some(new.to_owned()),
        line: Some(line),
        source: Source::Observed,
        evidence: Vec::new(),
    }
}

/// The line that stands there instead: one that is much like it. A line that is only gone claims nothing.
fn instead<'c>(old: &str, change: &'c Replaced) -> Option<(usize, &'c str)> {
    // with more around it, or with its box ticked, it still says the same
    if change.new.iter().any(|new| says(new, old.trim_start_matches("- ").trim_start_matches("[ ] "))) {
        return None;
    }
    let best = change.new.iter().enumerate().map(|(offset, new)| (offset, new.as_str(), likeness(old, new)));
    let best = best.filter(|(.., ratio)| *ratio > ALIKE).max_by(|a, b| a.2.total_cmp(&b.2));
    best.map(|(offset, new, _)| (offset, new))
}

/// Whether a line has these words, and not as a part of other words or numbers.
fn says(line: &str, words: &str) -> bool {
    let part = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    line.match_indices(words).any(|(at, _)| !part(line[..at].chars().next_back()) && !part(line[at + words.len()..].chars().next()))
}

fn definitions(change: &CodeChange, today: &RepositoryToday) -> Vec<Draft> {
    let there = today.definitions.get(&change.path);
    let draft = |definition: &DefinitionChange| {
        let name = &definition.qualified_name;
        let same = |other: &&DefinitionChange| other.qualified_name == *name && other.kind == definition.kind;
        let lines: Vec<u32> = there.into_iter().flatten().filter(same).map(|other| other.line).collect();
        let (standing, now) = match lines.first() {
            _ if lines.contains(&definition.line) => (ClaimStanding::Holds, None),
            Some(line) => (ClaimStanding::Moved, Some(place(&change.path, Some(*line)))),
            None if there.is_some() => (ClaimStanding::Gone, Some("the file has no such definition".to_owned())),
            None => (ClaimStanding::Gone, Some(UNREAD.to_owned())),
        };
        let claim = Claim {
            key: "technical.code_changes",
            claim: format!("{} {name}", place(&change.path, Some(definition.line))),
            standing,
            today: now,
            line: None,
            source: if change.definitions_derived { Source::Derived } else { Source::Observed },
            evidence: change.commits.iter().map(ToString::to_string).collect(),
        };
        Draft { claim, shown: place(&change.path, change.line) }
    };
    change.definitions.iter().filter(|definition| definition.change != Change::Removed).map(draft).collect()
}

const UNREAD: &str = "the file is not there or cannot be read";

/// A key's own name, without the path to it and what numbers or names it among others: `version`, `RUN` of `build.RUN#2`.
fn own(key: &str) -> &str {
    let bare = key.strip_suffix(']').and_then(|key| key.rfind('[')).map_or(key, |at| &key[..at]);
    let name = bare.rsplit(['.', '/', ' ', ']']).next().unwrap_or(bare);
    name.split('#').next().unwrap_or(name)
}

fn keys(change: &ConfigurationChange, today: &RepositoryToday) -> Vec<Draft> {
    let there = today.keys.get(&change.path);
    // what a command showed is not asked again
    if there.is_none() && change.remark.as_deref().is_some_and(|remark| remark.starts_with(WATCHED)) {
        return Vec::new();
    }
    let draft = |key: &KeyChange| {
        let after = key.after.as_ref()?;
        let all = || there.into_iter().flatten();
        let shown = |other: &&KeyChange| other.after.as_ref().is_some_and(|whole| config::shows(after, whole));
        let found: Vec<&KeyChange> = all().filter(|other| other.key == key.key).collect();
        // what names an item of a list depends on what it was compared with; its place does not
        let stays = || all().find(|other| other.line == key.line && own(&other.key) == own(&key.key) && shown(other));
        let same = found.iter().copied().filter(shown);
        let same = same.min_by_key(|other| other.line != key.line).or_else(stays);
        let (standing, now) = match (same, found.first()) {
            (Some(same), _) if same.line == key.line => (ClaimStanding::Holds, None),
            (Some(same), _) => (ClaimStanding::Moved, Some(place(&change.path, same.line))),
            (None, Some(other)) => (ClaimStanding::Changed, other.after.as_ref().map(|whole| config::cut_alike(whole, after))),
            (None, None) if there.is_some() => (ClaimStanding::Gone, Some("the file has no such key".to_owned())),
            (None, None) => (ClaimStanding::Gone, Some(UNREAD.to_owned())),
        };
        let claim = Claim {
            key: "technical.configuration_changes",
            claim: format!("{} {} = {after}", place(&change.path, key.line), key.key),
            standing,
            today: now,
            line: None,
            source: Source::Observed,
            evidence: change.commits.iter().map(ToString::to_string).collect(),
        };
        Some(Draft { claim, shown: place(&change.path, change.line) })
    };
    change.changes.iter().filter_map(draft).collect()
}

fn commits(document: &Document, today: &RepositoryToday) -> Vec<Draft> {
    let draft = |commit: &crate::document::LinkedCommit| {
        let ids: Vec<String> = commit.today.ids.iter().map(|id| id.short().to_owned()).collect();
        let size = today.sizes.get(commit.id.as_str()).filter(|size| **size != (u64::from(commit.added), u64::from(commit.removed)));
        let (standing, now) = match (commit.today.state, size) {
            (Certainty::Gone, _) => {
                (ClaimStanding::Gone, Some("no branch or tag has a commit like it, or most of what it changed".to_owned()))
            }
            (_, Some((added, removed))) => (ClaimStanding::Changed, Some(format!("it has +{added} −{removed}"))),
            (Certainty::Exact, _) if commit.today.ids.contains(&commit.id) => (ClaimStanding::Holds, None),
            (Certainty::Exact, _) => (ClaimStanding::Moved, Some(ids.join(", "))),
            (Certainty::Ambiguous, _) if commit.today.split => (ClaimStanding::Moved, Some(format!("split: {}", ids.join(", ")))),
            (Certainty::Ambiguous, _) => (ClaimStanding::Moved, Some(format!("one of {}", ids.join(", ")))),
        };
        let claim = Claim {
            key: "commits",
            claim: format!("{} {}", commit.id.short(), commit.subject),
            standing,
            today: now,
            line: None,
            source: Source::Observed,
            evidence: vec![commit.id.to_string()],
        };
        Draft { claim, shown: commit.id.short().to_owned() }
    };
    document.commits.iter().map(draft).collect()
}

/// The last run of the tests, which a reader takes for the state of the code.
fn runs(document: &Document, today: &RepositoryToday) -> Option<Draft> {
    let run = document.testing.runs.last()?;
    let names: Vec<String> = today.changed_since.iter().take(3).map(|path| path.to_display().into_owned()).collect();
    // one that the page calls stale claims no more than that
    let is_new = run.stale != Some(true) && !names.is_empty();
    let claim = Claim {
        key: "testing.runs",
        claim: format!("{} at {}", run.command, run.at.format("%H:%M")),
        standing: if is_new { ClaimStanding::Changed } else { ClaimStanding::Holds },
        today: is_new.then(|| format!("stale: changed since, {}", names.join(", "))),
        line: None,
        source: Source::Observed,
        evidence: Vec::new(),
    };
    Some(Draft { claim, shown: crate::markdown::one_line(&run.command) })
}

#[cfg(test)]
mod tests;
