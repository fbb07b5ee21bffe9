//! Source files of a page: few of them, few definitions, and a sentence on what is left out; and what is said of any file's state.

use std::collections::HashSet;

use serde::Serialize;

use super::view::ARTIFACTS;
use crate::change::{Oid, RepoPath, Status};
use crate::document::*;
use crate::evidence::{Category, Change, DefinitionChange, kinds};
use crate::markdown::{code as span, text};
use crate::words::count;

/// Source files that are shown.
const CODE: usize = 5;
/// Lines that their snippets may take together; the first file keeps its own in any case.
const SNIPPETS: usize = 18;
/// Definitions of a file that are named.
const DEFINITIONS: usize = 6;

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

/// How much of a file's change is in commits.
#[derive(Clone, Copy)]
pub(super) enum Committed {
    All,
    Partly,
    Nothing,
}

impl Committed {
    pub(super) fn new(whole: bool, commits: &[Oid], named: bool) -> Self {
        match whole {
            true => Self::All,
            false if named || !commits.is_empty() => Self::Partly,
            false => Self::Nothing,
        }
    }

    fn said(self) -> Option<&'static str> {
        match self {
            Self::All => None,
            Self::Partly => Some("partly committed"),
            Self::Nothing => Some("not committed"),
        }
    }
}

/// `path:line` with the file's state behind it.
pub(super) fn file(path: &RepoPath, line: Option<u32>, old: Option<&RepoPath>, status: Status, committed: Committed) -> String {
    let line = line.map(|line| format!(":{line}")).unwrap_or_default();
    let renamed = old.map(|old| format!("renamed from {}", span(&old.to_display())));
    let state = match status {
        Status::Added => Some("new".to_owned()),
        Status::Deleted => Some("deleted".to_owned()),
        Status::Typechanged => Some("type changed".to_owned()),
        Status::Renamed | Status::Modified => renamed,
    };
    let known: Vec<String> = state.into_iter().chain(committed.said().map(str::to_owned)).collect();
    let known = if known.is_empty() { String::new() } else { format!(" ({})", known.join(", ")) };
    format!("{}{known}", span(&format!("{}{line}", path.to_display())))
}

/// The subject and its commit; how many others of the session had a part in the file, since the subject cannot speak for them.
pub(super) fn reason(subject: Option<&String>, commit: Option<&Oid>, commits: &[Oid]) -> String {
    let others = commits.iter().filter(|other| Some(*other) != commit).count();
    let others = if others > 0 { format!(", and {}", count(others, "more commit")) } else { String::new() };
    let id = commit.map(|id| format!(" ({}{others})", span(id.short()))).unwrap_or_default();
    subject.map(|subject| format!("{}{id}", text(subject))).unwrap_or_default()
}

/// The source files that a page shows: code, or what else holds definitions where no code changed.
pub(super) fn code(document: &Document) -> Vec<&CodeChange> {
    let changes = &document.technical.code_changes;
    let any_code = changes.iter().any(|change| change.category == Category::Code);
    let wanted = changes.iter().filter(|change| !any_code || change.category == Category::Code);
    // one of many files with a new licence header tells as much as five
    let mut seen = HashSet::new();
    let sweep = |change: &&CodeChange| change.definitions.is_empty() && change.purpose_commit.is_some();
    let shown: Vec<&CodeChange> = wanted
        .filter(|change| !sweep(change) || seen.insert((&change.purpose_commit, change.status, change.added, change.removed)))
        .take(CODE)
        .collect();
    // an entry with neither method nor lines tells no more than the sentence on the other files
    let any_method = shown.iter().any(|change| !change.definitions.is_empty());
    let fits = fitting_snippets(&shown);
    let tells =
        |change: &CodeChange, fits: bool| !change.definitions.is_empty() || change.remark.is_some() || fits && change.snippet.is_some();
    shown.into_iter().zip(fits).filter(|(change, fits)| !any_method || tells(change, *fits)).map(|(change, _)| change).collect()
}

/// Whose snippets there is room for.
fn fitting_snippets(shown: &[&CodeChange]) -> Vec<bool> {
    let lines = |change: &&CodeChange| change.snippet.as_ref().map_or(0, |snippet| snippet.text.lines().count());
    super::configuration::fitting(shown.iter().map(lines), SNIPPETS)
}

/// The entries of the shown files.
pub(super) fn code_entries(shown: &[&CodeChange]) -> Vec<CodeEntry> {
    let fits = fitting_snippets(shown);
    let snippet = |index: usize, change: &CodeChange| change.snippet.clone().filter(|_| fits[index]);
    shown.iter().enumerate().map(|(index, change)| code_entry(change, snippet(index, change))).collect()
}

