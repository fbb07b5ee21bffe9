//! `journal run`: the command behaves as if it were run bare, and what it did is in the document.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::world::{World, each};

const BINARY: &str = env!("CARGO_BIN_EXE_journal");

#[test]
fn streams_codes_and_words_are_those_of_the_bare_command() {
    let world = World::new();
    for session in [false, true] {
        if session {
            world.ok(&["start", "Try"]);
        }
        world.write("plain.txt", "no program\n");
        world.write("script", "echo run by $0\n");
        world.command("chmod", &world.repo).args(["+x", "script"]).status().unwrap();
        for (arguments, stdout, stderr, code) in [
            (&["sh", "-c", "echo out; echo err >&2; exit 3"][..], "out\n", "err\n", 3),
            (&["printf", "%s|", "a b", "", "$HOME", "--purpose"], "a b||$HOME|--purpose|", "", 0),
            (&["sh", "-c", "kill -TERM $$"], "", "", 143),
            (&["./script"], "run by ./script\n", "", 0),
            (&["no-such-program"], "", "journal: no-such-program: command not found\n", 127),
            (&["./no-such-file"], "", "journal: ./no-such-file: No such file or directory\n", 127),
            (&["./plain.txt"], "", "journal: ./plain.txt: Permission denied\n", 126),
        ] {
            let said = world.journal(&[&["run", "--"], arguments].concat());
            assert_eq!((said.code, said.stdout.as_str()), (code, stdout), "{arguments:?}: {}", said.stderr);
            let remark = "journal: no session is active here, so this run is not recorded (`journal start` begins one)\n";
            assert_eq!(said.stderr, format!("{}{stderr}", if session { "" } else { remark }), "{arguments:?}");
        }
    }
    let commands = &world.stop()["technical"]["commands"];
    assert_eq!(
        each(commands, "command"),
        [
            "sh -c 'echo out; echo err >&2; exit 3'",
            "printf '%s|' 'a b' '' '$HOME' --purpose",
            "sh -c 'kill -TERM $$'",
            "./script",
            "no-such-program",
            "./no-such-file",
            "./plain.txt"
        ]
    );
    let codes: Vec<_> = commands.as_array().unwrap().iter().map(|command| command["exit_code"].as_i64()).collect();
    assert_eq!(codes, [Some(3), Some(0), None, Some(0), None, None, None]);
    assert_eq!(commands[2]["signal"], 15);
}

/// Nothing stands between such a command and our stdout: not a pipe, and no copying.
#[cfg(target_os = "linux")]
#[test]
fn what_only_shows_text_writes_to_our_own_streams() {
    let world = World::new();
    world.ok(&["start", "Try"]);
    let file = world.root.join("stdout");
    for (command, is_ours) in [(["ls", "-l", "/proc/self/fd/1"], true), (["env", "readlink", "/proc/self/fd/1"], false)] {
        let mut run = world.command(BINARY, &world.repo);
        run.args(["run", "--"]).args(command).stdout(File::create(&file).unwrap());
        assert!(run.status().unwrap().success());
        let said = std::fs::read_to_string(&file).unwrap();
        assert_eq!(said.contains(file.to_str().unwrap()), is_ours, "{command:?}: {said}");
    }
}

#[test]
fn outside_a_repository_it_only_runs() {
    let world = World::new();
    let said = world.journal_in(&world.root, &["run", "--", "echo", "here"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, "here\n"));
    assert!(said.stderr.contains("not recorded"), "{}", said.stderr);
}

#[test]
fn only_what_others_commits_brought_is_others() {
    let world = World::new();
    world.git(&["switch", "-q", "-c", "work"]);
    world.git(&["switch", "-q", "main"]);
    world.write("cache.rs", "cached\n");
    world.commit("Theirs");
    world.git(&["switch", "-q", "work"]);
    world.write("todo.txt", "mine\n");
    world.ok(&["start", "Try"]);
    let output = "if [ -f ok ]; then echo '3 passed in 0.1s'; else echo '1 failed, 2 passed in 0.1s'; exit 1; fi";
    world.write("pytest", format!("#!/bin/sh\n{output}\n"));
    world.command("chmod", &world.repo).args(["+x", "pytest"]).status().unwrap();
    world.journal(&["run", "--", "./pytest"]);
    std::fs::remove_file(world.repo.join("todo.txt")).unwrap();
    world.git(&["rebase", "-q", "main"]);
    world.write("ok", "ok\n");
    world.journal(&["run", "--", "./pytest"]);
    world.stop();
    let text = world.journal_text();
    assert!(text.contains("changes that came from elsewhere in `cache.rs`)"), "{text}");
}

