//! The text of a hook with our lines in it: bytes in, bytes out, but for the look at what stands in the hook's place.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::{EDITED, RECORDING};

/// Records by itself where it can, else runs the program.
const RECORD: &str = include_str!("../../../hooks/record.sh");
/// Runs the program.
const BLOCK: &str = include_str!("../../../hooks/block.sh");
/// Runs the program where a message waits for its trailer.
const MESSAGE: &str = include_str!("../../../hooks/message.sh");
const CHAIN: &str = include_str!("../../../hooks/chain.sh");
/// As earlier versions wrote it.
const RENAMED: &str = "# The hook that was here before; it gets the arguments, the standard input and the last word.\n\
                       exec \"$(dirname \"$0\")/@hook@.before-journal\" \"$@\"\n";
const BEGIN: &[u8] = b"# >>> journal >>>";
const END: &[u8] = b"# <<< journal <<<\n";
const SHELLS: [&str; 6] = ["sh", "bash", "dash", "zsh", "ksh", "ash"];

/// What is at a hook's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Existing {
    /// Nothing.
    None,
    /// A script with our lines in it.
    Ours,
    /// A shell script, into which lines can be put.
    Shell(Vec<u8>),
    /// A program, a script in another language, a symbolic link: it is run after ours.
    Other,
}

impl Existing {
    /// Looks at a hook's place. A place that cannot be looked at is not an empty one.
    pub fn read(path: &Path) -> io::Result<Self> {
        match fs::symlink_metadata(path) {
            Err(error) if is_absence(&error) => return Ok(Self::None),
            Err(error) => return Err(error),
            Ok(meta) if !meta.is_file() => return Ok(Self::Other),
            Ok(_) => {}
        }
        match fs::read(path) {
            Ok(bytes) if is_ours(&bytes) => Ok(Self::Ours),
            Ok(bytes) if is_shell(&bytes) => Ok(Self::Shell(bytes)),
            // a program that may be run though not read
            Err(error) if error.kind() != io::ErrorKind::PermissionDenied => Err(error),
            _ => Ok(Self::Other),
        }
    }
}

/// Where the hook is kept that ours runs after itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chain {
    /// Under its own name, by which some hooks know what to do, in a folder beside that of the hooks.
    Beside,
    /// By earlier versions: in the folder of the hooks, under another name.
    Renamed,
}

impl Chain {
    /// How the other place's name, the folder's or the hook's, differs.
    pub const SUFFIX: &str = ".before-journal";

    fn text(self, hook: &str) -> String {
        let lines = match self {
            Self::Beside => CHAIN,
            Self::Renamed => RENAMED,
        };
        lines.replace("@hook@", hook)
    }
}

/// Whether the failure to look at a file means that there is none. Any other does not.
pub(super) fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// A script without an interpreter line is run by the shell; an empty file is none of ours to judge. A script that hands itself on to
/// another interpreter is not for the shell alone. With a carriage return behind its interpreter the system finds none.
fn is_shell(bytes: &[u8]) -> bool {
    let mut lines = bytes.split(|&b| b == b'\n');
    let first = lines.next().unwrap_or_default();
    let Some(line) = first.strip_prefix(b"#!").filter(|line| !line.ends_with(b"\r")) else { return false };
    if lines.any(|line| find(line, b"exec").is_some() && find(line, b"$0").is_some()) {
        return false;
    }
    let line = String::from_utf8_lossy(line);
    let mut words = line.split_whitespace().filter(|word| !word.starts_with('-'));
    let name = |word: &str| word.rsplit('/').next().unwrap_or_default().to_owned();
    let program = match words.next().map(name) {
        Some(env) if env == "env" => words.next().map(name),
        other => other,
    };
    program.is_some_and(|program| SHELLS.contains(&program.as_str()))
}

/// Whether our lines are in it.
pub fn is_ours(bytes: &[u8]) -> bool {
    find(bytes, BEGIN).is_some() && find(bytes, END).is_some()
}

/// Whether nothing else is in it.
pub fn is_alone(script: &[u8]) -> bool {
    is_ours(script) && removed(script).is_none()
}

/// The program that our lines run.
pub fn program(script: &[u8]) -> Option<PathBuf> {
    let lines = String::from_utf8_lossy(script.get(find(script, BEGIN)?..find(script, END)?)?).into_owned();
    let (quoted, _) = lines.split_once("[ -x '")?.1.split_once("' ]; then")?;
    Some(quoted.replace("'\\''", "'").into())
}

/// A hook of ours alone.
pub fn alone(hook: &str, program: &Path) -> Vec<u8> {
    format!("#!/bin/sh\n{}", block(hook, program)).into_bytes()
}

/// Ours, then the one that was moved aside.
pub fn chained(hook: &str, program: &Path) -> Vec<u8> {
    format!("#!/bin/sh\n{}{}", block(hook, program), Chain::Beside.text(hook)).into_bytes()
}

/// Where the hook is that was moved aside, if the script is ours followed by it, and nothing else.
pub fn chain(script: &[u8], hook: &str) -> Option<Chain> {
    let rest = removed(script)?;
    [Chain::Beside, Chain::Renamed].into_iter().find(|chain| rest == format!("#!/bin/sh\n{}", chain.text(hook)).as_bytes())
}

/// A shell script with our lines right after its first: what follows may leave at any point, and its exit code stays the hook's.
pub fn inserted(script: &[u8], hook: &str, program: &Path) -> Vec<u8> {
    let end = script.iter().position(|&b| b == b'\n').map_or(script.len(), |at| at + 1);
    let (first, rest) = script.split_at(end);
    let line_end: &[u8] = if first.ends_with(b"\n") { b"" } else { b"\n" };
    [first, line_end, block(hook, program).as_bytes(), rest].concat()
}

