//! Which piece goes into which slot: each once, and nothing of the record is lost.

use std::collections::BTreeMap;

use super::headings::{Family, is_combined};
use super::slots::Slot;
use crate::forge::Capabilities;
use crate::pull_request::Description;
use crate::pull_request::layout::{Level, Piece, bullets, folded, pieces, section};

/// What each slot is filled with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Composition {
    /// Texts by the number of their slot.
    pub answers: BTreeMap<usize, String>,
    /// Lines for the first stub that waits for an issue.
    pub issues: Vec<String>,
    /// What has no slot.
    pub rest: String,
}

/// The pieces that are still to be placed.
struct Pieces {
    left: Vec<Piece>,
}

impl Pieces {
    fn take(&mut self, id: &str) -> Option<Piece> {
        let at = self.left.iter().position(|piece| piece.id == id)?;
        Some(self.left.remove(at))
    }

    fn bodies(&mut self, ids: &[&str]) -> Vec<String> {
        ids.iter().filter_map(|id| self.take(id)).map(|piece| piece.body).collect()
    }
}

/// Places every piece. `stub` says that a line waits for an issue, `tokens` which pieces the template asks for by name.
pub fn compose(slots: &[Slot], stub: bool, tokens: &[String], parts: &Description, level: Level, can: Capabilities) -> Composition {
    let mut pieces = Pieces { left: pieces(parts, level, can) };
    pieces.left.retain(|piece| !tokens.iter().any(|token| token == piece.id));
    let first = |family: Family| {
        let of = |slot: &&Slot| slot.family == Some(family);
        let leaf = slots.iter().position(|slot| of(&slot) && !slot.parent);
        leaf.or_else(|| slots.iter().position(|slot| of(&slot)))
    };
    let has = |family: Family| first(family).is_some();
    let mut composition = Composition::default();
    if stub {
        composition.issues = parts.issues.clone();
        pieces.take("issues");
    }
    let place = |family: Family, texts: Vec<String>, out: &mut Composition| {
        let text = texts.into_iter().filter(|text| !text.trim().is_empty()).collect::<Vec<_>>().join("\n\n");
        if let Some(at) = first(family).filter(|_| !text.is_empty()) {
            out.answers.insert(at, text);
        }
    };
    let simple: [(Family, Vec<String>, &[&str]); 8] = [
        (Family::RootCause, vec![parts.root_cause.join("\n\n")], &["why"]),
        (Family::ReleaseNote, parts.release_note.clone().into_iter().collect(), &[]),
        (Family::Deployment, vec![bullets(&parts.monitoring)], &[]),
        (Family::Docs, vec![bullets(&parts.docs)], &[]),
        (Family::Ai, parts.ai.clone().into_iter().collect(), &[]),
        (Family::Breaking, vec![bullets(&parts.breaking)], &["breaking"]),
        (Family::Screenshots, vec![parts.images.join("\n")], &["screenshots"]),
        (Family::Decisions, vec![], &["decisions"]),
    ];
    for (family, texts, ids) in simple.into_iter().filter(|(family, ..)| has(*family)) {
        let own = texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>();
        let taken = pieces.bodies(ids);
        place(family, if own.is_empty() { taken } else { own }, &mut composition);
    }
    if has(Family::Issues) {
        place(Family::Issues, pieces.bodies(&["issues"]), &mut composition);
    }
    if has(Family::Tests) {
        place(Family::Tests, pieces.bodies(&["verification"]), &mut composition);
    }
    about(slots, parts, &mut pieces, &mut composition, &place);
    rest(slots, pieces, can, &mut composition, &place);
    composition
}

type Placer<'a> = dyn Fn(Family, Vec<String>, &mut Composition) + 'a;

