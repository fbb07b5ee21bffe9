//! Evidence for tests: files given by their text.

use super::Evidence;
use crate::change::{Content, FileChange, Oid, Side, Status};
use crate::git::diff::hunks;

/// Files with their contents before and after.
pub(crate) fn evidence(files: &[(&str, Option<&str>, Option<&str>)]) -> Evidence {
    let side = |text: &Option<&str>| text.map(|text| Side { id: Oid::new("b"), mode: 0o100_644, content: Content::Blob(text.into()) });
    let change = |(path, base, head): &(&str, Option<&str>, Option<&str>)| FileChange {
        path: (*path).into(),
        old_path: None,
        status: match (base, head) {
            (None, _) => Status::Added,
            (_, None) => Status::Deleted,
            _ => Status::Modified,
        },
        base: side(base),
        head: side(head),
        hunks: hunks(base.unwrap_or_default().as_bytes(), head.unwrap_or_default().as_bytes()).expect("a diff"),
        binary: false,
    };
    super::read(files.iter().map(change).collect(), &Default::default())
}
