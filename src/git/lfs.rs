//! Pointers of git-lfs: what git holds in place of a content that is kept elsewhere. Their text says nothing that a reader of it asks for.

/// Pointers are shorter than this, says their specification.
const LIMIT: usize = 1024;

/// Whether these bytes are a pointer: its version first, then an id and a size.
pub(super) fn is_pointer(bytes: &[u8]) -> bool {
    let Some(text) = Some(bytes).filter(|bytes| bytes.len() < LIMIT).and_then(|bytes| std::str::from_utf8(bytes).ok()) else {
        return false;
    };
    let mut lines = text.lines();
    let version = lines.next().and_then(|line| line.strip_prefix("version https://"));
    let is_known = version.is_some_and(|it| it.starts_with("git-lfs.github.com/spec/") || it.starts_with("hawser.github.com/spec/"));
    let has = |key: &str| lines.clone().any(|line| line.strip_prefix(key).is_some_and(|value| !value.is_empty()));
    is_known && has("oid ") && has("size ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_is_known_by_all_that_it_must_have() {
        let version = "version https://git-lfs.github.com/spec/v1\n";
        let oid = format!("oid sha256:{}\n", "a".repeat(64));
        for (text, expected) in [
            (format!("{version}{oid}size 12\n"), true),
            (format!("{version}ext-0-case sha256:{}\n{oid}size 12\n", "b".repeat(64)), true),
            (format!("version https://hawser.github.com/spec/v1\n{oid}size 12\n"), true),
            (format!("{version}{oid}"), false),
            (format!("{oid}{version}size 12\n"), false),
            (format!("{version}{oid}size 12\n{}", "x".repeat(LIMIT)), false),
            ("version: 1\nsize: 2\n".to_owned(), false),
            (String::new(), false),
        ] {
            assert_eq!(is_pointer(text.as_bytes()), expected, "{text:?}");
        }
    }
}
