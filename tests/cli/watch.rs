//! Files outside the repository: looked at when watched and at the end, told by key, never stored with their secrets.

use std::fs;

use crate::world::{World, each};

const WORKER: &str = "[program:worker]\nnumprocs = 8\npassword = hunter2secret\n";

/// All bytes below the journal's folder in the git directory, and the journal.
fn stored(world: &World) -> String {
    fn all(folder: &std::path::Path, out: &mut String) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            match entry.file_type().unwrap().is_dir() {
                true => all(&entry.path(), out),
                false => out.push_str(&String::from_utf8_lossy(&fs::read(entry.path()).unwrap())),
            }
        }
    }
    let mut out = String::new();
    all(&world.repo.join(".git/journal"), &mut out);
    all(&world.repo.join("journal"), &mut out);
    out
}

#[test]
fn a_file_outside_is_told_by_key_and_its_secrets_stay_out() {
    let mut world = World::new();
    let file = world.root.join("etc/worker.conf");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, WORKER).unwrap();
    world.ok(&["start", "Fewer workers", "--watch", file.to_str().unwrap()]);
    fs::write(&file, WORKER.replace('8', "4").replace("hunter2secret", "Tr0ub4dor3")).unwrap();
    world.later(20).ok(&["watch"]);
    let status = world.later(1).ok(&["status", "--format", "json"]).json();
    assert_eq!(status["watched"], 1);
    let document = world.later(10).stop();

    let change = &document["technical"]["configuration_changes"][0];
    assert_eq!((&change["path"], &change["remark"]), (&"../etc/worker.conf".into(), &"outside the repository, watched".into()));
    assert_eq!(each(&change["changes"], "key"), ["[program:worker] numprocs", "[program:worker] password"]);
    assert_eq!((&change["changes"][0]["before"], &change["changes"][0]["after"]), (&"8".into(), &"4".into()));
    assert_eq!(change["changes"][1]["after"], "(password, value masked)");
    let entries: Vec<_> = document["timeline"].as_array().unwrap().iter().filter(|entry| entry["kind"] == "watch").collect();
    assert_eq!((entries.len(), &entries[0]["at"]), (1, &"2026-11-22T09:20:00+01:00".into()));
    assert!(entries[0]["text"].as_str().unwrap().contains("between 09:00 and 09:20"), "{}", entries[0]["text"]);
    let text = world.journal_text();
    for line in [
        "**File**: `../etc/worker.conf:2` (outside the repository, watched)",
        "before: [program:worker] numprocs = 8\nafter:  [program:worker] numprocs = 4\n",
        "changed: [program:worker] password (password, value masked)",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(!stored(&world).contains("hunter2secret") && !stored(&world).contains("Tr0ub4dor3"));
    assert!(!text.contains(world.root.to_str().unwrap()));
}

#[test]
fn the_time_of_a_change_is_the_file_s_where_it_tells() {
    let mut world = World::new();
    let file = world.root.join("app.ini");
    fs::write(&file, "x = 1\n").unwrap();
    world.ok(&["start"]);
    world.ok(&["watch", "../app.ini"]);
    fs::write(&file, "x = 2\n").unwrap();
    let at = chrono::DateTime::parse_from_rfc3339("2026-11-22T09:07:30+01:00").unwrap();
    fs::File::options().write(true).open(&file).unwrap().set_modified(at.into()).unwrap();
    let document = world.later(30).stop();
    let entry = document["timeline"].as_array().unwrap().iter().find(|entry| entry["kind"] == "watch").unwrap();
    assert_eq!(
        (&entry["at"], &entry["text"]),
        (&"2026-11-22T09:07:30+01:00".into(), &"`../app.ini` (outside the repository) changed: `x` `1` → `2`".into())
    );
}

#[test]
fn a_command_s_output_is_watched_and_a_vanished_file_said() {
    let mut world = World::new();
    let file = world.root.join("remote.ini");
    fs::write(&file, "port = 80\n").unwrap();
    fs::write(world.root.join("gone.ini"), "x = 1\n").unwrap();
    world.ok(&["start"]);
    world.ok(&["watch", "--cmd", &format!("cat {}", file.display()), "--as", "web:/etc/app.ini"]);
    world.ok(&["watch", "../gone.ini"]);
    fs::write(&file, "port = 81\n").unwrap();
    fs::remove_file(world.root.join("gone.ini")).unwrap();
    let document = world.later(5).stop();
    let changes = &document["technical"]["configuration_changes"];
    assert_eq!(each(changes, "path"), ["web:/etc/app.ini", "../gone.ini"]);
    assert_eq!(each(changes, "status"), ["modified", "deleted"]);
    assert_eq!(changes[0]["changes"][0]["after"], "81");
    // what happens after the end is not looked at
    fs::write(&file, "port = 82\n").unwrap();
    assert_eq!(world.ok(&["show", "--format", "json"]).json(), document);
}

#[test]
fn what_cannot_be_watched_is_refused() {
    let world = World::new();
    world.ok(&["start"]);
    for (arguments, code, message) in [
        (&["watch", "README.md"][..], 2, "already in the journal"),
        (&["watch", ".."], 2, "is a directory"),
        (&["watch"], 2, "nothing is watched yet"),
        (&["watch", "--cmd", "mysql -u root -pS3cretPass x", "--as", "db"], 2, "looks like a secret"),
        (&["watch", "--cmd", "uptime"], 2, "--as"),
    ] {
        let said = world.journal(arguments);
        assert_eq!(said.code, code, "{arguments:?}: {}", said.stderr);
        assert!(said.stderr.contains(message), "{arguments:?}: {}", said.stderr);
    }
    let unreadable = world.ok(&["watch", "--cmd", "exit 7", "--as", "web:/etc/x"]);
    assert!(unreadable.stderr.contains("exit code 7"), "{}", unreadable.stderr);
    let document = world.stop();
    assert!(document["derived"]["notices"].to_string().contains("could never be read"), "{}", document["derived"]);
}
