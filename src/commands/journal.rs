//! What `stop`, `show` and `status` share: from a recorded session to its document, and from that to text.

use anyhow::Context;

use crate::commands::{Surroundings, Workplace};
use crate::document::Document;
use crate::document::compose::{Record, compose};
use crate::error::Result;
use crate::git::snapshot::Snapshots;
use crate::observation;
use crate::render;
use crate::secrets;
use crate::session::Ends;
use crate::sessions::Recorded;

/// The file of a session's folder that holds its document once it has ended.
pub(super) const DOCUMENT: &str = "document.json";

/// Composes the document: of the recorded end where there is one, else of now.
pub(super) fn document(place: &Workplace, recorded: &Recorded, here: &Surroundings) -> Result<Document> {
    let ends = ends(place, recorded)?;
    let journals = place.journal_folder();
    let overrides = place.settings.overrides()?;
    let folder = recorded.log.folder();
    let observation = observation::of_session(&place.repository, folder, &ends, &recorded.session.heads, &overrides, &journals)?;
    let remote = place.repository.setting("remote.origin.url")?;
    Ok(compose(&Record {
        session: &recorded.session,
        ends: &ends,
        now: here.now,
        paused_seconds: 0,
        evidence: &observation.evidence,
        commits: &observation.commits,
        attribution: observation.attribution.as_ref(),
        dead_ends: &observation.dead_ends,
        remote: remote.as_deref(),
        uncommitted: &observation.uncommitted,
        related: &[],
        notices: &observation.notices,
        masked: 0,
        mask: secrets::masked,
    }))
}

fn ends(place: &Workplace, recorded: &Recorded) -> Result<Ends> {
    let start = recorded.standpoint(&recorded.session.started.standpoint)?;
    Ok(match recorded.session.end() {
        Some((at, name)) => Ends { end: recorded.standpoint(name)?, start, ended_at: Some(at) },
        None => {
            let now = Snapshots::new(&place.repository, recorded.log.folder())?.take(Some(&start.method))?;
            Ends { start, end: now, ended_at: None }
        }
    })
}

/// The document of an ended session, as it was when it ended.
pub(super) fn stored(recorded: &Recorded) -> Result<Document> {
    let path = recorded.log.folder().join(DOCUMENT);
    let bytes = std::fs::read(&path).with_context(|| format!("could not read {}", path.display()))?;
    let document = serde_json::from_slice(&bytes).with_context(|| format!("{} is damaged", path.display()))?;
    Ok(document)
}

/// The journal's text, in the user's own template where there is one.
pub(super) fn markdown(place: &Workplace, document: &Document) -> Result<String> {
    let template = place.settings.journal_template(&place.repository.worktree)?;
    let rendered = render::render(document, template.as_deref());
    let own = place.settings.templates.journal.as_deref().filter(|_| template.is_some());
    Ok(match own {
        Some(path) => rendered.with_context(|| format!("{} is of no use", path.display()))?,
        None => rendered?,
    })
}

/// The document as JSON.
pub(super) fn json(document: &Document) -> String {
    let text = serde_json::to_string_pretty(document);
    text.expect("a document holds nothing that JSON lacks") + "\n"
}
