//! Markdown → document: any text in the journal's form, rendered or written by hand, with missing and extra sections, at any heading level.
//!
//! Only what people can say is read into the document's fields; what the tool observed (commands, configuration, code, commits) is not
//! believed from a text and stays as it is in `extra`, like every part that the form does not know. Nothing fails: a text without the
//! form is all extra. `_None recorded._` and `_Not recorded._` read as absent. Pure; a time without an offset gets the given one.

use chrono::FixedOffset;

use super::*;

mod derived;
mod entries;
mod header;
mod outline;
mod overlay;
mod pieces;
mod sections;

pub use header::minutes;
pub use outline::{Part, blocks, code_ranges, fences, items, label, labelled, links, name, outline, plain};
pub use overlay::{overlay, without_statements};
pub use sections::{Section, of_heading};

/// The document that a journal's text shows.
pub fn read(text: &str, zone: FixedOffset) -> Document {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
    let epoch = chrono::DateTime::UNIX_EPOCH.with_timezone(&zone);
    let mut reader =
        JournalReader { document: Document { date: String::new(), ..Document::empty(epoch) }, has_title: false, current: None };
    for part in outline(&text) {
        reader.part(&part);
    }
    reader.document
}

impl Document {
    /// A time as a journal tells it, `09:20` or `2026-11-23 09:20`, in the session's zone.
    pub fn clock(&self, text: &str) -> Option<Time> {
        sections::clock(self, text)
    }
}

struct JournalReader<'a> {
    document: Document,
    has_title: bool,
    /// The section that is being read, with its level and heading; one that the form does not know has no name.
    current: Option<(Option<Section>, u8, &'a str)>,
}

impl<'a> JournalReader<'a> {
    fn part(&mut self, part: &Part<'a>) {
        if part.level == 0 {
            return self.keep(&[], part.body);
        }
        let inside = self.current.filter(|(_, level, _)| part.level > *level);
        let known = sections::of_heading(part.heading);
        match (inside, known) {
            (None, Some(section)) => self.section(section, part),
            (Some((Some(Section::Technical), ..)), Some(section)) if section.is_technical() => self.section(section, part),
            (None, None) if !self.has_title => self.title(part),
            (Some((section, _, heading)), _) => self.below(section, heading, part),
            (None, None) => {
                self.current = Some((None, part.level, part.heading));
                self.keep(&[part.heading], part.body);
            }
        }
    }

    fn title(&mut self, part: &Part<'a>) {
        self.has_title = true;
        let rest = header::read(&mut self.document, part.heading, part.body);
        self.keep(&[], &rest);
    }

    fn section(&mut self, section: Section, part: &Part<'a>) {
        let is_inner = self.current.is_some_and(|(current, level, _)| current == Some(Section::Technical) && part.level > level);
        if !is_inner {
            self.current = Some((Some(section), part.level, part.heading));
        }
        let rest = section.read(&mut self.document, part.body);
        self.keep(&[part.heading], &rest);
    }

    /// A heading inside a section: an entry of it, or something the form does not know.
    fn below(&mut self, section: Option<Section>, heading: &'a str, part: &Part<'a>) {
        if !section.is_some_and(|section| section.entry(&mut self.document, part.heading, part.body)) {
            self.keep(&[heading, part.heading], part.body);
        }
    }

    fn keep(&mut self, under: &[&str], text: &str) {
        let text = blocks(text).into_iter().filter(|block| stated(block).is_some()).collect::<Vec<_>>().join("\n\n");
        if !text.is_empty() || under.len() > 1 {
            self.document.extra.push(Extra { under: under.iter().map(|heading| (*heading).to_owned()).collect(), text });
        }
    }
}

/// The text, unless it says that there is none.
fn stated(text: &str) -> Option<String> {
    let text = text.trim();
    // some editors write the emphasis with stars
    let plain = text.replace('*', "_");
    let is_absent = [NONE_RECORDED, NOT_RECORDED].iter().any(|none| none.eq_ignore_ascii_case(&plain));
    (!text.is_empty() && !is_absent).then(|| text.to_owned())
}

#[cfg(test)]
mod tests;
