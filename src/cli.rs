//! What can be typed: argument types and help. Depends on nothing of ours but the words that users choose from.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::event::{Phase, SessionType};
use crate::forge::ForgeName;

mod author;

pub use author::{Add, Apply, Ask, Author, Entry, HandRun, Impact, Missing, Set, Stated, Test, Undo};

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

/// Arguments of `journal pr`.
#[derive(Debug, Default, Args)]
pub struct Pr {
    /// Where the work is to go; found by itself where not given
    #[arg(long, value_name = "BRANCH")]
    pub base: Option<String>,
    /// The template to fill: a path, or the name of one of several
    #[arg(long, value_name = "PATH|NAME", conflicts_with = "no_template")]
    pub template: Option<String>,
    /// Fill no template, even where there is one
    #[arg(long)]
    pub no_template: bool,
    /// Whose limits and abilities hold; told from the remote's address where not given
    #[arg(long, value_enum, value_name = "FORGE")]
    pub forge: Option<ForgeName>,
    /// A session that belongs to it: a journal's file name or the beginning of an id; may be repeated
    #[arg(long, value_name = "NAME")]
    pub session: Vec<String>,
    /// How to print it
    #[arg(long, value_enum, default_value = "markdown", conflicts_with_all = ["create", "open"])]
    pub format: MarkdownOrJson,
    /// Print the title alone; with a value, use that title
    #[arg(long, value_name = "TITLE", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub title: Option<String>,
    /// What it does and why, in a sentence or two
    #[arg(long, value_name = "TEXT")]
    pub summary: Option<String>,
    /// What reviewers are to look at
    #[arg(long, value_name = "TEXT")]
    pub feedback: Option<String>,
    /// An issue that it closes; may be repeated
    #[arg(long, value_name = "ISSUE")]
    pub closes: Vec<String>,
    /// Tick the box with this text, which only you can answer for; may be repeated
    #[arg(long, value_name = "TEXT")]
    pub attest: Vec<String>,
    /// How agents took part, where the template asks
    #[arg(long, value_name = "TEXT")]
    pub attest_ai: Option<String>,
    /// Leave out the hidden marks by which `--update` finds its own text again
    #[arg(long)]
    pub no_marks: bool,
    /// Bring the description in this file up to date and print it; `-` reads standard input
    #[arg(long, value_name = "BODY", conflicts_with_all = ["check", "create", "open"])]
    pub update: Option<String>,
    /// With --update: put the description below what a person wrote
    #[arg(long, requires = "update", conflicts_with_all = ["prepend", "replace"])]
    pub append: bool,
    /// With --update: put the description above what a person wrote
    #[arg(long, requires = "update", conflicts_with = "replace")]
    pub prepend: bool,
    /// With --update: write over what a person wrote
    #[arg(long, requires = "update")]
    pub replace: bool,
    /// Hold the description in this file against the record; `-` reads standard input, without a value it is our own
    #[arg(long, value_name = "BODY", num_args = 0..=1, default_missing_value = "", conflicts_with_all = ["create", "open"])]
    pub check: Option<String>,
    /// Hand it to the forge's own program (gh, glab), as a draft where something is missing
    #[arg(long, conflicts_with = "open")]
    pub create: bool,
    /// Write it to a file and name the page where the request is opened
    #[arg(long)]
    pub open: bool,
    /// Only print what would be run
    #[arg(long)]
    pub dry_run: bool,
}

/// Forms of a description.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum MarkdownOrJson {
    /// The body
    #[default]
    Markdown,
    /// Title, body, parts, gaps
    Json,
}

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
    Uninstall,
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
    /// Also add a `Journal: <id>` trailer to commit messages (prepare-commit-msg)
    #[arg(long)]
    pub trailer: bool,
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
