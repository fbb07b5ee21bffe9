//! What a language is: how its files are known and how they are read. The languages themselves are rows of `grammar_rows`, `header_rows`,
//! `embedded` and `languages`.

use std::collections::HashMap;

use regex::bytes::Regex;
use tree_sitter_language::LanguageFn;

use super::grammar::{Grammar, Rule};
use crate::evidence::DefinitionKind;

/// A language: how its files are known and how they are read.
pub(super) struct Language {
    /// Its public name (JSON), in lower case.
    pub name: &'static str,
    /// File name extensions, in lower case.
    pub extensions: &'static [&'static str],
    /// Whole file names.
    pub file_names: &'static [&'static str],
    /// Interpreters named in a `#!` line.
    pub interpreters: &'static [&'static str],
    /// Where an extension has several languages: one of these must occur in the file for this row to count.
    pub markers: &'static [&'static str],
    /// How its definitions are found.
    pub reader: LanguageReader,
}

/// How a language's definitions are found.
pub(super) enum LanguageReader {
    /// In the syntax tree.
    Tree(LanguageFn, &'static Grammar),
    /// By header lines.
    Headers(&'static Headers),
    /// In the code that a file of another form holds.
    Embedded(&'static Form),
    /// Not at all.
    Nothing,
}

pub(super) const fn tree(
    name: &'static str,
    extensions: &'static [&'static str],
    grammar: LanguageFn,
    rules: &'static Grammar,
) -> Language {
    Language { name, extensions, file_names: &[], interpreters: &[], markers: &[], reader: LanguageReader::Tree(grammar, rules) }
}

/// A language that is known by its header lines only.
pub(super) const fn headers(name: &'static str, extensions: &'static [&'static str], headers: &'static Headers) -> Language {
    Language { name, extensions, file_names: &[], interpreters: &[], markers: &[], reader: LanguageReader::Headers(headers) }
}

pub(super) const fn embedded(name: &'static str, extensions: &'static [&'static str], form: &'static Form) -> Language {
    Language { name, extensions, file_names: &[], interpreters: &[], markers: &[], reader: LanguageReader::Embedded(form) }
}

pub(super) const fn named(name: &'static str, extensions: &'static [&'static str]) -> Language {
    Language { name, extensions, file_names: &[], interpreters: &[], markers: &[], reader: LanguageReader::Nothing }
}

impl Language {
    /// With files of these names.
    pub(super) const fn files(mut self, names: &'static [&'static str]) -> Self {
        self.file_names = names;
        self
    }

    /// With interpreters that a `#!` line may name.
    pub(super) const fn run_by(mut self, interpreters: &'static [&'static str]) -> Self {
        self.interpreters = interpreters;
        self
    }

    /// With text that tells it from other languages of the same extension.
    pub(super) const fn marked(mut self, markers: &'static [&'static str]) -> Self {
        self.markers = markers;
        self
    }
}

/// How a language's headers look.
pub(super) struct Headers {
    /// Patterns of header lines, the first that matches counts.
    pub patterns: &'static [(&'static str, DefinitionKind)],
    /// Lines that begin with one of these are no headers.
    pub not: &'static [&'static str],
    /// Lines that begin with one of these, in lower case, end what a header of their indentation reaches.
    pub closers: &'static [&'static str],
    /// The same for lines that are themselves not reached any more.
    pub breaks: &'static [&'static str],
    /// Indentation means nothing: a header reaches to the next one.
    pub flat: bool,
    /// The pattern of a test.
    pub test: Option<&'static str>,
    /// A name is given in parts, each before a colon, between what is passed: `put:(int)b withKey:(id)k` is `put:withKey:`.
    pub in_parts: bool,
}

/// The code of a file.
pub(super) struct Code {
    /// What it is written in.
    pub language: &'static Language,
    /// The code, line by line where the file has it.
    pub text: Vec<u8>,
}

/// How a form's code is found, and how it is shown.
pub(super) struct Form {
    /// Finds it.
    pub code: fn(&[u8]) -> Option<Code>,
    /// Whether the file's own lines are not what people wrote, so that the code is to be shown in their place.
    pub is_encoded: bool,
}

/// What a node kind means in a language, by the kind's number.
#[derive(Clone, Default)]
pub(super) struct Meaning {
    pub rules: Vec<&'static Rule>,
    pub comment: bool,
    pub decorator: bool,
    pub wrapper: bool,
    pub parameters: bool,
}

/// A grammar with its node kinds looked up.
pub(super) struct Compiled {
    pub grammar: &'static Grammar,
    pub parser: tree_sitter::Language,
    pub kinds: Vec<Meaning>,
    /// What is parsed as spaces.
    pub blanks: Vec<Regex>,
}

pub(super) fn compile(function: LanguageFn, grammar: &'static Grammar) -> Compiled {
    let parser = tree_sitter::Language::new(function);
    let mut meanings: HashMap<&str, Meaning> = HashMap::new();
    for rule in grammar.rules.iter().copied().flatten() {
        meanings.entry(rule.node).or_default().rules.push(rule);
    }
    let mut mark = |kinds: &[&'static str], set: fn(&mut Meaning)| {
        for kind in kinds {
            set(meanings.entry(kind).or_default());
        }
    };
    mark(grammar.comments, |m| m.comment = true);
    mark(grammar.decorators, |m| m.decorator = true);
    mark(grammar.wrappers, |m| m.wrapper = true);
    mark(grammar.parameters, |m| m.parameters = true);
    let count = u16::try_from(parser.node_kind_count()).unwrap_or(u16::MAX);
    let kind = |id: u16| parser.node_kind_for_id(id).filter(|_| parser.node_kind_is_named(id));
    let kinds = (0..count).map(|id| kind(id).and_then(|k| meanings.get(k)).cloned().unwrap_or_default()).collect();
    // a constant; a test compiles them all
    let blanks = grammar.blanks.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect();
    Compiled { grammar, parser, kinds, blanks }
}

impl Compiled {
    /// What a node means.
    pub(super) fn meaning(&self, node: tree_sitter::Node<'_>) -> &Meaning {
        static NOTHING: Meaning = Meaning { rules: Vec::new(), comment: false, decorator: false, wrapper: false, parameters: false };
        // an error node's kind has a number beyond the table
        self.kinds.get(usize::from(node.kind_id())).unwrap_or(&NOTHING)
    }
}
