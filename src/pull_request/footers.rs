//! Footers of a commit's message: lines `Token: value` or `Token #value` at its end, each up to the next one, with what programs write there.
//! They say who, which issue, what breaks; they are no sentences of what was done and why.

use std::sync::LazyLock;

use regex::Regex;

use super::issues::only_names;

/// A token with a hyphen in it is nobody's prose; of the others those that are used as footers.
static START: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^(?:BREAKING[ -]CHANGE:|(?i:[a-z][a-z0-9]*(?:-[a-z0-9]+)+|fix(?:es|ed)?|close[sd]?|resolve[sd]?|refs?|references|related|link|see|",
        r"bug|test|issue|ticket|jira|cc|pr)(?:: | #))"
    ))
    .expect("a test compiles it")
});

/// What `cherry-pick -x` and assistants add.
static ADDED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\(cherry picked from commit [0-9a-f]+\)$|^\W*Generated (?:with|by) \[").expect("a test compiles it"));

const BREAKING: [&str; 2] = ["BREAKING CHANGE:", "BREAKING-CHANGE:"];

/// Whether a paragraph is nothing but footers.
pub fn is_footers(paragraph: &str) -> bool {
    let mut inside = false;
    let mut lines = paragraph.lines().filter(|line| !line.trim().is_empty()).peekable();
    lines.peek().is_some()
        && lines.all(|line| {
            let breaks = BREAKING.iter().any(|token| line.starts_with(token));
            let begins = START.is_match(line) || ADDED.is_match(line) || only_names(line);
            // what breaks may take several lines, others go on only where they are indented
            let goes_on = inside || line.starts_with([' ', '\t']);
            inside = breaks || inside && !begins;
            begins || goes_on
        })
}

/// What a message says that it breaks, on one line.
pub fn breaking(body: &str) -> Option<String> {
    let mut lines = body.lines().skip_while(|line| !BREAKING.iter().any(|token| line.starts_with(token)));
    let first = lines.next()?.split_once(':').map(|(_, text)| text.trim())?;
    let rest = lines.take_while(|line| !line.trim().is_empty() && !START.is_match(line) && !ADDED.is_match(line)).map(str::trim);
    Some(std::iter::once(first).chain(rest).collect::<Vec<_>>().join(" ").trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn footers_are_told_from_sentences() {
        for (paragraph, is) in [
            ("Signed-off-by: R <r@x>", true),
            ("Fixes: #7\nRefs: PROJ-12\nReviewed-by: Kim Roe <kim@example.org>\nChange-Id: I12", true),
            ("BREAKING CHANGE: a is gone.\nUse b.\nFixes: #7", true),
            ("Refs: #4\nBREAKING CHANGE: a is gone\n  and b too", true),
            ("(cherry picked from commit 1234567)\nSigned-off-by: R <r@x>", true),
            ("Bug: 123\nTest: unit", true),
            ("🤖 Generated with [A tool](https://example.org)", true),
            ("Fixes #7", true),
            ("Note: the old path stays.", false),
            ("Fixes: #7\nand it is faster, too", false),
            ("The lock-file: it is gone", false),
            ("Short why.\nSigned-off-by: R <r@x>", false),
            ("", false),
        ] {
            assert_eq!(is_footers(paragraph), is, "{paragraph}");
        }
    }

    #[test]
    fn what_breaks_ends_where_the_next_footer_begins() {
        for (body, says) in [
            ("Why.\n\nBREAKING CHANGE: a is gone\nFixes: #7\nReviewed-by: Kim", Some("a is gone")),
            ("BREAKING-CHANGE: a is gone.\nUse b.\n\nSigned-off-by: R", Some("a is gone. Use b.")),
            ("Refs: #4\nBREAKING CHANGE: a is gone\n  and b too", Some("a is gone and b too")),
            ("No BREAKING CHANGE: here", None),
        ] {
            assert_eq!(breaking(body).as_deref(), says, "{body}");
        }
    }
}
