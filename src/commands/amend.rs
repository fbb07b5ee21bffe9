//! `journal amend`: adds a dated paragraph to a finished journal. Nothing that stands there changes; where the file's session is known the
//! addendum is recorded, so that the journal and its data keep it.

use std::io::Read;
use std::path::Path;

use crate::cli::Amend;
use crate::commands::shared::finished_journal::FinishedJournal;
use crate::commands::shared::statements;
use crate::commands::{Environment, Report, Workspace, refresh};
use crate::document::compose::late;
use crate::error::{Error, Kind, Result};
use crate::event::Fact;
use crate::journal_file;
use crate::log::Durability;
use crate::markdown::prose;
use crate::merge::Keep;
use crate::render;
use crate::session_store::event;
use crate::terminal::{FAINT, clean, styled};

pub(super) fn run(arguments: &Amend, env: &Environment) -> Result<Report> {
    let workspace = env.open_as_set()?;
    let text = crate::secrets::masked(&text(&arguments.text)?);
    let _lock = workspace.sessions.lock()?;
    match FinishedJournal::find(&workspace, env, Some(&arguments.file)) {
        Ok(ended) => recorded(&workspace, ended, text, env),
        Err(error) if error.kind == Kind::Nothing && env.cwd.join(&arguments.file).is_file() => {
            appended(&workspace, env, &env.cwd.join(&arguments.file), &text)
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
fn recorded(workspace: &Workspace, ended: FinishedJournal, text: String, env: &Environment) -> Result<Report> {
    ended.expect_page(workspace)?;
    let said = statements::statement(late::ADDENDA.to_owned(), text.clone().into(), &ended.recorded.log)?;
    ended.recorded.append(event(env.now, Fact::Said(said)), Durability::Synced)?;
    let name = ended.recorded.session.id.clone();
    let again = FinishedJournal::find(workspace, env, Some(&name))?;
    let report = refresh::refreshed(workspace, &again, Keep::Neither, false).map_err(|error| {
        let message = format!("{}; the addendum is recorded", error.message);
        Error { message, ..error }.hint(format!("journal refresh {name}"))
    })?;
    let page = FinishedJournal::of(workspace, again.recorded)?.expect_page(workspace)?.clone();
    match report.code {
        // an own template may not show addenda
        0 if !String::from_utf8_lossy(&page.bytes).contains(prose(&text).lines().next().unwrap_or_default()) => {
            appended(workspace, env, &workspace.absolute(&page.path), &text)
        }
        0 => Ok(Report::say([format_amended(&page.path.to_string_lossy())])),
        _ => {
            let first = "the addendum is recorded; it enters the file with the next `journal refresh`".to_owned();
            Ok(Report { stderr: std::iter::once(first).chain(report.stderr).collect(), ..report })
        }
    }
}

/// Appends it to a file that no session here wrote.
fn appended(workspace: &Workspace, env: &Environment, file: &Path, text: &str) -> Result<Report> {
    let outside =
        || Error::new(Kind::Usage, format!("{} is not in this worktree", file.display())).hint("name a journal of this repository");
    let path = file.canonicalize()?;
    let path = path.strip_prefix(&workspace.repository.worktree).map_err(|_| outside())?;
    let there = std::fs::read(workspace.absolute(path))?;
    let end = if there.windows(2).any(|pair| pair == b"\r\n") { "\r\n" } else { "\n" };
    let gap = if there.ends_with(b"\n") || there.is_empty() { end.to_owned() } else { end.repeat(2) };
    let paragraph = format!("{}\n", render::addendum(env.now, text));
    let whole = [&there, gap.as_bytes(), paragraph.replace('\n', end).as_bytes()].concat();
    journal_file::replace(&workspace.repository.worktree, path, &there, &whole)?;
    Ok(Report::say([format_amended(&path.to_string_lossy())]))
}

fn format_amended(path: &str) -> String {
    format!("{} {}", styled(FAINT, "amended:"), clean(path))
}
