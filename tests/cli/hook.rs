//! Hooks: what they record, and that they are never in the way of a commit.

use std::fs;
use std::path::{Path, PathBuf};

use crate::world::World;

/// The only session's folder.
fn session(world: &World) -> PathBuf {
    fs::read_dir(world.repo.join(".git/journal/sessions")).unwrap().next().unwrap().unwrap().path()
}

/// What the hooks of the main worktree wrote, without the mark at each end: `HEAD HOOK ARGUMENTS…`.
pub(crate) fn hook_records(world: &World) -> Vec<String> {
    let list = fs::read_to_string(session(world).join("hooks.log")).unwrap();
    let lines = list.lines().filter(|line| !line.is_empty());
    lines.map(|line| line.strip_prefix("1 ").unwrap().rsplit_once(' ').unwrap().0.to_owned()).collect()
}

/// What the program wrote when a hook ran it.
fn recorded(world: &World) -> usize {
    fs::read_to_string(session(world).join("events.jsonl")).unwrap().matches("\"kind\":\"hooked\"").count()
}

#[test]
fn commits_are_seen_and_twice_installed_is_once() {
    let world = World::new();
    world.ok(&["hook", "install"]);
    let text = world.read(".git/hooks/post-commit");
    world.ok(&["hook", "install"]);
    assert_eq!(world.read(".git/hooks/post-commit"), text);
    world.ok(&["start", "Seen"]);
    world.write("a.txt", "a\n");
    let id = world.commit("Add a");
    assert_eq!((hook_records(&world), recorded(&world)), (vec![format!("{id} post-commit")], 0), "no process was started");
    world.ok(&["hook", "uninstall"]);
    assert!(!world.repo.join(".git/hooks/post-commit").exists());
}

#[test]
fn a_commit_succeeds_whatever_is_wrong_with_us() {
    let world = World::new();
    let program = world.root.join("bin/journal");
    fs::create_dir_all(program.parent().unwrap()).unwrap();
    // copied by another process: a file that this one has open for writing, seen by a test that forks just then, cannot be run
    assert!(std::process::Command::new("cp").arg(env!("CARGO_BIN_EXE_journal")).arg(&program).status().unwrap().success());
    let run =
        |arguments: &[&str]| assert!(world.command(program.to_str().unwrap(), &world.repo).args(arguments).status().unwrap().success());
    run(&["hook", "install"]);
    let commit = |name: &str| {
        world.write(name, name);
        world.git(&["add", "-A"]);
        let output = world.command("git", &world.repo).args(["commit", "-q", "-m", name]).output().unwrap();
        assert_eq!((output.status.code(), output.stdout.as_slice(), output.stderr.as_slice()), (Some(0), &b""[..], &b""[..]), "{name}");
    };
    commit("no session");
    run(&["start", "x"]);
    let folder = session(&world);
    let list = folder.join("hooks.log");
    fs::write(&list, b"\x00\xffgarbage").unwrap();
    commit("damaged list");
    assert!(fs::read(&list).unwrap().ends_with(b"\n"));
    fs::remove_file(&list).unwrap();
    fs::write(world.root.join("elsewhere"), "not ours").unwrap();
    std::os::unix::fs::symlink(world.root.join("elsewhere"), &list).unwrap();
    commit("a link for a list");
    assert_eq!(fs::read_to_string(world.root.join("elsewhere")).unwrap(), "not ours");
    fs::remove_file(&list).unwrap();
    assert!(world.command("mkfifo", &folder).arg("hooks.log").status().unwrap().success());
    commit("a pipe for a list");
    fs::remove_file(&list).unwrap();
    fs::write(folder.join("events.jsonl"), b"\x00\xffgarbage").unwrap();
    commit("damaged log");
    fs::remove_file(folder.join("events.jsonl")).unwrap();
    assert!(world.command("mkfifo", &folder).arg("events.jsonl").status().unwrap().success());
    commit("a pipe for a log");
    fs::remove_dir_all(&folder).unwrap();
    commit("session gone");
    fs::write(world.repo.join(".git/journal/active/main"), b"\xff\xfe../../..").unwrap();
    commit("nonsense in the marker");
    fs::remove_file(world.repo.join(".git/journal/active/main")).unwrap();
    run(&["start", "y"]);
    fs::write(world.repo.join(".git/journal/active/main"), b"\xff\xfe../../..").unwrap();
    assert_eq!(world.journal(&["start", "z"]).code, 4, "the session that runs is known without its marker");
    run(&["stop", "--no-input"]);
    assert!(!world.repo.join(".git/journal/active/main").exists());
    fs::remove_file(&program).unwrap();
    commit("program gone");
}

