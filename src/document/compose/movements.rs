//! Movements of HEAD as the timeline tells them: what others' work came in, what went back, what led nowhere; and what that counts as.
//!
//! A plain `git stash` also writes a `reset` into the reflog; it moves nothing and is told nowhere.

use std::collections::{HashMap, HashSet};

use super::Composer;
use super::snippet::{FileLines, head_range};
use crate::attribution::{AbandonReason, Attribution, Basis, ForeignMove, MoveKind, Rollback, RollbackKind};
use crate::change::{Commit, CommitChange, FileChange, Oid, brings_back, line_hash, reverted};
use crate::document::*;
use crate::event::Phase;
use crate::evidence::{kinds, systems};
use crate::markdown::{code, text};
use crate::words::count;

/// As many added lines make a file one that was tried.
const MANY: usize = 20;

impl Composer<'_> {
    /// Each with its place among the movements of HEAD, where it has one.
    pub(super) fn movements(&self, commits: &[LinkedCommit]) -> Vec<(Option<usize>, TimelineEntry)> {
        let Some(attribution) = self.record.attribution else { return Vec::new() };
        let moves = attribution.foreign_moves.chunk_by(|step, next| is_look(step) && is_look(next));
        let moves = moves.filter_map(|steps| Some((Some(steps[0].place), self.foreign_moves(steps, commits)?)));
        let back = attribution.rollbacks.iter().filter_map(|step| Some((Some(step.place), self.reset(step, commits)?)));
        let lost = self.record.dead_ends.iter();
        let lost = lost.map(|(commit, reason)| (self.place(&[&commit.id]), self.dead_end(commit, *reason, commits)));
        moves.chain(back).chain(lost).collect()
    }

    /// When HEAD came to the first of these, counted in its movements.
    pub(super) fn place(&self, ids: &[&Oid]) -> Option<usize> {
        self.record.attribution.and_then(|attribution| attribution.path.iter().position(|step| ids.contains(&&step.to)))
    }

    pub(super) fn phase_then(&self, at: Time, commits: &[LinkedCommit]) -> Phase {
        let built = commits.iter().map(|commit| commit.at).chain(self.record.dead_ends.iter().map(|(commit, _)| commit.at));
        let is_again = self.rounds().begun(at).is_some();
        if is_again || built.min().is_some_and(|first| first <= at) { Phase::Solution } else { Phase::Investigation }
    }

    /// One movement, or a search through commits, told as one.
    fn foreign_moves(&self, steps: &[ForeignMove], commits: &[LinkedCommit]) -> Option<TimelineEntry> {
        /// As many are named.
        const NAMED: usize = 3;
        let [first, .., last] = steps else { return self.foreign_move(&steps[0], commits) };
        let named: Vec<String> = steps.iter().take(NAMED).map(|step| code(step.to.short())).collect();
        let more = steps.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {}", count(more, "more commit")) } else { String::new() };
        let at = self.order().time(Some(first.place), first.at?);
        let told = format!("looked at {}{more} one after the other", named.join(", "));
        let evidence = first.from.iter().chain([&last.to]).map(ToString::to_string).collect();
        Some(TimelineEntry { evidence, ..self.entry(at, EntryKind::Move, self.phase_then(at, commits), told) })
    }

    fn foreign_move(&self, step: &ForeignMove, commits: &[LinkedCommit]) -> Option<TimelineEntry> {
        let others = match (step.brought.others, step.brought.own) {
            (0, 0) => String::new(),
            (others, 0) => format!(": {} by others, not part of this journal", count(others, "commit")),
            (0, own) => format!(": {} from before or elsewhere, not part of this journal", count(own, "own commit")),
            (others, own) => {
                format!(": {} by others and {own} own from before or elsewhere, not part of this journal", count(others, "commit"))
            }
        };
        let name = if step.name.is_empty() { code(step.to.short()) } else { code(&self.mask(&step.name)) };
        let told = match step.what {
            MoveKind::Pull if step.brought.is_nothing() => return None,
            MoveKind::Pull if step.open => format!("pull begun, its rebase not concluded{others}"),
            MoveKind::Pull => format!("pulled{others}"),
            // the merge commit itself tells it
            MoveKind::Merge if step.brought.is_nothing() && commits.iter().any(|commit| commit.id == step.to) => return None,
            MoveKind::Merge => format!("merged {name}{others}"),
            MoveKind::Rebase if step.open => format!("rebase onto {name} begun, not concluded{others}"),
            MoveKind::Rebase if step.name.is_empty() => format!("rebased from the first commit on{others}"),
            MoveKind::Rebase => format!("rebased onto {name}{others}"),
            MoveKind::Switch => format!("switched to {name}"),
            MoveKind::Reset => format!("set HEAD to {}{others}", code(step.to.short())),
            // a commit of the session's tells itself
            MoveKind::Pick | MoveKind::Apply if !self.is_carried_over(&step.to) => return None,
            MoveKind::Pick | MoveKind::Apply => format!(
                "{} {} {}: work of others or of before, not part of this journal",
                if step.what == MoveKind::Pick { "cherry-picked" } else { "applied" },
                code(step.to.short()),
                text(&self.mask(&step.name))
            ),
            MoveKind::Push => format!("received a push{others}"),
        };
        let at = self.order().time(Some(step.place), step.at?);
        let evidence = step.from.iter().chain([&step.to]).map(ToString::to_string).collect();
        Some(TimelineEntry { evidence, ..self.entry(at, EntryKind::Move, self.phase_then(at, commits), told) })
    }

    fn is_carried_over(&self, id: &Oid) -> bool {
        self.record.attribution.is_some_and(|attribution| attribution.carried_over.contains(id))
    }

    fn reset(&self, step: &Rollback, commits: &[LinkedCommit]) -> Option<TimelineEntry> {
        let at = self.order().time(Some(step.place), step.at.filter(|_| step.what == RollbackKind::Reset)?);
        let subject = if step.text.is_empty() { String::new() } else { format!(" ({})", text(&self.mask(&step.text))) };
        let told = format!("reset HEAD from {}{subject} back to {}", code(step.from.short()), code(step.to.short()));
        let evidence = vec![step.from.to_string(), step.to.to_string()];
        // what was committed here had been an attempt
        let phase = self.phase_then(at, commits).max(if subject.is_empty() { Phase::Investigation } else { Phase::Solution });
        Some(TimelineEntry { evidence, ..self.entry(at, EntryKind::Reset, phase, told) })
    }

    fn dead_end(&self, commit: &Commit, reason: AbandonReason, commits: &[LinkedCommit]) -> TimelineEntry {
        let why = match reason {
            AbandonReason::Reset => "dropped by a reset",
            AbandonReason::Rebased => "left out by a rebase",
            AbandonReason::Unreferenced => "no branch or tag holds it any more",
        };
        let told = format!("{} {} — did not last: {why}", code(commit.id.short()), text(&self.mask(&commit.subject)));
        let at = self.order().time(self.place(&[&commit.id]), commit.at);
        let phase = self.phase_then(at, commits).max(Phase::Solution);
        TimelineEntry { evidence: vec![commit.id.to_string()], ..self.entry(at, EntryKind::DeadEnd, phase, told) }
    }

    /// Steps back in HEAD's reflog where there is one; else only what commit messages prove, and then none proves nothing.
    pub(super) fn metrics(&self, commits: &[LinkedCommit]) -> Metrics {
        let undone = commits.iter().any(|commit| commit.reverted_by.is_some());
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let told = self
            .record
            .attribution
            .filter(|attribution| matches!(attribution.basis, Basis::Reflog | Basis::Partly) && !nothing_moved(attribution));
        let said = self.reverts(told).count();
        let by_command = self.rollbacks_by_command();
        let led_nowhere = self.record.dead_ends.iter().filter(|(_, reason)| *reason != AbandonReason::Reset).count();
        let undone_files = self.undone_files();
        // a reset from which everything lived on is no step back
        let back = told.map(|attribution| said + attribution.rollbacks.iter().filter(|step| !step.lived_on).count());
        let pivots = back.map(|back| back + led_nowhere + undone_files);
        let rollbacks = back.map(|back| back + by_command).or((said + by_command > 0).then_some(said + by_command));
        let stepped_back = undone || by_command > 0 || undone_files > 0 || !self.record.dead_ends.is_empty();
        Metrics {
            time: self.time_breakdown(commits),
            first_approach_worked: match stepped_back {
                true => Some(false),
                false => (pivots == Some(0) && self.first_commit_held(commits)).then_some(true),
            },
            pivots: pivots.map(number),
            rollbacks: rollbacks.map(number),
            ..Metrics::default()
        }
    }

    /// Commits that say of themselves that they take another one back, whatever their subject, and are not among the steps back as made.
    fn reverts(&self, told: Option<&Attribution>) -> impl Iterator<Item = &CommitChange> {
        let made: HashSet<&Oid> = told.into_iter().flat_map(|attribution| &attribution.rollbacks).map(|step| &step.to).collect();
        let restoring: HashSet<usize> = reverted(self.record.commits).iter().filter(|one| one.restores).map(|one| one.by).collect();
        let is_told = move |change: &CommitChange| change.replaced.iter().chain([&change.commit.id]).any(|id| made.contains(id));
        let takes_back = |change: &CommitChange| change.commit.reverts().is_some() && !brings_back(&change.commit.subject);
        let all = self.record.commits.iter().enumerate();
        all.filter(move |(at, change)| takes_back(change) && !restoring.contains(at) && !is_told(change)).map(|(_, change)| change)
    }

    /// Whether what the first commit touched is in the result, and the last run of each test command passes on it.
    fn first_commit_held(&self, commits: &[LinkedCommit]) -> bool {
        let first = commits.iter().min_by_key(|commit| commit.at);
        let first = first.and_then(|first| self.record.commits.iter().find(|change| change.commit.id == first.id));
        let stays = |path: &RepoPath| self.record.evidence.files.iter().any(|file| file.path == *path);
        let latest = self.decisive();
        let passes = !latest.is_empty() && latest.iter().all(|test| test.outcome == Outcome::Passed && self.is_final(&test.run.ran));
        passes && first.is_some_and(|change| !change.files.is_empty() && change.files.iter().all(|file| stays(&file.path)))
    }

    /// Files to which commits added a good many lines of which none is left anywhere, and that no revert accounts for.
    fn undone_files(&self) -> usize {
        use Category::*;
        let is_own_work = |path: &RepoPath| {
            let kind = kinds::classify(path, None, false, self.record.overrides);
            matches!(kind.category, Code | Test | Config | Infra | Ci | Migration | Artifact)
        };
        let undoing = self.record.commits.iter().filter(|change| change.commit.reverts().is_some());
        let reverted: HashSet<&RepoPath> = undoing.flat_map(|change| &change.files).map(|file| &file.path).collect();
        let mut added: HashMap<&RepoPath, Vec<u64>> = HashMap::new();
        for touched in self.record.commits.iter().flat_map(|change| &change.files) {
            let mut lines = touched.old_path.as_ref().and_then(|old| added.remove(old)).unwrap_or_default();
            lines.extend(added.remove(&touched.path).unwrap_or_default());
            lines.extend(&touched.added);
            added.insert(&touched.path, lines);
        }
        added.retain(|path, lines| lines.len() >= MANY && !reverted.contains(path) && is_own_work(path));
        if added.is_empty() {
            return 0;
        }
        let left: HashSet<u64> = self.record.evidence.changes.iter().flat_map(left).collect();
        added.values().filter(|lines| !lines.iter().any(|line| left.contains(line))).count()
    }

    /// Commands that took a release, a deployment or a migration back.
    fn rollbacks_by_command(&self) -> usize {
        let succeeded = self.record.session.runs.iter().filter(|run| run.ran.exit_code == Some(0));
        succeeded.filter_map(|run| systems::step(&run.ran.command, self.record.lines)).filter(|step| step.is_back()).count()
    }
}

/// The lines that a change brought, by their hashes; brackets are everywhere and tell nothing.
fn left(change: &FileChange) -> Vec<u64> {
    let lines = FileLines::of(change.head_blob());
    let numbers = change.hunks.iter().filter_map(head_range).flatten().take(100_000);
    let has_word = |line: &&[u8]| line.iter().any(|b| b.is_ascii_alphanumeric() || !b.is_ascii());
    numbers.map(|number| lines.at(number)).filter(has_word).map(line_hash).collect()
}

/// Whether a commit was checked out by its id, as `git bisect` does.
fn is_look(step: &ForeignMove) -> bool {
    step.what == MoveKind::Switch && step.name == step.to.short()
}

/// Where HEAD never moved, a count of steps back says nothing.
fn nothing_moved(attribution: &Attribution) -> bool {
    attribution.commits.is_empty() && attribution.dead_ends.is_empty() && attribution.rollbacks.is_empty()
}
