//! What a page says once instead of many times, and what it leaves out.

use super::super::technical::brief;
use super::super::*;
use super::strange;
use crate::change::{CurrentCommit, Oid, RepoPath, Status};
use crate::document::{
    Artifact, CodeChange, ConfigurationChange, CreatedTests, Document, EntryKind, File, LinkedCommit, Outcome, Snippet, Statement,
};
use crate::evidence::{Category, Change, DefinitionChange, DefinitionKind, KeyChange, NewTest};

fn key(name: &str, before: Option<&str>, after: Option<&str>, line: u32) -> KeyChange {
    KeyChange { key: name.to_owned(), before: before.map(str::to_owned), after: after.map(str::to_owned), line: Some(line) }
}

fn configuration(path: &str, changes: Vec<KeyChange>) -> ConfigurationChange {
    ConfigurationChange {
        path: path.into(),
        old_path: None,
        line: Some(3),
        format: "yaml".to_owned(),
        status: Status::Modified,
        description: Some("Bump `checkout`".to_owned()),
        description_commit: Some(Oid::new("1".repeat(40))),
        commits: vec![Oid::new("1".repeat(40))],
        committed: true,
        remark: None,
        changes,
        text: None,
        named: false,
    }
}

fn code_change(path: &str, definitions: Vec<DefinitionChange>) -> CodeChange {
    CodeChange {
        path: path.into(),
        old_path: None,
        line: Some(2),
        language: Some("java".to_owned()),
        category: Category::Code,
        status: Status::Modified,
        purpose: Some("Update the headers".to_owned()),
        purpose_commit: Some(Oid::new("1".repeat(40))),
        committed: true,
        added: 1,
        removed: 1,
        commits: Vec::new(),
        definitions,
        definitions_derived: false,
        statements: Vec::new(),
        remark: None,
        snippet: None,
    }
}

fn changed_file(path: &str, category: Category, status: Status, lines: u32) -> File {
    File { path: path.into(), old_path: None, status, category, language: None, added: lines, removed: 0, packages: None }
}

#[test]
fn dependencies_are_told_by_their_names() {
    let mut document = strange::plain();
    document.technical.configuration_changes = vec![configuration(
        "package.json",
        vec![
            key("dependencies.react", Some("\"^18.0.0\""), Some("\"^19.0.0\""), 3),
            key("dependencies.react-dom", Some("\"^18.0.0\""), Some("\"^19.0.0\""), 4),
            key("devDependencies.p-retry", None, Some("\"^6.2.0\""), 7),
            key("dependencies.left-pad", Some("\"1.3.0\""), None, 4),
            key("version", Some("\"1.0.0\""), Some("\"1.1.0\""), 1),
        ],
    )];
    assert_eq!(
        view_of(&document).configuration[0].lines,
        "changed: react ^18.0.0 → ^19.0.0\nalso:   react-dom\nadded:  p-retry ^6.2.0 (devDependencies)\nremoved: left-pad 1.3.0\n\
         before: version: \"1.0.0\"\nafter:  version: \"1.1.0\""
    );
}

#[test]
fn one_change_in_many_places() {
    let uses = |job: &str, line| key(&format!("{job}.uses"), Some("checkout@v4"), Some("checkout@v7"), line);
    let masked = |name: &str| key(name, Some("(token, value masked)"), Some("(token, value masked)"), 1);
    let mut document = strange::plain();
    document.technical.configuration_changes = vec![
        configuration("a.yml", vec![uses("one", 3), uses("two", 4), uses("three", 5), uses("four", 6)]),
        configuration("b.yml", vec![key("on", None, Some("push"), 1)]),
        configuration("c.yml", vec![key("on", None, Some("push"), 1)]),
        configuration("d.yml", vec![masked("a"), masked("b")]),
        configuration("e.yml", vec![masked("a"), masked("b")]),
    ];
    let entries = view_of(&document).configuration;
    assert_eq!(
        entries[0].lines,
        "before: one.uses: checkout@v4\nafter:  one.uses: checkout@v7\nalso:   two.uses, three.uses, and 1 more key"
    );
    assert_eq!(entries[1].file, "`b.yml:3`; the same change in `c.yml`");
    assert_eq!(entries.iter().map(|entry| entry.file.as_str()).skip(2).collect::<Vec<_>>(), ["`d.yml:3`", "`e.yml:3`"]);
    assert_eq!(entries[2].lines.lines().count(), 2);
}

