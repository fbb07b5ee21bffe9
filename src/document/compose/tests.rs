//! Records of small sessions and the documents they give.

use chrono::{DateTime, TimeDelta};

use super::*;
use crate::attribution::{
    AbandonReason, Attributed, Attribution, Basis, Brought, DeadEnd, ForeignMove, MoveKind, Movement, Rollback, RollbackKind,
};
use crate::change::{Commit, Content, Dirt, FileChange, Hunk, LeftOut, Oid, Patch, Side, Touched, WorktreeState, line_hash};
use crate::event::{Phase, Ran, Started};
use crate::evidence::kinds::Flag;
use crate::evidence::{Change, DefinitionChange, DefinitionKind, FileEvidence, KeyChange, NewTest, config};
use crate::session::{Note, State};

pub(super) mod build;
mod phases;
mod recorded;
mod runs;
mod sources;
mod unfinished;

use build::{World, at, attribution, file};

#[test]
fn head_and_sentences() {
    let mut world = World::new();
    world.session.pauses = vec![(at(50), Some(at(60)))];
    world.commit(30, "fix(billing): take a lock", &[("a.rs", "let lock = take();\n")]);
    world.change(file("a.rs", "fn a() {\n}\n", "fn a() {\n    let lock = take();\n}\n"));
    world.change(file("b.rs", "", "fn b() {}\n"));
    world.uncommitted.insert("b.rs".into());
    let document = world.document();
    assert_eq!(document.title, "fix(billing): take a lock");
    assert_eq!((document.title_source, document.session_type_source), (Source::Derived, Source::Derived));
    assert_eq!(document.session_type, SessionType::Feature, "a subject alone is no fault that was looked for");
    assert_eq!((document.active_seconds, document.paused_seconds), (6600, 600));
    let summary = "1 commit, 2 files (+2 −0) on `main`; 1 changed file not committed.";
    assert_eq!(document.derived.summary.as_deref(), Some(summary));
    let state = "Started on `main` at `aaaaaaa` (\"Import \\*all\\*\") with 2 changed files and 1 untracked file; \
                 that earlier work is not part of this journal.";
    assert_eq!(document.derived.initial_state.as_deref(), Some(state));
    assert_eq!(document.commits[0].url.as_deref(), Some("https://github.com/shop/shop/commit/1000000000000000000000000000000000000000"));
}

#[test]
fn what_is_committed_in_part_is_told_from_what_is_not_at_all() {
    let cases: [(&[&str], &str); 5] = [
        (&[], "."),
        (&["a.rs"], "; 1 changed file partly committed."),
        (&["a.rs", "b.rs", "c.rs"], "; 1 changed file not committed, 2 partly."),
        (&["c.rs"], "; 1 changed file not committed."),
        (&["a.rs", "b.rs"], "; 2 changed files partly committed."),
    ];
    for (uncommitted, end) in cases {
        let mut world = World::new();
        world.commit(30, "Add both", &[("a.rs", "fn a() {}\n"), ("b.rs", "fn b() {}\n")]);
        ["a.rs", "b.rs", "c.rs"].iter().for_each(|path| world.change(file(path, "", "fn f() {}\n")));
        world.uncommitted.extend(uncommitted.iter().map(|path| (*path).into()));
        let summary = world.document().derived.summary;
        assert_eq!(summary, Some(format!("1 commit, 3 files (+3 −0) on `main`{end}")));
    }
}

#[test]
fn types_are_derived_from_words_and_files() {
    for (title, branch, path, wanted) in [
        ("Checkout is down", "main", "a.rs", SessionType::Emergency),
        ("Scroll down further", "main", "a.rs", SessionType::Feature),
        ("Outage of the shop, no orders come in", "main", "a.tf", SessionType::Emergency),
        ("P1: checkout answers 500", "main", "a.rs", SessionType::Emergency),
        ("Incident 42 - write conflicts", "main", "a.rs", SessionType::Emergency),
        ("Provider 5, no downtime", "main", "a.tf", SessionType::Infrastructure),
        ("Zero-downtime deploys", "main", "a.tf", SessionType::Infrastructure),
        ("Write the incident template", "main", "a.tf", SessionType::Infrastructure),
        ("The incident template", "main", "a.rs", SessionType::Feature),
        ("Document how to do a rollback", "main", "a.rs", SessionType::Feature),
        ("Prevent the next outage", "main", "a.tf", SessionType::Infrastructure),
        ("Retry when the API is down", "main", "a.rs", SessionType::Feature),
        ("Larger disks", "fix/disk", "main.tf", SessionType::Infrastructure),
        ("Totals", "fix/totals", "a.rs", SessionType::Debugging),
        ("Prefix search", "prefix", "a.rs", SessionType::Feature),
        ("Look around", "main", "", SessionType::Exploration),
    ] {
        let mut world = World::new();
        world.session.started.title = Some(title.to_owned());
        world.ends.end.branch = Some(branch.to_owned());
        if !path.is_empty() {
            let mut change = file(path, "", "x\n");
            change.1.category = if path.ends_with(".tf") { Category::Infra } else { Category::Code };
            world.change(change);
        }
        assert_eq!(world.document().session_type, wanted, "{title}");
    }
}

