//! Rules on the form: its sections, their length, and where their links lead.

use super::{Found, JournalText};
use crate::change::Status;
use crate::document::open::Slot;
use crate::document::read::{Part, Section, links, of_heading, outline};
use crate::document::{Document, NONE_RECORDED, NOT_RECORDED};
use crate::render::TEMPLATE;

/// Headings of the form's sections, from the template itself.
fn sections() -> Vec<&'static str> {
    TEMPLATE.lines().filter_map(|line| line.strip_prefix("## ")).collect()
}

/// Whether nothing stands below the heading, not even in the parts inside it.
fn is_empty(parts: &[Part<'_>], index: usize) -> bool {
    let part = &parts[index];
    part.body.trim().is_empty() && parts.get(index + 1).is_none_or(|next| next.level <= part.level)
}

pub(super) fn empty_sections(page: &JournalText<'_>) -> Found {
    let parts = page.parts();
    let empty = (1..parts.len()).filter(|index| is_empty(&parts, *index));
    empty
        .map(|index| (parts[index].line, format!("nothing stands under \"{}\"; say {NONE_RECORDED} or fill it", parts[index].heading)))
        .collect()
}

/// Sections that said something when they were rendered, and say nothing now.
pub(super) fn emptied_sections(page: &JournalText<'_>) -> Found {
    let said = |part: &Part<'_>| !part.body.trim().is_empty() && !part.body.contains("recorded._");
    let last = page.last.map(outline).unwrap_or_default();
    let parts = page.parts();
    let is_blank = |part: &Part<'_>| [NONE_RECORDED, NOT_RECORDED].contains(&part.body.trim());
    let emptied = parts.iter().filter(|part| is_blank(part) && last.iter().any(|old| old.heading == part.heading && said(old)));
    emptied.map(|part| (part.line, format!("\"{}\" said something when it was written", part.heading))).collect()
}

pub(super) fn missing_sections(page: &JournalText<'_>) -> Found {
    let parts = page.parts();
    let is_there = |heading: &&str| parts.iter().any(|part| of_heading(part.heading) == of_heading(heading));
    let missing: Vec<&str> = sections().into_iter().filter(|heading| !is_there(heading)).collect();
    if missing.is_empty() { Vec::new() } else { vec![(1, format!("sections that the form has: {}", missing.join(", ")))] }
}

/// What a journal of its type is not complete without; questions that are asked together make one finding.
pub(super) fn not_recorded(page: &JournalText<'_>) -> Found {
    let parts = page.parts();
    let line = |heading: &str| {
        let section = of_heading(heading);
        parts.iter().find(|part| section.is_some() && of_heading(part.heading) == section).map_or(1, |part| part.line)
    };
    let finding = |question: &Vec<Slot>| {
        let required: Vec<&Slot> = question.iter().filter(|slot| slot.required).collect();
        let first = required.first()?;
        let asked: Vec<&str> = required.iter().map(|slot| slot.question.text).collect();
        let keys: Vec<&str> = required.iter().map(|slot| slot.field.key).collect();
        Some((line(first.field.heading), format!("not recorded: {} ({})", asked.join(" "), keys.join(", "))))
    };
    page.open.iter().filter_map(finding).collect()
}

/// Links to files that are not there.
pub(super) fn dead_links(page: &JournalText<'_>) -> Found {
    let is_file = |link: &str| !link.is_empty() && !link.starts_with('#') && !link.contains("://") && !link.starts_with("mailto:");
    let dead = links(page.text).into_iter().filter(|(link, _)| {
        let path = link.split(['#', '?']).next().unwrap_or_default();
        is_file(link) && !(page.exists)(path)
    });
    let dead = dead.map(|(link, at)| (page.line_of(at), format!("the link to {link} leads nowhere")));
    let related = page.document.context.related.iter().map(|related| related.path.as_str());
    let related = related.filter(|path| !path.contains(char::is_whitespace) && path.contains('.') && !(page.exists)(path));
    let line = |path: &str| page.text.find(path).map_or(1, |at| page.line_of(at));
    let named = named_files(page.document).into_iter().filter(|path| !is_known(page, path) && !(page.exists)(path));
    dead.chain(related.chain(named).map(|path| (line(path), format!("{path} is not there")))).collect()
}

/// Files of the repository that a journal names as made, or as where to read on.
fn named_files(document: &Document) -> Vec<&str> {
    let artifacts = document.artifacts.iter().filter_map(|artifact| std::str::from_utf8(artifact.path.as_bytes()).ok());
    let internal = document.references.internal.iter().map(|text| text.split('`').nth(1).unwrap_or(text));
    let is_path = |path: &&str| {
        let outside =
            path.starts_with(['/', '~', '.', '-', '<', '"']) || path.contains(|c: char| c.is_whitespace() || "*{}$\\".contains(c));
        !outside && path.rsplit('/').next().is_some_and(|name| name.contains('.'))
    };
    artifacts
        .chain(internal)
        .filter(|text| !text.contains("://"))
        .filter_map(|text| text.split(['#', ':']).next())
        .filter(is_path)
        .collect()
}

/// Whether the record has seen the file.
fn is_known(page: &JournalText<'_>, path: &str) -> bool {
    let is_there = |file: &crate::document::File| file.status != Status::Deleted && file.path.to_text() == path;
    page.record.is_some_and(|record| record.files.iter().any(is_there))
}

/// Sentences of a summary.
const SENTENCES: usize = 3;

pub(super) fn long_summary(page: &JournalText<'_>) -> Found {
    let Some(summary) = &page.document.executive_summary else { return Vec::new() };
    let ends = |pair: &(char, Option<char>)| matches!(pair.0, '.' | '!' | '?') && pair.1.is_none_or(char::is_whitespace);
    let sentences = summary.chars().zip(summary.chars().skip(1).map(Some).chain([None])).filter(ends).count();
    let line = page.parts().iter().find(|part| of_heading(part.heading) == Some(Section::Summary)).map_or(1, |part| part.line);
    let message = format!("the summary has {sentences} sentences; two or three are read");
    if sentences > SENTENCES { vec![(line, message)] } else { Vec::new() }
}

/// Lines of a journal that somebody reads to its end.
const LINES: usize = 400;

pub(super) fn long_journal(page: &JournalText<'_>) -> Found {
    let lines = page.text.lines().count();
    if lines > LINES { vec![(1, format!("{lines} lines; a journal of more than {LINES} is not read"))] } else { Vec::new() }
}
