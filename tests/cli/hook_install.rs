//! Hooks go in and out without a trace, beside anything that is there.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::hook::hook_records;
use crate::world::World;

fn place(path: &Path, text: &[u8], mode: u32) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn hooks_of_others_keep_running_and_come_back_byte_for_byte() {
    let world = World::new();
    let hooks = world.repo.join(".git/hooks");
    let shell = b"#!/bin/bash\necho shell >>ran\nexit 0";
    let python = b"#!/usr/bin/env python3\nimport sys\nopen('ran', 'a').write('python ' + sys.stdin.read())\n";
    place(&hooks.join("post-commit"), shell, 0o750);
    place(&hooks.join("post-rewrite"), python, 0o755);
    place(&hooks.join("post-merge"), b"#!/bin/sh\nfalse\n", 0o644);
    world.ok(&["hook", "install"]);
    world.ok(&["start", "Beside others"]);
    world.write("a.txt", "a\n");
    world.commit("Add a");
    world.git(&["commit", "-q", "--amend", "-m", "Add an a"]);
    let ran = world.read("ran");
    assert!(ran.starts_with("shell\nshell\npython ") && ran.len() > 100, "the rewritten ids reached the hook that was there: {ran}");
    let names: Vec<_> = hook_records(&world).iter().map(|line| line.split_once(' ').unwrap().1.to_owned()).collect();
    assert_eq!(names, ["post-commit", "post-commit", "post-rewrite amend"]);
    assert!(world.ok(&["hook", "status"]).stdout.contains("post-merge: there is one that is not executable"));

    world.ok(&["hook", "uninstall"]);
    for (hook, text, mode) in
        [("post-commit", &shell[..], 0o750), ("post-rewrite", python, 0o755), ("post-merge", b"#!/bin/sh\nfalse\n", 0o644)]
    {
        let path = hooks.join(hook);
        assert_eq!((fs::read(&path).unwrap().as_slice(), path.metadata().unwrap().permissions().mode() & 0o777), (text, mode), "{hook}");
    }
    assert!(!world.repo.join(".git/hooks.before-journal").exists());
}

#[test]
fn a_hook_edited_after_the_installation_loses_only_our_lines() {
    let world = World::new();
    let hook = world.repo.join(".git/hooks/post-commit");
    place(&hook, b"#!/bin/sh\necho one\n", 0o755);
    world.ok(&["hook", "install"]);
    let text = fs::read_to_string(&hook).unwrap();
    fs::write(&hook, text + "echo two\n").unwrap();
    world.ok(&["hook", "uninstall"]);
    assert_eq!(fs::read_to_string(&hook).unwrap(), "#!/bin/sh\necho one\necho two\n");
}

#[test]
fn hooks_that_are_switched_off_are_left_off() {
    let world = World::new();
    world.git(&["config", "core.hooksPath", "/dev/null"]);
    let said = world.journal(&["hook", "install"]);
    assert_eq!(said.code, 4, "{}", said.stderr);
    assert!(said.stderr.contains("switched off") && said.stderr.contains("git config --local --unset core.hooksPath"), "{}", said.stderr);
}

#[test]
fn what_is_no_file_is_no_hook() {
    let world = World::new();
    let folder = world.repo.join(".git/hooks/post-commit");
    fs::create_dir_all(&folder).unwrap();
    world.ok(&["hook", "install"]);
    world.ok(&["hook", "uninstall"]);
    assert!(folder.is_dir() && !world.repo.join(".git/hooks/post-merge").exists());
}

/// Our own reading and writing of private indexes is nothing to them.
#[test]
fn hooks_of_others_do_not_run_for_us() {
    let world = World::new();
    place(&world.repo.join(".git/hooks/post-index-change"), b"#!/bin/sh\necho ran >>.git/ran\n", 0o755);
    world.ok(&["start"]);
    world.write("a.txt", "a\n");
    world.ok(&["status"]);
    world.ok(&["diff"]);
    world.stop();
    assert!(!world.repo.join(".git/ran").exists());
}

#[test]
fn lines_of_an_older_version_are_brought_up_to_date_and_come_out_again() {
    let world = World::new();
    let hook = world.repo.join(".git/hooks/post-commit");
    let mine = "#!/bin/sh\necho mine >/dev/null\n";
    place(&hook, mine.as_bytes(), 0o755);
    world.ok(&["hook", "install"]);
    let today = fs::read_to_string(&hook).unwrap();
    let (begin, end) = (today.find("# >>> journal >>>").unwrap(), today.find("# <<< journal <<<").unwrap());
    let older = format!("{}# >>> journal >>> older\njournal hook run post-commit || :\n{}", &today[..begin], &today[end..]);
    fs::write(&hook, older).unwrap();
    world.ok(&["hook", "install"]);
    assert_eq!(fs::read_to_string(&hook).unwrap(), today);
    world.ok(&["hook", "uninstall"]);
    assert_eq!(fs::read_to_string(&hook).unwrap(), mine);
}

