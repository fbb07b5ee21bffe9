//! What an author types: entries, fields, the narrative as JSON. The kinds of `journal add` and their options come from the table of
//! fields (`document::fields`), so that a new row is a new command with its help.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, Subcommand};

use super::TextOrJson;
use crate::document::fields::{AddKind, Flag, KINDS, of_kind};

/// Who speaks, and of which session.
#[derive(Clone, Debug, Default, Args)]
pub struct Author {
    /// The agent that says it; none for a person [env: JOURNAL_AGENT]
    #[arg(long, value_name = "NAME", display_order = 901)]
    pub by: Option<String>,
    /// A session that has ended, by its journal's name or the beginning of its id; the active one where not given
    #[arg(long, value_name = "NAME", display_order = 902)]
    pub session: Option<String>,
}

/// Arguments of `journal add`.
#[derive(Debug, Args)]
pub struct Add {
    /// The kind of entry and what it says
    #[command(subcommand)]
    pub entry: Entry,
}

/// What `journal add` records.
#[derive(Clone, Debug)]
pub enum Entry {
    /// An entry of the document, by the table of fields.
    Stated(Stated),
    /// A test that was run by hand.
    Test(Test),
    /// A command that was run by hand.
    Command(HandRun),
    /// Something went down or came up.
    Impact(Impact),
}

/// An entry of a kind that the table of fields knows.
#[derive(Clone, Debug)]
pub struct Stated {
    /// The kind's name.
    pub kind: &'static str,
    /// The text; `-` for standard input, none where the editor is to open.
    pub text: Option<String>,
    /// The option that says where it goes.
    pub place: Option<&'static str>,
    /// Options of parts with what was typed behind them, in the order of the table.
    pub parts: Vec<(&'static str, String)>,
    /// Who speaks.
    pub author: Author,
}

/// Arguments of `journal add command`.
#[derive(Clone, Debug, Args)]
pub struct HandRun {
    /// The command line
    #[arg(value_name = "COMMAND")]
    pub command: String,
    /// What it was for
    #[arg(long, value_name = "TEXT")]
    pub purpose: Option<String>,
    /// The system it ran on
    #[arg(long, value_name = "NAME")]
    pub on: Option<String>,
    /// Its exit code
    #[arg(long, value_name = "CODE", allow_hyphen_values = true)]
    pub exit: Option<i32>,
    /// When it ran, where that is not now (today, local time)
    #[arg(long, value_name = "HH:MM")]
    pub at: Option<String>,
    /// Who speaks
    #[command(flatten)]
    pub author: Author,
}

/// Arguments of `journal add test`.
#[derive(Clone, Debug, Args)]
pub struct Test {
    /// What ran
    #[command(flatten)]
    pub run: HandRun,
    /// How many tests passed
    #[arg(long, value_name = "NUMBER")]
    pub passed: Option<u32>,
    /// How many failed
    #[arg(long, value_name = "NUMBER")]
    pub failed: Option<u32>,
    /// How many were skipped
    #[arg(long, value_name = "NUMBER")]
    pub skipped: Option<u32>,
}

/// Arguments of `journal add impact`.
#[derive(Clone, Debug, Args)]
pub struct Impact {
    /// What it is from then on
    #[arg(value_parser = ["down", "up"])]
    pub state: String,
    /// When, where that is not now (today, local time)
    #[arg(long, value_name = "HH:MM")]
    pub at: Option<String>,
    /// Who speaks
    #[command(flatten)]
    pub author: Author,
}

/// The kinds that are more than a field of the document.
#[derive(Debug, Subcommand)]
enum Special {
    /// A test that was run by hand, and how it went
    #[command(after_help = "Example: journal add test \"tools/phpunit\" --passed 3 --failed 0")]
    Test(Test),
    /// A command that was run by hand
    #[command(
        after_help = "Example: journal add command \"supervisorctl restart invoice-worker\" --on web-2 --purpose \"Take the new timeout\""
    )]
    Command(HandRun),
    /// Something went down, or came up: the distance of the two is the downtime
    #[command(after_help = "Example: journal add impact down --at 09:02")]
    Impact(Impact),
}

impl Subcommand for Entry {
    fn augment_subcommands(command: Command) -> Command {
        let command = KINDS.iter().fold(command, |command, kind| command.subcommand(stated(kind)));
        Special::augment_subcommands(command).subcommand_required(true).arg_required_else_help(true)
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        KINDS.iter().any(|kind| kind.name == name) || Special::has_subcommand(name)
    }
}

