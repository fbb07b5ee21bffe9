//! Rules on words: what must not be in a journal that others read, and what was never filled in.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use super::{Found, JournalText};
use crate::document::is_seed;
use crate::document::read::code_ranges;
use crate::markdown::cut;
use crate::pull_request::sanitise::home_folders;
use crate::secrets;

/// Texts of the empty form without brackets, and of templates that nobody filled.
static UNFILLED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\[([^\]\n]{3,200})\]|\$\{[^}\n]{0,80}\}|\bYYYY-MM-DD\b|\[HH:MM\]").expect("a valid pattern"));
/// The home folder that every server has.
static ROOT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?:^|[\s`(\x22'=:,>])(/root)(?:[/\s`)\x22',]|$)").expect("a valid pattern"));

pub(super) fn secrets(page: &JournalText<'_>) -> Found {
    let of_line = |(line, text, _): &(usize, &str, bool)| {
        let hits = secrets::mask(text).hits;
        hits.into_iter().map(|(kind, _)| (*line, format!("this looks like a secret: {kind}"))).collect::<Vec<_>>()
    };
    page.lines().iter().flat_map(of_line).collect()
}

pub(super) fn home_paths(page: &JournalText<'_>) -> Found {
    let of_line = |(line, text, _): &(usize, &str, bool)| {
        let of_root = ROOT.captures_iter(text).filter_map(|found| found.get(1)).map(|path| path.as_str());
        let found = home_folders(text).chain(of_root).filter(|path| !is_recorded(page, path));
        found.map(|path| (*line, format!("a path of one machine: {path}"))).collect::<Vec<_>>()
    };
    page.lines().iter().flat_map(of_line).collect()
}

/// Whether it stands in a command, in the subject of a commit or in a note of the code as they were recorded: nobody has to fill or to change that.
fn is_recorded(page: &JournalText<'_>, text: &str) -> bool {
    let Some(record) = page.record else { return false };
    let commands = record.technical.commands.iter().map(|command| &command.command);
    let runs = record.testing.runs.iter().map(|run| &run.command);
    let subjects = record.commits.iter().map(|commit| &commit.subject);
    let unfinished = record.derived.unfinished.iter().map(|unfinished| &unfinished.text);
    commands.chain(runs).chain(subjects).chain(unfinished).any(|recorded| recorded.contains(text))
}

/// Brackets of the empty form and variables. Code shows both on purpose.
pub(super) fn placeholders(page: &JournalText<'_>) -> Found {
    let code = code_ranges(page.text);
    let outside = |at: usize| !code.iter().any(|range| range.contains(&at));
    let is_unfilled = |found: &regex::Captures<'_>| found.get(1).is_none_or(|words| is_seed(words.as_str()));
    let found = UNFILLED.captures_iter(page.text).filter(is_unfilled).filter_map(|found| found.get(0));
    found
        .filter(|found| outside(found.start()) && !is_recorded(page, found.as_str()))
        .map(|found| (page.line_of(found.start()), format!("not filled in: {}", found.as_str())))
        .collect()
}

/// Sentences shorter than this may well stand twice.
const TELLING: usize = 60;

pub(super) fn said_twice(page: &JournalText<'_>) -> Found {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut found = Vec::new();
    for (line, text, fenced) in page.lines() {
        let text = text.trim_start_matches(|c: char| c.is_ascii_digit() || " -*.:[]x".contains(c)).trim();
        // one commit may be the reason for what changed in many files
        let is_reason = ["Change**:", "Purpose**:"].iter().any(|label| text.starts_with(label));
        if fenced || is_reason || text.chars().count() < TELLING {
            continue;
        }
        match seen.get(text) {
            Some(first) => found.push((line, format!("the same as line {first}: {}", cut(text, 40)))),
            None => drop(seen.insert(text, line)),
        }
    }
    found
}
