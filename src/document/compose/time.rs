//! Where the time went: pauses, and minutes by kind of work, with the rule that decided.
//!
//! Phases that were noted decide, where they tell when looking for a cause became work on a solution; without them the gaps between recorded
//! events do. Of one above a quarter of an hour all is idle but the
//! last quarter before a commit: somebody made it. The parts always add up to the whole in minutes. Suspended machines leave a gap like any
//! other.

use chrono::TimeDelta;

use super::Composer;
use crate::change::CommitChange;
use crate::document::*;
use crate::event::Phase;
use crate::session::Session;

/// A longer gap between two events is idle or not recorded, but for as much of it before a commit.
const GAP: TimeDelta = TimeDelta::minutes(15);
/// As long after a test run without an edit its result is being looked at.
const AFTER_RUN: TimeDelta = TimeDelta::minutes(5);
/// Fewer events say nothing of the time between them.
const EVENTS: usize = 10;

/// Kinds of work in the order of the parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WorkKind {
    Investigation,
    Solution,
    Testing,
    Documentation,
    Other,
}

/// Something that happened, as far as it tells of the work before it.
#[derive(Clone, Copy, Debug)]
struct Activity {
    at: Time,
    kind: ActivityKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ActivityKind {
    /// Nothing is known of the work that led here.
    Said,
    /// Files had been edited by then.
    Edited,
    /// Only documentation had been edited since the last commit.
    Documented,
    /// A test, a build or a check began; whether files had been edited by then.
    RunBegan { edited: bool },
    /// It ended.
    RunEnded,
}

impl ActivityKind {
    fn is_commit(self) -> bool {
        matches!(self, Self::Edited | Self::Documented)
    }
}

/// Seconds of explicit pauses between start and end. A pause that still lasts ends with the session.
pub(super) fn paused_seconds(session: &Session, end: Time) -> i64 {
    pauses(session, end).iter().map(|(from, to)| (*to - *from).num_milliseconds()).sum::<i64>() / 1000
}

/// Pauses, cut at both ends of the session, in order and apart from one another.
fn pauses(session: &Session, end: Time) -> Vec<(Time, Time)> {
    let (mut at, mut pauses) = (session.started_at, Vec::new());
    for (from, to) in &session.pauses {
        let from = (*from).max(at);
        let to = to.unwrap_or(end).min(end);
        if from < to {
            pauses.push((from, to));
            at = to;
        }
    }
    pauses
}

impl Composer<'_> {
    pub(super) fn time_breakdown(&self, commits: &[LinkedCommit]) -> TimeBreakdown {
        let start = self.record.session.started_at;
        let end = self.ended_at().unwrap_or(self.local(self.record.now));
        if end < start + TimeDelta::minutes(1) {
            return TimeBreakdown::default();
        }
        let pauses = pauses(self.record.session, end);
        let (stretches, rule) = match self.noted_stretches(commits) {
            Some(stretches) => (stretches, TimeRule::Phases),
            None => {
                // what was said after the end, when the journal was written, is no work of the session
                let activities: Vec<Activity> =
                    self.activities(commits).into_iter().filter(|activity| (start..=end).contains(&activity.at)).collect();
                if activities.len() < EVENTS {
                    return TimeBreakdown { rule: Some(TimeRule::TooFew), ..TimeBreakdown::default() };
                }
                (worked(start, end, &activities), TimeRule::Activity)
            }
        };
        breakdown(start, end, &stretches, &pauses, rule)
    }

