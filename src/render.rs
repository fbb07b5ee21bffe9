//! Document → Markdown in the journal's fixed form. The only code that knows minijinja.
//!
//! A template sees the document's public keys and `view`, what is selected of it for a reader. Every text that a repository or a person
//! wrote goes through a filter (`md`, `code`, `fence`, `inline`, `prose`, `labelled`; see [`crate::markdown`] for what each keeps). Own
//! templates may forget one: what comes out is cleaned of control characters in any case. A template can neither read files nor run for
//! ever.

use anyhow::{Result, anyhow};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior, Value};
use serde::Serialize;

use crate::document::{Document, NONE_RECORDED, NOT_RECORDED, Time};
use crate::markdown;

mod commands;
mod configuration;
mod line_budget;
mod sources;
mod technical;
mod testing;
mod timeline;
mod view;

pub use sources::sourced;
pub use view::{View, view_of};

/// The template of the journal's fixed form, for people who want to change it.
pub const TEMPLATE: &str = include_str!("../templates/journal.md.j2");

/// Steps that a template may take: thousands of times what the fixed form needs.
const FUEL: u64 = 20_000_000;
/// What a section without content says.
const EMPTY: [&str; 2] = [NONE_RECORDED, NOT_RECORDED];
/// Depth of nested macros and includes.
const DEPTH: usize = 64;

/// What a template sees.
#[derive(Serialize)]
struct TemplateContext<'a> {
    #[serde(flatten)]
    document: &'a Document,
    view: View,
}

/// The document in the journal's fixed form, or in that of the given template.
pub fn render(document: &Document, template: Option<&str>) -> Result<String> {
    let page = serde_json::to_value(TemplateContext { document, view: view_of(document) })?;
    let text = environment().render_named_str("journal.md.j2", template.unwrap_or(TEMPLATE), Value::from(Serde(page)));
    text.map(|text| tidy(&text)).map_err(|error| explain(&error, template.unwrap_or(TEMPLATE)))
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(DEPTH);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.expect("the default delimiters are valid"));
    environment.add_filter("md", |text: Value| filtered(&text, markdown::text));
    environment.add_filter("code", |text: Value| filtered(&text, markdown::code));
    environment.add_filter("one_line", |text: Value| filtered(&text, markdown::one_line));
    environment.add_filter("inline", |text: Value| filtered(&text, markdown::inline));
    environment.add_filter("prose", |text: Value| filtered(&text, markdown::prose));
    environment.add_filter("labelled", |text: Value| filtered(&text, labelled));
    environment.add_filter("fence", |text: String, language: Option<String>| markdown::fence(&text, &language.unwrap_or_default()));
    environment
}

/// Null stays false in a template's `or`.
fn filtered(text: &Value, filter: fn(&str) -> String) -> String {
    if text.is_none() { String::new() } else { filter(&text.to_string()) }
}

/// `09:20`, with the date from the second day on.
fn clock(at: Time, document: &Document) -> String {
    let form = if at.date_naive() == document.started_at.date_naive() { "%H:%M" } else { "%Y-%m-%d %H:%M" };
    at.format(form).to_string()
}

/// `**Addendum 2026-11-23 10:12**: …`
pub fn addendum(at: Time, text: &str) -> String {
    format!("**Addendum {}**: {}", at.format("%Y-%m-%d %H:%M"), labelled(text))
}

/// Prose behind a label: on the label's line, or below it where it begins with a list, a quote or a fence.
fn labelled(text: &str) -> String {
    let prose = markdown::prose(text);
    let block = prose.starts_with(['-', '+', '*', '>', '`', ' '])
        && (prose.starts_with("```") || !prose.starts_with('`') && !prose.starts_with("**"));
    let numbered = prose.split_once(['.', ')']).is_some_and(|(number, _)| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()));
    if (block || numbered) && prose.contains('\n') { format!("\n{prose}") } else { prose }
}

/// The first of these, as far as there is room, but one in any case; and how many more there are.
fn some(names: &[String], most: usize, width: usize) -> String {
    let mut taken = 0;
    let fits = |name: &&String| {
        taken += name.chars().count() + 2;
        taken <= width
    };
    let shown = names.iter().take(most).take_while(fits).count().max(names.len().min(1));
    let more = names.len() - shown;
    let names = names[..shown].join(", ");
    if more > 0 { format!("{names} and {more} more") } else { names }
}

/// Without control characters, trailing blanks and doubled empty lines (fences keep theirs), empty sections right below their headings, with one
/// line end at the end.
fn tidy(text: &str) -> String {
    let text = markdown::clean(text);
    let mut out = String::with_capacity(text.len());
    let mut fence: Option<&str> = None;
    for line in text.lines() {
        let ticks = &line[..line.len() - line.trim_start_matches('`').len()];
        fence = match fence {
            Some(open) if ticks.len() >= open.len() && ticks.len() == line.trim_end().len() => None,
            None if ticks.len() >= 3 && !line[ticks.len()..].contains('`') => Some(ticks),
            same => same,
        };
        let line = if fence.is_some() { line } else { line.trim_end() };
        // an item without text would make a heading of the line above it
        if fence.is_none() && matches!(line.trim_start(), "-" | "+" | "*") {
            continue;
        }
        // a section without content takes two lines, not four
        let is_heading = line.starts_with('#') && line.trim_start_matches('#').starts_with(' ');
        let closes = EMPTY.contains(&line) && last_line(&out).starts_with('#') || is_heading && is_empty_section(&out);
        if closes && fence.is_none() && out.ends_with("\n\n") {
            out.pop();
        }
        if fence.is_some() || !line.is_empty() || !(out.is_empty() || out.ends_with("\n\n")) {
            out.push_str(line);
            out.push('\n');
        }
    }
    format!("{}\n", out.trim_matches('\n'))
}

/// Whether the text ends with a heading that has nothing below it.
fn is_empty_section(text: &str) -> bool {
    let mut lines = text.trim_end_matches('\n').rsplit('\n');
    lines.next().is_some_and(|line| EMPTY.contains(&line)) && lines.next().is_some_and(|line| line.starts_with('#'))
}

/// The last line that is not empty.
fn last_line(text: &str) -> &str {
    text.trim_end_matches('\n').rsplit('\n').next().unwrap_or_default()
}

/// What is wrong with a template, where, and the line itself.
fn explain(error: &Error, template: &str) -> anyhow::Error {
    let line = error.line().unwrap_or(0);
    let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
    let excerpt = line.checked_sub(1).and_then(|index| template.lines().nth(index)).unwrap_or_default();
    anyhow!("the template fails in line {line}: {}{detail}\n  {}", error.kind(), markdown::cut(&markdown::one_line(excerpt), 160))
}

#[cfg(test)]
mod tests;
