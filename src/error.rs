//! What can go wrong in a way that the user can act on: a kind (one exit code each), what happened where, and the next command to type.
//!
//! Everything else is a contextual chain (`anyhow`) and becomes [`Kind::Failed`].

use std::fmt;
use std::io;

/// Result of a command.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of failure; the number is the process's exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Something did not work.
    Failed = 1,
    /// The command line does not make sense.
    Usage = 2,
    /// No session, no repository, not found.
    Nothing = 3,
    /// A session is already active; a file was edited by hand.
    InTheWay = 4,
    /// A check found something.
    Found = 5,
}

/// A failure as the user reads it.
#[derive(Debug)]
pub struct Error {
    /// Decides the exit code.
    pub kind: Kind,
    /// What happened, and where.
    pub message: String,
    /// The next command to type, or what to do.
    pub hint: Option<String>,
}

impl Error {
    /// A failure without a hint yet.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None }
    }

    /// The same with what to do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// No session runs in this worktree.
    pub fn no_session() -> Self {
        Self::new(Kind::Nothing, "no session is active in this worktree").hint("journal start \"What you are about to do\"")
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<anyhow::Error> for Error {
    /// Keeps an [`Error`] that travelled inside a chain, with the outer contexts in front of its message.
    fn from(chain: anyhow::Error) -> Self {
        let message = format!("{chain:#}");
        match chain.downcast::<Error>() {
            Ok(inner) => Self { message, ..inner },
            Err(chain) => {
                let cause = chain.chain().find_map(|cause| cause.downcast_ref::<io::Error>());
                let hint = cause.and_then(|error| remedy(error.kind())).or_else(|| Breakdown::behind(&chain));
                Self { kind: Kind::Failed, message, hint: hint.map(str::to_owned) }
            }
        }
    }
}

/// A failure of the machine and not of what was asked of it: no room, no memory, a disk that does not read, a process that was ended. It says
/// nothing about the repository, and the same may work later.
#[derive(Debug)]
pub struct Breakdown {
    message: String,
    remedy: &'static str,
}

const MAKE_ROOM: &str = "make room, then type the same again; what was recorded is kept";
const LOOK_AT_RIGHTS: &str = "ls -ld tells who may write there; then type the same again; what was recorded is kept";
const LOOK_AT_DISK: &str =
    "a disk or a mount does not work as it should (dmesg may say more); then type the same again; what was recorded is kept";
const AGAIN: &str = "type the same again; what was recorded is kept";

/// How the C library and git word such failures, each with what to do about it. Git does not always name the cause: what it could not write
/// of its own, it could not write for one of them.
const BREAKDOWNS: [(&str, &str); 21] = [
    ("No space left on device", MAKE_ROOM),
    ("Disk quota exceeded", MAKE_ROOM),
    ("write error. Out of diskspace", MAKE_ROOM),
    ("File too large", MAKE_ROOM),
    ("Input/output error", LOOK_AT_DISK),
    ("Stale file handle", LOOK_AT_DISK),
    ("Structure needs cleaning", LOOK_AT_DISK),
    ("Read-only file system", LOOK_AT_RIGHTS),
    ("insufficient permission for adding an object", LOOK_AT_RIGHTS),
    ("Cannot allocate memory", AGAIN),
    ("Out of memory", AGAIN),
    ("Out of memory, malloc failed", AGAIN),
    ("Out of memory, realloc failed", AGAIN),
    ("Out of memory, calloc failed", AGAIN),
    ("Resource temporarily unavailable", AGAIN),
    ("Too many open files", AGAIN),
    ("Too many open files in system", AGAIN),
    ("unable to write new index file", AGAIN),
    ("unable to write new_index file", AGAIN),
    ("unable to create temporary file", AGAIN),
    ("unable to write loose object file", AGAIN),
];

impl Breakdown {
    /// One that is over as soon as it is seen.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), remedy: AGAIN }
    }

    /// One that a program tells of, with the line of its own that does.
    pub fn told(by: &str, said: &str) -> Option<Self> {
        let told = |line: &str| Some(Self { message: format!("{by} failed: {line}"), remedy: breakdown(line)? });
        said.lines().find_map(told)
    }

    /// Whether one is behind a failure, and what to do about it.
    pub fn behind(chain: &anyhow::Error) -> Option<&'static str> {
        let told = |cause: &(dyn std::error::Error + 'static)| match cause.downcast_ref::<Self>() {
            Some(breakdown) => Some(breakdown.remedy),
            None => cause.to_string().lines().find_map(breakdown),
        };
        chain.chain().find_map(told)
    }
}

