//! What became of the tests that failed during the work, now that their command is green. Which files still hold them `fate` says.

use super::Proof;
use crate::document::TestRun;
use crate::pull_request::RanOn;
use crate::pull_request::sanitise::Sanitiser;
use crate::pull_request::test_presence::TestPresence;
use crate::words::count;

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

/// A sentence for the command, or one for each thing that became of its tests. Of a test that the green run may not have had, only the
/// command is said to pass.
pub(super) fn turned(run: &Proof, it: &Sanitiser) -> Vec<String> {
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
pub(super) fn became(red: &TestRun, on: &RanOn, green: &TestRun) -> Vec<Became> {
    let gone = on.presences.iter().filter(|presence| **presence == TestPresence::Gone).count();
    let had = |run: &TestRun| Some(run.passed?.saturating_add(run.failed?) as usize);
    let fewer = had(red).zip(had(green)).is_some_and(|(red, green)| green.saturating_add(gone) < red);
    let more_skipped = green.skipped.unwrap_or(0) > red.skipped.unwrap_or(0);
    let of_one = |at: usize| match on.presences.get(at).copied().unwrap_or_default() {
        TestPresence::Gone => Became::Gone,
        _ if more_skipped => Became::Skipped,
        TestPresence::Skipped if green.skipped != Some(0) => Became::Skipped,
        _ if fewer => Became::Fewer,
        TestPresence::Unknown => Became::Unknown,
        _ if green.partial => Became::Unknown,
        TestPresence::Present | TestPresence::Skipped => Became::Passing,
    };
    (0..on.failing.len()).map(of_one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pull_request::description::tests::{attached, material, run};
    use crate::pull_request::verification::verification;

    #[test]
    fn a_test_that_the_green_run_may_not_have_had_does_not_pass() {
        let then = |passed, failed, skipped| TestRun { skipped, ..run("phpunit", passed, failed) };
        let passes = "`A::a` failed during the work and passes at this head.";
        let gone = "`A::a` failed during the work and is not part of this head.";
        let skipped = "`A::a` failed during the work; `phpunit` passes at this head, with 1 skipped.";
        let marked = "`A::a` failed during the work; `phpunit` passes at this head, with tests marked to be skipped.";
        let fewer = "`A::a` failed during the work; `phpunit` passes at this head, with fewer tests.";
        let unknown = "`A::a` failed during the work; `phpunit` passes at this head, but whether it still runs that test is not recorded.";
        for (red, presence, green, expected) in [
            (then(2, 1, None), TestPresence::Present, then(3, 0, None), passes),
            (then(2, 1, Some(1)), TestPresence::Present, then(4, 0, Some(0)), passes),
            (then(2, 1, None), TestPresence::Skipped, then(3, 0, Some(0)), passes),
            (then(2, 1, None), TestPresence::Gone, then(2, 0, None), gone),
            (then(4, 1, None), TestPresence::Skipped, then(4, 0, Some(1)), skipped),
            (then(4, 1, None), TestPresence::Present, then(4, 0, Some(1)), skipped),
            (then(4, 1, None), TestPresence::Skipped, then(5, 0, None), marked),
            (then(4, 1, None), TestPresence::Present, then(4, 0, None), fewer),
            (then(4, 1, None), TestPresence::Unknown, then(5, 0, None), unknown),
            (then(4, 1, None), TestPresence::Present, TestRun { partial: true, ..then(5, 0, None) }, unknown),
        ] {
            let mut session = attached();
            let red = TestRun { at: red.at - chrono::TimeDelta::minutes(9), ..red };
            session.runs.insert(
                (red.at, "phpunit".into(), red.exit_code),
                RanOn { tree: None, failing: vec!["A::a".into()], presences: vec![presence] },
            );
            session.document.testing.runs = vec![red, TestRun { stale: Some(false), ..green }];
            session.since.changed = Some(Vec::new());
            let mut it_is = material(vec![]);
            it_is.sessions = vec![session];
            let it = Sanitiser::default();
            assert_eq!(verification(&it_is, &it).turned(&it), [expected]);
        }
    }
}
