//! Movements of HEAD for the timeline: what brought in others' work, and what went back.
//!
//! Tells, does not decide: no line and no commit is attributed here.

use std::collections::HashSet;
use std::ops::Range;

use anyhow::Result;
use chrono::{DateTime, FixedOffset};

use super::case::Case;
use super::history::{Brought, History, rebase_end};
use super::reflog::{Class, LogEntry};
use crate::change::{Oid, brings_back};

/// A movement of HEAD.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// HEAD after.
    pub to: Oid,
    /// When, by the clock of whoever moved it.
    pub at: Option<DateTime<FixedOffset>>,
    /// Which bytes of the reflog tell of it.
    pub bytes: Option<Range<u64>>,
}

impl Movement {
    pub(super) fn of(entry: &LogEntry) -> Self {
        Self { to: entry.new, at: entry.at, bytes: entry.bytes.clone() }
    }
}

/// A movement that brought in, or went to, what is not the session's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignMove {
    /// Its place among the movements of HEAD.
    pub place: usize,
    /// When.
    pub at: Option<DateTime<FixedOffset>>,
    /// What it was.
    pub what: MoveKind,
    /// HEAD before; none before the first commit.
    pub from: Option<Oid>,
    /// HEAD after.
    pub to: Oid,
    /// Commits that came into HEAD's history by it and are not the session's.
    pub brought: Brought,
    /// What it was called: a branch, a remote, a commit, as the user typed it; of a copied commit the subject.
    pub name: String,
    /// It was begun, and stood still in the middle at the end.
    pub open: bool,
}

/// The kinds of foreign movements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MoveKind {
    /// `git pull`, whatever way it took.
    Pull,
    /// `git merge`.
    Merge,
    /// A rebase, onto whatever it was.
    Rebase,
    /// Another branch or commit was checked out.
    Switch,
    /// HEAD was set to something that is not behind it.
    Reset,
    /// A commit was copied by `git cherry-pick`; whose it is its id tells.
    Pick,
    /// A patch was applied by `git am`; likewise.
    Apply,
    /// Another repository pushed here.
    Push,
}

/// A step back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rollback {
    /// Its place among the movements of HEAD.
    pub place: usize,
    /// When.
    pub at: Option<DateTime<FixedOffset>>,
    /// What it was.
    pub what: RollbackKind,
    /// HEAD before.
    pub from: Oid,
    /// HEAD after.
    pub to: Oid,
    /// The subject of the revert, or of the commit that a reset went back from, where it was made here; else empty.
    pub text: String,
    /// All that it dropped went into commits made since: nothing was taken back, commits were put together or split.
    pub lived_on: bool,
}

/// The kinds of steps back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RollbackKind {
    /// A commit that takes an earlier one back.
    Revert,
    /// HEAD went back to an ancestor.
    Reset,
}

/// Foreign movements and steps back, in order. `made`: commits that the session made, whatever became of them; `replaced`: those among them
/// that went into others.
pub(super) fn foreign_moves_and_rollbacks(
    case: &Case<'_>,
    made: &HashSet<&Oid>,
    replaced: &HashSet<&Oid>,
) -> Result<(Vec<ForeignMove>, Vec<Rollback>)> {
    let history = case.history;
    let (mut moves, mut rollbacks) = (Vec::new(), Vec::new());
    let (classes, mut rebase_ends) = (history.classes(), 0);
    for (i, (entry, class)) in history.log.iter().zip(classes.iter().copied()).enumerate() {
        // a rebase of another branch onto this one begins where HEAD is
        let stays = entry.old == entry.new && class != Class::RebaseStart;
        if stays || entry.new.is_null() || is_given_up(&classes[i..]) {
            continue;
        }
        if class == Class::RebaseStart {
            rebase_ends = rebase_end(i + 1, &classes, history.rebasing);
        } else if i < rebase_ends && class == Class::Merge && !entry.message.starts_with("merge ") {
            continue; // made again by the rebase, which was told
        }
        if let Some(what) = rollback(history, entry, class) {
            let (from, to) = (entry.old, entry.new);
            let text = match what {
                RollbackKind::Revert => after_colon(&entry.message),
                RollbackKind::Reset => made_as(history, &classes, i).map(|made| after_colon(&made.message)).unwrap_or_default(),
            };
            let lived_on = what == RollbackKind::Reset && all_lived_on(history, entry, replaced);
            rollbacks.push(Rollback { place: i, at: entry.at, what, from, to, text, lived_on });
        } else if let Some(what) = foreign(entry, class) {
            let open = class == Class::RebaseStart && is_open(&classes[i..], history.rebasing);
            moves.push(ForeignMove { open, ..foreign_move(case, i, what, made)? });
        }
    }
    Ok((moves, rollbacks))
}

