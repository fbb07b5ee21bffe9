//! A session: what its events mean. Pure replay; state is never stored.

use chrono::{DateTime, FixedOffset};

use crate::change::{Oid, Standpoint};
use crate::event::{Event, Fact, Noted, Phase, Started};

/// A session as its log tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// Its id.
    pub id: String,
    /// When it began.
    pub started_at: DateTime<FixedOffset>,
    /// What was said at the start.
    pub started: Started,
    /// Notes in the order said.
    pub notes: Vec<Note>,
    /// Where hooks saw HEAD, in order: what attribution falls back to where there is no reflog.
    pub heads: Vec<Oid>,
    /// Where it is in its life.
    pub state: State,
    /// Log records that could not be read.
    pub damaged: usize,
    /// Facts of a newer program, not understood here.
    pub unknown: usize,
}

/// A note with the event that holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// Id of the event.
    pub id: String,
    /// The time it is about.
    pub at: DateTime<FixedOffset>,
    /// The whole text.
    pub text: String,
    /// Phase, as stated.
    pub phase: Option<Phase>,
    /// File, as stated.
    pub file: Option<String>,
}

/// Where a session is in its life.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// It runs.
    Active,
    /// Its end is fixed, its journal is not written yet: a second `stop` finishes it.
    Stopping {
        /// When the end was taken.
        at: DateTime<FixedOffset>,
        /// Attachment with the end's standpoint.
        standpoint: String,
    },
    /// It is over.
    Stopped {
        /// When the end was taken.
        at: DateTime<FixedOffset>,
        /// Attachment with the end's standpoint.
        standpoint: String,
        /// The journal file.
        journal: Option<String>,
    },
    /// It was thrown away.
    Discarded,
}

/// Both ends of a session, as recorded or, for a running one, as it stands now.
#[derive(Clone, Debug, PartialEq)]
pub struct Ends {
    /// At the start.
    pub start: Standpoint,
    /// At the end, or now.
    pub end: Standpoint,
    /// Time of the end; none while the session runs.
    pub ended_at: Option<DateTime<FixedOffset>>,
}

impl Session {
    /// Replays a log. None where it holds no start. `attachment` gives the text of a long note by its attachment's name.
    pub fn replay(id: &str, events: &[Event], damaged: usize, attachment: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let start = events.iter().find_map(|event| match &event.fact {
            Fact::Started(started) => Some((event.at, started.clone())),
            _ => None,
        });
        let (started_at, started) = start?;
        let mut session = Self {
            id: id.to_owned(),
            started_at,
            started,
            notes: Vec::new(),
            heads: Vec::new(),
            state: State::Active,
            damaged,
            unknown: 0,
        };
        for event in events {
            session.apply(event, &attachment);
        }
        session.notes.sort_by_key(|note| note.at);
        Some(session)
    }

    fn apply(&mut self, event: &Event, attachment: &impl Fn(&str) -> Option<String>) {
        match &event.fact {
            Fact::Started(_) => {}
            Fact::Noted(noted) => self.notes.push(Note::from(event, noted, attachment)),
            // the first end that was taken counts: a second `stop` only finishes what the first began
            Fact::Stopping { standpoint } if self.state == State::Active => {
                self.state = State::Stopping { at: event.at, standpoint: standpoint.clone() };
            }
            Fact::Stopping { .. } => {}
            Fact::Hooked(hooked) => self.heads.extend(hooked.head.as_deref().map(Oid::new)),
            Fact::Stopped { journal } => {
                if let State::Stopping { at, standpoint } = &self.state {
                    self.state = State::Stopped { at: *at, standpoint: standpoint.clone(), journal: journal.clone() };
                }
            }
            Fact::Discarded => self.state = State::Discarded,
            Fact::Unknown => self.unknown += 1,
        }
    }

    /// Whether there is still something to stop.
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Active | State::Stopping { .. })
    }

    /// When the end was taken, and the attachment that holds it.
    pub fn end(&self) -> Option<(DateTime<FixedOffset>, &str)> {
        match &self.state {
            State::Stopping { at, standpoint } | State::Stopped { at, standpoint, .. } => Some((*at, standpoint)),
            State::Active | State::Discarded => None,
        }
    }

    /// The journal file, once written.
    pub fn journal(&self) -> Option<&str> {
        match &self.state {
            State::Stopped { journal, .. } => journal.as_deref(),
            _ => None,
        }
    }

    /// The title, or what stands in for one.
    pub fn title(&self) -> &str {
        self.started.title.as_deref().or(self.started.goal.as_deref()).unwrap_or("Untitled session")
    }
}

impl Note {
    fn from(event: &Event, noted: &Noted, attachment: impl Fn(&str) -> Option<String>) -> Self {
        let whole = noted.attachment.as_deref().and_then(attachment);
        Self {
            id: event.id.clone(),
            at: noted.about.unwrap_or(event.at),
            text: whole.unwrap_or_else(|| noted.text.clone()),
            phase: noted.phase,
            file: noted.file.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::FORMAT;

    fn event(minute: u32, fact: Fact) -> Event {
        let at = DateTime::parse_from_rfc3339(&format!("2026-11-22T09:{minute:02}:00+01:00")).expect("a valid time");
        Event { v: FORMAT, id: format!("e{minute}"), at, pid: 1, fact }
    }

    fn started() -> Fact {
        let (worktree, standpoint) = ("/repo".into(), "s".into());
        Fact::Started(Started { worktree, title: None, session_type: None, goal: None, situation: None, related: Vec::new(), standpoint })
    }

    fn note(text: &str, about: Option<u32>) -> Fact {
        let about = about.map(|minute| event(minute, Fact::Discarded).at);
        Fact::Noted(Noted { text: text.into(), attachment: None, phase: None, about, file: None })
    }

    fn replay(events: &[Event]) -> Option<Session> {
        Session::replay("id", events, 0, |_| None)
    }

    #[test]
    fn a_life_is_replayed() {
        let stopping = |name: &str| Fact::Stopping { standpoint: name.into() };
        let stopped = || Fact::Stopped { journal: Some("journal/x.md".into()) };
        let at = event(30, Fact::Discarded).at;
        let cases = [
            (vec![], State::Active),
            (vec![event(30, stopping("a"))], State::Stopping { at, standpoint: "a".into() }),
            (vec![event(30, stopping("a")), event(40, stopping("b"))], State::Stopping { at, standpoint: "a".into() }),
            (
                vec![event(30, stopping("a")), event(31, stopped())],
                State::Stopped { at, standpoint: "a".into(), journal: Some("journal/x.md".into()) },
            ),
            (vec![event(30, Fact::Discarded)], State::Discarded),
        ];
        for (events, state) in cases {
            let events = [vec![event(2, started())], events].concat();
            assert_eq!(replay(&events).expect("a session").state, state);
        }
        assert_eq!(replay(&[event(1, Fact::Discarded)]), None);
    }

    #[test]
    fn notes_stand_at_the_time_they_are_about() {
        let events = [event(2, started()), event(20, note("later", None)), event(25, note("learned late", Some(10)))];
        let texts: Vec<_> = replay(&events).expect("a session").notes.into_iter().map(|note| note.text).collect();
        assert_eq!(texts, ["learned late", "later"]);
    }
}
