//! Commands and test runs of small sessions.

use super::*;
use crate::event::{Ran, Results, Via};
use crate::evidence::proof::{Changed, Differences};
use crate::session::Run;

pub(super) fn ran(minutes: i64, command: &str, exit_code: i32) -> Ran {
    Ran {
        command: command.to_owned(),
        attachment: None,
        cwd: String::new(),
        started: at(minutes),
        seconds: 2.5,
        exit_code: Some(exit_code),
        signal: None,
        via: Via::Run,
        purpose: None,
        system: None,
        tree: None,
        tail: None,
        results: None,
    }
}

fn counted(passed: u32, failed: u32) -> Option<Results> {
    let failing = if failed > 0 { vec!["Suite::case_s3cret".to_owned()] } else { Vec::new() };
    let message = (failed > 0).then(|| "2 is *not* 1".to_owned());
    Some(Results { runner: "PHPUnit".into(), passed: Some(passed), failed: Some(failed), failing, message, ..Results::default() })
}

impl World {
    pub(super) fn ran(&mut self, ran: Ran) {
        let id = format!("r{}", self.session.runs.len());
        self.session.runs.push(Run { id, ran });
    }

    /// A test run on a tree.
    pub(super) fn test_on(&mut self, tree: &str, exit_code: i32) {
        let failed = u32::from(exit_code != 0);
        self.ran(Ran { results: counted(2, failed), tree: Some(Oid::new(tree)), ..ran(5, "tools/phpunit", exit_code) });
    }

    /// A red and a green run of one command, each on a tree of its own.
    fn red_to_green(&mut self) {
        self.ran(Ran { results: counted(2, 1), tree: Some(Oid::new("r")), ..ran(29, "tools/phpunit", 1) });
        self.commit(50, "Take a lock", &[("lock.rs", "lock\n")]);
        self.ran(Ran { results: counted(3, 0), tree: Some(Oid::new("g")), ..ran(106, "tools/phpunit", 0) });
    }

    pub(super) fn differ(&mut self, base: &str, head: &str, paths: &[&str]) {
        let changed = |path: &&str| Changed { path: (*path).into(), documentation: path.ends_with(".md") };
        let pair = (Oid::new(base), Oid::new(head));
        let old = std::mem::take(&mut self.pairs);
        self.pairs = old.into_iter().chain([(pair, paths.iter().map(changed).collect())]).collect();
        self.differences = Differences::new(self.pairs.clone());
    }
}

fn texts(document: &Document, kind: EntryKind) -> Vec<String> {
    document.timeline.iter().filter(|entry| entry.kind == kind).map(|entry| entry.text.clone()).collect()
}

#[test]
fn red_to_green_is_told_with_what_changed_between() {
    let mut world = World::new();
    world.red_to_green();
    let end = "b".repeat(40);
    world.differ("r", "g", &["lock.rs", "queue.yaml"]);
    world.differ("r", &end, &["lock.rs", "queue.yaml", "late.rs"]);
    world.differ("g", &end, &["late.rs"]);
    let document = world.document();
    let runs = &document.testing.runs;
    assert_eq!(runs.iter().map(|run| (run.passed, run.failed, run.stale)).collect::<Vec<_>>().len(), 2);
    assert_eq!((runs[1].stale, runs[1].freshness), (Some(true), Some(Freshness::Stale)));
    assert_eq!(runs[1].changed_since, ["late.rs".into()]);
    let turn = runs[1].turn.as_ref().expect("it became green");
    assert_eq!((turn.kind, turn.failed, turn.paths.as_slice()), (TurnKind::Fixed, Some(1), &["queue.yaml".into()][..]));
    assert_eq!(
        texts(&document, EntryKind::Run),
        [
            "`tools/phpunit`: 1 of 3 fails, `Suite::case_(password, masked)`",
            "`tools/phpunit`: all 3 pass (failed at 09:31; between the two: `1000000`, changes in `queue.yaml`)",
        ]
    );
    let headings: Vec<&str> = document.timeline.iter().filter(|e| e.kind == EntryKind::Run).map(|e| e.heading.as_str()).collect();
    assert_eq!(headings, ["Investigation Phase", "Resolution Achieved"]);
    let summary = document.derived.summary.expect("a summary");
    assert!(
        summary.ends_with(" `tools/phpunit` failed at 09:31 and passes since 10:48 (3 tests), before the last changed file."),
        "{summary}"
    );
    let manifested = "`Suite::case_(password, masked)` failed at 09:31: \"2 is \\*not\\* 1\"";
    assert_eq!(document.derived.manifested.as_deref(), Some(manifested));
    assert_eq!(document.technical.commands.len(), 2);
}

