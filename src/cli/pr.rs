//! The arguments of `journal pr`.

use clap::{Args, ValueEnum};

use crate::forge::ForgeName;

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
