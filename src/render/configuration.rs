//! Configuration files of a page: few files, few keys; what is the same in many places is said once.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;
use std::ops::RangeInclusive;

mod key_relevance;

use serde::Serialize;

use super::technical::{Committed, NAMES, brief, file, named_code, reason};
use crate::change::Status;
use crate::document::compose::{UNTRACKED, WATCHED};
use crate::document::*;
use crate::evidence::kinds::{self, Flag};
use crate::evidence::{Category, KeyChange, config, dependencies};
use crate::markdown::{code as span, cut, inline, one_line};
use crate::secrets;
use crate::words::count;
use key_relevance::KeyRelevance;

/// Configuration files that have an entry, and files that are named.
const CONFIGURATION: usize = 8;
/// Further files that have a line of their own; more where entries leave room.
const MORE: RangeInclusive<usize> = 5..=8;
/// Lines of an entry beside its keys: path, reason and the empty line behind it; the keys' fence.
const FRAME: usize = 3;
const FENCE: usize = 2;
/// Keys of a file that are shown: as many as all files have room for, and of a file that is new or gone no more than the last but one.
const KEYS: [usize; 4] = [10, 6, 4, 2];
const NEW_KEYS: usize = 4;
/// Further keys with the same change that are named.
const ALSO: usize = 2;
/// Characters of a value, and of a key and a value in a line with others.
const WIDTH: usize = 160;
const KEY: usize = 70;
const VALUE: usize = 40;
/// Keys of a file that has one line, and the characters that they may take.
const FEWER_KEYS: usize = 3;
const LINE: usize = 160;

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

/// Lines that the entries of all files would take.
pub(super) fn wanted(document: &Document) -> usize {
    needed(&telling_groups(document), KEYS[0])
}

fn needed(groups: &[Vec<&ConfigurationChange>], keys: usize) -> usize {
    groups.iter().take(CONFIGURATION).map(|group| height(group, keys)).sum()
}

/// Lines of an entry with at most so many keys.
fn height(group: &[&ConfigurationChange], keys: usize) -> usize {
    match configuration_entry(group, keys).lines.lines().count() {
        0 => FRAME,
        lines => FRAME + FENCE + lines,
    }
}

/// The configuration of a page: files in groups, the same change said once, and what of it is shown.
pub(super) struct Selection<'a> {
    groups: Vec<Vec<&'a ConfigurationChange>>,
    /// Groups that have an entry, each with how many keys are shown.
    entries: BTreeMap<usize, usize>,
    /// Groups that come next and have one line each.
    lines: BTreeSet<usize>,
}

impl<'a> Selection<'a> {
    /// What finds room in that many lines; the most telling file has an entry in any case.
    pub(super) fn of(document: &'a Document, room: usize) -> Self {
        let groups = telling_groups(document);
        let keys = KEYS.into_iter().find(|keys| needed(&groups, *keys) <= room).unwrap_or(KEYS[KEYS.len() - 1]);
        let ranked = ranked(&groups);
        let first = &ranked[..ranked.len().min(CONFIGURATION)];
        let fits = fitting(first.iter().map(|index| height(&groups[*index], keys)), room);
        let shown: Vec<usize> = first.iter().zip(fits).filter(|(_, fits)| *fits).map(|(index, _)| *index).collect();
        let mut entries: BTreeMap<usize, usize> = shown.iter().map(|index| (*index, keys)).collect();
        let taken = |entries: &BTreeMap<usize, usize>| entries.iter().map(|(index, keys)| height(&groups[*index], *keys)).sum::<usize>();
        // what is left of the room goes to the most telling first
        for index in shown {
            for more in KEYS.into_iter().rev().filter(|more| *more > keys) {
                let mut wider = entries.clone();
                wider.insert(index, more);
                entries = if taken(&wider) <= room { wider } else { entries };
            }
        }
        let left = room.saturating_sub(taken(&entries));
        let lines = ranked.into_iter().filter(|index| !entries.contains_key(index)).take(left.clamp(*MORE.start(), *MORE.end())).collect();
        Self { groups, entries, lines }
    }

    pub(super) fn entries(&self) -> Vec<ConfigurationEntry> {
        self.entries.iter().map(|(index, keys)| configuration_entry(&self.groups[*index], *keys)).collect()
    }

    pub(super) fn lines(&self) -> Vec<String> {
        self.lines.iter().map(|index| configuration_line(&self.groups[*index])).collect()
    }