#[test]
fn a_linked_worktree_records_into_its_own_session() {
    let world = World::new();
    world.ok(&["hook", "install"]);
    world.git(&["worktree", "add", "-q", "../other", "-b", "other"]);
    let other = world.root.join("other");
    world.ok(&["start", "Here"]);
    fs::write(other.join("b.txt"), "b\n").unwrap();
    for arguments in [&["add", "-A"][..], &["commit", "-q", "-m", "Theirs"]] {
        assert!(world.command("git", &other).args(arguments).status().unwrap().success());
    }
    assert_eq!((hook_records(&world).len(), recorded(&world)), (0, 0));
    world.write("a.txt", "a\n");
    world.commit("Ours");
    assert_eq!((hook_records(&world).len(), recorded(&world)), (1, 0));
    fs::remove_dir_all(world.repo.join(".git/journal")).unwrap();
    assert_eq!(world.journal_in(&other, &["start", "There"]).code, 0);
    world.write("a.txt", "again\n");
    world.commit("Ours again");
    assert!(world.command("git", &other).args(["commit", "-q", "--allow-empty", "-m", "Theirs again"]).status().unwrap().success());
    let theirs = world.git(&["rev-parse", "other"]);
    assert_eq!((hook_records(&world), recorded(&world)), (vec![format!("{theirs} post-commit")], 0), "no process was started");
}

#[test]
fn each_shell_writes_the_same_line() {
    let world = World::new();
    world.ok(&["hook", "install"]);
    world.ok(&["start", "Shells"]);
    let (head, hook) = (world.git(&["rev-parse", "HEAD"]), world.repo.join(".git/hooks/post-checkout"));
    let each_writes = |folder: &Path, git_dir: Option<&Path>| {
        let mut lines = 0;
        for shell in ["sh -eu", "dash -eu", "bash -eu", "bash --posix -eu", "zsh -eu", "ksh -eu", "busybox sh -eu"] {
            let mut words = shell.split(' ');
            let mut command = world.command(words.next().unwrap(), folder);
            command.envs(git_dir.map(|path| ("GIT_DIR", path)));
            let Ok(output) = command.args(words).arg(&hook).args([&head, &head, "1"]).output() else { continue };
            assert_eq!(
                (output.status.code(), output.stdout.as_slice(), output.stderr.as_slice()),
                (Some(0), &b""[..], &b""[..]),
                "{shell}"
            );
            lines += 1;
            assert_eq!(hook_records(&world), vec![format!("{head} post-checkout {head} {head} 1"); lines], "{shell}");
        }
        assert!(lines > 0);
    };
    each_writes(&world.repo, None);
    fs::remove_dir_all(world.repo.join(".git/journal")).unwrap();
    world.git(&["-c", "core.hooksPath=/dev/null", "worktree", "add", "-q", "../linked", "-b", "linked"]);
    let linked = world.root.join("linked");
    assert_eq!(world.journal_in(&linked, &["start", "Linked"]).code, 0);
    each_writes(&linked, Some(&world.repo.join(".git/worktrees/linked")));
}

/// A session with hooks in a repository that keeps no reflog.
fn without_reflog() -> World {
    let world = World::new();
    world.git(&["config", "core.logAllRefUpdates", "false"]);
    fs::remove_dir_all(world.repo.join(".git/logs")).ok();
    world.ok(&["hook", "install"]);
    world.ok(&["start", "No reflog"]);
    world
}

