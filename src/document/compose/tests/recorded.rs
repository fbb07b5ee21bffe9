//! What recorded commands and watched files say: systems, key commands, changes by command, tools, security facts.

use super::build::{World, at, attribution};
use crate::attribution::{Attribution, Brought, ForeignMove, MoveKind};
use crate::change::Oid;
use crate::document::EntryKind;
use crate::event::{Phase, Ran, Via, Watch, Watched};
use crate::session::{Run, WatchedSample};

fn ran(minutes: i64, command: &str, exit_code: i32) -> Run {
    let ran = Ran {
        command: command.to_owned(),
        attachment: None,
        cwd: String::new(),
        started: at(minutes),
        seconds: 1.0,
        exit_code: Some(exit_code),
        signal: None,
        via: Via::Shell,
        purpose: None,
        system: None,
        tree: None,
        tail: None,
        results: None,
    };
    Run { id: format!("r{minutes}"), ran }
}

fn sample(minutes: i64, content: Option<&str>) -> WatchedSample {
    let watched = Watched {
        name: "web:/etc/x".to_owned(),
        source: Watch::Path("/etc/x".to_owned()),
        content: content.map(str::to_owned),
        unreadable: None,
    };
    WatchedSample { id: format!("w{minutes}"), at: at(minutes), watched }
}

fn world(runs: &[(i64, &str, i32)]) -> World {
    let mut world = World::new();
    world.session.runs = runs.iter().map(|(minutes, command, exit)| ran(*minutes, command, *exit)).collect();
    world
}

#[test]
fn systems_come_from_commands_and_watched_files() {
    let mut world = world(&[
        (1, "ssh web1 'tail /var/log/x'", 0),
        (5, "ssh web1 'tail /var/log/y'", 1),
        (9, "ssh web1 'sudo systemctl restart worker'", 0),
        (12, "ssh web1 'systemctl restart worker'", 1),
    ]);
    world.session.runs[0].ran.system = Some("web1".to_owned());
    world.session.watched = vec![sample(2, Some("a")), sample(4, Some("a")), sample(8, Some("b"))];
    let systems = world.document().technical.systems;
    let said = |system: &crate::document::System| {
        format!("{} | {} | {}", system.name, system.kind.clone().unwrap_or_default(), system.evidence.join("; "))
    };
    let clock = |minutes: i64| at(minutes).format("%H:%M").to_string();
    assert_eq!(
        systems.iter().map(said).collect::<Vec<_>>(),
        [
            format!("web1 | host | inspected ×2, changed once, one command failed, {}–{}", clock(1), clock(12)),
            format!("worker | service on web1 | restarted once, one command failed, {}–{}", clock(9), clock(12)),
            format!("web:/etc/x | watched file outside the repository | changed once, {}", clock(8)),
        ]
    );
}

#[test]
fn a_cluster_that_was_named_twice_is_one_system() {
    let mut world = world(&[(1, "kubectl --context prod -n shop get pods", 0), (2, "kubectl --context prod get nodes", 0)]);
    world.session.runs.iter_mut().for_each(|run| run.ran.system = Some("prod".to_owned()));
    let names: Vec<String> = world.document().technical.systems.into_iter().map(|system| system.name).collect();
    assert_eq!(names, ["prod (namespace shop)", "prod"]);
    world.session.runs.pop();
    assert_eq!(world.document().technical.systems.len(), 1);
}

#[test]
fn a_pull_that_brought_nothing_only_fetched() {
    let mut world = world(&[(1, "git pull origin main", 0), (20, "git pull", 0)]);
    let oid = |digit: &str| Oid::new(digit.repeat(40));
    let step = ForeignMove {
        place: 0,
        at: Some(at(20)),
        what: MoveKind::Pull,
        from: Some(oid("a")),
        to: oid("b"),
        brought: Brought { others: 2, own: 0 },
        name: String::new(),
        open: false,
    };
    world.attribution = Some(Attribution { foreign_moves: vec![step], ..attribution() });
    let done: Vec<_> = world.document().technical.systems.iter().map(|system| system.evidence[0].clone()).collect();
    let clock = |minutes: i64| at(minutes).format("%H:%M").to_string();
    assert_eq!(done, [format!("fetched once, pulled once, {}–{}", clock(1), clock(20))]);
}

