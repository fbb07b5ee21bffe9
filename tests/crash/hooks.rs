//! The lines that hooks run in the shell: they append one record to a list by themselves, whatever state it is in.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use session_journal::event::Hooked;
use session_journal::log::Log;

use crate::scene::{Scene, Stage};

/// Shells that run hooks, those that are here.
fn shells() -> Vec<&'static str> {
    let here = |shell: &&str| Command::new(shell).args(["-c", ":"]).status().is_ok_and(|status| status.success());
    ["dash", "bash", "zsh", "ksh"].into_iter().filter(here).collect()
}

/// A session with our hooks, and its folder.
fn session() -> (Scene, PathBuf) {
    let scene = Scene::build(Stage::Active);
    scene.ok(&["hook", "install"]);
    let folder = scene.sessions().remove(0);
    (scene, folder)
}

/// Runs a hook in a shell.
fn hook(scene: &Scene, shell: &str, arguments: &[&str]) -> Command {
    let mut command = scene.command(shell);
    command.arg(scene.hook("post-rewrite")).args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// It succeeded and said nothing.
fn quiet(output: &Output, place: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    let silent = output.stdout.is_empty() && said.lines().all(|line| line.starts_with("strace: Requested path"));
    assert!(output.status.success() && silent, "{place}: {output:?}");
}

/// What a session's hooks recorded, in either way, and how many records are damaged.
fn hook_records(folder: &Path) -> (Vec<Hooked>, usize) {
    let records = Log::at(folder).read().unwrap();
    let hooked = records.events.into_iter().filter_map(|event| match event.fact {
        session_journal::event::Fact::Hooked(hooked) => Some(hooked),
        _ => None,
    });
    (records.hook_records.into_iter().chain(hooked).collect(), records.damaged)
}

#[test]
fn a_fault_at_any_call_loses_at_most_its_own_record() {
    if Command::new("strace").arg("-V").stdout(Stdio::null()).status().is_err() {
        return;
    }
    for shell in shells() {
        let (scene, folder) = session();
        let git = scene.repo().join(".git");
        let (list, trace) = (folder.join("hooks.log"), scene.root.join("trace"));
        let watched = [git.join("journal/active/main"), git.join("HEAD"), git.join("refs/heads/main"), list];
        let mut injected = 0;
        for (path, call, fault) in watched.iter().flat_map(|path| {
            ["openat", "read", "write", "close"]
                .into_iter()
                .flat_map(move |call| ["signal=KILL", "error=ENOSPC", "error=EIO"].into_iter().map(move |fault| (path, call, fault)))
        }) {
            for n in 1..5 {
                let place = format!("{shell} at {call} number {n} of {} with {fault}", path.display());
                let before = hook_records(&folder).0.len();
                let mut strace = scene.command("strace");
                // the paths of the hook are relative to the repository
                let relative = path.strip_prefix(scene.repo()).unwrap();
                strace.args(["-qq", "-o"]).arg(&trace).arg("-P").arg(relative).arg("-P").arg(path);
                strace.args(["-e", &format!("trace={call}"), "-e", &format!("inject={call}:{fault}:when={n}"), shell]);
                let output = strace.arg(scene.hook("post-rewrite")).arg("amend").output().unwrap();
                let text = fs::read_to_string(&trace).unwrap_or_default();
                if !text.contains("(INJECTED)") && !text.contains("SIGKILL") {
                    break;
                }
                injected += 1;
                if !fault.contains("KILL") {
                    quiet(&output, &place);
                }
                let after = hook_records(&folder).0.len();
                assert!((before..=before + 1).contains(&after), "{place}: {after} records after {before}");
                quiet(&hook(&scene, shell, &["amend"]).output().unwrap(), &place);
                assert_eq!(hook_records(&folder).0.len(), after + 1, "{place}: the record after it");
            }
        }
        assert!(injected > 20, "{shell}: only {injected} faults");
    }
}

#[test]
fn a_record_after_a_torn_one_is_read() {
    let (scene, folder) = session();
    let list = folder.join("hooks.log");
    for shell in shells() {
        fs::write(&list, "").unwrap();
        quiet(&hook(&scene, shell, &["amend"]).output().unwrap(), shell);
        let line = fs::read(&list).unwrap();
        for cut in 0..line.len() {
            fs::write(&list, &line[..cut]).unwrap();
            let before = hook_records(&folder).0.len();
            quiet(&hook(&scene, shell, &["rebase"]).output().unwrap(), shell);
            let (records, damaged) = hook_records(&folder);
            assert_eq!(
                (records.len(), records.last().unwrap().arguments.join(" ").as_str()),
                (before + 1, "rebase"),
                "{shell}: cut at {cut}"
            );
            assert!(damaged <= 1, "{shell}: cut at {cut}");
        }
    }
}

#[test]
fn many_at_once_and_some_killed_lose_nothing_and_make_up_nothing() {
    let (scene, folder) = session();
    let shells = shells();
    let acknowledged: Vec<String> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..16)
            .map(|writer| {
                let (scene, shells) = (&scene, &shells);
                scope.spawn(move || {
                    let mut done = Vec::new();
                    for n in 0..12 {
                        let name = format!("w{writer}n{n}");
                        let mut child = hook(scene, shells[(writer + n) % shells.len()], &[&name]).spawn().unwrap();
                        if n % 3 == 2 {
                            std::thread::sleep(Duration::from_micros(300 * (writer * 7 + n) as u64 % 4000));
                            child.kill().ok();
                        }
                        let output = child.wait_with_output().unwrap();
                        assert!(output.status.success() || n % 3 == 2, "{output:?}");
                        done.extend(output.status.success().then_some(name));
                    }
                    done
                })
            })
            .collect();
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    });
    let (records, _) = hook_records(&folder);
    let mut names: Vec<&String> = records.iter().flat_map(|hooked| &hooked.arguments).collect();
    assert!(acknowledged.len() >= 16 * 8);
    for name in &acknowledged {
        assert_eq!(names.iter().filter(|there| **there == name).count(), 1, "{name}");
    }
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count, "a record is there twice");
    assert!(count <= 16 * 12);
}

