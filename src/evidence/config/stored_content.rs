//! A file from outside the repository as it may be stored: its keys with their secrets masked, or its lines, or only what it was.
//!
//! The same readers as for files of the repository. What is secret is masked before it is kept, and sealed, so that two samples can tell
//! whether it changed. Pure; which file it is and when it was looked at is known to others.

use std::collections::HashMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::differ::{self, Differ};
use super::formats::{self, Format};
use super::node::{Node, Outline, Scalar, Value};
use super::{Policy, decoded, ordered, show, sorted, text};
use crate::change::{RepoPath, Status};
use crate::evidence::KeyChange;
use crate::evidence::kinds::{self, Flag};
use crate::secrets::{self, Sealer};

/// Nested deeper than this a file is kept as lines: the stored form must be readable again.
const DEPTH: usize = 25;

/// A sample's content.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredContent {
    /// Seal of all bytes; empty where nothing was there.
    seal: String,
    form: Form,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Form {
    /// There was no such file.
    Absent,
    /// Read by its format.
    Keys(Keys),
    /// Masked lines, with the reason where a format could not read them.
    Text { text: String, reason: Option<String> },
    /// Nothing of its content: what it is, and how many bytes where that betrays nothing.
    Opaque { what: String, size: Option<u64> },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Keys {
    format: String,
    outline: Outline,
    /// Seals of what is no key: comments in any order, text that became no key, all but comments and white space.
    comments: String,
    rest: String,
    bare: String,
}

/// What differs between two samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// What happened to the file.
    pub status: Status,
    /// The format it was read as.
    pub format: String,
    /// Changed keys, secrets masked.
    pub changes: Vec<KeyChange>,
    /// What there is to say where keys say nothing.
    pub remark: Option<String>,
    /// Changed lines, masked, where there are no keys.
    pub text: Option<String>,
}

impl StoredContent {
    /// No file was there.
    pub fn absent() -> Self {
        Self { seal: String::new(), form: Form::Absent }
    }

    /// Of a file that is too large to be read: its size and the seal of its bytes.
    pub fn large(size: u64, seal: String) -> Self {
        Self { seal, form: Form::Opaque { what: "too large to be read".into(), size: Some(size) } }
    }

    /// Of a file's bytes. The path says how to read them.
    pub fn of(path: &RepoPath, bytes: &[u8], sealer: &Sealer) -> Self {
        Self { seal: sealer.seal(bytes), form: form(path, bytes, sealer) }
    }

    /// Whether a file was there.
    pub fn is_there(&self) -> bool {
        !matches!(self.form, Form::Absent)
    }

    /// What it was kept as, for people.
    pub fn describe(&self) -> String {
        match &self.form {
            Form::Absent => "not there yet".into(),
            Form::Keys(keys) => format!("read as {}", keys.format),
            Form::Text { reason: Some(reason), .. } => format!("kept as text, {reason}"),
            Form::Text { .. } => "kept as text".into(),
            Form::Opaque { what, .. } => format!("{what}: only whether it changes is kept"),
        }
    }
}

fn form(path: &RepoPath, bytes: &[u8], sealer: &Sealer) -> Form {
    let secret = kinds::flags(path, Some(bytes)).contains(&Flag::SecretBearing);
    let Ok(Some(source)) = decoded(Some(bytes)) else {
        return Form::Opaque { what: "not a text in UTF-8".into(), size: Some(bytes.len() as u64) };
    };
    let policy = if secret { Policy::Everything } else { Policy::Secrets };
    let reason = match formats::find(path, bytes).map(|format| (format, (format.read)(&source))) {
        Some((format, Ok(outline))) if outline.depth() <= DEPTH => return Form::Keys(keys(format, outline, &source, policy, sealer)),
        Some((format, Ok(_))) => Some(format!("nested too deep to be kept as {}", format.id)),
        Some((format, Err(reason))) => Some(show::sentence(&format!("it could not be read as {}: {reason}", format.id))),
        None => None,
    };
    match policy {
        Policy::Everything => Form::Opaque { what: "a file that usually holds secrets".into(), size: None },
        Policy::Secrets => Form::Text { text: text::masked(&source), reason },
    }
}

fn keys(format: &Format, mut outline: Outline, source: &str, policy: Policy, sealer: &Sealer) -> Keys {
    let sealed = |parts: &[&str]| sealer.seal(parts.join("\0").as_bytes());
    let comments = sealed(&sorted(&super::comments((&outline, source))));
    let bare = sealer.seal(super::bare((&outline, source)).as_bytes());
    let rest = sealed(&outline.rest.iter().map(String::as_str).collect::<Vec<_>>());
    conceal(format, &mut outline, policy, sealer);
    outline.rest = Vec::new();
    outline.comments = Vec::<Range<usize>>::new();
    Keys { format: format.id.to_owned(), outline, comments, rest, bare }
}

/// Masks every secret value and key. What a masked value was equal by is its seal from now on.
fn conceal(format: &Format, outline: &mut Outline, policy: Policy, sealer: &Sealer) {
    let differ = Differ { notation: format.notation, identities: &[] }; // without identities every scalar is met
    let values = differ::differences(None, Some(outline), &differ).into_iter().filter_map(|difference| {
        let scalar = difference.head?;
        Some((std::ptr::from_ref(scalar), show::masked(difference.names, scalar, format, policy)))
    });
    let masked: HashMap<*const Scalar, String> = values.collect();
    for (label, node) in &mut outline.documents {
        *label = secrets::masked(label);
        conceal_in(node, &masked, sealer);
    }
}

