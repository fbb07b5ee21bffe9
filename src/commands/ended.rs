//! An ended session: its document as its author has it today, what was rendered of it last, and its file, wherever that was moved to.
//!
//! The evidence is what the session's end fixed (`document.json`); snapshots are gone by then. What people say is taken anew from the
//! log, and linked commits are looked up as they are today.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::commands::journal::Unstated;
use crate::commands::{Surroundings, Workplace, journal};
use crate::document::Document;
use crate::document::compose::{late, stated};
use crate::document::{read, sources};
use crate::error::{Error, Kind, Result};
use crate::git::snapshot;
use crate::journal_file;
use crate::log::remove_partial;
use crate::merge;
use crate::secrets;
use crate::sessions::{Recorded, Sessions};
use crate::watch;

/// The file of a session's folder that holds what was last rendered.
pub(super) const RENDERED: &str = "rendered.md";
/// What is about to be rendered last: there while a refresh writes the journal file.
const NEXT: &str = "rendered.next.md";

/// The journal file of a session.
#[derive(Clone, Debug)]
pub(super) struct Page {
    /// Relative to the top of the worktree.
    pub(super) path: PathBuf,
    /// What it holds.
    pub(super) bytes: Vec<u8>,
}

impl Page {
    /// Whether nothing stands in it.
    pub(super) fn is_blank(&self) -> bool {
        self.bytes.trim_ascii().is_empty()
    }
}

/// An ended session with all that its file is compared to.
#[derive(Debug)]
pub(super) struct Ended {
    /// The session.
    pub(super) recorded: Recorded,
    /// What was rendered last.
    pub(super) last: Vec<u8>,
    /// The file, where it is in this worktree.
    pub(super) page: Option<Page>,
}

/// What is left to do once a session's last event is written: what only its snapshots needed goes, the marker last. A session that is over
/// and still has its marker was interrupted here, or the snapshots could not be removed; the next start tries again.
pub(super) fn close(sessions: &Sessions, recorded: &Recorded) -> Result<()> {
    watch::forget_key(recorded.log.folder());
    remove_partial(recorded.log.folder());
    if snapshot::forget(recorded.log.folder()) {
        sessions.deactivate()?;
    }
    Ok(())
}

/// Finishes what an interrupted `stop` or `discard` left, under the lock. Gives the session that is over.
pub(super) fn tidy(sessions: &Sessions) -> Result<Option<Recorded>> {
    let over = sessions.named()?.filter(|recorded| !recorded.session.is_open() && !recorded.newer);
    over.iter().try_for_each(|recorded| close(sessions, recorded))?;
    Ok(over)
}

impl Ended {
    /// The named session, the one whose journal the named file is, else the last one that has a journal.
    pub(super) fn find(place: &Workplace, here: &Surroundings, name: Option<&str>) -> Result<Self> {
        let has_journal = |recorded: &Recorded| recorded.session.journal().is_some();
        let found = match name {
            None => place.sessions.last_with_journal()?,
            Some(name) => match place.sessions.find(name)?.filter(has_journal) {
                Some(found) => Some(found),
                None => told_by(place, place.sessions.all()?.into_iter().rev().filter(has_journal), &here.cwd.join(name))?,
            },
        };
        let recorded = found.ok_or_else(|| missing(name, here))?;
        Self::of(place, recorded)
    }

    /// The same for a session that is known.
    pub(super) fn of(place: &Workplace, recorded: Recorded) -> Result<Self> {
        let rendered = rendered(place, &recorded)?;
        let page = page(place, &recorded, &rendered)?;
        let last = match &page {
            Some(page) => interrupted(&recorded, &rendered, &page.bytes).unwrap_or(rendered),
            None => rendered,
        };
        Ok(Self { recorded, last, page })
    }

    /// The file, which must be there.
    pub(super) fn expect_page(&self, place: &Workplace) -> Result<&Page> {
        self.page.as_ref().ok_or_else(|| self.no_text(place))
    }

    /// The file, which must be there and say something: a shell makes it before `journal show` writes into it.
    pub(super) fn expect_text(&self, place: &Workplace) -> Result<&Page> {
        self.page.as_ref().filter(|page| !page.is_blank()).ok_or_else(|| self.no_text(place))
    }

    fn no_text(&self, place: &Workplace) -> Error {
        let name = self.recorded.session.journal().unwrap_or_default();
        let path = Path::new(name);
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let folder = path.parent().filter(|folder| !place.absolute(folder).is_dir());
        let first = folder.map(|folder| format!("mkdir -p {} && ", folder.display())).unwrap_or_default();
        let gone = if self.page.is_some() { "is empty" } else { "is not in this worktree any more" };
        Error::new(Kind::Nothing, format!("{name} {gone}")).hint(format!("{first}journal show {stem} > {name}"))
    }

    /// Its document as it stands today.
    pub(super) fn document(&self, place: &Workplace) -> Result<Document> {
        document(place, &self.recorded)
    }

