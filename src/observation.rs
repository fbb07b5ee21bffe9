//! From two standpoints to everything that happened between them: the evidence, the commits, and what makes the record less than sure.
//!
//! Thin: asks the git door for values and hands them to the pure readers. What they mean for the journal, and the words for it, are
//! `document::compose`'s.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use anyhow::Result;

use crate::attribution::{AbandonReason, Attributed, Attribution, Basis, Unfinished};
use crate::change::{
    Commit, CommitChange, Content, FileChange, Heads, Hunk, LeftOut, Oid, Patch, RepoPath, Side, Status, WorktreeState, moved,
};
use crate::error::Breakdown;
use crate::evidence::kinds::{self, Overrides};
use crate::evidence::proof::{Changed, Differences};
use crate::evidence::{self, Evidence, FileEvidence};
use crate::git::command::Git;
use crate::git::diff::Limits;
use crate::git::hooks::shim;
use crate::git::lost_refs::{self, GoneBranch};
use crate::git::objects::Objects;
use crate::git::repository::Repository;
use crate::git::{attributes, baseline, commits, snapshot, stashes};
use crate::session::Ends;

/// What happened between the ends of a session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observation {
    /// What the session changed.
    pub evidence: Evidence,
    /// Its commits, oldest first.
    pub commits: Vec<CommitChange>,
    /// Movements of HEAD, steps back and dead ends that the timeline tells of; none where they could not be read.
    pub attribution: Option<Attribution>,
    /// Commits of the session that led nowhere, as far as they are still there.
    pub dead_ends: Vec<(Commit, AbandonReason)>,
    /// What the commits do together, where they follow one another: what a squash of them all would hold.
    pub together: Option<Patch>,
    /// That what the session changed in the worktree cannot be told: the state at its start is gone.
    pub untold: bool,
    /// Paths whose end state is in no commit.
    pub uncommitted: HashSet<RepoPath>,
    /// Paths that the worktree had otherwise than its commit at the end, whoever changed them.
    pub beside: Vec<RepoPath>,
    /// Stash entries that it made and that are still there.
    pub stashed: usize,
    /// Address of the remote that links go to.
    pub remote: Option<String>,
    /// What a reader must know before trusting each line of it.
    pub doubts: Vec<Doubt>,
}

/// Why a part of the record is missing or not certain, and what of before the session is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// What others' commits brought in could not be told apart, for this reason.
    OthersUnknown(String),
    /// Which commits were made since the start cannot be told, for this reason.
    CommitsUnknown(String),
    /// What differs between the worktree of the start and that of the end cannot be told, for this reason.
    ChangesUnknown(String),
    /// Movements of HEAD were not recorded, or not all of them; what stands in for the record.
    Movements(Basis),
    /// Git was in the middle of it at the end.
    UnderWay(Unfinished),
    /// Marks of a conflict are left in the file.
    Unresolved(RepoPath),
    /// The session's lines of the file could not be told from others' for certain.
    NotSeparable(RepoPath),
    /// A branch of the start is gone with commits that nothing else has.
    BranchGone(GoneBranch),
    /// As many entries of the stash list of the start are gone.
    StashesGone(usize),
}

/// Observes a session whose snapshots lie in `folder`. `heads`: where hooks saw HEAD, if any ran. Files that `overrides` knows as journals are
/// nobody's work.
pub fn of_session(
    repository: &Repository,
    folder: &Path,
    ends: &Ends,
    heads: Option<&Heads>,
    overrides: &Overrides,
) -> Result<Observation> {
    let store = snapshot::store(folder);
    let git = repository.git().with_objects(&store, &[&repository.objects]);
    let (start, end) = (&ends.start, &ends.end);
    let open = || Objects::open(&[&store, &repository.objects], repository.format);
    let mut doubts = Vec::new();

    let attribution = known(baseline::attribute(&git, start, end, heads), Doubt::OthersUnknown, &mut doubts)?;
    doubts.extend(attribution.iter().flat_map(reservations));
    let objects = open()?;
    let mut commits = match &attribution {
        Some(attribution) => linked(&objects, attribution)?,
        None => known(since_start(repository, &objects, start, end), Doubt::CommitsUnknown, &mut doubts)?.unwrap_or_default(),
    };
    let moved = moved(commits.iter().filter(|change| change.branch.is_none()));
    commits.iter_mut().for_each(|change| change.files.retain(|file| !overrides.owns(&file.path)));
    let base = attribution.as_ref().map_or(&start.tree, |attribution| &attribution.baseline);
    let diff = |objects: &Objects| objects.diff_over(Some(base), Some(&end.tree), &Limits::default(), &moved);
    // a second look tells an object that is gone from one that could not be opened just then
    let changes = diff(&objects).or_else(|_| open().and_then(|objects| diff(&objects)));
    let changes = known(changes, Doubt::ChangesUnknown, &mut doubts)?;
    let untold = changes.is_none();
    let created = attribution.as_ref().map_or(&[][..], |attribution| &attribution.created);
    let changes = ours(repository, &objects, ends, changes.unwrap_or_default(), created, overrides);
    let mut evidence = read(&git, &objects, [if untold { &end.tree } else { base }, &end.tree], changes, overrides)?;
    let is_there = |path: &RepoPath| repository.absolute(path).symlink_metadata().is_ok_and(|found| !found.is_dir());
    evidence.files.iter_mut().filter(|file| file.status == Status::Deleted && is_there(&file.path)).for_each(FileEvidence::mark_untracked);
    let mut beside = objects.changed_paths(end.head.as_ref(), Some(&end.tree))?;
    beside.retain(|path| !overrides.owns(path));
    doubts.extend(taken_away(&git, start, end)?);
    Ok(Observation {
        uncommitted: uncommitted(&objects, end, &evidence, &beside)?,
        dead_ends: dead_ends(&objects, attribution.as_ref()),
        together: together(&objects, &commits)?,
        stashed: stashes::made(&git, &objects, start, end)?.len(),
        remote: repository.setting("remote.origin.url")?,
        evidence,
        commits,
        attribution,
        untold,
        beside,
        doubts,
    })
}

