//! What helps a reviewer: where to begin, and what to look out for. Each flag is a detector of its own; none is a judgement.

use std::collections::HashSet;

use super::Material;
use super::added_lines::{added_lines, has_sign};
use super::conventional::conventional;
use super::file_roles::{is_aside, is_migration, is_pipeline, is_test, moved_alone};
use super::footers;
use super::sanitise::Sanitiser;
use crate::change::{FileChange, Status};
use crate::evidence::kinds::{self, Flag};
use crate::evidence::unfinished::{self, UnfinishedKind};
use crate::evidence::{Category, Change, FileEvidence, KeyChange, comment, dependencies, exposure};
use crate::words::count;

/// Paths of the reading order that are told.
const PATHS: usize = 4;
/// Dependencies that a flag names.
const NAMES: usize = 3;
/// Changed code lines from which on the size itself is worth a word.
const LARGE: u32 = 400;

/// Where to begin: schema, then manifests and configuration, then code that defines, then tests, then the rest; settings of no weight last.
pub fn reading_order(material: &Material, it: &Sanitiser) -> Vec<String> {
    let mut files: Vec<(u8, &FileEvidence)> = material.evidence.files.iter().filter_map(|file| Some((rank(file)?, file))).collect();
    if files.len() < 3 {
        return Vec::new();
    }
    files.sort_by_key(|(rank, file)| (*rank, std::cmp::Reverse(file.added + file.removed)));
    files.into_iter().take(PATHS).map(|(_, file)| it.code(&file.path.to_display())).collect()
}

fn rank(file: &FileEvidence) -> Option<u8> {
    Some(match file.category {
        _ if file.status == Status::Deleted => return None,
        _ if is_aside(file) => 6,
        Category::Migration => 0,
        Category::Code if !file.definitions.is_empty() => 2,
        Category::Config | Category::Infra | Category::Ci => 1,
        Category::Code => 3,
        Category::Test => 4,
        Category::Docs | Category::Artifact => 5,
        Category::Generated | Category::Lockfile | Category::Vendored | Category::Asset => return None,
    })
}

/// What to look out for.
pub fn flags(material: &Material, it: &Sanitiser) -> Vec<String> {
    let mut flags: Vec<String> = FILE_FLAGS.iter().filter_map(|(words, detect)| of_files(material, words, *detect, it)).collect();
    for (what, opened) in exposure::by_kind(&material.evidence.files) {
        flags.extend(format_flag(what, &opened.iter().map(|(file, _)| *file).collect::<Vec<_>>(), it));
    }
    flags.extend(DEPENDENCY_FLAGS.iter().filter_map(|(words, named)| of_dependencies(material, words, *named, it)));
    let alone =
        |file: &&FileEvidence| file.category == Category::Lockfile && file.status == Status::Modified && moved_alone(file, material);
    flags.extend(format_flag(
        "lock file changed without a manifest",
        &material.evidence.files.iter().filter(alone).collect::<Vec<_>>(),
        it,
    ));
    flags.extend(removed(material, it));
    flags.extend(LINE_FLAGS.iter().filter_map(|(words, kinds, signs)| of_lines(material, words, kinds, signs, it)));
    let marks = unfinished::marks(&material.evidence);
    flags.extend(LEFT_FLAGS.iter().filter_map(|(words, kinds, left)| {
        let mut files: Vec<&FileEvidence> = marks.iter().filter(|mark| mark.kind == *left).map(|mark| mark.file).collect();
        files.dedup_by_key(|file| &file.path);
        files.retain(|file| kinds.contains(&file.category));
        format_flag(words, &files, it)
    }));
    let lines = lines_of(material, &[Category::Code]);
    flags.extend((lines > LARGE).then(|| format!("{lines} changed lines of code")));
    flags.extend(material.left_out.iter().cloned());
    flags
}

/// Whether an image is built on another one.
fn is_image(file: &FileEvidence) -> bool {
    let names = |key: &str| key.split(['.', ' ', '#']).any(|part| part == "FROM");
    // what a stage is called, and for which platform it is built, is another matter
    let images = |side: fn(&KeyChange) -> Option<&str>| {
        let values = file.keys.iter().filter(|key| names(&key.key)).filter_map(side);
        let mut images: Vec<&str> = values.filter_map(|value| value.split_whitespace().find(|word| !word.starts_with("--"))).collect();
        images.sort_unstable();
        images
    };
    let is_dockerfile = file.config.as_ref().is_some_and(|config| config.format == "dockerfile");
    is_dockerfile && images(|key| key.before.as_deref()) != images(|key| key.after.as_deref())
}

