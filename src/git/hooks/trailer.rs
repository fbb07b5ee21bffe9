//! The trailer that `prepare-commit-msg` adds where the user asked for it. Pure: the message in, the message out.

/// The trailer's token.
pub const TOKEN: &str = "Journal";

/// The message with the trailer, or none where it must stay as it is: a merge or squash, a fixup, a message that has one, one without any
/// text yet or that is a template (a trailer in it would turn an aborted commit into one).
///
/// `source` is git's second argument (`message`, `template`, `merge`, `squash`, `commit`, or nothing); `comment` begins comment lines.
pub fn added(message: &str, source: &str, comment: &str, id: &str) -> Option<String> {
    if matches!(source, "merge" | "squash" | "template") {
        return None;
    }
    let lines: Vec<&str> = message.split_inclusive('\n').collect();
    let is_comment = |line: &&str| !comment.is_empty() && line.starts_with(comment);
    // with --verbose the diff follows a scissors line; all comments at the end stand below the text
    let scissors = lines.iter().position(|line| is_comment(line) && line.contains(">8")).unwrap_or(lines.len());
    let end = lines[..scissors].iter().rposition(|line| !is_comment(line) && !line.trim().is_empty())? + 1;
    let text: Vec<&str> = lines[..end].iter().filter(|line| !is_comment(line)).copied().collect();
    let subject = text.iter().find(|line| !line.trim().is_empty())?;
    if ["fixup! ", "squash! ", "amend! "].iter().any(|mark| subject.starts_with(mark)) || text.iter().any(|line| token(line) == Some(TOKEN))
    {
        return None;
    }
    let separator = if ends_in_trailers(&text) { "" } else { "\n" };
    let (head, tail) = (lines[..end].concat(), lines[end..].concat());
    let line_end = if head.ends_with('\n') { "" } else { "\n" };
    Some(format!("{head}{line_end}{separator}{TOKEN}: {id}\n{tail}"))
}

/// The last paragraph holds nothing but trailers, and is not the subject.
fn ends_in_trailers(text: &[&str]) -> bool {
    let Some(blank) = text.iter().rposition(|line| line.trim().is_empty()) else {
        return false;
    };
    text[blank + 1..].iter().all(|line| token(line).is_some() || line.starts_with([' ', '\t']))
}

fn token(line: &str) -> Option<&str> {
    let (token, value) = line.split_once(':')?;
    let named = !token.is_empty() && token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    (named && value.starts_with(' ')).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trailer_joins_the_message_and_nothing_else_moves() {
        let cases = [
            ("fix: it\n", "message", Some("fix: it\n\nJournal: ID\n")),
            ("fix: it", "message", Some("fix: it\n\nJournal: ID\n")),
            (
                "fix: it\n\nBody.\n\nFixes: #4\nSigned-off-by: R <r@e>\n",
                "message",
                Some("fix: it\n\nBody.\n\nFixes: #4\nSigned-off-by: R <r@e>\nJournal: ID\n"),
            ),
            ("TICKET-:\n\nWhy:\n# Please enter\n", "template", None),
            ("fix: it\n\n# Please enter\n# the message\n", "commit", Some("fix: it\n\nJournal: ID\n\n# Please enter\n# the message\n")),
            (
                "fix\n# ---- >8 ----\n# Do not touch\ndiff --git a b\n+x\n",
                "commit",
                Some("fix\n\nJournal: ID\n# ---- >8 ----\n# Do not touch\ndiff --git a b\n+x\n"),
            ),
            ("\n# Please enter the message\n", "", None),
            ("fix: it\n\nJournal: other\n", "commit", None),
            ("fixup! fix: it\n", "message", None),
            ("Merge branch 'x'\n", "merge", None),
            ("squashed\n", "squash", None),
        ];
        for (message, source, expected) in cases {
            assert_eq!(added(message, source, "#", "ID").as_deref(), expected, "{message:?}");
            if let Some(with) = expected {
                assert_eq!(added(with, source, "#", "ID"), None, "twice is once");
            }
        }
    }

    #[test]
    fn another_comment_character_is_respected() {
        assert_eq!(added("#12 fix\n\n; comment\n", "", ";", "ID").as_deref(), Some("#12 fix\n\nJournal: ID\n\n; comment\n"));
    }
}
