//! What `journal` costs, as ratios against git's own command in the same run: absolute times say little on shared machines.
//!
//! `cargo bench` builds a repository of 50,000 files in a temporary folder and prints one line per figure: median of `journal`, median of
//! the yardstick, their ratio and the limit. Both run in turn. Where the limit is a time, the yardstick is git's start-up, which shows how
//! busy the machine is. `JOURNAL_BENCH_FILES` changes the size.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on stops here")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use session_journal::change::RepoPath;
use session_journal::evidence::kinds::{Overrides, classify};

const RUNS: usize = 11;

/// What a figure must stay below.
enum Limit {
    /// As often the yardstick.
    Ratio(f64),
    Milliseconds(f64),
}
use Limit::{Milliseconds, Ratio};

fn main() {
    let files: usize = std::env::var("JOURNAL_BENCH_FILES").ok().and_then(|n| n.parse().ok()).unwrap_or(50_000);
    let folder = tempfile::tempdir().unwrap();
    let [large, small, sources] = ["large", "small", "sources"].map(|name| folder.path().join(name));
    build_large(&large, files);
    build_large(&small, 10);
    build_sources(&sources, 1_000);

    println!("{:<58} {:>9} {:>9} {:>7} {:>9}", "", "journal", "yardstick", "ratio", "limit");
    start_up(&large, &small);
    differences(&large, &sources, files);
    snapshots(&large, files);
    movements(&large, files);
    commits(&large, &small, files);
    kinds(&small);
}

/// What paths are, with their text.
fn kinds(small: &Path) {
    let head = "use std::fmt;\n".repeat(40);
    let path = |i: usize| format!("packages/p{}/src/deep/folder/Service{i}.{}", i % 7, ["rs", "php", "md", "yaml"][i % 4]);
    let paths: Vec<RepoPath> = (0..1_000).map(|i| path(i).as_str().into()).collect();
    let overrides = Overrides::default();
    let classified = || {
        let begun = Instant::now();
        paths.iter().for_each(|path| drop(std::hint::black_box(classify(path, Some(head.as_bytes()), false, &overrides))));
        begun.elapsed()
    };
    figure("kinds of 1,000 files / git --version", Milliseconds(10.0), RUNS, classified, || run(command("git", small, "--version")));
}

fn journal(repo: &Path, arguments: &str) -> Command {
    command(env!("CARGO_BIN_EXE_journal"), repo, arguments)
}

fn start_up(large: &Path, small: &Path) {
    let yardstick = || run(command("git", large, "--version"));
    figure("start-up (--version) / git --version", Milliseconds(5.0), RUNS, || run(journal(large, "--version")), yardstick);
    let diff = || run(journal(small, "diff HEAD~1 HEAD --format json"));
    figure("diff in 10 files / git --version", Milliseconds(5.0), RUNS, diff, yardstick);
    run(journal(large, "start bench"));
    figure("note in many files / git --version", Milliseconds(15.0), RUNS, || run(journal(large, "note word")), yardstick);
    run(journal(large, "discard --yes"));
}

fn differences(large: &Path, sources: &Path, files: usize) {
    figure(
        &format!("diff of 5 files in {files} / git diff --stat"),
        Ratio(3.0),
        RUNS,
        || run(journal(large, "diff HEAD~1 HEAD --format json")),
        || run(command("git", large, "diff --stat HEAD~1 HEAD")),
    );
    if Command::new("ctags").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success()) {
        figure(
            "diff of 1,000 source files / ctags over both sides",
            Ratio(0.2),
            RUNS,
            || run(journal(sources, "diff HEAD~1 HEAD --format json")),
            || ctags_both_sides(sources),
        );
    }
}

fn snapshots(large: &Path, files: usize) {
    let start = || {
        let time = run(journal(large, "start bench"));
        run(journal(large, "discard --yes"));
        time
    };
    figure(&format!("start in {files} clean files / snapshot plumbing"), Ratio(1.5), RUNS, start, || snapshot_by_hand(large));
    let stop = || {
        run(journal(large, "start bench"));
        let time = run(journal(large, "stop --no-input"));
        fs::remove_dir_all(large.join("journal")).unwrap();
        time
    };
    figure(&format!("stop in {files} clean files / snapshot plumbing"), Ratio(1.5), RUNS, stop, || snapshot_by_hand(large));
}

