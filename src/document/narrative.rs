//! The stated part of a document as JSON: what is valid, how a later statement joins an earlier one, and the schema that says so.
//!
//! Everything goes by the table of `fields`. A statement is a field and a value; for a list, the value may be one item. Scalars are
//! replaced by what is said later; items of lists are known again by their title or text, and a later one extends the earlier.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::Document;
use super::fields::{FIELDS, Field, Record, Shape, field, nearest};
use crate::markdown::one_line;

/// Why a value is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Where: `decisions[1].rationale`.
    pub path: String,
    /// What is wrong there.
    pub what: String,
    /// The nearest valid key, where the key is wrong.
    pub nearest: Option<String>,
}

impl Refusal {
    fn new(path: &str, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), what: what.into(), nearest: None }
    }
}

/// The document's keys, as they are printed and accepted.
static KEYS: LazyLock<Value> = LazyLock::new(|| {
    let empty = Document::empty(chrono::DateTime::UNIX_EPOCH.fixed_offset());
    serde_json::to_value(empty).expect("a document holds nothing that JSON lacks")
});

/// Takes an object of the document's keys, nested or dotted, apart into statements in the table's order; one item each for lists. Null
/// and empty lists say nothing. The first thing that is wrong refuses the whole.
pub fn statements(narrative: &Value) -> Result<Vec<(&'static Field, Value)>, Refusal> {
    let Value::Object(object) = narrative else {
        return Err(Refusal::new("", format!("the narrative is an object of the document's keys, not {}", name_of(narrative))));
    };
    let mut found: Vec<(usize, &'static Field, Value)> = Vec::new();
    collect(object, "", &mut found)?;
    found.sort_by_key(|(row, ..)| *row);
    let each = |(_, field, value): (usize, &'static Field, Value)| items(field, value).into_iter().map(move |item| (field, item));
    Ok(found.into_iter().flat_map(each).collect())
}

/// The value of a statement as it is stored: one for a scalar, one for each item of a list.
fn items(field: &Field, value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) if field.is_list() => items,
        other => vec![other],
    }
}

