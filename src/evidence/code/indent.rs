//! Which containers around a definition are believed where the text has syntax errors. A parser that has lost a brace finds what
//! follows a function inside of it; what begins its line as far left as the container does is not in there.

use std::ops::Range;

/// The blanks that a line begins with, where what begins at `start` is the first thing on it.
pub(super) fn indent(source: &[u8], start: usize) -> Option<Range<usize>> {
    let before = source.get(..start)?;
    let line = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    before[line..].iter().all(|byte| matches!(byte, b' ' | b'\t')).then_some(line..start)
}

/// Whether what is indented like `inner` can stand in what is indented like `outer`.
pub(super) fn is_within(source: &[u8], inner: &Range<usize>, outer: &Range<usize>) -> bool {
    !source[outer.clone()].starts_with(&source[inner.clone()])
}

/// Where what begins at `start` ends at the latest, seen from its text up to `limit`: with the first line that is indented like it and
/// closes something.
pub(super) fn closing(source: &[u8], start: usize, limit: usize) -> usize {
    let own = indent(source, start).map_or(&[][..], |indent| &source[indent]);
    let mut at = start;
    for line in source[start..limit].split_inclusive(|&byte| byte == b'\n') {
        let closes = line.strip_prefix(own).is_some_and(|code| code.starts_with(b"}") || code.starts_with(b"end"));
        at += line.len();
        if closes && at - line.len() > start {
            break;
        }
    }
    start + source[start..at].trim_ascii_end().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_begins_its_line_has_an_indent() {
        let text = b"a {\n\tb { c }\n}";
        assert_eq!((indent(text, 0), indent(text, 5), indent(text, 9)), (Some(0..0), Some(4..5), None));
    }

    #[test]
    fn the_first_brace_as_far_left_closes() {
        let text = b"a {\n  b {\n  }\n};\nc\n\n";
        let ends = [(0, text.len()), (6, 13), (17, text.len())].map(|(start, limit)| closing(text, start, limit));
        assert_eq!(ends, [16, 13, 18]);
    }

    #[test]
    fn what_is_as_far_left_is_outside() {
        let text = b"a\n  b\n    c\n\td\n";
        let [a, b, c, d] = [0, 4, 10, 13].map(|at| indent(text, at).expect("a line begins there"));
        assert!(is_within(text, &c, &b) && is_within(text, &b, &a) && is_within(text, &d, &b));
        assert!(!is_within(text, &b, &c) && !is_within(text, &a, &b) && !is_within(text, &b, &b));
    }
}
