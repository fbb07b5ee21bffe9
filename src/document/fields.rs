//! What people can say in a journal: one table of the document's stated fields ([`FIELDS`]), and the shapes that their values have.
//!
//! A row says what a field is called (the document's key), what it looks like, under which heading it stands, by which command it is said and
//! which question asks for it. The commands `add`, `set`, `apply`, `schema` and `missing`, their help, and the interview all read this
//! table: a new field is one row. It knows no session and no command; `narrative` checks and merges values, `open` says what is missing.

use serde_json::Value;

use crate::event::Phase;
pub use crate::event::SessionType;

mod table;
mod values;

pub use table::{FIELDS, KINDS};

/// A field of the document that people fill.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The document's key, dotted.
    pub key: &'static str,
    /// What its value looks like.
    pub shape: Shape,
    /// The template's heading that it stands under.
    pub heading: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    /// How `journal add` says it; none where `journal set` or a command of its own does.
    pub add: Option<Add>,
    /// The command that says it in a way of its own, as typed.
    pub said_by: Option<&'static str>,
    /// What asks for it.
    pub question: Option<Question>,
}

/// What a value looks like.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Markdown: a sentence or a few paragraphs.
    Text,
    /// Yes or no.
    YesNo,
    /// A whole number, 0 to 4294967295.
    Number,
    /// A time with its offset, RFC 3339.
    Time,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A list of short names, with commas between them on a command line.
    Names,
    /// A list of texts; the same text is the same item.
    Texts,
    /// A list of records.
    Records(&'static Record),
}

/// An item of a list that has parts.
#[derive(Debug)]
pub struct Record {
    /// The part by which an item is known again; it is the first of `parts` and is never empty.
    pub identity: &'static str,
    /// The part that takes what stands below the title of a longer text.
    pub body: Option<&'static str>,
    /// Its parts.
    pub parts: &'static [Part],
}

/// A part of a record.
#[derive(Debug)]
pub struct Part {
    /// The document's key.
    pub key: &'static str,
    /// What its value looks like.
    pub shape: Shape,
    /// What it is.
    pub about: &'static str,
    /// The options of `journal add` that fill it.
    pub flags: &'static [Flag],
}

/// An option of `journal add` that fills a part.
#[derive(Debug)]
pub struct Flag {
    /// Its name without the dashes.
    pub name: &'static str,
    /// What stands for its value in the help.
    pub value: &'static str,
    /// Its help.
    pub about: &'static str,
    /// Reads what was typed; says what is wrong with it.
    pub read: fn(&str) -> Result<Value, String>,
}

/// How `journal add` says a field.
#[derive(Clone, Copy, Debug)]
pub struct Add {
    /// The kind of entry, a name of [`KINDS`].
    pub kind: &'static str,
    /// The option that tells this field from others of the kind.
    pub flag: Option<&'static str>,
    /// Which texts belong here where no option was given.
    pub accepts: fn(&str) -> bool,
}

/// A kind of entry.
#[derive(Clone, Copy, Debug)]
pub struct AddKind {
    /// Its name.
    pub name: &'static str,
    /// What stands for its text in the help.
    pub value: &'static str,
    /// Its help.
    pub about: &'static str,
    /// What may be typed after `journal add`.
    pub example: &'static str,
}

/// What asks for a field.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// The question.
    pub text: &'static str,
    /// Whether it is asked, by type of session in the order of [`TYPES`].
    pub asked: [Asked; TYPES.len()],
    /// What of the document bears on the answer.
    pub evidence: &'static [Bearing],
    /// The field beside which it is asked, as one question.
    pub along: Option<&'static str>,
    /// Whether another field of the same section answers it too (any next step will do).
    pub any_of_section: bool,
    /// Asked only where the record shows something that bears on security.
    pub if_flagged: bool,
}

/// The types of session in the order of [`Question::asked`].
pub const TYPES: [SessionType; 5] =
    [SessionType::Debugging, SessionType::Feature, SessionType::Infrastructure, SessionType::Emergency, SessionType::Exploration];

/// Whether a type of session asks for a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Asked {
    /// A journal without it is not complete.
    Required,
    /// Where there is room for the question.
    Offered,
    /// Not at all.
    Never,
}

/// What of the document bears on a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bearing {
    /// The sentence on commits and files.
    Facts,
    /// Where the session began.
    Start,
    /// What the author noted in a phase.
    Notes(Phase),
    /// Runs that failed.
    Failures,
    /// What is unfinished at the end.
    Unfinished,
    /// The last runs that passed.
    Passes,
    /// The subjects of commits.
    Subjects,
    /// Commits that were taken back or led nowhere.
    Reverted,
    /// Files that came with the session: dependencies, migrations.
    Additions,
    /// Systems that the record names.
    Systems,
    /// What bears on security.
    Flags,
}

impl Field {
    /// Whether its value is a list.
    pub fn is_list(&self) -> bool {
        self.shape.is_list()
    }

    /// The section of the document: `next_steps` of `next_steps.immediate`.
    pub fn section(&self) -> &'static str {
        self.key.split('.').next().unwrap_or(self.key)
    }

    /// The command that fills it, as typed.
    pub fn command(&self) -> String {
        match self.add {
            Some(Add { kind, flag: Some(flag), .. }) => format!("journal add {kind} \"…\" --{flag}"),
            Some(Add { kind, flag: None, .. }) => format!("journal add {kind} \"…\""),
            None => self.said_by.map_or_else(|| format!("journal set {} \"…\"", self.key), |own| format!("journal {own}")),
        }
    }
}