/// The result, or a doubt with the reason for which the repository gives none. Where only the machine kept it back, it can be had later.
fn known<T>(result: Result<T>, doubt: fn(String) -> Doubt, doubts: &mut Vec<Doubt>) -> Result<Option<T>> {
    match result {
        Ok(result) => Ok(Some(result)),
        Err(error) if Breakdown::behind(&error).is_some() => Err(error),
        Err(error) => {
            doubts.push(doubt(format!("{error:#}")));
            Ok(None)
        }
    }
}

/// The changes that are somebody's work in this worktree, each as it was: what the snapshots could not read neither came nor went, and neither
/// journals, other worktrees nor the lines of our hooks are work. What the session `created` is new, whatever others had under that name.
fn ours(
    repository: &Repository,
    objects: &Objects,
    Ends { start, end, .. }: &Ends,
    mut changes: Vec<FileChange>,
    created: &[RepoPath],
    overrides: &Overrides,
) -> Vec<FileChange> {
    let before = start.head.as_ref().and_then(|head| objects.tree_of(head).ok());
    let at_head = |path: &RepoPath| before.as_ref().and_then(|tree| objects.entry(tree, path).ok().flatten());
    let is_held = |path: &RepoPath| at_head(path).is_some();
    let was_dirty = |path: &RepoPath| objects.entry(&start.tree, path).ok().flatten() != at_head(path);
    changes.retain(|change| !overrides.owns(&change.path) && !unknown(change, start, end, &was_dirty));
    changes.retain(|change| !is_worktree(repository, change, &is_held) && !shim::only_ours_differ(change.base_blob(), change.head_blob()));
    hide_stand_ins(&mut changes, &[start, end]);
    for change in changes.iter_mut().filter(|change| change.status == Status::Modified && created.contains(&change.path)) {
        change.status = Status::Added;
    }
    changes
}

/// Commits of the session that led nowhere, as far as they are still there.
fn dead_ends(objects: &Objects, attribution: Option<&Attribution>) -> Vec<(Commit, AbandonReason)> {
    let ends = attribution.into_iter().flat_map(|attribution| &attribution.dead_ends);
    ends.filter_map(|end| Some((objects.commit(&end.id).ok()?, end.reason))).collect()
}

/// What differs between trees in the private store of `folder`. Pairs that cannot be compared any more are left out.
pub fn differences(
    repository: &Repository,
    folder: &Path,
    pairs: impl IntoIterator<Item = (Oid, Oid)>,
    overrides: &Overrides,
) -> Differences {
    let Ok(objects) = Objects::open(&[&snapshot::store(folder), &repository.objects], repository.format) else {
        return Differences::default();
    };
    let changed = |path: RepoPath| {
        let documentation = kinds::is_documentation(&path, kinds::classify(&path, None, false, overrides).category);
        Changed { path, documentation }
    };
    Differences::new(pairs.into_iter().filter_map(|(base, head)| {
        let paths = objects.changed_paths(Some(&base), Some(&head)).ok()?;
        Some(((base, head), paths.into_iter().filter(|path| !overrides.owns(path)).map(changed).collect()))
    }))
}