#[test]
fn a_pull_that_no_command_tells_of_names_the_remote() {
    for (name, runs, wanted) in [
        ("-q --rebase", &[][..], Some("pulled once, 09:12")),
        ("upstream main", &[], None),
        ("", &[(10, "git pull", 0)], Some("pulled once, 09:12")),
        ("", &[(5, "git push", 0)], Some("pulled once, pushed once, 09:07–09:12")),
    ] {
        let mut world = world(runs);
        let (what, name, brought) = (MoveKind::Pull, name.to_owned(), Brought { others: 1, own: 0 });
        let step = ForeignMove { place: 0, at: Some(at(10)), what, from: None, to: Oid::new("d".repeat(40)), brought, name, open: false };
        world.attribution = Some(Attribution { foreign_moves: vec![step], ..attribution() });
        let systems = world.document().technical.systems;
        let told = systems.iter().find(|system| system.name == "origin").map(|system| system.evidence[0].as_str());
        assert_eq!(told, wanted, "{runs:?}");
    }
}

#[test]
fn key_commands_are_few_in_time_order_and_say_what_for() {
    let mut runs: Vec<(i64, &str, i32)> =
        vec![(1, "ls -l", 0), (2, "cd api", 0), (2, "git status", 0), (3, "cargo test", 101), (50, "cargo test", 0), (60, "cargo test", 0)];
    let curls: Vec<String> = (0..20).map(|n| format!("curl https://a{n}.example.org")).collect();
    runs.extend((4..).zip(&curls).map(|(minutes, command)| (minutes, command.as_str(), 0)));
    runs.sort_by_key(|run| run.0);
    let mut world = world(&runs);
    world.note(3, None, "Reproduce it\nmore");
    let document = world.document();
    let chosen = &document.technical.key_commands;
    assert_eq!(chosen.len(), 12);
    assert!(chosen.is_sorted_by_key(|key| key.at));
    assert!(chosen.iter().all(|key| !["ls", "cd", "git"].iter().any(|word| key.command.starts_with(word))));
    let tests: Vec<_> = chosen.iter().filter(|key| key.command == "cargo test").map(|key| (key.exit_code, key.times)).collect();
    assert_eq!(tests, [(Some(101), 1), (Some(0), 2)]);
    assert_eq!(chosen[0].comment.as_deref(), Some("Reproduce it"));
}

#[test]
fn what_was_found_out_later_is_no_purpose() {
    for (phase, committed, expected) in [
        (None, false, Some("Only the types are needed")),
        (Some(Phase::Investigation), false, Some("Only the types are needed")),
        (Some(Phase::RootCause), false, None),
        (Some(Phase::Solution), false, None),
        (None, true, None),
    ] {
        let mut world = world(&[(3, "curl https://a.example.org", 0)]);
        world.note(5, phase, "Only the types are needed");
        if committed {
            world.commit(4, "Set two", &[("a.rs", "x\n")]);
        }
        let comment = world.document().technical.key_commands[0].comment.clone();
        assert_eq!(comment.filter(|comment| comment.starts_with("Only")).as_deref(), expected, "{phase:?} {committed}");
    }
}

#[test]
fn both_sides_of_a_change_between_red_and_green_are_key_commands() {
    let curls: Vec<String> = (0..12).map(|n| format!("curl https://a{n}.example.org")).collect();
    let mut runs: Vec<(i64, &str, i32)> = (1..).zip(&curls).map(|(minutes, command)| (minutes, command.as_str(), 0)).collect();
    runs.extend([(20, "cargo test", 0), (21, "cargo build", 0), (30, "cargo test", 101), (31, "cargo build", 101)]);
    let document = world(&runs).document();
    let chosen = document.technical.key_commands.iter().filter(|key| key.command.starts_with("cargo"));
    let chosen: Vec<_> = chosen.map(|key| (key.command.as_str(), key.exit_code)).collect();
    assert_eq!(chosen, [("cargo test", Some(0)), ("cargo test", Some(101)), ("cargo build", Some(101))]);
}

#[test]
fn what_failed_or_never_started_claims_nothing() {
    let mut world = world(&[
        (1, "ssh dead1 'systemctl restart x'", 255),
        (2, "kubectl delete pod x", 1),
        (3, "psql -h db1 shop -c 'select 1'", 127),
        (4, "git pull", 1),
        (5, "git push", 0),
        (6, "sudo chmod 777 x", 1),
    ]);
    let mut missing = ran(7, "ssh web9 uptime", 0);
    missing.ran.exit_code = None;
    world.session.runs.push(missing);
    let document = world.document();
    let said: Vec<_> = document.technical.systems.iter().map(|system| format!("{}: {}", system.name, system.evidence.join("; "))).collect();
    let clock = |minutes: i64| at(minutes).format("%H:%M").to_string();
    assert_eq!(
        said,
        [
            format!("origin: pushed once, {}; git@github.com:shop/shop", clock(5)),
            format!("dead1: one command failed, {}", clock(1)),
            format!("pod/x: one command failed, {}", clock(2)),
        ]
    );
    assert!(document.technical.changes_by_command.is_empty());
    let notes = document.security_notes.join("\n");
    assert!(notes.contains("Made writable for everybody: `chmod 777 x` (09:08, did not succeed)."), "{notes}");
}

