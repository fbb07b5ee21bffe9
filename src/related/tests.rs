use super::*;

fn journal(path: &str, text: &str) -> Earlier {
    Earlier::read(path, text).expect("a journal's name")
}

fn now() -> Time {
    Time::parse_from_rfc3339("2026-11-27T10:00:00+01:00").expect("a time")
}

fn owned(items: &[&str]) -> Vec<String> {
    items.iter().map(|item| (*item).to_owned()).collect()
}

fn marks() -> Marks {
    Marks {
        files: owned(&["src/pool.rs", "src/api.rs", "README.md"]),
        branch: Some("fix/pool".into()),
        issues: owned(&["#77"]),
        failing: owned(&["t.py::test_x"]),
        hosts: owned(&["web1", "web2", "web3"]),
    }
}

#[test]
fn a_journal_is_known_by_its_file_s_name() {
    for (name, is_one) in [
        ("2026-11-27_pool.md", true),
        ("2026-11-27_.md", false),
        ("2026-13-27_pool.md", false),
        ("02026-11-27_pool.md", false),
        ("notes.md", false),
        ("2026-11-27_pool.txt", false),
    ] {
        assert_eq!(Earlier::day(name).is_some(), is_one, "{name}");
    }
}

#[test]
fn what_both_name_counts_and_is_told() {
    let host = "### Systems Involved\n- **web1**: host\n- **web2**: host\n- **web3**: host\n### Key";
    for (text, reason) in [
        ("1 commit on `fix/pool`.", Some("shares the branch `fix/pool`")),
        ("# Pool, #77", Some("shares #77")),
        ("Started on `main` at `94de930` (\"fix: pool (#77)\") with a clean worktree.", None),
        ("Failing: `t.py::test_x`", Some("shares the failing test `t.py::test_x`")),
        (host, Some("shares the host `web1`, the host `web2`, the host `web3`")),
        ("- **web1**: host, outside of the list of systems", None),
        ("**File**: `src/pool.rs:12`", None),
        (
            "`src/pool.rs:12`, `src/api.rs` (+1 −1), `README.md` on `fix/pool`",
            Some("shares the branch `fix/pool`, `src/pool.rs`, `src/api.rs`, `README.md`"),
        ),
        ("src/pool.rs without the form's marks, #7, `fix/pool-2`", None),
    ] {
        let journals = [journal("journal/2026-11-27_a.md", text)];
        let near = nearest(&marks(), &journals, now(), RELATED);
        assert_eq!(near.first().map(|near| near.reason.as_str()), reason, "{text}");
    }
}

#[test]
fn the_nearest_come_first_and_what_is_old_or_common_counts_less() {
    let journals = [
        journal("journal/2026-11-26_both.md", "#77 on `fix/pool`"),
        journal("journal/2026-11-20_issue.md", "#77"),
        journal("journal/2026-11-25_issue.md", "#77"),
        journal("journal/2026-11-24_test.md", "`t.py::test_x`"),
        journal("journal/2024-11-26_long-ago.md", "#77"),
        journal("journal/2026-11-28_later.md", "#77 on `fix/pool`"),
        journal("journal/2026-11-26_other.md", "`src/other.rs`"),
    ];
    let paths: Vec<String> = nearest(&marks(), &journals, now(), RELATED).into_iter().map(|near| near.path).collect();
    assert_eq!(paths, ["journal/2026-11-26_both.md", "journal/2026-11-25_issue.md", "journal/2026-11-24_test.md"]);

    let files = Marks { files: owned(&["src/pool.rs", "src/api.rs"]), ..Marks::default() };
    let naming = |number: usize| -> Vec<Earlier> {
        let text = |at: usize| if at < number { "`src/pool.rs`, `src/api.rs`" } else { "" };
        (0..10).map(|at| journal(&format!("journal/2026-11-27_{at}.md"), text(at))).collect()
    };
    assert_eq!([1, 10].map(|number| nearest(&files, &naming(number), now(), RELATED).len()), [1, 0]);
}

#[test]
fn the_same_branch_is_the_same_work_for_some_time() {
    for (day, is_near) in [("2026-11-26", true), ("2026-11-15", true), ("2026-09-01", false)] {
        let journals = [journal(&format!("journal/{day}_a.md"), "1 commit on `fix/pool`.")];
        assert_eq!(nearest(&marks(), &journals, now(), RELATED).len(), usize::from(is_near), "{day}");
    }
}

#[test]
fn what_an_author_named_is_not_named_again() {
    let mut document = Document::empty(now());
    document.context.related = vec![Related { kind: "journal".into(), path: "2026-11-26_a.md".into(), reason: None }];
    let near = ["journal/2026-11-26_a.md", "journal/2026-11-25_b.md"];
    name(&mut document, near.map(|path| Near { path: path.into(), reason: "shares #77".into(), points: 4.0 }).into());
    let paths: Vec<&str> = document.context.related.iter().map(|related| related.path.as_str()).collect();
    assert_eq!(paths, ["2026-11-26_a.md", "journal/2026-11-25_b.md"]);
}
