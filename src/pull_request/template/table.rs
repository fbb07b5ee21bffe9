//! Tables with a question in the first cell and a place for the answer in the second.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::headings;
use crate::pull_request::facts::Facts;
use crate::pull_request::sanitise::cell;

/// What answers may stand on.
#[derive(Clone, Copy, Debug)]
pub struct Answers<'a> {
    /// Lines that name issues.
    pub issues: &'a [String],
    /// Where the work is to go.
    pub base: &'a str,
    /// What is proven.
    pub facts: &'a Facts,
}

static WAITS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:|yes\s*[/|]\s*no|(?:fix(?:es)?|closes?)?\s*#?(?:\.{3}|…|x+|\?+)?|[\w. ]+ for (?:features|bug ?fixes).*)$")
        .expect("a test compiles it")
});

/// The second cell of a row that can be answered: where it is, and the answer.
pub fn answer(row: &str, with: Answers<'_>) -> Option<(Range<usize>, String)> {
    let bars: Vec<usize> = row.match_indices('|').map(|(at, _)| at).collect();
    let leading = row.trim_start().starts_with('|');
    let (key, start) = match (leading, bars.as_slice()) {
        (true, [first, second, ..]) => (&row[first + 1..*second], second + 1),
        (false, [first, ..]) => (&row[..*first], first + 1),
        _ => return None,
    };
    let end = bars.iter().copied().find(|bar| *bar >= start).unwrap_or(row.len());
    let comment = row[start..end].find("<!--").map_or(end, |at| start + at);
    let place = &row[start..comment];
    let inner =
        start + (place.len() - place.trim_start().len())..start + place.trim_end().len().max(place.len() - place.trim_start().len());
    if !WAITS.is_match(place.trim()) {
        return None;
    }
    let text = value_of(&headings::key(key).0, with)?;
    let range = if place.trim().is_empty() { start..start + place.len() } else { inner };
    Some((range, if place.trim().is_empty() { format!(" {text} ") } else { text }))
}

fn value_of(key: &str, with: Answers<'_>) -> Option<String> {
    let kind = |name: &str| (with.facts.kind == Some(name)).then(|| "yes".to_owned());
    match key {
        "branch" | "target branch" => Some(format!("`{}`", with.base)),
        "bug fix" | "bugfix" => kind("fix"),
        "new feature" | "feature" => kind("feat"),
        "issues" | "issue" | "tickets" | "ticket" | "fixed tickets" | "related issues" | "related issue" | "fixed issues" => {
            (!with.issues.is_empty()).then(|| cell(&with.issues.join(", ")))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_with_a_place_are_answered() {
        let facts = Facts { kind: Some("fix"), ..Facts::default() };
        let issues = ["Fixes #418".to_owned()];
        let with = Answers { issues: &issues, base: "7.2", facts: &facts };
        let filled = |row: &str| answer(row, with).map(|(range, text)| format!("{}{text}{}", &row[..range.start], &row[range.end..]));
        for (row, expected) in [
            ("| Bug fix?      | yes/no", Some("| Bug fix?      | yes")),
            ("| Issues        | Fix #... <!-- prefix each -->", Some("| Issues        | Fixes #418 <!-- prefix each -->")),
            ("| Branch?       | 7.3 for features / 6.4 for bug fixes", Some("| Branch?       | `7.2`")),
            ("| New feature?  | yes/no |", None),
            ("| License       | MIT", None),
            ("| Ticket | |", Some("| Ticket | Fixes #418 |")),
        ] {
            assert_eq!(filled(row).as_deref(), expected, "{row}");
        }
    }
}
