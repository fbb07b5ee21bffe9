//! Each rule on a page that breaks it, and none on a page that the tool wrote.

use chrono::FixedOffset;

use super::*;
use crate::document::narrative::Narrative;
use crate::document::open::{open, questions};
use crate::document::read::read;

fn found(text: &str, last: Option<&str>) -> Vec<(usize, &'static str)> {
    let document = read(text, FixedOffset::east_opt(0).expect("an offset"));
    let page = JournalText { text, document: &document, record: None, last, exists: &|path| path == "docs/there.md", open: &[] };
    check(&page).into_iter().map(|finding| (finding.line, finding.rule)).collect()
}

/// A page with the form's sections, so that none is missed.
fn page(section: &str, body: &str) -> String {
    let head = "# Session Journal: X\n**Date**: 2026-11-22\n**Duration**: 09:00 - 10:00 (1 hour)\n";
    let sections = crate::render::TEMPLATE.lines().filter_map(|line| line.strip_prefix("## "));
    let sections = sections.map(|heading| format!("## {heading}\n{}\n", if heading == section { body } else { "_None recorded._" }));
    format!("{head}{}", sections.collect::<String>())
}

#[test]
fn every_rule_finds_what_it_is_for() {
    let secret = ["key ghp_", "16C7e42F292c6912E7710c838347Ae178B4a"].concat();
    let twice = "- this sentence is long enough that nobody would write it down twice\n".repeat(2);
    let long = "x\n\n".repeat(300);
    let cases: Vec<(&str, &str, &str, usize)> = vec![
        ("secret", "Notes", &secret, 1),
        ("home-path", "Notes", "see /home/kim/shop/a.log", 1),
        ("home-path", "Notes", "in `/Users/kim`", 1),
        ("placeholder", "Root Cause Analysis", "**Problem**: [Clear statement of the actual issue]", 1),
        ("placeholder", "Notes", "deployed to ${HOST}", 1),
        ("empty-section", "Solution", "", 0),
        ("dead-link", "Notes", "[a](docs/gone.md) and [b](docs/there.md#x), [c](https://example.org)", 1),
        ("dead-link", "Context", "**Previous Related Work:**\n- Related journal: `2025-01-01_x.md`", 2),
        ("dead-link", "Artifacts Created", "- **Documentation**: `docs/there.md` - a\n- **Documentation**: `docs/gone.md` - b", 2),
        (
            "dead-link",
            "References",
            "**Internal documentation**:\n- `docs/there.md#part`\n- `docs/gone.md`\n- the wiki, page 12.5\n- `/etc/a.conf`",
            3,
        ),
        ("outside-session", "Timeline", "### [08:20] - Initial Discovery\nx", 1),
        ("outside-session", "Timeline", "### [09:20] - Investigation Phase\n- 09:20 a\n- 10:20 b", 3),
        ("timeline-order", "Timeline", "### [09:20] - Investigation Phase\n- 09:20 a\n- 09:10 b", 3),
        ("time-breakdown", "Metrics", "**Time breakdown**:\n- Investigation: 20 minutes\n- Testing: 50 minutes", 2),
        ("long-summary", "Executive Summary", "One. Two. Three! Four?", 0),
        ("said-twice", "Notes", &twice, 2),
        ("long-journal", "Notes", &long, 0),
    ];
    for (rule, section, body, offset) in &cases {
        let text = page(section, body);
        let heading = text.lines().position(|line| line == format!("## {section}")).expect("a section") + 1;
        let line = if *rule == "long-journal" { 1 } else { heading + offset };
        assert_eq!(found(&text, None), [(line, *rule)], "{rule}: {body}");
    }
    let full = page("Solution", "**Approach taken**: a lock");
    assert_eq!(
        found(&page("Solution", "_None recorded._"), Some(&full)).iter().map(|found| found.1).collect::<Vec<_>>(),
        ["emptied-section"]
    );
    assert_eq!(found("# Session Journal: X\n\nText\n", None), [(1, "missing-section")]);
    let covered: Vec<&str> =
        cases.iter().map(|case| case.0).chain(["emptied-section", "missing-section", "not-recorded", "count"]).collect();
    assert!(RULES.iter().all(|(rule, ..)| covered.contains(rule)), "a rule without a case");
}

