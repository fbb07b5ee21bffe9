//! An ended session: its document as its author has it today, what was rendered of it last, and its file, wherever that was moved to.
//!
//! The evidence is what the session's end fixed (`document.json`); snapshots are gone by then. What people say is taken anew from the
//! log, and linked commits are looked up as they are today.

use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::commands::shared::session_document::{self, Unstated};
use crate::commands::{Environment, Workspace};
use crate::document::Document;
use crate::document::compose::{late, stated};
use crate::document::{read, sources};
use crate::error::{Error, Kind, Result};
use crate::files::remove_partial;
use crate::git::snapshot;
use crate::git::worktree;
use crate::journal_dir::{RENDERED, RENDERED_NEXT};
use crate::journal_file;
use crate::merge;
use crate::secrets;
use crate::session_store::{RecordedSession, Sessions};
use crate::watch;

/// The journal file of a session.
#[derive(Clone, Debug)]
pub(in crate::commands) struct JournalPage {
    /// Relative to the top of the worktree.
    pub(in crate::commands) path: PathBuf,
    /// What it holds.
    pub(in crate::commands) bytes: Vec<u8>,
}

impl JournalPage {
    /// Whether nothing stands in it.
    pub(in crate::commands) fn is_blank(&self) -> bool {
        self.bytes.trim_ascii().is_empty()
    }
}

/// An ended session with all that its file is compared to.
#[derive(Debug)]
pub(in crate::commands) struct FinishedJournal {
    /// The session.
    pub(in crate::commands) recorded: RecordedSession,
    /// What was rendered last.
    pub(in crate::commands) last: Vec<u8>,
    /// The file, where it is in this worktree.
    pub(in crate::commands) page: Option<JournalPage>,
}

/// What is left to do once a session's last event is written: what only its snapshots needed goes, the marker last. A session that is over
/// and still has its marker was interrupted here, or the snapshots could not be removed; the next start tries again.
pub(in crate::commands) fn close(sessions: &Sessions, recorded: &RecordedSession) -> Result<()> {
    watch::forget_key(recorded.log.folder());
    remove_partial(recorded.log.folder());
    if snapshot::forget(recorded.log.folder()) {
        sessions.deactivate()?;
    }
    Ok(())
}

/// Finishes what an interrupted `stop` or `discard` left, under the lock. Gives the session that is over.
pub(in crate::commands) fn tidy(sessions: &Sessions) -> Result<Option<RecordedSession>> {
    let over = sessions.named()?.filter(|recorded| !recorded.session.is_open() && !recorded.newer);
    over.iter().try_for_each(|recorded| close(sessions, recorded))?;
    Ok(over)
}

impl FinishedJournal {
    /// The named session, the one whose journal the named file is, else the last one that has a journal.
    pub(in crate::commands) fn find(workspace: &Workspace, env: &Environment, name: Option<&str>) -> Result<Self> {
        let has_journal = |recorded: &RecordedSession| recorded.session.journal().is_some();
        let found = match name {
            None => workspace.sessions.last_with_journal()?,
            Some(name) => match workspace.sessions.find(name)?.filter(has_journal) {
                Some(found) => Some(found),
                None => told_by(workspace, workspace.sessions.all()?.into_iter().rev().filter(has_journal), &env.cwd.join(name))?,
            },
        };
        let recorded = found.ok_or_else(|| missing(name, env))?;
        Self::of(workspace, recorded)
    }

    /// The same for a session that is known.
    pub(in crate::commands) fn of(workspace: &Workspace, recorded: RecordedSession) -> Result<Self> {
        let rendered = rendered(workspace, &recorded)?;
        let page = page(workspace, &recorded, &rendered)?;
        let last = match &page {
            Some(page) => interrupted(&recorded, &rendered, &page.bytes).unwrap_or(rendered),
            None => rendered,
        };
        Ok(Self { recorded, last, page })
    }

    /// The file, which must be there.
    pub(in crate::commands) fn expect_page(&self, workspace: &Workspace) -> Result<&JournalPage> {
        self.page.as_ref().ok_or_else(|| self.no_text(workspace))
    }

    /// The file, which must be there and say something: a shell makes it before `journal show` writes into it.
    pub(in crate::commands) fn expect_text(&self, workspace: &Workspace) -> Result<&JournalPage> {
        self.page.as_ref().filter(|page| !page.is_blank()).ok_or_else(|| self.no_text(workspace))
    }

