//! `journal show`: prints a journal. A running session's is composed from what is there now; an ended one's was fixed when it ended, and what
//! its author edited in the file counts. A Markdown file that no session wrote is read into the same form.

use crate::cli::{Format, Show};
use crate::commands::shared::finished_journal::FinishedJournal;
use crate::commands::shared::session_document;
use crate::commands::{Environment, Report, Workspace};
use crate::document::Document;
use crate::document::read::read;
use crate::error::{Error, Kind, Result};
use crate::merge::{Keep, merge};
use crate::render;
use crate::session::State;
use crate::session_store::RecordedSession;
use crate::terminal::Spinner;

pub(super) fn run(arguments: &Show, env: &Environment) -> Result<Report> {
    let workspace = env.open()?;
    let recorded = match chosen(&workspace, arguments.session.as_deref()) {
        Err(error) if error.kind == Kind::Nothing => return of_file(&workspace, arguments, env, error),
        recorded => recorded?,
    };
    let _spinner = Spinner::start("Reading what the session changed", env.terminal);
    if let State::Stopped { .. } = recorded.session.state {
        return of_ended(&workspace, FinishedJournal::of(&workspace, recorded)?, arguments);
    }
    let document = session_document::document(&workspace, &recorded, env)?;
    Ok(Report::document(printed(&workspace, &document, arguments)?))
}

/// An ended session, as its file has it today.
fn of_ended(workspace: &Workspace, ended: FinishedJournal, arguments: &Show) -> Result<Report> {
    let mut document = ended.document(workspace)?;
    let Some(page) = ended.page.as_ref().filter(|page| !page.is_blank()) else {
        return Ok(Report::document(printed(workspace, &document, arguments)?));
    };
    if arguments.format == Format::Json || arguments.sources {
        ended.lay_edits(&mut document);
        return Ok(Report::document(printed(workspace, &document, arguments)?));
    }
    // what a refresh would write; where it cannot decide, what is there
    let rendered = session_document::markdown(workspace, &document)?;
    let text = merge(&ended.last, &page.bytes, rendered.as_bytes(), Keep::Neither).unwrap_or_else(|_| page.bytes.clone());
    Ok(Report::document(String::from_utf8_lossy(&text)))
}

/// A Markdown file: the journal of an ended session under another name, or one that no session here wrote.
fn of_file(workspace: &Workspace, arguments: &Show, env: &Environment, error: Error) -> Result<Report> {
    let Some(name) = arguments.session.as_deref().filter(|name| env.cwd.join(name).is_file()) else { return Err(error) };
    match FinishedJournal::find(workspace, env, Some(name)) {
        Ok(ended) => of_ended(workspace, ended, arguments),
        Err(error) if error.kind == Kind::Nothing => {
            let bytes = std::fs::read(env.cwd.join(name))?;
            let text = String::from_utf8_lossy(&bytes);
            match arguments.format {
                Format::Json => Ok(Report::document(session_document::json(&read(&text, *env.now.offset())))),
                _ if arguments.sources => {
                    let message = format!("no session here wrote {name}: nothing is known of who says what in it");
                    Err(Error::new(Kind::Nothing, message).hint(format!("journal show {name}")))
                }
                Format::Markdown | Format::Text => Ok(Report::document(text.into_owned())),
            }
        }
        Err(error) => Err(error),
    }
}

fn printed(workspace: &Workspace, document: &Document, arguments: &Show) -> Result<String> {
    Ok(match arguments.format {
        Format::Json => session_document::json(document),
        _ if arguments.sources => render::sourced(document),
        Format::Markdown | Format::Text => session_document::markdown(workspace, document)?,
    })
}

/// The named session, else the active one, else the last one here that has a journal.
fn chosen(workspace: &Workspace, name: Option<&str>) -> Result<RecordedSession> {
    let found = match name {
        Some(name) => workspace.sessions.find(name)?,
        None => match workspace.sessions.active()? {
            Some(active) => Some(active),
            None => workspace.sessions.last_with_journal()?,
        },
    };
    found.filter(|recorded| recorded.session.state != State::Discarded).ok_or_else(|| match name {
        Some(name) => Error::new(Kind::Nothing, format!("no session is called `{name}`")).hint("journal show prints the last one"),
        None => Error { message: "there is no session here yet".into(), ..workspace.sessions.none_here() },
    })
}
