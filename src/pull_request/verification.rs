//! What was run, and whether it speaks of what is to be merged: a run of an earlier state is never told as proof of this one.

use std::collections::HashMap;

use super::fate::Fate;
use super::sanitise::{Sanitiser, cell};
use super::{Attached, Link, Material, RanOn};
use crate::change::RepoPath;
use crate::document::{Document, NO_RUN, TestRun, Time};
use crate::evidence::kinds;
use crate::words::count;

/// What a run says about head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case", tag = "state", content = "commits")]
pub enum Freshness {
    /// It ran on just this tree.
    Head,
    /// Since then nothing but documentation changed.
    Documentation,
    /// This many commits of the range came after it; 0 where the files changed in another way.
    Before(usize),
    /// It ran on head's files with changes that no commit has.
    Uncommitted,
    /// It ran on another branch, which was never an earlier state of this one.
    Elsewhere,
    /// Nothing tells.
    Unknown,
}

impl Freshness {
    /// Whether it proves something about head.
    pub fn is_proof(self) -> bool {
        matches!(self, Self::Head | Self::Documentation)
    }

    /// In words, for the column "At".
    pub fn words(self) -> String {
        match self {
            Self::Head => "this head".into(),
            Self::Documentation => "this head but for documentation".into(),
            Self::Before(0) => "before the last change of the files".into(),
            Self::Before(1) => "before the last commit".into(),
            Self::Before(commits) => format!("before the last {commits} commits"),
            Self::Uncommitted => "at this head, with uncommitted changes".into(),
            Self::Elsewhere => "on another branch".into(),
            Self::Unknown => "not recorded whether at this head".into(),
        }
    }
}

/// The last run of a command.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Proof {
    /// The command line.
    pub command: String,
    /// Where it ran, if not at the top of the worktree: `in packages/api`, `on web1`.
    pub place: Option<String>,
    /// The runner whose output was recognised.
    pub runner: Option<String>,
    /// When it began.
    pub at: Time,
    /// Its exit code.
    pub exit_code: Option<i32>,
    /// Passed tests.
    pub passed: Option<u32>,
    /// Failed tests.
    pub failed: Option<u32>,
    /// Skipped tests.
    pub skipped: Option<u32>,
    /// What it says about head.
    pub freshness: Freshness,
    /// An earlier run of the same command failed, with these tests.
    pub red_before: Option<Vec<String>>,
    /// What may be said of each of them now, in their order.
    #[serde(skip)]
    pub became: Vec<Became>,
    /// Nothing in the command leaves tests out, and the runner did not stop early.
    pub whole: bool,
    /// Runs on the same tree came out differently: this many passed, of this many.
    pub flaky: Option<(usize, usize)>,
}

impl Proof {
    /// It exited with 0, no test failed, and if tests were counted, there were some.
    pub fn is_green(&self) -> bool {
        green(self.exit_code, self.passed, self.failed)
    }

    /// The command, with the place where it ran.
    fn named(&self, it: &Sanitiser) -> String {
        let place = self.place.as_ref().map(|place| format!(" {}", it.line(place))).unwrap_or_default();
        format!("{}{place}", it.code(&self.command))
    }

    /// `3 passed, 0 failed`, `exit code 1`.
    pub fn outcome(&self) -> String {
        let counts = [(self.passed, "passed"), (self.failed, "failed"), (self.skipped.filter(|n| *n > 0), "skipped")];
        let counts: Vec<String> = counts.iter().filter_map(|(number, word)| Some(format!("{} {word}", (*number)?))).collect();
        let ran_none = self.passed == Some(0) && self.failed.unwrap_or(0) == 0;
        let mut outcome = match (counts.is_empty(), self.exit_code) {
            (_, Some(code)) if ran_none && code != 0 => format!("no test counted, exit code {code}"),
            _ if ran_none => "no test ran".into(),
            (false, Some(code)) if code != 0 && self.failed.unwrap_or(0) == 0 => format!("{}, exit code {code}", counts.join(", ")),
            (false, _) => counts.join(", "),
            (true, Some(0)) if self.runner.is_some() => "passed, not counted".into(),
            (true, Some(code)) => format!("exit code {code}"),
            (true, None) => "ended without an exit code".into(),
        };
        if let Some((passed, of)) = self.flaky {
            outcome += &format!("; flaky: passed {passed} of {of} on the same files");
        }
        outcome
    }
}

