//! What an author changed in the file, laid over the document: key by key, three ways.
//!
//! Both texts, what was last rendered and the file, went through the same reader, so what rendering does to a text is in both. A field
//! that differs between them was edited and takes the file's value; every other stays as the record has it. Observed facts are not
//! rewritten by hand edits: only the fields of the table are looked at, and added lines of the timeline.

use serde_json::Value;

use crate::document::*;

/// The document's keys that people write, as JSON pointers.
pub(super) const WRITTEN: &[&str] = &[
    "/title",
    "/primary_goal",
    "/executive_summary",
    "/context/initial_situation",
    "/context/related",
    "/technical/systems",
    "/root_cause/problem",
    "/root_cause/why",
    "/root_cause/not_caught_earlier",
    "/root_cause/manifested",
    "/solution/approach",
    "/solution/rationale",
    "/solution/steps",
    "/solution/verification",
    "/decisions",
    "/challenges",
    "/insights",
    "/artifacts",
    "/testing/results",
    "/monitoring/short_term",
    "/monitoring/long_term",
    "/next_steps/immediate",
    "/next_steps/short_term",
    "/next_steps/long_term",
    "/related_work/blocked",
    "/related_work/unblocks",
    "/related_work/similar",
    "/references/external",
    "/references/internal",
    "/references/tools",
    "/impact/downtime",
    "/impact/services",
    "/impact/users",
    "/impact/business",
    "/notes",
    "/addenda",
    "/extra",
];

/// Keys that name an item of a list, the first that it has.
const NAMES: &[&str] = &["title", "text", "name", "path"];

/// The document as if nobody had stated anything but its title.
pub fn silent(document: &Document) -> Document {
    let mut whole = serde_json::to_value(document).expect("a document holds nothing that JSON lacks");
    for key in WRITTEN.iter().filter(|key| !["/title", "/primary_goal", "/artifacts"].contains(key)) {
        if let Some(place) = whole.pointer_mut(key) {
            *place = if place.is_array() { Value::Array(Vec::new()) } else { Value::Null };
        }
    }
    let mut silent: Document = serde_json::from_value(whole).expect("what people write may be absent");
    silent.timeline.retain(|entry| entry.kind != "note");
    silent
}

/// Lays the edits between `last` and `file`, both as read, over the document. Gives the keys that were edited, dotted.
pub fn overlay(document: &mut Document, last: &Document, file: &Document) -> Vec<String> {
    let json = |document: &Document| serde_json::to_value(document).expect("a document holds nothing that JSON lacks");
    let (mut whole, last_json, file_json) = (json(document), json(last), json(file));
    let mut edited = Vec::new();
    for key in WRITTEN {
        let (Some(was), Some(is)) = (last_json.pointer(key), file_json.pointer(key)) else { continue };
        if let Some(place) = whole.pointer_mut(key).filter(|_| was != is) {
            edit(place, was, is);
            edited.push(key.trim_start_matches('/').replace('/', "."));
        }
    }
    let mut laid: Document = serde_json::from_value(whole).expect("a value of the same key has the same type");
    if edited.iter().any(|key| key == "primary_goal") {
        laid.title_source = Source::Stated;
    }
    if timeline(&mut laid, last, file) {
        edited.push("timeline".to_owned());
    }
    *document = laid;
    edited
}

fn edit(place: &mut Value, was: &Value, is: &Value) {
    match (&mut *place, was, is) {
        (Value::Array(items), Value::Array(was), Value::Array(is)) => list(items, was, is),
        (Value::String(stored), Value::String(was), Value::String(is)) => {
            // what the page says behind the stated text is not the author's
            let derived = was.strip_prefix(stored.as_str()).unwrap_or_default();
            *stored = is.strip_suffix(derived).unwrap_or(is).trim_end().to_owned();
        }
        (Value::Null, Value::String(was), Value::String(is)) => {
            let stated = is.strip_suffix(was.as_str()).unwrap_or(is).trim_end();
            *place = if stated.is_empty() { Value::Null } else { stated.into() };
        }
        _ => *place = is.clone(),
    }
}

fn named(item: &Value) -> &Value {
    NAMES.iter().find_map(|key| item.get(key)).unwrap_or(item)
}

/// Items that the file gained, lost or changed, in the record's list.
fn list(items: &mut Vec<Value>, was: &[Value], is: &[Value]) {
    let pairs = paired(was, is);
    for (old, new) in &pairs {
        match (old, new) {
            (Some(old), Some(new)) if old != new => match items.iter_mut().find(|item| named(item) == named(old)) {
                Some(item) => fields(item, old, new),
                None => items.push((*new).clone()),
            },
            (Some(old), None) => items.retain(|item| named(item) != named(old)),
            (None, Some(new)) => items.push((*new).clone()),
            _ => {}
        }
    }
}

/// Items of both lists that are the same one: by name, else by place where as many are left over before and after.
fn paired<'v>(was: &'v [Value], is: &'v [Value]) -> Vec<(Option<&'v Value>, Option<&'v Value>)> {
    let partner = |item: &Value, others: &'v [Value]| others.iter().find(|other| named(other) == named(item));
    let gone: Vec<&Value> = was.iter().filter(|item| partner(item, is).is_none()).collect();
    let come: Vec<&Value> = is.iter().filter(|item| partner(item, was).is_none()).collect();
    let same = is.iter().filter_map(|new| Some((Some(partner(new, was)?), Some(new))));
    let mut pairs: Vec<_> = same.collect();
    if gone.len() == come.len() {
        pairs.extend(gone.into_iter().map(Some).zip(come.into_iter().map(Some)));
    } else {
        pairs.extend(gone.into_iter().map(|item| (Some(item), None)));
        pairs.extend(come.into_iter().map(|item| (None, Some(item))));
    }
    pairs
}

/// The fields of an item that were edited.
fn fields(item: &mut Value, old: &Value, new: &Value) {
    match (item, old, new) {
        (Value::Object(item), Value::Object(old), Value::Object(new)) => {
            for (key, value) in new.iter().filter(|(key, value)| old.get(key.as_str()) != Some(value)) {
                item.insert(key.clone(), value.clone());
            }
        }
        (item, _, new) => *item = new.clone(),
    }
}

/// Lines that the file's timeline gained are notes.
fn timeline(document: &mut Document, last: &Document, file: &Document) -> bool {
    let told = |entry: &&Entry| !last.timeline.iter().any(|other| (&other.text, &other.heading) == (&entry.text, &entry.heading));
    let gained: Vec<Entry> = file.timeline.iter().filter(told).cloned().collect();
    let lost = last.timeline.iter().filter(|entry| !file.timeline.iter().any(|other| other.text == entry.text)).count();
    // as many lost as gained: edited lines of what was observed, not new ones
    let (any, new) = (!gained.is_empty(), gained.len().saturating_sub(lost));
    let from = gained.len() - new;
    document.timeline.extend(gained.into_iter().skip(from).map(|entry| Entry { kind: "note".to_owned(), ..entry }));
    document.timeline.sort_by_key(|entry| entry.at);
    any && new > 0
}
