//! Movements of HEAD, from the reflog of this worktree, and with them all that attribution knows before it reads objects.
//!
//! Reads the log's file where there is one; where refs are kept otherwise (reftable), asks git. Decides nothing.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use anyhow::Result;
use chrono::{DateTime, FixedOffset};

use super::command::Git;
use super::store::Store;
use super::unrecorded::{self, FilledHistory};
use crate::attribution::objects::Objects;
use crate::attribution::reflog::{Class, LogEntry, classify};
use crate::attribution::{Brought, Graph, History, Pending, Unfinished};
use crate::change::{Heads, Oid, RepoPath, WorktreeState};

/// The reflog of a ref, oldest entry first; empty where there is none. `HEAD` is this worktree's.
pub fn reflog(git: &Git, name: &str) -> Result<Vec<LogEntry>> {
    let path = git_path(git, &format!("logs/{name}"))?;
    read_log(&path).map_or_else(|| asked(git, name), Ok)
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
        let old = out.last().map_or_else(|| Oid::new("0".repeat(new.as_str().len())), |e| e.new.clone());
        out.push(LogEntry { old, new, at, message: message.to_owned(), bytes: None });
    }
    Ok(out)
}

/// Everything about the session between two standpoints that is known without looking into trees. `heads`: where hooks saw
/// HEAD, for where the reflog is silent.
pub fn history(git: &Git, start: &WorktreeState, end: &WorktreeState, heads: Option<&Heads>) -> Result<History> {
    let all = reflog(git, "HEAD")?;
    let from = since(&all, start);
    let recorded = &all[from.unwrap_or(all.len())..];
    let FilledHistory { log, basis, fetched } = unrecorded::filled_in(git, start, end, recorded, heads)?;
    let before = &all[..from.unwrap_or(0)];
    let rebasing = rebase_directory(git)?.is_some();
    let pending = pending(git, rebasing);
    let graph = appeared(git, start, end, &log, pending.as_ref())?;
    let mut history = History {
        start: start.clone(),
        end: end.clone(),
        basis,
        fetched,
        graph,
        open_rebase: open_rebase(before, &log, rebasing),
        rebased: rebased(git, &log)?,
        rebasing,
        pending,
        dropped_stashes: Vec::new(),
        unmerged: unmerged(git, end)?,
        backward: HashSet::new(),
        older: HashMap::new(),
        identity: String::new(),
        peeled: HashMap::new(),
        log,
    };
    history.backward = backward(git, &history)?;
    // asking git costs a process: only where a movement may have brought in what others made
    if history.log.iter().any(|entry| !matches!(classify(&entry.message), Class::Commit | Class::Amend)) {
        history.identity = identity(git, "AUTHOR")?;
    }
    history.older = older(git, &history)?;
    Ok(history)
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

/// The commits that no ref reached at the start.
fn appeared(git: &Git, start: &WorktreeState, end: &WorktreeState, log: &[LogEntry], pending: Option<&Pending>) -> Result<Graph> {
    let moved = log.iter().flat_map(|entry| [&entry.old, &entry.new]);
    let refs = end.refs.iter().map(|(_, id)| id);
    let coming = pending.into_iter().flat_map(|pending| pending.what.brings());
    // what was copied may have no ref any more, or never had one
    let copies = log.iter().any(|entry| matches!(classify(&entry.message), Class::Pick | Class::Replay));
    let fetched = if copies { fetched(git) } else { Vec::new() };
    let tips = moved.chain(refs).chain(&end.stashes).chain(&end.head).chain(&end.autostash).chain(coming).chain(&fetched);
    let tips: HashSet<&Oid> = tips.filter(|id| !id.is_null()).collect();
    let known: HashSet<&Oid> =
        start.refs.iter().map(|(_, id)| id).chain(&start.head).chain(&start.stashes).chain(&start.autostash).collect();
    let mut revisions = String::new();
    tips.difference(&known).for_each(|id| revisions.push_str(&format!("{id}\n")));
    if revisions.is_empty() {
        return Ok(Graph::default());
    }
    known.iter().for_each(|id| revisions.push_str(&format!("^{id}\n")));
    let arguments = ["rev-list", "--parents", "--ignore-missing", "--stdin"];
    let output = git.run_with_input(arguments.iter().chain(copies.then_some(&"--reflog")), revisions.as_bytes())?;
    anyhow::ensure!(output.ok(), "git rev-list failed: {}", output.stderr);
    Ok(Graph::new(output.text().lines().filter_map(|row| {
        let mut ids = row.split(' ').map(Oid::new);
        Some((ids.next()?, ids.collect()))
    })))
}

/// The commit in which a rebase or a merge that stopped in the middle keeps the worktree's changes.
pub fn autostash(git: &Git) -> Result<Option<Oid>> {
    let of_merge = git.git_dir().join("MERGE_AUTOSTASH");
    Ok(ids(&rebase_directory(git)?.map_or(of_merge, |directory| directory.join("autostash"))).pop())
}

/// Whether git is in the middle of a merge, rebase, cherry-pick, revert or series of patches. Where refs are not files, a merge is known by
/// what else it leaves.
pub fn is_under_way(git: &Git) -> bool {
    const LEFT: [&str; 7] = ["MERGE_HEAD", "MERGE_MODE", "CHERRY_PICK_HEAD", "REVERT_HEAD", "sequencer", "rebase-merge", "rebase-apply"];
    LEFT.iter().any(|name| git.git_dir().join(name).exists())
}

/// What git has begun and not concluded.
fn pending(git: &Git, rebasing: bool) -> Option<Pending> {
    let in_table = git.git_dir().join("reftable").is_dir();
    let named = |name: &str| match ids(&git.git_dir().join(name)) {
        none if none.is_empty() && in_table => git.text(["rev-parse", "--quiet", "--verify", name]).map(Oid::new).into_iter().collect(),
        found => found,
    };
    let (merged, mut picked, mut copied) = (named("MERGE_HEAD"), named("CHERRY_PICK_HEAD"), named("REBASE_HEAD"));
    // a rebase that stopped to let a commit be edited has made it
    let made = git.git_dir().join("rebase-merge/amend").exists();
    let what = if !merged.is_empty() {
        Unfinished::Merge(merged)
    } else if let Some(source) = picked.pop() {
        Unfinished::Pick(source)
    } else if let Some(source) = copied.pop().filter(|_| rebasing && !made) {
        Unfinished::Rebase(source)
    } else if !named("REVERT_HEAD").is_empty() {
        Unfinished::Revert
    } else if git.git_dir().join("BISECT_START").exists() {
        Unfinished::Bisect
    } else {
        return None;
    };
    Some(Pending { what, written: named("AUTO_MERGE").pop() })
}

/// Paths that the index holds in several versions because a conflict in them is not resolved.
fn unmerged(git: &Git, end: &WorktreeState) -> Result<Vec<RepoPath>> {
    // only an index with conflicts has no tree
    if end.index.is_some() {
        return Ok(Vec::new());
    }
    let listed = git.run(["ls-files", "--unmerged", "-z"])?;
    let path = |row: RepoPath| row.as_bytes().iter().position(|&byte| byte == b'\t').map(|tab| RepoPath::new(&row.as_bytes()[tab + 1..]));
    let mut paths: Vec<RepoPath> = listed.paths().filter_map(path).collect();
    paths.dedup(); // one row a version
    Ok(paths)
}

/// What was fetched last and may have no ref.
pub(super) fn fetched(git: &Git) -> Vec<Oid> {
    ids(&git.git_dir().join("FETCH_HEAD"))
}

/// The object ids in a file, at the beginnings of its lines or alone; none where there is no such file.
pub(super) fn ids(file: &Path) -> Vec<Oid> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.split_whitespace().filter(|word| word.len() >= 40 && word.bytes().all(|b| b.is_ascii_hexdigit())).map(Oid::new).collect()
}

