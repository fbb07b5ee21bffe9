//! The title: a sentence that an author wrote, in the repository's own style; a branch's name only where there is nothing better.

use super::changes::{package_of, surviving, weight, without_number};
use super::conventional::{TYPES, conventional};
use super::sanitise::Sanitiser;
use super::{Material, issues};
use crate::document::Source;

/// Where a title comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TitleSource {
    /// It was given.
    Stated,
    /// The template's front matter.
    Template,
    /// The only commit's subject.
    Commit,
    /// A session's goal or title.
    Session,
    /// The subject of the largest commit.
    Largest,
    /// The branch's name.
    Branch,
}

/// Widest title in characters; forges cut what is longer out of sight.
const WIDTH: usize = 72;
/// Share of the base's subjects, in percent, that makes a habit a style.
const HABIT: usize = 60;

/// The title of the range.
pub fn title(material: &Material, template: Option<&str>, it: &Sanitiser) -> (String, TitleSource) {
    let (text, source) = raw(material, template);
    let text = normalised(&it.title(&text));
    let text = match source {
        TitleSource::Stated | TitleSource::Template => text,
        _ => styled(material, &text),
    };
    (cut(&text), source)
}

fn raw(material: &Material, template: Option<&str>) -> (String, TitleSource) {
    if let Some(stated) = material.stated.title.clone().or_else(|| stated_title(material)) {
        return (stated, TitleSource::Stated);
    }
    let surviving = surviving(&material.commits);
    if let Some(template) = template.filter(|text| !text.trim().is_empty() && !text.contains(['{', '<', '['])) {
        return (template.to_owned(), TitleSource::Template);
    }
    if let [only] = surviving[..] {
        return (only.commit.subject.clone(), TitleSource::Commit);
    }
    if let Some(title) = of_session(material) {
        return (title, TitleSource::Session);
    }
    let heaviest = surviving.into_iter().rev().max_by_key(|change| weight(material, change));
    match heaviest {
        Some(change) => (change.commit.subject.clone(), TitleSource::Largest),
        None => (humanised(material.branch.as_deref().unwrap_or("work")), TitleSource::Branch),
    }
}

fn stated_title(material: &Material) -> Option<String> {
    material.sessions.iter().rev().find_map(|session| session.said.get("pr.title").cloned())
}

fn of_session(material: &Material) -> Option<String> {
    let strong = material.sessions.iter().rev().filter(|session| session.link != super::Link::Weak);
    let mut typed = strong.filter(|session| session.document.title_source == Source::Stated);
    typed.next().map(|session| {
        let document = &session.document;
        if document.title.trim().is_empty() { document.primary_goal.clone() } else { document.title.clone() }
    })
}

/// `fix/123-double-send` → `Double send`.
fn humanised(branch: &str) -> String {
    let name = branch.rsplit('/').next().unwrap_or(branch);
    let words = name.split(['-', '_']).filter(|word| !word.is_empty() && !word.bytes().all(|b| b.is_ascii_digit()));
    let text = words.collect::<Vec<_>>().join(" ");
    let mut chars = text.chars();
    chars.next().map_or_else(|| branch.to_owned(), |first| first.to_uppercase().chain(chars).collect())
}

fn normalised(text: &str) -> String {
    let mut text = text.trim();
    for mark in ["fixup!", "squash!", "wip:", "WIP:", "[WIP]", "Draft:"] {
        text = text.strip_prefix(mark).unwrap_or(text).trim_start();
    }
    without_number(text).to_owned()
}

/// The text as the base's own commits begin theirs.
fn styled(material: &Material, text: &str) -> String {
    let habit = |is: &dyn Fn(&str) -> bool| {
        let subjects = &material.subjects;
        subjects.len() >= 5 && subjects.iter().filter(|subject| is(subject)).count() * 100 >= subjects.len() * HABIT
    };
    let mut text = text.to_owned();
    if habit(&|subject| conventional(subject).is_some())
        && conventional(&text).is_none()
        && let Some(prefix) = prefix(material)
    {
        text = format!("{prefix}: {}", lowered(&text));
    }
    match the_key(material) {
        Some(key) if habit(&|subject| issues::key(subject).is_some()) && !text.contains(&key) => keyed(&material.subjects, &key, &text),
        _ => text,
    }
}