    /// Lays what its author edited in the file over the document. Gives the edited keys.
    pub(super) fn lay_edits(&self, document: &mut Document) -> Vec<String> {
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
    pub(super) fn write(&self, place: &Workplace, page: &Page, text: &[u8], rendered: &[u8]) -> Result<()> {
        let folder = self.recorded.log.folder();
        crate::log::write_whole(&folder.join(NEXT), rendered)?;
        if text != page.bytes {
            journal_file::replace(&place.repository.worktree, &page.path, &page.bytes, text)?;
        }
        std::fs::rename(folder.join(NEXT), folder.join(RENDERED)).context("could not keep what was rendered")?;
        Ok(())
    }
}

fn missing(name: Option<&str>, here: &Surroundings) -> Error {
    match name {
        Some(name) if here.cwd.join(name).is_file() => {
            Error::new(Kind::Nothing, format!("no session here wrote {name}")).hint(format!("journal show {name} reads it as it is"))
        }
        Some(name) => Error::new(Kind::Nothing, format!("no ended session is called `{name}`")).hint("journal show prints the last one"),
        None => Error::new(Kind::Nothing, "no session has a journal yet").hint("journal start begins one, journal stop writes it"),
    }
}

/// The document of an ended session: its evidence as it was fixed, what people say as of now, its commits as of now.
pub(super) fn document(place: &Workplace, recorded: &Recorded) -> Result<Document> {
    let mut document = as_stated(recorded)?;
    late::restate(&mut document, &recorded.session, secrets::masked);
    journal::find_today(place, recorded, &mut document)?;
    document.sources = sources::sources(&document, &recorded.session, secrets::masked);
    Ok(document)
}

/// The stored document with what is stated as of now.
pub(super) fn as_stated(recorded: &Recorded) -> Result<Document> {
    let mut document = match Unstated::needed(recorded) {
        Some(unstated) => unstated,
        None => journal::stored(recorded)?,
    };
    stated::lay_over(&mut document, &recorded.session, secrets::masked);
    Ok(document)
}

/// What was rendered last, as kept; a session that kept nothing is rendered from its stored document.
fn rendered(place: &Workplace, recorded: &Recorded) -> Result<Vec<u8>> {
    match std::fs::read(recorded.log.folder().join(RENDERED)) {
        Ok(bytes) => Ok(bytes),
        Err(_) => Ok(journal::markdown(place, &journal::stored(recorded)?)?.into_bytes()),
    }
}

/// What an interrupted refresh had rendered, where it got as far as the file: then the file is nearer to it.
fn interrupted(recorded: &Recorded, last: &[u8], file: &[u8]) -> Option<Vec<u8>> {
    let next = std::fs::read(recorded.log.folder().join(NEXT)).ok()?;
    (merge::distance(&next, file) < merge::distance(last, file)).then_some(next)
}

/// The session's file: where it was written, else the Markdown file of the worktree that tells the same.
fn page(place: &Workplace, recorded: &Recorded, rendered: &[u8]) -> Result<Option<Page>> {
    let Some(path) = recorded.session.journal().map(PathBuf::from) else { return Ok(None) };
    if let Some(page) = read_file(place, &path)? {
        return Ok(Some(page));
    }
    let others: Vec<PathBuf> = place.sessions.all()?.iter().filter_map(|other| other.session.journal().map(PathBuf::from)).collect();
    let own = OwnLines::of(rendered);
    let mut best: Option<(usize, Page)> = None;
    for candidate in markdown_files(place, &path)?.into_iter().filter(|candidate| !others.contains(candidate)) {
        // one that cannot be read, or lies behind a link, is not it
        let Ok(Some(page)) = read_file(place, &candidate) else { continue };
        let shared = own.shared(&page.bytes);
        if own.is_told(shared) && best.as_ref().is_none_or(|(most, _)| shared > *most) {
            best = Some((shared, page));
        }
    }
    Ok(best.map(|(_, page)| page))
}

/// A file of the worktree, if it is one and can be read.
fn read_file(place: &Workplace, path: &Path) -> Result<Option<Page>> {
    let absolute = place.absolute(path);
    if !absolute.is_file() {
        return Ok(None);
    }
    crate::settings::no_links(&place.repository.worktree, &absolute)?;
    let bytes = std::fs::read(&absolute).with_context(|| format!("could not read {}", absolute.display()))?;
    Ok(Some(Page { path: path.to_owned(), bytes }))
}

/// Markdown files of the worktree: those that git knows or could know, and those of the journals' folders, which may be ignored.
fn markdown_files(place: &Workplace, path: &Path) -> Result<Vec<PathBuf>> {
    let listed = place.repository.git().run(["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ":(top)*.md"])?;
    let known = listed.stdout.split(|b| *b == 0).filter(|name| !name.is_empty());
    let mut files: Vec<PathBuf> = known.map(|name| OsStr::from_bytes(name).into()).collect();
    for folder in [place.journal_folder(), path.parent().unwrap_or(Path::new("")).to_owned()] {
        let entries = std::fs::read_dir(place.absolute(&folder)).into_iter().flatten().flatten();
        files.extend(entries.map(|entry| folder.join(entry.file_name())).filter(|path| path.extension().is_some_and(|end| end == "md")));
    }
    files.sort();
    files.dedup();
    Ok(files)
}

/// The session whose journal a file at another place is.
fn told_by(place: &Workplace, ended: impl Iterator<Item = Recorded>, file: &Path) -> Result<Option<Recorded>> {
    let Ok(bytes) = std::fs::read(file) else { return Ok(None) };
    let mut best: Option<(usize, Recorded)> = None;
    for recorded in ended {
        let own = OwnLines::of(&rendered(place, &recorded)?);
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
