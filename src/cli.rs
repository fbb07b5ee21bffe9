//! What can be typed: the verbs, and below their arguments and help. Depends on nothing of ours but the words that users choose from.

use clap::{Parser, Subcommand, ValueEnum};

mod author;
mod document;
mod pr;
mod session;
mod setup;

pub use author::{Add, Apply, Ask, Author, Entry, HandRun, Impact, Missing, Set, Stated, Test, Undo};
pub use document::{Amend, Check, Diff, Edit, Refresh, Show, Side, Verify};
pub use pr::{MarkdownOrJson, Pr};
pub use session::{Discard, Forget, LeadSession, Note, Run, Start, Status, Stop, Watch};
pub use setup::{Completions, Demo, Hook, HookInstall, HookUninstall, HookVerb, Shell, ShellKind, ShellRecord};

/// A flight recorder for engineering sessions in a git repository.
///
/// Start a session, work as you always do, and stop: commits, changed methods, configuration keys and times are in the journal, exact and
/// linked. You add only the why.
#[derive(Debug, Parser)]
#[command(name = "journal", version, about, max_term_width = 100, after_help = "Begin with: journal start \"What you are about to do\"")]
pub struct Cli {
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start a session in this worktree
    #[command(
        after_help = "Example: journal start \"Invoices are sent twice\" --type debugging --situation \"Support reports 412 double invoices\""
    )]
    Start(Start),
    /// Record what you know now, in a sentence
    #[command(after_help = "Example: journal note \"retry_after is shorter than the job's timeout\" --phase root-cause")]
    Note(Note),
    /// Run a command as if it were run bare, and record it: exit code, time, and test results where it prints them
    #[command(after_help = "Example: journal run --purpose \"Reproduce the double send\" -- make test")]
    Run(Run),
    /// Record an entry: a decision, a challenge, an insight, a next step and so on
    #[command(
        after_help = "Example: journal add decision \"Guard with a lock\" --option \"Constraint: needs a migration\" --chosen \"Lock: ships today\""
    )]
    Add(Add),
    /// Fill a field of the journal that has one value
    #[command(after_help = "Example: journal set root_cause.problem \"A slow job is handed to a second worker\"")]
    Set(Set),
    /// Record the narrative as JSON, in one go; applying it again changes nothing
    #[command(after_help = "Example: echo '{\"root_cause\": {\"why\": \"The timeout is too short\"}}' | journal apply")]
    Apply(Apply),
    /// Print the JSON Schema of what `journal apply` takes
    #[command(after_help = "Example: journal schema > journal.schema.json")]
    Schema,
    /// List what the journal still lacks, with what the record shows that bears on it
    #[command(after_help = "Example: journal missing --format json")]
    Missing(Missing),
    /// Answer the questions that are open
    #[command(after_help = "Example: journal ask --full")]
    Ask(Ask),
    /// Take back the last entry, or the one of this id
    #[command(after_help = "Example: journal undo")]
    Undo(Undo),
    /// Tell what the active session has recorded so far
    #[command(after_help = "Example: journal status --format json")]
    Status(Status),
    /// Go away for a while; the time does not count
    #[command(after_help = "Example: journal pause")]
    Pause,
    /// Come back from a pause
    #[command(after_help = "Example: journal resume")]
    Resume,
    /// Keep before and after of files outside the repository
    #[command(
        after_help = "Examples:\n  journal watch /etc/nginx/nginx.conf\n  journal watch --cmd 'ssh web cat /etc/x' --as web:/etc/x\n\n\
        It looks now and again at `journal stop`; without a path it looks again at all that is watched."
    )]
    Watch(Watch),
    /// End the session and write its journal
    #[command(after_help = "Example: journal stop --no-input")]
    Stop(Stop),
    /// Throw the active session away; nothing is written
    #[command(after_help = "Example: journal discard --yes")]
    Discard(Discard),
    /// Print a session's journal: the active one's so far, else the last one's
    #[command(after_help = "Example: journal show 2026-11-22_invoices-are-sent-twice --format json")]
    Show(Show),
    /// Bring a written journal up to date; what was edited by hand stays
    #[command(after_help = "Example: journal refresh 2026-11-22_invoices-are-sent-twice")]
    Refresh(Refresh),
    /// Open a written journal in the editor
    #[command(after_help = "Example: journal edit")]
    Edit(Edit),
    /// Add a dated paragraph to a finished journal
    #[command(after_help = "Example: journal amend journal/2026-11-22_invoices-are-sent-twice.md \"All refunds are paid\"")]
    Amend(Amend),
    /// Find what is missing in a journal, or should not be in it
    #[command(after_help = "Example: journal check journal/2026-11-22_invoices-are-sent-twice.md")]
    Check(Check),
    /// Tell of each observed claim of a journal whether it still stands
    #[command(after_help = "Example: journal verify journal/2026-11-22_invoices-are-sent-twice.md")]
    Verify(Verify),
    /// Print what changed between two commits or trees: definitions and configuration keys, no session needed
    #[command(after_help = "Example: journal diff main HEAD --format json")]
    Diff(Diff),
    /// Print the description of a pull request: in the repository's own template, from what the record proves
    #[command(after_help = "Example: journal pr --base main | gh pr create --title \"$(journal pr --title)\" --body-file -")]
    Pr(Box<Pr>),
    /// Put git hooks in or out that record commits as they happen
    #[command(after_help = "Example: journal hook install")]
    Hook(Hook),
    /// Remove recorded commands for good; without an argument, list them with their numbers
    #[command(
        after_help = "Examples:\n  journal forget 3 5\n  journal forget 'vault *'     all that hold it; * stands for anything\n  journal forget --last"
    )]
    Forget(Forget),
    /// Print what a shell reads at its start, to record the commands of a session
    #[command(
        after_help = "Examples:\n  eval \"$(journal shell bash)\"     in ~/.bashrc\n  eval \"$(journal shell zsh)\"      in ~/.zshrc\n  \
        journal shell fish | source     in ~/.config/fish/config.fish\n\nA command typed with a blank in front is not recorded; \
        `journal forget` removes what was."
    )]
    Shell(Shell),
    /// What the lines of `journal shell` run after a command
    #[command(hide = true)]
    ShellRecord(ShellRecord),
    /// Print the completions of a shell
    #[command(after_help = "Example: journal completions bash > ~/.local/share/bash-completion/completions/journal")]
    Completions(Completions),
    /// Play a short session in a throw-away repository and print its journal
    #[command(after_help = "Example: journal demo --keep /tmp/journal-demo")]
    Demo(Demo),
    /// What `journal run` puts between itself and a command on a terminal
    #[command(hide = true)]
    LeadSession(LeadSession),
}

/// Forms of a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For reading in a terminal
    #[default]
    Text,
    /// The journal's own form
    Markdown,
    /// The document's keys
    Json,
}

/// Forms of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum TextOrJson {
    /// For reading in a terminal
    #[default]
    Text,
    /// For programs
    Json,
}
