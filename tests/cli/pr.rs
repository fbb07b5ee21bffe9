//! `journal pr`, end to end: scope, templates, updating, checking and handing over to stand-ins for the forges' programs.

use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;

use crate::world::{Said, World};

const TEMPLATE: &str = "## Summary\n\n<!-- what -->\n\n## Testing\n\n<!-- how -->\n\nFixes #\n\n## Checklist\n\n- [ ] Tests added\n- [ ] I have read the guide\n";

/// A branch of two commits, one of which closes an issue.
fn branch() -> World {
    let mut world = World::new();
    world.write(".github/pull_request_template.md", TEMPLATE);
    world.commit("Add a template");
    world.git(&["checkout", "-q", "-b", "fix/port"]);
    world.later(5).edit("config/app.toml", "port = 80", "port = 8080");
    world.commit("config: listen on 8080\n\nFixes #12");
    world.later(5).write("tests/port.rs", "#[test]\nfn listens_on_8080() {}\n");
    world.commit("Test the port, thanks @kim [skip ci]");
    world
}

/// A path is bytes: the session that runs in a worktree whose name is not UTF-8 is the one that runs here.
#[test]
fn a_session_in_a_worktree_of_other_bytes_lends_its_words() {
    let mut world = World::new();
    let folder = world.root.join(std::ffi::OsStr::from_bytes(b"caf\xe9"));
    let added = world.command("git", &world.repo).args(["worktree", "add", "-q", "-b", "work"]).arg(&folder).status().unwrap();
    assert!(added.success());
    world.repo = folder;
    world.ok(&["start", "Answer in time", "--situation", "Clients time out after 2 s"]);
    world.later(3).edit("src/lib.rs", "2\n}", "3\n}");
    world.commit("Answer with three");
    let said = world.ok(&["pr", "--base", "main"]);
    assert!(said.stdout.contains("Clients time out after 2 s"), "{}{}", said.stdout, said.stderr);
}

fn with_stand_ins(world: &World, arguments: &[&str]) -> (Said, String) {
    let bin = world.root.join("bin");
    std::fs::create_dir_all(&bin).unwrap();
    let log = world.root.join("said");
    for name in ["gh", "glab"] {
        let script = format!(
            "#!/bin/sh\nfor word; do echo \"$word\"; done > {0}\ncat \"$(sed -n 's/^--\\(body\\|description\\)-file=//p' {0})\" >> {0}\necho https://example.org/1\n",
            log.display()
        );
        std::fs::write(bin.join(name), script).unwrap();
        std::fs::set_permissions(bin.join(name), PermissionsExt::from_mode(0o755)).unwrap();
    }
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let mut command = world.command(env!("CARGO_BIN_EXE_journal"), &world.repo);
    let said = Said::from(command.env("PATH", path).args(arguments).output().unwrap());
    (said, std::fs::read_to_string(log).unwrap_or_default())
}

#[test]
fn without_a_session_the_template_is_filled_from_commits_and_diff() {
    let world = branch();
    world.write("loose.txt", "not committed\n");
    let said = world.ok(&["pr"]);
    for part in [
        "## Summary", "- config: listen on 8080", "`server.port` `80` → `8080`", "No test run was recorded.", "Fixes #12",
        "- [x] Tests added", "- [ ] I have read the guide",
    ] {
        assert!(said.stdout.contains(part), "{part} in\n{}", said.stdout);
    }
    assert!(
        !said.stdout.contains("<!-- what -->") && said.stdout.contains("`@kim`") && !said.stdout.contains("[skip ci]"),
        "{}",
        said.stdout
    );
    assert!(said.stderr.contains("1 changed or new file left out") && said.stderr.contains("I have read the guide"), "{}", said.stderr);
    assert_eq!(world.ok(&["pr"]).stdout, said.stdout, "the same record gives the same bytes");
    assert_eq!(world.ok(&["pr", "--title=Listen elsewhere", "--format", "json"]).json()["title"], "Listen elsewhere");
}

