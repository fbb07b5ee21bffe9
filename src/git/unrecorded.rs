//! Commits that were made here although no movement of HEAD tells of them: by a library that writes no reflog, by a tool that makes the
//! commit first and moves HEAD afterwards, or with entries of the reflog that are gone.
//!
//! Finds where HEAD's reflog is silent and what must have been made there; whose the lines are is decided by attribution.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::command::Git;
use super::moves;
use crate::attribution::Basis;
use crate::attribution::reflog::{Class, LogEntry, classify};
use crate::change::{Heads, Oid, WorktreeState};

/// Where HEAD went without a record, or with one that does not say how the commit came into being.
struct Step {
    /// The place in the log before which it was.
    before: usize,
    from: Option<Oid>,
    to: Oid,
    kind: StepKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum StepKind {
    /// The log goes on elsewhere than it left off.
    Gap,
    /// Some program moved the ref in its own words.
    Unnamed,
    /// A reset to a commit by its whole id, as programs do.
    Reset,
}

/// HEAD's movements as far as they can be known.
pub(super) struct FilledHistory {
    /// The recorded ones, and those in between that make what must have been made here.
    pub(super) log: Vec<LogEntry>,
    /// What they all stand on.
    pub(super) basis: Basis,
    /// Tips that remote-tracking branches have from elsewhere.
    pub(super) fetched: Vec<Oid>,
}

/// The recorded movements with what they leave out. `heads`: where hooks saw HEAD.
pub(super) fn filled_in(
    git: &Git,
    start: &WorktreeState,
    end: &WorktreeState,
    recorded: &[LogEntry],
    heads: Option<&Heads>,
) -> Result<FilledHistory> {
    let steps = steps(start, end, recorded);
    let basis = match steps.iter().any(|step| step.kind == StepKind::Gap) {
        false => Basis::Reflog,
        true if !recorded.is_empty() => Basis::Partly,
        true if heads.is_some() => Basis::Hooks,
        true => Basis::Ends,
    };
    if steps.is_empty() {
        let fetched = remote_tips(end).map(|(_, id)| *id).collect();
        return Ok(FilledHistory { log: recorded.to_vec(), basis, fetched });
    }
    let (identity, fetched) = (moves::identity(git, "COMMITTER")?, fetched(git, start, end)?);
    let search = UnrecordedSearch { git, start, recorded, heads, identity, fetched, elsewhere: elsewhere(git)? };
    let (mut log, mut steps) = (Vec::new(), steps.into_iter().peekable());
    for place in 0..=recorded.len() {
        while let Some(step) = steps.next_if(|step| step.before == place) {
            log.extend(search.made_in(&step, &log)?);
        }
        log.extend(recorded.get(place).cloned());
    }
    let log = search.with_seen(log)?;
    Ok(FilledHistory { log, basis, fetched: search.fetched })
}

fn remote_tips(state: &WorktreeState) -> impl Iterator<Item = &(String, Oid)> {
    state.refs.iter().filter(|(name, _)| name.starts_with("refs/remotes/"))
}

/// What remote-tracking branches have from elsewhere at the end: what this repository pushed itself says nothing about who made it.
fn fetched(git: &Git, start: &WorktreeState, end: &WorktreeState) -> Result<Vec<Oid>> {
    let (stayed, moved): (Vec<_>, Vec<_>) = remote_tips(end).partition(|tip| start.refs.contains(tip));
    let mut out: Vec<Oid> = stayed.into_iter().map(|(_, id)| *id).collect();
    let names: Vec<&str> = moved.iter().map(|(name, _)| name.as_str()).collect();
    for ((_, id), log) in moved.iter().zip(moves::reflogs(git, &names)?) {
        let fetched = log.iter().rev().find(|entry| entry.message != moves::PUSHED).map(|entry| &entry.new);
        let before = log.first().map_or(Some(id), |first| Some(&first.old).filter(|old| !old.is_null()));
        out.extend(fetched.or(before).copied());
    }
    Ok(out)
}

/// The steps that no entry explains, in order.
fn steps(start: &WorktreeState, end: &WorktreeState, log: &[LogEntry]) -> Vec<Step> {
    let (mut out, mut at) = (Vec::new(), start.head);
    for (before, entry) in log.iter().enumerate() {
        // zeros: a branch that is renamed, or has no commit yet
        if !entry.old.is_null() && at.as_ref() != Some(&entry.old) {
            out.push(Step { before, from: at.take(), to: entry.old, kind: StepKind::Gap });
        }
        if entry.new.is_null() {
            continue;
        }
        if let Some(kind) = kind(entry).filter(|_| entry.old != entry.new && !entry.old.is_null()) {
            out.push(Step { before, from: Some(entry.old), to: entry.new, kind });
        }
        at = Some(entry.new);
    }
    if let Some(head) = end.head.as_ref().filter(|head| at.as_ref() != Some(head)) {
        out.push(Step { before: log.len(), from: at, to: *head, kind: StepKind::Gap });
    }
    out
}

fn kind(entry: &LogEntry) -> Option<StepKind> {
    match classify(&entry.message) {
        Class::Unknown => Some(StepKind::Unnamed),
        Class::Reset if entry.message.strip_prefix("reset: moving to ") == Some(entry.new.as_str()) => Some(StepKind::Reset),
        _ => None,
    }
}

/// What the search for such commits goes by.
struct UnrecordedSearch<'a> {
    git: &'a Git,
    start: &'a WorktreeState,
    recorded: &'a [LogEntry],
    heads: Option<&'a Heads>,
    /// The committer here.
    identity: String,
    /// Tips that remotes have from elsewhere.
    fetched: Vec<Oid>,
    /// Commits that were made in other worktrees, or fetched.
    elsewhere: HashSet<Oid>,
}