    /// Names the configuration that is not shown: as keys, nor, where it is written as code, among the source files.
    pub(super) fn more(&self, document: &Document, shown: &[&CodeChange]) -> Option<String> {
        let is_hidden = |index: &usize| !self.entries.contains_key(index) && !self.lines.contains(index);
        let hidden = (0..self.groups.len()).filter(is_hidden).flat_map(|index| &self.groups[index]).copied();
        let silent = document.technical.configuration_changes.iter().filter(|change| !tells(change));
        let rest: Vec<&ConfigurationChange> = hidden.chain(silent).collect();
        let name = |change: &&ConfigurationChange| file(&change.path, None, change.old_path.as_ref(), change.status, committed(change));
        let as_code = document.technical.code_changes.iter().filter(|change| is_configuration(change.category));
        let as_code = as_code.filter(|change| !shown.iter().any(|other| other.path == change.path)).map(|change| named_code(change, None));
        let mut names: Vec<String> = rest.iter().map(name).chain(as_code).collect();
        let more = names.len().saturating_sub(CONFIGURATION);
        names.truncate(CONFIGURATION);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        (!names.is_empty()).then(|| format!("Other changed configuration: {}{more}.", names.join(", ")))
    }
}

/// The groups, the most telling first; of equals those that come first.
fn ranked(groups: &[Vec<&ConfigurationChange>]) -> Vec<usize> {
    let mut ranked: Vec<usize> = (0..groups.len()).collect();
    ranked.sort_by_cached_key(|index| {
        let change = groups[*index][0];
        let flags = kinds::flags(&change.path, None);
        let relevance = KeyRelevance::of(change);
        let must_show = flags.contains(&Flag::Security) || relevance.opens();
        let commits = Reverse(change.commits.len());
        (rank(change, &flags), [change.named, must_show, relevance.any_named(), flags.contains(&Flag::Dependency)].map(|is| !is), commits)
    });
    ranked
}

/// `` - `app.yml:102`: `x` `1` → `2`, `y.z` `3` → `4` and 1 more - Raise x (`1234567`) ``.
fn configuration_line(group: &[&ConfigurationChange]) -> String {
    let description = group[0].description.as_ref().map(|description| brief(description));
    let change = &ConfigurationChange { description, ..group[0].clone() };
    let ConfigurationEntry { file, reason, .. } = configuration_entry(&[&[change], &group[1..]].concat(), 0);
    let reason = if reason.is_empty() { reason } else { format!(" - {reason}") };
    let told = match change.changes.is_empty() {
        true => change.text.as_deref().map(text_in_line).unwrap_or_default(),
        false => keys_in_line(group[0]),
    };
    let told = if told.is_empty() { told } else { format!(": {told}") };
    format!("- {file}{told}{reason}")
}

/// The most telling keys, as many as a line takes.
fn keys_in_line(change: &ConfigurationChange) -> String {
    let relevance = KeyRelevance::of(change);
    let mut keys: Vec<&KeyChange> = change.changes.iter().collect();
    keys.sort_by_cached_key(|key| relevance.weight(key));
    let shared = shared_path(&keys);
    let told: Vec<String> = keys.iter().take(FEWER_KEYS + 1).map(|key| in_line(change, key, shared)).collect();
    let width = |count: usize| told[..count].iter().map(|key| key.chars().count() + 2).sum::<usize>();
    // a line that counts one more key has room for the key
    let all = (1..=told.len()).rev().find(|count| *count == keys.len() && width(count - 1) <= LINE);
    let shown = all.or_else(|| (1..=FEWER_KEYS.min(told.len())).rev().find(|count| width(*count) <= LINE)).unwrap_or(1);
    let more = keys.len() - shown;
    let told = told[..shown].join(", ");
    if more > 0 { format!("{told} and {more} more") } else { told }
}

/// How much of the keys' paths is the same in all of them, up to a dot, where it is long.
fn shared_path(keys: &[&KeyChange]) -> usize {
    const LONG: usize = 20;
    let first = &keys[0].key;
    let same = |other: &&KeyChange| first.bytes().zip(other.key.bytes()).take_while(|(a, b)| a == b).count();
    let shared = keys.iter().skip(1).map(same).min().unwrap_or(0);
    let path = first.get(..shared).and_then(|path| path.rfind('.')).map_or(0, |dot| dot + 1);
    if path >= LONG { path } else { 0 }
}

/// The first of the changed lines before and after, where there are no keys.
fn text_in_line(text: &str) -> String {
    let side = |mark: char| text.lines().filter_map(|line| line.strip_prefix(mark)).map(str::trim).find(|line| !line.is_empty());
    let line = |text: &str| span(&cut(&one_line(text), KEY));
    let (told, shown) = match (side('-'), side('+')) {
        (Some(before), Some(after)) => (format!("{} → {}", line(before), line(after)), 2),
        (None, Some(after)) => (format!("{} added", line(after)), 1),
        (Some(before), None) => (format!("{} removed", line(before)), 1),
        (None, None) => return String::new(),
    };
    if text.lines().count() > shown { format!("{told} and more") } else { told }
}

