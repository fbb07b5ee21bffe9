//! Who says each statement of a document, and on which events and commits it stands: one map by the document's keys.
//!
//! A key without an entry has that of the nearest key above it: `files` stands for every file. Items of lists are told by their place,
//! `decisions.0`. Pure, and the same for a document composed now and one that was stored: it looks only at the document and its session.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::compose::late::ADDENDA;
use super::fields::{FIELDS, Field, Shape, field};
use super::narrative::{merge, same, texts};
use super::{Document, EntryKind, Source, Time};
use crate::change::Oid;
use crate::event::{Phase, Via};
use crate::markdown::one_line;
use crate::session::{Note, Run, Session, Statement};

/// Who says a statement, and what it stands on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Whether it was observed, stated or derived.
    pub source: Source,
    /// The agent that stated it; null for a person, and for what nobody stated.
    #[serde(default)]
    pub by: Option<String>,
    /// Ids of the events and commits that it stands on; empty where only the text says so.
    #[serde(default)]
    pub evidence: Vec<String>,
}

/// The origins of a document's statements by their keys.
pub type Sources = BTreeMap<String, Origin>;

impl Origin {
    fn new(source: Source, evidence: Vec<String>) -> Self {
        Self { source, by: None, evidence }
    }

    /// What the author wrote into the file.
    fn by_hand() -> Self {
        Self::new(Source::Stated, Vec::new())
    }
}

impl Document {
    /// The origin of a key: its own, else that of the nearest key above it.
    pub fn origin(&self, key: &str) -> Option<&Origin> {
        let ends = key.match_indices('.').map(|(at, _)| at).chain([key.len()]);
        ends.collect::<Vec<_>>().into_iter().rev().find_map(|end| self.sources.get(&key[..end]))
    }
}

/// The origins of a session's document.
pub fn sources(document: &Document, session: &Session, mask: fn(&str) -> String) -> Sources {
    let said = session.said.iter().map(|said| (said, texts(&said.value, &mask))).collect();
    let mut sources = Tracer { document, session, said, mask, sources: Sources::new() };
    sources.stated(&written(document));
    sources.derived();
    sources.technical();
    sources.events();
    sources.sources
}

/// The origins where the author changed the file: `before` is the record's document, `after` the one with the edits in `edited`.
pub fn with_edits(before: &Document, after: &Document, edited: &[String], sources: &mut Sources) {
    let (was, is) = (written(before), written(after));
    for key in edited {
        match (at(&was, key), at(&is, key)) {
            (Some(Value::Array(was)), Some(Value::Array(is))) => {
                let new = is.iter().enumerate().filter(|(_, item)| !was.contains(item));
                let keys = new.flat_map(|(place, item)| edited_parts(key, place, item, was));
                sources.extend(keys.map(|key| (key, Origin::by_hand())));
            }
            (_, Some(_)) => drop(sources.insert(key.clone(), Origin::by_hand())),
            _ => {}
        }
    }
}

/// The keys of an item that the author wrote: its changed parts, or the whole of one that was not there.
fn edited_parts(key: &str, place: usize, item: &Value, was: &[Value]) -> Vec<String> {
    let same = |old: &&Value| field(key).is_some_and(|field| same(&field.shape, old, item));
    match (was.iter().find(same).and_then(Value::as_object), item.as_object()) {
        (Some(old), Some(new)) => {
            let changed = new.iter().filter(|(part, value)| old.get(*part) != Some(value));
            changed.map(|(part, _)| format!("{key}.{place}.{part}")).collect()
        }
        _ => vec![format!("{key}.{place}")],
    }
}

/// The part of a document that people write, by its keys. The rest, which may be large, is left out.
fn written(document: &Document) -> Value {
    json!({
        "title": document.title,
        "session_type": document.session_type,
        "primary_goal": document.primary_goal,
        "executive_summary": document.executive_summary,
        "context": document.context,
        "technical": { "systems": document.technical.systems },
        "root_cause": document.root_cause,
        "solution": document.solution,
        "decisions": document.decisions,
        "challenges": document.challenges,
        "insights": document.insights,
        "artifacts": document.artifacts,
        "testing": { "results": document.testing.results, "created": document.testing.created },
        "monitoring": document.monitoring,
        "next_steps": document.next_steps,
        "related_work": document.related_work,
        "references": document.references,
        "metrics": document.metrics,
        "security_notes": document.security_notes,
        "impact": document.impact,
        "notes": document.notes,
        "addenda": document.addenda,
    })
}