#[test]
fn a_test_that_fails_before_the_first_edit_makes_it_debugging() {
    for (tree, exit_code, wanted) in
        [("b".repeat(40), 1, SessionType::Debugging), ("b".repeat(40), 0, SessionType::Feature), ("c".repeat(40), 1, SessionType::Feature)]
    {
        let mut world = World::new();
        world.change(file("README.md", "teh\n", "the\n"));
        world.commit(30, "Fix a typo", &[("README.md", "the\n")]);
        world.test_on(&tree, exit_code);
        assert_eq!(world.document().session_type, wanted, "{tree}: {exit_code}");
    }
}

#[test]
fn a_check_that_fails_at_first_and_comes_right_makes_it_debugging() {
    for (then, wanted) in [(0, SessionType::Debugging), (1, SessionType::Feature)] {
        let mut world = World::new();
        world.change(file("a.rs", "let a = 1;\n", "let a = 2;\n"));
        world.ran(Ran { tree: Some(Oid::new("b".repeat(40))), ..runs::ran(10, "npm audit", 1) });
        world.ran(Ran { tree: Some(Oid::new("c".repeat(40))), ..runs::ran(20, "npm audit", then) });
        assert_eq!(world.document().session_type, wanted, "{then}");
    }
}

#[test]
fn commands_that_changed_systems_make_it_infrastructure() {
    for (command, path, wanted) in [
        ("ssh db-3 sudo systemctl restart mysql", "", SessionType::Infrastructure),
        ("ssh db-3 sudo systemctl restart mysql", "runbooks/disk.md", SessionType::Infrastructure),
        ("ssh db-3 sudo systemctl restart mysql", "a.rs", SessionType::Feature),
        ("ssh db-3 uptime", "", SessionType::Exploration),
    ] {
        let mut world = World::new();
        if !path.is_empty() {
            let (change, evidence) = file(path, "a\n", "b\n");
            let category = if path.ends_with(".md") { Category::Artifact } else { Category::Code };
            world.change((change, FileEvidence { category, ..evidence }));
        }
        world.ran(runs::ran(5, command, 0));
        assert_eq!(world.document().session_type, wanted, "{command} {path}");
    }
}

#[test]
fn configuration_of_servers_makes_it_infrastructure() {
    for (paths, wanted) in [
        (&["postgres/postgresql.conf", "redis/redis.conf", "a.rs"][..], SessionType::Infrastructure),
        (&["config/app.yml", "Cargo.toml", "a.rs"], SessionType::Feature),
    ] {
        let mut world = World::new();
        for path in paths {
            let kind = crate::evidence::kinds::classify(&(*path).into(), None, false, &world.overrides);
            let (change, evidence) = file(path, "a\n", "b\n");
            world.change((change, FileEvidence { category: kind.category, flags: kind.flags, ..evidence }));
        }
        assert_eq!(world.document().session_type, wanted, "{paths:?}");
    }
}

#[test]
fn times_of_a_running_session_and_of_a_clock_that_went_back() {
    let mut world = World::new();
    world.session.pauses = vec![(at(50), Some(at(55))), (at(175), None)];
    world.ends.ended_at = None;
    let document = world.document();
    assert_eq!((document.ended_at, document.active_seconds), (None, 7200 + 3600 - 600));
    assert!(document.timeline.iter().all(|entry| entry.kind != EntryKind::Stop));
    world.ends.ended_at = Some(at(-60));
    let document = world.document();
    assert_eq!((document.active_seconds, document.paused_seconds), (0, 0));
    assert!(document.derived.notices[0].contains("clock"));
}

#[test]
fn timeline_by_phase() {
    let mut world = World::new();
    world.note(5, None, "two workers");
    world.note(10, Some(Phase::RootCause), "timeout");
    world.note(12, None, "trying");
    world.commit(20, "One", &[]);
    world.commit(40, "Two", &[]);
    let said = |document: &Document| -> Vec<(String, String)> {
        document.timeline.iter().map(|e| (e.kind.to_string(), e.heading.split(' ').next().unwrap_or_default().to_owned())).collect()
    };
    let want = |rows: &[(&str, &str)]| -> Vec<(String, String)> { rows.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect() };
    assert_eq!(
        said(&world.document()),
        want(&[
            ("start", "Initial"),
            ("note", "Investigation"),
            ("note", "Root"),
            ("note", "Solution"),
            ("commit", "Solution"),
            ("commit", "Resolution"),
            ("stop", "Resolution"),
        ])
    );
    world.note(30, Some(Phase::Resolution), "it holds");
    world.note(-5, None, "from before");
    let document = world.document();
    assert!(document.timeline.windows(2).all(|pair| pair[0].at <= pair[1].at));
    assert_eq!(document.timeline[0].heading, "Initial Discovery");
    let late = document.timeline.iter().find(|entry| entry.text == "Two").expect("the commit");
    assert_eq!(late.heading, "Resolution Achieved");
    let mut empty = World::new();
    empty.session.started.session_type = Some(SessionType::Feature);
    assert!(empty.document().timeline[1].text.starts_with("Not reached"));
    empty.session.started.session_type = Some(SessionType::Exploration);
    assert!(empty.document().timeline[1].text.starts_with("Session stopped; "));
}