#[test]
fn many_keys_and_silent_files() {
    let keys = |count: u32| (0..count).map(|n| key(&format!("k{n}"), None, Some(&n.to_string()), n + 1)).collect::<Vec<_>>();
    let mut document = strange::plain();
    let mut renamed = configuration("new.sls", Vec::new());
    (renamed.status, renamed.old_path) = (Status::Renamed, Some("old.sls".into()));
    let mut added = configuration("added.yml", keys(8));
    added.status = Status::Added;
    document.technical.configuration_changes = vec![configuration("a.yml", keys(12)), added, renamed];
    let view = view_of(&document);
    let ends: Vec<(usize, Option<&str>)> = view.configuration.iter().map(|e| (e.lines.lines().count(), e.lines.lines().last())).collect();
    assert_eq!(ends, [(11, Some("and 2 more")), (5, Some("and 4 more"))]);
    assert_eq!(view.more_configuration.as_deref(), Some("Other changed configuration: `new.sls` (renamed from `old.sls`)."));
}

#[test]
fn versions_of_tools_come_after_other_values() {
    let mut document = strange::plain();
    let several = |name: &str, n: u32| (0..n).map(|n| key(&format!("{n}{name}"), Some("1"), Some(&format!("{n}2")), n)).collect::<Vec<_>>();
    let changes =
        [("a.yml", several(".uses", 4)), ("b.yml", several(".rev", 4)), ("c.yml", several(".uses", 4)), ("z.yml", several("", 5))];
    document.technical.configuration_changes = changes.into_iter().map(|(path, keys)| configuration(path, keys)).collect();
    let view = view_of(&document);
    let files: Vec<&str> = view.configuration.iter().map(|entry| entry.file.as_str()).collect();
    assert!(files.contains(&"`z.yml:3`") && !files.contains(&"`c.yml:3`"), "{files:?}");
    let mut document = strange::plain();
    document.technical.configuration_changes = vec![configuration("a.yml", several("", 11))];
    assert_eq!(view_of(&document).configuration[0].lines.lines().count(), 22, "the eleventh key needs no more room than a count");
}

#[test]
fn subjects_speak_for_their_own_commits() {
    let mut document = strange::plain();
    let mut change = configuration("a.yml", vec![key("a", None, Some("1"), 1)]);
    change.commits.extend([Oid::new("2".repeat(40)), Oid::new("3".repeat(40))]);
    change.committed = false;
    document.technical.configuration_changes = vec![change];
    let entry = &view_of(&document).configuration[0];
    assert_eq!(entry.reason, "Bump `checkout` (`1111111`, and 2 more commits)");
    assert_eq!(entry.file, "`a.yml:3` (partly committed)");
    let change = &mut document.technical.configuration_changes[0];
    (change.description, change.description_commit) = (None, None);
    assert_eq!(view_of(&document).configuration[0].reason, "a part of it in `1111111`, `2222222`, `3333333`");
}

#[test]
fn a_subject_in_a_line_ends_with_a_word() {
    let subject = format!("feat: {} (Alpha) (#24221)", "word ".repeat(14).trim_end());
    assert_eq!(brief(&subject), format!("feat: {} …", "word ".repeat(14).trim_end()));
    assert_eq!((brief("fix: it"), brief(&"x".repeat(90))), ("fix: it".to_owned(), format!("{}…", "x".repeat(80))));
}

#[test]
fn a_sweep_over_many_files_is_shown_once() {
    let mut document = strange::plain();
    document.technical.code_changes = (0..9).map(|n| code_change(&format!("{n}.java"), Vec::new())).collect();
    document.files = (0..9).map(|n| changed_file(&format!("{n}.java"), Category::Code, Status::Modified, 1)).collect();
    let view = view_of(&document);
    assert_eq!(view.code.len(), 1);
    assert_eq!(view.more_files.as_deref(), Some("Other changed files: 8 source files (+8 −0)."));
}

