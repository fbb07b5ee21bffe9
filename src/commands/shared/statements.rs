//! What `note`, `add`, `set`, `apply` and the interview share: which session is spoken of and by whom, where a text comes from, and how a
//! statement is kept. Nothing here looks at the worktree: saying something costs one record.

use std::io::Read;
use std::path::{Component, Path, PathBuf};

use anyhow::Context;
use chrono::{DateTime, FixedOffset, NaiveTime};
use serde_json::{Map, Value};

use crate::cli::Author;
use crate::commands::shared::editor;
use crate::commands::{Environment, Report, Workspace};
use crate::document::fields::{Field, Record};
use crate::document::narrative::{Narrative, texts};
use crate::error::{Error, Kind, Result};
use crate::event::{Event, Fact, Said};
use crate::log::{Durability, INLINE, Log};
use crate::markdown::{cut, one_line};
use crate::secrets::masked;
use crate::session::{Session, State};
use crate::session_store::{RecordedSession, Sessions, event, short};
use crate::terminal::{FAINT, clean, styled};

/// Characters of a line of a terminal.
const COLUMNS: usize = 80;

/// A session to which somebody says something.
#[derive(Debug)]
pub(in crate::commands) struct Writer<'a> {
    pub(in crate::commands) env: &'a Environment,
    pub(in crate::commands) workspace: Workspace,
    pub(in crate::commands) recorded: RecordedSession,
    by: Option<String>,
    pub(in crate::commands) narrative: Narrative,
}

impl<'a> Writer<'a> {
    /// The session that is meant: the named one, else the active one.
    pub(in crate::commands) fn open(author: &Author, env: &'a Environment) -> Result<Self> {
        let workspace = env.open()?;
        let recorded = meant(&workspace.sessions, author.session.as_deref())?;
        Ok(Self::to(workspace, recorded, author.by.clone(), env))
    }

    /// The same for a session that is already at hand.
    pub(in crate::commands) fn to(workspace: Workspace, recorded: RecordedSession, by: Option<String>, env: &'a Environment) -> Self {
        let narrative = narrative(&recorded.session);
        let by = by.or_else(|| env.agent.clone()).map(|by| masked(by.trim())).filter(|by| !by.is_empty());
        Self { env, workspace, recorded, by, narrative }
    }

    /// Keeps a fact and gives the id of its event.
    pub(in crate::commands) fn record(&self, fact: Fact) -> Result<String> {
        let event = Event { by: self.by.clone(), ..event(self.env.now, fact) };
        let id = event.id.clone();
        self.recorded.append(event, Durability::Synced)?;
        Ok(id)
    }

    /// Keeps a statement that was checked, without its secrets, and gives the id of its event; none where it was said before.
    pub(in crate::commands) fn state(&mut self, field: &'static Field, value: &Value) -> Result<Option<String>> {
        let value = texts(value, &masked);
        if !self.narrative.state(field, &value) {
            return Ok(None);
        }
        let field = field.key.to_owned();
        self.record(Fact::Said(statement(field, value, &self.recorded.log)?)).map(Some)
    }

    /// The text that was typed, from standard input for `-`, from the editor where none was typed.
    pub(in crate::commands) fn text(&self, typed: Option<&str>, what: &str) -> Result<String> {
        let text = match typed {
            Some("-") => standard_input()?,
            Some(text) => text.to_owned(),
            None => editor::write(&self.workspace, self.recorded.log.folder(), what, "")?,
        };
        match text.trim() {
            "" => Err(Error::new(Kind::Usage, format!("{what} is empty; nothing was recorded"))
                .hint("say it in a sentence, or -e for the editor")),
            text => Ok(text.to_owned()),
        }
    }