#[test]
fn reverts_count_as_rollbacks() {
    let mut world = World::new();
    world.commit(20, "Debounce", &[("d.rs", "debounce\n")]);
    world.commit(25, "Revert \"Debounce\"", &[]);
    world.commits[1].commit.body = format!("This reverts commit {}.", world.commits[0].commit.id);
    let document = world.document();
    assert_eq!(document.commits[0].reverted_by.as_ref(), Some(&world.commits[1].commit.id));
    assert_eq!((document.metrics.rollbacks, document.metrics.first_approach_worked), (Some(1), Some(false)));
    world.commits[1].commit.body = "This reverts commit ffffffffff.".to_owned();
    let document = world.document();
    assert_eq!((document.metrics.rollbacks, document.metrics.first_approach_worked), (Some(1), None));
    world.commits[1].commit.subject = "Reapply \"Debounce\"".to_owned();
    assert_eq!(world.document().metrics.rollbacks, None, "what brings back is no step back");
    assert_eq!(World::new().document().metrics.rollbacks, None);
}

#[test]
fn a_revert_that_only_its_message_tells_of_counts_once() {
    let mut world = World::new();
    world.commit(20, "Debounce", &[("d.rs", "debounce\n")]);
    world.commit(25, "Undo it", &[]);
    world.commit(30, "Undo that", &[]);
    let ids: Vec<Oid> = world.commits.iter().map(|change| change.commit.id).collect();
    let back = Rollback { place: 0, at: None, what: RollbackKind::Revert, from: ids[0], to: ids[1], text: String::new(), lived_on: false };
    let amended = Oid::new("a".repeat(40));
    for (bodies, rollbacks, expected) in [
        ([false, false], vec![], 0),
        ([true, false], vec![], 1),
        ([true, false], vec![back.clone()], 1),
        ([true, false], vec![Rollback { to: amended, ..back }], 1),
        ([true, true], vec![], 1), // what brings it back is no second one
    ] {
        for (at, says) in bodies.into_iter().enumerate() {
            world.commits[at + 1].commit.body = if says { format!("This reverts commit {}.", ids[at]) } else { String::new() };
        }
        world.commits[1].replaced = vec![amended];
        let commits = ids.iter().map(|id| Attributed { id: *id, replaced: Vec::new(), amended_at: None, branch: None, by_another: false });
        world.attribution = Some(Attribution { commits: commits.collect(), rollbacks: rollbacks.clone(), ..attribution() });
        let metrics = world.document().metrics;
        assert_eq!((metrics.rollbacks, metrics.pivots), (Some(expected), Some(expected)), "{bodies:?} {rollbacks:?}");
    }
}

#[test]
fn a_commit_of_another_branch_is_no_reason() {
    let mut world = World::new();
    world.commit(20, "Take a lock", &[("lock.rs", "fn lock() {}\n")]);
    world.commit(30, "Reapply \"Take a lock\"", &[("lock.rs", "fn lock() {}\n")]);
    world.change(file("lock.rs", "", "fn lock() {}\n"));
    world.commits[1].branch = Some("release/1.x".to_owned());
    let document = world.document();
    let change = &document.technical.code_changes[0];
    assert_eq!((change.purpose.as_deref(), change.commits.len()), (Some("Take a lock"), 1));
}

#[test]
fn a_rebased_commit_keeps_the_time_it_was_made() {
    let mut world = World::new();
    world.commit(60, "Rebased", &[("a.rs", "one\n")]);
    world.commits[0].commit.authored_at = at(20);
    assert_eq!(world.document().commits[0].at, at(60), "a copy of somebody's older commit came into being now");
    world.commits[0].replaced = vec![Oid::new("d".repeat(40))];
    world.commits[0].amended_at = Some(at(50));
    let commit = world.document().commits.remove(0);
    assert_eq!((commit.at, commit.amended_at), (at(20), Some(at(50))));
    // several that were taken back and committed again as one
    let step = |to: &Oid, minutes, bytes| Movement { to: *to, at: Some(at(minutes)), bytes: Some(bytes) };
    let own = world.commits[0].commit.id;
    world.commits[0].commit.authored_at = at(60);
    world.attribution = Some(Attribution { path: vec![step(&Oid::new("d".repeat(40)), 20, 0..9), step(&own, 60, 9..18)], ..attribution() });
    world.session.moved.insert("r1".into(), (at(30), 9));
    assert_eq!(world.document().commits[0].at, at(60), "as old as itself");
    world.commits[0].commit.authored_at = at(-500);
    assert_eq!(world.document().commits[0].at, at(60), "from before the session");
}

