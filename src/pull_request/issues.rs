//! Which issues a range of commits closes or bears on, and how to say so.
//!
//! Closing is claimed only where a commit, a note or the author used a closing keyword, without a negation in front and not in code, a
//! comment or a quotation. A note says so in passing too: there the keyword must be a clause of its own, or the note's end. All else, as a
//! number in a branch's name, is a relation, no more.

use std::sync::LazyLock;

use regex::Regex;

use super::sanitise::closing_references;
use super::{Material, changes};
use crate::document::EntryKind;

/// An issue that the work bears on.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Reference {
    /// `#418`, `owner/repo#3`, `ABC-12` or an address.
    pub target: String,
    /// Whether it is closed by this work.
    pub closes: bool,
}

struct IssuePatterns {
    code: Regex,
    quotation: Regex,
    related: Regex,
    further: Regex,
    number_in_branch: Regex,
    key: Regex,
    mentioned: Regex,
}

static PATTERNS: LazyLock<IssuePatterns> = LazyLock::new(|| {
    let compiled = |pattern| Regex::new(pattern).expect("a test compiles each pattern");
    IssuePatterns {
        code: compiled(r"(?s)(?:\A|\n)[ \t]*(?:```.*?(?:\n[ \t]*```|\z)|~~~.*?(?:\n[ \t]*~~~|\z))|<!--.*?(?:-->|\z)|``[^\n]*?``|`[^`\n]*`"),
        quotation: compiled(r#""[^"\n]*"|“[^”\n]*”|„[^“\n]*“|«[^»\n]*»|(?:^|[\s(])'[^'\n]*'"#),
        related: compiled(
            r"(?im)^(?:refs?|references|related(?:[ -]to)?|part[ -]of|see(?:[ -]also)?|issue|link|bug|ticket):?\s+((?:[\w.-]+/[\w.-]+)?#\d+|https?://\S+/\d+|[A-Z][A-Z0-9]+-\d+)\s*$",
        ),
        further: compiled(
            r"^[ \t]*(?:,[ \t]*(?:and[ \t]+)?|and[ \t]+|&[ \t]*)((?:[\w.-]+/[\w.-]+)?#\d+|https?://\S+/\d+|[A-Z][A-Z0-9]+-\d+)\b",
        ),
        number_in_branch: compiled(
            r"(?i)(?:^|/)(?:(?:issue|gh|bug|ticket)[-_#]?)?(\d{1,7})(?:[-_]|$)|(?:^|[/_-])(?:issue|gh)[-_#]?(\d{1,7})(?:[-_/]|$)",
        ),
        key: compiled(r"\b([A-Z][A-Z0-9]{1,9}-\d{1,7})\b"),
        mentioned: compiled(r"(?:^|[\s(\[,;:])(#[1-9]\d{0,6}|[A-Z][A-Z0-9]{1,9}-\d{1,7})\b|/issues/([1-9]\d{0,6})\b"),
    }
});

/// Every issue that the record names, those that are closed first, each once.
pub fn references(material: &Material) -> Vec<Reference> {
    let mut found: Vec<Reference> =
        material.stated.closes.iter().map(|target| Reference { target: stated(target), closes: true }).collect();
    let (messages, notes) = (messages(material), notes(material));
    found.extend(messages.iter().flat_map(|message| closed(message)));
    found.extend(notes.iter().flat_map(|note| noted(note)));
    found.extend(messages.iter().chain(&notes).flat_map(|text| related(text)));
    found.extend(material.branch.as_deref().and_then(of_branch));
    let mut once: Vec<Reference> = Vec::new();
    found.sort_by_key(|reference| !reference.closes);
    for reference in found {
        if !once.iter().any(|known| is_same(&known.target, &reference.target)) {
            once.push(reference);
        }
    }
    once
}

/// Whether both name one issue: in the same words, or one by its address and the other by its number.
fn is_same(one: &str, other: &str) -> bool {
    let by_address = |address: &str, other: &str| {
        let Some((name, number)) = of_address(address) else { return false };
        other.strip_suffix(&format!("#{number}")).is_some_and(|repository| repository.is_empty() || repository.eq_ignore_ascii_case(name))
    };
    one.eq_ignore_ascii_case(other) || by_address(one, other) || by_address(other, one)
}

/// `o/r` and `77` of `https://forge.example.org/o/r/issues/77`.
fn of_address(address: &str) -> Option<(&str, &str)> {
    let (_, path) = address.split_once("://")?.1.split_once('/')?;
    let (rest, number) = path.rsplit_once('/')?;
    let name = rest.strip_suffix("/issues").map(|name| name.strip_suffix("/-").unwrap_or(name))?;
    number.bytes().all(|b| b.is_ascii_digit()).then_some((name, number))
}

/// One line for each reference. Closing keywords act only where the base is the default branch.
pub fn lines(references: &[Reference], base_is_default: bool) -> Vec<String> {
    let line = |reference: &Reference| match (reference.closes, base_is_default) {
        (true, true) => format!("Fixes {}", reference.target),
        (true, false) => format!("Part of {}", reference.target),
        (false, _) => format!("Related: {}", reference.target),
    };
    references.iter().map(line).collect()
}

/// The ticket key in a text.
pub fn key(text: &str) -> Option<&str> {
    PATTERNS.key.captures(text).and_then(|found| found.get(1)).map(|key| key.as_str())
}

/// Whether a line says nothing but which issues it is about.
pub(super) fn only_names(line: &str) -> bool {
    let closing = || closing_references(line).next().filter(|(at, _)| *at == 0);
    PATTERNS.related.is_match(line) || closing().is_some_and(|(at, target)| listed(line, at, target).1.trim_matches([' ', '.']).is_empty())
}

/// The issues that a text mentions, whatever it says of them, in one spelling.
pub fn mentioned(text: &str) -> impl Iterator<Item = String> {
    let found = PATTERNS.mentioned.captures_iter(text).filter_map(|found| match (found.get(1), found.get(2)) {
        (Some(target), _) => Some(reference(target.as_str(), false).target),
        (_, number) => number.map(|number| format!("#{}", number.as_str())),
    });
    found.filter(|target| is_issue(target))
}

fn stated(target: &str) -> String {
    if target.bytes().all(|b| b.is_ascii_digit()) { format!("#{target}") } else { target.to_owned() }
}

/// A reference to an issue in one spelling: `GH-12` is `#12`.
fn reference(target: &str, closes: bool) -> Reference {
    let number = target.strip_prefix("GH-").filter(|number| number.bytes().all(|b| b.is_ascii_digit()));
    Reference { target: number.map_or_else(|| target.to_owned(), |number| format!("#{number}")), closes }
}

fn messages(material: &Material) -> Vec<String> {
    let commits = changes::not_reverted(&material.commits);
    commits.iter().map(|change| format!("{}\n\n{}", change.commit.subject, change.commit.body)).collect()
}

fn notes(material: &Material) -> Vec<String> {
    let mut texts = Vec::new();
    for session in material.sessions.iter().filter(|session| session.link != super::Link::Weak) {
        texts.extend(session.document.notes.iter().cloned());
        texts.extend(session.document.timeline.iter().filter(|entry| entry.kind == EntryKind::Note).map(|entry| entry.text.clone()));
        texts.extend(session.document.executive_summary.clone());
    }
    texts
}

/// What the message of a commit says. One that takes another back bears on what that one closed.
fn closed(message: &str) -> Vec<Reference> {
    let taken_back = message.lines().next().filter(|subject| subject.starts_with("Revert \"")).unwrap_or_default();
    let mut all = claims(&said(&prose(message)), |_, _| true);
    all.extend(claims(taken_back, |_, _| false));
    all
}

/// What a note says.
fn noted(note: &str) -> Vec<Reference> {
    let prose = prose(note);
    let said = said(&prose);
    claims(&prose, |at, end| {
        let (before, after) = (prose[..at].trim_end_matches([' ', '\t']), prose[end..].trim_start_matches([' ', '\t']));
        let begins = before.is_empty() || before.ends_with(['\n', '.', ',', ';', ':', '(', '-', '–', '—']);
        let ends = after.is_empty() || after.starts_with(['\n', '.', ',', ';', ')']);
        let is_last = after.trim_matches(|c: char| c.is_whitespace() || ".!)".contains(c)).is_empty();
        said.as_bytes()[at] != b' ' && (begins && ends || is_last)
    })
}

/// The issues behind the keywords of a text; `closes` decides by where keyword and issues begin and end.
fn claims(text: &str, closes: impl Fn(usize, usize) -> bool) -> Vec<Reference> {
    let keywords = closing_references(text).filter(|(at, target)| !is_negated(&text[..*at]) && is_issue(target));
    let of = |(at, target)| {
        let (all, rest) = listed(text, at, target);
        let closes = closes(at, text.len() - rest.len());
        all.into_iter().filter(|target| is_issue(target)).map(move |target| reference(target, closes)).collect::<Vec<_>>()
    };
    keywords.flat_map(of).collect()
}

/// The text with code and comments blanked; all else stands where it stood.
fn prose(text: &str) -> String {
    blanked(text, &PATTERNS.code)
}

/// The same without what is quoted.
fn said(text: &str) -> String {
    blanked(text, &PATTERNS.quotation)
}

fn blanked(text: &str, what: &Regex) -> String {
    let blank = |found: &regex::Captures<'_>| found[0].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect::<String>();
    what.replace_all(text, blank).into_owned()
}

/// The issues of a list that begins behind a keyword, as in `Closes #1, #2 and #3`, and what stands behind it.
fn listed<'a>(text: &'a str, at: usize, target: &'a str) -> (Vec<&'a str>, &'a str) {
    let (mut all, mut rest) = (vec![target], &text[at..]);
    rest = &rest[rest.find(target).map_or(0, |found| found + target.len())..];
    while let Some(found) = PATTERNS.further.captures(rest) {
        all.extend(found.get(1).map(|target| target.as_str()));
        rest = &rest[found[0].len()..];
    }
    (all, rest)
}

