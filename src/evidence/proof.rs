//! What recorded test runs prove together: which of them answer one another, where red became green, and which trees must be compared to
//! say how fresh a run is. Pure; what the trees hold is asked elsewhere.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::runners::{self, Outcome};
use super::shell::CommandLines;
use crate::change::{CommitChange, Oid, RepoPath};
use crate::event::{Ran, Via};
use crate::session::Run;

/// A test run and what became of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Test<'a> {
    /// The run.
    pub run: &'a Run,
    /// Number of its command: runs of the same command have the same.
    pub command: usize,
    /// What it proves by itself.
    pub outcome: Outcome,
    /// What it proves beside an earlier one.
    pub turn: Option<Turn>,
    /// Whether the same command had another outcome on the same tree, earlier or later.
    pub flaky: bool,
}

impl<'a> Test<'a> {
    /// What failed, by name; one of no name where the output only counts.
    pub fn failing(&self) -> impl Iterator<Item = &'a str> {
        let results = self.run.ran.results.as_ref().filter(|_| self.outcome == Outcome::Failed);
        let unnamed = results.filter(|results| results.failing.is_empty() && results.failed > Some(0)).map(|_| "");
        results.into_iter().flat_map(|results| &results.failing).map(String::as_str).chain(unnamed)
    }
}

/// An outcome that differs from the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// In which way.
    pub kind: TurnKind,
    /// Index of the run before.
    pub from: usize,
}

/// How an outcome differs. The names are public (JSON).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TurnKind {
    /// Red became green.
    Fixed,
    /// Green became red.
    Broke,
    /// Either, with nothing changed in the worktree.
    Flaky,
}

/// What must be the same for two runs to answer one another: system, folder and what the command line asks for.
type Key = (Option<String>, String, Vec<String>);

fn key(ran: &Ran) -> Key {
    (ran.system.clone(), ran.cwd.clone(), runners::asked(&ran.command))
}

/// Whether two runs are of the same command.
pub fn is_same(a: &Ran, b: &Ran) -> bool {
    a.cwd == b.cwd && a.system == b.system && (a.command == b.command || runners::asked(&a.command) == runners::asked(&b.command))
}

/// The session's test runs in time order: those whose output counts tests or that were stated as tests (their results are
/// there too), and those whose command is that of such a run or names tests.
pub fn tests<'a>(runs: &'a [Run], lines: &CommandLines<'_>) -> Vec<Test<'a>> {
    let counted = |run: &&Run| run.ran.results.is_some();
    let known: HashSet<Key> = runs.iter().filter(counted).map(|run| key(&run.ran)).collect();
    let is_test = |run: &&Run| {
        counted(run) || run.ran.has_ended() && (known.contains(&key(&run.ran)) || runners::names_tests(&run.ran.command, lines))
    };
    together(runs.iter().filter(is_test), lines)
}

/// The session's builds, linters and type checks in time order, but for those that are test runs.
pub fn checks<'a>(runs: &'a [Run], tests: &[Test<'_>], lines: &CommandLines<'_>) -> Vec<Test<'a>> {
    let tests: HashSet<&str> = tests.iter().map(|test| test.run.id.as_str()).collect();
    let is_check = |run: &&Run| run.ran.has_ended() && !tests.contains(run.id.as_str()) && runners::is_check(&run.ran.command, lines);
    together(runs.iter().filter(is_check), lines)
}

/// Runs, each with what it proves beside the others.
fn together<'a>(runs: impl Iterator<Item = &'a Run>, lines: &CommandLines<'_>) -> Vec<Test<'a>> {
    let mut tests: Vec<Test<'_>> = Vec::new();
    let mut numbers: HashMap<Key, usize> = HashMap::new();
    for run in runs {
        let next = numbers.len();
        let command = *numbers.entry(key(&run.ran)).or_insert(next);
        let mut test = Test { run, command, outcome: outcome(&run.ran, lines), turn: None, flaky: false };
        test.turn = turn(&tests, &test);
        tests.push(test);
    }
    mark_flaky(&mut tests);
    tests
}