    fn no_text(&self, workspace: &Workspace) -> Error {
        let name = self.recorded.session.journal().unwrap_or_default();
        let path = Path::new(name);
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let folder = path.parent().filter(|folder| !workspace.absolute(folder).is_dir());
        let first = folder.map(|folder| format!("mkdir -p {} && ", folder.display())).unwrap_or_default();
        let gone = if self.page.is_some() { "is empty" } else { "is not in this worktree any more" };
        Error::new(Kind::Nothing, format!("{name} {gone}")).hint(format!("{first}journal show {stem} > {name}"))
    }

    /// Its document as it stands today.
    pub(in crate::commands) fn document(&self, workspace: &Workspace) -> Result<Document> {
        document(workspace, &self.recorded)
    }

    /// Lays what its author edited in the file over the document. Gives the edited keys.
    pub(in crate::commands) fn lay_edits(&self, document: &mut Document) -> Vec<String> {
        let Some(page) = &self.page else { return Vec::new() };
        let zone = *document.started_at.offset();
        let [last, file] = [&self.last, &page.bytes].map(|bytes| read::read(&String::from_utf8_lossy(bytes), zone));
        let before = document.clone();
        let edited = read::overlay(document, &last, &file);
        let mut sources = sources::sources(document, &self.recorded.session, secrets::masked);
        sources::with_edits(&before, document, &edited, &mut sources);
        document.sources = sources;
        edited
    }

    /// Replaces the file and remembers what was rendered. The order lets a second refresh go on from any step.
    pub(in crate::commands) fn write(&self, workspace: &Workspace, page: &JournalPage, text: &[u8], rendered: &[u8]) -> Result<()> {
        let folder = self.recorded.log.folder();
        crate::files::write_atomically(&folder.join(RENDERED_NEXT), rendered)?;
        if text != page.bytes {
            journal_file::replace(&workspace.repository.worktree, &page.path, &page.bytes, text)?;
        }
        std::fs::rename(folder.join(RENDERED_NEXT), folder.join(RENDERED)).context("could not keep what was rendered")?;
        Ok(())
    }
}

fn missing(name: Option<&str>, env: &Environment) -> Error {
    match name {
        Some(name) if env.cwd.join(name).is_file() => {
            Error::new(Kind::Nothing, format!("no session here wrote {name}")).hint(format!("journal show {name} reads it as it is"))
        }
        Some(name) => Error::new(Kind::Nothing, format!("no ended session is called `{name}`")).hint("journal show prints the last one"),
        None => Error::new(Kind::Nothing, "no session has a journal yet").hint("journal start begins one, journal stop writes it"),
    }
}

/// The document of an ended session: its evidence as it was fixed, what people say as of now, its commits as of now.
pub(in crate::commands) fn document(workspace: &Workspace, recorded: &RecordedSession) -> Result<Document> {
    let mut document = as_stated(recorded)?;
    late::restate(&mut document, &recorded.session, secrets::masked);
    session_document::find_today(workspace, recorded, &mut document)?;
    document.sources = sources::sources(&document, &recorded.session, secrets::masked);
    Ok(document)
}

/// The stored document with what is stated as of now.
pub(in crate::commands) fn as_stated(recorded: &RecordedSession) -> Result<Document> {
    let mut document = match Unstated::needed(recorded) {
        Some(unstated) => unstated,
        None => session_document::stored(recorded)?,
    };
    stated::apply_statements(&mut document, &recorded.session, secrets::masked);
    Ok(document)
}

/// What was rendered last, as kept; a session that kept nothing is rendered from its stored document.
fn rendered(workspace: &Workspace, recorded: &RecordedSession) -> Result<Vec<u8>> {
    match std::fs::read(recorded.log.folder().join(RENDERED)) {
        Ok(bytes) => Ok(bytes),
        Err(_) => Ok(session_document::markdown(workspace, &session_document::stored(recorded)?)?.into_bytes()),
    }
}

/// What an interrupted refresh had rendered, where it got as far as the file: then the file is nearer to it.
fn interrupted(recorded: &RecordedSession, last: &[u8], file: &[u8]) -> Option<Vec<u8>> {
    let next = std::fs::read(recorded.log.folder().join(RENDERED_NEXT)).ok()?;
    (merge::distance(&next, file) < merge::distance(last, file)).then_some(next)
}

