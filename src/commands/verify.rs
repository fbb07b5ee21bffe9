//! `journal verify`: reads again what a journal claims, from the session's record and the repository of today.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use serde::Serialize;

use crate::change::{Oid, RepoPath};
use crate::cli::{TextOrJson, Verify};
use crate::commands::check::Subject;
use crate::commands::shared::session_document;
use crate::commands::{Environment, Report, Workspace};
use crate::document::Document;
use crate::document::read::without_statements;
use crate::error::{Error, Kind, Result};
use crate::evidence::{KeyChange, code, config, kinds};
use crate::git::diff::Limits;
use crate::git::objects::Objects;
use crate::git::snapshot::{self, Snapshots};
use crate::git::worktree;
use crate::terminal::{ADDED, ERROR, FAINT, MODIFIED, Spinner, clean, styled};
use crate::verify::{Claim, ClaimStanding, RepositoryToday, Texts, verify};
use crate::words::count;

#[derive(Serialize)]
struct Verified<'a> {
    file: String,
    claims: &'a [Claim],
}

pub(super) fn run(arguments: &Verify, env: &Environment) -> Result<Report> {
    let workspace = env.open()?;
    let subject = Subject::find(&workspace, env, arguments.session.as_deref())?;
    let file = subject.path.to_string_lossy().into_owned();
    let Some(ended) = &subject.ended else {
        let message = format!("no session here wrote {file}: there is no record to hold it against");
        return Err(Error::new(Kind::Nothing, message).hint(format!("journal check {file} looks at the text alone")));
    };
    let spinner = Spinner::start("Reading what the journal claims", env.terminal);
    let document = ended.document(&workspace)?;
    let bare = session_document::markdown(&workspace, &without_statements(&document))?;
    let form = session_document::markdown(&workspace, &Document::empty(document.started_at))?;
    let last = String::from_utf8_lossy(&ended.last);
    let texts = Texts { file: &subject.text, last: &last, bare: &bare, form: &form };
    let claims = verify(&document, &texts, &today(&workspace, &document)?);
    drop(spinner);
    let fallen = claims.iter().filter(|claim| !claim.standing.stands()).count();
    let stdout = match arguments.format {
        TextOrJson::Json => serde_json::to_string_pretty(&Verified { file, claims: &claims }).expect("claims are plain data") + "\n",
        TextOrJson::Text => format_claims(&file, &claims),
    };
    Ok(Report { stdout, stderr: Vec::new(), code: if fallen > 0 { Kind::Found as u8 } else { 0 } })
}

/// What the repository shows of the things that the document names.
fn today(workspace: &Workspace, document: &Document) -> Result<RepositoryToday> {
    let mut today = RepositoryToday::default();
    let mut reader = code::CodeReader::default();
    let folder = tempfile::tempdir()?;
    let tree = Tree::of_worktree(workspace, folder.path()).ok();
    // what git does not hold, as a file outside the repository, is read as it is
    let on_disk = |path: &RepoPath| std::fs::read(workspace.repository.absolute(path)).ok();
    let read = |path: &RepoPath| tree.as_ref().and_then(|tree| tree.read(path)).or_else(|| on_disk(path));
    for change in &document.technical.code_changes {
        if let Some(bytes) = read(&change.path) {
            today.definitions.extend(reader.all(&change.path, &bytes).map(|all| (change.path.clone(), all)));
        }
    }
    for change in &document.technical.configuration_changes {
        let keys = read(&change.path).and_then(|bytes| keys(&change.path, &bytes));
        today.keys.extend(keys.map(|keys| (change.path.clone(), keys)));
    }
    today.sizes = sizes(workspace, document)?;
    today.changed_since = changed_since(workspace, document)?;
    Ok(today)
}

/// The worktree as git reads it: converted as the attributes say, with the files that a sparse checkout leaves out.
struct Tree {
    objects: Objects,
    id: Oid,
}