fn conceal_in(node: &mut Node, masked: &HashMap<*const Scalar, String>, sealer: &Sealer) {
    match &mut node.value {
        Value::Scalar(scalar) => {
            let shown = masked.get(&std::ptr::from_ref(&*scalar)).cloned();
            conceal_scalar(scalar, shown.unwrap_or_else(|| secrets::value_mark(None)), sealer);
        }
        Value::List(items) => items.iter_mut().for_each(|item| conceal_in(item, masked, sealer)),
        Value::Map(entries) => {
            for (key, node) in entries {
                *key = secrets::masked(key);
                conceal_in(node, masked, sealer);
            }
        }
    }
}

fn conceal_scalar(scalar: &mut Scalar, shown: String, sealer: &Sealer) {
    let meaning_is_shown = scalar.meaning.as_deref().is_none_or(|meaning| secrets::mask(meaning).hits.is_empty());
    if shown != scalar.written.trim() || !meaning_is_shown {
        let seal = sealer.seal(scalar.meaning().as_bytes());
        *scalar = Scalar { written: shown, meaning: Some(format!("sealed {seal}")), secret: false };
    }
}

/// What differs between two samples; none where nothing does.
pub fn compare(base: &StoredContent, head: &StoredContent) -> Option<Difference> {
    if base.seal == head.seal && base.is_there() == head.is_there() {
        return None;
    }
    let status = match (&base.form, &head.form) {
        (Form::Absent, _) => Status::Added,
        (_, Form::Absent) => Status::Deleted,
        _ => Status::Modified,
    };
    let telling = if head.is_there() { &head.form } else { &base.form };
    let format = match telling {
        Form::Keys(keys) => keys.format.clone(),
        _ => "text".to_owned(),
    };
    let (changes, remark, text) = compare_forms(&base.form, &head.form);
    Some(Difference { status, format, changes, remark, text })
}

/// Keys, remark and lines.
fn compare_forms(base: &Form, head: &Form) -> (Vec<KeyChange>, Option<String>, Option<String>) {
    let remark = |text: String| (Vec::new(), Some(text), None);
    match (base, head) {
        (Form::Keys(old), Form::Keys(new)) if old.format == new.format => by_keys(Some(old), Some(new)),
        (Form::Keys(old), Form::Absent) => by_keys(Some(old), None),
        (Form::Absent, Form::Keys(new)) => by_keys(None, Some(new)),
        (Form::Text { text: old, .. }, Form::Text { text: new, reason }) => by_lines(old, new, reason.clone()),
        (Form::Text { text: old, .. }, Form::Absent) => by_lines(old, "", None),
        (Form::Absent, Form::Text { text: new, reason }) => by_lines("", new, reason.clone()),
        (Form::Opaque { size: Some(old), what }, Form::Opaque { size: Some(new), .. }) if old != new => {
            remark(format!("{what}: {old} bytes before, {new} bytes after"))
        }
        (Form::Text { reason: Some(reason), .. }, _) => remark(format!("before the change {reason}")),
        (_, Form::Text { reason: Some(reason), .. }) => remark(format!("after the change {reason}")),
        (Form::Opaque { what, .. }, _) | (_, Form::Opaque { what, .. }) => remark(format!("{what}: its content is not shown")),
        _ => remark("its two sides were read as different formats".to_owned()),
    }
}

fn by_lines(old: &str, new: &str, reason: Option<String>) -> (Vec<KeyChange>, Option<String>, Option<String>) {
    let diff = text::diff(old, new);
    match diff.is_empty() {
        true => (Vec::new(), Some("only masked values differ".to_owned()), None),
        false => (Vec::new(), reason, Some(diff)),
    }
}

fn by_keys(old: Option<&Keys>, new: Option<&Keys>) -> (Vec<KeyChange>, Option<String>, Option<String>) {
    let Some(format) = new.or(old).and_then(|keys| formats::by_id(&keys.format)) else {
        return (Vec::new(), Some("its format is not known to this program".to_owned()), None);
    };
    let differ = Differ { notation: format.notation, identities: format.identities };
    let differences = differ::differences(old.map(|keys| &keys.outline), new.map(|keys| &keys.outline), &differ);
    let mut changes: Vec<KeyChange> = differences.iter().map(|difference| show::change(difference, format, Policy::Secrets)).collect();
    changes.sort_by_key(|change| change.line);
    let remark = match (old, new) {
        (Some(old), Some(new)) if changes.is_empty() => Some(beside_keys(old, new).to_owned()),
        _ => None,
    };
    (changes, remark, None)
}

/// What differs where no shown key does.
fn beside_keys(old: &Keys, new: &Keys) -> &'static str {
    let same_order = ordered(&old.outline) == ordered(&new.outline);
    match () {
        () if old.rest != new.rest => "what changed is no key",
        () if same_order && old.bare == new.bare && old.comments != new.comments => "only comments changed",
        () if same_order && old.bare == new.bare => "only white space changed",
        () if !same_order && old.comments == new.comments => "only the order changed",
        () if !same_order => "the order and comments changed",
        () if old.comments == new.comments => "notation or a masked name changed, no value did",
        () => "comments and notation changed, no value did",
    }
}

#[cfg(test)]
mod tests;
