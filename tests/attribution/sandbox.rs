//! Repositories in a temporary directory, shut off from the user's configuration; every step is written down as a shell script.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use session_journal::change::{Dirt, Oid, WorktreeState};
use session_journal::git::command::Git;
use session_journal::git::moves;

/// A temporary directory with repositories in it.
pub struct Sandbox {
    pub root: tempfile::TempDir,
    script: RefCell<Vec<String>>,
    /// Seconds since the epoch.
    clock: Cell<u64>,
    /// Seconds that a command of git takes; at 0 nothing tells commits of one author apart.
    pace: u64,
}

/// What a command said.
pub struct Said {
    pub ok: bool,
    pub out: String,
}

/// A line of a file: path and text. A state of files is the set of its lines, which are all different.
pub type Lines = BTreeSet<(String, String)>;

/// The files that have a line in it.
pub fn paths(lines: &Lines) -> BTreeSet<String> {
    lines.iter().map(|(path, _)| path.clone()).collect()
}

impl Sandbox {
    pub fn at_pace(pace: u64) -> Self {
        let root = tempfile::tempdir().expect("a temporary directory");
        Self { root, script: RefCell::default(), clock: Cell::new(1_700_000_000), pace }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub fn script(&self) -> String {
        let head = "set -u\nexport HOME=$PWD GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_EDITOR=true LC_ALL=C ROOT=$PWD\n";
        format!("{head}{}\n{}\n", ticking(self.pace), self.script.borrow().join("\n"))
    }

    fn note(&self, line: String) {
        let root = self.root.path().to_string_lossy().into_owned();
        self.script.borrow_mut().push(line.replace(&root, "$ROOT"));
    }

    /// Runs git; a failure is an answer.
    pub fn git(&self, dir: &Path, args: &[&str]) -> Said {
        self.git_with(dir, args, &[])
    }

    pub fn git_with(&self, dir: &Path, args: &[&str], vars: &[(&str, &str)]) -> Said {
        let root = self.root.path().to_string_lossy().into_owned();
        let quote = |text: &str| format!("'{}'", text.replace('\'', "'\\''").replace(&root, "'\"$ROOT\"'"));
        let quoted: Vec<String> = args.iter().map(|a| quote(a)).collect();
        let set: String = vars.iter().map(|(k, v)| format!("{k}={} ", quote(v))).collect();
        let quiet = ["rev-parse", "rev-list", "ls-files", "merge-base", "for-each-ref", "log", "diff"].contains(&args[0]);
        if !quiet {
            self.note(format!("{set}git -C {} {}", dir.display(), quoted.join(" ")));
        }
        if !quiet {
            self.clock.set(self.clock.get() + self.pace);
        }
        let output = self.command(dir).args(args).envs(vars.iter().copied()).output().expect("git runs");
        let out = String::from_utf8_lossy(&output.stdout).trim_end().to_owned();
        let said = format!("{out}{}", String::from_utf8_lossy(&output.stderr).trim_end());
        Said { ok: output.status.success(), out: if output.status.success() { out } else { said } }
    }

    fn command(&self, dir: &Path) -> Command {
        self.hermetic("git", dir)
    }

    /// A program that sees nothing of the user's environment.
    fn hermetic(&self, program: &str, dir: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", self.root.path());
        for (name, value) in [
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_EDITOR", "true"),
            ("LC_ALL", "C"),
            ("GIT_TERMINAL_PROMPT", "0"),
        ] {
            command.env(name, value);
        }
        // the same ids on every run
        let date = format!("{} +0000", self.clock.get());
        command.env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", &date);
        command.current_dir(dir);
        command
    }

    /// Runs git, which must succeed.
    pub fn must(&self, dir: &Path, args: &[&str]) -> String {
        let said = self.git(dir, args);
        assert!(said.ok, "git {args:?}: {}\n{}", said.out, self.script());
        said.out
    }

    pub fn write(&self, dir: &Path, path: &str, lines: &[String]) {
        let target = dir.join(path);
        std::fs::create_dir_all(target.parent().expect("a parent")).expect("directories");
        let text: String = lines.iter().map(|l| format!("{l}\n")).collect();
        std::fs::write(&target, &text).expect("a file");
        let quoted: Vec<String> = lines.iter().map(|l| format!("'{l}'")).collect();
        self.note(format!(
            "mkdir -p {}; printf '%s\\n' {} > {}",
            target.parent().expect("a parent").display(),
            quoted.join(" "),
            target.display()
        ));
    }

    /// Runs a shell script in a directory.
    pub fn shell(&self, dir: &Path, script: &str) {
        let git = self.command(dir);
        let mut shell = Command::new("bash");
        shell.env_clear().args(["-euc", &format!("{}\n{script}", ticking(self.pace))]).current_dir(dir);
        for (name, value) in git.get_envs().filter_map(|(name, value)| Some((name, value?))) {
            shell.env(name, value);
        }
        let said = shell.output().expect("a shell");
        assert!(said.status.success(), "{script}\n{}", String::from_utf8_lossy(&said.stderr));
    }

    pub fn remove(&self, dir: &Path, path: &str) {
        std::fs::remove_file(dir.join(path)).expect("a file to remove");
        self.note(format!("rm {}", dir.join(path).display()));
    }

    pub fn comment(&self, text: &str) {
        self.note(format!("# {text}"));
    }

    /// Runs the built program, which must succeed.
    pub fn journal(&self, dir: &Path, args: &[&str]) -> String {
        let said = self.hermetic(env!("CARGO_BIN_EXE_journal"), dir).args(args).output().expect("the program runs");
        assert!(said.status.success(), "journal {args:?}: {}\n{}", String::from_utf8_lossy(&said.stderr), self.script());
        String::from_utf8_lossy(&said.stdout).into_owned()
    }

    /// The product's git for a worktree, with a private object directory.
    pub fn private(&self, worktree: &Path) -> Git {
        let absolute = |arg: &str| {
            let said = self.command(worktree).args(["rev-parse", "--path-format=absolute", "--git-path", arg]).output().expect("git runs");
            PathBuf::from(String::from_utf8_lossy(&said.stdout).trim_end().to_owned())
        };
        let objects = self.path("private/objects");
        std::fs::create_dir_all(&objects).expect("directories");
        let git_dir = absolute(".").components().collect::<PathBuf>();
        Git::at(&git_dir, worktree).with_objects(&objects, &[&absolute("objects")])
    }

    /// Where a worktree stands, snapshot included.
    pub fn worktree_state(&self, worktree: &Path) -> WorktreeState {
        let git = self.private(worktree);
        let user = PathBuf::from(git.text(["rev-parse", "--path-format=absolute", "--git-path", "index"]).expect("an index path"));
        let copy = self.path("private/index");
        if user.exists() {
            std::fs::copy(&user, &copy).expect("a copy of the index");
            let modified = std::fs::metadata(&user).and_then(|m| m.modified()).expect("a time");
            std::fs::File::options().write(true).open(&copy).and_then(|f| f.set_modified(modified)).expect("to set a time");
        } else {
            let _ = std::fs::remove_file(&copy);
        }
        let indexed = git.with_index(&copy);
        let index = indexed.run(["write-tree", "--missing-ok"]).expect("git runs");
        indexed
            .text(["--literal-pathspecs", "-c", "core.safecrlf=false", "add", "-A", "--sparse", "--ignore-errors", "--", "."])
            .expect("a snapshot");
        let tree = indexed.text(["write-tree", "--missing-ok"]).expect("a tree");
        let head = git.run(["rev-parse", "-q", "--verify", "HEAD"]).expect("git runs");
        let refs = git.text(["for-each-ref", "--format=%(objectname) %(refname)"]).expect("refs");
        let stashes = git.run(["log", "-g", "--format=%H", "refs/stash", "--"]).expect("git runs");
        let log = moves::reflog(&git, "HEAD").expect("a reflog");
        WorktreeState {
            head: head.ok().then(|| Oid::new(head.text())),
            branch: None,
            subject: None,
            tree: Oid::new(tree),
            index: index.ok().then(|| Oid::new(index.text())),
            refs: refs.lines().filter_map(|row| row.split_once(' ')).map(|(id, name)| (name.to_owned(), Oid::new(id))).collect(),
            stashes: if stashes.ok() { stashes.text().lines().map(Oid::new).collect() } else { Vec::new() },
            autostash: moves::autostash(&git).expect("an answer"),
            under_way: moves::is_under_way(&git),
            reflog: log.len(),
            reflog_last: log.last().map(session_journal::attribution::reflog::LogEntry::line),
            dirt: Dirt::default(),
            left_out: Vec::new(),
            method: String::new(),
            disk_time: None,
            flagged: Vec::new(),
            start_tree: None,
        }
    }
}

/// What lets the clock of a script, kept in a file, go on by so many seconds with each command of git.
fn ticking(pace: u64) -> String {
    let tick = format!("NOW=$(( $(cat $HOME/now 2>/dev/null || echo 1700000000) + {pace} )); echo $NOW > $HOME/now");
    let dates = "export GIT_AUTHOR_DATE=\"$NOW +0000\" GIT_COMMITTER_DATE=\"$NOW +0000\"";
    format!("git() {{ {tick}; {dates}; command git \"$@\"; }}")
}

/// The lines of all files of a worktree.
pub fn read_worktree(dir: &Path) -> Lines {
    let (mut out, mut open) = (Lines::new(), vec![dir.to_owned()]);
    while let Some(here) = open.pop() {
        for item in std::fs::read_dir(&here).expect("a directory").flatten() {
            let path = item.path();
            let name = path.strip_prefix(dir).expect("below").to_string_lossy().into_owned();
            if name == ".git" {
                continue;
            }
            if path.is_dir() {
                open.push(path);
            } else {
                let text = std::fs::read_to_string(&path).expect("text");
                out.extend(text.lines().map(|line| (name.clone(), line.to_owned())));
            }
        }
    }
    out
}

/// The lines of all files of a commit or tree.
pub fn read_tree(repo: &git2::Repository, id: &str) -> Lines {
    let object = repo.find_object(git2::Oid::from_str(id).expect("an id"), None).expect("an object");
    let tree = object.peel_to_tree().expect("a tree");
    let mut out = Lines::new();
    tree.walk(git2::TreeWalkMode::PreOrder, |prefix, entry| {
        if let Ok(blob) = entry.to_object(repo).and_then(|o| o.peel_to_blob()) {
            let path = format!("{prefix}{}", entry.name().unwrap_or_default());
            let text = String::from_utf8_lossy(blob.content()).into_owned();
            out.extend(text.lines().map(|line| (path.clone(), line.to_owned())));
        }
        git2::TreeWalkResult::Ok
    })
    .expect("a walk");
    out
}
