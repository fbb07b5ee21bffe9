//! `journal`: a flight recorder for engineering sessions in a git repository.
//!
//! The modules stand in the order in which data flows, each below all that it uses: what happened (events, log, session), the repository
//! (git and the plain values it gives), what the difference of two trees shows (evidence), the journal (document, rendering), and the
//! commands at the end. `docs/architecture.md` tells the whole; `tests/architecture` holds the order.

// plain values and text
pub mod error;
pub mod words;
pub mod parallel;
pub mod files;
pub mod journal_dir;
pub mod secrets;
pub mod markdown;
pub mod change;
pub mod forge;

// what happened
pub mod event;
pub mod log;
pub mod session;

// the repository
pub mod attribution;
pub mod git;
pub mod session_store;

// what the diff shows
pub mod evidence;
pub mod observation;
pub mod watch;

// the journal
pub mod document;
pub mod pull_request;
pub mod related;
pub mod render;
pub mod merge;
pub mod check;
pub mod verify;
pub mod settings;
pub mod journal_file;

// the shell
pub mod terminal;
pub mod process;
pub mod cli;
pub mod commands;