fn at<'v>(whole: &'v Value, key: &str) -> Option<&'v Value> {
    whole.pointer(&format!("/{}", key.replace('.', "/")))
}

/// Fields that the tool fills too.
const OBSERVED: &[&str] = &[
    "technical.systems", "artifacts", "testing.created", "references.external", "references.internal", "references.tools",
    "security_notes", "impact.services",
];

struct Tracer<'a> {
    document: &'a Document,
    session: &'a Session,
    /// What was said, without secrets, as the document has it.
    said: Vec<(&'a Statement, Value)>,
    mask: fn(&str) -> String,
    sources: Sources,
}

impl Tracer<'_> {
    fn put(&mut self, key: impl Into<String>, origin: Origin) {
        self.sources.insert(key.into(), origin);
    }

    fn of(&self, field: &str) -> impl Iterator<Item = (&Statement, &Value)> {
        self.said.iter().filter(move |(said, _)| said.field == field).map(|(said, value)| (*said, value))
    }

    /// The fields of the table.
    fn stated(&mut self, written: &Value) {
        for field in FIELDS {
            match at(written, field.key) {
                None | Some(Value::Null) => {}
                Some(Value::Array(items)) => {
                    for (place, item) in items.iter().enumerate() {
                        self.item(field, place, item);
                    }
                }
                Some(value) => {
                    let origin = self.scalar(field, value);
                    self.put(field.key, origin);
                }
            }
        }
    }

    /// A scalar: the last statement of it, if that is what stands there.
    fn scalar(&self, field: &Field, value: &Value) -> Origin {
        match self.of(field.key).last() {
            Some((said, stated)) if stated == value => Origin { by: said.by.clone(), ..Origin::new(Source::Stated, vec![said.id.clone()]) },
            _ => self.unsaid(field.key, value),
        }
    }

    /// An item of a list: all that was said of it; where the tool has it too, its stated parts alone.
    fn item(&mut self, field: &Field, place: usize, item: &Value) {
        let mut stated = Value::Null;
        let (mut by, mut ids) = (None, Vec::new());
        for (said, value) in self.of(field.key) {
            // one statement may be a list of items
            let mut list = Value::Null;
            merge(&field.shape, &mut list, value);
            let named = list.as_array().into_iter().flatten().find(|said| same(&field.shape, said, item));
            if let Some(named) = named {
                merge(&field.shape, &mut stated, named);
                (by, ids) = (said.by.clone(), ids.into_iter().chain([said.id.clone()]).collect());
            }
        }
        let key = format!("{}.{place}", field.key);
        if ids.is_empty() {
            let origin = self.unsaid(field.key, item);
            return self.put(key, origin);
        }
        let origin = Origin { by, ..Origin::new(Source::Stated, ids) };
        if !self.is_observed(field.key, item) {
            return self.put(key, origin);
        }
        let parts = stated[0].as_object().into_iter().flatten().map(|(part, _)| part.clone());
        let identity = if let Shape::Records(record) = field.shape { record.identity } else { "" };
        for part in parts.filter(|part| part != identity).collect::<Vec<_>>() {
            self.put(format!("{key}.{part}"), origin.clone());
        }
        self.put(key, Origin::new(Source::Observed, Vec::new()));
    }

    /// Whether the tool would show the item if nobody had named it.
    fn is_observed(&self, key: &str, item: &Value) -> bool {
        let has = |part: &str| item[part].as_array().is_some_and(|list| !list.is_empty());
        match key {
            "technical.systems" => has("evidence"),
            "testing.created" => has("tests"),
            "artifacts" => self.document.files.iter().any(|file| item["path"] == json!(file.path)),
            _ => false,
        }
    }

    /// What stands in the table's fields without `set`, `add` or `apply`: words of the start, notes, and what the tool filled.
    fn unsaid(&self, key: &str, value: &Value) -> Origin {
        let document = self.document;
        let started = &self.session.started;
        let is = |said: &Option<String>| said.as_ref().is_some_and(|said| value.as_str() == Some(&(self.mask)(said.trim())));
        let start = || Origin::new(Source::Stated, vec![self.session.id.clone()]);
        match key {
            "title" | "primary_goal" | "context.initial_situation" | "session_type" => {
                let said = [&started.title, &started.goal, &started.situation];
                let typed = key == "session_type" && started.session_type == Some(document.session_type);
                let derived = if key == "session_type" { document.session_type_source } else { document.title_source };
                match said.into_iter().any(is) || typed {
                    true => start(),
                    false if derived == Source::Derived => Origin::new(Source::Derived, self.subject(key)),
                    false => Origin::by_hand(),
                }
            }
            "context.related" => match started.related.iter().any(|path| item_is(value, "path", &(self.mask)(path))) {
                true => start(),
                false => Origin::new(Source::Derived, Vec::new()),
            },
            "root_cause.why" => self.noted(value).unwrap_or_else(Origin::by_hand),
            "notes" => self.noted(value).or_else(|| self.reason(value)).unwrap_or_else(Origin::by_hand),
            "impact.downtime" if !document.impact.marks.is_empty() => {
                Origin::new(Source::Derived, self.of("impact.marks").map(|(said, _)| said.id.clone()).collect())
            }
            _ if key.starts_with("metrics.") => Origin::new(Source::Derived, Vec::new()),
            _ if OBSERVED.contains(&key) => Origin::new(Source::Observed, Vec::new()),
            _ => Origin::by_hand(),
        }
    }

    /// The commit whose subject serves as a title.
    fn subject(&self, key: &str) -> Vec<String> {
        let named = self.document.commits.iter().rev().find(|commit| commit.subject == self.document.title && key != "session_type");
        named.map(|commit| commit.id.to_string()).into_iter().collect()
    }

    /// The last note with these words: on the cause, or one that came after the end and stands with its day.
    fn noted(&self, value: &Value) -> Option<Origin> {
        let text = value.as_str()?;
        let words = text.strip_prefix("**").and_then(|dated| dated.split_once("**: ")).map_or(text, |(_, words)| words);
        let is = |note: &&Note| {
            let own = (self.mask)(note.text.trim());
            own == words && note.phase == Some(Phase::RootCause) || text != words && words.starts_with(own.as_str())
        };
        let note = self.session.notes.iter().rev().find(is)?;
        Some(Origin { by: note.by.clone(), ..Origin::new(Source::Stated, vec![note.id.clone()]) })
    }

    /// A reason for a file that no entry shows stands among the notes.
    fn reason(&self, value: &Value) -> Option<Origin> {
        let text = value.as_str()?;
        let reasons = self.of("technical.code_changes").chain(self.of("technical.configuration_changes"));
        let why = |value: &Value| ["purpose", "description"].iter().find_map(|key| value[key].as_str().map(str::to_owned));
        let said = reasons.filter(|(_, said)| why(said).is_some_and(|why| text.ends_with(&format!(": {why}")))).last()?.0;
        Some(Origin { by: said.by.clone(), ..Origin::new(Source::Stated, vec![said.id.clone()]) })
    }

    /// The tool's own sentences and numbers.
    fn derived(&mut self) {
        let document = self.document;
        let commits: Vec<String> = document.commits.iter().map(|commit| commit.id.to_string()).collect();
        let ends = [&document.base_commit, &document.head_commit].into_iter().flatten();
        let ends: Vec<String> = ends.map(Oid::to_string).collect();
        self.put("files", Origin::new(Source::Observed, ends));
        self.put("derived", Origin::new(Source::Derived, Vec::new()));
        self.put("derived.summary", Origin::new(Source::Derived, commits));
        self.put("derived.initial_state", Origin::new(Source::Derived, document.base_commit.iter().map(Oid::to_string).collect()));
        self.put("metrics.time", Origin::new(Source::Derived, Vec::new()));
        let failed = document.testing.runs.iter().find(|run| run.outcome == Some(super::Outcome::Failed) && run.source == Source::Observed);
        let evidence = failed.filter(|_| document.derived.manifested.is_some()).map(|run| self.run_ids(run.at, &run.command));
        let evidence = evidence.unwrap_or_default();
        self.put("derived.manifested", Origin::new(Source::Derived, evidence));
    }

    /// Commands, test runs, changed files with their reasons, commits.
    fn technical(&mut self) {
        let (technical, ids) = (&self.document.technical, |ids: &[Oid]| ids.iter().map(Oid::to_string).collect::<Vec<_>>());
        for (place, command) in technical.commands.iter().enumerate() {
            self.put(format!("technical.commands.{place}"), Origin::new(command.source, self.run_ids(command.at, &command.command)));
        }
        for (place, run) in self.document.testing.runs.iter().enumerate() {
            self.put(format!("testing.runs.{place}"), Origin::new(run.source, self.run_ids(run.at, &run.command)));
        }
        for (place, run) in self.document.testing.checks.iter().enumerate() {
            self.put(format!("testing.checks.{place}"), Origin::new(run.source, self.run_ids(run.at, &run.command)));
        }
        for (place, key) in technical.key_commands.iter().enumerate() {
            let evidence = self.run_ids(key.at, &key.command);
            let source =
                if self.runs(key.at, &key.command).any(|run| run.ran.via != Via::Hand) { Source::Observed } else { Source::Stated };
            self.put(format!("technical.key_commands.{place}"), Origin::new(source, evidence));
        }
        for (place, change) in technical.changes_by_command.iter().enumerate() {
            let evidence = self.run_ids(change.at, &change.command);
            self.put(format!("technical.changes_by_command.{place}"), Origin::new(Source::Derived, evidence));
        }
        for (place, change) in technical.code_changes.iter().enumerate() {
            let key = format!("technical.code_changes.{place}");
            self.put(&key, Origin::new(Source::Observed, ids(&change.commits)));
            if change.definitions_derived {
                self.put(format!("{key}.definitions"), Origin::new(Source::Derived, ids(&change.commits)));
            }
            self.why(format!("{key}.purpose"), change.purpose.as_deref(), change.purpose_commit.as_ref());
        }
        for (place, change) in technical.configuration_changes.iter().enumerate() {
            let key = format!("technical.configuration_changes.{place}");
            self.put(&key, Origin::new(Source::Observed, ids(&change.commits)));
            self.why(format!("{key}.description"), change.description.as_deref(), change.description_commit.as_ref());
        }
        for (place, commit) in self.document.commits.iter().enumerate() {
            self.put(format!("commits.{place}"), Origin::new(Source::Observed, vec![commit.id.to_string()]));
        }
    }

    /// The reason for a file's change: a commit's subject, or what somebody said.
    fn why(&mut self, key: String, why: Option<&str>, commit: Option<&Oid>) {
        let Some(why) = why else { return };
        let origin = match commit {
            Some(commit) => Origin::new(Source::Derived, vec![commit.to_string()]),
            None => self.reason(&format!(": {why}").into()).or_else(|| self.noted_of_file(why)).unwrap_or_else(Origin::by_hand),
        };
        self.put(key, origin);
    }

    /// The note on a file that says it, or begins so.
    fn noted_of_file(&self, why: &str) -> Option<Origin> {
        let begins = why.trim_end_matches('…');
        let says = |note: &&Note| note.file.is_some() && one_line(note.text.trim()).starts_with(begins);
        let note = self.session.notes.iter().rev().find(says)?;
        Some(Origin { by: note.by.clone(), ..Origin::new(Source::Stated, vec![note.id.clone()]) })
    }

    /// The timeline and what was added later.
    fn events(&mut self) {
        for (place, entry) in self.document.timeline.iter().enumerate() {
            let origin = Origin::new(Source::Observed, entry.evidence.clone());
            let note = self.session.notes.iter().find(|note| entry.evidence.contains(&note.id));
            let by_hand = self.session.runs.iter().any(|run| run.ran.via == Via::Hand && entry.evidence.contains(&run.id));
            let origin = match note {
                Some(note) => Origin { source: Source::Stated, by: note.by.clone(), ..origin },
                None if by_hand || entry.kind == EntryKind::Note => Origin { source: Source::Stated, ..origin },
                None => origin,
            };
            self.put(format!("timeline.{place}"), origin);
        }
        for (place, addendum) in self.document.addenda.iter().enumerate() {
            let said =
                self.of(ADDENDA).find(|(said, value)| said.at == addendum.at && value.as_str().map(str::trim) == Some(&addendum.text));
            let evidence = said.map(|(said, _)| said.id.clone()).into_iter().collect();
            self.put(format!("addenda.{place}"), Origin { by: addendum.by.clone(), ..Origin::new(Source::Stated, evidence) });
        }
    }

    /// The recorded runs of a command that began at a time.
    fn runs<'s>(&'s self, at: Time, command: &'s str) -> impl Iterator<Item = &'s Run> {
        self.session.runs.iter().filter(move |run| run.ran.started == at && (self.mask)(&run.ran.command) == command)
    }

    fn run_ids(&self, at: Time, command: &str) -> Vec<String> {
        self.runs(at, command).map(|run| run.id.clone()).collect()
    }
}

fn item_is(item: &Value, key: &str, text: &str) -> bool {
    item[key].as_str() == Some(text)
}
