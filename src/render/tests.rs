//! Documents as files beside the pages they give, and what must hold for any document.

use std::path::{Path, PathBuf};

use super::*;
use crate::document::EntryKind;

mod scan;
mod selection;
mod strange;

/// Compares each `tests/fixtures/render/NAME.json` with its `NAME.md`; `JOURNAL_BLESS=1` rewrites the pages.
#[test]
fn fixtures() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/render");
    let files = std::fs::read_dir(&folder).expect("the fixtures are there");
    let mut inputs: Vec<PathBuf> = files.map(|file| file.expect("an entry").path()).collect();
    inputs.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    assert!(inputs.len() >= 3);
    for input in inputs {
        let text = std::fs::read_to_string(&input).expect("a fixture");
        let document: Document = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", input.display()));
        let page = render(&document, None).expect("it renders");
        let output = input.with_extension("md");
        if std::env::var_os("JOURNAL_BLESS").is_some() {
            std::fs::write(&output, &page).expect("writable");
        }
        assert_eq!(page, std::fs::read_to_string(&output).expect("a page"), "{}", output.display());
        scan::assert_sound(&document, &page);
    }
}

#[test]
fn own_templates() {
    let document = strange::plain();
    assert_eq!(render(&document, Some("{{ title|md }}: {{ view.session_type }}")).expect("it renders"), "Plain: Exploration (derived)\n");
    assert_eq!(render(&document, Some("a\u{1b}[31m\n\n\n\nb  \n")).expect("it renders"), "a␛[31m\n\nb\n");
    for (template, said) in [
        ("a\nb {{ titel }}\n", "line 2"),
        ("a\nb {{ titel }}\n", "b {{ titel }}"),
        ("{{ title|nope }}", "nope"),
        ("{% for x in %}", "line 1"),
        ("{% for x in range(100000) %}{% for y in range(100000) %}x{% endfor %}{% endfor %}", "fuel"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "line 1"),
        ("{% include '/etc/passwd' %}", "line 1"),
    ] {
        let error = render(&document, Some(template)).expect_err(template).to_string();
        assert!(error.contains(said), "{template}: {error}");
    }
}

/// A day with more in it than a page holds: people's notes are all there, the rest is counted.
#[test]
fn a_full_day_is_selected() {
    let mut document = strange::plain();
    let entry = |minute: i64, kind: EntryKind, text: String| crate::document::TimelineEntry {
        at: document.started_at + chrono::TimeDelta::minutes(minute),
        kind,
        heading: "Solution Attempted".to_owned(),
        text,
        commit: None,
        command: None,
        evidence: Vec::new(),
    };
    document.timeline = (0..30)
        .flat_map(|n| [entry(n, EntryKind::Commit, format!("subject {n}")), entry(n, EntryKind::Note, format!("note {n}."))])
        .collect();
    document.timeline.push(entry(40, EntryKind::Note, "long ".repeat(200)));
    document.timeline.push(entry(41, EntryKind::Note, "the pool says\n```\nmax 5\nused 5\n```".to_owned()));
    let view = view_of(&document);
    let lines: Vec<&String> = view.phases.iter().flat_map(|phase| &phase.lines).collect();
    assert_eq!(lines.iter().filter(|line| line.starts_with("- 09:")).count(), 20);
    assert!(lines.contains(&&"- and 20 more commits, 22 more notes".to_owned()), "{lines:?}");
    let page = render(&document, None).expect("it renders");
    assert!((0..30).all(|n| page.contains(&format!("note {n}."))));
    assert!(page.contains(&"long ".repeat(200).trim_end().to_owned()));
    assert!(page.contains("the pool says\n```\nmax 5\nused 5\n```"), "{page}");
    scan::assert_sound(&document, &page);
}

/// What ended a session, and one entry of each phase that had any, stay whatever else there is.
#[test]
fn many_entries_of_a_kind_crowd_out_no_phase() {
    let mut document = strange::plain();
    let entry = |minute: i64, kind: EntryKind, heading: &str, text: String| crate::document::TimelineEntry {
        at: document.started_at + chrono::TimeDelta::minutes(minute),
        kind,
        heading: heading.to_owned(),
        text,
        commit: None,
        command: None,
        evidence: Vec::new(),
    };
    let turns = (0..30).map(|n| entry(n, EntryKind::Run, "Investigation Phase", format!("run {n}")));
    let commits = (0..15).map(|n| entry(n, EntryKind::Commit, "Solution Attempted", format!("subject {n}")));
    let end = [
        entry(50, EntryKind::Run, "Resolution Achieved", "all 3 pass".to_owned()),
        entry(51, EntryKind::Stop, "Resolution Achieved", crate::document::compose::STOPPED.to_owned()),
    ];
    document.timeline = turns.chain(commits).chain(end).collect();
    document.ended_at = Some(document.started_at + chrono::TimeDelta::minutes(51));
    let phases = view_of(&document).phases;
    let of = |heading: &str| phases.iter().find(|phase| phase.heading.ends_with(heading)).expect("a phase").lines.clone();
    assert_eq!(of("Resolution Achieved"), ["all 3 pass"]);
    let commits = of("Solution Attempted");
    assert_eq!((commits.len(), commits.last().map(String::as_str)), (11, Some("- and 5 more commits")));
}

/// Of what is unfinished the page has a few of each kind, and the boxes are nobody's tasks.
#[test]
fn candidates_are_few_and_nobody_s() {
    let mut document = strange::plain();
    let one = |kind: &str, text: String| crate::document::Unfinished { kind: kind.to_owned(), path: None, line: None, text };
    document.derived.unfinished = (0..5).map(|n| one("skip", format!("skip {n}"))).collect();
    document.derived.unfinished.push(one("branch", "branch".to_owned()));
    document.derived.unfinished.extend((0..20).map(|n| one("note", format!("note {n}"))));
    document.derived.restarted = vec!["nginx: restarted once, 09:03".to_owned()];
    let page = render(&document, None).expect("it renders");
    let section = |heading: &str| {
        page.split(&format!("## {heading}\n")).nth(1).and_then(|rest| rest.split("\n## ").next()).expect("it is there").trim()
    };
    let unfinished = "**Candidates** (what the record shows unfinished):\n- [ ] skip 0\n- [ ] skip 1\n- [ ] skip 2\n- [ ] branch\n\
                      - [ ] note 0\n- [ ] note 1\n- [ ] note 2\n- and 19 more";
    assert_eq!(section("Next Steps"), format!("_Not recorded._\n\n{unfinished}"), "an exploration asks for next steps");
    assert_eq!(section("Monitoring & Validation"), "**Candidates** (what the record shows restarted):\n- [ ] nginx: restarted once, 09:03");
    let read = crate::document::read::read(&page, *document.started_at.offset());
    assert_eq!((read.next_steps, read.monitoring), Default::default());
    assert_eq!((read.derived.unfinished.len(), read.derived.restarted), (7, document.derived.restarted.clone()));
    document.next_steps.short_term.push(crate::document::Task { text: "Mine".into(), done: false });
    let page = render(&document, None).expect("it renders");
    let own = "**Short-term** (this week):\n- [ ] Mine\n\n";
    assert!(page.contains(&format!("## Next Steps\n\n{own}{unfinished}")), "{page}");
    scan::assert_sound(&document, &page);
}
