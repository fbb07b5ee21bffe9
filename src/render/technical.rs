//! Source files of a page: few of them, few definitions, and a sentence on what is left out; and what is said of any file's state.

use std::collections::HashSet;

use serde::Serialize;

use super::some;
use crate::change::{Oid, RepoPath, Status};
use crate::document::compose::SAME_CODE;
use crate::document::*;
use crate::evidence::links_and_pointers::KEPT_BY_LFS;
use crate::evidence::{Category, Change, DefinitionChange, kinds};
use crate::markdown::{code as span, cut, one_line, text};
use crate::words::count;

/// Artifacts that are listed.
pub(super) const ARTIFACTS: usize = 6;
/// Source files that are shown.
const CODE: usize = 5;
/// Lines of an entry beside its snippet: path, purpose, method and the empty line behind it; the snippet's fence.
const FRAME: usize = 4;
const FENCE: usize = 2;
/// Definitions of a file that are named, and of a file that has one line.
const DEFINITIONS: usize = 3;
const FEWER_DEFINITIONS: usize = 2;
/// Statements of a file that are told, and the characters that a side of one may take.
const STATEMENTS: usize = 2;
const STATEMENT: usize = 60;
/// Characters that they may take.
const WIDTH: usize = 180;
const LESS_WIDTH: usize = 100;
/// Commits that are named where none of them says why.
const NAMED_COMMITS: usize = 3;
/// Characters of a subject in a line with other things.
const SUBJECT: usize = 80;

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

    fn label(self) -> Option<&'static str> {
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
    let known: Vec<String> = state.into_iter().chain(committed.label().map(str::to_owned)).collect();
    let known = if known.is_empty() { String::new() } else { format!(" ({})", known.join(", ")) };
    format!("{}{known}", span(&format!("{}{line}", path.to_display())))
}

/// The subject and its commit; how many others of the session had a part in the file, since the subject cannot speak for them. Where no
/// subject speaks for what is shown, the commits that have a part of the file.
pub(super) fn reason(subject: Option<&String>, commit: Option<&Oid>, commits: &[Oid]) -> String {
    let Some(subject) = subject else {
        let ids: Vec<String> = commits.iter().map(|id| span(id.short())).collect();
        return if ids.is_empty() { String::new() } else { format!("a part of it in {}", some(&ids, NAMED_COMMITS, WIDTH)) };
    };
    let others = commits.iter().filter(|other| Some(*other) != commit).count();
    let others = if others > 0 { format!(", and {}", count(others, "more commit")) } else { String::new() };
    let id = commit.map(|id| format!(" ({}{others})", span(id.short()))).unwrap_or_default();
    format!("{}{id}", text(subject))
}

/// Lines that the entries of all shown files would take.
pub(super) fn wanted(document: &Document) -> usize {
    candidates(document).into_iter().map(whole).sum()
}

/// Lines of an entry with its snippet.
fn whole(change: &CodeChange) -> usize {
    FRAME + change.snippet.as_ref().map_or(0, |snippet| snippet.text.lines().count() + FENCE)
}

/// The source files that a page shows in that many lines.
pub(super) fn code(document: &Document, lines: usize) -> Vec<&CodeChange> {
    let shown = candidates(document);
    // an entry with neither method nor lines tells no more than the sentence on the other files
    let any_method = shown.iter().any(|change| !change.definitions.is_empty());
    let tells = |change: &CodeChange, size: EntrySize| {
        let has_lines = size == EntrySize::Whole && change.snippet.is_some();
        let is_remarkable = change.remark.as_deref().is_some_and(|remark| remark != SAME_CODE);
        !change.definitions.is_empty()
            || !change.statements.is_empty()
            || is_remarkable
            || has_lines
            || !any_method && change.purpose.is_some()
    };
    let sizes = sizes(&shown, lines);
    let told = shown.iter().zip(sizes).enumerate().filter(|(index, (change, size))| tells(change, *size) || !any_method && *index == 0);
    told.map(|(_, (change, _))| *change).collect()
}

/// Code, or what else holds definitions where no code changed; of what is most telling a few.
fn candidates(document: &Document) -> Vec<&CodeChange> {
    let changes = &document.technical.code_changes;
    let any_code = changes.iter().any(|change| change.category == Category::Code);
    let wanted = changes.iter().filter(|change| !any_code || change.category == Category::Code);
    // one of many files with a new licence header tells as much as five
    let mut seen = HashSet::new();
    let sweep = |change: &&CodeChange| change.definitions.is_empty() && change.purpose_commit.is_some();
    wanted
        .filter(|change| !sweep(change) || seen.insert((&change.purpose_commit, change.status, change.added, change.removed)))
        .take(CODE)
        .collect()
}

/// What there is room for of an entry.
#[derive(Clone, Copy, PartialEq)]
enum EntrySize {
    /// All of it.
    Whole,
    /// All but the snippet.
    Frame,
    /// One line.
    Line,
}

