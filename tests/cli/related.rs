//! Documents of the repository that a session names as earlier work.

use serde_json::Value;

use crate::world::World;

fn related(document: &Value) -> Vec<(String, String, String)> {
    let text = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
    let all = document["context"]["related"].as_array().unwrap().iter();
    all.map(|one| (text(one, "kind"), text(one, "path"), text(one, "reason"))).collect()
}

#[test]
fn agents_and_runbooks_that_bear_on_the_session_are_named() {
    let world = World::new();
    world.write(".claude/agents/ops/dba.md", "# DBA\n");
    world.write("runbooks/ledger.md", "# Ledger\n\nOn web1: `systemctl restart pgbouncer`.\n");
    world.write("runbooks/backup.md", "# Backups\n\nOn db9.\n");
    world.write("docs/pool.md", "# The pool\n\nOn web1.\n");
    std::os::unix::fs::symlink("../../secret.md", world.repo.join("runbooks/link.md")).unwrap();
    std::fs::write(world.root.join("secret.md"), "web1\n").unwrap();
    world.commit("Write it down");
    world.ok(&["start", "Restart the pool", "--type", "emergency"]);
    world.ok(&["run", "--on", "web1", "--", "true"]);
    world.ok(&["run", "--", "cat", "runbooks/ledger.md", "docs/pool.md"]);
    world.ok(&["note", "asked .claude/agents/ops/dba.md, there is no runbooks/none.md"]);
    world.edit(".claude/agents/ops/dba.md", "DBA", "DBA of the ledger");
    world.write("runbooks/new.md", "# New\n\nOn web1.\n");
    let document = world.stop();
    let expected =
        [("agent", ".claude/agents/ops/dba.md", "changed, named in a note"), ("runbook", "runbooks/ledger.md", "opened, names `web1`")];
    let expected: Vec<_> = expected.iter().map(|(kind, path, reason)| ((*kind).into(), (*path).into(), (*reason).into())).collect();
    assert_eq!(related(&document), expected);
    assert_eq!(document["references"]["internal"], serde_json::json!([".claude/agents/ops/dba.md", "docs/pool.md"]));
    let text = world.read(".claude/journal/2026-11-22_restart-the-pool.md");
    assert!(text.contains("- Related runbook: `runbooks/ledger.md` (opened, names `web1`)\n"), "{text}");
}

#[test]
fn a_session_that_touches_none_names_none() {
    let world = World::new();
    world.write("runbooks/ledger.md", "# Ledger\n\nOn web1: `cargo test`.\n");
    world.commit("Write it down");
    world.ok(&["start", "Work"]);
    world.ok(&["run", "--", "true"]);
    world.edit("src/lib.rs", "    1\n", "    11\n");
    assert_eq!(related(&world.stop()), []);
}
