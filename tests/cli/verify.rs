//! Journals held against a list of rules, against their record and against the repository of today.

use crate::world::{World, each};

const FILE: &str = "journal/2026-11-22_raise-the-port.md";

fn ended() -> World {
    let mut world = World::new();
    world.ok(&["start", "Raise the port", "--type", "feature"]);
    world.edit("config/app.toml", "port = 80", "port = 8080");
    world.edit("src/lib.rs", "    2\n", "    2 + 0\n");
    world.later(5).commit("Listen on 8080");
    world.later(5).stop();
    world
}

#[test]
fn a_fresh_journal_holds_and_later_work_is_told() {
    let world = ended();
    let said = world.ok(&["verify"]);
    assert!(said.stdout.contains("all hold"), "{}", said.stdout);

    world.write("src/lib.rs", format!("// more\n{}", world.read("src/lib.rs")));
    let moved = world.ok(&["verify", FILE]);
    assert!(moved.stdout.contains("moved: src/lib.rs:5 two\n    today: src/lib.rs:6"), "{}", moved.stdout);

    world.edit("config/app.toml", "8080", "9090");
    world.write(FILE, world.read(FILE).replace("1 commit, 2 files (+2 −2)", "1 commit, 2 files (+9 −2)"));
    let said = world.journal(&["verify", "--format", "json"]);
    assert_eq!(said.code, 5, "{}", said.stderr);
    let claims = &said.json()["claims"];
    let standings = each(claims, "standing");
    assert_eq!((standings[0], standings.contains(&"changed"), standings.contains(&"moved")), ("edited", true, true), "{claims}");
    assert_eq!(world.journal(&["verify", "README.md"]).code, 3);
}

#[test]
fn an_amended_commit_is_told_by_its_id_of_today() {
    let world = ended();
    world.git(&["add", "-A"]);
    world.git(&["commit", "-q", "--amend", "-m", "Listen on 8080, and keep the journal"]);
    let id = world.git(&["rev-parse", "--short=7", "HEAD"]);
    let said = world.journal(&["verify"]);
    assert!(said.stdout.contains(&format!("\n    today: {id}\n")), "{}", said.stdout);
}

/// A commit takes an earlier journal along as a matter of course: it is no part of the session's work, at its start or in its commits.
#[test]
fn an_earlier_journal_in_a_commit_is_no_change() {
    let mut world = ended();
    let said = world.later(5).ok(&["start", "Raise it again"]);
    assert!(said.stderr.contains("; clean"), "{}", said.stderr);
    world.edit("config/app.toml", "8080", "9090");
    world.commit("Listen on 9090");
    world.later(5).stop();
    let said = world.journal(&["verify"]);
    assert!(said.code == 0 && said.stdout.contains("all hold"), "{}", said.stdout);
}

#[test]
fn checks_name_the_line() {
    let world = ended();
    let said = world.journal(&["check"]);
    let section = world.read(FILE).lines().position(|line| line == "## Next Steps").unwrap() + 1;
    let asked = format!("{FILE}:{section}: warning: not recorded: What is left to do? (next_steps.immediate) [not-recorded]");
    assert!(said.code == 0 && said.stdout.contains(&asked), "{}", said.stdout);
    world.edit(FILE, "## Next Steps\n_Not recorded._", "## Next Steps\n\n- [ ] Tell nginx");
    world.write("journal/old.md", "# Session Journal: [Brief Title]\n\n## Notes\n\nsee [this](gone.md)\n");
    let said = world.journal(&["check", "journal/old.md"]);
    assert_eq!(said.code, 5);
    for part in ["journal/old.md:1: ", "[placeholder]", "journal/old.md:5: ", "[dead-link]"] {
        assert!(said.stdout.contains(part), "{part} is not in {}", said.stdout);
    }
    let found = world.journal(&["check", "journal/old.md", "--format", "json"]).json();
    assert!(each(&found["findings"], "rule").contains(&"missing-section"));
}

#[test]
fn what_was_before_the_start_is_no_fault() {
    let mut world = World::new();
    world.ok(&["start", "Checkout is down", "--type", "emergency"]);
    world.ok(&["note", "5xx alert", "--at", "08:40"]);
    world.ok(&["add", "test", "pytest", "--passed", "3", "--failed", "1", "--at", "08:50"]);
    world.later(5);
    world.stop();
    let said = world.journal(&["check"]);
    assert!(said.code == 0 && !said.stdout.contains("error"), "{}", said.stdout);
}

