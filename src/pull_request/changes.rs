//! What changed, without a model: the commits that survive in the result, in their authors' words; where those say nothing, facts of the
//! difference. Never "refactored" or "improved": nothing could prove it.

use std::collections::HashSet;

use super::sanitise::Sanitiser;
use super::{Material, settings};
use crate::change::{CommitChange, RepoPath, Status, reverted};
use crate::evidence::{Category, Change, DefinitionChange, FileEvidence};
use crate::words::{count, list};

/// Lines that tell commits or facts; more are counted, not shown.
pub const LINES: usize = 7;
/// Names in one line.
const NAMES: usize = 4;

/// What changed, as lines of Markdown.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Changes {
    /// Lines by package; one group without a name where there is one package or none.
    pub groups: Vec<Group>,
    /// Configuration keys and dependencies, before and after.
    pub settings: Vec<String>,
    /// What was left out for brevity, e.g. `and 12 smaller commits`.
    pub more: Option<String>,
}

/// Lines of a package.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Group {
    /// The package's folder.
    pub package: Option<String>,
    /// Its lines.
    pub lines: Vec<String>,
}

impl Changes {
    /// Nothing differs.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty() && self.settings.is_empty()
    }
}

/// Commits that tell of the result: those that lasted, but for fixups and others whose subject says nothing. Oldest first.
pub fn surviving(commits: &[CommitChange]) -> Vec<&CommitChange> {
    not_reverted(commits).into_iter().filter(|change| says_something(&change.commit.subject)).collect()
}

/// No merges, and neither a commit that was taken back nor the one that did it. Oldest first.
pub fn not_reverted(commits: &[CommitChange]) -> Vec<&CommitChange> {
    let gone: HashSet<usize> = reverted(commits).iter().flat_map(|found| [found.earlier, found.by]).collect();
    let lasts = |(at, change): &(usize, &CommitChange)| !gone.contains(at) && change.commit.parents.len() < 2;
    commits.iter().enumerate().filter(lasts).map(|(_, change)| change).collect()
}

/// Of those the ones of which something is in the difference: not the ones whose files are all as they were, since later work undid them by
/// hand.
pub fn lasting(material: &Material) -> Vec<&CommitChange> {
    let files = material.evidence.files.iter();
    let mut there: HashSet<&RepoPath> = files.flat_map(|file| file.old_path.iter().chain([&file.path])).collect();
    // a file that was renamed on the way is there under its last name
    for touched in material.commits.iter().rev().flat_map(|change| &change.files) {
        if there.contains(&touched.path) {
            there.extend(&touched.old_path);
        }
    }
    let lasts = |change: &&CommitChange| change.files.is_empty() || change.files.iter().any(|file| there.contains(&file.path));
    surviving(&material.commits).into_iter().filter(lasts).collect()
}

/// Whether a subject, or a line that a squash took from one, tells anything of the change.
pub fn says_something(subject: &str) -> bool {
    let bare = subject.trim().trim_end_matches('.').to_lowercase();
    let folded = ["fixup!", "squash!", "amend!"].iter().any(|mark| bare.starts_with(mark));
    let empty = matches!(
        bare.as_str(),
        "" | "wip" | "tmp" | "temp" | "save" | "fix" | "update" | "updates" | "changes" | "test" | "stuff" | "cleanup" | "misc"
    );
    let file_name = !bare.contains(' ') && bare.contains('.') && !bare.contains(':');
    !folded && !empty && !file_name && !bare.starts_with("wip:") && !bare.starts_with("wip ")
}

/// Changed code lines of a commit that are still part of the difference.
pub fn weight(material: &Material, change: &CommitChange) -> usize {
    let code = |path: &RepoPath| {
        material
            .file(path)
            .is_some_and(|file| !matches!(file.category, Category::Test | Category::Generated | Category::Lockfile | Category::Vendored))
    };
    let files = change.files.iter().filter(|file| code(&file.path));
    files.map(|file| file.added.len() + file.removed as usize).sum()
}

/// What the range changes.
pub fn changes(material: &Material, it: &Sanitiser) -> Changes {
    let own: Vec<&CommitChange> = material.commits.iter().filter(|change| change.commit.parents.len() < 2).collect();
    let surviving = lasting(material);
    let subjects: Vec<&str> = surviving.iter().map(|change| change.commit.subject.as_str()).collect();
    if material.evidence.files.is_empty() {
        return Changes::default();
    }
    let (groups, more) = if surviving.is_empty() || surviving.len() * 2 < own.len() {
        let (lines, more) = facts(material, it);
        (one_group(lines), more)
    } else {
        let (shown, more) = chosen(material, surviving);
        (grouped(material, &shown, it), more)
    };
    let told = groups.iter().map(|group| group.lines.len()).sum::<usize>() + usize::from(more.is_some());
    Changes { settings: settings::settings(material, &subjects, LINES.saturating_sub(told), it), groups, more }
}

