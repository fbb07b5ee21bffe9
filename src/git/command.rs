//! Runs git's plumbing: one place that builds the environment, so that no call can touch the user's index, take a lock,
//! reach for the network, ask a question or answer in another language.

use std::ffi::{OsStr, OsString};
use std::io::{self, ErrorKind, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};

use crate::change::RepoPath;
use crate::error::Breakdown;

/// The variables that bind a git process to one repository (`git rev-parse --local-env-vars`). They are cleared before any child
/// runs; where the child must look is said explicitly.
pub const LOCAL_ENVIRONMENT: [&str; 15] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CONFIG", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT", "GIT_OBJECT_DIRECTORY", "GIT_DIR",
    "GIT_WORK_TREE", "GIT_IMPLICIT_WORK_TREE", "GIT_GRAFT_FILE", "GIT_INDEX_FILE", "GIT_NO_REPLACE_OBJECTS", "GIT_REPLACE_REF_BASE",
    "GIT_PREFIX", "GIT_SHALLOW_FILE", "GIT_COMMON_DIR",
];

/// How to run git in one repository. Cheap to clone; `with_*` give variants.
#[derive(Clone, Debug)]
pub struct Git {
    cwd: PathBuf,
    git_dir: PathBuf,
    environment: Vec<(OsString, OsString)>,
}

/// What a git command printed.
#[derive(Debug)]
pub struct Output {
    /// Its exit code; -1 where a signal ended it.
    pub code: i32,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error, lossy.
    pub stderr: String,
}

impl From<std::process::Output> for Output {
    fn from(output: std::process::Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: output.stdout,
            stderr: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        }
    }
}

/// A git command that runs beside us.
#[derive(Debug)]
pub struct Running {
    name: String,
    child: Child,
}

impl Running {
    /// Waits for its end.
    pub fn finish(self) -> Result<Output> {
        answer(&self.name, self.child.wait_with_output())
    }

    /// Ends it at once.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

/// What a command came to, unless the machine let it down: then nothing can be read from its answer.
pub(crate) fn answer(name: &str, output: io::Result<std::process::Output>) -> Result<Output> {
    let output = output.map_err(not_started)?;
    let status = output.status;
    let output = Output::from(output);
    match interrupted(name, status).or_else(|| if output.ok() { None } else { Breakdown::told(name, &output.stderr) }) {
        Some(breakdown) => Err(breakdown.into()),
        None => Ok(output),
    }
}

/// Says that git was ended from outside, as for want of memory. Where it fell over its own feet, that is its answer to what it read.
pub(crate) fn interrupted(name: &str, status: ExitStatus) -> Option<Breakdown> {
    const OWN: [i32; 4] = [4, 6, 8, 11]; // SIGILL, SIGABRT, SIGFPE, SIGSEGV
    let signal = status.signal().filter(|signal| !OWN.contains(signal))?;
    Some(Breakdown::new(format!("{name} was ended by signal {signal}")))
}

/// `git` and the subcommand among these arguments.
fn named(arguments: &[OsString]) -> String {
    let mut words = arguments.iter().map(|argument| argument.to_string_lossy());
    while let Some(word) = words.next() {
        match &*word {
            "-c" | "-C" => drop(words.next()),
            option if option.starts_with('-') => {}
            subcommand => return format!("git {subcommand}"),
        }
    }
    "git".to_owned()
}

fn owned<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Vec<OsString> {
    arguments.into_iter().map(|argument| argument.as_ref().to_owned()).collect()
}

impl Output {
    /// Standard output as text without the final line end, lossy.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).trim_end_matches('\n').to_owned()
    }

    /// Standard output as a list of paths, each ended by NUL (`-z`).
    pub fn paths(&self) -> impl Iterator<Item = RepoPath> {
        self.stdout.split(|&b| b == 0).filter(|path| !path.is_empty()).map(RepoPath::new)
    }

    /// Whether it exited with 0.
    pub fn ok(&self) -> bool {
        self.code == 0
    }
}

impl Git {
    /// Git in the given repository, whatever the caller's environment says.
    pub fn at(git_dir: &Path, worktree: &Path) -> Self {
        let mut git = Self { cwd: worktree.to_owned(), git_dir: git_dir.to_owned(), environment: Vec::new() };
        git.set("GIT_DIR", git_dir);
        git.set("GIT_WORK_TREE", worktree);
        git
    }

    /// The git directory of this worktree: where HEAD, its log and an open rebase lie.
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// The directory that new objects go to, where it is not the repository's own.
    pub fn objects(&self) -> Option<&Path> {
        self.environment.iter().find(|(name, _)| name == "GIT_OBJECT_DIRECTORY").map(|(_, value)| Path::new(value))
    }

