//! Changed lines that stand in no function: a field, a constant, a flag, a call in a class's body. Names of definitions do not tell of them.

use super::Composer;
use super::snippet::FileLines;
use crate::change::{FileChange, Hunk, Status};
use crate::document::Statement;
use crate::evidence::kinds::Flag;
use crate::evidence::{Change, DefinitionChange, FileEvidence};
use crate::markdown::one_line;

/// Statements of a file, and lines of a hunk that are looked at: more are no single statements.
const STATEMENTS: usize = 20;
const LINES: u32 = 3;

/// What a line begins with that says nothing of what the program does: comments, and what it takes its names from.
const SILENT: &[&str] = &[
    "//", "/*", "* ", "*/", "# ", "#!", "-- ", "<!--", "\"\"\"", "'''", "import ", "from ", "use ", "pub use ", "using ", "#include",
    "require ", "require_relative ", "package ", "module ", "export * from", "extern crate ",
];

impl Composer<'_> {
    /// The statements of a file that was there before; all lines of a new one are new.
    pub(super) fn statements(&self, change: &FileChange, file: &FileEvidence) -> Vec<Statement> {
        let is_told = matches!(file.status, Status::Modified | Status::Renamed) && !change.binary && file.instead.is_none();
        if !is_told || file.flags.contains(&Flag::SecretBearing) {
            return Vec::new();
        }
        let mask = |text: Option<String>| text.map(|text| self.mask(&text));
        let masked = |it: Statement| Statement { before: mask(it.before), after: mask(it.after), ..it };
        statements(change, &file.definitions).into_iter().map(masked).collect()
    }
}

/// Short changes outside of functions, in the order of their lines. Pure.
fn statements(change: &FileChange, definitions: &[DefinitionChange]) -> Vec<Statement> {
    let (base, head) = (Side::new(change.base_blob()), Side::new(change.head_blob()));
    let mut found: Vec<Statement> = Vec::new();
    for hunk in change.hunks.iter().filter(|hunk| hunk.base_lines.max(hunk.head_lines) <= LINES && !is_inside(hunk, definitions)) {
        let (before, after) = (base.telling(hunk.base_start, hunk.base_lines), head.telling(hunk.head_start, hunk.head_lines));
        let statement = |line: u32, before: Option<&String>, after: Option<&String>| {
            let container = definitions.iter().rev().find(|one| one.change == Change::Modified && holds(one, line));
            let within = container.map(|one| one.qualified_name.clone());
            Statement { line, before: before.cloned(), after: after.cloned(), within }
        };
        let line = |at: usize| hunk.head_start.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
        match (before.len(), after.len()) {
            (0, _) => found.extend(after.iter().map(|(at, text)| statement(line(*at), None, Some(text)))),
            (_, 0) => found.extend(before.iter().map(|(_, text)| statement(hunk.head_start, Some(text), None))),
            (base, head) if base != head && (goes_on(&before) || goes_on(&after)) => {
                found.push(statement(line(0), Some(&joined(&before)), Some(&joined(&after))));
            }
            (base, _) => {
                let pairs = before.iter().zip(&after).filter(|((_, before), (_, after))| !is_same(before, after));
                found.extend(pairs.map(|((_, before), (at, after))| statement(line(*at), Some(before), Some(after))));
                found.extend(after.iter().skip(base).map(|(at, text)| statement(line(*at), None, Some(text))));
                found.extend(before.iter().skip(after.len()).map(|(_, text)| statement(line(0), Some(text), None)));
            }
        }
    }
    without_moved(found).into_iter().take(STATEMENTS).collect()
}

/// Whether the first line is only the beginning of a statement.
fn goes_on(lines: &[(usize, String)]) -> bool {
    lines.first().is_some_and(|(_, line)| line.ends_with(['(', '[', '{', ',', '\\', '=', '.']))
}

fn joined(lines: &[(usize, String)]) -> String {
    lines.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(" ")
}

fn is_same(before: &str, after: &str) -> bool {
    before.split_whitespace().eq(after.split_whitespace())
}

/// What only went to another place in the file is no change of it.
fn without_moved(statements: Vec<Statement>) -> Vec<Statement> {
    let is_moved = |it: &Statement| {
        statements.iter().any(|other| match (&it.before, &it.after) {
            (None, Some(text)) => other.after.is_none() && other.before.as_ref() == Some(text),
            (Some(text), None) => other.before.is_none() && other.after.as_ref() == Some(text),
            _ => false,
        })
    };
    statements.iter().filter(|it| !is_moved(it)).cloned().collect()
}

fn holds(definition: &DefinitionChange, line: u32) -> bool {
    (definition.line..=definition.end_line).contains(&line)
}

/// Whether the hunk is a function's, or part of something that is new or gone as a whole.
fn is_inside(hunk: &Hunk, definitions: &[DefinitionChange]) -> bool {
    let last = |start: u32, lines: u32| start.saturating_add(lines.max(1) - 1);
    definitions.iter().any(|one| {
        let (start, lines) = match one.change {
            Change::Removed => (hunk.base_start, hunk.base_lines),
            Change::Added | Change::Modified => (hunk.head_start, hunk.head_lines),
        };
        let touches = one.line <= last(start, lines) && start <= one.end_line && (one.change != Change::Removed || lines > 0);
        touches && (one.kind.is_callable() || one.change != Change::Modified)
    })
}

/// A side's lines, and which of them are text over several lines: a comment or a string.
struct Side<'a> {
    lines: FileLines<'a>,
    quoted: Vec<bool>,
}