#[test]
fn a_session_lends_its_words_and_survives_a_rebase() {
    let mut world = World::new();
    world.git(&["checkout", "-q", "-b", "work"]);
    world.ok(&["start", "Answer in time", "--situation", "Clients time out after 2 s"]);
    world.later(3).edit("src/lib.rs", "2\n}", "3\n}");
    world.commit("Answer with three");
    world.stop();
    let link = |world: &World| world.ok(&["pr", "--base", "main", "--format", "json"]).json()["sessions"][0]["link"].clone();
    assert_eq!(link(&world), "commit");
    assert!(world.ok(&["pr", "--base", "main"]).stdout.contains("Clients time out after 2 s"));
    world.git(&["checkout", "-q", "main"]);
    world.later(3).write("other.txt", "x\n");
    world.commit("Elsewhere");
    world.git(&["checkout", "-q", "work"]);
    world.git(&["rebase", "-q", "main"]);
    world.git(&["reflog", "expire", "--expire=now", "--all"]);
    assert_eq!(link(&world), "patch");
}

#[test]
fn a_body_is_brought_up_to_date_and_a_persons_is_left_alone() {
    let mut world = branch();
    let body = world.ok(&["pr"]).stdout.replace("- [ ] I have read", "- [x] I have read") + "\n![shot](https://example.org/a.png)\n";
    std::fs::write(world.root.join("body.md"), &body).unwrap();
    let update = |world: &World, more: &[&str]| world.journal(&[&["pr", "--update", "../body.md"], more].concat());
    assert_eq!(update(&world, &[]).stdout, body);
    world.later(5).edit("src/lib.rs", "2\n}", "4\n}");
    world.commit("Answer with four");
    let updated = update(&world, &[]).stdout;
    assert!(updated.contains("Answer with four") && updated.contains("- [x] I have read") && updated.contains("![shot]"), "{updated}");
    std::fs::write(world.root.join("body.md"), "By hand.\n").unwrap();
    let refused = update(&world, &[]);
    assert_eq!((refused.code, refused.stdout.as_str()), (4, ""));
    assert!(refused.stderr.contains("-By hand.") && refused.stderr.contains("--append"), "{}", refused.stderr);
    assert!(update(&world, &["--append"]).stdout.starts_with("By hand.\n\n<!-- journal:pr begin id=main"));
}

#[test]
fn a_body_is_held_against_the_record() {
    let world = branch();
    std::fs::write(
        world.root.join("body.md"),
        "All tests pass. See `src/none.rs`.\n\nThis also fixes #12.\n\n- [x] Documentation updated\n",
    )
    .unwrap();
    let said = world.journal(&["pr", "--check", "../body.md", "--format", "json"]);
    assert_eq!(said.code, 5);
    let rules: Vec<String> =
        said.json()["findings"].as_array().unwrap().iter().map(|one| one["rule"].as_str().unwrap().to_owned()).collect();
    assert_eq!(rules, ["tests", "file", "closing", "box"]);
    assert_eq!(world.journal(&["pr", "--check"]).code, 0, "our own holds");
}

