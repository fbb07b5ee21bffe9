//! What people stated, laid over what was observed.
//!
//! A scalar that was stated replaces what the tool would say; items of lists join the observed ones, or extend the one that they name.
//! A reason that names a changed file goes to that file's entry, and to the notes where no entry shows the file: nothing that was said
//! gets lost.

use std::mem::take;

use chrono::{FixedOffset, TimeDelta};
use serde_json::Value;

use super::Composer;
use crate::document::narrative::{Narrative, merge, texts};
use crate::document::*;
use crate::event::Phase;
use crate::markdown::code;
use crate::session::Session;
use crate::words::duration;

impl Composer<'_> {
    /// What was said in the session, without secrets.
    pub(super) fn narrative(&self) -> Narrative {
        let mask = |text: &str| self.mask(text);
        let said: Vec<(&str, Value)> =
            self.record.session.said.iter().map(|said| (said.field.as_str(), texts(&said.value, &mask))).collect();
        Narrative::of(said.iter().map(|(field, value)| (*field, value)))
    }

    /// Why it happened, as far as the record has it: the last note on the cause. How it showed is derived, and stands beside it.
    pub(super) fn root_cause(&self) -> RootCause {
        let notes = self.record.session.notes.iter().filter(|note| note.phase == Some(Phase::RootCause));
        let why = notes.map(|note| self.mask(note.text.trim())).next_back();
        RootCause { why, ..RootCause::default() }
    }
}

/// Lays what was stated in a session over its document, which may have been composed before some of it was said.
pub fn apply_statements(document: &mut Document, session: &Session, mask: fn(&str) -> String) {
    let said: Vec<(&str, Value)> = session.said.iter().map(|said| (said.field.as_str(), texts(&said.value, &mask))).collect();
    lay(document, &Narrative::of(said.iter().map(|(field, value)| (*field, value))));
}

/// Lays a narrative over a document. Laying it again changes nothing.
pub fn lay(document: &mut Document, narrative: &Narrative) {
    if narrative.fields().next().is_none() {
        return;
    }
    reasons(document, narrative);
    let title = document.title.clone();
    // what nobody can state is not turned into JSON and back
    let (files, timeline, commits) = (take(&mut document.files), take(&mut document.timeline), take(&mut document.commits));
    let technical = Technical { systems: take(&mut document.technical.systems), ..Technical::default() };
    let technical = std::mem::replace(&mut document.technical, technical);
    let mut whole = serde_json::to_value(&*document).expect("a document holds nothing that JSON lacks");
    for (field, value) in narrative.fields().filter(|(field, _)| !is_reason(field.key)) {
        if let Some(place) = whole.pointer_mut(&format!("/{}", field.key.replace('.', "/"))) {
            merge(&field.shape, place, value);
        }
    }
    let laid: Document = serde_json::from_value(whole).expect("statements are checked before they are laid over");
    let systems = laid.technical.systems;
    *document = Document { files, timeline, commits, technical: Technical { systems, ..technical }, ..laid };
    finish(document, narrative, &title);
}

fn is_reason(key: &str) -> bool {
    matches!(key, "technical.code_changes" | "technical.configuration_changes")
}

/// Gives each reason to the entries of its file, or to the notes.
fn reasons(document: &mut Document, narrative: &Narrative) {
    let reasons =
        narrative.fields().filter(|(field, _)| is_reason(field.key)).flat_map(|(_, value)| value.as_array().into_iter().flatten());
    for reason in reasons {
        let said = |key: &str| reason.get(key).and_then(Value::as_str);
        let (Some(path), Some(why)) = (said("path"), said("purpose").or(said("description"))) else { continue };
        if !give(&mut document.technical, path, why) {
            let note = format!("{}: {why}", code(path));
            if !document.notes.contains(&note) {
                document.notes.push(note);
            }
        }
    }
}

/// Puts a stated reason in the place of a commit's subject; tells whether any entry is of that file.
fn give(technical: &mut Technical, path: &str, why: &str) -> bool {
    let path = RepoPath::from_text(path);
    let mut found = false;
    for change in technical.code_changes.iter_mut().filter(|change| change.path == path) {
        (change.purpose, change.purpose_commit, found) = (Some(why.to_owned()), None, true);
    }
    for change in technical.configuration_changes.iter_mut().filter(|change| change.path == path) {
        (change.description, change.description_commit, found) = (Some(why.to_owned()), None, true);
    }
    found
}

