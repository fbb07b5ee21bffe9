//! The commands: each one gathers, decides and commits; what it has to say comes back as a [`Report`].
//!
//! The time and place of a command enter here once, as [`Environment`]. What is read again below is neither: a span that `run` measures,
//! `PATH` where a program is looked for, git's own variables where they redirect it.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chrono::{DateTime, FixedOffset, Local, SubsecRound};

use crate::change::RepoPath;
use crate::cli::{Cli, Command};
use crate::error::{Error, Kind, Result};
use crate::evidence::kinds::Overrides;
use crate::git::repository::Repository;
use crate::session_store::Sessions;
use crate::settings::Settings;
use crate::terminal::{ERROR, HINT, clean, say, styled};

mod add;
mod amend;
mod apply;
mod ask;
mod check;
mod completions;
mod demo;
mod diff;
mod discard;
mod edit;
mod forget;
mod hook;
mod missing;
mod note;
mod refresh;
mod run;
mod set;
mod pause;
mod shell;
mod pr;
mod shared;
mod show;
mod start;
mod status;
mod stop;
mod undo;
mod verify;
mod watch;

/// The outside world, read once.
#[derive(Clone, Debug)]
pub struct Environment {
    /// The time of this command. `JOURNAL_NOW` (RFC 3339) replaces the clock, for tests and reproducible journals.
    pub now: DateTime<FixedOffset>,
    /// Where the command was typed.
    pub cwd: PathBuf,
    /// The user's settings file.
    pub user_settings: Option<PathBuf>,
    /// `JOURNAL_FOLDER`.
    pub folder: Option<PathBuf>,
    /// `JOURNAL_AGENT`: the agent that speaks, by name.
    pub agent: Option<String>,
    /// `GIT_DIR`, which hooks get in linked worktrees.
    pub git_dir: Option<PathBuf>,
    /// `GIT_EDITOR=:`, by which git tells hooks that no editor is opened for the message.
    pub unedited: bool,
    /// `JOURNAL_HOOK`, by which our lines in a hook tell where they stand.
    pub hook: Option<PathBuf>,
    /// The program's name or path as it was called.
    pub called: PathBuf,
    /// `PATH`: folders that programs are looked for in.
    pub path: Vec<PathBuf>,
    /// The user's home.
    pub home: Option<PathBuf>,
    /// The user's shell, which runs what `watch --cmd` was given.
    pub shell: PathBuf,
    /// Whether a person reads stderr.
    pub terminal: bool,
    /// Whether a person can answer.
    pub interactive: bool,
}

impl Environment {
    /// Those of this process.
    pub fn of_process() -> Result<Self> {
        let now = match std::env::var("JOURNAL_NOW") {
            Ok(text) => DateTime::parse_from_rfc3339(&text).map_err(|_| {
                Error::new(Kind::Usage, format!("JOURNAL_NOW is no time: {text}")).hint("use a form like 2026-11-22T09:02:00+01:00")
            })?,
            // as fine as the log and git keep time, so that all times of a journal compare
            Err(_) => Local::now().trunc_subsecs(0).fixed_offset(),
        };
        use etcetera::BaseStrategy;
        let user_settings = etcetera::choose_base_strategy().ok().map(|dirs| dirs.config_dir().join("journal/config.toml"));
        let cwd =
            std::env::current_dir().map_err(|error| Error::new(Kind::Failed, format!("the current folder cannot be read: {error}")))?;
        let file = |name: &str| std::env::var_os(name).map(PathBuf::from);
        let terminal = std::io::stderr().is_terminal();
        let interactive = terminal && std::io::stdin().is_terminal() && std::env::var_os("CI").is_none();
        let agent = std::env::var("JOURNAL_AGENT").ok();
        let unedited = std::env::var_os("GIT_EDITOR").is_some_and(|editor| editor == ":");
        let shell = file("SHELL").filter(|shell| shell.is_absolute()).unwrap_or_else(|| "/bin/sh".into());
        let (folder, git_dir, hook, home) = (file("JOURNAL_FOLDER"), file("GIT_DIR"), file("JOURNAL_HOOK"), file("HOME"));
        let called = std::env::args_os().next().map(PathBuf::from).unwrap_or_default();
        let path = std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default();
        Ok(Self { now, cwd, user_settings, folder, agent, git_dir, unedited, hook, called, path, home, shell, terminal, interactive })
    }

    /// The user's own kinds of files, for a repository whose worktree is here.
    pub fn overrides(&self, worktree: Option<&Path>) -> Result<Overrides> {
        self.settings_or_defaults(worktree.unwrap_or(&self.cwd)).overrides()
    }

    fn settings(&self, worktree: &Path) -> Result<Settings> {
        Settings::read(worktree, self.user_settings.as_deref(), self.folder.clone())
    }

    /// Where a file of settings cannot be read, as with marks of a conflict in it, what is to be recorded is not refused for it.
    fn settings_or_defaults(&self, worktree: &Path) -> Settings {
        self.settings(worktree).unwrap_or_else(|error| {
            let warning = format!("{}; going on without settings", error.message);
            let mut settings = Settings::default();
            (settings.folder, settings.warnings) = (self.folder.clone(), vec![warning]);
            settings
        })
    }