/// The movement that made the commit at which the one at this place began.
fn made_as<'h>(history: &'h History, classes: &[Class], place: usize) -> Option<&'h LogEntry> {
    let made = history.log[..place].iter().zip(classes).rev().find(|(entry, _)| entry.new == history.log[place].old)?;
    matches!(made.1, Class::Commit | Class::Amend | Class::Revert).then_some(made.0)
}

/// Whether all commits made in the session that a reset dropped went into others, and it dropped no other ones.
fn all_lived_on(history: &History, reset: &LogEntry, replaced: &HashSet<&Oid>) -> bool {
    let (before, after) = (history.graph.reached([&reset.old]), history.graph.reached([&reset.new]));
    before.len() > after.len() && before.difference(&after).all(|dropped| replaced.contains(dropped))
}

/// Whether a rebase begins here that was aborted: it brought in nothing.
fn is_given_up(classes: &[Class]) -> bool {
    classes.first() == Some(&Class::RebaseStart) && classes[rebase_end(1, classes, false) - 1] == Class::RebaseAbort
}

/// Whether a rebase begins here that is still stopped in the middle.
fn is_open(classes: &[Class], rebasing: bool) -> bool {
    let end = rebase_end(1, classes, rebasing);
    rebasing && end == classes.len() && !matches!(classes[end - 1], Class::RebaseEnd | Class::RebaseAbort)
}

fn rollback(history: &History, entry: &LogEntry, class: Class) -> Option<RollbackKind> {
    match class {
        Class::Revert | Class::Commit if brings_back(&after_colon(&entry.message)) => None,
        Class::Revert => Some(RollbackKind::Revert),
        Class::Commit if after_colon(&entry.message).starts_with("Revert \"") => Some(RollbackKind::Revert),
        Class::Reset if history.is_behind(&entry.new, &entry.old) => Some(RollbackKind::Reset),
        _ => None,
    }
}

fn foreign(entry: &LogEntry, class: Class) -> Option<MoveKind> {
    let pull = entry.message.starts_with("pull");
    match class {
        Class::Forward | Class::Merge | Class::RebaseStart if pull => Some(MoveKind::Pull),
        Class::Forward | Class::Merge => Some(MoveKind::Merge),
        Class::RebaseStart => Some(MoveKind::Rebase),
        Class::Switch => Some(MoveKind::Switch),
        Class::Reset => Some(MoveKind::Reset),
        Class::Push => Some(MoveKind::Push),
        Class::Pick if entry.message.starts_with("am") => Some(MoveKind::Apply),
        Class::Pick => Some(MoveKind::Pick),
        _ => None,
    }
}

fn foreign_move(case: &Case<'_>, i: usize, what: MoveKind, made: &HashSet<&Oid>) -> Result<ForeignMove> {
    let history = case.history;
    let (entry, graph) = (&history.log[i], &history.graph);
    let (before, after) = (graph.reached([&entry.old]), graph.reached([&entry.new]));
    // what `git rebase --root` builds on is a commit of its own, which is gone when it is through
    let is_root_of_rebase =
        |id: &Oid| graph.has(id) && graph.parents(id).is_empty() && !graph.reached(history.tips().map(|(_, tip)| tip)).contains(id);
    let mut brought = history.older.get(&i).copied().unwrap_or_default();
    for id in after.difference(&before).filter(|id| !made.contains(*id) && !is_root_of_rebase(id)) {
        brought.count(&case.commit(id)?.author, &history.identity);
    }
    let name = match named(&entry.message) {
        // where a rebase begins anew there is nothing to name
        _ if what == MoveKind::Rebase && is_root_of_rebase(&entry.new) => String::new(),
        _ if matches!(what, MoveKind::Pick | MoveKind::Apply) => after_colon(&entry.message),
        name if what == MoveKind::Merge && name.is_empty() => merged(&after_colon(&entry.message), graph.parents(&entry.new)),
        name if (what == MoveKind::Rebase && !says_what(&name)) || is_id(&name) => entry.new.short().to_owned(),
        name => name,
    };
    Ok(ForeignMove {
        place: i,
        at: entry.at,
        what,
        from: (!entry.old.is_null()).then_some(entry.old),
        to: entry.new,
        brought,
        name,
        open: false,
    })
}