#[test]
fn a_damaged_list_never_tells_of_what_was_not() {
    let (scene, folder) = session();
    let list = folder.join("hooks.log");
    for arguments in [&["amend"][..], &[], &["rebase"]] {
        quiet(&hook(&scene, "sh", arguments).output().unwrap(), "sh");
    }
    let (bytes, (all, _)) = (fs::read(&list).unwrap(), hook_records(&folder));
    for at in 0..bytes.len() {
        for flip in [0x01, 0x15, 0x80] {
            let mut flipped = bytes.clone();
            flipped[at] ^= flip;
            fs::write(&list, &flipped).unwrap();
            let (records, _) = hook_records(&folder);
            assert!(records.len() >= all.len() - 2, "byte {at}");
            assert!(records.iter().all(|hooked| hooked.head.is_none() || hooked.head == all[0].head), "byte {at} made up a commit");
        }
    }
}

#[test]
fn a_commit_succeeds_on_a_full_disk_and_is_told_all_the_same() {
    let scene = Scene::build(Stage::Fresh);
    let disk = scene.repo().join(".git/journal");
    fs::create_dir_all(&disk).unwrap();
    let Some(_mounted) = Mounted::at(&disk, "size=512k") else {
        eprintln!("no small file system can be mounted: no full disk was played");
        return;
    };
    scene.ok(&["hook", "install"]);
    scene.ok(&["start", "Full"]);
    let mut filler = OpenOptions::new().create(true).append(true).open(disk.join("filler")).unwrap();
    while filler.write_all(&[0; 512]).is_ok() {}
    while filler.write_all(&[0; 1]).is_ok() {}
    let commit = |name: &str| {
        let output = scene.command("git").args(["commit", "-q", "--allow-empty", "-m", name]).output().unwrap();
        quiet(&output, name);
    };
    commit("first");
    // the last page of the log takes some more
    let long = |n: usize| format!("{n} {}", "x".repeat(900));
    let kept = (0..20).take_while(|n| scene.journal(&["note", &long(*n)]).status.success()).count();
    assert!(kept < 20, "the disk is not full");
    drop(filler);
    fs::remove_file(disk.join("filler")).unwrap();
    commit("second");
    let document = scene.ok(&["stop", "--no-input", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&document).unwrap();
    let subjects: Vec<_> = document["commits"].as_array().unwrap().iter().map(|commit| commit["subject"].as_str().unwrap()).collect();
    assert_eq!(subjects, ["first", "second"]);
    let text = document.to_string();
    assert!((0..kept).all(|n| text.matches(&long(n)).count() == 1), "an acknowledged note is not there once");
}

/// A small file system in memory, until it is dropped. Needs the rights to mount one.
struct Mounted<'a>(&'a Path);

impl<'a> Mounted<'a> {
    fn at(path: &'a Path, options: &str) -> Option<Self> {
        let mut mount = Command::new("mount");
        let status = mount.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(path).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success()).then_some(Self(path))
    }
}

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        Command::new("umount").arg("-l").arg(self.0).status().ok();
    }
}

#[test]
fn hostile_names_are_only_names() {
    let scene = Scene::build(Stage::Fresh);
    let moved = scene.root.join("re po'\"$(touch pwned)`x`;&");
    fs::rename(scene.repo(), &moved).unwrap();
    let run = |program: &str, arguments: &[&str]| {
        let output = scene.command(program).current_dir(&moved).args(arguments).stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    let journal = env!("CARGO_BIN_EXE_journal");
    run(journal, &["hook", "install"]);
    run(journal, &["start", "Hostile"]);
    for branch in ["a'b\"c$(touch${IFS}pwned)", "-n", "%s%n\u{e9}", "$HOME;true&", "x y".replace(' ', "\u{a0}").as_str()] {
        run("git", &["symbolic-ref", "HEAD", &format!("refs/heads/{branch}")]);
        run("git", &["commit", "-q", "--allow-empty", "-m", "On a hostile branch"]);
        let folder = fs::read_dir(moved.join(".git/journal/sessions")).unwrap().next().unwrap().unwrap().path();
        let (records, damaged) = hook_records(&folder);
        let head = run("git", &["rev-parse", "HEAD"]);
        assert_eq!((records.last().unwrap().head.as_deref(), damaged), (Some(head.as_str()), 0), "{branch}");
    }
    // arguments that git does not give
    for shell in shells() {
        let mut command = scene.command(shell);
        let words = ["a\nb", "$(touch pwned)", "'", "\\n%s"];
        let output = command.current_dir(&moved).arg(".git/hooks/post-rewrite").args(words).output().unwrap();
        quiet(&output, shell);
    }
    let folder = fs::read_dir(moved.join(".git/journal/sessions")).unwrap().next().unwrap().unwrap().path();
    assert_eq!(hook_records(&folder).1, 0);
    let left: Vec<_> = fs::read_dir(&moved).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name == "pwned"), "{left:?}");
}
