//! Pauses, a forgotten stop, and where the time went.

use crate::world::World;

#[test]
fn pauses_do_not_count() {
    let mut world = World::new();
    world.ok(&["start", "Away"]);
    assert_eq!(world.journal(&["resume"]).code, 4);
    world.later(10).ok(&["pause"]);
    let again = world.journal(&["pause"]);
    assert_eq!(again.code, 4);
    assert!(again.stderr.contains("since 09:10"), "{}", again.stderr);
    assert_eq!(world.later(5).ok(&["status", "--format", "json"]).json()["paused"], true);
    world.later(15).ok(&["resume"]);
    world.later(10).ok(&["pause"]);
    let document = world.later(20).stop();
    assert_eq!((&document["active_seconds"], &document["paused_seconds"]), (&1200.into(), &2400.into()));
    let text = world.journal_text();
    assert!(text.contains("09:00 - 10:00 (1 hour, 40 minutes of them paused)"), "{text}");
    assert!(text.contains("Paused until 09:30."), "{text}");
}

#[test]
fn a_forgotten_stop_is_noticed_and_can_be_dated_back() {
    let mut world = World::new();
    world.ok(&["start", "Forgotten"]);
    world.later(30).ok(&["note", "Nearly there"]);
    world.edit("src/lib.rs", "    1\n", "    11\n");
    let early = world.later(180).journal(&["stop", "--at", "09:20"]);
    assert_eq!(early.code, 2);
    assert!(
        early.stderr.contains("something was recorded at 09:30") && early.stderr.contains("journal stop --at 09:30"),
        "{}",
        early.stderr
    );
    let document = world.ok(&["stop", "--at", "09:40", "--format", "json"]).json();
    assert_eq!((&document["ended_at"], &document["active_seconds"]), (&"2026-11-22T09:40:00+01:00".into(), &2400.into()));

    world.ok(&["start", "Again"]);
    let said = world.later(120).ok(&["stop"]);
    assert!(said.stderr.contains("journal stop --at 12:30"), "{}", said.stderr);
}

#[test]
fn the_time_is_divided_by_noted_phases_or_by_activity_or_not_at_all() {
    let mut world = World::new();
    world.ok(&["start", "Few"]);
    let few = world.later(30).stop();
    assert_eq!((&few["metrics"]["time"]["rule"], &few["metrics"]["time"]["investigation"]), (&"too_few".into(), &serde_json::Value::Null));
    assert!(world.journal_text().contains("**Time breakdown**: 30 minutes in all; too few events"), "{}", world.journal_text());

    world.ok(&["start", "Phases"]);
    world.later(20).ok(&["note", "It is the lock", "--phase", "root-cause"]);
    world.later(25).ok(&["note", "It holds", "--phase", "resolution"]);
    let time = world.later(5).stop()["metrics"]["time"].clone();
    assert_eq!(
        (&time["investigation"], &time["solution"], &time["other"], &time["testing"]),
        (&20.into(), &25.into(), &5.into(), &serde_json::Value::Null)
    );

    world.ok(&["start", "Activity"]);
    for minutes in [5, 5, 5, 5, 40, 5, 5, 5, 5, 5] {
        world.later(minutes).ok(&["note", "a step"]);
    }
    let document = world.later(5).stop();
    let time = &document["metrics"]["time"];
    assert_eq!((&time["rule"], &time["investigation"], &time["other"]), (&"activity".into(), &50.into(), &40.into()));
}
