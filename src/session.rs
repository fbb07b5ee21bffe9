//! A session: what its events mean. Pure replay; state is never stored.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, FixedOffset};

use crate::change::{Heads, Oid, WorktreeState};
use crate::event::{Event, Fact, Hooked, Noted, Phase, Ran, Said, Started, Via, Watched};

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
    /// Stated parts of the document, in the order said.
    pub said: Vec<Statement>,
    /// Commands that ran, in the order begun.
    pub runs: Vec<Run>,
    /// Looks at what is outside the repository, in the order taken.
    pub watched: Vec<WatchedSample>,
    /// Explicit pauses, in order; one that still lasts has no end.
    pub pauses: Vec<(DateTime<FixedOffset>, Option<DateTime<FixedOffset>>)>,
    /// Where hooks saw HEAD: what attribution falls back to where there is no reflog. None where no hook ran.
    pub heads: Option<Heads>,
    /// The place of each event in the log, by its id, and of each commit that a hook saw made, by the commit's: which came first where
    /// their times are the same.
    pub order: HashMap<String, usize>,
    /// When the same happened, and how long HEAD's reflog was then in bytes, as far as that is known and up to the end.
    pub moved: HashMap<String, (DateTime<FixedOffset>, u64)>,
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
    /// Its name, as stated: of the notes with one name the last counts.
    pub key: Option<String>,
    /// The agent that said it; none for a person.
    pub by: Option<String>,
}

/// A stated part of the document with the event that holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Id of the event.
    pub id: String,
    /// When it was said.
    pub at: DateTime<FixedOffset>,
    /// The agent that said it; none for a person.
    pub by: Option<String>,
    /// The document's key, dotted.
    pub field: String,
    /// The whole value, or one item of a list.
    pub value: serde_json::Value,
}

/// A command that ran with the event that holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Id of the event.
    pub id: String,
    /// What ran; its command line is whole.
    pub ran: Ran,
}

/// A sample of what is outside the repository with the event that holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct WatchedSample {
    /// Id of the event.
    pub id: String,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// What was there.
    pub watched: Watched,
}

/// Where a session is in its life.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// It runs.
    Active,
    /// Its end is taken, its journal is not written yet: a second `stop` finishes it.
    Stopping {
        /// When the end was taken.
        at: DateTime<FixedOffset>,
        /// Attachment with the end's worktree state.
        standpoint: String,
        /// Whether something of the work was recorded after that.
        went_on: bool,
    },
    /// It is over.
    Stopped {
        /// When the end was taken.
        at: DateTime<FixedOffset>,
        /// Attachment with the end's worktree state.
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
    pub start: WorktreeState,
    /// At the end, or now.
    pub end: WorktreeState,
    /// Time of the end; none while the session runs.
    pub ended_at: Option<DateTime<FixedOffset>>,
}

impl Ends {
    /// Both ends as they compare.
    pub fn new(start: WorktreeState, end: WorktreeState, ended_at: Option<DateTime<FixedOffset>>) -> Self {
        let tree = end.start_tree.unwrap_or(start.tree);
        Self { start: WorktreeState { tree, ..start }, end, ended_at }
    }
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
            said: Vec::new(),
            runs: Vec::new(),
            watched: Vec::new(),
            pauses: Vec::new(),
            heads: None,
            order: events.iter().enumerate().filter_map(|(place, event)| Some((key(event)?.to_owned(), place))).collect(),
            moved: moved(events),
            state: State::Active,
            damaged,
            unknown: 0,
        };
        let undone: HashSet<&str> = events.iter().filter_map(undone).collect();
        let counts = |event: &&Event| !(can_be_undone(&event.fact) && undone.contains(event.id.as_str()));
        for event in events.iter().filter(counts) {
            session.apply(event, &attachment);
        }
        session.notes.sort_by_key(|note| note.at);
        session.runs.sort_by_key(|run| run.ran.started);
        Some(session)
    }

    fn apply(&mut self, event: &Event, attachment: &impl Fn(&str) -> Option<String>) {
        if let State::Stopping { went_on, .. } = &mut self.state {
            *went_on |= is_work(&event.fact);
        }
        match &event.fact {
            Fact::Started(_) => {}
            Fact::Noted(noted) => {
                self.notes.retain(|note| note.key.is_none() || note.key != noted.key);
                self.notes.push(Note::from(event, noted, attachment));
            }
            Fact::Said(said) => self.said.push(Statement::from(event, said, attachment)),
            Fact::Ran(ran) => self.runs.push(Run::from(event, ran, attachment)),
            Fact::Watched(watched) => self.watched.push(WatchedSample { id: event.id.clone(), at: event.at, watched: watched.clone() }),
            Fact::Undone { .. } => {}
            Fact::Paused if self.is_paused() => {}
            Fact::Paused => self.pauses.push((event.at, None)),
            Fact::Resumed => {
                if let Some((_, end @ None)) = self.pauses.last_mut() {
                    *end = Some(event.at);
                }
            }
            // the last end that was taken counts: a second `stop` takes another one only where the first was not finished
            Fact::Stopping { standpoint } if self.is_open() => {
                self.state = State::Stopping { at: event.at, standpoint: standpoint.clone(), went_on: false };
            }
            Fact::Stopping { .. } => {}
            Fact::Hooked(hooked) => self.apply_hooks(std::slice::from_ref(hooked)),
            Fact::Stopped { journal } => {
                if let State::Stopping { at, standpoint, .. } = &self.state {
                    self.state = State::Stopped { at: *at, standpoint: standpoint.clone(), journal: journal.clone() };
                }
            }
            Fact::Discarded => self.state = State::Discarded,
            Fact::Unknown => self.unknown += 1,
        }
    }

    /// Hooks ran in the worktree.
    pub fn apply_hooks(&mut self, hooks: &[Hooked]) {
        for hooked in hooks {
            let heads = self.heads.get_or_insert_default();
            let seen = hooked.head.as_deref().map(Oid::new);
            match hooked.hook.as_str() {
                "post-commit" => heads.committed.extend(seen),
                "post-merge" => heads.merged.extend(seen),
                _ => {} // a checkout makes none, and a rewrite runs `post-commit` as well
            }
        }
    }

    /// Whether there is still something to stop.
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Active | State::Stopping { .. })
    }

    /// Whether the author is away.
    pub fn is_paused(&self) -> bool {
        matches!(self.pauses.last(), Some((_, None)))
    }

    /// When the end was taken, and the attachment that holds it.
    pub fn end(&self) -> Option<(DateTime<FixedOffset>, &str)> {
        match &self.state {
            State::Stopping { at, standpoint, .. } | State::Stopped { at, standpoint, .. } => Some((*at, standpoint)),
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
        let said = self.said.iter().rev().find(|said| said.field == "title").and_then(|said| said.value.as_str());
        said.or(self.started.title.as_deref()).or(self.started.goal.as_deref()).unwrap_or("Untitled session")
    }
}