fn collect(object: &Map<String, Value>, prefix: &str, found: &mut Vec<(usize, &'static Field, Value)>) -> Result<(), Refusal> {
    for (key, value) in object {
        let path = format!("{prefix}{key}");
        let inside = format!("{path}.");
        match FIELDS.iter().position(|field| field.key == path) {
            Some(row) => found.extend(check(&FIELDS[row].shape, value, &path)?.map(|value| (row, &FIELDS[row], value))),
            None if FIELDS.iter().any(|field| field.key.starts_with(&inside)) => match value {
                Value::Object(object) => collect(object, &inside, found)?,
                Value::Null => {}
                other => return Err(Refusal::new(&path, format!("an object is wanted, not {}", name_of(other)))),
            },
            None => return Err(unknown(&path)),
        }
    }
    Ok(())
}

/// A key that is no field: an observed one says so, any other names what may have been meant.
pub fn unknown(path: &str) -> Refusal {
    let pointer = format!("/{}", path.replace('.', "/"));
    let what = match KEYS.pointer(&pointer) {
        Some(_) => "it is observed, and nobody can state it",
        None => "there is no such key",
    };
    let nearest = nearest(path, FIELDS.iter().map(|field| field.key)).map(str::to_owned);
    Refusal { nearest, ..Refusal::new(path, what) }
}

/// The value in its stored form, where it says anything: texts trimmed, a bare text as the record it names, absent parts left out.
pub fn check(shape: &Shape, value: &Value, path: &str) -> Result<Option<Value>, Refusal> {
    let wanted = |what: &str| Err(Refusal::new(path, format!("{what} is wanted, not {}", name_of(value))));
    match (shape, value) {
        (_, Value::Null) => Ok(None),
        (Shape::Text, Value::String(text)) => match text.trim() {
            "" => Err(Refusal::new(path, "the text is empty")),
            text => Ok(Some(text.into())),
        },
        (Shape::Text, _) => wanted("a text"),
        (Shape::YesNo, Value::Bool(_)) => Ok(Some(value.clone())),
        (Shape::YesNo, _) => wanted("yes or no (true or false)"),
        (Shape::Number, Value::Number(number)) if number.as_u64().is_some_and(|n| u32::try_from(n).is_ok()) => Ok(Some(value.clone())),
        (Shape::Number, _) => wanted("a whole number"),
        (Shape::Time, Value::String(text)) if chrono::DateTime::parse_from_rfc3339(text).is_ok() => Ok(Some(value.clone())),
        (Shape::Time, _) => wanted("a time like 2026-11-22T09:02:00+01:00"),
        (Shape::Choice(words), Value::String(text)) if words.contains(&text.as_str()) => Ok(Some(value.clone())),
        (Shape::Choice(words), _) => wanted(&format!("one of {}", words.join(", "))),
        (Shape::Names | Shape::Texts, _) => list(value, path, |item, path| check(&Shape::Text, item, path)),
        (Shape::Records(record), _) => list(value, path, |item, path| check_record(record, item, path)),
    }
}

/// A list of what the function takes; an item alone is a list of one.
fn list(value: &Value, path: &str, each: impl Fn(&Value, &str) -> Result<Option<Value>, Refusal>) -> Result<Option<Value>, Refusal> {
    let items = match value {
        Value::Array(items) => {
            let items = items.iter().enumerate().map(|(at, item)| each(item, &format!("{path}[{at}]")));
            items.filter_map(Result::transpose).collect::<Result<Vec<Value>, Refusal>>()?
        }
        alone => each(alone, path)?.into_iter().collect(),
    };
    Ok((!items.is_empty()).then_some(Value::Array(items)))
}

fn check_record(record: &Record, value: &Value, path: &str) -> Result<Option<Value>, Refusal> {
    let object = match value {
        Value::Null => return Ok(None),
        Value::Object(object) => object.clone(),
        Value::String(_) => Map::from_iter([(record.identity.to_owned(), value.clone())]),
        other => {
            let keys: Vec<&str> = record.parts.iter().map(|part| part.key).collect();
            return Err(Refusal::new(path, format!("an object of {} is wanted, not {}", keys.join(", "), name_of(other))));
        }
    };
    let mut checked = Map::new();
    for (key, value) in &object {
        let inside = format!("{path}.{key}");
        let Some(part) = record.parts.iter().find(|part| part.key == key) else {
            let nearest = nearest(key, record.parts.iter().map(|part| part.key)).map(|near| format!("{path}.{near}"));
            return Err(Refusal { nearest, ..Refusal::new(&inside, "there is no such key") });
        };
        checked.extend(check(&part.shape, value, &inside)?.map(|value| (key.clone(), value)));
    }
    if !checked.contains_key(record.identity) {
        return Err(Refusal::new(&format!("{path}.{}", record.identity), "it is missing, and an item is known again by it"));
    }
    Ok(Some(Value::Object(checked)))
}

fn name_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(text) if text.trim().is_empty() => "an empty text",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Lays a statement over what was there: replaces a scalar, appends to a list or extends the item of the same identity.
pub fn merge(shape: &Shape, old: &mut Value, new: &Value) {
    if !shape.is_list() {
        *old = new.clone();
        return;
    }
    if !old.is_array() {
        *old = json!([]);
    }
    let Value::Array(items) = old else { return };
    let news = match new {
        Value::Array(news) => news.as_slice(),
        one => std::slice::from_ref(one),
    };
    for new in news {
        match (items.iter_mut().find(|item| same(shape, item, new)), shape) {
            (Some(item), Shape::Records(record)) => extend(record, item, new),
            (Some(_), _) => {}
            (None, _) => items.push(new.clone()),
        }
    }
}

fn extend(record: &Record, old: &mut Value, new: &Value) {
    let (Value::Object(old), Value::Object(new)) = (old, new) else { return };
    for part in record.parts.iter().filter(|part| part.key != record.identity) {
        if let Some(value) = new.get(part.key).filter(|value| !value.is_null()) {
            merge(&part.shape, old.entry(part.key).or_insert(Value::Null), value);
        }
    }
}

/// Whether two items of a list are the same one.
pub fn same(shape: &Shape, a: &Value, b: &Value) -> bool {
    let identity = |item: &Value| match shape {
        Shape::Records(record) => item.get(record.identity).and_then(Value::as_str).map(one_line),
        _ => item.as_str().map(one_line),
    };
    identity(a).is_some() && identity(a) == identity(b)
}

/// What was stated, field by field: the statements in the order said, merged.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Narrative(BTreeMap<&'static str, Value>);

impl Narrative {
    /// Merges statements. Those that this program cannot read are passed over: of a field or a form that it does not know, or whose text is
    /// lost.
    pub fn of<'a>(said: impl IntoIterator<Item = (&'a str, &'a Value)>) -> Self {
        let mut narrative = Self::default();
        for (key, value) in said {
            if let Some(field) = field(key)
                && let Ok(Some(value)) = check(&field.shape, value, key)
            {
                narrative.state(field, &value);
            }
        }
        narrative
    }

    /// Adds a statement; tells whether it says anything that was not said before.
    pub fn state(&mut self, field: &'static Field, value: &Value) -> bool {
        let old = self.0.entry(field.key).or_insert(Value::Null);
        let before = old.clone();
        merge(&field.shape, old, value);
        *old != before
    }

    /// What was stated of a field.
    pub fn value(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// The stated fields with their values.
    pub fn fields(&self) -> impl Iterator<Item = (&'static Field, &Value)> {
        self.0.iter().filter_map(|(key, value)| Some((field(key)?, value)))
    }
}

/// The same value with every text in it changed.
pub fn texts(value: &Value, change: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => change(text).into(),
        Value::Array(items) => items.iter().map(|item| texts(item, change)).collect(),
        Value::Object(object) => object.iter().map(|(key, value)| (key.clone(), texts(value, change))).collect(),
        other => other.clone(),
    }
}

