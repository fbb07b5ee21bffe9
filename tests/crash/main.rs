//! Crashes: a command is killed, or a system call of it fails, at the n-th call of a kind, for every n until a run passes untouched.
//!
//! After any of these the user's index, refs, configuration and worktree are as they were, no lock is left, every acknowledged event is
//! there exactly once, and a later `stop` finishes the session. Needs `strace`; without it nothing is injected and the test says so.
//! By default a spread of points is played; `JOURNAL_CRASH=full` (see `tests/crash/full.sh`) plays them all.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops here")]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A command under test, and what has to be there once it has said that it is done.
struct Case {
    name: &'static str,
    arguments: &'static [&'static str],
    active: bool,
}

const CASES: [Case; 4] = [
    Case { name: "start", arguments: &["start", "Crashed"], active: false },
    Case { name: "note", arguments: &["note", "acknowledged"], active: true },
    Case { name: "hook", arguments: &["hook", "run", "post-commit"], active: true },
    Case { name: "stop", arguments: &["stop", "--no-input"], active: true },
];

const CALLS: [&str; 7] = ["write", "openat", "renameat,renameat2,rename", "fsync,fdatasync", "mkdir,mkdirat", "unlink,unlinkat", "close"];
/// An injected failure keeps the call from happening, but a real `close` that fails has closed: without this, pipes would never end.
const ONLY_KILLED: &str = "close";
/// The calls that the quick run lets fail as well.
const QUICK: [&str; 2] = ["write", "fsync,fdatasync"];
const FAULTS: [&str; 3] = ["signal=KILL", "error=ENOSPC", "error=EIO"];

#[test]
fn a_crash_at_any_call_harms_nothing() {
    if Command::new("strace").arg("-V").stdout(Stdio::null()).status().is_err() {
        eprintln!("strace is not installed: no crash was played");
        return;
    }
    let full = std::env::var("JOURNAL_CRASH").is_ok_and(|value| value == "full");
    let mut played = 0;
    for case in &CASES {
        let template = Scene::build(case);
        for call in CALLS {
            for fault in FAULTS.iter().filter(|fault| fault.contains("KILL") || call != ONLY_KILLED && (full || QUICK.contains(&call))) {
                played += every_point(case, &template, call, fault, full);
            }
        }
    }
    println!("{played} crashes played");
    assert!(played > 50, "only {played} crashes were played: is anything injected at all?");
}

/// Plays one fault at growing counts until a run passes untouched; the quick run jumps.
fn every_point(case: &Case, template: &Scene, call: &str, fault: &str, full: bool) -> usize {
    let (mut played, mut n) = (0, 1);
    loop {
        let scene = template.copy();
        if !scene.crash(case, call, fault, n) {
            return played;
        }
        played += 1;
        n += if full { 1 } else { 2 * n };
        if !full && n > 9 {
            return played;
        }
    }
}

/// A repository with dirt of its own, with or without a session.
struct Scene {
    _folder: tempfile::TempDir,
    root: PathBuf,
}

impl Scene {
    fn build(case: &Case) -> Self {
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
        if case.active {
            assert!(scene.journal(&["start", "Crashed"]).status().unwrap().success());
            assert!(scene.journal(&["note", "before"]).status().unwrap().success());
            fs::write(scene.repo().join("c.txt"), "session\n").unwrap();
        }
        scene
    }

    fn copy(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("world");
        assert!(Command::new("cp").arg("-a").arg(&self.root).arg(&root).status().unwrap().success());
        Self { root, _folder: folder }
    }

