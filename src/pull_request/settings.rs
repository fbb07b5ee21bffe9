//! Configuration keys and dependencies of the difference in the words of a description: which lines there are, and which come first. What a
//! key means is the evidence's to say.

use super::sanitise::Sanitiser;
use super::{Material, file_roles};
use crate::change::{FileChange, Status};
use crate::evidence::config::Nature;
use crate::evidence::dependencies::{self, Dependency};
use crate::evidence::kinds::Flag;
use crate::evidence::{Category, FileEvidence, KeyChange, exposure};
use crate::secrets;
use crate::words::{self, count};

/// Keys of one file that are told one by one.
const KEYS: usize = 3;
/// Lines where the rest of the description leaves less room.
const LEAST: usize = 4;
/// Files of one line.
const FILES: usize = 3;
/// Characters of a value.
const WIDTH: usize = 60;

/// Changed configuration keys and dependencies: a line for a key, or for all that several files changed alike. First what nobody must miss,
/// then what the commits speak of, then dependencies. At most `room` lines, but never fewer than a few, the one that counts what is left out among them.
pub fn settings(material: &Material, subjects: &[&str], room: usize, it: &Sanitiser) -> Vec<String> {
    let (room, subjects) = (room.max(LEAST), subjects.iter().flat_map(|subject| words::telling(subject)).collect());
    let mut ranked: [Vec<(&FileEvidence, Vec<&KeyChange>)>; 4] = Default::default();
    for (file, change) in material.evidence.files.iter().zip(&material.evidence.changes) {
        let must_show = must_show(file, change);
        let rank = |key: &KeyChange| match () {
            () if must_show.iter().any(|one| std::ptr::eq(*one, key)) => 0,
            () if key.is_named_by(&subjects) => 1,
            () if is_dependency(file, key) => 2,
            () => 3,
        };
        for (place, keys) in ranked.iter_mut().enumerate() {
            let of_rank = file.keys.iter().filter(|key| rank(key) == place && !dependencies::is_part(file, key));
            // what matters is named key by key, however many a file has
            if place < 2 { keys.extend(of_rank.map(|key| (file, vec![key]))) } else { keys.push((file, of_rank.collect())) }
        }
    }
    let lines = |keys: Vec<_>| alike(keys.into_iter()).iter().flat_map(|group| setting_lines(group, it)).collect::<Vec<Line>>();
    let lines: Vec<Line> = ranked.into_iter().flat_map(lines).chain(whole_files(material, it)).collect();
    if lines.len() <= room {
        return lines.into_iter().map(|line| line.text).collect();
    }
    let shown = room.saturating_sub(1);
    let left = &lines[shown..];
    let of = if left.iter().any(|line| line.text.starts_with(DEPENDENCY)) { "configuration and dependencies" } else { "configuration" };
    let more = format!("and {} of {of}", count(left.iter().map(|line| line.keys).sum::<usize>(), "more change"));
    lines.into_iter().take(shown).map(|line| line.text).chain([more]).collect()
}

/// Whether a file is told as a whole: a lock file that moved alone, configuration of which no key could be read.
pub(super) fn is_whole(file: &FileEvidence, material: &Material) -> bool {
    match file.category {
        Category::Lockfile => file.packages.is_some() && file_roles::moved_alone(file, material),
        Category::Config | Category::Infra => is_unread(file) && !file_roles::is_aside(file),
        _ => false,
    }
}

/// Lines changed that no key tells of.
fn is_unread(file: &FileEvidence) -> bool {
    let is_text = file.config.as_ref().is_none_or(|note| matches!(note.nature, Nature::Text { .. }));
    is_text && file.keys.is_empty() && file.definitions.is_empty() && file.instead.is_none() && !file.untracked
}

fn whole_files(material: &Material, it: &Sanitiser) -> Vec<Line> {
    let line = |file: &FileEvidence| {
        let path = it.code(&file.path.to_display());
        let text = match (&file.packages, file.status) {
            (Some(moved), _) => format!("{DEPENDENCY}{} ({path})", it.line(moved)),
            (None, Status::Added) => format!("config: {path} added"),
            (None, Status::Deleted) => format!("config: {path} removed"),
            (None, _) => format!("config: {path} (+{} −{})", file.added, file.removed),
        };
        Line { text, keys: 1 }
    };
    material.evidence.files.iter().filter(|file| is_whole(file, material) && file.added + file.removed > 0).map(line).collect()
}

