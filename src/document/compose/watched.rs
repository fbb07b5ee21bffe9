//! What lies outside the repository and was looked at: what changed, by key, and when that was seen.

use super::Composer;
use crate::document::*;
use crate::event::Phase;
use crate::evidence::config::stored_content::{self, Difference};
use crate::markdown::{code, cut, one_line, text};
use crate::watch::{Sample, Stored, WatchedSource};
use crate::words::{count, list};

/// What the document says of a file that is not the repository's.
pub const WATCHED: &str = "outside the repository, watched";
/// Characters of a value in the timeline.
const WIDTH: usize = 60;

/// A sample at which there was something to see.
type Seen<'a> = (&'a Sample, &'a Stored);

impl Composer<'_> {
    /// Watched files that changed between the first and the last sample.
    pub(super) fn watched_changes(&self) -> Vec<ConfigurationChange> {
        self.record.watched.iter().filter_map(|source| self.watched_change(source)).collect()
    }

    fn watched_change(&self, source: &WatchedSource) -> Option<ConfigurationChange> {
        let seen = seen(source);
        let difference = stored_content::compare(&seen.first()?.1.kept, &seen.last()?.1.kept)?;
        let remarks = [Some(WATCHED.to_owned()), difference.remark.clone(), self.blind_end(source)];
        let telling = difference.changes.iter().find(|change| change.after.is_some());
        Some(ConfigurationChange {
            path: RepoPath::from(self.mask(&source.name).as_str()),
            old_path: None,
            line: telling.and_then(|change| change.line),
            format: difference.format,
            status: difference.status,
            description: None,
            description_commit: None,
            commits: Vec::new(),
            committed: true,
            remark: Some(remarks.into_iter().flatten().collect::<Vec<_>>().join("; ")),
            changes: difference.changes,
            text: difference.text,
            named: true,
        })
    }

    /// How many watched files changed, as a clause; none where none did.
    pub(super) fn changed_outside(&self) -> Option<String> {
        let changed = self.watched_changes().len();
        (changed > 0).then(|| format!("{} outside the repository changed", count(changed, "watched file")))
    }

    /// Where the first or the last sample saw nothing, what is told is between two others.
    fn blind_end(&self, source: &WatchedSource) -> Option<String> {
        let blind = |sample: Option<&Sample>| {
            let sample = sample?;
            let reason = sample.seen.as_ref().err()?;
            Some(format!("not readable at {} ({})", self.local(sample.at).format("%H:%M"), self.mask(reason)))
        };
        blind(source.samples.last()).or_else(|| blind(source.samples.first()))
    }

    /// An entry for each time that a sample saw something else than the one before.
    pub(super) fn watched_entries(&self) -> Vec<TimelineEntry> {
        let all = self.record.watched.iter();
        all.flat_map(|source| seen(source).windows(2).filter_map(|pair| self.watched_entry(source, pair)).collect::<Vec<_>>()).collect()
    }

    fn watched_entry(&self, source: &WatchedSource, pair: &[Seen<'_>]) -> Option<TimelineEntry> {
        let [(before, old), (after, new)] = pair else { return None };
        let difference = stored_content::compare(&old.kept, &new.kept)?;
        let written = new.modified.filter(|at| (before.at..=after.at).contains(at));
        let clock = |sample: &Sample| self.local(sample.at).format("%H:%M").to_string();
        let when = match written {
            Some(_) => String::new(),
            None if clock(before) == clock(after) => String::new(),
            None => format!(" between {} and {}", clock(before), clock(after)),
        };
        let did = match difference.status {
            Status::Added => "appeared",
            Status::Deleted => "was removed",
            _ => "changed",
        };
        let name = code(&self.mask(&source.name));
        let told = format!("{name} (outside the repository) {did}{when}{}", self.describe_difference(&difference));
        // a session that is ended at an earlier time is looked at afterwards
        let at = written.unwrap_or(after.at).min(self.ended_at().unwrap_or(after.at));
        let evidence = vec![before.id.clone(), after.id.clone()];
        Some(TimelineEntry { evidence, ..self.entry(at, EntryKind::Watch, Phase::Solution, told) })
    }

    /// The first key that changed, and how many more did.
    fn describe_difference(&self, difference: &Difference) -> String {
        let Some(first) = difference.changes.first() else {
            return difference.remark.as_ref().map(|remark| format!(": {}", text(remark))).unwrap_or_default();
        };
        let value = |value: &str| code(&cut(&one_line(value), WIDTH));
        let values = match (first.before.as_deref(), first.after.as_deref()) {
            (Some(before), Some(after)) if before != after => format!("{} → {}", value(before), value(after)),
            (None, Some("")) => "added".to_owned(),
            (None, Some(after)) => format!("added, {}", value(after)),
            (Some(before), None) => format!("removed, was {}", value(before)),
            _ => "changed".to_owned(),
        };
        let more = difference.changes.len() - 1;
        let more = if more > 0 { format!(" and {}", count(more, "more key")) } else { String::new() };
        format!(": {} {values}{more}", code(&cut(&one_line(&first.key), WIDTH)))
    }

    /// What was watched and gives no entry of its own.
    pub(super) fn watched_notices(&self) -> Vec<String> {
        let name = |source: &WatchedSource| code(&self.mask(&source.name));
        let unseen = |source: &&WatchedSource| seen(source).is_empty();
        let mut notices: Vec<String> = Vec::new();
        for source in self.record.watched.iter().filter(unseen) {
            let reason = source.samples.first().and_then(|sample| sample.seen.as_ref().err()).cloned().unwrap_or_default();
            notices.push(format!("{} was watched but could never be read: {}.", name(source), text(&self.mask(&reason))));
        }
        let same = |source: &&WatchedSource| {
            seen(source).windows(2).all(|pair| stored_content::compare(&pair[0].1.kept, &pair[1].1.kept).is_none())
        };
        let still = self.record.watched.iter().filter(|source| seen(source).len() > 1).filter(same);
        let still: Vec<String> = still.map(name).collect();
        if !still.is_empty() {
            notices.push(format!("Watched outside the repository and unchanged at each look: {}.", list(&still)));
        }
        notices
    }
}

fn seen(source: &WatchedSource) -> Vec<Seen<'_>> {
    source.samples.iter().filter_map(|sample| Some((sample, sample.seen.as_ref().ok()?))).collect()
}