#[test]
fn definitions_that_are_gone_come_last_and_once() {
    let definition = |name: &str, change, line| DefinitionChange {
        kind: DefinitionKind::Function,
        name: name.to_owned(),
        qualified_name: name.to_owned(),
        change,
        line,
        end_line: line,
    };
    let (gone, new) = (Change::Removed, Change::Added);
    let definitions =
        vec![definition("old", gone, 1), definition("old", gone, 2), definition("other", new, 1), definition("shown", new, 2)];
    let mut document = strange::plain();
    document.technical.code_changes = vec![code_change("a.rs", definitions)];
    let said = &view_of(&document).code[0].definitions;
    assert_eq!(said, "`shown()` (added), `other()` (added, line 1), `old()` (removed)");
}

#[test]
fn lines_outside_of_functions_stand_beside_the_definitions() {
    let definition = |name: &str, kind, line, end_line| DefinitionChange {
        kind,
        name: name.to_owned(),
        qualified_name: name.to_owned(),
        change: Change::Modified,
        line,
        end_line,
    };
    let definitions = vec![definition("Order", DefinitionKind::Class, 1, 9), definition("is_large", DefinitionKind::Method, 2, 3)];
    let side = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let statement = |line, before, after, within| Statement { line, before: side(before), after: side(after), within: side(within) };
    let statements =
        vec![statement(5, "", "b = 1", ""), statement(7, "a = Float()", "a = Decimal()", "Order"), statement(8, "old = `1`", "", "Order")];
    let mut document = strange::plain();
    document.technical.code_changes = vec![CodeChange { statements, ..code_change("a.py", definitions) }];
    let said = &view_of(&document).code[0].definitions;
    assert_eq!(said, "`is_large()` (modified); in `Order`: `a = Float()` → `a = Decimal()` (line 7), `b = 1` added (line 5)");
    let flag = vec![statement(2, "on: false", "on: true", "")];
    document.technical.code_changes.push(CodeChange { statements: flag, purpose: None, ..code_change("flags.py", Vec::new()) });
    assert_eq!(view_of(&document).code_lines, ["- `flags.py:2`: `on: false` → `on: true`"]);
}

/// Neither a method nor lines: the sentence on the other files says as much.
#[test]
fn entries_that_tell_nothing_are_left_to_the_sentence() {
    let mut document = strange::plain();
    let definition = DefinitionChange {
        kind: DefinitionKind::Function,
        name: "run".to_owned(),
        qualified_name: "run".to_owned(),
        change: Change::Added,
        line: 1,
        end_line: 1,
    };
    let silent = CodeChange { snippet: None, ..code_change("b.rs", Vec::new()) };
    let lines = |n: usize| Some(Snippet { language: String::new(), text: "x\n".repeat(n) });
    for (first, second, entries) in [(None, None, 1), (lines(4), lines(4), 2), (lines(12), lines(12), 1)] {
        let speaking = CodeChange { snippet: first, ..code_change("a.rs", vec![definition.clone()]) };
        document.technical.code_changes = vec![speaking, CodeChange { snippet: second, ..silent.clone() }];
        assert_eq!(view_of(&document).code.len(), entries);
    }
    document.technical.code_changes = vec![silent];
    assert_eq!(view_of(&document).code.len(), 1);
}

#[test]
fn a_file_of_which_only_the_mode_changed_says_so() {
    let mut document = strange::plain();
    for (added, language, expected) in [(0, Some("bash"), "_only its mode changed_"), (1, Some("bash"), ""), (0, None, "")] {
        let change = CodeChange { added, removed: 0, language: language.map(str::to_owned), ..code_change("deploy.sh", Vec::new()) };
        document.technical.code_changes = vec![change];
        assert_eq!(view_of(&document).code[0].definitions, expected, "{added} {language:?}");
    }
}