#[test]
fn movements_of_head_are_told_and_counted() {
    let mut world = World::new();
    world.commit(20, "Try", &[("a.rs", "one\n")]);
    let lost = world.commits.remove(0).commit;
    let (from, to) = (lost.id, Oid::new("b".repeat(40)));
    let step = |what, others, name: &str| {
        let (from, to, name) = (Some(from), to, name.to_owned());
        ForeignMove { place: 0, at: Some(at(30)), what, from, to, brought: Brought { others, own: 0 }, name, open: false }
    };
    let (what, text) = (RollbackKind::Reset, String::new());
    let back = Rollback { place: 0, at: Some(at(25)), what, from, to, text, lived_on: false };
    world.attribution = Some(Attribution {
        dead_ends: vec![DeadEnd { id: from, subject: "Try".into(), reason: AbandonReason::Reset }],
        foreign_moves: vec![
            step(MoveKind::Pull, 2, "-q"),
            step(MoveKind::Pull, 0, ""),
            step(MoveKind::Switch, 0, "main"),
            step(MoveKind::Pick, 0, "Longer *ttl*"),
            ForeignMove { to: from, ..step(MoveKind::Pick, 0, "Own") },
            step(MoveKind::Apply, 0, "Shorter"),
            step(MoveKind::Push, 1, ""),
        ],
        carried_over: vec![to],
        rollbacks: vec![Rollback { place: 0, at: Some(at(24)), lived_on: true, ..back.clone() }, back],
        ..attribution()
    });
    world.dead_ends = vec![(lost, AbandonReason::Reset)];
    let document = world.document();
    let told: Vec<_> = document.timeline.iter().filter(|entry| !matches!(entry.kind, EntryKind::Start | EntryKind::Stop)).collect();
    let texts: Vec<_> = told.iter().map(|entry| (&entry.kind, entry.text.as_str())).collect();
    let short = from.short();
    let expected = [
        (EntryKind::DeadEnd, format!("`{short}` Try — did not last: dropped by a reset")),
        (EntryKind::Reset, format!("reset HEAD from `{short}` back to `bbbbbbb`")),
        (EntryKind::Reset, format!("reset HEAD from `{short}` back to `bbbbbbb`")),
        (EntryKind::Move, "pulled: 2 commits by others, not part of this journal".into()),
        (EntryKind::Move, "switched to `main`".into()),
        (EntryKind::Move, "cherry-picked `bbbbbbb` Longer \\*ttl\\*: work of others or of before, not part of this journal".into()),
        (EntryKind::Move, "applied `bbbbbbb` Shorter: work of others or of before, not part of this journal".into()),
        (EntryKind::Move, "received a push: 1 commit by others, not part of this journal".into()),
    ];
    assert_eq!(texts, expected.iter().map(|(kind, text)| (kind, text.as_str())).collect::<Vec<_>>());
    assert_eq!((document.metrics.rollbacks, document.metrics.pivots), (Some(1), Some(1)));
}

#[test]
fn a_file_of_which_nothing_is_left_was_a_pivot() {
    let lines: String = (0..25).map(|n| format!("line_{n}();\n")).collect();
    let generated = || Overrides::new(&[("deselect.rs".to_owned(), Category::Generated)]).expect("a glob");
    for (left, reverted, overrides, pivots) in [
        ("", false, Overrides::default(), 1),
        ("line_7();\n", false, Overrides::default(), 0),
        ("", true, Overrides::default(), 1), // the revert alone
        ("", false, generated(), 0),
    ] {
        let mut world = World { overrides, ..World::new() };
        world.commit(20, "Deselect", &[("deselect.rs", &lines), ("Cargo.lock", &lines)]);
        world.commit(40, "Select", &[("deselect.rs", ""), ("other.rs", "one();\n")]);
        world.commits[1].commit.body = if reverted { "This reverts commit 1000000.".to_owned() } else { String::new() };
        let dead = DeadEnd { id: Oid::new("e".repeat(40)), subject: String::new(), reason: AbandonReason::Reset };
        world.attribution = Some(Attribution { dead_ends: vec![dead], ..attribution() });
        world.change(file("other.rs", "", &format!("one();\n{left}")));
        assert_eq!(world.document().metrics.pivots, Some(pivots), "{left:?}, {reverted}");
    }
}

fn definition(name: &str, change: Change, line: u32, end_line: u32) -> DefinitionChange {
    DefinitionChange { kind: DefinitionKind::Function, name: name.to_owned(), qualified_name: name.to_owned(), change, line, end_line }
}

#[test]
fn what_only_stands_in_a_renamed_class_is_not_what_changed() {
    let mut world = World::new();
    world.commit(20, "Rename the class", &[("a.rb", "class New\n")]);
    let text = |class: &str| format!("class {class}\n  def run\n    work\n  end\nend\n");
    let (change, mut evidence) = file("a.rb", &text("Old"), &text("New"));
    let class = DefinitionChange { kind: DefinitionKind::Class, ..definition("New", Change::Added, 1, 5) };
    evidence.definitions = vec![class, definition("New#run", Change::Added, 2, 4)];
    world.change((change, evidence));
    let (change, mut evidence) = file("b.rs", "fn b() {\n    one();\n    two();\n}\n", "fn b() {\n    one();\n}\n");
    evidence.definitions = vec![definition("b", Change::Modified, 1, 3)];
    world.change((change, evidence));
    world.commit(30, "Do less", &[("b.rs", "")]);
    let code = world.document().technical.code_changes;
    let said: Vec<_> = code.iter().map(|change| (change.line, change.purpose.as_deref())).collect();
    assert_eq!(said, [(Some(1), Some("Rename the class")), (Some(1), Some("Do less"))]);
}