#[test]
fn good_pages_are_found_good() {
    for body in [
        "`${HOME}` and [WIP] and `[Brief Title]`, ~/shop, home/kim",
        "```sh\necho ${HOST} [List]\n```",
        "- [ ] a box\n- [x] another",
        "the root /root-cause and http://example.org/home/kim/x",
        &format!("**Change**: {0} (`1111111`)\n\n**Change**: {0} (`1111111`)", "Move all services to the new queue with longer leases"),
    ] {
        assert_eq!(found(&page("Notes", body), None), [], "{body}");
    }
    let metrics = "**Time breakdown**:\n- Investigation: 20 minutes\n- Testing: 39 minutes";
    assert_eq!(found(&page("Metrics", metrics), None), []);
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/render");
    for name in ["full.md", "feature.md", "empty.md"] {
        let text = std::fs::read_to_string(folder.join(name)).expect("a page");
        let rules: Vec<_> = found(&text, Some(&text)).into_iter().filter(|(_, rule)| *rule != "dead-link").collect();
        assert_eq!(rules, [], "{name}");
    }
}

#[test]
fn what_the_type_asks_for_is_told_where_it_belongs() {
    let text = page("Decisions Made", "### Decision 1: A lock\n**Rationale**: Ships today");
    let text = text.replace("**Duration**", "**Session Type**: Feature\n**Duration**");
    let document = read(&text, FixedOffset::east_opt(0).expect("an offset"));
    let open = questions(open(&document, &Narrative::default()));
    let findings = check(&JournalText { text: &text, document: &document, record: None, last: None, exists: &|_| true, open: &open });
    let lines: Vec<&str> = text.lines().collect();
    let told: Vec<_> = findings.iter().map(|found| (found.rule, found.level, lines[found.line - 1])).collect();
    let asked = ["## Executive Summary", "## Context", "## Solution", "## Next Steps"];
    assert_eq!(told, asked.map(|heading| ("not-recorded", Level::Warning, heading)));
    assert!(findings[2].message.contains("What was the approach? Why this way"), "{}", findings[2].message);
}

#[test]
fn what_is_said_of_tests_is_held_against_the_runs() {
    let run = |command: &str, passed, failed| crate::document::TestRun {
        command: command.to_owned(),
        passed: Some(passed),
        failed: Some(failed),
        ..crate::document::samples::test_run(command, passed, failed)
    };
    for (runs, body, is_found) in [
        (vec![run("pytest", 2, 0)], "All 14 tests pass.", true),
        (vec![run("pytest", 2, 0)], "All 2 tests pass.", false),
        (vec![run("pytest", 2, 1)], "One test was wrong: 3 failed.", true),
        (vec![run("pytest", 2, 1), run("vitest", 12, 0)], "All 14 tests pass.", false),
        (vec![run("pytest", 2, 0)], "Tested by hand; `14 passed` is what it printed.", false),
        (vec![run("pytest", 2, 0)], "3 failed deployments made us look.", false),
        (vec![run("pytest", 2, 0)], "Merge once 14 tests pass.", false),
        (Vec::new(), "All 14 tests pass.", false),
    ] {
        let mut record: Document = serde_json::from_str(include_str!("../../tests/fixtures/render/empty.json")).expect("a document");
        record.testing.runs = runs;
        let text = page("Executive Summary", body);
        let document = read(&text, FixedOffset::east_opt(0).expect("an offset"));
        let page = JournalText { text: &text, document: &document, record: Some(&record), last: None, exists: &|_| true, open: &[] };
        let found: Vec<&str> = check(&page).into_iter().map(|finding| finding.rule).filter(|rule| *rule == "count").collect();
        assert_eq!(!found.is_empty(), is_found, "{body}");
    }
}
