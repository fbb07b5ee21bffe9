//! Who says what: each statement of a document has an origin, and it is the true one.

use serde_json::{Value, json};

use super::*;
use crate::document::fields::FIELDS;
use crate::document::narrative::tests::sample;
use crate::document::sources::with_edits;
use crate::session::Statement;

fn say(world: &mut World, id: &str, by: Option<&str>, field: &str, value: Value) {
    world.session.said.push(Statement { id: id.into(), at: at(5), by: by.map(str::to_owned), field: field.into(), value });
}

fn origin(document: &Document, key: &str) -> (Source, Option<String>, Vec<String>) {
    let origin = document.origin(key).unwrap_or_else(|| panic!("{key}: {:#?}", document.sources));
    (origin.source, origin.by.clone(), origin.evidence.clone())
}

#[test]
fn statements_stand_on_their_events_and_commits() {
    let mut world = World::new();
    world.session.started.title = Some("Queue is down".into());
    world.session.started.related = vec!["journal/a.md".into()];
    world.session.notes.push(Note {
        id: "n1".into(),
        at: at(3),
        text: "The disk was full".into(),
        phase: Some(Phase::RootCause),
        file: None,
        by: Some("bot".into()),
        key: None,
    });
    world.commit(30, "fix: take a lock", &[("a.rs", "let lock = take();\n")]);
    world.change(file("a.rs", "fn a() {\n}\n", "fn a() {\n    let lock = take();\n}\n"));
    say(&mut world, "e1", None, "root_cause.problem", "Disk".into());
    say(&mut world, "e2", Some("bot"), "root_cause.problem", "The disk".into());
    say(&mut world, "e3", None, "decisions", json!({ "title": "A lock" }));
    say(&mut world, "e4", None, "decisions", json!([{ "title": "A lock", "rationale": "Ships" }, { "title": "Two" }]));
    say(&mut world, "e5", None, "notes", "Call them".into());
    let document = world.document();
    let commit = document.commits[0].id.to_string();
    let owned = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    for (key, source, by, evidence) in [
        ("title", Source::Stated, None, owned(&["s1"])),
        ("primary_goal", Source::Stated, None, owned(&["s1"])),
        ("session_type", Source::Derived, None, owned(&[])),
        ("context.related.0", Source::Stated, None, owned(&["s1"])),
        ("root_cause.problem", Source::Stated, Some("bot"), owned(&["e2"])),
        ("root_cause.why", Source::Stated, Some("bot"), owned(&["n1"])),
        ("decisions.0", Source::Stated, None, owned(&["e3", "e4"])),
        ("decisions.0.rationale", Source::Stated, None, owned(&["e3", "e4"])),
        ("decisions.1", Source::Stated, None, owned(&["e4"])),
        ("notes.0", Source::Stated, None, owned(&["e5"])),
        ("commits.0", Source::Observed, None, owned(&[&commit])),
        ("derived.summary", Source::Derived, None, owned(&[&commit])),
        ("technical.code_changes.0.purpose", Source::Derived, None, owned(&[&commit])),
        ("timeline.0", Source::Observed, None, owned(&["s1"])),
        ("timeline.1", Source::Stated, Some("bot"), owned(&["n1"])),
        ("timeline.2", Source::Observed, None, owned(&[&commit])),
    ] {
        assert_eq!(origin(&document, key), (source, by.map(str::to_owned), evidence), "{key}");
    }

    let mut edited = document.clone();
    edited.decisions[0].rationale = Some("Ships, says Kim".into());
    edited.root_cause.why = Some("A log".into());
    let keys = ["decisions".to_owned(), "root_cause.why".to_owned()];
    let mut sources = edited.sources.clone();
    with_edits(&document, &edited, &keys, &mut sources);
    edited.sources = sources;
    assert_eq!((origin(&edited, "decisions.0").2.len(), origin(&edited, "decisions.0.rationale").2.len()), (2, 0));
    assert_eq!(origin(&edited, "root_cause.why"), (Source::Stated, None, vec![]));
    assert_eq!(origin(&edited, "decisions.1").2, ["e4"]);
}

/// A new field of the table must be traced, too.
#[test]
fn every_field_that_was_stated_says_so() {
    for field in FIELDS.iter().filter(|field| !matches!(field.key, "technical.code_changes" | "technical.configuration_changes")) {
        let mut world = World::new();
        say(&mut world, "e1", Some("bot"), field.key, sample(&field.shape, 1));
        let document = world.document();
        let key = if field.is_list() { format!("{}.0", field.key) } else { field.key.to_owned() };
        assert_eq!(origin(&document, &key), (Source::Stated, Some("bot".to_owned()), vec!["e1".to_owned()]), "{key}");
    }
}
