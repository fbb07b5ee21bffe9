//! Clock, environment and arguments in; message, hint and exit code out.

use std::process::ExitCode;

use clap::Parser;
use session_journal::cli::Cli;
use session_journal::commands::{self, Surroundings};

fn main() -> ExitCode {
    let cli = Cli::parse();
    match Surroundings::of_process().and_then(|here| commands::run(cli, &here)) {
        Ok(done) => done.print(),
        Err(error) => commands::complain(&error),
    }
}
