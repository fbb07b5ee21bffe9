//! `journal diff`: the evidence alone, for any two commits or trees.

use serde::Serialize;

use crate::change::{Oid, Status};
use crate::cli::{Diff, TextOrJson};
use crate::commands::{Environment, Report};
use crate::error::Result;
use crate::evidence::{Change, DefinitionChange, Evidence, FileEvidence, KeyChange};
use crate::git::diff::Limits;
use crate::git::objects::Objects;
use crate::git::revision::RevisionReader;
use crate::git::snapshot::{self, Snapshots};
use crate::observation;
use crate::terminal::{ADDED, FAINT, MODIFIED, REMOVED, STRONG, Spinner, clean, styled};

pub(super) fn run(arguments: &Diff, env: &Environment) -> Result<Report> {
    let _spinner = Spinner::start("Reading the difference", env.terminal);
    let base = arguments.base.as_deref().unwrap_or("HEAD");
    let (base, head, evidence) = match &arguments.head {
        Some(head) => between(base, head, env)?,
        None => with_worktree(base, env)?,
    };
    Ok(Report::document(match arguments.format {
        TextOrJson::Json => json(&base, &head, &evidence.files),
        TextOrJson::Text => text(&evidence.files),
    }))
}

fn between(base: &str, head: &str, env: &Environment) -> Result<(Oid, Oid, Evidence)> {
    let reader = RevisionReader::open(&env.cwd)?;
    let (base, head) = (reader.resolve(base)?, reader.resolve(head)?);
    let overrides = env.overrides(reader.worktree())?;
    let changes = reader.objects.diff(Some(&base), Some(&head), &Limits::default())?;
    let evidence = observation::read(&reader.git, &reader.objects, [&base, &head], changes, &overrides)?;
    Ok((base, head, evidence))
}

/// Against the worktree as it is: a snapshot in a folder that goes away again.
fn with_worktree(base: &str, env: &Environment) -> Result<(Oid, Oid, Evidence)> {
    let workspace = env.open()?;
    let base = RevisionReader::open(&env.cwd)?.resolve(base)?;
    let folder = tempfile::tempdir()?;
    let now = Snapshots::new(&workspace.repository, folder.path())?.take(None)?;
    let store = snapshot::store(folder.path());
    let objects = Objects::open(&[&store, &workspace.repository.objects], workspace.repository.format)?;
    let git = workspace.repository.git().with_objects(&store, &[&workspace.repository.objects]);
    let changes = objects.diff(Some(&base), Some(&now.tree), &Limits::default())?;
    let evidence = observation::read(&git, &objects, [&base, &now.tree], changes, &workspace.settings.overrides()?)?;
    Ok((base, now.tree, evidence))
}

#[derive(Serialize)]
struct DiffOutput<'a> {
    base: &'a Oid,
    head: &'a Oid,
    files: &'a [FileEvidence],
}

fn json(base: &Oid, head: &Oid, files: &[FileEvidence]) -> String {
    let text = serde_json::to_string_pretty(&DiffOutput { base, head, files });
    text.expect("the evidence holds nothing that JSON lacks") + "\n"
}

fn text(files: &[FileEvidence]) -> String {
    let mut out = String::new();
    for file in files {
        out += &heading(file);
        file.definitions.iter().for_each(|definition| out += &definition_line(definition));
        file.keys.iter().for_each(|key| out += &key_line(key));
    }
    if out.is_empty() { "No file differs.\n".into() } else { out }
}

fn heading(file: &FileEvidence) -> String {
    let renamed = file.old_path.as_ref().map(|old| format!(" (was {})", clean(&old.to_display()))).unwrap_or_default();
    let status = match file.status {
        Status::Added => styled(ADDED, "A"),
        Status::Deleted => styled(REMOVED, "D"),
        Status::Modified => styled(MODIFIED, "M"),
        Status::Renamed => styled(MODIFIED, "R"),
        Status::Typechanged => styled(MODIFIED, "T"),
    };
    let path = styled(STRONG, &clean(&file.path.to_display()));
    let lines = styled(FAINT, &format!("+{} −{}", file.added, file.removed));
    format!("{status} {path}{renamed}  {lines}\n")
}

fn mark(change: Change) -> String {
    match change {
        Change::Added => styled(ADDED, "+"),
        Change::Modified => styled(MODIFIED, "~"),
        Change::Removed => styled(REMOVED, "−"),
    }
}

fn definition_line(definition: &DefinitionChange) -> String {
    let call = if definition.kind.is_callable() { "()" } else { "" };
    let line = styled(FAINT, &format!("{}, line {}", definition.kind, definition.line));
    format!("    {} {}{call}  {line}\n", mark(definition.change), clean(&definition.qualified_name))
}

fn key_line(key: &KeyChange) -> String {
    let (change, value) = match (&key.before, &key.after) {
        (None, Some(after)) => (Change::Added, clean(after).into_owned()),
        (Some(before), None) => (Change::Removed, clean(before).into_owned()),
        (before, after) => {
            let side = |value: &Option<String>| clean(value.as_deref().unwrap_or_default()).into_owned();
            (Change::Modified, format!("{} → {}", side(before), side(after)))
        }
    };
    format!("    {} {}: {value}\n", mark(change), clean(&key.key))
}