impl<'a> Side<'a> {
    fn new(text: Option<&'a [u8]>) -> Self {
        let mut closing: Option<&str> = None;
        let mut quoted = Vec::new();
        for line in text.unwrap_or_default().split(|byte| *byte == b'\n') {
            let line = String::from_utf8_lossy(line);
            let line = line.trim();
            let was_open = closing.is_some();
            closing = match closing {
                Some(end) => (!line.contains(end)).then_some(end),
                None => opened(line),
            };
            quoted.push(was_open || closing.is_some());
        }
        Self { lines: FileLines::of(text), quoted }
    }

    /// Lines of a hunk that say something, each with its place in it.
    fn telling(&self, start: u32, lines: u32) -> Vec<(usize, String)> {
        let numbers = (start..start.saturating_add(lines)).enumerate();
        let is_quoted = |number: u32| usize::try_from(number).is_ok_and(|at| self.quoted.get(at.wrapping_sub(1)) == Some(&true));
        let text = |number: u32| one_line(&String::from_utf8_lossy(self.lines.at(number))).trim().to_owned();
        numbers.filter(|(_, number)| !is_quoted(*number)).map(|(at, number)| (at, text(number))).filter(|(_, text)| tells(text)).collect()
    }
}

/// What ends a comment, a string or a key that begins in this line and goes on behind it.
fn opened(line: &str) -> Option<&'static str> {
    const KEY: (&str, &str) = ("-----BEGIN ", "-----END ");
    let comment = [("/*", "*/"), ("<!--", "-->"), ("=begin", "=end")].into_iter().filter(|(begin, _)| line.starts_with(begin));
    let block = comment.chain(line.contains(KEY.0).then_some(KEY)).find(|(_, end)| !line.contains(end));
    let is_open = |mark: &&str| line.matches(mark).count() % 2 == 1;
    block.map(|(_, end)| end).or_else(|| ["\"\"\"", "'''", "`"].into_iter().find(is_open))
}

/// Whether a line is a statement of the program.
fn tells(line: &str) -> bool {
    line.contains(char::is_alphanumeric) && !SILENT.iter().any(|begin| line.starts_with(begin)) && line.trim() != "end"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{DefinitionKind, samples};

    /// `line before → after (in container)` of each statement that reading both texts of a file finds.
    fn told(path: &str, base: &str, head: &str) -> Vec<String> {
        let read = samples::evidence(&[(path, Some(base), Some(head))]);
        let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        let within = |it: &Statement| it.within.as_ref().map(|name| format!(" in {name}")).unwrap_or_default();
        let told = |it: &Statement| format!("{} {} → {}{}", it.line, side(&it.before), side(&it.after), within(it));
        statements(&read.changes[0], &read.files[0].definitions).iter().map(told).collect()
    }

    #[test]
    fn lines_outside_of_functions() {
        let cases: &[(&str, &str, &str, &[&str])] = &[
            (
                "flags.dart",
                "const kFlags = {\n  'sync': false,\n};\n",
                "const kFlags = {\n  'sync': true,\n};\n",
                &["2 'sync': false, → 'sync': true,"],
            ),
            (
                "models.py",
                "class Order(Model):\n    total = FloatField()\n\n    def big(self):\n        return self.total > 1\n",
                "class Order(Model):\n    total = DecimalField(max_digits=12)\n\n    def big(self):\n        return self.total > 2\n",
                &["2 total = FloatField() → total = DecimalField(max_digits=12) in Order"],
            ),
            (
                "job.rb",
                "class Job\n  queue_as :default\nend\n",
                "class Job\n  queue_as :exports\n  retry_on Timeout\nend\n",
                &["2 queue_as :default → queue_as :exports in Job", "3 - → retry_on Timeout in Job"],
            ),
            ("a.py", "A = f(1)\nB = 2\n", "A = f(\n    2,\n)\nB = 2\n", &["1 A = f(1) → A = f( 2,"]),
            ("a.py", "import os\n# one\nA = 1\n", "import sys\n# two\nA = 1\n", &[]),
            ("a.py", "\"\"\"\nOne (of two).\n\"\"\"\n", "\"\"\"\nTwo (of two).\n\"\"\"\n", &[]),
            ("a.py", "def f():\n    return 1\n", "def f():\n    return 2\n", &[]),
            ("a.py", "A = 1\nB = 2\nC = 3\nD = 4\n", "B = 2\nC = 3\nD = 4\nA = 1\n", &[]),
            ("a.py", "A = 1\nB = 2\n", "A = 1\n", &["1 B = 2 → -"]),
            ("key.go", "var k = `-----BEGIN X-----\nQUJD\n-----END X-----`\n", "var k = `-----BEGIN X-----\nREVG\n-----END X-----`\n", &[]),
            (
                "a.rs",
                "struct A {\n    a: u8,\n}\n",
                "struct B {\n    c: u8,\n}\n\nstruct A {\n    a: u8,\n    b: u8,\n}\n",
                &["7 - → b: u8, in A"],
            ),
        ];
        for (path, base, head, expected) in cases {
            assert_eq!(told(path, base, head), *expected, "{path}: {head}");
        }
    }

    #[test]
    fn odd_numbers_do_not_panic() {
        let mut change = samples::evidence(&[("a.py", Some("A = 1\n"), Some("A = 2\n"))]).changes.swap_remove(0);
        change.hunks = vec![
            Hunk { base_start: u32::MAX, base_lines: 3, head_start: u32::MAX, head_lines: 3 },
            Hunk { base_start: 0, base_lines: 0, head_start: 0, head_lines: 0 },
        ];
        let definition = DefinitionChange {
            kind: DefinitionKind::Class,
            name: "A".to_owned(),
            qualified_name: "A".to_owned(),
            change: Change::Modified,
            line: 1,
            end_line: u32::MAX,
        };
        assert_eq!(statements(&change, &[definition]), []);
    }
}