/// What a merge that was finished by a commit merged: the branch that git's own words for it name, else the commit.
fn merged(subject: &str, parents: &[Oid]) -> String {
    let quoted = ["Merge branch '", "Merge remote-tracking branch '", "Merge tag '"].iter().find_map(|words| subject.strip_prefix(words));
    let name = quoted.and_then(|rest| rest.split_once('\'')).map(|(name, _)| name.to_owned());
    name.or_else(|| Some(parents.get(1)?.short().to_owned())).unwrap_or_default()
}

/// What the user named: the branch switched to, merged, pulled, reset to, rebased onto; nothing where git wrote down no name, as for a
/// merge that was finished by a commit.
fn named(message: &str) -> String {
    let before = message.split(": ").next().unwrap_or_default();
    if before.starts_with("commit") {
        return String::new();
    }
    if let Some((_, onto)) = message.split_once(" (start): checkout ").filter(|_| before.starts_with("rebase")) {
        return onto.to_owned();
    }
    let name = match message.rsplit_once(" to ").filter(|_| message.starts_with("checkout:") || message.starts_with("reset:")) {
        Some((_, name)) => name,
        None => before.split_once(' ').map_or("", |(_, rest)| rest).trim_end_matches("(start)").trim(),
    };
    name.to_owned()
}

/// Whether the name still says which commit it was: not a place relative to where HEAD was then, and not the commit's own id.
fn says_what(name: &str) -> bool {
    !(name.is_empty() || is_id(name) || name.starts_with("HEAD") || name.contains(['~', '^', '@', ':']))
}

/// Whether it looks like a commit's id, whole or shortened.
fn is_id(name: &str) -> bool {
    name.len() >= 7 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn after_colon(message: &str) -> String {
    message.split_once(": ").map_or(message, |(_, text)| text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_aborted_rebase_brought_in_nothing() {
        use Class::{Commit, RebaseAbort, RebaseEnd, RebaseStart, Replay};
        for (classes, given_up) in [
            (&[RebaseStart, Replay, RebaseAbort][..], true),
            (&[RebaseStart, Replay, Commit, RebaseAbort], true),
            (&[RebaseStart, Replay, RebaseEnd], false),
            (&[RebaseStart, RebaseStart, RebaseAbort], false),
            (&[RebaseStart, Replay], false),
            (&[Commit, RebaseAbort], false),
        ] {
            assert_eq!(is_given_up(classes), given_up, "{classes:?}");
        }
    }

    #[test]
    fn a_rebase_that_stands_still_is_open() {
        use Class::{Commit, RebaseEnd, RebaseStart, Replay};
        for (classes, rebasing, open) in [
            (&[RebaseStart, Replay][..], true, true),
            (&[RebaseStart], true, true),
            (&[RebaseStart, Replay], false, false),
            (&[RebaseStart, Replay, RebaseEnd], false, false),
            (&[RebaseStart, Replay, RebaseEnd, Commit, RebaseStart], true, false),
            (&[RebaseStart, Replay, RebaseEnd], true, false),
        ] {
            assert_eq!(is_open(classes, rebasing), open, "{classes:?}");
        }
    }

    #[test]
    fn what_was_merged_is_named_by_its_branch_or_its_commit() {
        let parents = ["1".repeat(40), "2".repeat(40)].map(Oid::new);
        for (subject, name) in [
            ("Merge branch 'side'", "side"),
            ("Merge branch 'side' into main", "side"),
            ("Merge remote-tracking branch 'origin/main'", "origin/main"),
            ("Merge lib as subtree", "2222222"),
            ("Merge branches 'a' and 'b'", "2222222"),
        ] {
            assert_eq!(merged(subject, &parents), name, "{subject}");
        }
    }

    #[test]
    fn names_are_those_that_the_user_gave() {
        for (message, name) in [
            ("merge side: Merge made by the 'ort' strategy.", "side"),
            ("checkout: moving from main to topic", "topic"),
            ("reset: moving to HEAD~1", "HEAD~1"),
            ("pull --rebase origin main (start): checkout 3f2a91c", "--rebase origin main"),
            ("rebase (start): checkout origin/main", "origin/main"),
            ("rebase -i (start): checkout HEAD~2", "HEAD~2"),
            ("commit (merge): Merge branch 'side'", ""),
            ("commit: fix: one thing", ""),
        ] {
            assert_eq!(named(message), name, "{message}");
        }
        for (name, says) in
            [("origin/main", true), ("v1.2", true), ("HEAD~2", false), ("main^", false), ("@{u}", false), ("3f2a91c", false)]
        {
            assert_eq!(says_what(name), says, "{name}");
        }
    }
}
