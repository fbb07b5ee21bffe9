//! Documents with strange text in every field.

use chrono::DateTime;
use proptest::prelude::*;
use serde_json::Value;

use super::super::*;
use super::scan;

pub(super) fn plain() -> Document {
    let at = DateTime::parse_from_rfc3339("2026-11-22T09:02:00+01:00").expect("a time");
    Document { title: "Plain".to_owned(), ..Document::empty(at) }
}

/// Keys whose values are no free text.
const FIXED: &[&str] = &[
    "started_at", "ended_at", "at", "session_type", "session_type_source", "title_source", "status", "category", "change", "heading",
    "state", "freshness", "outcome", "source",
];

/// Kinds of definitions and of changed outcomes share their key with free text elsewhere.
const KINDS: &[&str] = &["function", "method", "class", "constructor", "fixed", "broke", "flaky"];

fn is_fixed(key: &str, text: &str) -> bool {
    FIXED.contains(&key) || key == "kind" && KINDS.contains(&text)
}

/// Replaces every free text by one of the strings in turn.
fn replace(value: &mut Value, key: &str, strings: &[String], next: &mut usize) {
    match value {
        Value::String(text) if is_fixed(key, text) => {}
        Value::String(text) => {
            *text = strings[*next % strings.len()].clone();
            *next += 1;
        }
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, key, strings, next)),
        Value::Object(fields) => fields.iter_mut().for_each(|(key, item)| replace(item, key, strings, next)),
        _ => {}
    }
}

fn full_with(strings: &[String]) -> Document {
    let text = include_str!("../../../tests/fixtures/render/full.json");
    let mut value: Value = serde_json::from_str(text).expect("a fixture");
    replace(&mut value, "", strings, &mut 0);
    serde_json::from_value(value).expect("still a document")
}

/// Pieces that mean something in Markdown, HTML or to a terminal.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("\n"),
        Just("\n\n"),
        Just(" "),
        Just("    "),
        Just("# "),
        Just("## Solution"),
        Just("- "),
        Just("1. "),
        Just("> "),
        Just("---"),
        Just("==="),
        Just("-"),
        Just("```"),
        Just("````sh"),
        Just("~~~"),
        Just("`"),
        Just("``"),
        Just("\\"),
        Just("<script>"),
        Just("<!--"),
        Just("-->"),
        Just("[x](javascript:a)"),
        Just("[x]: data:a"),
        Just("]("),
        Just("&lt;"),
        Just("*"),
        Just("_"),
        Just("\t"),
        Just("\r\n"),
        Just("\r"),
        Just("\u{1b}[2J"),
        Just("\u{9b}"),
        Just("\u{202e}"),
        Just("\u{2028}"),
        Just("\""),
        Just("{{ title }}"),
        Just("word"),
    ]
    .prop_map(str::to_owned)
    .boxed()
    .prop_union(any::<String>().boxed())
}

fn string() -> impl Strategy<Value = String> {
    proptest::collection::vec(piece(), 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn no_text_breaks_the_form(strings in proptest::collection::vec(string(), 1..40)) {
        let document = full_with(&strings);
        scan::assert_sound(&document, &render(&document, None).expect("it renders"));
    }
}
