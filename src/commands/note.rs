//! `journal note`: keeps a sentence at the time it was said.

use std::path::Path;

use crate::cli::Note;
use crate::commands::shared::statements::{Writer, path_and_line};
use crate::commands::{Environment, Report};
use crate::error::Result;
use crate::event::{Fact, Noted};
use crate::secrets::masked;
use crate::session;
use crate::terminal::{FAINT, clean, styled};

pub(super) fn run(arguments: &Note, env: &Environment) -> Result<Report> {
    let writer = Writer::open(&arguments.author, env)?;
    let about = writer.at(arguments.at.as_deref())?;
    let text = masked(&writer.text(arguments.text.as_deref().filter(|_| !arguments.edit), "the note")?);
    let at = about.unwrap_or(env.now).format("%H:%M");
    let noted = Noted {
        text,
        attachment: None,
        phase: arguments.phase,
        about,
        file: arguments.file.as_deref().map(|file| masked(&writer.place_in_file(file))),
        key: arguments.key.as_deref().map(masked),
    };
    let shown = noted.text.clone();
    if writer.recorded.session.notes.iter().any(|note| says(note, &noted)) {
        return Ok(writer.report_recorded("noted", &shown, None));
    }
    let (text, attachment) = writer.recorded.log.fitted(noted.text)?;
    let id = writer.record(Fact::Noted(Noted { text, attachment, ..noted }))?;
    let mut report = writer.report_recorded(&format!("noted at {at}"), &shown, Some(&id));
    let missing = arguments.file.as_deref().filter(|file| !is_there(file, env, &writer.workspace.repository.worktree));
    report
        .stderr
        .extend(missing.map(|file| styled(FAINT, &format!("  there is no file {} here; the note names it all the same", clean(file)))));
    Ok(report)
}

/// Whether a stated file, with its line or without, is there: seen from here, or from the top of the worktree.
fn is_there(file: &str, env: &Environment, worktree: &Path) -> bool {
    let (bare, _) = path_and_line(file);
    [env.cwd.as_path(), worktree].iter().any(|folder| folder.join(bare).exists() || folder.join(file).exists())
}

/// Whether a note of the same name says the same.
fn says(note: &session::Note, noted: &Noted) -> bool {
    let same_time = noted.about.is_none_or(|about| about == note.at);
    noted.key.is_some()
        && note.key == noted.key
        && note.text == noted.text
        && note.phase == noted.phase
        && note.file == noted.file
        && same_time
}
