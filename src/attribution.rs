//! Which lines and which commits are a session's: the baseline that its end is compared with, and what became of its commits.
//!
//! Pure over plain values, with one door for reading and keeping objects. Runs no git, reads no clock, and decides by dates only where in
//! the log a stash was pushed, and that what others committed before cannot hold a commit of the session.
//!
//! ```text
//!   start ──── movements of HEAD ────► end          History
//!                     │
//!                 reading(s)                        Replay: foreign part of each commit, the dirt as a pair of trees
//!                     │
//!       baseline ◄────┴────► commits                smallest difference wins where the movements leave a question open
//! ```

mod aftermath;
mod case;
mod commits;
mod copies;
mod created;
mod ending;
mod files;
mod flattened;
pub mod history;
mod deletion_conflicts;
mod landed;
mod lines;
#[cfg(test)]
mod memory;
mod merges;
pub mod movements;
mod names;
pub mod objects;
mod pushes;
pub mod reflog;
mod reapplied;
mod replay;
mod resets;
mod restored;
mod rewritten;
mod traces;
mod trees;

use std::collections::{BTreeSet, HashSet, VecDeque};

use anyhow::{Context, Result};
use chrono::{DateTime, FixedOffset};

use self::case::Case;
use self::commits::{Sorted, Sorting};
pub use self::history::{Basis, Brought, Graph, History, Pending, Unfinished};
pub use self::movements::{ForeignMove, MoveKind, Movement, Rollback, RollbackKind};
use self::objects::Objects;
use self::replay::{Ending, Question, Replay};
use self::restored::RestoreScope;
use crate::change::{Oid, RepoPath};

/// What is a session's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribution {
    /// A tree: the start's worktree carried to where HEAD stands at the end. The session's change is what differs from it to the end's tree.
    pub baseline: Oid,
    /// The session's commits that are within reach at the end, in the order made.
    pub commits: Vec<Attributed>,
    /// Commits of the session that led nowhere.
    pub dead_ends: Vec<DeadEnd>,
    /// Commits that were made anew in the session and are somebody else's, or older: nothing of the session is in them.
    pub carried_over: Vec<Oid>,
    /// Movements that brought in what is not the session's.
    pub foreign_moves: Vec<ForeignMove>,
    /// Steps back.
    pub rollbacks: Vec<Rollback>,
    /// Where HEAD went, movement by movement.
    pub path: Vec<Movement>,
    /// Files that the session created although the baseline has others' lines in them.
    pub created: Vec<RepoPath>,
    /// Files in which the session's lines could not be told from others' for certain.
    pub not_separable: Vec<RepoPath>,
    /// What git was in the middle of at the end. What it brings in is not the session's.
    pub unfinished: Option<Unfinished>,
    /// Files with marks of a conflict that nobody resolved.
    pub unresolved: Vec<RepoPath>,
    /// What all this stands on.
    pub basis: Basis,
}

/// A commit of the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attributed {
    /// Its id at the end.
    pub id: Oid,
    /// Ids it went through before: amended, squashed, rebased.
    pub replaced: Vec<Oid>,
    /// When it was last amended, where it was.
    pub amended_at: Option<DateTime<FixedOffset>>,
    /// The branch that holds it, where HEAD at the end does not.
    pub branch: Option<String>,
    /// Its author is not who works here, as far as git knows that: a patch that was applied, a squash by somebody else's hand.
    pub by_another: bool,
}

/// A commit of the session that led nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadEnd {
    /// Its id.
    pub id: Oid,
    /// First line of its message.
    pub subject: String,
    /// How it was left behind.
    pub reason: AbandonReason,
}

/// How a commit was left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AbandonReason {
    /// HEAD was reset to before it.
    Reset,
    /// A rebase left it out.
    Rebased,
    /// No ref holds it any more.
    Unreferenced,
}

/// What an old line weighs whose presence a reading does not explain.
const UNEXPLAINED: usize = 3;
/// What a line weighs that an own commit changed although a reading has it so without the session.
const CONTRADICTED: usize = 2;
/// What an unusual answer weighs, in lines.
const UNUSUAL: usize = 2;
/// The usual reading is not ruled out by one that is better by no more lines than this, if it leaves nothing unexplained either: as many
/// may have come about by chance.
const CLOSE: usize = 4;
/// As many readings are tried whatever they give: enough for all combinations of four open questions.
const ALL_READINGS: usize = 16;
/// No more readings than this are tried at all.
const MOST_READINGS: usize = 64;

