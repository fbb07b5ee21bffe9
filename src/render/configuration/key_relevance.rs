//! Which of a file's changed keys tell most, and so are shown where there is no room for all.

use std::collections::HashSet;

use crate::document::ConfigurationChange;
use crate::evidence::kinds::{self, Overrides};
use crate::evidence::{Category, KeyChange, dependencies, exposure};
use crate::words;

/// Keys of a file that are looked at for what they open: more are a file of data.
const LOOKED_AT: usize = 1000;

/// What is known of a file's keys together.
pub(super) struct KeyRelevance<'a> {
    change: &'a ConfigurationChange,
    category: Category,
    /// What keys belong to that open something: the other keys of a rule say what for.
    opened: HashSet<&'a str>,
    /// The words of the commit's subject: "api gets 512Mi" names a value.
    subject: HashSet<String>,
}

impl<'a> KeyRelevance<'a> {
    pub(super) fn of(change: &'a ConfigurationChange) -> Self {
        let category = kinds::classify(&change.path, None, false, &Overrides::default()).category;
        let keys = change.changes.iter().take(LOOKED_AT);
        let opened = keys.filter(|key| exposure::opens(&change.path, category, key)).map(|key| parent(&key.key)).collect();
        let subject = change.description.as_deref().filter(|_| change.description_commit.is_some());
        Self { change, category, opened, subject: subject.map(words::telling).unwrap_or_default() }
    }

    /// Whether any key opens something up.
    pub(super) fn opens(&self) -> bool {
        !self.opened.is_empty()
    }

    /// Whether the subject of the file's commit names a key that changed, or its value.
    pub(super) fn any_named(&self) -> bool {
        self.change.changes.iter().any(|key| key.is_named_by(&self.subject))
    }

    /// The less, the more telling: what opens something, moves a dependency to another major version or is what the commit speaks of; the rest
    /// of a rule that opens something; other dependencies; what was and is something; what a manifest is of.
    pub(super) fn weight(&self, key: &KeyChange) -> u8 {
        let dependency = dependencies::plain(&self.change.path, key);
        let is_major = dependency.as_ref().is_some_and(dependencies::Dependency::is_major);
        match () {
            () if self.opens() && exposure::opens(&self.change.path, self.category, key) => 0,
            () if names_only(&key.key) => 5,
            () if is_major || key.is_named_by(&self.subject) => 0,
            () if self.opened.contains(parent(&key.key)) && !parent(&key.key).is_empty() => 1,
            () if dependency.is_some() => 2,
            () if key.before.is_some() && key.after.is_some() => 3,
            () => 4,
        }
    }
}

/// Whether a key only says what a manifest is of.
fn names_only(key: &str) -> bool {
    let own = key.rsplit_once("].").map_or(key, |(_, own)| own);
    matches!(own, "kind" | "apiVersion" | "metadata.name" | "metadata.namespace")
}

/// The key that a key belongs to.
fn parent(key: &str) -> &str {
    let key = key.trim_end_matches(|c: char| c == ']' || c.is_ascii_digit()).trim_end_matches('[');
    key.rfind(['.', '/']).map_or("", |at| &key[..at])
}