fn one_group(lines: Vec<String>) -> Vec<Group> {
    if lines.is_empty() { Vec::new() } else { vec![Group { package: None, lines }] }
}

/// Those with most changed code, in their own order.
fn chosen<'a>(material: &Material, commits: Vec<&'a CommitChange>) -> (Vec<&'a CommitChange>, Option<String>) {
    if commits.len() <= LINES {
        return (commits, None);
    }
    let mut heavy: Vec<(usize, usize)> = commits.iter().enumerate().map(|(at, change)| (weight(material, change), at)).collect();
    heavy.sort_by_key(|(weight, at)| (std::cmp::Reverse(*weight), *at));
    let mut kept: Vec<usize> = heavy.into_iter().take(LINES).map(|(_, at)| at).collect();
    kept.sort_unstable();
    let left = commits.len() - kept.len();
    (kept.into_iter().map(|at| commits[at]).collect(), Some(format!("and {}", count(left, "smaller commit"))))
}

fn grouped(material: &Material, commits: &[&CommitChange], it: &Sanitiser) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for change in commits {
        let package = package_of(material, change).map(|package| package.to_display().into_owned());
        let line = it.line(without_number(&change.commit.subject));
        match groups.iter_mut().find(|group| group.package == package) {
            Some(group) if !group.lines.contains(&line) => group.lines.push(line),
            Some(_) => {}
            None => groups.push(Group { package, lines: vec![line] }),
        }
    }
    if groups.iter().filter(|group| group.package.is_some()).count() < 2 {
        let lines = commits.iter().map(|change| it.line(without_number(&change.commit.subject)));
        let mut once: Vec<String> = Vec::new();
        lines.for_each(|line| {
            if !once.contains(&line) {
                once.push(line);
            }
        });
        return one_group(once);
    }
    groups
}

/// The subject without the ` (#12)` that a squash merge adds, and without a final full stop.
pub fn without_number(subject: &str) -> &str {
    let subject = subject.trim();
    let numbered = subject.strip_suffix(')').and_then(|rest| rest.rsplit_once(" (#"));
    let bare = numbered.filter(|(_, number)| number.bytes().all(|b| b.is_ascii_digit())).map_or(subject, |(head, _)| head);
    if bare.ends_with("..") { bare } else { bare.strip_suffix('.').unwrap_or(bare) }
}

/// The one package that a commit touches.
pub fn package_of(material: &Material, change: &CommitChange) -> Option<RepoPath> {
    let mut packages = change.files.iter().map(|file| material.package(&file.path));
    let first = packages.next()??;
    packages.all(|package| package.as_ref() == Some(&first)).then_some(first)
}

/// What the difference itself proves, where commits say nothing: the files with most changed lines first.
fn facts(material: &Material, it: &Sanitiser) -> (Vec<String>, Option<String>) {
    let told = |file: &&FileEvidence| {
        !matches!(file.category, Category::Generated | Category::Lockfile | Category::Vendored)
            && file.keys.is_empty()
            && !settings::is_whole(file, material)
    };
    let mut files: Vec<&FileEvidence> = material.evidence.files.iter().filter(told).collect();
    files.sort_by_key(|file| (file.category == Category::Test, std::cmp::Reverse(file.added + file.removed)));
    let left = files.len().saturating_sub(LINES);
    let lines = files.into_iter().take(LINES).map(|file| fact(file, it)).collect();
    (lines, (left > 0).then(|| format!("and {}", count(left, "smaller file change"))))
}

