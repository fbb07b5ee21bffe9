//! What the merge does, case by case, and the laws that hold for any edits.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;

fn merged(base: &str, file: &str, new: &str) -> Result<String, usize> {
    let result = merge(base.as_bytes(), file.as_bytes(), new.as_bytes(), Keep::Neither);
    result.map(|bytes| String::from_utf8(bytes).expect("text")).map_err(|conflicts| conflicts.len())
}

#[test]
fn edits_go_together_where_they_can() {
    for (name, base, file, new, expected) in [
        ("nothing new", "a\nb\n", "a\nmine\n", "a\nb\n", Ok("a\nmine\n")),
        ("nothing edited", "a\nb\n", "a\nb\n", "a\nc\n", Ok("a\nc\n")),
        ("neighbouring lines", "a\nb\nc\n", "a\nmine\nc\n", "a\nb\nnew\n", Ok("a\nmine\nnew\n")),
        ("the same edit", "a\nb\n", "a\nx\n", "a\nx\n", Ok("a\nx\n")),
        ("the same line", "a\nb\n", "a\nmine\n", "a\nnew\n", Err(1)),
        ("one deletes what the other changes", "a\nb\nc\n", "a\nc\n", "a\nnew\nc\n", Err(1)),
        ("both delete", "a\nb\nc\n", "a\nc\n", "a\nc\n", Ok("a\nc\n")),
        ("both insert at the end", "a\n", "a\nmine\n", "a\nnew\n", Ok("a\nmine\nnew\n")),
        ("both insert the same", "a\nb\n", "a\nx\nb\n", "a\nx\nb\n", Ok("a\nx\nb\n")),
        ("the file has the new line already", "a\n", "a\nmine\nnew\n", "a\nnew\n", Ok("a\nmine\nnew\n")),
        ("an insertion before a changed line", "a\nb\n", "a\nmine\nb\n", "a\nnew\n", Ok("a\nmine\nnew\n")),
        ("an insertion behind a changed line", "a\nb\nc\n", "a\nb\nmine\nc\n", "a\nnew\nc\n", Ok("a\nnew\nmine\nc\n")),
        ("two conflicts", "a\nb\nc\n", "1\nb\n2\n", "3\nb\n4\n", Err(2)),
        ("Windows line ends", "a\nb\n", "a\r\nb\r\nmine\r\n", "a\nnew\n", Ok("a\r\nnew\r\nmine\r\n")),
        ("no last line end", "a\nb\n", "a\nb\nmine", "new\nb\n", Ok("new\nb\nmine")),
        ("no last line end, lines added there", "a\n", "a", "a\nb\n", Ok("a\nb")),
        ("a byte order mark", "a\nb\n", "\u{feff}a\nmine\n", "new\nb\n", Ok("\u{feff}new\nmine\n")),
        ("everything deleted", "a\nb\n", "", "a\nb\n", Ok("")),
    ] {
        assert_eq!(merged(base, file, new), expected.map(str::to_owned), "{name}");
    }
}

#[test]
fn a_conflict_names_its_lines_and_can_be_decided() {
    let (base, file, new) = (b"a\nb\nc\n", b"top\na\nmine\nc\n", b"a\nnew\nc\nd\n");
    let conflicts = merge(base, file, new, Keep::Neither).expect_err("a conflict");
    let words = |word: &str| vec![word.to_owned()];
    assert_eq!(conflicts, [Conflict { line: 3, base: words("b"), file: words("mine"), new: words("new") }]);
    assert_eq!(merge(base, file, new, Keep::File).expect("decided"), b"top\na\nmine\nc\nd\n");
    assert_eq!(merge(base, file, new, Keep::New).expect("decided"), b"top\na\nnew\nc\nd\n");
}

/// One edit of a text by lines.
#[derive(Clone, Debug)]
enum Edit {
    Insert(usize, String),
    Delete(usize),
    Replace(usize, String),
    Move(usize, usize),
}

fn edit(mark: &'static str) -> impl Strategy<Value = Edit> {
    let line = prop_oneof![
        Just(String::new()),
        "[a-c]{1,2}",
        Just("_Not recorded._".to_owned()),
        (0..1000_u32).prop_map(move |n| format!("{mark}{n}"))
    ];
    (0..4_u8, 0..60_usize, 0..60_usize, line).prop_map(|(kind, at, to, line)| match kind {
        0 => Edit::Insert(at, line),
        1 => Edit::Delete(at),
        2 => Edit::Replace(at, line),
        _ => Edit::Move(at, to),
    })
}

fn edited(lines: &[String], edits: &[Edit]) -> Vec<String> {
    let mut lines = lines.to_vec();
    for edit in edits {
        let count = lines.len();
        match edit {
            Edit::Insert(at, line) => lines.insert(at % (count + 1), line.clone()),
            _ if count == 0 => {}
            Edit::Delete(at) => drop(lines.remove(at % count)),
            Edit::Replace(at, line) => lines[at % count].clone_from(line),
            Edit::Move(at, to) => {
                let line = lines.remove(at % count);
                lines.insert(to % count, line);
            }
        }
    }
    lines
}