/// Runs of one command on one tree that ended differently. One that writes expectations anew ends well on whatever it finds.
fn mark_flaky(tests: &mut [Test<'_>]) {
    let tells = |test: &Test<'_>| decides(test.outcome) && !runners::writes_expectations(&test.run.ran.command);
    let place = |test: &Test<'_>| test.run.ran.tree.filter(|_| tells(test)).map(|tree| (test.command, tree));
    let mut ended: HashMap<(usize, Oid), [bool; 2]> = HashMap::new();
    for test in tests.iter() {
        if let Some(place) = place(test) {
            ended.entry(place).or_default()[usize::from(test.outcome == Outcome::Passed)] = true;
        }
    }
    tests.iter_mut().for_each(|test| test.flaky = place(test).is_some_and(|place| ended[&place] == [true, true]));
}

/// By the exit code and the output; of a stated run, which may have no exit code, by its counts.
fn outcome(ran: &Ran, lines: &CommandLines<'_>) -> Outcome {
    let results = ran.results.as_ref();
    match (ran.via, ran.exit_code, results.map(|results| (results.passed, results.failed))) {
        (Via::Hand, None, Some((_, Some(1..)))) => Outcome::Failed,
        (Via::Hand, None, Some((Some(1..), Some(0) | None))) => Outcome::Passed,
        (_, _, None) if !runners::decides_exit_code(&ran.command, lines) => Outcome::Unknown,
        _ => runners::outcome(ran.exit_code, results),
    }
}

fn decides(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Passed | Outcome::Failed)
}

/// Against the last run before that it answers.
fn turn(before: &[Test<'_>], test: &Test<'_>) -> Option<Turn> {
    if !decides(test.outcome) {
        return None;
    }
    let from = before.iter().rposition(|earlier| decides(earlier.outcome) && answers(test, earlier))?;
    let (earlier, tree) = (before[from], &test.run.ran.tree);
    if earlier.outcome == test.outcome {
        return None;
    }
    let same_tree = tree.is_some() && *tree == earlier.run.ran.tree && !runners::writes_expectations(&test.run.ran.command);
    let kind = match test.outcome {
        _ if same_tree => TurnKind::Flaky,
        Outcome::Passed => TurnKind::Fixed,
        _ => TurnKind::Broke,
    };
    Some(Turn { kind, from })
}

/// Whether a run is of the same command as the earlier one, or passes a test by name that failed there.
fn answers(test: &Test<'_>, earlier: &Test<'_>) -> bool {
    let mut failing = earlier.run.ran.results.iter().flat_map(|results| &results.failing);
    test.command == earlier.command
        || test.outcome == Outcome::Passed
            && earlier.outcome == Outcome::Failed
            && failing.any(|name| runs_by_name(&test.run.ran.command, name))
}

/// Whether a command line asks for this test by its own name.
fn runs_by_name(command: &str, test: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    let own = test.split(['[', '(']).next().unwrap_or(test).trim_end().rsplit(|c: char| !inside(c)).next().unwrap_or_default();
    own.len() >= 4 && command.split(|c: char| !inside(c)).any(|word| word == own)
}

/// The decisive run of each command, in time order: the last one on the state that `is_final` knows, else the last one. One that a wider
/// later one contains decides nothing.
pub fn latest<'t, 'a>(tests: &'t [Test<'a>], is_final: impl Fn(&Ran) -> bool) -> Vec<&'t Test<'a>> {
    let deciding = (0..tests.len()).rev().filter(|at| decides(tests[*at].outcome));
    let (on_final, others): (Vec<usize>, Vec<usize>) = deciding.partition(|at| is_final(&tests[*at].run.ran));
    let mut seen = HashSet::new();
    let mut last: Vec<usize> = on_final.into_iter().chain(others).filter(|at| seen.insert(tests[*at].command)).collect();
    // by their places: a second may hold several
    last.sort_unstable();
    let last: Vec<&Test<'_>> = last.into_iter().map(|at| &tests[at]).collect();
    let within = |test: &Test<'_>, wider: &Test<'_>| contains(wider, test) && (is_final(&wider.run.ran) || !is_final(&test.run.ran));
    let contained = |at: &usize| last[at + 1..].iter().any(|wider| within(last[*at], wider));
    (0..last.len()).filter(|at| !contained(at)).map(|at| last[at]).collect()
}

/// Whether a run is of all that another one ran, at the same place.
pub fn contains(wider: &Test<'_>, test: &Test<'_>) -> bool {
    let (wider, ran) = (&wider.run.ran, &test.run.ran);
    (&wider.cwd, &wider.system) == (&ran.cwd, &ran.system) && runners::is_wider(&wider.command, &ran.command)
}

