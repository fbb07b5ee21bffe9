//! Movements of HEAD, from the reflog of this worktree, and what else git keeps in files beside its refs.
//!
//! Reads the log's file where there is one; where refs are kept otherwise (reftable), asks git. Decides nothing.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use chrono::{DateTime, FixedOffset};

use super::command::Git;
use crate::attribution::reflog::LogEntry;
use crate::change::{Oid, WorktreeState};
use crate::error::Breakdown;

/// The reflog of a ref, oldest entry first; empty where there is none. `HEAD` is this worktree's.
pub fn reflog(git: &Git, name: &str) -> Result<Vec<LogEntry>> {
    recorded(git, name, &git_path(git, &format!("logs/{name}"))?)
}

/// The same of several refs; git is asked at once where they are, of so many as a command line holds.
pub(super) fn reflogs(git: &Git, names: &[&str]) -> Result<Vec<Vec<LogEntry>>> {
    const AT_ONCE: usize = 500;
    let mut out = Vec::new();
    for names in names.chunks(AT_ONCE) {
        let asked = names.iter().flat_map(|name| ["--git-path".to_owned(), format!("logs/{name}")]);
        let paths = git.text(["rev-parse", "--path-format=absolute"].map(str::to_owned).into_iter().chain(asked))?;
        for (name, path) in names.iter().zip(paths.lines()) {
            out.push(recorded(git, name, Path::new(path))?);
        }
    }
    Ok(out)
}

fn recorded(git: &Git, name: &str, path: &Path) -> Result<Vec<LogEntry>> {
    match std::fs::read(path).with_context(|| format!("could not read {}", path.display())) {
        Ok(bytes) => Ok(parsed(&bytes)),
        Err(error) if Breakdown::behind(&error).is_some() => Err(error),
        Err(_) => asked(git, name),
    }
}

/// The entries of a reflog's file; none where it cannot be read.
pub(super) fn read_log(path: &Path) -> Option<Vec<LogEntry>> {
    std::fs::read(path).ok().map(|bytes| parsed(&bytes))
}

fn parsed(bytes: &[u8]) -> Vec<LogEntry> {
    let mut end = 0;
    let entry = |row: &[u8]| {
        let start = end;
        end += row.len() as u64;
        Some(LogEntry { bytes: Some(start..end), ..parse(row.strip_suffix(b"\n").unwrap_or(row))? })
    };
    bytes.split_inclusive(|&b| b == b'\n').filter_map(entry).collect()
}

/// Where git keeps a file: what belongs to the worktree lies in its own directory, of the rest git is asked.
pub(super) fn git_path(git: &Git, name: &str) -> Result<PathBuf> {
    if ["logs/HEAD", "rebase-merge", "rebase-apply"].contains(&name) {
        return Ok(git.git_dir().join(name));
    }
    Ok(PathBuf::from(git.text(["rev-parse", "--path-format=absolute", "--git-path", name])?))
}

/// `OLD NEW NAME <ADDRESS> SECONDS OFFSET\tMESSAGE`
fn parse(row: &[u8]) -> Option<LogEntry> {
    let text = String::from_utf8_lossy(row);
    let (head, message) = text.split_once('\t').unwrap_or((&text, ""));
    let (old, rest) = head.split_once(' ')?;
    let (new, who) = rest.split_once(' ')?;
    let mut words = who.rsplit(' ');
    let (offset, seconds) = (words.next(), words.next());
    Some(LogEntry { old: Oid::new(old), new: Oid::new(new), at: time(seconds?, offset?), message: message.to_owned(), bytes: None })
}

fn time(seconds: &str, offset: &str) -> Option<DateTime<FixedOffset>> {
    let (sign, digits) = offset.split_at_checked(1)?;
    let digits: i32 = digits.parse().ok().filter(|_| digits.len() == 4)?;
    let east = (digits / 100 * 3600 + digits % 100 * 60) * if sign == "-" { -1 } else { 1 };
    let utc = DateTime::from_timestamp(seconds.parse().ok()?, 0)?;
    Some(utc.with_timezone(&FixedOffset::east_opt(east)?))
}