#[test]
fn hooks_that_the_shell_cannot_hold_are_run_beside_ours_and_come_back_as_they_were() {
    let world = World::new();
    let hooks = world.repo.join(".git/hooks");
    let tool = world.root.join("tool");
    place(&tool, b"#!/bin/sh\necho tool >>ran\n", 0o755);
    fs::create_dir_all(&hooks).unwrap();
    std::os::unix::fs::symlink("../../../tool", hooks.join("post-commit")).unwrap();
    let crlf = b"#!/bin/sh\r\necho crlf\r\n";
    place(&hooks.join("post-checkout"), crlf, 0o711);
    place(&hooks.join("post-rewrite"), b"#!/bin/sh\n\"exec\" \"cat\" \"$0\"\n", 0o755);
    std::os::unix::fs::symlink("post-rewrite", hooks.join("post-merge")).unwrap();
    world.ok(&["hook", "install"]);
    assert!(world.ok(&["hook", "status"]).stdout.matches(": installed").count() == 4);
    world.ok(&["hook", "install"]);
    world.ok(&["start", "Beside"]);
    world.write("a.txt", "a\n");
    world.commit("Add a");
    assert_eq!((world.read("ran").as_str(), hook_records(&world).len()), ("tool\n", 1));
    world.ok(&["hook", "uninstall"]);
    assert_eq!(fs::read_link(hooks.join("post-commit")).unwrap(), Path::new("../../../tool"));
    assert_eq!(fs::read_link(hooks.join("post-merge")).unwrap(), Path::new("post-rewrite"));
    let checkout = hooks.join("post-checkout");
    assert_eq!((fs::read(&checkout).unwrap().as_slice(), checkout.metadata().unwrap().permissions().mode() & 0o777), (&crlf[..], 0o711));
    let left: Vec<_> = fs::read_dir(&hooks).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(!left.iter().any(|name| name.contains("journal")), "{left:?}");
    assert!(!world.repo.join(".git/hooks.before-journal").exists());
}

/// Some find out by it what to do, as programs of many names do.
#[test]
fn a_hook_that_ours_runs_keeps_its_name_and_its_neighbours() {
    let world = World::new();
    let hooks = world.repo.join(".git/hooks");
    let script = b"#!/usr/bin/env python3\nimport os, sys\nfolder, name = os.path.split(sys.argv[0])\n\
        open('ran', 'a').write(name + open(os.path.join(folder, 'word')).read() + open(os.path.join(folder, '../config')).read()[:6] + '\\n')\n";
    place(&hooks.join("word"), b" word ", 0o644);
    place(&hooks.join("multi"), script, 0o755);
    std::os::unix::fs::symlink("multi", hooks.join("post-merge")).unwrap();
    place(&hooks.join("post-commit"), script, 0o755);
    std::os::unix::fs::symlink("post-commit", hooks.join("post-checkout")).unwrap();
    world.ok(&["hook", "install"]);
    world.ok(&["hook", "install"]);
    world.git(&["commit", "-q", "--allow-empty", "-m", "One"]);
    world.git(&["checkout", "-q", "-b", "other"]);
    world.git(&["merge", "-q", "--no-ff", "main"]);
    world.git(&["commit", "-q", "--allow-empty", "-m", "Two"]);
    world.git(&["checkout", "-q", "main"]);
    world.git(&["merge", "-q", "other"]);
    let names = ["post-commit", "post-checkout", "post-commit", "post-checkout", "post-merge"];
    assert_eq!(world.read("ran"), names.map(|name| format!("{name} word [core]\n")).concat());
    world.ok(&["hook", "uninstall"]);
    assert_eq!(fs::read_link(hooks.join("post-merge")).unwrap(), Path::new("multi"));
    assert_eq!(fs::read(hooks.join("post-commit")).unwrap(), script);
    assert!(!world.repo.join(".git/hooks.before-journal").exists());
}

