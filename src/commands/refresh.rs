//! `journal refresh`: renders an ended session again and puts what is new into its file. What was edited by hand stays; where both sides
//! changed the same lines it shows both and leaves the file alone.

use std::path::Path;

use crate::cli::{Refresh, Side};
use crate::commands::shared::finished_journal::{FinishedJournal, JournalPage};
use crate::commands::shared::session_document;
use crate::commands::{Environment, Report, Workspace};
use crate::error::{Kind, Result};
use crate::merge::{Conflict, Keep, distance, merge};
use crate::terminal::{ADDED, ERROR, FAINT, HINT, REMOVED, STRONG, clean, styled};
use crate::words::count;

pub(super) fn run(arguments: &Refresh, env: &Environment) -> Result<Report> {
    let workspace = env.open_as_set()?;
    let _lock = workspace.sessions.lock()?;
    let ended = FinishedJournal::find(&workspace, env, arguments.session.as_deref())?;
    let keep = match arguments.keep {
        None => Keep::Neither,
        Some(Side::File) => Keep::File,
        Some(Side::Record) => Keep::New,
    };
    refreshed(&workspace, &ended, keep, arguments.dry_run)
}

/// Merges and writes.
pub(super) fn refreshed(workspace: &Workspace, ended: &FinishedJournal, keep: Keep, dry_run: bool) -> Result<Report> {
    let page = ended.expect_page(workspace)?;
    let rendered = session_document::markdown(workspace, &ended.document(workspace)?)?;
    let text = match merge(&ended.last, &page.bytes, rendered.as_bytes(), keep) {
        Ok(text) => text,
        Err(conflicts) => return Ok(format_conflicts(page, &conflicts)),
    };
    if dry_run {
        return Ok(Report::document(String::from_utf8_lossy(&text)));
    }
    ended.write(workspace, page, &text, rendered.as_bytes())?;
    let path = clean(&page.path.to_string_lossy()).into_owned();
    Ok(Report::say([match distance(&page.bytes, &text) {
        0 => format!("{} {path}", styled(FAINT, "nothing new for")),
        lines => {
            format!("{} {path} {}", styled(STRONG, "Journal refreshed:"), styled(FAINT, &format!("({} changed)", count(lines, "line"))))
        }
    }]))
}

/// Both sides of every conflict.
fn format_conflicts(page: &JournalPage, conflicts: &[Conflict]) -> Report {
    let path = page.path.to_string_lossy();
    let what = format!("{}: the file and the record changed the same lines in {}", path, count(conflicts.len(), "place"));
    let mut lines = vec![format!("{}: {}; nothing was written", styled(ERROR, "conflict"), clean(&what))];
    lines.extend(conflicts.iter().flat_map(|conflict| sides(&page.path, conflict)));
    let hint = "edit the lines until they are right, then: journal refresh --keep file (or --keep record, to take the record's)";
    lines.push(format!("{}: {hint}", styled(HINT, "hint")));
    Report { stderr: lines, code: Kind::InTheWay as u8, ..Report::default() }
}

fn sides(path: &Path, conflict: &Conflict) -> Vec<String> {
    let mut lines = vec![String::new(), styled(STRONG, &format!("{}:{}", clean(&path.to_string_lossy()), conflict.line))];
    for (side, text, style, mark) in [
        ("was rendered last", &conflict.base, FAINT, ' '),
        ("the file says", &conflict.file, REMOVED, '-'),
        ("the record says", &conflict.new, ADDED, '+'),
    ] {
        lines.push(styled(FAINT, &format!("  {side}:")));
        lines.extend(text.iter().map(|line| styled(style, &format!("  {mark} {}", clean(line)))));
        lines.extend(text.is_empty().then(|| styled(FAINT, "    (nothing)")));
    }
    lines
}
