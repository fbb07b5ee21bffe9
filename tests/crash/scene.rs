//! A repository with dirt of its own, and what must hold in it whatever happened.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::common::hermetic;

/// How far the session is before the fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// There is none.
    Fresh,
    /// It runs, with a note and a command.
    Active,
    /// It is over; its journal was edited, and a note came late.
    Ended,
}

/// A repository in a folder of its own.
pub(crate) struct Scene {
    _folder: tempfile::TempDir,
    pub(crate) root: PathBuf,
}

impl Scene {
    pub(crate) fn build(stage: Stage) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let scene = Self { root: folder.path().join("world"), _folder: folder };
        fs::create_dir_all(scene.repo()).unwrap();
        scene.git(&["init", "-q", "-b", "main"]);
        fs::write(scene.repo().join("a.txt"), "one\n").unwrap();
        scene.git(&["add", "-A"]);
        scene.git(&["commit", "-q", "-m", "Begin"]);
        fs::write(scene.repo().join("a.txt"), "one\nstaged\n").unwrap();
        scene.git(&["add", "-A"]);
        fs::write(scene.repo().join("b.txt"), "untracked\n").unwrap();
        fs::write(scene.root.join("outside.conf"), "port = 80\n").unwrap();
        fs::write(scene.repo().join(".git/MESSAGE"), "Say it\n").unwrap();
        scene.hooks_of_others();
        if stage != Stage::Fresh {
            scene.ok(&["start", "Crashed"]);
            scene.ok(&["note", "before"]);
            scene.ok(&["run", "--", "echo", "earlier"]);
            fs::write(scene.repo().join("c.txt"), "session\n").unwrap();
        }
        if stage == Stage::Ended {
            scene.ok(&["stop", "--no-input"]);
            let path = scene.journals().remove(0);
            let text = fs::read_to_string(&path).unwrap();
            let edited = text.replace("## References", "My own words.\n\n## References");
            fs::write(&path, &edited).unwrap();
            fs::write(scene.root.join("edited.md"), &edited).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
            scene.ok(&["note", "--session", "crashed", "said afterwards"]);
        }
        scene
    }

    /// A shell script and one of another interpreter: our lines go into the one and beside the other.
    fn hooks_of_others(&self) {
        for (hook, text) in
            [("post-commit", "#!/bin/sh\n: mine\n"), ("post-merge", "#!/usr/bin/env -S sh\n: mine\n"), ("post-checkout", "#!/bin/cat\n")]
        {
            let path = self.hook(hook);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o750)).unwrap();
        }
    }

    pub(crate) fn copy(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("world");
        assert!(Command::new("cp").arg("-a").arg(&self.root).arg(&root).status().unwrap().success());
        Self { root, _folder: folder }
    }

    /// What belongs to the user and must not move.
    pub(crate) fn state(&self) -> Vec<Vec<u8>> {
        let git = |arguments: &[&str]| self.command("git").args(arguments).output().unwrap().stdout;
        let file = |path: &str| fs::read(self.repo().join(path)).unwrap_or_default();
        let mut locks = Vec::new();
        let mut folders = vec![self.repo().join(".git")];
        while let Some(folder) = folders.pop() {
            for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if path.is_dir() && !path.ends_with("journal") {
                    folders.push(path);
                } else if path.extension().is_some_and(|end| end == "lock") {
                    locks.push(path.into_os_string().into_encoded_bytes());
                }
            }
        }
        vec![
            file(".git/index"),
            file(".git/config"),
            file(".git/logs/HEAD"),
            file(".git/logs/refs/stash"),
            git(&["for-each-ref"]),
            git(&["--no-optional-locks", "status", "--porcelain", "--", ".", ":!journal", ":!ran.log"]),
            locks.concat(),
        ]
    }

    /// Each hook, with its text and mode; those that are kept for ours to run have a mark in their name.
    pub(crate) fn hooks(&self) -> Vec<(String, Vec<u8>, u32)> {
        let aside = self.repo().join(".git/hooks.before-journal");
        let mut hooks: Vec<_> = [(self.hook(""), ""), (aside, " aside")]
            .into_iter()
            .flat_map(|(folder, mark)| fs::read_dir(folder).into_iter().flatten().map(move |entry| (entry.unwrap(), mark)))
            .map(|(entry, mark)| {
                let mode = entry.metadata().unwrap().permissions().mode();
                (entry.file_name().into_string().unwrap() + mark, fs::read(entry.path()).unwrap_or_default(), mode)
            })
            .filter(|(name, ..)| !name.ends_with(".sample"))
            .collect();
        hooks.sort();
        hooks
    }

    pub(crate) fn hook(&self, name: &str) -> PathBuf {
        self.repo().join(".git/hooks").join(name)
    }

    /// All that lies in the folder of journals.
    pub(crate) fn journals(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.repo().join("journal")).into_iter().flatten();
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    /// Folders of sessions.
    pub(crate) fn sessions(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.repo().join(".git/journal/sessions")).into_iter().flatten();
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    pub(crate) fn repo(&self) -> PathBuf {
        self.root.join("repo")
    }

    fn git(&self, arguments: &[&str]) {
        assert!(self.command("git").args(arguments).status().unwrap().success(), "git {arguments:?}");
    }

    /// Runs the program, which must succeed.
    pub(crate) fn ok(&self, arguments: &[&str]) -> String {
        let output = self.journal(arguments);
        assert!(output.status.success(), "journal {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    pub(crate) fn journal(&self, arguments: &[&str]) -> Output {
        self.command(env!("CARGO_BIN_EXE_journal")).args(arguments).stdin(Stdio::null()).output().unwrap()
    }

    /// A command in the repository, with nothing of the environment but the path.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        hermetic(program, &self.repo(), &self.root)
    }
}
