//! What became of a test that failed: whether head still holds it.
//!
//! A green run says nothing of a test that it did not run. The names of passing tests are in no record, so this asks the files: a test
//! that head has, and whose file no mark to skip entered, is there. The files that it failed on need not be known. In doubt it is
//! [`TestPresence::Unknown`].

use super::added_lines::{added_lines, is_inside};
use crate::change::{FileChange, RepoPath, Status};
use crate::evidence::kinds::{self, Overrides};
use crate::evidence::{Category, Evidence, unfinished};

/// What became of a test.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TestPresence {
    /// Head has it.
    Present,
    /// Its file or its name is not there any more.
    Gone,
    /// A mark that skips tests was added where it stands.
    Skipped,
    /// Nothing tells.
    #[default]
    Unknown,
}

/// What a head is asked for.
pub trait Head {
    /// The text of the file that a runner calls by this name, where it is there.
    fn text(&self, file: &str) -> Option<Vec<u8>>;
    /// Whether any of its files has these words.
    fn has(&self, words: &str) -> bool;
}

/// What became of a test with this name until head. `evidence` is of the changes from the base to head, `overrides` say what files are.
pub fn test_presence(test: &str, evidence: &Evidence, overrides: &Overrides, head: &impl Head) -> TestPresence {
    let told = evidence.files.iter().zip(&evidence.changes);
    let told = told.filter(|(file, _)| !kinds::is_documentation(&file.path, file.category));
    let told: Vec<&FileChange> = told.map(|(_, change)| change).collect();
    let Some(file) = named_file(test, overrides) else { return by_name(test, &told, head) };
    let of_file: Vec<&FileChange> = told.iter().filter(|change| is_at(&change.path, file)).copied().collect();
    match head.text(file) {
        None if of_file.iter().any(|change| change.status == Status::Deleted) => TestPresence::Gone,
        None => TestPresence::Unknown,
        Some(text) => match own(&test[file.len()..], &[]) {
            Some(own) if occurrences(&text, &own) == 0 => match from_template(&text, &own) {
                None => TestPresence::Gone,
                Some(Template::Worded) => marked(&of_file),
                Some(Template::Bare) => TestPresence::Unknown,
            },
            // a file by itself could not be read then, and is there now
            _ => marked(&of_file),
        },
    }
}

fn is_at(path: &RepoPath, named: &str) -> bool {
    // a runner names files from its own folder
    path.as_bytes().strip_suffix(named.as_bytes()).is_some_and(|folder| folder.is_empty() || folder.ends_with(b"/"))
}

/// The test file that a name begins with: `tests/test_a.py::test_a`, `src/a.test.ts > adds`, `tests/test_a.py`.
fn named_file<'a>(test: &'a str, overrides: &Overrides) -> Option<&'a str> {
    let end = ["::", " > ", " › ", ":"].iter().filter_map(|mark| test.find(mark)).min().unwrap_or(test.len());
    let file = &test[..end];
    let is_file = !file.contains(char::is_whitespace) && file.rsplit('/').next().is_some_and(|name| name.contains('.'));
    let is_test = |file: &str| kinds::classify(&file.into(), None, false, overrides).category == Category::Test;
    (is_file && is_test(file)).then_some(file)
}

/// By the words of its name: what the changes took away, else whether head has them.
fn by_name(name: &str, changes: &[&FileChange], head: &impl Head) -> TestPresence {
    let Some(own) = own(name, changes) else { return TestPresence::Unknown };
    let lost = |word: &str| matches!(counts(changes, word), (1.., 0));
    match counts(changes, &own) {
        (1.., 0) => TestPresence::Gone,
        (before, after) if after < before => TestPresence::Unknown,
        _ if containers(name).any(lost) => TestPresence::Unknown,
        (_, 0) if !head.has(&own) => TestPresence::Unknown,
        _ => marked(&changes.iter().filter(|change| holds(change, &own)).copied().collect::<Vec<_>>()),
    }
}

