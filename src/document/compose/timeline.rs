//! What happened when: start, notes, commits, runs and stop, each under one of the template's five headings.
//!
//! A root cause stands there only where a note says so. A note without a phase stands where the session was at that time. Without a
//! note on the resolution, the last commit is what was achieved; without a commit either, it says that nothing was reached.
//! From the second round on ([`super::rounds`]) all is one more attempt until the resolution that lasts: so the headings' times go up.

use super::Composer;
use super::rounds::Rounds;
use crate::document::*;
use crate::event::Phase;
use crate::evidence::proof::{self, Test};
use crate::session::{Note, Run};

/// The template's headings in its order.
pub const HEADINGS: [(Phase, &str); 5] = [
    (Phase::Discovery, "Initial Discovery"),
    (Phase::Investigation, "Investigation Phase"),
    (Phase::RootCause, "Root Cause Identified"),
    (Phase::Solution, "Solution Attempted"),
    (Phase::Resolution, "Resolution Achieved"),
];

/// A stop that left nothing to tell.
pub const STOPPED: &str = "Session stopped.";

/// The heading that a phase stands under.
pub fn heading(phase: Phase) -> &'static str {
    HEADINGS.iter().find(|(of, _)| *of == phase).map_or("", |(_, heading)| heading)
}

/// Puts those that have a rank in order, and leaves the others where they stand.
fn in_order<T: Clone, R: Ord>(entries: &mut [T], rank: impl Fn(&T) -> Option<R>) {
    let indices: Vec<usize> = (0..entries.len()).filter(|index| rank(&entries[*index]).is_some()).collect();
    let mut placed: Vec<T> = indices.iter().map(|index| entries[*index].clone()).collect();
    placed.sort_by_key(rank);
    indices.into_iter().zip(placed).for_each(|(index, entry)| entries[index] = entry);
}

/// What seemed to settle it and was followed by another attempt was one itself. A commit of what a test had passed on is none.
fn attempts(entries: &mut [TimelineEntry]) {
    let (solution, resolution) = (heading(Phase::Solution), heading(Phase::Resolution));
    let proved = entries.iter().position(|entry| entry.kind == EntryKind::Run && entry.heading == resolution);
    let is_attempt = |(index, entry): (usize, &TimelineEntry)| {
        let only_records = entry.kind == EntryKind::Commit && proved.is_some_and(|proved| proved < index);
        entry.heading == solution && !happens(entry) && !only_records
    };
    let last = (0..entries.len()).rfind(|index| is_attempt((*index, &entries[*index]))).unwrap_or(0);
    entries[..last].iter_mut().filter(|entry| entry.heading == resolution).for_each(|entry| entry.heading = solution.to_owned());
}

/// What comes after a resolution and attempts nothing stands with it: so the headings' times go up.
fn meanwhile(entries: &mut [TimelineEntry]) {
    let (solution, resolution) = (heading(Phase::Solution), heading(Phase::Resolution));
    let Some(reached) = entries.iter().position(|entry| entry.heading == resolution) else { return };
    let minute = |entry: &TimelineEntry| entry.at.timestamp().div_euclid(60);
    let then = minute(&entries[reached]);
    let follows = |entry: &&mut TimelineEntry| {
        entry.heading == solution && minute(entry) > then && (happens(entry) || entry.kind == EntryKind::Commit)
    };
    entries[reached..].iter_mut().filter(follows).for_each(|entry| entry.heading = resolution.to_owned());
}

/// Whether an entry tells what only happened: a branch was switched, work of others came in.
fn happens(entry: &TimelineEntry) -> bool {
    matches!(entry.kind, EntryKind::Move | EntryKind::Pause)
}

