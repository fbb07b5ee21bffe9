//! `journal note`: keeps a sentence at the time it was said.

use std::io::Read;

use chrono::{DateTime, FixedOffset, NaiveTime};

use crate::cli::Note;
use crate::commands::{Report, Surroundings};
use crate::error::{Error, Kind, Result};
use crate::event::{Fact, Noted};
use crate::log::{Durability, Log};
use crate::markdown::cut;
use crate::sessions::event;
use crate::terminal::{FAINT, clean, styled};

/// A record holds this many bytes of text; what is longer goes to an attachment.
const INLINE: usize = 2 * 1024;
/// Characters that are repeated on the terminal: a line of 80 columns.
const ECHOED: usize = 62;

pub(super) fn run(arguments: &Note, here: &Surroundings) -> Result<Report> {
    let place = here.open()?;
    let recorded = place.sessions.expect_active()?;
    let text = text(&arguments.text)?;
    let about = arguments.at.as_deref().map(|at| time_of_day(at, here.now)).transpose()?;

    let text = crate::secrets::masked(&text);
    let noted = noted(text, about, arguments, &recorded.log)?;
    let line = said(&noted, here.now);
    recorded.append(event(here.now, Fact::Noted(noted)), Durability::Synced)?;
    Ok(Report::say([line]))
}

fn text(argument: &str) -> Result<String> {
    let mut text = argument.to_owned();
    if argument == "-" {
        text.clear();
        std::io::stdin().read_to_string(&mut text)?;
    }
    match text.trim() {
        "" => Err(Error::new(Kind::Usage, "the note is empty").hint("journal note \"What you know now\"")),
        text => Ok(text.to_owned()),
    }
}

/// A local time of today.
fn time_of_day(text: &str, now: DateTime<FixedOffset>) -> Result<DateTime<FixedOffset>> {
    let wrong = || Error::new(Kind::Usage, format!("`{text}` is no time of day")).hint("use HH:MM, e.g. --at 09:20");
    let time = NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| wrong())?;
    now.with_time(time).single().ok_or_else(wrong)
}

fn noted(text: String, about: Option<DateTime<FixedOffset>>, arguments: &Note, log: &Log) -> Result<Noted> {
    let (phase, file) = (arguments.phase, arguments.file.as_deref().map(crate::secrets::masked));
    if text.len() <= INLINE {
        return Ok(Noted { text, attachment: None, phase, about, file });
    }
    let attachment = Some(log.attach(text.as_bytes())?);
    let end = (0..=INLINE).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    Ok(Noted { text: format!("{}…", &text[..end]), attachment, phase, about, file })
}

fn said(noted: &Noted, now: DateTime<FixedOffset>) -> String {
    let at = noted.about.unwrap_or(now).format("%H:%M");
    let first = noted.text.lines().next().unwrap_or_default();
    format!("{} {}", styled(FAINT, &format!("noted at {at}:")), clean(&cut(first, ECHOED)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_is_todays_local_time() {
        let now = DateTime::parse_from_rfc3339("2026-11-22T10:00:00+01:00").expect("a time");
        assert_eq!(time_of_day("09:20", now).expect("a time").to_rfc3339(), "2026-11-22T09:20:00+01:00");
        for wrong in ["", "9", "25:00", "09:20:11", "soon"] {
            assert_eq!(time_of_day(wrong, now).expect_err("refused").kind, Kind::Usage, "{wrong}");
        }
    }
}