impl UnrecordedSearch<'_> {
    /// Entries for the commits that a step passed and that must have been made here, oldest first: those that hooks saw, else those of this
    /// repository's committer that nobody else has. Their copies' sources are looked for like a cherry-pick's.
    fn made_in(&self, step: &Step, before: &[LogEntry]) -> Result<Vec<LogEntry>> {
        let seen = |heads: &Heads, row: &CommitRow| heads.committed.contains(&row.id) || heads.merged.contains(&row.id);
        let all = if self.heads.is_some() { self.passed(step, true)? } else { Vec::new() };
        let by_hooks = self.heads.filter(|heads| all.iter().any(|row| seen(heads, row)));
        let rows = if by_hooks.is_some() { all } else { self.passed(step, false)? };
        // going on from where HEAD stood, not to something that is told of elsewhere
        let goes_on = rows.iter().any(|row| row.parents.first() == step.from.as_ref());
        if step.kind == StepKind::Reset && !goes_on {
            return Ok(Vec::new());
        }
        let mut out: Vec<LogEntry> = Vec::new();
        for row in rows {
            let CommitRow { id, parents, is_own } = &row;
            let stood = |id: &Oid| self.start.head.as_ref() == Some(id) || before.iter().chain(&out).any(|entry| entry.new == *id);
            let here = match by_hooks {
                None => *is_own && !self.elsewhere.contains(id),
                // HEAD may only have moved forward to a merge: one that was made here stands on where HEAD was
                Some(heads) => {
                    heads.committed.contains(id) || (heads.merged.contains(id) && parents.len() > 1 && stood(&parents[0]) && *is_own)
                }
            };
            // what a program moves the ref to is made by that entry if it follows on where HEAD was
            let made = |entry: &LogEntry| makes(entry, id) && (classify(&entry.message) != Class::Unknown || parents.contains(&entry.old));
            if here && !self.recorded.iter().any(made) {
                out.push(row.entry());
            }
        }
        Ok(out)
    }

    /// The log with what else hooks saw made, each where they saw it: on other branches, or dropped since.
    fn with_seen(&self, log: Vec<LogEntry>) -> Result<Vec<LogEntry>> {
        let seen: Vec<&Oid> = self.heads.into_iter().flat_map(|heads| &heads.committed).collect();
        let missing: Vec<&Oid> = seen.iter().filter(|id| !log.iter().any(|entry| makes(entry, id))).copied().collect();
        if missing.is_empty() {
            return Ok(log);
        }
        let revisions: String = missing.iter().map(|id| format!("{id}\n")).collect();
        let rows = self.commits(&["--no-walk=unsorted"], &revisions)?;
        let (mut out, mut rest) = (Vec::new(), log);
        for id in seen {
            if let Some(row) = rows.iter().find(|row| row.id == *id) {
                out.push(row.entry());
            } else if let Some(at) = rest.iter().position(|entry| makes(entry, id)) {
                out.extend(rest.drain(..=at));
            }
        }
        Ok(out.into_iter().chain(rest).collect())
    }

    /// The commits that a step passed and no ref had at the start, with those that a remote has or without them.
    fn passed(&self, step: &Step, with_remote: bool) -> Result<Vec<CommitRow>> {
        let mut revisions = format!("{}\n", step.to);
        let start = self.start.refs.iter().map(|(_, id)| id).chain(&self.start.head);
        start.chain(&step.from).for_each(|id| revisions.push_str(&format!("^{id}\n")));
        if !with_remote {
            self.fetched.iter().for_each(|id| revisions.push_str(&format!("^{id}\n")));
        }
        self.commits(&["--reverse", "--topo-order"], &revisions)
    }

    fn commits(&self, order: &[&str], revisions: &str) -> Result<Vec<CommitRow>> {
        let arguments = ["log", "--ignore-missing", "--format=%H%x00%P%x00%cn <%ce>", "--stdin"];
        let output = self.git.run_with_input(arguments.iter().chain(order), revisions.as_bytes())?;
        let row = |row: &str| {
            let fields: Vec<&str> = row.split('\0').collect();
            let [id, parents, committer] = fields.as_slice() else { return None };
            let is_own = !self.identity.is_empty() && *committer == self.identity;
            Some(CommitRow { id: Oid::new(id), parents: parents.split_whitespace().map(Oid::new).collect(), is_own })
        };
        Ok(output.text().lines().filter_map(row).collect())
    }
}

