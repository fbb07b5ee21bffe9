//! What is shown where a file has no keys to show: its changed lines, at most a dozen, masked before they are compared.

use std::time::{Duration, Instant};

use similar::{ChangeTag, TextDiff};

use crate::secrets;

/// Most lines shown.
const LINES: usize = 12;
/// Longest line shown, in characters.
const WIDTH: usize = 160;
/// A diff that takes longer is cut short by the algorithm; it stays right, only less minimal.
const PATIENCE: Duration = Duration::from_millis(200);

/// The changed lines, each with `-` or `+` in front; empty where nothing but masked values differs.
pub(super) fn diff(base: &str, head: &str) -> String {
    let (base, head) = (masked(base), masked(head));
    let deadline = Instant::now() + PATIENCE;
    let diff = TextDiff::configure().deadline(deadline).diff_lines(&base, &head);
    let mut out = String::new();
    let changes = diff.iter_all_changes().filter(|change| change.tag() != ChangeTag::Equal);
    for (shown, change) in changes.enumerate() {
        if shown == LINES - 1 {
            out.push_str("…\n");
            break;
        }
        let sign = if change.tag() == ChangeTag::Delete { '-' } else { '+' };
        out.push_str(&format!("{sign}{}\n", shortened(change.value().trim_end())));
    }
    out
}

fn shortened(line: &str) -> String {
    let mut chars = line.chars().map(|c| if c.is_control() && c != '\t' { '\u{fffd}' } else { c });
    let mut out: String = chars.by_ref().take(WIDTH).collect();
    if chars.next().is_some() {
        out.push('…');
    }
    out
}

/// Free-text masking, and beyond it every line that reads `secret key, separator, value`.
pub(super) fn masked(text: &str) -> String {
    let text = secrets::mask(text).text;
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let body = line.trim_end_matches(['\n', '\r']);
        let value = body.find([':', '=']).map(|at| (&body[..at], &body[at + 1..]));
        match value.and_then(|(key, value)| Some((key, secrets::mask_value(key.trim(), value.trim().trim_end_matches([',', ';']))?))) {
            Some((key, mask)) => out.push_str(&format!("{} {}\n", &body[..=key.len()], mask.shown)),
            None => out.push_str(line),
        }
    }
    out
}
