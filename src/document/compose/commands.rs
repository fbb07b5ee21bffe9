//! Which of the recorded commands a reader should know, and what each was for.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use chrono::TimeDelta;

use super::Composer;
use crate::document::*;
use crate::event::{Phase, Ran, Via};
use crate::evidence::runners;
use crate::evidence::shell::{self, Command as Parsed, ProgramRole, is_known_for};
use crate::evidence::systems::{self, Effect, Step};
use crate::markdown::{cut, one_line};
use crate::session::{Note, Run};

/// Commands that are chosen.
const CHOSEN: usize = 12;
/// A note this near says what a command was for.
const NEAR: TimeDelta = TimeDelta::minutes(2);
/// A command that runs longer is worth knowing.
const LONG: f64 = 30.0;
/// Characters of a comment.
const COMMENT: usize = 100;

/// Programs of every day: to move about, to list, to edit, to page. Builtins and core tools, too, are no tools to name.
pub(super) fn is_everyday(program: &str) -> bool {
    is_known_for(program, ProgramRole::Navigation) || is_known_for(program, ProgramRole::Core)
}

/// What of git only looks, or makes a commit, which has its own place in a journal.
const GIT_LOOKS: &[&str] = &["commit", "status", "log", "diff", "show", "add", "blame", "rev-parse", "ls-files", "shortlog", "reflog"];

fn is_navigation(command: &Parsed) -> bool {
    let is_git = command.program() == "git" && GIT_LOOKS.iter().any(|verb| command.begins(&format!("git {verb}")));
    is_git || is_known_for(command.program(), ProgramRole::Navigation)
}

/// A command of every day, to look, to move about, or to search: whether it found something is no success and no failure.
pub(super) fn is_passing(command: &Parsed) -> bool {
    is_navigation(command) || is_everyday(command.program())
}

/// What such commands do, by their first words.
const PURPOSES: &[(&str, &str)] = &[
    ("systemctl restart", "Restart the service"),
    ("systemctl reload", "Reload the service"),
    ("systemctl status", "Look at the service"),
    ("systemctl stop", "Stop the service"),
    ("systemctl start", "Start the service"),
    ("journalctl", "Read the logs"),
    ("docker logs", "Read the logs"),
    ("docker compose logs", "Read the logs"),
    ("docker compose up", "Start the services"),
    ("docker compose down", "Stop the services"),
    ("docker restart", "Restart the container"),
    ("docker compose restart", "Restart the services"),
    ("docker build", "Build the image"),
    ("kubectl apply", "Apply manifests"),
    ("kubectl rollout restart", "Restart the deployment"),
    ("kubectl rollout undo", "Roll the deployment back"),
    ("kubectl logs", "Read the logs"),
    ("kubectl get", "Look at the cluster"),
    ("kubectl describe", "Look at the cluster"),
    ("flux reconcile", "Reconcile the cluster"),
    ("helm install", "Install the release"),
    ("helm upgrade", "Upgrade the release"),
    ("terraform plan", "Plan the infrastructure"),
    ("terraform apply", "Apply the infrastructure"),
    ("ansible-playbook", "Run the playbook"),
    ("psql", "Query the database"),
    ("mysql", "Query the database"),
    ("redis-cli", "Query Redis"),
    ("curl", "Request over HTTP"),
    ("scp", "Copy files"),
    ("rsync", "Copy files"),
    ("git revert", "Take a commit back"),
    ("git push", "Push"),
    ("git pull", "Pull"),
    ("npm install", "Install packages"),
    ("npm ci", "Install packages"),
    ("composer install", "Install packages"),
    ("pip install", "Install packages"),
    ("cargo clippy", "Lint"),
    ("go vet", "Lint"),
    ("ansible-lint", "Lint"),
    ("eslint", "Lint"),
    ("ruff", "Lint"),
];

/// A recorded command with what its rank depends on.
struct CommandCandidate<'a> {
    run: &'a Run,
    /// What somebody said that it was for.
    stated: Option<String>,
    /// What a note says of it.
    noted: Option<String>,
    command: String,
    parsed: Rc<[Parsed]>,
    score: i32,
    times: u32,
}

