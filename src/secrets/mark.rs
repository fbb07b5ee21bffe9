//! What stands in a text in place of a secret: `(password, masked)`; in place of a whole value `(password, value masked)`, or
//! `(value masked)` where nothing tells its kind.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// A mark; the group is its kind.
static MARK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\((?:([^(),\n]{1,60}), (?:value )?|value )masked\)").expect("a valid expression"));

/// The mark of a piece of text.
pub fn piece_mark(kind: &str) -> String {
    format!("({kind}, masked)")
}

/// The mark of a whole value.
pub fn value_mark(kind: Option<&str>) -> String {
    kind.map_or_else(|| "(value masked)".to_owned(), |kind| format!("({kind}, value masked)"))
}

/// Whether something in the text was masked.
pub fn holds_mark(text: &str) -> bool {
    text.contains("masked)") && MARK.is_match(text)
}

/// Whether the text is one mark and nothing else.
pub fn is_mark(text: &str) -> bool {
    begins_with_mark(text) && MARK.find(text).is_some_and(|found| found.end() == text.len())
}

/// Whether the text begins with a mark.
pub(super) fn begins_with_mark(text: &str) -> bool {
    text.starts_with('(') && MARK.find(text).is_some_and(|found| found.start() == 0)
}

/// Where marks stand.
pub(super) fn ranges(text: &str) -> Vec<Range<usize>> {
    MARK.find_iter(text).map(|mark| mark.range()).collect()
}

/// The text with something else in place of each mark.
pub fn without_marks<'a>(text: &'a str, other: &str) -> Cow<'a, str> {
    MARK.replace_all(text, regex::NoExpand(other))
}

/// What each mark names as its kind; none where a mark names none.
pub(super) fn kinds(text: &str) -> impl Iterator<Item = Option<&str>> {
    MARK.captures_iter(text).map(|mark| mark.get(1).map(|kind| kind.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::{all_kinds, marks};

    #[test]
    fn what_is_written_is_recognised() {
        for kind in all_kinds() {
            for written in [piece_mark(kind), value_mark(Some(kind))] {
                assert!(is_mark(&written) && holds_mark(&format!("a={written} b")), "{written}");
                assert_eq!((marks(&written), without_marks(&written, "x").as_ref()), (vec![kind], "x"));
            }
        }
        assert!(is_mark(&value_mark(None)));
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        for (text, holds, whole, begins) in [
            ("(masked)", false, false, false),
            ("(a, b, masked)", false, false, false),
            ("(token, masked) and (token, masked)", true, false, true),
            ("user:(password, masked)", true, false, false),
            ("(what was (token, masked)", true, false, false),
            ("(password, masked)", true, true, true),
        ] {
            assert_eq!((holds_mark(text), is_mark(text), begins_with_mark(text)), (holds, whole, begins), "{text}");
        }
    }
}