impl Note {
    /// Whether it was said of this file, or of a line in it.
    pub fn is_of(&self, path: &str) -> bool {
        let rest = self.file.as_deref().and_then(|file| file.strip_prefix(path));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    }

    fn from(event: &Event, noted: &Noted, attachment: impl Fn(&str) -> Option<String>) -> Self {
        let whole = noted.attachment.as_deref().and_then(attachment);
        Self {
            id: event.id.clone(),
            at: noted.about.unwrap_or(event.at),
            text: whole.unwrap_or_else(|| noted.text.clone()),
            phase: noted.phase,
            file: noted.file.clone(),
            key: noted.key.clone(),
            by: event.by.clone(),
        }
    }
}

impl Statement {
    fn from(event: &Event, said: &Said, attachment: impl Fn(&str) -> Option<String>) -> Self {
        let whole = said.attachment.as_deref().and_then(attachment).and_then(|text| serde_json::from_str(&text).ok());
        Self {
            id: event.id.clone(),
            at: event.at,
            by: event.by.clone(),
            field: said.field.clone(),
            value: whole.unwrap_or_else(|| said.value.clone()),
        }
    }
}

impl Run {
    fn from(event: &Event, ran: &Ran, attachment: impl Fn(&str) -> Option<String>) -> Self {
        let whole = ran.attachment.as_deref().and_then(attachment);
        let command = whole.unwrap_or_else(|| ran.command.clone());
        Self { id: event.id.clone(), ran: Ran { command, ..ran.clone() } }
    }
}

/// What is recorded while somebody works. What is stated may be said when the work is over, and a `stop` asks for it.
fn is_work(fact: &Fact) -> bool {
    match fact {
        Fact::Noted(_) | Fact::Watched(_) | Fact::Hooked(_) | Fact::Paused | Fact::Resumed => true,
        Fact::Ran(ran) => ran.via != Via::Hand,
        _ => false,
    }
}

/// What people recorded can be taken back; what happened to the session itself cannot.
fn can_be_undone(fact: &Fact) -> bool {
    matches!(fact, Fact::Noted(_) | Fact::Said(_) | Fact::Ran(_) | Fact::Watched(_))
}

/// The event that this one takes back.
fn undone(event: &Event) -> Option<&str> {
    match &event.fact {
        Fact::Undone { event } => Some(event),
        _ => None,
    }
}

/// Under what an event has its place: the commit of a hook that saw one made. What is about another time has none.
fn key(event: &Event) -> Option<&str> {
    match &event.fact {
        Fact::Noted(Noted { about: Some(_), .. }) => None,
        Fact::Ran(ran) if ran.via == Via::Hand => None,
        _ => Some(made(event).unwrap_or(&event.id)),
    }
}

