//! What lies outside the repository and was looked at: what changed, by key, and when that was seen.

use super::Composer;
use crate::document::*;
use crate::event::Phase;
use crate::evidence::config::kept::{self, Difference};
use crate::markdown::{code, cut, one_line, text};
use crate::watch::{Look, Outside, Stored};
use crate::words::{count, list};

/// What the document says of a file that is not the repository's.
pub const WATCHED: &str = "outside the repository, watched";
/// Characters of a value in the timeline.
const WIDTH: usize = 60;

/// A look at which there was something to see.
type Seen<'a> = (&'a Look, &'a Stored);

impl Composer<'_> {
    /// Watched files that changed between the first and the last look.
    pub(super) fn watched_changes(&self) -> Vec<ConfigurationChange> {
        self.record.watched.iter().filter_map(|outside| self.watched_change(outside)).collect()
    }

    fn watched_change(&self, outside: &Outside) -> Option<ConfigurationChange> {
        let seen = seen(outside);
        let difference = kept::compare(&seen.first()?.1.kept, &seen.last()?.1.kept)?;
        let remarks = [Some(WATCHED.to_owned()), difference.remark.clone(), self.blind_end(outside)];
        let telling = difference.changes.iter().find(|change| change.after.is_some());
        Some(ConfigurationChange {
            path: RepoPath::from(self.mask(&outside.name).as_str()),
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

    /// Where the first or the last look saw nothing, what is told is between two others.
    fn blind_end(&self, outside: &Outside) -> Option<String> {
        let blind = |look: Option<&Look>| {
            let look = look?;
            let reason = look.seen.as_ref().err()?;
            Some(format!("not readable at {} ({})", self.local(look.at).format("%H:%M"), self.mask(reason)))
        };
        blind(outside.looks.last()).or_else(|| blind(outside.looks.first()))
    }

    /// An entry for each time that a look saw something else than the one before.
    pub(super) fn watched_entries(&self) -> Vec<Entry> {
        let all = self.record.watched.iter();
        all.flat_map(|outside| seen(outside).windows(2).filter_map(|pair| self.watched_entry(outside, pair)).collect::<Vec<_>>()).collect()
    }

    fn watched_entry(&self, outside: &Outside, pair: &[Seen<'_>]) -> Option<Entry> {
        let [(before, old), (after, new)] = pair else { return None };
        let difference = kept::compare(&old.kept, &new.kept)?;
        let written = new.modified.filter(|at| (before.at..=after.at).contains(at));
        let clock = |look: &Look| self.local(look.at).format("%H:%M").to_string();
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
        let name = code(&self.mask(&outside.name));
        let told = format!("{name} (outside the repository) {did}{when}{}", self.told(&difference));
        // a session that is ended at an earlier time is looked at afterwards
        let at = written.unwrap_or(after.at).min(self.ended_at().unwrap_or(after.at));
        let evidence = vec![before.id.clone(), after.id.clone()];
        Some(Entry { evidence, ..self.entry(at, "watch", Phase::Solution, told) })
    }

    /// The first key that changed, and how many more did.
    fn told(&self, difference: &Difference) -> String {
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
        let name = |outside: &Outside| code(&self.mask(&outside.name));
        let unseen = |outside: &&Outside| seen(outside).is_empty();
        let mut notices: Vec<String> = Vec::new();
        for outside in self.record.watched.iter().filter(unseen) {
            let reason = outside.looks.first().and_then(|look| look.seen.as_ref().err()).cloned().unwrap_or_default();
            notices.push(format!("{} was watched but could never be read: {}.", name(outside), text(&self.mask(&reason))));
        }
        let same = |outside: &&Outside| seen(outside).windows(2).all(|pair| kept::compare(&pair[0].1.kept, &pair[1].1.kept).is_none());
        let still = self.record.watched.iter().filter(|outside| seen(outside).len() > 1).filter(same);
        let still: Vec<String> = still.map(name).collect();
        if !still.is_empty() {
            notices.push(format!("Watched outside the repository and unchanged at each look: {}.", list(&still)));
        }
        notices
    }
}

fn seen(outside: &Outside) -> Vec<Seen<'_>> {
    outside.looks.iter().filter_map(|look| Some((look, look.seen.as_ref().ok()?))).collect()
}