#[test]
fn code_is_ranked_shown_and_explained() {
    let mut world = World::new();
    world.commit(20, "Add a helper", &[("src/a.rs", "    let value = helper();\n")]);
    world.commit(30, "Use it", &[("src/a.rs", "fn new_one() {\n    work(value);\n")]);
    let (change, mut evidence) =
        file("src/a.rs", "fn old() {\n}\n", "fn old() {\n    let value = helper();\n}\nfn new_one() {\n    work(value);\n}\n");
    evidence.definitions = vec![definition("old", Change::Modified, 1, 3), definition("new_one", Change::Added, 4, 6)];
    world.change(file("src/small.rs", "a\n", "a\nb\n"));
    world.change((change, evidence));
    world.change(file("src/gone.rs", "let a = 1;\nlet b = 2;\n", ""));
    let document = world.document();
    let paths: Vec<String> = document.technical.code_changes.iter().map(|change| change.path.to_string()).collect();
    assert_eq!(paths, ["src/a.rs", "src/gone.rs", "src/small.rs"]);
    let first = &document.technical.code_changes[0];
    assert_eq!((first.line, first.purpose.as_deref()), (Some(4), Some("Use it")));
    assert_eq!(first.snippet.as_ref().map(|s| s.text.as_str()), Some("fn new_one() {\n    work(value);\n}"));
    assert_eq!(first.commits.len(), 2);
    let gone = &document.technical.code_changes[1];
    assert_eq!((gone.status, gone.line, gone.snippet.as_ref(), gone.purpose.as_ref()), (Status::Deleted, None, None, None));
    assert_eq!(document.technical.code_changes[2].purpose, None, "no commit brought it");
    world.note(3, None, "look at src/small.rs:2, please");
    assert_eq!(world.document().technical.code_changes[1].path, "src/small.rs".into(), "named in a note");
    world.evidence.files[1].tests = vec![crate::evidence::NewTest { name: "new_one".to_owned(), line: 4 }];
    let first = world.document().technical.code_changes.swap_remove(0);
    assert_eq!((first.line, first.purpose.as_deref()), (Some(1), Some("Add a helper")), "a test beside the code does not lead");
}

#[test]
fn removed_lines_are_a_diff_and_renames_are_followed() {
    let mut world = World::new();
    world.commit(20, "Drop it", &[]);
    world.commits[0].files.push(Touched { path: "src/a.rs".into(), old_path: None, added: Vec::new(), removed: 1 });
    world.commit(30, "Move it", &[]);
    world.commits[1].files.push(Touched { path: "src/b.rs".into(), old_path: Some("src/a.rs".into()), added: Vec::new(), removed: 0 });
    let (mut change, mut evidence) = file("src/b.rs", "one();\ntwo();\n", "one();\n");
    change.old_path = Some("src/a.rs".into());
    evidence.old_path = change.old_path.clone();
    world.change((change, evidence));
    let document = world.document();
    let shown = &document.technical.code_changes[0];
    assert_eq!((shown.purpose.as_deref(), shown.commits.len()), (Some("Drop it"), 2));
    let snippet = shown.snippet.as_ref().expect("a snippet");
    assert_eq!((snippet.language.as_str(), snippet.text.as_str()), ("diff", "-two();"));
}

#[test]
fn configuration_by_key_and_by_line() {
    let mut world = World::new();
    world.commit(20, "Longer timeout", &[("app.yaml", "timeout: 330\n")]);
    for (path, nature) in [
        ("app.yaml", config::Nature::Keys),
        ("notes.yaml", config::Nature::CommentsOnly),
        ("odd.yaml", config::Nature::Text { reason: "could not be parsed as YAML".to_owned(), diff: "-a\n+b".to_owned() }),
    ] {
        let (change, mut evidence) = file(path, "timeout: 90\n", "timeout: 330\n");
        evidence.category = Category::Config;
        let key = KeyChange { key: "timeout".to_owned(), before: Some("90".to_owned()), after: Some("330".to_owned()), line: Some(1) };
        evidence.keys = if nature == config::Nature::Keys { vec![key] } else { Vec::new() };
        evidence.config = Some(config::ConfigNote { format: "yaml", nature, keyless: config::KeylessLines::default() });
        world.change((change, evidence));
    }
    let (change, mut secret) = file(".env", "A=1\n", "A=2\n");
    (secret.category, secret.flags) = (Category::Config, vec![Flag::SecretBearing]);
    world.change((change, secret));
    let changes = world.document().technical.configuration_changes;
    let rows: Vec<_> =
        changes.iter().map(|c| (c.path.to_string(), c.description.as_deref(), c.remark.as_deref(), c.text.as_deref())).collect();
    assert_eq!(
        rows,
        [
            ("app.yaml".to_owned(), Some("Longer timeout"), None, None),
            ("odd.yaml".to_owned(), None, Some("could not be parsed as YAML"), Some("-a\n+b")),
            ("notes.yaml".to_owned(), None, Some("only comments changed"), None),
            (".env".to_owned(), None, None, None),
        ]
    );
}

#[test]
fn artifacts_tests_and_references() {
    let mut world = World::new();
    for (path, category, text) in [
        ("docs/a.md", Category::Docs, "# How to drain\n\ntext\n"),
        (".claude/agents/db.md", Category::Artifact, "---\ndescription: Watches the database\n---\n"),
        ("src/lock.rs", Category::Code, "//! Locks.\n"),
        ("tests/lock.rs", Category::Test, "#[test]\nfn locks() {}\n"),
        ("notes.txt", Category::Docs, "x\n"),
    ] {
        let (change, mut evidence) = file(path, "", text);
        evidence.category = category;
        if category == Category::Test {
            evidence.tests.push(NewTest { name: "locks".to_owned(), line: 2 });
        }
        world.change((change, evidence));
    }
    world.note(3, None, "as in https://example.org/queues?token=abc.");
    let document = world.document();
    let rows: Vec<_> = document.artifacts.iter().map(|a| (a.kind.as_str(), a.purpose.as_deref().unwrap_or(""))).collect();
    assert_eq!(rows, [("Agent", "Watches the database"), ("Documentation", "How to drain"), ("Code", "Locks")]);
    assert_eq!(document.testing.created[0].tests[0].name, "locks");
    assert_eq!(document.references.external, ["https://example.org/queues"]);
}