fn green(exit_code: Option<i32>, passed: Option<u32>, failed: Option<u32>) -> bool {
    exit_code == Some(0) && failed.unwrap_or(0) == 0 && passed != Some(0)
}

/// What may be said of a test that failed, now that its command is green.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Became {
    /// It is still there, and the run left none out.
    Passing,
    /// It is not part of head.
    Gone,
    /// The green run skipped more tests than the red one, or a mark to skip was added where it stands.
    Skipped,
    /// The green run has fewer tests.
    Fewer,
    /// Nothing tells whether the green run had it.
    Unknown,
}

/// What the record says about tests.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct Verification {
    /// The last run of each test command, those that failed first.
    pub runs: Vec<Proof>,
    /// The same of builds, linters and type checks.
    pub checks: Vec<Proof>,
    /// What people say they checked by hand, as safe Markdown.
    pub manual: Vec<String>,
}

impl Verification {
    /// Tests, then checks.
    fn all(&self) -> impl Iterator<Item = &Proof> {
        self.runs.iter().chain(&self.checks)
    }

    /// The commands that head has passed.
    pub fn passed_at_head(&self) -> impl Iterator<Item = &str> {
        self.all().filter(|run| run.freshness.is_proof() && run.is_green() && run.flaky.is_none()).map(|run| run.command.as_str())
    }

    /// Whether a run proves that the tests pass at head, and none says otherwise.
    pub fn tests_pass(&self) -> bool {
        let fresh: Vec<&Proof> = self.runs.iter().filter(|run| run.freshness.is_proof()).collect();
        !fresh.is_empty() && fresh.iter().all(|run| run.is_green() && run.flaky.is_none()) && self.runs.iter().all(Proof::is_green)
    }

    /// The same, where one of these runs was of all tests, as far as its command tells.
    pub fn suite_passes(&self) -> bool {
        self.tests_pass() && self.runs.iter().any(|run| run.whole && run.freshness.is_proof())
    }

    /// Lines of their own: from red to green, then what was done by hand.
    pub fn turned(&self, it: &Sanitiser) -> Vec<String> {
        self.all().filter(|run| run.is_green()).flat_map(|run| turned(run, it)).collect()
    }

    /// A table of the runs.
    pub fn table(&self, it: &Sanitiser) -> Option<String> {
        let row = |run: &Proof| format!("| {} | {} | {} |", cell(&run.named(it)), cell(&run.outcome()), run.freshness.words());
        let rows: Vec<String> = self.all().map(row).collect();
        (!rows.is_empty()).then(|| format!("| Command | Result | At |\n| --- | --- | --- |\n{}", rows.join("\n")))
    }

    /// The runs as a list.
    pub fn list(&self, it: &Sanitiser) -> Option<String> {
        let row = |run: &Proof| format!("- {}: {} ({})", run.named(it), run.outcome(), run.freshness.words());
        let rows: Vec<String> = self.all().map(row).collect();
        (!rows.is_empty()).then(|| rows.join("\n"))
    }

    /// One line for all.
    pub fn line(&self) -> String {
        let told = |runs: &[Proof], what: &str| {
            let fresh = runs.iter().filter(|run| run.freshness.is_proof() && run.is_green()).count();
            format!("{} recorded; {fresh} of them green at this head.", count(runs.len(), what))
        };
        let tests = if self.runs.is_empty() { NO_RUN.to_owned() } else { told(&self.runs, "test command") };
        if self.checks.is_empty() { tests } else { format!("{tests} {}", told(&self.checks, "check")) }
    }
}