/// It gave hooks that it ran another name.
#[test]
fn an_earlier_installation_is_brought_up_to_date_and_comes_out_again() {
    let world = World::new();
    let hooks = world.repo.join(".git/hooks");
    let (hook, renamed) = (hooks.join("post-commit"), hooks.join("post-commit.before-journal"));
    let script = b"#!/usr/bin/env python3\nimport sys\nopen('ran', 'a').write(sys.argv[0].rsplit('/', 1)[1])\n";
    place(&renamed, script, 0o755);
    let earlier = "#!/bin/sh\n# >>> journal >>> `journal hook uninstall` removes these lines\njournal hook run post-commit || :\n\
                   # <<< journal <<<\n# The hook that was here before; it gets the arguments, the standard input and the last word.\n\
                   exec \"$(dirname \"$0\")/post-commit.before-journal\" \"$@\"\n";
    let install_earlier = || place(&hook, earlier.as_bytes(), 0o755);
    install_earlier();
    world.ok(&["hook", "install"]);
    assert!(!renamed.exists());
    world.git(&["commit", "-q", "--allow-empty", "-m", "One"]);
    assert_eq!(world.read("ran"), "post-commit");
    world.ok(&["hook", "uninstall"]);
    assert_eq!(fs::read(&hook).unwrap(), script);
    fs::rename(&hook, &renamed).unwrap();
    install_earlier();
    world.ok(&["hook", "uninstall"]);
    assert!(fs::read(&hook).unwrap() == script && !renamed.exists());
}

/// Where hooks are kept in the repository, what ours run is no file of its.
#[test]
fn a_hook_that_ours_runs_is_not_seen_in_the_worktree() {
    let world = World::new();
    place(&world.repo.join(".githooks/post-commit"), b"#!/usr/bin/env python3\n", 0o755);
    world.commit("Keep hooks");
    world.git(&["config", "core.hooksPath", ".githooks"]);
    world.ok(&["hook", "install"]);
    assert!(world.repo.join(".githooks.before-journal/post-commit").exists());
    let status = world.git(&["status", "--short", "--untracked-files=all"]);
    assert!(!status.contains("before-journal"), "{status}");
    world.ok(&["hook", "uninstall"]);
    assert_eq!((world.git(&["status", "--short"]).as_str(), world.repo.join(".githooks.before-journal").exists()), ("", false));
}

#[test]
fn what_a_killed_installation_left_is_swept() {
    let world = World::new();
    let left = world.repo.join(".git/hooks/.journal-x1y2z3.partial");
    for verb in ["install", "uninstall"] {
        place(&left, b"#!/bin/sh\n", 0o600);
        world.ok(&["hook", verb]);
        assert!(!left.exists(), "{verb}");
    }
}

#[test]
fn what_a_person_did_to_a_hook_since_is_not_undone() {
    let world = World::new();
    let (hook, before) = (world.repo.join(".git/hooks/post-commit"), world.repo.join(".git/hooks.before-journal/post-commit"));
    let binary = b"\x7fELF not really";
    place(&hook, binary, 0o755);
    world.ok(&["hook", "install"]);
    // lines added to ours stay, and so does the hook that it runs
    let text = fs::read_to_string(&hook).unwrap();
    fs::write(&hook, text.replace("#!/bin/sh\n", "#!/bin/sh\necho mine\n")).unwrap();
    world.ok(&["hook", "uninstall"]);
    assert!(fs::read_to_string(&hook).unwrap().contains("echo mine\n") && fs::read(&before).unwrap() == binary);
    // a hook that took the place of ours is not replaced by what was there before ours
    place(&hook, b"#!/bin/sh\necho new\n", 0o755);
    world.ok(&["hook", "install"]);
    world.ok(&["hook", "uninstall"]);
    assert_eq!((fs::read(&hook).unwrap().as_slice(), fs::read(&before).unwrap().as_slice()), (&b"#!/bin/sh\necho new\n"[..], &binary[..]));
    // and what was there before ours is not overwritten
    place(&hook, b"#!/usr/bin/env python3\n", 0o755);
    let refused = world.journal(&["hook", "install"]);
    assert!(refused.code == 4 && refused.stderr.contains("before-journal"), "{}", refused.stderr);
    assert_eq!(fs::read(&before).unwrap(), binary);
}

#[test]
fn the_hooks_path_is_respected() {
    let world = World::new();
    world.git(&["config", "core.hooksPath", ".githooks"]);
    world.ok(&["hook", "install"]);
    assert!(world.repo.join(".githooks/post-commit").exists() && !world.repo.join(".git/hooks/post-commit").exists());
    world.ok(&["hook", "uninstall"]);
    world.git(&["config", "--unset", "core.hooksPath"]);

    let everywhere = world.root.join("everywhere");
    let global = world.root.join("gitconfig");
    fs::write(&global, format!("[core]\n\thooksPath = {}\n", everywhere.display())).unwrap();
    let install = |arguments: &[&str]| {
        let mut command = world.command(env!("CARGO_BIN_EXE_journal"), &world.repo);
        command.env("GIT_CONFIG_GLOBAL", &global).args(["hook", "install"]).args(arguments).output().unwrap()
    };
    let refused = install(&[]);
    assert!(refused.status.code() == Some(4) && String::from_utf8_lossy(&refused.stderr).contains("--global") && !everywhere.exists());
    assert!(install(&["--global"]).status.success() && everywhere.join("post-commit").exists());
    let uninstall = |arguments: &[&str]| {
        let mut command = world.command(env!("CARGO_BIN_EXE_journal"), &world.repo);
        command.env("GIT_CONFIG_GLOBAL", &global).args(["hook", "uninstall"]).args(arguments).output().unwrap()
    };
    let refused = uninstall(&[]);
    assert!(refused.status.code() == Some(4) && String::from_utf8_lossy(&refused.stderr).contains("--global"));
    assert!(everywhere.join("post-commit").exists());
    assert!(uninstall(&["--global"]).status.success() && !everywhere.join("post-commit").exists());
}

