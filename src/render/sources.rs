//! A document's statements with who says each: one line a statement, under the form's headings.

use serde_json::Value;

use crate::document::fields::FIELDS;
use crate::document::sources::Origin;
use crate::document::{Document, Source};
use crate::markdown::{code, cut, inline, one_line, text};

/// Characters of a statement.
const WIDTH: usize = 100;
/// Ids that are named.
const IDS: usize = 3;
/// Characters at the end of an event's id, enough to name it.
const ID: usize = 8;

/// Keys that only the tool fills, with the heading that they stand under.
const OBSERVED: &[(&str, &str)] = &[
    ("Executive Summary", "derived.summary"),
    ("Context", "derived.initial_state"),
    ("Timeline", "timeline"),
    ("Technical Details", "technical.key_commands"),
    ("Technical Details", "technical.changes_by_command"),
    ("Root Cause Analysis", "derived.manifested"),
    ("Testing", "testing.runs"),
    ("Metrics", "metrics.time"),
    ("Notes", "derived.notices"),
    ("Notes", "addenda"),
];

/// Parts of a list's item, each followed by what it says: the first that an item has names it.
const NAMES: &[&str] = &["title", "text", "name", "path", "command", "subject", "at"];
/// The statements of a document, each with who says so, its key and what it stands on.
pub fn sourced(document: &Document) -> String {
    let whole = serde_json::to_value(document).expect("a document holds nothing that JSON lacks");
    let headings = super::TEMPLATE.lines().filter_map(|line| line.strip_prefix("## "));
    let section = |heading: &str| {
        let fields = FIELDS.iter().filter(|field| field.heading == heading).map(|field| field.key);
        let observed = OBSERVED.iter().filter(|(of, _)| *of == heading).map(|(_, key)| *key);
        let lines: Vec<String> = fields.chain(observed).flat_map(|key| statements(document, &whole, key)).collect();
        if lines.is_empty() { String::new() } else { format!("## {heading}\n\n{}\n\n", lines.join("\n")) }
    };
    let sections: String = std::iter::once("Title").chain(headings).map(section).collect();
    format!("# Sources: {}\n\n{}\n", text(&document.title), sections.trim_end())
}

fn statements(document: &Document, whole: &Value, key: &str) -> Vec<String> {
    let Some(value) = whole.pointer(&format!("/{}", key.replace('.', "/"))) else { return Vec::new() };
    let Value::Array(items) = value else { return statement(document, key, value).into_iter().collect() };
    let item = |(place, item): (usize, &Value)| {
        let key = format!("{key}.{place}");
        let parts = item.as_object().into_iter().flatten().map(|(part, value)| (format!("{key}.{part}"), value));
        let own = parts.filter(|(key, _)| document.sources.contains_key(key)).filter_map(|(key, value)| statement(document, &key, value));
        statement(document, &key, item).into_iter().chain(own.map(|line| format!("  {line}"))).collect::<Vec<_>>()
    };
    items.iter().enumerate().flat_map(item).collect()
}

/// `- stated: Guard with a lock (`decisions.0`, a1b2c3d4)`.
fn statement(document: &Document, key: &str, value: &Value) -> Option<String> {
    let said = words(value)?;
    let origin = document.origin(key);
    let source = match origin.map(|origin| origin.source) {
        Some(Source::Observed) => "observed",
        Some(Source::Stated) => "stated",
        Some(Source::Derived) => "derived",
        None => "not known",
    };
    let by = origin.and_then(|origin| origin.by.as_deref()).map(|by| format!(" by {}", text(by))).unwrap_or_default();
    let ids = origin.map(evidence).unwrap_or_default();
    Some(format!("- **{source}**{by}: {} ({}{ids})", inline(&cut(&one_line(&said), WIDTH)), code(key)))
}

fn evidence(origin: &Origin) -> String {
    let named: Vec<&str> = origin.evidence.iter().take(IDS).map(|id| short(id)).collect();
    let more = origin.evidence.len().saturating_sub(IDS);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    if named.is_empty() { String::new() } else { format!(", {}{more}", named.join(", ")) }
}

/// A commit's first seven digits; of an event's id, whose beginning is its time, the end.
fn short(id: &str) -> &str {
    let is_commit = id.len() >= 40 && id.bytes().all(|b| b.is_ascii_hexdigit());
    let range = if is_commit { 0..7 } else { id.len().saturating_sub(ID)..id.len() };
    id.get(range).unwrap_or(id)
}

/// What a value says, in a line; nothing where it says nothing.
fn words(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Value::Object(object) => match NAMES.iter().find_map(|key| words(object.get(*key)?)) {
            Some(name) => Some(timed(object, name)),
            None => {
                let parts = object.iter().filter(|(_, value)| value.is_number());
                let parts: Vec<String> = parts.filter_map(|(key, value)| Some(format!("{key} {}", words(value)?))).collect();
                (!parts.is_empty()).then(|| parts.join(", "))
            }
        },
        Value::Array(_) => None,
        other => Some(other.to_string()),
    }
}

/// What happened at a time begins with it.
fn timed(object: &serde_json::Map<String, Value>, name: String) -> String {
    let clock = object.get("at").and_then(Value::as_str).and_then(|at| at.get(11..16));
    clock.map_or_else(|| name.clone(), |clock| format!("{clock} {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Decision, Impact, RootCause, TimeBreakdown};
    use chrono::DateTime;

    #[test]
    fn each_statement_has_a_line() {
        let at = DateTime::parse_from_rfc3339("2026-11-22T09:02:00+01:00").expect("a time");
        let mut document = Document { title: "Queue *down*".into(), ..Document::empty(at) };
        document.root_cause = RootCause { problem: Some("A disk\nwas full".into()), ..RootCause::default() };
        document.decisions = vec![Decision { title: "Page them".into(), options: vec![], rationale: None, tradeoffs: None }];
        document.impact = Impact { services: vec!["shop".into()], ..Impact::default() };
        document.metrics.time = TimeBreakdown { testing: Some(5), ..TimeBreakdown::default() };
        let origin = |source, by: Option<&str>, evidence: &[&str]| Origin {
            source,
            by: by.map(str::to_owned),
            evidence: evidence.iter().map(|id| (*id).to_owned()).collect(),
        };
        document.sources = [
            ("title".to_owned(), origin(Source::Derived, None, &["3f2a91c4d0b73f2a91c4d0b73f2a91c4d0b73f2a"])),
            ("root_cause.problem".to_owned(), origin(Source::Stated, Some("bot"), &["01a20963-f94a-76e9-a114-41605ea6e880"])),
            ("decisions".to_owned(), origin(Source::Stated, None, &[])),
        ]
        .into();
        let told = sourced(&document);
        for line in [
            "# Sources: Queue \\*down\\*",
            "- **derived**: Queue *down* (`title`, 3f2a91c)",
            "## Root Cause Analysis\n\n- **stated** by bot: A disk was full (`root_cause.problem`, 5ea6e880)",
            "- **stated**: Page them (`decisions.0`)",
            "- **not known**: shop (`impact.services.0`)",
            "- **not known**: testing 5 (`metrics.time`)",
        ] {
            assert!(told.contains(line), "{line} is not in\n{told}");
        }
        assert!(!told.contains("## Solution"), "{told}");
    }
}
