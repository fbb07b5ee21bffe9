//! What `journal` costs, as ratios against git's own command in the same run: absolute times say little on shared machines.
//!
//! `cargo bench` builds a repository of 50,000 files in a temporary folder and prints one line per figure: median of `journal`, median of
//! the yardstick, their ratio and the limit. `JOURNAL_BENCH_FILES` changes the size.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on stops here")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 15;

fn main() {
    let files: usize = std::env::var("JOURNAL_BENCH_FILES").ok().and_then(|n| n.parse().ok()).unwrap_or(50_000);
    let folder = tempfile::tempdir().unwrap();
    let large = folder.path().join("large");
    build_large(&large, files);
    let sources = folder.path().join("sources");
    build_sources(&sources, 1_000);

    println!("{:<52} {:>9} {:>9} {:>7} {:>7}", "", "journal", "yardstick", "ratio", "limit");
    let journal = |repo: &Path, arguments: &str| command(env!("CARGO_BIN_EXE_journal"), repo, arguments);
    let git = |repo: &Path, arguments: &str| command("git", repo, arguments);

    figure("start-up (--version) / git --version", 5.0, || run(journal(&large, "--version")), || run(git(&large, "--version")));
    figure(
        &format!("diff of 5 files in {files} / git diff --stat"),
        3.0,
        || run(journal(&large, "diff HEAD~1 HEAD --format json")),
        || run(git(&large, "diff --stat HEAD~1 HEAD")),
    );
    let plumbing = || snapshot_by_hand(&large);
    figure(
        &format!("start in {files} clean files / snapshot plumbing"),
        1.5,
        || {
            let time = run(journal(&large, "start bench"));
            run(journal(&large, "discard --yes"));
            time
        },
        plumbing,
    );
    figure(
        &format!("stop in {files} clean files / snapshot plumbing"),
        1.5,
        || {
            run(journal(&large, "start bench"));
            let time = run(journal(&large, "stop --no-input"));
            fs::remove_dir_all(large.join("journal")).unwrap();
            time
        },
        plumbing,
    );
    if Command::new("ctags").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success()) {
        figure(
            "diff of 1,000 source files / ctags over both sides",
            0.2,
            || run(journal(&sources, "diff HEAD~1 HEAD --format json")),
            || ctags_both_sides(&sources),
        );
    }
}

/// Runs both in turn and prints the medians.
fn figure(what: &str, limit: f64, mut ours: impl FnMut() -> Duration, mut theirs: impl FnMut() -> Duration) {
    let (mut a, mut b) = (vec![], vec![]);
    for _ in 0..=RUNS {
        a.push(ours());
        b.push(theirs());
    }
    let median = |times: &mut Vec<Duration>| {
        times.remove(0); // the first warms up
        times.sort();
        times[times.len() / 2].as_secs_f64() * 1_000.0
    };
    let (a, b) = (median(&mut a), median(&mut b));
    println!("{what:<52} {a:>6.1} ms {b:>6.1} ms {:>7.2} {limit:>7.2}", a / b);
}

fn command(program: &str, repo: &Path, arguments: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(repo).args(arguments.split_whitespace()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_PAGER", "cat");
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "Robin Doe").env(format!("GIT_{role}_EMAIL"), "robin@example.org");
    }
    command
}

fn run(mut command: Command) -> Duration {
    let begin = Instant::now();
    let status = command.status().unwrap();
    let time = begin.elapsed();
    assert!(status.success(), "{command:?}");
    time
}

/// What a snapshot cannot do without: `git add` and `git write-tree` on a copy of the index, objects in a folder of their own.
fn snapshot_by_hand(repo: &Path) -> Duration {
    let scratch = tempfile::tempdir().unwrap();
    let (index, objects) = (scratch.path().join("index"), scratch.path().join("objects"));
    fs::create_dir(&objects).unwrap();
    let found = repo.join(".git/index");
    let begin = Instant::now();
    fs::copy(&found, &index).unwrap();
    fs::File::options().write(true).open(&index).unwrap().set_modified(fs::metadata(&found).unwrap().modified().unwrap()).unwrap();
    for arguments in ["add -A --sparse --ignore-errors -- .", "write-tree --missing-ok"] {
        let mut git = command("git", repo, arguments);
        git.env("GIT_INDEX_FILE", &index)
            .env("GIT_OBJECT_DIRECTORY", &objects)
            .env("GIT_ALTERNATE_OBJECT_DIRECTORIES", repo.join(".git/objects"));
        run(git);
    }
    begin.elapsed()
}

fn ctags_both_sides(repo: &Path) -> Duration {
    let sides = ["HEAD~1", "HEAD"].map(|revision| {
        let side = tempfile::tempdir().unwrap();
        let mut checkout = command("git", repo, "checkout-index --all");
        let index = side.path().join("index");
        run({
            let mut read = command("git", repo, &format!("read-tree {revision}"));
            read.env("GIT_INDEX_FILE", &index);
            read
        });
        checkout.arg(format!("--prefix={}/tree/", side.path().display())).env("GIT_INDEX_FILE", &index);
        run(checkout);
        side
    });
    sides.iter().map(|side| run(command("ctags", side.path(), "--fields=+ne -R -f /dev/null tree"))).sum()
}

fn git(repo: &Path, arguments: &str) {
    run(command("git", repo, arguments));
}

fn build_large(repo: &Path, files: usize) {
    fs::create_dir_all(repo).unwrap();
    git(repo, "init -q -b main");
    for n in 0..files {
        let path = repo.join(format!("d{:03}/e{:02}/f{n:06}.py", n / 500, n / 50 % 10));
        if n % 50 == 0 {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
        }
        fs::write(path, format!("def function_{n}(value):\n    return value + {n}\n")).unwrap();
    }
    git(repo, "add -A");
    git(repo, "commit -q -m Begin");
    for n in 0..5 {
        fs::write(repo.join(format!("d000/e00/f{n:06}.py")), format!("def function_{n}(value):\n    return value - {n}\n")).unwrap();
    }
    git(repo, "commit -q -a -m Change");
    git(repo, "gc -q");
    std::thread::sleep(Duration::from_millis(1_100)); // no racy time stamps
    git(repo, "status");
}

/// Source files of ordinary size, each with one changed method.
fn build_sources(repo: &Path, files: usize) {
    fs::create_dir_all(repo).unwrap();
    git(repo, "init -q -b main");
    for (round, message) in ["Begin", "Change"].iter().enumerate() {
        for n in 0..files {
            let methods = (0..40).map(|m| {
                let body = if m == n % 40 { round } else { 0 };
                format!("    public int method{m}(int value) {{\n        int sum = value + {body};\n        return sum * {m};\n    }}\n\n")
            });
            let text = format!("package example;\n\npublic class Class{n} {{\n{}}}\n", methods.collect::<String>());
            fs::write(repo.join(format!("Class{n}.java")), text).unwrap();
        }
        git(repo, "add -A");
        git(repo, &format!("commit -q -m {message}"));
    }
}