/// A sentence for the command, or one for each thing that became of its tests. Of a test that the green run may not have had, only the
/// command is said to pass.
fn turned(run: &Proof, it: &Sanitiser) -> Vec<String> {
    let Some(red) = &run.red_before else { return Vec::new() };
    let (command, at) = (run.named(it), run.freshness.words());
    let now = if run.freshness.is_proof() { "passes at this head".to_owned() } else { format!("then passed, {at}") };
    if red.is_empty() {
        return vec![format!("{command} failed during the work and {now}.")];
    }
    let became = |name: usize| run.became.get(name).copied().unwrap_or(Became::Unknown);
    let sentence = |kind: Became| {
        let names: Vec<&String> = red.iter().enumerate().filter(|(at, _)| became(*at) == kind).map(|(_, name)| name).collect();
        let what = match names.as_slice() {
            [] => return None,
            [one] => it.code(one),
            [one, rest @ ..] => format!("{} and {}", it.code(one), count(rest.len(), "more test")),
        };
        let one = names.len() == 1;
        let several = if run.freshness.is_proof() { "pass at this head".to_owned() } else { now.clone() };
        let skipped = run.skipped.filter(|n| *n > 0).map_or("with tests marked to be skipped".to_owned(), |n| format!("with {n} skipped"));
        Some(match kind {
            Became::Passing => format!("{what} failed during the work and {}.", if one { &now } else { &several }),
            Became::Gone => format!("{what} failed during the work and {} not part of this head.", if one { "is" } else { "are" }),
            Became::Skipped => format!("{what} failed during the work; {command} {now}, {skipped}."),
            Became::Fewer => format!("{what} failed during the work; {command} {now}, with fewer tests."),
            Became::Unknown => {
                let them = if one { "that test" } else { "those tests" };
                format!("{what} failed during the work; {command} {now}, but whether it still runs {them} is not recorded.")
            }
        })
    };
    [Became::Passing, Became::Gone, Became::Skipped, Became::Fewer, Became::Unknown].into_iter().filter_map(sentence).collect()
}

/// What became of the tests that failed: by the files, and by how many tests the two runs had.
fn became(red: &TestRun, on: &RanOn, green: &TestRun) -> Vec<Became> {
    let gone = on.fates.iter().filter(|fate| **fate == Fate::Gone).count();
    let had = |run: &TestRun| Some(run.passed?.saturating_add(run.failed?) as usize);
    let fewer = had(red).zip(had(green)).is_some_and(|(red, green)| green.saturating_add(gone) < red);
    let more_skipped = green.skipped.unwrap_or(0) > red.skipped.unwrap_or(0);
    let of_one = |at: usize| match on.fates.get(at).copied().unwrap_or_default() {
        Fate::Gone => Became::Gone,
        _ if more_skipped => Became::Skipped,
        Fate::Marked if green.skipped != Some(0) => Became::Skipped,
        _ if fewer => Became::Fewer,
        Fate::Unknown => Became::Unknown,
        _ if green.partial => Became::Unknown,
        Fate::There | Fate::Marked => Became::Passing,
    };
    (0..on.failing.len()).map(of_one).collect()
}

/// The last run of each command over all sessions.
pub fn verification(material: &Material, it: &Sanitiser) -> Verification {
    let mut runs = last_of_each(material, |document| &document.testing.runs);
    let all: Vec<(String, Time)> = runs.iter().map(|run| (run.command.clone(), run.at)).collect();
    runs.retain(|run| run.red_before.is_some() || !all.iter().any(|(wider, at)| is_wider(wider, &run.command) && *at >= run.at));
    Verification { runs, checks: last_of_each(material, |document| &document.testing.checks), manual: manual(material, it) }
}

/// Command, folder where it is not the top, and system.
type Key<'a> = (String, Option<&'a str>, Option<&'a str>);

