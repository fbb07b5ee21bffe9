//! `journal amend`: adds a dated paragraph to a finished journal. Nothing that stands there changes; where the file's session is known the
//! addendum is recorded, so that the journal and its data keep it.

use std::io::Read;
use std::path::Path;

use crate::cli::Amend;
use crate::commands::ended::Ended;
use crate::commands::{Report, Surroundings, Workplace, author, refresh};
use crate::document::compose::late;
use crate::error::{Error, Kind, Result};
use crate::event::Fact;
use crate::journal_file;
use crate::log::Durability;
use crate::markdown::prose;
use crate::merge::Keep;
use crate::render;
use crate::sessions::event;
use crate::terminal::{FAINT, clean, styled};

pub(super) fn run(arguments: &Amend, here: &Surroundings) -> Result<Report> {
    let place = here.open_as_set()?;
    let text = crate::secrets::masked(&text(&arguments.text)?);
    let _lock = place.sessions.lock()?;
    match Ended::find(&place, here, Some(&arguments.file)) {
        Ok(ended) => recorded(&place, ended, text, here),
        Err(error) if error.kind == Kind::Nothing && here.cwd.join(&arguments.file).is_file() => {
            appended(&place, here, &here.cwd.join(&arguments.file), &text)
        }
        Err(error) => Err(error),
    }
}

fn text(argument: &str) -> Result<String> {
    let mut text = argument.to_owned();
    if argument == "-" {
        text.clear();
        std::io::stdin().read_to_string(&mut text)?;
    }
    match text.trim() {
        "" => Err(Error::new(Kind::Usage, "the addendum is empty").hint("journal amend FILE \"What there is to add\"")),
        text => Ok(text.to_owned()),
    }
}

/// Records it, and brings the file up to date.
fn recorded(place: &Workplace, ended: Ended, text: String, here: &Surroundings) -> Result<Report> {
    ended.expect_page(place)?;
    let said = author::said(late::ADDENDA.to_owned(), text.clone().into(), &ended.recorded.log)?;
    ended.recorded.append(event(here.now, Fact::Said(said)), Durability::Synced)?;
    let name = ended.recorded.session.id.clone();
    let again = Ended::find(place, here, Some(&name))?;
    let report = refresh::refreshed(place, &again, Keep::Neither, false).map_err(|error| {
        let message = format!("{}; the addendum is recorded", error.message);
        Error { message, ..error }.hint(format!("journal refresh {name}"))
    })?;
    let page = Ended::of(place, again.recorded)?.expect_page(place)?.clone();
    match report.code {
        // an own template may not show addenda
        0 if !String::from_utf8_lossy(&page.bytes).contains(prose(&text).lines().next().unwrap_or_default()) => {
            appended(place, here, &place.absolute(&page.path), &text)
        }
        0 => Ok(Report::say([told(&page.path.to_string_lossy())])),
        _ => {
            let first = "the addendum is recorded; it enters the file with the next `journal refresh`".to_owned();
            Ok(Report { stderr: std::iter::once(first).chain(report.stderr).collect(), ..report })
        }
    }
}

/// Appends it to a file that no session here wrote.
fn appended(place: &Workplace, here: &Surroundings, file: &Path, text: &str) -> Result<Report> {
    let outside =
        || Error::new(Kind::Usage, format!("{} is not in this worktree", file.display())).hint("name a journal of this repository");
    let path = file.canonicalize()?;
    let path = path.strip_prefix(&place.repository.worktree).map_err(|_| outside())?;
    let there = std::fs::read(place.absolute(path))?;
    let end = if there.windows(2).any(|pair| pair == b"\r\n") { "\r\n" } else { "\n" };
    let gap = if there.ends_with(b"\n") || there.is_empty() { end.to_owned() } else { end.repeat(2) };
    let paragraph = format!("{}\n", render::addendum(here.now, text));
    let whole = [&there, gap.as_bytes(), paragraph.replace('\n', end).as_bytes()].concat();
    journal_file::replace(&place.repository.worktree, path, &there, &whole)?;
    Ok(Report::say([told(&path.to_string_lossy())]))
}

fn told(path: &str) -> String {
    format!("{} {}", styled(FAINT, "amended:"), clean(path))
}
