//! Configuration and code of a page: few files, few keys, and a sentence on what is left out.

use std::collections::HashSet;

use serde::Serialize;

use super::view::plural;
use crate::change::{Oid, RepoPath, Status};
use crate::document::*;
use crate::evidence::config;
use crate::evidence::{Category, Change, DefinitionChange, KeyChange};
use crate::markdown::{code as span, cut, inline, one_line, text};

/// Configuration files that are shown.
const CONFIGURATION: usize = 8;
/// Keys of a file that are shown.
const KEYS: usize = 10;
/// Source files that are shown.
const CODE: usize = 5;
/// Definitions of a file that are named.
const DEFINITIONS: usize = 6;
/// Characters of a value.
const WIDTH: usize = 160;

/// A configuration file's entry.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConfigurationEntry {
    /// Path and line, with what is to be known of the file.
    pub file: String,
    /// Why; empty where nobody said.
    pub reason: String,
    /// Keys before and after, or changed lines.
    pub lines: String,
    /// The fence's language.
    pub language: String,
}

/// A source file's entry.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CodeEntry {
    /// Path and line, with what is to be known of the file.
    pub file: String,
    /// Why; empty where nothing says.
    pub reason: String,
    /// The definitions that changed.
    pub definitions: String,
    /// A few lines.
    pub snippet: Option<Snippet>,
}

pub(super) fn configuration(document: &Document) -> Vec<ConfigurationEntry> {
    document.technical.configuration_changes.iter().take(CONFIGURATION).map(configuration_entry).collect()
}

pub(super) fn more_configuration(document: &Document) -> Option<String> {
    let rest = document.technical.configuration_changes.get(CONFIGURATION..).unwrap_or_default();
    let names: Vec<String> = rest.iter().take(CONFIGURATION).map(|change| span(&change.path.to_display())).collect();
    let more = rest.len().saturating_sub(CONFIGURATION);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!names.is_empty()).then(|| format!("Other changed configuration: {}{more}.", names.join(", ")))
}

fn configuration_entry(change: &ConfigurationChange) -> ConfigurationEntry {
    let line = change.changes.iter().find_map(|key| key.line);
    let reason = reason(change.description.as_ref(), change.description_commit.as_ref());
    let remark = change.remark.as_deref().map(inline).unwrap_or_default();
    let separator = if reason.is_empty() || remark.is_empty() { "" } else { "; " };
    let keys = keys(change);
    ConfigurationEntry {
        file: file(&change.path, line, None, change.status, change.committed),
        reason: format!("{reason}{separator}{remark}"),
        language: if keys.is_empty() { "diff".to_owned() } else { String::new() },
        lines: if keys.is_empty() { change.text.clone().unwrap_or_default() } else { keys },
    }
}

/// `path:line` with the file's state behind it.
fn file(path: &RepoPath, line: Option<u32>, old: Option<&RepoPath>, status: Status, committed: bool) -> String {
    let line = line.map(|line| format!(":{line}")).unwrap_or_default();
    let renamed = old.map(|old| format!("renamed from {}", span(&old.to_display())));
    let state = match status {
        Status::Added => Some("new".to_owned()),
        Status::Deleted => Some("deleted".to_owned()),
        Status::Typechanged => Some("type changed".to_owned()),
        Status::Renamed | Status::Modified => renamed,
    };
    let known: Vec<String> = state.into_iter().chain((!committed).then(|| "not committed".to_owned())).collect();
    let known = if known.is_empty() { String::new() } else { format!(" ({})", known.join(", ")) };
    format!("{}{known}", span(&format!("{}{line}", path.to_display())))
}

fn reason(subject: Option<&String>, commit: Option<&Oid>) -> String {
    let id = commit.map(|id| format!(" ({})", span(id.short()))).unwrap_or_default();
    subject.map(|subject| format!("{}{id}", text(subject))).unwrap_or_default()
}

fn keys(change: &ConfigurationChange) -> String {
    let mut lines: Vec<String> = change.changes.iter().take(KEYS).map(|key| before_and_after(&change.format, key)).collect();
    let more = change.changes.len().saturating_sub(KEYS);
    lines.extend((more > 0).then(|| format!("and {more} more")));
    lines.join("\n")
}