#[test]
fn without_a_reflog_the_hooks_tell_which_commits_are_the_sessions() {
    let world = without_reflog();
    world.write("a.txt", "a\n");
    let id = world.commit("Add a");
    let told = world.ok(&["stop", "--no-input", "--format", "json"]).stdout;
    let document: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(document["commits"][0]["id"], id.as_str());
    assert!(told.contains("commits that hooks saw"), "{told}");
}

#[test]
fn without_a_reflog_the_hooks_tell_of_other_branches_and_of_what_is_gone() {
    let world = without_reflog();
    world.write("a.txt", "a\n");
    let draft = world.commit("Draft");
    world.git(&["commit", "-q", "--amend", "-m", "Better"]);
    world.git(&["switch", "-q", "-c", "try"]);
    world.write("t.txt", "t\n");
    world.commit("On try");
    world.git(&["switch", "-q", "main"]);
    world.git(&["commit", "-q", "--allow-empty", "-m", "Trigger"]);
    world.write("a.txt", "a\nbad\n");
    world.commit("Bad");
    world.git(&["reset", "-q", "--hard", "HEAD~1"]);
    world.write("c.txt", "c\n");
    world.commit("Last");
    let document = world.stop();
    let mut told: Vec<String> =
        document["commits"].as_array().unwrap().iter().map(|c| format!("{} {}", c["subject"], c["branch"])).collect();
    told.sort();
    assert_eq!(told, [r#""Better" null"#, r#""Last" null"#, r#""On try" "try""#, r#""Trigger" null"#]);
    let better = document["commits"].as_array().unwrap().iter().find(|commit| commit["subject"] == "Better").unwrap();
    assert_eq!(better["replaced"], serde_json::json!([draft]));
    assert!(world.journal_text().contains("Bad — did not last"), "{}", world.journal_text());
}

/// Records of either kind in all sessions below a git directory.
fn all_records(git_dir: &Path) -> usize {
    let sessions = fs::read_dir(git_dir.join("journal/sessions")).into_iter().flatten().map(|entry| entry.unwrap().path());
    let count = |folder: PathBuf| {
        let text = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_default();
        text("hooks.log").matches(" post-commit").count() + text("events.jsonl").matches("\"hook\":\"post-commit\"").count()
    };
    sessions.map(count).sum()
}

#[test]
fn a_commit_is_recorded_once_however_it_is_made() {
    let world = World::new();
    let (repo, git_dir) = (world.repo.to_str().unwrap(), world.repo.join(".git"));
    world.ok(&["hook", "install"]);
    world.ok(&["start", "Ways"]);
    let made = |place: &Path, environment: &[(&str, &str)], arguments: &[&str]| {
        let before = all_records(&git_dir);
        let mut git = world.command("git", place);
        git.envs(environment.iter().copied()).args(arguments).args(["commit", "-q", "--allow-empty", "-m", "One"]);
        let output = git.output().unwrap();
        assert_eq!((output.status.code(), output.stdout.len(), output.stderr.len()), (Some(0), 0, 0), "{arguments:?}");
        assert_eq!(all_records(&git_dir), before + 1, "{environment:?} {arguments:?} in {}", place.display());
    };
    let top = ["/repo/.git", "/repo"].map(|path| format!("{}{path}", world.root.display()));
    made(&world.repo, &[], &[]);
    made(&world.repo.join("src"), &[], &[]);
    made(&world.root, &[], &["-C", "repo"]);
    made(&world.root, &[], &["-C", "repo/src"]);
    made(&world.root, &[], &["--git-dir", "repo/.git", "--work-tree", "repo"]);
    made(&world.root, &[("GIT_DIR", &top[0]), ("GIT_WORK_TREE", &top[1])], &[]);
    made(&world.repo, &[("GIT_DIR", ".git")], &[]);
    made(&world.repo, &[("GIT_INDEX_FILE", ".git/index"), ("IFS", "/")], &[]);
    let hook = git_dir.join("hooks/post-commit");
    let text = fs::read_to_string(&hook).unwrap();
    for shell in
        ["bash", "dash", "bash -e", "dash -u"].iter().filter(|shell| Path::new("/bin").join(shell.split(' ').next().unwrap()).exists())
    {
        fs::write(&hook, text.replace("#!/bin/sh", &format!("#!/bin/{shell}"))).unwrap();
        made(&world.repo, &[], &[]);
    }
    fs::write(&hook, &text).unwrap();

    // a rebase makes each commit anew
    world.git(&["branch", "-q", "other", "HEAD~2"]);
    let before = all_records(&git_dir);
    world.git(&["-c", "advice.skippedCherryPicks=false", "rebase", "-q", "--keep-empty", "--force-rebase", "other"]);
    assert_eq!(all_records(&git_dir), before + 2, "picks of a rebase");

    // the same hooks for all repositories of a user, run in a linked worktree and in a submodule
    let global = world.root.join("gitconfig");
    fs::write(&global, format!("[core]\n\thooksPath = {repo}/.git/hooks\n[protocol \"file\"]\n\tallow = always\n")).unwrap();
    let everywhere = [("GIT_CONFIG_GLOBAL", global.to_str().unwrap())];
    made(&world.repo, &everywhere, &[]);
    world.git(&["worktree", "add", "-q", "../linked", "-b", "linked"]);
    let linked = world.root.join("linked");
    assert_eq!(world.journal_in(&linked, &["start", "Linked"]).code, 0);
    made(&linked, &[], &[]);
    made(&linked, &everywhere, &[]);
    let allowed = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "./.git", "module"];
    world.git(&allowed);
    let module = world.repo.join("module");
    assert_eq!(world.journal_in(&module, &["start", "Module"]).code, 0);
    let before = all_records(&git_dir);
    let mut git = world.command("git", &module);
    assert!(git.envs(everywhere).args(["commit", "-q", "--allow-empty", "-m", "In it"]).status().unwrap().success());
    assert_eq!((all_records(&git_dir.join("modules/module")), all_records(&git_dir)), (1, before), "a submodule has its own session");
}

#[test]
fn without_a_reflog_what_a_pull_brought_is_not_the_sessions() {
    let world = World::new();
    world.git(&["clone", "-q", ".", "../theirs"]);
    world.git(&["config", "core.logAllRefUpdates", "false"]);
    fs::remove_dir_all(world.repo.join(".git/logs")).ok();
    world.ok(&["hook", "install"]);
    world.ok(&["start", "No reflog"]);
    let theirs = world.root.join("theirs");
    let git = |place: &Path, person: &str, arguments: &[&str]| {
        let mut git = world.command("git", place);
        git.env("GIT_COMMITTER_NAME", person).env("GIT_COMMITTER_EMAIL", "robin@example.org");
        assert!(git.args(arguments).status().unwrap().success(), "{arguments:?}");
    };
    let commit = |place: &Path, person: &str, name: &str| {
        fs::write(place.join(name), name).unwrap();
        git(place, person, &["add", "-A"]);
        git(place, person, &["commit", "-q", "-m", name]);
    };
    let pull = || world.git(&["pull", "-q", "--ff-only", "../theirs", "main"]);
    commit(&theirs, "Kim", "Forward");
    git(&theirs, "Kim", &["switch", "-q", "-c", "side", "HEAD~1"]);
    commit(&theirs, "Kim", "Side");
    git(&theirs, "Kim", &["switch", "-q", "main"]);
    pull();
    git(&theirs, "Kim", &["merge", "-q", "--no-ff", "side", "-m", "Their merge"]);
    pull();
    world.git(&["switch", "-q", "-c", "topic", "HEAD~1"]);
    commit(&world.repo, "Robin Doe", "Ours");
    world.git(&["merge", "-q", "--no-ff", "main", "-m", "Our merge"]);
    let commits = world.stop()["commits"].clone();
    assert_eq!(crate::world::each(&commits, "subject"), ["Ours", "Our merge"]);
}