/// A line with how many changes it tells.
struct Line {
    text: String,
    keys: usize,
}

fn is_dependency(file: &FileEvidence, key: &KeyChange) -> bool {
    dependencies::declares(file, key) && !dependencies::is_option(file, key)
}

/// The keys that nobody must miss: of a file that bears on security, what opens something up, a dependency that is gone or moved to another
/// major version.
fn must_show<'a>(file: &'a FileEvidence, change: &FileChange) -> Vec<&'a KeyChange> {
    let opened = exposure::opened(file).into_iter().flat_map(|(_, keys)| keys);
    let named = dependencies::removed(file, change).into_iter().chain(dependencies::majors(file)).map(|(key, _)| key);
    let of_security = file.keys.iter().filter(|_| file.flags.contains(&Flag::Security));
    opened.chain(named).chain(of_security).collect()
}

/// What a line of a dependency begins with.
const DEPENDENCY: &str = "dependency: ";

/// Files in which the same keys changed from the same to the same.
struct Alike<'a> {
    files: Vec<&'a FileEvidence>,
    keys: Vec<&'a KeyChange>,
}

fn alike<'a>(changed: impl Iterator<Item = (&'a FileEvidence, Vec<&'a KeyChange>)>) -> Vec<Alike<'a>> {
    let mut groups: Vec<Alike<'a>> = Vec::new();
    let same = |a: &KeyChange, b: &KeyChange| (&a.key, &a.before, &a.after) == (&b.key, &b.before, &b.after);
    for (file, keys) in changed.filter(|(_, keys)| !keys.is_empty()) {
        let all_same = |group: &&mut Alike<'a>| group.keys.len() == keys.len() && group.keys.iter().zip(&keys).all(|(a, b)| same(a, b));
        match groups.iter_mut().find(all_same) {
            Some(group) => group.files.push(file),
            None => groups.push(Alike { files: vec![file], keys }),
        }
    }
    groups
}

fn setting_lines(group: &Alike<'_>, it: &Sanitiser) -> Vec<Line> {
    let what = match group.files[0].category {
        _ if group.keys.iter().all(|key| is_dependency(group.files[0], key)) => DEPENDENCY,
        Category::Migration => "schema: ",
        _ => "config: ",
    };
    let path = |file: &FileEvidence| it.code(&file.path.to_display());
    let worded = |file: &FileEvidence, key: &KeyChange| match dependencies::plain(&file.path, key) {
        Some(dependency) => told_plainly(&dependency, it),
        None => format_key(key, it),
    };
    match (&group.files[..], &group.keys[..]) {
        ([file], keys) if keys.len() <= KEYS => {
            let text = |key: &&KeyChange| format!("{what}{} ({})", worded(file, key), path(file));
            keys.iter().map(|key| Line { text: text(key), keys: 1 }).collect()
        }
        ([file], keys) => vec![Line { text: format!("{what}{} in {}", count(keys.len(), "key"), path(file)), keys: keys.len() }],
        (files, keys) => {
            let shown: Vec<String> = files.iter().take(FILES).map(|file| path(file)).collect();
            let left = files.len().saturating_sub(FILES);
            let more = if left > 0 { format!(" and {left} more") } else { String::new() };
            let changed = match keys {
                keys if keys.len() <= KEYS => keys.iter().map(|key| worded(files[0], key)).collect::<Vec<_>>().join("; "),
                keys => count(keys.len(), "key"),
            };
            let text = format!("{what}{changed}, alike in {} ({}{more})", count(files.len(), "file"), shown.join(", "));
            vec![Line { text, keys: keys.len() * files.len() }]
        }
    }
}

fn told_plainly(dependency: &Dependency, it: &Sanitiser) -> String {
    let words = it.code(&crate::markdown::cut(&crate::markdown::one_line(&dependency.words()), 2 * WIDTH));
    match (&dependency.before, &dependency.after) {
        (Some(_), Some(_)) => words,
        (None, _) => format!("{words} added"),
        (Some(_), None) => format!("{words} removed"),
    }
}

