//! Lines that a change added and that say of themselves that something is left to do: notes like `TODO`, and marks that keep a test from
//! running.
//!
//! Pure. A line counts only where it can be nothing else: a note opens its comment, a mark stands outside of strings in a language that
//! has it. What was only moved is not new. What anybody means to do about it is not known here.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use super::kinds::Flag;
use super::{Category, Evidence, FileEvidence, comment};
use crate::change::{FileChange, RepoPath};

/// What a line says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnfinishedKind {
    /// A note that something is to be done: `TODO`, `FIXME`.
    Note,
    /// A test that does not run.
    Skip,
}

/// An added line that leaves something.
#[derive(Clone, Debug, PartialEq)]
pub struct UnfinishedMark<'a> {
    /// What it says.
    pub kind: UnfinishedKind,
    /// Its file.
    pub file: &'a FileEvidence,
    /// Its line in head.
    pub line: u32,
    /// The note without its comment signs; of a skipped test the line, trimmed.
    pub text: String,
}

/// A mark that keeps a test from running.
struct Skip {
    /// Where it means that.
    languages: &'static [&'static str],
    pattern: &'static str,
    /// Whether it does so on every machine.
    always: bool,
    /// Whether tests stand in the files of the code too.
    beside_code: bool,
}

const fn skip(languages: &'static [&'static str], pattern: &'static str) -> Skip {
    Skip { languages, pattern, always: true, beside_code: false }
}

const ECMA: &[&str] = &["javascript", "typescript", "tsx", "vue", "svelte"];
const PYTHON: &[&str] = &["python"];

/// One row a runner and spelling.
static SKIPS: &[Skip] = &[
    Skip { beside_code: true, ..skip(&["rust"], r"^\s*#\[ignore\b") },
    skip(ECMA, r"\b(?:it|test|describe|context|suite|specify|bench)(?:\.\w+)*\.(?:skip|todo|fixme)(?:\.\w+)*\s*[(`]"),
    skip(ECMA, r"\bx(?:it|test|describe|context|specify)\s*\("),
    Skip { always: false, ..skip(ECMA, r"\.(?:skipIf|runIf)\(|\.skip\s*=") },
    skip(PYTHON, r"\bpytest\.mark\.skip\b|\bpytest\.skip\(|\bunittest\.skip\(|^\s*@skip\b|\bskipTest\("),
    Skip { always: false, ..skip(PYTHON, r"\bskip(?:if|If|Unless)\(") },
    skip(&["go"], r"\b[tb]\.Skip(?:f|Now)?\("),
    skip(&["java", "kotlin", "scala", "groovy"], r"^\s*@(?:Disabled|Ignore)\b"),
    skip(&["csharp", "fsharp"], r"^\s*\[.*\b(?:Ignore\b|Skip\s*=)"),
    skip(&["php"], r"\bmarkTest(?:Skipped|Incomplete)\(|\)\s*->(?:skip|todo)\("),
    skip(&["ruby"], r"^\s*(?:skip|pending)(?:$|[\s(])|^\s*x(?:it|describe|context|specify)\s"),
    skip(&["elixir"], r"^\s*@(?:module)?tag\s+:skip\b|^\s*@(?:module)?tag\s+skip:"),
    skip(&["cpp"], r"^\s*(?:TYPED_)?TEST(?:_[FP])?\s*\(\s*(?:\w+\s*,\s*)?DISABLED_|\bGTEST_SKIP\("),
    skip(&["swift"], r"\bXCTSkip\(|\.disabled\("),
    skip(&["dart"], r"\bskip:\s*(?:true|'|\x22)"),
];

static SKIP_PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| SKIPS.iter().map(|row| compiled(row.pattern)).collect());
static NOTE: LazyLock<Regex> = LazyLock::new(|| {
    compiled(&format!(r"{}[\s\-!:@]*((?:TODO|FIXME)\b|(?i:todo|fixme)(?:\([^)]*\))?:|(?:XXX|HACK):)(.*)", comment::OPENER))
});

fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a test compiles each row")
}

/// Whether a line has a sign that may keep a test from running, in whatever language.
pub fn may_skip(line: &str) -> bool {
    SKIP_PATTERNS.iter().any(|pattern| pattern.is_match(line))
}