/// How often a word stands in changed files, before and after.
fn counts(changes: &[&FileChange], word: &str) -> (usize, usize) {
    let count =
        |side: fn(&FileChange) -> Option<&[u8]>| changes.iter().filter_map(|change| side(change)).map(|text| occurrences(text, word)).sum();
    (count(FileChange::base_blob), count(FileChange::head_blob))
}

/// Whether a test in it may be meant: the word is in it.
fn holds(change: &FileChange, word: &str) -> bool {
    change.head_blob().is_some_and(|text| occurrences(text, word) > 0)
}

fn marked(files: &[&FileChange]) -> TestPresence {
    let is_marked = |line: std::borrow::Cow<'_, str>| unfinished::may_skip(&line);
    if files.iter().any(|change| added_lines(change).any(is_marked)) { TestPresence::Skipped } else { TestPresence::Present }
}

/// The parts of a name, the test's own last: `tests`, `bad` of `tests::bad`.
fn parts(name: &str) -> Vec<&str> {
    let bare = name.split(['[', '(']).next().unwrap_or(name).trim();
    let parts: Vec<&str> = match bare.contains(char::is_whitespace) {
        // a title in words, which signs belong to
        true => bare.split(" > ").flat_map(|part| part.split(" › ")).flat_map(|part| part.split("::")).collect(),
        false => bare.split([':', '>', '›', '.', '#', '/', '\\']).collect(),
    };
    parts.into_iter().map(|part| part.trim_matches(|c: char| !is_inside(c))).filter(|part| !part.is_empty()).collect()
}

fn containers(name: &str) -> impl Iterator<Item = &str> {
    let mut parts = parts(name);
    parts.pop();
    parts.into_iter().filter(|part| part.len() > 2)
}

/// What stands in the source for the test itself. A title may be put together of several: its longest end that a changed file has.
fn own(name: &str, changes: &[&FileChange]) -> Option<String> {
    let own = parts(name).pop().filter(|own| own.len() > 2)?;
    let words: Vec<&str> = own.split_whitespace().collect();
    let ends = (0..words.len().saturating_sub(1)).map(|from| words[from..].join(" "));
    let known = |end: &String| counts(changes, end) != (0, 0);
    Some(ends.filter(|_| !changes.is_empty()).find(known).unwrap_or_else(|| own.to_owned()))
}

/// How often words stand in a text, not as parts of others.
fn occurrences(text: &[u8], words: &str) -> usize {
    let text = String::from_utf8_lossy(text);
    let edge = |c: Option<char>| !c.is_some_and(is_inside);
    let alone = |at: usize| edge(text[..at].chars().next_back()) && edge(text[at + words.len()..].chars().next());
    text.match_indices(words).filter(|(at, _)| alone(*at)).count()
}

/// A string of which a title is made by filling in its placeholders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Template {
    /// With words of its own: `retries %d`, `adds ${n} up`.
    Worded,
    /// Without: any title may come of it.
    Bare,
}

/// How the source makes a title in words of which it does not have all: by a string that begins a test, as far as one fits.
fn from_template(text: &[u8], title: &str) -> Option<Template> {
    let text = String::from_utf8_lossy(text);
    let begins = |line: &&str| ["each", "it(", "test("].iter().any(|sign| line.contains(sign));
    let strings = |line| ['"', '\'', '`'].into_iter().flat_map(move |quote| str::split(line, quote).skip(1).step_by(2));
    let fitting = |string| {
        let pieces = fixed_pieces(string);
        let is_bare = !pieces.iter().any(|piece| piece.contains(char::is_alphabetic));
        (pieces.len() > 1 && fits(&pieces, title)).then_some(if is_bare { Template::Bare } else { Template::Worded })
    };
    let found = || text.lines().filter(begins).flat_map(strings).filter_map(fitting);
    let is_title = title.contains(char::is_whitespace);
    found().find(|template| *template == Template::Worded).or(found().next()).filter(|_| is_title)
}

/// Whether what stands around the placeholders of a template is in a title, in order and from its beginning to its end.
fn fits(pieces: &[&str], title: &str) -> bool {
    let [first, middle @ .., last] = pieces else { return false };
    let Some(mut rest) = title.strip_prefix(first).and_then(|rest| rest.strip_suffix(last)) else { return false };
    let mut follows = |piece: &str| rest.split_once(piece).map(|(_, behind)| rest = behind).is_some();
    middle.iter().all(|piece| piece.is_empty() || follows(piece))
}

