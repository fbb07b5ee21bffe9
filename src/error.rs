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
                Self { kind: Kind::Failed, message, hint: cause.and_then(|error| remedy(error.kind())).map(str::to_owned) }
            }
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self { kind: Kind::Failed, message: error.to_string(), hint: remedy(error.kind()).map(str::to_owned) }
    }
}

/// What to do about a file system that does not take or give a file.
fn remedy(kind: io::ErrorKind) -> Option<&'static str> {
    match kind {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Some("make room, then type the same again; what was recorded is kept"),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            Some("ls -ld tells who may write there; then type the same again; what was recorded is kept")
        }
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
    fn a_kind_survives_its_context() {
        let inner: anyhow::Result<()> = Err(Error::no_session().into());
        let outer = Error::from(inner.context("could not write the note").expect_err("it is an error"));
        assert_eq!((outer.kind as i32, outer.hint.is_some()), (3, true));
        assert_eq!(outer.message, "could not write the note: no session is active in this worktree");
    }
}
