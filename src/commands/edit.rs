//! `journal edit`: opens a journal file in the editor that git would open. Only where a person sits at a terminal.

use std::process::Command;

use anyhow::Context;

use crate::cli::Edit;
use crate::commands::ended::Ended;
use crate::commands::{Report, Surroundings};
use crate::error::{Error, Kind, Result};
use crate::terminal::{FAINT, clean, styled};

pub(super) fn run(arguments: &Edit, here: &Surroundings) -> Result<Report> {
    let place = here.open()?;
    let ended = Ended::find(&place, here, arguments.session.as_deref())?;
    let page = ended.expect_page()?;
    let path = place.absolute(&page.path);
    if !here.interactive {
        let message = "there is no terminal for an editor";
        return Err(Error::new(Kind::Usage, message).hint(format!("edit {} itself; journal refresh keeps what you wrote", path.display())));
    }
    let editor = place.repository.git().text(["var", "GIT_EDITOR"])?;
    // through the shell, as git does: an editor may be set with arguments
    let status = Command::new("sh").args(["-c", &format!("{editor} \"$@\""), &editor]).arg(&path).status();
    let status = status.with_context(|| format!("the editor `{editor}` could not be started"))?;
    if !status.success() {
        return Err(Error::new(Kind::Failed, format!("the editor `{editor}` failed")).hint("git config core.editor names another one"));
    }
    let now = std::fs::read(&path)?;
    let said = if now == page.bytes { "unchanged:" } else { "edited:" };
    Ok(Report::say([format!("{} {}", styled(FAINT, said), clean(&page.path.to_string_lossy()))]))
}
