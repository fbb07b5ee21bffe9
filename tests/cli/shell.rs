//! The shell integration, in real shells, and commands that are forgotten.

use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::world::World;

/// Commands in the log: line, folder, exit code.
fn recorded(world: &World) -> Vec<(String, String, i64)> {
    let folder = world.repo.join(".git/journal/sessions");
    let Some(session) = std::fs::read_dir(folder).ok().and_then(|mut all| all.next()) else { return Vec::new() };
    let log = std::fs::read_to_string(session.unwrap().path().join("events.jsonl")).unwrap();
    let events = log.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok()).filter(|event| event["kind"] == "ran");
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    events.map(|event| (text(&event["command"]), text(&event["cwd"]), event["exit_code"].as_i64().unwrap_or(-1))).collect()
}

/// Types lines into an interactive shell and gives what it printed.
fn typed(world: &World, shell: &[&str], cwd: &Path, lines: &[&str]) -> String {
    let mut command = world.command(shell[0], cwd);
    command.args(&shell[1..]).env("HISTCONTROL", "ignoreboth").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let text = lines.join("\n") + "\n";
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    String::from_utf8_lossy(&child.wait_with_output().unwrap().stdout).into_owned()
}

/// Waits for records that are written beside the prompt.
fn wait_for(world: &World, number: usize) -> Vec<(String, String, i64)> {
    let end = Instant::now() + Duration::from_secs(20);
    while recorded(world).len() < number && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(20));
    }
    recorded(world)
}

fn line_of(name: &str) -> String {
    format!("eval \"$('{}' shell {name})\"", env!("CARGO_BIN_EXE_journal"))
}

/// Runs the same session in a shell that reads lines as bash does.
fn commands_are_recorded(shell: &[&str], name: &str) {
    let world = World::new();
    world.write("sub/x", "");
    let integration = line_of(name);
    typed(&world, shell, &world.repo, &[&integration, "echo before"]);
    world.ok(&["start", "Typed"]);
    let out = typed(
        &world,
        shell,
        &world.repo,
        &[
            &integration, "setopt histignorespace 2>/dev/null", "false", "echo \"code=$?\"", "echo a 'b  c'", "echo \"last=$_\"",
            " echo hidden", "echo twice", "echo twice", "for i in 1 2; do", "echo $i", "done", "journal status", "cd sub", "(exit 3)",
            "cd /", "echo outside",
        ],
    );
    assert!(out.contains("code=1\n") && out.contains("last=b  c\n") && out.contains("hidden"), "{out}");
    let mut found = wait_for(&world, 11);
    found.retain(|(line, ..)| !line.starts_with("setopt"));
    let codes =
        |wanted: &str| found.iter().filter(|(line, ..)| line == wanted).map(|(_, cwd, code)| (cwd.as_str(), *code)).collect::<Vec<_>>();
    assert_eq!(codes("false"), [("", 1)]);
    assert_eq!(codes("echo twice"), [("", 0), ("", 0)]);
    assert_eq!((codes("cd sub"), codes("(exit 3)"), codes("cd /")), (vec![("", 0)], vec![("sub", 3)], vec![("sub", 0)]));
    assert!(found.iter().any(|(line, ..)| line.starts_with("for i in 1 2; do") && line.ends_with("done")), "{found:?}");
    let not = |word: &str| found.iter().all(|(line, ..)| !line.contains(word));
    assert!(not("hidden") && not("before") && not("outside") && not("journal"), "{found:?}");
}

#[test]
fn bash_records_what_is_typed() {
    commands_are_recorded(&["bash", "--norc", "-i"], "bash");
}

/// The history is read for a line that stands there, never for one that was kept out of it.
#[test]
fn bash_records_no_line_of_its_history_for_one_that_is_not_there() {
    let world = World::new();
    world.write("history", "rm -rf precious\n");
    world.ok(&["start", "Typed"]);
    let lines = [
        "HISTFILE=$PWD/history HISTCONTROL=ignorespace; history -r",
        &line_of("bash"),
        " echo hidden",
        "make sure",
        " make sure",
        "make sure",
        "sleep 0 &",
    ];
    typed(&world, &["bash", "--norc", "-i"], &world.repo, &lines);
    let found = wait_for(&world, 3);
    let mut lines: Vec<_> = found.iter().map(|(line, ..)| line.as_str()).collect();
    lines.sort_unstable(); // each is recorded beside the prompt, in an order of its own
    assert_eq!(lines, ["make sure", "make sure", "sleep 0 &"]);
}

/// Only where it is installed.
#[test]
fn zsh_records_what_is_typed() {
    let there = std::process::Command::new("zsh").args(["-f", "-c", "zmodload zsh/datetime"]).output();
    if there.is_ok_and(|output| output.status.success()) {
        commands_are_recorded(&["zsh", "-d", "-f", "-i"], "zsh");
    }
}

