//! `journal shell`: prints what a shell reads at its start to record the commands of a session; and is what that then runs.
//!
//! The shell itself finds out whether a session runs, and starts nothing where none does. `shell-record` runs beside the prompt: it appends one
//! record, says nothing, and always succeeds.

use std::io::Read;
use std::path::PathBuf;

use chrono::{DateTime, TimeDelta};

use crate::cli::{Shell, ShellKind, ShellRecord};
use crate::commands::run::within;
use crate::commands::{Environment, Report};
use crate::error::Result;
use crate::event::{Fact, Ran, Via};
use crate::git::hooks::git_dirs;
use crate::log::{Durability, Log};
use crate::secrets;
use crate::session_store::{Sessions, event, whole_second};
use crate::settings::Settings;

/// Longer lines are no commands but data; they are cut.
const LONGEST: u64 = 1024 * 1024;

pub(super) fn run(arguments: &Shell) -> Result<Report> {
    let script = match arguments.shell {
        ShellKind::Bash => include_str!("../../hooks/shell.bash"),
        ShellKind::Zsh => include_str!("../../hooks/shell.zsh"),
        ShellKind::Fish => include_str!("../../hooks/shell.fish"),
    };
    let program = std::env::current_exe()?;
    let quoted = match arguments.shell {
        ShellKind::Fish => format!("'{}'", program.to_string_lossy().replace('\\', "\\\\").replace('\'', "\\'")),
        _ => format!("'{}'", program.to_string_lossy().replace('\'', r"'\''")),
    };
    Ok(Report::document(script.replace("@program@", &quoted)))
}

pub(super) fn record(arguments: &ShellRecord, env: &Environment) -> Result<Report> {
    let _ = recorded(arguments, env); // the prompt is not the place to complain
    Ok(Report::default())
}

fn recorded(arguments: &ShellRecord, env: &Environment) -> Option<()> {
    let cwd = arguments.cwd.canonicalize().ok()?;
    let git_dirs = git_dirs::find(&cwd, None)?;
    let log = Sessions::at(&git_dirs.git_dir, &git_dirs.common_dir).active_log()?;
    let worktree = cwd.ancestors().find(|folder| folder.join(".git").exists())?;
    let mut line = Vec::new();
    std::io::stdin().take(LONGEST).read_to_end(&mut line).ok()?;
    let line = String::from_utf8_lossy(&line);
    let line = line.trim_end_matches('\n');
    let settings = Settings::read(worktree, env.user_settings.as_deref(), env.folder.clone()).ok()?;
    if is_private(line) || is_ours(line) || settings.commands.ignores(line) {
        return None;
    }
    let ran = ran(line, &log, within(&cwd, worktree), arguments, env)?;
    let ended = ran.started + TimeDelta::milliseconds(arguments.milliseconds);
    log.append(&event(ended.min(env.now), Fact::Ran(Box::new(ran))), Durability::Buffered).ok()
}

fn ran(line: &str, log: &Log, cwd: String, arguments: &ShellRecord, env: &Environment) -> Option<Ran> {
    let (command, attachment) = log.fitted(secrets::masked(line)).ok()?;
    let length = TimeDelta::milliseconds(arguments.milliseconds.clamp(0, i64::from(u32::MAX)));
    let stated = arguments.started.and_then(DateTime::from_timestamp_micros).map(|at| at.with_timezone(env.now.offset()));
    // the time of now is a whole second, of which the command may have ended in any part
    let second = TimeDelta::seconds(1);
    let started =
        stated.filter(|at| *at < env.now + second).unwrap_or((env.now + second - TimeDelta::milliseconds(1) - length).min(env.now));
    Some(Ran {
        command,
        attachment,
        cwd,
        started: whole_second(started),
        seconds: length.as_seconds_f64(),
        exit_code: (!ends_in_background(line)).then_some(arguments.status), // a signal reads like an exit code above 128 here
        signal: None,
        via: Via::Shell,
        purpose: None,
        system: None,
        tree: None,
        tail: None,
        results: None,
    })
}

/// Of a command left in the background only its start is known: the shell tells nothing of its end, fish not even zero.
fn ends_in_background(line: &str) -> bool {
    let line = line.trim_end();
    line.ends_with('&') && !line.ends_with("&&") && !line.ends_with("\\&")
}

/// A line that begins with a blank is not to be remembered, as shells have it.
fn is_private(line: &str) -> bool {
    line.is_empty() || line.starts_with(char::is_whitespace)
}

/// Our own commands record themselves.
fn is_ours(line: &str) -> bool {
    const BEFORE: [&str; 6] = ["command", "exec", "time", "nohup", "env", "builtin"];
    let assignment =
        |word: &str| word.split_once('=').is_some_and(|(name, _)| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'));
    let program = line.split_whitespace().find(|word| !BEFORE.contains(word) && !assignment(word));
    program.is_some_and(|word| PathBuf::from(word).file_name().is_some_and(|name| name == "journal"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_on_in_the_background_has_no_end_yet() {
        for (line, background) in [("make test &", true), ("make test & ", true), ("make && make test", false), ("echo a \\&", false)] {
            assert_eq!(ends_in_background(line), background, "{line}");
        }
    }

    #[test]
    fn private_lines_and_our_own_commands_are_known() {
        for (line, skipped) in [
            ("make test", false),
            (" make test", true),
            ("", true),
            ("journal note x", true),
            ("JOURNAL_NOW=x /usr/local/bin/journal stop", true),
            ("time journal run -- make", true),
            ("journalctl -u nginx", false),
            ("cat journal", false),
        ] {
            assert_eq!(is_private(line) || is_ours(line), skipped, "{line}");
        }
    }
}