/// What attribution is not sure of.
fn reservations(attribution: &Attribution) -> Vec<Doubt> {
    let movements = Some(attribution.basis).filter(|basis| *basis != Basis::Reflog).map(Doubt::Movements);
    let brings_in = |what: &&Unfinished| !matches!(what, Unfinished::Revert | Unfinished::Bisect);
    let under_way = attribution.unfinished.as_ref().filter(brings_in).cloned().map(Doubt::UnderWay);
    let unresolved = attribution.unresolved.iter().cloned().map(Doubt::Unresolved);
    let not_separable = attribution.not_separable.iter().cloned().map(Doubt::NotSeparable);
    movements.into_iter().chain(under_way).chain(unresolved).chain(not_separable).collect()
}

/// Work of before that no ref holds any more.
fn taken_away(git: &Git, start: &WorktreeState, end: &WorktreeState) -> Result<Vec<Doubt>> {
    let stashes = Some(lost_refs::stashes(start, end)).filter(|gone| *gone > 0);
    Ok(lost_refs::branches(git, start, end)?.into_iter().map(Doubt::BranchGone).chain(stashes.map(Doubt::StashesGone)).collect())
}

fn linked(objects: &Objects, attribution: &Attribution) -> Result<Vec<CommitChange>> {
    let with_fate = |commit: &Attributed| {
        let change = objects.commit_change(&commit.id, &Limits::default())?;
        let (replaced, branch) = (commit.replaced.clone(), commit.branch.clone());
        Ok(CommitChange { replaced, amended_at: commit.amended_at, branch, by_another: commit.by_another, ..change })
    };
    attribution.commits.iter().map(with_fate).collect()
}

fn together(objects: &Objects, commits: &[CommitChange]) -> Result<Option<Patch>> {
    let in_a_row = commits.windows(2).all(|pair| pair[1].commit.parents.first() == Some(&pair[0].commit.id));
    let ([first, .., last], true) = (commits, in_a_row) else { return Ok(None) };
    let changes = objects.diff(first.commit.parents.first(), Some(&last.commit.id), &Limits::default())?;
    Ok(Some(Patch::of(&changes)))
}

fn since_start(repository: &Repository, objects: &Objects, start: &WorktreeState, end: &WorktreeState) -> Result<Vec<CommitChange>> {
    let Some(head) = &end.head else { return Ok(Vec::new()) };
    let ids = commits::range(repository, start.head.as_ref(), head)?;
    ids.iter().map(|id| objects.commit_change(id, &Limits::default())).collect()
}

/// The evidence of loaded changes between two trees or commits; attributes are those of the second.
pub fn read(git: &Git, objects: &Objects, [base, head]: [&Oid; 2], changes: Vec<FileChange>, overrides: &Overrides) -> Result<Evidence> {
    let (base, head) = (objects.tree_of(base)?, objects.tree_of(head)?);
    let paths: Vec<&RepoPath> = changes.iter().map(|change| &change.path).collect();
    let mut overrides = overrides.clone();
    overrides.attributes = attributes::read(git, objects, &head, &paths)?;
    for folder in paths.iter().filter_map(|path| kinds::output_folder(path)).collect::<HashSet<_>>() {
        if objects.entry(&base, &folder)?.is_some() {
            overrides.tracked_folders.insert(folder);
        }
    }
    for folder in paths.iter().flat_map(|path| path.folders()).collect::<HashSet<_>>() {
        objects.names(&head, &folder)?.iter().for_each(|path| overrides.notice(path));
    }
    Ok(evidence::read(changes, &overrides))
}

/// The changed files of which HEAD does not have all that the session changed.
fn uncommitted(objects: &Objects, end: &WorktreeState, evidence: &Evidence, beside: &[RepoPath]) -> Result<HashSet<RepoPath>> {
    let differing: HashSet<&RepoPath> = beside.iter().collect();
    if !evidence.changes.iter().any(|change| differing.contains(&change.path)) {
        return Ok(HashSet::new());
    }
    let rest = objects.diff(end.head.as_ref(), Some(&end.tree), &Limits::default())?;
    let rest: HashMap<&RepoPath, &FileChange> = rest.iter().map(|change| (&change.path, change)).collect();
    let is_loose = |change: &&FileChange| match rest.get(&change.path) {
        Some(rest) => may_share_lines(change, rest),
        None => differing.contains(&change.path),
    };
    Ok(evidence.changes.iter().filter(is_loose).map(|change| change.path.clone()).collect())
}

/// Whether it is another worktree of this repository that lies within this one, or was there and is gone: to git it looks like a repository
/// of its own, but nothing of it is content of this one.
fn is_worktree(repository: &Repository, change: &FileChange, is_held: &dyn Fn(&RepoPath) -> bool) -> bool {
    let is_link = |side: &Option<Side>| side.as_ref().is_some_and(|side| matches!(side.content, Content::Submodule(_)));
    if change.status == Status::Deleted {
        return is_link(&change.base) && !is_held(&change.path);
    }
    let folder = repository.absolute(&change.path);
    let named = || std::fs::read_to_string(folder.join(".git")).ok();
    let git_dir = || folder.join(named()?.trim().strip_prefix("gitdir: ")?).canonicalize().ok();
    let worktrees = || repository.common_dir.join("worktrees").canonicalize().ok();
    is_link(&change.head) && git_dir().zip(worktrees()).is_some_and(|(git_dir, worktrees)| git_dir.starts_with(worktrees))
}

