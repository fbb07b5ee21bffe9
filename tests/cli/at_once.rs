//! Many at once: nothing torn, nothing lost, nothing in the wrong session.

use std::collections::HashSet;
use std::fs;
use std::process::Stdio;

use crate::world::{World, each};

#[test]
fn sixteen_writers_lose_nothing() {
    let world = World::new();
    world.ok(&["start", "Writers"]);
    std::thread::scope(|scope| {
        for writer in 0..16 {
            let world = &world;
            scope.spawn(move || {
                for n in 0..8 {
                    let text = format!("writer {writer} note {n} {}", "x".repeat(1 + 200 * n));
                    let mut child = world.command(env!("CARGO_BIN_EXE_journal"), &world.repo);
                    let mut child = child.args(["note", &text]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
                    if n == 7 {
                        let _ = child.kill(); // not acknowledged: may or may not be there
                    }
                    assert!(child.wait().unwrap().success() || n == 7);
                }
            });
        }
    });
    let document = world.stop();
    let notes: Vec<&str> = document["timeline"].as_array().unwrap().iter().filter_map(|entry| entry["text"].as_str()).collect();
    for writer in 0..16 {
        for n in 0..7 {
            let mark = format!("writer {writer} note {n} ");
            assert_eq!(notes.iter().filter(|text| text.starts_with(&mark)).count(), 1, "{mark}");
        }
    }
}

#[test]
fn a_commit_storm_in_five_worktrees_stays_apart() {
    let world = World::new();
    world.ok(&["hook", "install"]);
    let places: Vec<_> = (0..5).map(|n| world.root.join(format!("tree-{n}"))).collect();
    for (n, place) in places.iter().enumerate() {
        world.git(&["worktree", "add", "-q", place.to_str().unwrap(), "-b", &format!("branch-{n}")]);
        assert_eq!(world.journal_in(place, &["start", &format!("Tree {n}")]).code, 0);
    }
    std::thread::scope(|scope| {
        for (n, place) in places.iter().enumerate() {
            let world = &world;
            scope.spawn(move || {
                for i in 0..5 {
                    fs::write(place.join(format!("file-{n}-{i}.txt")), "x\n").unwrap();
                    let git = |arguments: &[&str]| assert!(world.command("git", place).args(arguments).status().unwrap().success());
                    git(&["add", "-A"]);
                    git(&["commit", "-q", "-m", &format!("commit {n} {i}")]);
                }
            });
        }
    });
    for (n, place) in places.iter().enumerate() {
        let document = world.journal_in(place, &["stop", "--no-input", "--format", "json"]).json();
        let expected: Vec<_> = (0..5).map(|i| format!("commit {n} {i}")).collect();
        assert_eq!(each(&document["commits"], "subject"), expected);
        let files: HashSet<_> = each(&document["files"], "path").into_iter().map(str::to_owned).collect();
        assert_eq!(files, (0..5).map(|i| format!("file-{n}-{i}.txt")).collect());
    }
}

/// Runs the same many times at once and gives the exit codes, sorted.
fn codes(world: &World, times: usize, arguments: &[&str]) -> Vec<i32> {
    let mut codes: Vec<i32> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..times).map(|_| scope.spawn(|| world.journal(arguments).code)).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    codes.sort_unstable();
    codes
}

#[test]
fn of_many_starts_one_begins_and_of_many_stops_one_writes() {
    let world = World::new();
    assert_eq!(codes(&world, 6, &["start", "One"]), [0, 4, 4, 4, 4, 4]);
    let sessions = || fs::read_dir(world.repo.join(".git/journal/sessions")).unwrap().count();
    assert_eq!(sessions(), 1);
    world.write("a.txt", "a\n");
    let stops = codes(&world, 6, &["stop", "--no-input"]);
    assert!(stops[0] == 0 && stops.iter().all(|code| [0, 3].contains(code)), "{stops:?}");
    assert!(world.journal_text().contains("One"));
    assert_eq!(sessions(), 1);
}