/// What stands around the placeholders `%d`, `$name`, `${…}`, `#{…}`, `{…}` and `<…>`.
fn fixed_pieces(template: &str) -> Vec<&str> {
    let (mut pieces, mut rest) = (Vec::new(), template);
    let mut from = 0;
    while let Some(at) = rest[from..].find(['%', '$', '#', '{', '<']).map(|at| from + at) {
        let sign = &rest[at..];
        let closed = |open: &str, close: char| sign.starts_with(open).then(|| sign.find(close).map(|end| end + 1)).flatten();
        let word = sign[1..].find(|c: char| !is_inside(c)).unwrap_or(sign.len() - 1);
        let long = closed("${", '}').or(closed("#{", '}')).or(closed("{", '}')).or(closed("<", '>'));
        let long = long.or((sign.starts_with('$') && word > 0).then_some(word + 1));
        let long = long.or((sign.starts_with('%') && sign[1..].starts_with(|c: char| c.is_ascii_alphabetic())).then_some(2));
        match long {
            Some(long) => {
                pieces.push(&rest[..at]);
                (rest, from) = (&sign[long..], 0);
            }
            None => from = at + 1,
        }
    }
    pieces.push(rest);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pull_request::description::tests::evidence;

    /// Head as the changes leave it, and one more file.
    struct Files<'a>(&'a [FileChange], &'a str);

    impl Head for Files<'_> {
        fn text(&self, file: &str) -> Option<Vec<u8>> {
            let change = self.0.iter().find(|change| is_at(&change.path, file));
            change.map_or(Some(self.1.as_bytes().to_vec()), |change| change.head_blob().map(<[u8]>::to_vec))
        }

        fn has(&self, words: &str) -> bool {
            occurrences(self.1.as_bytes(), words) > 0
        }
    }

    /// What no change touched.
    const ELSEWHERE: &str = "def test_elsewhere():\nfunc TestElsewhere(t *testing.T) {\n";

    #[test]
    fn only_a_test_that_nothing_took_away_is_there() {
        const PY: &str = "def test_old():\n    assert 0\n\ndef test_new():\n    pass\n";
        const GO: &str = "func TestOld(t *testing.T) {\n}\n\nfunc TestNew(t *testing.T) {\n}\n";
        for (test, path, base, head, expected) in [
            // a file by name
            ("tests/test_a.py::test_old", "tests/test_a.py", PY, Some("def test_new():\n    pass\n"), TestPresence::Gone),
            ("tests/test_a.py::test_old", "app/tests/test_a.py", PY, None, TestPresence::Gone),
            ("tests/test_a.py::test_old[one]", "tests/test_a.py", PY, Some("def test_old():\n    assert 1\n"), TestPresence::Present),
            ("tests/test_b.py::test_elsewhere", "tests/test_a.py", PY, None, TestPresence::Present),
            ("tests/test_b.py::test_old", "tests/test_a.py", PY, None, TestPresence::Gone),
            (
                "tests/test_a.py::TestA::test_old",
                "tests/test_a.py",
                PY,
                Some("@pytest.mark.skip\ndef test_old():\n"),
                TestPresence::Skipped,
            ),
            ("tests/test_a.py", "tests/test_a.py", PY, None, TestPresence::Gone),
            ("tests/test_a.py", "tests/test_a.py", PY, Some("def test_old():\n"), TestPresence::Present),
            ("spec/a_spec.rb::adds", "spec/a_spec.rb", "it \"adds\"\n", Some("xit \"adds\"\n"), TestPresence::Skipped),
            ("spec/a_spec.rb::adds", "spec/a_spec.rb", "it \"adds\"\n", Some("it \"adds\"\nexit \"a\"\nexit(1)\n"), TestPresence::Present),
            ("c/a_test.cpp::adds", "c/a_test.cpp", "TEST(A, adds) {}\n", Some("TEST(DISABLED_A, adds) {}\n"), TestPresence::Skipped),
            ("src/a.test.ts > cart > adds up", "src/a.test.ts", "it('adds up')\n", Some("it.skip('adds up')\n"), TestPresence::Skipped),
            (
                "src/a.test.ts > C > retries 429",
                "src/a.test.ts",
                "x\n",
                Some("it.each([503, 429])(\"retries %d\", f)\n"),
                TestPresence::Present,
            ),
            (
                "src/a.test.ts > C > adds 2 up",
                "src/a.test.ts",
                "x\n",
                Some("for (n of [1]) it(`adds ${n} up`, f)\n"),
                TestPresence::Present,
            ),
            ("src/a.test.ts > C > adds 2 up", "src/a.test.ts", "x\n", Some("it.each([1])(\"adds %d down\", f)\n"), TestPresence::Gone),
            ("src/a.test.ts > C > adds 2 up", "src/a.test.ts", "x\n", Some("it.each([1])(\"%d\", f)\n"), TestPresence::Unknown),
            // names alone
            ("TestOld", "a/a_test.go", GO, Some("func TestNew(t *testing.T) {\n}\n"), TestPresence::Gone),
            ("TestOld/with_nothing", "a/a_test.go", GO, Some("func TestNew(t *testing.T) {\n}\n"), TestPresence::Unknown),
            ("TestElsewhere", "a/a.go", "func old() {\n}\n", Some("func old() {\n\treturn\n}\n"), TestPresence::Present),
            // made and taken away within the work
            ("TestBetween", "a/a.go", "func old() {\n}\n", Some("func old() {\n\treturn\n}\n"), TestPresence::Unknown),
            ("TestOld", "a/a_test.go", GO, Some("func TestOld(t *testing.T) {\n\tt.SkipNow()\n}\n"), TestPresence::Skipped),
            ("tests::bad", "src/a.rs", "#[test]\nfn bad() {}\n", Some("#[test]\n#[ignore]\nfn bad() {}\n"), TestPresence::Skipped),
            ("tests::bad", "src/a.rs", "fn bad() { 1 }\nfn a() { bad() }\n", Some("fn a() { bad() }\n"), TestPresence::Unknown),
            ("test_b (mod.T.test_b)", "t.py", "def test_b(self): 1\n", Some("def test_b(self): 2\n"), TestPresence::Present),
            ("Cart adds 1.5 up", "a_spec.rb", "it \"adds 1.5 up\"\n", Some("\nit \"adds 1.5 up\"\n"), TestPresence::Present),
            ("Cart adds 1.5 up", "a_spec.rb", "it \"adds 1.5 up\"\n", Some("it \"adds 2.5 up\"\n"), TestPresence::Gone),
            ("2", "t/a.t", "ok 1\n", Some("ok 2\n"), TestPresence::Unknown),
        ] {
            let evidence = evidence(&[(path, Some(base), head)]);
            let head = Files(&evidence.changes, ELSEWHERE);
            assert_eq!(test_presence(test, &evidence, &Overrides::default(), &head), expected, "{test} in {path}");
        }
    }

    #[test]
    fn what_the_settings_say_of_a_file_holds() {
        let overrides = Overrides::new(&[("guides/".to_owned(), Category::Docs), ("checks/".to_owned(), Category::Test)]).expect("globs");
        for (test, path, base, as_listed, as_set) in [
            ("TestElsewhere", "guides/a.go", "func TestElsewhere(t *testing.T) {\n}\n", TestPresence::Gone, TestPresence::Present),
            ("checks/a.py::test_elsewhere", "checks/a.py", "pass\n", TestPresence::Present, TestPresence::Gone),
        ] {
            let changes = evidence(&[(path, Some(base), None)]).changes;
            for (overrides, expected) in [(&Overrides::default(), as_listed), (&overrides, as_set)] {
                let evidence = crate::evidence::read(changes.clone(), overrides);
                assert_eq!(test_presence(test, &evidence, overrides, &Files(&changes, ELSEWHERE)), expected, "{test} in {path}");
            }
        }
    }
}