#[test]
fn no_two_systems_have_the_same_name() {
    let runs = [(1, "systemctl restart app", 0), (2, "ssh web1 'systemctl restart app'", 0), (3, "docker restart app", 0)];
    let names: Vec<String> = world(&runs).document().technical.systems.into_iter().map(|system| system.name).collect();
    assert_eq!(names, ["app", "web1", "app on web1", "app (container)"]);
}

#[test]
fn local_work_touches_no_system() {
    let runs: Vec<(i64, &str, i32)> = (1..)
        .zip([
            "cargo test", "git commit -m 'ssh web1'", "git status", "npm install", "make", "docker build .", "cat /etc/hosts", "git add -A",
        ])
        .map(|(minutes, command)| (minutes, command, 0))
        .collect();
    assert_eq!(world(&runs).document().technical.systems, []);
}

#[test]
fn changes_tools_and_facts_come_from_commands() {
    let world = world(&[
        (1, "sudo sysctl -w vm.swappiness=10", 0),
        (2, "sysctl -w kernel.x=1", 1),
        (3, "kubectl get pods", 0),
        (4, "kubectl get svc", 0),
    ]);
    let document = world.document();
    let changes: Vec<_> = document.technical.changes_by_command.iter().map(|change| change.command.as_str()).collect();
    assert_eq!(changes, ["sysctl -w vm.swappiness=10"]);
    assert_eq!(document.references.tools, ["`sysctl` ×2", "`kubectl` ×2"]);
    assert!(
        document.security_notes.contains(&"Run with elevated privileges: `sysctl -w vm.swappiness=…` (09:03).".to_owned()),
        "{:?}",
        document.security_notes
    );
}

#[test]
fn the_timeline_tells_what_changed_a_system_and_what_came_right() {
    let world = world(&[
        (1, "kubectl --context prod get pods", 0),
        (2, "kubectl --context prod exec deploy/tools -- ceph health", 1),
        (3, "kubectl --context prod exec deploy/tools -- ceph health", 1),
        (4, "grep -r timeout config", 1),
        (5, "helm --kube-context prod -n shop rollback web 41", 0),
        (6, "ssh web1 sudo systemctl restart app", 0),
        (7, "kubectl --context prod exec deploy/tools -- ceph health", 0),
        (8, "kubectl --context prod exec deploy/tools -- ceph health", 0),
        (9, "kubectl --context prod exec deploy/tools -- ceph health", 1),
    ]);
    let document = world.document();
    let told = document.timeline.iter().filter(|entry| entry.kind == EntryKind::Command).map(|entry| entry.text.as_str());
    let health = "`kubectl --context prod exec deploy/tools -- ceph health`";
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            "`kubectl --context prod get pods`",
            &format!("{health}: exit code 1"),
            "`helm --kube-context prod -n shop rollback web 41`",
            "`ssh web1 sudo systemctl restart app`",
            &format!("{health}: succeeded (exit code 1 at 09:05)"),
            &format!("{health}: exit code 1"),
        ]
    );
    assert_eq!(document.derived.manifested, Some(format!("{health} failed at 09:04 (exit code 1)")));
    assert_eq!(document.metrics.rollbacks, Some(1));
    let comment = |command: &str| {
        let key = document.technical.key_commands.iter().find(|key| key.command.starts_with(command)).expect("a key command");
        key.comment.clone()
    };
    assert_eq!(comment("helm").as_deref(), Some("Roll the release back"));
}

#[test]
fn what_a_run_was_for_is_not_said_of_a_later_one() {
    let mut world = world(&[(1, "make check", 1), (5, "make check", 1)]);
    world.session.runs[0].ran.purpose = Some("Reproduce it".to_owned());
    let document = world.document();
    let keys: Vec<_> = document.technical.key_commands.iter().map(|key| (key.comment.as_deref(), key.times)).collect();
    assert_eq!(keys, [(Some("Reproduce it"), 1), (None, 1)]);
    // nor of those before it
    world.session.runs[0].ran.purpose = None;
    world.session.runs[1].ran.purpose = Some("See whether it holds".to_owned());
    let document = world.document();
    let keys: Vec<_> = document.technical.key_commands.iter().map(|key| (key.comment.as_deref(), key.times)).collect();
    assert_eq!(keys, [(Some("See whether it holds"), 1)]);
}

#[test]
fn a_playbook_runs_on_a_host() {
    let runs = [(1, "ansible-playbook site.yml --limit web1", 0), (2, "ssh web1 uptime", 0)];
    let systems = world(&runs).document().technical.systems;
    assert_eq!(systems.iter().map(|system| system.name.as_str()).collect::<Vec<_>>(), ["web1"]);
}