#[test]
fn secrets_do_not_come_in() {
    let mut world = World::new();
    world.session.started.title = Some("Rotate s3cret".to_owned());
    world.session.started.situation = Some("s3cret leaked".to_owned());
    world.note(3, None, "found s3cret");
    world.commit(20, "Remove s3cret", &[("src/s3cret.rs", "let key = \"s3cret\";\n")]);
    world.change(file("src/s3cret.rs", "", "let key = \"s3cret\";\n"));
    world.ends.end.branch = Some("fix/s3cret".to_owned());
    let text = serde_json::to_string(&world.document()).expect("JSON");
    assert!(!text.contains("s3cret"), "{text}");
    assert!(text.contains("values were masked: "), "{text}");
}

#[test]
fn masked_values_are_counted_by_kind_and_each_text_once() {
    let mut world = World::new();
    world.session.started.title = Some("Rotate s3cret".to_owned());
    world.session.started.goal = Some("Rotate s3cret".to_owned());
    world.note(3, None, "as (API key, masked) and (API key, masked) say");
    let (change, mut evidence) = file("app.ini", "a\n", "b\n");
    let masked = || Some("(password hash, value masked)".to_owned());
    evidence.keys = vec![KeyChange { key: "hash".into(), before: masked(), after: masked(), line: None }];
    world.change((change, evidence));
    let notes = world.document().security_notes;
    assert_eq!(notes, ["5 values were masked: 2 API keys, 2 password hashes and 1 password."]);
    let mut world = World::new();
    world.note(3, None, "(nothing we know, masked) and (value masked)");
    assert_eq!(world.document().security_notes, ["1 value was masked: 1 value of a secrets file."]);
}

#[test]
fn notices_and_security() {
    let mut world = World::new();
    world.session.damaged = 2;
    world.ends.end.left_out.push(LeftOut { path: "big.bin".into(), reason: "above the size limit".to_owned() });
    let (mut change, mut evidence) = file("bin/auth", "a\n", "b\n");
    change.head.as_mut().expect("a side").mode = 0o100_755;
    evidence.flags = vec![Flag::Security, Flag::Script];
    (evidence.code.skipped, evidence.code.derived) = (Some("too deep".to_owned()), true);
    world.change((change, evidence));
    let document = world.document();
    assert_eq!(document.security_notes, ["Security-relevant by their paths: `bin/auth`.", "Became executable: `bin/auth`."]);
    assert_eq!(
        document.derived.notices,
        [
            "2 records of the session's log were damaged and skipped.",
            "`big.bin` is not covered: above the size limit.",
            "Definitions of `bin/auth` were not read: too deep.",
        ]
    );
}

#[test]
fn doubts_are_told_in_words_that_break_nothing() {
    use crate::attribution::{Basis, Unfinished};
    use crate::git::lost_refs::GoneBranch;
    use crate::observation::Doubt;
    let mut world = World::new();
    world.doubts = vec![
        Doubt::ChangesUnknown("no object *b* of s3cret".to_owned()),
        Doubt::Movements(Basis::Ends),
        Doubt::UnderWay(Unfinished::Revert),
        Doubt::Unresolved("a`b.rs".into()),
        Doubt::BranchGone(GoneBranch { name: "try/s3cret".to_owned(), commits: 1 }),
        Doubt::StashesGone(2),
    ];
    let told = [
        "What the session changed in the worktree cannot be told: no object \\*b\\* of (password, masked). Only its commits are listed.",
        "Movements of HEAD not recorded; attribution from the end states.",
        "A revert was under way at the end (`git revert --continue` finishes it): what it brings in is not counted as this session's.",
        "``a`b.rs``: has marks of a conflict that is not resolved.",
        "Branch `try/(password, masked)` of the start is gone, and with it 1 commit that no other branch or tag has.",
        "2 stash entries of the start are gone, applied or dropped.",
    ];
    assert_eq!(world.document().derived.notices, told);
}

#[test]
fn documents_that_changed_are_where_to_read_on() {
    let mut world = World::new();
    for (path, status, head) in [
        ("docs/a.md", Status::Modified, "b\n"),
        ("docs/b.md", Status::Renamed, "b\n"),
        ("docs/c.md", Status::Renamed, "a\n"),
        ("docs/d.md", Status::Deleted, "b\n"),
    ] {
        let (mut change, mut evidence) = file(path, "a\n", head);
        (change.status, evidence.status, evidence.category) = (status, status, Category::Docs);
        world.change((change, evidence));
    }
    assert_eq!(world.document().references.internal, ["docs/a.md", "docs/b.md"]);
}

#[test]
fn what_configuration_opens_is_a_security_note() {
    let mut world = World::new();
    let (change, mut evidence) = file("nginx.conf", "", "listen 8081;\n");
    evidence.category = Category::Config;
    let key = |key: &str| KeyChange { key: key.to_owned(), before: None, after: Some("8081".to_owned()), line: Some(1) };
    evidence.keys = vec![key("server > listen[1]"), key("server > keepalive_timeout")];
    world.change((change, evidence));
    assert_eq!(world.document().security_notes, ["New listening port: `server > listen[1]` in `nginx.conf`."]);
}

