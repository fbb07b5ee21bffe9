//! Crashes: a command is killed, or a system call of it fails, at the n-th call of a kind, for every n until a run passes untouched.
//!
//! After any of these the user's index, refs, configuration and worktree are as they were, no lock is left, every acknowledged event is
//! there exactly once, no file is half-written, and a later `stop` finishes the session. Needs `strace`; without it nothing is injected and
//! the tests say so. By default a spread of points is played; `JOURNAL_CRASH=full` (see `tests/crash/full.sh`) plays them all.
//!
//! `hooks` does the same to the lines that hooks run in the shell, with torn lists, full disks and many at once.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops here")]

use std::fs;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use scene::{Scene, Stage};
use serde_json::Value;

#[path = "../common/mod.rs"]
mod common;
mod hooks;
mod scene;

/// A command under test.
struct Case {
    stage: Stage,
    arguments: &'static [&'static str],
    /// What it reads.
    input: &'static str,
    /// Whether the processes that it starts are hit as well.
    children: bool,
    /// What must hold once it has ended, with how it ended.
    check: fn(&Scene, &Played),
}

/// How a run with a fault ended.
struct Played {
    /// For messages.
    place: String,
    output: Output,
    /// It said that it is done.
    acknowledged: bool,
    killed: bool,
}

impl Played {
    fn says(&self, text: &str) -> bool {
        String::from_utf8_lossy(&self.output.stderr).contains(text)
    }
}

const COMMAND: Case = Case { stage: Stage::Active, arguments: &[], input: "", children: true, check: |_, _| {} };

const CALLS: [&str; 9] = [
    "write",
    "openat",
    "renameat,renameat2,rename",
    "fsync,fdatasync",
    "mkdir,mkdirat",
    "unlink,unlinkat",
    "close",
    "link,linkat,chmod,fchmod,pwrite64,flock",
    "read,pread64",
];
/// The calls that the quick run leaves out.
const FULL: [&str; 2] = ["link,linkat,chmod,fchmod,pwrite64,flock", "read,pread64"];
/// An injected failure keeps the call from happening, but a real `close` that fails has closed: without this, pipes would never end.
const ONLY_KILLED: &str = "close";
/// The calls that the quick run lets fail as well.
const QUICK: [&str; 2] = ["write", "fsync,fdatasync"];
const FAULTS: [&str; 3] = ["signal=KILL", "error=ENOSPC", "error=EIO"];

#[test]
fn start() {
    play(&Case { stage: Stage::Fresh, arguments: &["start", "Crashed"], check: started, ..COMMAND });
}

#[test]
fn note() {
    play(&Case { arguments: &["note", "acknowledged"], check: |scene, played| assert_stated(scene, played, "acknowledged"), ..COMMAND });
}

#[test]
fn add() {
    let arguments = &["add", "decision", "acknowledged", "--rationale", "because"];
    play(&Case { arguments, check: |scene, played| assert_stated(scene, played, "acknowledged"), ..COMMAND });
}

#[test]
fn set() {
    let check = |scene: &Scene, played: &Played| assert_stated(scene, played, "acknowledged");
    play(&Case { arguments: &["set", "root_cause.problem", "acknowledged"], check, ..COMMAND });
}

#[test]
fn watch() {
    play(&Case { arguments: &["watch", "../outside.conf"], check: watched, ..COMMAND });
}

#[test]
fn run() {
    let arguments = &["run", "--", "sh", "-c", "echo once >>ran.log; exit 7"];
    play(&Case { arguments, children: false, check: ran, ..COMMAND });
}

#[test]
fn run_and_what_it_starts() {
    play(&Case { arguments: &["run", "--", "true"], check: |scene, _| drop(ended(scene, "")), ..COMMAND });
}

#[test]
fn shell_record() {
    let arguments = &["shell-record", "--started", "1700000000000000", "--milliseconds", "5", "--status", "0", "--cwd", "."];
    let check = |scene: &Scene, played: &Played| {
        assert!(played.killed || played.output.status.success() || unloaded(played), "{}: the prompt sees a failure", played.place);
        assert!(runs(&ended(scene, &played.place), "make acknowledged") <= 1, "{}", played.place);
    };
    play(&Case { arguments, input: "make acknowledged\n", check, ..COMMAND });
}

