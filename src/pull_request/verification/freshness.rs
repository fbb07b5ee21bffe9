//! What a run says about head: by its tree, by what changed since, by the commits that came after it.

use super::ran_on;
use crate::change::{CommitChange, RepoPath};
use crate::document::TestRun;
use crate::pull_request::{Attached, Link, Material};

/// What a run says about head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case", tag = "state", content = "commits")]
pub enum HeadFreshness {
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

impl HeadFreshness {
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

/// What a run says about head: by its tree where that is known to be head's, else by what the session knows and what came after it.
pub(super) fn freshness(material: &Material, session: &Attached, run: &TestRun) -> HeadFreshness {
    if ran_on(session, run).and_then(|on| on.tree.as_ref()) == Some(&material.head_tree) {
        return HeadFreshness::Head;
    }
    match earlier(material, session, run) {
        other if other.is_proof() => other,
        _ if session.since.elsewhere => HeadFreshness::Elsewhere,
        other => other,
    }
}

/// The same of a run on an earlier state of the branch.
fn earlier(material: &Material, session: &Attached, run: &TestRun) -> HeadFreshness {
    // documentation may have changed between the run and the session's end without making it stale
    let until_end = run.changed_since.iter().chain(&session.since.beside);
    let later = || later(material, session, run);
    match (run.stale, &session.since.changed) {
        (Some(true), _) => HeadFreshness::Before(later()),
        (Some(false), Some(changed)) => match of_changed(material, changed.iter().chain(until_end)) {
            HeadFreshness::Before(_) if later() == 0 && of_changed(material, changed.iter()).is_proof() => HeadFreshness::Uncommitted,
            HeadFreshness::Before(_) => HeadFreshness::Before(later()),
            other => other,
        },
        (Some(false), None) | (None, _) if session.link == Link::Weak || later() == 0 => HeadFreshness::Unknown,
        (Some(false), None) | (None, _) => HeadFreshness::Before(later()),
    }
}

/// The commits of the range that came after what it ran on, where a commit is known to have that, else after the run itself.
fn later(material: &Material, session: &Attached, run: &TestRun) -> usize {
    let tree = ran_on(session, run).and_then(|on| on.tree.as_ref());
    let has = |change: &CommitChange| Some(&change.commit.id) == run.commit.as_ref() || Some(&change.commit.tree) == tree;
    let after = material.commits.iter().rposition(has).map_or(0, |at| at + 1);
    let made = |change: &CommitChange| {
        let linked = session.document.commits.iter().find(|linked| linked.id == change.commit.id);
        linked.map_or(change.commit.at, |linked| linked.at)
    };
    let came = |change: &&CommitChange| change.commit.parents.len() < 2 && (after > 0 || made(change) > run.at);
    material.commits[after..].iter().filter(came).count()
}

fn of_changed<'a>(material: &Material, mut changed: impl Iterator<Item = &'a RepoPath> + Clone) -> HeadFreshness {
    match () {
        () if changed.clone().next().is_none() => HeadFreshness::Head,
        () if changed.all(|path| material.is_documentation(path)) => HeadFreshness::Documentation,
        () => HeadFreshness::Before(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Category;
    use crate::evidence::kinds::Overrides;
    use crate::pull_request::Since;
    use crate::pull_request::description::tests::{attached, commit, material, run};
    use crate::pull_request::sanitise::Sanitiser;
    use crate::pull_request::verification::verification;

    fn fresh(stale: Option<bool>, since: Since, commits: usize) -> HeadFreshness {
        let commits = (0..commits).map(|n| commit(&format!("{n}{n}"), "Later", "")).collect();
        let mut it_is = material(commits);
        let mut session = attached();
        session.since = since;
        session.document.testing.runs = vec![TestRun { stale, ..run("phpunit", 3, 0) }];
        it_is.overrides = Overrides::new(&[("guides/".to_owned(), Category::Docs)]).expect("a glob");
        it_is.sessions = vec![session];
        verification(&it_is, &Sanitiser::default()).runs[0].freshness
    }

    #[test]
    fn only_a_run_of_this_very_state_is_proof() {
        let paths = |paths: &[&str]| -> Vec<RepoPath> { paths.iter().map(|path| (*path).into()).collect() };
        let since = |changed: &[&str], beside: &[&str]| Since { changed: Some(paths(changed)), beside: paths(beside), elsewhere: false };
        let elsewhere = |changed: &[&str]| Since { elsewhere: true, ..since(changed, &[]) };
        for (stale, since, commits, expected) in [
            (Some(false), since(&[], &[]), 0, HeadFreshness::Head),
            (Some(false), since(&["README.md"], &[]), 1, HeadFreshness::Documentation),
            (Some(false), since(&["src/a.rs"], &[]), 1, HeadFreshness::Before(1)),
            (Some(false), since(&[], &["src/b.rs"]), 0, HeadFreshness::Uncommitted),
            (Some(false), since(&["README.md"], &["src/b.rs"]), 0, HeadFreshness::Uncommitted),
            (Some(false), since(&[], &["src/b.rs"]), 1, HeadFreshness::Before(1)),
            (Some(false), since(&["src/a.rs"], &["src/b.rs"]), 0, HeadFreshness::Before(0)),
            (Some(false), since(&[], &["README.md"]), 0, HeadFreshness::Documentation),
            (Some(false), since(&["guides/a.py"], &[]), 1, HeadFreshness::Documentation),
            (Some(true), since(&[], &[]), 2, HeadFreshness::Before(2)),
            (Some(true), since(&[], &[]), 0, HeadFreshness::Before(0)),
            (Some(false), elsewhere(&[]), 0, HeadFreshness::Head),
            (Some(false), elsewhere(&["src/a.rs"]), 2, HeadFreshness::Elsewhere),
            (Some(true), elsewhere(&[]), 2, HeadFreshness::Elsewhere),
            (None, elsewhere(&[]), 0, HeadFreshness::Elsewhere),
            (None, since(&[], &[]), 0, HeadFreshness::Unknown),
            (Some(false), Since::default(), 0, HeadFreshness::Unknown),
        ] {
            assert_eq!(fresh(stale, since.clone(), commits), expected, "{stale:?} {since:?}");
            assert_eq!(expected.is_proof(), matches!(expected, HeadFreshness::Head | HeadFreshness::Documentation));
        }
    }

    #[test]
    fn a_commit_of_what_it_ran_on_did_not_come_after_it() {
        let [tested, later] = ["a1", "b2"].map(|id| commit(id, "Later", ""));
        let mut it_is = material(vec![tested.clone(), later]);
        let mut session = attached();
        let on = Some(tested.commit.id);
        for (on, expected) in [(on, HeadFreshness::Before(1)), (None, HeadFreshness::Before(2))] {
            session.document.testing.runs = vec![TestRun { stale: Some(true), commit: on, ..run("phpunit", 3, 0) }];
            it_is.sessions = vec![session.clone()];
            assert_eq!(verification(&it_is, &Sanitiser::default()).runs[0].freshness, expected);
        }
    }
}
