//! Tests that were moved from one changed file to another: what they begin with was removed there, word for word. Of a file that is gone
//! altogether the line that names a test is enough: what was edited on the way moved all the same. They are not new.

use std::collections::HashMap;

use super::{Category, FileEvidence};
use crate::change::{FileChange, Status};

/// The line that names a test and the next one that is not blank, without indentation.
type Opening<'a> = (&'a [u8], &'a [u8]);

/// Takes the tests that were moved from among each file's new ones.
pub(super) fn leave_out(changes: &[FileChange], files: &mut [FileEvidence]) {
    if !files.iter().any(|file| !file.tests.is_empty()) {
        return;
    }
    let mut removed: HashMap<Opening<'_>, usize> = HashMap::new();
    let mut named: HashMap<&[u8], usize> = HashMap::new();
    for (change, file) in changes.iter().zip(files.iter()) {
        let lines: Vec<&[u8]> = lines(change.base_blob());
        if file.status == Status::Deleted && file.category == Category::Test {
            lines.iter().filter(|line| !line.is_empty()).for_each(|line| *named.entry(line).or_default() += 1);
            continue;
        }
        for hunk in &change.hunks {
            let from = (hunk.base_start as usize).saturating_sub(1);
            let gone = from..lines.len().min(from + hunk.base_lines as usize);
            for opening in gone.filter_map(|at| opening(&lines, at)) {
                *removed.entry(opening).or_default() += 1;
            }
        }
    }
    for (change, file) in changes.iter().zip(files) {
        let lines = lines(change.head_blob());
        file.tests.retain(|test| {
            let at = (test.line as usize).saturating_sub(1);
            let name = lines.get(at).and_then(|line| named.get_mut(line));
            let opening = opening(&lines, at).and_then(|opening| removed.get_mut(&opening));
            // each that went accounts for one that came
            ![name, opening].into_iter().flatten().any(|left| std::mem::replace(left, left.saturating_sub(1)) > 0)
        });
    }
}

fn lines(blob: Option<&[u8]>) -> Vec<&[u8]> {
    blob.map(|blob| blob.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).collect()).unwrap_or_default()
}

fn opening<'a>(lines: &[&'a [u8]], at: usize) -> Option<Opening<'a>> {
    let first = lines.get(at).filter(|line| !line.is_empty())?;
    Some((first, lines[at + 1..].iter().find(|line| !line.is_empty())?))
}

#[cfg(test)]
mod tests {
    use crate::change::{Content, FileChange, Hunk, Oid, Side, Status};
    use crate::evidence::{self, kinds::Overrides};

    /// A file that differs from some line on to its end.
    fn file(path: &str, base: &str, head: &str) -> FileChange {
        let side =
            |text: &str| (!text.is_empty()).then(|| Side { id: Oid::new("1"), mode: 0o100_644, content: Content::Blob(text.into()) });
        let same = base.lines().zip(head.lines()).take_while(|(a, b)| a == b).count();
        let rest = |text: &str| u32::try_from(text.lines().count() - same).expect("small");
        let start = u32::try_from(same).expect("small") + 1;
        let hunk = Hunk { base_start: start, base_lines: rest(base), head_start: start, head_lines: rest(head) };
        let status = match (base, head) {
            ("", _) => Status::Added,
            (_, "") => Status::Deleted,
            _ => Status::Modified,
        };
        FileChange { path: path.into(), old_path: None, status, base: side(base), head: side(head), hunks: vec![hunk], binary: false }
    }

    #[test]
    fn a_test_that_was_moved_is_not_new() {
        let two = "def test_two():\n    assert two() == 2\n";
        for (from, into, new) in [
            // moved, also with another indentation or changed further down
            (["import x\n".to_owned() + two, "import x\n".to_owned()], two.to_owned(), &[][..]),
            (["x = 1\n".to_owned() + two, "x = 1\n".to_owned()], two.to_owned() + "    assert 3\n", &[]),
            // of the same name, and otherwise a test of its own
            (["x = 1\ndef test_two():\n    pass\n".to_owned(), "x = 1\n".to_owned()], two.to_owned(), &["test_two"]),
            // in a file that is gone, and edited on the way
            (["from old import one\ndef test_two():\n    pass\n".to_owned(), String::new()], two.to_owned(), &[]),
            (["def test_one():\n    pass\n".to_owned(), String::new()], two.to_owned(), &["test_two"]),
            // copied
            ([two.to_owned(), two.to_owned() + "# kept\n"], two.to_owned(), &["test_two"]),
        ] {
            let moved = [file("tests/test_a.py", &from[0], &from[1]), file("tests/test_b.py", "", &into)];
            let evidence = evidence::read(moved.to_vec(), &Overrides::default());
            let named: Vec<&str> = evidence.files[1].tests.iter().map(|test| test.name.as_str()).collect();
            assert_eq!(named, new, "{from:?} {into:?}");
        }
    }
}
