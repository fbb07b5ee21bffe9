//! Evidence: what a difference of two trees means, in the journal's words.
//!
//! Pure: takes loaded [`FileChange`]s, gives for each file its kind, the definitions that changed and the configuration keys that
//! changed. Reads no repository, no clock, no environment, and never guesses: what cannot be read is skipped with its reason.

pub mod code;
pub mod comment;
pub mod config;
pub mod dependencies;
pub mod exposure;
pub mod links_and_pointers;
pub mod kinds;
mod moved_tests;
#[cfg(test)]
pub(crate) mod samples;
pub mod proof;
pub mod runners;
pub mod shell;
pub mod systems;
pub mod unfinished;

use std::collections::HashSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::change::{FileChange, RepoPath, Status};
use crate::{parallel, words};

/// What happened to a definition or a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// Only in head.
    Added,
    /// In both, its own text differs.
    Modified,
    /// Only in base.
    Removed,
}

/// What kind of thing a definition is. The names are public (JSON).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DefinitionKind {
    /// A function outside a type.
    Function,
    /// A function that belongs to a type or object.
    Method,
    /// What makes an instance.
    Constructor,
    /// Reads like a field.
    Getter,
    /// Writes like a field.
    Setter,
    /// A class.
    Class,
    /// A struct.
    Struct,
    /// An interface or protocol.
    Interface,
    /// A trait or mixin.
    Trait,
    /// An enumeration.
    Enum,
    /// A union.
    Union,
    /// A record.
    Record,
    /// A type alias.
    Type,
    /// An annotation type.
    Annotation,
    /// A module, namespace or object.
    Module,
    /// A macro.
    Macro,
}

impl DefinitionKind {
    /// Whether it can be called: functions, methods, constructors, accessors.
    pub fn is_callable(self) -> bool {
        matches!(self, Self::Function | Self::Method | Self::Constructor | Self::Getter | Self::Setter)
    }
}

/// Its public name.
impl fmt::Display for DefinitionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

/// A definition that was added, modified or removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefinitionChange {
    /// What it is.
    pub kind: DefinitionKind,
    /// Its own name.
    pub name: String,
    /// Its name with its containers, in the language's own notation: `InvoiceService::send`, `Cart::total`, `Store.Reserve`.
    pub qualified_name: String,
    /// What happened to it.
    pub change: Change,
    /// Its own first line, 1-based: in head, or in base when removed. Never a hunk's, a decorator's or a doc comment's.
    pub line: u32,
    /// Its last line.
    pub end_line: u32,
}

/// A configuration key whose value changed. Secret values are masked here already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyChange {
    /// The key path in the format's notation, e.g. `connections.redis.retry_after`.
    pub key: String,
    /// The value before, as written; null where the key was added.
    pub before: Option<String>,
    /// The value after, as written; null where the key was removed.
    pub after: Option<String>,
    /// The key's line in head; in base where it was removed.
    pub line: Option<u32>,
}

impl KeyChange {
    /// Whether these words name the key's last part or its new value. The words of a sentence name nothing: `the` is in every other one.
    pub fn is_named_by(&self, named: &HashSet<String>) -> bool {
        let own = self.key.rsplit(['.', '/', ' ']).next().unwrap_or_default();
        let says = |value: &&str| !value.contains(char::is_whitespace) || value.contains(|c: char| c.is_ascii_digit());
        let texts = [Some(own), self.after.as_deref().filter(says)].into_iter().flatten();
        texts.flat_map(words::telling).any(|word| named.contains(&word))
    }
}

/// A test that the change added, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewTest {
    /// The test's name as its runner would print it.
    pub name: String,
    /// Its line in head.
    pub line: u32,
}

/// What kind of file it is; the names are public (JSON). Rules: `kinds.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Category {
    /// Source code.
    Code,
    /// Tests and what supports them.
    Test,
    /// Configuration, dependency manifests included.
    Config,
    /// Documentation.
    Docs,
    /// What agents and operators work by: agents, commands, runbooks, decision records.
    Artifact,
    /// Written by a program.
    Generated,
    /// Written by a package manager.
    Lockfile,
    /// Other people's code kept here.
    Vendored,
    /// Database migrations and schemas.
    Migration,
    /// Pipelines and repository automation.
    Ci,
    /// Infrastructure as code.
    Infra,
    /// Images, fonts, archives and other binary files.
    Asset,
}

/// A changed file with everything that could be read from it. Serialised: the entry of `journal diff --format json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FileEvidence {
    /// Path in head; in base where deleted.
    pub path: RepoPath,
    /// Path in base where it differs.
    pub old_path: Option<RepoPath>,
    /// What happened to the file.
    pub status: Status,
    /// Its language, e.g. `rust`; null where unknown.
    pub language: Option<String>,
    /// What kind of file it is.
    pub category: Category,
    /// Added lines.
    pub added: u32,
    /// Removed lines.
    pub removed: u32,
    /// Changed definitions, in the order of their lines.
    pub definitions: Vec<DefinitionChange>,
    /// Changed keys, in the order of their lines.
    pub keys: Vec<KeyChange>,
    /// What else the kind rules noticed (`secret-bearing`, `dependency`, `script` and so on).
    #[serde(skip)]
    pub flags: Vec<kinds::Flag>,
    /// How the definitions were read.
    #[serde(skip)]
    pub code: CodeNote,
    /// What the configuration reading said beside the keys; none for files that are no configuration.
    #[serde(skip)]
    pub config: Option<config::ConfigNote>,
    /// Which packages moved in a lock file, in one line; none where that is not known.
    #[serde(skip)]
    pub packages: Option<String>,
    /// Tests the change added.
    #[serde(skip)]
    pub tests: Vec<NewTest>,
    /// What there is to tell where git holds something else than the file's content: a link, a pointer of git-lfs.
    #[serde(skip)]
    pub instead: Option<String>,
    /// Git holds it no more, and it is still there: nothing in it was removed.
    #[serde(skip)]
    pub untracked: bool,
}