/// Whether two changes with the same outcome may have lines in common. Where only lines of earlier work are not committed, they have none.
fn may_share_lines(own: &FileChange, rest: &FileChange) -> bool {
    let modes = |change: &FileChange| change.base.as_ref().map(|side| side.mode) == change.head.as_ref().map(|side| side.mode);
    let by_lines = |change: &FileChange| change.status == Status::Modified && modes(change) && !change.hunks.is_empty();
    let meet = |a: &Hunk, b: &Hunk| {
        let end = |hunk: &Hunk| hunk.head_start + hunk.head_lines.max(1);
        a.head_start < end(b) && b.head_start < end(a)
    };
    !by_lines(own) || !by_lines(rest) || own.hunks.iter().any(|a| rest.hunks.iter().any(|b| meet(a, b)))
}

/// The text that stands for a large file in a snapshot is not the file's.
fn hide_stand_ins(changes: &mut [FileChange], ends: &[&WorktreeState]) {
    let left_out = ends.iter().flat_map(|end| &end.left_out);
    let stand_ins: HashSet<&RepoPath> = left_out.filter(|left| snapshot::is_stand_in(left)).map(|left| &left.path).collect();
    for change in changes.iter_mut().filter(|change| stand_ins.contains(&change.path) || stand_ins.contains(change.base_path())) {
        for side in [&mut change.base, &mut change.head].into_iter().flatten() {
            side.content = Content::TooLarge(snapshot::UNTRACKED_LIMIT);
        }
        change.hunks.clear();
        change.binary = true;
    }
}

/// Whether what happened to a file cannot be told because one of the snapshots could not read it. What it had at the start stands for all that
/// came after; at the end git's index stands in for it, which has what was committed but not what was not at the start either.
fn unknown(change: &FileChange, start: &WorktreeState, end: &WorktreeState, was_dirty: &dyn Fn(&RepoPath) -> bool) -> bool {
    let covers = |left: &LeftOut, path: &RepoPath| {
        let rest = path.as_bytes().strip_prefix(left.path.as_bytes());
        // of a worktree that cannot be listed the tracked files can be read all the same
        let is_all = left.path.as_bytes() == b"." && matches!(change.status, Status::Added | Status::Deleted);
        is_all || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
    };
    let unread = |state: &WorktreeState, path: &RepoPath| {
        state.left_out.iter().filter(|left| !snapshot::is_stand_in(left)).any(|left| covers(left, path))
    };
    unread(start, change.base_path())
        || unread(start, &change.path)
        || (unread(end, &change.path) && (change.status == Status::Deleted || was_dirty(&change.path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worktree_state(left_out: &[&str]) -> WorktreeState {
        let left_out = left_out.iter().map(|path| LeftOut { path: (*path).into(), reason: "Permission denied".into() });
        let json = serde_json::json!({
            "head": null, "branch": null, "subject": null, "tree": "t", "index": null, "refs": [], "stashes": [], "reflog": 0,
            "reflog_last": null, "dirt": {"modified": 0, "untracked": 0}, "left_out": [], "method": "add",
        });
        let state: WorktreeState = serde_json::from_value(json).expect("a standpoint");
        WorktreeState { left_out: left_out.collect(), ..state }
    }

    #[test]
    fn what_could_not_be_read_is_not_told_as_changed() {
        let cases = [
            ("dir/a", Status::Deleted, &[][..], &["dir"][..], false, true),
            ("dir/a", Status::Added, &["dir"], &[], false, true),
            ("dir/a", Status::Deleted, &["dir"], &[], false, true),
            ("a", Status::Modified, &["a"], &[], false, true),
            ("dirt", Status::Deleted, &[], &["dir"], false, false),
            ("dir/a", Status::Modified, &[], &["dir"], false, false),
            ("dir/a", Status::Modified, &[], &["dir"], true, true),
            ("anything", Status::Deleted, &[], &["."], false, true),
            ("anything", Status::Modified, &["."], &[], false, false),
        ];
        for (path, status, start, end, dirty, expected) in cases {
            let change = FileChange { path: path.into(), old_path: None, status, base: None, head: None, hunks: Vec::new(), binary: false };
            let told = unknown(&change, &worktree_state(start), &worktree_state(end), &|_| dirty);
            assert_eq!(told, expected, "{path} {status:?} {start:?} {end:?}");
        }
    }
}
