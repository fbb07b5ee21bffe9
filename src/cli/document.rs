//! Written journals and what changed: the arguments of the commands that read them.

use clap::{Args, ValueEnum};

use super::{Format, TextOrJson};

/// Arguments of `journal show`.
#[derive(Debug, Args)]
pub struct Show {
    /// A journal's file or name, or the beginning of a session's id; also any Markdown file in the journal's form
    pub session: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value = "markdown")]
    pub format: Format,
    /// List each statement with who says so: observed, stated or derived, and on which events and commits it stands
    #[arg(long)]
    pub sources: bool,
}

/// Arguments of `journal refresh`.
#[derive(Debug, Args)]
pub struct Refresh {
    /// A journal's file or name, or the beginning of a session's id; the last one where not given
    pub session: Option<String>,
    /// What to take where the file and the record changed the same lines
    #[arg(long, value_enum, value_name = "SIDE")]
    pub keep: Option<Side>,
    /// Print what would be written, and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// The sides of a refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Side {
    /// The journal file as it is
    File,
    /// What the record says now
    Record,
}

/// Arguments of `journal edit`.
#[derive(Debug, Args)]
pub struct Edit {
    /// A journal's file or name, or the beginning of a session's id; the last one where not given
    pub session: Option<String>,
}

/// Arguments of `journal amend`.
#[derive(Debug, Args)]
pub struct Amend {
    /// A journal's file or name, or the beginning of a session's id
    pub file: String,
    /// What there is to add; `-` reads it from standard input
    pub text: String,
}

/// Arguments of `journal check`.
#[derive(Debug, Args)]
pub struct Check {
    /// A Markdown file, a journal's name, or the beginning of a session's id; the last journal where not given
    pub session: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value = "text")]
    pub format: TextOrJson,
}

/// Arguments of `journal verify`.
#[derive(Debug, Args)]
pub struct Verify {
    /// A journal's file or name, or the beginning of a session's id; the last one where not given
    pub session: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value = "text")]
    pub format: TextOrJson,
}

/// Arguments of `journal diff`.
#[derive(Debug, Args)]
pub struct Diff {
    /// Commit or tree before; HEAD where not given
    pub base: Option<String>,
    /// Commit or tree after; the worktree where not given
    pub head: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value = "text")]
    pub format: TextOrJson,
}