#[test]
fn forget() {
    let check = |scene: &Scene, played: &Played| {
        let again = scene.journal(&["forget", "echo"]);
        let code = again.status.code();
        assert!(matches!(code, Some(0 | 3)) && (!played.acknowledged || code == Some(3)), "{}: {code:?}", played.place);
        let document = ended(scene, &played.place);
        assert_eq!((runs(&document, "echo earlier"), damaged(&document)), (0, false), "{}", played.place);
    };
    play(&Case { arguments: &["forget", "--last"], check, ..COMMAND });
}

#[test]
fn hook() {
    let check = |scene: &Scene, played: &Played| {
        assert!(played.killed || played.acknowledged || unloaded(played), "{}: a hook failed", played.place);
        ended(scene, &played.place);
    };
    play(&Case { arguments: &["hook", "run", "post-commit"], check, ..COMMAND });
}

#[test]
fn trailer() {
    let check = |scene: &Scene, played: &Played| {
        let message = fs::read_to_string(scene.repo().join(".git/MESSAGE")).unwrap();
        let with = message.strip_prefix("Say it\n").unwrap_or("lost");
        assert!(with.is_empty() || with.starts_with("\nJournal: 0"), "{}: {message}", played.place);
        assert!(played.killed || played.acknowledged || unloaded(played), "{}: a hook failed", played.place);
    };
    play(&Case { arguments: &["hook", "run", "prepare-commit-msg", ".git/MESSAGE", "message"], check, ..COMMAND });
}

#[test]
fn discard() {
    let check = |scene: &Scene, played: &Played| {
        let again = scene.journal(&["discard", "--yes"]).status.code();
        assert!(matches!(again, Some(0 | 3)) && (!played.acknowledged || again == Some(3)), "{}: {again:?}", played.place);
        scene.ok(&["start", "Again"]);
        assert_eq!(stores(scene), 1, "{}: a discarded session's snapshots are left", played.place);
    };
    play(&Case { arguments: &["discard", "--yes"], check, ..COMMAND });
}

#[test]
fn stop() {
    play(&Case { arguments: &["stop", "--no-input"], check: stopped, ..COMMAND });
}

/// The work goes on after a stop that broke off.
#[test]
fn stop_and_go_on() {
    let check = |scene: &Scene, played: &Played| {
        let is_open = scene.journal(&["status"]).status.success();
        fs::write(scene.repo().join("c.txt"), "session\nlate\n").unwrap();
        stopped(scene, played);
        let document: Value = serde_json::from_str(&scene.ok(&["show", "--format", "json"])).unwrap();
        let files = document["files"].as_array().unwrap();
        let added = files.iter().find(|file| file["path"] == "c.txt").map(|file| &file["added"]);
        assert!(!is_open || added == Some(&2.into()), "{}: what came after it is lost: {document}", played.place);
    };
    play(&Case { arguments: &["stop", "--no-input"], check, ..COMMAND });
}

#[test]
fn refresh() {
    play(&Case { stage: Stage::Ended, arguments: &["refresh"], check: refreshed, ..COMMAND });
}

#[test]
fn hook_install() {
    let check = |scene: &Scene, played: &Played| {
        for (hook, text) in [("post-commit", ": mine"), ("post-checkout", "#!/bin/cat")] {
            let texts: Vec<_> = scene.hooks().into_iter().filter(|(name, ..)| name.starts_with(hook)).collect();
            assert!(texts.iter().any(|(name, ..)| name == hook), "{}: {hook} is gone", played.place);
            assert!(texts.iter().all(|(_, _, mode)| mode & 0o111 != 0), "{}: {hook} does not run", played.place);
            assert!(texts.iter().any(|(_, there, _)| String::from_utf8_lossy(there).contains(text)), "{}: {hook} is lost", played.place);
        }
        scene.ok(&["hook", "install"]);
        scene.ok(&["hook", "uninstall"]);
    };
    play_hooks(&Case { stage: Stage::Fresh, arguments: &["hook", "install"], check, ..COMMAND }, &[]);
}

#[test]
fn hook_uninstall() {
    let check = |scene: &Scene, _: &Played| drop(scene.ok(&["hook", "uninstall"]));
    play_hooks(&Case { stage: Stage::Fresh, arguments: &["hook", "uninstall"], check, ..COMMAND }, &["hook", "install"]);
}

/// Plays all faults at all points.
fn play(case: &Case) {
    let template = Scene::build(case.stage);
    every_fault(case, &template, |scene, played| (case.check)(scene, played));
}