/// How subjects name their ticket: where, and with which signs around the key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Naming {
    place: KeyPlace,
    before: String,
    after: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum KeyPlace {
    /// `ABC-1: text`.
    Front,
    /// `feat(ABC-1): text`.
    Scope,
    /// `feat: ABC-1 text`.
    BehindType,
    /// `text (ABC-1)`.
    End,
}

/// The text with its ticket named as most of the subjects name theirs.
fn keyed(subjects: &[String], key: &str, text: &str) -> String {
    let namings: Vec<Naming> = subjects.iter().filter_map(|subject| naming(subject)).collect();
    let common = namings.iter().rev().max_by_key(|naming| namings.iter().filter(|other| other == naming).count());
    let typed = conventional(text).and_then(|_| text.split_once(": "));
    let front = |before: &str, after: &str| format!("{before}{key}{after}{text}");
    match (common.map(|Naming { place, before, after }| (place, before, after)), typed) {
        (None, _) => front("", " "),
        (Some((KeyPlace::End, before, after)), _) => format!("{text}{before}{key}{after}"),
        (Some((KeyPlace::BehindType, before, after)), Some((kind, rest))) => format!("{kind}: {before}{key}{after}{rest}"),
        (Some((KeyPlace::Scope, ..)), Some((kind, rest))) if !kind.contains('(') => {
            let bare = kind.trim_end_matches('!');
            format!("{bare}({key}){}: {rest}", &kind[bare.len()..])
        }
        (Some((KeyPlace::Scope, ..)), _) => front("", ": "),
        (Some((_, before, after)), _) => front(before, after),
    }
}

/// How one subject names its ticket; none where it stands within the text.
fn naming(subject: &str) -> Option<Naming> {
    let subject = without_number(subject);
    let key = issues::key(subject)?;
    let (head, tail) = subject.split_once(key)?;
    let signs = tail.find(|c: char| c.is_alphanumeric() || c == '`').unwrap_or(tail.len());
    let kind = conventional(subject).and_then(|_| subject.split_once(": ")).map(|(kind, _)| kind);
    let is_open = |text: &str| matches!(text, "" | "[" | "(");
    let (place, before) = match kind {
        Some(kind) if kind.contains(key) => (KeyPlace::Scope, ""),
        Some(kind) if is_open(head[kind.len()..].trim_start_matches([':', ' '])) => {
            (KeyPlace::BehindType, head[kind.len()..].trim_start_matches([':', ' ']))
        }
        _ if is_open(head) => (KeyPlace::Front, head),
        _ if signs == tail.len() => (KeyPlace::End, &head[head.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '`').len()..]),
        _ => return None,
    };
    Some(Naming { place, before: before.to_owned(), after: tail[..signs].to_owned() })
}

/// The strongest type among the commits, with the one package's name.
fn prefix(material: &Material) -> Option<String> {
    let commits = surviving(&material.commits);
    let types: Vec<_> = commits.iter().filter_map(|change| conventional(&change.commit.subject)).collect();
    let kind = TYPES.iter().find(|kind| types.iter().any(|one| one.kind == *kind))?;
    let mut packages = commits.iter().map(|change| package_of(material, change));
    let first = packages.next().flatten();
    let scope = first.filter(|first| packages.all(|one| one.as_ref() == Some(first)));
    let scope = scope.map(|package| format!("({})", package.file_name())).unwrap_or_default();
    let breaking = if types.iter().any(|one| one.breaking) { "!" } else { "" };
    Some(format!("{}{scope}{breaking}", kind.name))
}

/// The only ticket key of branch and commits.
fn the_key(material: &Material) -> Option<String> {
    let subjects = material.commits.iter().map(|change| change.commit.subject.as_str());
    let mut keys: Vec<&str> = material.branch.as_deref().into_iter().chain(subjects).filter_map(issues::key).collect();
    keys.sort_unstable();
    keys.dedup();
    if let [key] = keys[..] { Some(key.to_owned()) } else { None }
}