/// A key before and after; of a path that others share the beginning is left out.
fn in_line(change: &ConfigurationChange, key: &KeyChange, shared: usize) -> String {
    if let Some(dependency) = dependencies::plain(&change.path, key) {
        let words = span(&cut(&one_line(&dependency.words()), KEY));
        return match (&key.before, &key.after) {
            (Some(_), Some(_)) => words,
            (None, _) => format!("{words} added"),
            (Some(_), None) => format!("{words} removed"),
        };
    }
    let value = |value: &String| span(&cut(&one_line(value), VALUE));
    let own = key.key.get(shared..).filter(|_| shared > 0).map(|own| format!("…{own}"));
    let name = span(&cut(&one_line(own.as_ref().unwrap_or(&key.key)), KEY));
    match (key.before.as_ref().map(value), key.after.as_ref().map(value)) {
        (Some(before), Some(after)) if before != after => format!("{name} {before} → {after}"),
        (Some(_), Some(_)) => format!("{name} changed"),
        (None, Some(after)) => format!("{name} {after} added"),
        _ => format!("{name} removed"),
    }
}

/// What nobody can look up in a commit goes first, then what went from one value to another, builds and versions of tools last of that; a
/// whole file tells least.
fn rank(change: &ConfigurationChange, flags: &[Flag]) -> u8 {
    let is_outside = change.remark.as_deref().is_some_and(|remark| remark.starts_with(WATCHED));
    let has_both = change.changes.iter().any(|key| key.before.is_some() && key.after.is_some());
    let text_has_both =
        || change.text.as_ref().is_some_and(|text| ['-', '+'].iter().all(|mark| text.lines().any(|line| line.starts_with(*mark))));
    match change.status {
        _ if is_outside => 0,
        Status::Added | Status::Deleted => 5,
        _ if has_both && (change.changes.iter().all(is_tool_version) || flags.contains(&Flag::Build)) => 3,
        _ if has_both => 1,
        _ if !change.changes.is_empty() || text_has_both() => 2,
        _ => 4,
    }
}

/// A workflow's action or a pre-commit hook in another version.
fn is_tool_version(key: &KeyChange) -> bool {
    [".uses", ".rev"].iter().any(|end| key.key.ends_with(end))
}

/// Which pieces fit together, each that still finds room; the first is taken in any case.
fn fitting(lengths: impl IntoIterator<Item = usize>, room: usize) -> Vec<bool> {
    let mut taken = 0;
    let fits = lengths.into_iter().enumerate().map(|(index, length)| {
        let fits = index == 0 || taken + length <= room;
        taken += if fits { length } else { 0 };
        fits
    });
    fits.collect()
}

/// Files with something to show, those with the very same change together.
fn telling_groups(document: &Document) -> Vec<Vec<&ConfigurationChange>> {
    let mut groups: Vec<Vec<&ConfigurationChange>> = Vec::new();
    let mut found = HashMap::new();
    for change in document.technical.configuration_changes.iter().filter(|change| tells(change)) {
        let place = found.entry(alike(change)).or_insert(groups.len());
        match groups.get_mut(*place) {
            Some(group) => group.push(change),
            None => groups.push(vec![change]),
        }
    }
    groups
}

/// Whether there is more to say of the file than its path.
fn tells(change: &ConfigurationChange) -> bool {
    !change.changes.is_empty() || change.text.is_some() || change.remark.is_some()
}

/// What is equal for files with the same change. Masked values are never known to be equal, and lines of text say where they stand.
fn alike(change: &ConfigurationChange) -> impl Eq + Hash {
    let keys: Vec<_> = change.changes.iter().map(|key| (&key.key, &key.before, &key.after)).collect();
    let own = (keys.is_empty() || change.changes.iter().any(is_masked)).then_some(&change.path);
    (own, keys, change.status, change.committed, &change.description_commit)
}

fn is_masked(key: &KeyChange) -> bool {
    [&key.before, &key.after].into_iter().flatten().any(|value| secrets::holds_mark(value))
}

fn is_configuration(category: Category) -> bool {
    matches!(category, Category::Config | Category::Infra | Category::Ci)
}

