//! The trailer that commit messages get where the user asked for it. Pure: the message in, the message out.
//!
//! A message that is whole when git prepares it gets its trailer then (`prepare-commit-msg`). One that a person is yet to write gets it when
//! the editor is closed (`commit-msg`): git gives a commit up whose message is empty or its template as it was, and a trailer would be a text.

/// The trailer's token.
pub const TOKEN: &str = "Journal";
/// Ends the name of the file, beside that of the message, which tells `commit-msg` that the trailer waits for it.
pub const WAITING: &str = ".journal";

const SCISSORS: &[u8] = b"------------------------ >8 ------------------------";
/// What git chooses a mark of comments from where it may.
const MARKS: &[u8] = b"#;@!$%^&|:";

/// Whether a person gets to see the message before it is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Editing {
    /// In an editor.
    Editor,
    /// It is committed as it is.
    None,
}

/// How git reads a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What begins a line of comment.
    mark: Vec<u8>,
    /// Whether such lines are left out.
    strips: bool,
    /// Whether all from the scissors line on is left out.
    cuts: bool,
}

impl Reading {
    /// By git's settings `core.commentChar` and `commit.cleanup`. What was typed instead of the latter nobody tells a hook.
    pub fn of(message: &[u8], editing: Editing, mark: Option<&str>, cleanup: Option<&str>) -> Self {
        let edited = editing == Editing::Editor;
        let mark = match mark {
            Some("auto") => chosen_mark(message),
            mark => mark.filter(|mark| !mark.is_empty()).unwrap_or("#").as_bytes().to_vec(),
        };
        let strips = match cleanup {
            Some("whitespace" | "verbatim" | "scissors") => false,
            Some("strip") => true,
            _ => edited,
        };
        Self { mark, strips, cuts: edited }
    }
}

/// The mark that git found unused in the message before it wrote its own lines below it.
fn chosen_mark(message: &[u8]) -> Vec<u8> {
    let lines = || message.split(|&b| b == b'\n');
    let scissors = lines().find(|line| line.ends_with(SCISSORS));
    let first = scissors.or_else(|| lines().rfind(|line| !line.trim_ascii().is_empty())).and_then(|line| line.first());
    vec![first.copied().filter(|mark| MARKS.contains(mark)).unwrap_or(b'#')]
}

/// What becomes of a message that git prepared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prepared {
    /// It has the trailer.
    Added(Vec<u8>),
    /// It is to be written yet; what it says so far.
    Waits(Vec<u8>),
    /// It stays as it is: a merge or squash, a fixup, a message that has a trailer.
    Stays,
}

/// The message with the trailer, where it is time for it. `source` is git's second argument to `prepare-commit-msg` (`message`, `template`,
/// `merge`, `squash`, `commit`, or nothing).
pub fn prepared(message: &[u8], source: &str, reading: &Reading, id: &str) -> Prepared {
    let parts = Parts::of(message, reading);
    let said = parts.said();
    match source {
        "merge" | "squash" => Prepared::Stays,
        "" | "template" => Prepared::Waits(said),
        _ if said.is_empty() => Prepared::Waits(said),
        _ => parts.with_trailer(id).map_or(Prepared::Stays, Prepared::Added),
    }
}

/// What a message says that has this trailer; none of one that has it not.
pub fn said_with_trailer(message: &[u8], reading: &Reading, id: &str) -> Option<Vec<u8>> {
    Some(Parts::of(message, reading).said()).filter(|said| has_trailer(said, id))
}

/// The message that somebody wrote, with the trailer; none where it must stay as it is, above all where it says no more than `before`. One
/// that had the trailer before does not get it anew: it may only have to be brought back to the end.
pub fn finished(message: &[u8], before: &[u8], reading: &Reading, id: &str) -> Option<Vec<u8>> {
    let parts = Parts::of(message, reading);
    let said = parts.said();
    match has_trailer(before, id) {
        _ if said.is_empty() || said == before => None,
        true => Parts::of(&parts.without_lost_trailer(id)?, reading).with_trailer(id),
        false => parts.with_trailer(id),
    }
}

fn has_trailer(said: &[u8], id: &str) -> bool {
    said.split(|&b| b == b'\n').any(|line| is_trailer(line, id))
}

fn is_trailer(line: &[u8], id: &str) -> bool {
    line.trim_ascii_end() == format!("{TOKEN}: {id}").as_bytes()
}

/// A message's lines, with their ends.
struct Parts<'m> {
    /// From the first to the last that belongs to the text.
    head: Vec<&'m [u8]>,
    /// Blank lines, comments and what follows the scissors line, below the text.
    tail: Vec<&'m [u8]>,
    /// The head without comments.
    text: Vec<&'m [u8]>,
}

