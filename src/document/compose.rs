//! Session and evidence → document: selects, ranks, and says in the journal's words what was observed.
//!
//! Pure: the clock, the commits and the loaded changes are handed in as a [`Record`]. The document is complete; what of it fits into a
//! readable page is the renderer's choice. Nothing is invented: a field that only people can fill stays empty.
//! All text of the repository and of people goes through the record's `mask` on its way in.

use std::cell::{OnceCell, RefCell};
use std::collections::HashSet;

use super::narrative::Narrative;
use super::*;
use crate::attribution::{AbandonReason, Attribution};
use crate::change::{Commit, CommitChange};
use crate::evidence::Evidence;
use crate::evidence::kinds::Overrides;
use crate::evidence::proof::{Differences, Test};
use crate::evidence::shell::CommandLines;
use crate::git::branches::BranchStanding;
use crate::markdown::{cut, one_line};
use crate::observation::Doubt;
use crate::secrets;
use crate::session::{Ends, Run, Session};
use crate::watch::WatchedSource;
use order::Order;
use rounds::Rounds;

mod artifacts;
mod code;
mod command_entries;
mod commands;
mod commits;
mod configuration;
mod contents;
mod header;
mod intent;
pub mod late;
mod masks;
mod movements;
mod notices;
mod order;
mod references;
mod rounds;
mod runs;
mod snippet;
mod solution;
pub mod stated;
mod statements;
mod systems;
mod time;
mod timeline;
mod unfinished;
mod watched;

pub use artifacts::stated_kind;
pub use code::SAME_CODE;
pub use configuration::UNTRACKED;
pub use timeline::{HEADINGS, STOPPED, heading};
pub use watched::WATCHED;

/// All that a document is made from.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// What its log says.
    pub session: &'a Session,
    /// Where it began and where it stands.
    pub ends: &'a Ends,
    /// The time of asking; the end of a session that still runs.
    pub now: Time,
    /// What the session changed, loaded and read, sorted by path.
    pub evidence: &'a Evidence,
    /// What settings say of kinds of files.
    pub overrides: &'a Overrides,
    /// The session's commits, oldest first.
    pub commits: &'a [CommitChange],
    /// Movements of HEAD and steps back; none where they could not be read.
    pub attribution: Option<&'a Attribution>,
    /// Commits of the session that led nowhere, each with how it was left behind.
    pub dead_ends: &'a [(Commit, AbandonReason)],
    /// What lies outside the repository and was looked at.
    pub watched: &'a [WatchedSource],
    /// Address of the remote that links go to.
    pub remote: Option<&'a str>,
    /// Name of the remote that git takes where none is named; none where its settings name several.
    pub default_remote: Option<&'a str>,
    /// What differs between the trees of test runs, and between them and the end.
    pub differences: &'a Differences,
    /// That what the session changed in the worktree cannot be told.
    pub untold: bool,
    /// Changed files whose state at the end no commit has.
    pub uncommitted: &'a HashSet<RepoPath>,
    /// Paths that the worktree had otherwise than its commit at the end, whoever changed them.
    pub beside: &'a [RepoPath],
    /// How many stash entries it made that are still there.
    pub stashed: usize,
    /// Where the branches stand that hold its commits, as far as that can be told.
    pub branches: &'a [BranchStanding],
    /// What else the reader must know about the record.
    pub doubts: &'a [Doubt],
    /// The lines of its commands, read.
    pub lines: &'a CommandLines<'a>,
    /// Takes secrets out of a text.
    pub mask: fn(&str) -> String,
}

/// The record with the texts that hold something masked.
struct Composer<'a> {
    record: &'a Record<'a>,
    masked: RefCell<HashSet<String>>,
    narrative: Narrative,
    system_changes: OnceCell<Vec<&'a Run>>,
    tests: OnceCell<Vec<Test<'a>>>,
    decisive: OnceCell<Vec<Test<'a>>>,
    rounds: OnceCell<Rounds>,
    order: OnceCell<Order<'a>>,
}