type Detector = fn(&FileEvidence, &FileChange) -> bool;

/// A flag that a file's kind, mode or status raises.
const FILE_FLAGS: &[(&str, Detector)] = &[
    ("database migration", |file, _| is_migration(file)),
    ("interface schema changed", |file, _| file.category == Category::Migration && file.flags.contains(&Flag::PublicApi)),
    ("database schema changed", |file, _| file.category == Category::Migration && file.flags.contains(&Flag::Schema)),
    ("base image changed", |file, _| is_image(file)),
    ("pipeline changed", |file, _| is_pipeline(file)),
    ("infrastructure changed", |file, _| file.category == Category::Infra),
    ("file that usually holds secrets", |file, _| file.flags.contains(&Flag::SecretBearing)),
    ("security", |file, _| kinds::bears_on_security(&file.path, file.category, &file.flags)),
    ("test file removed", |file, _| is_test(file) && file.status == Status::Deleted),
    ("assertion removed from a test", |file, change| is_test(file) && file.status != Status::Deleted && asserts_less(change)),
    ("became executable", |_, change| change.became_executable()),
    ("symbolic link", |_, change| change.head.as_ref().is_some_and(|head| head.mode & 0o170_000 == 0o120_000)),
];

/// Signs of an assertion, as runners and their libraries write it. One that begins with a letter begins a word.
const ASSERTIONS: &[&str] = &[
    "assert", "Assert", "ASSERT", "EXPECT_", "XCTAssert", "expect(", "expect {", ".should", "refute", "must_equal", "t.Error", "t.Fatal",
    "require.Equal", "require.No", "require.True", "require.False", "require.Error", "REQUIRE", "CHECK(", "CHECK_", "pytest.raises",
];

/// Whether a file has fewer lines that assert something than it had. One that was made a comment asserts nothing.
fn asserts_less(change: &FileChange) -> bool {
    let count = |lines: Vec<&[u8]>| {
        let lines = lines.into_iter().map(String::from_utf8_lossy);
        lines.filter(|line| !comment::is_likely(line) && has_sign(line, ASSERTIONS)).count()
    };
    !change.binary && count(change.added_lines()) < count(change.removed_lines())
}

type Dependencies = for<'a> fn(&'a FileEvidence, &FileChange) -> dependencies::Named<'a>;

/// A flag that a manifest's dependencies raise.
const DEPENDENCY_FLAGS: &[(&str, Dependencies)] = &[
    ("new dependency", dependencies::added),
    ("dependency removed", dependencies::removed),
    ("another major version of a dependency", |file, _| dependencies::majors(file)),
];

/// A flag that added lines raise in files of these kinds.
const LINE_FLAGS: &[(&str, &[Category], &[&str])] = &[
    ("`eval` in the code", &[Category::Code], &[" eval(", "=eval(", "(eval(", "eval \"$", "eval $"]),
    ("unsafe code", &[Category::Code], &["unsafe {", "unsafe fn", "unsafe impl"]),
];

/// A flag that added lines raise which say of themselves that something is left to do.
const LEFT_FLAGS: &[(&str, &[Category], UnfinishedKind)] = &[
    ("skip mark added to a test", &[Category::Code, Category::Test], UnfinishedKind::Skip),
    ("note left in the code", &[Category::Code], UnfinishedKind::Note),
];

fn pairs(material: &Material) -> impl Iterator<Item = (&FileEvidence, &FileChange)> {
    material.evidence.files.iter().zip(&material.evidence.changes)
}

fn of_files(material: &Material, words: &str, detect: Detector, it: &Sanitiser) -> Option<String> {
    let found: Vec<&FileEvidence> = pairs(material).filter(|(file, change)| detect(file, change)).map(|(file, _)| file).collect();
    format_flag(words, &found, it)
}

