//! All that attribution knows of a session before it reads objects. Asks git, decides nothing.

use std::collections::{HashMap, HashSet};

use anyhow::Result;

use super::command::Git;
use super::moves::{PUSHED, fetched, identity, ids, rebase_directory, reflog, reflogs, since};
use super::store::Store;
use super::unrecorded::{self, FilledHistory};
use crate::attribution::objects::Objects;
use crate::attribution::reflog::{Class, LogEntry, classify};
use crate::attribution::{Brought, Graph, History, Pending, Unfinished};
use crate::change::{Heads, Oid, RepoPath, WorktreeState};

/// Everything about the session between two standpoints that is known without looking into trees. `heads`: where hooks saw
/// HEAD, for where the reflog is silent.
pub(super) fn history(git: &Git, start: &WorktreeState, end: &WorktreeState, heads: Option<&Heads>) -> Result<History> {
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
        arrivals: Vec::new(),
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
    history.arrivals = arrivals(git, &history)?;
    Ok(history)
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
        // where all was as it should be, the branch did not move and its log has nothing of it
        let start = log[..i].iter().rfind(|entry| classify(&entry.message) == Class::RebaseStart);
        if start.is_some_and(|start| start.old == entry.new) {
            continue;
        }
        if !logs.contains_key(name) {
            logs.insert(name, reflog(git, name)?);
        }
        let Some(log) = logs.get_mut(name) else { continue };
        let finish = |e: &LogEntry| e.new == entry.new && e.old != e.new && classify(&e.message) == Class::RebaseEnd;
        if let Some(at) = log.iter().rposition(finish) {
            out.insert(i, log[at].old);
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
        let pair = (entry.old, entry.new);
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

/// What remote-tracking branches came to hold of the commits that appeared, but for what was pushed to them from here.
fn arrivals(git: &Git, history: &History) -> Result<Vec<LogEntry>> {
    /// So many branches are looked at.
    const MOST: usize = 50;
    if !history.log.iter().any(|entry| entry.old != entry.new && classify(&entry.message).makes()) {
        return Ok(Vec::new());
    }
    let known: HashSet<&(String, Oid)> = history.start.refs.iter().collect();
    let moved = history.end.refs.iter().filter(|tip| tip.0.starts_with("refs/remotes/") && !known.contains(tip));
    let names: Vec<&str> = moved.take(MOST).map(|(name, _)| name.as_str()).collect();
    let entries = reflogs(git, &names)?.into_iter().flatten();
    Ok(entries.filter(|entry| entry.message != PUSHED && history.graph.has(&entry.new)).collect())
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
