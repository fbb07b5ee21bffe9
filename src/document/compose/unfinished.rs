//! What the record shows unfinished at the end: candidates for what is left to do, each with what shows it.
//!
//! Only what was observed, whatever anybody said: an operation of git that stands still, tests that fail, tests that were put aside, a
//! migration that nobody ran, changes that no commit has, commits that only this repository has, notes in the code.

use super::Composer;
use super::runs::outcome;
use crate::attribution::Unfinished as Operation;
use crate::change::Status;
use crate::document::*;
use crate::event::{Ran, Via};
use crate::evidence::kinds;
use crate::evidence::proof::{self, Test};
use crate::evidence::systems::{self, Step};
use crate::evidence::unfinished::{self, UnfinishedKind, UnfinishedMark};
use crate::git::branches::BranchStanding;
use crate::markdown::{code, cut, one_line};
use crate::session::Run;
use crate::words::count;

/// Files that a line names before it counts the rest.
const NAMES: usize = 3;
/// Characters of a quoted line.
const WIDTH: usize = 100;

impl Composer<'_> {
    /// The most pressing first.
    pub(super) fn unfinished(&self, commits: &[LinkedCommit]) -> Vec<Unfinished> {
        let marks = unfinished::marks(self.record.evidence);
        let of = |kind: UnfinishedKind| marks.iter().filter(move |mark| mark.kind == kind);
        let mut found = self.operations();
        found.extend(self.red_runs(commits));
        found.extend(of(UnfinishedKind::Skip).map(|mark| self.marked(mark, "skip", "a test does not run: ")));
        found.extend(self.migrations());
        found.extend(self.loose_work());
        found.extend(self.record.branches.iter().filter_map(|branch| self.standing_branch(branch)));
        found.extend(of(UnfinishedKind::Note).map(|mark| self.marked(mark, "note", "")));
        found
    }

    /// What git was in the middle of.
    fn operations(&self) -> Vec<Unfinished> {
        /// Also where it stopped at no commit: to let one be edited, or at a break.
        const REBASE: &str = "a rebase is not concluded (`git rebase --continue`, `--abort`)";
        let Some(attribution) = self.record.attribution else { return Vec::new() };
        let stopped = || attribution.foreign_moves.iter().any(|step| step.open).then_some(REBASE);
        let operation = attribution.unfinished.as_ref().map(|what| match what {
            Operation::Merge(_) => "a merge is not concluded (`git merge --continue`, `--abort`)",
            Operation::Pick(_) => "a cherry-pick is not concluded (`git cherry-pick --continue`, `--abort`)",
            Operation::Rebase(_) => REBASE,
            Operation::Revert => "a revert is not concluded (`git revert --continue`, `--abort`)",
            Operation::Bisect => "a bisect is not concluded (`git bisect reset`)",
        });
        let conflicts = attribution.unresolved.iter().map(|path| {
            let path = self.path(path);
            let text = format!("{}: marks of a conflict", code(&path.to_display()));
            Unfinished { path: Some(path), ..plain("conflict", text) }
        });
        operation.or_else(stopped).map(|text| plain("operation", text.to_owned())).into_iter().chain(conflicts).collect()
    }

    /// Tests and checks whose deciding run failed, those on the final state first, and the last command that was to change a system.
    fn red_runs(&self, commits: &[LinkedCommit]) -> Vec<Unfinished> {
        let checks = proof::checks(&self.record.session.runs, self.tests(), self.record.lines);
        let checks: Vec<Test<'_>> = proof::latest(&checks, |ran| self.is_final(ran)).into_iter().copied().collect();
        let is_observed = |run: &Run| run.ran.via != Via::Hand;
        let red = self.decisive().iter().chain(&checks).filter(|test| test.outcome == Outcome::Failed && is_observed(test.run));
        let (on_final, others): (Vec<&Test<'_>>, Vec<&Test<'_>>) = red.partition(|test| self.is_final(&test.run.ran));
        let change = self.failed_change().filter(|run| is_observed(run)).map(|run| self.failed(&run.ran, &run.ran.exit().to_string()));
        let told = on_final.into_iter().chain(others).map(|test| self.red(test, commits));
        told.chain(change).map(|text| plain("run", text)).collect()
    }

    /// "`pytest` fails on the final state (09:05: 1 of 3 fails, `a`)".
    fn red(&self, test: &Test<'_>, commits: &[LinkedCommit]) -> String {
        let ran = &test.run.ran;
        let outcome = outcome(&self.test_run(&Test { turn: None, ..*test }, &[], commits));
        match self.is_final(ran) {
            true => format!("{} fails on the final state ({}: {outcome})", self.shown_run(ran), self.clock(ran)),
            false => format!("{}{}", self.failed(ran, &outcome), self.before_the_last(ran)),
        }
    }

    fn failed(&self, ran: &Ran, outcome: &str) -> String {
        format!("{} failed when it last ran ({}: {outcome})", self.shown_run(ran), self.clock(ran))
    }

    fn migrations(&self) -> Option<Unfinished> {
        let is_new = |file: &&crate::evidence::FileEvidence| {
            // a tool knows by its file's name which migration was run
            let is_new = matches!(file.status, Status::Added | Status::Renamed);
            file.category == Category::Migration && is_new && kinds::is_migration(&file.flags)
        };
        let new: Vec<RepoPath> = self.record.evidence.files.iter().filter(is_new).map(|file| self.path(&file.path)).collect();
        let succeeded = self.record.session.runs.iter().filter(|run| run.ran.exit_code == Some(0));
        let last = succeeded
            .filter_map(|run| systems::step(&run.ran.command, self.record.lines))
            .rfind(|step| matches!(step, Step::Migrated | Step::MigratedBack));
        if new.is_empty() || last == Some(Step::Migrated) {
            return None;
        }
        let (names, what) = (named(&new), if new.len() == 1 { "a new migration" } else { "new migrations" });
        let since = if last == Some(Step::MigratedBack) { "; the last recorded step rolled back" } else { ", no run of which is recorded" };
        Some(of_files("migration", &new, format!("{names}: {what}{since}")))
    }

    /// What is in no commit: files, by name, and stashes.
    fn loose_work(&self) -> Vec<Unfinished> {
        let loose: Vec<RepoPath> = self.loose_files().map(|path| self.path(path)).collect();
        let files = self.loose().map(|what| of_files("uncommitted", &loose, format!("{what}: {}", named(&loose))));
        let stashed = self.record.stashed;
        let stashed =
            (stashed > 0).then(|| plain("stash", format!("{} made since the start and still there", count(stashed, "stash entry"))));
        files.into_iter().chain(stashed).collect()
    }

    /// "`work`: not merged into `main`; 1 of its 2 commits is on no remote branch".
    fn standing_branch(&self, branch: &BranchStanding) -> Option<Unfinished> {
        let unmerged = branch.unmerged_into.as_ref().map(|target| format!("not merged into {}", code(&self.mask(target))));
        let commits = branch.commits;
        let unpushed = branch.unpushed.filter(|unpushed| *unpushed > 0).map(|unpushed| {
            let which = match (unpushed, commits) {
                (1, 1) => "its commit is".to_owned(),
                (all, commits) if all == commits => format!("its {commits} commits are"),
                (1, commits) => format!("1 of its {commits} commits is"),
                (some, commits) => format!("{some} of its {commits} commits are"),
            };
            format!("{which} on no remote branch")
        });
        let told: Vec<String> = unmerged.into_iter().chain(unpushed).collect();
        (!told.is_empty()).then(|| plain("branch", format!("{}: {}", code(&self.mask(&branch.name)), told.join("; "))))
    }

    fn marked(&self, mark: &UnfinishedMark<'_>, kind: &str, what: &str) -> Unfinished {
        let path = self.path(&mark.file.path);
        let quoted = code(&cut(&one_line(&self.mask(&mark.text)), WIDTH));
        let text = format!("{}: {what}{quoted}", code(&format!("{}:{}", path.to_display(), mark.line)));
        Unfinished { kind: kind.to_owned(), path: Some(path), line: Some(mark.line), text }
    }
}

fn plain(kind: &str, text: String) -> Unfinished {
    Unfinished { kind: kind.to_owned(), path: None, line: None, text }
}

/// About one file, it names it as such.
fn of_files(kind: &str, files: &[RepoPath], text: String) -> Unfinished {
    let path = if let [only] = files { Some(only.clone()) } else { None };
    Unfinished { path, ..plain(kind, text) }
}

fn named(files: &[RepoPath]) -> String {
    let mut names: Vec<String> = files.iter().take(NAMES).map(|path| code(&path.to_display())).collect();
    names.extend((files.len() > NAMES).then(|| format!("{} more", files.len() - NAMES)));
    names.join(", ")
}