impl FileEvidence {
    /// Takes a file that is gone from the tree, and not from the disk, for what it is.
    pub fn mark_untracked(&mut self) {
        self.untracked = true;
        self.keys.clear();
        self.definitions.clear();
    }
}

/// How definitions were read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodeNote {
    /// The names come from function-header patterns, not from a parser.
    pub derived: bool,
    /// Why the file was not read.
    pub skipped: Option<String>,
    /// No line of its code differs: what does are outputs or texts of a notebook.
    pub same: bool,
}

/// Everything two trees say: the loaded changes and what was read from each, in the same order, sorted by path.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evidence {
    /// The changes with their contents.
    pub changes: Vec<FileChange>,
    /// What was read from each.
    pub files: Vec<FileEvidence>,
}

/// Reads everything from loaded changes. Pure; the same changes give the same evidence.
pub fn read(changes: Vec<FileChange>, overrides: &kinds::Overrides) -> Evidence {
    let size = |change: &FileChange| [change.base_blob(), change.head_blob()].into_iter().flatten().map(<[u8]>::len).sum();
    let mut files = parallel::map(&changes, size, code::CodeReader::default(), code::CodeReader::default, |reader, change| {
        let reading = reader.read(&code_input(change));
        file(change, reading, overrides)
    });
    moved_tests::leave_out(&changes, &mut files);
    Evidence { changes, files }
}

fn is_read(change: &FileChange) -> bool {
    !change.binary && !links_and_pointers::is_unread(change)
}

fn code_input(change: &FileChange) -> code::Input<'_> {
    code::Input {
        path: &change.path,
        old_path: change.old_path.as_ref(),
        base: change.base_blob().filter(|_| is_read(change)),
        head: change.head_blob().filter(|_| is_read(change)),
        hunks: &change.hunks,
    }
}

fn file(change: &FileChange, reading: code::CodeReading, overrides: &kinds::Overrides) -> FileEvidence {
    let instead = links_and_pointers::describe(change);
    // a content that git-lfs keeps is of the kind that its path says
    let mut kind = kinds::classify(&change.path, change.head_blob(), change.binary && instead.is_none(), overrides);
    if links_and_pointers::is_link(change) && kind.category == Category::Code {
        kind.category = Category::Config; // which code is used is a setting
    }
    // what is no key of a program is told by its definitions
    let is_code = |note: &config::ConfigNote| config::is_program(note.format) && matches!(note.nature, config::Nature::Text { .. });
    let config = config_reading(change, &kind).filter(|read| reading.definitions.is_empty() || !is_code(&read.note));
    FileEvidence {
        path: change.path.clone(),
        old_path: change.old_path.clone(),
        status: change.status,
        language: kind.language.or(reading.language.map(str::to_owned)),
        category: kind.category,
        added: change.added(),
        removed: change.removed(),
        definitions: reading.definitions,
        flags: kind.flags,
        code: reading.note,
        keys: config.as_ref().map(|reading| reading.changes.clone()).unwrap_or_default(),
        config: config.map(|reading| reading.note),
        packages: packages(change, kind.category),
        tests: reading.tests,
        instead,
        untracked: false,
    }
}

fn packages(change: &FileChange, category: Category) -> Option<String> {
    let locks = category == Category::Lockfile && !change.binary;
    locks.then(|| config::lock_summary(&change.path, change.base_blob()?, change.head_blob()?)).flatten()
}

fn config_reading(change: &FileChange, kind: &kinds::FileKind) -> Option<config::ConfigReading> {
    // the schema of an interface is read where it is written as settings are: `openapi.yaml`
    let is_schema = kind.category == Category::Migration && kind.flags.contains(&kinds::Flag::PublicApi);
    if !is_read(change) || !matches!(kind.category, Category::Config | Category::Ci | Category::Infra) && !is_schema {
        return None;
    }
    let secret = kind.flags.contains(&kinds::Flag::SecretBearing);
    let policy = if secret { config::Policy::Everything } else { config::Policy::Secrets };
    config::read(&change.path, change.base_blob(), change.head_blob(), policy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_named_by_its_last_part_or_its_value() {
        let key = |key: &str, after: &str| KeyChange { key: key.into(), before: None, after: Some(after.into()), line: None };
        for (text, key, is_named) in [
            ("Retry later", key("queue.retryAfter", "330"), true),
            ("api gets 512Mi", key("limits.memory", "512Mi"), true),
            ("Move the queue to redis", key("driver", "redis"), true),
            ("Wait 30 seconds", key("wait", "30 seconds"), true),
            ("Fix the lock", key("description", "Runs the jobs"), false),
            ("Fix the queue", key("queue.driver", "redis"), false),
        ] {
            assert_eq!(key.is_named_by(&words::telling(text)), is_named, "{text}");
        }
    }
}
