//! What a journal still lacks, by its type of session, and what the record shows that bears on it. Pure: it asks nobody.
//!
//! The table of `fields` says which type asks for what; here is what counts as filled, what bears on a question, and which questions go first.

use serde::Serialize;
use serde_json::Value;

use super::compose::heading;
use super::fields::{Asked, Bearing, FIELDS, Field, Question};
use super::narrative::Narrative;
use super::{Document, EntryKind, SessionType, TestRun, format_counts};
use crate::change::Status;
use crate::evidence::Category;
use crate::markdown::{code, cut, inline, one_line, text};

/// Pieces of evidence of one sort.
const PIECES: usize = 3;
/// Characters of a piece.
const WIDTH: usize = 240;

/// A field that the session's type asks for and nobody filled.
#[derive(Clone, Debug)]
pub struct Slot {
    /// The field.
    pub field: &'static Field,
    /// What asks for it.
    pub question: Question,
    /// Whether a journal of this type is not complete without it.
    pub required: bool,
    /// What the record shows that bears on it.
    pub evidence: Vec<Evidence>,
    /// An answer in the author's own words, where one is honest.
    pub suggestion: Option<String>,
}

/// Something that the record shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// `facts`, `start`, `note`, `run`, `commit`, `change`, `system`, `security`, `unfinished`.
    pub kind: &'static str,
    /// Id of the event or commit, where there is one.
    pub id: Option<String>,
    /// What it shows, in one line of Markdown.
    pub text: String,
}

impl Evidence {
    fn new(kind: &'static str, id: Option<String>, text: &str) -> Self {
        Self { kind, id, text: cut(&one_line(text), WIDTH) }
    }
}

/// What is open: the required first, among those what the record has something to show for, then in the order of the journal.
pub fn open(document: &Document, said: &Narrative) -> Vec<Slot> {
    let values = serde_json::to_value(document).expect("a document holds nothing that JSON lacks");
    let mut slots: Vec<Slot> = FIELDS.iter().filter_map(|field| slot(field, document, &values, said)).collect();
    slots.sort_by_key(|slot| (!slot.required, slot.evidence.is_empty()));
    slots
}

/// The open fields as questions, each with those that are asked beside it.
pub fn questions(slots: Vec<Slot>) -> Vec<Vec<Slot>> {
    let mut questions: Vec<Vec<Slot>> = Vec::new();
    let topic = |slot: &Slot| slot.question.along.unwrap_or(slot.field.key);
    for slot in slots {
        match questions.iter_mut().find(|question| topic(&question[0]) == topic(&slot)) {
            Some(question) => question.push(slot),
            None => questions.push(vec![slot]),
        }
    }
    for question in &mut questions {
        question.sort_by_key(|slot| FIELDS.iter().position(|field| field.key == slot.field.key));
    }
    questions
}

fn slot(field: &'static Field, document: &Document, values: &Value, said: &Narrative) -> Option<Slot> {
    let question = field.question?;
    let asked = question.asked(document.session_type);
    let flagged = !question.if_flagged || document.security_notes.iter().any(|note| !is_said(said, note));
    if asked == Asked::Never || !flagged || is_filled(field, &question, values, said) {
        return None;
    }
    let evidence: Vec<Evidence> = question.evidence.iter().flat_map(|bearing| evidence_of(*bearing, document)).collect();
    let suggestion = suggestion(&question, document);
    Some(Slot { field, question, required: asked == Asked::Required, evidence, suggestion })
}

fn is_said(said: &Narrative, note: &str) -> bool {
    said.value("security_notes").and_then(Value::as_array).is_some_and(|notes| notes.iter().any(|said| said == note))
}

fn is_filled(field: &Field, question: &Question, values: &Value, said: &Narrative) -> bool {
    let says = |key: &str| values.pointer(&format!("/{}", key.replace('.', "/"))).is_some_and(is_something);
    if question.if_flagged {
        return said.value(field.key).is_some();
    }
    says(field.key) || question.any_of_section && values[field.section()].as_object().is_some_and(|all| all.values().any(is_something))
}

fn is_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => true,
    }
}

/// The author's own words on exactly this, if the record has them once.
fn suggestion(question: &Question, document: &Document) -> Option<String> {
    let first = *question.evidence.first()?;
    match (first, &evidence_of(first, document)[..]) {
        (Bearing::Notes(_), [only]) => Some(only.text.clone()),
        (Bearing::Subjects, [_]) => document.commits.first().map(|commit| one_line(&commit.subject)),
        _ => None,
    }
}

/// What the record shows of a sort, the latest of many.
fn evidence_of(bearing: Bearing, document: &Document) -> Vec<Evidence> {
    let all: Vec<Evidence> = match bearing {
        Bearing::Facts => document.derived.summary.iter().map(|summary| Evidence::new("facts", None, summary)).collect(),
        Bearing::Start => document.derived.initial_state.iter().map(|state| Evidence::new("start", None, state)).collect(),
        Bearing::Notes(phase) => notes(document, heading(phase)),
        Bearing::Failures => return runs(document, has_failed).into_iter().take(PIECES).collect(),
        Bearing::Unfinished => return unfinished(document).take(PIECES).collect(),
        Bearing::Passes => runs(document, |run| !has_failed(run) && run.exit_code == Some(0)),
        Bearing::Subjects => subjects(document, |_| true),
        Bearing::Reverted => reverted(document),
        Bearing::Additions => additions(document),
        Bearing::Systems => systems(document),
        Bearing::Flags => document.security_notes.iter().map(|note| Evidence::new("security", None, note)).collect(),
    };
    let rest = all.len().saturating_sub(PIECES);
    all.into_iter().skip(rest).collect()
}

