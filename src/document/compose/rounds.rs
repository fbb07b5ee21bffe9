//! Rounds of work, as the phases tell that notes state: one that looks for a cause after a resolution begins another. Only the last
//! resolution's round has reached anything; what was said before may have been about another problem, and nothing is claimed of it.

use crate::document::Time;
use crate::event::Phase;

/// When rounds began and the last of them came to its resolution.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Rounds {
    /// The beginnings of all rounds but the first, in order.
    begins: Vec<Time>,
    /// When a note first said in the last round that it was resolved.
    pub(super) resolution: Option<Time>,
}

impl Rounds {
    /// From the phases in order of time.
    pub(super) fn of(phases: impl Iterator<Item = (Time, Phase)>) -> Self {
        let mut rounds = Self::default();
        for (at, phase) in phases {
            match phase {
                Phase::Resolution => rounds.resolution = rounds.resolution.or(Some(at)),
                Phase::Discovery | Phase::Investigation | Phase::RootCause if rounds.resolution.is_some() => {
                    rounds.begins.push(at);
                    rounds.resolution = None;
                }
                _ => {}
            }
        }
        rounds
    }

    /// When the last round began, if that is not the first.
    pub(super) fn last(&self) -> Option<Time> {
        self.begins.last().copied()
    }

    /// The same of the round in which this time lies.
    pub(super) fn begun(&self, at: Time) -> Option<Time> {
        self.begins.iter().rev().find(|begin| **begin <= at).copied()
    }

    /// Whether the resolution that lasts had been reached by then.
    pub(super) fn is_resolved(&self, at: Time) -> bool {
        self.resolution.is_some_and(|resolution| resolution <= at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Phase::*;

    #[test]
    fn looking_for_a_cause_after_a_resolution_begins_another_round() {
        let at = |minute: usize| Time::from(chrono::DateTime::UNIX_EPOCH) + chrono::TimeDelta::minutes(minute as i64);
        for (phases, last, resolution) in [
            (&[][..], None, None),
            (&[RootCause, Solution, Resolution], None, Some(2)),
            (&[RootCause, Resolution, Resolution, Solution], None, Some(1)),
            (&[RootCause, Resolution, Investigation], Some(2), None),
            (&[RootCause, Resolution, Investigation, RootCause, Resolution], Some(2), Some(4)),
            (&[Resolution, Investigation, Resolution, RootCause, Solution], Some(3), None),
        ] {
            let rounds = Rounds::of(phases.iter().enumerate().map(|(minute, phase)| (at(minute), *phase)));
            assert_eq!((rounds.last(), rounds.resolution), (last.map(at), resolution.map(at)), "{phases:?}");
        }
    }
}
