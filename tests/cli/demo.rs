//! The demo is the README's first command: it must work anywhere, and its journal must be right.

use std::collections::BTreeSet;

use clap::CommandFactory;
use regex::Regex;
use session_journal::cli::Cli;

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

const README: &str = include_str!("../../README.md");

/// The README promises exactly these two commands; the first one is what the tests here run.
#[test]
fn the_readme_names_the_two_commands() {
    assert!(README.contains("```sh\ncargo run --release -- demo\ncargo test\n```"));
}

#[test]
fn what_the_readme_links_to_is_there() {
    let link = Regex::new(r"\]\(([^)#]+)[^)]*\)").unwrap();
    let local: Vec<&str> = link.captures_iter(README).map(|found| found.get(1).unwrap().as_str()).filter(|to| !to.contains(':')).collect();
    assert!(local.contains(&"docs/demo-journal.md"), "{local:?}");
    for to in local {
        assert!(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(to).exists(), "{to}");
    }
}

#[test]
fn the_readme_s_table_has_each_command_and_no_other() {
    let row = Regex::new(r"(?m)^\| (`[^|]*?(?:\\\|[^|]*?)*) \| ").unwrap();
    let span = Regex::new(r"`(?:journal )?(\w+)[^`]*`").unwrap();
    let names = |row: regex::Captures<'_>| span.captures_iter(&row[1]).map(|name| name[1].to_owned()).collect::<Vec<_>>();
    let table = README.split("## Commands").nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap();
    let told: BTreeSet<String> = row.captures_iter(table).flat_map(names).collect();
    let there = Cli::command();
    let there: BTreeSet<String> = there.get_subcommands().filter(|one| !one.is_hide_set()).map(|one| one.get_name().to_owned()).collect();
    assert_eq!(told, there);
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
