//! From parts to text where there is no template, and what a template is filled with: pieces with a name each.
//!
//! What is too long for a forge is made shorter by leaving out whole pieces in a fixed order, never by cutting text.

use super::Description;
use crate::document::NO_RUN;
use crate::forge::Capabilities;
use crate::words::count;

/// A piece of a description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its name, also in marks and tokens.
    pub id: &'static str,
    /// Its heading; empty for what stands at the top.
    pub heading: &'static str,
    /// Its Markdown.
    pub body: String,
    /// Whether it may be folded away.
    pub fold: bool,
}

/// How much is told. Each step leaves out more than the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// All.
    Full,
    /// No list of files.
    NoFiles,
    /// Decisions by their titles.
    DecisionTitles,
    /// Three lines of what changed.
    FewChanges,
    /// One line on verification.
    ShortVerification,
    /// No hints on reading.
    NoReadingOrder,
    /// Lead, issues and one line on verification.
    Essential,
}

/// The steps, in order.
pub const LEVELS: [Level; 7] = [
    Level::Full,
    Level::NoFiles,
    Level::DecisionTitles,
    Level::FewChanges,
    Level::ShortVerification,
    Level::NoReadingOrder,
    Level::Essential,
];

/// Files from which on a list of them says more than the difference's own page.
const FILES: usize = 5;

