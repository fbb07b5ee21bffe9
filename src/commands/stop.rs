//! `journal stop`: fixes the end, writes the journal, and only then says so.
//!
//! Every step can be the last one before a crash; a second `stop` goes on from what it finds. The order is: end snapshot, `stopping` record,
//! document, what was rendered, journal file, `stopped` record, marker and snapshots removed.

use anyhow::Context;
use chrono::{DateTime, FixedOffset};

use crate::cli::{Format, Stop};
use crate::commands::journal::Patches;
use crate::commands::{Report, Surroundings, Workplace, ended, journal};
use crate::document::Document;
use crate::error::Result;
use crate::event::Fact;
use crate::git::snapshot::{self, Snapshots};
use crate::journal_file;
use crate::log::{Durability, write_whole};
use crate::session::State;
use crate::sessions::{Recorded, event};
use crate::terminal::{FAINT, STRONG, Spinner, clean, styled};
use crate::words::count;

pub(super) fn run(arguments: &Stop, here: &Surroundings) -> Result<Report> {
    let place = here.open()?;
    let _lock = place.sessions.lock()?;
    let recorded = place.sessions.expect_active()?;
    let spinner = Spinner::start("Reading what the session changed", here.terminal);
    let recorded = match recorded.session.state {
        State::Active => fix_end(&place, recorded, here.now)?,
        _ => recorded, // an earlier stop got this far
    };

    let (document, observation) = journal::observed(&place, &recorded, here)?;
    let markdown = journal::markdown(&place, &document)?;
    let json = journal::json(&document);
    write_whole(&recorded.log.folder().join(journal::DOCUMENT), json.as_bytes())?;
    let patches = serde_json::to_vec(&Patches::of(&observation)).context("the patches cannot be kept")?;
    write_whole(&recorded.log.folder().join(Patches::FILE), &patches)?;
    // what a later refresh compares with; before the file, so that no journal is ever without it
    write_whole(&recorded.log.folder().join(ended::RENDERED), markdown.as_bytes())?;
    let folder = place.journal_folder();
    let path = journal_file::write_new(&place.repository.worktree, &folder, &document.date, &document.title, &markdown)?;
    let path = path.to_string_lossy().into_owned();

    recorded.append(event(here.now, Fact::Stopped { journal: Some(path.clone()) }), Durability::Synced)?;
    place.sessions.deactivate()?;
    snapshot::forget(recorded.log.folder());
    drop(spinner);
    let stdout = match arguments.format {
        Format::Text => String::new(),
        Format::Markdown => markdown,
        Format::Json => json,
    };
    Ok(Report { stdout, stderr: announce(&document, &path), code: 0 })
}

/// Takes the end snapshot and records it. From here on the end is fixed, whatever happens to the worktree.
fn fix_end(place: &Workplace, recorded: Recorded, now: DateTime<FixedOffset>) -> Result<Recorded> {
    let start = recorded.standpoint(&recorded.session.started.standpoint)?;
    let end = Snapshots::new(&place.repository, recorded.log.folder())?.take(Some(&start.method))?;
    let standpoint = Recorded::keep(&recorded.log, &end)?;
    recorded.append(event(now, Fact::Stopping { standpoint }), Durability::Synced)?;
    place.sessions.expect_active().map_err(Into::into)
}

/// Notices that are repeated on the terminal; the journal has them all.
const NOTICES: usize = 3;

fn announce(document: &Document, path: &str) -> Vec<String> {
    let mut lines = vec![format!("{} {}", styled(STRONG, "Journal written:"), clean(path))];
    lines.extend(document.derived.summary.as_deref().map(|summary| styled(FAINT, &format!("  {}", clean(summary)))));
    let notices = &document.derived.notices;
    lines.extend(notices.iter().take(NOTICES).map(|notice| styled(FAINT, &format!("  {}", clean(notice)))));
    let more = notices.len().saturating_sub(NOTICES);
    lines.extend((more > 0).then(|| styled(FAINT, &format!("  and {} in the journal", count(more, "more remark")))));
    lines
}
