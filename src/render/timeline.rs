//! The timeline of a page: at most twenty entries under the template's five headings. What people said goes before what was observed.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use serde::Serialize;

use crate::change::Oid;
use crate::document::compose::{HEADINGS, STOPPED, heading};
use crate::document::*;
use crate::event;
use crate::markdown::{code, cut, inline, one_line, text};
use crate::words::count;

/// Entries that a page shows.
const LIMIT: usize = 20;
/// Characters of a note in the timeline; a longer one stands whole in the notes.
const NOTE: usize = 400;
/// Characters of what was observed, and of a commit's subject.
const WIDTH: usize = 300;
const SUBJECT: usize = 140;

/// A phase of the timeline.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Phase {
    /// `[09:02] - Initial Discovery`; without a time where nothing happened.
    pub heading: String,
    /// What to say, line by line.
    pub lines: Vec<String>,
}

/// Whether the session was about something that did not work.
pub(super) fn is_fault(document: &Document) -> bool {
    matches!(document.session_type, SessionType::Debugging | SessionType::Emergency)
}

/// The phases, and the notes that they do not show whole.
pub(super) fn phases(document: &Document) -> (Vec<Phase>, Vec<String>) {
    let builder = TimelineBuilder::new(document);
    let chosen = builder.chosen();
    let phases = HEADINGS.iter().map(|(phase, _)| builder.phase(*phase, &chosen)).collect();
    let entries = document.timeline.iter().enumerate();
    let long = entries.filter(|(index, entry)| entry.kind == EntryKind::Note && (!chosen.contains(index) || !fits_a_line(&entry.text)));
    let long = long.map(|(_, entry)| format!("**{}**: {}", builder.time(entry.at), super::labelled(&entry.text))).collect();
    (phases, long)
}

/// Whether a note loses nothing where it stands in one line. Of one that is longer, or has several lines or code that was pasted, the
/// first line stands there.
fn fits_a_line(text: &str) -> bool {
    one_line(text).chars().count() <= NOTE && !is_block(text)
}

fn is_block(text: &str) -> bool {
    text.trim().lines().count() > 3 || text.lines().any(|line| line.starts_with("```") || line.starts_with("~~~"))
}

struct TimelineBuilder<'a> {
    document: &'a Document,
    commits: HashMap<&'a Oid, &'a LinkedCommit>,
    /// Commits that do nothing but take back one of the session, which is told there.
    reverting: HashSet<&'a Oid>,
}

impl<'a> TimelineBuilder<'a> {
    fn new(document: &'a Document) -> Self {
        Self {
            document,
            commits: document.commits.iter().map(|commit| (&commit.id, commit)).collect(),
            reverting: document.commits.iter().filter_map(|commit| commit.reverted_by.as_ref()).collect(),
        }
    }

