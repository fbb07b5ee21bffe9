//! Configuration keys before and after: which keys of a file changed, from what to what, and where.
//!
//! Pure: two contents in, changes out. A file is read by the row of its format (`config/formats.rs`) into nested keys with their values
//! as written, both sides are compared key by key, secrets are masked before anything leaves. A side that cannot be read gives a short
//! masked diff with the reason. Nothing here knows why a key changed or which commit did it.

use std::collections::HashMap;

use crate::change::RepoPath;
use crate::evidence::KeyChange;
use crate::secrets;

mod blocks;
mod code;
mod cron;
mod differ;
mod formats;
mod hcl;
mod items;
mod json;
pub mod stored_content;
mod lines;
mod locks;
mod manifests;
mod node;
mod packages;
mod records;
mod show;
#[cfg(test)]
mod tests;
mod text;
mod toml;
mod tree;
mod xml;
mod yaml;

use differ::Differ;
use formats::Format;
use node::Outline;

/// What a configuration file's change amounts to, beside its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigNote {
    /// The format it was read as, e.g. `yaml`, `nginx`.
    pub format: &'static str,
    /// What there is to say besides the keys.
    pub nature: Nature,
    /// Changed lines that carry meaning and belong to no key.
    pub keyless: KeylessLines,
}

/// Numbers of lines beside keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeylessLines {
    /// Lines that came.
    pub added: usize,
    /// Lines that went.
    pub removed: usize,
}

/// What a configuration file's change amounts to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nature {
    /// Keys changed; they are listed.
    Keys,
    /// Both sides are equal.
    Nothing,
    /// Nothing but comments (and white space) differs.
    CommentsOnly,
    /// Nothing but the order differs.
    OrderOnly,
    /// Nothing but white space or notation differs.
    LayoutOnly,
    /// Shown as a diff of at most 12 lines, masked; with the reason why there are no keys.
    Text {
        /// Why there are no keys to show.
        reason: String,
        /// The changed lines, each with `-` or `+` in front; empty where values must not be shown or only masked ones differ.
        diff: String,
    },
}

/// What was read from both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigReading {
    /// Changed keys in the order of their lines, secret values masked.
    pub changes: Vec<KeyChange>,
    /// What there is to say besides.
    pub note: ConfigNote,
}

/// Which values may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// All but those that are secret by key or by content.
    Secrets,
    /// None: the file is one that usually holds secrets, such as `.env`.
    Everything,
}

/// Files above this are not read.
const LIMIT: usize = 1024 * 1024;

/// The keys that differ between two contents of a file; none where it is no configuration or has no side at all.
pub fn read(path: &RepoPath, base: Option<&[u8]>, head: Option<&[u8]>, policy: Policy) -> Option<ConfigReading> {
    let format = formats::find(path, head.or(base)?)?;
    let silent = |nature| (Vec::new(), nature, KeylessLines::default());
    let (changes, nature, keyless) = match (decoded(base), decoded(head)) {
        _ if base == head => silent(Nature::Nothing),
        (Ok(base), Ok(head)) => compare(format, base.as_deref(), head.as_deref(), policy),
        (Err(reason), _) | (_, Err(reason)) => silent(unread(reason)),
    };
    let format = format.id;
    Some(ConfigReading { changes, note: ConfigNote { format, nature, keyless } })
}

/// All keys of a file with their whole values, secrets masked; none where it is no configuration or cannot be read.
pub fn keys(path: &RepoPath, bytes: &[u8], policy: Policy) -> Option<Vec<KeyChange>> {
    let format = formats::find(path, bytes)?;
    let outline = (format.read)(&decoded(Some(bytes)).ok()??).ok()?;
    let differ = Differ { notation: format.notation, identities: identities(format, policy) };
    Some(differ::differences(None, Some(&outline), &differ).iter().map(|d| show::whole(d, format, policy)).collect())
}

/// Whether files of this format are programs: what is no key there is shown as code is.
pub fn is_program(format: &str) -> bool {
    formats::by_id(format).is_some_and(|format| format.is_program)
}

/// Whether a shown value, which may be cut, is that whole one.
pub fn shows(shown: &str, whole: &str) -> bool {
    show::shows(shown, whole)
}

/// A whole value in the width of those that are shown, cut where that one is cut.
pub fn cut_alike(whole: &str, shown: &str) -> String {
    show::cut_alike(whole, shown)
}

fn identities(format: &Format, policy: Policy) -> &'static [&'static str] {
    if policy == Policy::Everything { &[] } else { format.identities }
}

/// One line on what moved in a lock file, such as `2 packages updated, 1 added`; none where nothing did or it cannot be read.
pub fn lock_summary(path: &RepoPath, base: &[u8], head: &[u8]) -> Option<String> {
    const LIMIT: usize = 8 * 1024 * 1024;
    let lock = formats::lock(path).filter(|_| base.len() <= LIMIT && head.len() <= LIMIT)?;
    let summary = lock.summary(std::str::from_utf8(base).ok()?, std::str::from_utf8(head).ok()?)?;
    Some(show::sentence(&summary))
}

/// What to print for a change: `before:` and `after:`, `added:`, `removed:`, or `changed:` where masking leaves nothing to compare.
pub fn format_change(change: &KeyChange, format: &str) -> Vec<String> {
    let row = formats::by_id(format);
    let joiner = row.map_or(": ", |row| row.joiner);
    let meaning = |value: &str| row.and_then(|row| (row.in_words)(value)).map(|words| format!(" ({words})")).unwrap_or_default();
    let entry = |value: &str| match value {
        "" => change.key.clone(),
        mask if secrets::is_mark(mask) => format!("{} {mask}", change.key),
        value => format!("{}{joiner}{value}{}", change.key, meaning(value)),
    };
    match (change.before.as_deref(), change.after.as_deref()) {
        (Some(before), Some(after)) if before == after => vec![format!("changed: {}", entry(after))],
        (Some(before), Some(after)) => {
            let side = |value: &str| {
                if value.is_empty() { format!("{}{}", change.key, joiner.trim_end()) } else { entry(value) }
            };
            vec![format!("before: {}", side(before)), format!("after:  {}", side(after))]
        }
        (None, Some(after)) => vec![format!("added:  {}", entry(after))],
        (Some(before), None) => vec![format!("removed: {}", entry(before))],
        (None, None) => Vec::new(),
    }
}

