//! What the machine does not let happen: no room, a process that is ended, nobody who can be told. Nothing is taken for what it is not.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::world::{Said, World, each};

/// Runs the program with a git in front of git that does `fault` once, at the first command that has these words among its own.
fn with_fault(world: &World, words: &str, fault: &str, arguments: &[&str]) -> Said {
    let folder = world.root.join("faulty");
    fs::create_dir_all(&folder).unwrap();
    let hit = folder.join("hit");
    fs::remove_file(&hit).ok();
    let script = format!(
        "#!/bin/sh\nPATH=${{PATH#*:}}\ncase \" $* \" in *' {words} '*)\n[ -e '{hit}' ] || {{ : >'{hit}'; {fault}; }} ;;\nesac\nexec git \"$@\"\n",
        hit = hit.display()
    );
    fs::write(folder.join("git"), script).unwrap();
    fs::set_permissions(folder.join("git"), fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = world.command(env!("CARGO_BIN_EXE_journal"), &world.repo);
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let said = Said::from(command.env("PATH", path).args(arguments).output().unwrap());
    assert!(hit.exists(), "{words}: no such command of git's");
    said
}

const NO_ROOM: [&str; 4] = [
    "echo 'fatal: unable to write loose object file: No space left on device' >&2; exit 128",
    "echo 'error: unable to write file new.txt: No space left on device' >&2; echo \"error: unable to index file 'new.txt'\" >&2; exit 1",
    "echo 'warning: could not open directory src/: Input/output error' >&2; exit 0",
    "echo 'fatal: unable to write new index file' >&2; exit 128",
];
const KILLED: &str = "kill -9 $$";

#[test]
fn a_snapshot_that_could_not_be_written_is_none() {
    for fault in NO_ROOM.into_iter().chain([KILLED]) {
        let world = World::new();
        world.write("before.txt", "before\n");
        let failed = with_fault(&world, "add", fault, &["start", "Full"]);
        assert!(failed.code == 1 && failed.stderr.contains("type the same again"), "{fault}: {}", failed.stderr);
        assert_eq!(world.journal(&["status"]).code, 3, "{fault}");
        world.ok(&["start", "Full"]);
        world.edit("src/lib.rs", "    1\n", "    11\n");
        world.write("new.txt", "new\n");
        let failed = with_fault(&world, "add", fault, &["stop", "--no-input"]);
        assert!(failed.code == 1 && failed.stderr.contains("type the same again"), "{fault}: {}", failed.stderr);
        assert_eq!(world.journal(&["status"]).code, 0, "{fault}");
        assert_eq!(each(&world.stop()["files"], "path"), ["new.txt", "src/lib.rs"], "{fault}");
    }
}

#[test]
fn what_git_cannot_be_asked_for_keeps_a_session_open() {
    for fault in [KILLED, "echo \"fatal: write failure on 'stdout': No space left on device\" >&2; exit 128"] {
        let world = World::new();
        world.ok(&["start", "Side"]);
        world.write("a.txt", "one\n");
        let draft = world.commit("Draft");
        world.git(&["commit", "-q", "--amend", "-m", "One"]);
        world.git(&["switch", "-q", "-c", "side"]);
        world.write("side.txt", "side\n");
        world.commit("Beside");
        world.git(&["switch", "-q", "main"]);
        for words in ["rev-list --parents", "cat-file --batch-command"] {
            let failed = with_fault(&world, words, fault, &["stop", "--no-input"]);
            assert!(failed.code == 1 && failed.stderr.contains("type the same again"), "{words}, {fault}: {}", failed.stderr);
            assert_eq!(world.journal(&["status"]).code, 0, "{words}, {fault}");
        }
        let commits = world.stop()["commits"].clone();
        assert_eq!(each(&commits, "subject"), ["One", "Beside"], "{fault}");
        assert_eq!((&commits[0]["replaced"][0], &commits[1]["branch"]), (&draft.into(), &"side".into()), "{fault}");
    }
}

#[test]
fn what_was_done_is_done_although_nobody_can_be_told() {
    let full = Path::new("/dev/full");
    if !full.exists() {
        return;
    }
    let world = World::new();
    world.ok(&["start", "Mute"]);
    let mute = |arguments: &[&str]| {
        let mut command = world.command(env!("CARGO_BIN_EXE_journal"), &world.repo);
        command.args(arguments).stderr(File::options().write(true).open(full).unwrap()).status().unwrap().code()
    };
    assert_eq!(mute(&["note", "Heard"]), Some(0));
    assert_eq!(mute(&["note"]), Some(2));
    assert_eq!(mute(&["stop", "--no-input"]), Some(0));
    assert_eq!(mute(&["stop", "--no-input"]), Some(3));
    assert_eq!(world.journal_text().matches("Heard").count(), 1);
}
