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
fn checks_name_the_line() {
    let world = ended();
    let said = world.journal(&["check"]);
    let section = world.read(FILE).lines().position(|line| line == "## Next Steps").unwrap() + 1;
    let asked = format!("{FILE}:{section}: warning: not recorded: What is left to do? (next_steps.immediate) [not-recorded]");
    assert!(said.code == 0 && said.stdout.contains(&asked), "{}", said.stdout);
    world.edit(FILE, "## Next Steps\n_None recorded._", "## Next Steps\n\n- [ ] Tell nginx");
    world.write("journal/old.md", "# Session Journal: [Brief Title]\n\n## Notes\n\nsee [this](gone.md)\n");
    let said = world.journal(&["check", "journal/old.md"]);
    assert_eq!(said.code, 5);
    for part in ["journal/old.md:1: ", "[placeholder]", "journal/old.md:5: ", "[dead-link]"] {
        assert!(said.stdout.contains(part), "{part} is not in {}", said.stdout);
    }
    let found = world.journal(&["check", "journal/old.md", "--format", "json"]).json();
    assert!(each(&found["findings"], "rule").contains(&"missing-section"));
}