#[test]
fn freshness_is_told_only_where_it_is_known() {
    for (paths, freshness, stale) in [
        (Some(&[][..]), Some(Freshness::Fresh), Some(false)),
        (Some(&["README.md"][..]), Some(Freshness::Documentation), Some(false)),
        (Some(&["README.md", "a.rs"][..]), Some(Freshness::Stale), Some(true)),
        (None, None, None),
    ] {
        let mut world = World::new();
        world.ran(Ran { results: counted(3, 0), tree: Some(Oid::new("t")), ..ran(10, "make test", 0) });
        if let Some(paths) = paths {
            world.differ("t", &"b".repeat(40), paths);
        }
        let run = world.document().testing.runs.remove(0);
        assert_eq!((run.freshness, run.stale), (freshness, stale), "{paths:?}");
    }
}

#[test]
fn what_was_undone_after_a_run_is_no_changed_file() {
    for (changed, expected) in [
        (
            false,
            "No file was changed and no commit made on `main`. `make test` failed at 09:12: exit code 2, with changes that were undone afterwards.",
        ),
        (true, "No commit, 1 file (+1 −0) on `main`. `make test` failed at 09:12: exit code 2, before the last changed file."),
    ] {
        let mut world = World::new();
        world.ran(Ran { tree: Some(Oid::new("t")), ..ran(10, "make test", 2) });
        world.differ("t", &"b".repeat(40), &["a.rs"]);
        if changed {
            world.change(file("a.rs", "", "fn a() {}\n"));
        }
        assert_eq!(world.document().derived.summary.as_deref(), Some(expected));
    }
}

#[test]
fn what_fails_at_the_end_is_told_and_nothing_is_called_a_pass_that_is_none() {
    let mut world = World::new();
    world.ran(Ran { results: counted(3, 0), ..ran(10, "make test", 0) });
    world.ran(Ran { results: counted(1, 2), ..ran(20, "make test", 2) });
    world.ran(Ran { results: counted(0, 0), ..ran(30, "make test", 0) });
    let document = world.document();
    assert!(document.derived.summary.expect("a summary").contains("`make test` failed at 09:22: 2 of 3 fail"));
    assert_eq!(document.testing.runs[2].outcome, Some(Outcome::NoTests));
    assert_eq!(document.testing.runs[1].turn.as_ref().map(|turn| turn.kind), Some(TurnKind::Broke));
    assert!(document.timeline.iter().all(|entry| entry.kind != EntryKind::Run || entry.heading != "Resolution Achieved"));
}

#[test]
fn the_same_tree_with_another_outcome_is_flaky() {
    let mut world = World::new();
    world.ran(Ran { results: counted(2, 1), tree: Some(Oid::new("t")), ..ran(10, "make test", 1) });
    world.ran(Ran { results: counted(3, 0), tree: Some(Oid::new("t")), ..ran(20, "make test", 0) });
    let document = world.document();
    assert!(document.testing.runs.iter().all(|run| run.flaky));
    assert!(texts(&document, EntryKind::Run)[1].contains("flaky"), "{:?}", texts(&document, EntryKind::Run));
    assert!(!document.derived.summary.expect("a summary").contains("passes since"));
}

#[test]
fn what_was_stated_is_not_called_observed() {
    let mut world = World::new();
    world.ran(Ran { results: counted(3, 0), via: Via::Hand, exit_code: None, ..ran(10, "click through the shop", 0) });
    let document = world.document();
    assert_eq!((document.testing.runs[0].source, document.testing.runs[0].outcome), (Source::Stated, Some(Outcome::Passed)));
    assert!(texts(&document, EntryKind::Run)[0].contains("as stated"));
    assert!(document.technical.commands.is_empty());
    world.ran(Ran { via: Via::Hand, exit_code: None, purpose: Some("Free the queue".into()), ..ran(20, "redis-cli flushdb", 0) });
    let document = world.document();
    assert_eq!((document.testing.runs.len(), document.technical.commands[0].source), (1, Source::Stated));
    assert_eq!(texts(&document, EntryKind::Command), ["Free the queue: `redis-cli flushdb`, as stated"]);
}