/// Attributes lines and commits to the session that `history` tells of.
pub fn attribute(history: &History, objects: &dyn Objects) -> Result<Attribution> {
    let case = Case::new(history, objects)?;
    if nothing_moved(history) {
        return finish(&case, standing_still(&case)?, Sorted::default(), Remarks::default());
    }
    let readings = readings(&case)?;
    let (best, others) = readings.split_first().context("at least the usual reading is tried")?;
    let mut replay = Replay::new(&case, &best.answers)?;
    let baseline = replay.run()?.baseline;
    let mut unsure: BTreeSet<RepoPath> =
        case.files.undecided(&replay.conflicts, &history.start.tree, &baseline, &history.end.tree)?.into_iter().collect();
    unsure.extend(replay.doubtful_files.iter().cloned());
    for other in others.iter().filter(|other| other.fits_as_well_as(best)) {
        unsure.extend(case.files.unlike(&baseline, &other.baseline)?);
    }
    let (created, unresolved) = (replay.created(&baseline)?, std::mem::take(&mut replay.unresolved));
    let sorted = Sorting::new(&case, &mut replay)?.sorted()?;
    finish(&case, baseline, sorted, Remarks { created, not_separable: unsure.into_iter().collect(), unresolved })
}

/// The baseline where nothing moved: the start's worktree, with what was deleted from its files and is there again as HEAD has it. A file
/// that was not there at all is brought back by the session.
fn standing_still(case: &Case<'_>) -> Result<Oid> {
    let (start, end, trees) = (&case.history.start, &case.history.end, &case.files.trees);
    let put_back = case.files.restore(&start.tree, &case.tree(end.head.as_ref())?, &end.tree, RestoreScope::Missing)?;
    let changes = trees.differing(&start.tree, &put_back)?;
    let there = changes.iter().filter(|change| change.base.is_some() && change.head.is_some());
    trees.edited(&start.tree, &there.map(|change| (change.path.clone(), change.head.clone())).collect())
}

/// HEAD stayed where it was, and no stash of the start can have been applied.
fn nothing_moved(history: &History) -> bool {
    let (start, end) = (&history.start, &history.end);
    let still = start.head == end.head
        && !start.under_way
        && history.pending.is_none()
        && history.unmerged.is_empty()
        && history.log.iter().all(|entry| entry.old == entry.new);
    still && start.stashes == end.stashes && start.autostash == end.autostash && (start.stashes.is_empty() || start.tree == end.tree)
}

/// A reading that was tried.
struct TriedReading {
    answers: HashSet<Question>,
    baseline: Oid,
    /// The size of the session's change, lines that the reading does not explain or denies counting more.
    misfit: usize,
    /// Those old lines alone.
    unexplained: usize,
    /// Those among them of which nothing but a whole file tells, that git moved one, or that one is as HEAD has it.
    circumstantial: usize,
    /// How many answers are less usual than their opposites.
    unusual: usize,
}

impl TriedReading {
    /// The best first: how well it fits and how usual it is; then what it explains; then how usual it is.
    fn rank(&self) -> (usize, usize, usize) {
        (self.misfit + UNUSUAL * self.unusual, self.unexplained, self.answers.len())
    }

    /// Whether nothing speaks against it but what is usual, or that files came out as they were before: those may have been changed again.
    fn fits_as_well_as(&self, best: &Self) -> bool {
        let is_likelier = self.answers.len() < best.answers.len() || self.unexplained < best.unexplained;
        let chance = match best.unexplained {
            // the best one does not tell all either
            1.. => best.misfit / 2,
            0 if is_likelier && self.unexplained == self.circumstantial => CLOSE,
            0 => 0,
        };
        let fits = self.misfit - UNEXPLAINED * self.circumstantial <= best.misfit + chance || self.rank().0 == best.rank().0;
        let tells_all = [self, best].iter().all(|reading| reading.unexplained == reading.circumstantial);
        fits || (tells_all && self.has_it_otherwise_than(best))
    }

    /// Whether the two differ only in whether a reset left the worktree alone, with a stash of the start applied before or without, or a stash
    /// brought back what it threw away, or in when a stash was applied. How much the session must have deleted then is no measure.
    fn has_it_otherwise_than(&self, other: &Self) -> bool {
        let [mine, theirs] = [(self, other), (other, self)].map(|(a, b)| a.answers.difference(&b.answers).collect::<Vec<_>>());
        match (mine.as_slice(), theirs.as_slice()) {
            ([Question::AppliedAfter(stash, i)], left) | (left, [Question::AppliedAfter(stash, i)]) => {
                let of_stash = |yes: &&Question| **yes == Question::Soft(*i) || **yes == Question::Applied(*stash);
                left.contains(&&Question::Soft(*i)) && left.iter().all(of_stash)
            }
            ([Question::Soft(_)], [Question::AppliedLast(_)]) | ([Question::AppliedLast(_)], [Question::Soft(_)]) => true,
            ([], [Question::Late(_)]) | ([Question::Late(_)], []) => true,
            ([Question::Applied(a)], [Question::AppliedLast(b)]) | ([Question::AppliedLast(a)], [Question::Applied(b)]) => a == b,
            _ => false,
        }
    }
}