/// What to do about the breakdown that a line tells of: the words are its own or its end, but for details in the manner of Rust, of libgit2
/// and of git's memory.
fn breakdown(line: &str) -> Option<&'static str> {
    const DETAILS: [&str; 4] = [" (os error ", " (tried to allocate ", "; class=", " to repository database "];
    let line = DETAILS.iter().fold(line, |line, detail| line.split(detail).next().unwrap_or(line));
    let line = line.trim_end_matches('.');
    let is_end = |words: &str| line.strip_suffix(words).is_some_and(|before| before.is_empty() || before.ends_with(' '));
    BREAKDOWNS.iter().find(|(words, _)| is_end(words)).map(|(_, remedy)| *remedy)
}

impl fmt::Display for Breakdown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Breakdown {}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self { kind: Kind::Failed, message: error.to_string(), hint: remedy(error.kind()).map(str::to_owned) }
    }
}

/// What to do about a file system that does not take or give a file.
fn remedy(kind: io::ErrorKind) -> Option<&'static str> {
    match kind {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Some(MAKE_ROOM),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Some(LOOK_AT_RIGHTS),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context;

    #[test]
    fn a_full_disk_says_what_to_do() {
        let full: anyhow::Result<()> = Err(io::Error::from(io::ErrorKind::StorageFull).into());
        let error = Error::from(full.context("could not write journal/x.md").expect_err("it is an error"));
        assert!(error.hint.is_some_and(|hint| hint.starts_with("make room")));
    }

    #[test]
    fn a_breakdown_of_the_machine_is_known_by_its_words() {
        for (line, remedy) in [
            ("fatal: sha1 file '/x/index.lock' write error. Out of diskspace", Some(MAKE_ROOM)),
            ("fatal: unable to write loose object file: No space left on device", Some(MAKE_ROOM)),
            ("failed to write chunk: No space left on device; class=Os (2)", Some(MAKE_ROOM)),
            ("Input/output error (os error 5)", Some(LOOK_AT_DISK)),
            ("warning: could not open directory 'a/': Input/output error", Some(LOOK_AT_DISK)),
            ("fatal: unable to write new index file", Some(AGAIN)),
            ("error: insufficient permission for adding an object to repository database ./objects", Some(LOOK_AT_RIGHTS)),
            ("fatal: Out of memory, malloc failed (tried to allocate 64 bytes)", Some(AGAIN)),
            ("error: open(\"locked.txt\"): Permission denied", None),
            ("error: unable to index file 'No space left on device'", None),
            ("error: open(\"a: Input/output error\"): Permission denied", None),
            ("fatal: bad object 0123456789abcdef0123456789abcdef01234567", None),
        ] {
            assert_eq!(breakdown(line), remedy, "{line}");
            let chain: anyhow::Result<()> = Err(anyhow::anyhow!(line.to_owned())).context("could not take a snapshot");
            assert_eq!(Breakdown::behind(&chain.expect_err("it is an error")), remedy, "{line}");
        }
    }

    #[test]
    fn a_kind_survives_its_context() {
        let inner: anyhow::Result<()> = Err(Error::no_session().into());
        let outer = Error::from(inner.context("could not write the note").expect_err("it is an error"));
        assert_eq!((outer.kind as i32, outer.hint.is_some()), (3, true));
        assert_eq!(outer.message, "could not write the note: no session is active in this worktree");
    }
}
