//! What is read from texts, and that what the tool renders reads back.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::render::render;

fn zone() -> FixedOffset {
    FixedOffset::east_opt(3600).expect("an offset")
}

fn value(document: &Document) -> Value {
    serde_json::to_value(document).expect("JSON")
}

/// The parts of a document that people write, as far as a page shows them.
fn written(document: &Document) -> Value {
    let whole = value(document);
    let mut out = serde_json::Map::new();
    for key in overlay::written().filter(|key| !["testing.results", "extra", "addenda", "notes"].contains(key)) {
        out.insert(key.to_owned(), whole.pointer(&overlay::pointer(key)).cloned().unwrap_or_default());
    }
    out.insert("notes".to_owned(), document.notes.join("\n\n").into());
    Value::Object(out)
}

fn fixture(name: &str) -> (Document, String) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/render");
    let text = |end: &str| std::fs::read_to_string(folder.join(format!("{name}.{end}"))).expect("a fixture");
    (serde_json::from_str(&text("json")).expect("a document"), text("md"))
}

#[test]
fn the_fixtures_read_back() {
    for name in ["full", "feature", "empty"] {
        let (document, page) = fixture(name);
        let read = read(&page, *document.started_at.offset());
        let (was, is) = (written(&document), written(&read));
        for (key, value) in was.as_object().expect("an object") {
            assert_eq!(&is[key], value, "{name}: {key}");
        }
        assert_eq!(
            (&read.date, read.started_at.format("%H:%M").to_string()),
            (&document.date, document.started_at.format("%H:%M").to_string())
        );
        assert_eq!((read.session_type, read.session_type_source), (document.session_type, document.session_type_source));
        assert_eq!(read.metrics, document.metrics, "{name}");
        assert_eq!(read.security_notes, document.security_notes);
    }
    let (document, page) = fixture("full");
    let read = read(&page, zone());
    assert_eq!((read.active_seconds, read.paused_seconds), (document.active_seconds, document.paused_seconds));
    assert_eq!(read.derived.notices.len(), 1);
    let code: Vec<_> = read.extra.iter().map(|extra| extra.under.last().map(String::as_str).unwrap_or_default()).collect();
    assert_eq!(code, ["Key Commands Executed", "Configuration Changes", "Code Changes", "Testing"], "{:?}", read.extra);
}

#[test]
fn the_empty_template_and_any_text_are_read() {
    for text in ["", "\u{feff}", "# ", "just words", "## Solution", "## Decisions Made\n### \n", "**Date**: x\n**Duration**: 25:99 -"] {
        let read = read(text, zone());
        assert!(read.decisions.len() <= 1, "{text}");
    }
    let steps = read("## Next Steps\n\nSoon:\n\n- [ ] Lint\n- [x] Ask\n\n**Long-term**:\n- Rest\n", zone());
    assert_eq!((steps.next_steps.immediate.len(), steps.next_steps.long_term.len(), steps.extra.len()), (2, 1, 1));
    let read = read("just words\r\nand more\r\n", zone());
    assert_eq!(read.extra, [Extra { under: vec![], text: "just words\nand more".into() }]);
}

#[test]
fn a_journal_written_by_hand() {
    let text = "<!-- draft -->\r\n# Session Journal: Queue *down*\r\n\r\n**Date**: 2026-11-22\r\n**Duration**: 23:10 – 00:40 (1 hour 30 minutes)\r\n**Session Type**: Emergency\r\n\
        **On call**: Kim\r\n\r\n# Summary\r\nFixed it.\r\n\r\nTwice.\r\n\r\n# Timeline\r\n## 23:20 - Investigation Phase\r\nLooked\r\n\r\n## [00:10] - Panic\r\n- 00:12 Reboot\r\n- then calm\r\n\r\n\
        # Root cause\r\nThe disk was full.\r\n\r\n# Decisions\r\n## Use a bigger disk\r\n**Options considered:**\r\n* Clean up: not enough\r\n* **Chosen**: Bigger disk\r\n\r\n\
        # Next Steps\r\n**Immediate**:\r\n- [X] Alert\r\n- [ ] Order disks\r\n- no box\r\n\r\n# Weather\r\nRain\r\n\r\n## Later\r\nSun\r\n\r\n# Solution\r\n## Rollout\r\nBy hand\r\n\r\n# Notes\r\n**Addendum 2026-11-23 10:12**: All well\r\n";
    let read = read(text, zone());
    assert_eq!((read.title.as_str(), read.date.as_str(), read.active_seconds), ("Queue down", "2026-11-22", 5400));
    assert_eq!(read.session_type, SessionType::Emergency);
    assert_eq!(
        (read.executive_summary.as_deref(), read.root_cause.problem.as_deref()),
        (Some("Fixed it.\n\nTwice."), Some("The disk was full."))
    );
    let told: Vec<_> = read.timeline.iter().map(|e| (e.at.format("%H:%M").to_string(), e.heading.as_str(), e.text.as_str())).collect();
    assert_eq!(
        told,
        [
            ("23:20".to_owned(), "Investigation Phase", "Looked"),
            ("00:12".to_owned(), "Panic", "Reboot"),
            ("00:10".to_owned(), "Panic", "then calm")
        ]
    );
    assert_eq!(
        value(&read)["decisions"],
        json!([{"title": "Use a bigger disk", "options": [{"name": "Clean up", "text": "not enough", "chosen": false}, {"name": "Bigger disk", "text": null, "chosen": true}], "rationale": null, "tradeoffs": null}])
    );
    let tasks: Vec<_> = read.next_steps.immediate.iter().map(|task| (task.text.as_str(), task.done)).collect();
    assert_eq!(tasks, [("Alert", true), ("Order disks", false), ("no box", false)]);
    assert_eq!((read.addenda[0].text.as_str(), read.addenda[0].at.to_rfc3339()), ("All well", "2026-11-23T10:12:00+01:00".to_owned()));
    let extra: Vec<_> = read.extra.iter().map(|extra| (extra.under.join(" > "), extra.text.as_str())).collect();
    let owned = |under: &str, text: &'static str| (under.to_owned(), text);
    assert_eq!(
        extra,
        [
            owned("", "<!-- draft -->"),
            owned("", "**On call**: Kim"),
            owned("Weather", "Rain"),
            owned("Weather > Later", "Sun"),
            owned("Solution > Rollout", "By hand")
        ]
    );
}

