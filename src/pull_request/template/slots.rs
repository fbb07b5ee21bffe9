//! The slots of a template: a heading, a line that is only bold, or a label alone on its line, each up to the next one.

use std::collections::BTreeMap;
use std::ops::Range;

use super::headings::{self, Family};
use super::lines::{Line, LinePlace, lines};

/// A part of a template that can be filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The heading as written; empty for what stands before the first one.
    pub heading: String,
    /// The heading's words.
    pub key: String,
    /// What it asks for, where that is known.
    pub family: Option<Family>,
    /// The template says that it may stay empty.
    pub optional: bool,
    /// 1 to 6 for headings; 0 for bold lines and labels.
    pub level: usize,
    /// Nothing stands between it and a deeper heading: it holds no text of its own.
    pub parent: bool,
    /// What follows the heading up to the next slot.
    pub body: Range<usize>,
}

/// The slots in order; together with their headings they are the text. `named` maps headings to families by the user's own words.
pub fn slots(text: &str, named: &BTreeMap<String, String>) -> Vec<Slot> {
    let all = lines(text);
    let mut slots = vec![Slot {
        heading: String::new(),
        key: String::new(),
        family: None,
        optional: false,
        level: 0,
        parent: false,
        body: 0..text.len(),
    }];
    let mut at = 0;
    while at < all.len() {
        let taken = heading(&all, at);
        if let Some((title, level, count)) = taken {
            let (start, end) = (all[at].range.start, all[at + count - 1].range.end);
            slots.last_mut().expect("there is one").body.end = start;
            let (key, optional) = headings::key(title);
            let family = named_family(named, &key).or_else(|| headings::family(&key));
            slots.push(Slot { heading: title.to_owned(), key, family, optional, level, parent: false, body: end..text.len() });
        }
        at += taken.map_or(1, |(_, _, count)| count);
    }
    for at in 1..slots.len() {
        let next = &slots[at];
        let deeper = next.level == 0 || next.level > slots[at - 1].level;
        slots[at - 1].parent = at > 1 && slots[at - 1].level > 0 && deeper && text[slots[at - 1].body.clone()].trim().is_empty();
    }
    slots
}

fn named_family(named: &BTreeMap<String, String>, key: &str) -> Option<Family> {
    let name = named.iter().find(|(heading, _)| headings::key(heading).0 == key).map(|(_, name)| name)?;
    headings::by_id(name)
}

/// The title, level and number of lines of a heading that begins here.
fn heading<'a>(lines: &[Line<'a>], at: usize) -> Option<(&'a str, usize, usize)> {
    let line = &lines[at];
    if line.place != LinePlace::Text || line.is_blank() {
        return None;
    }
    if let Some((title, level)) = atx(line.text) {
        return Some((title, level, 1));
    }
    if let Some(level) = lines.get(at + 1).and_then(|next| setext(lines, at, next)) {
        return Some((line.text.trim(), level, 2));
    }
    let alone = at
        .checked_sub(1)
        .is_none_or(|before| lines[before].is_blank() || lines[before].place != LinePlace::Text || atx(lines[before].text).is_some());
    let title = bold(line.text).or_else(|| label(line.text).filter(|_| alone))?;
    Some((title, 0, 1))
}

fn atx(line: &str) -> Option<(&str, usize)> {
    let text = line.trim_start_matches(' ');
    let level = text.len() - text.trim_start_matches('#').len();
    let rest = &text[level..];
    let is = line.len() - text.len() < 4 && (1..=6).contains(&level) && (rest.starts_with([' ', '\t']) || rest.is_empty());
    let title = rest.trim().trim_end_matches('#').trim();
    (is && !title.is_empty()).then_some((title, level))
}