#[test]
fn a_note_describes_one_command() {
    let mut world = world(&[
        (5, "kubectl get pods", 0),
        (5, "ssh web1 uptime", 0),
        (5, "git psuh", 1),
        (5, "export A=b", 0),
        (5, "ssh web2 uptime", 0),
    ]);
    for (place, run) in world.session.runs.iter_mut().enumerate() {
        run.id = format!("r{place}");
        world.session.order.insert(run.id.clone(), if place < 4 { place } else { 9 });
    }
    world.note(5, None, "web1 is busy");
    world.session.order.insert(world.session.notes[0].id.clone(), 5);
    let document = world.document();
    let noted = document.technical.key_commands.iter().filter(|key| key.comment.as_deref() == Some("web1 is busy"));
    assert_eq!(noted.map(|key| key.command.as_str()).collect::<Vec<_>>(), ["ssh web1 uptime"]);
    assert!(document.technical.key_commands.iter().all(|key| !key.command.starts_with("export")));
}

#[test]
fn what_happens_in_one_second_stands_in_the_order_of_the_log() {
    let health = "curl -fsS https://shop.example.org/health";
    let mut world = world(&[(5, health, 22), (5, "ssh web1 sudo systemctl restart app", 0), (5, health, 0)]);
    for (place, run) in world.session.runs.iter_mut().enumerate() {
        run.id = format!("r{place}");
        world.session.order.insert(run.id.clone(), [1, 3, 4][place]);
    }
    world.note(5, Some(Phase::RootCause), "the worker hangs");
    world.session.order.insert(world.session.notes[0].id.clone(), 2);
    let document = world.document();
    let told: Vec<_> = document.timeline.iter().map(|entry| (entry.text.as_str(), entry.heading.as_str())).collect();
    assert_eq!(
        told,
        [
            ("Session started.", "Initial Discovery"),
            (&*format!("`{health}`: exit code 22"), "Investigation Phase"),
            ("the worker hangs", "Root Cause Identified"),
            ("`ssh web1 sudo systemctl restart app`", "Solution Attempted"),
            (&*format!("`{health}`: succeeded (exit code 22 at 09:07)"), "Resolution Achieved"),
            ("Session stopped.", "Resolution Achieved"),
        ]
    );
}

#[test]
fn what_was_restarted_or_changed_is_affected() {
    let runs = [
        (1, "ssh web1 'sudo systemctl restart gunicorn'", 0),
        (2, "kubectl --context prod get pods", 0),
        (3, "helm rollback shop 3", 0),
        (4, "systemctl restart failing", 1),
        (5, "kubectl --context prod -n pay rollout restart deploy/api", 0),
        (6, "docker compose restart db", 0),
    ];
    let mut world = world(&runs);
    world.session.started.session_type = Some(crate::document::SessionType::Feature);
    assert_eq!(
        world.document().impact.services,
        ["gunicorn on web1", "shop", "deploy/api on prod (namespace pay)"],
        "but for this machine's"
    );
    world.session.started.session_type = Some(crate::document::SessionType::Emergency);
    let document = world.document();
    assert_eq!(document.impact.services, ["gunicorn on web1", "shop", "deploy/api on prod (namespace pay)", "db"]);
    assert_eq!(document.metrics.first_approach_worked, Some(false), "a release was taken back");
}

/// Phases divide the time only where they tell when a cause was known or a solution tried, and no commit came before the first of them.
#[test]
fn phases_that_were_noted_divide_the_time() {
    use crate::document::TimeRule;
    use Phase::*;
    for (phases, commits, rule, parts) in [
        (&[(30, RootCause), (60, Resolution)][..], &[40][..], TimeRule::Phases, Some((30, 30))),
        (&[(10, Investigation), (30, Solution)], &[20], TimeRule::Phases, Some((30, 90))),
        // nobody said when the second look for a cause ended
        (&[(10, RootCause), (30, Investigation)], &[50, 60], TimeRule::Phases, Some((30, 90))),
        (&[(50, Resolution)], &[9, 18, 27], TimeRule::TooFew, None),
        (&[(50, RootCause)], &[20], TimeRule::TooFew, None),
        (&[(10, Investigation), (50, Resolution)], &[], TimeRule::TooFew, None),
    ] {
        let mut world = World::new();
        phases.iter().for_each(|(minute, phase)| world.note(*minute, Some(*phase), "said"));
        commits.iter().for_each(|minute| world.commit(*minute, "One", &[]));
        let time = world.document().metrics.time;
        assert_eq!((time.rule, time.investigation.zip(time.solution)), (Some(rule), parts), "{phases:?} {commits:?}");
    }
}