fn last_of_each(material: &Material, of: fn(&Document) -> &Vec<TestRun>) -> Vec<Proof> {
    let mut by_command: Vec<(Key<'_>, Vec<(&Attached, &TestRun)>)> = Vec::new();
    for session in &material.sessions {
        for run in of(&session.document) {
            let command = run.command.split_whitespace().collect::<Vec<_>>().join(" ");
            let key = (command, run.cwd.as_deref().filter(|cwd| *cwd != "."), run.system.as_deref());
            match by_command.iter_mut().find(|(known, _)| *known == key) {
                Some((_, runs)) => runs.push((session, run)),
                None => by_command.push((key, vec![(session, run)])),
            }
        }
    }
    let mut runs: Vec<Proof> = by_command.into_iter().filter_map(|(key, runs)| proof(material, key, runs)).collect();
    runs.sort_by_key(|run| (run.is_green(), !run.freshness.is_proof(), run.at));
    runs
}

/// Whether a command runs all that the other does: the same words, and fewer of them.
fn is_wider(wider: &str, command: &str) -> bool {
    let rest = command.strip_prefix(wider).unwrap_or_default();
    let plain = rest.split_whitespace().all(|word| !word.starts_with('-'));
    rest.starts_with(' ') && plain && rest.contains(['/', '.', ':'])
}

/// Words that the program which runs tests, or its task, has in its name.
const NAMING: &[&str] = &[
    "test", "spec", "unit", "jest", "mocha", "behave", "prove", "cypress", "check", "tox", "nose", "ava", "bats", "karma", "verify", "pest",
];
/// Options that leave no test out.
const BLAND: &[&str] = &[
    "--", "-q", "-qq", "-v", "-vv", "-s", "-x", "-j", "-n", "-B", "-i", "-ra", "-rA", "-race", "-count", "-cover", "--all",
    "--all-features", "--all-targets", "--batch-mode", "--ci", "--color", "--colors", "--coverage", "--cov", "--cov-report", "--durations",
    "--failfast", "--fail-fast", "--forceExit", "--format", "--headless", "--jobs", "--locked", "--maxfail", "--no-cache", "--no-daemon",
    "--no-fail-fast", "--no-interaction", "--nologo", "--offline", "--parallel", "--quiet", "--release", "--reporter", "--run",
    "--runInBand", "--silent", "--stop-on-failure", "--tb", "--testdox", "--verbose", "--watch", "--watchAll", "--workspace",
];

/// Whether a command line asks for all tests: one command, and from the word that names them on only what is known to leave none out.
fn is_whole(command: &str) -> bool {
    let Ok(words) = shell_words::split(command) else { return false };
    let is_setting = |word: &&str| word.contains('=') && !word.starts_with('-');
    let words: Vec<&str> = words.iter().map(String::as_str).skip_while(is_setting).collect();
    let names = |word: &&str| !word.starts_with('-') && NAMING.iter().any(|named| word.contains(named));
    let bland = |word: &str| match word.starts_with('-') {
        true => BLAND.contains(&word.split('=').next().unwrap_or(word)),
        false => matches!(word, "./..." | "run") || word.bytes().all(|b| b.is_ascii_digit()),
    };
    let chained = |word: &&str| word.contains(['&', '|', ';', '<', '>', '$', '`']);
    let Some(at) = words.iter().position(names).filter(|_| !words.iter().any(chained)) else { return false };
    let before = words[..at].iter().filter(|word| word.starts_with('-'));
    !words[at].contains(':') && before.chain(&words[at + 1..]).all(|word| bland(word) || words[..at].last() == Some(word) && *word == "-m")
}

fn proof(material: &Material, (command, folder, system): Key<'_>, mut runs: Vec<(&Attached, &TestRun)>) -> Option<Proof> {
    runs.sort_by_key(|(_, run)| run.at);
    // a run of just this tree decides, whatever another state gave later
    let of_head =
        |(session, run): &(&Attached, &TestRun)| ran_on(session, run).and_then(|on| on.tree.as_ref()) == Some(&material.head_tree);
    if let Some(at) = runs.iter().rposition(of_head) {
        runs.truncate(at + 1);
    }
    let (session, last) = runs.pop()?;
    let on = ran_on(session, last);
    let red = runs.iter().rev().find(|(_, run)| !green(run.exit_code, run.passed, run.failed));
    let red = red.map(|(session, run)| (*run, ran_on(session, run).cloned().unwrap_or_default()));
    let became = red.as_ref().map(|(run, on)| became(run, on, last)).unwrap_or_default();
    let same: Vec<bool> = match on.and_then(|on| on.tree.as_ref()) {
        Some(tree) => {
            let there = runs.iter().filter(|(session, run)| ran_on(session, run).and_then(|on| on.tree.as_ref()) == Some(tree));
            there.chain([&(session, last)]).map(|(_, run)| green(run.exit_code, run.passed, run.failed)).collect()
        }
        None => Vec::new(),
    };
    let passed = same.iter().filter(|green| **green).count();
    let place = [folder.map(|folder| format!("in {folder}")), system.map(|system| format!("on {system}"))];
    Some(Proof {
        command,
        place: place.into_iter().flatten().reduce(|folder, system| format!("{folder} {system}")),
        runner: last.runner.clone(),
        at: last.at,
        exit_code: last.exit_code,
        passed: last.passed,
        failed: last.failed,
        skipped: last.skipped,
        freshness: freshness(material, session, last),
        red_before: red.map(|(_, on)| on.failing),
        became,
        whole: !last.partial && last.cwd.as_deref().is_none_or(|cwd| cwd == ".") && is_whole(&last.command),
        flaky: (passed > 0 && passed < same.len()).then_some((passed, same.len())),
    })
}

fn ran_on<'a>(session: &'a Attached, run: &TestRun) -> Option<&'a RanOn> {
    session.runs.get(&(run.at, run.command.clone()))
}