#[test]
fn red_to_green_and_stale_are_told() {
    let mut world = World::new();
    world.write("tests.sh", "grep -q fixed src/lib.rs && echo '3 passed, 0 failed' || { echo '2 passed, 1 failed'; exit 1; }\n");
    world.commit("Add tests");
    world.ok(&["start", "Fix it", "--type", "debugging"]);
    let red = world.later(10).journal(&["run", "--purpose", "See it fail", "--", "sh", "tests.sh"]);
    assert_eq!((red.code, red.stdout.as_str()), (1, "2 passed, 1 failed\n"));
    world.edit("src/lib.rs", "pub fn one", "// fixed\npub fn one");
    let commit = world.later(5).commit("Fix one");
    world.edit("config/app.toml", "port = 80", "port = 81");
    assert_eq!(world.later(5).journal(&["run", "--", "sh", "tests.sh"]).code, 0);
    world.write("README.md", "# Shop, documented\n");
    let fresh = world.ok(&["show", "--format", "json"]).json();
    let freshness = |document: &serde_json::Value| each(&document["testing"]["runs"], "freshness").join(" ");
    assert_eq!(freshness(&fresh), "stale documentation");
    world.edit("src/lib.rs", "    2\n", "    22\n");
    let document = world.later(5).stop();
    let runs = &document["testing"]["runs"];
    assert_eq!((freshness(&document), &runs[1]["stale"]), ("stale stale".into(), &true.into()));
    assert_eq!(runs[1]["changed_since"], serde_json::json!(["README.md", "src/lib.rs"]));
    let turn = &runs[1]["turn"];
    assert_eq!((&turn["kind"], &turn["failed"]), (&"fixed".into(), &1.into()));
    assert_eq!((&turn["commits"], &turn["paths"]), (&serde_json::json!([commit]), &serde_json::json!(["config/app.toml"])));
    let text = world.journal_text();
    for part in [
        "3 passed, 0 failed at 09:20 (1 failed at 09:10). **Stale**: 2 files changed since (`src/lib.rs`, `README.md`).",
        &format!("all 3 pass (failed at 09:10; between the two: `{}`, changes in `config/app.toml`)", &commit[..7]),
        "`sh tests.sh` failed at 09:10 and passes since 09:20 (3 tests), before the last 2 changed files.",
        "Observed: `sh tests.sh` failed at 09:10 (exit code 1)",
        "# See it fail\nsh tests.sh        # exit 1",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert_eq!(world.ok(&["show", "--format", "json"]).json(), document, "an ended session needs no snapshots");
}

#[test]
fn secrets_of_a_command_line_and_its_output_are_not_kept() {
    let world = World::new();
    let secret = ["sk_", "live_", "51H8aQwErTyUiOpAsDfGhJkLz"].concat();
    world.ok(&["start"]);
    let script = "echo 1 passed, 0 failed; echo key $1";
    let said = world.ok(&["run", "--purpose", &format!("try {secret}"), "--on", &secret, "--", "sh", "-c", script, "test", &secret]);
    assert!(said.stdout.contains(&secret), "what passes through stays as it is");
    world.stop();
    let found = world.command("grep", &world.repo).args(["-rl", &secret[8..], ".git/journal", "journal"]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&found.stdout), "");
}

#[test]
fn a_session_stopped_meanwhile_does_not_get_the_run() {
    let world = World::new();
    world.ok(&["start", "Short"]);
    let said = world.ok(&["run", "--", BINARY, "stop", "--no-input"]);
    assert!(said.stderr.contains("this run was not recorded: the session has ended"), "{}", said.stderr);
    assert!(world.ok(&["show", "--format", "json"]).json()["technical"]["commands"].as_array().unwrap().is_empty());
}