/// The marks of all changes, in the order of their files and lines.
pub fn marks(evidence: &Evidence) -> Vec<UnfinishedMark<'_>> {
    let pairs = || evidence.files.iter().zip(&evidence.changes).filter(|(file, change)| is_written(file) && !change.binary);
    let mut moved: HashMap<(UnfinishedKind, String), Vec<&RepoPath>> = HashMap::new();
    for (file, change) in pairs() {
        for (kind, text) in change.removed_lines().into_iter().filter_map(|line| mark_in_line(file, line)) {
            moved.entry((kind, text)).or_default().push(&file.path);
        }
    }
    let mut marks = Vec::new();
    for (file, change) in pairs() {
        for (line, kind, text) in added(file, change) {
            if moved.get_mut(&(kind, text.clone())).and_then(Vec::pop).is_none() {
                marks.push(UnfinishedMark { kind, file, line, text });
            }
        }
    }
    // what was skipped before is skipped no more for the reason that it is given now
    let mut skipped: Vec<&RepoPath> =
        moved.into_iter().filter(|((kind, _), _)| *kind == UnfinishedKind::Skip).flat_map(|(_, paths)| paths).collect();
    marks.retain(|mark| {
        let before = skipped.iter().position(|path| mark.kind == UnfinishedKind::Skip && **path == mark.file.path);
        before.map(|at| skipped.swap_remove(at)).is_none()
    });
    marks
}

fn added<'a>(file: &'a FileEvidence, change: &'a FileChange) -> impl Iterator<Item = (u32, UnfinishedKind, String)> {
    let lines = change.added_with_numbers().into_iter();
    lines.filter_map(|(number, line)| mark_in_line(file, line).map(|(kind, text)| (number, kind, text)))
}

/// Whether people write such a file line by line, in a form that has comments.
fn is_written(file: &FileEvidence) -> bool {
    use Category::*;
    let support = file.flags.iter().any(|flag| matches!(flag, Flag::Fixture | Flag::Snapshot | Flag::Generated | Flag::Example));
    !support && matches!(file.category, Code | Test | Config | Ci | Infra | Migration)
}

fn mark_in_line(file: &FileEvidence, line: &[u8]) -> Option<(UnfinishedKind, String)> {
    let line = String::from_utf8_lossy(line);
    if let Some(found) = NOTE.captures(&line) {
        let at = found.get(1)?.start();
        return is_outside(&line[..at]).then(|| (UnfinishedKind::Note, note(&found[1], &found[2])));
    }
    let language = file.language.as_deref()?;
    let is_test = file.category == Category::Test;
    let counts = |row: &Skip| row.always && (is_test || row.beside_code) && row.languages.contains(&language);
    let mut patterns = SKIPS.iter().zip(SKIP_PATTERNS.iter()).filter(|(row, _)| counts(row)).map(|(_, pattern)| pattern);
    let is_mark = |pattern: &Regex| pattern.find(&line).is_some_and(|found| is_outside(&line[..found.start()]));
    (patterns.any(is_mark) && !comment::is_likely(&line)).then(|| (UnfinishedKind::Skip, line.trim().to_owned()))
}

/// `TODO: handle the timeout`, without what closes the comment.
fn note(word: &str, rest: &str) -> String {
    let rest = comment::without_end(rest);
    format!("{word}{}{rest}", if rest.starts_with(|c: char| c.is_alphanumeric()) { " " } else { "" })
}

