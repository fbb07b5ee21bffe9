//! What the timeline tells of commands that are no tests: those with a stated purpose, those that changed a system, each that failed for the
//! first time, and that it succeeded afterwards. Of a shell's everyday commands no failure is told: a `grep` that finds nothing is none.

use chrono::TimeDelta;

use super::Composer;
use super::runs::{some, source};
use crate::document::*;
use crate::event::{Exit, Phase, Ran, Via};
use crate::evidence::shell;
use crate::evidence::systems::{self, Effect, SystemKind};
use crate::markdown::text;
use crate::session::Run;
use crate::words::count;

/// Looks that lie closer are one.
const BURST: TimeDelta = TimeDelta::minutes(5);
/// Ends by the person's own hand or by a reader that went away: no failures.
const NO_FAILURES: [Option<i32>; 2] = [Some(2), Some(13)];

impl Composer<'_> {
    /// The entries of `runs`, which come in time order.
    pub(super) fn command_entries<'a>(&self, runs: impl Iterator<Item = &'a Run>, commits: &[LinkedCommit]) -> Vec<TimelineEntry> {
        let (mut failing, mut entries, mut looks): (Vec<&Run>, Vec<TimelineEntry>, Vec<&Run>) = Default::default();
        for run in runs {
            let known = failing.iter().position(|earlier| is_alike(&earlier.ran, &run.ran));
            let fails = self.fails(&run.ran);
            let fails_anew = fails && !failing.iter().any(|earlier| is_same(&earlier.ran, &run.ran));
            let was = known.filter(|_| run.ran.exit_code == Some(0)).map(|at| failing.remove(at));
            match known {
                Some(at) if fails => failing[at] = run,
                None if fails => failing.push(run),
                _ => {}
            }
            if run.ran.purpose.is_some() || fails_anew || was.is_some() || self.changes_something(run) || self.feeds_a_database(run) {
                entries.push(self.command_entry(run, was, commits));
            } else if self.only_looks(run) && self.reached(run.ran.started, &run.id, commits) == Phase::Investigation {
                looks.push(run);
            }
        }
        entries.extend(looks.chunk_by(|a, b| b.ran.started - a.ran.started < BURST).map(|burst| self.looks_entry(burst)));
        entries
    }

    /// Whether it looked at systems and did nothing else.
    fn only_looks(&self, run: &Run) -> bool {
        let touches = self.system_uses(run);
        !touches.is_empty() && touches.iter().all(|system_use| system_use.effect == Effect::Inspected) && !self.is_of_new_work(&run.ran)
    }

    /// Looks that follow one another closely, as one: "looked at db.internal, web1 (4 commands)".
    fn looks_entry(&self, burst: &[&Run]) -> TimelineEntry {
        let told = match burst {
            [run] => self.shown_run(&run.ran),
            _ => {
                let mut names: Vec<String> = Vec::new();
                for system_use in burst.iter().flat_map(|run| self.system_uses(run)) {
                    let name = text(&self.mask(&system_use.name)).to_string();
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
                format!("looked at {} ({})", some(&names), count(burst.len(), "command"))
            }
        };
        let evidence = burst.iter().map(|run| run.id.clone()).collect();
        TimelineEntry { evidence, ..self.run_entry(burst[0], EntryKind::Command, Phase::Investigation, told) }
    }

    fn command_entry(&self, run: &Run, was: Option<&Run>, commits: &[LinkedCommit]) -> TimelineEntry {
        let ran = &run.ran;
        let purpose = self.stated(ran.purpose.as_ref()).map(|purpose| format!("{}: ", text(&purpose))).unwrap_or_default();
        let end = match (was, end(ran)) {
            (Some(was), _) => {
                let before = end(&was.ran).unwrap_or_default();
                let other = if was.ran.command == ran.command { String::new() } else { format!("{}: ", self.shown_run(&was.ran)) };
                format!(": succeeded ({other}{before} at {})", self.local(was.ran.started).format("%H:%M"))
            }
            (None, Some(end)) => format!(": {end}"),
            (None, None) => String::new(),
        };
        let stated = if source(ran) == Source::Stated { ", as stated" } else { "" };
        let told = format!("{purpose}{}{end}{stated}", self.shown_run(ran));
        let reached = self.reached(ran.started, &run.id, commits);
        let phase = match was {
            Some(_) if self.settles(run, commits) => Phase::Resolution,
            _ if self.changes_something(run) => reached.max(Phase::Solution),
            _ => reached,
        };
        self.run_entry(run, EntryKind::Command, phase, told)
    }

    /// A system, or the version of a release or a database.
    fn changes_something(&self, run: &Run) -> bool {
        let steps = || run.ran.exit_code == Some(0) && systems::step(&run.ran.command, self.record.lines).is_some();
        self.changes_a_system(run) || steps()
    }

    /// Whether statements of a file, which nobody sees in the line, were run on a database or in the place of one.
    fn feeds_a_database(&self, run: &Run) -> bool {
        let feeds = run.ran.exit_code == Some(0) && systems::runs_statements_of_a_file(&run.ran.command, self.record.lines);
        feeds && !self.system_uses(run).is_empty()
    }

    fn changes_a_system(&self, run: &Run) -> bool {
        self.system_uses(run).iter().any(|system_use| system_use.effect >= Effect::Changed)
    }

    /// Commands that changed systems, in order.
    pub(super) fn system_changes(&self) -> &[&Run] {
        let runs = self.record.session.runs.iter();
        self.system_changes.get_or_init(|| runs.filter(|run| self.changes_a_system(run)).collect())
    }

    /// The last command that was to change a system, where it failed.
    pub(super) fn failed_change(&self) -> Option<&Run> {
        let was_to =
            |run: &&Run| systems::used(&run.ran.command, self.record.lines).iter().any(|system_use| system_use.effect >= Effect::Changed);
        self.record.session.runs.iter().rfind(was_to).filter(|run| self.fails(&run.ran))
    }

    /// Whether a command that had failed shows by its success that a system is well: nothing was changed and it did not fail after it.
    fn settles(&self, run: &Run, commits: &[LinkedCommit]) -> bool {
        let looks = self.system_uses(run).iter().any(|system_use| !system_use.is(SystemKind::REMOTE));
        let is_last = self.system_changes().iter().all(|change| !self.began_before(run, change));
        let is_last = is_last && commits.iter().all(|commit| self.is_made_before(commit, run) != Some(false));
        let runs = self.record.session.runs.iter();
        looks
            && is_last
            && !runs.filter(|later| self.began_before(run, later)).any(|later| is_same(&later.ran, &run.ran) && self.fails(&later.ran))
    }

    /// Whether a command that had failed settled it.
    pub(super) fn resolved_by_command(&self, commits: &[LinkedCommit]) -> bool {
        let runs = &self.record.session.runs;
        let failed = |at: usize| runs[..at].iter().any(|earlier| is_same(&earlier.ran, &runs[at].ran) && self.fails(&earlier.ran));
        (0..runs.len()).any(|at| runs[at].ran.exit_code == Some(0) && failed(at) && self.settles(&runs[at], commits))
    }

    /// The first command that failed and succeeded later: a symptom that went away.
    pub(super) fn failed_at_first(&self, is_symptom: impl Fn(&Ran) -> bool) -> Option<String> {
        let runs = &self.record.session.runs;
        let recovers = |at: usize| runs[at + 1..].iter().any(|later| later.ran.exit_code == Some(0) && is_same(&later.ran, &runs[at].ran));
        let ran =
            (0..runs.len()).find(|at| is_symptom(&runs[*at].ran) && self.fails(&runs[*at].ran) && recovers(*at)).map(|at| &runs[at].ran)?;
        let end = end(ran).map(|end| format!(" ({end})")).unwrap_or_default();
        Some(format!("{} failed at {}{end}", self.shown_run(ran), self.local(ran.started).format("%H:%M")))
    }

    /// Whether its failure tells anything. One that could not be started was mistyped.
    fn fails(&self, ran: &Ran) -> bool {
        let code = ran.exit_code.unwrap_or_default();
        let failed = (code != 0 || ran.signal.is_some()) && !NO_FAILURES.contains(&ran.signal) && !matches!(code, 126 | 127 | 130 | 141);
        failed && ran.via != Via::Hand && !(ran.via == Via::Shell && self.is_everyday_line(&ran.command))
    }

    /// Whether a line only moves about, looks, or searches on this machine.
    pub(super) fn is_everyday_line(&self, line: &str) -> bool {
        let everyday = |command: &shell::Command| super::commands::is_passing(command) && command.places.is_empty();
        shell::leaves(&self.record.lines.of(line)).all(everyday)
    }
}

/// Whether two runs are of one command, whatever numbers it is given: `gh run watch 81`, `gh run watch 82`.
fn is_alike(a: &Ran, b: &Ran) -> bool {
    let words = |ran: &'_ Ran| -> Vec<String> {
        let is_number = |word: &str| word.chars().all(|c| c.is_ascii_digit());
        ran.command.split_whitespace().filter(|word| !is_number(word)).map(str::to_owned).collect()
    };
    is_same(a, b) || a.cwd == b.cwd && a.system == b.system && words(a) == words(b)
}

fn is_same(a: &Ran, b: &Ran) -> bool {
    a.command == b.command && a.cwd == b.cwd && a.system == b.system
}

/// How it ended, where that is worth a word.
fn end(ran: &Ran) -> Option<String> {
    match ran.exit() {
        Exit::Code(0) => None,
        Exit::Unknown => (ran.via == Via::Run).then(|| "could not be started".to_owned()),
        exit => Some(exit.to_string()),
    }
}