/// Where a rebase that stopped in the middle keeps its state.
fn rebase_directory(git: &Git) -> Result<Option<PathBuf>> {
    for name in ["rebase-merge", "rebase-apply"] {
        let directory = git_path(git, name)?;
        if directory.is_dir() {
            return Ok(Some(directory));
        }
    }
    Ok(None)
}

/// The beginning of a rebase that the session found under way: its first step of a rebase belongs to none that began in it.
fn open_rebase(before: &[LogEntry], log: &[LogEntry], rebasing: bool) -> Option<LogEntry> {
    let of_rebase = |class: &Class| matches!(class, Class::Replay | Class::RebaseEnd | Class::RebaseAbort | Class::RebaseStart);
    let first = log.iter().map(|e| classify(&e.message)).find(of_rebase);
    if first == Some(Class::RebaseStart) || (first.is_none() && !rebasing) {
        return None;
    }
    let last = before.iter().rev().find(|e| matches!(classify(&e.message), Class::RebaseStart | Class::RebaseEnd | Class::RebaseAbort))?;
    (classify(&last.message) == Class::RebaseStart).then(|| last.clone())
}

/// Where branches stood that were rebased by name, from their own reflogs: by the entry that ended the rebase.
fn rebased(git: &Git, log: &[LogEntry]) -> Result<HashMap<usize, Oid>> {
    let mut out = HashMap::new();
    let mut logs: HashMap<&str, Vec<LogEntry>> = HashMap::new();
    for (i, entry) in log.iter().enumerate().rev().filter(|(_, e)| classify(&e.message) == Class::RebaseEnd) {
        let Some((_, name)) = entry.message.split_once("returning to ").filter(|(_, name)| name.starts_with("refs/")) else {
            continue;
        };
        if !logs.contains_key(name) {
            logs.insert(name, reflog(git, name)?);
        }
        let Some(log) = logs.get_mut(name) else { continue };
        let finish = |e: &LogEntry| e.new == entry.new && e.old != e.new && classify(&e.message) == Class::RebaseEnd;
        if let Some(at) = log.iter().rposition(finish) {
            out.insert(i, log[at].old.clone());
            // an earlier end stands above it
            log.truncate(at);
        }
    }
    Ok(out)
}

