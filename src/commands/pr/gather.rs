//! From the repository and its sessions to the material of a description.

use std::cell::Cell;
use std::collections::{BTreeSet, HashMap, HashSet};

use crate::change::{Oid, RepoPath, moved};
use crate::cli::Pr;
use crate::commands::shared::session_document::{self, Patches};
use crate::commands::{Environment, Workspace};
use crate::document::Document;
use crate::document::compose::WATCHED;
use crate::error::{Error, Kind, Result};
use crate::evidence::Evidence;
use crate::evidence::kinds::Overrides;
use crate::git::branches::{self, Target};
use crate::git::commits;
use crate::git::diff::Limits;
use crate::git::objects::Objects;
use crate::observation;
use crate::pull_request::test_presence::{Head, TestPresence, test_presence};
use crate::pull_request::{Attached, Base, Link, Material, RanOn, Since, Stated};
use crate::session::State;
use crate::session_store::RecordedSession;
use crate::words::count;

/// The base's last commits that its style is learned from.
const STYLE: usize = 50;
/// Files that make a folder a package.
const MANIFESTS: [&str; 12] = [
    "Cargo.toml", "package.json", "go.mod", "pyproject.toml", "setup.py", "composer.json", "pom.xml", "build.gradle", "build.gradle.kts",
    "mix.exs", "pubspec.yaml", "project.json",
];

/// What was gathered.
pub(super) struct Gathered {
    pub(super) material: Material,
    /// The tree of the base's tip: where forges read templates.
    pub(super) base_tree: Oid,
    pub(super) warnings: Vec<String>,
}

pub(super) fn gather(arguments: &Pr, env: &Environment, workspace: &Workspace, objects: &Objects) -> Result<Gathered> {
    let repository = &workspace.repository;
    let (head, branch) = repository.head()?;
    let head = head.ok_or_else(|| Error::new(Kind::Nothing, "there is no commit yet").hint("commit something first"))?;
    let (base, tip) = base(arguments, workspace, branch.as_deref(), &head)?;
    let ids = commits::range(repository, Some(&tip), &head)?;
    if ids.is_empty() {
        let message = format!("HEAD has no commit that `{}` lacks", base.revision);
        return Err(Error::new(Kind::Nothing, message).hint("commit your work, or name another base with --base"));
    }
    let limits = Limits::default();
    let mut commits = ids.iter().map(|id| objects.commit_change(id, &limits)).collect::<anyhow::Result<Vec<_>>>()?;
    let overrides = workspace.overrides()?;
    // a journal is not what the branch is for
    commits.retain(|change| change.files.is_empty() || !change.files.iter().all(|file| overrides.owns(&file.path)));
    let mut changes = objects.diff_over(Some(&base.merge_base), Some(&head), &limits, &moved(&commits))?;
    changes.retain(|change| !overrides.owns(&change.path));
    let evidence = observation::read(&repository.git(), objects, [&base.merge_base, &head], changes, &overrides)?;
    let head_tree = objects.tree_of(&head)?;
    let left_out = left_out(workspace, &overrides, &evidence)?;
    let mut warnings = left_out.clone();
    let mut material = Material {
        packages: packages(objects, &head_tree, evidence.files.iter().map(|file| &file.path))?,
        subjects: branches::subjects(repository, &tip, STYLE)?,
        stated: stated(arguments),
        left_out,
        sessions: Vec::new(),
        overrides,
        base,
        head_tree,
        head,
        branch,
        commits,
        evidence,
    };
    material.sessions = sessions(arguments, env, workspace, objects, &material, &mut warnings)?;
    if !material.base.is_default {
        warnings.push(format!(
            "`{}` is not the default branch: closing keywords would do nothing there and are left out",
            material.base.branch
        ));
    }
    Ok(Gathered { base_tree: objects.tree_of(&tip)?, material, warnings })
}