#[test]
fn edits_by_hand_are_laid_over_the_record() {
    let (document, page) = fixture("full");
    let offset = *document.started_at.offset();
    let edit = |pairs: &[(&str, &str)]| {
        let text = pairs.iter().fold(page.clone(), |text, (old, new)| {
            assert!(text.contains(old), "{old}");
            text.replacen(old, new, 1)
        });
        let mut laid = document.clone();
        let keys = overlay(&mut laid, &read(&page, offset), &read(&text, offset));
        (laid, keys)
    };
    assert_eq!(edit(&[]), (document.clone(), vec![]));
    // observed facts stay whatever the file says
    assert_eq!(
        edit(&[("(+31 −6)", "(+99 −6)"), ("config/queue.yaml:7", "config/queue.yaml:9"), ("3 passed", "4 passed")]).0.files,
        document.files
    );
    let (laid, keys) = edit(&[("**Session Type**: Debugging", "**Session Type**: Emergency")]);
    assert_eq!((laid.session_type, keys), (SessionType::Emergency, vec!["session_type".to_owned()]));
    let (laid, keys) = edit(&[("## Cost/Impact\n", "- Kim read the database\n\n## Cost/Impact\n")]);
    assert_eq!((laid.security_notes.last().map(String::as_str), keys), (Some("Kim read the database"), vec!["security_notes".to_owned()]));
    let (laid, keys) = edit(&[("3 passed", "4 passed")]);
    assert_eq!((laid.testing, keys), (document.testing.clone(), vec![]));
    let (laid, keys) = edit(&[
        ("- [ ] Refused locks", "- [x] Refused locks"),
        ("**Rationale**: Ships today", "**Rationale**: Ships today, says Kim"),
        ("**Why it wasn't caught earlier**: _Not recorded._", "**Why it wasn't caught earlier**: No test\n\nNone at all"),
        ("## Challenges Encountered\n", "### Decision 2: Page the owner\n**Rationale**: Sure\n\n## Challenges Encountered\n"),
        ("1. Reproduced with two workers\n", ""),
        ("- Reminders use the same queue\n", "- Reminders use the same queue\n- Exports too\n"),
        ("**Results**: 3 passed", "**Results**: By hand too. 3 passed"),
        ("so large invoices were sent twice.", "so invoices were sent twice."),
        ("- 09:31 `tools", "- 09:25 Called Kim\n- 09:31 `tools"),
        ("refunds on request.", "refunds at once."),
    ]);
    let json = value(&laid);
    assert_eq!(json["monitoring"]["short_term"][0]["done"], true);
    assert_eq!(json["decisions"][0]["rationale"], "Ships today, says Kim");
    assert_eq!(json["decisions"][1]["title"], "Page the owner");
    assert_eq!(json["root_cause"]["not_caught_earlier"], "No test\n\nNone at all");
    assert_eq!(json["solution"]["steps"], json!(["Took a lock in `InvoiceService::send()`"]));
    assert_eq!(json["related_work"]["similar"], json!(["Reminders use the same queue", "Exports too"]));
    assert_eq!(json["testing"]["results"], "By hand too.");
    assert!(laid.executive_summary.is_some_and(|text| text.contains("so invoices were sent twice. Sending") && !text.contains("commits")));
    assert!(
        laid.timeline
            .iter()
            .any(|entry| entry.text == "Called Kim" && entry.kind == EntryKind::Note && entry.at.to_rfc3339().contains("09:25"))
    );
    assert_eq!(laid.timeline.len(), document.timeline.len() + 1);
    assert!(laid.notes.join("\n\n").contains("refunds at once."), "{:?}", laid.notes);
    assert_eq!(keys.len(), 9, "{keys:?}");
    assert_eq!((laid.commits, laid.files), (document.commits, document.files));
}

