//! Recorded commands and test runs: what they show, how fresh it is, and what of it the timeline tells.
//!
//! Of test runs the timeline tells the first of each command, each change of outcome, and the last; of other commands what
//! `command_entries` says. All of them are in the lists.

use std::collections::HashSet;

use super::Composer;
use crate::attribution::ForeignMove;
use crate::document::*;
use crate::event::{Phase, Ran, Via};
use crate::evidence::proof::{self, Changed, Test};
use crate::evidence::systems;
use crate::markdown::{code, cut, one_line, text};
use crate::session::Run;
use crate::words::count;

/// Characters of a command in a sentence.
const WIDTH: usize = 80;
/// Proofs of the final state that are told.
const PROOFS: usize = 4;
/// Names that a sentence lists before it counts the rest.
const NAMES: usize = 3;

impl<'a> Composer<'a> {
    /// All commands, in time order: those that were recorded, and those that somebody said were run. A stated test stands with the tests.
    pub(super) fn commands(&self) -> Vec<Command> {
        let recorded = self.record.session.runs.iter().filter(|run| run.ran.via != Via::Hand || run.ran.results.is_none());
        let command = |run: &Run| Command {
            at: self.local(run.ran.started),
            command: self.mask(&run.ran.command),
            purpose: self.stated(run.ran.purpose.as_ref()),
            exit_code: run.ran.exit_code,
            signal: run.ran.signal,
            seconds: (run.ran.via != Via::Hand).then_some(run.ran.seconds),
            system: self.stated(run.ran.system.as_ref()),
            cwd: Some(place(&run.ran)),
            source: source(&run.ran),
        };
        recorded.map(command).collect()
    }

    /// What [`proof::tests`] finds among the commands, looked for once.
    pub(super) fn tests(&self) -> &[Test<'a>] {
        self.tests.get_or_init(|| proof::tests(&self.record.session.runs, self.record.lines))
    }

    /// The run of each test command that decides how things stand, in time order; looked for once.
    pub(super) fn decisive(&self) -> &[Test<'a>] {
        let latest = || proof::latest(self.tests(), |ran| self.is_final(ran)).into_iter().copied().collect();
        self.decisive.get_or_init(latest)
    }

    /// Whether nothing but documentation changed after it began.
    pub(super) fn is_final(&self, ran: &Ran) -> bool {
        self.since(ran).is_some_and(|since| freshness(since) != Freshness::Stale)
    }

    /// The session's test runs, in time order.
    pub(super) fn test_runs(&self, commits: &[LinkedCommit]) -> Vec<TestRun> {
        let tests = self.tests();
        tests.iter().map(|test| self.test_run(test, tests, commits)).collect()
    }

    /// The session's builds, linters and type checks, in time order.
    pub(super) fn check_runs(&self, commits: &[LinkedCommit]) -> Vec<TestRun> {
        let checks = proof::checks(&self.record.session.runs, self.tests(), self.record.lines);
        checks.iter().map(|check| self.test_run(check, &checks, commits)).collect()
    }

