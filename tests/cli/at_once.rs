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