#[test]
fn worktrees_have_their_own_sessions_and_other_traps_go_on() {
    let world = World::new();
    world.git(&["worktree", "add", "-q", "../linked", "-b", "side"]);
    let linked = world.root.join("linked");
    assert_eq!(world.journal_in(&linked, &["start", "Linked"]).code, 0);
    let lines = [
        "trap 'seen=$((seen+1))' DEBUG",
        "PROMPT_COMMAND='prompted=$?'",
        &line_of("bash"),
        "false",
        "echo \"prompted=$prompted seen=$((seen > 1))\"",
    ];
    let out = typed(&world, &["bash", "--norc", "-i"], &linked, &lines);
    assert!(out.contains("prompted=1 seen=1"), "{out}");
    typed(&world, &["bash", "--norc", "-i"], &world.repo, &[&line_of("bash"), "echo in main"]);
    let found = wait_for(&world, 2);
    assert_eq!(found.iter().map(|(line, ..)| line.as_str()).filter(|line| *line == "false").count(), 1, "{found:?}");
    assert!(found.iter().all(|(line, ..)| line != "echo in main"), "{found:?}");
}

/// What the shell's script starts after a command.
/// A prompt of others that times commands by the trap was there first: it must go on being told.
#[test]
fn a_trap_that_was_there_before_goes_on() {
    let world = World::new();
    world.ok(&["start", "Typed"]);
    let lines = ["trap 'seen=$((seen+1))' DEBUG", &line_of("bash"), "seen=0", "true", "true", "echo \"seen=$seen\""];
    let out = typed(&world, &["bash", "--norc", "--noprofile", "-i"], &world.repo, &lines);
    let seen: u32 = out.lines().find_map(|line| line.strip_prefix("seen=")?.parse().ok()).unwrap_or_default();
    assert!(seen >= 2, "{out}");
    assert!(wait_for(&world, 4).iter().any(|(line, ..)| line == "true"));
}

fn ran(world: &World, line: &str) {
    ran_for(world, line, "1500");
}

fn ran_for(world: &World, line: &str, milliseconds: &str) {
    let mut command = world.command(env!("CARGO_BIN_EXE_journal"), &world.repo);
    command.args(["shell-record", "--milliseconds", milliseconds, "--status", "0", "--cwd"]).arg(&world.repo);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(line.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
}

#[test]
fn what_was_typed_within_one_second_stands_in_the_order_typed() {
    let world = World::new();
    world.ok(&["start"]);
    let mut expected = Vec::new();
    for (line, milliseconds) in [("kubectl apply -f a.yaml", "20"), ("make deploy", "700"), ("kubectl rollout status app", "10")] {
        ran_for(&world, line, milliseconds);
        expected.push(line);
    }
    let commands = &world.stop()["technical"]["commands"];
    assert_eq!(crate::world::each(commands, "command"), expected);
    assert!(crate::world::each(commands, "at").iter().all(|at| at.starts_with("2026-11-22T09:00:00")), "{commands}");
}

#[test]
fn lines_are_masked_and_ignored_as_set() {
    let mut world = World::new();
    world.write(".journal.toml", "[commands]\nignore = [\"vault *\"]\n");
    world.ok(&["start"]);
    world.later(1);
    let token = format!("ghp_{}", "a1B2".repeat(9));
    let long = format!("echo {}", "word ".repeat(2000));
    for line in ["vault read x", &format!("curl -H 'Authorization: Bearer {token}' x"), &long] {
        ran(&world, line);
    }
    let found = recorded(&world);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].0.contains("masked") && !found[0].0.contains(&token), "{found:?}");
    assert!(found[1].0.ends_with('…') && found[1].0.len() < 2100);
    let listed = world.ok(&["forget"]).stdout;
    assert!(listed.contains("   1  09:00  curl") && listed.contains("   2  09:00  echo word"), "{listed}");
}

#[test]
fn what_is_forgotten_is_gone_from_the_disk() {
    let mut world = World::new();
    world.ok(&["start"]);
    world.later(1);
    let long = format!("echo {}", "unforgettable ".repeat(500));
    for line in ["make one", "make two", "ssh web1 uptime", &long, "ls"] {
        ran(&world, line);
    }
    let session = std::fs::read_dir(world.repo.join(".git/journal/sessions")).unwrap().next().unwrap().unwrap().path();
    let attachments = || std::fs::read_dir(session.join("attachments")).unwrap().count();
    let before = attachments();
    assert_eq!(world.journal(&["forget", "nothing like it"]).code, 3);
    assert_eq!(world.journal(&["forget", "9"]).code, 3);
    world.ok(&["forget", "1", "ssh * uptime"]);
    world.ok(&["forget", "unforgettable"]);
    world.ok(&["forget", "--last"]);
    assert_eq!(recorded(&world).iter().map(|(line, ..)| line.as_str()).collect::<Vec<_>>(), ["make two"]);
    let log = std::fs::read_to_string(session.join("events.jsonl")).unwrap();
    assert!(!log.contains("unforgettable") && !log.contains("ssh web1") && !log.contains("make one"), "{log}");
    assert_eq!(attachments(), before - 1);
    let document = world.stop();
    assert!(!document["derived"]["notices"].to_string().contains("damaged"), "{}", document["derived"]);
}