    /// A path as it was typed, relative to the top of the worktree where it is in there.
    pub(in crate::commands) fn path(&self, typed: &str) -> String {
        let absolute = lexical(&self.env.cwd.join(typed));
        let inside = absolute.strip_prefix(&self.workspace.repository.worktree).ok();
        let known = |path: &&Path| absolute.exists() || Path::new(typed).is_absolute() || path.components().count() > 1;
        let relative = inside.filter(|path| !path.as_os_str().is_empty()).filter(known);
        relative.and_then(Path::to_str).unwrap_or(typed).to_owned()
    }

    /// The same with the line behind it, where one was typed.
    pub(in crate::commands) fn place_in_file(&self, typed: &str) -> String {
        match path_and_line(typed) {
            (path, Some(line)) => format!("{}:{line}", self.path(path)),
            (path, None) => self.path(path),
        }
    }

    /// The time that `--at` means; none where it was not given.
    pub(in crate::commands) fn at(&self, typed: Option<&str>) -> Result<Option<DateTime<FixedOffset>>> {
        typed.map(|text| time_of_day(text, self.env.now, self.recorded.session.started_at)).transpose()
    }

    /// One line: what was recorded, and how to undo it; for a session that has ended, where it will show.
    pub(in crate::commands) fn report_recorded(&self, what: &str, text: &str, id: Option<&str>) -> Report {
        let undo = match id {
            Some(id) => format!("  (undo: journal undo {})", short(id)),
            None => "  (said before)".to_owned(),
        };
        let first = text.lines().next().unwrap_or_default();
        let room = COLUMNS.saturating_sub(what.chars().count() + undo.chars().count() + 3).max(16);
        let line = format!("{} {}{}", styled(FAINT, &format!("{what}:")), clean(&cut(first, room)), styled(FAINT, &undo));
        Report::say(std::iter::once(line).chain(self.late()))
    }

    /// What is to be known where the session has ended.
    pub(in crate::commands) fn late(&self) -> Option<String> {
        let State::Stopped { journal: Some(journal), .. } = &self.recorded.session.state else { return None };
        Some(styled(FAINT, &format!("  the session has ended: {} shows it after `journal refresh`", clean(journal))))
    }
}

/// What was stated in a session so far, as stored.
pub(in crate::commands) fn narrative(session: &Session) -> Narrative {
    Narrative::of(session.said.iter().map(|said| (said.field.as_str(), &said.value)))
}

/// The named session, else the active one.
pub(in crate::commands) fn meant(sessions: &Sessions, name: Option<&str>) -> Result<RecordedSession> {
    let found = match name {
        Some(name) => sessions.find(name)?,
        None => sessions.active()?,
    };
    if let Some(found) = found.filter(|recorded| recorded.session.state != State::Discarded) {
        return Ok(found);
    }
    if let Some(name) = name {
        return Err(Error::new(Kind::Nothing, format!("no session is called `{name}`")).hint("journal show prints the last one"));
    }
    let last = sessions.last_with_journal()?.and_then(|recorded| Some(recorded.session.journal()?.to_owned()));
    let Some(last) = last else { return Err(sessions.none_here()) };
    let name = Path::new(&last).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let hint = format!("journal start \"What you are about to do\", or --session {name} for the last one");
    Err(Error { hint: Some(hint), ..Error::no_session() })
}

/// The named session, else the active one, else the last one that has a journal: for what can be said of either.
pub(in crate::commands) fn meant_or_last(sessions: &Sessions, name: Option<&str>) -> Result<RecordedSession> {
    match meant(sessions, name) {
        Err(error) if name.is_none() && error.kind == Kind::Nothing => sessions.last_with_journal()?.ok_or(error),
        found => found,
    }
}

/// All that is piped in.
pub(in crate::commands) fn standard_input() -> Result<String> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).context("standard input cannot be read as text")?;
    Ok(text)
}

/// A masked statement as a record takes it: a long value goes to an attachment.
pub(in crate::commands) fn statement(field: String, value: Value, log: &Log) -> Result<Said> {
    let json = value.to_string();
    if json.len() <= INLINE {
        return Ok(Said { field, value, attachment: None });
    }
    Ok(Said { field, value: Value::Null, attachment: Some(log.attach(json.as_bytes())?) })
}