    /// Plays the fault and checks what must hold. False where nothing was injected any more.
    fn crash(&self, case: &Case, call: &str, fault: &str, n: usize) -> bool {
        let before = self.state();
        let trace = self.root.join("trace");
        let mut strace = Command::new("timeout");
        strace.args(["60", "strace", "-f", "-qq", "-o"]).arg(&trace).args([
            "-e",
            &format!("trace={call}"),
            "-e",
            &format!("inject={call}:{fault}:when={n}"),
        ]);
        let program = self.journal(&[]);
        strace.arg(program.get_program()).args(case.arguments);
        self.surround(&mut strace);
        let status = strace.output().unwrap().status;
        assert_ne!(status.code(), Some(124), "{} hangs at {call} number {n} with {fault}", case.name);
        let acknowledged = status.success();
        let text = fs::read_to_string(&trace).unwrap_or_default();
        let injected = text.contains("(INJECTED)") || text.contains("killed by SIGKILL");

        let place = format!("{} at {call} number {n} with {fault}", case.name);
        assert_eq!(self.state(), before, "{place}: something of the user's changed");
        self.check_session(case, acknowledged, &place);
        assert_eq!(self.state(), before, "{place}: something of the user's changed afterwards");
        injected
    }

    /// What was acknowledged is there exactly once, and the session can be ended.
    fn check_session(&self, case: &Case, acknowledged: bool, place: &str) {
        if case.name == "hook" {
            assert!(acknowledged || place.contains("KILL") || !place.contains("hook"), "{place}: a hook failed");
        }
        if case.name == "start" && !acknowledged {
            // either nothing began, or it began without having said so: both leave room to go on
            let again = self.journal(&["start", "Again"]).output().unwrap();
            assert!(matches!(again.status.code(), Some(0 | 4)), "{place}: {}", String::from_utf8_lossy(&again.stderr));
        }
        let stop = self.journal(&["stop", "--no-input"]).stderr(Stdio::piped()).output().unwrap();
        let ended = stop.status.success() || (case.name == "stop" && acknowledged && stop.status.code() == Some(3));
        let ended = ended || (case.name == "stop" && stop.status.code() == Some(3));
        assert!(ended, "{place}: stop says {}", String::from_utf8_lossy(&stop.stderr));
        let show = self.journal(&["show", "--format", "json"]).stdout(Stdio::piped()).output().unwrap();
        let text = String::from_utf8_lossy(&show.stdout);
        let notes = |word: &str| text.matches(&format!("\"text\": \"{word}")).count();
        if case.active {
            assert_eq!(notes("before"), 1, "{place}: an acknowledged note is not there once: {text}");
            let told = ["c.txt", "is not covered", "cannot be told"].iter().any(|words| text.contains(words));
            assert!(told, "{place}: the session's file is neither told nor named as not read");
        }
        if case.name == "note" && acknowledged {
            assert_eq!(notes("acknowledged"), 1, "{place}: an acknowledged note is not there once");
        }
    }

    /// What belongs to the user and must not move.
    fn state(&self) -> Vec<Vec<u8>> {
        let git = |arguments: &[&str]| self.command("git").args(arguments).output().unwrap().stdout;
        let locks = Command::new("find").arg(self.repo().join(".git")).args(["-name", "*.lock", "-not", "-path", "*/journal/*"]).output();
        let file = |path: &str| fs::read(self.repo().join(path)).unwrap_or_default();
        vec![
            file(".git/index"),
            file(".git/config"),
            git(&["for-each-ref"]),
            git(&["--no-optional-locks", "status", "--porcelain", "--", ".", ":!journal"]),
            git(&["stash", "list"]),
            locks.unwrap().stdout,
        ]
    }

    fn repo(&self) -> PathBuf {
        self.root.join("repo")
    }

    fn git(&self, arguments: &[&str]) {
        assert!(self.command("git").args(arguments).status().unwrap().success(), "git {arguments:?}");
    }

    fn journal(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_journal"));
        command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        self.surround(&mut command);
        command
    }

    fn surround(&self, command: &mut Command) {
        command.current_dir(self.repo()).env_clear().envs(std::env::vars_os().filter(|(name, _)| name == "PATH"));
        command.env("HOME", &self.root).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").env("LC_ALL", "C.UTF-8");
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "Robin Doe").env(format!("GIT_{role}_EMAIL"), "robin@example.org");
        }
    }
}
