//! `journal discard`: ends the active session without a journal.

use crate::cli::Discard;
use crate::commands::shared::finished_journal;
use crate::commands::{Environment, Report};
use crate::error::{Error, Kind, Result};
use crate::event::Fact;
use crate::log::Durability;
use crate::session_store::event;
use crate::terminal::{DefaultAnswer, clean, confirm};

pub(super) fn run(arguments: &Discard, env: &Environment) -> Result<Report> {
    let workspace = env.open()?;
    let _lock = workspace.sessions.lock()?;
    let recorded = workspace.sessions.expect_active()?;
    let title = recorded.session.title().to_owned();
    if !arguments.yes && !confirmed(&title, env)? {
        return Ok(Report::say(["Nothing was discarded.".into()]));
    }
    recorded.append(event(env.now, Fact::Discarded), Durability::Synced)?;
    finished_journal::close(&workspace.sessions, &recorded)?;
    Ok(Report::say([format!("Discarded: {}. Your files and commits are as they were.", clean(&title))]))
}

fn confirmed(title: &str, env: &Environment) -> Result<bool> {
    if !env.interactive {
        let message = format!("discarding \"{title}\" needs a confirmation, and nobody is there to give it");
        return Err(Error::new(Kind::Usage, message).hint("journal discard --yes"));
    }
    let question = format!("Throw away the session \"{}\" and its notes?", clean(title));
    Ok(confirm(&question, DefaultAnswer::No, std::io::stdin().lock())?)
}
