//! Numbers and lists as people write them, and how lines and characters compare. Knows nothing of sessions.

use std::collections::HashSet;
use std::fmt::Display;

use chrono::{DateTime, FixedOffset};

/// `1 file`, `3 files`, `2 entries`, `2 keys`.
pub fn count(number: impl TryInto<i64> + Display + Copy, noun: &str) -> String {
    if number.try_into().is_ok_and(|n: i64| n == 1) {
        return format!("{number} {noun}");
    }
    match noun.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'i', 'o', 'u'])) {
        Some(stem) => format!("{number} {stem}ies"),
        None => format!("{number} {noun}s"),
    }
}

/// Two lines above this likeness are the same line with something changed in it.
pub const ALIKE: f32 = 0.6;

/// How much of two lines is the same, 0 to 1.
pub fn likeness(a: &str, b: &str) -> f32 {
    similar::TextDiff::from_chars(a, b).ratio()
}

/// Marks that change the order in which text is shown, and characters that nobody sees. The joiners that scripts and emoji need stay.
pub fn reorders(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{61c}')
        || matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The words of a text that may name something, in small letters; of `vatId` also its parts.
pub fn telling(text: &str) -> HashSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    let words = words.flat_map(|word| parts(word).into_iter().chain([word])).filter(|word| word.chars().count() > 2);
    words.map(str::to_lowercase).collect()
}

/// The words of a name or a path in small letters, as ASCII punctuation and humps keep them apart: `src/AuthToken.php` has `src`, `auth`,
/// `token`, `php`.
pub fn of_name(name: &str) -> Vec<String> {
    let (mut words, mut word, mut before) = (Vec::new(), String::new(), ' ');
    for c in name.chars() {
        let hump = c.is_ascii_uppercase() && before.is_ascii_lowercase();
        if (hump || !c.is_ascii_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// The parts of a word that capitals keep apart.
fn parts(word: &str) -> Vec<&str> {
    let (mut parts, mut from) = (Vec::new(), 0);
    for ((_, before), (at, c)) in word.char_indices().zip(word.char_indices().skip(1)) {
        if before.is_lowercase() && c.is_uppercase() {
            parts.push(&word[from..at]);
            from = at;
        }
    }
    parts.push(&word[from..]);
    parts
}

/// `2 changed files and 1 untracked file`.
pub fn dirt(modified: usize, untracked: usize) -> String {
    let parts = [(modified, "changed file"), (untracked, "untracked file")];
    let parts: Vec<_> = parts.into_iter().filter(|(number, _)| *number > 0).map(|(number, noun)| count(number, noun)).collect();
    list(&parts)
}

/// `2 hours 14 minutes`, in whole minutes.
pub fn duration(seconds: i64) -> String {
    let minutes = seconds.max(0) / 60;
    let parts = [(minutes / 1440, "day"), (minutes / 60 % 24, "hour"), (minutes % 60, "minute")];
    let said: Vec<String> = parts.into_iter().filter(|(n, _)| *n > 0).map(|(n, noun)| count(n, noun)).collect();
    if said.is_empty() { "less than a minute".to_owned() } else { said.join(" ") }
}

/// Seconds between two times as clocks without seconds show them: whole minutes, which the reader may subtract.
pub fn clock_seconds(from: DateTime<FixedOffset>, to: DateTime<FixedOffset>) -> i64 {
    (to.timestamp().div_euclid(60) - from.timestamp().div_euclid(60)) * 60
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_without_seconds_may_be_subtracted() {
        let at = |text: &str| DateTime::parse_from_rfc3339(&format!("2026-11-22T{text}+01:00")).expect("a time");
        for (from, to, wanted) in [
            ("13:33:45", "14:18:00", "45 minutes"),
            ("13:33:00", "14:18:59", "45 minutes"),
            ("13:33:10", "13:33:50", "less than a minute"),
            ("13:33:50", "13:34:10", "1 minute"),
        ] {
            assert_eq!(duration(clock_seconds(at(from), at(to))), wanted, "{from} {to}");
        }
    }

    #[test]
    fn one_and_many() {
        assert_eq!(
            [count(1, "file"), count(0_u32, "file"), count(2, "entry"), count(2, "key")],
            ["1 file", "0 files", "2 entries", "2 keys"]
        );
        assert_eq!([dirt(2, 1), dirt(0, 3), dirt(0, 0)], ["2 changed files and 1 untracked file", "3 untracked files", ""]);
        assert_eq!(list(&["a", "b", "c"].map(String::from)), "a, b and c");
    }
}