#[test]
fn long_lists_end() {
    let mut document = strange::plain();
    let tests = |n: usize| vec![NewTest { name: format!("t{n}"), line: 1 }];
    document.testing.created =
        (0..300).map(|n| CreatedTests { path: RepoPath::from(&*format!("{n}.rs")), tests: tests(n), purpose: None }).collect();
    document.references.internal = (0..300).map(|n| format!("docs/{n}.md")).collect();
    document.artifacts = vec![Artifact { kind: "Code".to_owned(), path: "two\nlines".into(), purpose: Some("Reads `x`".to_owned()) }];
    let view = view_of(&document);
    assert_eq!((view.tests.len(), view.tests.last().map(String::as_str)), (4, Some("- and 297 more files with 297 tests")));
    assert_eq!((view.internal.len(), view.internal.last().map(String::as_str)), (6, Some("- and 295 more")));
    assert_eq!(view.artifacts, ["- **Code**: `\"two\\nlines\"` - Reads `x`"]);
}

#[test]
fn other_files_with_their_state() {
    let mut lock = changed_file("Cargo.lock", Category::Lockfile, Status::Modified, 3);
    lock.packages = Some("1 package updated (a 1 → 2)".to_owned());
    let mut document = strange::plain();
    document.files = vec![
        changed_file("a.md", Category::Docs, Status::Deleted, 0),
        changed_file("b.md", Category::Docs, Status::Added, 2),
        changed_file("logo.png", Category::Asset, Status::Modified, 0),
        lock,
    ];
    let said = "Other changed files: 2 documents (1 new, 1 deleted, +2 −0); \
                1 lock file `Cargo.lock`: 1 package updated (a 1 → 2) (+3 −0); 1 asset.";
    assert_eq!(view_of(&document).more_files.as_deref(), Some(said));
    document.artifacts = vec![
        Artifact { kind: "Document".to_owned(), path: "b.md".into(), purpose: None },
        Artifact { kind: "Code".to_owned(), path: "Cargo.lock".into(), purpose: None },
    ];
    let said = "Other changed files: 1 document (1 deleted); 1 lock file `Cargo.lock`: 1 package updated (a 1 → 2) (+3 −0); 1 asset.";
    assert_eq!(view_of(&document).more_files.as_deref(), Some(said));
}

#[test]
fn words_for_other_files_claim_no_more_than_is_known() {
    for (path, category, said) in [
        ("api/user.proto", Category::Migration, "1 schema `api/user.proto`"),
        ("migrations/7.sql", Category::Migration, "1 migration `migrations/7.sql`"),
        ("tests/README.md", Category::Test, "1 test support file `tests/README.md`"),
        ("logo.svg", Category::Asset, "1 asset"),
        ("web/api.http", Category::Asset, "1 other file `web/api.http`"),
    ] {
        let mut document = strange::plain();
        document.files = vec![changed_file(path, category, Status::Modified, 2)];
        assert_eq!(view_of(&document).more_files, Some(format!("Other changed files: {said} (+2 −0).")));
    }
}

/// Configuration that is written as code stands among the source files where it is shown, and is named where it is not.
#[test]
fn no_configuration_is_left_out() {
    let code = |path: &str, category| CodeChange { category, purpose_commit: None, ..code_change(path, Vec::new()) };
    let mut document = strange::plain();
    document.technical.code_changes = vec![code("config/initializers/cache.rb", Category::Config)];
    assert_eq!(view_of(&document).more_configuration, None);
    document.technical.code_changes.push(code("app/model.rb", Category::Code));
    let said = "Other changed configuration: `config/initializers/cache.rb`.";
    assert_eq!(view_of(&document).more_configuration.as_deref(), Some(said));
}

/// A merge brings no lines of its own, a rename or an image none that could be counted.
#[test]
fn commits_without_lines() {
    for (added, files, branch, said) in [
        (0, 0, None, "`1111111` Merge"),
        (0, 0, Some("feat"), "`1111111` Merge (on `feat`)"),
        (0, 2, None, "`1111111` Merge (2 files)"),
        (3, 2, Some("feat"), "`1111111` Merge (+3 −0, on `feat`)"),
    ] {
        let mut document = strange::plain();
        let id = Oid::new("1".repeat(40));
        document.commits = vec![commit(&document, &id, added, files, branch)];
        document.timeline = vec![entry(&document, &id)];
        assert_eq!(view_of(&document).phases[3].lines, [said]);
    }
}