fn configuration_entry(group: &[&ConfigurationChange], limit: usize) -> ConfigurationEntry {
    let change = group[0];
    let line = change.line.or_else(|| change.changes.iter().filter(|key| key.after.is_some()).find_map(|key| key.line));
    let reason = reason(change.description.as_ref(), change.description_commit.as_ref(), &change.commits);
    let outside = change.remark.as_deref().and_then(|remark| remark.strip_prefix(WATCHED));
    let remark = outside.map(|rest| rest.trim_start_matches("; ")).or(change.remark.as_deref()).map(inline).unwrap_or_default();
    let place = if outside.is_some() { format!(" ({WATCHED})") } else { String::new() };
    let separator = if reason.is_empty() || remark.is_empty() { "" } else { "; " };
    let keys = keys(change, limit);
    let file = file(&change.path, line, change.old_path.as_ref(), told_status(change), committed(change));
    ConfigurationEntry {
        file: format!("{file}{place}{}", twins(&group[1..])),
        reason: format!("{reason}{separator}{remark}"),
        language: if keys.is_empty() { "diff".to_owned() } else { String::new() },
        lines: if keys.is_empty() { change.text.clone().unwrap_or_default() } else { keys },
    }
}

/// The other files with the same change.
fn twins(others: &[&ConfigurationChange]) -> String {
    let mut names: Vec<String> = others.iter().take(NAMES).map(|change| span(&change.path.to_display())).collect();
    let more = others.len().saturating_sub(NAMES);
    names.extend((more > 0).then(|| format!("and {more} more")));
    if names.is_empty() { String::new() } else { format!("; the same change in {}", names.join(", ")) }
}

/// To git it is deleted; to a reader it is not.
fn told_status(change: &ConfigurationChange) -> Status {
    if change.remark.as_deref() == Some(UNTRACKED) { Status::Modified } else { change.status }
}

fn committed(change: &ConfigurationChange) -> Committed {
    Committed::new(change.committed, &change.commits, change.description_commit.is_some())
}

fn keys(change: &ConfigurationChange, limit: usize) -> String {
    let limit = if matches!(change.status, Status::Added | Status::Deleted) { limit.min(NEW_KEYS) } else { limit };
    let groups = keys_alike(&change.changes);
    // a line that counts one more key has room for the key
    let limit = if groups.len() == limit + 1 { limit + 1 } else { limit };
    let relevance = KeyRelevance::of(change);
    let mut chosen: Vec<usize> = (0..groups.len()).collect();
    chosen.sort_by_cached_key(|at| groups[*at].iter().map(|key| relevance.weight(key)).min());
    chosen.truncate(limit);
    chosen.sort_unstable();
    let mut lines: Vec<String> = Vec::new();
    for group in chosen.iter().map(|at| &groups[*at]) {
        lines.push(before_and_after(change, group[0]));
        lines.extend(also(change, &group[1..]));
    }
    let more = change.changes.len() - chosen.iter().map(|at| groups[*at].len()).sum::<usize>();
    lines.extend((more > 0).then(|| format!("and {more} more")));
    lines.join("\n")
}

/// Keys that went from the same value to the same other one, together: a version in ten places is one change.
fn keys_alike(changes: &[KeyChange]) -> Vec<Vec<&KeyChange>> {
    let mut groups: Vec<Vec<&KeyChange>> = Vec::new();
    let mut found: HashMap<(&str, &str), usize> = HashMap::new();
    for change in changes {
        let place = match (&change.before, &change.after) {
            (Some(before), Some(after)) if !is_masked(change) => *found.entry((before, after)).or_insert(groups.len()),
            _ => groups.len(),
        };
        match groups.get_mut(place) {
            Some(group) => group.push(change),
            None => groups.push(vec![change]),
        }
    }
    groups
}

fn also(change: &ConfigurationChange, others: &[&KeyChange]) -> Option<String> {
    let name = |key: &&KeyChange| dependencies::plain(&change.path, key).map_or_else(|| key.key.clone(), |dependency| dependency.name);
    let mut names: Vec<String> = others.iter().take(ALSO).map(|key| cut(&one_line(&name(key)), WIDTH)).collect();
    let more = others.len().saturating_sub(ALSO);
    names.extend((more > 0).then(|| format!("and {}", count(more, "more key"))));
    (!names.is_empty()).then(|| format!("also:   {}", names.join(", ")))
}

/// The configuration reader knows how a format writes a key and its value, and what a dependency is called; only the page's width is decided
/// here.
fn before_and_after(change: &ConfigurationChange, key: &KeyChange) -> String {
    let plain = |value: &Option<String>| value.as_deref().map(|value| cut(&one_line(value), WIDTH));
    let key = KeyChange { key: one_line(&key.key), before: plain(&key.before), after: plain(&key.after), line: None };
    match dependencies::plain(&change.path, &key) {
        Some(dependency) => {
            let what = match (&dependency.before, &dependency.after) {
                (Some(_), Some(_)) => "changed:",
                (None, _) => "added: ",
                (Some(_), None) => "removed:",
            };
            format!("{what} {}", dependency.words())
        }
        None => config::format_change(&key, &change.format).join("\n"),
    }
}
