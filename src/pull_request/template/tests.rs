//! Shapes of templates as files beside the bodies they become, and what must hold for any template.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::blocks::{BlockKind, blocks};
use super::fill::{Filled, Filling, fill};
use super::lines::{LinePlace, lines};
use super::slots::slots;
use super::*;
use crate::document::TestRun;
use crate::forge::{FORGES, Forge};
use crate::pull_request::description::tests::{attached, commit, evidence, material, run};
use crate::pull_request::facts::Facts;
use crate::pull_request::layout::Level;
use crate::pull_request::sanitise::{Sanitiser, closing_references};
use crate::pull_request::update::{Foreign, Updated, update};
use crate::pull_request::{Description, Material, describe};

/// A branch with all that a record can say.
fn shop() -> Material {
    let mut it_is = material(vec![commit("a1", "fix: take a lock before sending", "Two workers took it.\n\nFixes #418")]);
    it_is.evidence = evidence(&[
        ("src/send.rs", Some("fn send() {}\n"), Some("fn send() { lock(); }\nfn lock() {}\n")),
        ("tests/send.rs", None, Some("#[test]\nfn sends_once() {}\n")),
        ("config/queue.yaml", Some("retry_after: 90\n"), Some("retry_after: 330\n")),
    ]);
    it_is.commits[0].files[0].path = "src/send.rs".into();
    let mut session = attached();
    let document = &mut session.document;
    document.executive_summary = Some("Jobs hold a lock while they send. This does not fix #7.".into());
    document.root_cause.problem = Some("A job is handed to a second worker".into());
    document.root_cause.why = Some("retry_after is shorter than the job".into());
    document.solution.approach = Some("Take a lock first".into());
    document.testing.runs = vec![TestRun { stale: Some(false), ..run("cargo test", 3, 0) }];
    session.since.changed = Some(Vec::new());
    session.said = [("pr.release_note".to_owned(), "Invoices are sent once.".to_owned())].into();
    it_is.sessions = vec![session];
    it_is.stated.feedback = Some("Is 330 s long enough?".into());
    it_is
}

fn with<T>(it_is: &Material, level: Level, forge: &Forge, use_it: impl FnOnce(Filling<'_>) -> T) -> T {
    let parts: Description = describe(it_is, None, Sanitiser::default());
    let facts = Facts::of(it_is, &parts);
    let headings = BTreeMap::new();
    use_it(Filling {
        parts: &parts,
        facts: &facts,
        can: forge.can,
        level,
        head: "3f2a91c4d0b7",
        base: "main",
        marks: true,
        headings: &headings,
        attested: &[],
    })
}

fn filled(text: &str) -> Filled {
    with(&shop(), Level::Full, &FORGES[0], |filling| fill(text, filling))
}

#[test]
fn how_it_began_is_why() {
    let text = "## What\n\n## Why\n\n## Test plan\n";
    let under = |it_is: &Material, heading: &str| {
        let body = with(it_is, Level::Full, &FORGES[0], |filling| fill(text, Filling { marks: false, ..filling }).text);
        let from = body.find(heading).expect("the heading stays") + heading.len();
        body[from..].split("\n## ").next().unwrap_or_default().trim().to_owned()
    };
    let mut it_is = material(vec![commit("a1", "Undo", "")]);
    it_is.sessions = vec![attached()];
    let document = &mut it_is.sessions[0].document;
    document.context.initial_situation = Some("Users delete notes by accident.".into());
    assert_eq!([under(&it_is, "## What"), under(&it_is, "## Why")], ["- Undo", "Users delete notes by accident."]);
    it_is.sessions[0].document.executive_summary = Some("A deleted note can be had back.".into());
    assert_eq!(
        [under(&it_is, "## What"), under(&it_is, "## Why")],
        ["A deleted note can be had back.\n\n- Undo", "Users delete notes by accident."]
    );
    it_is.sessions[0].document.root_cause.problem = Some("Nothing is kept".into());
    assert_eq!(under(&it_is, "## Why"), "Nothing is kept.");
}

/// Compares each `tests/fixtures/pull_request/NAME.template.md` with its `NAME.body.md`; `JOURNAL_BLESS=1` rewrites the bodies.
#[test]
fn shapes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pull_request");
    let files = std::fs::read_dir(&folder).expect("the fixtures are there");
    let mut inputs: Vec<PathBuf> = files.map(|file| file.expect("an entry").path()).collect();
    inputs.retain(|path| path.to_string_lossy().ends_with(".template.md"));
    assert!(inputs.len() >= 40);
    for input in inputs {
        let text = std::fs::read_to_string(&input).expect("a fixture");
        let template = Template::read("template.md", &text);
        let body = filled(&template.text).text;
        assert_kept(&template.text, &body);
        let output = PathBuf::from(input.to_string_lossy().replace(".template.md", ".body.md"));
        if std::env::var_os("JOURNAL_BLESS").is_some() {
            std::fs::write(&output, &body).expect("writable");
        }
        assert_eq!(body, std::fs::read_to_string(&output).expect("a body"), "{}", output.display());
    }
}

