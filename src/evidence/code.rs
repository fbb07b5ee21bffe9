//! Definitions: which functions, methods and types a file's change added, modified or removed, and which tests it created.
//!
//! Syntax trees where there is a grammar, function-header patterns where there is none, nothing where the language is unknown.
//! Reads two texts and the changed lines between them; knows nothing of repositories, and never guesses.

mod compare;
mod definition;
mod elide;
mod embedded;
mod extent;
mod extract;
mod fallback;
mod grammar;
mod grammar_rows;
mod group;
mod header_rows;
mod indent;
mod language;
mod languages;
mod leading_comments;
mod lexis;
mod lines;
mod names;
mod new_tests;
mod outline;
mod own_text;
mod parse;
mod rules;
mod scope;
mod side;
#[cfg(test)]
mod tests;
mod test_titles;

pub use embedded::decoded;

use crate::change::{Hunk, RepoPath};
use crate::evidence::{CodeNote, DefinitionChange, NewTest};

/// A changed file.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// Path in head; in base where the file was deleted.
    pub path: &'a RepoPath,
    /// Path in base where it differs.
    pub old_path: Option<&'a RepoPath>,
    /// The bytes before; none where the file was added.
    pub base: Option<&'a [u8]>,
    /// The bytes after; none where it was deleted.
    pub head: Option<&'a [u8]>,
    /// The changed lines, in order.
    pub hunks: &'a [Hunk],
}

/// What was read from a changed file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodeReading {
    /// Its language's public name; none where unknown.
    pub language: Option<&'static str>,
    /// Changed definitions in the order of their lines.
    pub definitions: Vec<DefinitionChange>,
    /// Tests that base does not have.
    pub tests: Vec<NewTest>,
    /// How it was read.
    pub note: CodeNote,
}

/// The language of a file by name or `#!` line, whether or not its definitions can be read from a syntax tree.
pub fn language(path: &RepoPath, content: &[u8]) -> Option<&'static str> {
    languages::find(path, content).map(|language| language.name)
}

/// Reads changed files one after the other.
pub struct CodeReader {
    parser: tree_sitter::Parser,
    /// Smaller texts, in bytes, are parsed as a whole: that is faster than to look for what can be left out.
    whole_below: usize,
}

impl Default for CodeReader {
    fn default() -> Self {
        Self { parser: tree_sitter::Parser::new(), whole_below: 1 << 10 }
    }
}

impl CodeReader {
    /// Reads one changed file.
    pub fn read(&mut self, input: &Input<'_>) -> CodeReading {
        let mut reading = side::read(self, input);
        test_titles::add(&mut reading, input);
        reading
    }

    /// All definitions of a file, those within others too: of a file that was added only the outer ones are told as changes.
    pub fn all(&mut self, path: &RepoPath, text: &[u8]) -> Option<Vec<DefinitionChange>> {
        side::all(self, path, text)
    }
}