fn stated(arguments: &Pr) -> Stated {
    Stated {
        title: arguments.title.clone().filter(|title| !title.is_empty()),
        summary: arguments.summary.clone(),
        feedback: arguments.feedback.clone(),
        closes: arguments.closes.clone(),
        attested: arguments.attest.clone(),
        attest_ai: arguments.attest_ai.clone(),
    }
}

/// Where the work is to go, and the commit that this branch stands at.
fn base(arguments: &Pr, workspace: &Workspace, branch: Option<&str>, head: &Oid) -> Result<(Base, Oid)> {
    let repository = &workspace.repository;
    let default = branches::default_branch(repository)?;
    let target = match &arguments.base {
        Some(given) => branches::given(repository, given)?,
        None => detected(workspace, branch, default.as_ref())?,
    };
    let unknown = |what: &str| {
        Error::new(Kind::Nothing, format!("`{}` {what}", target.revision))
            .hint("name the branch that this one goes to: journal pr --base BRANCH")
    };
    let tip = repository.resolve(&format!("{}^{{commit}}", target.revision))?.ok_or_else(|| unknown("names no commit here"))?;
    let merge_base = branches::merge_base(repository, &tip, head)?.ok_or_else(|| unknown("has no history in common with HEAD"))?;
    let is_default = default.is_some_and(|default| default.branch == target.branch);
    Ok((Base { revision: target.revision, branch: target.branch, is_default, merge_base }, tip))
}

fn detected(workspace: &Workspace, branch: Option<&str>, default: Option<&Target>) -> Result<Target> {
    let recorded = branch.map(|branch| branches::recorded(&workspace.repository, branch)).transpose()?.flatten();
    let own = |target: &&Target| Some(target.revision.as_str()) != branch;
    recorded
        .or_else(|| default.filter(own).cloned())
        .ok_or_else(|| Error::new(Kind::Nothing, "it cannot be told where this branch is to go").hint("name it: journal pr --base BRANCH"))
}

fn packages<'a>(objects: &Objects, tree: &Oid, paths: impl Iterator<Item = &'a RepoPath>) -> Result<BTreeSet<RepoPath>> {
    let folders: HashSet<RepoPath> = paths.flat_map(RepoPath::folders).filter(|folder| !folder.as_bytes().is_empty()).collect();
    let mut packages = BTreeSet::new();
    for folder in folders {
        let names = objects.names(tree, &folder)?;
        if names.iter().any(|path| MANIFESTS.contains(&path.file_name().as_ref()) || path.extension().as_deref() == Some("csproj")) {
            packages.insert(folder);
        }
    }
    Ok(packages)
}

/// Work that no commit has is no part of the request; of a file that the range changes, only a part is left out.
fn left_out(workspace: &Workspace, overrides: &Overrides, evidence: &Evidence) -> Result<Vec<String>> {
    let paths = uncommitted(workspace, overrides)?;
    let in_range = |path: &RepoPath| evidence.files.iter().any(|file| file.path == *path);
    let (partly, wholly): (Vec<RepoPath>, Vec<RepoPath>) = paths.into_iter().partition(in_range);
    let of_whole = (!wholly.is_empty()).then(|| format!("{} left out: no commit has them", count(wholly.len(), "changed or new file")));
    let of_part = (!partly.is_empty()).then(|| format!("part of {} left out: not committed yet", count(partly.len(), "changed file")));
    Ok(of_whole.into_iter().chain(of_part).collect())
}

fn uncommitted(workspace: &Workspace, overrides: &Overrides) -> Result<Vec<RepoPath>> {
    let paths = branches::uncommitted(&workspace.repository)?;
    Ok(paths.into_iter().filter(|path| !overrides.owns(path) && !is_above(path, overrides)).collect())
}