    /// The repository, its sessions and settings; those as they are built in where the user's cannot be read.
    pub fn open(&self) -> Result<Workspace> {
        self.open_with(|worktree| Ok(self.settings_or_defaults(worktree)))
    }

    /// The same for what is written as the settings say: fails where they cannot be read.
    pub fn open_as_set(&self) -> Result<Workspace> {
        self.open_with(|worktree| self.settings(worktree))
    }

    fn open_with(&self, settings: impl Fn(&Path) -> Result<Settings>) -> Result<Workspace> {
        let repository = Repository::discover(&self.cwd)?;
        let sessions = Sessions::of(&repository);
        let settings = settings(&repository.worktree)?;
        for warning in &settings.warnings {
            say(format_args!("{}: {}", styled(HINT, "warning"), clean(warning)));
        }
        Ok(Workspace { repository, sessions, settings })
    }
}

/// What most commands work on.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// The repository.
    pub repository: Repository,
    /// Its sessions.
    pub sessions: Sessions,
    /// The user's settings.
    pub settings: Settings,
}

impl Workspace {
    /// The folder of journals, relative to the top of the worktree.
    pub fn journal_folder(&self) -> PathBuf {
        self.settings.journal_folder(&self.repository.worktree)
    }

    /// What the user says about kinds of files, and where the journals lie.
    pub fn overrides(&self) -> Result<Overrides> {
        let mut overrides = self.settings.overrides()?;
        overrides.journal_folder = Some(RepoPath::new(self.journal_folder().into_os_string().into_encoded_bytes()));
        Ok(overrides)
    }

    /// A path below the top of the worktree.
    pub fn absolute(&self, path: &Path) -> PathBuf {
        self.repository.worktree.join(path)
    }
}

/// What a command has to say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The document that was asked for.
    pub stdout: String,
    /// Messages to the person.
    pub stderr: Vec<String>,
    /// The exit code: zero but where a check found something, or a command of the user's did not end well.
    pub code: u8,
}

impl Report {
    /// Messages only.
    pub fn say(lines: impl IntoIterator<Item = String>) -> Self {
        Self { stderr: lines.into_iter().collect(), ..Self::default() }
    }

    /// A document only.
    pub fn document(text: impl Into<String>) -> Self {
        Self { stdout: text.into(), ..Self::default() }
    }

    /// Prints it. A reader that went away is no failure.
    pub fn print(&self) -> ExitCode {
        for line in &self.stderr {
            say(line);
        }
        let mut stdout = anstream::stdout().lock();
        match stdout.write_all(self.stdout.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                complain(&Error::new(Kind::Failed, format!("could not print: {error}")))
            }
            _ => ExitCode::from(self.code),
        }
    }
}

/// Prints a failure and gives its exit code.
pub fn complain(error: &Error) -> ExitCode {
    say(format_args!("{}: {}", styled(ERROR, "error"), clean(&error.message)));
    if let Some(hint) = &error.hint {
        say(format_args!("{}: {}", styled(HINT, "hint"), clean(hint)));
    }
    ExitCode::from(error.kind as u8)
}

/// Runs what was typed.
pub fn run(cli: Cli, env: &Environment) -> Result<Report> {
    match cli.command {
        Command::Run(arguments) => Ok(self::run::run(&arguments, env)),
        Command::LeadSession(arguments) => Ok(self::run::lead(&arguments)),
        Command::Start(arguments) => start::run(&arguments, env),
        Command::Note(arguments) => note::run(&arguments, env),
        Command::Add(arguments) => add::run(&arguments, env),
        Command::Set(arguments) => set::run(&arguments, env),
        Command::Apply(arguments) => apply::run(&arguments, env),
        Command::Schema => Ok(apply::schema()),
        Command::Missing(arguments) => missing::run(&arguments, env),
        Command::Ask(arguments) => ask::run(&arguments, env),
        Command::Undo(arguments) => undo::run(&arguments, env),
        Command::Status(arguments) => status::run(&arguments, env),
        Command::Stop(arguments) => stop::run(&arguments, env),
        Command::Pause => pause::pause(env),
        Command::Resume => pause::resume(env),
        Command::Watch(arguments) => watch::run(&arguments, env),
        Command::Discard(arguments) => discard::run(&arguments, env),
        Command::Refresh(arguments) => refresh::run(&arguments, env),
        Command::Edit(arguments) => edit::run(&arguments, env),
        Command::Amend(arguments) => amend::run(&arguments, env),
        Command::Verify(arguments) => verify::run(&arguments, env),
        Command::Check(arguments) => check::run(&arguments, env),
        Command::Show(arguments) => show::run(&arguments, env),
        Command::Diff(arguments) => diff::run(&arguments, env),
        Command::Pr(arguments) => pr::run(&arguments, env),
        Command::Hook(arguments) => hook::run(&arguments, env),
        Command::Forget(arguments) => forget::run(&arguments, env),
        Command::Shell(arguments) => shell::run(&arguments),
        Command::ShellRecord(arguments) => shell::record(&arguments, env),
        Command::Completions(arguments) => Ok(completions::run(&arguments)),
        Command::Demo(arguments) => demo::run(&arguments, env),
    }
}