fn notes(document: &Document, heading: &str) -> Vec<Evidence> {
    let notes = document.timeline.iter().filter(|entry| entry.kind == EntryKind::Note && entry.heading == heading);
    notes.map(|entry| Evidence::new("note", entry.evidence.first().cloned(), &inline(&entry.text))).collect()
}

fn has_failed(run: &TestRun) -> bool {
    run.failed.is_some_and(|failed| failed > 0) || run.exit_code.is_some_and(|code| code != 0)
}

fn runs(document: &Document, of: fn(&TestRun) -> bool) -> Vec<Evidence> {
    let worded = |run: &TestRun| {
        let counts = format_counts(run.passed, run.failed, run.skipped);
        let outcome = if counts.is_empty() { run.exit().to_string() } else { counts };
        let stale = if run.stale == Some(true) { ", before the last changes" } else { "" };
        Evidence::new("run", None, &format!("{} {}: {outcome}{stale}", run.at.format("%H:%M"), code(&run.command)))
    };
    document.testing.runs.iter().filter(|run| of(run)).map(worded).collect()
}

fn subjects(document: &Document, of: impl Fn(&super::LinkedCommit) -> bool) -> Vec<Evidence> {
    let worded = |commit: &super::LinkedCommit| {
        Evidence::new("commit", Some(commit.id.to_string()), &format!("{} {}", code(&commit.short_id), text(commit.name())))
    };
    document.commits.iter().filter(|commit| of(commit)).map(worded).collect()
}

fn reverted(document: &Document) -> Vec<Evidence> {
    let left = document.timeline.iter().filter(|entry| matches!(entry.kind, EntryKind::DeadEnd | EntryKind::Reset));
    let left = left.map(|entry| Evidence::new("commit", entry.evidence.first().cloned(), &entry.text));
    subjects(document, |commit| commit.reverted_by.is_some()).into_iter().chain(left).collect()
}

/// What usually hides a choice: packages that moved, and new migrations and infrastructure.
fn additions(document: &Document) -> Vec<Evidence> {
    let telling = |file: &&super::File| {
        let new = file.status == Status::Added && matches!(file.category, Category::Migration | Category::Infra | Category::Ci);
        new || file.packages.is_some()
    };
    let worded = |file: &super::File| {
        let packages = file.packages.as_ref().map_or(": new".to_owned(), |packages| format!(": {}", text(packages)));
        Evidence::new("change", None, &format!("{}{packages}", code(&file.path.to_display())))
    };
    document.files.iter().filter(telling).map(worded).collect()
}

fn unfinished(document: &Document) -> impl Iterator<Item = Evidence> {
    document.derived.unfinished.iter().map(|unfinished| Evidence::new("unfinished", None, &unfinished.text))
}

fn systems(document: &Document) -> Vec<Evidence> {
    let worded = |system: &super::System| {
        let evidence = if system.evidence.is_empty() { String::new() } else { format!(": {}", system.evidence.join("; ")) };
        Evidence::new("system", None, &format!("{}{evidence}", text(&system.name)))
    };
    document.technical.systems.iter().map(worded).collect()
}

/// The form in which open fields are printed for programs. The keys are public.
#[derive(Debug, Serialize)]
pub struct Missing<'a> {
    /// The type of session that asks.
    pub session_type: SessionType,
    /// What is open, in the order of asking.
    pub missing: Vec<MissingSlot<'a>>,
}

/// An open field, as printed. `journal apply` takes the slots as keys.
#[derive(Debug, Serialize)]
pub struct MissingSlot<'a> {
    /// The document's key.
    pub slot: &'static str,
    /// The template's heading.
    pub section: &'static str,
    /// Whether a journal of this type is not complete without it.
    pub required: bool,
    /// The question.
    pub question: &'static str,
    /// The command that fills it.
    pub command: String,
    /// What bears on it.
    pub evidence: &'a [Evidence],
    /// An answer in the author's own words, where one is honest.
    pub suggestion: Option<&'a str>,
}

impl<'a> Missing<'a> {
    /// Of a document and its open fields.
    pub fn of(document: &Document, slots: &'a [Slot]) -> Self {
        let slot = |slot: &'a Slot| MissingSlot {
            slot: slot.field.key,
            section: slot.field.heading,
            required: slot.required,
            question: slot.question.text,
            command: slot.field.command(),
            evidence: &slot.evidence,
            suggestion: slot.suggestion.as_deref(),
        };
        Self { session_type: document.session_type, missing: slots.iter().map(slot).collect() }
    }
}

#[cfg(test)]
mod tests;