/// A commit on the way.
struct CommitRow {
    id: Oid,
    parents: Vec<Oid>,
    /// By the committer here.
    is_own: bool,
}

impl CommitRow {
    /// The entry that makes it. Where it comes from is looked for, as for a copy.
    fn entry(&self) -> LogEntry {
        let message = if self.parents.len() > 1 { "commit (merge): " } else { "commit (cherry-pick): " };
        let old = self.parents.first().copied().unwrap_or_else(|| Oid::new("0".repeat(self.id.as_str().len())));
        LogEntry { old, new: self.id, at: None, message: message.to_owned(), bytes: None }
    }
}

fn makes(entry: &LogEntry, id: &Oid) -> bool {
    entry.new == *id && entry.old != entry.new && classify(&entry.message).makes()
}

/// Commits that other worktrees' reflogs say were made there, and those that were fetched last.
fn elsewhere(git: &Git) -> Result<HashSet<Oid>> {
    let mut out: HashSet<Oid> = moves::fetched(git).into_iter().collect();
    for log in other_logs(git)? {
        let entries = moves::read_log(&log).unwrap_or_default();
        out.extend(entries.into_iter().filter(|entry| makes(entry, &entry.new)).map(|entry| entry.new));
    }
    Ok(out)
}

/// Files of the reflogs of HEAD in the other worktrees.
fn other_logs(git: &Git) -> Result<Vec<PathBuf>> {
    let common = PathBuf::from(git.text(["rev-parse", "--path-format=absolute", "--git-common-dir"])?);
    let linked = std::fs::read_dir(common.join("worktrees")).into_iter().flatten().flatten().map(|entry| entry.path());
    let all = linked.chain([common]).map(|directory| directory.join("logs/HEAD"));
    let same = |log: &Path| log.canonicalize().ok() == git.git_dir().join("logs/HEAD").canonicalize().ok();
    Ok(all.filter(|log| log.is_file() && !same(log)).collect())
}