#[test]
fn of_other_commands_the_timeline_tells_failures_and_purposes() {
    let mut world = World::new();
    world.ran(ran(1, "ls", 0));
    world.ran(Ran { purpose: Some("Look at *it*".into()), ..ran(2, "cat log", 0) });
    world.ran(ran(3, "deploy --key s3cret", 4));
    world.ran(ran(4, "deploy --key s3cret", 4));
    world.ran(Ran { exit_code: None, signal: Some(2), ..ran(5, "tail -f log", 0) });
    world.ran(Ran { exit_code: None, ..ran(6, "sl", 0) });
    let document = world.document();
    assert_eq!(texts(&document, EntryKind::Command), ["Look at \\*it\\*: `cat log`", "`deploy --key (password, masked)`: exit code 4"]);
    let commands = &document.technical.commands;
    assert_eq!(commands.iter().map(|c| c.exit_code).collect::<Vec<_>>(), [Some(0), Some(0), Some(4), Some(4), None, None]);
    assert_eq!((commands[0].cwd.as_deref(), commands[4].signal), (Some("."), Some(2)));
    assert!(commands.iter().all(|command| !command.command.contains("s3cret")));
}

#[test]
fn a_commit_in_the_second_of_the_red_run_lies_between_where_the_trees_say_so() {
    let mut world = World::new();
    world.ran(Ran { results: counted(2, 1), tree: Some(Oid::new("r")), ..ran(50, "tools/phpunit", 1) });
    world.commit(50, "Take a lock", &[("lock.rs", "lock\n")]);
    world.commit(50, "Tidy", &[("old.rs", "old\n")]);
    world.ran(Ran { results: counted(3, 0), tree: Some(Oid::new("g")), ..ran(60, "tools/phpunit", 0) });
    world.differ("r", "g", &["lock.rs"]);
    let said = &texts(&world.document(), EntryKind::Run)[1];
    assert!(said.ends_with("between the two: `1000000`)"), "{said}");
}

#[test]
fn what_others_changed_between_two_runs_is_told_apart() {
    let mut world = World::new();
    world.ran(Ran { results: counted(2, 1), tree: Some(Oid::new("r")), ..ran(20, "tools/phpunit", 1) });
    world.ran(Ran { results: counted(3, 0), tree: Some(Oid::new("g")), ..ran(60, "tools/phpunit", 0) });
    world.differ("r", "g", &["mine.rs", "theirs.rs"]);
    world.change(file("mine.rs", "fn a() {}\n", "fn b() {}\n"));
    let told = |world: &World| texts(&world.document(), EntryKind::Run)[1].clone();
    assert!(told(&world).ends_with("between the two: changes in `mine.rs`, `theirs.rs`)"), "{}", told(&world));
    let to = Oid::new("b".repeat(40));
    world.attribution = Some(Attribution {
        foreign_moves: vec![ForeignMove {
            place: 0,
            at: Some(at(30)),
            what: MoveKind::Pull,
            from: Some(Oid::new("a".repeat(40))),
            to,
            brought: Brought { others: 2, own: 0 },
            name: String::new(),
            open: false,
        }],
        ..attribution()
    });
    let theirs = "between the two: changes in `mine.rs`, changes that came from elsewhere in `theirs.rs`)";
    assert!(told(&world).ends_with(theirs), "{}", told(&world));
    // a file of the user's own that went meanwhile is nobody else's
    world.pairs.clear();
    world.differ("r", "g", &["mine.rs", "theirs.rs", "todo.txt"]);
    world.differ(&"a".repeat(40), &"b".repeat(40), &["theirs.rs"]);
    let theirs = "between the two: changes in `mine.rs`, `todo.txt`, changes that came from elsewhere in `theirs.rs`)";
    assert!(told(&world).ends_with(theirs), "{}", told(&world));
}