/// The first comes whole; then each has what still finds room.
fn sizes(shown: &[&CodeChange], lines: usize) -> Vec<EntrySize> {
    let mut taken = 0;
    let size = shown.iter().enumerate().map(|(index, change)| {
        let whole = whole(change);
        let (size, lines) = match taken {
            _ if index == 0 || change.snippet.is_some() && taken + whole <= lines => (EntrySize::Whole, whole),
            _ if taken + FRAME <= lines && change.definitions.len() > FEWER_DEFINITIONS => (EntrySize::Frame, FRAME),
            _ => (EntrySize::Line, 0),
        };
        taken += lines;
        size
    });
    size.collect()
}

/// The entries of the files that there is room for.
pub(super) fn code_entries(shown: &[&CodeChange], lines: usize) -> Vec<CodeEntry> {
    let entries = shown.iter().zip(sizes(shown, lines)).filter(|(_, size)| *size != EntrySize::Line);
    entries.map(|(change, size)| code_entry(change, change.snippet.clone().filter(|_| size == EntrySize::Whole))).collect()
}

/// The other files, one line each.
pub(super) fn code_lines(shown: &[&CodeChange], lines: usize) -> Vec<String> {
    shown.iter().zip(sizes(shown, lines)).filter(|(_, size)| *size == EntrySize::Line).map(|(change, _)| code_line(change)).collect()
}

fn code_line(change: &CodeChange) -> String {
    let definitions = definitions(change, None, FEWER_DEFINITIONS, LESS_WIDTH);
    let definitions = if definitions.is_empty() { definitions } else { format!(": {definitions}") };
    let subject = change.purpose.as_ref().map(|subject| brief(subject));
    let reason = reason(subject.as_ref(), change.purpose_commit.as_ref(), &change.commits);
    let reason = if reason.is_empty() { reason } else { format!(" - {reason}") };
    format!("- {}{definitions}{reason}", named_code(change, change.line))
}

/// A subject for a line with other things, cut between words.
pub(super) fn brief(subject: &str) -> String {
    let short = cut(subject, SUBJECT);
    match short.strip_suffix('…').filter(|_| short != subject).and_then(|cut| cut.rsplit_once(' ')) {
        Some((words, _)) => format!("{words} …"),
        None => short,
    }
}

/// A source file with its state.
pub(super) fn named_code(change: &CodeChange, line: Option<u32>) -> String {
    let committed = Committed::new(change.committed, &change.commits, change.purpose_commit.is_some());
    file(&change.path, line, change.old_path.as_ref(), change.status, committed)
}

fn code_entry(change: &CodeChange, snippet: Option<Snippet>) -> CodeEntry {
    CodeEntry {
        file: named_code(change, change.line),
        reason: reason(change.purpose.as_ref(), change.purpose_commit.as_ref(), &change.commits),
        definitions: definitions(change, snippet.as_ref(), DEFINITIONS, WIDTH),
        snippet,
    }
}

fn definitions(change: &CodeChange, snippet: Option<&Snippet>, most: usize, width: usize) -> String {
    let statements = told_statements(change, snippet);
    if change.definitions.is_empty() && !statements.is_empty() {
        return in_words(change, &statements);
    }
    if change.definitions.is_empty() {
        let no_line = change.status == Status::Modified && change.added + change.removed == 0 && change.language.is_some();
        let remark = change.remark.as_deref().map(|remark| match remark {
            known if known == SAME_CODE || known.starts_with(KEPT_BY_LFS) => format!("_{}_", text(known)),
            reason => format!("_not read: {}_", text(reason)),
        });
        return remark.or_else(|| no_line.then(|| "_only its mode changed_".to_owned())).unwrap_or_default();
    }
    // the one that the file's line points to comes first, what is gone comes last
    let says_more =
        |d: &&DefinitionChange| statements.iter().any(|it| d.change == Change::Modified && it.within.as_ref() == Some(&d.qualified_name));
    let mut named: Vec<&DefinitionChange> = change.definitions.iter().filter(|d| !says_more(d)).collect();
    named.sort_by_key(|d| (d.change == Change::Removed, Some(d.line) != change.line));
    named.dedup_by(|b, a| b.change == Change::Removed && a.change == Change::Removed && a.qualified_name == b.qualified_name);
    let mut alike: Vec<(&DefinitionChange, usize)> = Vec::new();
    for definition in named {
        match alike.iter_mut().find(|(first, _)| (&first.qualified_name, first.change) == (&definition.qualified_name, definition.change)) {
            Some((_, times)) => *times += 1,
            None => alike.push((definition, 1)),
        }
    }
    let names: Vec<String> = alike.iter().map(|(definition, times)| named_change(definition, *times, change.line)).collect();
    let derived = if change.definitions_derived { " — names derived from the text" } else { "" };
    let parts = [some(&names, most, width), in_words(change, &statements)];
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    format!("{}{derived}", parts.join("; "))
}

/// The statements that tell most, those first that were and are something; none that the shown lines hold whole.
fn told_statements<'a>(change: &'a CodeChange, snippet: Option<&Snippet>) -> Vec<&'a Statement> {
    let is_shown = |it: &Statement| {
        let has = |after: &String| snippet.is_some_and(|snippet| snippet.text.lines().any(|line| one_line(line.trim()) == *after));
        it.before.is_none() && it.after.as_ref().is_some_and(has)
    };
    let mut told: Vec<&Statement> = change.statements.iter().filter(|it| !is_shown(it)).collect();
    told.sort_by_key(|it| (it.before.is_none() || it.after.is_none(), it.after.is_none()));
    told.truncate(STATEMENTS);
    told
}