/// A stop after many movements of HEAD; the session is put back each time.
fn movements(large: &Path, files: usize) {
    let (folder, kept) = (large.join(".git/journal"), large.join(".git/kept"));
    git(large, "branch side");
    run(journal(large, "start bench"));
    for n in 0..180 {
        let path = large.join(format!("d000/e{:02}/f{:06}.py", n % 10, n % 10 * 50));
        let text = fs::read_to_string(&path).unwrap() + &format!("\n\ndef more_{n}():\n    return {n}\n");
        fs::write(&path, text).unwrap();
        git(large, &format!("commit -q -a -m Change-{n}{}", if n % 10 == 9 { " --amend" } else { "" }));
        if n % 18 == 17 {
            git(large, "checkout -q side");
            git(large, "checkout -q main");
        }
    }
    copy_folder(&folder, &kept);
    let stop = || {
        fs::remove_dir_all(&folder).unwrap();
        copy_folder(&kept, &folder);
        let time = run(journal(large, "stop --no-input"));
        fs::remove_dir_all(large.join("journal")).unwrap();
        time
    };
    figure(&format!("stop after 200 movements in {files} / git log -200 --stat"), Ratio(3.0), 5, stop, || {
        run(command("git", large, "log -200 --stat"))
    });
    fs::remove_dir_all(&kept).unwrap();
}

/// Commits with our hook beside commits with a hook that does nothing.
fn commits(large: &Path, small: &Path, files: usize) {
    let ratio_in = |what: &str, worktree: &Path, repo: &Path| {
        let timed = |hooks: &Path| {
            run(command("git", worktree, &format!("-c core.hooksPath={} commit -q --allow-empty -m Empty", hooks.display())))
        };
        let (ours, nothing) = (repo.join(".git/hooks"), repo.join(".git/hooks-nothing"));
        figure(what, Ratio(1.25), 50, || timed(&ours), || timed(&nothing));
    };
    let ratio = |what: &str, repo: &Path| ratio_in(what, repo, repo);
    for repo in [large, small] {
        run(journal(repo, "hook install"));
        let hook = repo.join(".git/hooks-nothing/post-commit");
        fs::create_dir(hook.parent().unwrap()).unwrap();
        fs::write(&hook, "#!/bin/sh\ntrue\n").unwrap();
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    }
    ratio("commit with our hook, no session / with `true`", small);
    run(journal(small, "start bench"));
    run(journal(large, "start bench"));
    ratio("commit with our hook in 10 files / with `true`", small);
    ratio(&format!("commit with our hook in {files} files / with `true`"), large);
    let linked = small.join(".git/linked");
    run(command("git", small, &format!("-c core.hooksPath=/dev/null worktree add -q {} -b linked", linked.display())));
    run(journal(&linked, "start bench"));
    ratio_in("commit with our hook in a linked worktree / with `true`", &linked, small);
    let sessions = small.join(".git/journal/sessions");
    let active = fs::read_dir(&sessions).unwrap().next().unwrap().unwrap().path();
    (0..1_000).for_each(|n| copy_folder(&active, &sessions.join(format!("past-{n:04}"))));
    ratio("commit with our hook, 1,000 past sessions / with `true`", small);
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Runs both in turn and prints the medians.
fn figure(what: &str, limit: Limit, runs: usize, mut ours: impl FnMut() -> Duration, mut theirs: impl FnMut() -> Duration) {
    let (mut a, mut b) = (vec![], vec![]);
    for _ in 0..=runs {
        a.push(ours());
        b.push(theirs());
    }
    let median = |times: &mut Vec<Duration>| {
        times.remove(0); // the first warms up
        times.sort();
        times[times.len() / 2].as_secs_f64() * 1_000.0
    };
    let (a, b) = (median(&mut a), median(&mut b));
    let limit = match limit {
        Ratio(ratio) => format!("{ratio:.2}"),
        Milliseconds(time) => format!("{time:.0} ms"),
    };
    println!("{what:<58} {a:>6.1} ms {b:>6.1} ms {:>7.2} {limit:>9}", a / b);
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
    git(repo, "config gc.auto 0");
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

/// Source files of ordinary size (4 KB, 200 lines, one class), each with one changed line. What is measured beside it, ctags over files that lie
/// ready on the disk, without the time that checking them out takes.
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