/// The flag with the names of the dependencies, and where they stand.
fn of_dependencies(material: &Material, words: &str, named: Dependencies, it: &Sanitiser) -> Option<String> {
    let found: Vec<(&FileEvidence, Vec<String>)> = pairs(material)
        .map(|(file, change)| (file, named(file, change).into_iter().map(|(_, name)| name).collect()))
        .filter(|(_, names): &(_, Vec<String>)| !names.is_empty())
        .collect();
    let mut names: Vec<String> = Vec::new();
    for name in found.iter().flat_map(|(_, names)| names).map(|name| it.code(name)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let more = names.len().saturating_sub(NAMES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let place = match found.as_slice() {
        [] => return None,
        [(file, _)] => it.code(&file.path.to_display()),
        many => count(many.len(), "file"),
    };
    Some(format!("{words} ({}{more} in {place})", names.into_iter().take(NAMES).collect::<Vec<_>>().join(", ")))
}

fn of_lines(material: &Material, words: &str, kinds: &[Category], signs: &[&str], it: &Sanitiser) -> Option<String> {
    let raised = |change: &FileChange| added_lines(change).any(|line| has_sign(&line, signs));
    let found = pairs(material).filter(|(file, change)| kinds.contains(&file.category) && raised(change));
    format_flag(words, &found.map(|(file, _)| file).collect::<Vec<_>>(), it)
}

fn format_flag(words: &str, files: &[&FileEvidence], it: &Sanitiser) -> Option<String> {
    match files {
        [] => None,
        [one] => Some(format!("{words} ({})", it.code(&one.path.to_display()))),
        many => Some(format!("{words} ({})", count(many.len(), "file"))),
    }
}

/// Definitions that are gone from code and were not moved elsewhere: others may call them. What went with its type is not counted again.
pub fn removed(material: &Material, it: &Sanitiser) -> Option<String> {
    let files = &material.evidence.files;
    let came: HashSet<&str> = files.iter().flat_map(|file| names(file, Change::Added)).collect();
    let code = files.iter().filter(|file| file.category == Category::Code && !file.code.derived);
    let gone: Vec<&str> = code.flat_map(|file| names(file, Change::Removed)).filter(|name| !came.contains(name)).collect();
    let all: HashSet<&str> = gone.iter().copied().collect();
    let is_member = |name: &str| name.match_indices(['.', ':', '#']).any(|(at, _)| all.contains(&name[..at]));
    let gone: Vec<&str> = gone.into_iter().filter(|name| !is_member(name)).collect();
    match gone.as_slice() {
        [] => None,
        [one] => Some(format!("{} is gone", it.code(one))),
        [one, rest @ ..] => Some(format!("{} and {} are gone", it.code(one), count(rest.len(), "more definition"))),
    }
}

/// Names of a file's definitions with this change.
fn names(file: &FileEvidence, change: Change) -> impl Iterator<Item = &str> {
    file.definitions.iter().filter(move |one| one.change == change).map(|one| one.qualified_name.as_str())
}

/// Changed lines of what is read closely: code, schemas, infrastructure and configuration.
pub fn changed_lines(material: &Material) -> u32 {
    lines_of(material, &[Category::Code, Category::Migration, Category::Infra, Category::Config])
}

fn lines_of(material: &Material, kinds: &[Category]) -> u32 {
    material.evidence.files.iter().filter(|file| kinds.contains(&file.category)).map(|file| file.added + file.removed).sum()
}

/// What commits say that they break.
pub fn breaking(material: &Material, it: &Sanitiser) -> Vec<String> {
    let commits = super::changes::surviving(&material.commits).into_iter();
    let said = commits.filter_map(|change| {
        let by_subject = || conventional(&change.commit.subject).filter(|one| one.breaking).map(|_| change.commit.subject.clone());
        footers::breaking(&change.commit.body).or_else(by_subject).map(|text| it.line(&text))
    });
    said.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pull_request::description::tests::{commit, evidence, material};

    #[test]
    fn a_class_that_is_gone_is_named_without_its_members() {
        let cart = "export class Cart {\n  total() {\n    return 1;\n  }\n}\n";
        for (files, told) in [
            (vec![("Cart.ts", Some(cart), None)], Some("`Cart` is gone")),
            (vec![("Cart.ts", Some(cart), None), ("Basket.ts", None, Some(cart))], None),
            (vec![("Cart.ts", Some(cart), Some("export class Cart {\n}\n"))], Some("`Cart.total` is gone")),
            (
                vec![("a.ts", Some(cart), None), ("b.ts", Some("export function f() {}\n"), None)],
                Some("`Cart` and 1 more definition are gone"),
            ),
        ] {
            let mut it_is = material(vec![]);
            it_is.evidence = evidence(&files);
            assert_eq!(removed(&it_is, &Sanitiser::default()).as_deref(), told, "{files:?}");
        }
    }

    #[test]
    fn flags_stand_on_files_and_lines() {
        let mut it_is = material(vec![]);
        it_is.evidence = evidence(&[
            ("migrations/0007_lock.sql", None, Some("CREATE TABLE lock (id int);\n")),
            ("src/a.rs", Some("pub fn old() {}\npub fn kept() {}\n"), Some("pub fn kept() {}\n// TODO later\n")),
            ("tests/a_test.py", Some("def test_a():\n    pass\n"), Some("@pytest.mark.skip\ndef test_a():\n    pass\n")),
        ]);
        let it = Sanitiser::default();
        let flags = flags(&it_is, &it).join(" · ");
        for expected in
            ["database migration (`migrations/0007_lock.sql`)", "`old` is gone", "skip mark added to a test", "note left in the code"]
        {
            assert!(flags.contains(expected), "{flags}");
        }
        assert_eq!(reading_order(&it_is, &it), ["`migrations/0007_lock.sql`", "`src/a.rs`", "`tests/a_test.py`"]);
    }

    #[test]
    fn work_that_no_commit_has_is_told_last() {
        let mut it_is = material(vec![]);
        it_is.evidence = evidence(&[("SECURITY.md", None, Some("a\n"))]);
        it_is.left_out = vec!["part of 1 changed file left out: not committed yet".to_owned()];
        let told = flags(&it_is, &Sanitiser::default());
        assert_eq!(told, ["security (`SECURITY.md`)", "part of 1 changed file left out: not committed yet"]);
    }

    #[test]
    fn words_follow_what_files_are() {
        let lines: String = (0..450).map(|n| format!("k{n}: {n}\n")).collect();
        let (a, b) = (Some("a: 1\n"), Some("a: 2\n"));
        for (files, expected) in [
            (&[(".github/workflows/test.yml", a, b)][..], "pipeline changed (`.github/workflows/test.yml`)"),
            (&[("ci/build.yml", a, b)], "pipeline changed (`ci/build.yml`)"),
            (&[(".gitlab/ci/build.yml", a, b)], "pipeline changed (`.gitlab/ci/build.yml`)"),
            (&[(".github/FUNDING.yml", a, b), (".github/ISSUE_TEMPLATE/bug.yml", a, b)], ""),
            (&[(".pre-commit-config.yaml", a, b), ("services/x/ci/test-values.yaml", a, b)], ""),
            (&[("config/a.yml", None, Some(&lines))], ""),
            (&[("db/migrate/1_a.rb", None, b)], "database migration (`db/migrate/1_a.rb`)"),
            (&[("conf/pg_hba.conf", a, b), ("conf/sshd_config", a, b), ("docs/auth.md", a, b)], "security (2 files)"),
            (&[("SECURITY.md", a, b), ("tests/test_auth.py", a, b)], "security (`SECURITY.md`)"),
            (
                &[("db/migrate/2_add_api_token.rb", None, b)],
                "database migration (`db/migrate/2_add_api_token.rb`) · security (`db/migrate/2_add_api_token.rb`)",
            ),
            (
                &[("db/migrate/3_a.rb", None, b), ("db/schema.rb", a, b)],
                "database migration (`db/migrate/3_a.rb`) · database schema changed (`db/schema.rb`)",
            ),
            (&[("api/a.proto", a, b)], "interface schema changed (`api/a.proto`)"),
            (&[("tests/test_a.py", a, None), ("test/source/gathering/jack.md", a, None)], "test file removed (`tests/test_a.py`)"),
            (&[("test/source/gathering/jack.md", a, None), ("test/source/gathering/john.md", a, None)], ""),
            (
                &[("tests/test_a.py", Some("def test_a():\n    assert 1\n    assert 2\n"), Some("def test_a():\n    assert 1\n"))],
                "assertion removed from a test (`tests/test_a.py`)",
            ),
            (
                &[("a_test.go", Some("\tt.Fatal(a)\n\trequire.NoError(t, e)\n"), Some("\tt.Fatal(a)\n\t// require.NoError(t, e)\n"))],
                "assertion removed from a test (`a_test.go`)",
            ),
            (&[("tests/test_a.py", Some("assert a == 1\n"), Some("self.assertEqual(a, 1)\n"))], ""),
            (&[("spec/a_spec.rb", Some("exit(1)\n"), Some("exit(1)\nexit \"a\"\n"))], ""),
            (&[("spec/a_spec.rb", None, Some("  xit \"refunds\" do\n"))], "skip mark added to a test (`spec/a_spec.rb`)"),
            (&[("src/a.py", None, Some(&lines))], "450 changed lines of code"),
            (
                &[("package.json", Some("{\"dependencies\": {\"a\": \"^1.2.0\"}}\n"), Some("{\"dependencies\": {\"a\": \"^2.0.0\"}}\n"))],
                "another major version of a dependency (`a` in `package.json`)",
            ),
            (
                &[
                    (
                        "package.json",
                        Some("{\"dependencies\": {\"a\": \"1\", \"b\": \"1\"}}\n"),
                        Some("{\"dependencies\": {\"b\": \"1\"}}\n"),
                    ),
                    ("go.mod", None, Some("module m\nrequire a.org/b v1.0.0\n")),
                    ("api/go.mod", None, Some("module n\nrequire a.org/b v1.0.0\n")),
                ],
                "new dependency (`a.org/b` in 2 files) · dependency removed (`a` in `package.json`)",
            ),
            (
                &[("Dockerfile", Some("FROM node:18\nRUN a\n"), Some("FROM node:18 AS build\nRUN a\n"))],
                "infrastructure changed (`Dockerfile`)",
            ),
            (
                &[("Dockerfile", Some("FROM node:18 AS build\nRUN a\n"), Some("FROM node:20 AS build\nRUN a\n"))],
                "base image changed (`Dockerfile`) · infrastructure changed (`Dockerfile`)",
            ),
            (
                &[("go.sum", Some("a.org/b v1.0.0 h1:x\n"), Some("a.org/b v1.0.1 h1:y\n"))],
                "lock file changed without a manifest (`go.sum`)",
            ),
            (
                &[
                    ("web/go.sum", Some("a.org/b v1.0.0 h1:x\n"), Some("a.org/b v1.0.1 h1:y\n")),
                    ("web/go.mod", Some("module m\nrequire a.org/b v1.0.0\n"), Some("module m\nrequire a.org/b v1.0.1\n")),
                ],
                "",
            ),
            (&[("requirements.txt", Some("django==4.2\n"), Some("Django==4.2.1\n"))], ""),
            (&[("requirements.txt", Some("a_b==1\n"), Some("a-b==1\nc==1\n"))], "new dependency (`c` in `requirements.txt`)"),
            (&[("run.sh", Some("#!/bin/sh\nx\n"), Some("#!/bin/sh\neval \"$X\"\n"))], "`eval` in the code (`run.sh`)"),
            (&[("package.json", Some("{\"dependencies\": {\"a\": \"^1.2.0\"}}\n"), Some("{\"dependencies\": {\"a\": \"^1.9.0\"}}\n"))], ""),
            (
                &[("Dockerfile", Some("FROM node:20\nEXPOSE 80\n"), Some("FROM node:22\nEXPOSE 80\n"))],
                "base image changed (`Dockerfile`) · infrastructure changed (`Dockerfile`)",
            ),
            (
                &[("infra/a.tf", Some("a {\n  cidr = \"10.0.0.0/8\"\n}\n"), Some("a {\n  cidr = \"0.0.0.0/0\"\n}\n"))],
                "infrastructure changed (`infra/a.tf`) · open to every address (`infra/a.tf`)",
            ),
            (&[("Dockerfile", Some("FROM node:20\nRUN a\n"), Some("FROM node:20\nRUN b\n"))], "infrastructure changed (`Dockerfile`)"),
        ] {
            let mut it_is = material(vec![]);
            it_is.evidence = evidence(files);
            assert_eq!(flags(&it_is, &Sanitiser::default()).join(" · "), expected, "{files:?}");
        }
    }

    #[test]
    fn reading_begins_with_what_bears_weight() {
        let mut it_is = material(vec![]);
        it_is.evidence = evidence(&[
            (".pre-commit-config.yaml", Some("a: 1\n"), Some("a: 2\n")),
            ("config/brakeman.ignore", Some("a\n"), Some("b\n")),
            ("config/queue.yml", Some("a: 1\n"), Some("a: 2\n")),
            ("package.json", Some("{\"version\": \"1\"}\n"), Some("{\"version\": \"2\"}\n")),
            ("src/a.rs", Some("fn a() {}\n"), Some("fn a() {}\nfn b() {}\n")),
            ("tests/a_test.py", None, Some("def test_a():\n    pass\n")),
        ]);
        let order = reading_order(&it_is, &Sanitiser::default());
        assert_eq!(order[..3], ["`config/queue.yml`", "`src/a.rs`", "`tests/a_test.py`"]);
    }

    #[test]
    fn breaking_is_what_commits_say() {
        let it_is = material(vec![
            commit("a1", "feat!: drop the old route", ""),
            commit("b2", "Move it", "Why.\n\nBREAKING CHANGE: the key\nis called limit now\n\nFixes #1"),
            commit("c3", "fix: nothing breaks", ""),
        ]);
        assert_eq!(breaking(&it_is, &Sanitiser::default()), ["feat!: drop the old route", "the key is called limit now"]);
    }
}
