//! What every reader gives: a file as nested keys with their values as written and their lines.
//!
//! Knows no format. Keys may repeat (`ExecStart=`, nginx directives); a repeated key is an ordered list to the differ.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Readers refuse files nested deeper than this, so that no later step can run out of stack.
pub(super) const DEPTH: usize = 100;

/// A file as one reader understood it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Outline {
    /// Its documents with their labels: one with an empty label, except in YAML streams.
    pub(super) documents: Vec<(String, Node)>,
    /// Where the comments are.
    #[serde(skip)]
    pub(super) comments: Vec<Range<usize>>,
    /// Text that carries meaning and became no key, such as lines of a template language.
    pub(super) rest: Vec<String>,
    /// How many keys stand before each line of `rest`, where their order counts.
    #[serde(default)]
    pub(super) places: Vec<usize>,
}

/// The first entry whose key an earlier one has already.
pub(super) fn repeated(entries: &[(String, Node)]) -> Option<&(String, Node)> {
    let mut seen = HashSet::new();
    entries.iter().find(|(key, _)| !seen.insert(key))
}

impl Outline {
    /// A file of one document.
    pub(super) fn of(root: Vec<(String, Node)>, comments: Vec<Range<usize>>) -> Self {
        Self { documents: vec![(String::new(), Node::map(1, root))], comments, ..Self::default() }
    }

    /// How deep its values are nested.
    pub(super) fn depth(&self) -> usize {
        self.documents.iter().map(|(_, node)| node.depth()).max().unwrap_or(0)
    }
}

/// A value with the line where its key stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Node {
    pub(super) line: u32,
    pub(super) value: Value,
}

/// A value before and after.
pub(super) type Sides<'a> = (Option<&'a Node>, Option<&'a Node>);

/// The three shapes a value has.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Value {
    Scalar(Scalar),
    Map(Vec<(String, Node)>),
    List(Vec<Node>),
}

/// A value without parts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Scalar {
    /// As it stands in the file.
    pub(super) written: String,
    /// What it is equal by, where notation (quotes, escapes) does not count.
    pub(super) meaning: Option<String>,
    /// The format itself says that this is a secret.
    pub(super) secret: bool,
}

impl Scalar {
    /// A value that is compared as it is written.
    pub(super) fn plain(written: impl Into<String>) -> Self {
        Self { written: written.into(), meaning: None, secret: false }
    }

    /// What two scalars are compared by.
    pub(super) fn meaning(&self) -> &str {
        self.meaning.as_deref().unwrap_or(&self.written)
    }
}

impl Node {
    pub(super) fn scalar(line: u32, written: impl Into<String>) -> Self {
        Self { line, value: Value::Scalar(Scalar::plain(written)) }
    }

    /// A scalar that is equal to others by `meaning`, whatever its notation.
    pub(super) fn noted(line: u32, written: impl Into<String>, meaning: impl Into<String>) -> Self {
        let meaning = Some(meaning.into());
        let scalar = Scalar { meaning, ..Scalar::plain(written) };
        Self { line, value: Value::Scalar(scalar) }
    }

    pub(super) fn map(line: u32, entries: Vec<(String, Node)>) -> Self {
        Self { line, value: Value::Map(entries) }
    }

    pub(super) fn list(line: u32, items: Vec<Node>) -> Self {
        Self { line, value: Value::List(items) }
    }

    /// The scalar under a key of a map, as written and without quotes.
    pub(super) fn field(&self, key: &str) -> Option<&str> {
        let Value::Map(entries) = &self.value else { return None };
        let (_, node) = entries.iter().find(|(k, _)| k == key)?;
        match &node.value {
            Value::Scalar(scalar) if scalar.written.len() <= 120 => Some(unquoted(&scalar.written)),
            _ => None,
        }
    }

    /// How deep its values are nested, itself counted.
    fn depth(&self) -> usize {
        let inner = match &self.value {
            Value::Scalar(_) => None,
            Value::Map(entries) => entries.iter().map(|(_, node)| node.depth()).max(),
            Value::List(items) => items.iter().map(Node::depth).max(),
        };
        1 + inner.unwrap_or(0)
    }

    /// Marks every scalar in it as secret.
    pub(super) fn conceal(&mut self) {
        match &mut self.value {
            Value::Scalar(scalar) => scalar.secret = true,
            Value::Map(entries) => entries.iter_mut().for_each(|(_, node)| node.conceal()),
            Value::List(items) => items.iter_mut().for_each(Node::conceal),
        }
    }

    /// The same for equal content in whatever order of keys and items.
    pub(super) fn fingerprint(&self) -> u64 {
        match &self.value {
            Value::Scalar(scalar) => hash(&(0, scalar.meaning())),
            Value::Map(entries) => hash(&(1, sum(entries.iter().map(|(k, n)| hash(&(k, n.fingerprint())))))),
            Value::List(items) => hash(&(2, sum(items.iter().map(Node::fingerprint)))),
        }
    }

    /// The same for equal content in the same order.
    pub(super) fn ordered_fingerprint(&self) -> u64 {
        match &self.value {
            Value::Scalar(scalar) => hash(&(0, scalar.meaning())),
            Value::Map(entries) => hash(&(1, entries.iter().map(|(k, n)| (k, n.ordered_fingerprint())).collect::<Vec<_>>())),
            Value::List(items) => hash(&(2, items.iter().map(Node::ordered_fingerprint).collect::<Vec<_>>())),
        }
    }
}

/// Text without one pair of quotes around it.
pub(super) fn unquoted(text: &str) -> &str {
    let inner = |q: char| text.strip_prefix(q)?.strip_suffix(q);
    inner('"').or_else(|| inner('\'')).unwrap_or(text)
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn sum(parts: impl Iterator<Item = u64>) -> u64 {
    parts.fold(0, u64::wrapping_add)
}