    /// What begins when, where notes say when the cause was known or a solution tried. That all before was investigation stands only as
    /// long as no commit and no change of a system lies before the first of them.
    fn noted_stretches(&self, commits: &[LinkedCommit]) -> Option<Vec<(Time, WorkKind)>> {
        let start = self.record.session.started_at;
        let notes = self.record.session.notes.iter().filter(|note| note.at >= start);
        let phases: Vec<(Time, Phase)> = notes.filter_map(|note| Some((note.at, note.phase?))).collect();
        let (first, _) = *phases.first()?;
        let built = phases.iter().map(|(_, phase)| *phase).find(|phase| *phase >= Phase::RootCause)?;
        if built == Phase::Resolution || self.built(commits).any(|at| (start..first).contains(&at)) {
            return None;
        }
        let work = |phase: Phase| match phase {
            Phase::Discovery | Phase::Investigation => WorkKind::Investigation,
            Phase::RootCause | Phase::Solution => WorkKind::Solution,
            Phase::Resolution => WorkKind::Other,
        };
        let begins = phases.iter().map(|(at, phase)| (*at, work(*phase)));
        let mut stretches: Vec<(Time, WorkKind)> = std::iter::once((start, WorkKind::Investigation)).chain(begins).collect();
        // nobody said when the last look for a cause ended: what was built after it did
        if let Some((since, WorkKind::Investigation)) = stretches.last().copied() {
            let ended = self.built(commits).filter(|at| *at > since).min();
            stretches.extend(ended.map(|at| (at, WorkKind::Solution)));
        }
        Some(stretches)
    }

    /// When a commit was made or a system changed.
    fn built(&self, commits: &[LinkedCommit]) -> impl Iterator<Item = Time> {
        commits.iter().map(|commit| commit.at).chain(self.system_changes().iter().map(|change| change.ran.started))
    }

    /// All that was recorded, in order of time.
    fn activities(&self, commits: &[LinkedCommit]) -> Vec<Activity> {
        let session = self.record.session;
        let said = session.notes.iter().map(|note| note.at).chain(session.said.iter().map(|said| said.at));
        let pauses = session.pauses.iter().flat_map(|(from, to)| std::iter::once(*from).chain(*to));
        let said =
            said.chain(session.watched.iter().map(|sample| sample.at)).chain(pauses).map(|at| Activity { at, kind: ActivityKind::Said });
        let committed = commits.iter().map(|commit| {
            let change = self.record.commits.iter().find(|change| change.commit.id == commit.id);
            let documents = change.is_some_and(|change| self.only_documents(change));
            Activity { at: commit.at, kind: if documents { ActivityKind::Documented } else { ActivityKind::Edited } }
        });
        let mut activities: Vec<Activity> = said.chain(committed).chain(self.run_activities()).collect();
        activities.sort_by_key(|activity| activity.at);
        activities
    }

    fn run_activities(&self) -> impl Iterator<Item = Activity> {
        let start = &self.record.ends.start.tree;
        self.record.session.runs.iter().flat_map(move |run| {
            let ran = &run.ran;
            let length = TimeDelta::milliseconds((ran.seconds.clamp(0.0, 1e9) * 1000.0) as i64);
            let tests = ran.results.is_some() || ran.tree.is_some();
            let edited = ran.tree.as_ref().is_some_and(|tree| tree != start);
            let (began, ended) =
                if tests { (ActivityKind::RunBegan { edited }, ActivityKind::RunEnded) } else { (ActivityKind::Said, ActivityKind::Said) };
            [Activity { at: ran.started, kind: began }, Activity { at: ran.started + length, kind: ended }]
        })
    }

    fn only_documents(&self, change: &CommitChange) -> bool {
        let category = |path: &RepoPath| self.record.evidence.files.iter().find(|file| file.path == *path).map(|file| file.category);
        let documents = |path| matches!(category(path), Some(Category::Docs | Category::Artifact));
        !change.files.is_empty() && change.files.iter().all(|touched| documents(&touched.path))
    }
}