#[test]
fn it_is_handed_over_through_a_file() {
    let world = branch();
    world.git(&["remote", "add", "origin", "git@github.com:shop/shop.git"]);
    let (said, arguments) = with_stand_ins(&world, &["pr", "--base", "main", "--create"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(
        arguments.starts_with("pr\ncreate\n--title=") && arguments.contains("--base=main\n--head=fix/port\n--draft\n## Summary"),
        "{arguments}"
    );
    world.git(&["remote", "set-url", "origin", "https://gitlab.com/shop/shop.git"]);
    let (_, arguments) = with_stand_ins(&world, &["pr", "--base", "main", "--create"]);
    assert!(arguments.starts_with("mr\ncreate\n--title=") && arguments.contains("--target-branch=main"), "{arguments}");
    let (dry, _) = with_stand_ins(&world, &["pr", "--base", "main", "--create", "--dry-run"]);
    assert!(dry.stderr.contains("would run: glab mr create") && dry.stdout.contains("## Summary"), "{}", dry.stderr);
    let open = world.ok(&["pr", "--base", "main", "--open"]);
    assert!(
        open.stdout.contains("gitlab.com/shop/shop/-/merge_requests/new") && open.stdout.contains("pull-request.md"),
        "{}",
        open.stdout
    );
}

#[test]
fn what_cannot_be_described_is_refused_with_a_way_on() {
    let world = World::new();
    for (arguments, hint) in
        [(&["pr"][..], "--base"), (&["pr", "--base", "nowhere"], "--base"), (&["pr", "--base", "main"], "commit your work")]
    {
        let said = world.journal(arguments);
        assert!(said.code == 3 && said.stderr.contains(hint), "{arguments:?}: {}", said.stderr);
    }
    let world = branch();
    let said = world.journal(&["pr", "--template", "none"]);
    assert!(said.code == 3 && said.stderr.contains("no template `none`"), "{}", said.stderr);
    std::os::unix::fs::symlink("/etc/passwd", world.repo.join("linked.md")).unwrap();
    assert_ne!(world.journal(&["pr", "--template", "linked.md"]).code, 0);
}

#[test]
fn other_forges_get_what_they_can_show() {
    let world = branch();
    let bitbucket = world.ok(&["pr", "--forge", "bitbucket", "--no-template"]).stdout;
    assert!(
        bitbucket.starts_with("[//]: # (journal:pr begin id=main") && !bitbucket.contains("<!--") && !bitbucket.contains("<details>"),
        "{bitbucket}"
    );
    assert!(world.ok(&["pr", "--forge", "azure"]).stdout.len() < 3_900);
}

#[test]
fn a_run_is_told_against_the_files_that_it_saw() {
    let runner = "#!/bin/sh\necho '=== 1 passed in 0.01s ==='\n";
    // files before the start, files beside the commit; the table's words, whether the box is ticked
    for (before, beside, at, ticked) in [
        (None, None, "this head", true),
        (None, Some("src/lib.rs"), "at this head, with uncommitted changes", false),
        (Some("src/lib.rs"), None, "at this head, with uncommitted changes", false),
        (Some("README.md"), None, "this head but for documentation", true),
    ] {
        let mut world = World::new();
        world.write(".github/pull_request_template.md", "## Testing\n\n## Checklist\n\n- [ ] Tests pass locally\n");
        world.commit("Add a template");
        world.git(&["checkout", "-q", "-b", "fix/port"]);
        let dirty = |path: &str| world.write(path, format!("{}\n// more\n", world.read(path)));
        before.into_iter().for_each(dirty);
        // a linter is over at once, and its result hangs on the files as much
        let [pytest, ruff] = [("pytest", runner), ("ruff", "#!/bin/sh\n")].map(|(name, script)| {
            let program = world.root.join(name);
            std::fs::write(&program, script).unwrap();
            std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
            program
        });
        world.ok(&["start", "Raise the port"]);
        world.later(5).edit("config/app.toml", "port = 80", "port = 8080");
        world.git(&["commit", "-q", "-m", "Listen on 8080", "config/app.toml"]);
        beside.into_iter().for_each(|path| world.write(path, format!("{}\n// more\n", world.read(path))));
        world.later(5).ok(&["run", "--", pytest.to_str().unwrap(), "-q"]);
        world.ok(&["run", "--", ruff.to_str().unwrap(), "check", "."]);
        world.later(5).stop();
        let said = world.ok(&["pr", "--base", "main"]).stdout;
        assert!(said.contains(&format!("ruff check .` | exit code 0 | {at} |")), "{before:?} {beside:?}: {said}");
        assert!(said.contains(&format!("1 passed, 0 failed | {at} |")), "{before:?} {beside:?}: {said}");
        assert_eq!(said.contains("- [x] Tests pass locally"), ticked, "{before:?} {beside:?}: {said}");
    }
}

#[test]
fn a_file_that_was_renamed_is_left_out_once() {
    let world = branch();
    world.git(&["mv", "README.md", "READ.md"]);
    let said = world.ok(&["pr"]);
    assert!(said.stderr.contains("1 changed or new file left out"), "{}", said.stderr);
}