#[test]
fn a_commit_that_was_put_on_work_of_others_is_as_it_was_made() {
    let mut world = World::new();
    world.ran(Ran { results: counted(2, 1), tree: Some(Oid::new("r")), ..ran(20, "tools/phpunit", 1) });
    world.commit(30, "Mend it", &[("m.rs", "x\n")]);
    world.ran(Ran { results: counted(3, 0), tree: Some(Oid::new("g")), ..ran(60, "tools/phpunit", 0) });
    world.differ("r", "g", &["m.rs"]);
    world.differ("g", &"c".repeat(40), &["m.rs"]);
    let told = |world: &World| texts(&world.document(), EntryKind::Run)[1].clone();
    assert!(told(&world).ends_with("between the two: `1000000`, changes in `m.rs`)"), "{}", told(&world));
    world.commits[0].replaced = vec![Oid::new("e".repeat(40))];
    let pulled = ForeignMove {
        place: 0,
        at: Some(at(80)),
        what: MoveKind::Pull,
        from: None,
        to: Oid::new("d".repeat(40)),
        brought: Brought { others: 1, own: 0 },
        name: String::new(),
        open: false,
    };
    world.attribution = Some(Attribution { foreign_moves: vec![pulled], ..attribution() });
    assert!(told(&world).ends_with("between the two: `1000000`)"), "{}", told(&world));
}

#[test]
fn a_rename_between_two_runs_is_its_commits() {
    let mut world = World::new();
    world.ran(Ran { results: counted(2, 1), tree: Some(Oid::new("r")), ..ran(20, "tools/phpunit", 1) });
    world.commit(30, "Rename it", &[("new.rs", "x\n")]);
    world.commits[0].files[0].old_path = Some("old.rs".into());
    world.ran(Ran { results: counted(3, 0), tree: Some(Oid::new("g")), ..ran(60, "tools/phpunit", 0) });
    world.differ("r", "g", &["new.rs", "old.rs"]);
    let said = &texts(&world.document(), EntryKind::Run)[1];
    assert!(said.ends_with("between the two: `1000000`)"), "{said}");
}

#[test]
fn a_run_and_a_commit_of_one_second_stand_in_their_order() {
    for (places, lacks, order) in [
        (None, &[][..], [EntryKind::Commit, EntryKind::Run]),
        (None, &["lock.rs"], [EntryKind::Run, EntryKind::Commit]),
        (Some((1, 2)), &[], [EntryKind::Run, EntryKind::Commit]),
        (Some((2, 1)), &["lock.rs"], [EntryKind::Commit, EntryKind::Run]),
    ] {
        let mut world = World::new();
        world.commit(50, "Take a lock", &[("lock.rs", "lock\n")]);
        world.ran(Ran { results: counted(3, 0), tree: Some(Oid::new("r")), ..ran(50, "tools/phpunit", 0) });
        world.differ("r", &"b".repeat(40), lacks);
        if let Some((run, commit)) = places {
            let (id, made) = (world.session.runs[0].id.clone(), world.commits[0].commit.id.to_string());
            world.session.order.extend([(id, run), (made, commit)]);
        }
        let document = world.document();
        let kinds: Vec<EntryKind> = document.timeline.iter().map(|entry| entry.kind.clone()).filter(|kind| order.contains(kind)).collect();
        assert_eq!(kinds, order, "{places:?} {lacks:?}");
    }
}

#[test]
fn a_session_whose_last_test_failed_has_reached_nothing() {
    let mut world = World::new();
    world.commit(40, "One", &[]);
    world.commit(50, "Two", &[]);
    world.ran(Ran { results: counted(2, 1), ..ran(60, "tools/phpunit", 1) });
    world.change(file("a.rs", "", "fn a() {}\n"));
    world.uncommitted.insert("a.rs".into());
    world.stashed = 1;
    let document = world.document();
    let resolution: Vec<&str> =
        document.timeline.iter().filter(|entry| entry.heading == "Resolution Achieved").map(|entry| entry.text.as_str()).collect();
    assert_eq!(resolution, ["Not reached: `tools/phpunit` failed when it last ran."]);
    let left: Vec<&str> = document.derived.unfinished.iter().skip(1).map(|one| one.text.as_str()).collect();
    assert_eq!(left, ["1 changed file not committed: `a.rs`", "1 stash entry made since the start and still there"]);
    world.note(70, Some(Phase::Resolution), "the failure is known");
    assert_eq!(texts(&world.document(), EntryKind::Stop), ["Session stopped."]);
}

#[test]
fn a_session_whose_last_deployment_failed_has_reached_nothing() {
    let apply = "terraform apply -auto-approve";
    for (later, text) in [
        (None, "Not reached: `terraform apply -auto-approve` failed when it last ran."),
        (Some(ran(70, "terraform plan", 0)), "Not reached: `terraform apply -auto-approve` failed when it last ran."),
        (Some(ran(70, apply, 0)), "Session stopped."),
        (Some(Ran { results: counted(2, 0), ..ran(70, "tools/phpunit", 0) }), "Session stopped."),
    ] {
        let mut world = World::new();
        world.commit(40, "One", &[]);
        world.commit(50, "Two", &[]);
        world.ran(ran(60, apply, 1));
        let named = format!("{later:?}");
        later.into_iter().for_each(|ran| world.ran(ran));
        assert_eq!(texts(&world.document(), EntryKind::Stop), [text], "{named}");
    }
}

