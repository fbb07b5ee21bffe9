//! A `stop` that failed or was killed before the journal was written: the end that it took is the session's as long as nothing happened since.

use crate::change::{Oid, RepoPath};
use crate::commands::Workspace;
use crate::error::Result;
use crate::git::objects::Objects;
use crate::git::snapshot::{Snapshots, store};
use crate::session::State;
use crate::session_store::RecordedSession;

/// The session, running where work went on after a stop that was not finished: with a record of it, another HEAD or changed files.
pub(in crate::commands) fn as_it_runs(workspace: &Workspace, recorded: RecordedSession) -> Result<RecordedSession> {
    let mut recorded = recorded;
    if let State::Stopping { standpoint, went_on, .. } = &recorded.session.state
        && (*went_on || has_moved(workspace, &recorded, standpoint)?)
    {
        recorded.session.state = State::Active;
    }
    Ok(recorded)
}

fn has_moved(workspace: &Workspace, recorded: &RecordedSession, standpoint: &str) -> Result<bool> {
    let start = recorded.worktree_state(&recorded.session.started.standpoint)?;
    let end = recorded.worktree_state(standpoint)?;
    let now = Snapshots::new(&workspace.repository, recorded.log.folder())?.take(Some(&start))?;
    Ok(!end.stands_as(&now) || has_other_files(workspace, recorded, &end.tree, &now.tree)?)
}

/// Whether files differ, other than journals: that stop may have written one.
fn has_other_files(workspace: &Workspace, recorded: &RecordedSession, end: &Oid, now: &Oid) -> Result<bool> {
    let repository = &workspace.repository;
    let objects = Objects::open(&[&store(recorded.log.folder()), &repository.objects], repository.format)?;
    let journals = workspace.overrides()?.journal_folder;
    let is_journal = |path: &RepoPath| journals.as_ref().is_some_and(|folder| path.is_below(folder));
    Ok(objects.changed_paths(Some(end), Some(now))?.iter().any(|path| !is_journal(path)))
}