impl<'m> Parts<'m> {
    fn of(message: &'m [u8], reading: &Reading) -> Self {
        let mut head: Vec<&[u8]> = message.split_inclusive(|&b| b == b'\n').collect();
        let is_comment = |line: &&[u8]| reading.strips && line.starts_with(&reading.mark);
        let is_scissors = |line: &&[u8]| reading.cuts && line.starts_with(&reading.mark) && line.trim_ascii_end().ends_with(SCISSORS);
        let scissors = head.iter().position(is_scissors).unwrap_or(head.len());
        let last = head[..scissors].iter().rposition(|line| !is_comment(line) && !line.trim_ascii().is_empty());
        let tail = head.split_off(last.map_or(0, |last| last + 1));
        let text = head.iter().filter(|line| !is_comment(line)).copied().collect();
        Self { head, tail, text }
    }

    /// What git takes for a message: neither blanks nor signatures are.
    fn said(&self) -> Vec<u8> {
        let lines = self.text.iter().map(|line| line.trim_ascii_end());
        let lines: Vec<&[u8]> = lines.filter(|line| !line.is_empty() && !line.starts_with(b"Signed-off-by: ")).collect();
        lines.join(&b'\n')
    }

    /// The message without a trailer that is none to git, because others wrote below it; none where all is well.
    fn without_lost_trailer(&self, id: &str) -> Option<Vec<u8>> {
        let in_text = self.text.iter().rposition(|line| is_trailer(line, id))?;
        let has_text_below = self.text[in_text..].iter().any(|line| line.trim_ascii().is_empty());
        if !has_text_below && ends_in_trailers(&self.text) {
            return None;
        }
        let at = self.head.iter().rposition(|line| is_trailer(line, id))?;
        let is_blank = |at: Option<usize>| at.and_then(|at| self.head.get(at)).is_some_and(|line| line.trim_ascii().is_empty());
        let paragraph = if is_blank(at.checked_sub(1)) && is_blank(Some(at + 1)) { 2 } else { 1 };
        Some([&self.head[..at], &self.head[at + paragraph..], &self.tail].concat().concat())
    }

    fn with_trailer(&self, id: &str) -> Option<Vec<u8>> {
        let subject = self.text.iter().find(|line| !line.trim_ascii().is_empty())?;
        let is_fixup = [&b"fixup! "[..], b"squash! ", b"amend! "].iter().any(|mark| subject.starts_with(mark));
        if is_fixup || self.text.iter().any(|line| token(line) == Some(TOKEN.as_bytes())) {
            return None;
        }
        let (head, tail) = (self.head.concat(), self.tail.concat());
        let line_end: &[u8] = if head.ends_with(b"\n") { b"" } else { b"\n" };
        let separator: &[u8] = if ends_in_trailers(&self.text) { b"" } else { b"\n" };
        Some([&head, line_end, separator, format!("{TOKEN}: {id}\n").as_bytes(), &tail].concat())
    }
}

/// The last paragraph holds nothing but trailers, and is not the subject.
fn ends_in_trailers(text: &[&[u8]]) -> bool {
    let Some(blank) = text.iter().rposition(|line| line.trim_ascii().is_empty()) else {
        return false;
    };
    text[blank + 1..].iter().all(|line| token(line).is_some() || line.starts_with(b" ") || line.starts_with(b"\t"))
}

