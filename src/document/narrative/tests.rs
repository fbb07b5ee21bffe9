//! What is taken, what is refused and where, and the laws of merging.

use proptest::prelude::*;

use super::*;
use crate::document::fields::Part;

/// A valid value of a shape; `n` makes different ones.
pub(crate) fn sample(shape: &Shape, n: usize) -> Value {
    match shape {
        Shape::Text => format!("said {n}").into(),
        Shape::YesNo => (n < 2).into(),
        Shape::Number => n.into(),
        Shape::Time => format!("2026-11-22T09:{:02}:00+01:00", n % 60).into(),
        Shape::Choice(words) => words[n % words.len()].into(),
        Shape::Names | Shape::Texts => json!([format!("item {n}")]),
        Shape::Records(record) => {
            let part = |part: &Part| (part.key.to_owned(), sample(&part.shape, n));
            json!([record.parts.iter().map(part).collect::<Map<String, Value>>()])
        }
    }
}

/// All fields at once, nested as the document nests them.
fn everything(n: usize) -> Value {
    let mut whole = json!({});
    for field in FIELDS {
        match field.key.split_once('.') {
            None => whole[field.key] = sample(&field.shape, n),
            Some((section, key)) => whole[section][key] = sample(&field.shape, n),
        }
    }
    whole
}

#[test]
fn every_field_is_taken_and_said_once() {
    let statements = statements(&everything(1)).expect("valid");
    assert_eq!(statements.iter().map(|(field, _)| field.key).collect::<Vec<_>>(), FIELDS.iter().map(|field| field.key).collect::<Vec<_>>());
    let mut narrative = Narrative::default();
    assert!(statements.iter().all(|(field, value)| narrative.state(field, value)), "each one says something");
    assert!(!statements.iter().any(|(field, value)| narrative.state(field, value)), "and nothing when said again");
}

#[test]
fn every_field_is_a_key_of_the_document_or_says_so() {
    for field in FIELDS {
        assert!(KEYS.pointer(&format!("/{}", field.key.replace('.', "/"))).is_some(), "{}", field.key);
    }
}

#[test]
fn what_is_wrong_is_named_with_its_path() {
    for (narrative, path, nearest) in [
        (json!({"decisions": [{"title": "a"}, {"title": "b", "ratonale": "c"}]}), "decisions[1].ratonale", "decisions[1].rationale"),
        (json!({"root_cause": {"problm": "x"}}), "root_cause.problm", "root_cause.problem"),
        (json!({"root_cause.problm": "x"}), "root_cause.problm", "root_cause.problem"),
        (json!({"decisions": [{"rationale": "c"}]}), "decisions[0].title", ""),
        (json!({"insights": [3]}), "insights[0]", ""),
        (json!({"executive_summary": ["a"]}), "executive_summary", ""),
        (json!({"solution": "a"}), "solution", ""),
        (json!({"challenges": [{"title": "a", "time_lost_minutes": -5}]}), "challenges[0].time_lost_minutes", ""),
        (json!({"session_type": "party"}), "session_type", ""),
        (json!({"notes": ["a", " "]}), "notes[1]", ""),
    ] {
        let refusal = statements(&narrative).expect_err("refused");
        assert_eq!((refusal.path.as_str(), refusal.nearest.as_deref().unwrap_or_default()), (path, nearest), "{refusal:?}");
    }
    for observed in ["commits", "files", "active_seconds", "derived", "technical.commands", "testing.runs", "metrics.time"] {
        let refusal = statements(&json!({ observed: [] })).expect_err("refused");
        assert!(refusal.what.contains("observed"), "{observed}: {refusal:?}");
    }
    assert!(statements(&json!([])).is_err());
}

#[test]
fn nothing_said_is_nothing() {
    let silent = json!({"executive_summary": null, "root_cause": null, "insights": [], "decisions": [null]});
    assert!(statements(&silent).expect("valid").is_empty());
}

#[test]
fn a_later_item_extends_the_earlier() {
    let said = |value| ("decisions", value);
    let (a, b) = (
        json!({"title": "Lock", "rationale": "old", "options": [{"name": "A"}]}),
        json!({"title": " Lock ", "rationale": "new", "options": [{"name": "B"}, {"name": "A", "chosen": true}]}),
    );
    let narrative = Narrative::of([said(&a), said(&b), ("executive_summary", &json!("one")), ("executive_summary", &json!("two"))]);
    let merged = json!([{"title": "Lock", "rationale": "new", "options": [{"name": "A", "chosen": true}, {"name": "B"}]}]);
    assert_eq!((narrative.value("decisions"), narrative.value("executive_summary")), (Some(&merged), Some(&json!("two"))));
}

#[test]
fn the_schema_names_every_field_and_its_parts() {
    let schema = schema();
    for field in FIELDS {
        let pointer = format!("/properties/{}", field.key.replace('.', "/properties/"));
        let own = schema.pointer(&pointer).unwrap_or_else(|| panic!("{} is not in the schema", field.key));
        assert_eq!(own["description"], field.about);
        let parts = own.pointer("/items/properties").and_then(Value::as_object).map_or(0, Map::len);
        assert_eq!(parts, field.shape.parts().len(), "{}", field.key);
    }
}

proptest! {
    /// Said twice is said once, whatever was said before.
    #[test]
    fn saying_again_changes_nothing(row in 0..FIELDS.len(), before in proptest::collection::vec(0..4_usize, 0..5), n in 0..4_usize) {
        let field = &FIELDS[row];
        let mut value = Value::Null;
        for earlier in before {
            merge(&field.shape, &mut value, &sample(&field.shape, earlier));
        }
        merge(&field.shape, &mut value, &sample(&field.shape, n));
        let once = value.clone();
        merge(&field.shape, &mut value, &sample(&field.shape, n));
        prop_assert_eq!(once, value);
    }
}

#[test]
fn what_cannot_be_read_is_passed_over() {
    let said = [
        ("decisions", json!(null)),
        ("decisions", json!([{ "title": "Take a lock" }])),
        ("decisions", json!([{ "of": "a newer form" }])),
        ("executive_summary", json!(null)),
        ("of_a_newer_program", json!("x")),
    ];
    let narrative = Narrative::of(said.iter().map(|(key, value)| (*key, value)));
    let fields: Vec<(&str, &Value)> = narrative.fields().map(|(field, value)| (field.key, value)).collect();
    assert_eq!(fields, [("decisions", &json!([{ "title": "Take a lock" }]))]);
}