#[test]
fn where_a_run_stopped_before_any_passed_there_is_no_number_of_them() {
    for (failed, partial, expected) in
        [(1, true, "1 failed, none passed, stopped early"), (1, false, "1 of 1 fails"), (0, true, "no test counted (exit code 2)")]
    {
        let mut world = World::new();
        let results = counted(0, failed).map(|results| Results { partial, ..results });
        world.ran(Ran { results, ..ran(29, "tools/phpunit", 2) });
        let texts: Vec<String> = world.document().timeline.into_iter().map(|entry| entry.text).collect();
        assert!(texts.iter().any(|text| text.contains(expected)), "{texts:?}");
    }
}

#[test]
fn the_run_on_the_final_state_decides_whatever_another_state_gave_later() {
    let end = "b".repeat(40);
    let mut world = World::new();
    world.commit(5, "Half done", &[]);
    world.ran(Ran { results: counted(2, 1), tree: Some(Oid::new(&*end)), ..ran(10, "tools/phpunit", 1) });
    world.ran(Ran { results: counted(3, 0), tree: Some(Oid::new("x")), ..ran(20, "tools/phpunit", 0) });
    world.differ("x", &end, &["a.rs"]);
    let document = world.document();
    assert!(document.derived.summary.expect("a summary").contains("`tools/phpunit` failed at 09:12: 1 of 3 fails"));
    assert_eq!(document.derived.verification, [""; 0]);
    let stop = document.timeline.iter().find(|entry| entry.kind == EntryKind::Stop).expect("it ended");
    assert_eq!(stop.text, "Not reached: `tools/phpunit` failed on these very files.");
    assert!(document.timeline.iter().all(|entry| entry.kind != EntryKind::Run || entry.heading != "Resolution Achieved"));
}

#[test]
fn one_command_in_two_folders_is_two() {
    let end = Some(Oid::new("b".repeat(40)));
    let mut world = World::new();
    for (minute, cwd, results, exit) in [(10, "api", counted(1, 1), 1), (20, "web", counted(4, 0), 0)] {
        world.ran(Ran { cwd: cwd.to_owned(), results, tree: end, ..ran(minute, "npx vitest run", exit) });
    }
    let document = world.document();
    assert!(document.testing.runs.iter().all(|run| !run.flaky && run.turn.is_none()), "{:?}", document.testing.runs);
    let places: Vec<_> = document.technical.key_commands.iter().map(|key| (key.place.as_deref(), key.times)).collect();
    assert_eq!(places, [(Some("in api"), 1), (Some("in web"), 1)]);
    assert_eq!(document.derived.verification, ["`npx vitest run` in web passed at 09:22 (4 tests), on the final state"]);
    assert!(
        texts(&document, EntryKind::Stop)[0].starts_with("Not reached: `npx vitest run` in api failed when it last ran"),
        "{document:?}"
    );
}

#[test]
fn checks_of_health_verify_only_what_came_before_them() {
    let mut world = World::new();
    world.commit(10, "Keep the maximum", &[]);
    for (minute, command, exit) in [
        (5, "curl -fsS https://pay.example.org/healthz", 0),
        (20, "kubectl rollout status deploy/pay", 0),
        (21, "curl -fsS https://pay.example.org/healthz", 0),
        (22, "systemctl is-active pay", 3),
        (23, "curl -sS https://pay.example.org", 0),
    ] {
        world.ran(ran(minute, command, exit));
    }
    assert_eq!(
        world.document().derived.verification,
        [
            "`kubectl rollout status deploy/pay` succeeded at 09:22, after the last change",
            "`curl -fsS https://pay.example.org/healthz` succeeded at 09:23, after the last change",
        ]
    );
}

#[test]
fn what_happened_before_the_start_comes_first() {
    let mut world = World::new();
    world.commit(10, "Fix", &[]);
    world.ran(Ran { results: counted(3, 1), ..ran(-40, "pytest", 1) });
    let document = world.document();
    let run = document.timeline.iter().find(|entry| entry.kind == EntryKind::Run).expect("it is told");
    assert_eq!(run.heading, "Initial Discovery");
}