#[test]
fn an_optional_part_that_nothing_was_found_for_is_left_out() {
    for (template, gone, kept) in [
        (
            "## Summary\n\n## Screenshots (if applicable)\n\n## Ops (optional)\n\n<!-- for ops? -->\n\n## Checklist\n\n- [ ] Tests added\n",
            &["## Screenshots", "## Ops", "for ops"][..],
            &["## Checklist"][..],
        ),
        ("## Summary\n\n**Deployment (optional)**\n\nPlease describe it.\n", &["Deployment", "Please"], &["## Summary"]),
        // what is there of others, what is answered, what holds other parts
        (
            "## Summary\n\n## Screenshots (optional)\n\n| Before | After |\n|---|---|\n| | |\n",
            &[],
            &["## Screenshots (optional)", "| Before"],
        ),
        ("## Summary\n\n## Screenshots (optional)\n\n- [ ] Attached\n", &[], &["## Screenshots (optional)"]),
        ("## Testing (optional)\n\n<!-- how -->\n", &["how"], &["## Testing (optional)", "3 passed"]),
        ("## Issues (optional)\n\nFixes #\n", &[], &["## Issues (optional)", "Fixes #418"]),
        ("## Summary\n\n## Extras (optional)\n\n<!-- x -->\n\n### Ops\n\nKeep.\n", &[], &["## Extras (optional)", "### Ops"]),
        ("## Summary\n\n## Screenshots\n", &[], &["## Screenshots"]),
    ] {
        let body = filled(template).text;
        assert!(gone.iter().all(|line| !body.contains(line)) && kept.iter().all(|line| body.contains(line)), "{template}\n----\n{body}");
        assert!(!body.contains("\n\n\n") || template.contains("\n\n\n"), "{body:?}");
    }
}

/// Lines of the template that must survive: all but parts that may stay empty,  instructions, stubs, empty answer blocks' insides, tokens and places of tables.
fn lasting(template: &str) -> Vec<String> {
    let mut lasting = Vec::new();
    let all = lines(template);
    let parts = slots(template, &BTreeMap::new());
    let goes = |at: usize| {
        let slot = parts.iter().find(|slot| slot.body.contains(&at));
        let found = slot.map(|slot| blocks(template, &slot.body)).unwrap_or_default();
        found.iter().any(|block| {
            block.range.contains(&at)
                && matches!(block.kind, BlockKind::Instruction | BlockKind::Stub(_) | BlockKind::EmptyFence(_) | BlockKind::Table)
        })
    };
    for line in all.iter().filter(|line| !line.is_blank() && !line.text.contains("journal")) {
        let boxed = super::blocks::boxed(line).is_some();
        if parts.iter().any(|slot| slot.optional && slot.body.start == line.range.end) {
            continue;
        }
        if boxed || !goes(line.range.start) {
            lasting.push(normal(line.text));
        }
    }
    lasting
}

fn normal(line: &str) -> String {
    line.trim().replacen("[x]", "[ ]", 1).replacen("[X]", "[ ]", 1)
}

fn assert_kept(template: &str, body: &str) {
    let mut rest = body.lines().map(normal);
    for line in lasting(template) {
        assert!(rest.any(|candidate| candidate == line), "{line:?} is lost or out of order\n{template}\n----\n{body}");
    }
}

/// No closing keyword but those of the template itself and of issue lines.
fn assert_closes_nothing_else(template: &str, body: &str) {
    for line in body.lines() {
        let own = template.lines().any(|known| known.trim() == line.trim());
        let issue = line.contains("Fixes #418");
        assert!(own || issue || closing_references(line).next().is_none(), "{line}");
    }
}