/// The pairs of trees between which changed files are asked for: from each run to the end, between runs that answer one another, and between
/// test runs and the commits near them.
pub fn pairs(runs: &[Run], end: &Oid, commits: &[CommitChange], lines: &CommandLines<'_>) -> HashSet<(Oid, Oid)> {
    let tests = tests(runs, lines);
    let checks = checks(runs, &tests, lines);
    let tree = |test: &Test<'_>| test.run.ran.tree;
    let since = tests.iter().chain(&checks).filter_map(|test| Some((tree(test)?, *end)));
    let between = tests.iter().filter_map(|test| Some((tree(&tests[test.turn?.from])?, tree(test)?)));
    since.chain(between).chain(near(&tests, commits)).collect()
}

/// Test runs with the trees of the commits that were made next to them: of many, the nearest by time.
fn near(tests: &[Test<'_>], commits: &[CommitChange]) -> Vec<(Oid, Oid)> {
    /// As many pairs are compared, and for each run as many as this in any case.
    const MOST: usize = 1000;
    const NEXT: usize = 2;
    let mut pairs = Vec::new();
    for test in tests {
        let Some(tree) = &test.run.ran.tree else { continue };
        let mut nearest: Vec<&CommitChange> = commits.iter().collect();
        nearest.sort_by_key(|change| (change.commit.at - test.run.ran.started).abs());
        let most = (MOST / tests.len()).max(NEXT);
        pairs.extend(nearest.into_iter().take(most).map(|change| (*tree, change.commit.tree)));
    }
    pairs
}

/// What differs between trees that were asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Differences(HashMap<(Oid, Oid), Vec<Changed>>);

/// A file that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Where it is.
    pub path: RepoPath,
    /// Whether it is documentation.
    pub documentation: bool,
}

impl Differences {
    /// What was found out.
    pub fn new(found: impl IntoIterator<Item = ((Oid, Oid), Vec<Changed>)>) -> Self {
        Self(found.into_iter().collect())
    }