#[test]
fn a_second_round_goes_on_from_what_did_not_last() {
    let mut world = World::new();
    for (minute, phase, text) in [
        (8, Phase::RootCause, "the cache is cold"),
        (18, Phase::Resolution, "p99 is down"),
        (28, Phase::Investigation, "still there"),
        (38, Phase::RootCause, "DNS is not cached"),
    ] {
        world.note(minute, Some(phase), text);
    }
    let stop = |world: &World| texts(&world.document(), EntryKind::Stop).remove(0);
    assert_eq!(stop(&world), "Not reached: no resolution noted after the cause was looked for again.");
    world.commit(43, "Cache DNS", &[("a.rs", "dns\n")]);
    world.note(45, None, "rolled out");
    assert_eq!(stop(&world), "Session stopped.");
    world.note(58, Some(Phase::Resolution), "gone now");
    let told: Vec<(String, String)> = world.document().timeline.into_iter().map(|entry| (entry.text, entry.heading)).collect();
    let told: Vec<(&str, &str)> =
        told.iter().map(|(text, heading)| (text.as_str(), heading.split(' ').next().unwrap_or_default())).collect();
    assert_eq!(
        told[1..told.len() - 1],
        [
            ("the cache is cold", "Root"),
            ("p99 is down", "Solution"),
            ("still there", "Solution"),
            ("DNS is not cached", "Root"),
            ("Cache DNS", "Solution"),
            ("rolled out", "Solution"),
            ("gone now", "Resolution"),
        ]
    );
}

#[test]
fn a_green_run_that_later_commits_built_on_is_a_step_on_the_way() {
    let end = "b".repeat(40);
    for (files, heading) in [(&["b.rs"][..], "Solution Attempted"), (&["b.md"], "Resolution Achieved"), (&[], "Resolution Achieved")] {
        let mut world = World::new();
        world.red_to_green();
        world.differ("g", &end, files);
        world.commit(107, "Commit what ran", &[("lock.rs", "more\n")]);
        files.iter().for_each(|path| world.commit(110, "Go on", &[(path, "more\n")]));
        let document = world.document();
        let green = document.timeline.iter().rfind(|entry| entry.kind == EntryKind::Run).expect("it is told");
        assert_eq!(green.heading, heading, "{files:?}");
    }
}

#[test]
fn what_failed_after_the_cause_was_known_is_no_symptom() {
    let mut world = World::new();
    world.red_to_green();
    assert!(world.document().derived.manifested.is_some());
    world.note(20, Some(Phase::RootCause), "two workers");
    assert_eq!(world.document().derived.manifested, None);
}

#[test]
fn a_green_run_of_another_spelling_names_the_red_one() {
    let mut world = World::new();
    world.ran(Ran { results: counted(2, 1), ..ran(10, "npx vitest run", 1) });
    world.ran(Ran { results: counted(3, 0), ..ran(20, "npx vitest run -u", 0) });
    let document = world.document();
    let summary = document.derived.summary.expect("a summary");
    assert!(summary.ends_with("`npx vitest run` failed at 09:12; `npx vitest run -u` passes since 09:22 (3 tests)."), "{summary}");
}

#[test]
fn how_it_was_solved_is_told_from_commits() {
    let mut world = World::new();
    world.red_to_green();
    world.commit(110, "Revert", &[]);
    world.commits[0].commit.body = "Signed.\n\nA lock, because two workers\ntake one job.\n\nFixes #1".into();
    let derived = world.document().derived;
    assert_eq!(derived.reason.as_deref(), Some("\"A lock, because two workers take one job.\" (`1000000`)"));
    assert_eq!(derived.steps, ["`1000000` Take a lock; then `tools/phpunit`: all 3 pass", "`2000000` Revert"]);
    world.commits[1].commit.body = format!("This reverts commit {}.", world.commits[0].commit.id);
    let derived = world.document().derived;
    assert_eq!((derived.steps.len(), derived.reason), (0, None), "what was taken back solved nothing");
}

