//! A session while it runs: its arguments from `start` to `stop`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use super::{Author, Format, TextOrJson};
use crate::event::{Phase, SessionType};

/// Arguments of `journal start`.
#[derive(Debug, Default, Args)]
pub struct Start {
    /// What the session is about, in a few words
    pub title: Option<String>,
    /// What kind of work it is; derived from what happens where not given
    #[arg(long = "type", value_enum, value_name = "TYPE")]
    pub session_type: Option<SessionType>,
    /// What is to be reached
    #[arg(long, value_name = "TEXT")]
    pub goal: Option<String>,
    /// What triggered the work
    #[arg(long, value_name = "TEXT")]
    pub situation: Option<String>,
    /// An earlier journal, agent or runbook that bears on it; may be repeated
    #[arg(long, value_name = "PATH")]
    pub related: Vec<String>,
    /// A file outside the repository to look at now and at the end; may be repeated
    #[arg(long, value_name = "PATH")]
    pub watch: Vec<PathBuf>,
}

/// Arguments of `journal watch`.
#[derive(Debug, Args)]
pub struct Watch {
    /// Files outside the repository
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// A command whose output is looked at; your shell runs it now and at the end, for 10 seconds at most
    #[arg(long, value_name = "COMMAND", requires = "name")]
    pub cmd: Option<String>,
    /// What the journal calls the command's output, e.g. web:/etc/x; its end says the format
    #[arg(long = "as", value_name = "NAME", requires = "cmd")]
    pub name: Option<String>,
}

/// Arguments of `journal note`.
#[derive(Debug, Args)]
pub struct Note {
    /// The note; `-` reads it from standard input
    #[arg(required_unless_present = "edit")]
    pub text: Option<String>,
    /// Write it in the editor
    #[arg(long, short)]
    pub edit: bool,
    /// A name for the note: said again under the same name, it replaces the earlier one
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
    /// The phase it belongs to
    #[arg(long, value_enum)]
    pub phase: Option<Phase>,
    /// The time it is about, where that is not now (today, local time)
    #[arg(long, value_name = "HH:MM")]
    pub at: Option<String>,
    /// The file it is about
    #[arg(long, value_name = "PATH[:LINE]")]
    pub file: Option<String>,
    /// Who speaks
    #[command(flatten)]
    pub author: Author,
}

/// Arguments of `journal run`.
#[derive(Debug, Args)]
pub struct Run {
    /// What it is for; stands above it in the journal
    #[arg(long, value_name = "TEXT")]
    pub purpose: Option<String>,
    /// The system it works on
    #[arg(long, value_name = "SYSTEM")]
    pub on: Option<String>,
    /// The command and its arguments
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true, value_name = "CMD")]
    pub command: Vec<OsString>,
}

/// Arguments of `journal lead-session`.
#[derive(Debug, Args)]
pub struct LeadSession {
    /// The command and its arguments
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    pub command: Vec<OsString>,
}

/// Arguments of `journal status`.
#[derive(Debug, Args)]
pub struct Status {
    /// How to print it
    #[arg(long, value_enum, default_value = "text")]
    pub format: TextOrJson,
}

/// Arguments of `journal stop`.
#[derive(Debug, Default, Args)]
pub struct Stop {
    /// Ask nothing
    #[arg(long, env = "JOURNAL_NO_INPUT", value_parser = clap::builder::FalseyValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub no_input: bool,
    /// Ask all that is open, not only the first five
    #[arg(long)]
    pub full: bool,
    /// Exit with 5 where something is missing that the type of session requires; the journal is written all the same
    #[arg(long)]
    pub require: bool,
    /// Open the journal in the editor once it is written
    #[arg(long)]
    pub edit: bool,
    /// When the session ended, where that is not now: HH:MM or 'YYYY-MM-DD HH:MM'
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// What to print: where the journal is, the journal itself, or its data
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// Arguments of `journal discard`.
#[derive(Debug, Args)]
pub struct Discard {
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
}

/// Arguments of `journal forget`.
#[derive(Debug, Args)]
pub struct Forget {
    /// Numbers as listed, or patterns
    #[arg(value_name = "NUMBER|PATTERN")]
    pub which: Vec<String>,
    /// The command that was begun last
    #[arg(long)]
    pub last: bool,
}