    /// The files that differ; none where that is not known.
    pub fn between(&self, base: &Oid, head: &Oid) -> Option<&[Changed]> {
        if base == head {
            return Some(&[]);
        }
        let either = [(base, head), (head, base)].map(|(base, head)| (*base, *head));
        either.iter().find_map(|pair| self.0.get(pair)).map(Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Results;
    use chrono::{DateTime, TimeDelta};

    fn run(minute: i64, command: &str, exit_code: i32, counts: Option<(u32, u32)>, tree: &str) -> Run {
        let start = DateTime::parse_from_rfc3339("2026-11-22T09:00:00+01:00").expect("a time");
        let results = counts.map(|(passed, failed)| Results {
            passed: Some(passed),
            failed: Some(failed),
            failing: (0..failed).map(|n| format!("Suite::case_{n}")).collect(),
            ..Results::default()
        });
        let ran = Ran {
            command: command.into(),
            attachment: None,
            cwd: String::new(),
            started: start + TimeDelta::minutes(minute),
            seconds: 1.0,
            exit_code: Some(exit_code),
            signal: None,
            via: Via::Run,
            purpose: None,
            system: None,
            tree: (!tree.is_empty()).then(|| Oid::new(tree)),
            tail: None,
            results,
        };
        Run { id: format!("r{minute}"), ran }
    }

    #[test]
    fn turns() {
        use TurnKind::*;
        let turn = |kind, from| Some(Turn { kind, from });
        for (why, runs, turns) in [
            ("fixed", vec![run(0, "t", 1, Some((2, 1)), "a"), run(1, "t", 0, Some((3, 0)), "b")], vec![None, turn(Fixed, 0)]),
            (
                "blanks and quotes",
                vec![run(0, "t  'x'", 1, Some((2, 1)), "a"), run(1, "t x", 0, Some((3, 0)), "b")],
                vec![None, turn(Fixed, 0)],
            ),
            ("broke", vec![run(0, "t", 0, Some((2, 0)), ""), run(1, "t", 1, Some((1, 1)), "")], vec![None, turn(Broke, 0)]),
            ("flaky", vec![run(0, "t", 0, Some((2, 0)), "a"), run(1, "t", 1, Some((1, 1)), "a")], vec![None, turn(Flaky, 0)]),
            (
                "expectations written anew",
                vec![run(0, "npx vitest run", 1, Some((2, 1)), "a"), run(1, "npx vitest run -u", 0, Some((3, 0)), "a")],
                vec![None, turn(Fixed, 0)],
            ),
            ("other tests", vec![run(0, "t", 1, Some((2, 1)), "a"), run(1, "t --all-features", 0, Some((9, 0)), "b")], vec![None, None]),
            ("the same again", vec![run(0, "t", 1, Some((2, 1)), "a"), run(1, "t", 1, Some((2, 1)), "b")], vec![None, None]),
            ("another command", vec![run(0, "t", 1, Some((2, 1)), "a"), run(1, "u", 0, Some((2, 0)), "b")], vec![None, None]),
            (
                "by name",
                vec![run(0, "t", 1, Some((2, 1)), "a"), run(1, "u --filter=case_0", 0, Some((1, 0)), "b")],
                vec![None, turn(Fixed, 0)],
            ),
            ("no test is no pass", vec![run(0, "t", 1, Some((2, 1)), "a"), run(1, "t", 0, Some((0, 0)), "b")], vec![None, None]),
            ("exit code wins", vec![run(0, "t", 0, Some((2, 0)), "a"), run(1, "t", 2, Some((2, 0)), "b")], vec![None, turn(Broke, 0)]),
            (
                "an exit code of something else",
                vec![
                    run(0, "cargo test | tail", 0, None, "a"),
                    run(1, "cargo test || true", 0, None, "b"),
                    run(2, "cargo test; echo", 1, None, "c"),
                ],
                vec![None, None, None],
            ),
            ("a crash of a known test", vec![run(0, "t", 101, None, "a"), run(1, "t", 0, Some((2, 0)), "b")], vec![None, turn(Fixed, 0)]),
        ] {
            let found: Vec<_> = tests(&runs, &CommandLines::plain()).into_iter().map(|test| test.turn).collect();
            assert_eq!(found, turns, "{why}");
        }
    }

    #[test]
    fn only_tests_count() {
        let runs = [run(0, "ls", 0, None, ""), run(1, "make test", 2, None, ""), run(2, "make check", 0, Some((1, 0)), "")];
        assert_eq!(tests(&runs, &CommandLines::plain()).iter().map(|test| test.run.id.as_str()).collect::<Vec<_>>(), ["r1", "r2"]);
    }

    #[test]
    fn an_exit_code_behind_the_tests_proves_nothing() {
        for (command, exit, counts, outcome) in [
            ("cargo test | tail", 0, None, Outcome::Unknown),
            ("cargo test | tail", 0, Some((3, 0)), Outcome::Passed),
            ("cargo test || true", 0, None, Outcome::Unknown),
            ("ssh ci 'cargo test | tee log'", 0, None, Outcome::Unknown),
            ("cargo test; echo done", 1, None, Outcome::Unknown),
            ("cd api; cargo test", 0, None, Outcome::Passed),
            ("cargo test && git push", 0, None, Outcome::Passed),
            ("cargo test > log", 101, None, Outcome::Failed),
        ] {
            let runs = [run(0, command, exit, counts, "")];
            assert_eq!(tests(&runs, &CommandLines::plain()).iter().map(|test| test.outcome).collect::<Vec<_>>(), [outcome], "{command}");
        }
    }

    #[test]
    fn both_sides_of_a_contradiction_are_flaky() {
        let runs = [run(0, "t", 0, Some((2, 0)), "a"), run(1, "t", 1, Some((1, 1)), "a"), run(2, "t", 0, Some((2, 0)), "b")];
        assert_eq!(tests(&runs, &CommandLines::plain()).iter().map(|test| test.flaky).collect::<Vec<_>>(), [true, true, false]);
        let found = tests(&runs, &CommandLines::plain());
        let last =
            |tree: &str| latest(&found, |ran| ran.tree == Some(Oid::new(tree))).iter().map(|test| test.run.id.clone()).collect::<Vec<_>>();
        assert_eq!((last("none"), last("b"), last("a")), (vec!["r2".to_owned()], vec!["r2".to_owned()], vec!["r1".to_owned()]));
    }

    #[test]
    fn trees_are_compared_with_the_end_and_with_each_other() {
        let runs = [run(0, "t", 1, Some((2, 1)), "a"), run(1, "t", 0, Some((3, 0)), "b")];
        let pair = |a: &str, b: &str| (Oid::new(a), Oid::new(b));
        assert_eq!(
            pairs(&runs, &Oid::new("e"), &[], &CommandLines::plain()),
            HashSet::from([pair("a", "e"), pair("b", "e"), pair("a", "b")])
        );
        let known = Differences::new([(pair("a", "e"), Vec::new())]);
        assert_eq!(known.between(&Oid::new("b"), &Oid::new("e")), None);
        assert_eq!(known.between(&Oid::new("e"), &Oid::new("e")), Some(&[][..]));
    }
}
