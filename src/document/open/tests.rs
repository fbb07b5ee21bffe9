//! The matrix of types, what fills a field, and the order of questions.

use super::*;
use crate::document::fields::TYPES;
use crate::document::{EntryKind, Source, Task, TimelineEntry};
use serde_json::json;

fn document(session_type: SessionType) -> Document {
    let start = chrono::DateTime::parse_from_rfc3339("2026-11-22T09:00:00+01:00").expect("a time");
    Document { session_type, session_type_source: Source::Stated, ..Document::empty(start) }
}

fn keys(slots: &[Slot], required: bool) -> Vec<&'static str> {
    slots.iter().filter(|slot| slot.required == required).map(|slot| slot.field.key).collect()
}

#[test]
fn each_type_requires_its_own() {
    let required = |session_type| keys(&open(&document(session_type), &Narrative::default()), true);
    let root_cause = ["root_cause.problem", "root_cause.why", "root_cause.not_caught_earlier"];
    let debugging = required(SessionType::Debugging);
    assert!(root_cause.iter().chain(&["insights", "solution.approach"]).all(|key| debugging.contains(key)), "{debugging:?}");
    let feature = required(SessionType::Feature);
    assert!(!root_cause.iter().any(|key| feature.contains(key)) && feature.contains(&"decisions"), "{feature:?}");
    let emergency = required(SessionType::Emergency);
    assert!(["impact.downtime", "impact.services", "impact.users", "impact.business"].iter().all(|key| emergency.contains(key)));
    assert_eq!(required(SessionType::Exploration), ["executive_summary", "insights", "next_steps.immediate"]);
}

#[test]
fn what_is_filled_is_not_asked() {
    for session_type in TYPES {
        let mut document = document(session_type);
        for slot in open(&document, &Narrative::default()) {
            let before = open(&document, &Narrative::default()).len();
            let sample = crate::document::narrative::tests::sample(&slot.field.shape, 1);
            let mut narrative = Narrative::default();
            narrative.state(slot.field, &sample);
            crate::document::compose::stated::lay(&mut document, &narrative);
            let after = open(&document, &narrative);
            assert!(after.len() < before && after.iter().all(|open| open.field.key != slot.field.key), "{}", slot.field.key);
        }
    }
    let mut document = document(SessionType::Feature);
    document.next_steps.long_term.push(Task { text: "Later".into(), done: false });
    assert!(!keys(&open(&document, &Narrative::default()), true).contains(&"next_steps.immediate"), "any next step will do");
}

#[test]
fn security_is_asked_about_where_something_was_seen() {
    let mut document = document(SessionType::Feature);
    let asks = |document: &Document, said: &Narrative| open(document, said).iter().any(|slot| slot.field.key == "security_notes");
    assert!(!asks(&document, &Narrative::default()));
    document.security_notes.push("Became executable: `a.sh`.".into());
    assert!(asks(&document, &Narrative::default()));
    let said = Narrative::of([("security_notes", &json!("Only for the build"))]);
    assert!(!asks(&document, &said));
}

#[test]
fn a_single_note_in_the_author_s_words_is_suggested() {
    let mut document = document(SessionType::Emergency);
    let note = |text: &str| TimelineEntry {
        at: document.started_at,
        kind: EntryKind::Note,
        heading: "Resolution Achieved".into(),
        text: text.into(),
        commit: None,
        command: None,
        evidence: vec!["n1".into()],
    };
    let (one, two) = (note("Sent 200, each once"), note("Sent more"));
    let suggested = |document: &Document| {
        let slots = open(document, &Narrative::default());
        let slot = slots.into_iter().find(|slot| slot.field.key == "solution.verification").expect("asked");
        (slot.suggestion, slot.evidence.len())
    };
    document.timeline = vec![one];
    assert_eq!(suggested(&document), (Some("Sent 200, each once".into()), 1));
    document.timeline.push(two);
    assert_eq!(suggested(&document), (None, 2));
}

#[test]
fn what_belongs_together_is_one_question() {
    let document = document(SessionType::Debugging);
    let slots = open(&document, &Narrative::default());
    let questions = questions(slots);
    let with: Vec<&str> =
        questions.iter().find(|q| q[0].field.key == "root_cause.problem").expect("asked").iter().map(|s| s.field.key).collect();
    assert_eq!(with, ["root_cause.problem", "root_cause.why"]);
    assert!(questions.windows(2).all(|pair| pair[0][0].required >= pair[1][0].required), "required ones first");
}
