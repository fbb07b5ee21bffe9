//! `journal discard`: ends the active session without a journal.

use std::io::Write;

use crate::cli::Discard;
use crate::commands::{Report, Surroundings, ended};
use crate::error::{Error, Kind, Result};
use crate::event::Fact;
use crate::log::Durability;
use crate::sessions::event;
use crate::terminal::clean;

pub(super) fn run(arguments: &Discard, here: &Surroundings) -> Result<Report> {
    let place = here.open()?;
    let _lock = place.sessions.lock()?;
    let recorded = place.sessions.expect_active()?;
    let title = recorded.session.title().to_owned();
    if !arguments.yes && !confirmed(&title, here)? {
        return Ok(Report::say(["Nothing was discarded.".into()]));
    }
    recorded.append(event(here.now, Fact::Discarded), Durability::Synced)?;
    ended::close(&place.sessions, &recorded)?;
    Ok(Report::say([format!("Discarded: {}. Your files and commits are as they were.", clean(&title))]))
}

fn confirmed(title: &str, here: &Surroundings) -> Result<bool> {
    if !here.interactive {
        let message = format!("discarding \"{title}\" needs a confirmation, and nobody is there to give it");
        return Err(Error::new(Kind::Usage, message).hint("journal discard --yes"));
    }
    anstream::eprint!("Throw away the session \"{}\" and its notes? [y/N] ", clean(title));
    anstream::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