/// Resets along history older than the session, which the graph of new commits does not have.
fn backward(git: &Git, history: &History) -> Result<HashSet<(Oid, Oid)>> {
    let mut out = HashSet::new();
    for entry in &history.log {
        let pair = (entry.old.clone(), entry.new.clone());
        let reset = classify(&entry.message) == Class::Reset && entry.old != entry.new && !history.graph.has(&entry.old);
        if reset && !out.contains(&pair) && git.run(["merge-base", "--is-ancestor", entry.new.as_str(), entry.old.as_str()])?.ok() {
            out.insert(pair);
        }
    }
    Ok(out)
}

/// What pulls, merges and the like brought in that some ref had at the start already, e.g. after a fetch.
fn older(git: &Git, history: &History) -> Result<HashMap<usize, Brought>> {
    /// So many movements are asked about.
    const MOST: usize = 50;
    let brings = |entry: &LogEntry| {
        matches!(classify(&entry.message), Class::Forward | Class::Merge | Class::RebaseStart | Class::Reset | Class::Push)
    };
    let (mut out, mut asked) = (HashMap::new(), 0);
    for (i, entry) in history.log.iter().enumerate().filter(|(_, entry)| brings(entry) && !entry.old.is_null() && !entry.new.is_null()) {
        let (before, after) = (history.graph.edge(&entry.old), history.graph.edge(&entry.new));
        if asked == MOST || after.is_subset(&before) {
            continue;
        }
        asked += 1;
        let revisions = after.difference(&before).map(ToString::to_string).chain(before.iter().map(|id| format!("^{id}")));
        let input: String = revisions.map(|revision| format!("{revision}\n")).collect();
        let authors = git.run_with_input(["log", "--ignore-missing", "--format=%an <%ae>", "--stdin"], input.as_bytes())?;
        let mut brought = Brought::default();
        authors.text().lines().for_each(|author| brought.count(author.as_bytes(), &history.identity));
        out.insert(i, brought);
    }
    Ok(out)
}

/// Commits behind annotated tags that came during the session.
pub(super) fn peel_tags(history: &mut History, store: &Store) -> Result<()> {
    let known: HashSet<&(String, Oid)> = history.start.refs.iter().collect();
    let tags = history.end.refs.iter().filter(|r| r.0.starts_with("refs/tags/") && !known.contains(r));
    let mut peeled = HashMap::new();
    for (name, id) in tags {
        if store.commit(id)?.is_none()
            && let Some(commit) = store.peeled(id)?
        {
            peeled.insert(name.clone(), commit);
        }
    }
    history.peeled = peeled;
    Ok(())
}