#[test]
fn hooks_come_out_of_gits_own_folder_when_another_is_set() {
    let world = World::new();
    let hook = world.repo.join(".git/hooks/post-commit");
    place(&hook, b"#!/bin/sh\necho mine\n", 0o755);
    world.ok(&["hook", "install"]);
    world.git(&["config", "core.hooksPath", ".githooks"]);
    let said = world.ok(&["hook", "uninstall"]);
    assert!(said.stderr.contains("Removed: post-commit"), "{}", said.stderr);
    assert_eq!(fs::read(&hook).unwrap(), b"#!/bin/sh\necho mine\n");
}

#[test]
fn a_hooks_path_that_leads_nowhere_is_told() {
    let world = World::new();
    world.git(&["worktree", "add", "-q", "../linked", "-b", "linked"]);
    let linked = world.root.join("linked");
    for (value, place) in [(".git/hooks", &linked), ("", &world.repo)] {
        world.git(&["config", "core.hooksPath", value]);
        for verb in ["install", "status", "uninstall"] {
            let said = world.journal_in(place, &["hook", verb]);
            let hint = "git config --local --unset core.hooksPath";
            assert!(said.code == 4 && said.stderr.contains(hint) && !said.stderr.contains("rev-parse"), "{verb}: {}", said.stderr);
        }
    }
}

/// Hooks that are kept in the repository: our lines in them are nobody's work, and no commit should take them along.
#[test]
fn lines_in_tracked_hooks_are_no_work() {
    let world = World::new();
    world.write(".githooks/post-commit", "#!/bin/sh\ntrue\n");
    std::fs::set_permissions(world.repo.join(".githooks/post-commit"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    world.commit("Keep hooks");
    world.git(&["config", "core.hooksPath", ".githooks"]);
    world.ok(&["start", "Install hooks"]);
    let said = world.ok(&["hook", "install"]);
    assert!(said.stderr.contains("do not commit these lines"), "{}", said.stderr);
    world.write("a.txt", "a\n");
    let document = world.stop();
    let files: Vec<_> = document["files"].as_array().unwrap().iter().map(|file| &file["path"]).collect();
    assert_eq!(files, ["a.txt"]);
}

#[test]
fn hooks_run_the_program_as_it_was_called() {
    let world = World::new();
    let [old, new, link] = ["1.0/journal", "1.1/journal", "bin/journal"].map(|path| world.root.join(path));
    for place in [&old, &new] {
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        let built = env!("CARGO_BIN_EXE_journal");
        fs::hard_link(built, place).or_else(|_| fs::copy(built, place).map(|_| ())).unwrap();
    }
    let point = |to: &str| {
        fs::remove_file(&link).ok();
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(to, &link).unwrap();
    };
    let run = |program: &str, arguments: &[&str]| {
        let mut path = std::ffi::OsString::from(link.parent().unwrap());
        path.push(":/usr/bin:/bin");
        let output = world.command(program, &world.repo).env("PATH", path).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    point("../1.0/journal");
    let lines = format!("[ -x '{}' ]", link.display());
    for program in ["../bin/journal", link.to_str().unwrap(), "journal"] {
        world.ok(&["hook", "uninstall"]);
        run(program, &["hook", "install", "--trailer"]);
        for hook in ["post-commit", "prepare-commit-msg", "commit-msg"] {
            let text = world.read(&format!(".git/hooks/{hook}"));
            assert!(text.contains(&lines) || text.contains("repo/../bin/journal"), "{program}: {text}");
        }
    }
    run(old.to_str().unwrap(), &["hook", "install"]);
    fs::remove_file(&old).unwrap();
    point("../1.1/journal");
    let said = run("journal", &["hook", "status"]);
    let missing = format!("installed, but {} is not there: `journal hook install`\n", old.display());
    assert_eq!(said.matches(&missing).count(), 6, "{said}");
    run("journal", &["hook", "install"]);
    assert_eq!(run("journal", &["hook", "status"]).matches(": installed\n").count(), 6);
}