    pub(super) fn test_run(&self, test: &Test<'_>, tests: &[Test<'_>], commits: &[LinkedCommit]) -> TestRun {
        let ran = &test.run.ran;
        let results = ran.results.clone().unwrap_or_default();
        let since = self.since(ran);
        TestRun {
            at: self.local(ran.started),
            command: self.mask(&ran.command),
            runner: ran.results.as_ref().map(|results| results.runner.clone()),
            exit_code: ran.exit_code,
            passed: results.passed,
            failed: results.failed,
            skipped: results.skipped,
            seconds: (ran.via != Via::Hand || ran.seconds > 0.0).then_some(ran.seconds),
            stale: since.map(|since| freshness(since) == Freshness::Stale),
            freshness: since.map(freshness),
            changed_since: since.unwrap_or_default().iter().map(|changed| self.path(&changed.path)).collect(),
            commit: self.tested(test.run, commits).map(|commit| commit.id),
            source: source(ran),
            outcome: Some(test.outcome),
            signal: ran.signal,
            cwd: (ran.via != Via::Hand).then(|| place(ran)),
            system: self.stated(ran.system.as_ref()),
            failing: results.failing.iter().map(|name| self.mask(name)).collect(),
            message: results.message.as_deref().map(|message| self.mask(message)),
            partial: results.partial,
            flaky: test.flaky || results.retried > Some(0),
            retried: results.retried.filter(|n| *n > 0),
            snapshots: results.snapshots.filter(|n| *n > 0),
            coverage: results.coverage.as_deref().map(|part| self.mask(part)),
            turn: test.turn.map(|turn| self.turn(turn, test, &tests[turn.from], commits)),
        }
    }

    /// The files that changed after the run began; none where that is not known.
    pub(super) fn since(&self, ran: &Ran) -> Option<&[Changed]> {
        self.record.differences.between(ran.tree.as_ref()?, &self.record.ends.end.tree)
    }

    /// What the timeline tells of commands and test runs.
    pub(super) fn run_entries(&self, commits: &[LinkedCommit]) -> Vec<TimelineEntry> {
        let tests = self.tests();
        let known: HashSet<&str> = tests.iter().map(|test| test.run.id.as_str()).collect();
        let others = self.record.session.runs.iter().filter(|run| !known.contains(run.id.as_str()));
        let mut entries = self.command_entries(others, commits);
        let latest: HashSet<&str> = self.decisive().iter().map(|test| test.run.id.as_str()).collect();
        let (mut seen, mut red) = (HashSet::new(), HashSet::new());
        for (index, test) in tests.iter().enumerate() {
            let fails_anew = test.failing().filter(|name| red.insert((test.command, *name))).count() > 0;
            if seen.insert(test.command) || fails_anew || test.turn.is_some() || latest.contains(test.run.id.as_str()) {
                entries.push(self.test_entry(index, tests, commits));
            }
        }
        entries
    }

    fn test_entry(&self, index: usize, tests: &[Test<'_>], commits: &[LinkedCommit]) -> TimelineEntry {
        let test = &tests[index];
        let run = self.test_run(test, tests, commits);
        let turned = run.turn.as_ref().map(|turn| format!(" ({})", self.turned(turn, &test.run.ran))).unwrap_or_default();
        let told = format!("{}{turned}", self.test_told(index, commits));
        let reached = self.reached(test.run.ran.started, &test.run.id, commits);
        let phase = match run.turn.as_ref().map(|turn| turn.kind) {
            Some(TurnKind::Fixed) if self.lasts(index) && !self.is_built_on(test.run, commits) => Phase::Resolution,
            // something was changed to get there
            Some(TurnKind::Fixed) => reached.max(Phase::Solution),
            _ if self.is_of_new_work(&test.run.ran) => reached.max(Phase::Solution),
            _ => reached,
        };
        self.run_entry(test.run, EntryKind::Run, phase, told)
    }

    /// Whether it ran on code of the session that lasted: where a file is as it was at the end, the edits of it lie before. Somebody who notes
    /// a cause after that was still looking.
    pub(super) fn is_of_new_work(&self, ran: &Ran) -> bool {
        let is_new = |since: &[Changed]| {
            let files = self.record.evidence.files.iter().filter(|file| file.category == Category::Code);
            files.into_iter().any(|file| since.iter().all(|changed| changed.path != file.path))
        };
        let looked =
            self.record.session.notes.iter().any(|note| note.at >= ran.started && note.phase.is_some_and(|phase| phase < Phase::Solution));
        let edited = ran.tree.as_ref().is_some_and(|tree| *tree != self.record.ends.start.tree);
        edited && !looked && self.since(ran).is_some_and(is_new)
    }

    /// "`make test`: all 3 pass", of one of the test runs.
    pub(super) fn test_told(&self, index: usize, commits: &[LinkedCommit]) -> String {
        let tests = self.tests();
        let run = self.test_run(&tests[index], tests, commits);
        let stated = if run.source == Source::Stated { ", as stated" } else { "" };
        format!("{}: {}{stated}", self.shown_run(&tests[index].run.ran), outcome(&run))
    }

    pub(super) fn run_entry(&self, run: &Run, kind: EntryKind, phase: Phase, told: String) -> TimelineEntry {
        let command = Some(self.mask(&run.ran.command));
        TimelineEntry { command, evidence: vec![run.id.clone()], ..self.entry(run.ran.started, kind, phase, told) }
    }

    /// "failed at 09:31; between the two: `3f2a91c`, changes in `queue.yaml`".
    fn turned(&self, turn: &Turn, ran: &Ran) -> String {
        let (at, was) = (turn.at.format("%H:%M"), if turn.kind == TurnKind::Broke { "passed" } else { "failed" });
        if turn.kind == TurnKind::Flaky {
            return format!("another outcome than at {at} with the same files: flaky, or changed outside the repository");
        }
        let commits = turn.commits.iter().map(|id| code(id.short()));
        let (others, own) = self.by_others(turn, ran);
        let edits = [("changes in", own), ("changes that came from elsewhere in", others)];
        let edits = edits.iter().filter(|(_, paths)| !paths.is_empty()).map(|(what, paths)| format!("{what} {}", some(paths)));
        let between: Vec<String> = commits.chain(edits).collect();
        if between.is_empty() { format!("{was} at {at}") } else { format!("{was} at {at}; between the two: {}", between.join(", ")) }
    }

    /// The edited files apart: those that work of others brought between the two runs, and the session's own.
    fn by_others(&self, turn: &Turn, ran: &Ran) -> (Vec<String>, Vec<String>) {
        let moves = self.record.attribution.map(|attribution| &attribution.foreign_moves[..]).unwrap_or_default();
        let meanwhile = |step: &&ForeignMove| !step.brought.is_nothing() && step.at.is_some_and(|at| turn.at <= at && at <= ran.started);
        let between = |step: &ForeignMove| self.record.differences.between(step.from.as_ref()?, &step.to);
        let brought: Vec<Option<HashSet<RepoPath>>> = moves
            .iter()
            .filter(meanwhile)
            .map(|step| Some(between(step)?.iter().map(|changed| self.path(&changed.path)).collect()))
            .collect();
        // of a movement of which nothing is known it may be anything
        let came = |path: &RepoPath| brought.iter().any(|files| files.as_ref().is_none_or(|files| files.contains(path)));
        let own: HashSet<RepoPath> = self.record.evidence.files.iter().map(|file| self.path(&file.path)).collect();
        let (others, own): (Vec<&RepoPath>, Vec<&RepoPath>) = turn.paths.iter().partition(|path| came(path) && !own.contains(path));
        let names = |paths: Vec<&RepoPath>| paths.iter().map(|path| code(&path.to_display())).collect();
        (names(others), names(own))
    }

    /// Whether a red test became green and nothing failed after it.
    pub(super) fn resolved_by_test(&self) -> bool {
        let fixed = self.tests().iter().rposition(|test| test.turn.is_some_and(|turn| turn.kind == TurnKind::Fixed));
        fixed.is_some_and(|index| self.lasts(index))
    }

    /// Whether nothing failed after this test run.
    fn lasts(&self, index: usize) -> bool {
        let tests = self.tests();
        tests[index..].iter().all(|later| later.outcome != Outcome::Failed) && !self.ends_failing(tests[index].command)
    }

    /// Whether later commits changed what it ran on: then it is a step on the way. A commit of just what it ran on is not one.
    fn is_built_on(&self, run: &Run, commits: &[LinkedCommit]) -> bool {
        let changed: HashSet<&RepoPath> =
            self.since(&run.ran).unwrap_or_default().iter().filter(|changed| !changed.documentation).map(|changed| &changed.path).collect();
        let later = commits.iter().filter(|commit| self.is_made_before(commit, run) == Some(false));
        let touches = |commit: &LinkedCommit| self.touched(&commit.id).any(|path| changed.contains(path));
        !changed.is_empty() && later.into_iter().any(touches)
    }

    /// How the tests stand: what still fails, else what passes, with the time of the change.
    pub(super) fn standing(&self, commits: &[LinkedCommit]) -> Option<String> {
        let tests = self.tests();
        let latest = self.decisive();
        let failing: Vec<&Test<'_>> = latest.iter().filter(|test| test.outcome == Outcome::Failed).collect();
        // of several that pass the one that was red says most, then one that counts its tests
        let passing = || {
            let turned = latest.iter().rev().find(|test| self.green_since(test, tests).is_some());
            let counted = |test: &&Test<'_>| test.run.ran.results.as_ref().is_some_and(|results| results.passed.is_some());
            turned.or_else(|| latest.iter().rev().find(counted)).or(latest.last())
        };
        let told: Vec<&Test<'_>> = if failing.is_empty() { passing().into_iter().collect() } else { failing };
        let sentences: Vec<String> = told.iter().take(2).map(|test| self.stands(test, tests, commits)).collect();
        (!sentences.is_empty()).then(|| sentences.join(" "))
    }

    fn stands(&self, test: &Test<'_>, tests: &[Test<'_>], commits: &[LinkedCommit]) -> String {
        let run = self.test_run(test, tests, commits);
        let command = self.shown_run(&test.run.ran);
        let at = run.at.format("%H:%M");
        let stated = if run.source == Source::Stated { ", as stated" } else { "" };
        let after = self.before_the_last(&test.run.ran);
        if test.outcome == Outcome::Failed {
            return format!("{command} failed at {at}: {}{stated}{after}.", outcome(&run));
        }
        let number = run.passed.filter(|_| run.failed == Some(0)).map(|n| format!(" ({})", count(n, "test"))).unwrap_or_default();
        match self.green_since(test, tests) {
            Some((red, green)) => {
                let green = self.local(green).format("%H:%M");
                let failed = format!("failed at {}", self.local(red.started).format("%H:%M"));
                let failed = match red.command == test.run.ran.command {
                    true => format!("{command} {failed} and"),
                    false => format!("{} {failed}; {command}", self.shown_run(red)),
                };
                format!("{failed} passes since {green}{number}{stated}{after}.")
            }
            None => format!("{command} passed at {at}{number}{stated}{after}."),
        }
    }

    /// Whether the run that decides about this command failed.
    fn ends_failing(&self, command: usize) -> bool {
        self.decisive().iter().any(|test| test.command == command && test.outcome == Outcome::Failed)
    }

    /// ", before the last 2 changed files", where files changed after the run. Where none is changed in the end, the run saw more than is
    /// left, if nothing else moved files.
    pub(super) fn before_the_last(&self, ran: &Ran) -> String {
        let moved = || self.record.attribution.is_some_and(|attribution| !attribution.foreign_moves.is_empty());
        let is_unchanged = self.record.evidence.files.is_empty() && self.record.commits.is_empty() && !self.record.untold;
        match self.since(ran) {
            Some(_) if is_unchanged && (moved() || !self.is_stale(ran)) => String::new(),
            Some(_) if is_unchanged => ", with changes that were undone afterwards".to_owned(),
            Some([_]) if self.is_stale(ran) => ", before the last changed file".to_owned(),
            Some(since) if self.is_stale(ran) => format!(", before the last {}", count(since.len(), "changed file")),
            _ => String::new(),
        }
    }

    fn is_stale(&self, ran: &Ran) -> bool {
        self.since(ran).is_some_and(|since| freshness(since) == Freshness::Stale)
    }

    /// The run by which it was last red, and when it became green, where it did.
    fn green_since<'t>(&self, test: &Test<'_>, tests: &'t [Test<'_>]) -> Option<(&'t Ran, Time)> {
        let here = tests.iter().position(|other| other.run.id == test.run.id)?;
        let fixed = |other: &&Test<'_>| other.command == test.command && other.turn.is_some_and(|turn| turn.kind == TurnKind::Fixed);
        let Some(became) = tests[..=here].iter().rev().find(fixed) else { return self.green_within(here, tests) };
        let red = &tests[became.turn?.from];
        let held =
            tests[..=here].iter().rev().take_while(|other| other.run.id != became.run.id).all(|other| other.outcome != Outcome::Failed);
        held.then_some((&red.run.ran, became.run.ran.started))
    }

    /// The same of a command that contains one which became green before it.
    fn green_within<'t>(&self, here: usize, tests: &'t [Test<'_>]) -> Option<(&'t Ran, Time)> {
        let fixed = |other: &&Test<'_>| proof::contains(&tests[here], other) && other.turn.is_some_and(|turn| turn.kind == TurnKind::Fixed);
        let became = tests[..here].iter().rev().find(fixed)?;
        let own = tests[..=here].iter().rev().filter(|other| other.command == tests[here].command);
        let first = own.take_while(|other| other.outcome == Outcome::Passed && other.run.ran.started >= became.run.ran.started).last()?;
        Some((&tests[became.turn?.from].run.ran, first.run.ran.started))
    }

    /// The first failing test run in the runner's words; without one, the first command that failed and succeeded later. What failed only
    /// after somebody noted the cause or a solution is not how it showed.
    pub(super) fn manifested(&self) -> Option<String> {
        let notes = self.record.session.notes.iter();
        let known = notes.filter(|note| note.phase >= Some(Phase::RootCause)).map(|note| note.at).min();
        let is_symptom = |ran: &Ran| known.is_none_or(|known| ran.started < known);
        let failed = |test: &&Test<'_>| test.outcome == Outcome::Failed && test.run.ran.via != Via::Hand && is_symptom(&test.run.ran);
        let failed = self.tests().iter().find(failed);
        let Some(failed) = failed else { return self.failed_at_first(is_symptom) };
        let (ran, at) = (&failed.run.ran, self.local(failed.run.ran.started).format("%H:%M"));
        let results = ran.results.clone().unwrap_or_default();
        let message = results.message.map(|message| format!(": \"{}\"", text(&self.mask(&one_line(&message))))).unwrap_or_default();
        Some(match results.failing.first() {
            Some(name) => format!("{} failed at {at}{message}", code(&self.mask(name))),
            None => {
                let exit = if ran.has_ended() { format!(" ({})", ran.exit()) } else { String::new() };
                format!("{} failed at {at}{exit}{message}", self.shown_run(ran))
            }
        })
    }

    /// What proves the final state: tests that pass on it, and checks of health that succeeded after the last commit and the last change
    /// of a system.
    pub(super) fn verified(&self, commits: &[LinkedCommit]) -> Vec<String> {
        let latest = self.decisive();
        let passing = latest.iter().filter(|test| test.outcome == Outcome::Passed && self.is_final(&test.run.ran)).map(|test| {
            let passed = test.run.ran.results.as_ref().and_then(|results| results.passed);
            let number = passed.map(|passed| format!(" ({})", count(passed, "test"))).unwrap_or_default();
            format!("{} passed at {}{number}, on the final state", self.shown_run(&test.run.ran), self.clock(&test.run.ran))
        });
        let changes = self.system_changes();
        let changed = !commits.is_empty() || !changes.is_empty();
        let checks = self.record.session.runs.iter().filter(|run| {
            let committed = commits.iter().all(|commit| self.is_made_before(commit, run) == Some(true));
            let after = changed && committed && changes.iter().all(|change| self.began_before(change, run));
            after && run.ran.exit_code == Some(0) && systems::checks_health(&run.ran.command, self.record.lines)
        });
        let mut healthy: Vec<&Run> = Vec::new();
        for run in checks {
            healthy.retain(|known| known.ran.command != run.ran.command);
            healthy.push(run);
        }
        let healthy = healthy.into_iter().map(|run| {
            let stated = if run.ran.via == Via::Hand { ", as stated" } else { "" };
            format!("{} succeeded at {}{stated}, after the last change", self.shown_run(&run.ran), self.clock(&run.ran))
        });
        passing.chain(healthy).take(PROOFS).collect()
    }

    /// Where it ran, if not at the top of the worktree on this machine.
    pub(super) fn elsewhere(&self, ran: &Ran) -> Option<String> {
        let folder = (!ran.cwd.is_empty()).then(|| format!("in {}", self.mask(&ran.cwd)));
        let system = self.stated(ran.system.as_ref()).map(|system| format!("on {system}"));
        folder.into_iter().chain(system).reduce(|folder, system| format!("{folder} {system}"))
    }

    /// The command with the place where it ran.
    pub(super) fn shown_run(&self, ran: &Ran) -> String {
        let place = self.elsewhere(ran).map(|place| format!(" {}", text(&cut(&one_line(&place), WIDTH)))).unwrap_or_default();
        format!("{}{place}", self.format_command(&ran.command))
    }

    pub(super) fn clock(&self, ran: &Ran) -> String {
        self.local(ran.started).format("%H:%M").to_string()
    }

    pub(super) fn format_command(&self, command: &str) -> String {
        code(&cut(&one_line(&self.mask(command)), WIDTH))
    }
}

