//! What was run, and whether it speaks of what is to be merged: a run of an earlier state is never told as proof of this one.

use std::collections::HashMap;

use super::sanitise::{Sanitiser, cell};
use super::{Attached, Material, RanOn};
use crate::document::{Document, NO_RUN, Outcome, Source, TestRun, Time, format_counts, results_suffix};
use crate::event::{Exit, Results};
use crate::evidence::runners;
use crate::words::count;
use became::{became, turned};
use freshness::freshness;

mod became;
mod freshness;

pub use became::Became;
pub use freshness::HeadFreshness;

/// What stands behind a run that somebody says was made.
pub const AS_STATED: &str = "as stated";

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
    /// What it proves.
    #[serde(skip)]
    pub proves: Outcome,
    /// What it says about head.
    pub freshness: HeadFreshness,
    /// An earlier run of the same command failed, with these tests.
    pub red_before: Option<Vec<String>>,
    /// What may be said of each of them now, in their order.
    #[serde(skip)]
    pub became: Vec<Became>,
    /// Nothing in the command leaves tests out, and the runner did not stop early.
    pub whole: bool,
    /// Runs on the same tree came out differently: this many passed, of this many.
    pub flaky: Option<(usize, usize)>,
    /// Passed tests that failed at first and passed when they were tried again.
    pub retried: Option<u32>,
    /// Recorded expectations that it wrote anew.
    pub snapshots: Option<u32>,
    /// The part of the code that it reached.
    pub coverage: Option<String>,
}

impl Proof {
    /// It passed.
    pub fn is_green(&self) -> bool {
        self.proves == Outcome::Passed
    }

    /// Whether nothing in it passed only now and then.
    fn is_steady(&self) -> bool {
        self.flaky.is_none() && self.retried.is_none()
    }

    /// The command, with the place where it ran.
    fn named(&self, it: &Sanitiser) -> String {
        let place = self.place.as_ref().map(|place| format!(" {}", it.line(place))).unwrap_or_default();
        format!("{}{place}", it.code(&self.command))
    }

    /// `3 passed, 0 failed`, `exit code 1`.
    pub fn outcome(&self) -> String {
        let counts = format_counts(self.passed, self.failed, self.skipped);
        let exit = Exit::of(self.exit_code, None);
        let ran_none = self.passed == Some(0) && self.failed.unwrap_or(0) == 0;
        let has_failed = !matches!(exit, Exit::Code(0) | Exit::Unknown);
        let mut outcome = match counts.is_empty() {
            _ if ran_none && has_failed => format!("no test counted, {exit}"),
            _ if ran_none => "no test ran".into(),
            false if has_failed && self.failed.unwrap_or(0) == 0 => format!("{counts}, {exit}"),
            false => counts,
            true if exit == Exit::Code(0) && self.runner.is_some() => "passed, not counted".into(),
            true => exit.to_string(),
        };
        outcome += &results_suffix(self.retried, self.snapshots, self.coverage.as_deref());
        if let Some((passed, of)) = self.flaky {
            outcome += &format!("; flaky: passed {passed} of {of} on the same files");
        }
        outcome
    }
}

/// What a run proves, as the journal says. An older document tells only how it ended and what it counted.
fn proves(run: &TestRun) -> Outcome {
    let counted = Results { passed: run.passed, failed: run.failed, partial: run.partial, ..Results::default() };
    run.outcome.unwrap_or_else(|| runners::outcome(run.exit_code, Some(&counted)))
}

