//! `journal start`: takes the first snapshot and begins a session.

use crate::change::{RepoPath, WorktreeState};
use crate::cli::Start;
use crate::commands::shared::{earlier_journals, finished_journal};
use crate::commands::watch::Watchable;
use crate::commands::{Environment, Report, Workspace, watch};
use crate::error::{Error, Kind, Result};
use crate::event::{Fact, Started};
use crate::git::snapshot::Snapshots;
use crate::journal_file::clear_way;
use crate::session_store::{RecordedSession, Sessions, event, short};
use crate::terminal::{FAINT, HINT, STRONG, Spinner, clean, styled};

pub(super) fn run(arguments: &Start, env: &Environment) -> Result<Report> {
    let workspace = env.open()?;
    let _lock = workspace.sessions.lock()?;
    let gone = refuse_second(&workspace.sessions)?;
    finished_journal::tidy(&workspace.sessions)?;
    workspace.sessions.remove_unbegun();
    let outside = watch::places(&arguments.watch, &workspace, env)?;

    let id = workspace.sessions.next_id(env.now);
    let begun = begin(&id, arguments, &workspace, &outside, env);
    if begun.is_err() {
        // nothing half-begun stays behind
        workspace.sessions.deactivate().ok();
        std::fs::remove_dir_all(workspace.sessions.log(&id).folder()).ok();
    }
    begun.map(|mut lines| {
        lines.extend(gone);
        lines.extend(in_the_way_at_the_end(&workspace));
        Report::say(lines)
    })
}

/// The marker comes before the event: where the process ends in between, the marker names nothing, and nothing has begun.
fn begin(id: &str, arguments: &Start, workspace: &Workspace, outside: &[Watchable], env: &Environment) -> Result<Vec<String>> {
    let log = workspace.sessions.create(id)?;
    let spinner = Spinner::start("Taking a snapshot of the worktree", env.terminal);
    let journals = workspace.overrides()?.journal_folder;
    let state = Snapshots::new(&workspace.repository, log.folder())?.aside(journals).take(None)?;
    drop(spinner);
    let name = RecordedSession::keep(&log, &state)?;
    let worktree = RepoPath::from_path(&workspace.repository.worktree);
    let started = started(arguments, worktree, name);
    let mut lines = announce(started.title.as_deref(), &state);
    lines.extend(earlier_journals::format_nearest(workspace, &started, &state, log.folder(), env.now));
    workspace.sessions.activate(id)?;
    log.begin(&event(env.now, Fact::Started(started)))?;
    if !outside.is_empty() {
        lines.extend(watch::take_samples(outside, &log, env)?.into_iter().map(|line| format!("  {line}")));
    }
    lines.push(format!("  {} work, then `journal stop`; `journal note \"…\"` keeps what you find", styled(HINT, "next:")));
    Ok(lines)
}

/// What would keep the journal from being written, told while there is time to mend it.
fn in_the_way_at_the_end(workspace: &Workspace) -> Option<String> {
    let error = Error::from(clear_way(&workspace.repository.worktree, &workspace.journal_folder()).err()?);
    let hint = error.hint.map(|hint| format!("; before the end, {hint}")).unwrap_or_default();
    Some(format!("  {} {}", styled(HINT, "warning:"), clean(&format!("{}{hint}", error.message))))
}

/// A session that runs here is in the way, unless it was begun in a worktree that is gone.
fn refuse_second(sessions: &Sessions) -> Result<Option<String>> {
    let Some(RecordedSession { session, .. }) = sessions.active()? else {
        return Ok(None);
    };
    if sessions.is_of_a_gone_worktree() {
        sessions.set_aside(&session.id)?;
        let (title, id) = (session.title(), short(&session.id));
        return Ok(Some(format!("  \"{}\" was begun in a worktree of this name that is gone: `journal show {id}`", clean(title))));
    }
    let since = session.started_at.format("%Y-%m-%d %H:%M");
    let message = format!("a session is already active in this worktree: \"{}\", since {since}", session.title());
    Err(Error::new(Kind::InTheWay, message).hint("journal stop, or journal discard to throw it away"))
}

fn started(arguments: &Start, worktree: RepoPath, standpoint: String) -> Started {
    let masked = |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(crate::secrets::masked);
    Started {
        worktree,
        title: masked(&arguments.title),
        session_type: arguments.session_type,
        goal: masked(&arguments.goal),
        situation: masked(&arguments.situation),
        related: arguments.related.iter().map(|text| crate::secrets::masked(text)).collect(),
        standpoint,
    }
}

fn announce(title: Option<&str>, state: &WorktreeState) -> Vec<String> {
    let place = match (&state.branch, &state.head) {
        (Some(branch), Some(head)) => format!("on {} at {}", clean(branch), head.short()),
        (None, Some(head)) => format!("detached at {}", head.short()),
        (Some(branch), None) => format!("on {}, before its first commit", clean(branch)),
        (None, None) => "before the first commit".into(),
    };
    let dirt = match (state.dirt.modified, state.dirt.untracked) {
        (0, 0) => "clean".into(),
        (modified, untracked) => format!("{} from before, not part of it", crate::words::dirt(modified, untracked)),
    };
    let mut lines = vec![format!("{} {}", styled(STRONG, "Session started:"), clean(title.unwrap_or("untitled")))];
    lines.push(styled(FAINT, &format!("  {place}; {dirt}")));
    lines.extend(
        state
            .left_out
            .iter()
            .take(3)
            .map(|left| styled(FAINT, &format!("  left out: {} ({})", clean(&left.path.to_display()), clean(&left.reason)))),
    );
    lines
}