fn code_entry(change: &CodeChange, snippet: Option<Snippet>) -> CodeEntry {
    let committed = Committed::new(change.committed, &change.commits, change.purpose_commit.is_some());
    CodeEntry {
        file: file(&change.path, change.line, change.old_path.as_ref(), change.status, committed),
        reason: reason(change.purpose.as_ref(), change.purpose_commit.as_ref(), &change.commits),
        definitions: definitions(change),
        snippet,
    }
}

fn definitions(change: &CodeChange) -> String {
    if change.definitions.is_empty() {
        return change.remark.as_deref().map(|remark| format!("_not read: {}_", text(remark))).unwrap_or_default();
    }
    // the one that the file's line points to comes first, what is gone comes last
    let mut named: Vec<&DefinitionChange> = change.definitions.iter().collect();
    named.sort_by_key(|d| (d.change == Change::Removed, Some(d.line) != change.line));
    named.dedup_by(|b, a| b.change == Change::Removed && a.change == Change::Removed && a.qualified_name == b.qualified_name);
    let mut names: Vec<String> = named.iter().take(DEFINITIONS).map(|definition| named_change(definition, change.line)).collect();
    let more = named.len().saturating_sub(DEFINITIONS);
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

/// Files that no section shows one by one.
struct Rest {
    noun: &'static str,
    is: fn(&File) -> bool,
    /// The sentence names them, where they are few.
    named: bool,
}

const fn rest(noun: &'static str, named: bool, is: fn(&File) -> bool) -> Rest {
    Rest { noun, is, named }
}

const REST: &[Rest] = &[
    rest("source file", true, |file| file.category == Category::Code),
    rest("test file", true, |file| file.category == Category::Test && !kinds::supports_tests(&file.path)),
    rest("test support file", true, |file| file.category == Category::Test && kinds::supports_tests(&file.path)),
    rest("migration", true, |file| file.category == Category::Migration && !kinds::is_schema(&file.path)),
    rest("schema", true, |file| file.category == Category::Migration && kinds::is_schema(&file.path)),
    rest("document", false, |file| file.category == Category::Docs),
    rest("runbook, decision or agent file", false, |file| file.category == Category::Artifact),
    rest("lock file", true, |file| file.category == Category::Lockfile),
    rest("generated file", false, |file| file.category == Category::Generated),
    rest("vendored file", false, |file| file.category == Category::Vendored),
    // what is of no known kind is filed under assets for want of a better word, but it may be any text
    rest("asset", false, |file| file.category == Category::Asset && kinds::is_media(&file.path)),
    rest("other file", true, |file| file.category == Category::Asset && !kinds::is_media(&file.path)),
];

/// Files of a kind that the sentence names, and files with the same change that an entry names.
pub(super) const NAMES: usize = 6;

pub(super) fn more_files(document: &Document, shown: &[&CodeChange]) -> Option<String> {
    let shown: HashSet<&RepoPath> = shown.iter().map(|change| &change.path).collect();
    let told = |file: &File| document.artifacts.iter().take(ARTIFACTS).any(|own| own.path == file.path);
    let left: Vec<&File> = document.files.iter().filter(|file| !shown.contains(&file.path)).collect();
    let of = |rest: &Rest| -> Vec<&File> {
        // where the sentence gives a file no name, its own section does
        let is = |file: &&&File| (rest.is)(file) && (rest.named || !told(file));
        left.iter().filter(is).copied().collect()
    };
    let parts = REST.iter().map(|rest| (rest, of(rest))).filter(|(_, files)| !files.is_empty());
    let parts: Vec<String> = parts.map(|(rest, files)| some_files(rest, &files)).collect();
    (!parts.is_empty()).then(|| format!("Other changed files: {}.", parts.join("; ")))
}

/// "3 test files `a`, `b`, `c` (1 new, +9 −2)".
fn some_files(rest: &Rest, files: &[&File]) -> String {
    let (added, removed) = files.iter().fold((0_u64, 0_u64), |(a, r), file| (a + u64::from(file.added), r + u64::from(file.removed)));
    let names: Vec<String> = files.iter().map(|file| named_file(file)).collect();
    let named = rest.named && files.len() <= NAMES;
    let names = if named { format!(" {}", names.join(", ")) } else { String::new() };
    let states = [(Status::Added, "new"), (Status::Deleted, "deleted"), (Status::Renamed, "renamed")];
    let states = states.map(|(status, word)| (files.iter().filter(|file| file.status == status).count(), word));
    let mut known: Vec<String> = states.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    known.extend((added + removed > 0).then(|| format!("+{added} −{removed}")));
    let known = if known.is_empty() { String::new() } else { format!(" ({})", known.join(", ")) };
    format!("{}{names}{known}", count(files.len(), rest.noun))
}

fn named_file(file: &File) -> String {
    let moved = file.packages.as_ref().map(|packages| format!(": {}", text(packages))).unwrap_or_default();
    format!("{}{moved}", span(&file.path.to_display()))
}