pub(super) fn source(ran: &Ran) -> Source {
    if ran.via == Via::Hand { Source::Stated } else { Source::Observed }
}

fn place(ran: &Ran) -> String {
    if ran.cwd.is_empty() { ".".to_owned() } else { ran.cwd.clone() }
}

fn freshness(since: &[Changed]) -> Freshness {
    match since {
        [] => Freshness::Fresh,
        all if all.iter().all(|changed| changed.documentation) => Freshness::Documentation,
        _ => Freshness::Stale,
    }
}

/// "all 3 pass", "1 of 3 fails, `Suite::case`".
pub(super) fn outcome(run: &TestRun) -> String {
    let partial = if run.partial { ", stopped early" } else { "" };
    let names: Vec<String> = run.failing.iter().map(|name| code(&one_line(name))).collect();
    let names = if names.is_empty() { String::new() } else { format!(", {}", some(&names)) };
    let exit = run.exit();
    let skipped = run.skipped.filter(|n| *n > 0).map(|n| format!(", {n} skipped")).unwrap_or_default();
    let skipped = skipped + &results_suffix(run.retried, run.snapshots, run.coverage.as_deref());
    match (run.outcome, run.passed, run.failed) {
        (Some(Outcome::NoTests), ..) => format!("no test ran ({exit})"),
        (Some(Outcome::Passed), Some(passed), Some(0) | None) if run.partial => format!("{passed} passed{skipped}{partial}"),
        (Some(Outcome::Passed), Some(passed), Some(0) | None) => format!("all {passed} pass{skipped}"),
        (Some(Outcome::Passed), ..) => format!("passed ({exit})"),
        (Some(Outcome::Failed), Some(0), Some(0)) => format!("no test counted{skipped} ({exit})"),
        // an error while tests are collected counts as failed, stops the rest, and is none of so many
        (Some(Outcome::Failed), Some(0), Some(failed @ 1..)) if run.partial => {
            format!("{failed} failed, none passed{skipped}{partial}{names}")
        }
        (Some(Outcome::Failed), Some(passed), Some(failed @ 1..)) => {
            let fail = if failed == 1 { "fails" } else { "fail" };
            format!("{failed} of {} {fail}{partial}{names}", passed.saturating_add(failed))
        }
        (_, Some(passed), Some(failed)) => format!("{passed} passed, {failed} failed{partial}, but {exit}{names}"),
        (_, None, Some(failed @ 1..)) => format!("{failed} failed{partial}{names}"),
        _ => format!("{exit}{names}"),
    }
}

/// The first names, and how many more there are.
pub(super) fn some(names: &[String]) -> String {
    let mut shown: Vec<String> = names.iter().take(NAMES).cloned().collect();
    let more = names.len().saturating_sub(NAMES);
    shown.extend((more > 0).then(|| format!("{more} more")));
    shown.join(", ")
}