fn token(line: &[u8]) -> Option<&[u8]> {
    let colon = line.iter().position(|&b| b == b':')?;
    let (token, value) = line.split_at(colon);
    let named = !token.is_empty() && token.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-');
    (named && value.starts_with(b": ")).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(message: &[u8]) -> Reading {
        Reading::of(message, Editing::Editor, None, None)
    }

    #[test]
    fn a_trailer_joins_the_message_and_nothing_else_moves() {
        let scissors = "# ------------------------ >8 ------------------------\n# Do not touch\ndiff --git a b\n+x\n";
        let cases = [
            ("fix: it\n", "message", "fix: it\n\nJournal: ID\n"),
            ("fix: it", "message", "fix: it\n\nJournal: ID\n"),
            (
                "fix: it\n\nBody.\n\nFixes: #4\nSigned-off-by: R <r@e>\n",
                "message",
                "fix: it\n\nBody.\n\nFixes: #4\nSigned-off-by: R <r@e>\nJournal: ID\n",
            ),
            ("fix: it\n\n# Please enter\n# the message\n", "commit", "fix: it\n\nJournal: ID\n\n# Please enter\n# the message\n"),
            (&format!("fix\n{scissors}"), "commit", &format!("fix\n\nJournal: ID\n{scissors}")),
            ("fix: it\n\nJournal: other\n", "commit", ""),
            ("fixup! fix: it\n", "message", ""),
            ("Merge branch 'x'\n", "merge", ""),
            ("squashed\n", "squash", ""),
        ];
        for (message, source, expected) in cases {
            let expected = if expected.is_empty() { Prepared::Stays } else { Prepared::Added(expected.into()) };
            assert_eq!(prepared(message.as_bytes(), source, &edited(message.as_bytes()), "ID"), expected, "{message:?}");
            if let Prepared::Added(with) = expected {
                assert_eq!(prepared(&with, source, &edited(&with), "ID"), Prepared::Stays, "twice is once");
            }
        }
    }

    #[test]
    fn a_message_that_is_to_be_written_waits_for_its_editor() {
        let comments = "\n# Please enter the message\n";
        for (before, source, after, expected) in [
            ("", "", "fix: it\n", "fix: it\n\nJournal: ID\n"),
            ("", "", "", ""),
            ("\nSigned-off-by: R <r@e>\n", "", "\nSigned-off-by: S <s@e>\n", ""),
            ("\nSigned-off-by: R <r@e>\n", "", "fix\n\nSigned-off-by: R <r@e>\n", "fix\n\nSigned-off-by: R <r@e>\nJournal: ID\n"),
            ("TICKET-:\n\nWhy:\n", "template", "TICKET-:\n\n\nWhy: \n", ""),
            ("TICKET-:\n\nWhy:\n", "template", "TICKET-4:\n\nWhy:\n", "TICKET-4:\n\nWhy:\n\nJournal: ID\n"),
            ("", "message", "fix\n", "fix\n\nJournal: ID\n"),
        ] {
            let before = format!("{before}{comments}");
            let Prepared::Waits(said) = prepared(before.as_bytes(), source, &edited(b""), "ID") else { panic!("{before:?} waits") };
            let with = finished(format!("{after}{comments}").as_bytes(), &said, &edited(b""), "ID");
            let expected = (!expected.is_empty()).then(|| format!("{expected}{comments}").into_bytes());
            assert_eq!(with, expected, "{before:?} {after:?}");
        }
    }

    #[test]
    fn a_trailer_that_others_wrote_below_is_brought_to_the_end() {
        let before = b"fix\nBody.\nJournal: ID";
        for (after, expected) in [
            ("fix\n\nBody.\n\nJournal: ID\n\nRefs: X-1\n", "fix\n\nBody.\n\nRefs: X-1\nJournal: ID\n"),
            ("fix\n\nBody.\n\nFixes: #1\nJournal: ID\n\nX-1\n", "fix\n\nBody.\n\nFixes: #1\n\nX-1\n\nJournal: ID\n"),
            ("fix\n\nBody.\n\nJournal: ID\nX-1\n", "fix\n\nBody.\n\nX-1\n\nJournal: ID\n"),
            ("X-1 fix\n\nBody.\n\nJournal: ID\n", ""),
            ("fix\n\nBody.\n\nJournal: ID\nRefs: X-1\n", ""),
            ("fix\n\nBody.\n", ""), // its author took it out
        ] {
            let with = finished(after.as_bytes(), before, &edited(b""), "ID");
            assert_eq!(with.map(|with| String::from_utf8_lossy(&with).into_owned()).unwrap_or_default(), expected, "{after:?}");
        }
        assert_eq!(said_with_trailer(b"fix\n\nBody.\n\nJournal: ID\n", &edited(b""), "ID").as_deref(), Some(&before[..]));
        assert_eq!(said_with_trailer(b"fix\n\nJournal: other\n", &edited(b""), "ID"), None);
    }

    #[test]
    fn a_comment_is_what_git_takes_for_one() {
        let cut = "# ------------------------ >8 ------------------------\n# Below\n";
        for (message, editing, mark, cleanup, expected) in [
            ("#12 fix\n", Editing::None, None, None, Some("#12 fix\n\nJournal: ID\n")),
            ("#12 fix\n", Editing::None, None, Some("strip"), None),
            ("#12 fix\n", Editing::Editor, None, None, None),
            ("#12 fix\n\n; comment\n", Editing::Editor, Some(";"), None, Some("#12 fix\n\nJournal: ID\n\n; comment\n")),
            ("#12 fix\n\n; comment\n", Editing::Editor, Some("auto"), None, Some("#12 fix\n\nJournal: ID\n\n; comment\n")),
            ("fix\n\n// comment\n", Editing::Editor, Some("//"), None, Some("fix\n\nJournal: ID\n\n// comment\n")),
            (&format!("#12 fix\n{cut}"), Editing::Editor, None, Some("scissors"), Some(&format!("#12 fix\n\nJournal: ID\n{cut}"))),
        ] {
            let reading = Reading::of(message.as_bytes(), editing, mark, cleanup);
            let expected = expected.map_or(Prepared::Waits(Vec::new()), |with| Prepared::Added(with.into()));
            assert_eq!(prepared(message.as_bytes(), "message", &reading, "ID"), expected, "{message:?} {cleanup:?}");
        }
    }

    #[test]
    fn a_message_in_another_encoding_gets_its_trailer_too() {
        let with = Prepared::Added(b"gr\xfcn\n\nJournal: ID\n".to_vec());
        assert_eq!(prepared(b"gr\xfcn\n", "message", &edited(b""), "ID"), with);
    }

    #[test]
    fn the_lines_of_the_hook_know_what_waits() {
        assert!(include_str!("../../../hooks/message.sh").contains(&format!("\"${{1-}}{WAITING}\"")));
    }
}
