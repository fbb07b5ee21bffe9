//! The trailer of commit messages: where it is asked for and belongs, however the message comes to be.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::world::World;

/// A session with the hooks of the trailer.
fn session() -> World {
    let world = World::new();
    world.ok(&["hook", "install", "--trailer"]);
    world.ok(&["start", "Trailers"]);
    world
}

/// Commits with an editor that is this shell command, which gets the file; the message, or none where git gives the commit up.
fn edited(world: &World, editor: &str, arguments: &[&str]) -> Option<String> {
    let mut git = world.command("git", &world.repo);
    let output = git.env("GIT_EDITOR", editor).args(arguments).output().unwrap();
    output.status.success().then(|| world.git(&["log", "-1", "--format=%B"]))
}

#[test]
fn a_message_from_an_editor_gets_it_when_the_editor_is_closed() {
    let world = session();
    world.write(".git/template", "TICKET-:\n\nWhy:\n");
    let write = |text: &str| format!("f() {{ printf '{text}' | cat - \"$1\" >\"$1.new\" && mv \"$1.new\" \"$1\"; }}; f");
    for (configuration, options, text, expected) in [
        ("", "", "Typed\\n", "Typed\n\nJournal: "),
        ("", "-v", "Typed\\n\\nBody.\\n", "Typed\n\nBody.\n\nJournal: "),
        ("core.commentChar=;", "-v", "#12 typed\\n", "#12 typed\n\nJournal: "),
        ("core.commentChar=auto", "-s", "Signed\\n", "Signed\n\nSigned-off-by: Robin Doe <robin@example.org>\nJournal: "),
        ("commit.cleanup=scissors", "", "#13 typed\\n", "#13 typed\n\nJournal: "),
        ("commit.template=.git/template", "", "TICKET-4:\\n\\n", "TICKET-4:\n\nTICKET-:\n\nWhy:\n\nJournal: "),
    ] {
        world.write("a.txt", format!("{configuration}{options}{text}"));
        let setting = if configuration.is_empty() { "core.abbrev=9" } else { configuration };
        let arguments: Vec<_> = ["-c", setting, "commit", "-a", options].into_iter().filter(|word| !word.is_empty()).collect();
        world.git(&["add", "a.txt"]);
        let message = edited(&world, &write(text), &arguments).unwrap_or_else(|| panic!("{arguments:?}"));
        assert!(message.starts_with(expected) && message.matches("Journal: ").count() == 1, "{arguments:?}: {message}");
        assert!(world.git(&["log", "-1", "--format=%(trailers:key=Journal)"]).starts_with("Journal: 01"), "{message}");
    }
    assert_eq!(edited(&world, &write("fixup! Typed\\n"), &["commit", "--allow-empty"]).unwrap(), "fixup! Typed");
    assert!(!world.repo.join(".git/COMMIT_EDITMSG.journal").exists(), "nothing is left waiting");
}

/// Git gives a commit up whose message is empty or its template as it was, and the trailer is no message.
#[test]
fn a_message_that_nobody_writes_commits_nothing() {
    let world = session();
    world.write(".git/template", "TICKET-:\n\nWhy:\n");
    world.write("a.txt", "a\n");
    world.git(&["add", "a.txt"]);
    for arguments in [
        &["commit"][..],
        &["commit", "-v"],
        &["commit", "-s"],
        &["commit", "-m", ""],
        &["commit", "-t", ".git/template"],
        &["-c", "commit.template=.git/template", "commit", "-s"],
        &["-c", "core.commentChar=;", "commit"],
        &["-c", "core.commentString=//", "commit", "-v"],
        &["-c", "commit.cleanup=strip", "commit", "-m", "#12 fix"],
    ] {
        assert_eq!(edited(&world, "true", arguments), None, "{arguments:?}");
    }
    let waiting = world.repo.join(".git/COMMIT_EDITMSG.journal");
    assert!(edited(&world, "false", &["commit"]).is_none() && waiting.exists());
    // what one commit left waiting is nothing to the next
    world.git(&["commit", "-q", "-m", "At once"]);
    assert_eq!(world.git(&["log", "-1", "--format=%B"]).matches("Journal: 01").count(), 1);
    assert!(!waiting.exists());
    assert!(edited(&world, "false", &["commit", "--allow-empty"]).is_none() && waiting.exists());
    world.ok(&["hook", "uninstall"]);
    assert!(!waiting.exists());
}