/// What follows from statements elsewhere in the document.
fn finish(document: &mut Document, narrative: &Narrative, title_before: &str) {
    let is_stated = |key: &str| narrative.value(key).is_some();
    if is_stated("title") {
        document.title_source = Source::Stated;
    }
    if is_stated("session_type") {
        document.session_type_source = Source::Stated;
    }
    if !is_stated("primary_goal") && document.primary_goal == title_before {
        document.primary_goal.clone_from(&document.title);
    }
    for related in document.context.related.iter_mut().filter(|related| related.kind.is_empty()) {
        related.kind = super::related_kind(&related.path).to_owned();
    }
    for artifact in document.artifacts.iter_mut().filter(|artifact| artifact.kind.is_empty()) {
        artifact.kind = super::artifacts::stated_kind(&artifact.path).to_owned();
    }
    let metrics = ["first_approach_worked", "pivots", "rollbacks"].into_iter();
    document.metrics.stated = metrics.filter(|key| is_stated(&format!("metrics.{key}"))).map(str::to_owned).collect();
    if !is_stated("impact.downtime") && !document.impact.marks.is_empty() {
        document.impact.marks.sort_by_key(|mark| mark.at);
        document.impact.downtime = Some(downtime(&document.impact.marks, document.started_at.offset()));
    }
}

/// `25 minutes (09:02 - 09:27, as marked)`, over all intervals; what is still down is said. Times as the session's other ones are told,
/// wherever the clock stood when the mark was made.
fn downtime(marks: &[ImpactMark], zone: &FixedOffset) -> String {
    let (mut down, mut total, mut intervals) = (None, TimeDelta::zero(), Vec::new());
    let clock = |at: Time| at.with_timezone(zone).format("%H:%M").to_string();
    for mark in marks {
        match (mark.state, down) {
            (Reach::Down, None) => down = Some(mark.at),
            (Reach::Up, Some(since)) => {
                total += mark.at - since;
                intervals.push(format!("{} - {}", clock(since), clock(mark.at)));
                down = None;
            }
            (Reach::Up, None) if intervals.is_empty() => intervals.push(format!("until {} from a time not marked", clock(mark.at))),
            _ => {}
        }
    }
    let measured = (total > TimeDelta::zero()).then(|| duration(total.num_seconds()));
    let open = down.map(|since| format!("down since {}, no end marked", clock(since)));
    let times = (!intervals.is_empty()).then(|| format!("{}, as marked", intervals.join(", ")));
    match (measured, open, times) {
        (Some(measured), Some(open), Some(times)) => format!("{measured} ({times}); {open}"),
        (Some(measured), None, Some(times)) => format!("{measured} ({times})"),
        (_, open, times) => open.into_iter().chain(times).collect::<Vec<_>>().join("; "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    #[test]
    fn downtime_is_the_sum_of_what_was_marked() {
        let mark = |text: &str| {
            let (state, at) = text.split_once(' ').expect("state and time");
            let state = if state == "up" { Reach::Up } else { Reach::Down };
            ImpactMark { at: DateTime::parse_from_rfc3339(&format!("2026-11-22T{at}:00+01:00")).expect("a time"), state }
        };
        for (marks, said) in [
            (&["down 09:02", "up 09:27"][..], "25 minutes (09:02 - 09:27, as marked)"),
            (
                &["down 09:00", "down 09:05", "up 09:10", "down 10:00", "up 11:00"],
                "1 hour 10 minutes (09:00 - 09:10, 10:00 - 11:00, as marked)",
            ),
            (&["down 09:00", "up 09:10", "down 10:00"], "10 minutes (09:00 - 09:10, as marked); down since 10:00, no end marked"),
            (&["down 10:00"], "down since 10:00, no end marked"),
            (&["up 09:10"], "until 09:10 from a time not marked, as marked"),
        ] {
            let marks: Vec<ImpactMark> = marks.iter().map(|text| mark(text)).collect();
            let here = marks[0].at.offset().to_owned();
            assert_eq!(downtime(&marks, &here), said);
            let elsewhere = FixedOffset::west_opt(5 * 3600).expect("a zone");
            let moved: Vec<ImpactMark> =
                marks.iter().map(|mark| ImpactMark { at: mark.at.with_timezone(&elsewhere), ..mark.clone() }).collect();
            assert_eq!(downtime(&moved, &here), said, "marked elsewhere");
        }
    }
}
