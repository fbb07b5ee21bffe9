//! Documents of the repository that bear on a session, looked up where they lie. Which of them do is `related::documents`' to say.
//!
//! A document that the session changed, opened or named is read by its own path. Others are looked for only where the session worked on a
//! host or changed something by a command: in one listing of git's index, of which so many runbooks and bytes are read. No link is followed.

use std::path::Path;

use super::earlier_journals;
use crate::commands::Workspace;
use crate::document::{Document, sources};
use crate::error::Result;
use crate::evidence::shell::CommandLines;
use crate::git::worktree;
use crate::related::documents::{self, Traces};
use crate::secrets;
use crate::session::Session;
use crate::settings::no_links;

/// Runbooks that are read.
const FILES: usize = 200;
/// Bytes that are read of all of them.
const TOTAL: usize = 4 << 20;

/// Names the documents that bear on a session in its own.
pub(in crate::commands) fn name(workspace: &Workspace, session: &Session, lines: &CommandLines<'_>, document: &mut Document) {
    let traces = Traces::of(document, session, lines);
    let mut paths = traces.touched();
    if traces.may_be_in_texts() {
        let others = runbooks(workspace).unwrap_or_default().into_iter().filter(|path| !paths.contains(path)).collect::<Vec<_>>();
        paths.extend(others);
    }
    let journals = workspace.journal_folder();
    paths.retain(|path| !Path::new(path).starts_with(&journals) && secrets::masked(path) == *path);
    let (mut found, mut bytes) = (Vec::new(), 0);
    for path in paths {
        let absolute = workspace.absolute(path.as_ref());
        let is_own = bytes < TOTAL && no_links(&workspace.repository.worktree, &absolute).is_ok();
        let Some(text) = is_own.then(|| earlier_journals::text(&absolute)).flatten() else { continue };
        bytes += text.len();
        found.extend(documents::reason(&traces, &path, Some(&text)).map(|reason| (path, reason)));
    }
    if !found.is_empty() {
        documents::name(document, found);
        document.sources = sources::sources(document, session, secrets::masked);
    }
}

/// The runbooks that git tracks, the first of many.
fn runbooks(workspace: &Workspace) -> Result<Vec<String>> {
    let tracked = worktree::tracked_markdown(&workspace.repository)?;
    let names = tracked.iter().filter_map(|path| std::str::from_utf8(path.as_bytes()).ok());
    let runbooks = names.filter(|path| documents::kind(path).as_deref() == Some("runbook"));
    Ok(runbooks.take(FILES).map(str::to_owned).collect())
}