impl Composer<'_> {
    /// The text without secrets; remembers where there was one, also where it was masked before it came here.
    fn mask(&self, text: &str) -> String {
        let masked = (self.record.mask)(text);
        if secrets::holds_mark(&masked) {
            self.masked.borrow_mut().insert(masked.clone());
        }
        masked
    }

    /// The path without secrets: the same path but where a name holds one.
    fn path(&self, path: &RepoPath) -> RepoPath {
        let text = path.to_text();
        let masked = self.mask(&text);
        if masked == text { path.clone() } else { RepoPath::from_text(&masked) }
    }

    /// A stated text, if it says anything.
    fn stated(&self, text: Option<&String>) -> Option<String> {
        text.map(|text| self.mask(text.trim())).filter(|text| !text.is_empty())
    }

    /// What was noted last of a file, on one line: why it changed, where no commit says it.
    fn noted_of(&self, path: &RepoPath) -> Option<String> {
        /// Characters of it: a note may be long, and stands whole in the timeline.
        const WIDTH: usize = 160;
        let name = path.to_display();
        let note = self.record.session.notes.iter().rev().find(|note| note.is_of(&name))?;
        Some(cut(&one_line(&self.mask(note.text.trim())), WIDTH))
    }

    /// In the zone of the session's start, so that times of one journal can be compared by eye.
    fn local(&self, at: Time) -> Time {
        at.with_timezone(self.record.session.started_at.offset())
    }

    fn ended_at(&self) -> Option<Time> {
        self.record.ends.ended_at.map(|at| self.local(at))
    }
}

/// The document of a session, finished or running.
pub fn compose(record: &Record<'_>) -> Document {
    let (masked, narrative) = (RefCell::default(), Narrative::default());
    let (system_changes, tests, decisive) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
    let (rounds, order) = (OnceCell::new(), OnceCell::new());
    let mut composer = Composer { record, masked, narrative, system_changes, tests, decisive, rounds, order };
    composer.narrative = composer.narrative();
    let mut document = composer.header();
    document.files = composer.files();
    document.context = composer.context();
    document.commits = composer.commits();
    document.technical.code_changes = composer.code_changes();
    document.technical.configuration_changes = composer.configuration_changes();
    document.technical.configuration_changes.extend(composer.watched_changes());
    document.technical.systems = composer.systems();
    document.technical.key_commands = composer.key_commands();
    document.technical.changes_by_command = composer.changes_by_command();
    document.impact.services = composer.affected();
    document.artifacts = composer.artifacts();
    document.technical.commands = composer.commands();
    document.testing = composer.testing();
    document.testing.runs = composer.test_runs(&document.commits);
    document.testing.checks = composer.check_runs(&document.commits);
    document.references = composer.references();
    document.metrics = composer.metrics(&document.commits);
    document.root_cause = composer.root_cause();
    document.timeline = composer.timeline(&document.commits);
    document.derived = composer.derived(&document.commits);
    // last, since it counts what was masked on the way here
    document.security_notes = composer.security_notes();
    document.security_notes.extend(composer.security_facts());
    stated::lay(&mut document, &composer.narrative);
    document.sources = sources::sources(&document, record.session, record.mask);
    document
}

impl Composer<'_> {
    fn files(&self) -> Vec<File> {
        let file = |file: &crate::evidence::FileEvidence| File {
            path: self.path(&file.path),
            old_path: file.old_path.as_ref().map(|path| self.path(path)),
            status: file.status,
            category: file.category,
            language: file.language.clone(),
            added: file.added,
            removed: file.removed,
            packages: file.packages.as_ref().map(|packages| self.mask(packages)),
        };
        self.record.evidence.files.iter().map(file).collect()
    }

    fn context(&self) -> Context {
        let started = &self.record.session.started;
        let stated =
            started.related.iter().map(|path| Related { kind: related_kind(path).to_owned(), path: self.mask(path), reason: None });
        Context { initial_situation: self.stated(started.situation.as_ref()), related: stated.collect() }
    }
}

/// What a stated piece of earlier work is, by its path or address.
fn related_kind(path: &str) -> &'static str {
    const KINDS: &[(&str, &str)] = &[
        ("issues/", "issue"),
        ("browse/", "issue"),
        ("pull/", "pull request"),
        ("pulls/", "pull request"),
        ("pullrequest/", "pull request"),
        ("pull-requests/", "pull request"),
        ("merge_requests/", "merge request"),
        ("commit/", "commit"),
        ("agent", "agent"),
        ("runbook", "runbook"),
    ];
    let path = path.to_ascii_lowercase();
    let elsewhere = if path.contains("://") && !path.ends_with(".md") { "page" } else { "journal" };
    KINDS.iter().find(|(part, _)| artifacts::names(&path, part)).map_or(elsewhere, |(_, kind)| kind)
}

#[cfg(test)]
mod tests;
