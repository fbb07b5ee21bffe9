//! Set-up: the arguments of what is called once, or by hooks and shells.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Arguments of `journal hook`.
#[derive(Debug, Args)]
pub struct Hook {
    /// What to do with them
    #[command(subcommand)]
    pub verb: HookVerb,
}

/// The verbs of `journal hook`.
#[derive(Debug, Subcommand)]
pub enum HookVerb {
    /// Add our lines to this repository's hooks; what is there stays
    #[command(after_help = "Example: journal hook install --trailer")]
    Install(HookInstall),
    /// Take our lines out again; the hooks are as they were, byte for byte
    #[command(after_help = "Example: journal hook uninstall")]
    Uninstall(HookUninstall),
    /// Tell where the hooks are and how each stands
    #[command(after_help = "Example: journal hook status")]
    Status,
    /// What the hooks run
    #[command(hide = true)]
    Run {
        /// The hook's name
        hook: String,
        /// Git's arguments to it
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

/// Arguments of `journal hook install`.
#[derive(Debug, Args)]
pub struct HookInstall {
    /// Also where core.hooksPath is set for all your repositories
    #[arg(long)]
    pub global: bool,
    /// Also add a `Journal: <id>` trailer to commit messages: when git prepares them (prepare-commit-msg), or, where the message is written
    /// in an editor, once it is closed (commit-msg, which `--no-verify` leaves out); merges and fixups get none
    #[arg(long)]
    pub trailer: bool,
}

/// Arguments of `journal hook uninstall`.
#[derive(Debug, Args)]
pub struct HookUninstall {
    /// Also where core.hooksPath is set for all your repositories
    #[arg(long)]
    pub global: bool,
}

/// Arguments of `journal shell`.
#[derive(Debug, Args)]
pub struct Shell {
    /// Your shell
    #[arg(value_enum)]
    pub shell: ShellKind,
}

/// Shells with a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ShellKind {
    /// From version 4.4
    Bash,
    /// From version 5
    Zsh,
    /// From version 3
    Fish,
}

/// Arguments of `journal shell-record`; the command line comes on standard input.
#[derive(Debug, Args)]
pub struct ShellRecord {
    /// When it began, in microseconds since 1970; reckoned back from now where not given
    #[arg(long)]
    pub started: Option<i64>,
    /// How long it ran
    #[arg(long, allow_negative_numbers = true)]
    pub milliseconds: i64,
    /// Its exit code, as the shell tells it
    #[arg(long)]
    pub status: i32,
    /// Where it was typed
    #[arg(long)]
    pub cwd: PathBuf,
}

/// Arguments of `journal completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// Arguments of `journal demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Leave the repository here for a look; the folder must not exist yet
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
}