/// The same for what handles the hooks of others, which are afterwards as they were in the beginning.
fn play_hooks(case: &Case, before: &[&str]) {
    let template = Scene::build(case.stage);
    let hooks = template.hooks();
    if !before.is_empty() {
        template.ok(before);
    }
    every_fault(case, &template, |scene, played| {
        (case.check)(scene, played);
        let now: Vec<_> = scene.hooks().into_iter().filter(|(name, ..)| !name.ends_with(".partial")).collect();
        assert_eq!(now, hooks, "{}: the hooks of others are not as they were", played.place);
    });
}

fn every_fault(case: &Case, template: &Scene, check: impl Fn(&Scene, &Played)) {
    if Command::new("strace").arg("-V").stdout(Stdio::null()).status().is_err() {
        eprintln!("strace is not installed: no crash was played");
        return;
    }
    let full = std::env::var("JOURNAL_CRASH").is_ok_and(|value| value == "full");
    let before = template.state();
    let mut count = 0;
    for call in CALLS.iter().filter(|call| full || !FULL.contains(call)) {
        for fault in FAULTS.iter().filter(|fault| fault.contains("KILL") || *call != ONLY_KILLED && (full || QUICK.contains(call))) {
            // until a run passes untouched; the quick run jumps
            let mut n = 1;
            while full || n <= 9 {
                let scene = template.copy();
                let (played, injected) = crash(&scene, case, call, fault, n);
                assert_eq!(scene.state(), before, "{}: something of the user's changed", played.place);
                check(&scene, &played);
                assert_eq!(scene.state(), before, "{}: something of the user's changed afterwards", played.place);
                if !injected {
                    break;
                }
                count += 1;
                n += if full { 1 } else { 2 * n };
            }
        }
    }
    println!("{count} crashes played in journal {}", case.arguments.join(" "));
    assert!(count > 5, "only {count} crashes were played: is anything injected at all?");
}

/// Plays one fault. Says as well whether anything was injected.
fn crash(scene: &Scene, case: &Case, call: &str, fault: &str, n: usize) -> (Played, bool) {
    let trace = scene.root.join("trace");
    let mut strace = scene.command("timeout");
    strace.args(["120", "strace", "-qq", "-o"]).arg(&trace).args(case.children.then_some("-f"));
    strace.args(["-e", &format!("trace={call}"), "-e", &format!("inject={call}:{fault}:when={n}")]);
    strace.arg(env!("CARGO_BIN_EXE_journal")).args(case.arguments);
    strace.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = strace.spawn().unwrap();
    child.stdin.take().unwrap().write_all(case.input.as_bytes()).ok();
    let output = child.wait_with_output().unwrap();
    let place = format!("journal {} at {call} number {n} with {fault}", case.arguments.join(" "));
    assert_ne!(output.status.code(), Some(124), "{place} hangs");
    let text = String::from_utf8_lossy(&fs::read(&trace).unwrap_or_default()).into_owned();
    let injected = text.contains("(INJECTED)") || text.contains("killed by SIGKILL");
    let acknowledged = output.status.success();
    (Played { place, acknowledged, output, killed: fault.contains("KILL") && injected }, injected)
}

/// The program or a library of it could not be opened: nothing of it ran.
fn unloaded(played: &Played) -> bool {
    played.output.status.code() == Some(127)
}

/// Ends the session and gives its document. What was there before the fault is there once.
fn ended(scene: &Scene, place: &str) -> Value {
    let stop = scene.journal(&["stop", "--no-input", "--format", "json"]);
    assert!(stop.status.success(), "{place}: stop says {}", String::from_utf8_lossy(&stop.stderr));
    let document = serde_json::from_slice(&stop.stdout).unwrap();
    whole(scene, &document, place);
    document
}

/// The document and the journal file of a session that has ended.
fn whole(scene: &Scene, document: &Value, place: &str) {
    assert_eq!(mentions(&document["timeline"], "before"), 1, "{place}: an acknowledged note is not there once: {document}");
    let text = document.to_string();
    let told = ["c.txt", "is not covered", "cannot be told"].iter().any(|words| text.contains(words));
    assert!(told, "{place}: the session's file is neither told nor named as not read");
    let journals = scene.journals();
    assert_eq!(journals.len(), 1, "{place}: {journals:?}");
    let written = fs::read_to_string(&journals[0]).unwrap();
    assert!(written.contains("## References") && written.ends_with('\n'), "{place}: the journal is cut short");
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&journals[0]).unwrap().permissions()) & 0o777;
    assert_eq!(mode, 0o644, "{place}: others cannot read the journal");
    assert_eq!(stores(scene), 0, "{place}: snapshots are left");
}