#[test]
fn nothing_of_the_evidence_is_lost() {
    for template in
        ["## Favourite colour\n\nBlue\n", "", "text\n", "# Summary\n", "# Testing\n", "# Notes\n", "- [ ] Tests added\n", "Fixes #\n"]
    {
        let body = filled(template).text;
        for part in ["hold a lock while they send", "Fixes #418", "take a lock before sending", "3 passed", "330 s long enough"] {
            assert_eq!(body.matches(part).count(), 1, "{part} in\n{body}");
        }
    }
}

#[test]
fn every_level_and_forge_keeps_the_template() {
    let template = "## Summary\n\n<!-- what -->\n\n## Testing\n\n## Legal\n\nKeep me.\n\n- [ ] I agree\n";
    for forge in FORGES {
        for level in crate::pull_request::layout::LEVELS {
            let body = with(&shop(), level, forge, |filling| fill(template, filling)).text;
            assert_kept(template, &body);
            assert!(body.contains("Fixes #418") && (forge.can.comments || !body.contains("<!--")), "{body}");
        }
    }
}

#[test]
fn people_win_on_update() {
    let template = "## Summary\n\n<!-- what -->\n\n## Testing\n\n<!-- how -->\n\n## Checklist\n\n- [ ] I agree\n- [ ] Tests added\n";
    let first = filled(template).text;
    let mut body =
        first.replace("Jobs hold a lock while they send.", "Jobs hold a lock, says Kim.").replace("- [ ] I agree", "- [x] I agree");
    body = body.replace("## Testing", "![shot](https://example.org/a.png)\n\n## Testing") + "\n<!-- bot:start -->\nbot\n<!-- bot:end -->\n";
    let mut later = shop();
    later.commits.push(commit("b2", "fix: wait longer", ""));
    later.commits[1].files[0].path = "config/queue.yaml".into();
    let again = |body: &str, it_is: &Material| {
        let fresh = with(it_is, Level::Full, &FORGES[0], |filling| fill(template, filling)).text;
        match with(it_is, Level::Full, &FORGES[0], |filling| update(body, &fresh, Some(template), filling, Foreign::Refuse)) {
            Updated::Body(filled) => filled,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(again(&body, &shop()).text, body, "nothing new: the same bytes");
    let ticked = again(&format!("{body}\n- [x] Migrations added\n"), &shop());
    assert!(ticked.text.contains("- [x] Migrations added"), "who ticked it is not known");
    assert_eq!(ticked.doubtful, ["Migrations added"]);
    let updated = again(&body, &later);
    for kept in ["says Kim", "- [x] I agree", "![shot]", "<!-- bot:start -->\nbot\n<!-- bot:end -->", "wait longer"] {
        assert!(updated.text.contains(kept), "{kept} in\n{}", updated.text);
    }
    assert_eq!(again(&updated.text, &later).text, updated.text);
    assert_eq!(
        with(&later, Level::Full, &FORGES[0], |filling| update("By hand.\n", "x", Some(template), filling, Foreign::Refuse)),
        Updated::Foreign
    );
    let appended = with(&later, Level::Full, &FORGES[0], |filling| update("By hand.\n", "x", Some(template), filling, Foreign::Append));
    let Updated::Body(appended) = appended else { panic!("{appended:?}") };
    assert!(appended.text.starts_with("By hand.\n\n<!-- journal:pr begin id=main"));
    assert_eq!(again(&appended.text, &later).text, appended.text);
}

/// What a run had proven and another has disproved is not a person's.
#[test]
fn our_own_ticks_are_taken_back() {
    let template = "## Summary\n\n<!-- what -->\n\n- [ ] Tests pass\n- [ ] Tests added\n";
    let again = |body: &str, it_is: &Material| match with(it_is, Level::Full, &FORGES[0], |filling| {
        update(body, "", Some(template), filling, Foreign::Refuse)
    }) {
        Updated::Body(filled) => filled,
        other => panic!("{other:?}"),
    };
    let by_us = filled(template).text;
    assert_eq!(again(&by_us, &shop()).text, by_us);
    assert!(by_us.contains("- [x] Tests pass") && by_us.contains("- [x] Tests added"), "{by_us}");
    let mut red = shop();
    red.sessions[0].document.testing.runs = vec![TestRun { stale: Some(false), exit_code: Some(1), ..run("cargo test", 2, 1) }];
    let taken_back = again(&by_us, &red);
    assert!(taken_back.text.contains("- [ ] Tests pass") && taken_back.text.contains("- [x] Tests added"), "{}", taken_back.text);
    assert_eq!((taken_back.unticked, taken_back.doubtful), (vec!["Tests pass".to_owned()], Vec::new()));
    let by_a_person = again(&taken_back.text.replace("- [ ] Tests pass", "- [x] Tests pass"), &red);
    assert_eq!((by_a_person.unticked, by_a_person.doubtful), (Vec::new(), vec!["Tests pass".to_owned()]));
}

#[test]
fn a_slot_that_was_open_is_filled_later() {
    let template = "## Summary\n\n<!-- what -->\n\n## Release note\n\n<!-- one line -->\n";
    let mut before = shop();
    before.sessions[0].said.clear();
    let first = with(&before, Level::Full, &FORGES[0], |filling| fill(template, filling)).text;
    assert!(first.contains("<!-- one line -->"));
    let updated = with(&shop(), Level::Full, &FORGES[0], |filling| update(&first, "", Some(template), filling, Foreign::Refuse));
    let Updated::Body(updated) = updated else { panic!("{updated:?}") };
    assert!(updated.text.contains("Invoices are sent once.") && !updated.text.contains("<!-- one line -->"), "{}", updated.text);
}

#[test]
fn an_answer_right_above_a_waiting_line_is_not_lost() {
    for template in ["## Why\nFixes #\n", "## Why\n\nFixes #\n", "## Why\n**Related issue**:\n## Why\nFixes #\n"] {
        let body = filled(template).text;
        assert!(body.contains("retry_after is shorter than the job") && body.contains("Fixes #418"), "{body}");
    }
}

fn piece() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just("## Summary\n"),
        Just("# Testing\n"),
        Just("**Related issue**:\n"),
        Just("### Odd one\n"),
        Just("Notes:\n"),
        Just("Fixes #\n"),
        Just("\n"),
        Just("\n"),
        Just("<!-- write -->\n"),
        Just("<!-- two\nlines -->\n"),
        Just("Please describe it.\n"),
        Just("We keep this.\n"),
        Just("- [ ] Tests added\n"),
        Just("- [x] done\n"),
        Just("-\n"),
        Just("```\n"),
        Just("~~~text\n"),
        Just("| Q | A |\n"),
        Just("|---|---|\n"),
        Just("| Issues | |\n"),
        Just("---\n"),
        Just("===\n"),
        Just("> quote\n"),
        Just("<!-- open\n"),
        Just("-->\n"),
        Just("/label x\n"),
        Just("<!-- bot:start -->\n"),
        Just("<!-- bot:end -->\n"),
        Just("text `code\n"),
        Just("```release-note\n\n```\n"),
        Just("## Changes\n"),
        Just("## Why\n"),
        Just("<details>\n"),
        Just("é\u{1f600}\n"),
        Just("Closes #XXX"),
        Just("{{journal.summary}}\n"),
        Just("<!-- journal:pr end id=x -->\n")
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn any_template_is_kept_and_filled_once(pieces in proptest::collection::vec(piece(), 0..16), crlf in any::<bool>()) {
        let template = if crlf { pieces.concat().replace('\n', "\r\n") } else { pieces.concat() };
        let body = filled(&template).text;
        assert_kept(&template, &body);
        assert_closes_nothing_else(&template, &body);
        if crate::pull_request::markers::blocks(&body).is_ok_and(|blocks| !blocks.is_empty()) {
            let again = with(&shop(), Level::Full, &FORGES[0], |filling| update(&body, &body, Some(&template), filling, Foreign::Refuse));
            let Updated::Body(again) = again else { panic!("{again:?}") };
            prop_assert_eq!(again.text, body);
        }
    }
}

#[test]
fn fences_and_comments_are_never_slots() {
    let text = "```\n# Summary\n```\n<!--\n# Testing\n-->\n";
    assert_eq!(slots(text, &BTreeMap::new()).len(), 1);
    assert!(lines(text).iter().all(|line| line.place != LinePlace::Text));
}