/// The pieces that the record gives, in the order of the default layout.
pub fn pieces(parts: &Description, level: Level, can: Capabilities) -> Vec<Piece> {
    let piece =
        |id, heading, fold, body: Option<String>| body.filter(|body| !body.trim().is_empty()).map(|body| Piece { id, heading, body, fold });
    let brief = level == Level::Essential;
    let full = |body: Option<String>| body.filter(|_| !brief);
    [
        piece("summary", "", false, parts.lead.clone()),
        piece("issues", "", false, Some(parts.issues.join("\n"))),
        piece("changes", "What changed", false, full(Some(changes(parts, level)))),
        piece("breaking", "Breaking changes", false, full(Some(bullets(&parts.breaking)))),
        piece("verification", "Verification", false, Some(verification(parts, level, can))),
        piece("reviewers", "For reviewers", false, full(reviewers(parts, level))),
        piece("shortcomings", "Not done here", false, full(Some(bullets(&parts.shortcomings)))),
        piece("screenshots", "Screenshots", false, full(Some(parts.images.join("\n")))),
        piece("why", "Why", true, full(parts.why.clone())),
        piece("decisions", "Decisions", true, full(Some(decisions(parts, level)))),
        piece("files", "Files", true, full(files(parts, level))),
        piece("journal", "Journal", true, full(Some(bullets(&parts.journals)))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The default layout.
pub fn render(parts: &Description, level: Level, can: Capabilities) -> String {
    let mut pieces = pieces(parts, level, can);
    keep_short(&mut pieces, budget(parts.changed_lines));
    let (folds, shown): (Vec<Piece>, Vec<Piece>) = pieces.into_iter().partition(|piece| piece.fold);
    let mut out: Vec<String> = shown.iter().map(|piece| section(piece, 2)).collect();
    out.extend(folds.iter().map(|piece| folded(piece, can)));
    out.join("\n\n") + "\n"
}

/// A piece under its heading.
pub fn section(piece: &Piece, level: usize) -> String {
    match piece.heading {
        "" => piece.body.clone(),
        heading => format!("{} {heading}\n\n{}", "#".repeat(level.clamp(1, 6)), piece.body),
    }
}

/// A piece folded away, where the forge can fold.
pub fn folded(piece: &Piece, can: Capabilities) -> String {
    match can.details {
        true => format!("<details><summary>{}</summary>\n\n{}\n\n</details>", piece.heading, piece.body),
        false => section(piece, 3),
    }
}

/// Words that may be seen at once: the smaller the change, the fewer.
fn budget(changed_lines: u32) -> usize {
    match changed_lines {
        0..=20 => 80,
        21..=200 => 150,
        _ => 300,
    }
}

/// Folds pieces from the bottom until the rest is short enough. What must be seen stays: lead, issues, changes, verification, breaking.
fn keep_short(pieces: &mut [Piece], budget: usize) {
    let words = |pieces: &[Piece]| -> usize {
        pieces
            .iter()
            .filter(|piece| !piece.fold)
            .map(|piece| piece.body.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count())
            .sum()
    };
    while words(pieces) > budget {
        let movable = |piece: &&mut Piece| !piece.fold && matches!(piece.id, "reviewers" | "shortcomings");
        let Some(last) = pieces.iter_mut().rev().find(movable) else { return };
        last.fold = true;
    }
}

/// A list of lines.
pub fn bullets(lines: &[String]) -> String {
    let bullet = |line: &String| format!("- {}", line.replace('\n', "\n  "));
    lines.iter().map(bullet).collect::<Vec<_>>().join("\n")
}

fn changes(parts: &Description, level: Level) -> String {
    let changes = &parts.changes;
    let limit = if level >= Level::FewChanges { 3 } else { usize::MAX };
    let all: usize = changes.groups.iter().map(|group| group.lines.len()).sum();
    let mut left = limit;
    let mut blocks: Vec<String> = Vec::new();
    let named = changes.groups.len() > 1;
    for group in &changes.groups {
        let lines: Vec<String> = group.lines.iter().take(left).cloned().collect();
        left -= lines.len();
        let name = group.package.as_deref().map_or("Elsewhere".to_owned(), |package| parts.it.code(package));
        match (named, lines.is_empty()) {
            (_, true) => {}
            (true, _) => blocks.push(format!("{name}\n\n{}", bullets(&lines))),
            (false, _) => blocks.push(bullets(&lines)),
        }
    }
    let mut rest: Vec<String> = changes.more.iter().cloned().collect();
    rest.extend((all > limit).then(|| format!("and {}", count(all - limit, "more change"))));
    rest.extend(changes.settings.iter().filter(|_| level < Level::FewChanges).cloned());
    if !rest.is_empty() {
        let joint = if named || blocks.is_empty() { "\n\n" } else { "\n" };
        let text = blocks.join("\n\n");
        return if text.is_empty() { bullets(&rest) } else { format!("{text}{joint}{}", bullets(&rest)) };
    }
    blocks.join("\n\n")
}

/// What was run, in the form that the forge can show.
pub fn verification(parts: &Description, level: Level, can: Capabilities) -> String {
    let found = &parts.verification;
    let by_hand = found.by_hand(&parts.it);
    if found.runs.is_empty() && found.checks.is_empty() && by_hand.is_empty() {
        return NO_RUN.into();
    }
    if level >= Level::ShortVerification {
        return found.line();
    }
    let table = if can.tables { found.table(&parts.it) } else { found.list(&parts.it) };
    let table = table.unwrap_or_else(|| NO_RUN.into());
    let mut blocks = found.turned(&parts.it);
    blocks.push(table);
    if !by_hand.is_empty() {
        blocks.push(format!("Checked by hand:\n\n{}", bullets(&by_hand)));
    }
    blocks.join("\n\n")
}

fn reviewers(parts: &Description, level: Level) -> Option<String> {
    let mut blocks = parts.feedback.clone();
    if level < Level::NoReadingOrder && !parts.start_with.is_empty() {
        let (first, rest) = parts.start_with.split_first()?;
        let then = if rest.is_empty() { String::new() } else { format!(", then {}", rest.join(", ")) };
        blocks.push(format!("Start with {first}{then}."));
    }
    if !parts.look_out.is_empty() {
        blocks.push(format!("Look out for: {}.", parts.look_out.join(" · ")));
    }
    (!blocks.is_empty()).then(|| blocks.join("\n\n"))
}

fn decisions(parts: &Description, level: Level) -> String {
    if level >= Level::DecisionTitles {
        let titles: Vec<String> = parts.decisions.iter().map(|(title, _)| title.clone()).collect();
        return bullets(&titles);
    }
    let one = |(title, body): &(String, String)| if body.is_empty() { format!("**{title}**") } else { format!("**{title}**\n\n{body}") };
    parts.decisions.iter().map(one).collect::<Vec<_>>().join("\n\n")
}

fn files(parts: &Description, level: Level) -> Option<String> {
    (level < Level::NoFiles && parts.files.len() > FILES).then(|| bullets(&parts.files))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forge::{FORGES, Forge, ForgeName};
    use crate::pull_request::changes::{Changes, Group};

    fn parts() -> Description {
        Description {
            lead: Some("Jobs hold a lock.".into()),
            issues: vec!["Fixes #418".into()],
            changes: Changes {
                groups: vec![Group { package: None, lines: (0..5).map(|n| format!("Line {n} tells what was done")).collect() }],
                ..Changes::default()
            },
            look_out: vec!["database migration".into()],
            start_with: vec!["`a.rs`".into(), "`b.rs`".into()],
            decisions: vec![("Lock".into(), "- Why: fast".into())],
            files: (0..9).map(|n| format!("`{n}.rs` (+1 −0)")).collect(),
            changed_lines: 30,
            ..Description::default()
        }
    }

    #[test]
    fn the_default_layout_reads_from_why_to_detail() {
        let text = render(&parts(), Level::Full, Forge::named(ForgeName::Github).can);
        let places: Vec<usize> = [
            "Jobs hold",
            "Fixes #418",
            "## What changed",
            "## Verification\n\nNo test run was recorded.",
            "## For reviewers",
            "<details><summary>Decisions",
            "<summary>Files",
        ]
        .iter()
        .map(|part| text.find(part).unwrap_or_else(|| panic!("{part} in {text}")))
        .collect();
        assert!(places.is_sorted(), "{text}");
    }

    #[test]
    fn each_step_is_shorter_and_whole() {
        for forge in FORGES {
            let texts: Vec<String> = LEVELS.iter().map(|level| render(&parts(), *level, forge.can)).collect();
            assert!(texts.windows(2).all(|pair| pair[0].len() >= pair[1].len()), "{texts:#?}");
            for text in &texts {
                assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
                assert!(forge.can.details || !text.contains("<details>"));
                assert!(text.contains("Jobs hold a lock.") && text.contains("Fixes #418") && text.contains("No test run"));
            }
        }
    }

    #[test]
    fn what_is_too_much_is_folded_from_the_bottom() {
        let mut long = parts();
        long.changed_lines = 3;
        long.lead = Some("word ".repeat(70));
        let text = render(&long, Level::Full, Forge::named(ForgeName::Github).can);
        assert!(text.contains("<details><summary>For reviewers"), "{text}");
    }
}