    /// With new objects going to `objects`, the given directories being read as well. Nothing is written to the user's store.
    pub fn with_objects(&self, objects: &Path, alternates: &[&Path]) -> Self {
        let mut git = self.clone();
        git.set("GIT_OBJECT_DIRECTORY", objects);
        let list: Vec<OsString> = alternates.iter().map(|path| quote_alternate(path)).collect();
        git.set("GIT_ALTERNATE_OBJECT_DIRECTORIES", list.join(OsStr::new(":")));
        git
    }

    /// With another index file than the user's. That it is written is nothing for the user's hooks.
    pub fn with_index(&self, index: &Path) -> Self {
        let mut git = self.clone();
        git.set("GIT_INDEX_FILE", index);
        for (name, value) in [("COUNT", "1"), ("KEY_0", "core.hooksPath"), ("VALUE_0", "/dev/null")] {
            git.set(&format!("GIT_CONFIG_{name}"), value);
        }
        git
    }

    fn set(&mut self, name: &str, value: impl Into<OsString>) {
        self.environment.retain(|(n, _)| n != name);
        self.environment.push((name.into(), value.into()));
    }

    /// Runs git with these arguments and gives what it printed, whatever the exit code. Where the machine let git down (no room, no memory,
    /// ended from outside) there is no answer, and that is a [`Breakdown`].
    pub fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Result<Output> {
        self.run_with_input(arguments, b"")
    }

    /// Starts git and leaves it running beside us.
    pub fn start<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Result<Running> {
        let arguments = owned(arguments);
        let mut command = self.command();
        command.args(&arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Ok(Running { name: named(&arguments), child: spawn(&mut command)? })
    }

    /// The same with bytes on standard input.
    pub fn run_with_input<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>, input: &[u8]) -> Result<Output> {
        let arguments = owned(arguments);
        let mut command = self.command();
        command.args(&arguments).stdin(if input.is_empty() { Stdio::null() } else { Stdio::piped() });
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = spawn(&mut command)?;
        let (written, output) = std::thread::scope(|scope| {
            let writer = child.stdin.take().map(|mut stdin| scope.spawn(move || stdin.write_all(input)));
            let output = child.wait_with_output();
            (writer.and_then(|writer| writer.join().ok()).unwrap_or(Ok(())), output)
        });
        let name = named(&arguments);
        match written {
            // a reader that stops early closes the pipe: that is its business
            Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error).with_context(|| format!("{name} could not be asked")),
            _ => answer(&name, output),
        }
    }

    /// Runs git, which must exit with 0, and gives its standard output as text.
    pub fn text<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Result<String> {
        let arguments = owned(arguments);
        let output = self.run(&arguments)?;
        if !output.ok() {
            let line: Vec<_> = arguments.iter().map(|a| a.to_string_lossy()).collect();
            bail!("git {} failed ({}): {}", line.join(" "), output.code, output.stderr);
        }
        Ok(output.text())
    }

    /// Starts git and leaves it running, with pipes to its input and from its output: for a reader that answers many questions. What it
    /// complains of goes to `complaints`.
    pub(crate) fn converse<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>, complaints: Stdio) -> Result<Child> {
        let mut command = self.command();
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(complaints);
        spawn(&mut command)
    }

    fn command(&self) -> Command {
        let mut command = hermetic();
        command.current_dir(&self.cwd).envs(self.environment.iter().cloned());
        command
    }
}

fn spawn(command: &mut Command) -> Result<Child> {
    Ok(command.spawn().map_err(not_started)?)
}

fn not_started(error: io::Error) -> Breakdown {
    Breakdown::new(format!("git could not be started; is it installed and on the PATH?: {error}"))
}

/// A git command bound to no repository yet, for finding one: it still sees the caller's `GIT_DIR` and the like.
pub fn ambient(cwd: &Path) -> Command {
    let mut command = Command::new("git");
    quiet(&mut command);
    command.current_dir(cwd);
    command
}

fn hermetic() -> Command {
    let mut command = Command::new("git");
    for name in LOCAL_ENVIRONMENT {
        command.env_remove(name);
    }
    quiet(&mut command);
    command
}

fn quiet(command: &mut Command) {
    for how in ["LITERAL", "GLOB", "NOGLOB", "ICASE"] {
        command.env_remove(format!("GIT_{how}_PATHSPECS"));
    }
    command.env("GIT_OPTIONAL_LOCKS", "0").env("GIT_NO_LAZY_FETCH", "1").env("GIT_TERMINAL_PROMPT", "0").env("LC_ALL", "C");
}

/// A path in the alternates list: C-quoted where it holds what git would take for a separator.
fn quote_alternate(path: &Path) -> OsString {
    let text = path.as_os_str();
    if text.as_encoded_bytes().iter().any(|b| matches!(b, b':' | b'"' | b'\n')) {
        let escaped = text.to_string_lossy().replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        return format!("\"{escaped}\"").into();
    }
    text.to_owned()
}
