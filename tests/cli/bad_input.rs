//! Everything that is not as it should be: a clear error with the next command to type, or a note in the journal. Nothing lost.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::Stdio;

use crate::world::{World, each};

#[test]
fn refusals_say_what_where_and_what_to_type() {
    let world = World::new();
    let bare = world.root.join("bare.git");
    world.git(&["init", "-q", "--bare", bare.to_str().unwrap()]);
    let cases: [(&Path, &[&str], i32, &str); 9] = [
        (&world.root, &["start"], 3, "not inside a git repository"),
        (&bare, &["start"], 3, "bare repository"),
        (&world.repo, &["stop"], 3, "journal start"),
        (&world.repo, &["note", "x"], 3, "journal start"),
        (&world.repo, &["status"], 3, "journal start"),
        (&world.repo, &["show"], 3, "journal start"),
        (&world.repo, &["diff", "nonsense", "HEAD"], 3, "git log"),
        (&world.repo, &["frobnicate"], 2, "Usage"),
        (&world.repo.join(".git"), &["start"], 3, "git directory"),
    ];
    for (cwd, arguments, code, words) in cases {
        let said = world.journal_in(cwd, arguments);
        assert_eq!(said.code, code, "{arguments:?} in {}: {}", cwd.display(), said.stderr);
        assert!(said.stderr.contains(words) && said.stdout.is_empty(), "{arguments:?}: {}", said.stderr);
    }
    assert!(!world.repo.join(".git/journal/sessions").exists(), "a refusal writes nothing");
}