/// What it does, why, and how: by the places that the template has for them.
fn about(slots: &[Slot], parts: &Description, pieces: &mut Pieces, out: &mut Composition, place: &Placer<'_>) {
    let slot = |family: Family| {
        slots
            .iter()
            .find(|slot| slot.family == Some(family) && !slot.parent)
            .or_else(|| slots.iter().find(|slot| slot.family == Some(family)))
    };
    let has = |family: Family| slot(family).is_some();
    if has(Family::Approach) {
        let alone = !has(Family::Changes) && !has(Family::Summary);
        let lead = if alone && !has(Family::Why) { pieces.bodies(&["summary"]) } else { vec![] };
        let own: Vec<String> = parts.approach.clone().into_iter().collect();
        let changes = if alone || own.is_empty() && !has(Family::Changes) { pieces.bodies(&["changes"]) } else { vec![] };
        place(Family::Approach, [lead, own, changes].concat(), out);
    }
    if has(Family::Changes) {
        let lead = if has(Family::Summary) || has(Family::Why) { vec![] } else { pieces.bodies(&["summary"]) };
        place(Family::Changes, [lead, pieces.bodies(&["changes"])].concat(), out);
    }
    if has(Family::Why) {
        let mut texts = pieces.bodies(&["why"]);
        // how it began is why it was done: where nothing better is known it is told there, and not once more above
        let situation = parts.situation.as_ref().filter(|_| texts.is_empty());
        if situation.is_some() && parts.lead.as_ref() == situation {
            texts = pieces.bodies(&["summary"]);
        } else {
            texts.extend(situation.cloned());
        }
        if texts.is_empty() && !has(Family::Summary) {
            texts = pieces.bodies(&["summary"]);
        }
        place(Family::Why, texts, out);
    }
    let Some(summary) = slot(Family::Summary) else { return };
    let why: &[&str] = if is_combined(&summary.key) { &["summary", "why", "issues", "changes"] } else { &["summary", "issues", "changes"] };
    let mut texts = pieces.bodies(why);
    if let Some(tests) = pieces.take("verification") {
        texts.push(under(&tests, summary.level));
    }
    place(Family::Summary, texts, out);
}

/// A piece below a slot of this level; below a bold line its heading is bold.
fn under(piece: &Piece, level: usize) -> String {
    match level {
        0 => format!("**{}**\n\n{}", piece.heading, piece.body),
        level => section(piece, level + 1),
    }
}

/// What is left: with the notes for reviewers where there is such a slot, else at the end.
fn rest(slots: &[Slot], mut pieces: Pieces, can: Capabilities, out: &mut Composition, place: &Placer<'_>) {
    let level = slots.iter().map(|slot| slot.level).filter(|level| *level > 0).min().unwrap_or(2);
    if let Some(slot) = slots.iter().find(|slot| slot.family == Some(Family::Reviewers)) {
        let own = pieces.bodies(&["reviewers"]);
        let others = std::mem::take(&mut pieces.left).into_iter();
        let texts = others.map(|piece| {
            if piece.fold {
                folded(&piece, can)
            } else if piece.heading.is_empty() {
                piece.body.clone()
            } else {
                under(&piece, slot.level)
            }
        });
        place(Family::Reviewers, [own, texts.collect()].concat(), out);
        return;
    }
    let first = |piece: &Piece| matches!(piece.id, "summary" | "issues" | "changes" | "verification" | "breaking");
    let (shown, more): (Vec<Piece>, Vec<Piece>) = pieces.left.into_iter().partition(first);
    let mut texts: Vec<String> = shown.iter().map(|piece| section(piece, level)).collect();
    match more.as_slice() {
        [] => {}
        [one] => texts.push(folded(one, can)),
        many if can.details => {
            let inner = many.iter().map(|piece| section(piece, 3)).collect::<Vec<_>>().join("\n\n");
            texts.push(format!("<details><summary>More from the record</summary>\n\n{inner}\n\n</details>"));
        }
        many => texts.extend(many.iter().map(|piece| section(piece, 3))),
    }
    out.rest = texts.join("\n\n");
}