#[test]
fn what_was_tried_again_or_written_anew_is_told() {
    let mut world = World::new();
    let results = Results { retried: Some(1), snapshots: Some(2), coverage: Some("95%".into()), ..counted(3, 0).expect("results") };
    world.ran(Ran { results: Some(results), ..ran(10, "npx playwright test", 0) });
    let document = world.document();
    assert_eq!(
        texts(&document, EntryKind::Run),
        ["`npx playwright test`: all 3 pass, 1 flaky (passed when tried again), 2 snapshots updated, coverage 95%"]
    );
    assert_eq!((document.testing.runs[0].retried, document.testing.runs[0].snapshots), (Some(1), Some(2)));
}

#[test]
fn a_single_commit_is_what_was_achieved() {
    let mut world = World::new();
    world.commit(30, "Take a lock", &[("lock.rs", "lock\n")]);
    let document = world.document();
    let commit = document.timeline.iter().find(|entry| entry.kind == EntryKind::Commit).expect("it is told");
    assert_eq!(commit.heading, "Resolution Achieved");
}

#[test]
fn a_run_belongs_to_the_commit_that_has_what_it_ran_on() {
    let mut world = World::new();
    let commit = |world: &mut World, minutes, subject: &str, tree: &str| {
        world.commit(minutes, subject, &[("csv.rs", "one\n")]);
        world.commits.last_mut().expect("a commit").commit.tree = Oid::new(tree);
    };
    let test = |minutes, failed, tree: &str| Ran {
        results: counted(2, failed),
        tree: Some(Oid::new(tree)),
        ..ran(minutes, "tools/phpunit", i32::from(failed > 0))
    };
    world.ran(test(10, 1, "red"));
    commit(&mut world, 20, "Read CSV", "red");
    world.ran(test(30, 1, "try"));
    world.ran(test(40, 0, "green"));
    commit(&mut world, 50, "Quoted fields", "green");
    world.change(file("csv.rs", "", "two\n"));
    let end = "b".repeat(40);
    for (base, head, paths) in [
        ("red", "green", &["csv.rs"][..]),
        ("red", "try", &["csv.rs"]),
        ("try", "green", &["csv.rs"]),
        ("red", &end, &["csv.rs"]),
        ("try", &end, &["csv.rs"]),
        ("green", &end, &[]),
    ] {
        world.differ(base, head, paths);
    }
    let document = world.document();
    let failed = "1 of 3 fails, `Suite::case_(password, masked)`";
    assert_eq!(
        document.derived.steps,
        [format!("`1000000` Read CSV; `tools/phpunit`: {failed}"), "`2000000` Quoted fields; `tools/phpunit`: all 2 pass".to_owned()]
    );
    let runs = &document.testing.runs;
    let on: Vec<Option<&Oid>> = runs.iter().map(|run| run.commit.as_ref()).collect();
    assert_eq!(on, [Some(&world.commits[0].commit.id), None, Some(&world.commits[1].commit.id)]);
    let turn = runs[2].turn.as_ref().expect("it became green");
    assert_eq!((turn.commits.len(), turn.paths.as_slice()), (0, &["csv.rs".into()][..]), "the commit is what had failed");
}

#[test]
fn the_first_run_in_which_a_test_failed_is_told() {
    let mut world = World::new();
    world.ran(ran(10, "tools/phpunit", 2));
    world.ran(Ran { results: counted(2, 1), ..ran(20, "tools/phpunit", 1) });
    world.ran(Ran { results: counted(2, 1), ..ran(25, "tools/phpunit", 1) });
    world.ran(Ran { results: counted(3, 0), ..ran(30, "tools/phpunit", 0) });
    let told = texts(&world.document(), EntryKind::Run);
    assert_eq!(told.len(), 3, "{told:?}");
    assert_eq!(told[1], "`tools/phpunit`: 1 of 3 fails, `Suite::case_(password, masked)`");
}

#[test]
fn a_run_that_a_wider_one_contains_does_not_decide() {
    let mut world = World::new();
    world.ran(Ran { results: counted(0, 1), ..ran(10, "tools/phpunit tests/ATest.php", 1) });
    world.ran(Ran { results: counted(1, 0), ..ran(20, "tools/phpunit tests/ATest.php", 0) });
    world.commit(30, "Add one", &[]);
    world.ran(Ran { results: counted(9, 0), ..ran(40, "tools/phpunit", 0) });
    let summary = world.document().derived.summary.unwrap_or_default();
    let at = |minutes| at(minutes).format("%H:%M");
    let said = format!("`tools/phpunit tests/ATest.php` failed at {}; `tools/phpunit` passes since {} (9 tests).", at(10), at(40));
    assert!(summary.contains(&said), "{summary}");
}