impl Tree {
    fn of_worktree(workspace: &Workspace, folder: &Path) -> anyhow::Result<Self> {
        let id = Snapshots::new(&workspace.repository, folder)?.tree(None)?;
        let objects = Objects::open(&[&snapshot::store(folder), &workspace.repository.objects], workspace.repository.format)?;
        Ok(Self { objects, id })
    }

    fn read(&self, path: &RepoPath) -> Option<Vec<u8>> {
        let entry = self.objects.entry(&self.id, path).ok()??;
        self.objects.blob(&entry.id).ok()?
    }
}

fn keys(path: &RepoPath, bytes: &[u8]) -> Option<Vec<KeyChange>> {
    let secret = kinds::flags(path, Some(bytes)).contains(&kinds::Flag::SecretBearing);
    let policy = if secret { config::Policy::Everything } else { config::Policy::Secrets };
    config::keys(path, bytes, policy)
}

/// Added and removed lines of the commits that are still there, but for journals that they took along: no part of a session's work.
fn sizes(workspace: &Workspace, document: &Document) -> Result<HashMap<String, (u64, u64)>> {
    let objects = Objects::open(&[&workspace.repository.objects], workspace.repository.format)?;
    let overrides = workspace.overrides()?;
    let size = |id: &Oid| {
        let commit = objects.commit(id).ok()?;
        let [parent] = commit.parents.as_slice() else { return None };
        let mut changes = objects.diff(Some(parent), Some(&commit.tree), &Limits::default()).ok()?;
        changes.retain(|change| !overrides.owns(&change.path));
        let sum = |of: fn(&crate::change::FileChange) -> u32| changes.iter().map(|change| u64::from(of(change))).sum();
        Some((id.to_string(), (sum(crate::change::FileChange::added), sum(crate::change::FileChange::removed))))
    };
    Ok(document.commits.iter().filter_map(|commit| size(&commit.id)).collect())
}

/// Files of the session, as its last commit has them, that the worktree has otherwise.
fn changed_since(workspace: &Workspace, document: &Document) -> Result<Vec<RepoPath>> {
    let Some(head) = document.head_commit.as_ref().filter(|_| !document.testing.runs.is_empty()) else { return Ok(Vec::new()) };
    let changed: HashSet<RepoPath> = worktree::differing(&workspace.repository, head)?.into_iter().collect();
    let technical = &document.technical;
    let committed = technical.code_changes.iter().filter(|change| change.committed).map(|change| &change.path);
    let committed = committed.chain(technical.configuration_changes.iter().filter(|change| change.committed).map(|change| &change.path));
    Ok(committed.filter(|path| changed.contains(path)).cloned().collect())
}

fn format_claims(file: &str, claims: &[Claim]) -> String {
    let file = clean(file);
    let line = |claim: &Claim| {
        let word = match claim.standing {
            ClaimStanding::Holds => return None,
            ClaimStanding::Moved => styled(MODIFIED, "moved"),
            ClaimStanding::Changed => styled(ERROR, "changed"),
            ClaimStanding::Gone => styled(ERROR, "gone"),
            ClaimStanding::Edited => styled(ERROR, "edited"),
        };
        let place = claim.line.map(|line| format!(":{line}")).unwrap_or_default();
        let now = if claim.standing == ClaimStanding::Edited { "the file says" } else { "today" };
        let today = claim.today.as_deref().map(|today| format!("\n    {now}: {}", clean(today))).unwrap_or_default();
        Some(format!("{file}{place}: {word}: {}{today}\n", clean(&claim.claim)))
    };
    let lines: String = claims.iter().filter_map(line).collect();
    let holds = claims.iter().filter(|claim| claim.standing == ClaimStanding::Holds).count();
    let all = if holds == claims.len() { styled(ADDED, "all hold") } else { format!("{holds} hold as written") };
    format!("{lines}{}\n", styled(FAINT, &format!("{}, {all}", count(claims.len(), "claim"))))
}
