//! How much of a page configuration and code may take: what the other observed facts leave of it.
//!
//! What people said has no part in it: a page does not tell less of the record because somebody wrote more, and what is the tool's own
//! on it can be told without their words.

use std::ops::RangeInclusive;

use super::{configuration, technical};
use crate::document::{Document, EntryKind};

/// Files with created tests that are listed.
pub(super) const TEST_FILES: usize = 3;
/// Lines that observed facts may take beside the headings.
const FACTS: usize = 40;
/// Lines that the entries of changed configuration may take: never less, never more.
const CONFIGURATION: RangeInclusive<usize> = 14..=32;
/// Lines that the entries of changed code may take.
const CODE: RangeInclusive<usize> = 15..=30;

/// Lines for entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LineBudget {
    pub(super) configuration: usize,
    pub(super) code: usize,
}

impl LineBudget {
    pub(super) fn of(document: &Document) -> Self {
        let left = FACTS.saturating_sub(others(document));
        let (configuration, code) = (configuration::wanted(document), technical::wanted(document));
        let within = |lines: usize, range: &RangeInclusive<usize>| lines.clamp(*range.start(), *range.end());
        let configuration_room = within(left.saturating_sub(code.min(*CODE.start())), &CONFIGURATION);
        let code_room = within(left.saturating_sub(configuration.min(configuration_room)), &CODE);
        Self { configuration: configuration_room, code: code_room }
    }
}

/// Lines that the other lists take which hold nothing but observed facts.
fn others(document: &Document) -> usize {
    /// A command with what it was for and the empty line behind it.
    const COMMAND: usize = 3;
    let technical = &document.technical;
    let timeline = document.timeline.iter().filter(|entry| entry.kind != EntryKind::Note).count().min(20);
    let lists = [
        technical.changes_by_command.len(),
        document.artifacts.len().min(technical::ARTIFACTS),
        document.testing.runs.len(),
        document.testing.created.len().min(TEST_FILES),
        document.derived.notices.len(),
    ];
    timeline + COMMAND * technical.key_commands.len() + lists.into_iter().sum::<usize>()
}
