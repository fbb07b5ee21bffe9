//! `journal show`: prints a journal. A running session's is composed from what is there now; an ended one's was fixed when it ended.

use crate::cli::{Format, Show};
use crate::commands::{Report, Surroundings, Workplace, ended, journal};
use crate::document::Document;
use crate::error::{Error, Kind, Result};
use crate::session::State;
use crate::sessions::Recorded;
use crate::terminal::Spinner;

pub(super) fn run(arguments: &Show, here: &Surroundings) -> Result<Report> {
    let place = here.open()?;
    let recorded = chosen(&place, arguments.session.as_deref())?;
    let _spinner = Spinner::start("Reading what the session changed", here.terminal);
    let document = match recorded.session.state {
        State::Stopped { .. } => ended::document(&place, &recorded)?,
        _ => journal::document(&place, &recorded, here)?,
    };
    Ok(Report::document(printed(&place, &document, arguments.format)?))
}

fn printed(place: &Workplace, document: &Document, format: Format) -> Result<String> {
    Ok(match format {
        Format::Json => journal::json(document),
        Format::Markdown | Format::Text => journal::markdown(place, document)?,
    })
}

/// The named session, else the active one, else the last one that has a journal.
fn chosen(place: &Workplace, name: Option<&str>) -> Result<Recorded> {
    let found = match name {
        Some(name) => place.sessions.find(name)?,
        None => match place.sessions.active()? {
            Some(active) => Some(active),
            None => place.sessions.all()?.into_iter().rev().find(|recorded| recorded.session.journal().is_some()),
        },
    };
    found.filter(|recorded| recorded.session.state != State::Discarded).ok_or_else(|| match name {
        Some(name) => Error::new(Kind::Nothing, format!("no session is called `{name}`")).hint("journal show prints the last one"),
        None => Error::new(Kind::Nothing, "there is no session here yet").hint("journal start \"What you are about to do\""),
    })
}