/// What a run says about head: by its tree where that is known to be head's, else by what the session knows and what came after it.
fn freshness(material: &Material, session: &Attached, run: &TestRun) -> Freshness {
    if ran_on(session, run).and_then(|on| on.tree.as_ref()) == Some(&material.head_tree) {
        return Freshness::Head;
    }
    match earlier(material, session, run) {
        other if other.is_proof() => other,
        _ if session.since.elsewhere => Freshness::Elsewhere,
        other => other,
    }
}

/// The same of a run on an earlier state of the branch.
fn earlier(material: &Material, session: &Attached, run: &TestRun) -> Freshness {
    // documentation may have changed between the run and the session's end without making it stale
    let until_end = run.changed_since.iter().chain(&session.since.beside);
    let later = || material.commits.iter().filter(|change| change.commit.parents.len() < 2 && change.commit.at > run.at).count();
    match (run.stale, &session.since.changed) {
        (Some(true), _) => Freshness::Before(later()),
        (Some(false), Some(changed)) => match of_changed(material, changed.iter().chain(until_end)) {
            Freshness::Before(_) if later() == 0 && of_changed(material, changed.iter()).is_proof() => Freshness::Uncommitted,
            Freshness::Before(_) => Freshness::Before(later()),
            other => other,
        },
        (Some(false), None) | (None, _) if session.link == Link::Weak || later() == 0 => Freshness::Unknown,
        (Some(false), None) | (None, _) => Freshness::Before(later()),
    }
}

fn of_changed<'a>(material: &Material, mut changed: impl Iterator<Item = &'a RepoPath> + Clone) -> Freshness {
    let documentation = |path: &'a RepoPath| {
        let known = material.file(path).map(|file| file.category);
        kinds::is_documentation(path, known.unwrap_or_else(|| kinds::classify(path, None, false, &Default::default()).category))
    };
    match () {
        () if changed.clone().next().is_none() => Freshness::Head,
        () if changed.all(documentation) => Freshness::Documentation,
        () => Freshness::Before(0),
    }
}

fn manual(material: &Material, it: &Sanitiser) -> Vec<String> {
    let documents = || material.sessions.iter().map(|session| &session.document);
    let steps = documents().flat_map(|document| &document.solution.verification);
    let said = documents().filter_map(|document| document.testing.results.as_ref());
    steps.chain(said).map(|text| it.prose(text)).filter(|text| !text.is_empty()).collect()
}