fn format_key(key: &KeyChange, it: &Sanitiser) -> String {
    let name = it.code(&key.key);
    let value = |value: &str| {
        if secrets::is_mark(value) { it.line(value) } else { it.code(value) }
    };
    let short = |value: &str| value_from(&crate::markdown::one_line(value), 0);
    match (key.before.as_deref(), key.after.as_deref()) {
        (Some(before), Some(after)) if before == after => format!("{name} changed, value masked"),
        (Some(before), Some(after)) => {
            let (before, after) = apart(&crate::markdown::one_line(before), &crate::markdown::one_line(after));
            format!("{name} {} → {}", value(&before), value(&after))
        }
        (None, Some("")) => format!("{name} added"),
        (None, Some(after)) => format!("{name} added, {}", value(&short(after))),
        (Some(_), None) => format!("{name} removed"),
        (None, None) => name,
    }
}

/// Two values cut so that what differs is in sight.
fn apart(before: &str, after: &str) -> (String, String) {
    let same = before.chars().zip(after.chars()).take_while(|(a, b)| a == b).count();
    // the first difference stands in the first two thirds of what is shown, or the beginning is left out
    let from = if same * 3 < WIDTH * 2 { 0 } else { same - WIDTH / 3 };
    (value_from(before, from), value_from(after, from))
}