/// A merge request, or a key-like word such as UTF-8, is no issue.
fn is_issue(target: &str) -> bool {
    const WORDS: [&str; 8] = ["UTF", "SHA", "ISO", "RFC", "CVE", "AES", "MD", "HTTP"];
    let prefix = target.split('-').next().unwrap_or_default();
    !target.contains('!') && !WORDS.contains(&prefix)
}

/// "does not", "doesn't", "never" and the like right before a keyword.
fn is_negated(before: &str) -> bool {
    let line = before.rsplit(['\n', '.']).next().unwrap_or_default().to_lowercase();
    line.split_whitespace().rev().take(3).any(|word| matches!(word, "not" | "never" | "no" | "without" | "cannot") || word.ends_with("n't"))
}

fn related(text: &str) -> Vec<Reference> {
    let found = PATTERNS.related.captures_iter(text).filter_map(|found| found.get(1));
    found.map(|target| reference(target.as_str(), false)).filter(|found| is_issue(&found.target)).collect()
}

/// The issue that a branch's name tells.
pub fn of_branch(branch: &str) -> Option<Reference> {
    let number = || {
        let found = PATTERNS.number_in_branch.captures(branch)?;
        let number = found.get(1).or_else(|| found.get(2))?.as_str();
        Some(format!("#{number}"))
    };
    let key = key(branch).filter(|key| is_issue(key)).map(str::to_owned);
    key.or_else(number).map(|target| reference(&target, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyword_closes_and_a_negation_does_not() {
        for (text, targets) in [
            ("config: longer\n\nFixes #418", &["#418"][..]),
            ("Closes: owner/repo#7, resolves https://x.org/o/r/issues/9", &["owner/repo#7", "https://x.org/o/r/issues/9"]),
            ("Closes #1, #2 and #3, see #4", &["#1", "#2", "#3"]),
            ("Fixes GH-212", &["#212"]),
            ("This does not fix #3", &[]),
            ("It can't fully resolve #3", &[]),
            ("Fix UTF-8 in titles, fixes ABC-12", &["ABC-12"]),
            ("Revert \"Raise it: fixes #88\"\n\nThis reverts commit 1a2b3c4.", &[]),
            ("Parse it\n\n```\ncloses #3", &[]),
            ("Parse it\n\n<!-- closes #3 --> `closes #4`, 'closes #5'\n\nCloses #6", &["#6"]),
        ] {
            let closed: Vec<Reference> = closed(text).into_iter().filter(|reference| reference.closes).collect();
            assert_eq!(closed.iter().map(|r| r.target.as_str()).collect::<Vec<_>>(), targets, "{text}");
        }
        assert_eq!(closed("Revert \"Raise it: fixes #88\""), [Reference { target: "#88".into(), closes: false }]);
        assert_eq!(related("Subject\n\nRefs: #5\nsee #6 for more")[0].target, "#5");
    }

    #[test]
    fn a_note_closes_where_it_says_nothing_else() {
        for (note, target, closes) in [
            ("Fixes #71", "#71", true),
            ("The pool is larger now, fixes #71.", "#71", true),
            ("The larger pool fixes #71", "#71", true),
            ("A restart fixes #71 for an hour only", "#71", false),
            ("Fixes #71 for an hour only", "#71", false),
            ("The old commit \"fixes #84\" was reverted", "#84", false),
            ("Reverted \"fixes #84\"", "#84", false),
        ] {
            assert_eq!(noted(note), [Reference { target: target.into(), closes }], "{note}");
        }
        assert_eq!(noted("The log says `fixes #3`; it did not fix #4"), []);
    }

    #[test]
    fn a_line_of_issues_alone_tells_nothing() {
        for (line, alone) in [
            ("Refs #7", true),
            ("Refs: #7", true),
            ("Closes #1, #2.", true),
            ("Fixes https://x.org/o/r/issues/9", true),
            ("Fixes #1 by waiting longer", false),
            ("See #7 for the numbers", false),
        ] {
            assert_eq!(only_names(line), alone, "{line}");
        }
    }

    #[test]
    fn a_branch_only_relates() {
        for (branch, target) in [
            ("123-fix-it", Some("#123")),
            ("issue-77", Some("#77")),
            ("GH-212-pool", Some("#212")),
            ("feat/ABC-12-login", Some("ABC-12")),
            ("fix/gh-9-crash", Some("#9")),
            ("fix/double-send", None),
            ("release/v2", None),
            ("dependabot/npm/lodash-4.17.21", None),
        ] {
            assert_eq!(of_branch(branch).map(|r| r.target).as_deref(), target, "{branch}");
        }
    }

    #[test]
    fn issues_are_found_wherever_they_are_mentioned() {
        for (text, targets) in [
            ("Pool again, #77 (GH-8); see ABC-12.", &["#77", "#8", "ABC-12"][..]),
            ("https://example.org/o/r/issues/9#note_1", &["#9"]),
            ("UTF-8 in a#1, color #000, &#39;", &[]),
        ] {
            assert_eq!(mentioned(text).collect::<Vec<_>>(), targets, "{text}");
        }
    }

    #[test]
    fn an_address_and_a_number_are_one_issue() {
        for (one, other, same) in [
            ("https://github.com/o/r/issues/77", "#77", true),
            ("#77", "https://x.org/group/o/r/-/issues/77", true),
            ("https://github.com/o/r/issues/77", "O/r#77", true),
            ("https://github.com/o/r/issues/77", "o/s#77", false),
            ("https://github.com/o/r/issues/77", "#7", false),
            ("https://github.com/o/r/pull/77", "#77", false),
            ("ABC-1", "abc-1", true),
        ] {
            assert_eq!(is_same(one, other), same, "{one} {other}");
        }
    }

    #[test]
    fn keywords_stand_only_where_they_act() {
        let references = [Reference { target: "#1".into(), closes: true }, Reference { target: "#2".into(), closes: false }];
        assert_eq!(lines(&references, true), ["Fixes #1", "Related: #2"]);
        assert_eq!(lines(&references, false), ["Part of #1", "Related: #2"]);
    }
}
