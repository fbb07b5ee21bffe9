//! `journal undo`: what was said does not count any more. It stays in the log; nothing is rewritten.

use crate::cli::Undo;
use crate::commands::shared::statements::Writer;
use crate::commands::{Environment, Report};
use crate::error::{Error, Kind, Result};
use crate::event::{Event, Fact, Via};
use crate::markdown::{cut, one_line};
use crate::session::Session;
use crate::session_store::{is_id, short};
use crate::terminal::clean;

/// Characters of an entry that are repeated.
const SHOWN: usize = 60;

pub(super) fn run(arguments: &Undo, env: &Environment) -> Result<Report> {
    let writer = Writer::open(&arguments.author, env)?;
    let events = writer.recorded.log.read()?.events;
    let counting: Vec<&Event> = events.iter().filter(|event| counts(&writer.recorded.session, &event.id)).collect();
    let undone = match &arguments.id {
        Some(id) => vec![named(&counting, id)?],
        None => last(&counting),
    };
    if undone.is_empty() {
        return Err(Error::new(Kind::Nothing, "nothing was said yet that could be taken back").hint("journal note \"What you know now\""));
    }
    let mut lines = Vec::new();
    for event in undone {
        writer.record(Fact::Undone { event: event.id.clone() })?;
        lines.push(format!("taken back: {}", clean(&cut(&one_line(&describe_fact(&event.fact)), SHOWN))));
    }
    Ok(Report::say(lines.into_iter().chain(writer.late())))
}

/// Whether the event is an entry that still counts.
fn counts(session: &Session, id: &str) -> bool {
    session.notes.iter().any(|note| note.id == id)
        || session.said.iter().any(|said| said.id == id)
        || session.runs.iter().any(|run| run.id == id)
        || session.watched.iter().any(|sample| sample.id == id)
}

/// The entry of this id, or of an id that begins or ends so.
fn named<'a>(counting: &[&'a Event], id: &str) -> Result<&'a Event> {
    let found: Vec<&Event> = counting.iter().filter(|event| is_id(&event.id, id)).copied().collect();
    match found[..] {
        [one] => Ok(one),
        [] => {
            Err(Error::new(Kind::Nothing, format!("no entry that counts has the id `{id}`")).hint("journal undo takes back the last one"))
        }
        _ => {
            let ids: Vec<&str> = found.iter().map(|event| short(&event.id)).collect();
            Err(Error::new(Kind::Usage, format!("`{id}` is the id of several entries")).hint(format!("one of {}", ids.join(", "))))
        }
    }
}

/// What the last command said: a person's words, not what the tool saw. `apply` says several things at once.
fn last<'a>(counting: &[&'a Event]) -> Vec<&'a Event> {
    let is_said = |event: &&&Event| match &event.fact {
        Fact::Noted(_) | Fact::Said(_) => true,
        Fact::Ran(ran) => ran.via == Via::Hand,
        _ => false,
    };
    let said: Vec<&Event> = counting.iter().filter(is_said).copied().collect();
    let Some(last) = said.last() else { return Vec::new() };
    let together = |event: &&&Event| (event.pid, event.at) == (last.pid, last.at);
    said.iter().rev().take_while(together).copied().collect()
}

fn describe_fact(fact: &Fact) -> String {
    match fact {
        Fact::Noted(noted) => format!("note \"{}\"", noted.text),
        Fact::Ran(ran) => format!("command `{}`", ran.command),
        Fact::Watched(watched) => format!("a look at {}", watched.name),
        Fact::Said(said) => {
            let identity = ["title", "text", "name", "path", "state"].into_iter().find_map(|key| said.value.get(key)?.as_str());
            let text = identity.or(said.value.as_str()).map(|text| format!(" \"{text}\"")).unwrap_or_default();
            format!("{}{text}", said.field)
        }
        _ => "an entry".to_owned(),
    }
}
