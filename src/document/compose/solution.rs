//! How it was solved, as far as commits and test runs tell: what was committed in which order and what ran on it, and the reason that a
//! commit gives. Why this way and not another is for people to say; a reason is only quoted.

use super::Composer;
use crate::document::LinkedCommit;
use crate::markdown::{code, cut, one_line, text};
use crate::session::Run;

/// Commits that are told.
const STEPS: usize = 6;
/// Characters of a subject, and of a quoted paragraph.
const SUBJECT: usize = 120;
const REASON: usize = 400;
/// Words by which a paragraph gives a reason.
const REASONS: [&str; 4] = ["because ", "so that ", "instead of ", "rather than "];

impl Composer<'_> {
    /// The commits that lasted, each with the last test run on its content: before it was made, or "then" after it. Of a run of which it is
    /// not known what it ran on, the commit before it is the one.
    pub(super) fn steps(&self, commits: &[LinkedCommit]) -> Vec<String> {
        let lasting: Vec<&LinkedCommit> = lasting(commits).collect();
        let step = |(place, commit): (usize, &&LinkedCommit)| {
            let next = lasting.get(place + 1);
            let followed = |run: &Run| {
                let is_unknown = lasting.iter().all(|commit| self.beside_commit(run, &commit.id).is_none());
                let after = |commit: &LinkedCommit| self.is_made_before(commit, run).unwrap_or(commit.at <= run.ran.started);
                is_unknown && after(commit) && !next.is_some_and(|next| after(next))
            };
            let is_on = |run: &Run| self.tested(run, commits).is_some_and(|tested| tested.id == commit.id);
            let run = self.tests().iter().rposition(|test| is_on(test.run) || followed(test.run));
            let run = run.map(|index| {
                let then = if self.is_made_before(commit, self.tests()[index].run) == Some(true) { "then " } else { "" };
                format!("; {then}{}", self.test_told(index, commits))
            });
            format!("{} {}{}", code(commit.id.short()), text(&cut(commit.name(), SUBJECT)), run.unwrap_or_default())
        };
        let mut steps: Vec<String> = lasting.iter().enumerate().take(STEPS).map(step).collect();
        let more = lasting.len().saturating_sub(STEPS);
        steps.extend((more > 0).then(|| format!("and {}", crate::words::count(more, "more commit"))));
        steps
    }

    /// The first paragraph of a lasting commit's message that gives a reason, quoted.
    pub(super) fn reason(&self, commits: &[LinkedCommit]) -> Option<String> {
        lasting(commits).find_map(|linked| {
            let change = self.record.commits.iter().find(|change| change.commit.id == linked.id)?;
            let paragraph = change.commit.body.split("\n\n").map(one_line).find(|paragraph| gives_reason(paragraph))?;
            Some(format!("\"{}\" ({})", text(&cut(&self.mask(paragraph.trim()), REASON)), code(linked.id.short())))
        })
    }
}

/// Those that were not taken back, and that do not take one back.
fn lasting(commits: &[LinkedCommit]) -> impl Iterator<Item = &LinkedCommit> {
    let is_reverting = |id| commits.iter().any(|commit| commit.reverted_by.as_ref() == Some(id));
    commits.iter().filter(move |commit| commit.reverted_by.is_none() && !is_reverting(&commit.id))
}

fn gives_reason(paragraph: &str) -> bool {
    let words = paragraph.to_lowercase();
    REASONS.iter().any(|reason| words.starts_with(reason) || words.contains(&format!(" {reason}")))
}
