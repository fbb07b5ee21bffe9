//! Under which of the template's headings what happened stands, and that their times go up.

use serde_json::json;

use super::runs::ran;
use super::*;
use crate::event::{Ran, Results};
use crate::session::Statement;

const PHASES: [&str; 5] = ["Discovery", "Investigation", "Root cause", "Solution", "Resolution"];

/// "Solution: 09:22 commit Take a lock" of all but start and stop.
fn told(world: &World) -> Vec<String> {
    let phase = |heading: &str| super::super::HEADINGS.iter().position(|(_, known)| *known == heading).map_or("", |at| PHASES[at]);
    let document = world.document();
    let entries = document.timeline.iter().filter(|entry| !matches!(entry.kind, EntryKind::Start | EntryKind::Stop));
    entries.map(|entry| format!("{} {} {}: {}", phase(&entry.heading), entry.at.format("%H:%M"), entry.kind, entry.text)).collect()
}

fn mark(world: &mut World, minutes: i64, state: &str) {
    let value = json!([{"at": at(minutes).to_rfc3339(), "state": state}]);
    world.session.said.push(Statement { id: format!("m{minutes}"), at: at(minutes), by: None, field: "impact.marks".into(), value });
}

/// A test run on a tree from which these files changed until the end.
fn test(world: &mut World, minutes: i64, tree: &str, exit_code: i32, changed: &[&str]) {
    let failed = u32::from(exit_code != 0);
    let results = Results { runner: "pytest".into(), passed: Some(2 - failed), failed: Some(failed), ..Results::default() };
    world.ran(Ran { results: Some(results), tree: Some(Oid::new(tree)), ..ran(minutes, "pytest", exit_code) });
    world.differ(tree, &"b".repeat(40), changed);
}

fn switch(world: &mut World, minutes: i64) {
    let (what, name) = (MoveKind::Switch, "main".to_owned());
    let to = Oid::new("d".repeat(40));
    let step =
        ForeignMove { place: 0, at: Some(at(minutes)), what, from: None, to, brought: Brought { others: 0, own: 0 }, name, open: false };
    world.attribution = Some(Attribution { foreign_moves: vec![step], ..attribution() });
}

#[test]
fn up_again_before_the_last_change_was_a_stopgap() {
    let mut world = World::new();
    mark(&mut world, 2, "down");
    test(&mut world, 2, &"b".repeat(40), 1, &["a.py"]);
    mark(&mut world, 5, "up");
    test(&mut world, 25, "g", 0, &["c.md"]);
    world.differ(&"b".repeat(40), "g", &["a.py"]);
    world.commit(27, "fix: lasting", &[("a.py", "b\n")]);
    world.commit(32, "docs: tell", &[("c.md", "c\n")]);
    world.change(file("a.py", "a\n", "b\n"));
    assert_eq!(
        told(&world),
        [
            "Investigation 09:04 run: `pytest`: 1 of 2 fails",
            "Investigation 09:04 impact: Down, as marked.",
            "Solution 09:07 impact: Up again, as marked.",
            "Resolution 09:27 run: `pytest`: all 2 pass (failed at 09:04; between the two: changes in `a.py`)",
            "Resolution 09:29 commit: fix: lasting",
            "Resolution 09:34 commit: docs: tell",
        ]
    );
    world.session.said.retain(|said| said.id != "m5");
    mark(&mut world, 40, "up");
    assert!(told(&world).contains(&"Resolution 09:42 impact: Up again, as marked.".to_owned()), "{:?}", told(&world));
}

#[test]
fn what_only_happens_after_a_resolution_attempts_nothing() {
    let mut world = World::new();
    world.commit(20, "fix: b", &[("a.py", "b\n")]);
    switch(&mut world, 30);
    assert_eq!(told(&world), ["Resolution 09:22 commit: fix: b", "Resolution 09:32 move: switched to `main`"]);
    switch(&mut world, 10);
    assert_eq!(told(&world), ["Investigation 09:12 move: switched to `main`", "Resolution 09:22 commit: fix: b"]);
}

#[test]
fn a_run_of_code_that_lasted_is_no_search() {
    for (tree, changed, cause_at, wanted) in [
        ("new", &[][..], None, "Solution"),
        // the very files of the start
        (&"b".repeat(40)[..], &[], None, "Investigation"),
        // all that lasted came later
        ("new", &["a.rs"], None, "Investigation"),
        ("new", &[], Some(40), "Investigation"),
    ] {
        let mut world = World::new();
        world.change(file("a.rs", "", "fn a() {}\n"));
        test(&mut world, 10, tree, 0, changed);
        cause_at.into_iter().for_each(|minutes| world.note(minutes, Some(Phase::RootCause), "It was never written"));
        let told = told(&world);
        assert!(told[0].starts_with(wanted), "{tree} {changed:?}: {told:?}");
    }
}

#[test]
fn looks_at_systems_before_anything_was_changed_are_an_investigation() {
    let mut world = World::new();
    for (minutes, command) in
        [(1, "psql -h db.internal -c 'select 1'"), (3, "redis-cli -h c.internal info"), (20, "ssh web1 uptime"), (21, "ls -l")]
    {
        world.ran(ran(minutes, command, 0));
    }
    world.commit(30, "Tune", &[("a.conf", "a\n")]);
    world.ran(ran(40, "ssh web1 uptime", 0));
    let told = told(&world);
    let expected = [
        "Investigation 09:03 command: looked at db.internal, c.internal (2 commands)",
        "Investigation 09:22 command: `ssh web1 uptime`",
        "Resolution 09:32 commit: Tune",
    ];
    assert_eq!(told, expected);
}

#[test]
fn statements_of_a_file_on_a_database_are_told() {
    let mut world = World::new();
    for (minutes, command) in [(1, "psql -h db.internal shop -f fix.sql"), (2, "psql shop -f local.sql"), (3, "nginx -s reload")] {
        world.ran(ran(minutes, command, 0));
    }
    let told = told(&world);
    let expected = ["Investigation 09:03 command: `psql -h db.internal shop -f fix.sql`", "Solution 09:05 command: `nginx -s reload`"];
    assert_eq!(told, expected);
}

#[test]
fn a_command_comes_right_whatever_number_it_is_given() {
    let mut world = World::new();
    for (minutes, command, code) in
        [(1, "gh run watch 81", 1), (3, "gh run watch 82", 1), (5, "gh run view 83", 0), (9, "gh run watch 84", 0)]
    {
        world.ran(ran(minutes, command, code));
    }
    let texts: Vec<String> =
        world.document().timeline.into_iter().filter(|entry| entry.kind == EntryKind::Command).map(|entry| entry.text).collect();
    let last = "`gh run watch 84`: succeeded (`gh run watch 82`: exit code 1 at 09:05)";
    assert_eq!(
        texts.iter().filter(|text| text.contains("watch")).collect::<Vec<_>>(),
        ["`gh run watch 81`: exit code 1", "`gh run watch 82`: exit code 1", last]
    );
}

#[test]
fn of_runs_in_one_second_the_later_one_is_the_last() {
    let mut world = World::new();
    test(&mut world, 5, "early", 0, &["a.js"]);
    test(&mut world, 5, "late", 0, &[]);
    world.session.runs[1].ran.command = "npm test".into();
    let summary = world.document().derived.summary.expect("facts");
    assert!(summary.ends_with("`npm test` passed at 09:07 (2 tests)."), "{summary}");
}
