//! `journal demo`: plays a short real session in a throw-away repository and prints its journal.
//!
//! Real git, real commits, a test that fails and then passes, the real binary; only the clock is played, so that the session has a length.
//! The user's repositories and configuration are not touched: every step has an environment of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};
use chrono::{DateTime, Duration, FixedOffset};

use crate::cli::Demo;
use crate::commands::{Environment, Report};
use crate::error::{Error, Kind, Result};
use crate::terminal::{FAINT, styled};

mod scene;

pub(super) fn run(arguments: &Demo, env: &Environment) -> Result<Report> {
    let scratch = tempfile::tempdir()?;
    let folder = match &arguments.keep {
        None => scratch.path().join("shop"),
        Some(dir) if dir.exists() => {
            let message = format!("{} exists already", dir.display());
            return Err(Error::new(Kind::InTheWay, message).hint("journal demo --keep a folder that does not exist yet"));
        }
        Some(dir) => env.cwd.join(dir),
    };
    let mut stage = Stage::build(&folder, scratch.path(), env.now - Duration::minutes(scene::MINUTES))?;
    for step in scene::STEPS {
        stage.play(step)?;
    }
    let journal = stage.journal(&["show"])?;
    let mut stderr = vec![styled(FAINT, "A played session: real commits and test runs in a throw-away repository, with a played clock.")];
    if arguments.keep.is_some() {
        stderr.push(styled(FAINT, &format!("The repository is at {}.", folder.display())));
    }
    Ok(Report { stdout: journal, stderr, ..Report::default() })
}

/// One thing that is done, so many minutes after the start.
enum Step {
    /// Text of a file is replaced, or the file is made where the old text is empty.
    Edit(i64, &'static str, &'static str, &'static str),
    /// These files are committed with this message.
    Commit(i64, &'static [&'static str], &'static str),
    /// The test is run for this purpose and must end like this.
    Test(i64, &'static str, StepOutcome),
    /// `journal` with these arguments.
    Journal(i64, &'static [&'static str]),
}

#[derive(PartialEq, Eq)]
enum StepOutcome {
    Fails,
    Passes,
}

struct Stage {
    repository: PathBuf,
    home: PathBuf,
    program: PathBuf,
    begin: DateTime<FixedOffset>,
    minute: i64,
}

impl Stage {
    fn build(repository: &Path, scratch: &Path, begin: DateTime<FixedOffset>) -> anyhow::Result<Self> {
        let home = scratch.join("home");
        std::fs::create_dir_all(&home)?;
        std::fs::create_dir_all(repository).with_context(|| format!("could not create {}", repository.display()))?;
        let program = std::env::current_exe().context("the path of this program is not known")?;
        let stage = Self { repository: repository.to_owned(), home, program, begin, minute: -60 };
        stage.git(&["init", "--quiet", "--initial-branch=main"])?;
        for (path, text) in scene::FILES {
            stage.write(path, text)?;
        }
        stage.git(&["add", "--all"])?;
        stage.git(&["commit", "--quiet", "--message", scene::FIRST])?;
        stage.git(&["switch", "--quiet", "--create", scene::BRANCH])?;
        Ok(stage)
    }

    fn play(&mut self, step: &Step) -> anyhow::Result<()> {
        let (Step::Edit(minute, ..) | Step::Commit(minute, ..) | Step::Test(minute, ..) | Step::Journal(minute, ..)) = step;
        self.minute = *minute;
        match step {
            Step::Edit(_, path, "", text) => self.write(path, text),
            Step::Edit(_, path, old, new) => {
                let text = std::fs::read_to_string(self.repository.join(path))?;
                self.write(path, &text.replacen(old, new, 1))
            }
            Step::Commit(_, paths, message) => {
                self.git(&[&["add", "--"], *paths].concat())?;
                self.git(&["commit", "--quiet", "--message", message]).map(drop)
            }
            Step::Test(_, purpose, expected) => self.test(purpose, expected),
            Step::Journal(_, arguments) => self.journal(arguments).map(drop),
        }
    }

    fn write(&self, path: &str, text: &str) -> anyhow::Result<()> {
        let path = self.repository.join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(&self.repository))?;
        std::fs::write(&path, text).with_context(|| format!("could not write {}", path.display()))
    }

    /// Runs the repository's test for real, under the recorder.
    fn test(&self, purpose: &str, expected: &StepOutcome) -> anyhow::Result<()> {
        let mut command = self.command(&self.program.to_string_lossy());
        let output =
            command.args(["run", "--purpose", purpose, "--", "sh", scene::TEST]).output().context("journal could not be started")?;
        let outcome = if output.status.success() { StepOutcome::Passes } else { StepOutcome::Fails };
        if outcome != *expected {
            bail!("the demo's test did not end as played: {}", String::from_utf8_lossy(&output.stdout));
        }
        Ok(())
    }

    fn git(&self, arguments: &[&str]) -> anyhow::Result<String> {
        self.output(self.command("git").args(arguments))
    }

    fn journal(&self, arguments: &[&str]) -> anyhow::Result<String> {
        self.output(self.command(&self.program.to_string_lossy()).args(arguments))
    }

    fn output(&self, command: &mut Command) -> anyhow::Result<String> {
        let output = command.output().with_context(|| format!("could not start {command:?}"))?;
        if !output.status.success() {
            bail!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// A program in the demo's own world: nothing of the user's configuration or repositories, and the played clock.
    fn command(&self, program: &str) -> Command {
        let now = self.begin + Duration::minutes(self.minute);
        let mut command = Command::new(program);
        command.current_dir(&self.repository).env_clear();
        command.envs(std::env::vars_os().filter(|(name, _)| name == "PATH" || name == "TMPDIR"));
        command.env("HOME", &self.home).env("XDG_CONFIG_HOME", self.home.join(".config")).env("LC_ALL", "C.UTF-8");
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_TERMINAL_PROMPT", "0");
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "Robin Doe").env(format!("GIT_{role}_EMAIL"), "robin@example.org");
            command.env(format!("GIT_{role}_DATE"), now.to_rfc3339());
        }
        command.env("JOURNAL_NOW", now.to_rfc3339());
        command
    }
}
