//! `journal missing`: what the type of session still asks for, with what bears on it.

use std::path::Path;

use crate::cli::{self, TextOrJson};
use crate::commands::shared::statements::{meant_or_last, narrative};
use crate::commands::shared::{finished_journal, session_document};
use crate::commands::{Environment, Report, Workspace};
use crate::document::Document;
use crate::document::open::{self, Missing, Slot};
use crate::error::Result;
use crate::session::State;
use crate::session_store::RecordedSession;
use crate::terminal::{FAINT, HINT, STRONG, Spinner, clean, styled};
use crate::words::count;

pub(super) fn run(arguments: &cli::Missing, env: &Environment) -> Result<Report> {
    let workspace = env.open()?;
    let recorded = meant_or_last(&workspace.sessions, arguments.session.as_deref())?;
    let spinner = Spinner::start("Reading what the session changed", env.terminal);
    let document = as_it_stands(&workspace, &recorded, env)?;
    drop(spinner);
    let slots = open::open(&document, &narrative(&recorded.session));
    Ok(Report::document(match arguments.format {
        TextOrJson::Json => serde_json::to_string_pretty(&Missing::of(&document, &slots)).expect("plain values") + "\n",
        TextOrJson::Text => text(&slots, recorded.session.journal()),
    }))
}

/// The document with all that was said until now; that of an ended session is the stored one.
pub(super) fn as_it_stands(workspace: &Workspace, recorded: &RecordedSession, env: &Environment) -> Result<Document> {
    match recorded.session.state {
        State::Stopped { .. } => finished_journal::as_stated(recorded),
        _ => session_document::document(workspace, recorded, env),
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
