//! The repository's own template: filled by putting text between its bytes, never by writing it anew.
//!
//! [`find`] knows where templates lie and how they are named, [`lines`], [`headings`] and [`slots`] read one, [`fill`] puts the pieces
//! in, [`form`] turns a form into Markdown, [`variables`] knows what a forge would replace. Nothing here reads a repository.

pub mod blocks;
pub mod compose;
mod edits;
pub mod fill;
pub mod find;
pub mod form;
pub mod headings;
pub mod lines;
pub mod slots;
pub mod table;
#[cfg(test)]
mod tests;
pub mod variables;

/// A template's text and what its front matter says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// The body.
    pub text: String,
    /// The title that it asks for.
    pub title: Option<String>,
}

impl Template {
    /// Takes the front matter off; a form becomes Markdown.
    pub fn read(name: &str, text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if name.ends_with(".yaml") || name.ends_with(".yml") {
            return form::read(text);
        }
        let (front, body) = front_matter(text);
        Self { text: body.to_owned(), title: front.and_then(|front| value(front, "title")) }
    }
}

/// What stands between two `---` lines at the top, and the rest.
fn front_matter(text: &str) -> (Option<&str>, &str) {
    let rest = text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n"));
    let Some(rest) = rest else { return (None, text) };
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == "---" {
            let body = &rest[at + line.len()..];
            let keyed = rest[..at].lines().any(|line| line.contains(':'));
            return if keyed { (Some(&rest[..at]), body.trim_start_matches(['\n', '\r'])) } else { (None, text) };
        }
        at += line.len();
    }
    (None, text)
}

fn value(front: &str, key: &str) -> Option<String> {
    let line = front.lines().find_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix(':'))?;
    let value = line.trim().trim_matches(['"', '\'']).trim();
    (!value.is_empty()).then(|| value.to_owned())
}
