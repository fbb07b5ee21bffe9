//! Where a branch is to be merged to, and where it left that branch: git's own settings, those of stacking tools, the remote's default.
//!
//! Asked through git's command line, which knows every ref storage. Nothing is fetched.

use std::collections::HashSet;

use anyhow::Result;

use crate::change::{Certainty, CommitChange, Fingerprint, Oid, successors};
use crate::git::command::Output;
use crate::git::later_history::fingerprint;
use crate::git::objects::Objects;
use crate::git::repository::Repository;

/// A branch that work may go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// A revision that git knows here, e.g. `origin/main`.
    pub revision: String,
    /// The branch's name on the remote, e.g. `main`.
    pub branch: String,
}

/// Names of default branches where the remote says nothing.
pub const CUSTOMARY: [&str; 3] = ["main", "master", "trunk"];

/// The remote's default branch; a customary name where the remote does not tell.
pub fn default_branch(repository: &Repository) -> Result<Option<Target>> {
    let told = repository.git().run(["symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD"])?;
    if told.ok() {
        let revision = told.text();
        let branch = revision.strip_prefix("origin/").unwrap_or(&revision).to_owned();
        return Ok(Some(Target { revision, branch }));
    }
    for name in CUSTOMARY {
        if let Some(target) = named(repository, name)? {
            return Ok(Some(target));
        }
    }
    Ok(None)
}

/// The branch of this name, on the remote rather than here, since the local one may lag behind.
pub fn named(repository: &Repository, name: &str) -> Result<Option<Target>> {
    for (revision, full) in
        [(format!("origin/{name}"), format!("refs/remotes/origin/{name}")), (name.to_owned(), format!("refs/heads/{name}"))]
    {
        if repository.resolve(&full)?.is_some() {
            return Ok(Some(Target { revision, branch: name.to_owned() }));
        }
    }
    Ok(None)
}

/// A base as the user typed it.
pub fn given(repository: &Repository, revision: &str) -> Result<Target> {
    let remotes = repository.git().text(["remote"])?;
    let short = revision.strip_prefix("refs/heads/").or_else(|| revision.strip_prefix("refs/remotes/")).unwrap_or(revision);
    let branch = remotes.lines().find_map(|remote| short.strip_prefix(remote)?.strip_prefix('/')).unwrap_or(short);
    Ok(Target { revision: revision.to_owned(), branch: branch.to_owned() })
}

/// Where the branch is to go by what git and stacking tools have written down: the base that was set for its request, its parent in a
/// stack, an upstream of another name; none where nothing says so.
pub fn recorded(repository: &Repository, branch: &str) -> Result<Option<Target>> {
    for key in [format!("branch.{branch}.gh-merge-base"), format!("git-town-branch.{branch}.parent")] {
        if let Some(name) = repository.setting(&key)?
            && let Some(target) = named(repository, &name)?
        {
            return Ok(Some(target));
        }
    }
    let upstream = repository.setting(&format!("branch.{branch}.merge"))?.unwrap_or_default();
    let name = upstream.strip_prefix("refs/heads/").unwrap_or_default();
    if name.is_empty() || name == branch {
        return Ok(None);
    }
    named(repository, name)
}

/// Where a branch stands beside those that others see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BranchStanding {
    /// Its name.
    pub name: String,
    /// How many of the asked-for commits it holds.
    pub commits: usize,
    /// How many of them no branch of a remote has; none where no branch of a remote is known here.
    pub unpushed: Option<usize>,
    /// The branch that work ends on, where that lacks one of them.
    pub unmerged_into: Option<String>,
}

/// How a branch with these commits, oldest first, stands; what is fetched here counts, nothing else is asked. Nothing is left to tell of one
/// all of whose changes are where it was to go, squashed or copied.
pub fn standing(repository: &Repository, name: &str, changes: &[&CommitChange]) -> Result<BranchStanding> {
    let commits: Vec<Oid> = changes.iter().map(|change| change.commit.id).collect();
    let commits = commits.as_slice();
    let has_remotes = !repository.git().text(["for-each-ref", "--count=1", "--format=%(refname)", "refs/remotes"])?.trim().is_empty();
    let unpushed = if has_remotes { Some(beyond(repository, commits, &["--remotes"])?) } else { None };
    let trunk = default_branch(repository)?.filter(|trunk| trunk.branch != name);
    let unmerged_into = match trunk {
        Some(trunk) => {
            let local = format!("refs/heads/{}", trunk.branch);
            let tips = [Some(trunk.revision.as_str()), repository.resolve(&local)?.is_some().then_some(local.as_str())];
            let tips: Vec<&str> = tips.into_iter().flatten().collect();
            let is_unmerged = beyond(repository, commits, &tips)? > 0;
            if is_unmerged && landed(repository, changes, &tips)? {
                return Ok(BranchStanding { name: name.to_owned(), commits: commits.len(), unpushed: Some(0), unmerged_into: None });
            }
            is_unmerged.then_some(trunk.branch)
        }
        None => None,
    };
    Ok(BranchStanding { name: name.to_owned(), commits: commits.len(), unpushed, unmerged_into })
}

