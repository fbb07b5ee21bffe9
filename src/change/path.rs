//! Paths in a tree: bytes, not text. Knows how git quotes them; knows nothing of the file system.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fmt;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A path relative to the top of the worktree, with `/` between components, as bytes.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RepoPath(Vec<u8>);

impl RepoPath {
    /// Takes the bytes as git stores them.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// From the path of a file, as the file system has it.
    pub fn from_path(path: &Path) -> Self {
        Self(path.as_os_str().as_bytes().to_vec())
    }

    /// As the path of a file, relative to the top of the worktree.
    pub fn to_path(&self) -> &Path {
        Path::new(OsStr::from_bytes(&self.0))
    }

    /// Text for matching by name; bytes that are not UTF-8 become replacement characters.
    pub fn lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }

    /// The last component, as lossy text.
    pub fn file_name(&self) -> Cow<'_, str> {
        let start = self.0.iter().rposition(|&b| b == b'/').map_or(0, |i| i + 1);
        String::from_utf8_lossy(&self.0[start..])
    }

    /// The folders above it, the top (an empty path) first.
    pub fn folders(&self) -> Vec<Self> {
        let slashes = self.0.iter().enumerate().filter(|(_, b)| **b == b'/').map(|(end, _)| end);
        std::iter::once(0).chain(slashes).map(|end| Self(self.0[..end].to_vec())).collect()
    }

    /// Whether it lies below this folder, at any depth.
    pub fn is_below(&self, folder: &Self) -> bool {
        self.as_bytes().strip_prefix(folder.as_bytes()).is_some_and(|rest| rest.starts_with(b"/"))
    }

    /// What follows the last dot of the file name, in lower case; none for `.name` and `name`.
    pub fn extension(&self) -> Option<String> {
        let name = self.file_name();
        let (stem, extension) = name.rsplit_once('.')?;
        (!stem.is_empty()).then(|| extension.to_ascii_lowercase())
    }

    /// The path in data: as it is where it is UTF-8, else C-quoted in quotes as git writes it. A path that itself begins with
    /// a quote is quoted too, so that the two cannot be confused.
    pub fn to_text(&self) -> Cow<'_, str> {
        match std::str::from_utf8(&self.0) {
            Ok(text) if !text.starts_with('"') => Cow::Borrowed(text),
            _ => Cow::Owned(self.quoted()),
        }
    }

    /// The path for people's eyes: C-quoted as soon as it holds a control character, a quote, a backslash or invalid UTF-8.
    pub fn to_display(&self) -> Cow<'_, str> {
        match std::str::from_utf8(&self.0) {
            Ok(text) if !text.chars().any(|c| c.is_control() || c == '"' || c == '\\') => Cow::Borrowed(text),
            _ => Cow::Owned(self.quoted()),
        }
    }

    /// Reads what [`RepoPath::to_text`] wrote.
    pub fn from_text(text: &str) -> Self {
        match text.strip_prefix('"').and_then(|t| t.strip_suffix('"')) {
            Some(body) => Self(unquote(body)),
            None => Self(text.as_bytes().to_vec()),
        }
    }

    fn quoted(&self) -> String {
        let mut out = String::from("\"");
        for chunk in self.0.utf8_chunks() {
            for c in chunk.valid().chars() {
                match SIMPLE.iter().find(|(byte, _)| u32::from(*byte) == c as u32) {
                    Some((_, letter)) => out.extend(['\\', *letter]),
                    None if c.is_control() => c.encode_utf8(&mut [0; 4]).bytes().for_each(|b| octal(&mut out, b)),
                    None => out.push(c),
                }
            }
            chunk.invalid().iter().for_each(|&b| octal(&mut out, b));
        }
        out.push('"');
        out
    }
}

/// Bytes that git's C-quoting writes as one letter.
const SIMPLE: [(u8, char); 9] = [(7, 'a'), (8, 'b'), (9, 't'), (10, 'n'), (11, 'v'), (12, 'f'), (13, 'r'), (b'"', '"'), (b'\\', '\\')];

fn octal(out: &mut String, byte: u8) {
    out.push_str(&format!("\\{byte:03o}"));
}

fn unquote(body: &str) -> Vec<u8> {
    let (bytes, mut out, mut i) = (body.as_bytes(), Vec::new(), 0);
    while i < bytes.len() {
        let escaped = (bytes[i] == b'\\').then(|| &bytes[i + 1..]);
        match escaped {
            Some([a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', ..]) => {
                out.push((a - b'0') * 64 + (b - b'0') * 8 + (c - b'0'));
                i += 4;
            }
            Some([letter, ..]) => {
                let simple = SIMPLE.iter().find(|(_, l)| *l as u32 == u32::from(*letter));
                out.push(simple.map_or(*letter, |(byte, _)| *byte));
                i += 2;
            }
            _ => {
                out.push(bytes[i]);
                i += 1;
            }
        }
    }
    out
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_display())
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_text())
    }
}

impl From<&str> for RepoPath {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl Serialize for RepoPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_text())
    }
}

impl<'de> Deserialize<'de> for RepoPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::from_text(&String::deserialize(deserializer)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quotes_as_git_does() {
        for (bytes, text, shown) in [
            (&b"src/main.c"[..], "src/main.c", "src/main.c"),
            (b"new\nline.txt", "new\nline.txt", "\"new\\nline.txt\""),
            (b"latin-\xe8.txt", "\"latin-\\350.txt\"", "\"latin-\\350.txt\""),
            ("größe.txt".as_bytes(), "größe.txt", "größe.txt"),
            (b"esc-\x1b[31m", "esc-\x1b[31m", "\"esc-\\033[31m\""),
            (b"\"odd\"", "\"\\\"odd\\\"\"", "\"\\\"odd\\\"\""),
        ] {
            let path = RepoPath::new(bytes);
            assert_eq!((path.to_text().as_ref(), path.to_display().as_ref()), (text, shown));
        }
    }

    #[test]
    fn names_and_extensions() {
        for (path, name, extension) in
            [("a/b.RS", "b.RS", Some("rs")), (".env", ".env", None), ("x/Makefile", "Makefile", None), ("a.tar.gz", "a.tar.gz", Some("gz"))]
        {
            let path = RepoPath::from(path);
            assert_eq!((path.file_name().as_ref(), path.extension().as_deref()), (name, extension));
        }
    }

    proptest! {
        #[test]
        fn text_form_round_trips(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let path = RepoPath::new(bytes);
            prop_assert_eq!(RepoPath::from_text(&path.to_text()), path);
        }
    }
}
