//! Clock, environment and arguments in; message, hint and exit code out.

use std::process::ExitCode;

use clap::Parser;
use session_journal::cli::Cli;
use session_journal::commands::{self, Environment};

/// Parsers and git's objects take and give back many small pieces; the features of the crate hand it to the C in here, too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match Environment::of_process().and_then(|env| commands::run(cli, &env)) {
        Ok(done) => done.print(),
        Err(error) => commands::complain(&error),
    }
}