/// Whether no string is open behind these signs.
fn is_outside(before: &str) -> bool {
    // the opener may itself be of quotes
    let before = before.trim_end().trim_end_matches("\"\"\"").trim_end_matches("'''");
    ['"', '\'', '`'].iter().all(|quote| before.matches(*quote).count() % 2 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::samples::evidence;

    /// The marks of a file that was empty.
    fn of(path: &str, text: &str) -> Vec<(UnfinishedKind, u32, String)> {
        let evidence = evidence(&[(path, Some(""), Some(text))]);
        marks(&evidence).into_iter().map(|mark| (mark.kind, mark.line, mark.text)).collect()
    }

    #[test]
    fn a_note_opens_its_comment() {
        for (path, line, told) in [
            ("a.py", "    # TODO: handle the timeout", Some("TODO: handle the timeout")),
            ("a.rs", "let a = 1; // FIXME(robin) rounds down", Some("FIXME(robin) rounds down")),
            ("a.ts", "/* TODO: later */", Some("TODO: later")),
            ("a.php", " * @todo: later", Some("todo: later")),
            ("a.js", "// todo: later", Some("todo: later")),
            ("a.go", "// TODO", Some("TODO")),
            ("a.c", "/* XXX: why? */", Some("XXX: why?")),
            ("db/migrations/1.sql", "-- TODO add an index", Some("TODO add an index")),
            ("app.vue", "<!-- TODO: a label -->", Some("TODO: a label")),
            ("main.tf", "# TODO: narrow", Some("TODO: narrow")),
            ("a.rs", "// the todo list", None),
            ("a.rs", "// see TODO.md", None),
            ("a.rs", "let a = b * TODO;", None),
            ("a.rs", "const TODO: u8 = 1;", None),
            ("a.py", "print('# TODO: fill in')", None),
            ("a.js", "const XXX = 1 // XXX", None),
            ("README.md", "# TODO", None),
            ("tests/fixtures/a.py", "# TODO: x", None),
            ("a.rs", "// TODOS are many", None),
        ] {
            let found = of(path, &format!("\n{line}\n"));
            assert_eq!(
                found,
                told.map(|text| (UnfinishedKind::Note, 2, text.to_owned())).into_iter().collect::<Vec<_>>(),
                "{path}: {line}"
            );
        }
    }

    #[test]
    fn a_skipped_test_is_one_in_its_language() {
        for (path, text, line) in [
            ("tests/a.rs", "#[test]\n#[ignore = \"slow\"]\nfn a() {}\n", Some(2)),
            ("src/a.rs", "#[test]\n#[ignore]\nfn a() {}\n", Some(2)),
            ("tests/a.rs", "let a = all.iter().skip(1);\n", None),
            ("a.test.ts", "it.skip('adds', () => {})\n", Some(1)),
            ("a.test.ts", "test.concurrent.skip(`adds`, () => {})\n", Some(1)),
            ("a.test.ts", "xit('adds', () => {})\n", Some(1)),
            ("a.test.ts", "const one = list.skip(1)\n", None),
            ("a.test.ts", "// it.skip('adds')\n", None),
            ("a.test.ts", "const source = \"it.skip('adds')\"\n", None),
            ("src/a.ts", "it.skip('adds', () => {})\n", None),
            ("test_a.py", "@pytest.mark.skip(\"later\")\n", Some(1)),
            ("test_a.py", "@pytest.mark.skipif(sys.platform == 'win32')\n", None),
            ("a_test.go", "\tt.Skip(\"later\")\n", Some(1)),
            ("src/test/java/ATest.java", "    @Disabled(\"later\")\n", Some(1)),
            ("A.Tests/ATests.cs", "    [Fact(Skip = \"later\")]\n", Some(1)),
            ("tests/ATest.php", "        $this->markTestSkipped('later');\n", Some(1)),
            ("spec/a_spec.rb", "  xit 'adds' do\n", Some(1)),
            ("test/a_test.exs", "  @tag :skip\n", Some(1)),
            ("tests/a_test.cpp", "TEST(Cart, DISABLED_adds) {\n", Some(1)),
            ("tests/a_test.cpp", "TEST_F(DISABLED_Cart, adds) {\n", Some(1)),
            ("tests/a_test.cpp", "TEST(Cart, adds) {\n", None),
            ("Tests/ATests.swift", "    throw XCTSkip(\"later\")\n", Some(1)),
            ("test/a_test.dart", "  test('adds', () {}, skip: true);\n", Some(1)),
        ] {
            let found: Vec<_> = of(path, text).into_iter().map(|(kind, line, _)| (kind, line)).collect();
            assert_eq!(found, line.map(|line| (UnfinishedKind::Skip, line)).into_iter().collect::<Vec<_>>(), "{path}: {text}");
        }
    }

    #[test]
    fn what_moved_is_not_new() {
        let was = "// TODO: later\nfn a() {}\nfn b() {}\n";
        let moved = evidence(&[
            ("a.rs", Some(was), Some("fn a() {}\nfn b() {}\n")),
            ("b.rs", Some("fn c() {}\n"), Some("// TODO: later\n// TODO: later\nfn c() {}\n")),
        ]);
        assert_eq!(marks(&moved).into_iter().map(|mark| mark.line).collect::<Vec<_>>(), [2], "one is new");
    }

    #[test]
    fn a_skip_that_gets_a_reason_is_not_new() {
        let was = "@pytest.mark.skip\ndef test_a():\n    pass\n";
        let is = "def test_z():\n    pass\n\n\n@pytest.mark.skip(reason=\"slow\")\ndef test_a():\n    pass\n";
        let more = format!("{is}\n\n@pytest.mark.skip(reason=\"later\")\ndef test_b():\n    pass\n");
        for (head, new) in [(is, 0), (&more, 1)] {
            assert_eq!(marks(&evidence(&[("tests/test_a.py", Some(was), Some(head))])).len(), new, "{head}");
        }
    }

    #[test]
    fn each_row_compiles() {
        assert!(SKIP_PATTERNS.len() == SKIPS.len() && NOTE.is_match("# TODO"));
        assert!(may_skip("describe.skip('x')") && may_skip("it.skipIf(ci)('x')") && !may_skip("it('x')") && !may_skip("exit(1)"));
    }
}