/// What begins when, as the gaps between the marks tell.
fn worked(start: Time, end: Time, activities: &[Activity]) -> Vec<(Time, WorkKind)> {
    let activities: Vec<Activity> = activities.iter().filter(|activity| (start..=end).contains(&activity.at)).copied().collect();
    let shows_edit = |activity: &&Activity| {
        matches!(activity.kind, ActivityKind::Edited | ActivityKind::Documented | ActivityKind::RunBegan { edited: true })
    };
    let first_edit = activities.iter().find(shows_edit).map(|activity| activity.at);
    let (mut before, mut stretches) = (Activity { at: start, kind: ActivityKind::Said }, Vec::new());
    let last = Activity { at: end, kind: ActivityKind::Said };
    for activity in activities.into_iter().chain([last]) {
        if activity.at - before.at > GAP && activity.kind.is_commit() {
            stretches.push((before.at, WorkKind::Other));
            before = Activity { at: activity.at - GAP, kind: ActivityKind::Said };
        }
        stretches.push((before.at, gap(before, activity, first_edit)));
        before = activity;
    }
    stretches
}

/// What the time between two neighbouring marks was spent on.
fn gap(before: Activity, after: Activity, first_edit: Option<Time>) -> WorkKind {
    match (before.kind, after.kind) {
        (ActivityKind::RunBegan { .. }, ActivityKind::RunEnded) => WorkKind::Testing,
        _ if after.at - before.at > GAP => WorkKind::Other,
        (ActivityKind::RunEnded, _) if after.at - before.at <= AFTER_RUN && !after.kind.is_commit() => WorkKind::Testing,
        (_, ActivityKind::Documented) => WorkKind::Documentation,
        _ if first_edit.is_none_or(|edit| after.at < edit) => WorkKind::Investigation,
        _ => WorkKind::Solution,
    }
}

/// The minutes of each part. `stretches` say what begins when, in order, the first of them at the start.
fn breakdown(start: Time, end: Time, stretches: &[(Time, WorkKind)], pauses: &[(Time, Time)], rule: TimeRule) -> TimeBreakdown {
    let mut spent = [0_i64; 6];
    for (index, (from, work)) in stretches.iter().enumerate() {
        let to = stretches.get(index + 1).map_or(end, |(next, _)| *next).min(end);
        let (from, to) = ((*from).clamp(start, end), to.max(start));
        spent[*work as usize] += (to - from).num_milliseconds().max(0) - overlap(from, to, pauses);
    }
    spent[5] = overlap(start, end, pauses);
    let ([investigation, solution, testing, documentation, other], paused) =
        apportioned(spent, crate::words::clock_seconds(start, end) / 60);
    let by_activity = rule == TimeRule::Activity;
    TimeBreakdown {
        investigation: Some(investigation),
        solution: Some(solution),
        testing: by_activity.then_some(testing),
        documentation: by_activity.then_some(documentation),
        other: Some(other),
        paused: Some(paused),
        rule: Some(rule),
    }
}

/// Milliseconds of a stretch that lie in pauses.
fn overlap(from: Time, to: Time, pauses: &[(Time, Time)]) -> i64 {
    pauses.iter().map(|(begin, end)| ((*end).min(to) - (*begin).max(from)).num_milliseconds().max(0)).sum()
}