/// Sessions that still keep snapshots.
fn stores(scene: &Scene) -> usize {
    scene.sessions().iter().filter(|session| session.join("objects").exists()).count()
}

/// How often a text stands in the document.
fn mentions(document: &Value, text: &str) -> usize {
    match document {
        Value::String(there) => usize::from(there == text),
        Value::Array(items) => items.iter().map(|item| mentions(item, text)).sum(),
        Value::Object(parts) => parts.values().map(|part| mentions(part, text)).sum(),
        _ => 0,
    }
}

/// How often a command is recorded.
fn runs(document: &Value, command: &str) -> usize {
    let commands = document["technical"]["commands"].as_array().unwrap();
    commands.iter().filter(|run| run["command"] == command).count()
}

/// Whether the document tells of records that could not be read.
fn damaged(document: &Value) -> bool {
    document.to_string().contains("damaged")
}

/// A statement: once where it was acknowledged, at most once where not.
fn assert_stated(scene: &Scene, played: &Played, text: &str) {
    let document = ended(scene, &played.place);
    let times = mentions(&document, text);
    assert!(times == 1 || (times == 0 && !played.acknowledged), "{}: it is there {times} times", played.place);
}

fn started(scene: &Scene, played: &Played) {
    let again = scene.journal(&["start", "Again"]);
    let code = again.status.code();
    let began = code == Some(4);
    assert!(began || (code == Some(0) && !played.acknowledged), "{}: {}", played.place, String::from_utf8_lossy(&again.stderr));
    let sessions = scene.sessions();
    assert_eq!(sessions.len(), 1, "{}: what was half-begun is left: {sessions:?}", played.place);
    scene.ok(&["stop", "--no-input"]);
    assert_eq!(stores(scene), 0, "{}: snapshots are left", played.place);
}

fn watched(scene: &Scene, played: &Played) {
    fs::write(scene.root.join("outside.conf"), "port = 8080\n").unwrap();
    let document = ended(scene, &played.place);
    let changes = document["technical"]["configuration_changes"].as_array().unwrap().len();
    let unseen = !played.acknowledged || played.says("cannot be read");
    assert!(changes == 1 || (changes == 0 && unseen), "{}: {changes} changes", played.place);
}

fn ran(scene: &Scene, played: &Played) {
    let lines = fs::read_to_string(scene.repo().join("ran.log")).unwrap_or_default().lines().count();
    fs::remove_file(scene.repo().join("ran.log")).ok();
    let code = played.output.status.code();
    assert!(lines <= 1 && (lines == 1 || played.killed || code != Some(7)), "{}: the command ran {lines} times", played.place);
    assert!(played.killed || code == Some(7) || unloaded(played), "{}: the command's exit code is lost: {code:?}", played.place);
    let recorded = runs(&ended(scene, &played.place), "sh -c 'echo once >>ran.log; exit 7'");
    let expected = code == Some(7) && !played.says("not recorded");
    assert!(recorded == 1 || (recorded == 0 && !expected), "{}: the run is there {recorded} times", played.place);
}

/// A second `stop` finishes what the first began; only one that was through may find nothing to do.
fn stopped(scene: &Scene, played: &Played) {
    let stop = scene.journal(&["stop", "--no-input"]);
    let code = stop.status.code();
    assert!(matches!(code, Some(0 | 3)), "{}: stop says {}", played.place, String::from_utf8_lossy(&stop.stderr));
    let document = serde_json::from_str(&scene.ok(&["show", "--format", "json"])).unwrap();
    whole(scene, &document, &played.place);
}

/// The file is as it was or as it becomes, never anything between.
fn refreshed(scene: &Scene, played: &Played) {
    let path = &scene.journals().into_iter().find(|path| path.extension().is_some_and(|end| end == "md")).unwrap();
    let read = || fs::read_to_string(path).unwrap();
    let (first, mode) = (read(), std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).unwrap().permissions()) & 0o777);
    scene.ok(&["refresh"]);
    let last = read();
    assert!(last.contains("My own words.") && last.matches("said afterwards").count() == 1, "{}: {last}", played.place);
    let edited = fs::read_to_string(scene.root.join("edited.md")).unwrap();
    assert!(first == last || first == edited, "{}: {first}", played.place);
    assert!(first == last || !played.acknowledged, "{}: the file is not what was acknowledged", played.place);
    assert_eq!((mode, scene.journals().len()), (0o640, 1), "{}: {:?}", played.place, scene.journals());
}
