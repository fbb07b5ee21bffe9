//! How claims of a fixture's page stand in worlds that are made up for them.

use super::*;
use crate::render::render;

fn fixture() -> (Document, String) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/render");
    let text = |end: &str| std::fs::read_to_string(folder.join(format!("full.{end}"))).expect("a fixture");
    (serde_json::from_str(&text("json")).expect("a document"), text("md"))
}

/// All as the document says.
fn unchanged(document: &Document) -> RepositoryToday {
    let technical = &document.technical;
    RepositoryToday {
        definitions: technical.code_changes.iter().map(|change| (change.path.clone(), change.definitions.clone())).collect(),
        keys: technical.configuration_changes.iter().map(|change| (change.path.clone(), change.changes.clone())).collect(),
        ..RepositoryToday::default()
    }
}

fn fallen(document: &Document, last: &str, file: &str, today: &RepositoryToday) -> Vec<(usize, ClaimStanding)> {
    let bare = render(&crate::document::read::without_statements(document), None).expect("it renders");
    let form = render(&Document::empty(document.started_at), None).expect("it renders");
    let claims = verify(document, &Texts { file, last, bare: &bare, form: &form }, today);
    assert!(claims.iter().any(|claim| claim.standing == ClaimStanding::Holds));
    claims
        .into_iter()
        .filter(|claim| claim.standing != ClaimStanding::Holds)
        .map(|claim| (claim.line.unwrap_or(0), claim.standing))
        .collect()
}

fn line(page: &str, text: &str) -> usize {
    page.lines().position(|line| line.contains(text)).expect("it is there") + 1
}

#[test]
fn what_nobody_touched_holds() {
    let (document, page) = fixture();
    assert_eq!(fallen(&document, &page, &page, &unchanged(&document)), []);
    // what people stated may be edited at will, and claims may be left out
    let file = page.replace("Ships today", "Ships tomorrow").replace("- 412", "- 500").replace("**Issue**: Two", "**Issue**: Three");
    let file: Vec<&str> = file.lines().filter(|line| !line.contains("check_queue")).collect();
    assert_eq!(fallen(&document, &page, &file.join("\n"), &unchanged(&document)), []);
}

#[test]
fn numbers_edited_by_hand_are_named() {
    let (document, page) = fixture();
    for (old, new) in [
        ("3 passed, 0 failed at 10:48", "4 passed, 0 failed at 10:48"),
        ("5 commits, 7 files (+31 −6)", "5 commits, 7 files (+91 −6)"),
        ("09:02 - 11:16 (2 hours 14", "09:02 - 11:36 (2 hours 34"),
        ("`config/queue.yaml:7`", "`config/queue.yaml:8`"),
        ("after:  connections.redis.retry_after: 330", "after:  connections.redis.retry_after: 300"),
        ("`30s` → `120s`", "`30s` → `100s`"),
        ("Investigation: 42 minutes", "Investigation: 12 minutes"),
        ("(+6 −1)", "(+60 −1)"),
    ] {
        let file = page.replacen(old, new, 1);
        let found = fallen(&document, &page, &file, &unchanged(&document));
        assert!(found.contains(&(line(&file, new), ClaimStanding::Edited)), "{new}: {found:?}");
    }
}

#[test]
fn more_words_around_a_claim_do_not_change_it() {
    let (document, page) = fixture();
    let file = page.replacen("(+6 −1)", "(+6 −1), after a long talk", 1);
    let stated = [
        ("**Session Type**: Debugging", "**Session Type**: Emergency"),
        ("# Session Journal: Inv", "# Session Journal: All inv"),
        ("- [ ] 2 changed files not committed", "- [x] 2 changed files not committed"),
    ];
    let file = stated.iter().fold(file, |file, (old, new)| {
        assert!(file.contains(old), "{old}");
        file.replacen(old, new, 1)
    });
    assert_eq!(fallen(&document, &page, &file, &unchanged(&document)), []);
}

#[test]
fn what_moved_stands_and_what_is_gone_does_not() {
    let (mut document, page) = fixture();
    let mut today = unchanged(&document);
    let service = document.technical.code_changes[0].path.clone();
    let definitions = today.definitions.get_mut(&service).expect("there");
    definitions.retain(|definition| definition.name != "send");
    definitions[0].line += 5;
    let config =
        document.technical.configuration_changes.iter().find(|change| change.path.to_display().ends_with("queue.yaml")).expect("there");
    today.keys.get_mut(&config.path).expect("there")[0].after = Some("400".into());
    today.definitions.remove(&RepoPath::from_text("scripts/check_queue.py"));
    document.commits[1].today.state = Certainty::Gone;
    document.commits[2].today.ids = vec![crate::change::Oid::new("abcdef0123456789")];
    today.changed_since = vec![service];
    document.testing.runs.iter_mut().for_each(|run| run.stale = Some(false));
    let standings: Vec<ClaimStanding> = fallen(&document, &page, &page, &today).into_iter().map(|(_, standing)| standing).collect();
    use ClaimStanding::{Changed, Gone, Moved};
    assert_eq!(standings, [Changed, Gone, Moved, Gone, Gone, Moved, Changed]);
}