/// Git lists the newest first and does not say where each movement came from: from where the one before it went.
fn asked(git: &Git, name: &str) -> Result<Vec<LogEntry>> {
    let output = git.run(["log", "-g", "--date=raw", "--format=%H%x00%gd%x00%gs", name, "--"])?;
    if !output.ok() {
        return Ok(Vec::new());
    }
    let mut out: Vec<LogEntry> = Vec::new();
    for row in output.text().lines().rev() {
        let mut fields = row.split('\0');
        let (Some(new), Some(selector), Some(message)) = (fields.next(), fields.next(), fields.next()) else {
            continue;
        };
        let when = selector.rsplit_once("@{").map_or("", |(_, date)| date.trim_end_matches('}'));
        let at = when.split_once(' ').and_then(|(seconds, offset)| time(seconds, offset));
        let new = Oid::new(new);
        let old = out.last().map_or_else(|| Oid::new("0".repeat(new.as_str().len())), |e| e.new);
        out.push(LogEntry { old, new, at, message: message.to_owned(), bytes: None });
    }
    Ok(out)
}

/// The first entry that the start did not know; none where its newest entry is not found any more.
pub(super) fn since(all: &[LogEntry], start: &WorktreeState) -> Option<usize> {
    let Some(last) = &start.reflog_last else { return Some(0) };
    let at = |i: usize| all.get(i).is_some_and(|entry| entry.line() == *last);
    match start.reflog.checked_sub(1).filter(|i| at(*i)) {
        Some(i) => Some(i + 1),
        None => (0..all.len()).rev().find(|i| at(*i)).map(|i| i + 1),
    }
}

/// Name and address of whoever commits here as git would write them; empty where it knows none.
pub(super) fn identity(git: &Git, role: &str) -> Result<String> {
    let line = git.run(["var", &format!("GIT_{role}_IDENT")])?.text();
    Ok(line.rsplitn(3, ' ').last().unwrap_or_default().to_owned())
}

/// The commit in which a rebase or a merge that stopped in the middle keeps the worktree's changes.
pub fn autostash(git: &Git) -> Result<Option<Oid>> {
    let of_merge = git.git_dir().join("MERGE_AUTOSTASH");
    Ok(ids(&rebase_directory(git)?.map_or(of_merge, |directory| directory.join("autostash"))).pop())
}

/// Whether git is in the middle of a merge, rebase, cherry-pick, revert or series of patches. Where refs are not files, a merge is known by
/// what else it leaves.
pub fn is_under_way(git: &Git) -> bool {
    const LEFT: [&str; 5] = ["MERGE_HEAD", "MERGE_MODE", "CHERRY_PICK_HEAD", "REVERT_HEAD", "sequencer"];
    LEFT.iter().any(|name| git.git_dir().join(name).exists()) || matches!(rebase_directory(git), Ok(Some(_)))
}

/// What git says in the log of a remote-tracking branch that it moved by a push from here.
pub(super) const PUSHED: &str = "update by push";

/// What was fetched last and may have no ref.
pub(super) fn fetched(git: &Git) -> Vec<Oid> {
    ids(&git.git_dir().join("FETCH_HEAD"))
}

/// The object ids in a file, at the beginnings of its lines or alone; none where there is no such file.
pub(super) fn ids(file: &Path) -> Vec<Oid> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.split_whitespace().filter(|word| word.len() >= 40 && word.bytes().all(|b| b.is_ascii_hexdigit())).map(Oid::new).collect()
}

/// Where a rebase that stopped in the middle keeps its state. One that could not clear the worktree never began: it left nothing there but
/// the name of the copy that it had made, and git does not bring that back.
pub(super) fn rebase_directory(git: &Git) -> Result<Option<PathBuf>> {
    for name in ["rebase-merge", "rebase-apply"] {
        let directory = git_path(git, name)?;
        let mut entries = std::fs::read_dir(&directory).into_iter().flatten().flatten();
        if entries.any(|entry| entry.file_name() != "autostash") {
            return Ok(Some(directory));
        }
    }
    Ok(None)
}
