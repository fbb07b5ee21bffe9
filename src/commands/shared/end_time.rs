//! A forgotten stop: when something last happened in a session, and whether that is long ago.

use std::path::Path;

use chrono::{DateTime, Duration, FixedOffset, NaiveDateTime, NaiveTime, SubsecRound, Utc};

use crate::commands::{Environment, Workspace};
use crate::error::{Error, Kind, Result};
use crate::git::worktree;
use crate::session_store::RecordedSession;
use crate::terminal::{DefaultAnswer, confirm};

/// After so much time without anything the stop was probably forgotten.
const LONG: Duration = Duration::minutes(60);
/// Files whose times are looked at.
const FILES: usize = 10_000;

/// When the session is to end, and what to say about it.
#[derive(Debug, PartialEq)]
pub(in crate::commands) struct End {
    /// The time.
    pub(in crate::commands) at: DateTime<FixedOffset>,
    /// A remark for the person.
    pub(in crate::commands) remark: Option<String>,
}

/// The end as stated, as confirmed, or now.
pub(in crate::commands) fn end(
    stated: Option<&str>,
    ask: bool,
    workspace: &Workspace,
    recorded: &RecordedSession,
    env: &Environment,
) -> Result<End> {
    let events = recorded.log.read()?.events.into_iter().map(|event| event.at).filter(|at| *at <= env.now).max();
    let said = events.unwrap_or(recorded.session.started_at);
    if let Some(text) = stated {
        return Ok(End { at: at(text, said, env.now)?, remark: None });
    }
    let end = |at, remark| Ok(End { at, remark });
    if recorded.session.is_paused() || env.now - said <= LONG {
        return end(env.now, None);
    }
    let last = said.max(worked(workspace, recorded, env.now).unwrap_or(said));
    if env.now - last <= LONG {
        return end(env.now, None);
    }
    let clock = format_time(last, env.now);
    if ask && env.interactive {
        let question = format!("Nothing happened after {clock}. End the session then?");
        return end(if confirm(&question, DefaultAnswer::Yes, std::io::stdin().lock())? { last } else { env.now }, None);
    }
    let hint = format!("Nothing happened after {clock}; `journal stop --at {clock}` would have ended the session then.");
    end(env.now, Some(hint))
}

/// `HH:MM`, with the date where it is not today's.
fn format_time(at: DateTime<FixedOffset>, now: DateTime<FixedOffset>) -> String {
    let at = at.with_timezone(now.offset());
    if at.date_naive() == now.date_naive() { at.format("%H:%M").to_string() } else { at.format("'%Y-%m-%d %H:%M'").to_string() }
}

/// The stated end: the last such time of day before now, or a date and time. Not before `last`, when something was recorded.
fn at(text: &str, last: DateTime<FixedOffset>, now: DateTime<FixedOffset>) -> Result<DateTime<FixedOffset>> {
    let wrong = || Error::new(Kind::Usage, format!("`{text}` is no time")).hint("use HH:MM or 'YYYY-MM-DD HH:MM', e.g. --at 18:30");
    let text = text.trim();
    let at = match NaiveTime::parse_from_str(text, "%H:%M") {
        Ok(time) => {
            let today = now.with_time(time).single().ok_or_else(wrong)?;
            if today > now { today - Duration::days(1) } else { today }
        }
        Err(_) => {
            let time = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").map_err(|_| wrong())?;
            time.and_local_timezone(*now.offset()).single().ok_or_else(wrong)?
        }
    };
    if at > now {
        return Err(Error::new(Kind::Usage, format!("{} is not over yet", format_time(at, now))).hint("journal stop ends the session now"));
    }
    // a time is typed to the minute, records are exact to the second
    if at + Duration::minutes(1) <= last {
        let message = format!("the session cannot end at {}: something was recorded at {}", format_time(at, now), format_time(last, now));
        return Err(Error::new(Kind::Usage, message).hint(format!("journal stop --at {}", format_time(last, now))));
    }
    Ok(at.max(last))
}

/// When a commit was made or a file that is not committed was last written, in the session.
fn worked(workspace: &Workspace, recorded: &RecordedSession, now: DateTime<FixedOffset>) -> Option<DateTime<FixedOffset>> {
    let repository = &workspace.repository;
    let edited = worktree::edited(repository).unwrap_or_default();
    let written = edited.iter().take(FILES).filter_map(|path| written(&repository.absolute(path)));
    let inside = |at: &DateTime<FixedOffset>| *at >= recorded.session.started_at && *at <= now;
    written.chain(worktree::committed_at(repository)).filter(inside).max()
}

fn written(path: &Path) -> Option<DateTime<FixedOffset>> {
    let modified = std::fs::symlink_metadata(path).ok()?.modified().ok()?;
    Some(DateTime::<Utc>::from(modified).trunc_subsecs(0).fixed_offset())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stated_end_is_the_last_such_time_and_loses_no_record() {
        let time = |text: &str| DateTime::parse_from_rfc3339(&format!("2026-11-{text}+01:00")).expect("a time");
        let (now, last) = (time("23T09:15:00"), time("22T18:30:20"));
        for (text, wanted) in [
            ("18:30", Ok("22T18:30:20")),
            ("20:00", Ok("22T20:00:00")),
            ("09:10", Ok("23T09:10:00")),
            ("2026-11-22 19:00", Ok("22T19:00:00")),
            ("18:29", Err("something was recorded at '2026-11-22 18:30'")),
            ("2026-11-23 10:00", Err("not over yet")),
            ("soon", Err("no time")),
        ] {
            match (at(text, last, now), wanted) {
                (Ok(at), Ok(wanted)) => assert_eq!(at, time(wanted), "{text}"),
                (Err(error), Err(part)) => assert!(error.message.contains(part), "{text}: {}", error.message),
                (got, _) => panic!("{text}: {got:?}"),
            }
        }
    }
}
