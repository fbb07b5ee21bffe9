//! `journal missing`: what the type of session still asks for, with what bears on it.

use std::path::Path;

use crate::cli::{self, TextOrJson};
use crate::commands::author::{meant_or_last, narrative};
use crate::commands::{Report, Surroundings, Workplace, ended, journal};
use crate::document::Document;
use crate::document::open::{self, Missing, Slot};
use crate::error::Result;
use crate::session::State;
use crate::sessions::Recorded;
use crate::terminal::{FAINT, HINT, STRONG, Spinner, clean, styled};
use crate::words::count;

pub(super) fn run(arguments: &cli::Missing, here: &Surroundings) -> Result<Report> {
    let place = here.open()?;
    let recorded = meant_or_last(&place.sessions, arguments.session.as_deref())?;
    let spinner = Spinner::start("Reading what the session changed", here.terminal);
    let document = as_it_stands(&place, &recorded, here)?;
    drop(spinner);
    let slots = open::open(&document, &narrative(&recorded.session));
    Ok(Report::document(match arguments.format {
        TextOrJson::Json => serde_json::to_string_pretty(&Missing::of(&document, &slots)).expect("plain values") + "\n",
        TextOrJson::Text => text(&slots, recorded.session.journal()),
    }))
}

/// The document with all that was said until now; that of an ended session is the stored one.
pub(super) fn as_it_stands(place: &Workplace, recorded: &Recorded, here: &Surroundings) -> Result<Document> {
    match recorded.session.state {
        State::Stopped { .. } => ended::as_stated(recorded),
        _ => journal::document(place, recorded, here),
    }
}

fn text(slots: &[Slot], journal: Option<&str>) -> String {
    if slots.is_empty() {
        return "Nothing is missing.\n".to_owned();
    }
    let required = slots.iter().filter(|slot| slot.required).count();
    let mut text = format!("{} open, {required} of them required:\n", count(slots.len(), "field"));
    for slot in slots {
        let need = if slot.required { "" } else { " (if you like)" };
        text += &format!("\n{}{need}\n  {}\n", styled(STRONG, slot.field.key), slot.question.text);
        for evidence in &slot.evidence {
            text += &styled(FAINT, &format!("  · {}\n", clean(&evidence.text)));
        }
        text += &format!("  {}\n", styled(HINT, &slot.field.command()));
    }
    text += "\nAll in one go: journal ask --full, or journal apply with JSON.\n";
    if let Some(name) = journal.and_then(|path| Path::new(path).file_stem()?.to_str()) {
        text += &format!("The session has ended: add --session {} to what you say.\n", clean(name));
    }
    text
}