/// Whether these histories have what each of the commits changes, in whatever commit.
fn landed(repository: &Repository, changes: &[&CommitChange], tips: &[&str]) -> Result<bool> {
    let Some(parent) = changes.first().and_then(|first| first.commit.parents.first()) else { return Ok(false) };
    let objects = Objects::open(&[&repository.objects], repository.format)?;
    let since = format!("^{parent}");
    let arguments = ["rev-list", "--no-merges", "--max-count=2000", since.as_str()];
    let listed = repository.git().text(arguments.iter().chain(tips))?;
    let there: Vec<Fingerprint> = listed.lines().map(|id| fingerprint(&objects, &Oid::new(id))).collect::<Result<_>>()?;
    let work: Vec<Vec<Fingerprint>> = changes.iter().map(|change| vec![Fingerprint::from(*change)]).collect();
    Ok(successors(&work, &there).iter().all(|found| found.state != Certainty::Gone))
}

/// How many of the commits are not within reach of these revisions.
fn beyond(repository: &Repository, commits: &[Oid], revisions: &[&str]) -> Result<usize> {
    let input: String = commits.iter().map(|id| format!("{id}\n")).collect();
    let arguments = ["rev-list", "--stdin", "--not"].iter().chain(revisions);
    let listed = repository.git().run_with_input(arguments, input.as_bytes())?;
    anyhow::ensure!(listed.ok(), "git rev-list failed: {}", listed.stderr);
    let listed = listed.text();
    let beyond: std::collections::HashSet<&str> = listed.lines().collect();
    Ok(commits.iter().filter(|id| beyond.contains(id.as_str())).count())
}

/// The commit at which two histories parted.
pub fn merge_base(repository: &Repository, base: &Oid, head: &Oid) -> Result<Option<Oid>> {
    let output = repository.git().run(["merge-base", base.as_str(), head.as_str()])?;
    Ok(output.ok().then(|| Oid::new(output.text().lines().next().unwrap_or_default())))
}

/// Subjects of a history's last commits, newest first, merges left out.
pub fn subjects(repository: &Repository, revision: &Oid, number: usize) -> Result<Vec<String>> {
    let limit = format!("--max-count={number}");
    let listed = repository.git().text(["log", "--no-merges", "--format=%s", &limit, revision.as_str(), "--"])?;
    Ok(listed.lines().map(str::to_owned).collect())
}

/// Paths that differ from HEAD in the worktree or the index, and untracked ones; a renamed file once, by its new path.
pub fn uncommitted(repository: &Repository) -> Result<Vec<crate::change::RepoPath>> {
    let output = repository.git().run(["status", "--porcelain=v1", "-z", "--untracked-files=normal", "--find-renames"])?;
    let mut entries = output.stdout.split(|&b| b == 0);
    let mut paths = Vec::new();
    while let Some(entry) = entries.next() {
        let Some((state, path)) = entry.split_at_checked(3) else { continue };
        if state.contains(&b'R') || state.contains(&b'C') {
            entries.next(); // where it came from
        }
        paths.push(crate::change::RepoPath::new(path.to_vec()));
    }
    Ok(paths)
}

/// The names that files of a tree have, in whatever folder.
pub fn file_names(repository: &Repository, tree: &Oid) -> HashSet<String> {
    let all = repository.git().run(["ls-tree", "-r", "-z", "--name-only", "--full-tree", tree.as_str()]);
    let names = |all: Output| all.paths().map(|path| path.file_name().into_owned()).collect();
    all.ok().filter(Output::ok).map(names).unwrap_or_default()
}

/// Whether a word stands anywhere in one of the trees.
pub fn has_word(repository: &Repository, trees: &[&Oid], word: &str) -> bool {
    let search = ["grep", "--quiet", "--fixed-strings", "--word-regexp", "-e", word];
    let found = repository.git().run(search.into_iter().chain(trees.iter().map(|tree| tree.as_str())));
    found.is_ok_and(|output| output.ok())
}
