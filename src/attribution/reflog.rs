//! What the messages of HEAD's reflog say. Git does not translate them; the prefix of pulls and rebases is the user's own
//! (`GIT_REFLOG_ACTION`), so only the shape counts there.
//!
//! Classes only. What a class means for lines is `replay`'s business.

use std::ops::Range;

use chrono::{DateTime, FixedOffset};

use crate::change::Oid;

/// One entry of a reflog, oldest fact first in lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// Where the ref was.
    pub old: Oid,
    /// Where it went.
    pub new: Oid,
    /// When, by the clock of whoever moved it; none of what no log tells of.
    pub at: Option<DateTime<FixedOffset>>,
    /// Why, in git's words.
    pub message: String,
    /// Which bytes of the log it is; none where the log is no file.
    pub bytes: Option<Range<u64>>,
}

impl LogEntry {
    /// The form in which a worktree state remembers its newest entry. Of the message, which may hold anything, only a checksum is kept.
    pub fn line(&self) -> String {
        format!("{} {} {:08x}", self.old, self.new, crc32fast::hash(self.message.as_bytes()))
    }

    /// Whether it is what a stash pushed on this commit writes: `git reset` does, too.
    pub(crate) fn is_push_on(&self, parent: &Oid) -> bool {
        self.message == "reset: moving to HEAD" && self.old == *parent && self.new == *parent
    }

    /// Whether git says that it copied a commit of this repository, and which by its subject.
    pub(crate) fn is_copy(&self) -> bool {
        let subject = ["cherry-pick: ", CONCLUDED_COPY].iter().find_map(|prefix| self.message.strip_prefix(prefix));
        subject.is_some_and(|subject| !subject.is_empty()) && classify(&self.message) == Class::Pick
    }

    /// Whether a copy that had stood still was concluded by a commit.
    pub(crate) fn is_concluded_copy(&self) -> bool {
        self.message.starts_with(CONCLUDED_COPY)
    }

    /// Whether it is the step of a rebase that takes a commit into the one before.
    pub(crate) fn is_squash(&self) -> bool {
        matches!(step_word(&self.message), Some("squash" | "fixup"))
    }

    /// Whether a pull moved the ref.
    pub(crate) fn is_by_pull(&self) -> bool {
        self.message.starts_with("pull")
    }

    /// Whether the message is somebody's word for what is done and the subject of the commit that it made, as git writes it for a commit
    /// where `GIT_REFLOG_ACTION` is set: in a hook that a pull runs, say.
    pub(crate) fn is_named_by(&self, subject: &[u8]) -> bool {
        !subject.is_empty() && self.message.as_bytes().strip_suffix(subject).is_some_and(|action| action.ends_with(b": "))
    }
}

const CONCLUDED_COPY: &str = "commit (cherry-pick): ";

/// What a movement of HEAD did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// A commit from the worktree.
    Commit,
    /// A commit in place of the one HEAD was at.
    Amend,
    /// A commit that takes an earlier one back.
    Revert,
    /// A commit copied from another one, outside of a rebase.
    Pick,
    /// A step of a rebase that may have made a commit.
    Replay,
    /// A merge, if it has two parents.
    Merge,
    /// A rebase begins: HEAD goes to where it builds.
    RebaseStart,
    /// A rebase is through.
    RebaseEnd,
    /// A rebase was given up.
    RebaseAbort,
    /// HEAD was set elsewhere; whether the worktree went along is not recorded.
    Reset,
    /// A pull or merge that only moved forward.
    Forward,
    /// Another branch or commit was checked out.
    Switch,
    /// Another repository pushed to the branch that is checked out; whether the worktree went along is not recorded.
    Push,
    /// HEAD moved and nothing was made.
    Move,
    /// No message that we know.
    Unknown,
}

/// Prefixes in the order in which they are tried, with an ending that the message must have (empty: any).
const PREFIXES: [(&str, &str, Class); 26] = [
    ("commit (amend):", "", Class::Amend),
    ("commit (initial):", "", Class::Commit),
    ("commit (merge):", "", Class::Merge),
    ("commit (cherry-pick):", "", Class::Pick),
    ("commit:", "", Class::Commit),
    ("cherry-pick:", ": fast-forward", Class::Move),
    ("cherry-pick:", "", Class::Pick),
    ("revert:", "", Class::Revert),
    ("am --abort", "", Class::Move),
    ("am:", "", Class::Pick),
    ("am (", "", Class::Pick),
    ("reset:", "", Class::Reset),
    ("rebase: fast-forward", "", Class::Move),
    ("rebase: checkout ", "", Class::Move),
    ("rebase: ", "", Class::Merge),
    ("checkout:", "", Class::Switch),
    ("switch:", "", Class::Switch),
    ("clone:", "", Class::Move),
    ("Branch:", "", Class::Move),
    ("merge ", "Fast-forward", Class::Forward),
    ("merge ", "Fast-forward (no commit created; -m option ignored)", Class::Forward),
    ("merge ", "", Class::Merge),
    ("push", "push", Class::Push),
    ("pull", "updating HEAD", Class::Move),
    ("pull", "Fast-forward", Class::Forward),
    ("pull", "", Class::Merge),
];