/// Counts of tests that the record holds, for checking what a text claims.
pub fn counts(verification: &Verification) -> HashMap<&'static str, Vec<u32>> {
    let mut counts: HashMap<&'static str, Vec<u32>> = HashMap::new();
    for run in &verification.runs {
        for (word, number) in [("passed", run.passed), ("failed", run.failed), ("skipped", run.skipped)] {
            counts.entry(word).or_default().extend(number);
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pull_request::Since;
    use crate::pull_request::description::tests::{attached, commit, material, run};

    fn fresh(stale: Option<bool>, since: Since, commits: usize) -> Freshness {
        let commits = (0..commits).map(|n| commit(&format!("{n}{n}"), "Later", "")).collect();
        let mut it_is = material(commits);
        let mut session = attached();
        session.since = since;
        session.document.testing.runs = vec![TestRun { stale, ..run("phpunit", 3, 0) }];
        it_is.sessions = vec![session];
        verification(&it_is, &Sanitiser::default()).runs[0].freshness
    }

    #[test]
    fn only_a_run_of_this_very_state_is_proof() {
        let paths = |paths: &[&str]| -> Vec<RepoPath> { paths.iter().map(|path| (*path).into()).collect() };
        let since = |changed: &[&str], beside: &[&str]| Since { changed: Some(paths(changed)), beside: paths(beside), elsewhere: false };
        let elsewhere = |changed: &[&str]| Since { elsewhere: true, ..since(changed, &[]) };
        for (stale, since, commits, expected) in [
            (Some(false), since(&[], &[]), 0, Freshness::Head),
            (Some(false), since(&["README.md"], &[]), 1, Freshness::Documentation),
            (Some(false), since(&["src/a.rs"], &[]), 1, Freshness::Before(1)),
            (Some(false), since(&[], &["src/b.rs"]), 0, Freshness::Uncommitted),
            (Some(false), since(&["README.md"], &["src/b.rs"]), 0, Freshness::Uncommitted),
            (Some(false), since(&[], &["src/b.rs"]), 1, Freshness::Before(1)),
            (Some(false), since(&["src/a.rs"], &["src/b.rs"]), 0, Freshness::Before(0)),
            (Some(false), since(&[], &["README.md"]), 0, Freshness::Documentation),
            (Some(true), since(&[], &[]), 2, Freshness::Before(2)),
            (Some(true), since(&[], &[]), 0, Freshness::Before(0)),
            (Some(false), elsewhere(&[]), 0, Freshness::Head),
            (Some(false), elsewhere(&["src/a.rs"]), 2, Freshness::Elsewhere),
            (Some(true), elsewhere(&[]), 2, Freshness::Elsewhere),
            (None, elsewhere(&[]), 0, Freshness::Elsewhere),
            (None, since(&[], &[]), 0, Freshness::Unknown),
            (Some(false), Since::default(), 0, Freshness::Unknown),
        ] {
            assert_eq!(fresh(stale, since.clone(), commits), expected, "{stale:?} {since:?}");
            assert_eq!(expected.is_proof(), matches!(expected, Freshness::Head | Freshness::Documentation));
        }
    }

    #[test]
    fn a_command_that_may_leave_tests_out_is_not_all_of_them() {
        for command in [
            "pytest -q", "python -m pytest", "cargo test --workspace", "cargo nextest run", "go test -race ./...", "npm test",
            "CI=1 yarn test", "vendor/bin/phpunit", "bundle exec rspec", "mvn -q verify", "./gradlew test", "make check -j 4",
        ] {
            assert!(is_whole(command), "{command}");
        }
        for command in [
            "pytest tests/test_a.py::test_a", "pytest tests/unit", "pytest -k port", "cargo test port", "cargo test --lib",
            "cargo test -p core", "go test ./port", "go test -run=Port ./...", "npm run test:unit", "npm test -- --grep port",
            "mvn -Dtest=Port test", "./gradlew test --tests Port", "./gradlew :core:test", "cd core && pytest", "pytest --last-failed",
            "pytest -m fast", "make", "pytest 'open",
        ] {
            assert!(!is_whole(command), "{command}");
        }
    }

    #[test]
    fn the_last_run_counts_and_the_way_there_is_told() {
        let mut session = attached();
        let earlier = TestRun { at: run("a", 0, 0).at - chrono::TimeDelta::minutes(9), exit_code: Some(1), ..run("phpunit", 2, 1) };
        let narrow = TestRun { at: earlier.at, ..run("phpunit tests/A.php", 1, 0) };
        session
            .runs
            .insert((earlier.at, "phpunit".into()), RanOn { tree: None, failing: vec!["A::once".into()], fates: vec![Fate::There] });
        session.document.testing.runs = vec![earlier, narrow, TestRun { stale: Some(false), ..run("phpunit", 3, 0) }];
        session.since.changed = Some(Vec::new());
        let mut it_is = material(vec![]);
        it_is.sessions = vec![session];
        let it = Sanitiser::default();
        let found = verification(&it_is, &it);
        assert_eq!(found.runs.len(), 1, "the narrow run is part of the wide one");
        assert_eq!(found.turned(&it), ["`A::once` failed during the work and passes at this head."]);
        assert!(found.tests_pass());
        assert!(found.table(&it).expect("a table").contains("| `phpunit` | 3 passed, 0 failed | this head |"));
    }

    #[test]
    fn a_test_that_the_green_run_may_not_have_had_does_not_pass() {
        let then = |passed, failed, skipped| TestRun { skipped, ..run("phpunit", passed, failed) };
        let passes = "`A::a` failed during the work and passes at this head.";
        let gone = "`A::a` failed during the work and is not part of this head.";
        let skipped = "`A::a` failed during the work; `phpunit` passes at this head, with 1 skipped.";
        let marked = "`A::a` failed during the work; `phpunit` passes at this head, with tests marked to be skipped.";
        let fewer = "`A::a` failed during the work; `phpunit` passes at this head, with fewer tests.";
        let unknown = "`A::a` failed during the work; `phpunit` passes at this head, but whether it still runs that test is not recorded.";
        for (red, fate, green, expected) in [
            (then(2, 1, None), Fate::There, then(3, 0, None), passes),
            (then(2, 1, Some(1)), Fate::There, then(4, 0, Some(0)), passes),
            (then(2, 1, None), Fate::Marked, then(3, 0, Some(0)), passes),
            (then(2, 1, None), Fate::Gone, then(2, 0, None), gone),
            (then(4, 1, None), Fate::Marked, then(4, 0, Some(1)), skipped),
            (then(4, 1, None), Fate::There, then(4, 0, Some(1)), skipped),
            (then(4, 1, None), Fate::Marked, then(5, 0, None), marked),
            (then(4, 1, None), Fate::There, then(4, 0, None), fewer),
            (then(4, 1, None), Fate::Unknown, then(5, 0, None), unknown),
            (then(4, 1, None), Fate::There, TestRun { partial: true, ..then(5, 0, None) }, unknown),
        ] {
            let mut session = attached();
            let red = TestRun { at: red.at - chrono::TimeDelta::minutes(9), ..red };
            session.runs.insert((red.at, "phpunit".into()), RanOn { tree: None, failing: vec!["A::a".into()], fates: vec![fate] });
            session.document.testing.runs = vec![red, TestRun { stale: Some(false), ..green }];
            session.since.changed = Some(Vec::new());
            let mut it_is = material(vec![]);
            it_is.sessions = vec![session];
            let it = Sanitiser::default();
            assert_eq!(verification(&it_is, &it).turned(&it), [expected]);
        }
    }

    #[test]
    fn builds_and_linters_stand_beside_the_tests() {
        let mut session = attached();
        session.since.changed = Some(Vec::new());
        let check = |command: &str, exit| TestRun {
            passed: None,
            failed: None,
            runner: None,
            exit_code: Some(exit),
            stale: Some(false),
            ..run(command, 0, 0)
        };
        session.document.testing.runs = vec![TestRun { stale: Some(false), ..run("phpunit", 3, 0) }];
        session.document.testing.checks = vec![check("npm run lint", 0), check("tsc --noEmit", 2)];
        let mut it_is = material(vec![]);
        it_is.sessions = vec![session];
        let it = Sanitiser::default();
        let found = verification(&it_is, &it);
        assert!(found.tests_pass());
        assert_eq!(found.passed_at_head().collect::<Vec<_>>(), ["phpunit", "npm run lint"]);
        let table = found.table(&it).expect("a table");
        assert!(table.ends_with("| `tsc --noEmit` | exit code 2 | this head |\n| `npm run lint` | exit code 0 | this head |"), "{table}");
        assert_eq!(found.line(), "1 test command recorded; 1 of them green at this head. 2 checks recorded; 1 of them green at this head.");
    }

    #[test]
    fn no_test_is_no_pass() {
        let mut session = attached();
        session.since.changed = Some(Vec::new());
        session.document.testing.runs = vec![TestRun { stale: Some(false), ..run("pytest", 0, 0) }];
        let mut it_is = material(vec![]);
        it_is.sessions = vec![session];
        let found = verification(&it_is, &Sanitiser::default());
        assert!(!found.tests_pass());
        assert_eq!(found.runs[0].outcome(), "no test ran");
    }
}
