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

/// The timeline's texts but for start and stop, as the document and as the page have them.
fn timeline_texts(world: &World) -> Vec<String> {
    let document = world.stop();
    let entries = document["timeline"].as_array().expect("a timeline").iter();
    let told = entries.filter(|entry| !["start", "stop"].contains(&entry["kind"].as_str().unwrap_or_default()));
    told.map(|entry| entry["text"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn what_happens_in_one_second_is_told_in_its_order() {
    for hooks in [false, true] {
        let world = World::new();
        if hooks {
            world.ok(&["hook", "install"]);
        }
        world.ok(&["start", "Quick"]);
        world.ok(&["note", "a first guess"]);
        world.edit("src/lib.rs", "    1\n", "    11\n");
        world.journal(&["run", "--purpose", "Look", "--", "false"]);
        world.commit("Guess");
        world.ok(&["note", "no help"]);
        world.git(&["switch", "-q", "-c", "other", "HEAD~1"]);
        world.ok(&["run", "--purpose", "Look there", "--", "true"]);
        world.git(&["switch", "-q", "main"]);
        world.edit("src/lib.rs", "    11\n", "    12\n");
        world.commit("Solve");
        world.ok(&["note", "it holds"]);
        assert_eq!(
            timeline_texts(&world),
            [
                "a first guess", "Look: `false`: exit code 1", "Guess", "no help", "switched to `other`", "Look there: `true`",
                "switched to `main`", "Solve", "it holds",
            ],
            "hooks: {hooks}"
        );
    }
}

#[test]
fn a_commit_whose_date_cannot_be_is_told_where_it_was_made() {
    let mut world = World::new();
    world.ok(&["start", "Odd clocks"]);
    let mut commit = |subject: &str, date: &str| {
        world.later(10).ok(&["note", &format!("before {subject}")]);
        world.write("notes.txt", subject);
        world.git(&["add", "-A"]);
        let mut git = world.command("git", &world.repo);
        assert!(git.args(["commit", "-q", "-m", subject]).env("GIT_COMMITTER_DATE", date).status().expect("git runs").success());
    };
    commit("ahead", "2031-01-01T00:00:00+01:00");
    commit("behind", "@100000000 +0000");
    commit("right", "2026-11-22T09:30:00+01:00");
    assert_eq!(timeline_texts(world.later(10)), ["before ahead", "ahead", "before behind", "behind", "before right", "right"]);
    let commits: Vec<String> = world.ok(&["show", "--format", "json"]).json()["commits"]
        .as_array()
        .expect("commits")
        .iter()
        .map(|commit| format!("{} {}", commit["at"].as_str().unwrap_or_default(), commit["dated"]))
        .collect();
    assert_eq!(
        commits,
        [
            "2026-11-22T09:10:00+01:00 \"2031-01-01T00:00:00+01:00\"",
            "2026-11-22T09:20:00+01:00 \"1973-03-03T10:46:40+01:00\"",
            "2026-11-22T09:30:00+01:00 null",
        ]
    );
    assert!(world.journal_text().contains("dated 2031-01-01 00:00"), "{}", world.journal_text());
    let check = world.journal(&["check"]);
    assert!(check.code == 0 && !check.stdout.contains("error"), "{}{}", check.stdout, check.stderr);
}
