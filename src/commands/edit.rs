//! `journal edit`: opens a journal file in the editor that git would open. Only where a person sits at a terminal.

use crate::cli::Edit;
use crate::commands::shared::editor;
use crate::commands::shared::finished_journal::FinishedJournal;
use crate::commands::{Environment, Report};
use crate::error::{Error, Kind, Result};
use crate::terminal::{FAINT, clean, styled};

pub(super) fn run(arguments: &Edit, env: &Environment) -> Result<Report> {
    let workspace = env.open()?;
    let ended = FinishedJournal::find(&workspace, env, arguments.session.as_deref())?;
    let page = ended.expect_page(&workspace)?;
    let path = workspace.absolute(&page.path);
    if !env.interactive {
        let message = "there is no terminal for an editor";
        return Err(Error::new(Kind::Usage, message).hint(format!("edit {} itself; journal refresh keeps what you wrote", path.display())));
    }
    editor::open(&workspace, &path)?;
    let now = std::fs::read(&path)?;
    let said = if now == page.bytes { "unchanged:" } else { "edited:" };
    Ok(Report::say([format!("{} {}", styled(FAINT, said), clean(&page.path.to_string_lossy()))]))
}
