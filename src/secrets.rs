//! Secrets are masked before anything is stored or printed, so that what they were stays readable and what they are does not.
//!
//! [`mask`] is for free text: notes, command lines, diffs, messages. [`mask_value`] is for a value whose key is known. A masked piece
//! reads `(Stripe secret key, masked)`. What counts as a secret is a row of `kinds`, or of `commands` where it is an argument of a program;
//! which key names point to one is in `names`; which values hold none whatever their key (references, placeholders, types) is in
//! `values`.
//!
//! Placeholders such as `changeme`, `<token>` or `your-api-key` stay visible on purpose: they are no secret, and that one stood there
//! is often the very thing a journal tells. Nothing here can be switched off, and nothing is kept of a secret, not even its length.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use regex::{Regex, RegexSet};

mod commands;
mod kinds;
mod mark;
mod names;
mod quotes;
mod seal;
#[cfg(test)]
mod tests;
mod values;

pub use mark::{holds_mark, is_mark, piece_mark, value_mark, without_marks};
pub use seal::{Sealer, Sealing};

use kinds::{KINDS, Scope, Secret, SecretCandidate, SecretKind};
use quotes::Plain;

/// Text without its secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked<'a> {
    /// The text; borrowed where it held none.
    pub text: Cow<'a, str>,
    /// How often each kind was found, in the order in which they first appear.
    pub hits: Vec<(&'static str, usize)>,
}

/// What to show instead of a secret value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mask {
    /// What kind of secret it is, for people: "Stripe secret key".
    pub kind: &'static str,
    /// The text to show: `(Stripe secret key, value masked)`, or the value with only its secret part masked.
    pub shown: String,
}

/// The kinds that marks in this text name, one for each. Where all values of a file were masked, no kind is known.
pub fn marks(text: &str) -> Vec<&'static str> {
    let known = |name: &str| all_kinds().find(|kind| *kind == name);
    mark::kinds(text).filter_map(|kind| kind.map_or(Some("value of a secrets file"), known)).collect()
}

fn all_kinds() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|kind| kind.name).chain(commands::ROWS.iter().map(|row| row.name)).chain(names::kinds())
}

/// Masks every secret in free text. Text without one costs a single pass of the prefilter.
pub fn mask(text: &str) -> Masked<'_> {
    let found = secrets_in(text);
    if found.is_empty() {
        return Masked { text: Cow::Borrowed(text), hits: Vec::new() };
    }
    let (mut out, mut at, mut hits) = (String::with_capacity(text.len()), 0, Vec::<(&str, usize)>::new());
    for Secret { range, name } in found {
        out.push_str(&text[at..range.start]);
        out.push_str(&piece_mark(name));
        at = range.end;
        match hits.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => hits.push((name, 1)),
        }
    }
    out.push_str(&text[at..]);
    Masked { text: Cow::Owned(out), hits }
}

/// The text with its secrets masked, where the count is of no interest.
pub fn masked(text: &str) -> String {
    mask(text).text.into_owned()
}

/// Whether a key's name says that its value is secret.
pub fn is_secret_name(key: &str) -> bool {
    names::secret_name(key).is_some()
}

/// What to show for a value that is secret by its key's name or by what it looks like; none where it can be shown as it is.
pub fn mask_value(key: &str, value: &str) -> Option<Mask> {
    let bare = values::unquoted(value.trim());
    let whole = |kind: &'static str| Mask { kind, shown: value_mark(Some(kind)) };
    let found = secrets_in(value);
    let covered: usize = found.iter().map(|secret| secret.range.len()).sum();
    let by_name = names::secret_name(key).filter(|kind| !values::is_harmless(bare) && !values::is_flag_or_count(bare, kind));
    match (found.first(), by_name.or_else(|| names::by_entropy(key, bare))) {
        (Some(secret), Some(_)) => Some(whole(secret.name)),
        (Some(secret), None) if covered >= bare.len() => Some(whole(secret.name)),
        (Some(secret), None) => Some(Mask { kind: secret.name, shown: mask(value).text.into_owned() }),
        (None, Some(kind)) => Some(whole(kind)),
        (None, None) => None,
    }
}

/// The rows with their compiled expressions; built when the first text is looked at, each row when its hint is first met.
struct Table {
    prefilter: RegexSet,
    rows: Vec<LazyLock<SecretRow, Box<dyn Fn() -> SecretRow + Send>>>,
}