#[test]
fn every_heading_of_the_form_is_known() {
    let headings = crate::render::TEMPLATE.lines().filter_map(|line| line.strip_prefix("## ").or(line.strip_prefix("### ")));
    let headings = headings.filter(|heading| !heading.contains("{{")).chain(fields::FIELDS.iter().map(|field| field.heading));
    for heading in headings.filter(|heading| *heading != "Title") {
        assert!(of_heading(heading).is_some(), "{heading}");
    }
}

/// What people write: words, code, emphasis, no line that is a form's own label.
fn words() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        "[a-zäß]{1,8}",
        Just("`a_b()`".to_owned()),
        Just("retry_after".to_owned()),
        Just("2 * 3".to_owned()),
        Just("#418".to_owned()),
        Just("(90s)".to_owned()),
        Just("C++".to_owned()),
        Just("\"so\"".to_owned()),
        Just("a/b.rs:12".to_owned()),
        Just("x < y & z".to_owned()),
    ];
    proptest::collection::vec(word, 1..6).prop_map(|words| words.join(" "))
}

fn paragraphs() -> impl Strategy<Value = String> {
    let block = prop_oneof![4 => words(), 1 => proptest::collection::vec(words(), 1..3).prop_map(|items| format!("- {}", items.join("\n- "))), 1 => words().prop_map(|text| format!("```sh\n# {text}\n```"))];
    proptest::collection::vec(block, 1..3).prop_map(|blocks| blocks.join("\n\n"))
}

/// A document with the narrative of the full one, other texts in it.
fn with_texts(lines: &[String], prose: &[String]) -> Document {
    let (mut document, _) = fixture("full");
    let (mut line, mut text) = (lines.iter().cycle().cloned(), prose.iter().cycle().cloned());
    let mut line = || line.next().unwrap_or_default();
    let mut text = || text.next();
    document.title = line();
    document.primary_goal = line();
    document.title_source = Source::Stated;
    (document.executive_summary, document.context.initial_situation) = (text(), text());
    let cause = &mut document.root_cause;
    (cause.problem, cause.why, cause.not_caught_earlier) = (text(), text(), text());
    let solution = &mut document.solution;
    (solution.approach, solution.rationale, solution.steps, solution.verification) = (text(), text(), vec![line(), line()], vec![line()]);
    for decision in &mut document.decisions {
        (decision.title, decision.rationale, decision.tradeoffs) = (line(), text(), text());
        decision.options.iter_mut().for_each(|option| (option.name, option.text) = (line(), Some(line())));
    }
    for challenge in &mut document.challenges {
        (challenge.title, challenge.issue, challenge.attempted) = (line(), Some(line()), Some(line()));
        (challenge.resolution, challenge.lesson) = (Some(line()), Some(line()));
    }
    document.insights.iter_mut().for_each(|insight| (insight.title, insight.impact, insight.action) = (line(), Some(line()), Some(line())));
    document.related_work.similar = vec![line(), line()];
    let steps = &mut document.next_steps;
    steps.immediate = vec![Task { text: line(), done: true }, Task { text: line(), done: false }];
    document.impact.business = Some(line());
    document.notes = vec![prose[0].clone()];
    document
}

/// As the page shows it: stated text is made safe there, and that is what is read back.
fn as_rendered(text: &str) -> String {
    crate::markdown::prose(text)
}

fn safe(value: &mut Value) {
    match value {
        Value::String(text) => *text = as_rendered(text),
        Value::Array(items) => items.iter_mut().for_each(safe),
        Value::Object(fields) => fields.values_mut().for_each(safe),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn what_is_rendered_reads_back_equal(lines in proptest::collection::vec(words(), 8..40), prose in proptest::collection::vec(paragraphs(), 4..12)) {
        let document = with_texts(&lines, &prose);
        let page = render(&document, None).expect("it renders");
        let again = read(&page, *document.started_at.offset());
        let (mut was, mut is) = (written(&document), written(&again));
        safe(&mut was);
        safe(&mut is);
        for (key, value) in was.as_object().expect("an object") {
            prop_assert_eq!(&is[key], value, "{} in {}", key, page);
        }
    }

    #[test]
    fn no_text_stops_the_reader(text in "(\\PC|\n|#|\\*\\*|- |`|_|:|\\[|\\]){0,200}") {
        let whole = format!("# Session Journal: x\n{text}\n## Decisions Made\n{text}\n## Key Insights\n{text}\n## Timeline\n### [{text}\n{text}\n## Notes\n{text}");
        let first = read(&whole, zone());
        let mut laid = first.clone();
        overlay(&mut laid, &first, &first);
        prop_assert_eq!(laid, first);
    }
}
