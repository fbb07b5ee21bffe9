//! The command line, end to end: the built binary in throw-away repositories, with a cleared environment and a fixed clock.
//! One file a command; what is wrong inside the pure parts is found by their own tests.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops here")]

mod at_once;
mod author;
mod bad_input;
mod breakdown;
#[path = "../common/mod.rs"]
mod common;
mod demo;
mod diff;
mod hook;
mod hook_install;
mod hook_managers;
mod hook_trailer;
mod linked;
mod next_steps;
mod refresh;
mod related;
mod run;
mod pr;
mod session;
mod verify;
mod shapes;
mod shell;
mod time;
mod watch;
mod world;
