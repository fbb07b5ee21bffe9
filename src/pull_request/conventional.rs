//! Subjects in the form `type(scope)!: text`, and the types: one row each. Which commits count is decided elsewhere.

use std::sync::LazyLock;

use regex::Regex;

/// A type of change.
#[derive(Debug, PartialEq, Eq)]
pub struct Type {
    /// As subjects write it, e.g. `fix`.
    pub name: &'static str,
    /// Other spellings.
    also: &'static [&'static str],
    /// Names of templates for it, without extension; none where no repository has one of its own.
    pub templates: &'static [&'static str],
    /// The word of a line `/kind bug`.
    pub kind_line: Option<&'static str>,
}

const PLAIN: Type = Type { name: "", also: &[], templates: &[], kind_line: None };

/// The rows, from the strongest to the weakest: the strongest of several commits names their whole.
pub const TYPES: &[Type] = &[
    Type { name: "feat", templates: &["feature", "feat", "new_feature", "enhancement"], kind_line: Some("feature"), ..PLAIN },
    Type { name: "fix", templates: &["bugfix", "bug_fix", "bug", "fix"], kind_line: Some("bug"), ..PLAIN },
    Type { name: "perf", ..PLAIN },
    Type { name: "refactor", templates: &["refactor", "refactoring"], kind_line: Some("cleanup"), ..PLAIN },
    Type { name: "docs", also: &["doc"], templates: &["docs", "documentation"], kind_line: Some("documentation") },
    Type { name: "test", also: &["tests"], kind_line: Some("test"), ..PLAIN },
    Type { name: "build", ..PLAIN },
    Type { name: "ci", ..PLAIN },
    Type { name: "style", ..PLAIN },
    Type { name: "deps", templates: &["dependencies", "dependency"], ..PLAIN },
    Type { name: "chore", templates: &["chore", "maintenance"], kind_line: Some("cleanup"), ..PLAIN },
    Type { name: "revert", ..PLAIN },
];

impl Type {
    /// The row of a name or of another spelling, in any case.
    pub fn named(name: &str) -> Option<&'static Self> {
        TYPES.iter().find(|row| row.spellings().any(|spelling| spelling.eq_ignore_ascii_case(name)))
    }

    fn spellings(&self) -> impl Iterator<Item = &'static str> {
        self.also.iter().chain([&self.name]).copied()
    }
}

/// What a subject in this form says before its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conventional {
    /// The type.
    pub kind: &'static Type,
    /// Whether an exclamation mark says that it breaks something.
    pub breaking: bool,
}

static CONVENTIONAL: LazyLock<Regex> = LazyLock::new(|| {
    let types = TYPES.iter().flat_map(Type::spellings).collect::<Vec<_>>().join("|");
    Regex::new(&format!(r"(?i)^({types})(?:\([^()]+\))?(!)?:\s+\S")).expect("a test compiles it")
});

/// Reads a subject's type, leniently.
pub fn conventional(subject: &str) -> Option<Conventional> {
    let found = CONVENTIONAL.captures(subject)?;
    let kind = Type::named(&found[1])?;
    Some(Conventional { kind, breaking: found.get(2).is_some() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_read_as_its_type() {
        for row in TYPES {
            for spelling in row.spellings() {
                let subject = format!("{spelling}: do it");
                assert_eq!(conventional(&subject).map(|one| one.kind.name), Some(row.name), "{subject}");
            }
        }
    }

    #[test]
    fn types_are_read_leniently() {
        let read = |subject| conventional(subject).map(|one| (one.kind.name, one.breaking));
        assert_eq!(read("Feat(api)!: drop v1"), Some(("feat", true)));
        assert_eq!([read("config: longer"), read("fix it: now")], [None, None]);
    }
}