/// What the worktree had otherwise than the last commit when the session ended; of one that runs, what it has now. An older record knows
/// the session's own files alone.
fn uncommitted_at_end(
    recorded: &RecordedSession,
    document: &Document,
    workspace: &Workspace,
    overrides: &Overrides,
) -> Result<Vec<RepoPath>> {
    if !matches!(recorded.session.state, State::Stopped { .. }) {
        return uncommitted(workspace, overrides);
    }
    let technical = &document.technical;
    let code = technical.code_changes.iter().filter(|change| !change.committed).map(|change| &change.path);
    let settings = technical.configuration_changes.iter().filter(|change| !change.committed && !is_outside(change.remark.as_deref()));
    let own = || code.chain(settings.map(|change| &change.path)).cloned().collect();
    Ok(Patches::read(recorded).beside.unwrap_or_else(own))
}

/// `journal/` itself, as git names an untracked folder.
fn is_above(path: &RepoPath, overrides: &Overrides) -> bool {
    let folder = overrides.journal_folder.as_ref().map(|folder| folder.as_bytes().to_vec()).unwrap_or_default();
    path.as_bytes().strip_suffix(b"/").is_some_and(|bare| bare == folder || folder.starts_with(path.as_bytes()))
}

fn sessions(
    arguments: &Pr,
    env: &Environment,
    workspace: &Workspace,
    objects: &Objects,
    material: &Material,
    warnings: &mut Vec<String>,
) -> Result<Vec<Attached>> {
    let named = named(arguments, workspace)?;
    let mut attached = Vec::new();
    for recorded in workspace.sessions.all()? {
        let id = &recorded.session.id;
        if recorded.session.state == State::Discarded || !named.is_empty() && !named.contains(id) {
            continue;
        }
        let Some(document) = document(&recorded, env, workspace, warnings) else { continue };
        let link = if named.contains(id) { Some(Link::Named) } else { link(&recorded, &document, material) };
        if let Some(link) = link {
            attached.push(attach(&recorded, document, link, workspace, objects, material)?);
        }
    }
    if attached.iter().any(|session| session.link != Link::Weak) {
        attached.retain(|session| session.link != Link::Weak);
    }
    for session in attached.iter().filter(|session| session.link == Link::Weak) {
        warnings.push(format!(
            "session \"{}\" is linked by branch and paths alone: its words are not quoted (--session {})",
            session.document.title, session.document.id
        ));
    }
    Ok(attached)
}

fn named(arguments: &Pr, workspace: &Workspace) -> Result<Vec<String>> {
    let find = |name: &String| {
        let found = workspace.sessions.find(name)?.map(|recorded| recorded.session.id);
        found.ok_or_else(|| Error::new(Kind::Nothing, format!("there is no session `{name}`")).hint("journal show prints the last one"))
    };
    arguments.session.iter().map(find).collect()
}

/// The document: as it was at the end, or of now for the one that runs here. One that cannot be read is told and passed over.
fn document(recorded: &RecordedSession, env: &Environment, workspace: &Workspace, warnings: &mut Vec<String>) -> Option<Document> {
    let read = match recorded.session.state {
        State::Stopped { .. } => session_document::stored(recorded),
        _ if !workspace.sessions.is_here(recorded) => return None,
        _ => session_document::document(workspace, recorded, env),
    };
    read.map_err(|error| warnings.push(format!("session {} cannot be read and is left out: {error}", recorded.session.id))).ok()
}

/// By an id in the range, else by what its commits changed, else by branch and paths.
fn link(recorded: &RecordedSession, document: &Document, material: &Material) -> Option<Link> {
    let ids: HashSet<&Oid> = material.commits.iter().map(|change| &change.commit.id).collect();
    let own = document.commits.iter().flat_map(|commit| commit.today.ids.iter().chain([&commit.id]).chain(&commit.replaced));
    if own.into_iter().any(|id| ids.contains(id)) {
        return Some(Link::Commit);
    }
    if Patches::read(recorded).match_any(material.commits.iter().map(|change| &change.patch)) {
        return Some(Link::Patch);
    }
    let same_branch = document.branch.is_some() && document.branch == material.branch;
    let shared = document.files.iter().any(|file| material.file(&file.path).is_some());
    (same_branch && shared).then_some(Link::Weak)
}