impl Composer<'_> {
    pub(super) fn timeline(&self, commits: &[LinkedCommit]) -> Vec<TimelineEntry> {
        let notes = &self.record.session.notes;
        let mut entries = vec![self.start()];
        entries.extend(notes.iter().map(|note| self.note(note, self.note_phase(note, commits))));
        let mut entries: Vec<(Option<usize>, TimelineEntry)> = entries.into_iter().map(|entry| (None, entry)).collect();
        entries.extend(commits.iter().map(|commit| (self.made(commit), self.commit(commit, self.commit_phase(commit, commits)))));
        entries.extend(self.run_entries(commits).into_iter().map(|entry| (None, entry)));
        entries.extend(self.movements(commits));
        let others = [self.pauses(commits), self.watched_entries(), self.impact(commits), self.stop(commits).into_iter().collect()];
        entries.extend(others.into_iter().flatten().map(|entry| (None, entry)));
        // stable: what was recorded at the same time stays in this order
        entries.sort_by_key(|(_, entry)| entry.at);
        self.settle(&mut entries);
        let mut entries: Vec<TimelineEntry> = entries.into_iter().map(|(_, entry)| entry).collect();
        if self.rounds().resolution.is_none() {
            attempts(&mut entries);
        }
        meanwhile(&mut entries);
        entries
    }

    /// What happened in the same second stands in its order, as far as that is known. A commit of which nothing tells keeps its place, but for
    /// a run that did not have its files yet.
    fn settle(&self, entries: &mut [(Option<usize>, TimelineEntry)]) {
        let rank = |(place, entry): &(Option<usize>, TimelineEntry)| match place {
            Some(_) => self.rank_of_move(*place, entry.commit.as_ref()),
            None => entry.evidence.first().and_then(|id| self.rank_of_event(id)),
        };
        for same in entries.chunk_by_mut(|(_, a), (_, b)| a.at.timestamp() == b.at.timestamp()).filter(|same| same.len() > 1) {
            in_order(same, |(place, _)| *place);
            in_order(same, rank);
            for index in (0..same.len()).rev() {
                if same[index].1.kind != EntryKind::Commit || rank(&same[index]).is_some() {
                    continue;
                }
                let last = (index + 1..same.len()).rev().find(|later| self.ran_before(&same[*later].1, &same[index].1));
                same[index..=last.unwrap_or(index)].rotate_left(1);
            }
        }
    }

    /// Whether a run's worktree lacked what the commit has.
    fn ran_before(&self, run: &TimelineEntry, commit: &TimelineEntry) -> bool {
        let ran = self.record.session.runs.iter().find(|ran| run.evidence.first() == Some(&ran.id));
        let change = self.record.commits.iter().find(|change| commit.commit.as_ref() == Some(&change.commit.id));
        let (Some(ran), Some(change)) = (ran, change) else { return false };
        let since = self.since(&ran.ran).unwrap_or_default();
        since.iter().any(|changed| change.files.iter().any(|file| file.path == changed.path))
    }

    pub(super) fn entry(&self, at: Time, kind: EntryKind, phase: Phase, text: String) -> TimelineEntry {
        TimelineEntry {
            at: self.local(at),
            kind,
            heading: heading(phase).to_owned(),
            text,
            commit: None,
            command: None,
            evidence: Vec::new(),
        }
    }

    fn start(&self) -> TimelineEntry {
        let session = self.record.session;
        let text = match self.stated(session.started.situation.as_ref()) {
            Some(situation) => format!("Session started: {situation}"),
            None => "Session started.".to_owned(),
        };
        let entry = self.entry(session.started_at, EntryKind::Start, Phase::Discovery, text);
        TimelineEntry { evidence: vec![session.id.clone()], ..entry }
    }

    fn note(&self, note: &Note, phase: Phase) -> TimelineEntry {
        let text = match &note.file {
            Some(file) => self.mask(&format!("{} ({file})", note.text.trim())),
            None => self.mask(note.text.trim()),
        };
        TimelineEntry { evidence: vec![note.id.clone()], ..self.entry(note.at, EntryKind::Note, phase, text) }
    }

    fn commit(&self, commit: &LinkedCommit, phase: Phase) -> TimelineEntry {
        TimelineEntry {
            commit: Some(commit.id),
            evidence: vec![commit.id.to_string()],
            ..self.entry(commit.at, EntryKind::Commit, phase, commit.name().to_owned())
        }
    }

    /// What somebody marked as down, and as up again.
    fn impact(&self, commits: &[LinkedCommit]) -> Vec<TimelineEntry> {
        let marks = self.impact_marks();
        let last = marks.iter().map(|(mark, _)| mark.at).max();
        let entry = |(mark, id): &(ImpactMark, &str)| {
            let is_up = mark.state == Reach::Up;
            // up again before the last change was a stopgap
            let changed = commits.iter().any(|commit| self.is_made_before_event(commit, mark.at, id) == Some(false))
                || self.system_changes().iter().any(|change| self.is_before((mark.at, id), (change.ran.started, &change.id)));
            let phase = match self.reached(mark.at, id, commits) {
                _ if is_up && Some(mark.at) == last && !changed => Phase::Resolution,
                reached if is_up => reached.max(Phase::Solution),
                reached => reached,
            };
            let told = if is_up { "Up again, as marked." } else { "Down, as marked." };
            TimelineEntry { evidence: vec![(*id).to_owned()], ..self.entry(mark.at, EntryKind::Impact, phase, told.to_owned()) }
        };
        marks.iter().map(entry).collect()
    }

    /// The marks, each with the id of the statement.
    fn impact_marks(&self) -> Vec<(ImpactMark, &str)> {
        let said = self.record.session.said.iter().filter(|said| said.field == "impact.marks");
        let marks = said.flat_map(|said| {
            let one = std::slice::from_ref(&said.value);
            said.value.as_array().map_or(one, Vec::as_slice).iter().map(|mark| (mark, said.id.as_str()))
        });
        marks.filter_map(|(mark, id)| Some((serde_json::from_value(mark.clone()).ok()?, id))).collect()
    }

    fn is_up_again(&self) -> bool {
        self.impact_marks().iter().max_by_key(|(mark, _)| mark.at).is_some_and(|(mark, _)| mark.state == Reach::Up)
    }

    fn stop(&self, commits: &[LinkedCommit]) -> Option<TimelineEntry> {
        let at = self.ended_at()?;
        let text = if let Some(failed) = self.ended_red() {
            format!("Not reached: {failed}.")
        } else if self.is_open_again(commits) {
            "Not reached: no resolution noted after the cause was looked for again.".to_owned()
        } else if commits.is_empty() && !self.is_resolved(commits) {
            match self.session_type().0 {
                // nothing was to be resolved, or what was changed lies elsewhere
                _ if self.changed_outside().is_some() => "Session stopped; no commit was made and no resolution noted.".to_owned(),
                SessionType::Exploration => "Session stopped; no commit was made and no resolution noted.".to_owned(),
                _ => "Not reached: no commit was made and no resolution noted when the session stopped.".to_owned(),
            }
        } else {
            STOPPED.to_owned()
        };
        Some(self.entry(at, EntryKind::Stop, Phase::Resolution, text))
    }

    fn pauses(&self, commits: &[LinkedCommit]) -> Vec<TimelineEntry> {
        let pauses = self.record.session.pauses.iter();
        let entry = |(from, to): &(Time, Option<Time>)| {
            let text = match to.or(self.ended_at()) {
                Some(to) => {
                    let (from, to) = (self.local(*from), self.local(to));
                    let day = if from.date_naive() == to.date_naive() { "" } else { "%Y-%m-%d " };
                    format!("Paused until {}.", to.format(&format!("{day}%H:%M")))
                }
                None => "Paused.".to_owned(),
            };
            self.entry(*from, EntryKind::Pause, self.phase_then(*from, commits), text)
        };
        pauses.map(entry).collect()
    }

    /// A test run that decides how things stand, the last one or one on the final state, or the last command that was to change a system and
    /// no test passed since: where it failed and no note says that the session came to a resolution after that.
    fn ended_red(&self) -> Option<String> {
        let decisive = self.decisive();
        let last = decisive.last();
        let is_red = |test: &&Test<'_>| test.outcome == Outcome::Failed;
        let on_final = decisive.iter().rev().filter(is_red).find(|test| self.is_final(&test.run.ran));
        let ran = match last.filter(is_red).or(on_final) {
            Some(test) => &test.run.ran,
            None => &self.failed_change().filter(|run| last.is_none_or(|test| test.run.ran.started < run.ran.started))?.ran,
        };
        let said = |note: &Note| note.phase == Some(Phase::Resolution) && note.at >= ran.started;
        let resolved = self.rounds().resolution.is_some() && self.record.session.notes.iter().any(said);
        (!resolved).then(|| {
            let again = self.tests().iter().any(|test| {
                let later = &test.run.ran;
                later.started > ran.started && proof::is_same(later, ran)
            });
            let when = if again { "on these very files" } else { "when it last ran" };
            format!("{} failed {when}{}", self.shown_run(ran), self.before_the_last(ran))
        })
    }

    /// Whether somebody said so, or something shows it that had failed.
    fn is_resolved(&self, commits: &[LinkedCommit]) -> bool {
        let shown = || self.resolved_by_test() || self.resolved_by_command(commits) || self.is_up_again();
        self.rounds().resolution.is_some() || shown()
    }

    /// Whether nothing was committed or resolved in the last round, which is not the first.
    fn is_open_again(&self, commits: &[LinkedCommit]) -> bool {
        let is_idle = |again: Time| commits.iter().all(|commit| commit.at < again);
        self.rounds().last().is_some_and(is_idle) && !self.is_resolved(commits)
    }

    /// The rounds of work, looked for once.
    pub(super) fn rounds(&self) -> &Rounds {
        let notes = || self.record.session.notes.iter().filter_map(|note| Some((note.at, note.phase?)));
        self.rounds.get_or_init(|| Rounds::of(notes()))
    }

    /// The stated phase, as far as a later round leaves it standing, else the latest that the session had reached by then.
    fn note_phase(&self, note: &Note, commits: &[LinkedCommit]) -> Phase {
        let rounds = self.rounds();
        match note.phase {
            Some(Phase::Resolution) if !rounds.is_resolved(note.at) => Phase::Solution,
            Some(Phase::Discovery | Phase::Investigation) if rounds.begun(note.at).is_some() => Phase::Solution,
            Some(phase) => phase,
            None => self.reached(note.at, &note.id, commits),
        }
    }

    /// The latest phase that the session had reached by then, when the event `id` happened; before the start the first. Where
    /// only the second is known in which a commit was made, what happened in it came before.
    pub(super) fn reached(&self, at: Time, id: &str, commits: &[LinkedCommit]) -> Phase {
        if at < self.record.session.started_at {
            return Phase::Discovery;
        }
        let again = self.rounds().begun(at);
        let is_now = |at: Time| again.is_none_or(|again| at >= again);
        let notes = self.record.session.notes.iter().filter(|other| is_now(other.at) && self.is_before((other.at, &other.id), (at, id)));
        let said = notes.filter(|note| note.phase.is_some()).map(|note| self.note_phase(note, commits)).max();
        let earlier = commits.iter().filter(|commit| is_now(commit.at) && self.is_made_before_event(commit, at, id) == Some(true));
        let built = earlier.map(|commit| self.commit_phase(commit, commits)).max();
        let began_before = |change: &Run| {
            let ranks = || self.rank_of_event(&change.id).zip(self.rank_of_event(id));
            change.ran.started < at || change.ran.started == at && ranks().is_some_and(|(change, event)| change < event)
        };
        let changed = self.system_changes().iter().any(|change| is_now(change.ran.started) && began_before(change));
        match said.max(built).max((changed || again.is_some()).then_some(Phase::Solution)) {
            None | Some(Phase::Discovery) => Phase::Investigation,
            Some(Phase::RootCause) => Phase::Solution,
            Some(reached) => reached,
        }
    }

    /// Whether one event of the log came before another: by their seconds, within one by their ranks.
    fn is_before(&self, (at, id): (Time, &str), (then, other): (Time, &str)) -> bool {
        let first = || self.rank_of_event(id).zip(self.rank_of_event(other)).is_none_or(|(a, b)| a <= b);
        at.timestamp() < then.timestamp() || at.timestamp() == then.timestamp() && first()
    }

    fn commit_phase(&self, commit: &LinkedCommit, commits: &[LinkedCommit]) -> Phase {
        let rounds = self.rounds();
        let resolved = match rounds.resolution {
            Some(at) => commit.at >= at,
            None => {
                self.ended_at().is_some()
                    && rounds.last().is_none_or(|again| commit.at >= again)
                    && commits.last().is_some_and(|last| last.id == commit.id)
                    && self.ended_red().is_none()
            }
        };
        if resolved { Phase::Resolution } else { Phase::Solution }
    }
}