/// With a small first letter, unless the first word is a name or an abbreviation.
fn lowered(text: &str) -> String {
    let first = text.split(' ').next().unwrap_or_default();
    let name = first.chars().skip(1).any(|c| !c.is_lowercase());
    let mut chars = text.chars();
    match chars.next() {
        Some(c) if !name => c.to_lowercase().chain(chars).collect(),
        _ => text.to_owned(),
    }
}

/// Cut at a word.
fn cut(text: &str) -> String {
    if text.chars().count() <= WIDTH {
        return text.to_owned();
    }
    let head: String = text.chars().take(WIDTH - 1).collect();
    let head = head.rsplit_once(' ').map_or(head.as_str(), |(words, _)| words);
    format!("{}…", head.trim_end_matches([',', ';', ':', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pull_request::description::tests::{commit, material};

    #[test]
    fn the_best_source_wins_in_the_repositorys_style() {
        let it = Sanitiser::default();
        let plain: Vec<String> = ["One", "Two", "Three", "Four", "Five"].map(String::from).into();
        let typed: Vec<String> = ["fix: a b", "feat: c", "docs: d", "fix: e", "Release"].map(String::from).into();
        let mut it_is = material(vec![commit("a1", "Take a lock. (#12)", "")]);
        it_is.subjects = plain;
        assert_eq!(title(&it_is, None, &it), ("Take a lock".into(), TitleSource::Commit));
        it_is.commits.push(commit("b2", "fix: wait longer", ""));
        it_is.subjects = typed;
        it_is.commits[0].files.clear();
        assert_eq!(title(&it_is, None, &it).1, TitleSource::Largest);
        it_is.commits = vec![commit("a1", "wip", "")];
        it_is.branch = Some("feature/12-faster_start".into());
        assert_eq!(title(&it_is, None, &it), ("Faster start".into(), TitleSource::Branch));
        it_is.stated.title = Some("As I say".into());
        assert_eq!(title(&it_is, None, &it), ("As I say".into(), TitleSource::Stated));
    }

    #[test]
    fn a_ticket_stands_where_the_repository_has_it() {
        for (subjects, text, expected) in [
            (&["feat(api): SHOP-7 thing", "fix: SHOP-8 other"][..], "feat: VAT ids", "feat: SHOP-99 VAT ids"),
            (&["feat: [SHOP-7] thing"], "feat(api)!: VAT ids", "feat(api)!: [SHOP-99] VAT ids"),
            (&["feat: SHOP-7 thing"], "VAT ids", "SHOP-99 VAT ids"),
            (&["feat(SHOP-7): thing"], "feat!: VAT ids", "feat(SHOP-99)!: VAT ids"),
            (&["feat(SHOP-7): thing"], "VAT ids", "SHOP-99: VAT ids"),
            (&["SHOP-7: thing", "SHOP-8: more", "[SHOP-1] x"], "VAT ids", "SHOP-99: VAT ids"),
            (&["[SHOP-7] thing"], "feat: VAT ids", "[SHOP-99] feat: VAT ids"),
            (&["Thing (SHOP-7)", "More (SHOP-8) (#12)"], "VAT ids", "VAT ids (SHOP-99)"),
            (&["Thing of SHOP-7 again"], "VAT ids", "SHOP-99 VAT ids"),
        ] {
            let subjects: Vec<String> = subjects.iter().map(|subject| (*subject).to_owned()).collect();
            assert_eq!(keyed(&subjects, "SHOP-99", text), expected, "{subjects:?}");
        }
    }

    #[test]
    fn long_titles_end_at_a_word() {
        let long = "word ".repeat(30);
        let cut = cut(long.trim());
        assert!(cut.chars().count() <= WIDTH && cut.ends_with("word…"), "{cut}");
        assert_eq!(lowered("API is gone"), "API is gone");
        assert_eq!(lowered("Take it"), "take it");
    }
}