/// `` in `Order`: `a = 1` → `a = 2` (line 7) ``.
fn in_words(change: &CodeChange, statements: &[&Statement]) -> String {
    let side = |text: &String| span(&cut(text, STATEMENT));
    let words = |it: &&Statement| {
        let within = it.within.as_ref().map(|name| format!("in {}: ", span(name))).unwrap_or_default();
        let line = if Some(it.line) == change.line { String::new() } else { format!(" (line {})", it.line) };
        match (it.before.as_ref().map(side), it.after.as_ref().map(side)) {
            (Some(before), Some(after)) => format!("{within}{before} → {after}{line}"),
            (None, after) => format!("{within}{} added{line}", after.unwrap_or_default()),
            (Some(before), None) => format!("{within}{before} removed"),
        }
    };
    statements.iter().map(words).collect::<Vec<_>>().join(", ")
}

/// `` `Store.open()` ×2 (added, line 7) ``.
fn named_change(definition: &DefinitionChange, times: usize, shown: Option<u32>) -> String {
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
    let times = if times > 1 { format!(" ×{times}") } else { String::new() };
    format!("{}{times} ({what}{line})", span(&format!("{}{call}", definition.qualified_name)))
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
    rest("migration", true, |file| file.category == Category::Migration && !kinds::is_any_schema(&file.path)),
    rest("schema", true, |file| file.category == Category::Migration && kinds::is_any_schema(&file.path)),
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
/// Characters that the names of files may take in the sentence; of a kind all are named, or those that say more.
const NAMES_WIDTH: usize = 120;

pub(super) fn more_files(document: &Document, shown: &[&CodeChange]) -> Option<String> {
    let shown: HashSet<&RepoPath> = shown.iter().map(|change| &change.path).collect();
    let told = |file: &File| document.artifacts.iter().take(ARTIFACTS).any(|own| own.path == file.path);
    let configuration = &document.technical.configuration_changes;
    let has_keys = |file: &File| file.category == Category::Migration && configuration.iter().any(|change| change.path == file.path);
    let left: Vec<&File> = document.files.iter().filter(|file| !shown.contains(&file.path) && !has_keys(file)).collect();
    let of = |rest: &Rest| -> Vec<&File> {
        // where the sentence gives a file no name, its own section does
        let is = |file: &&&File| (rest.is)(file) && (rest.named || !told(file));
        left.iter().filter(is).copied().collect()
    };
    let parts = REST.iter().map(|rest| (rest, of(rest))).filter(|(_, files)| !files.is_empty());
    let mut left = NAMES_WIDTH;
    let parts: Vec<String> = parts.map(|(rest, files)| some_files(rest, &files, &mut left)).collect();
    (!parts.is_empty()).then(|| format!("Other changed files: {}.", parts.join("; ")))
}

/// "3 test files `a`, `b`, `c` (1 new, +9 −2)"; without the names where they do not find room in what is `left`.
fn some_files(rest: &Rest, files: &[&File], left: &mut usize) -> String {
    let (added, removed) = files.iter().fold((0_u64, 0_u64), |(a, r), file| (a + u64::from(file.added), r + u64::from(file.removed)));
    let names = files.iter().map(|file| named_file(file)).collect::<Vec<_>>().join(", ");
    let width = names.chars().count();
    let named = rest.named && files.len() <= NAMES && width <= *left;
    *left -= if named { width } else { 0 };
    let names = if named { format!(" {names}") } else { among(files, left) };
    let states = [(Status::Added, "new"), (Status::Deleted, "deleted"), (Status::Renamed, "renamed")];
    let states = states.map(|(status, word)| (files.iter().filter(|file| file.status == status).count(), word));
    let mut known: Vec<String> = states.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    known.extend((added + removed > 0).then(|| format!("+{added} −{removed}")));
    let known = if known.is_empty() { String::new() } else { format!(" ({})", known.join(", ")) };
    format!("{}{names}{known}", count(files.len(), rest.noun))
}

/// Of files that do not all find room, those that say more than that they changed: ", among them `uv.lock`: 1 package updated (…)".
fn among(files: &[&File], left: &mut usize) -> String {
    let told = files.iter().filter(|file| file.packages.is_some()).map(|file| named_file(file));
    let fits = |name: &String| {
        let width = name.chars().count();
        let fits = width <= *left;
        *left -= if fits { width } else { 0 };
        fits
    };
    let told: Vec<String> = told.filter(fits).take(NAMES).collect();
    if told.is_empty() { String::new() } else { format!(", among them {}", told.join(", ")) }
}

fn named_file(file: &File) -> String {
    let moved = file.packages.as_ref().map(|packages| format!(": {}", text(packages))).unwrap_or_default();
    format!("{}{moved}", span(&file.path.to_display()))
}