/// The configuration reader knows how a format writes a key and its value; only the page's width is decided here.
fn before_and_after(format: &str, key: &KeyChange) -> String {
    let plain = |value: &Option<String>| value.as_deref().map(|value| cut(&one_line(value), WIDTH));
    let change = KeyChange { key: one_line(&key.key), before: plain(&key.before), after: plain(&key.after), line: None };
    config::shown(&change, format).join("\n")
}

/// The source files that a page shows: code, or what else holds definitions where no code changed.
pub(super) fn code(document: &Document) -> Vec<&CodeChange> {
    let changes = &document.technical.code_changes;
    let any_code = changes.iter().any(|change| change.category == Category::Code);
    let wanted = changes.iter().filter(|change| !any_code || change.category == Category::Code);
    wanted.take(CODE).collect()
}

pub(super) fn code_entry(change: &CodeChange) -> CodeEntry {
    CodeEntry {
        file: file(&change.path, change.line, change.old_path.as_ref(), change.status, change.committed),
        reason: reason(change.purpose.as_ref(), change.purpose_commit.as_ref()),
        definitions: definitions(change),
        snippet: change.snippet.clone(),
    }
}

fn definitions(change: &CodeChange) -> String {
    if change.definitions.is_empty() {
        return change.remark.as_deref().map(|remark| format!("_not read: {}_", text(remark))).unwrap_or_default();
    }
    // the one that the file's line points to comes first
    let (shown, others): (Vec<_>, Vec<_>) =
        change.definitions.iter().partition(|d| d.change != Change::Removed && Some(d.line) == change.line);
    let named = shown.into_iter().chain(others);
    let mut names: Vec<String> = named.take(DEFINITIONS).map(|definition| named_change(definition, change.line)).collect();
    let more = change.definitions.len().saturating_sub(DEFINITIONS);
    names.extend((more > 0).then(|| format!("and {more} more")));
    let derived = if change.definitions_derived { " — names derived from the text" } else { "" };
    format!("{}{derived}", names.join(", "))
}

fn named_change(definition: &DefinitionChange, shown: Option<u32>) -> String {
    let call = if definition.kind.is_callable() && !definition.qualified_name.ends_with(')') { "()" } else { "" };
    let what = match definition.change {
        Change::Added => "added",
        Change::Modified => "modified",
        Change::Removed => "removed",
    };
    let line = if definition.change == Change::Removed || Some(definition.line) == shown {
        String::new()
    } else {
        format!(", line {}", definition.line)
    };
    format!("{} ({what}{line})", span(&format!("{}{call}", definition.qualified_name)))
}

/// The words for files that no section shows one by one.
const REST: &[(Category, &str)] = &[
    (Category::Code, "source file"),
    (Category::Test, "test file"),
    (Category::Migration, "migration"),
    (Category::Docs, "document"),
    (Category::Artifact, "runbook or agent file"),
    (Category::Lockfile, "lock file"),
    (Category::Generated, "generated file"),
    (Category::Vendored, "vendored file"),
    (Category::Asset, "asset"),
];
/// Source files that the sentence names.
const NAMES: usize = 6;

pub(super) fn more_files(document: &Document, shown: &[&CodeChange]) -> Option<String> {
    let shown: HashSet<&RepoPath> = shown.iter().map(|change| &change.path).collect();
    let rest: Vec<&File> = document.files.iter().filter(|file| !shown.contains(&file.path)).collect();
    let parts = REST.iter().filter_map(|(category, noun)| {
        let files: Vec<&&File> = rest.iter().filter(|file| file.category == *category).collect();
        let (added, removed) = files.iter().fold((0_u64, 0_u64), |(a, r), file| (a + u64::from(file.added), r + u64::from(file.removed)));
        let named = matches!(category, Category::Code | Category::Test | Category::Migration) && files.len() <= NAMES;
        let names: Vec<String> = files.iter().map(|file| span(&file.path.to_display())).collect();
        let names = if named { format!(" {}", names.join(", ")) } else { String::new() };
        (!files.is_empty()).then(|| format!("{}{names} (+{added} −{removed})", plural(files.len(), noun)))
    });
    let parts: Vec<String> = parts.collect();
    (!parts.is_empty()).then(|| format!("Other changed files: {}.", parts.join("; ")))
}
