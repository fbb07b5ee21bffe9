//! `journal stop`: fixes the end, writes the journal, and only then says so.
//!
//! Every step can be the last one before a crash; a second `stop` goes on from what it finds, unless the work went on. The order is: end snapshot, `stopping` record,
//! the author's answers (where somebody is there to answer), document, what was rendered, journal file, `stopped` record, marker and
//! snapshots removed.

use anyhow::Context;
use chrono::{DateTime, FixedOffset};

use crate::cli::{Format, Stop};
use crate::commands::ask::InterviewEnd;
use crate::commands::shared::session_document::{self, Gathered, Patches, Unstated};
use crate::commands::shared::statements::{self, Writer};
use crate::commands::shared::{editor, end_time, finished_journal, unfinished_stop};
use crate::commands::{Environment, Report, Workspace, ask, watch};
use crate::document::{Document, open};
use crate::error::{Error, Kind, Result};
use crate::event::{Event, Fact};
use crate::files::write_atomically;
use crate::git::snapshot::Snapshots;
use crate::journal_dir;
use crate::journal_file::{self, Name};
use crate::log::Durability;
use crate::session::State;
use crate::session_store::{RecordedSession, event, whole_second};
use crate::terminal::{FAINT, STRONG, Spinner, clean, styled, wrapped};
use crate::words::count;

pub(super) fn run(arguments: &Stop, env: &Environment) -> Result<Report> {
    let workspace = env.open_as_set()?;
    let asks = env.interactive && !arguments.no_input;
    let Some(recorded) = workspace.sessions.active()? else {
        return finished(arguments, &workspace);
    };
    let recorded = unfinished_stop::as_it_runs(&workspace, recorded)?;
    let end = match recorded.session.state {
        State::Active => Some(end_time::end(arguments.at.as_deref(), !arguments.no_input, &workspace, &recorded, env)?),
        _ => None, // an earlier stop fixed it
    };
    let mut lock = workspace.sessions.lock()?;
    let mut recorded = unfinished_stop::as_it_runs(&workspace, workspace.sessions.expect_active()?)?;
    let spinner = Spinner::start("Reading what the session changed", env.terminal);
    // another stop may have fixed it meanwhile
    if let (Some(end), State::Active) = (&end, &recorded.session.state) {
        recorded = fix_end(&workspace, recorded, end.at, env)?;
    }
    let mut gathered = Gathered::of(&workspace, &recorded, env)?;
    let mut document = gathered.document(&recorded.session);
    drop(spinner);
    if asks {
        // nobody else has to wait for a person to answer; the end is fixed, so nothing moves meanwhile
        drop(lock);
        interview(&workspace, &recorded, &document, arguments.full, env)?;
        lock = workspace.sessions.lock()?;
        let asked = recorded.session.state;
        recorded = still_open(&workspace)?;
        // another stop may have taken another end meanwhile
        gathered = if recorded.session.state == asked { gathered.again(&recorded)? } else { Gathered::of(&workspace, &recorded, env)? };
        document = gathered.document(&recorded.session);
    }
    let written = write(&workspace, &recorded, &document, &gathered, env)?;
    drop(lock);
    let edited = if arguments.edit { editor::open(&workspace, &workspace.absolute(written.path.as_ref())) } else { Ok(()) };
    let mut report = report(arguments, &recorded, &document, written);
    report.stderr.extend(end.and_then(|end| end.remark).map(|remark| styled(FAINT, &format!("  {remark}"))));
    // the journal is written all the same
    report.stderr.extend(edited.err().map(|error| format!("  {}", clean(&error.message))));
    Ok(report)
}

/// Without a session that runs: a stop that was interrupted behind the session's last record is finished here.
fn finished(arguments: &Stop, workspace: &Workspace) -> Result<Report> {
    let _lock = workspace.sessions.lock()?;
    let Some(over) = finished_journal::tidy(&workspace.sessions)?.filter(|recorded| recorded.session.journal().is_some()) else {
        return Err(workspace.sessions.none_here());
    };
    let stdout = match arguments.format {
        Format::Text => String::new(),
        Format::Markdown => String::from_utf8_lossy(&std::fs::read(over.log.folder().join(journal_dir::RENDERED))?).into_owned(),
        Format::Json => session_document::json(&session_document::stored(&over)?),
    };
    Ok(Report { stdout, stderr: vec![written_to(over.session.journal().unwrap_or_default())], code: 0 })
}

fn written_to(path: &str) -> String {
    format!("{} {}", styled(STRONG, "Journal written:"), clean(path))
}

/// What was written.
struct Written {
    /// The journal file, relative to the top of the worktree.
    path: String,
    markdown: String,
    json: String,
}