impl Composer<'_> {
    /// At most twelve commands, in time order; of the same command with the same outcome the last.
    pub(super) fn key_commands(&self) -> Vec<KeyCommand> {
        // they come in time order, by which those of one second are told apart, too
        let mut chosen: Vec<(usize, CommandCandidate<'_>)> = self.candidates().into_iter().enumerate().collect();
        chosen.retain(|(_, candidate)| candidate.score > -5);
        chosen.sort_by_key(|(_, candidate)| Reverse(candidate.score));
        chosen.truncate(CHOSEN);
        chosen.sort_by_key(|(order, _)| *order);
        chosen.iter().map(|(_, candidate)| self.key_command(candidate)).collect()
    }

    fn candidates(&self) -> Vec<CommandCandidate<'_>> {
        let runs: Vec<&Run> = self.record.session.runs.iter().filter(|run| run.ran.via != Via::Hand && run.ran.was_started()).collect();
        let (telling, described) = (self.telling(), self.described());
        let mut all: Vec<CommandCandidate<'_>> = Vec::new();
        let mut heads: Vec<(String, Option<i32>)> = Vec::new();
        for run in runs {
            let command = self.mask(run.ran.command.trim());
            let parsed = self.record.lines.of(&run.ran.command);
            let head = shell::leaves(&parsed).next().map_or_else(String::new, |command| command.program().to_owned());
            let before = heads.iter().rev().find(|(known, _)| *known == head).map(|(_, exit)| *exit);
            let noted = described.get(run.id.as_str()).cloned();
            let score = self.score(run, &parsed, before)
                + if noted.is_some() { 2 } else { 0 }
                + if telling.contains(run.id.as_str()) { 4 } else { 0 };
            heads.push((head, run.ran.exit_code));
            let stated = self.stated(run.ran.purpose.as_ref());
            // what was said of one run is not said of a later one
            let is_other = |said: &Option<String>, now: &Option<String>| said.is_some() && said != now;
            let same = |known: &CommandCandidate<'_>| {
                let (ran, before) = (&run.ran, &known.run.ran);
                let at_one = (&before.cwd, &before.system) == (&ran.cwd, &ran.system);
                let like = known.command == command && before.exit_code == ran.exit_code && at_one;
                like && !is_other(&known.stated, &stated) && !is_other(&known.noted, &noted)
            };
            let (score, times) = match all.iter().position(same) {
                // the first time was first of its kind, the last time proves: both count for the one that stays
                Some(at) => {
                    let earlier = all.remove(at);
                    // only what is known to be for the same is counted with it
                    let is_alike = (&earlier.stated, &earlier.noted) == (&stated, &noted);
                    (score.max(earlier.score), if is_alike { earlier.times + 1 } else { 1 })
                }
                None => (score, 1),
            };
            all.push(CommandCandidate { run, stated, noted, command, parsed, score, times });
        }
        all
    }

    /// Ids of the runs of tests, builds and linters that tell how things stood: the first failure and the last run of each command, and
    /// both sides of a change between red and green.
    fn telling(&self) -> HashSet<&str> {
        let checks = self.record.session.runs.iter().filter(|run| self.is_check(&run.ran));
        let (mut first_failures, mut last) = (HashMap::new(), HashMap::new());
        for run in checks {
            let (command, id) = (run.ran.command.as_str(), run.id.as_str());
            if run.ran.exit_code != Some(0) {
                first_failures.entry(command).or_insert(id);
            }
            last.insert(command, id);
        }
        let tests = self.tests();
        let turns = tests.iter().filter_map(|test| Some([test.run.id.as_str(), tests[test.turn?.from].run.id.as_str()]));
        first_failures.into_values().chain(last.into_values()).chain(turns.flatten()).collect()
    }

    /// How much a reader wants to know it. `before` is how the last command of the same program ended, if there was one.
    fn score(&self, run: &Run, parsed: &[Parsed], before: Option<Option<i32>>) -> i32 {
        let ran = &run.ran;
        let failed = ran.exit_code != Some(0);
        let is_everyday =
            shell::leaves(parsed).all(|command| is_navigation(command) && command.simple.writes.is_empty() && command.places.is_empty());
        let is_check = self.is_check(ran);
        let effect = systems::effect(&ran.command, self.record.lines);
        let remote = ran.system.is_some() || !systems::used(&ran.command, self.record.lines).is_empty();
        let last_commit = self.record.commits.iter().map(|change| change.commit.at).max();
        let worth = [
            (ran.purpose.is_some(), 10),
            (remote && effect >= Effect::Changed, 4),
            (remote, 1),
            (!failed && before.is_some_and(|exit| exit != Some(0)), 3),
            (is_check && last_commit.is_some_and(|at| ran.started >= at), 3),
            (ran.seconds > LONG, 2),
            (before.is_none(), 1),
            (is_everyday, -8),
            (matches!(ran.exit_code, Some(126 | 127)), -5),
        ];
        worth.iter().filter(|(holds, _)| *holds).map(|(_, worth)| worth).sum()
    }

    fn key_command(&self, candidate: &CommandCandidate<'_>) -> KeyCommand {
        let ran = &candidate.run.ran;
        let (line, lines) = (&ran.command, self.record.lines);
        let listed = || purpose(candidate, systems::effect(line, lines), systems::step(line, lines)).map(str::to_owned);
        let comment = candidate.stated.clone().or_else(|| candidate.noted.clone()).or_else(listed);
        KeyCommand {
            at: self.local(ran.started),
            command: candidate.command.clone(),
            comment: comment.map(|comment| cut(&one_line(&comment), COMMENT)),
            exit_code: ran.exit_code,
            signal: ran.signal,
            times: candidate.times,
            place: self.elsewhere(ran),
        }
    }

    /// The first lines of notes by the runs that they describe: each note the nearest command within two minutes, rather one before it
    /// than one after it. What was found out or done is no purpose, and neither is what was said after the next commit.
    fn described(&self) -> HashMap<&str, String> {
        let session = self.record.session;
        let place = |id: &str| session.order.get(id).copied().unwrap_or_default();
        let telling = session.runs.iter().filter(|run| self.can_be_described(&run.ran)).collect::<Vec<_>>();
        let mut described = HashMap::new();
        let between = |run: &Run, note: &Note| {
            let commits = self.record.commits.iter().map(|change| change.commit.at.timestamp());
            commits.into_iter().any(|at| run.ran.started.timestamp() <= at && at <= note.at.timestamp())
        };
        for note in session.notes.iter().filter(|note| !tells_result(note)) {
            let distance = |run: &Run| (note.at - run.ran.started).num_seconds().abs();
            let near = telling.iter().filter(|run| distance(run) <= NEAR.num_seconds() && !between(run, note));
            let nearest = near.min_by_key(|run| (distance(run), place(&run.id) > place(&note.id), Reverse(place(&run.id))));
            if let Some((run, line)) = nearest.zip(note.text.lines().next()) {
                described.entry(run.id.as_str()).or_insert_with(|| self.mask(line));
            }
        }
        described
    }

    /// What git did says itself.
    fn can_be_described(&self, ran: &Ran) -> bool {
        ran.via != Via::Hand
            && !self.is_everyday_line(&ran.command)
            && shell::leaves(&self.record.lines.of(&ran.command)).any(|command| command.program() != "git")
    }

    /// Whether it was to find out if all is well: tests, a build, a linter.
    fn is_check(&self, ran: &Ran) -> bool {
        let (line, lines) = (&ran.command, self.record.lines);
        ran.results.is_some() || runners::is_expected(line, lines) || runners::is_check(line, lines)
    }
}

/// Whether a note says what was found out or done, not what is about to be.
fn tells_result(note: &Note) -> bool {
    matches!(note.phase, Some(Phase::RootCause | Phase::Solution | Phase::Resolution))
}

/// What such a command does; nothing of a line that does several things.
fn purpose(candidate: &CommandCandidate<'_>, effect: Effect, step: Option<Step>) -> Option<&'static str> {
    let mut leaves = shell::leaves(&candidate.parsed).filter(|command| !is_everyday(command.program()));
    let only = leaves.next().filter(|_| leaves.next().is_none());
    let listed = only.and_then(|command| PURPOSES.iter().find(|(words, _)| systems::says(command, words))).map(|(_, purpose)| *purpose);
    let listed = listed.or(step.filter(|_| only.is_some()).map(Step::purpose));
    let listed = listed.filter(|purpose| !(purpose.starts_with("Query") && effect.mutates()));
    let tests = candidate.run.ran.results.is_some();
    listed.or_else(|| tests.then_some("Run the tests"))
}