    fn of(&self, entry: &TimelineEntry) -> Option<&'a LinkedCommit> {
        entry.commit.as_ref().and_then(|id| self.commits.get(id)).copied()
    }

    /// What can be told, with its indices: not what another entry says, and behind what was reached no stop without more to say than the
    /// duration does.
    fn entries(&self) -> impl Iterator<Item = (usize, &'a TimelineEntry)> {
        let all = &self.document.timeline;
        let is_said = |entry: &TimelineEntry| entry.commit.as_ref().is_some_and(|id| self.reverting.contains(id));
        let is_idle = |entry: &TimelineEntry| entry.kind == EntryKind::Stop && entry.text == STOPPED;
        let has_more = |entry: &TimelineEntry| all.iter().filter(|other| other.heading == entry.heading).count() > 1;
        all.iter().enumerate().filter(move |(_, entry)| !(is_said(entry) || is_idle(entry) && has_more(entry)))
    }

    /// Indices of the entries that are shown: the most telling of each phase, then the most telling of all, of which no kind takes more than
    /// half as long as another waits.
    fn chosen(&self) -> HashSet<usize> {
        let last_run = self.entries().filter(|(_, entry)| entry.kind == EntryKind::Run).last().map(|(index, _)| index);
        let mut ranked: Vec<(usize, &TimelineEntry)> = self.entries().collect();
        // how it ended counts more than each turn on the way
        let weight = |index: usize, entry: &TimelineEntry| if last_run == Some(index) { (10, 0) } else { self.weight(entry) };
        ranked.sort_by_key(|(index, entry)| Reverse(weight(*index, entry)));
        let first = |heading: &str| ranked.iter().find(|(_, entry)| entry.heading == heading).map(|(index, _)| *index);
        let mut chosen: HashSet<usize> = HEADINGS.iter().filter_map(|(_, heading)| first(heading)).collect();
        let mut of_kind: HashMap<&EntryKind, usize> = HashMap::new();
        let (within, beyond): (Vec<_>, Vec<_>) = ranked.into_iter().partition(|(_, entry)| {
            let number = of_kind.entry(&entry.kind).or_default();
            *number += 1;
            *number <= LIMIT / 2
        });
        for (index, _) in within.into_iter().chain(beyond) {
            if chosen.len() < LIMIT {
                chosen.insert(index);
            }
        }
        chosen
    }

    fn weight(&self, entry: &TimelineEntry) -> (u32, u32) {
        let size = self.of(entry).map_or(0, |commit| commit.added.saturating_add(commit.removed));
        let marked = [event::Phase::RootCause, event::Phase::Resolution].map(heading).contains(&entry.heading.as_str());
        let did_not_last = self.of(entry).is_some_and(|commit| commit.reverted_by.is_some());
        let weight = match &entry.kind {
            EntryKind::Start | EntryKind::Stop | EntryKind::Impact => 10,
            EntryKind::Note if marked => 10,
            EntryKind::Run => 9,
            // a step back says more than one of many steps on
            EntryKind::DeadEnd | EntryKind::Reset => 8,
            EntryKind::Commit if did_not_last => 8,
            EntryKind::Commit | EntryKind::Command => 7,
            // one that is not shown stands whole among the notes
            EntryKind::Note | EntryKind::Watch => 6,
            EntryKind::Pause => 2,
            EntryKind::Move | EntryKind::Other(_) => 4,
        };
        (weight, size)
    }

    fn phase(&self, phase: event::Phase, chosen: &HashSet<usize>) -> Phase {
        let heading = heading(phase);
        let of_phase = |(_, entry): &(usize, &TimelineEntry)| entry.heading == heading;
        let all: Vec<(usize, &TimelineEntry)> = self.entries().filter(of_phase).collect();
        let shown: Vec<&TimelineEntry> = all.iter().filter(|(index, _)| chosen.contains(index)).map(|(_, entry)| *entry).collect();
        let hidden = all.iter().filter(|(index, _)| !chosen.contains(index)).map(|(_, entry)| *entry);
        let mut lines = match &shown[..] {
            [] => vec![self.nothing(phase)],
            [only] => vec![self.line(only)],
            several => several.iter().map(|entry| format!("- {} {}", self.time(entry.at), self.line(entry))).collect(),
        };
        lines.extend(self.rest(hidden));
        let at = shown.first().map(|entry| format!("[{}] - ", self.time(entry.at))).unwrap_or_default();
        Phase { heading: format!("{at}{heading}"), lines }
    }

    /// What a phase without entries says.
    fn nothing(&self, phase: event::Phase) -> String {
        let said = match phase {
            event::Phase::RootCause if is_fault(self.document) => NOT_RECORDED,
            event::Phase::Resolution if self.document.ended_at.is_none() => "Not reached: the session is still running.",
            event::Phase::Resolution => NOT_RECORDED,
            _ => NONE_RECORDED,
        };
        said.to_owned()
    }

    fn rest<'e>(&self, hidden: impl Iterator<Item = &'e TimelineEntry>) -> Option<String> {
        let mut kinds: Vec<(&EntryKind, usize)> = Vec::new();
        for entry in hidden {
            match kinds.iter_mut().find(|(kind, _)| **kind == entry.kind) {
                Some((_, number)) => *number += 1,
                None => kinds.push((&entry.kind, 1)),
            }
        }
        let kinds: Vec<String> =
            kinds.into_iter().map(|(kind, number)| count(number, &format!("more {}", text(&kind.to_string())))).collect();
        (!kinds.is_empty()).then(|| format!("- and {}", kinds.join(", ")))
    }

    fn line(&self, entry: &TimelineEntry) -> String {
        match (self.of(entry), &entry.kind) {
            (Some(commit), EntryKind::Commit) => self.commit(commit),
            (_, EntryKind::Note) if is_block(&entry.text) => {
                let first = entry.text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
                format!("{} …", inline(&cut(&one_line(first), NOTE)))
            }
            (_, EntryKind::Note) => inline(&cut(&one_line(&entry.text), NOTE)),
            _ => inline(&cut(&one_line(&entry.text), WIDTH)),
        }
    }

    /// Who made a commit that holds the session's work, as a squash merge or a patch that was applied does, where that is somebody else. A
    /// journal that does not say so tells it by whose most of the commits are.
    fn by_another(&self, commit: &LinkedCommit) -> String {
        let number = |author: &str| self.document.commits.iter().filter(|other| other.author == author).count();
        let most = self.document.commits.iter().map(|other| number(&other.author)).max().unwrap_or_default();
        let own = commit.replaced.first();
        if !commit.by_another && (own.is_none() || number(&commit.author) == most) {
            return String::new();
        }
        let own = own.map(|own| format!(", in place of {}", code(own.short()))).unwrap_or_default();
        format!(", by {}{own}", text(&commit.author))
    }

    fn commit(&self, commit: &LinkedCommit) -> String {
        let id = link(commit);
        let amended = commit.amended_at.map(|at| format!(", amended at {}", self.time(at))).unwrap_or_default();
        let dated = commit.dated.map(|at| format!(", dated {}", at.format("%Y-%m-%d %H:%M"))).unwrap_or_default();
        let place = commit.branch.as_ref().map(|branch| format!(", on {}", code(branch))).unwrap_or_default() + &amended + &dated;
        let place = place + &self.by_another(commit);
        let subject = text(&cut(commit.name(), SUBJECT));
        let reverter = commit.reverted_by.as_ref().and_then(|id| self.commits.get(id));
        match reverter {
            Some(later) => format!("{id} {subject} — did not last: reverted at {} by {}", self.time(later.at), code(later.id.short())),
            None => format!("{id} {subject}{}", size(commit, &place)),
        }
    }

    /// `09:20`, with the date from the second day on.
    fn time(&self, at: Time) -> String {
        super::clock(at, self.document)
    }
}

/// What the commit brought; nothing for one that brought no lines, as a merge.
fn size(commit: &LinkedCommit, place: &str) -> String {
    match (commit.added, commit.removed, commit.files) {
        (0, 0, 0) if place.is_empty() => String::new(),
        (0, 0, 0) => format!(" ({})", place.trim_start_matches(", ")),
        (0, 0, files) => format!(" ({}{place})", count(files, "file")),
        (added, removed, _) => format!(" (+{added} −{removed}{place})"),
    }
}

/// A commit's short id, linked where its page is known.
fn link(commit: &LinkedCommit) -> String {
    let id = code(commit.id.short());
    let safe = |url: &&String| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/%?&=".contains(c);
        (url.starts_with("https://") || url.starts_with("http://")) && url.chars().all(plain)
    };
    commit.url.as_ref().filter(safe).map_or(id.clone(), |url| format!("[{id}]({url})"))
}
