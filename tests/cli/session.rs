//! A session from start to stop: what the document and the journal say, and what stays untouched.

use std::fs;

use crate::world::{World, each};

#[test]
fn a_session_tells_what_changed_and_nothing_from_before() {
    let mut world = World::new();
    world.write("notes.txt", "from before\n");
    world.edit("README.md", "# Shop", "# Shop, half-edited before");
    world.ok(&["start", "Raise the port", "--type", "feature", "--goal", "Listen on 8080", "--situation", "Port 80 is taken"]);
    world.later(10).ok(&["note", "Port 80 belongs to nginx", "--phase", "root-cause"]);
    world.edit("config/app.toml", "port = 80", "port = 8080");
    world.git(&["add", "config"]);
    world.git(&["commit", "-q", "-m", "Listen on 8080"]);
    world.later(5).edit("src/lib.rs", "    2\n", "    2 + 0\n");
    world.write("src/extra.rs", "pub fn three() -> u32 {\n    3\n}\n");

    let status = world.git(&["status", "--porcelain"]);
    let index = fs::read(world.repo.join(".git/index")).unwrap();
    let document = world.later(5).stop();

    assert_eq!(each(&document["files"], "path"), ["config/app.toml", "src/extra.rs", "src/lib.rs"]);
    assert_eq!(each(&document["commits"], "subject"), ["Listen on 8080"]);
    let key = &document["technical"]["configuration_changes"][0]["changes"][0];
    assert_eq!(
        (&key["key"], &key["before"], &key["after"], &key["line"]),
        (&"server.port".into(), &"80".into(), &"8080".into(), &2.into())
    );
    let code = document["technical"]["code_changes"].as_array().unwrap();
    let definitions: Vec<_> = code.iter().flat_map(|file| each(&file["definitions"], "name")).collect();
    assert_eq!((definitions, &code[1]["definitions"][0]["line"]), (vec!["three", "two"], &5.into()));
    assert_eq!((&document["title"], &document["session_type"]), (&"Raise the port".into(), &"feature".into()));
    assert_eq!(
        (&document["started_at"], &document["ended_at"]),
        (&"2026-11-22T09:00:00+01:00".into(), &"2026-11-22T09:20:00+01:00".into())
    );
    assert_eq!(document["active_seconds"], 1200);

    let text = world.journal_text();
    for part in ["# Session Journal: Raise the port", "09:00 - 09:20", "Port 80 belongs to nginx", "src/lib.rs:5", "`two()`", "server.port"]
    {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert!(!text.contains("half-edited") && !text.contains("notes.txt"), "{text}");
    assert_eq!(
        world.git(&["status", "--porcelain"]),
        format!("{}\n?? journal/", status.trim_end())
            .replace("?? notes.txt\n?? src/extra.rs\n?? journal/", "?? journal/\n?? notes.txt\n?? src/extra.rs")
    );
    assert_eq!(fs::read(world.repo.join(".git/index")).unwrap(), index);
}

#[test]
fn a_half_edited_file_gives_only_the_session_s_lines() {
    let world = World::new();
    world.write("a.txt", "one\ntwo\nthree\n");
    world.commit("Add a file");
    world.edit("a.txt", "one", "one, before");
    world.ok(&["start"]);
    world.edit("a.txt", "three", "three, session");
    let document = world.stop();
    assert_eq!((&document["files"][0]["added"], &document["files"][0]["removed"]), (&1.into(), &1.into()));
}

#[test]
fn what_happens_after_the_stop_does_not_enter_it() {
    let world = World::new();
    world.ok(&["start", "Fixed end"]);
    world.edit("src/lib.rs", "    1\n", "    11\n");
    let document = world.stop();
    world.edit("src/lib.rs", "    2\n", "    22\n");
    assert_eq!(world.ok(&["show", "--format", "json"]).json(), document);
    assert_eq!(world.ok(&["show", "fixed-end"]).code + world.journal(&["show", "2026-11-22_fixed-end"]).code, 0);
}

#[test]
fn status_and_show_tell_of_a_running_session() {
    let mut world = World::new();
    world.ok(&["start", "Running"]);
    world.edit("src/lib.rs", "    1\n", "    11\n");
    world.later(30).commit("Change one");
    let status = world.ok(&["status", "--format", "json"]).json();
    assert_eq!((&status["commits"], &status["files"], &status["active_seconds"]), (&1.into(), &1.into(), &1800.into()));
    let shown = world.ok(&["show", "--format", "json"]).json();
    assert_eq!((&shown["ended_at"], each(&shown["commits"], "subject")), (&serde_json::Value::Null, vec!["Change one"]));
    assert!(world.ok(&["status"]).stdout.contains("1 commit, 1 file (+1 −1), 0 notes\n"));
    world.write("tests.sh", "echo '1 passed, 1 failed'; exit 1\n");
    world.ok(&["add", "decision", "Keep one", "--chosen", "it: enough"]);
    world.journal(&["run", "--", "sh", "tests.sh"]);
    let said = world.ok(&["status"]).stdout;
    assert!(said.contains("0 notes, 1 statement, 1 command\n  last test at "), "{said}");
    assert!(said.contains(": `sh tests.sh` failed\n"), "{said}");
}

#[test]
fn a_discarded_session_leaves_no_journal_and_makes_room() {
    let world = World::new();
    world.ok(&["start", "No use"]);
    let refused = world.journal(&["discard"]);
    assert_eq!((refused.code, refused.stderr.contains("journal discard --yes")), (2, true));
    world.ok(&["discard", "--yes"]);
    assert!(!world.repo.join("journal").exists());
    world.ok(&["start", "Again"]);
}

#[test]
fn a_second_stop_finishes_what_the_first_began() {
    let mut world = interrupted();
    world.later(5).ok(&["set", "impact.business", "None"]); // said of the work, not while it goes on
    let said = world.later(5).ok(&["status"]).stdout;
    assert!(said.contains("a stop at 09:10 was not finished; `journal stop` finishes it\n"), "{said}");
    let document = world.stop();
    assert_eq!((&document["ended_at"], &document["impact"]["business"]), (&"2026-11-22T09:10:00+01:00".into(), &"None".into()));
}

#[test]
fn work_that_goes_on_after_an_interrupted_stop_is_the_session_s() {
    type Work = (&'static str, fn(&World));
    let cases: [Work; 6] = [
        ("a file", |world| world.edit("src/lib.rs", "    2\n", "    22\n")),
        ("a commit", |world| drop(world.commit("Late"))),
        ("a staged change", |world| drop(world.git(&["add", "src"]))),
        ("a note", |world| drop(world.ok(&["note", "Late"]))),
        ("a run", |world| drop(world.ok(&["run", "--", "true"]))),
        ("a look", |world| drop(world.ok(&["watch", "../config"]))),
    ];
    for (what, work) in cases {
        let mut world = interrupted();
        work(world.later(10));
        let status = world.later(10).ok(&["status", "--format", "json"]).json();
        let document = world.stop();
        assert_eq!(
            (&document["ended_at"], &status["commits"]),
            (&"2026-11-22T09:30:00+01:00".into(), &document["commits"].as_array().unwrap().len().into()),
            "{what}"
        );
        assert_eq!(document["files"][0]["added"], if what == "a file" { 2 } else { 1 }, "{what}");
    }
}

/// A session whose stop failed, as on a full disk, after the end was taken: the folder of journals could not be written.
fn interrupted() -> World {
    let mut world = World::new();
    world.write("../config", "port = 80\n");
    world.write(".git/info/exclude", "/journal\n");
    world.ok(&["start", "Interrupted"]);
    world.edit("src/lib.rs", "    1\n", "    11\n");
    world.write("journal", "a file in the way");
    let failed = world.later(10).journal(&["stop", "--no-input"]);
    assert_eq!(failed.code, 4, "{}", failed.stderr);
    fs::remove_file(world.repo.join("journal")).unwrap();
    world
}

#[test]
fn secrets_reach_neither_log_nor_journal() {
    let world = World::new();
    let secret = ["sk_", "live_", "51H8aQwErTyUiOpAsDfGhJkLz"].concat();
    world.ok(&["start", "Rotate", "--situation", &format!("key {secret} leaked")]);
    world.ok(&["note", &format!("old key was {secret}")]);
    world.write(".env", format!("STRIPE_SECRET={secret}\n"));
    world.write("src/key.rs", format!("pub fn key() -> &'static str {{\n    \"{secret}\"\n}}\n"));
    world.commit(&format!("Remove {secret}"));
    world.stop();
    let output = world.command("grep", &world.repo).args(["-rl", &secret[8..], ".git/journal", "journal"]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    assert!(world.journal_text().contains("STRIPE_SECRET"));
}

#[test]
fn long_notes_are_kept_whole_and_two_worktrees_do_not_mix() {
    let world = World::new();
    world.git(&["worktree", "add", "-q", "../other", "-b", "other"]);
    let other = world.root.join("other");
    world.ok(&["start", "Here"]);
    assert_eq!(world.journal_in(&other, &["start", "There"]).code, 0);
    let long = "word ".repeat(2_000) + "end of the note";
    world.ok(&["note", &long]);
    fs::write(other.join("there.txt"), "x\n").unwrap();
    assert_eq!(world.journal_in(&other, &["stop", "--no-input", "--format", "json"]).json()["title"], "There");
    world.git(&["worktree", "remove", "--force", "../other"]);
    let document = world.stop();
    assert_eq!((&document["title"], document["files"].as_array().unwrap().len()), (&"Here".into(), 0));
    assert!(document.to_string().contains("end of the note"));
}

#[test]
fn a_session_of_another_worktree_is_told_as_that_one_stands_and_a_gone_one_can_be_ended() {
    let world = World::new();
    world.git(&["worktree", "add", "-q", "../other place", "-b", "other"]);
    let other = world.root.join("other place");
    assert_eq!(world.journal_in(&other, &["start", "There"]).code, 0);
    fs::write(other.join("there.txt"), "x\n").unwrap();
    let id = fs::read_dir(world.repo.join(".git/journal/sessions")).unwrap().next().unwrap().unwrap().file_name();
    let show = ["show", id.to_str().unwrap(), "--format", "json"];
    assert_eq!(each(&world.ok(&show).json()["files"], "path"), ["there.txt"]);
    for command in ["status", "show", "stop", "missing"] {
        let said = world.journal(&[command]);
        assert!(said.code == 3 && said.stderr.contains("\"There\" runs in another worktree: cd '"), "{command}: {}", said.stderr);
    }

    world.git(&["worktree", "remove", "--force", "../other place"]);
    let said = world.journal(&show);
    assert!(said.code == 3 && said.stderr.contains("\"There\" is gone"), "{}", said.stderr);
    let said = world.journal(&["status"]);
    assert!(said.stderr.contains("git worktree add '") && said.stderr.contains("other place' other && cd '"), "{}", said.stderr);
    world.git(&["worktree", "add", "-q", "../other place", "other"]);
    assert_eq!(world.journal_in(&other, &["stop", "--no-input", "--format", "json"]).json()["title"], "There");
}

#[test]
fn a_worktree_made_anew_under_the_name_of_one_that_is_gone_has_sessions_of_its_own() {
    let world = World::new();
    let other = world.root.join("other");
    world.git(&["worktree", "add", "-q", "../other", "-b", "first"]);
    assert_eq!(world.journal_in(&other, &["start", "First"]).code, 0);
    world.git(&["worktree", "remove", "--force", "../other"]);
    world.write("main.txt", "here\n");
    world.commit("On main");
    world.git(&["worktree", "add", "-q", "../other", "-b", "second"]);
    let said = world.journal_in(&other, &["start", "Second"]);
    assert!(said.code == 0 && said.stderr.contains("\"First\" was begun in a worktree of this name that is gone"), "{}", said.stderr);
    std::fs::write(other.join("own.txt"), "own\n").unwrap();
    let document = world.journal_in(&other, &["stop", "--no-input", "--format", "json"]).json();
    assert_eq!(
        (&document["title"], each(&document["files"], "path"), &document["commits"]),
        (&"Second".into(), vec!["own.txt"], &serde_json::json!([]))
    );
    assert_eq!(world.journal_in(&other, &["start", "Third"]).code, 0);
    assert_eq!(world.journal_in(&other, &["start", "Fourth"]).code, 4);
}

#[test]
fn the_last_session_is_that_of_this_worktree() {
    let mut world = World::new();
    world.git(&["worktree", "add", "-q", "../other", "-b", "other"]);
    let (other, title) = (world.root.join("other"), |said: super::world::Said| said.json()["title"].clone());
    assert_eq!(world.journal(&["show", "--format", "json"]).code, 3);
    world.ok(&["start", "Here"]);
    world.stop();
    let in_other = world.journal_in(&other, &["show", "--format", "json"]);
    assert_eq!(title(in_other), "Here", "where this worktree has none, that of another one is better than nothing");
    world.later(5);
    assert_eq!(world.journal_in(&other, &["start", "There"]).code, 0);
    assert_eq!(world.journal_in(&other, &["stop", "--no-input"]).code, 0);
    assert_eq!(title(world.journal(&["show", "--format", "json"])), "Here");
    assert_eq!(title(world.journal_in(&other, &["show", "--format", "json"])), "There");
}

#[test]
fn the_user_s_own_template_and_folder_are_used() {
    let world = World::new();
    world.write(".journal.toml", "folder = \"docs/sessions\"\n[templates]\njournal = \"docs/short.md.j2\"\n");
    world.write("docs/short.md.j2", "{{ title | md }}: {{ files | length }} files\n");
    world.ok(&["start", "Short *form*"]);
    world.stop();
    assert_eq!(world.read("docs/sessions/2026-11-22_short-form.md"), "Short \\*form\\*: 0 files\n");
    world.write("docs/short.md.j2", "{{ nonsense( }}\n");
    world.ok(&["start", "Broken template"]);
    let failed = world.journal(&["stop", "--no-input"]);
    assert!(failed.code == 1 && failed.stderr.contains("docs/short.md.j2"), "{}", failed.stderr);
    world.write("docs/short.md.j2", "ok\n");
    world.stop();
}

#[test]
fn what_was_there_before_is_no_part_that_is_not_committed() {
    let world = World::new();
    world.write("b.py", "b = 1\n\n\n\nc = 1\n");
    world.commit("Base");
    world.write("b.py", "b = 100\n\n\n\nc = 1\n");
    world.ok(&["start", "Change c"]);
    world.git(&["stash", "-q"]);
    world.write("b.py", "b = 1\n\n\n\nc = 2\n");
    world.commit("c is two");
    world.git(&["stash", "pop", "-q"]);
    world.stop();
    let journal = world.journal_text();
    assert!(journal.contains("1 commit, 1 file (+1 −1) on `main`.\n"), "{journal}");
    assert!(!journal.contains("partly committed"), "{journal}");
}

#[test]
fn commits_are_counted_where_they_are() {
    let world = World::new();
    world.git(&["branch", "other"]);
    world.ok(&["start", "Two places", "--related", "https://github.com/shop/shop/issues/7", "--related", "journal/old.md"]);
    world.write("a.txt", "a\n");
    world.commit("Here");
    world.git(&["switch", "-q", "other"]);
    world.write("b.txt", "b\n");
    world.commit("There");
    world.git(&["switch", "-q", "main"]);
    world.stop();
    let journal = world.journal_text();
    assert!(journal.contains("1 commit, 1 file (+1 −0) on `main`; 1 commit on other branches.\n"), "{journal}");
    assert!(
        journal.contains("- Related issue: `https://github.com/shop/shop/issues/7`\n- Related journal: `journal/old.md`\n"),
        "{journal}"
    );
}

#[test]
fn a_start_and_a_journal_name_earlier_work() {
    let mut world = World::new();
    world.git(&["checkout", "-q", "-b", "fix/pool"]);
    world.ok(&["start", "Pool is exhausted"]);
    world.edit("src/lib.rs", "    2\n", "    20\n");
    world.commit("Larger pool");
    world.ok(&["add", "next", "Alert on \u{1b}[31mpool size", "--short-term"]);
    world.later(10).stop();
    world.later(24 * 60);

    let said = world.ok(&["start", "Pool again"]);
    assert!(said.stderr.contains("earlier: journal/2026-11-22_pool-is-exhausted.md (shares the branch `fix/pool`)"), "{}", said.stderr);
    assert!(said.stderr.contains("open: Alert on") && !said.stderr.contains("\u{1b}[31m"), "{}", said.stderr);
    world.edit("src/lib.rs", "    20\n", "    30\n");
    world.commit("Even larger");
    let document = world.later(10).stop();
    let related = &document["context"]["related"][0];
    assert_eq!((&related["kind"], &related["path"]), (&"journal".into(), &"journal/2026-11-22_pool-is-exhausted.md".into()));
    assert_eq!(related["reason"], "shares the branch `fix/pool`, `src/lib.rs`");
    assert_eq!(document["sources"]["context.related.0"]["source"], "derived");
    let text = fs::read_to_string(world.repo.join("journal/2026-11-23_pool-again.md")).unwrap();
    let line = "- Related journal: `journal/2026-11-22_pool-is-exhausted.md` (shares the branch `fix/pool`, `src/lib.rs`)";
    assert!(text.contains(line), "{text}");
    assert_eq!(world.journal(&["check"]).code, 0);
}

/// However much was edited before and after: git itself calls the commit in between a rename.
#[test]
fn a_test_file_that_a_commit_moved_is_renamed() {
    let mut world = World::new();
    world.write("tests/test_one.py", "from app.services.one import One\n\n\ndef test_find_one():\n    assert One(Fake()).find(\"A b\")\n");
    world.commit("Test it");
    world.git(&["checkout", "-q", "-b", "work"]);
    world.ok(&["start", "Rename"]);
    world.later(1).edit("tests/test_one.py", "app.services", "app.billing");
    world.commit("Import it from where it is");
    world.git(&["mv", "tests/test_one.py", "tests/test_billing.py"]);
    world.later(1).commit("Name the tests like the module");
    world.edit("tests/test_billing.py", "find(", "find_by_name(");
    world.later(1).commit("Find by name");
    let document = world.later(1).stop();
    let file = &document["files"][0];
    let seen = (&file["status"], &file["old_path"], &file["path"], &document["testing"]["created"]);
    let expected = (&"renamed".into(), &"tests/test_one.py".into(), &"tests/test_billing.py".into(), &serde_json::json!([]));
    assert_eq!(seen, expected);
    let said = world.ok(&["pr", "--base", "main"]);
    assert!(!said.stdout.contains("removed"), "{}", said.stdout);
}

#[test]
fn a_start_shows_what_the_last_session_left_open() {
    let mut world = World::new();
    world.ok(&["start", "Pool size"]);
    world.edit("src/lib.rs", "    2\n", "    20\n");
    world.commit("Larger pool (#12)");
    world.ok(&["add", "next", "Alert on pool size", "--short-term"]);
    world.later(10).stop();
    world.later(60).edit("src/lib.rs", "    20\n", "    30\n");
    let said = world.ok(&["start", "Again"]).stderr;
    assert!(said.contains("earlier: journal/2026-11-22_pool-size.md (shares `src/lib.rs`)\n  open: Alert on pool size\n"), "{said}");
    world.ok(&["discard", "--yes"]);
    world.git(&["checkout", "-q", "src/lib.rs"]);
    let said = world.ok(&["start", "Something else"]).stderr;
    assert!(said.contains("earlier: journal/2026-11-22_pool-size.md (the last one)\n  open: Alert on pool size\n"), "{said}");
    world.write("other.txt", "x\n");
    world.commit("Other");
    world.later(10).stop();
    world.later(60);
    let said = world.ok(&["start", "Third", "--situation", "#12 is back"]).stderr;
    assert!(
        said.contains("pool-size.md (shares #12)") && !said.contains("something-else"),
        "the subject at its start is not its own: {said}"
    );
}

/// Of sessions that began within one second the later one is the last one.
#[test]
fn sessions_of_one_second_keep_their_order() {
    let world = World::new();
    for n in 0..6 {
        world.ok(&["start", &format!("Number {n}")]);
        world.write("a.txt", format!("{n}\n"));
        world.stop();
        assert_eq!(world.ok(&["show", "--format", "json"]).json()["title"], format!("Number {n}"));
    }
}