/// When what has a place happened, and how far HEAD's reflog was. A command that the shell recorded tells of its end only: where HEAD
/// moved since the event before, nobody knows on which side it began.
fn moved(events: &[Event]) -> HashMap<String, (DateTime<FixedOffset>, u64)> {
    let (mut before, mut all) = (None, HashMap::new());
    let end = events.iter().rposition(|event| matches!(event.fact, Fact::Stopping { .. })).unwrap_or(events.len());
    for event in &events[..end] {
        let at = match &event.fact {
            Fact::Ran(ran) if ran.via == Via::Shell && before != event.moved => None,
            Fact::Ran(ran) => Some(ran.started),
            _ => Some(event.at),
        };
        all.extend(key(event).zip(at).zip(event.moved).map(|((key, at), moved)| (key.to_owned(), (at, moved))));
        before = event.moved;
    }
    all
}

/// The commit that a hook saw made.
fn made(event: &Event) -> Option<&str> {
    match &event.fact {
        Fact::Hooked(hooked) if hooked.hook == "post-commit" => hooked.head.as_deref(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::FORMAT;

    fn event(minute: u32, fact: Fact) -> Event {
        let at = DateTime::parse_from_rfc3339(&format!("2026-11-22T09:{minute:02}:00+01:00")).expect("a valid time");
        Event { v: FORMAT, id: format!("e{minute}"), at, pid: 1, by: None, moved: None, fact }
    }

    fn started() -> Fact {
        let (worktree, standpoint) = ("/repo".into(), "s".into());
        Fact::Started(Started { worktree, title: None, session_type: None, goal: None, situation: None, related: Vec::new(), standpoint })
    }

    fn note(text: &str, about: Option<u32>) -> Fact {
        let about = about.map(|minute| event(minute, Fact::Discarded).at);
        Fact::Noted(Noted { text: text.into(), attachment: None, phase: None, about, file: None, key: None })
    }

    fn replay(events: &[Event]) -> Option<Session> {
        Session::replay("id", events, 0, |_| None)
    }

    #[test]
    fn a_life_is_replayed() {
        let stopping = |name: &str| Fact::Stopping { standpoint: name.into() };
        let stopped = || Fact::Stopped { journal: Some("journal/x.md".into()) };
        let said = || Fact::Said(Said { field: "title".into(), value: "t".into(), attachment: None });
        let at = event(30, Fact::Discarded).at;
        let cases = [
            (vec![], State::Active),
            (vec![event(30, stopping("a"))], State::Stopping { at, standpoint: "a".into(), went_on: false }),
            (vec![event(30, stopping("a")), event(31, note("x", None))], State::Stopping { at, standpoint: "a".into(), went_on: true }),
            (vec![event(30, stopping("a")), event(31, said())], State::Stopping { at, standpoint: "a".into(), went_on: false }),
            (
                vec![event(20, stopping("a")), event(25, note("x", None)), event(30, stopping("b"))],
                State::Stopping { at, standpoint: "b".into(), went_on: false },
            ),
            (
                vec![event(30, stopping("a")), event(31, stopped()), event(40, stopping("b"))],
                State::Stopped { at, standpoint: "a".into(), journal: Some("journal/x.md".into()) },
            ),
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

    #[test]
    fn of_notes_with_one_name_the_last_counts() {
        let named = |text: &str, key: &str| match note(text, None) {
            Fact::Noted(noted) => Fact::Noted(Noted { key: Some(key.into()), ..noted }),
            other => other,
        };
        let events = [
            event(2, started()),
            event(3, named("first guess", "cause")),
            event(4, note("plain", None)),
            event(5, named("other", "else")),
            event(6, named("better", "cause")),
        ];
        let texts = |events: &[Event]| -> Vec<String> { replay(events).expect("a session").notes.into_iter().map(|n| n.text).collect() };
        assert_eq!(texts(&events), ["plain", "other", "better"]);
        let taken_back = [&events[..], &[event(7, Fact::Undone { event: "e6".into() })]].concat();
        assert_eq!(texts(&taken_back), ["first guess", "plain", "other"], "what it replaced counts again");
    }

    #[test]
    fn what_was_recorded_can_be_taken_back_but_not_the_start() {
        let undone = |id: &str| Fact::Undone { event: id.into() };
        let events =
            [event(2, started()), event(3, note("a", None)), event(4, note("b", None)), event(5, undone("e3")), event(6, undone("e2"))];
        let session = replay(&events).expect("a session");
        assert_eq!(session.notes.iter().map(|note| note.text.as_str()).collect::<Vec<_>>(), ["b"]);
    }

    #[test]
    fn pauses_pair_up() {
        let at = |minute| event(minute, Fact::Discarded).at;
        let facts = [Fact::Resumed, Fact::Paused, Fact::Paused, Fact::Resumed, Fact::Paused];
        let events: Vec<Event> = std::iter::once(started()).chain(facts).zip(2..).map(|(fact, minute)| event(minute, fact)).collect();
        let session = replay(&events).expect("a session");
        assert_eq!(session.pauses, [(at(4), Some(at(6))), (at(7), None)]);
        assert!(session.is_paused());
    }
}