#[test]
fn of_two_starts_at_once_one_wins() {
    let world = World::new();
    let program = env!("CARGO_BIN_EXE_journal");
    let start = |n: usize| {
        let mut command = world.command(program, &world.repo);
        command.args(["start", &format!("number {n}")]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let codes: Vec<_> = (0..6).map(start).collect::<Vec<_>>().into_iter().map(|mut child| child.wait().unwrap().code().unwrap()).collect();
    assert_eq!((codes.iter().filter(|code| **code == 0).count(), codes.iter().filter(|code| **code == 4).count()), (1, 5), "{codes:?}");
    world.stop();
}

#[test]
fn unborn_and_detached_heads_are_sessions_like_any_other() {
    let world = World::empty();
    world.write("before.txt", "x\n");
    world.ok(&["start", "First commit"]);
    world.write("a.txt", "a\n");
    world.commit("Begin");
    let document = world.stop();
    assert_eq!((each(&document["files"], "path"), each(&document["commits"], "subject")), (vec!["a.txt"], vec!["Begin"]));
    assert!(document["base_commit"].is_null());
    world.git(&["checkout", "-q", "--detach"]);
    world.ok(&["start", "Detached"]);
    world.write("b.txt", "b\n");
    let id = world.commit("On no branch");
    let document = world.stop();
    assert!(document["branch"].is_null());
    assert_eq!(document["commits"][0]["id"], id);
}

#[test]
fn odd_files_are_recorded_or_named() {
    let world = World::new();
    world.ok(&["start", "Odd files"]);
    let odd = std::ffi::OsStr::from_bytes(b"latin-\xe8.txt");
    fs::write(world.repo.join(odd), "x\n").unwrap();
    world.write("esc-\x1b[31mred.txt", "x\n");
    world.write("new\nline <script>.md", "# <script>\n");
    std::process::Command::new("mkfifo").arg(world.repo.join("pipe")).status().unwrap();
    let large = fs::File::create(world.repo.join("large.img")).unwrap();
    large.set_len(65 << 20).unwrap();
    let document = world.stop();
    let paths = each(&document["files"], "path");
    assert_eq!(paths, ["esc-\u{1b}[31mred.txt", "large.img", "\"latin-\\350.txt\"", "new\nline <script>.md"]);
    let text = world.journal_text();
    assert!(!text.contains('\u{1b}'), "{text}");
    let outside_code = |line: &str| line.split('`').step_by(2).any(|part| part.contains("<script>"));
    assert!(!text.lines().any(outside_code), "{text}");
    assert!(document["derived"]["notices"].to_string().contains("large.img"), "{}", document["derived"]);
    assert!(!world.repo.join(".git/journal/sessions").join(document["id"].as_str().unwrap()).join("objects").exists());
}

#[test]
fn a_damaged_log_is_read_as_far_as_it_goes() {
    let world = World::new();
    world.ok(&["start", "Damaged"]);
    world.ok(&["note", "kept"]);
    let folder = fs::read_dir(world.repo.join(".git/journal/sessions")).unwrap().next().unwrap().unwrap().path();
    let log = folder.join("events.jsonl");
    let mut bytes = fs::read(&log).unwrap();
    bytes.extend(b"\n{\"v\":1,\"id\":\"torn");
    fs::write(&log, &bytes).unwrap();
    world.ok(&["note", "kept too"]);
    let document = world.stop();
    let all = document.to_string();
    assert!(all.contains("kept too") && all.contains("1 record of the session's log was damaged and skipped"), "{}", document["derived"]);
    assert!(fs::read(&log).unwrap().starts_with(&bytes), "reading never rewrites");
}

#[test]
fn a_newer_log_is_read_but_never_written_to() {
    let world = World::new();
    world.ok(&["start", "Newer"]);
    let folder = fs::read_dir(world.repo.join(".git/journal/sessions")).unwrap().next().unwrap().unwrap().path();
    let log = folder.join("events.jsonl");
    let body = "{\"v\":99,\"id\":\"x\",\"at\":\"2026-11-22T09:02:00+01:00\",\"pid\":1,\"kind\":\"teleported\"";
    let mut bytes = fs::read(&log).unwrap();
    bytes.extend(format!("\n{body},\"crc\":\"{:08x}\"}}\n", crc32fast::hash(body.as_bytes())).bytes());
    fs::write(&log, &bytes).unwrap();
    let refused = world.journal(&["note", "x"]);
    assert!(refused.code == 1 && refused.stderr.contains("update journal"), "{}", refused.stderr);
    world.ok(&["status"]);
    assert_eq!(fs::read(&log).unwrap(), bytes);
}

#[test]
fn a_journal_folder_that_leads_elsewhere_is_refused() {
    let world = World::new();
    let outside = world.root.join("outside");
    fs::create_dir(&outside).unwrap();
    std::os::unix::fs::symlink(&outside, world.repo.join("journal")).unwrap();
    world.ok(&["start", "Escape"]);
    let refused = world.journal(&["stop", "--no-input"]);
    assert_eq!((refused.code, fs::read_dir(&outside).unwrap().count()), (4, 0), "{}", refused.stderr);
    fs::remove_file(world.repo.join("journal")).unwrap();
    world.stop();
}

#[test]
fn a_setting_that_means_nothing_is_told_and_in_nobodys_way() {
    let world = World::new();
    world.ok(&["start", "Port"]);
    world.write(".journal.toml", "folder = \"notes\"\ncolour = true\n[pr]\nshape = 1\n");
    for arguments in [&["note", "hi"][..], &["status"], &["stop", "--no-input"]] {
        let said = world.ok(arguments);
        assert_eq!(said.stderr.matches("warning: ").count(), 2, "{arguments:?}: {}", said.stderr);
        assert!(said.stderr.contains(".journal.toml has `pr.shape`, which is no setting here"), "{}", said.stderr);
    }
    assert!(world.repo.join("notes").is_dir(), "the other settings hold");
}

/// As with marks of a conflict, in the middle of a merge.
#[test]
fn settings_that_cannot_be_read_keep_nothing_from_being_recorded() {
    let world = World::new();
    world.write(".journal.toml", "folder = \"notes\"\n");
    world.commit("Settings");
    world.ok(&["start", "Port"]);
    world.write(".journal.toml", "<<<<<<< HEAD\nfolder = \"notes\"\n=======\n>>>>>>> x\n");
    for arguments in [&["note", "hi"][..], &["status"], &["diff"], &["hook", "uninstall"]] {
        let said = world.ok(arguments);
        assert!(said.stderr.contains("warning: ") && said.stderr.contains("going on without settings"), "{arguments:?}: {}", said.stderr);
    }
    let said = world.journal(&["stop", "--no-input"]);
    assert!(said.code == 1 && said.stderr.contains("correct that line"), "{}", said.stderr);
    world.git(&["checkout", "-q", ".journal.toml"]);
    world.ok(&["stop", "--no-input"]);
    assert!(world.repo.join("notes").is_dir());
}

/// The first record of a session's log tells what all the others belong to.
#[test]
fn a_session_survives_damage_where_its_log_begins() {
    let world = World::new();
    world.ok(&["start", "Invoices twice"]);
    world.ok(&["note", "kept"]);
    let folder = fs::read_dir(world.repo.join(".git/journal/sessions")).unwrap().next().unwrap().unwrap().path();
    let log = folder.join("events.jsonl");
    fs::write(&log, fs::read_to_string(&log).unwrap().replacen("Invoices", "Envoices", 1)).unwrap();
    assert!(world.ok(&["status"]).stdout.contains("Invoices twice"));
    // as an older version left it
    fs::remove_dir_all(folder.join("spool")).unwrap();
    for arguments in [&["status"][..], &["note", "more"], &["start", "Next"]] {
        let said = world.journal(arguments);
        assert!(said.code == 1 && said.stderr.contains("is damaged where it begins"), "{arguments:?}: {}", said.stderr);
    }
    fs::write(&log, fs::read_to_string(&log).unwrap().replacen("Envoices", "Invoices", 1)).unwrap();
    world.stop();
    let text = world.journal_text();
    assert!(text.contains("Invoices twice") && text.contains("kept"), "{text}");
}

#[test]
fn an_addendum_that_could_not_be_written_is_recorded_once() {
    let world = World::new();
    world.ok(&["start", "Port"]);
    world.stop();
    let folder = fs::read_dir(world.repo.join(".git/journal/sessions")).unwrap().next().unwrap().unwrap().path();
    let in_the_way = folder.join("rendered.next.md");
    fs::create_dir(&in_the_way).unwrap();
    let said = world.journal(&["amend", "journal/2026-11-22_port.md", "All refunds are paid"]);
    assert!(said.code == 1 && said.stderr.contains("the addendum is recorded"), "{}", said.stderr);
    fs::remove_dir(&in_the_way).unwrap();
    world.ok(&["refresh"]);
    assert_eq!(world.journal_text().matches("All refunds are paid").count(), 1);
}

#[test]
fn what_is_no_commit_is_said_in_words() {
    let world = World::new();
    let said = world.journal(&["diff", "HEAD:README.md"]);
    assert!(said.code == 3 && said.stderr.contains("names no commit or tree here"), "{}", said.stderr);
}

#[test]
fn a_repository_that_git_refuses_is_one() {
    let world = World::new();
    let config = world.read(".git/config");
    world.write(".git/config", format!("{config}[broken\n"));
    let said = world.journal(&["start", "Port"]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    assert!(said.stderr.contains("git cannot work with the repository at") && said.stderr.contains("bad config line"), "{}", said.stderr);
    assert!(!said.stderr.contains("git init") && !said.stderr.contains("not inside"), "{}", said.stderr);
}

#[test]
fn what_will_keep_the_journal_from_being_written_is_told_at_the_start() {
    for link in [false, true] {
        let world = World::new();
        match link {
            false => world.write("journal", "x\n"),
            true => std::os::unix::fs::symlink(&world.root, world.repo.join("journal")).unwrap(),
        }
        let said = world.ok(&["start", "Port"]);
        assert!(said.stderr.contains("warning: ") && said.stderr.contains("choose another folder in .journal.toml"), "{}", said.stderr);
        let said = world.journal(&["stop", "--no-input"]);
        assert!(said.code == 4 && said.stderr.contains("choose another folder in .journal.toml"), "{}: {}", said.code, said.stderr);
        world.write(".journal.toml", "folder = \"notes\"\n");
        world.ok(&["stop", "--no-input"]);
    }
}

#[test]
fn what_is_staged_alone_is_not_clean() {
    let world = World::new();
    world.write("README.md", "# Staged\n");
    world.git(&["add", "README.md"]);
    world.write("README.md", "# Shop\n");
    world.git(&["rm", "-q", "config/app.toml"]);
    world.write("new.rs", "pub fn new() {}\n");
    world.git(&["add", "new.rs"]);
    world.write("loose.rs", "pub fn loose() {}\n");
    let said = world.ok(&["start", "Port"]);
    assert!(said.stderr.contains("; 3 changed files and 1 untracked file from before"), "{}", said.stderr);
}
