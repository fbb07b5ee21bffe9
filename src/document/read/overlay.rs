//! What an author changed in the file, laid over the document: key by key, three ways.
//!
//! Both texts, what was last rendered and the file, went through the same reader, so what rendering does to a text is in both. A field
//! that differs between them was edited and takes the file's value; every other stays as the record has it. Observed facts are not
//! rewritten by hand edits: only the fields of the table are looked at, and added lines of the timeline.

use serde_json::Value;

use crate::document::fields::FIELDS;
use crate::document::*;
use crate::words::{ALIKE, likeness};

/// Fields that a page does not tell whole, or mixes with what was observed, and that are not read back.
const NOT_READ: &[&str] =
    &["technical.configuration_changes", "technical.code_changes", "testing.created", "security_notes", "impact.marks"];

/// The document's keys that people write and a page shows as they wrote them, dotted: the fields of the table, and what has no field.
pub(super) fn written() -> impl Iterator<Item = &'static str> {
    let fields = FIELDS.iter().map(|field| field.key).filter(|key| !NOT_READ.contains(key) && !key.starts_with("metrics."));
    fields.chain(["addenda", "extra"])
}

pub(super) fn pointer(key: &str) -> String {
    format!("/{}", key.replace('.', "/"))
}

/// Keys that name an item of a list, the first that it has.
const NAMES: &[&str] = &["title", "text", "name", "path"];

/// The document as if nobody had stated anything: what its page says is the tool's own.
pub fn without_statements(document: &Document) -> Document {
    let mut whole = serde_json::to_value(document).expect("a document holds nothing that JSON lacks");
    for key in written().filter(|key| !["title", "session_type", "primary_goal", "artifacts"].contains(key)) {
        if let Some(place) = whole.pointer_mut(&pointer(key)) {
            *place = if place.is_array() { Value::Array(Vec::new()) } else { Value::Null };
        }
    }
    let mut without_statements: Document = serde_json::from_value(whole).expect("what people write may be absent");
    without_statements.timeline.retain(|entry| entry.kind != EntryKind::Note);
    if document.title_source == Source::Stated {
        (without_statements.title, without_statements.primary_goal) = (String::new(), String::new());
    }
    // a page says behind the type that it was derived, so this line is another than a stated one
    without_statements.session_type_source = Source::Derived;
    without_statements
}

/// Lays the edits between `last` and `file`, both as read, over the document. Gives the keys that were edited, dotted.
pub fn overlay(document: &mut Document, last: &Document, file: &Document) -> Vec<String> {
    let json = |document: &Document| serde_json::to_value(document).expect("a document holds nothing that JSON lacks");
    let (mut whole, last_json, file_json) = (json(document), json(last), json(file));
    let mut edited = Vec::new();
    for key in written() {
        let (Some(was), Some(is)) = (last_json.pointer(&pointer(key)), file_json.pointer(&pointer(key))) else { continue };
        if let Some(place) = whole.pointer_mut(&pointer(key)).filter(|_| was != is) {
            let stood = place.clone();
            edit(place, was, is);
            edited.extend((*place != stood).then(|| key.to_owned()));
        }
    }
    let mut laid: Document = serde_json::from_value(whole).expect("a value of the same key has the same type");
    if edited.iter().any(|key| key == "primary_goal") {
        laid.title_source = Source::Stated;
    }
    if edited.iter().any(|key| key == "session_type") {
        laid.session_type_source = Source::Stated;
    }
    let notes = gained(&last.security_notes, &file.security_notes, |a, b| a == b);
    edited.extend((!notes.is_empty()).then(|| "security_notes".to_owned()));
    laid.security_notes.extend(notes);
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
            *stored = authored(is, was.strip_prefix(stored.as_str()).unwrap_or_default());
        }
        (Value::Null, Value::String(was), Value::String(is)) => {
            let stated = authored(is, was);
            *place = if stated.is_empty() { Value::Null } else { stated.into() };
        }
        _ => *place = is.clone(),
    }
}

/// The author's part of a text behind which the page says something of its own. That is not the author's, not even with other numbers.
fn authored(text: &str, derived: &str) -> String {
    if let Some(own) = text.strip_suffix(derived) {
        return own.trim_end().to_owned();
    }
    let is_derived = |line: &&str| derived.lines().any(|derived| !line.is_empty() && likeness(derived, line) > ALIKE);
    text.lines().filter(|line| !is_derived(line)).collect::<Vec<_>>().join("\n").trim().to_owned()
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

/// Items that a list gained. Where as many went as came, these are edited lines of what was observed, not new ones.
fn gained<T: Clone>(last: &[T], file: &[T], same: impl Fn(&T, &T) -> bool) -> Vec<T> {
    let new: Vec<&T> = file.iter().filter(|item| !last.iter().any(|other| same(other, item))).collect();
    let lost = last.iter().filter(|item| !file.iter().any(|other| same(other, item))).count();
    new.into_iter().skip(lost).cloned().collect()
}

/// Lines that the file's timeline gained are notes.
fn timeline(document: &mut Document, last: &Document, file: &Document) -> bool {
    let new = gained(&last.timeline, &file.timeline, |a, b| (&a.text, &a.heading) == (&b.text, &b.heading));
    let any = !new.is_empty();
    document.timeline.extend(new.into_iter().map(|entry| TimelineEntry { kind: EntryKind::Note, ..entry }));
    document.timeline.sort_by_key(|entry| entry.at);
    any
}
