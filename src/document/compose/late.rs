//! What was said after a session's document was composed: late notes and addenda. The evidence of an ended session is fixed, so nothing
//! here looks at the repository; only what people say is taken anew.

use super::timeline::{HEADINGS, heading};
use crate::document::*;
use crate::event::Phase;
use crate::session::{Note, Session};

/// The field of statements that are addenda.
pub const ADDENDA: &str = "addenda";

/// Brings the notes and addenda of a stored document to what its session says today. Doing so again changes nothing.
pub fn restate(document: &mut Document, session: &Session, mask: fn(&str) -> String) {
    notes(document, session, mask);
    document.addenda = addenda(session, mask);
}

fn notes(document: &mut Document, session: &Session, mask: fn(&str) -> String) {
    let said = |entry: &TimelineEntry, note: &Note| entry.evidence.contains(&note.id);
    document.timeline.retain(|entry| entry.kind != EntryKind::Note || session.notes.iter().any(|note| said(entry, note)));
    for note in &session.notes {
        if document.timeline.iter().any(|entry| said(entry, note)) {
            continue;
        }
        let at = note.at.with_timezone(document.started_at.offset());
        match document.ended_at {
            // the timeline is the session's; what was said after it stands among the notes, with its day
            Some(end) if at > end => {
                let line = format!("**{}**: {}", at.format("%Y-%m-%d %H:%M"), worded(note, mask));
                if !document.notes.contains(&line) {
                    document.notes.push(line);
                }
            }
            _ => {
                let entry = entry(document, note, at, mask);
                let place = document.timeline.partition_point(|other| other.at <= at);
                document.timeline.insert(place, entry);
            }
        }
    }
}

fn worded(note: &Note, mask: fn(&str) -> String) -> String {
    let file = note.file.as_ref().map(|file| format!(" ({file})")).unwrap_or_default();
    mask(&format!("{}{file}", note.text.trim()))
}

fn entry(document: &Document, note: &Note, at: Time, mask: fn(&str) -> String) -> TimelineEntry {
    let phase = note.phase.unwrap_or_else(|| reached(document, at));
    let evidence = vec![note.id.clone()];
    TimelineEntry {
        at,
        kind: EntryKind::Note,
        heading: heading(phase).to_owned(),
        text: worded(note, mask),
        commit: None,
        command: None,
        evidence,
    }
}

/// The phase that the timeline had reached by then, as for a note that was said in time.
fn reached(document: &Document, at: Time) -> Phase {
    if at < document.started_at {
        return Phase::Discovery;
    }
    let before = document.timeline.iter().filter(|entry| entry.at <= at);
    let phases = before.filter_map(|entry| HEADINGS.iter().find(|(_, heading)| *heading == entry.heading).map(|(phase, _)| *phase));
    match phases.max() {
        None | Some(Phase::Discovery) => Phase::Investigation,
        Some(Phase::RootCause) => Phase::Solution,
        Some(phase) => phase,
    }
}

fn addenda(session: &Session, mask: fn(&str) -> String) -> Vec<Addendum> {
    let said = session.said.iter().filter(|said| said.field == ADDENDA);
    let text = |value: &serde_json::Value| value.as_str().map(|text| mask(text.trim()));
    said.filter_map(|said| Some(Addendum { at: said.at, text: text(&said.value)?, by: said.by.clone() })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{State, Statement};
    use chrono::TimeDelta;

    fn time(minute: i64) -> Time {
        let start = Time::parse_from_rfc3339("2026-11-22T09:00:00+01:00").expect("a time");
        start + TimeDelta::minutes(minute)
    }

    fn note(id: &str, minute: i64) -> Note {
        Note { id: id.into(), at: time(minute), text: format!("{id} said"), phase: None, file: None, by: None, key: None }
    }

    fn session(notes: Vec<Note>) -> Session {
        let text = r#"{"worktree":"/r","title":null,"type":null,"goal":null,"situation":null,"related":[],"standpoint":"s"}"#;
        Session {
            id: "id".into(),
            started_at: time(0),
            started: serde_json::from_str(text).expect("a start"),
            notes,
            said: vec![Statement { id: "s".into(), at: time(1500), by: None, field: ADDENDA.into(), value: "Refunds are paid".into() }],
            runs: Vec::new(),
            watched: Vec::new(),
            pauses: Vec::new(),
            heads: None,
            order: std::collections::HashMap::new(),
            moved: std::collections::HashMap::new(),
            state: State::Discarded,
            damaged: 0,
            unknown: 0,
        }
    }

    #[test]
    fn late_words_find_their_place_and_what_was_taken_back_is_gone() {
        let mut document = Document { ended_at: Some(time(60)), ..Document::empty(time(0)) };
        document.timeline =
            vec![TimelineEntry { evidence: vec!["undone".into()], ..entry(&document, &note("undone", 5), time(5), str::to_owned) }];
        let session = session(vec![note("about then", 10), note("after", 90)]);
        restate(&mut document, &session, str::to_owned);
        let once = document.clone();
        let told: Vec<_> = once.timeline.iter().map(|entry| (entry.text.as_str(), entry.heading.as_str())).collect();
        assert_eq!(told, [("about then said", "Investigation Phase")]);
        assert_eq!(once.notes, ["**2026-11-22 10:30**: after said"]);
        assert_eq!((once.addenda.len(), once.addenda[0].text.as_str()), (1, "Refunds are paid"));
        restate(&mut document, &session, str::to_owned);
        assert_eq!(document, once);
    }
}