/// The script without our lines; none where nothing but an interpreter line is left of it.
pub fn removed(script: &[u8]) -> Option<Vec<u8>> {
    let (Some(begin), Some(end)) = (find(script, BEGIN), find(script, END)) else {
        return Some(script.to_vec());
    };
    let text = [&script[..begin], script.get(end + END.len()..).unwrap_or_default()].concat();
    (text != b"#!/bin/sh\n").then_some(text)
}

/// Whether two texts of a hook differ in our lines alone: they were put in, brought up to date or taken out.
pub fn only_ours_differ(base: Option<&[u8]>, head: Option<&[u8]>) -> bool {
    [base, head].into_iter().flatten().any(is_ours) && base.and_then(removed) == head.and_then(removed)
}

/// The script with our lines as they are written today; none where they already are.
pub fn renewed(script: &[u8], hook: &str, program: &Path) -> Option<Vec<u8>> {
    let (begin, end) = (find(script, BEGIN)?, find(script, END)? + END.len());
    let text = [&script[..begin], block(hook, program).as_bytes(), script.get(end..)?].concat();
    (begin < end && text != script).then_some(text)
}

fn block(hook: &str, program: &Path) -> String {
    let quoted = format!("'{}'", program.to_string_lossy().replace('\'', "'\\''"));
    let lines = match hook {
        EDITED => MESSAGE,
        _ if RECORDING.contains(&hook) => RECORD,
        _ => BLOCK,
    };
    lines.replace("@program@", &quoted).replace("@hook@", hook)
}

fn find(bytes: &[u8], pattern: &[u8]) -> Option<usize> {
    bytes.windows(pattern.len()).position(|window| window == pattern)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shells_are_told_from_other_interpreters() {
        for (first, shell) in [
            ("#!/bin/sh\n", true),
            ("#!/bin/bash -e\n", true),
            ("#!/usr/bin/env bash\n", true),
            ("#!/usr/bin/env -S zsh -f\n", true),
            ("#!/usr/bin/env python3\n", false),
            ("#!/usr/bin/perl\n", false),
            ("\u{7f}ELF", false),
            ("", false),
            ("#!/bin/sh\r\ntrue\r\n", false),
            ("#!/bin/sh\n\"exec\" \"python3\" \"$0\" \"$@\"\nprint()\n", false),
            ("#!/bin/sh\nexec make\n", true),
        ] {
            assert_eq!(is_shell(first.as_bytes()), shell, "{first:?}");
        }
    }

    #[test]
    fn what_cannot_be_looked_at_is_not_absent() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(Existing::read(&folder.path().join("post-commit")).ok(), Some(Existing::None));
        assert!(Existing::read(&folder.path().join("x".repeat(300))).is_err());
    }

    #[test]
    fn our_lines_come_first_and_the_rest_stays() {
        let text = inserted(b"#!/bin/bash\nset -e\nexit 3\n", "post-commit", Path::new("/opt/it's/journal"));
        let text = String::from_utf8(text).expect("UTF-8");
        assert!(text.starts_with("#!/bin/bash\n# >>> journal >>>") && text.ends_with("# <<< journal <<<\nset -e\nexit 3\n"), "{text}");
        assert!(text.contains("'/opt/it'\\''s/journal' hook run post-commit \"$@\""), "{text}");
        for hook in super::super::ALL {
            let (own, both) = (alone(hook, Path::new("/opt/it's/journal")), chained(hook, Path::new("/opt/it's/journal")));
            assert_eq!((is_alone(&own), is_alone(&both), is_alone(b"#!/bin/sh\n")), (true, false, false));
            assert_eq!((program(&own), program(&both)), (Some("/opt/it's/journal".into()), Some("/opt/it's/journal".into())));
        }
        assert_eq!(program(b"#!/bin/sh\n[ -x '/bin/a' ]; then\n"), None);
    }

    #[test]
    fn our_lines_alone_are_told_from_other_changes() {
        let program = Path::new("/bin/journal");
        let (own, theirs) = (alone("post-merge", program), &b"#!/bin/sh\nexit 3\n"[..]);
        let both = inserted(theirs, "post-commit", program);
        let edited = [&both[..], b"true\n"].concat();
        for (base, head, expected) in [
            (None, Some(&own[..]), true),
            (Some(&own[..]), None, true),
            (Some(theirs), Some(&both[..]), true),
            (Some(&both[..]), Some(theirs), true),
            (Some(theirs), Some(&edited[..]), false),
            (None, Some(&both[..]), false),
            (None, Some(theirs), false),
            (None, None, false),
        ] {
            assert_eq!(only_ours_differ(base, head), expected, "{base:?} {head:?}");
        }
    }

    proptest! {
        #[test]
        fn what_was_inserted_can_be_removed(rest in proptest::collection::vec(any::<u8>(), 0..80)) {
            let script = [b"#!/bin/sh\n: mine\n", &rest[..]].concat();
            prop_assume!(!is_ours(&script));
            let with = inserted(&script, "post-merge", Path::new("/bin/journal"));
            prop_assert!(is_ours(&with));
            prop_assert_eq!(renewed(&with, "post-merge", Path::new("/bin/journal")), None);
            let older = inserted(&script, "post-merge", Path::new("/opt/journal"));
            let today = renewed(&older, "post-merge", Path::new("/bin/journal"));
            prop_assert_eq!(today, Some(with.clone()));
            prop_assert_eq!(removed(&with), Some(script));
        }
    }
}