/// Steps of a rebase: the word in parentheses before the first colon, whatever stands before it.
const STEPS: [(&str, Class); 12] = [
    ("start", Class::RebaseStart),
    ("finish", Class::RebaseEnd),
    ("abort", Class::RebaseAbort),
    ("pick", Class::Replay),
    ("continue", Class::Replay),
    ("squash", Class::Replay),
    ("fixup", Class::Replay),
    ("reword", Class::Replay),
    ("edit", Class::Replay),
    ("merge", Class::Replay),
    ("reset", Class::Replay),
    ("label", Class::Replay),
];

/// The class of a message.
pub fn classify(message: &str) -> Class {
    let row = PREFIXES.iter().find(|row| message.starts_with(row.0) && message.ends_with(row.1));
    match row {
        Some((prefix, _, class)) if *prefix != "pull" => *class,
        row => step(message).or(row.map(|row| row.2)).unwrap_or(Class::Unknown),
    }
}

/// The first word in parentheses before a colon. What stands before it may hold colons itself: an address to pull from.
fn step_word(message: &str) -> Option<&str> {
    let (before, _) = message.split_once("):")?;
    before.rsplit_once('(').map(|(_, word)| word)
}

fn step(message: &str) -> Option<Class> {
    let word = step_word(message)?;
    STEPS.iter().find(|(name, _)| *name == word).map(|(_, class)| *class)
}

impl Class {
    /// Whether it may have made a commit.
    pub fn makes(self) -> bool {
        matches!(self, Self::Commit | Self::Amend | Self::Revert | Self::Pick | Self::Replay | Self::Merge | Self::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(message: &str) -> LogEntry {
        let nowhere = Oid::new("0".repeat(40));
        LogEntry { old: nowhere, new: nowhere, at: None, message: message.to_owned(), bytes: None }
    }

    #[test]
    fn a_copy_names_what_it_copied() {
        for (message, copy) in [
            ("cherry-pick: one", true),
            ("commit (cherry-pick): one", true),
            ("commit (cherry-pick): ", false),
            ("cherry-pick: fast-forward", false),
            ("am: one", false),
            ("commit: cherry-pick: one", false),
        ] {
            assert_eq!(entry(message).is_copy(), copy, "{message}");
        }
    }

    #[test]
    fn a_squash_is_a_step_of_a_rebase() {
        for (message, squash) in [
            ("rebase (squash): # This is a combination of 2 commits.", true),
            ("pull -q --rebase (fixup): one", true),
            ("rebase (reword): fix (squash): one", false),
            ("rebase (pick): one", false),
            ("commit: one", false),
        ] {
            assert_eq!(entry(message).is_squash(), squash, "{message}");
        }
    }

    #[test]
    fn messages_have_classes() {
        for (message, class) in [
            ("commit: add a (pick): b", Class::Commit),
            ("commit (initial): first", Class::Commit),
            ("commit (amend): again", Class::Amend),
            ("commit (merge): Merge branch 'x'", Class::Merge),
            ("commit (cherry-pick): resolved", Class::Pick),
            ("rebase (start): checkout main", Class::RebaseStart),
            ("rebase -i (start): checkout HEAD~3", Class::RebaseStart),
            ("pull -q --rebase --autostash origin main (pick): one", Class::Replay),
            ("pull --rebase https://host:8080/x main (start): checkout 1234", Class::RebaseStart),
            ("rebase (continue): two", Class::Replay),
            ("rebase (squash): # This is a combination of 2 commits.", Class::Replay),
            ("rebase (finish): returning to refs/heads/topic", Class::RebaseEnd),
            ("rebase (abort): returning to refs/heads/topic", Class::RebaseAbort),
            ("rebase: fast-forward", Class::Move),
            ("rebase: checkout topic", Class::Move),
            ("rebase: Merge branch 'side'", Class::Merge),
            ("pull --rebase=merges: Merge branch 'side'", Class::Merge),
            ("checkout: moving from main to topic", Class::Switch),
            ("merge topic: Fast-forward", Class::Forward),
            ("merge topic: Fast-forward (no commit created; -m option ignored)", Class::Forward),
            ("merge topic: Merge made by the 'ort' strategy.", Class::Merge),
            ("pull: Fast-forward", Class::Forward),
            ("pull origin main: Merge made by the 'ort' strategy.", Class::Merge),
            ("pull --rebase: updating HEAD", Class::Move),
            ("cherry-pick: one", Class::Pick),
            ("cherry-pick: fast-forward", Class::Move),
            ("cherry-pick: fix (pick): order", Class::Pick),
            ("revert: Revert \"fix (start): x\"", Class::Revert),
            ("rebase (pick): fix (start): x", Class::Replay),
            ("revert: Revert \"one\"", Class::Revert),
            ("am: one", Class::Pick),
            ("am --abort", Class::Move),
            ("reset: moving to HEAD~1", Class::Reset),
            ("clone: from /srv/x", Class::Move),
            ("push", Class::Push),
            ("push by other program", Class::Unknown),
            ("Branch: renamed refs/heads/a to refs/heads/b", Class::Move),
            ("", Class::Unknown),
            ("update by other program", Class::Unknown),
        ] {
            assert_eq!(classify(message), class, "{message}");
        }
    }
}