struct SecretRow {
    hint: Regex,
    pattern: Regex,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let hint = |kind: &SecretKind| format!("(?i-u:{})", kind.hint);
    let row = |kind: &'static SecretKind| -> LazyLock<SecretRow, Box<dyn Fn() -> SecretRow + Send>> {
        LazyLock::new(Box::new(move || SecretRow { hint: compiled(kind, &hint(kind)), pattern: compiled(kind, kind.pattern) }))
    };
    Table {
        prefilter: RegexSet::new(KINDS.iter().map(hint)).expect("the table test compiles every row's hint"),
        rows: KINDS.iter().map(row).collect(),
    }
});

/// A row's expression. A test compiles every row, so that this cannot fail on a user's machine.
fn compiled(kind: &SecretKind, expression: &str) -> Regex {
    Regex::new(expression).unwrap_or_else(|error| panic!("the row {} does not compile: {error}", kind.id))
}

/// Where the secrets are, in order and without overlap. Where two rows overlap, all of it is masked under the earlier row's name.
fn secrets_in(text: &str) -> Vec<Secret> {
    let mut found = found_in(text);
    if let Some(plain) = Plain::of(text) {
        found.extend(found_in(&plain.text).into_iter().map(|(row, secret)| (row, plain.as_written(secret))));
    }
    if !found.is_empty() {
        let marks = mark::ranges(text);
        let is_in = |mark: &Range<usize>, secret: &Secret| mark.start <= secret.range.start && secret.range.end <= mark.end;
        found.retain(|(_, secret)| !marks.iter().any(|mark| is_in(mark, secret)));
    }
    merged(found)
}

/// What each row finds, with the row's place in the table.
fn found_in(text: &str) -> Vec<(usize, Secret)> {
    let mut found: Vec<(usize, Secret)> = Vec::new();
    for row in TABLE.prefilter.matches(text) {
        for scope in scopes(text, &TABLE.rows[row].hint, KINDS[row].scope) {
            found.extend(secrets_of_kind(row, &text[scope.clone()], scope.start).map(|secret| (row, secret)));
        }
    }
    // by a known shape rather than by its place
    found.extend(commands::secrets_in(text).into_iter().map(|secret| (KINDS.len(), secret)));
    found
}

/// The stretches of text around the hints in which the row's pattern is tried.
fn scopes(text: &str, hint: &Regex, scope: Scope) -> Vec<Range<usize>> {
    if scope == Scope::Text {
        return hint.find(text).map(|first| line_around(text, first.start()).start..text.len()).into_iter().collect();
    }
    let (mut lines, mut at): (Vec<Range<usize>>, usize) = (Vec::new(), 0);
    while let Some(found) = hint.find_at(text, at) {
        let line = line_around(text, found.start());
        at = line.end.max(found.end());
        lines.push(line);
    }
    lines
}

fn line_around(text: &str, at: usize) -> Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let end = text[at..].find('\n').map_or(text.len(), |i| at + i);
    start..end
}

/// The secrets of one row in a stretch of text that begins at `offset`.
fn secrets_of_kind(row: usize, text: &str, offset: usize) -> impl Iterator<Item = Secret> {
    TABLE.rows[row].pattern.captures_iter(text).filter_map(move |captures| {
        let candidate = SecretCandidate {
            text,
            name: KINDS[row].name,
            key: captures.name("k"),
            secret: captures.name("s").or_else(|| captures.get(0))?,
        };
        let Secret { range, name } = (KINDS[row].accept)(&candidate).filter(|secret| !secret.range.is_empty())?;
        let range = range.start + offset..range.end + offset;
        Some(Secret { range, name })
    })
}

fn merged(mut found: Vec<(usize, Secret)>) -> Vec<Secret> {
    found.sort_by_key(|(row, secret)| (secret.range.start, *row));
    let mut merged: Vec<(usize, Secret)> = Vec::new();
    for (row, secret) in found {
        match merged.last_mut() {
            Some((first, last)) if secret.range.start < last.range.end => {
                last.range.end = last.range.end.max(secret.range.end);
                if row < *first {
                    (*first, last.name) = (row, secret.name);
                }
            }
            _ => merged.push((row, secret)),
        }
    }
    merged.into_iter().map(|(_, secret)| secret).collect()
}