#[test]
fn a_composed_document_renders_and_round_trips() {
    let mut world = World::new();
    world.session.pauses = vec![(at(50), Some(at(60)))];
    world.note(5, None, "two workers");
    world.commit(20, "One", &[("a.rs", "x\n")]);
    world.change(file("a.rs", "", "x\n"));
    let document = world.document();
    let page = crate::render::render(&document, None).expect("it renders");
    assert!(page.contains("**Duration**: 09:02 - 11:02 (2 hours, 10 minutes of them paused)"), "{page}");
    let json = serde_json::to_string(&document).expect("JSON");
    let again: Document = serde_json::from_str(&json).expect("a document");
    assert_eq!(again, document);
}

/// A revert that was reverted took nothing back in the end.
#[test]
fn reverts_of_reverts() {
    let revert = |world: &mut World, minutes, of: usize| {
        world.commit(minutes, "Revert", &[]);
        let id = world.commits[of].commit.id;
        world.commits.last_mut().expect("just made").commit.body = format!("This reverts commit {id}.");
    };
    let undone = |world: &World| -> Vec<bool> { world.document().commits.iter().map(|commit| commit.reverted_by.is_some()).collect() };
    let mut world = World::new();
    world.commit(10, "One", &[]);
    revert(&mut world, 20, 0);
    assert_eq!(undone(&world), [true, false]);
    revert(&mut world, 30, 1);
    assert_eq!(undone(&world), [false, false, false]);
    revert(&mut world, 40, 2);
    assert_eq!(undone(&world), [true, false, false, false]);
}

/// A revert that was picked from elsewhere names a commit of there: the quoted subject tells, where it undoes the same files.
#[test]
fn a_revert_is_known_by_the_subject_it_quotes() {
    for (files, is_known) in [(&[("d.rs", "")][..], true), (&[("e.rs", "")], false)] {
        let mut world = World::new();
        world.commit(10, "Debounce", &[("d.rs", "debounce\n")]);
        world.commit(20, "Revert \"Debounce\"", files);
        world.commits[1].commit.body = "This reverts commit ffffffffff.".to_owned();
        assert_eq!(world.document().commits[0].reverted_by.is_some(), is_known, "{files:?}");
    }
}

/// The commit, its revert, what brings it back, and the revert that takes it back for good by the first id: only the first did not last.
#[test]
fn a_revert_that_was_reverted_is_no_dead_end() {
    let mut world = World::new();
    world.commit(10, "One", &[]);
    for (minutes, of) in [(20, 0), (30, 1), (40, 0)] {
        world.commit(minutes, "Revert", &[]);
        let id = world.commits[of].commit.id;
        world.commits.last_mut().expect("just made").commit.body = format!("This reverts commit {id}.");
    }
    let undone: Vec<bool> = world.document().commits.iter().map(|commit| commit.reverted_by.is_some()).collect();
    assert_eq!(undone, [true, false, false, false]);
}

#[test]
fn a_short_line_tells_where_there_is_no_longer_one() {
    let mut world = World::new();
    world.commit(10, "Node 24", &[(".nvmrc", "24\n")]);
    world.commit(20, "Braces", &[("a.rs", "}\n")]);
    for (path, base, head, category) in
        [(".nvmrc", "22\n", "24\n", Category::Config), ("a.rs", "fn a() {\n", "fn a() {\n    let x = 1;\n}\n", Category::Code)]
    {
        let mut change = file(path, base, head);
        change.1.category = category;
        world.change(change);
    }
    let document = world.document();
    let configuration = &document.technical.configuration_changes[0];
    assert_eq!((configuration.description.as_deref(), configuration.line), (Some("Node 24"), Some(1)));
    assert_eq!(configuration.commits.len(), 1);
    assert_eq!(document.technical.code_changes[0].purpose, None);
}

/// Keys that two commits took away, and one whose value changed on a line of its own: the commits of the file are known all the same.
#[test]
fn commits_speak_for_configuration_that_no_key_s_line_tells_of() {
    let tf = "resource \"a\" \"b\" {\n  tags = merge(\n    { x = 1 },\n    var.tags,\n  )\n}\n";
    let yaml = ("a: 1\nb: 2\nc: 3\n", "c: 3\n");
    for (path, (base, head), committed, said) in [
        ("main.tf", (tf, tf.replace("x = 1", "x = 2").as_str()), true, Some("Second")),
        ("a.yaml", yaml, true, Some("Second")),
        ("a.yaml", yaml, false, None),
    ] {
        let mut world = World::new();
        world.commit(10, "First", &[(path, "{ x = 1 },\n")]);
        world.commit(20, "Second", &[(path, "    { x = 2 },\n")]);
        for commit in &mut world.commits {
            commit.files.iter_mut().for_each(|touched| touched.removed = 1);
        }
        if !committed {
            world.uncommitted.insert(path.into());
        }
        world.evidence = crate::evidence::read(vec![file(path, base, head).0], &crate::evidence::kinds::Overrides::default());
        let document = world.document();
        assert_eq!(document.technical.configuration_changes[0].description.as_deref(), said, "{path} {committed}");
    }
}

