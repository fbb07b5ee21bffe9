//! Earlier journals of the repository: found in the folder of journals, named in a new one, and shown at a start.
//!
//! Reads no more than so many files and bytes, the newest first, and follows no symbolic link. Which of them bear on a session is
//! `related`'s to say.

use std::fs;
use std::io::Read;
use std::path::Path;

use crate::change::{CommitChange, WorktreeState};
use crate::commands::Workspace;
use crate::document::{Document, Time, read, sources};
use crate::event::Started;
use crate::git::branches;
use crate::git::objects::Objects;
use crate::git::snapshot;
use crate::journal_dir;
use crate::markdown::{cut, one_line};
use crate::related::{self, Earlier, Marks};
use crate::secrets;
use crate::session::Session;
use crate::session_store::RecordedSession;
use crate::settings::no_links;
use crate::terminal::{FAINT, clean, styled};
use crate::words::count;

/// Journals that are looked at.
const FILES: usize = 300;
/// Bytes that are read of one of them.
const BYTES: u64 = 256 << 10;
/// Bytes that are read of all of them.
const TOTAL: usize = 16 << 20;
/// Points of a journal that a start shows: little is known of a session then, and one shared name is worth a line, also where all the
/// journals of a young repository share it.
const NEAR: f64 = 0.5;
/// Such journals that a start shows.
const SHOWN: usize = 2;
/// Follow-ups that a start shows.
const OPEN: usize = 3;
/// Characters that are shown of one.
const WIDTH: usize = 100;

/// The earlier journals, beside the one that an interrupted stop has written for this very session.
pub(in crate::commands) fn without_interrupted(workspace: &Workspace, recorded: &RecordedSession) -> Vec<Earlier> {
    let own = fs::read(recorded.log.folder().join(journal_dir::RENDERED)).ok();
    journals(workspace, own.as_deref())
}

/// Names those of the journals that bear on a session in its document.
pub(in crate::commands) fn name(
    workspace: &Workspace,
    journals: &[Earlier],
    session: &Session,
    commits: &[CommitChange],
    document: &mut Document,
) {
    if journals.is_empty() {
        return;
    }
    let marks = without_trunk(workspace, Marks::of(document, commits));
    let near = related::nearest(&marks, journals, document.ended_at.unwrap_or(document.started_at), related::RELATED);
    if !near.is_empty() {
        related::name(document, near);
        document.sources = sources::sources(document, session, secrets::masked);
    }
}

/// What a session that begins is to know: the nearest earlier journals, with what they left open; where none is near, what the last one
/// left open.
pub(in crate::commands) fn format_nearest(
    workspace: &Workspace,
    started: &Started,
    state: &WorktreeState,
    folder: &Path,
    now: Time,
) -> Vec<String> {
    let journals = journals(workspace, None);
    if journals.is_empty() {
        return Vec::new();
    }
    let texts = [&started.title, &started.goal, &started.situation].into_iter().flatten().chain(&started.related).map(String::as_str);
    let said = Marks::of_start(state.branch.as_deref(), texts);
    let marks = without_trunk(workspace, Marks { files: dirty(workspace, state, folder), ..said });
    let near = related::nearest(&marks, &journals, now, NEAR);
    let told: Vec<String> = near.iter().take(SHOWN).flat_map(|near| lines(workspace, &near.path, &near.reason, now)).collect();
    let last = || journals.first().map(|last| lines(workspace, &last.path, "the last one", now)).filter(|lines| lines.len() > 1);
    if told.is_empty() { last().unwrap_or_default() } else { told }
}

/// A journal, and what it left open.
fn lines(workspace: &Workspace, path: &str, reason: &str, now: Time) -> Vec<String> {
    let text = text(&workspace.absolute(path.as_ref())).unwrap_or_default();
    let journal = read::read(&text, *now.offset());
    let open = related::follow_ups(&journal);
    let mut lines = vec![styled(FAINT, &format!("  earlier: {} ({})", clean(path), clean(reason)))];
    lines.extend(open.iter().take(OPEN).map(|task| format!("  open: {}", clean(&cut(&one_line(&secrets::masked(task)), WIDTH)))));
    let more = open.len().saturating_sub(OPEN);
    lines.extend((more > 0).then(|| styled(FAINT, &format!("  and {} in that journal", count(more, "more follow-up")))));
    lines
}

/// The files of the worktree that are otherwise than its last commit.
fn dirty(workspace: &Workspace, state: &WorktreeState, folder: &Path) -> Vec<String> {
    let repository = &workspace.repository;
    let changed = || {
        let objects = Objects::open(&[&snapshot::store(folder), &repository.objects], repository.format)?;
        objects.changed_paths(state.head.as_ref(), Some(&state.tree))
    };
    let changed = if state.dirt.modified + state.dirt.untracked > 0 { changed().unwrap_or_default() } else { Vec::new() };
    changed.iter().map(|path| path.to_display().into_owned()).collect()
}

/// Sharing the branch that all work ends on tells nothing.
fn without_trunk(workspace: &Workspace, marks: Marks) -> Marks {
    let is_default =
        |branch: &str| branches::default_branch(&workspace.repository).ok().flatten().is_some_and(|trunk| trunk.branch == branch);
    let branch = marks.branch.filter(|branch| !branches::CUSTOMARY.contains(&branch.as_str()) && !is_default(branch));
    Marks { branch, ..marks }
}

/// The journals of the folder, the newest first, but for the one of this text.
fn journals(workspace: &Workspace, own: Option<&[u8]>) -> Vec<Earlier> {
    let folder = workspace.journal_folder();
    let absolute = workspace.absolute(&folder);
    if no_links(&workspace.repository.worktree, &absolute).is_err() {
        return Vec::new();
    }
    let names = fs::read_dir(&absolute).into_iter().flatten().flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| Earlier::day(name).is_some()).collect();
    names.sort_unstable_by(|a, b| b.cmp(a));
    let (mut found, mut bytes) = (Vec::new(), 0);
    for path in names.iter().take(FILES).map(|name| folder.join(name)) {
        let Some(text) = text(&workspace.absolute(&path)) else { continue };
        bytes += text.len();
        if bytes > TOTAL {
            break;
        }
        let is_own = own.is_some_and(|own| own == text.as_bytes());
        found.extend(Earlier::read(&path.to_string_lossy(), &text).filter(|_| !is_own));
    }
    found
}

/// The beginning of a file that is no link.
pub(in crate::commands) fn text(path: &Path) -> Option<String> {
    let plain = fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file());
    let mut bytes = Vec::new();
    fs::File::open(path).ok().filter(|_| plain)?.take(BYTES).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
