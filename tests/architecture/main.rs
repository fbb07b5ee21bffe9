//! What `docs/architecture.md` says of the modules holds: data flows downwards only, in tests too, and what a library gives stays in its
//! module.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// A source file of the library.
struct Source {
    /// Below `src`.
    path: String,
    /// The module of `lib.rs` that it belongs to.
    module: String,
    /// Without its tests.
    text: String,
    tests: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn sources(folder: &Path, found: &mut Vec<Source>) {
    let tests = Regex::new(r"#\[cfg\(test\)\]\n(?:pub\(crate\) )?mod tests \{").expect("a pattern");
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
            continue;
        }
        let below = path.strip_prefix(root()).expect("below src").to_str().expect("UTF-8").to_owned();
        if !below.ends_with(".rs") || below == "lib.rs" || below == "main.rs" {
            continue;
        }
        let is_test = below.split('/').any(|part| part == "tests" || part == "tests.rs");
        let whole = fs::read_to_string(&path).expect("a source");
        let end = if is_test { 0 } else { tests.find(&whole).map_or(whole.len(), |found| found.start()) };
        let module = below.split('/').next().expect("a first part").trim_end_matches(".rs").to_owned();
        found.push(Source { path: below, module, text: whole[..end].to_owned(), tests: whole[end..].to_owned() });
    }
}

fn all_sources() -> Vec<Source> {
    let mut found = Vec::new();
    sources(&root(), &mut found);
    found
}

/// The modules in the order in which `lib.rs` lists them.
fn order() -> Vec<String> {
    let text = fs::read_to_string(root().join("lib.rs")).expect("lib.rs");
    let module = Regex::new(r"(?m)^pub mod (\w+);").expect("a pattern");
    module.captures_iter(&text).map(|found| found[1].to_owned()).collect()
}

/// The modules that a text names: `crate::log::Log`, `crate::{log, words}`.
fn used(text: &str) -> Vec<String> {
    let path = Regex::new(r"\bcrate::(?:(\w+)|\{([^;]*)\};)").expect("a pattern");
    let name = |part: &str| part.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let names = |found: regex::Captures<'_>| -> Vec<String> {
        let listed = found.get(2).map_or("", |list| list.as_str());
        found.get(1).map(|one| one.as_str()).into_iter().chain(listed.split(',')).map(name).collect()
    };
    path.captures_iter(text).flat_map(names).filter(|name| !name.is_empty()).collect()
}

#[test]
fn no_module_uses_one_listed_below_it() {
    /// Tests may: those of the document read what it renders to.
    const TESTS_MAY: [(&str, &str); 1] = [("document", "render")];
    let order = order();
    let place = |module: &str| order.iter().position(|listed| listed == module);
    for source in all_sources() {
        let own = place(&source.module).unwrap_or_else(|| panic!("{} belongs to no module of lib.rs", source.path));
        let allowed = |module: &String| TESTS_MAY.contains(&(source.module.as_str(), module.as_str()));
        let in_tests = used(&source.tests).into_iter().filter(|module| !allowed(module));
        for module in used(&source.text).into_iter().chain(in_tests) {
            let is_above = place(&module).is_none_or(|other| other <= own);
            assert!(is_above, "{} uses `{module}`, which lib.rs lists below `{}`", source.path, source.module);
        }
    }
}

/// The files that a text of the file `own` names by a path, those of items in braces too.
fn files_used(own: &str, text: &str, all: &[String]) -> BTreeSet<String> {
    let path = Regex::new(r"\b((?:crate|super|self)(?:::\w+)*)(?:::\{([^;]*)\};)?").expect("a pattern");
    let name = Regex::new(r"\w+(?:::\w+)*").expect("a pattern");
    let named = |found: regex::Captures<'_>| -> Vec<String> {
        let listed = name.find_iter(found.get(2).map_or("", |list| list.as_str())).map(|item| format!("{}::{}", &found[1], item.as_str()));
        listed.chain([found[1].to_owned()]).collect()
    };
    let file = |path: String| {
        let mut at: Vec<&str> = own.split('/').collect();
        for part in path.split("::") {
            match part {
                "crate" => at.clear(),
                "super" => drop(at.pop()),
                "self" => {}
                part => at.push(part),
            }
        }
        (1..=at.len()).rev().map(|length| at[..length].join("/")).find(|file| all.contains(file))
    };
    let used = path.captures_iter(text).flat_map(named).filter_map(file);
    used.filter(|used| !Path::new(used).starts_with(own) && !Path::new(own).starts_with(used)).collect()
}

/// A file and those that are in it, one inside the other, may name each other.
#[test]
fn no_files_use_each_other_in_a_circle() {
    /// What is still to be taken apart.
    const LEFT: [&str; 2] = ["attribution", "pull_request/template/fill"];
    let sources = all_sources();
    let names: Vec<String> = sources.iter().map(|source| source.path.trim_end_matches(".rs").to_owned()).collect();
    let mut uses: BTreeMap<&str, BTreeSet<String>> =
        names.iter().zip(&sources).map(|(name, source)| (name.as_str(), files_used(name, &source.text, &names))).collect();
    uses.retain(|name, _| !LEFT.iter().any(|left| Path::new(name).starts_with(left)));
    // what uses nothing that is left is in no circle
    while let Some(done) = uses.iter().find(|(_, used)| !used.iter().any(|used| uses.contains_key(used.as_str()))).map(|(name, _)| *name) {
        uses.remove(done);
    }
    assert!(uses.is_empty(), "in a circle, or using one: {uses:?}");
}

#[test]
fn uses_are_seen_however_they_are_written() {
    let text = "use crate::log::Log;\nuse crate::{parallel, words::count};\nlet a = crate::change::Oid::new(\"\");";
    assert_eq!(used(text), ["log", "parallel", "words", "change"]);
}

#[test]
fn what_a_library_gives_stays_in_its_module() {
    const ROWS: &[(&str, &[&str])] = &[
        (r"\bgit2::", &["git"]),
        (r"\bminijinja::", &["render"]),
        (r"\btree_sitter::", &["evidence"]),
        (r"\broxmltree::", &["evidence"]),
        (r"\bclap::", &["cli", "commands", "event", "forge"]),
        (r"\bindicatif::", &["terminal", "commands"]),
        (r"\bsignal_hook::", &["process"]),
        (r"Local::now|Utc::now", &["commands"]),
        // what is measured and waited for, not the session's time
        (r"\b(Instant|SystemTime)::now", &["commands", "watch", "evidence"]),
        (r"\benv::vars?(_os)?\b", &["commands", "git"]),
        (r"\bEVENT_LOG\b", &["log", "journal_dir"]),
    ];
    let sources = all_sources();
    for (pattern, rooms) in ROWS {
        let uses = Regex::new(pattern).expect("a pattern");
        let users: Vec<&Source> = sources.iter().filter(|source| uses.is_match(&source.text)).collect();
        assert!(!users.is_empty(), "nothing uses {pattern}");
        for source in users {
            assert!(rooms.contains(&source.module.as_str()), "{} uses {pattern}", source.path);
        }
    }
}