/// What is shown of a value from a character on.
fn value_from(value: &str, from: usize) -> String {
    let rest: String = value.chars().skip(from).collect();
    format!("{}{}", if from > 0 { "…" } else { "" }, crate::markdown::cut(&rest, WIDTH))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pull_request::description::tests::{evidence, material};

    fn settings_of(files: &[(&str, Option<&str>, Option<&str>)], room: usize) -> Vec<String> {
        let mut it_is = material(Vec::new());
        it_is.evidence = evidence(files);
        settings(&it_is, &["Say 9 things"], room, &Sanitiser::default())
    }

    #[test]
    fn what_files_changed_alike_is_one_line() {
        let both = (Some("a: 1\nb: 2\nc: 3\n"), Some("c: 3\n"));
        let files = [
            ("config/a.yml", both.0, both.1),
            ("config/b.yml", both.0, both.1),
            ("config/c.yml", both.0, Some("b: 2\nc: 4\n")),
            ("pyproject.toml", Some("version = \"1\"\n[project]\ndependencies = [\"a\"]\n"), Some("version = \"2\"\n[project]\n")),
        ];
        assert_eq!(
            settings_of(&files, 6),
            [
                "dependency: `a` removed (`pyproject.toml`)",
                "config: `a` removed; `b` removed, alike in 2 files (`config/a.yml`, `config/b.yml`)",
                "config: `a` removed (`config/c.yml`)",
                "config: `c` `3` → `4` (`config/c.yml`)",
                "config: `version` `\"1\"` → `\"2\"` (`pyproject.toml`)",
            ]
        );
        assert_eq!(settings_of(&files, 4).last().map(String::as_str), Some("and 2 more changes of configuration"));
        let many = |n: u32| (0..5).map(|key| format!("k{key}: {n}\n")).collect::<String>();
        let (old, new) = (many(1), many(2));
        let more = [files[2], files[3], ("config/d.yml", Some(&old[..]), Some(&new[..])), ("config/e.yml", Some("a: 1\n"), Some("a: 2\n"))];
        assert_eq!(settings_of(&more, 0).last().map(String::as_str), Some("and 7 more changes of configuration"), "each key is one");
        assert_eq!(settings_of(&files, 0).len(), LEAST);
    }

    #[test]
    fn a_schema_is_no_configuration() {
        let files = [("openapi.yaml", Some("info:\n  version: 1.2.0\n"), Some("info:\n  version: 1.3.0\n"))];
        assert_eq!(settings_of(&files, 6), ["schema: `info.version` `1.2.0` → `1.3.0` (`openapi.yaml`)"]);
    }

    #[test]
    fn what_no_key_tells_of_is_told_as_a_whole() {
        let lock = |version: &str| format!("GEM\n  specs:\n    nokogiri ({version})\n");
        let (old, new) = (lock("1.15.4"), lock("1.16.5"));
        let files = [
            ("CMakeLists.txt", Some("add_compile_options(-Os)\n"), Some("add_compile_options(-O2)\n")),
            (".gitignore", Some("a\n"), Some("b\n")),
            ("Gemfile.lock", Some(&old[..]), Some(&new[..])),
            ("a.yml", Some("# a\na: 1\n"), Some("# b\na: 1\n")),
        ];
        let alone = "dependency: 1 package updated (nokogiri 1.15.4 → 1.16.5) (`Gemfile.lock`)";
        assert_eq!(settings_of(&files, 9), ["config: `CMakeLists.txt` (+1 −1)", alone]);
        let manifest = ("Gemfile", Some("gem \"nokogiri\", \"~> 1.15\"\n"), Some("gem \"nokogiri\", \"~> 1.16\"\n"));
        assert!(!settings_of(&[files[2], manifest], 9).iter().any(|line| line.contains("package")), "the manifest says it");
    }

    #[test]
    fn what_is_said_of_a_dependency_is_no_dependency() {
        let base =
            "[dependencies]\nserde = { version = \"1.0.190\", features = [\"derive\"] }\ngone = { version = \"1\", optional = true }\n";
        let head = "[dependencies]\nserde = { version = \"1.0.190\", features = [\"derive\", \"rc\"] }\n\
            memchr = { version = \"2.7\", optional = true, default-features = false }\n";
        let told = settings_of(&[("Cargo.toml", Some(base), Some(head))], 9);
        assert_eq!(
            told,
            [
                "dependency: `gone 1` removed (`Cargo.toml`)",
                "dependency: `memchr 2.7` added (`Cargo.toml`)",
                "config: `dependencies.serde.features[1]` added, `\"rc\"` (`Cargo.toml`)",
            ]
        );
    }

    #[test]
    fn what_matters_is_named_however_many_commits_there_are() {
        let dependencies = |react: &str, more: &str| format!("{{\"dependencies\": {{\"react\": \"{react}\"{more}}}}}\n");
        let (old, new) = (dependencies("^18.2.0", ", \"left-pad\": \"1\""), dependencies("^19.0.0", ", \"zod\": \"3\""));
        let many = |n: u32| format!("a: {n}\nb: {n}\nc: {n}\nd: {n}\nthings: {n}\n");
        let files = [
            ("a.yml", Some(many(1)), Some(many(2))),
            ("package.json", Some(old), Some(new)),
            ("main.tf", Some("x \"a\" {\n  cidr = \"10.0.0.0/8\"\n}\n".into()), Some("x \"a\" {\n  cidr = \"0.0.0.0/0\"\n}\n".into())),
        ];
        let files: Vec<(&str, Option<&str>, Option<&str>)> =
            files.iter().map(|(path, base, head)| (*path, base.as_deref(), head.as_deref())).collect();
        let told = settings_of(&files, 0);
        assert_eq!(told.len(), LEAST);
        assert!(told[0].contains("`left-pad 1` removed") || told[0].contains("react"), "{told:?}");
        assert!(told[..3].iter().any(|line| line.contains("0.0.0.0/0")), "{told:?}");
        assert_eq!(told[3], "and 6 more changes of configuration and dependencies");
        assert!(settings_of(&files[..1], 0)[0].starts_with("config: `things`"), "a subject names it");
    }

    #[test]
    fn a_cut_keeps_the_difference() {
        let long = "x".repeat(70);
        for (before, after, expected) in [
            ("30s", "120s", ("30s".to_owned(), "120s".to_owned())),
            (&format!("{long}:a")[..], &format!("{long}:b")[..], (format!("…{}:a", "x".repeat(19)), format!("…{}:b", "x".repeat(19)))),
            (&format!("a{long}")[..], &format!("b{long}")[..], (format!("a{}…", "x".repeat(59)), format!("b{}…", "x".repeat(59)))),
        ] {
            assert_eq!(apart(before, after), expected);
        }
    }
}