#[test]
fn a_child_uses_git_and_journal_itself() {
    let world = World::new();
    world.ok(&["start", "Nested"]);
    world.write("new.txt", "x\n");
    let script = format!("git add -A && git commit -qm Inside && {BINARY} note 'from inside' && {BINARY} run -- true");
    world.ok(&["run", "--", "sh", "-c", &script]);
    let document = world.stop();
    assert_eq!(each(&document["commits"], "subject"), ["Inside"]);
    assert_eq!(document["technical"]["commands"].as_array().unwrap().len(), 2);
}

#[test]
fn signals_are_passed_on_and_the_run_is_still_recorded() {
    let world = World::new();
    world.ok(&["start"]);
    let mut command = world.command(BINARY, &world.repo);
    command.args(["run", "--", "sh", "-c", "trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 0.05; done"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    read_until(&mut stdout, "ready");
    world.command("kill", &world.repo).args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert_eq!(read_until(&mut stdout, "bye").matches("bye").count(), 1);
    assert_eq!(child.wait().unwrap().code(), Some(5));
    assert_eq!(world.stop()["technical"]["commands"][0]["exit_code"], 5);
}

#[test]
fn what_a_command_leaves_running_is_not_waited_for() {
    let world = World::new();
    world.ok(&["start"]);
    let begun = Instant::now();
    let out = File::create(world.root.join("out")).unwrap();
    let mut command = world.command(BINARY, &world.repo);
    command.args(["run", "--", "sh", "-c", "(sleep 6; echo late) & echo early"]);
    assert!(command.stdout(out).status().unwrap().success());
    assert!(begun.elapsed() < Duration::from_millis(5500));
    assert_eq!(std::fs::read_to_string(world.root.join("out")).unwrap(), "early\n");
    wait_for(|| std::fs::read_to_string(world.root.join("out")).unwrap() == "early\nlate\n");
}

fn wait_for(mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(20), "it never came");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Reads until the text has come; a stream that ends or stays silent for long fails the test.
fn read_until(from: &mut (impl Read + AsFd), text: &str) -> String {
    read_on(from, String::new(), text)
}

/// The same, where something was read already.
fn read_on(from: &mut (impl Read + AsFd), mut seen: String, text: &str) -> String {
    let mut buffer = [0; 4096];
    while !seen.contains(text) {
        let patience = Timespec { tv_sec: 20, tv_nsec: 0 };
        let ready = poll(&mut [PollFd::new(&*from, PollFlags::IN)], Some(&patience)).unwrap();
        assert!(ready > 0, "nothing more after {seen:?}; waiting for {text:?}");
        match from.read(&mut buffer) {
            Ok(length) if length > 0 => seen.push_str(&String::from_utf8_lossy(&buffer[..length])),
            end => panic!("{end:?} before {text:?} in {seen:?}"),
        }
    }
    seen
}

/// A person's terminal with a shell in it, that has job control.
struct Terminal {
    screen: File,
    /// What was shown after the text that was last waited for.
    rest: String,
    shell: Child,
}

impl Terminal {
    fn open(world: &World) -> Self {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&ours).unwrap();
        unlockpt(&ours).unwrap();
        let name = ptsname(&ours, Vec::new()).unwrap();
        let theirs: OwnedFd = open(&name, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty()).unwrap();
        tcsetwinsize(&ours, Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
        let mut shell: Command = world.command("setsid", &world.repo);
        shell.args(["--ctty", "bash", "--norc", "--noprofile", "-i"]).env("PS1", "> ").env("TERM", "xterm").env("J", BINARY);
        shell.env("HISTFILE", "/dev/null");
        let side = || Stdio::from(theirs.try_clone().unwrap());
        let shell = shell.stdin(side()).stdout(side()).stderr(side()).spawn().unwrap();
        let mut terminal = Self { screen: File::from(ours), rest: String::new(), shell };
        terminal.see("> ");
        terminal
    }

    fn keys(&mut self, keys: &str) {
        self.screen.write_all(keys.as_bytes()).unwrap();
    }

    /// Types a line and reads on to the text that it must bring.
    fn line(&mut self, line: &str, text: &str) {
        self.keys(&format!("{line}\r"));
        self.see(text);
    }

    /// The same for a command that ends by itself: nothing is typed before the prompt is back.
    fn whole(&mut self, line: &str, text: &str) {
        self.line(line, text);
        self.see("> ");
    }

    fn see(&mut self, text: &str) {
        let seen = read_on(&mut self.screen, std::mem::take(&mut self.rest), text);
        self.rest = seen.split_once(text).map(|(_, rest)| rest.to_owned()).unwrap_or_default();
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.shell.kill().ok();
        self.shell.wait().ok();
    }
}

#[test]
fn on_a_terminal_the_command_has_one_of_its_own_with_the_same_settings() {
    let world = World::new();
    world.ok(&["start"]);
    let mut terminal = Terminal::open(&world);
    terminal.whole("stty -a >bare; $J run -- sh -c 'stty -a >run; test -t 0 && test -t 1 && test -t 2 && echo all; exit 7'", "all\r\n");
    terminal.whole("echo code=$?", "code=7");
    assert_eq!(world.read("bare"), world.read("run"));
    terminal.whole("stty -a >after; echo d'o'ne", "done");
    assert_eq!(world.read("bare"), world.read("after"), "the terminal is as it was");
    terminal.line("$J run -- sh -c 'read -p \"na\"\"me? \" x; echo \"hello $x\"'", "name? ");
    terminal.whole("Robin", "hello Robin");
    terminal.whole("$J run -- no-such-program; echo code=$?", "code=127");
}

#[test]
fn the_window_size_follows() {
    let world = World::new();
    let mut terminal = Terminal::open(&world);
    terminal.line("$J run -- sh -c 'trap \"stty size\" WINCH; stty size; while :; do sleep 0.05; done'", "24 80");
    tcsetwinsize(&terminal.screen, Winsize { ws_row: 30, ws_col: 99, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
    terminal.see("30 99");
    terminal.keys("\x03");
    terminal.see("> ");
    terminal.whole("echo code=$?", "code=130");
}

/// A command that says when it runs and when it runs again; typed, it shows neither word. It starts no other process: a shell that is
/// stopped while it does so may hang, bare as well.
const TOLD: &str = r#"bash -c 'trap "echo contin""ued" CONT; echo rea""dy; while :; do read -t 0.05; done'"#;

#[test]
fn ctrl_c_and_ctrl_z_work_as_bare() {
    let world = World::new();
    world.ok(&["start"]);
    let mut terminal = Terminal::open(&world);
    terminal.line(&format!("$J run -- {TOLD}"), "ready");
    terminal.keys("\x1a");
    terminal.see("Stopped");
    terminal.see("> ");
    terminal.whole("stty -a >stopped; $J note 'while it is stopped'; echo d'o'ne", "done");
    assert!(world.read("stopped").contains(" icanon"), "the shell got its terminal back");
    terminal.line("fg", "continued");
    terminal.keys("\x03");
    terminal.see("> ");
    terminal.whole("echo code=$?", "code=130");
    let document = world.stop();
    assert_eq!(document["technical"]["commands"][0]["signal"], 2);
}

/// Between its start and the moment in which a command stands in front of its terminal lies a call; a busy machine can make it long, and
/// here it is made so: it is the third of its kind that the leader makes. Needs `strace`.
#[test]
fn a_key_that_comes_too_early_waits_for_the_command() {
    let world = World::new();
    if world.command("strace", &world.repo).arg("-V").stdout(Stdio::null()).status().is_err() {
        eprintln!("strace is not installed: nothing was slowed down");
        return;
    }
    let mut terminal = Terminal::open(&world);
    let slow = "strace -D -f -qq -o /dev/null -e trace=ioctl -e inject=ioctl:delay_enter=1500000:when=3 $J run --";
    terminal.line(&format!("{slow} {TOLD}"), "ready");
    terminal.keys("\x1a");
    terminal.see("Stopped");
    terminal.see("> ");
    terminal.line("fg", "continued");
    terminal.keys("\x03");
    terminal.see("> ");
    terminal.whole("echo code=$?", "code=130");
}

/// A runner that prints its totals on both streams, and whether they are terminals.
fn runner(world: &World) {
    let script = "#!/bin/sh\necho 'test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s'\n\
                  echo 'Tests:       2 passed, 2 total' >&2\n[ -t 1 ] && echo out\n[ -t 2 ] && echo err >&2\n(sleep 0.4; echo late) &\n";
    for name in ["cargo", "jest"] {
        world.write(&format!("bin/{name}"), script);
        std::fs::set_permissions(world.repo.join("bin").join(name), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }
}

#[test]
fn tests_are_heard_where_only_some_streams_are_terminals() {
    let world = World::new();
    runner(&world);
    world.ok(&["start"]);
    let mut terminal = Terminal::open(&world);
    terminal.whole("PATH=$PWD/bin:$PATH; stty -a >bare; echo s'e't", "set\r\n");
    // a process that was left behind still reaches the terminal
    for (line, shown) in [
        ("$J run -- cargo test 2>log", &["out\r\n", "late\r\n"][..]),
        ("$J run -- jest | cat >log", &["err\r\n"]),
        ("$J run -- cargo test <log", &["out\r\n", "err\r\n", "late\r\n"]),
    ] {
        terminal.keys(&format!("{line}; sleep 0.8; echo d'o'ne\r"));
        shown.iter().for_each(|text| terminal.see(text));
        terminal.see("done\r\n");
        terminal.see("> ");
    }
    terminal.whole("stty -a >after; echo d'o'ne", "done\r\n");
    assert_eq!(world.read("bare"), world.read("after"), "the terminal is as it was");
    let document = world.stop();
    let runs = document["testing"]["runs"].as_array().unwrap();
    let counts: Vec<_> = runs.iter().map(|run| (run["runner"].as_str().unwrap_or_default(), run["passed"].as_i64())).collect();
    assert_eq!(counts, [("cargo test", Some(3)), ("Jest", Some(2)), ("cargo test", Some(3))]);
}

#[test]
fn a_job_in_the_background_leaves_the_terminal_alone() {
    let world = World::new();
    let mut terminal = Terminal::open(&world);
    terminal.whole("$J run -- sleep 0.3 & echo prompt is th'e're", "prompt is there");
    terminal.whole("stty -a >now; wait; echo d'o'ne", "done");
    assert!(world.read("now").contains(" icanon"));
}

#[test]
fn counts_come_from_the_reports_that_this_run_wrote() {
    let world = World::new();
    let report = "<testsuite><testcase name='a'/><testcase name='b'><skipped/></testcase><testcase name='c'/></testsuite>";
    world.write("report.xml", report);
    let script = "#!/bin/sh\nfolder=build/test-results/test\n[ -d $folder ] || { mkdir -p $folder; cat report.xml > $folder/TEST-a.xml; }\necho BUILD SUCCESSFUL\n";
    world.write("gradlew", script);
    world.command("chmod", &world.repo).args(["+x", "gradlew"]).status().unwrap();
    world.ok(&["start", "Try"]);
    world.ok(&["run", "--", "./gradlew", "test"]);
    std::thread::sleep(Duration::from_millis(50)); // further than a file's time may lag behind the clock
    world.ok(&["run", "--", "./gradlew", "test"]);
    let runs = &world.stop()["testing"]["runs"];
    let counts: Vec<_> = runs.as_array().unwrap().iter().map(|run| (run["passed"].as_u64(), run["skipped"].as_u64())).collect();
    assert_eq!(counts, [(Some(2), Some(1)), (None, None)]);
}

#[test]
fn systems_are_those_that_commands_touched() {
    let world = World::new();
    world.ok(&["start", "Try"]);
    world.ok(&["run", "--on", "web1", "--", "true"]);
    world.journal(&["run", "--", "sh", "-c", "no-such-program; git status"]);
    world.journal(&["run", "--", "git", "push"]); // there is no remote: it fails
    let document = world.stop();
    assert_eq!(each(&document["technical"]["systems"], "name"), ["web1"]);
}
