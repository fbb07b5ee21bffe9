//! What a comment looks like, whatever the language: lines that are nothing else, and where one begins behind code.

/// Marks at the beginning of a line, longer ones first.
const MARKS: [&str; 18] =
    ["//!", "///", "//", "/**", "/*!", "/*", "\"\"\"", "'''", "#", "--", ";;", "%%", "<!--", "{{!", "{-", "(*", "; ", "*"];
/// Of these, those that also begin code: `#include`, `#[derive]`, `*pointer`, `--option`, `(*call)()`.
const AMBIGUOUS: [&str; 4] = ["#", "*", "--", "(*"];
/// What closes a comment at the end of its line.
const ENDS: [&str; 8] = ["*/", "-->", "--}}", "#}", "*)", "-}", "\"\"\"", "'''"];
/// Where a comment may begin, at the beginning of a line or behind a blank; as a pattern.
pub(super) const OPENER: &str = r#"(?:^\s*\*+|(?:^|\s)(?://+!?|#+|/\*+!?|--+|<!--|;+|\{#|\{\{--|\(\*|"""|'''))"#;

/// The text of a line that is certainly a comment, empty for a bare mark; none for code and for an empty line.
pub fn text(line: &str) -> Option<&str> {
    let line = line.trim();
    let (mark, rest) = MARKS.iter().find_map(|mark| Some((mark, line.strip_prefix(mark)?)))?;
    let is_code = AMBIGUOUS.contains(mark) && !rest.is_empty() && !rest.starts_with([' ', '/']);
    (!is_code).then(|| without_end(rest))
}

/// Whether a line is probably a comment: no attribute, but code that was made one without a blank is.
pub fn is_likely(line: &str) -> bool {
    let line = line.trim_start();
    text(line).is_some() || line.starts_with(['#', '*']) && !line.starts_with("#[") || line.starts_with("--")
}

/// The text without what closes the comment.
pub(super) fn without_end(text: &str) -> &str {
    ENDS.iter().fold(text.trim(), |text, end| text.trim_end_matches(end).trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_told_from_code() {
        for (line, certain, likely) in [
            ("  // a", Some("a"), true),
            ("/* a */", Some("a"), true),
            ("<!-- a -->", Some("a"), true),
            ("(* a *)", Some("a"), true),
            ("; a", Some("a"), true),
            ("#", Some(""), true),
            ("#/ usage", Some("/ usage"), true),
            ("#assert a", None, true),
            ("--a", None, true),
            ("#[derive(A)]", None, false),
            ("(*call)()", None, false),
            (";[1].map(f)", None, false),
            ("'a': 1", None, false),
            ("a // b", None, false),
            ("", None, false),
        ] {
            assert_eq!((text(line), is_likely(line)), (certain, likely), "{line}");
        }
    }
}
