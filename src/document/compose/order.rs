//! In which order things happened. Times are whole seconds, in which much can happen, and a commit's time is whatever a clock or its author
//! says; but each event notes how far HEAD's reflog was, so that it has a place among the movements of HEAD. Where that is not known, hooks
//! in the log tell of a commit, else times alone: of what happened in one second nothing is said then.

use std::collections::HashMap;

use chrono::TimeDelta;

use super::{Composer, Record};
use crate::attribution::Movement;
use crate::change::Oid;
use crate::document::{LinkedCommit, Time};
use crate::session::Run;

/// An event may have begun so long before it was written, and HEAD have moved meanwhile.
const SLACK: TimeDelta = TimeDelta::minutes(1);

/// Where something stands in the order: behind so many movements of HEAD, there by its place in the log. A movement comes first of what is
/// behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank(usize, usize);

/// The movements of HEAD between the session's events.
#[derive(Debug)]
pub(super) struct Order<'a> {
    path: &'a [Movement],
    /// How many movements there were when the reflog was as long as this.
    behind: HashMap<u64, usize>,
    /// Between which times each movement must have been.
    bounds: Vec<(Time, Time)>,
    /// When each movement was, or, where its own time cannot be, what is known to have been before it.
    times: Vec<Time>,
    session: (Time, Time),
}

impl<'a> Order<'a> {
    pub(super) fn of(record: &Record<'a>) -> Self {
        let path = record.attribution.map_or(&[][..], |attribution| &attribution.path);
        let session = (record.session.started_at, record.ends.ended_at.unwrap_or(record.now));
        let ends = path.iter().enumerate().filter_map(|(place, step)| Some((place, step.bytes.as_ref()?)));
        let behind: HashMap<u64, usize> = ends.flat_map(|(place, bytes)| [(bytes.start, place), (bytes.end, place + 1)]).collect();
        let mut order = Self { path, behind, bounds: vec![session; path.len()], times: Vec::new(), session };
        order.bound(record);
        order.times = order.dated(record);
        order
    }

    /// Narrows the bounds to what was recorded before and after each movement.
    fn bound(&mut self, record: &Record<'_>) {
        let inside = |at: &Time| (self.session.0..=self.session.1).contains(at);
        let mut known: Vec<(usize, Time)> = record
            .session
            .moved
            .values()
            .filter(|(at, _)| inside(at))
            .filter_map(|(at, moved)| Some((*self.behind.get(moved)?, *at)))
            .collect();
        known.sort_unstable();
        let (mut low, mut events) = (self.session.0, known.iter().peekable());
        for (place, bounds) in self.bounds.iter_mut().enumerate() {
            while let Some((_, at)) = events.next_if(|(behind, _)| *behind <= place) {
                low = low.max(*at);
            }
            bounds.0 = low;
        }
        let (mut high, mut events) = (self.session.1, known.iter().rev().peekable());
        for (place, bounds) in self.bounds.iter_mut().enumerate().rev() {
            while let Some((_, at)) = events.next_if(|(behind, _)| *behind > place) {
                high = high.min(*at);
            }
            // a clock that was set back meanwhile says nothing
            bounds.1 = if high < bounds.0 { self.session.1 } else { high };
        }
    }

    fn dated(&self, record: &Record<'_>) -> Vec<Time> {
        let mut last = self.session.0;
        let hooked = |id: &Oid| record.session.moved.get(id.as_str()).map(|(at, _)| *at);
        let time = |(step, bounds): (&Movement, &(Time, Time))| {
            let told = step.at.into_iter().chain(hooked(&step.to)).find(|at| is_within(*at, *bounds));
            last = told.unwrap_or(last.max(bounds.0));
            last
        };
        self.path.iter().zip(&self.bounds).map(time).collect()
    }

    /// The time of a movement, or the one that is put in its place where this cannot be.
    pub(super) fn time(&self, place: Option<usize>, at: Time) -> Time {
        let bounds = place.and_then(|place| self.bounds.get(place)).copied().unwrap_or(self.session);
        let known = || place.and_then(|place| self.times.get(place)).copied().unwrap_or(at.clamp(bounds.0, bounds.1));
        if is_within(at, bounds) { at } else { known() }
    }

    fn is_measured(&self) -> bool {
        !self.behind.is_empty()
    }
}

fn is_within(at: Time, (low, high): (Time, Time)) -> bool {
    low - SLACK <= at && at <= high + SLACK
}

impl Composer<'_> {
    /// The order, found once.
    pub(super) fn order(&self) -> &Order<'_> {
        self.order.get_or_init(|| Order::of(self.record))
    }

    /// The rank of an event.
    pub(super) fn rank_of_event(&self, id: &str) -> Option<Rank> {
        let (order, session) = (self.order(), self.record.session);
        let in_log = session.order.get(id)? + 1;
        let behind = if order.is_measured() { *order.behind.get(&session.moved.get(id)?.1)? } else { 0 };
        Some(Rank(behind, in_log))
    }

    /// The rank of a movement of HEAD by its place, or of the commit that it made by what hooks wrote into the log.
    pub(super) fn rank_of_move(&self, place: Option<usize>, commit: Option<&Oid>) -> Option<Rank> {
        let order = self.order();
        match place.filter(|place| order.path.get(*place).is_some_and(|step| step.bytes.is_some())) {
            Some(place) => Some(Rank(place + 1, 0)),
            None if order.is_measured() => None,
            None => Some(Rank(0, self.record.session.order.get(commit?.as_str())? + 1)),
        }
    }

    /// Whether a commit was made before a command began; none where nothing tells.
    pub(super) fn is_made_before(&self, commit: &LinkedCommit, run: &Run) -> Option<bool> {
        self.is_made_before_event(commit, run.ran.started, &run.id)
    }

    /// The same of an event and the time that it is about.
    pub(super) fn is_made_before_event(&self, commit: &LinkedCommit, at: Time, id: &str) -> Option<bool> {
        let ranks = self.rank_of_move(self.made(commit), Some(&commit.id)).zip(self.rank_of_event(id));
        let seconds = (commit.at.timestamp(), at.timestamp());
        ranks.map(|(commit, event)| commit < event).or((seconds.0 != seconds.1).then_some(seconds.0 < seconds.1))
    }

    /// Whether one command is known to have begun before another.
    pub(super) fn began_before(&self, run: &Run, later: &Run) -> bool {
        let (began, then) = (run.ran.started.timestamp(), later.ran.started.timestamp());
        let ranks = self.rank_of_event(&run.id).zip(self.rank_of_event(&later.id));
        began < then || began == then && ranks.is_some_and(|(run, later)| run < later)
    }

    /// When HEAD came to the commit, counted in its movements.
    pub(super) fn made(&self, commit: &LinkedCommit) -> Option<usize> {
        self.made_of(&commit.replaced, &commit.id, commit.dated.unwrap_or(commit.at))
    }

    /// The first movement to the commit, or to one that it replaced, at which that work can have been committed: what holds several that were
    /// taken back is as old as itself.
    pub(super) fn made_of(&self, replaced: &[Oid], id: &Oid, dated: Time) -> Option<usize> {
        let order = self.order();
        let is_it = |step: &Movement| step.to == *id || replaced.contains(&step.to);
        let mut places = (0..order.path.len()).filter(|place| is_it(&order.path[*place]));
        let first = places.next()?;
        Some(std::iter::once(first).chain(places).find(|place| is_within(dated, order.bounds[*place])).unwrap_or(first))
    }
}