fn setext(lines: &[Line<'_>], at: usize, next: &Line<'_>) -> Option<usize> {
    let rule = next.text.trim_end();
    let single = at == 0 || lines[at - 1].is_blank() || lines[at - 1].place != LinePlace::Text;
    let text = lines[at].text.trim_start();
    let plain = !text.starts_with(['-', '*', '+', '>', '|', '<']) && !text.contains('|');
    let all = |c: char| rule.len() >= 3 && rule.chars().all(|x| x == c);
    match () {
        () if next.place != LinePlace::Text || !single || !plain => None,
        () if all('=') => Some(1),
        () if all('-') => Some(2),
        () => None,
    }
}

/// A line that is nothing but bold text, with a sign before it or a colon behind it.
fn bold(line: &str) -> Option<&str> {
    let bare = super::lines::without_comments(line);
    let text = bare.trim().trim_end_matches([':', '：']).trim_end();
    if let Some(item) = text.strip_prefix("* ").or_else(|| text.strip_prefix("- ")) {
        // a list of bold questions, some with a hint in brackets
        let question = item.split_once("** (").map_or(item, |(question, _)| question).trim_end_matches("**");
        let known = item.starts_with("**") && headings::family(&headings::key(question).0).is_some();
        return known.then(|| line.trim());
    }
    let text = text.trim_start_matches(|c: char| !c.is_ascii() && !c.is_alphanumeric()).trim_start();
    let inner = ["**", "__"].iter().find_map(|mark| text.strip_prefix(mark)?.strip_suffix(mark))?;
    let whole =
        !inner.contains("**") && !inner.contains("__") && inner.chars().filter(|c| c.is_alphanumeric()).count() > 1 && inner.len() < 120;
    // the slice of the line itself, so that the heading is the template's own
    whole.then(|| line.trim())
}

/// `Testing:` alone on a line.
fn label(line: &str) -> Option<&str> {
    let text = line.trim_end();
    let inner = text.strip_suffix(':')?;
    let short = inner.len() <= 42 && inner.split_whitespace().count() <= 5;
    let plain = inner.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '/' | '&' | '\'' | '-' | '(' | ')'));
    let known = inner.starts_with(char::is_uppercase) && headings::family(&headings::key(inner).0).is_some();
    (short && plain && known).then_some(text)
}

/// `<!-- journal:summary -->` and `{{journal.summary}}` with the piece that each names.
pub(super) fn tokens(text: &str) -> Vec<(Range<usize>, String)> {
    static TOKEN: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| {
        regex::Regex::new(r"<!--\s*journal:([a-z]+)\s*-->|\{\{\s*journal\.([a-z]+)\s*\}\}").expect("a test compiles it")
    });
    let named = TOKEN.captures_iter(text).filter_map(|found| {
        let name = found.get(1).or_else(|| found.get(2))?.as_str();
        let id = if name == "tests" { "verification" } else { name };
        Some((found.get(0)?.range(), id.to_owned()))
    });
    named.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_begin_at_headings_bold_lines_and_labels() {
        let text = "<!-- hi -->\n\nSummary\n=======\n\ntext\n\n## Testing ##\n\n```\n# no\n```\n**Which issue(s) this PR fixes**:\n\nFixes #\n\nNotes:\n- one\n\nA sentence that ends:\n**bold** in text\n";
        let found = slots(text, &BTreeMap::new());
        let seen: Vec<_> = found.iter().map(|slot| (slot.key.as_str(), slot.level)).collect();
        assert_eq!(seen, [("", 0), ("summary", 1), ("testing", 2), ("which issues this pr fixes", 0), ("notes", 0)]);
        assert_eq!(&text[found[0].body.clone()], "<!-- hi -->\n\n");
        assert_eq!(&text[found[3].body.clone()], "\nFixes #\n\n");
    }

    #[test]
    fn the_users_own_words_come_first() {
        let named = BTreeMap::from([("Favourite colour".to_owned(), "tests".to_owned())]);
        assert_eq!(slots("# Favourite colour?\n", &named)[1].family, Some(Family::Tests));
    }
}