/// Document, journal file, and the record that the session is over; then what is not needed any more goes.
fn write(
    workspace: &Workspace,
    recorded: &RecordedSession,
    document: &Document,
    gathered: &Gathered<'_>,
    env: &Environment,
) -> Result<Written> {
    let markdown = session_document::markdown(workspace, document)?;
    let json = session_document::json(document);
    write_atomically(&recorded.log.folder().join(journal_dir::DOCUMENT), json.as_bytes())?;
    let patches = serde_json::to_vec(&Patches::of(&gathered.observation)).context("the patches cannot be kept")?;
    write_atomically(&recorded.log.folder().join(journal_dir::PATCHES), &patches)?;
    let unstated = serde_json::to_vec(&Unstated::of(&recorded.session, document, gathered)).context("the document cannot be kept")?;
    write_atomically(&recorded.log.folder().join(journal_dir::UNSTATED), &unstated)?;
    // what a later refresh compares with; before the file, so that no journal is ever without it
    let earlier = std::fs::read(recorded.log.folder().join(journal_dir::RENDERED)).ok(); // of a stop that was interrupted
    write_atomically(&recorded.log.folder().join(journal_dir::RENDERED), markdown.as_bytes())?;
    let name = Name { date: &document.date, title: &document.title };
    let folder = workspace.journal_folder();
    let path = journal_file::write_new(&workspace.repository.worktree, &folder, &name, &markdown, earlier.as_deref())?;
    let path = path.to_string_lossy().into_owned();

    recorded.append(event(env.now, Fact::Stopped { journal: Some(path.clone()) }), Durability::Synced)?;
    finished_journal::close(&workspace.sessions, recorded)?;
    Ok(Written { path, markdown, json })
}

/// Asks what is open. A person who leaves finds the session as it was, with the answers so far.
fn interview(workspace: &Workspace, recorded: &RecordedSession, document: &Document, full: bool, env: &Environment) -> Result<()> {
    let mut writer = Writer::to(workspace.clone(), recorded.clone(), None, env);
    match ask::interview(&mut writer, document, full)? {
        InterviewEnd::Left(answers) => {
            let message = format!("left before the journal was written; {} kept", count(answers, "answer"));
            Err(Error::new(Kind::Failed, message).hint("journal stop goes on from here, journal stop --no-input asks nothing"))
        }
        InterviewEnd::Nothing | InterviewEnd::Ended(_) => Ok(()),
    }
}

/// The session, unless another `stop` has finished it while its author was asked.
fn still_open(workspace: &Workspace) -> Result<RecordedSession> {
    workspace.sessions.active()?.ok_or_else(|| {
        let message = "another `journal stop` has written the journal meanwhile; your answers are kept with the session";
        Error::new(Kind::InTheWay, message).hint("journal refresh brings them into the journal")
    })
}

fn report(arguments: &Stop, recorded: &RecordedSession, document: &Document, written: Written) -> Report {
    let mut stderr = announce(document, &written.path);
    let open = open::open(document, &statements::narrative(&recorded.session));
    let required: Vec<&str> = open.iter().filter(|slot| slot.required).map(|slot| slot.field.key).collect();
    if !required.is_empty() {
        stderr.extend(lacking(&required).iter().map(|line| styled(FAINT, line)));
    }
    let code = if arguments.require && !required.is_empty() { Kind::Found as u8 } else { 0 };
    let stdout = match arguments.format {
        Format::Text => String::new(),
        Format::Markdown => written.markdown,
        Format::Json => written.json,
    };
    Report { stdout, stderr, code }
}

/// Columns of the line that says what is missing.
const WIDTH: usize = 78;

fn lacking(required: &[&str]) -> Vec<String> {
    let text = format!("Not recorded: {}; `journal missing` says more", required.join(", "));
    wrapped(&text, WIDTH).into_iter().map(|line| format!("  {line}")).collect()
}

/// Takes the end snapshot and the last looks outside, and records them. From here on the end is fixed, whatever happens to the worktree.
fn fix_end(workspace: &Workspace, recorded: RecordedSession, at: DateTime<FixedOffset>, env: &Environment) -> Result<RecordedSession> {
    let start = recorded.worktree_state(&recorded.session.started.standpoint)?;
    let end = Snapshots::new(&workspace.repository, recorded.log.folder())?.take(Some(&start))?;
    let standpoint = RecordedSession::keep(&recorded.log, &end)?;
    recorded.writable()?;
    let outside = crate::watch::watched(&recorded.session);
    if !outside.is_empty() {
        watch::take_samples(&outside, &recorded.log, env)?;
    }
    recorded.append(Event { at: whole_second(at), ..event(env.now, Fact::Stopping { standpoint }) }, Durability::Synced)?;
    workspace.sessions.expect_active().map_err(Into::into)
}

/// Notices that are repeated on the terminal; the journal has them all.
const NOTICES: usize = 3;

fn announce(document: &Document, path: &str) -> Vec<String> {
    let mut lines = vec![written_to(path)];
    let summary = document.derived.summary.as_deref().map(clean).unwrap_or_default();
    lines.extend(wrapped(&summary, WIDTH).iter().map(|line| styled(FAINT, &format!("  {line}"))));
    let notices = &document.derived.notices;
    lines.extend(notices.iter().take(NOTICES).map(|notice| styled(FAINT, &format!("  {}", clean(notice)))));
    let more = notices.len().saturating_sub(NOTICES);
    lines.extend((more > 0).then(|| styled(FAINT, &format!("  and {} in the journal", count(more, "more remark")))));
    lines
}