/// The first line, and what stands below it.
fn title_and_body(text: &str) -> (&str, Option<&str>) {
    match text.trim().split_once('\n') {
        Some((title, body)) => (title.trim(), Some(body.trim()).filter(|body| !body.is_empty())),
        None => (text.trim(), None),
    }
}

/// The item that a text makes: its first line is the title; what stands below goes to the record's body, or is part of the title.
pub(in crate::commands) fn item(record: &Record, text: &str) -> Map<String, Value> {
    let (title, body) = title_and_body(text);
    match (record.body, body) {
        (Some(key), Some(body)) => Map::from_iter([(record.identity.to_owned(), title.into()), (key.to_owned(), body.into())]),
        _ => Map::from_iter([(record.identity.to_owned(), one_line(text).into())]),
    }
}

/// The last such local time of day before `now`; of yesterday only where the session began before it.
fn time_of_day(text: &str, now: DateTime<FixedOffset>, started: DateTime<FixedOffset>) -> Result<DateTime<FixedOffset>> {
    let wrong = || Error::new(Kind::Usage, format!("`{text}` is no time of day")).hint("use HH:MM, e.g. --at 09:20");
    let time = NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| wrong())?;
    let today = now.with_time(time).single().ok_or_else(wrong)?;
    let yesterday = today - chrono::TimeDelta::days(1);
    match today > now {
        false => Ok(today),
        true if yesterday >= started => Ok(yesterday),
        true => {
            Err(Error::new(Kind::Usage, format!("it is not {text} yet")).hint("--at says when something happened; leave it out for now"))
        }
    }
}

/// A path, perhaps with a line: `src/a.rs:12`.
pub(in crate::commands) fn path_and_line(typed: &str) -> (&str, Option<&str>) {
    let split = typed.rsplit_once(':').filter(|(_, line)| !line.is_empty() && line.bytes().all(|b| b.is_ascii_digit()));
    split.map_or((typed, None), |(path, line)| (path, Some(line)))
}

/// The path without `.` and `..`, by its letters alone.
fn lexical(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(out.pop()),
            part => out.push(part),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::fields::{Shape, field};

    #[test]
    fn a_time_of_day_is_the_last_one_in_the_session() {
        let now = DateTime::parse_from_rfc3339("2026-11-22T10:00:00+01:00").expect("a time");
        let started = now - chrono::TimeDelta::hours(12);
        for (typed, means) in
            [("09:20", "2026-11-22T09:20:00+01:00"), ("10:00", "2026-11-22T10:00:00+01:00"), ("23:40", "2026-11-21T23:40:00+01:00")]
        {
            assert_eq!(time_of_day(typed, now, started).expect("a time").to_rfc3339(), means);
        }
        // yesterday's is before the session, and today's is to come
        for wrong in ["", "9", "25:00", "09:20:11", "soon", "10:01", "21:59"] {
            assert_eq!(time_of_day(wrong, now, started).expect_err("refused").kind, Kind::Usage, "{wrong}");
        }
    }

    #[test]
    fn what_stands_below_a_title_is_not_lost() {
        for (key, made) in
            [("decisions", r#"{"rationale":"why\nso","title":"What"}"#), ("next_steps.immediate", r#"{"text":"What why so"}"#)]
        {
            let Some(Field { shape: Shape::Records(record), .. }) = field(key) else { panic!("{key} has records") };
            assert_eq!(Value::Object(item(record, "What\n\nwhy\nso")).to_string(), made);
        }
    }

    #[test]
    fn a_text_has_a_title_and_perhaps_a_body() {
        assert_eq!(title_and_body("Lock\n\nships\ntoday\n"), ("Lock", Some("ships\ntoday")));
        assert_eq!(title_and_body(" Lock \n\n"), ("Lock", None));
    }
}
