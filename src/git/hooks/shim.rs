//! The text of a hook with our lines in it: bytes in, bytes out, but for the look at what stands in the hook's place.

use std::fs;
use std::path::Path;

use super::RECORDING;

/// Records by itself where it can, else runs the program.
const RECORD: &str = include_str!("../../../hooks/record.sh");
/// Runs the program.
const BLOCK: &str = include_str!("../../../hooks/block.sh");
const CHAIN: &str = include_str!("../../../hooks/chain.sh");
const BEGIN: &[u8] = b"# >>> journal >>>";
const END: &[u8] = b"# <<< journal <<<\n";
const SHELLS: [&str; 6] = ["sh", "bash", "dash", "zsh", "ksh", "ash"];

/// What is at a hook's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Existing {
    /// Nothing.
    None,
    /// A shell script, into which lines can be put.
    Shell(Vec<u8>),
    /// A program, a script in another language, a symbolic link: it is run after ours.
    Other,
}

impl Existing {
    /// Looks at a hook's place.
    pub fn read(path: &Path) -> Self {
        match fs::symlink_metadata(path) {
            Err(_) => Self::None,
            Ok(meta) if !meta.is_file() => Self::Other,
            Ok(_) => fs::read(path).map_or(Self::Other, |bytes| if is_shell(&bytes) { Self::Shell(bytes) } else { Self::Other }),
        }
    }
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

/// A hook of ours alone.
pub fn alone(hook: &str, program: &Path) -> Vec<u8> {
    format!("#!/bin/sh\n{}", block(hook, program)).into_bytes()
}

/// Ours, then the one that was moved aside.
pub fn chained(hook: &str, program: &Path) -> Vec<u8> {
    format!("#!/bin/sh\n{}{}", block(hook, program), CHAIN.replace("@hook@", hook)).into_bytes()
}

/// Whether it is ours followed by the hook that was moved aside, and nothing else.
pub fn is_chain(script: &[u8], hook: &str) -> bool {
    removed(script).is_some_and(|rest| rest == format!("#!/bin/sh\n{}", CHAIN.replace("@hook@", hook)).as_bytes())
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

/// What to run by hand or from a hook manager.
pub fn command(hook: &str) -> String {
    format!("journal hook run {hook} || true")
}

fn block(hook: &str, program: &Path) -> String {
    let quoted = format!("'{}'", program.to_string_lossy().replace('\'', "'\\''"));
    let lines = if RECORDING.contains(&hook) { RECORD } else { BLOCK };
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
    fn our_lines_come_first_and_the_rest_stays() {
        let text = inserted(b"#!/bin/bash\nset -e\nexit 3\n", "post-commit", Path::new("/opt/it's/journal"));
        let text = String::from_utf8(text).expect("UTF-8");
        assert!(text.starts_with("#!/bin/bash\n# >>> journal >>>") && text.ends_with("# <<< journal <<<\nset -e\nexit 3\n"), "{text}");
        assert!(text.contains("'/opt/it'\\''s/journal' hook run post-commit \"$@\""), "{text}");
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