impl Shape {
    /// Whether the value is a list.
    pub fn is_list(&self) -> bool {
        matches!(self, Self::Names | Self::Texts | Self::Records(_))
    }

    /// The parts of a list's items; none where they have no parts.
    pub fn parts(&self) -> &'static [Part] {
        match self {
            Self::Records(record) => record.parts,
            _ => &[],
        }
    }
}

impl Question {
    /// Whether a type of session asks it.
    pub fn asked(&self, session_type: SessionType) -> Asked {
        TYPES.iter().position(|known| *known == session_type).map_or(Asked::Never, |at| self.asked[at])
    }
}

/// The field of this key.
pub fn field(key: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.key == key)
}

/// The fields of a kind of entry, in the table's order.
pub fn of_kind(kind: &str) -> impl Iterator<Item = &'static Field> {
    FIELDS.iter().filter(move |field| field.add.is_some_and(|add| add.kind == kind))
}

/// Where an entry of a kind goes: by its option, else by its text, else where the kind usually goes.
pub fn place(kind: &str, flag: Option<&str>, text: &str) -> Option<&'static Field> {
    let said = |field: &&Field| field.add.is_some_and(|add| add.flag == flag && (flag.is_some() || (add.accepts)(text)));
    of_kind(kind).find(said).or_else(|| of_kind(kind).next().filter(|_| flag.is_none()))
}

/// Likeness from which on a name may be what was meant.
const LIKE: f64 = 0.8;

/// The valid name that is nearest to what was typed; none where none is like it.
pub fn nearest<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let last = |key: &'a str| key.rsplit('.').next().unwrap_or_default();
    let own = typed.rsplit('.').next().unwrap_or_default();
    let likeness = |name: &'a str| {
        // the whole key, else its last part, else one word of that
        let words = last(name).split('_').map(|word| 0.95 * strsim::jaro_winkler(own, word));
        let parts = [strsim::jaro_winkler(typed, name), 0.99 * strsim::jaro_winkler(own, last(name))];
        words.chain(parts).fold(0.0, f64::max)
    };
    let like = names.into_iter().map(|name| (likeness(name), name)).filter(|(likeness, _)| *likeness >= LIKE);
    like.max_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum;
    use std::collections::HashSet;

    #[test]
    fn every_row_is_sound() {
        let kinds: HashSet<&str> = KINDS.iter().map(|kind| kind.name).collect();
        let mut keys = HashSet::new();
        for field in FIELDS {
            assert!(keys.insert(field.key), "{} stands there twice", field.key);
            assert!(field.add.is_none_or(|add| kinds.contains(add.kind)), "{}: its kind is no row", field.key);
            let along = field.question.and_then(|question| question.along);
            assert!(along.is_none_or(|key| keys.contains(key)), "{} is asked along a later field", field.key);
            if let Shape::Records(record) = field.shape {
                assert!(field.add.is_some() || field.said_by.is_some(), "{}: no command says it", field.key);
                assert_eq!(record.parts[0].key, record.identity, "{}", field.key);
                assert!(record.body.is_none_or(|body| record.parts.iter().any(|part| part.key == body)), "{}", field.key);
                assert!(record.parts[0].flags.is_empty(), "{}: its identity is what add takes as text", field.key);
            }
        }
        assert!(KINDS.iter().all(|kind| of_kind(kind.name).next().is_some()));
    }

    /// A type of session that is new is a column of the table, too.
    #[test]
    fn the_table_knows_the_types_of_sessions() {
        assert_eq!(TYPES, SessionType::value_variants());
        let Some(Field { shape: Shape::Choice(choices), .. }) = field("session_type") else { panic!("a type is chosen") };
        let names = TYPES.map(|session_type| session_type.to_possible_value().map(|value| value.get_name().to_owned()));
        assert_eq!(names, std::array::from_fn(|at| choices.get(at).map(|choice| (*choice).to_owned())));
        assert_eq!(choices.len(), TYPES.len());
    }

    #[test]
    fn an_entry_goes_where_its_option_or_its_text_says() {
        for (kind, flag, text, key) in [
            ("next", None, "Lint", "next_steps.immediate"),
            ("next", Some("long-term"), "Lint", "next_steps.long_term"),
            ("monitor", None, "lag", "monitoring.short_term"),
            ("reference", None, "https://example.org/a", "references.external"),
            ("reference", None, "docs/queue.md", "references.internal"),
            ("related", None, "journal/2026-10-02_x.md", "context.related"),
            ("related", Some("unblocks"), "Billing", "related_work.unblocks"),
        ] {
            assert_eq!(place(kind, flag, text).map(|field| field.key), Some(key), "{kind} {flag:?} {text}");
        }
        assert!(place("next", Some("soon"), "x").is_none() && place("nothing", None, "x").is_none());
    }

    #[test]
    fn the_nearest_name_is_meant() {
        let keys = || FIELDS.iter().map(|field| field.key);
        for (typed, meant) in [
            ("root_cause.problm", "root_cause.problem"),
            ("summary", "executive_summary"),
            ("problem", "root_cause.problem"),
            ("decision", "decisions"),
            ("impact.down_time", "impact.downtime"),
        ] {
            assert_eq!(nearest(typed, keys()), Some(meant), "{typed}");
        }
        for typed in ["nosuch.field", "foo", "x"] {
            assert_eq!(nearest(typed, keys()), None, "{typed}");
        }
    }
}