/// Work that is the session's by somebody else's hand names him, however many such commits there are.
#[test]
fn commits_by_another() {
    for (by_another, replaced, said) in [
        (false, None, "`1111111` Merge (+3 −0)"),
        (true, None, "`1111111` Merge (+3 −0, by Kim \\*K\\*)"),
        (true, Some("2"), "`1111111` Merge (+3 −0, by Kim \\*K\\*, in place of `2222222`)"),
    ] {
        let mut document = strange::plain();
        let id = Oid::new("1".repeat(40));
        let replaced = replaced.map(|digit: &str| Oid::new(digit.repeat(40))).into_iter().collect();
        document.commits = vec![LinkedCommit { by_another, replaced, author: "Kim *K*".to_owned(), ..commit(&document, &id, 3, 1, None) }];
        document.timeline = vec![entry(&document, &id)];
        assert_eq!(view_of(&document).phases[3].lines, [said]);
    }
}

fn commit(document: &Document, id: &Oid, added: u32, files: u32, branch: Option<&str>) -> LinkedCommit {
    LinkedCommit {
        dated: None,
        id: *id,
        short_id: id.short().to_owned(),
        subject: "Merge".to_owned(),
        author: String::new(),
        at: document.started_at,
        url: None,
        files,
        added,
        removed: 0,
        branch: branch.map(str::to_owned),
        by_another: false,
        replaced: Vec::new(),
        amended_at: None,
        reverted_by: None,
        today: CurrentCommit::exact(*id),
    }
}

fn entry(document: &Document, id: &Oid) -> crate::document::TimelineEntry {
    crate::document::TimelineEntry {
        at: document.started_at,
        kind: EntryKind::Commit,
        heading: "Solution Attempted".to_owned(),
        text: "Merge".to_owned(),
        commit: Some(*id),
        command: None,
        evidence: Vec::new(),
    }
}

#[test]
fn a_page_stays_readable_however_much_changed() {
    let mut document = strange::plain();
    let keys = || (0..5).map(|n| key(&format!("k{n}"), Some(&n.to_string()), Some(&format!("{n}0")), n + 1)).collect::<Vec<_>>();
    document.technical.configuration_changes = (0..8)
        .map(|n| ConfigurationChange {
            description_commit: Some(Oid::new(n.to_string().repeat(40))),
            ..configuration(&format!("{n}.yml"), keys())
        })
        .collect();
    let snippet = || Some(crate::document::Snippet { language: "java".to_owned(), text: "line\n".repeat(12) });
    document.technical.code_changes = (0..4)
        .map(|n| CodeChange { snippet: snippet(), purpose: None, purpose_commit: None, ..code_change(&format!("{n}.java"), Vec::new()) })
        .collect();
    let view = view_of(&document);
    assert_eq!(view.configuration.len(), 2);
    assert_eq!(
        view.configuration_lines[0],
        "- `2.yml:3`: `k0` `0` → `00`, `k1` `1` → `10`, `k2` `2` → `20` and 2 more - Bump `checkout` (`2222222`, and 1 more commit)"
    );
    assert_eq!((view.configuration_lines.len(), view.more_configuration.as_deref()), (5, Some("Other changed configuration: `7.yml`.")));
    let code = (view.code.len(), view.code[0].snippet.is_some(), view.code_lines.len());
    assert_eq!(code, (1, true, 0), "with neither method nor reason a line says no more than the sentence on the other files");
    let page = render(&document, None).expect("it renders");
    assert!(page.contains("## Solution\n_"), "{page}");
}

