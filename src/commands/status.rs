//! `journal status`: what the active session has recorded so far.

use serde::Serialize;

use crate::cli::{Status, TextOrJson};
use crate::commands::shared::session_document;
use crate::commands::{Environment, Report};
use crate::document::{Document, Outcome, SessionType, TestRun, Time};
use crate::error::Result;
use crate::markdown::{cut, one_line};
use crate::session::Session;
use crate::terminal::{FAINT, STRONG, Spinner, clean, styled};
use crate::watch;
use crate::words::{count, duration};

/// What `--format json` prints. The keys are public.
#[derive(Serialize)]
struct StatusOutput<'a> {
    id: &'a str,
    title: &'a str,
    session_type: SessionType,
    started_at: Time,
    active_seconds: i64,
    branch: Option<&'a str>,
    paused: bool,
    paused_seconds: i64,
    /// When a stop took its end that was not finished.
    unfinished_stop_at: Option<Time>,
    watched: usize,
    notes: usize,
    /// Parts of the document that were stated.
    statements: usize,
    commands: usize,
    /// The test run that began last.
    last_test: Option<&'a TestRun>,
    commits: usize,
    files: usize,
    added: u32,
    removed: u32,
    notices: &'a [String],
}

pub(super) fn run(arguments: &Status, env: &Environment) -> Result<Report> {
    let workspace = env.open()?;
    let recorded = workspace.sessions.expect_active()?;
    let _spinner = Spinner::start("Reading what the session changed", env.terminal);
    let document = session_document::document(&workspace, &recorded, env)?;
    let output = output(&document, &recorded.session);
    Ok(Report::document(match arguments.format {
        TextOrJson::Json => serde_json::to_string_pretty(&output).expect("plain values") + "\n",
        TextOrJson::Text => text(&output, env.now),
    }))
}

fn output<'a>(document: &'a Document, session: &Session) -> StatusOutput<'a> {
    StatusOutput {
        id: &document.id,
        title: &document.title,
        session_type: document.session_type,
        started_at: document.started_at,
        active_seconds: document.active_seconds,
        branch: document.branch.as_deref(),
        paused: session.is_paused(),
        paused_seconds: document.paused_seconds,
        unfinished_stop_at: session.end().map(|(at, _)| at),
        watched: watch::watched(session).len(),
        notes: session.notes.len(),
        statements: session.said.len(),
        commands: session.runs.len(),
        last_test: document.testing.runs.last(),
        commits: document.commits.len(),
        files: document.files.len(),
        added: document.files.iter().map(|file| file.added).sum(),
        removed: document.files.iter().map(|file| file.removed).sum(),
        notices: &document.derived.notices,
    }
}

/// "last test at 09:31: `pytest -q` failed".
fn last_test(run: &TestRun) -> String {
    let outcome = match run.outcome {
        Some(Outcome::Passed) => "passed",
        Some(Outcome::Failed) => "failed",
        Some(Outcome::Contradictory) => "ended well though tests failed",
        Some(Outcome::NoTests) => "ran no test",
        Some(Outcome::Unknown) | None => "has no known outcome",
    };
    format!("  last test at {}: `{}` {outcome}\n", run.at.format("%H:%M"), clean(&cut(&one_line(&run.command), 60)))
}

fn text(output: &StatusOutput<'_>, now: Time) -> String {
    let lasts = duration(output.active_seconds);
    let today = now.with_timezone(output.started_at.offset()).date_naive();
    let since = output.started_at.format(if output.started_at.date_naive() == today { "%H:%M" } else { "%Y-%m-%d %H:%M" });
    let branch = output.branch.map_or("detached HEAD".into(), |branch| clean(branch).into_owned());
    let (commits, notes) = (count(output.commits, "commit"), count(output.notes, "note"));
    let changed = format!("{} (+{} −{})", count(output.files, "file"), output.added, output.removed);
    let mut text = format!("{} since {since} ({lasts}) on {branch}\n", styled(STRONG, &clean(output.title)));
    let watched = if output.watched > 0 { format!(", {} watched", count(output.watched, "file")) } else { String::new() };
    let rest: String = [(output.statements, "statement"), (output.commands, "command")]
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, noun)| format!(", {}", count(number, noun)))
        .collect();
    text += &format!("  {commits}, {changed}, {notes}{rest}{watched}\n");
    text += &output.last_test.map(last_test).unwrap_or_default();
    let since_then = count(output.paused_seconds / 60, "minute");
    if output.paused {
        text += &format!("  paused, {since_then} so far; `journal resume` goes on\n");
    } else if output.paused_seconds > 0 {
        text += &format!("  {since_then} of pauses not counted\n");
    }
    if let Some(at) = output.unfinished_stop_at {
        text += &format!("  a stop at {} was not finished; `journal stop` finishes it\n", at.format("%H:%M"));
    }
    for notice in output.notices {
        text += &styled(FAINT, &format!("  {}\n", clean(notice)));
    }
    text
}
