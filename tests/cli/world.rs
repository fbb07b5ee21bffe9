//! A repository of its own for each test, small verbs to build its history, and the binary under test.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::common::hermetic;

/// A throw-away world: a home without configuration, a repository, a clock that only moves when told.
pub(crate) struct World {
    _folder: tempfile::TempDir,
    pub(crate) root: PathBuf,
    pub(crate) repo: PathBuf,
    minute: i64,
}

/// What the program said.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl World {
    /// An empty repository.
    pub(crate) fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let world = Self { repo: root.join("repo"), root, _folder: folder, minute: 0 };
        fs::create_dir_all(world.root.join("home")).unwrap();
        fs::create_dir_all(&world.repo).unwrap();
        world.git(&["init", "-q", "-b", "main"]);
        world
    }

    /// A repository with one commit.
    pub(crate) fn new() -> Self {
        let world = Self::empty();
        world.write("src/lib.rs", "pub fn one() -> u32 {\n    1\n}\n\npub fn two() -> u32 {\n    2\n}\n");
        world.write("config/app.toml", "[server]\nport = 80\nhost = \"localhost\"\n");
        world.write("README.md", "# Shop\n");
        world.commit("Begin");
        world
    }

    /// Moves the clock.
    pub(crate) fn later(&mut self, minutes: i64) -> &mut Self {
        self.minute += minutes;
        self
    }

    pub(crate) fn now(&self) -> String {
        let start = chrono::DateTime::parse_from_rfc3339("2026-11-22T09:00:00+01:00").unwrap();
        (start + chrono::Duration::minutes(self.minute)).to_rfc3339()
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.repo.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.repo.join(path)).unwrap()
    }

    pub(crate) fn edit(&self, path: &str, old: &str, new: &str) {
        let text = self.read(path);
        assert!(text.contains(old), "{path} has no {old:?}");
        self.write(path, text.replacen(old, new, 1));
    }

    /// Commits everything and gives the id.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = self.command("git", &self.repo).args(arguments).output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// Runs the binary in the repository.
    pub(crate) fn journal(&self, arguments: &[&str]) -> Said {
        self.journal_in(&self.repo, arguments)
    }

    pub(crate) fn journal_in(&self, cwd: &Path, arguments: &[&str]) -> Said {
        Said::from(self.command(env!("CARGO_BIN_EXE_journal"), cwd).args(arguments).stdin(Stdio::null()).output().unwrap())
    }

    /// Runs the binary, which must succeed.
    pub(crate) fn ok(&self, arguments: &[&str]) -> Said {
        let said = self.journal(arguments);
        assert_eq!(said.code, 0, "journal {arguments:?}: {}", said.stderr);
        said
    }

    /// Stops the session and gives the document.
    pub(crate) fn stop(&self) -> Value {
        self.ok(&["stop", "--no-input", "--format", "json"]).json()
    }

    /// The only journal file's text.
    pub(crate) fn journal_text(&self) -> String {
        let mut files: Vec<_> = fs::read_dir(self.repo.join("journal")).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(files.len(), 1, "{files:?}");
        fs::read_to_string(files.remove(0)).unwrap()
    }

    pub(crate) fn command(&self, program: &str, cwd: &Path) -> Command {
        let mut command = hermetic(program, cwd, &self.root.join("home"));
        command.envs(["JOURNAL_NOW", "GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"].map(|clock| (clock, self.now())));
        command
    }
}

impl Said {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in {}", self.stdout))
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// The values of one key of each member of a list.
pub(crate) fn each<'a>(list: &'a Value, key: &str) -> Vec<&'a str> {
    list.as_array().unwrap().iter().map(|item| item[key].as_str().unwrap_or("null")).collect()
}
