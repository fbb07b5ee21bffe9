//! `journal start`: takes the first snapshot and begins a session.

use std::os::unix::ffi::OsStrExt;

use crate::change::{RepoPath, Standpoint};
use crate::cli::Start;
use crate::commands::watch::Watchable;
use crate::commands::{Report, Surroundings, Workplace, earlier, ended, watch};
use crate::error::{Error, Kind, Result};
use crate::event::{Fact, Started};
use crate::git::snapshot::Snapshots;
use crate::journal_file::clear_way;
use crate::sessions::{Recorded, Sessions, event, new_id, short};
use crate::terminal::{FAINT, HINT, STRONG, Spinner, clean, styled};

pub(super) fn run(arguments: &Start, here: &Surroundings) -> Result<Report> {
    let place = here.open()?;
    let _lock = place.sessions.lock()?;
    let gone = refuse_second(&place.sessions)?;
    ended::tidy(&place.sessions)?;
    place.sessions.remove_unbegun();
    let outside = watch::places(&arguments.watch, &place, here)?;

    let id = new_id(here.now);
    let begun = begin(&id, arguments, &place, &outside, here);
    if begun.is_err() {
        // nothing half-begun stays behind
        place.sessions.deactivate().ok();
        std::fs::remove_dir_all(place.sessions.log(&id).folder()).ok();
    }
    begun.map(|mut lines| {
        lines.extend(gone);
        lines.extend(in_the_way_at_the_end(&place));
        Report::say(lines)
    })
}

/// The marker comes before the event: where the process ends in between, the marker names nothing, and nothing has begun.
fn begin(id: &str, arguments: &Start, place: &Workplace, outside: &[Watchable], here: &Surroundings) -> Result<Vec<String>> {
    let log = place.sessions.create(id)?;
    let spinner = Spinner::start("Taking a snapshot of the worktree", here.terminal);
    let journals = place.overrides()?.journal_folder;
    let standpoint = Snapshots::new(&place.repository, log.folder())?.aside(journals).take(None)?;
    drop(spinner);
    let name = Recorded::keep(&log, &standpoint)?;
    let worktree = RepoPath::new(place.repository.worktree.as_os_str().as_bytes());
    let started = started(arguments, worktree, name);
    let mut lines = announce(started.title.as_deref(), &standpoint);
    lines.extend(earlier::shown(place, &started, &standpoint, log.folder(), here.now));
    place.sessions.activate(id)?;
    log.begin(&event(here.now, Fact::Started(started)))?;
    if !outside.is_empty() {
        lines.extend(watch::look(outside, &log, here)?.into_iter().map(|line| format!("  {line}")));
    }
    lines.push(format!("  {} work, then `journal stop`; `journal note \"…\"` keeps what you find", styled(HINT, "next:")));
    Ok(lines)
}

/// What would keep the journal from being written, told while there is time to mend it.
fn in_the_way_at_the_end(place: &Workplace) -> Option<String> {
    let error = Error::from(clear_way(&place.repository.worktree, &place.journal_folder()).err()?);
    let hint = error.hint.map(|hint| format!("; before the end, {hint}")).unwrap_or_default();
    Some(format!("  {} {}", styled(HINT, "warning:"), clean(&format!("{}{hint}", error.message))))
}

/// A session that runs here is in the way, unless it was begun in a worktree that is gone.
fn refuse_second(sessions: &Sessions) -> Result<Option<String>> {
    let Some(Recorded { session, .. }) = sessions.active()? else {
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

fn announce(title: Option<&str>, standpoint: &Standpoint) -> Vec<String> {
    let place = match (&standpoint.branch, &standpoint.head) {
        (Some(branch), Some(head)) => format!("on {} at {}", clean(branch), head.short()),
        (None, Some(head)) => format!("detached at {}", head.short()),
        (Some(branch), None) => format!("on {}, before its first commit", clean(branch)),
        (None, None) => "before the first commit".into(),
    };
    let dirt = match (standpoint.dirt.modified, standpoint.dirt.untracked) {
        (0, 0) => "clean".into(),
        (modified, untracked) => format!("{} from before, not part of it", crate::words::dirt(modified, untracked)),
    };
    let mut lines = vec![format!("{} {}", styled(STRONG, "Session started:"), clean(title.unwrap_or("untitled")))];
    lines.push(styled(FAINT, &format!("  {place}; {dirt}")));
    lines.extend(
        standpoint
            .left_out
            .iter()
            .take(3)
            .map(|left| styled(FAINT, &format!("  left out: {} ({})", clean(&left.path.to_display()), clean(&left.reason)))),
    );
    lines
}