/// JSON Schema (draft 2020-12) of what [`statements`] takes in its nested form.
pub fn schema() -> Value {
    let mut properties = Map::new();
    for field in FIELDS {
        let mut schema = schema_of(&field.shape);
        schema["description"] = field.about.into();
        match field.key.split_once('.') {
            None => drop(properties.insert(field.key.to_owned(), schema)),
            Some((section, key)) => {
                let within = properties.entry(section).or_insert_with(|| object(Map::new(), None));
                within["properties"][key] = schema;
            }
        }
    }
    let mut whole = object(properties, None);
    whole["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    whole["title"] = "The stated part of a session journal".into();
    whole
}

fn object(properties: Map<String, Value>, required: Option<&str>) -> Value {
    let mut schema = json!({ "type": "object", "additionalProperties": false, "properties": properties });
    if let Some(required) = required {
        schema["required"] = json!([required]);
    }
    schema
}

fn schema_of(shape: &Shape) -> Value {
    match shape {
        Shape::Text => json!({ "type": "string", "minLength": 1 }),
        Shape::YesNo => json!({ "type": "boolean" }),
        Shape::Number => json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX }),
        Shape::Time => json!({ "type": "string", "format": "date-time" }),
        Shape::Choice(words) => json!({ "enum": words }),
        Shape::Names | Shape::Texts => json!({ "type": "array", "items": schema_of(&Shape::Text) }),
        Shape::Records(record) => {
            let part = |part: &super::fields::Part| {
                let mut schema = schema_of(&part.shape);
                schema["description"] = part.about.into();
                (part.key.to_owned(), schema)
            };
            json!({ "type": "array", "items": object(record.parts.iter().map(part).collect(), Some(record.identity)) })
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