/// Whole minutes that add up to the whole of all, as clocks show it: those of the parts with the largest rests are rounded up. Pauses are not, since the
/// duration tells them as well.
fn apportioned(milliseconds: [i64; 6], whole: i64) -> ([u32; 5], u32) {
    const MINUTE: i64 = 60_000;
    let milliseconds = milliseconds.map(|part| part.max(0));
    let [parts @ .., paused] = milliseconds.map(|part| part / MINUTE);
    let mut minutes = parts;
    let mut missing = whole - minutes.iter().sum::<i64>() - paused;
    let mut order: Vec<usize> = (0..minutes.len()).collect();
    order.sort_by_key(|&part| std::cmp::Reverse(milliseconds[part] % MINUTE));
    for &part in order.iter().chain(&order) {
        let more = missing.clamp(0, 1);
        minutes[part] += more;
        missing -= more;
    }
    let whole = |part| u32::try_from(part).unwrap_or(u32::MAX);
    (minutes.map(whole), whole(paused))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: i64) -> Time {
        DateTime::parse_from_rfc3339("2026-11-22T09:00:00+01:00").expect("a time") + TimeDelta::seconds(seconds)
    }

    fn minutes(time: &TimeBreakdown) -> [u32; 6] {
        [time.investigation, time.solution, time.testing, time.documentation, time.other, time.paused].map(Option::unwrap_or_default)
    }

    #[test]
    fn gaps_are_told_by_what_ends_them() {
        use ActivityKind::*;
        let activities = [
            (5, Said),                       // looking around
            (7, RunBegan { edited: false }), // still
            (9, RunEnded),                   // testing
            (12, Said),                      // reading the result
            (22, Edited),                    // building
            (62, Said),                      // away
            (70, RunBegan { edited: true }), // building
            (90, RunEnded),                  // a long run
            (100, Documented),               // writing it down
        ];
        let activities = activities.map(|(minute, kind)| Activity { at: at(minute * 60), kind });
        let (start, end) = (at(0), at(101 * 60));
        let time = breakdown(start, end, &worked(start, end, &activities), &[], TimeRule::Activity);
        assert_eq!(minutes(&time), [7, 10 + 8 + 1, 2 + 3 + 20, 10, 40, 0]);
    }

    #[test]
    fn a_commit_proves_the_quarter_of_an_hour_before_it() {
        use ActivityKind::*;
        for (why, activities, expected) in [
            ("commits every twenty minutes", &[(20, Edited), (40, Edited), (60, Documented)][..], [0, 30, 0, 15, 15 + 30, 0]),
            ("a note proves nothing", &[(20, Said), (40, Edited)], [0, 15, 0, 0, 20 + 5 + 50, 0]),
            ("a pause is no gap", &[(10, Edited), (15, Said), (60, Said), (70, Edited)], [0, 10 + 5 + 10, 0, 0, 20, 45]),
        ] {
            let pauses: &[(Time, Time)] = if expected[5] > 0 { &[(at(15 * 60), at(60 * 60))] } else { &[] };
            let activities: Vec<Activity> = activities.iter().map(|(minute, kind)| Activity { at: at(minute * 60), kind: *kind }).collect();
            let (start, end) = (at(0), at(90 * 60));
            let time = breakdown(start, end, &worked(start, end, &activities), pauses, TimeRule::Activity);
            assert_eq!(minutes(&time), expected, "{why}");
        }
    }

    proptest! {
        #[test]
        fn parts_add_up_to_the_whole(
            length in 60_i64..200_000,
            activities in proptest::collection::vec((-1000_i64..250_000, 0..5_usize), 0..40),
            pauses in proptest::collection::vec((-1000_i64..250_000, 0_i64..50_000, any::<bool>()), 0..6),
        ) {
            let kinds = [ActivityKind::Said, ActivityKind::Edited, ActivityKind::Documented, ActivityKind::RunBegan { edited: true }, ActivityKind::RunEnded];
            // a command's end has parts of a second
            let fraction = |second: i64| TimeDelta::milliseconds(second.rem_euclid(1000));
            let activity = |(second, kind): &(i64, usize)| Activity { at: at(*second) + fraction(*second), kind: kinds[*kind] };
            let mut activities: Vec<Activity> = activities.iter().map(activity).collect();
            activities.sort_by_key(|activity| activity.at);
            let mut session = super::super::tests::build::World::new().session;
            session.started_at = at(0);
            session.pauses = pauses.iter().map(|(from, long, open)| (at(*from), (!open).then(|| at(from + long)))).collect();
            session.pauses.sort();
            let (start, end) = (at(0), at(length));
            let pauses = super::pauses(&session, end);
            let paused = paused_seconds(&session, end);
            prop_assert!((0..=length).contains(&paused));
            let time = breakdown(start, end, &worked(start, end, &activities), &pauses, TimeRule::Activity);
            prop_assert_eq!(minutes(&time).iter().map(|part| i64::from(*part)).sum::<i64>(), length / 60);
            prop_assert_eq!(i64::from(minutes(&time)[5]), paused / 60);
        }
    }
}