#[test]
fn what_no_commit_shows_comes_before_whole_files() {
    let keys = |count: u32| (0..count).map(|n| key(&format!("k{n}"), None, Some(&n.to_string()), n + 1)).collect::<Vec<_>>();
    let mut document = strange::plain();
    let mut changes: Vec<ConfigurationChange> = (0..12).map(|n| configuration(&format!("{n:02}.yml"), keys(6 + n))).collect();
    changes.iter_mut().for_each(|change| change.status = Status::Added);
    changes.push(configuration("values.yml", vec![key("replicas", Some("2"), Some("4"), 3)]));
    let mut outside = configuration("/etc/worker.conf", vec![key("numprocs", Some("8"), Some("4"), 3)]);
    outside.remark = Some(crate::document::compose::WATCHED.to_owned());
    changes.push(outside);
    document.technical.configuration_changes = changes;
    let view = view_of(&document);
    let files: Vec<&str> = view.configuration.iter().map(|entry| entry.file.as_str()).collect();
    assert_eq!(files, ["`00.yml:3` (new)", "`01.yml:3` (new)", "`values.yml:3`", "`/etc/worker.conf:3` (outside the repository, watched)"]);
    assert_eq!(
        view.configuration_lines[0],
        "- `02.yml:3` (new): `k0` `0` added, `k1` `1` added, `k2` `2` added and 5 more - Bump `checkout` (`1111111`)"
    );
    assert!(view.more_configuration.is_some_and(|more| more.ends_with("`11.yml` (new).") && !more.contains("values.yml")));
}

#[test]
fn a_short_snippet_finds_room_behind_a_long_one() {
    let mut document = strange::plain();
    document.technical.code_changes = [12, 14, 3]
        .iter()
        .zip(["a.rs", "b.rs", "c.rs"])
        .map(|(lines, path)| {
            let mut change = code_change(path, Vec::new());
            change.purpose_commit = None;
            change.snippet = Some(Snippet { language: "rust".to_owned(), text: "x\n".repeat(*lines) });
            change
        })
        .collect();
    let view = view_of(&document);
    let whole: Vec<&str> = view.code.iter().filter(|entry| entry.snippet.is_some()).map(|entry| entry.file.as_str()).collect();
    assert_eq!(whole, ["`a.rs:2`", "`c.rs:2`"]);
    assert_eq!(view.code_lines, ["- `b.rs:2` - Update the headers"]);
}

#[test]
fn what_a_commit_names_comes_first() {
    let mut document = strange::plain();
    let commit = Some(Oid::new("a".repeat(40)));
    let change = |path: &str, keys, subject: &str| ConfigurationChange {
        description: Some(subject.to_owned()),
        description_commit: commit,
        ..configuration(path, keys)
    };
    let many = || (0..9).map(|n| key(&format!("k{n}"), Some("1"), Some(&format!("2{n}")), n + 1)).collect::<Vec<_>>();
    let memory = vec![key("replicas", Some("3"), Some("4"), 2), key("limits.memory", Some("256Mi"), Some("512Mi"), 4)];
    document.technical.configuration_changes =
        vec![change("a.yml", many(), "Tidy"), change("b.yml", many(), "Tidy more"), change("k8s.yml", memory, "The api gets 512Mi")];
    let view = view_of(&document);
    assert!(view.configuration.iter().any(|entry| entry.file.contains("k8s.yml")), "{:?}", view.configuration);
    let paths = [".editorconfig", "a.yml", "etc/ssh/sshd_config"];
    document.technical.configuration_changes = paths.map(|path| change(path, many(), "Tidy")).into();
    let first = &view_of(&document).configuration[0];
    assert!(first.file.contains("sshd_config"), "{first:?}");
    // what the author names comes before what its path makes important
    document.technical.configuration_changes[1].named = true;
    assert!(view_of(&document).configuration[0].file.contains("a.yml"));
}

#[test]
fn settings_that_act_come_before_those_of_tools() {
    let mut document = strange::plain();
    let one = |path: &str, name: &str, before: &str, after: &str| configuration(path, vec![key(name, Some(before), Some(after), 1)]);
    let mut application = configuration("src/main/resources/application.conf", Vec::new());
    application.text = Some("-  window = 30 minutes\n+  window = 45 minutes".to_owned());
    let versions = [
        ("ThisBuild / scalaVersion", "2.12", "2.13"),
        ("org.typelevel:cats-core", "2.9", "2.10"),
        ("org.apache.spark:spark-core", "3.3.2", "4.0.0"),
    ];
    let versions = versions.map(|(name, before, after)| key(name, Some(before), Some(after), 1)).into();
    document.technical.configuration_changes = vec![
        one(".scalafmt.conf", "maxColumn", "100", "120"),
        one("log4j2.properties", "rootLogger.level", "info", "warn"),
        one("project/build.properties", "sbt.version", "1.8.2", "1.9.7"),
        configuration("build.sbt", versions),
        application,
    ];
    let shown = configuration::Selection::of(&document, 14);
    let files: Vec<String> = shown.entries().into_iter().map(|entry| entry.file).collect();
    assert_eq!(files, ["`build.sbt:3`"]);
    let lines = shown.lines();
    assert!(
        lines.iter().any(|line| line.contains("resources/application.conf:3`: `window = 30 minutes` → `window = 45 minutes`")),
        "{lines:?}"
    );
}