fn unread(reason: impl Into<String>) -> Nature {
    Nature::Text { reason: reason.into(), diff: String::new() }
}

/// The text of a side, line ends as `\n`. Bytes that are not UTF-8 are taken as Latin-1, so that different bytes stay different.
fn decoded(side: Option<&[u8]>) -> Result<Option<String>, &'static str> {
    let Some(bytes) = side else { return Ok(None) };
    if bytes.len() > LIMIT {
        return Err("larger than 1 MiB");
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || bytes.contains(&0) {
        return Err("not a text in UTF-8");
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|&b| char::from(b)).collect(),
    };
    Ok(Some(if text.contains('\r') { text.replace("\r\n", "\n") } else { text }))
}

fn compare(format: &Format, base: Option<&str>, head: Option<&str>, policy: Policy) -> (Vec<KeyChange>, Nature, KeylessLines) {
    let outline = |text: Option<&str>| text.map(format.read).transpose();
    let (old, new) = match (outline(base), outline(head)) {
        (Ok(old), Ok(new)) => (old, new),
        (old, new) => {
            // the side before is the file without the session's lines, which nobody may ever have seen
            let side = if new.is_err() { "after" } else { "without" };
            let reason = new.err().or(old.err()).unwrap_or_default();
            let reason = format!("could not be read as {} {side} the change: {reason}", format.id);
            return (Vec::new(), as_text(reason, (base, head), policy), KeylessLines::default());
        }
    };
    let differ = Differ { notation: format.notation, identities: identities(format, policy) };
    let mut changes: Vec<KeyChange> =
        differ::differences(old.as_ref(), new.as_ref(), &differ).iter().map(|d| show::change(d, format, policy)).collect();
    changes.sort_by_key(|change| change.line);
    let nature = match (&old, &new) {
        _ if !changes.is_empty() => Nature::Keys,
        (Some(old), Some(new)) => residue((old, base.unwrap_or_default()), (new, head.unwrap_or_default()), policy),
        _ => Nature::Nothing,
    };
    (changes, nature, keyless_lines(old.as_ref(), new.as_ref()))
}

/// The lines of one side that the other has not, where both are there: of a whole file nobody expects every line.
fn keyless_lines(base: Option<&Outline>, head: Option<&Outline>) -> KeylessLines {
    let (Some(base), Some(head)) = (base, head) else { return KeylessLines::default() };
    let alone = |side: &Outline, other: &Outline| {
        let mut left: HashMap<&str, usize> = HashMap::new();
        other.rest.iter().for_each(|line| *left.entry(line).or_default() += 1);
        let is_new = |line: &&String| match left.get_mut(line.as_str()) {
            Some(n) if *n > 0 => {
                *n -= 1;
                false
            }
            _ => true,
        };
        side.rest.iter().filter(is_new).count()
    };
    KeylessLines { added: alone(head, base), removed: alone(base, head) }
}

/// What differs where no key does.
fn residue(base: (&Outline, &str), head: (&Outline, &str), policy: Policy) -> Nature {
    if base.1 == head.1 {
        return Nature::Nothing;
    }
    let same_order = ordered(base.0) == ordered(head.0);
    let (old, new) = (comments(base), comments(head));
    let same_bare = bare(base) == bare(head);
    match () {
        () if base.0.rest != head.0.rest => as_text("what changed is no key".to_owned(), (Some(base.1), Some(head.1)), policy),
        () if same_order && same_bare && old != new => Nature::CommentsOnly,
        () if same_order && old == new => Nature::LayoutOnly,
        () if !same_order && sorted(&old) == sorted(&new) => Nature::OrderOnly,
        () => {
            let what = if same_order { "comments and layout changed, no value did" } else { "the order and comments changed" };
            as_text(what.to_owned(), (Some(base.1), Some(head.1)), policy)
        }
    }
}

/// The same for two outlines with equal content in the same order.
fn ordered(outline: &Outline) -> (Vec<u64>, &[usize]) {
    (outline.documents.iter().map(|(_, node)| node.ordered_fingerprint()).collect(), &outline.places)
}

fn comments<'a>((outline, text): (&Outline, &'a str)) -> Vec<&'a str> {
    outline.comments.iter().filter_map(|range| text.get(range.clone())).map(str::trim).collect()
}

fn sorted<'a>(comments: &[&'a str]) -> Vec<&'a str> {
    let mut sorted = comments.to_vec();
    sorted.sort_unstable();
    sorted
}

/// The text without comments and white space.
fn bare((outline, text): (&Outline, &str)) -> String {
    let mut ranges = outline.comments.clone();
    ranges.sort_by_key(|range| range.start);
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for range in ranges {
        out.push_str(text.get(at..range.start).unwrap_or_default());
        at = at.max(range.end);
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out.retain(|c| !c.is_whitespace());
    out
}

fn as_text(reason: String, (base, head): (Option<&str>, Option<&str>), policy: Policy) -> Nature {
    let diff = match policy {
        Policy::Secrets => text::diff(base.unwrap_or_default(), head.unwrap_or_default()),
        Policy::Everything => String::new(),
    };
    Nature::Text { reason: show::sentence(&reason), diff }
}
