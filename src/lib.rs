//! `journal`: a flight recorder for engineering sessions in a git repository.
//!
//! The modules stand in the order in which data flows: what happened (events, log, session), the repository (git and the plain values
//! it gives), what the difference of two trees shows (evidence), the journal (document, rendering), the commands on top.

// what happened
pub mod event;
pub mod session;

// the repository
pub mod attribution;
pub mod change;
pub mod git;

// what the diff shows
pub mod evidence;
pub mod secrets;

// the journal
pub mod document;
