//! When the stashes of the session were pushed, as far as the log tells: a push writes `reset: moving to HEAD`, unless HEAD is detached,
//! and nothing about what it put away.

use std::collections::BTreeMap;

use anyhow::Result;

use super::history::History;
use super::objects::Objects;
use super::reflog::Class;
use crate::change::Oid;

/// A stash that was pushed in the session.
pub(super) struct Push {
    pub(super) stash: Oid,
    /// It is still there at the end.
    pub(super) is_kept: bool,
    /// The log's times leave no doubt when it was pushed.
    pub(super) is_certain: bool,
}

/// Pushes by the entry before which they were: the first one after that which they wrote. The oldest first.
pub(super) type Pushes = BTreeMap<usize, Vec<Push>>;

/// When each stash was pushed: by the log's times; else a kept one as late as can be, and one that is gone as early.
pub(super) fn pushes(history: &History, classes: &[Class], objects: &dyn Objects) -> Result<Pushes> {
    let (mut out, mut end) = (Pushes::new(), history.log.len());
    for stash in history.new_stashes().filter(|stash| history.end.stashes.contains(stash)) {
        let Some(parent) = base_of(stash, objects)? else { continue };
        let certain = pushed_by(history, classes, stash, objects)?;
        let wrote = certain.or_else(|| (0..end).rev().find(|i| history.log[*i].is_push_on(&parent)));
        let stood = |i: &usize| match i.checked_sub(1) {
            Some(last) => history.log[last].new == parent && !matches!(classes[last], Class::RebaseStart | Class::Replay),
            None => history.start.head.as_ref() == Some(&parent),
        };
        if let Some(at) = wrote.map(|i| i + 1).or_else(|| (0..=end).rev().find(stood)) {
            out.entry(at).or_default().insert(0, Push { stash: *stash, is_kept: true, is_certain: certain.is_some() });
            end = wrote.unwrap_or(at);
        }
    }
    for stash in &history.dropped_stashes {
        let Some(parent) = base_of(stash, objects)? else { continue };
        let certain = pushed_by(history, classes, stash, objects)?;
        if let Some(at) = certain.map(|i| i + 1).or_else(|| history.log.iter().position(|entry| entry.old == parent)) {
            out.entry(at).or_default().push(Push { stash: *stash, is_kept: false, is_certain: certain.is_some() });
        }
    }
    Ok(out)
}

/// The commit at which a stash was pushed.
fn base_of(stash: &Oid, objects: &dyn Objects) -> Result<Option<Oid>> {
    Ok(objects.commit(stash)?.and_then(|facts| facts.parents.first().copied()))
}

/// The entry that the push of a stash wrote, or the movement for which git put the worktree away: the only one from its commit that is not
/// older, while the one before it is not younger. So nothing lies between the two in the log, however long git took to clear the worktree.
fn pushed_by(history: &History, classes: &[Class], stash: &Oid, objects: &dyn Objects) -> Result<Option<usize>> {
    let Some(facts) = objects.commit(stash)? else { return Ok(None) };
    let (Some(parent), Some(made_at)) = (facts.parents.first(), facts.made_at) else { return Ok(None) };
    let at = |i: usize| history.log[i].at.map(|at| at.timestamp());
    let is_autostash = facts.subject.ends_with(b": autostash");
    let moves_on = |i: usize| matches!(classes[i], Class::RebaseStart | Class::Forward | Class::Merge) && history.log[i].old == *parent;
    let is_its = |i: &usize| {
        let follows = i.checked_sub(1).is_none_or(|before| at(before).is_some_and(|before| before <= made_at));
        let wrote = history.log[*i].is_push_on(parent) || (is_autostash && moves_on(*i));
        follows && wrote && at(*i).is_some_and(|at| at >= made_at)
    };
    let mut entries = (0..history.log.len()).filter(is_its);
    Ok(if let (Some(i), None) = (entries.next(), entries.next()) { Some(i) } else { None })
}
