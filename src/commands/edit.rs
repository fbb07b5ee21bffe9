//! `journal edit`: opens a journal file in the editor that git would open. Only where a person sits at a terminal.

use crate::cli::Edit;
use crate::commands::ended::Ended;
use crate::commands::{Report, Surroundings, editor};
use crate::error::{Error, Kind, Result};
use crate::terminal::{FAINT, clean, styled};

pub(super) fn run(arguments: &Edit, here: &Surroundings) -> Result<Report> {
    let place = here.open()?;
    let ended = Ended::find(&place, here, arguments.session.as_deref())?;
    let page = ended.expect_page(&place)?;
    let path = place.absolute(&page.path);
    if !here.interactive {
        let message = "there is no terminal for an editor";
        return Err(Error::new(Kind::Usage, message).hint(format!("edit {} itself; journal refresh keeps what you wrote", path.display())));
    }
    editor::open(&place, &path)?;
    let now = std::fs::read(&path)?;
    let said = if now == page.bytes { "unchanged:" } else { "edited:" };
    Ok(Report::say([format!("{} {}", styled(FAINT, said), clean(&page.path.to_string_lossy()))]))
}