impl FromArgMatches for Entry {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let named = matches.subcommand().and_then(|(name, inner)| Some((KINDS.iter().find(|kind| kind.name == name)?, inner)));
        if let Some((kind, inner)) = named {
            return Ok(Self::Stated(Stated::read(kind, inner)?));
        }
        Ok(match Special::from_arg_matches(matches)? {
            Special::Test(test) => Self::Test(test),
            Special::Command(run) => Self::Command(run),
            Special::Impact(impact) => Self::Impact(impact),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The options that say where an entry of a kind goes, each with its help.
fn places(kind: &AddKind) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
    of_kind(kind.name).filter_map(|field| Some((field.add?.flag?, field.about)))
}

/// The options that fill parts of an entry.
fn flags(kind: &AddKind) -> Vec<&'static Flag> {
    let mut flags: Vec<&Flag> = Vec::new();
    for flag in of_kind(kind.name).flat_map(|field| field.shape.parts()).flat_map(|part| part.flags) {
        if !flags.iter().any(|known| known.name == flag.name) {
            flags.push(flag);
        }
    }
    flags
}

fn stated(kind: &'static AddKind) -> Command {
    let help = "What to record; `-` reads it from standard input, where the first line is the title and the rest its text";
    let edit = Arg::new("edit").long("edit").short('e').action(ArgAction::SetTrue).help("Write it in the editor").display_order(900);
    let text = Arg::new("text").value_name(kind.value).help(help).required_unless_present("edit");
    // first, since it brings a help text of its own
    let command = Author::augment_args(Command::new(kind.name));
    let command = command.about(kind.about).after_help(format!("Example: journal add {} {}", kind.name, kind.example));
    let command = command.long_about(None).arg(text).arg(edit);
    let names: Vec<&str> = places(kind).map(|(name, _)| name).collect();
    let command = places(kind).fold(command, |command, (name, about)| {
        let others = names.iter().filter(|other| **other != name);
        command.arg(Arg::new(name).long(name).action(ArgAction::SetTrue).help(about).conflicts_with_all(others))
    });
    flags(kind).into_iter().fold(command, |command, flag| {
        let arg = Arg::new(flag.name).long(flag.name).value_name(flag.value).help(flag.about).action(ArgAction::Append);
        command.arg(arg.allow_hyphen_values(true))
    })
}

impl Stated {
    fn read(kind: &'static AddKind, matches: &ArgMatches) -> Result<Self, clap::Error> {
        let typed = |flag: &&'static Flag| matches.get_many::<String>(flag.name).is_some();
        let parts = flags(kind).into_iter().filter(typed);
        Ok(Self {
            kind: kind.name,
            text: matches.get_one::<String>("text").cloned(),
            place: places(kind).map(|(name, _)| name).find(|name| matches.get_flag(name)),
            parts: parts
                .flat_map(|flag| matches.get_many::<String>(flag.name).into_iter().flatten().map(|typed| (flag.name, typed.clone())))
                .collect(),
            author: Author::from_arg_matches(matches)?,
        })
    }
}

/// Arguments of `journal set`.
#[derive(Debug, Args)]
pub struct Set {
    /// The field, by the document's key
    #[arg(required_unless_present = "list")]
    pub field: Option<String>,
    /// Its text; `-` reads it from standard input
    #[arg(required_unless_present_any = ["list", "edit"])]
    pub text: Option<String>,
    /// Write the text in the editor
    #[arg(long, short)]
    pub edit: bool,
    /// Print all fields: what each is, how it is filled, and whether it is
    #[arg(long, conflicts_with_all = ["field", "text", "edit"])]
    pub list: bool,
    /// Who speaks
    #[command(flatten)]
    pub author: Author,
}

/// Arguments of `journal apply`.
#[derive(Debug, Args)]
pub struct Apply {
    /// The narrative as JSON; standard input where not given or `-`
    pub file: Option<PathBuf>,
    /// Who speaks
    #[command(flatten)]
    pub author: Author,
    /// How to print what was recorded
    #[arg(long, value_enum, default_value = "text")]
    pub format: TextOrJson,
}

/// Arguments of `journal missing`.
#[derive(Debug, Args)]
pub struct Missing {
    /// A session that has ended; the active one where not given
    #[arg(long, value_name = "NAME")]
    pub session: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value = "text")]
    pub format: TextOrJson,
}

/// Arguments of `journal ask`.
#[derive(Debug, Args)]
pub struct Ask {
    /// Ask all that is open, not only the first five
    #[arg(long)]
    pub full: bool,
    /// Who speaks
    #[command(flatten)]
    pub author: Author,
}

/// Arguments of `journal undo`.
#[derive(Debug, Args)]
pub struct Undo {
    /// The entry's id, as it was printed; the last one where not given
    pub id: Option<String>,
    /// Who speaks
    #[command(flatten)]
    pub author: Author,
}