#[test]
fn a_message_without_an_editor_is_text_to_its_last_line() {
    let world = session();
    world.git(&["commit", "-q", "--allow-empty", "-m", "#12 fix"]);
    assert!(world.git(&["log", "-1", "--format=%B"]).starts_with("#12 fix\n\nJournal: 01"));
    fs::write(world.repo.join("message"), b"gr\xfcn\n").unwrap();
    world.git(&["-c", "i18n.commitEncoding=ISO-8859-1", "commit", "-q", "--allow-empty", "-F", "message"]);
    assert!(world.git(&["log", "-1", "--format=%B"]).starts_with("gr\u{fc}n\n\nJournal: 01"));
}

#[test]
fn what_another_hook_writes_below_it_leaves_it_a_trailer() {
    let appends = "printf '\\nRefs: X-1\\n' >>\"$1\"\n";
    for (interpreter, text) in
        [("#!/bin/sh\n", appends), ("#!/usr/bin/env -S sh\n", appends), ("#!/bin/sh\n", "exec \"$(dirname \"$0\")/theirs\" \"$@\"\n")]
    {
        let world = World::new();
        for (name, text) in [("prepare-commit-msg", format!("{interpreter}{text}")), ("theirs", format!("#!/bin/sh\n{appends}"))] {
            let path = world.repo.join(".git/hooks").join(name);
            world.write(&format!(".git/hooks/{name}"), text);
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        world.ok(&["hook", "install", "--trailer"]);
        world.ok(&["start", "Beside a hook"]);
        for arguments in [&["--allow-empty", "-m", "fix it", "-m", "body"][..], &["--allow-empty", "--amend", "--no-edit"]] {
            world.git(&[&["commit", "-q"], arguments].concat());
            let tokens = world.git(&["log", "-1", "--format=%(trailers:keyonly,separator=%x2C)"]);
            assert!(tokens.ends_with("Refs,Journal"), "{text}: {}", world.git(&["log", "-1", "--format=%B"]));
        }
        assert!(!world.repo.join(".git/COMMIT_EDITMSG.journal").exists(), "nothing is left waiting");
    }
}

#[test]
fn a_linked_worktree_has_its_own() {
    let world = session();
    world.git(&["worktree", "add", "-q", "../linked", "-b", "linked"]);
    let linked = world.root.join("linked");
    let commit = |name: &str| {
        let mut git = world.command("git", &linked);
        let editor = format!("sed -i '1i {name}'");
        assert!(git.env("GIT_EDITOR", editor).args(["commit", "-q", "--allow-empty"]).status().unwrap().success());
        world.git(&["log", "-1", "--format=%B", "linked"])
    };
    assert_eq!(commit("Without a session"), "Without a session");
    assert_eq!(world.journal_in(&linked, &["start", "Linked"]).code, 0);
    assert!(commit("With one").starts_with("With one\n\nJournal: 01"));
}

#[test]
fn a_trailer_only_where_asked_for_and_where_it_belongs() {
    let world = World::new();
    world.ok(&["hook", "install", "--trailer"]);
    let message = || world.git(&["log", "-1", "--format=%B"]);
    world.write("a.txt", "a\n");
    world.commit("Without a session");
    assert_eq!(message(), "Without a session");
    world.ok(&["start", "Trailers"]);
    world.write("a.txt", "b\n");
    world.commit("With one");
    let with = message();
    assert!(with.starts_with("With one\n\nJournal: 01"), "{with}");
    world.git(&["commit", "-q", "--amend", "--no-edit"]);
    assert_eq!(message(), with, "an amended message keeps its one trailer");
    world.git(&["config", "core.commentChar", ";"]);
    world.git(&["commit", "-q", "--allow-empty", "-m", "#12 with another comment mark"]);
    assert!(message().starts_with("#12 with another comment mark\n\nJournal: 01"), "{}", message());
    world.git(&["commit", "-q", "--allow-empty", "-m", "fixup! With one"]);
    assert_eq!(message(), "fixup! With one");
    world.write("message", "From a file\n\nSigned-off-by: R <r@example.org>\n");
    world.git(&["commit", "-q", "--allow-empty", "-F", "message"]);
    assert!(message().contains("Signed-off-by: R <r@example.org>\nJournal: 01"), "{}", message());
}
