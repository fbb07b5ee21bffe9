//! The demo is the README's first command: it must work anywhere, and its journal must be right.

use crate::world::World;

/// The journal in `docs/` is the demo's own; `JOURNAL_BLESS=1` writes it anew.
#[test]
fn the_documented_journal_is_the_demo_s() {
    let world = World::empty();
    let mut command = world.command(env!("CARGO_BIN_EXE_journal"), &world.root);
    let output = command.env("JOURNAL_NOW", "2026-11-22T11:00:00+01:00").arg("demo").output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/demo-journal.md");
    if std::env::var_os("JOURNAL_BLESS").is_some() {
        std::fs::write(path, &printed).unwrap();
    }
    assert_eq!(printed, std::fs::read_to_string(path).unwrap_or_default());
}

/// The README promises exactly these two commands; the first one is what the tests here run.
#[test]
fn the_readme_names_the_two_commands() {
    let readme = include_str!("../../README.md");
    assert!(readme.contains("```sh\ncargo run --release -- demo\ncargo test\n```"));
    for link in ["docs/demo-journal.md", "docs/architecture.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"] {
        assert!(readme.contains(&format!("({link})")) && std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(link).exists(), "{link}");
    }
}

#[test]
fn the_demo_prints_a_whole_journal() {
    let world = World::empty();
    let kept = world.root.join("kept");
    let said = world.journal_in(&world.root, &["demo", "--keep", kept.to_str().unwrap()]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    for part in [
        "# Session Journal: Invoices are sent twice under load",
        "fix(worker): take a lock before sending an invoice",
        "connections.redis.retry_after: 90",
        "connections.redis.retry_after: 330",
        "`InvoiceWorker.lock_name()` (added)",
        "docs/runbooks/double-send.md",
        "2 of 2 fail",
        "2 passed, 0 failed",
    ] {
        assert!(said.stdout.contains(part), "{part} is not in\n{}", said.stdout);
    }
    assert!(!said.stdout.contains("Local notes from before"), "{}", said.stdout);
    let lines = said.stdout.lines().count();
    assert!((60..=150).contains(&lines), "{lines} lines");
    assert!(kept.join(".git").exists());
    assert_eq!(world.journal_in(&world.root, &["demo", "--keep", kept.to_str().unwrap()]).code, 4);
}