#[test]
fn what_nobody_touched_stands_whatever_it_is_written_in() {
    let long = |word: &str| format!("text: \"{} {word} {}\"\nk: 1\n", "before ".repeat(30), "after ".repeat(40));
    let pom = "<project>\n  <dependencies>\n    <dependency>\n      <artifactId>guava</artifactId>\n      <version>33.5</version>\n    \
               </dependency>\n  </dependencies>\n</project>\n";
    let lua = "local M = {}\nfunction M.f(opts)\n  local t = {}\n  t.__index = function(t, k)\n    return k\n  end\nend\nreturn M\n";
    for (path, base, head, claim) in [
        ("pom.xml", pom.to_owned(), pom.replace("33.5", "33.6"), "guava"),
        ("a.yaml", long("old"), long("new"), "new"),
        ("shop/settings/base.py", "DEBUG = False\nAGE = 600\n".to_owned(), "DEBUG = False\nAGE = 60\n".to_owned(), "py:2 AGE = 60"),
        (
            "config/a.php",
            "<?php return ['a' => ['b' => 90]];\n".to_owned(),
            "<?php return ['a' => ['b' => 330]];\n".to_owned(),
            "php:1 a.b = 330",
        ),
        (
            "vite.config.ts",
            "export default f({ server: { port: 3000 } });\n".to_owned(),
            "export default f({\n  server: { port: 4000 },\n});\n".to_owned(),
            "ts:2 server.port = 4000",
        ),
        (
            "config/environments/test.rb",
            "configure do\n  config.x.y = true\nend\n".to_owned(),
            "configure do\n  config.x.y = false\nend\n".to_owned(),
            "rb:2 config.x.y = false",
        ),
        ("config/dev.exs", "config :a, B.C, d: 1\n".to_owned(), "config :a, B.C, d: 2\n".to_owned(), "exs:1 a.B.C.d = 2"),
        ("m.lua", lua.to_owned(), lua.replace("return k", "return opts"), "__index"),
    ] {
        let mut world = World::new();
        world.write(path, &base);
        world.commit("Add it");
        world.later(1).ok(&["start", "Raise the port", "--type", "feature"]);
        world.write(path, &head);
        world.later(5).commit("Change it");
        world.later(5).stop();
        let said = world.ok(&["verify", "--format", "json"]);
        let claims = &said.json()["claims"];
        assert!(each(claims, "claim").iter().any(|one| one.contains(claim)), "{path}: {claims}");
        assert!(each(claims, "standing").iter().all(|standing| *standing == "holds"), "{path}: {claims}");
    }
}

/// A file on disk may not be what git holds of it: it is converted, or a sparse checkout leaves it out.
#[test]
fn files_are_read_as_git_reads_them() {
    let mut world = World::new();
    world.git(&["config", "filter.upper.clean", "tr A-Z a-z"]);
    world.write(".gitattributes", "*.toml filter=upper\n");
    world.write("conf/a.toml", "PORT = 80\n");
    world.commit("Add settings");
    world.ok(&["start", "Raise the port"]);
    world.write("conf/a.toml", "PORT = 8080\n");
    world.later(5).commit("Listen on 8080");
    world.later(5).stop();
    assert!(world.ok(&["verify"]).stdout.contains("all hold"));
    world.git(&["update-index", "--skip-worktree", "conf/a.toml"]);
    std::fs::remove_file(world.repo.join("conf/a.toml")).unwrap();
    assert!(world.ok(&["verify"]).stdout.contains("all hold"));
}

/// A shell makes the file before the command that is to write it: what is empty is not what an author made of it.
#[test]
fn a_journal_that_is_gone_comes_again() {
    let world = ended();
    let text = world.read(FILE);
    for folder in [false, true] {
        let (gone, make) = if folder { ("rm -r journal", "mkdir -p journal && ") } else { ("rm journal/*.md", "") };
        assert!(world.command("sh", &world.repo).args(["-c", gone]).status().unwrap().success());
        let said = world.journal(&["verify"]);
        let hint = format!("hint: {make}journal show 2026-11-22_raise-the-port > {FILE}");
        assert!(said.code == 3 && said.stderr.contains(&hint), "{}", said.stderr);
        world.write(FILE, "");
        let said = world.journal(&["verify"]);
        assert!(said.code == 3 && said.stderr.contains("is empty"), "{} {}", said.stdout, said.stderr);
        world.write(FILE, world.ok(&["show", "2026-11-22_raise-the-port"]).stdout);
        assert_eq!(world.read(FILE), text);
    }
}