/// The session's file: where it was written, else the Markdown file of the worktree that tells the same.
fn page(workspace: &Workspace, recorded: &RecordedSession, rendered: &[u8]) -> Result<Option<JournalPage>> {
    let Some(path) = recorded.session.journal().map(PathBuf::from) else { return Ok(None) };
    if let Some(page) = read_file(workspace, &path)? {
        return Ok(Some(page));
    }
    let others: Vec<PathBuf> = workspace.sessions.all()?.iter().filter_map(|other| other.session.journal().map(PathBuf::from)).collect();
    let own = OwnLines::of(rendered);
    let mut best: Option<(usize, JournalPage)> = None;
    for candidate in markdown_files(workspace, &path)?.into_iter().filter(|candidate| !others.contains(candidate)) {
        // one that cannot be read, or lies behind a link, is not it
        let Ok(Some(page)) = read_file(workspace, &candidate) else { continue };
        let shared = own.shared(&page.bytes);
        if own.is_told(shared) && best.as_ref().is_none_or(|(most, _)| shared > *most) {
            best = Some((shared, page));
        }
    }
    Ok(best.map(|(_, page)| page))
}

/// A file of the worktree, if it is one and can be read.
fn read_file(workspace: &Workspace, path: &Path) -> Result<Option<JournalPage>> {
    let absolute = workspace.absolute(path);
    if !absolute.is_file() {
        return Ok(None);
    }
    crate::settings::no_links(&workspace.repository.worktree, &absolute)?;
    let bytes = std::fs::read(&absolute).with_context(|| format!("could not read {}", absolute.display()))?;
    Ok(Some(JournalPage { path: path.to_owned(), bytes }))
}

/// Markdown files of the worktree: those that git knows or could know, and those of the journals' folders, which may be ignored.
fn markdown_files(workspace: &Workspace, path: &Path) -> Result<Vec<PathBuf>> {
    let known = worktree::known_markdown(&workspace.repository)?;
    let mut files: Vec<PathBuf> = known.iter().map(|path| path.to_path().to_owned()).collect();
    for folder in [workspace.journal_folder(), path.parent().unwrap_or(Path::new("")).to_owned()] {
        let entries = std::fs::read_dir(workspace.absolute(&folder)).into_iter().flatten().flatten();
        files.extend(entries.map(|entry| folder.join(entry.file_name())).filter(|path| path.extension().is_some_and(|end| end == "md")));
    }
    files.sort();
    files.dedup();
    Ok(files)
}

/// The session whose journal a file at another place is.
fn told_by(workspace: &Workspace, ended: impl Iterator<Item = RecordedSession>, file: &Path) -> Result<Option<RecordedSession>> {
    let Ok(bytes) = std::fs::read(file) else { return Ok(None) };
    let mut best: Option<(usize, RecordedSession)> = None;
    for recorded in ended {
        let own = OwnLines::of(&rendered(workspace, &recorded)?);
        let shared = own.shared(&bytes);
        if own.is_told(shared) && best.as_ref().is_none_or(|(most, _)| shared > *most) {
            best = Some((shared, recorded));
        }
    }
    Ok(best.map(|(_, recorded)| recorded))
}

/// The lines of a journal that are its own and not the form's.
struct OwnLines(std::collections::HashSet<Vec<u8>>);

impl OwnLines {
    /// Shorter ones stand in any text.
    const SHORTEST: usize = 12;

    fn of(rendered: &[u8]) -> Self {
        let form: Vec<&[u8]> = crate::render::TEMPLATE.as_bytes().split(|b| *b == b'\n').map(<[u8]>::trim_ascii).collect();
        let is_own = |line: &&[u8]| line.len() >= Self::SHORTEST && !form.contains(line) && !line.ends_with(b"recorded._");
        Self(rendered.split(|b| *b == b'\n').map(<[u8]>::trim_ascii).filter(is_own).map(<[u8]>::to_vec).collect())
    }

    fn shared(&self, text: &[u8]) -> usize {
        let lines: std::collections::HashSet<&[u8]> = text.split(|b| *b == b'\n').map(<[u8]>::trim_ascii).collect();
        self.0.iter().filter(|line| lines.contains(line.as_slice())).count()
    }

    /// Half of them is more than two sessions have in common.
    fn is_told(&self, shared: usize) -> bool {
        shared > 0 && shared * 2 >= self.0.len()
    }
}