/// Readings, the best one first; at a tie the usual one. Which questions come up depends on the answers to others, so readings are tried
/// from the usual one outwards; when there are too many, only from the best one found, and from the next best ones while that leaves
/// something unexplained.
fn readings(case: &Case<'_>) -> Result<Vec<TriedReading>> {
    let mut tried: Vec<TriedReading> = Vec::new();
    let (mut open, mut passed_over) = (VecDeque::from([HashSet::new()]), Vec::new());
    while tried.len() < MOST_READINGS {
        let Some(answers) = open.pop_front() else {
            let explains_all = tried.iter().min_by_key(|reading| reading.rank()).is_none_or(|best| best.unexplained == 0);
            let next = passed_over.iter().enumerate().min_by_key(|(_, (rank, _))| *rank).map(|(i, _)| i);
            let Some(next) = next.filter(|_| !explains_all) else { break };
            open.extend(passed_over.remove(next).1);
            continue;
        };
        if tried.iter().any(|reading| reading.answers == answers) {
            continue;
        }
        let (reading, asked) = attempt(case, answers)?;
        if !reading.answers.iter().all(|answer| asked.contains(answer)) {
            continue; // one answer made another question vain
        }
        let (rank, answers) = (reading.rank(), &reading.answers);
        let further = asked.into_iter().filter(|question| !answers.contains(question)).map(|question| with(answers, question));
        if tried.iter().all(|other| rank < other.rank()) || tried.len() + 1 < ALL_READINGS {
            open.extend(further);
        } else {
            passed_over.push((rank, further.collect::<Vec<_>>()));
        }
        tried.push(reading);
    }
    tried.sort_by_key(TriedReading::rank);
    Ok(tried)
}

fn with(answers: &HashSet<Question>, question: Question) -> HashSet<Question> {
    answers.iter().cloned().chain([question]).collect()
}

/// Tries a reading, and says what it had to assume.
fn attempt(case: &Case<'_>, answers: HashSet<Question>) -> Result<(TriedReading, Vec<Question>)> {
    let mut replay = Replay::new(case, &answers)?;
    let Ending { explained, baseline } = replay.run()?;
    let (asked, circumstantial, mut unexplained) = (std::mem::take(&mut replay.asked), replay.circumstantial, replay.unexplained);
    let mut misfit = 0;
    if !asked.is_empty() {
        let end = &case.history.end.tree;
        let size = case.files.size(&baseline, end)?;
        unexplained += case.files.size(&explained, end)?.saturating_sub(size);
        misfit = UNEXPLAINED * unexplained + CONTRADICTED * replay.contradicted_lines(&baseline)? + size;
    }
    let unusual = answers.iter().filter(|question| is_unusual(case.history, question)).count();
    let circumstantial = circumstantial.min(unexplained);
    Ok((TriedReading { answers, baseline, misfit, unexplained, circumstantial, unusual }, asked))
}

/// A stash that is still there has seldom been applied; one that is gone was popped as likely as not.
fn is_unusual(history: &History, yes: &Question) -> bool {
    matches!(yes, Question::Applied(stash) | Question::AppliedLast(stash) | Question::AppliedAfter(stash, _) if history.still_holds(stash))
}

/// The files of which something must be said.
#[derive(Default)]
struct Remarks {
    created: Vec<RepoPath>,
    not_separable: Vec<RepoPath>,
    unresolved: Vec<RepoPath>,
}

fn finish(case: &Case<'_>, baseline: Oid, sorted: Sorted, remarks: Remarks) -> Result<Attribution> {
    let made: HashSet<&Oid> = sorted.commits.iter().map(|c| &c.id).chain(&sorted.carried_over).chain(&sorted.made).collect();
    let replaced: HashSet<&Oid> = sorted.commits.iter().flat_map(|commit| &commit.replaced).collect();
    let (foreign_moves, rollbacks) = movements::foreign_moves_and_rollbacks(case, &made, &replaced)?;
    Ok(Attribution {
        baseline,
        commits: sorted.commits,
        dead_ends: sorted.dead_ends,
        carried_over: sorted.carried_over,
        foreign_moves,
        rollbacks,
        path: case.history.log.iter().map(Movement::of).collect(),
        created: remarks.created,
        not_separable: remarks.not_separable,
        unfinished: case.history.pending.as_ref().map(|pending| pending.what.clone()),
        unresolved: remarks.unresolved,
        basis: case.history.basis,
    })
}