/// Lines as a file: with the line ends, the mark and the open last line that editors leave.
fn written(lines: &[String], style: u8) -> Vec<u8> {
    let end = if style & 1 == 0 { "\n" } else { "\r\n" };
    let mut text = lines.join(end);
    if style & 2 == 0 && !lines.is_empty() {
        text.push_str(end);
    }
    let mark = if style & 4 == 0 { "" } else { "\u{feff}" };
    [mark.as_bytes(), text.as_bytes()].concat()
}

fn line() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "[a-d]", Just("_Not recorded._".to_owned()), "## [A-F]", "- [a-z]{3}"]
}

/// Lines of `b` that `a` does not have, each as often as it has more of them.
fn more(a: &[String], b: &[String]) -> Vec<String> {
    let mut left = a.to_vec();
    let is_new = |line: &&String| match left.iter().position(|other| other == *line) {
        Some(at) => {
            left.swap_remove(at);
            false
        }
        None => true,
    };
    b.iter().filter(is_new).cloned().collect()
}

fn lines_of(bytes: &[u8]) -> Vec<String> {
    let text = Text::of(bytes);
    text.words(&(0..text.lines.len()))
}

/// Sessions that are looked at: a quick number, or `JOURNAL_CASES`.
fn cases() -> u32 {
    std::env::var("JOURNAL_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(400)
}

/// Renders, edits and refreshes over and over: no line that a person wrote is ever lost, nor does one come back that was deleted.
#[test]
fn no_sequence_of_edits_and_refreshes_loses_a_line() {
    let rounds = proptest::collection::vec(
        (proptest::collection::vec(edit("mine"), 0..5), proptest::collection::vec(edit("new"), 0..4), 0..8_u8),
        1..6,
    );
    let start = proptest::collection::vec(line(), 0..30);
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(cases()) });
    let outcome = runner.run(&(start, rounds), |(start, rounds)| {
        let (mut base, mut facts) = (written(&start, 0), start.clone());
        let mut file = base.clone();
        for (by_hand, by_facts, style) in rounds {
            file = written(&edited(&lines_of(&file), &by_hand), style);
            prop_assert_eq!(merge(&base, &file, &base, Keep::Neither).expect("nothing is new"), file.clone(), "the file, byte for byte");
            facts = edited(&facts, &by_facts);
            let new = written(&facts, 0);
            let Ok(merged) = merge(&base, &file, &new, Keep::Neither) else {
                let kept = merge(&base, &file, &new, Keep::File).expect("decided");
                prop_assert_eq!(more(&lines_of(&kept), &more(&lines_of(&base), &lines_of(&file))), Vec::<String>::new());
                continue; // the file and what was rendered last stay
            };
            let hand = more(&lines_of(&base), &lines_of(&file));
            prop_assert_eq!(more(&lines_of(&merged), &hand), Vec::<String>::new(), "a line written by hand is lost");
            let gone: Vec<String> = more(&lines_of(&file), &lines_of(&base)).into_iter().filter(|line| !facts.contains(line)).collect();
            prop_assert!(
                gone.iter().all(|line| !lines_of(&merged).contains(line) || lines_of(&file).contains(line)),
                "a deleted line is back"
            );
            prop_assert_eq!(merge(&new, &merged, &new, Keep::Neither).expect("nothing is new"), merged.clone(), "twice is once");
            (base, file) = (new, merged);
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn a_section_that_is_gone_takes_its_own_lines() {
    let empty = |heading: &str| format!("## {heading}\n_None recorded._\n\n");
    let base = [empty("Next Steps"), empty("Related Work"), empty("References")].concat();
    let file = [empty("Next Steps"), empty("References")].concat();
    let filled = "## Related Work\n\n**Unblocks**:\n- Release 5\n\n".to_owned();
    let new = [empty("Next Steps"), filled, empty("References")].concat();
    let conflicts = merge(base.as_bytes(), file.as_bytes(), new.as_bytes(), Keep::Neither).expect_err("both changed the section");
    assert_eq!(conflicts.len(), 1, "{conflicts:?}");
    assert!(conflicts[0].base.contains(&"## Related Work".to_owned()), "{conflicts:?}");
    // a section that stays takes what is new
    let own = base.replace("## References", "## My own\n\nHello\n\n## References");
    let merged = merge(base.as_bytes(), own.as_bytes(), new.as_bytes(), Keep::Neither).expect("they are apart");
    assert!(String::from_utf8_lossy(&merged).contains("## Related Work\n\n**Unblocks**:\n- Release 5\n\n## My own"));
}
