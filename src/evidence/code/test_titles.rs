//! Tests that a framework names by a sentence, in forms for which a syntax tree has no node of its own: operators between strings, macros
//! that are no functions, lines that a preprocessor reads. One row a language, its patterns read line by line, in files of tests only.

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::lines::LineIndex;
use super::new_tests::{is_test_path, only_new};
use super::{CodeReading, Input};
use crate::evidence::NewTest;

/// The one of the groups `name`, `other` and `function` that is there holds the test's name, `suite` what it is in; quotes are left
/// out.
const ROWS: &[(&str, &str)] = &[
    // ScalaTest and specs2: `it should "read" in {`, `"a set" should "be empty" in {`, `"read" in {`, `"read" >> {`
    (
        "scala",
        r#"^\s*(?:(?:it|they)\s+(?:should|must|can)\s+)?(?<name>(?:"[^"]+"\s+(?:should|must|can)\s+)?"[^"]+")\s+(?:taggedAs\s*\S+\s+)?(?:in|>>)(?:\s|\{|$)"#,
    ),
    ("bash", r#"^\s*@test\s+(?<name>"[^"]+"|'[^']+')\s*\{"#),
    // Catch2 and doctest, Boost.Test
    (
        "cpp",
        r#"^\s*(?:(?:TEST_CASE|SCENARIO)(?:_METHOD|_FIXTURE|_TEMPLATE)?\(\s*(?:[\w:]+\s*,\s*)?(?<name>"[^"]+")|BOOST_(?:AUTO|FIXTURE|DATA)_TEST_CASE\(\s*(?<other>\w+))"#,
    ),
    // Check and Criterion; functions named `test_…`, which Unity and CMocka run, and no prototypes of them
    (
        "c",
        r"^\s*(?:START_TEST\(\s*(?<name>\w+)\s*\)|Test\(\s*(?<suite>\w+)\s*,\s*(?<other>\w+)|(?:static\s+)?void\s+(?<function>test_\w+)\s*\([^;]*$)",
    ),
];

static PATTERNS: LazyLock<Vec<(&str, Regex)>> =
    LazyLock::new(|| ROWS.iter().map(|(language, pattern)| (*language, Regex::new(pattern).expect("a test compiles each row"))).collect());

/// Adds them to what was read of a file.
pub(super) fn add(reading: &mut CodeReading, input: &Input<'_>) {
    let row = || PATTERNS.iter().find(|(language, _)| reading.language == Some(*language));
    let Some((_, pattern)) = row().filter(|_| reading.note.skipped.is_none() && is_test_path(input.path)) else { return };
    let [base, head] = [input.base, input.head].map(|text| text.map(|text| tests(pattern, text)).unwrap_or_default());
    reading.tests.extend(only_new(&base, head));
    reading.tests.sort_by_key(|test| test.line);
}

fn tests(pattern: &Regex, text: &[u8]) -> Vec<NewTest> {
    let lines = LineIndex::new(text);
    let found = |line: u32| {
        let found = pattern.captures(lines.line(line))?;
        let name = ["name", "other", "function"].iter().find_map(|group| found.name(group))?.as_bytes();
        let name = String::from_utf8_lossy(name).replace(['"', '\''], "");
        let suite = found.name("suite").map(|suite| format!("{}.", String::from_utf8_lossy(suite.as_bytes()))).unwrap_or_default();
        Some(NewTest { name: suite + &name, line })
    };
    (1..=lines.count()).filter_map(found).collect()
}

#[cfg(test)]
mod cases {
    use crate::evidence::code::{CodeReader, Input};

    #[test]
    fn tests_are_named_as_their_framework_names_them() {
        for (path, base, added, expected) in [
            (
                "src/test/ASpec.scala",
                "class ASpec extends AnyFlatSpec {\n",
                "  it should \"keep clicks\" in {\n  }\n",
                &["keep clicks"][..],
            ),
            ("src/test/ASpec.scala", "class ASpec {\n", "  \"a set\" should \"be empty\" in {\n  }\n", &["a set should be empty"]),
            (
                "src/test/ASpec.scala",
                "class ASpec {\n  \"a set\" should {\n",
                "    \"read\" in { ok }\n    \"write\" >> {\n    }\n",
                &["read", "write"],
            ),
            ("src/test/ASpec.scala", "class ASpec {\n", "  val a = \"in\"\n  \"a\" should {\n  }\n  test(\"adds\") {\n  }\n", &["adds"]),
            ("src/main/A.scala", "object A {\n", "  \"read\" in {\n  }\n", &[]),
            ("tests/a.bats", "@test \"reads\" {\n  true\n}\n", "@test \"lists\" {\n  run ls\n}\n", &["lists"]),
            (
                "tests/a.cpp",
                "#include <x>\n",
                "TEST_CASE(\"vectors grow\", \"[vector]\") {\n}\nTEST(Cache, Evicts) {\n}\n",
                &["vectors grow", "Cache.Evicts"],
            ),
            ("tests/a.cpp", "", "TEST_CASE_METHOD(Fixture, \"grows\") {\n}\n", &["grows"]),
            ("tests/a.cpp", "", "TEST_CASE(\"one, two\") {\n}\n", &["one, two"]),
            ("tests/a.cpp", "", "BOOST_AUTO_TEST_CASE(ring_boost)\n{\n}\n", &["ring_boost"]),
            ("tests/test_a.c", "#include \"a.h\"\n", "void test_wraps(void)\n{\n    TEST_ASSERT(1);\n}\n", &["test_wraps"]),
            (
                "tests/test_a.c",
                "",
                "static void test_full(void **state)\n{\n}\nvoid test_later(void);\nint test_of(void)\n{\n}\n",
                &["test_full"],
            ),
            ("tests/test_a.c", "", "START_TEST(empties)\n{\n}\nEND_TEST\nTest(ring, put)\n{\n}\n", &["empties", "ring.put"]),
            ("src/a.c", "", "void test_mode(void)\n{\n}\n", &[]),
        ] {
            let head = format!("{base}{added}");
            let input = Input { path: &path.into(), old_path: None, base: Some(base.as_bytes()), head: Some(head.as_bytes()), hunks: &[] };
            let tests = CodeReader::default().read(&input).tests;
            assert_eq!(tests.iter().map(|test| test.name.as_str()).collect::<Vec<_>>(), expected, "{added}");
        }
    }
}