fn attach(
    recorded: &RecordedSession,
    document: Document,
    link: Link,
    workspace: &Workspace,
    objects: &Objects,
    material: &Material,
) -> Result<Attached> {
    let changed = document.head_commit.as_ref().and_then(|head| objects.changed_paths(Some(head), Some(&material.head)).ok());
    let changed = changed.map(|paths| paths.into_iter().filter(|path| !material.overrides.owns(path)).collect());
    let elsewhere = is_elsewhere(&document, material, workspace)?;
    let since = Since { changed, beside: uncommitted_at_end(recorded, &document, workspace, &material.overrides)?, elsewhere };
    let asked = Cell::new(0);
    let mut known: HashMap<(&str, &String), TestPresence> = HashMap::new();
    let mut runs = HashMap::new();
    for ran in recorded.session.runs.iter().map(|run| &run.ran) {
        let failing = ran.results.as_ref().map(|results| &results.failing[..]).unwrap_or_default();
        let head = Held { workspace, objects, tree: &material.head_tree, folder: &ran.cwd, asked: &asked };
        let of =
            |test| *known.entry((&ran.cwd, test)).or_insert_with(|| test_presence(test, &material.evidence, &material.overrides, &head));
        let on = RanOn { tree: ran.tree, failing: failing.to_vec(), presences: failing.iter().map(of).collect() };
        runs.insert((ran.started, crate::secrets::masked(&ran.command), ran.exit_code), on);
    }
    let said = recorded.session.said.iter().filter(|said| said.field.starts_with("pr."));
    let said: HashMap<String, String> = said.filter_map(|said| Some((said.field.clone(), said.value.as_str()?.to_owned()))).collect();
    let journal = recorded.session.journal().map(str::to_owned);
    let journal = journal.filter(|path| objects.entry(&material.head_tree, &path.as_str().into()).is_ok_and(|entry| entry.is_some()));
    Ok(Attached { link, since, runs, said, journal, document })
}

/// Whether a session ended on another branch, at a commit that head does not build on.
fn is_elsewhere(document: &Document, material: &Material, workspace: &Workspace) -> Result<bool> {
    let other = document.branch.as_ref().zip(material.branch.as_ref()).is_some_and(|(session, ours)| session != ours);
    Ok(match &document.head_commit {
        Some(end) if other => branches::merge_base(&workspace.repository, end, &material.head)?.as_ref() != Some(end),
        _ => false,
    })
}

/// Head's files.
struct Held<'a> {
    workspace: &'a Workspace,
    objects: &'a Objects,
    tree: &'a Oid,
    /// The folder that a runner names files from.
    folder: &'a str,
    /// How often all of them were searched.
    asked: &'a Cell<usize>,
}

/// Searches through all files: each may take seconds in a large repository, and a sentence names one test.
const SEARCHES: usize = 8;

impl Head for Held<'_> {
    fn text(&self, file: &str) -> Option<Vec<u8>> {
        let below = format!("{}/{file}", self.folder);
        let paths = [below.trim_start_matches('/'), file];
        let entry = paths.into_iter().find_map(|path| self.objects.entry(self.tree, &path.into()).ok().flatten())?;
        self.objects.blob(&entry.id).ok().flatten()
    }

    fn has(&self, words: &str) -> bool {
        let asked = self.asked.replace(self.asked.get() + 1);
        asked < SEARCHES && branches::has_word(&self.workspace.repository, &[self.tree], words)
    }
}

/// A watched file outside the repository is never committed.
fn is_outside(remark: Option<&str>) -> bool {
    remark.is_some_and(|remark| remark.starts_with(WATCHED))
}