#[test]
fn of_many_keys_the_most_telling_are_shown() {
    let mut document = strange::plain();
    let added = |name: &str, value: &str| key(&format!("resource.aws_security_group.web.{name}"), None, Some(value), 9);
    let mut keys: Vec<KeyChange> = (0..9).map(|n| key(&format!("tags.t{n}"), Some("1"), Some(&format!("2{n}")), n)).collect();
    keys.extend([added("ingress[1].from_port", "22"), added("ingress[1].cidr_blocks", "[\"0.0.0.0/0\"]")]);
    let chart = [
        ("version", "1.14.2", "1.15.0"),
        ("appVersion", "4.8", "4.9"),
        ("dependencies[name=redis].version", "17.3.1", "18.0.2"),
        ("kubeVersion", "1.27", "1.28"),
    ];
    let chart = chart.map(|(name, before, after)| key(name, Some(before), Some(after), 3)).into();
    document.technical.configuration_changes = vec![configuration("modules/main.tf", keys), configuration("charts/web/Chart.yaml", chart)];
    let shown = configuration::Selection::of(&document, 14);
    let entry = &shown.entries()[0];
    assert!(entry.lines.contains("from_port") && entry.lines.contains("0.0.0.0/0") && entry.lines.ends_with("more"), "{entry:?}");
    let line = &shown.lines()[0];
    assert!(line.starts_with("- `charts/web/Chart.yaml:3`: `redis 17.3.1 → 18.0.2`, `version`"), "{line}");
    // room that is left shows more of the first file
    document.technical.configuration_changes.swap(0, 1);
    document.technical.configuration_changes.truncate(1);
    assert!(!configuration::Selection::of(&document, 14).entries()[0].lines.contains("more"));
}

#[test]
fn what_failed_is_told_of_many_commands() {
    let mut document = strange::plain();
    let run = |n: usize, outcome| crate::document::TestRun {
        outcome: Some(outcome),
        ..crate::document::samples::test_run(&format!("pytest t{n}.py"), 3, 0)
    };
    document.testing.runs = (0..11).map(|n| run(n, if n < 3 { Outcome::Failed } else { Outcome::Passed })).collect();
    let results = testing::results(&document);
    let named: Vec<usize> = (0..11).filter(|n| results.contains(&format!("`pytest t{n}.py`"))).collect();
    assert_eq!(named, [0, 1, 2, 6, 7, 8, 9, 10]);
    assert!(results.ends_with("- and 3 more commands, which passed"), "{results}");
}

/// A step back is told before the commits of which there are many.
#[test]
fn a_step_back_stays_in_a_long_timeline() {
    let mut document = strange::plain();
    let id = |n: u32| Oid::new(format!("{n:040x}"));
    document.commits = (0..25)
        .map(|n| LinkedCommit {
            subject: format!("subject {n}"),
            reverted_by: (n == 24).then(|| id(23)),
            ..commit(&document, &id(n), 25 - n, 1, None)
        })
        .collect();
    document.timeline = (0..25).map(|n| entry(&document, &id(n))).collect();
    let reset =
        crate::document::TimelineEntry { kind: EntryKind::Reset, commit: None, text: "reset HEAD".to_owned(), ..entry(&document, &id(0)) };
    document.timeline.push(reset);
    let phases = view_of(&document).phases;
    let lines: Vec<&String> = phases.iter().flat_map(|phase| &phase.lines).collect();
    for told in ["subject 24 — did not last: reverted at", "reset HEAD"] {
        assert!(lines.iter().any(|line| line.contains(told)), "{told} in {lines:?}");
    }
}
