//! Facts that bear on security, and what the reader must know about the record itself.

use super::Composer;
use crate::attribution::{Basis, Unfinished};
use crate::change::RepoPath;
use crate::evidence::exposure::{self, Opened};
use crate::evidence::kinds::{self, Flag};
use crate::evidence::{Category, FileEvidence};
use crate::markdown::{code, text};
use crate::observation::Doubt;
use crate::words::count;

/// Names that a line lists before it counts the rest.
const NAMES: usize = 5;

impl Composer<'_> {
    pub(super) fn security_notes(&self) -> Vec<String> {
        let files = &self.record.evidence.files;
        let flagged = |flag: Flag, of: fn(&FileEvidence) -> bool| -> Vec<&RepoPath> {
            files.iter().filter(|file| file.flags.contains(&flag) && of(file)).map(|file| &file.path).collect()
        };
        let secrets = flagged(Flag::SecretBearing, |_| true);
        let relevant = flagged(Flag::Security, |file| kinds::bears_on_security(&file.path, file.category, &file.flags));
        let executable: Vec<&RepoPath> =
            self.record.evidence.changes.iter().filter(|change| change.became_executable()).map(|change| &change.path).collect();
        let mut notes = Vec::new();
        for (what, paths) in [
            ("Files that usually hold secrets changed", secrets),
            ("Security-relevant by their paths", relevant),
            ("Became executable", executable),
        ] {
            notes.extend((!paths.is_empty()).then(|| format!("{what}: {}.", self.listed(&paths))));
        }
        notes.extend(exposure::by_kind(&self.record.evidence.files).iter().map(|(what, files)| self.opened(what, files)));
        notes.extend(self.masked_note());
        notes
    }

    /// "New listening port: the key, in its file, and 2 more."
    fn opened(&self, what: &str, files: &[Opened<'_>]) -> String {
        let named = |(file, keys): &Opened<'_>| {
            let path = code(&self.path(&file.path).to_display());
            keys.iter().map(|key| format!("{} in {path}", code(&self.mask(&key.key)))).collect::<Vec<_>>()
        };
        let mut names: Vec<String> = files.iter().flat_map(named).collect();
        let more = names.len().saturating_sub(NAMES);
        names.truncate(NAMES);
        names.extend((more > 0).then(|| format!("{more} more")));
        let (first, rest) = what.split_at(1);
        format!("{}{rest}: {}.", first.to_uppercase(), names.join(", "))
    }

    fn listed(&self, paths: &[&RepoPath]) -> String {
        let mut names: Vec<String> = paths.iter().take(NAMES).map(|path| code(&self.path(path).to_display())).collect();
        let more = paths.len().saturating_sub(NAMES);
        names.extend((more > 0).then(|| format!("{more} more")));
        names.join(", ")
    }

    pub(super) fn notices(&self) -> Vec<String> {
        let (session, ends, files) = (self.record.session, self.record.ends, &self.record.evidence.files);
        let mut notices: Vec<String> = self.record.doubts.iter().map(|doubt| self.doubt(doubt)).collect();
        if session.damaged > 0 {
            notices.push(format!(
                "{} of the session's log {} damaged and skipped.",
                count(session.damaged, "record"),
                was(session.damaged)
            ));
        }
        if session.unknown > 0 {
            notices.push(format!("{} of a newer program {} skipped.", count(session.unknown, "log record"), was(session.unknown)));
        }
        if ends.ended_at.is_some_and(|at| at < session.started_at) {
            notices.push("The clock went backwards during the session; its duration is not known.".to_owned());
        }
        let mut left_out: Vec<_> = ends.start.left_out.iter().chain(&ends.end.left_out).collect();
        left_out.sort_by(|a, b| a.path.cmp(&b.path));
        left_out.dedup_by(|a, b| a.path == b.path);
        notices.extend(
            self.some(&left_out, "file", |file| format!("{} is not covered: {}.", self.name(&file.path), text(&self.mask(&file.reason)))),
        );
        notices.extend(self.watched_notices());
        notices.extend(self.unread());
        let derived: Vec<&RepoPath> =
            files.iter().filter(|file| file.code.derived && !file.definitions.is_empty()).map(|file| &file.path).collect();
        if !derived.is_empty() {
            notices.push(format!("Names taken from lines that look like definitions, not from a parser: {}.", self.listed(&derived)));
        }
        notices
    }

    fn doubt(&self, doubt: &Doubt) -> String {
        let why = |reason: &String| text(&self.mask(reason));
        match doubt {
            Doubt::OthersUnknown(reason) => format!(
                "What others' commits brought in could not be told apart ({}): the files and commits are all those between start and end.",
                why(reason)
            ),
            Doubt::CommitsUnknown(reason) => format!("Which commits were made since the start cannot be told: {}.", why(reason)),
            Doubt::ChangesUnknown(reason) => {
                format!("What the session changed in the worktree cannot be told: {}. Only its commits are listed.", why(reason))
            }
            Doubt::Movements(basis) => movements(*basis).to_owned(),
            Doubt::UnderWay(what) => under_way(what),
            Doubt::Unresolved(path) => format!("{}: has marks of a conflict that is not resolved.", self.name(path)),
            Doubt::NotSeparable(path) => {
                format!("{}: this session's lines could not be told from others' for certain.", self.name(path))
            }
            Doubt::BranchGone(gone) => format!(
                "Branch {} of the start is gone, and with it {} that no other branch or tag has.",
                code(&self.mask(&gone.name)),
                count(gone.commits, "commit")
            ),
            Doubt::StashesGone(number) => {
                let are = if *number == 1 { "is" } else { "are" };
                format!("{} of the start {are} gone, applied or dropped.", count(*number, "stash entry"))
            }
        }
    }

    /// A line for each reason for which source files were not read. What is not shown as code was not expected to be.
    fn unread(&self) -> Vec<String> {
        let mut reasons: Vec<(&str, Vec<&RepoPath>)> = Vec::new();
        let files = self.record.evidence.files.iter().filter(|file| matches!(file.category, Category::Code | Category::Test));
        for (file, why) in files.filter_map(|file| Some((file, file.code.skipped.as_deref()?))) {
            match reasons.iter().position(|(reason, _)| *reason == why) {
                Some(at) => reasons[at].1.push(&file.path),
                None if reasons.len() < NAMES => reasons.push((why, vec![&file.path])),
                None => {}
            }
        }
        let line = |(why, paths): &(&str, Vec<&RepoPath>)| {
            format!("Definitions of {} were not read: {}.", self.listed(paths), text(&self.mask(why)))
        };
        reasons.iter().map(line).collect()
    }

    fn name(&self, path: &RepoPath) -> String {
        code(&self.path(path).to_display())
    }

    /// A line each for the first few, one for the rest.
    fn some<T>(&self, all: &[T], noun: &str, line: impl Fn(&T) -> String) -> Vec<String> {
        let mut lines: Vec<String> = all.iter().take(NAMES).map(line).collect();
        let more = all.len().saturating_sub(NAMES);
        lines.extend((more > 0).then(|| format!("The same holds for {}.", count(more, &format!("more {noun}")))));
        lines
    }
}

fn movements(basis: Basis) -> &'static str {
    match basis {
        Basis::Reflog => "Movements of HEAD were recorded by git.",
        Basis::Partly => {
            "Some movements of HEAD were not recorded by git; of the commits passed there, those by this repository's committer count as this \
             session's."
        }
        Basis::Hooks => "Movements of HEAD were not recorded by git; attribution stands on the commits that hooks saw.",
        Basis::Ends => "Movements of HEAD not recorded; attribution from the end states.",
    }
}

fn under_way(what: &Unfinished) -> String {
    let (word, done) = match what {
        Unfinished::Merge(_) => ("merge", "git merge --continue"),
        Unfinished::Pick(_) => ("cherry-pick", "git cherry-pick --continue"),
        Unfinished::Rebase(_) => ("rebase", "git rebase --continue"),
        Unfinished::Revert => ("revert", "git revert --continue"),
        Unfinished::Bisect => ("bisect", "git bisect reset"),
    };
    format!("A {word} was under way at the end (`{done}` finishes it): what it brings in is not counted as this session's.")
}

fn was(number: usize) -> &'static str {
    if number == 1 { "was" } else { "were" }
}
