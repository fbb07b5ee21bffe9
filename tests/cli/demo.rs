//! The demo is the README's first command: it must work anywhere, and its journal must be right.

use crate::world::World;

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
        "0 passed, 2 failed",
        "2 passed, 0 failed",
    ] {
        assert!(said.stdout.contains(part), "{part} is not in\n{}", said.stdout);
    }
    assert!(!said.stdout.contains("Local notes from before"), "{}", said.stdout);
    let lines = said.stdout.lines().count();
    assert!((60..=260).contains(&lines), "{lines} lines");
    assert!(kept.join(".git").exists());
    assert_eq!(world.journal_in(&world.root, &["demo", "--keep", kept.to_str().unwrap()]).code, 4);
}