fn fact(file: &FileEvidence, it: &Sanitiser) -> String {
    let path = it.code(&file.path.to_display());
    let names = |change: Change| names(&file.definitions, change, it);
    if !file.tests.is_empty() {
        let shown: Vec<String> = file.tests.iter().take(NAMES).map(|test| it.code(&test.name)).collect();
        return format!("{path}: {} added ({}{})", count(file.tests.len(), "test"), shown.join(", "), more(file.tests.len()));
    }
    let parts: Vec<String> = [("adds", Change::Added), ("changes", Change::Modified), ("removes", Change::Removed)]
        .into_iter()
        .filter_map(|(verb, change)| Some(format!("{verb} {}", names(change)?)))
        .collect();
    match file.status {
        _ if !parts.is_empty() => format!("{path}: {}", parts.join("; ")),
        Status::Added => format!("{path} added"),
        Status::Deleted => format!("{path} removed"),
        Status::Renamed => format!("{} moved to {path}", it.code(&file.old_path.as_ref().unwrap_or(&file.path).to_display())),
        Status::Modified | Status::Typechanged => format!("{path} changed (+{} −{})", file.added, file.removed),
    }
}

fn names(definitions: &[DefinitionChange], change: Change, it: &Sanitiser) -> Option<String> {
    let all: Vec<String> = definitions.iter().filter(|one| one.change == change).map(|one| it.code(&one.qualified_name)).collect();
    let shown = &all[..all.len().min(NAMES)];
    (!all.is_empty()).then(|| if all.len() > NAMES { format!("{}{}", shown.join(", "), more(all.len())) } else { list(shown) })
}

fn more(number: usize) -> String {
    if number > NAMES { format!(" and {} more", number - NAMES) } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pull_request::description::tests::{commit, material};

    #[test]
    fn only_what_lasted_is_told() {
        let commits = [
            commit("a1a1a1a1", "Debounce in memory", ""),
            commit("b2", "Revert \"Debounce in memory\"", "This reverts commit a1a1a1a."),
            // a rebase has changed the ids
            commit("b3", "Cache it", ""),
            commit("b4", "Revert \"Cache it\"", "This reverts commit 9999999."),
            commit("c3", "fix(billing): take a lock", ""),
            commit("d4", "fixup! fix(billing): take a lock", ""),
            commit("e5", "wip", ""),
            commit("f6", "service.php", ""),
            // a revert that was itself taken back leaves the first in force
            commit("10101010", "Add the limit", ""),
            commit("11111111", "Revert \"Add the limit\"", "This reverts commit 1010101."),
            commit("12", "Reapply \"Add the limit\"", "This reverts commit 1111111."),
            // prose that begins like a revert
            commit("a2a2a2a2", "Name the limit", ""),
            commit("13", "Keep the limit", "This reverts commit a few of us had liked."),
        ];
        let subjects: Vec<_> = surviving(&commits).into_iter().map(|change| change.commit.subject.as_str()).collect();
        assert_eq!(subjects, ["fix(billing): take a lock", "Add the limit", "Name the limit", "Keep the limit"]);
    }

    /// The revert names the id that the commit had before it was amended, and quotes the subject that it had then.
    #[test]
    fn what_was_amended_is_taken_back_under_its_earlier_id() {
        let amended = CommitChange { replaced: vec![crate::change::Oid::new("abcdef1234")], ..commit("a1", "Cache it for a minute", "") };
        let revert = commit("b2", "Revert \"Cache it\"", "This reverts commit abcdef1234.");
        assert_eq!(surviving(&[amended, revert]), Vec::<&CommitChange>::new());
    }

    #[test]
    fn of_what_was_undone_by_hand_nothing_is_told() {
        let touching = |id: &str, subject: &str, files: &[(&str, Option<&str>)]| {
            let mut change = commit(id, subject, "");
            change.files.clear();
            change.files.extend(files.iter().map(|(path, old)| crate::change::Touched {
                path: (*path).into(),
                old_path: old.map(Into::into),
                added: vec![1],
                removed: 0,
            }));
            change
        };
        let it_is = material(vec![
            touching("a1", "Add the deselect action", &[("deselect.rs", None), ("ci.yml", None)]),
            touching("b2", "Begin a module", &[("src/old.rs", None)]),
            touching("c3", "Rename it", &[("src/a.rs", Some("src/old.rs"))]),
            touching("d4", "Use the overlap selection", &[("deselect.rs", None), ("ci.yml", None), ("src/a.rs", None)]),
        ]);
        let subjects: Vec<_> = lasting(&it_is).into_iter().map(|change| change.commit.subject.as_str()).collect();
        assert_eq!(subjects, ["Begin a module", "Rename it", "Use the overlap selection"]);
    }

    #[test]
    fn numbers_and_stops_are_no_part_of_a_subject() {
        assert_eq!(without_number("Add it (#12)"), "Add it");
        assert_eq!([without_number("Stop."), without_number("And so on...")], ["Stop", "And so on..."]);
    }
}
