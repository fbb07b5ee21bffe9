//! Which definitions are tests, by the conventions of each language's runners. Tests written as calls are rules of their own.

use std::collections::HashSet;

use crate::change::RepoPath;
use crate::evidence::NewTest;

/// How a test function is recognised.
#[derive(Clone, Copy)]
pub(super) enum TestRule {
    /// Its name begins with one of these, in a file that looks like tests.
    Prefixed(&'static [&'static str]),
    /// An attribute or annotation of this name stands above it.
    Marked(&'static [&'static str]),
    /// The comment above it holds this word.
    Documented(&'static str),
}

/// What the rules look at.
pub(super) struct TestCandidate<'a> {
    pub name: &'a str,
    /// Attributes and annotations, as text.
    pub marks: &'a str,
    /// Comments above.
    pub comment: &'a str,
    pub in_test_file: bool,
}

impl TestRule {
    /// Whether the definition is a test by this rule.
    pub(super) fn holds(&self, candidate: &TestCandidate<'_>) -> bool {
        match self {
            Self::Prefixed(words) => {
                let begins =
                    |word: &&str| candidate.name.strip_prefix(*word).is_some_and(|rest| word.ends_with('_') || is_word_start(rest));
                candidate.in_test_file && words.iter().any(begins)
            }
            Self::Marked(words) => marks(candidate.marks).any(|mark| words.contains(&mark)),
            Self::Documented(word) => candidate.comment.contains(word),
        }
    }
}

/// `TestX` and `test_x` are tests, `Testify` is not.
fn is_word_start(rest: &str) -> bool {
    !rest.starts_with(|c: char| c.is_lowercase())
}

/// The last components of the names of attributes in `#[tokio::test] @Test(x) [Fact, Trait("a", "b")]`.
fn marks(text: &str) -> impl Iterator<Item = &str> {
    let openings = text.char_indices().scan(0_i32, |depth, (at, c)| {
        *depth += i32::from(c == '(') - i32::from(c == ')');
        Some((at, c, *depth))
    });
    let starts = openings.filter(|(_, c, depth)| *depth == 0 && matches!(c, '@' | '[' | ','));
    starts.map(|(at, ..)| {
        let path = text[at + 1..].trim_start();
        let end = path.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | ':' | '.' | '\\')));
        let path = &path[..end.unwrap_or(path.len())];
        path.rsplit([':', '.', '\\']).next().unwrap_or(path)
    })
}

/// Whether a path looks like tests: what rules by name alone need beside the name.
pub(super) fn is_test_path(path: &RepoPath) -> bool {
    let path = path.lossy().to_ascii_lowercase();
    ["test", "spec", "feature", "bench", ".bats"].iter().any(|word| path.contains(word))
}

/// Tests of head that base does not have by name.
pub(super) fn only_new(base: &[NewTest], head: Vec<NewTest>) -> Vec<NewTest> {
    let mut seen: HashSet<&str> = base.iter().map(|test| test.name.as_str()).collect();
    let mut fresh: Vec<bool> = Vec::with_capacity(head.len());
    fresh.extend(head.iter().map(|test| seen.insert(&test.name)));
    head.into_iter().zip(fresh).filter_map(|(test, new)| new.then_some(test)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_holds_for_its_convention_and_for_nothing_like_it() {
        let prefixed = TestRule::Prefixed(&["test_", "Test"]);
        let marked = TestRule::Marked(&["test", "Fact"]);
        let documented = TestRule::Documented("@test");
        let cases = [
            (prefixed, "test_adds", "", "", true, true),
            (prefixed, "TestAdds", "", "", true, true),
            (prefixed, "Testify", "", "", true, false),
            (prefixed, "test_connection", "", "", false, false),
            (prefixed, "contest_adds", "", "", true, false),
            (marked, "a", "#[test]", "", false, true),
            (marked, "a", "#[tokio::test(flavor = \"x\")]\n", "", false, true),
            (marked, "a", "[Trait(\"a\", \"test\"), Fact]", "", false, true),
            (marked, "a", "@org.junit.Fact", "", false, true),
            (marked, "a", "#[cfg(test)]", "", false, false),
            (marked, "a", "#[tested]", "", false, false),
            (documented, "a", "", "/** @test */", false, true),
            (documented, "a", "", "/** a test */", false, false),
        ];
        for (rule, name, marks, comment, in_test_file, expected) in cases {
            let candidate = TestCandidate { name, marks, comment, in_test_file };
            assert_eq!(rule.holds(&candidate), expected, "{name} {marks} {comment}");
        }
    }

    #[test]
    fn tests_that_base_has_are_not_new_and_none_is_listed_twice() {
        let test = |name: &str, line| NewTest { name: name.to_owned(), line };
        let new = only_new(&[test("a", 1)], vec![test("b", 1), test("a", 2), test("b", 3)]);
        assert_eq!(new, [test("b", 1)]);
    }
}
