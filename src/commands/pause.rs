//! `journal pause` and `journal resume`: time away that does not count.

use crate::commands::{Environment, Report};
use crate::error::{Error, Kind, Result};
use crate::event::Fact;
use crate::log::Durability;
use crate::session_store::{RecordedSession, event};
use crate::terminal::{FAINT, STRONG, styled};

pub(super) fn pause(env: &Environment) -> Result<Report> {
    let recorded = active(env)?;
    if let Some((since, None)) = recorded.session.pauses.last() {
        let message = format!("the session is paused already, since {}", since.format("%H:%M"));
        return Err(Error::new(Kind::InTheWay, message).hint("journal resume"));
    }
    recorded.append(event(env.now, Fact::Paused), Durability::Synced)?;
    let at = env.now.format("%H:%M");
    Ok(Report::say([format!(
        "{} {at}; {}",
        styled(STRONG, "Paused at"),
        styled(FAINT, "`journal resume` goes on, `journal stop` ends here")
    )]))
}

pub(super) fn resume(env: &Environment) -> Result<Report> {
    let recorded = active(env)?;
    let Some((since, None)) = recorded.session.pauses.last() else {
        return Err(Error::new(Kind::InTheWay, "the session is not paused").hint("journal pause"));
    };
    recorded.append(event(env.now, Fact::Resumed), Durability::Synced)?;
    let paused = crate::words::duration((env.now - since).num_seconds());
    Ok(Report::say([format!("{} {paused} paused", styled(STRONG, "Resumed:"))]))
}

fn active(env: &Environment) -> Result<RecordedSession> {
    Ok(env.open()?.sessions.expect_active()?)
}
