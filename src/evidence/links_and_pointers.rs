//! What git holds of a path where that is no content of a file: where a link points to, a pointer to what git-lfs keeps.

use crate::change::{Content, FileChange, Side};
use crate::markdown::code;

/// What is said of a file whose content git-lfs keeps.
pub const KEPT_BY_LFS: &str = "content kept by git-lfs";

/// What there is to tell of such a change; none where both sides are files as they are.
pub(super) fn describe(change: &FileChange) -> Option<String> {
    let (base, head) = (change.base.as_ref(), change.head.as_ref());
    match [base, head].map(|side| side.and_then(target)) {
        [Some(base), Some(head)] if base == head => Some(format!("link to {head}")),
        [Some(base), Some(head)] => Some(format!("link {base} → {head}")),
        [None, Some(head)] => Some(format!("link to {head}{}", if base.is_some() { ", in place of a file" } else { "" })),
        [Some(base), None] => Some(format!("{} link to {base}", if head.is_some() { "a file in place of a" } else { "a" })),
        [None, None] => {
            let is_kept = |side: &&Side| side.content == Content::KeptByLfs;
            let [was, is] = [base, head].map(|side| side.filter(is_kept).is_some());
            let now = match (base, head) {
                _ if !was && !is => return None,
                (Some(base), Some(head)) if base.id == head.id => "",
                (Some(_), Some(_)) if was && is => ", changed",
                (Some(_), Some(_)) if was => " before, by git now",
                (Some(_), Some(_)) => " now, by git before",
                _ => "",
            };
            Some(format!("{KEPT_BY_LFS}{now}"))
        }
    }
}

/// Whether the path is, or was at last, no file that could be read: a link, or a pointer.
pub(super) fn is_unread(change: &FileChange) -> bool {
    is_link(change) || change.head.as_ref().is_some_and(|side| side.content == Content::KeptByLfs)
}

/// Whether the path is, or was at last, a symbolic link.
pub fn is_link(change: &FileChange) -> bool {
    change.head.as_ref().or(change.base.as_ref()).is_some_and(|side| matches!(side.content, Content::Symlink(_)))
}

fn target(side: &Side) -> Option<String> {
    match &side.content {
        Content::Symlink(target) => Some(code(&String::from_utf8_lossy(target))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::{Oid, Status};

    #[test]
    fn links_and_pointers_are_told_by_both_sides() {
        let link = |target: &str| Some(Content::Symlink(target.into()));
        let file = || Some(Content::Blob(b"a: 1\n".to_vec()));
        let kept = || Some(Content::KeptByLfs);
        for (base, head, expected) in [
            (link("a"), link("b"), Some("link `a` → `b`")),
            (link("a"), link("a"), Some("link to `a`")),
            (None, link("b`c"), Some("link to ``b`c``")),
            (link("a"), None, Some("a link to `a`")),
            (file(), link("b"), Some("link to `b`, in place of a file")),
            (link("a"), file(), Some("a file in place of a link to `a`")),
            (kept(), kept(), Some("content kept by git-lfs, changed")),
            (None, kept(), Some("content kept by git-lfs")),
            (file(), kept(), Some("content kept by git-lfs now, by git before")),
            (kept(), file(), Some("content kept by git-lfs before, by git now")),
            (file(), file(), None),
        ] {
            let side =
                |id: &str, content: &Option<Content>| content.clone().map(|content| Side { id: Oid::new(id), mode: 0o100_644, content });
            let (base, head) = (side("1", &base), side("2", &head));
            let change =
                FileChange { path: "x".into(), old_path: None, status: Status::Modified, base, head, hunks: Vec::new(), binary: false };
            assert_eq!(describe(&change).as_deref(), expected, "{change:?}");
        }
    }
}