#[test]
fn the_schema_of_an_interface_is_told_by_its_keys() {
    let base = "info:\n  version: 1.2.0\npaths:\n  /rooms:\n    get:\n      operationId: listRooms\n";
    let head = base.replace("1.2.0", "1.3.0") + "  /rooms/{id}:\n    get:\n      operationId: getRoom\n";
    let mut world = World::new();
    world.evidence = crate::evidence::read(vec![file("openapi.yaml", base, &head).0], &crate::evidence::kinds::Overrides::default());
    let document = world.document();
    let change = &document.technical.configuration_changes[0];
    let keys: Vec<&str> = change.changes.iter().map(|key| key.key.as_str()).collect();
    assert_eq!(keys, ["info.version", "paths./rooms/{id}.get.operationId"], "{change:?}");
    let page = crate::render::render(&document, None).expect("it renders");
    assert!(page.contains("**File**: `openapi.yaml:2`") && !page.contains("1 schema"), "{page}");
}

/// The outputs of a notebook are no code; what is code comes first.
#[test]
fn a_notebook_that_only_ran_again_tells_nothing() {
    let notebook = |run: u32, source: &str| {
        let cell = format!(
            "  {{\n   \"cell_type\": \"code\",\n   \"execution_count\": {run},\n   \"metadata\": {{}},\n   \"outputs\": [],\n   \"source\": [\n    \"{source}\"\n   ]\n  }}\n"
        );
        format!("{{\n \"cells\": [\n{cell} ],\n \"metadata\": {{}},\n \"nbformat\": 4\n}}\n")
    };
    for (head, remark) in [(notebook(7, "x = 1"), Some("no line of its code changed")), (notebook(7, "x = 2"), None)] {
        let mut world = World::new();
        let files = vec![file("a.ipynb", &notebook(1, "x = 1"), &head).0, file("b.py", "y = 1\n", "y = 2\n").0];
        world.evidence = crate::evidence::read(files, &crate::evidence::kinds::Overrides::default());
        let document = world.document();
        let changes = &document.technical.code_changes;
        let found = changes.iter().find(|change| change.path == "a.ipynb".into()).expect("it is listed");
        assert_eq!(found.remark.as_deref(), remark);
        assert_eq!(changes[0].path == "b.py".into(), remark.is_some(), "{changes:?}");
    }
}

#[test]
fn keys_are_not_all_that_changed() {
    let base = "plugins {\n  id 'a'\n  id 'b'\n}\nandroid {\n  files(get('x.txt'), 'y')\n}\n";
    for (head, remark) in [
        (base.replace("  id 'b'\n", ""), None),
        (base.replace("  id 'b'\n", "").replace("x.txt", "z.txt"), Some("other lines changed, too (+1 −1)")),
    ] {
        let mut world = World::new();
        world.evidence = crate::evidence::read(vec![file("build.gradle", base, &head).0], &crate::evidence::kinds::Overrides::default());
        let change = &world.document().technical.configuration_changes[0];
        assert_eq!((change.remark.as_deref(), change.changes.len()), (remark, 1), "{head}");
    }
}

/// The headings' times go up: what is noted after the last commit stands where that commit stands.
#[test]
fn a_note_after_the_last_commit() {
    let mut world = World::new();
    world.commit(20, "One", &[]);
    world.note(30, None, "between");
    world.commit(40, "Two", &[]);
    world.note(50, None, "after");
    let document = world.document();
    let headings: Vec<&str> =
        document.timeline.iter().filter(|entry| entry.kind == EntryKind::Note).map(|entry| entry.heading.as_str()).collect();
    assert_eq!(headings, ["Solution Attempted", "Resolution Achieved"]);
}

#[test]
fn reasons_for_not_reading_are_said_once() {
    let mut world = World::new();
    for (path, category) in [("a.js", Category::Code), ("b.js", Category::Code), ("v.min.js", Category::Generated)] {
        let mut change = file(path, "", "x\n");
        (change.1.category, change.1.code.skipped) = (category, Some("minified".to_owned()));
        world.change(change);
    }
    assert_eq!(world.document().derived.notices, ["Definitions of `a.js`, `b.js` were not read: minified."]);
}

#[test]
fn licences_are_no_artifacts() {
    let mut world = World::new();
    for path in ["LICENSE-MIT", "doc/COPYING", "docs/list.txt", "docs/guide.md"] {
        let mut change = file(path, "", "x\n");
        change.1.category = Category::Docs;
        world.change(change);
    }
    let document = world.document();
    let paths: Vec<String> = document.artifacts.iter().map(|artifact| artifact.path.to_string()).collect();
    assert_eq!(paths, ["docs/guide.md"]);
}

#[test]
fn a_switch_after_a_dead_end_comes_after_it() {
    let mut world = World::new();
    world.commit(20, "Try", &[("a.rs", "one\n")]);
    let lost = world.commits.remove(0).commit;
    world.dead_ends = vec![(lost.clone(), AbandonReason::Unreferenced)];
    world.attribution = Some(Attribution {
        dead_ends: vec![DeadEnd { id: lost.id, subject: "Try".into(), reason: AbandonReason::Unreferenced }],
        foreign_moves: vec![ForeignMove {
            place: 0,
            at: Some(at(30)),
            what: MoveKind::Switch,
            from: Some(lost.id),
            to: lost.tree,
            brought: Brought::default(),
            name: "work".into(),
            open: false,
        }],
        ..attribution()
    });
    let document = world.document();
    let told = document.timeline.iter().filter(|entry| matches!(entry.kind, EntryKind::DeadEnd | EntryKind::Move));
    let told: Vec<_> = told.map(|entry| (&entry.kind, entry.heading.as_str())).collect();
    assert_eq!(told, [(&EntryKind::DeadEnd, "Solution Attempted"), (&EntryKind::Move, "Solution Attempted")]);
}