/// What the record says about tests.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct Verification {
    /// The last run of each test command, those that failed first.
    pub runs: Vec<Proof>,
    /// The same of builds, linters and type checks.
    pub checks: Vec<Proof>,
    /// The last of each test command that somebody states, and that nobody saw run.
    pub stated: Vec<Proof>,
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
        self.all().filter(|run| run.freshness.is_proof() && run.is_green() && run.is_steady()).map(|run| run.command.as_str())
    }

    /// Whether a run proves that the tests pass at head, and none says otherwise.
    pub fn tests_pass(&self) -> bool {
        let fresh: Vec<&Proof> = self.runs.iter().filter(|run| run.freshness.is_proof()).collect();
        !fresh.is_empty()
            && fresh.iter().all(|run| run.is_green() && run.is_steady())
            && self.runs.iter().chain(&self.stated).all(Proof::is_green)
    }

    /// The same, where one of these runs was of all tests, as far as its command tells.
    pub fn suite_passes(&self) -> bool {
        self.tests_pass() && self.runs.iter().any(|run| run.whole && run.freshness.is_proof())
    }

    /// Lines of their own: from red to green, then what was done by hand.
    pub fn turned(&self, it: &Sanitiser) -> Vec<String> {
        self.all().filter(|run| run.is_green()).flat_map(|run| turned(run, it)).collect()
    }

    /// What nobody saw: said in words, and what commands are said to have given.
    pub fn by_hand(&self, it: &Sanitiser) -> Vec<String> {
        let stated = self.stated.iter().map(|run| format!("{}: {}, {AS_STATED}", run.named(it), run.outcome()));
        self.manual.iter().cloned().chain(stated).collect()
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

/// The last run of each command over all sessions.
pub fn verification(material: &Material, it: &Sanitiser) -> Verification {
    let runs = without_contained(last_of_each(material, |document| &document.testing.runs, Source::Observed));
    let stated = last_of_each(material, |document| &document.testing.runs, Source::Stated);
    let checks = last_of_each(material, |document| &document.testing.checks, Source::Observed);
    Verification { runs, checks, stated, manual: manual(material, it) }
}

/// Without the runs that a wider later one contains. That a test in one of them failed and then passed, the wider one goes on to prove where it
/// passes, too.
fn without_contained(mut runs: Vec<Proof>) -> Vec<Proof> {
    let is_wider =
        |wider: &Proof, run: &Proof| wider.place == run.place && wider.at >= run.at && runners::is_wider(&wider.command, &run.command);
    let mut at = 0;
    while at < runs.len() {
        let Some(wider) = runs.iter().position(|wider| is_wider(wider, &runs[at])) else {
            at += 1;
            continue;
        };
        let goes_on = runs[wider].is_green() && runs[at].is_green() && runs[at].became.iter().all(|became| *became == Became::Passing);
        let red = runs[at]
            .red_before
            .as_ref()
            .map(|red| !red.is_empty() && goes_on && runs[wider].red_before.as_ref().is_none_or(|known| !known.is_empty()));
        if red == Some(false) {
            at += 1;
            continue;
        }
        let contained = runs.remove(at);
        let wider = &mut runs[if wider > at { wider - 1 } else { wider }];
        for (name, became) in contained.red_before.into_iter().flatten().zip(contained.became) {
            let known = wider.red_before.get_or_insert_default();
            if !known.contains(&name) {
                known.push(name);
                wider.became.push(became);
            }
        }
    }
    runs
}

/// What the command asks for, folder where it is not the top, and system.
type Key<'a> = (Vec<String>, Option<&'a str>, Option<&'a str>);

fn last_of_each(material: &Material, of: fn(&Document) -> &Vec<TestRun>, source: Source) -> Vec<Proof> {
    let mut by_command: Vec<(Key<'_>, Vec<(&Attached, &TestRun)>)> = Vec::new();
    for session in &material.sessions {
        for run in of(&session.document).iter().filter(|run| run.source == source) {
            let key = (runners::asked(&run.command), run.cwd.as_deref().filter(|cwd| *cwd != "."), run.system.as_deref());
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

fn proof(material: &Material, (_, folder, system): Key<'_>, mut runs: Vec<(&Attached, &TestRun)>) -> Option<Proof> {
    runs.sort_by_key(|(_, run)| run.at);
    // a run of just this tree decides, whatever another state gave later
    let of_head =
        |(session, run): &(&Attached, &TestRun)| ran_on(session, run).and_then(|on| on.tree.as_ref()) == Some(&material.head_tree);
    if let Some(at) = runs.iter().rposition(of_head) {
        runs.truncate(at + 1);
    }
    let (session, last) = runs.pop()?;
    let on = ran_on(session, last);
    let red = runs.iter().rev().find(|(_, run)| matches!(proves(run), Outcome::Failed | Outcome::Contradictory));
    let red = red.map(|(session, run)| (*run, ran_on(session, run).cloned().unwrap_or_default()));
    let became = red.as_ref().map(|(run, on)| became(run, on, last)).unwrap_or_default();
    let same: Vec<bool> = match on.and_then(|on| on.tree.as_ref()) {
        Some(tree) => {
            let there = runs.iter().filter(|(session, run)| ran_on(session, run).and_then(|on| on.tree.as_ref()) == Some(tree));
            // what writes expectations anew ends well on whatever it finds
            let tells = |(_, run): &&(&Attached, &TestRun)| !runners::writes_expectations(&run.command);
            let ended: Vec<Outcome> = there.chain([&(session, last)]).filter(tells).map(|(_, run)| proves(run)).collect();
            // one that was interrupted, or that ran no test, is neither red nor green
            ended
                .iter()
                .filter(|ended| !matches!(ended, Outcome::Unknown | Outcome::NoTests))
                .map(|ended| *ended == Outcome::Passed)
                .collect()
        }
        None => Vec::new(),
    };
    let passed = same.iter().filter(|green| **green).count();
    let place = [folder.map(|folder| format!("in {folder}")), system.map(|system| format!("on {system}"))];
    Some(Proof {
        command: last.command.split_whitespace().collect::<Vec<_>>().join(" "),
        place: place.into_iter().flatten().reduce(|folder, system| format!("{folder} {system}")),
        runner: last.runner.clone(),
        at: last.at,
        exit_code: last.exit_code,
        passed: last.passed,
        failed: last.failed,
        skipped: last.skipped,
        proves: proves(last),
        freshness: freshness(material, session, last),
        red_before: red.map(|(_, on)| on.failing),
        became,
        whole: !last.partial && last.cwd.as_deref().is_none_or(|cwd| cwd == ".") && runners::runs_all_tests(&last.command),
        flaky: (passed > 0 && passed < same.len()).then_some((passed, same.len())),
        retried: last.retried,
        snapshots: last.snapshots,
        coverage: last.coverage.clone(),
    })
}

fn ran_on<'a>(session: &'a Attached, run: &TestRun) -> Option<&'a RanOn> {
    session.runs.get(&(run.at, run.command.clone(), run.exit_code))
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
    for run in verification.runs.iter().chain(&verification.stated) {
        for (word, number) in [("passed", run.passed), ("failed", run.failed), ("skipped", run.skipped)] {
            counts.entry(word).or_default().extend(number);
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Oid;
    use crate::pull_request::description::tests::{self, attached, material, run};
    use crate::pull_request::test_presence::TestPresence;

    #[test]
    fn two_runs_of_one_second_on_other_files_are_not_flaky() {
        let mut session = attached();
        let (red, green) = (TestRun { exit_code: Some(1), ..run("phpunit", 2, 1) }, run("phpunit", 3, 0));
        for (run, tree) in [(&red, "a"), (&green, "b")] {
            session.runs.insert((run.at, "phpunit".into(), run.exit_code), RanOn { tree: Some(Oid::new(tree)), ..RanOn::default() });
        }
        session.document.testing.runs = vec![red, green];
        let mut it_is = material(vec![]);
        it_is.sessions = vec![session];
        assert_eq!(verification(&it_is, &Sanitiser::default()).runs[0].flaky, None);
    }

    #[test]
    fn the_last_run_counts_and_the_way_there_is_told() {
        let mut session = attached();
        let earlier = TestRun { at: run("a", 0, 0).at - chrono::TimeDelta::minutes(9), exit_code: Some(1), ..run("phpunit", 2, 1) };
        let narrow = TestRun { at: earlier.at, ..run("phpunit tests/A.php", 1, 0) };
        session.runs.insert(
            (earlier.at, "phpunit".into(), earlier.exit_code),
            RanOn { tree: None, failing: vec!["A::once".into()], presences: vec![TestPresence::Present] },
        );
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
    fn what_a_wider_run_contains_it_goes_on_to_prove() {
        for (wider, failed, became, lines) in [
            ("phpunit", 0, TestPresence::Present, &["`A::once` failed during the work and passes at this head."][..]),
            (
                "phpunit",
                1,
                TestPresence::Present,
                &["`A::once` failed during the work and then passed, before the last change of the files."],
            ),
            (
                "phpunit",
                0,
                TestPresence::Unknown,
                &[
                    "`A::once` failed during the work; `phpunit tests/A.php` then passed, before the last change of the files, but whether it \
                   still runs that test is not recorded.",
                ],
            ),
            (
                "phpunit tests/B.php",
                0,
                TestPresence::Present,
                &["`A::once` failed during the work and then passed, before the last change of the files."],
            ),
        ] {
            let mut session = attached();
            let ago = |minutes, stale, of: TestRun| TestRun { at: of.at - chrono::TimeDelta::minutes(minutes), stale: Some(stale), ..of };
            let narrow = |minutes, failed| ago(minutes, true, run("phpunit tests/A.php", 1 - failed, failed));
            session.document.testing.runs = vec![narrow(9, 1), narrow(6, 0), ago(0, false, run(wider, 9, failed))];
            session.since.changed = Some(Vec::new());
            let on = RanOn { tree: None, failing: vec!["A::once".into()], presences: vec![became] };
            let red = &session.document.testing.runs[0];
            session.runs.insert((red.at, "phpunit tests/A.php".into(), red.exit_code), on);
            let mut it_is = material(vec![]);
            it_is.sessions = vec![session];
            let it = Sanitiser::default();
            let turned = verification(&it_is, &it).turned(&it);
            assert_eq!(turned, lines, "{wider} {failed} {became:?}");
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
    fn a_run_that_tells_nothing_is_neither_red_nor_flaky() {
        let at = |minutes| run("a", 0, 0).at - chrono::TimeDelta::minutes(minutes);
        let ended = |exit_code, outcome| TestRun { at: at(9), exit_code, outcome, passed: None, failed: None, ..run("pytest", 0, 0) };
        for (first, red, flaky) in [
            (ended(None, Some(Outcome::Unknown)), false, None),
            (ended(Some(5), Some(Outcome::NoTests)), false, None),
            (ended(Some(1), Some(Outcome::Failed)), true, Some((1, 2))),
            (ended(Some(1), None), true, Some((1, 2))),
        ] {
            let mut session = attached();
            session.since.changed = Some(Vec::new());
            let last = TestRun { stale: Some(false), outcome: Some(Outcome::Passed), ..run("pytest", 2, 0) };
            let mut it_is = material(vec![]);
            let on = RanOn { tree: Some(it_is.head_tree), ..RanOn::default() };
            session.runs = [&first, &last].map(|run| ((run.at, "pytest".to_owned(), run.exit_code), on.clone())).into();
            let told = first.outcome;
            session.document.testing.runs = vec![first, last];
            it_is.sessions = vec![session];
            let found = verification(&it_is, &Sanitiser::default());
            let proof = &found.runs[0];
            assert_eq!((proof.red_before.is_some(), proof.flaky, found.tests_pass()), (red, flaky, flaky.is_none()), "{told:?}");
        }
    }

    #[test]
    fn green_is_what_the_journal_calls_passed() {
        let ended = |exit_code, passed, outcome| TestRun { exit_code, passed, outcome, failed: None, ..run("make test", 0, 0) };
        for (why, run, green) in [
            ("an exit code of what stands behind", ended(Some(0), None, Some(Outcome::Unknown)), false),
            ("an older document, without a word", ended(Some(0), None, None), true),
            ("an older document that counts no test", ended(Some(0), Some(0), None), false),
            ("counted", ended(Some(0), Some(3), Some(Outcome::Passed)), true),
            ("stated without an exit code", ended(None, Some(3), Some(Outcome::Passed)), true),
            ("an older document without an exit code", ended(None, Some(3), None), false),
        ] {
            let mut session = attached();
            session.since.changed = Some(Vec::new());
            let stated = TestRun { source: Source::Stated, command: "pytest".into(), ..run.clone() };
            let fresh = |run| TestRun { stale: Some(false), ..run };
            session.document.testing.runs = vec![fresh(run)];
            let mut it_is = material(vec![]);
            it_is.sessions = vec![session];
            let it = Sanitiser::default();
            let found = verification(&it_is, &it);
            assert_eq!((found.passed_at_head().count(), found.tests_pass()), (usize::from(green), green), "{why}");
            it_is.sessions[0].document.testing.runs = vec![fresh(tests::run("phpunit", 3, 0)), stated];
            assert_eq!(verification(&it_is, &it).tests_pass(), green, "{why}, stated beside what passes");
        }
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

    #[test]
    fn what_is_only_stated_is_no_run() {
        let mut session = attached();
        session.since.changed = Some(Vec::new());
        let stated = TestRun { source: Source::Stated, system: Some("web-1".into()), ..run("curl -F f=@15mb.bin", 1, 0) };
        session.document.testing.runs = vec![stated, TestRun { stale: Some(false), ..run("phpunit", 3, 0) }];
        let mut it_is = material(vec![]);
        it_is.sessions = vec![session];
        let it = Sanitiser::default();
        let found = verification(&it_is, &it);
        assert_eq!(found.runs.iter().map(|run| run.command.as_str()).collect::<Vec<_>>(), ["phpunit"]);
        assert_eq!(found.by_hand(&it), ["`curl -F f=@15mb.bin` on web-1: 1 passed, 0 failed, as stated"]);
        assert!(found.suite_passes() && counts(&found)["passed"].contains(&1));
        it_is.sessions[0].document.testing.runs.truncate(1);
        assert!(!verification(&it_is, &it).tests_pass());
    }
}
