//! What `docs/architecture.md` says of the modules holds: data flows downwards only, and what a library gives stays in its module.

use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// A source file of the library, without its tests.
struct Source {
    /// Below `src`.
    path: String,
    /// The module of `lib.rs` that it belongs to.
    module: String,
    text: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn sources(folder: &Path, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
            continue;
        }
        let below = path.strip_prefix(root()).expect("below src").to_str().expect("UTF-8").to_owned();
        let is_test = below.split('/').any(|part| part == "tests" || part == "tests.rs");
        if is_test || !below.ends_with(".rs") || below == "lib.rs" || below == "main.rs" {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a source");
        let text = text.split("#[cfg(test)]\nmod tests {").next().expect("a first part").to_owned();
        let module = below.split('/').next().expect("a first part").trim_end_matches(".rs").to_owned();
        found.push(Source { path: below, module, text });
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

#[test]
fn no_module_uses_one_listed_below_it() {
    let order = order();
    let place = |module: &str| order.iter().position(|listed| listed == module);
    let used = Regex::new(r"\bcrate::(\w+)").expect("a pattern");
    let mut uses = 0;
    for source in all_sources() {
        let own = place(&source.module).unwrap_or_else(|| panic!("{} belongs to no module of lib.rs", source.path));
        for module in used.captures_iter(&source.text) {
            let Some(other) = place(&module[1]) else { continue };
            assert!(other <= own, "{} uses `{}`, which lib.rs lists below `{}`", source.path, &module[1], source.module);
            uses += 1;
        }
    }
    assert!(uses > 500, "{uses} uses found: the pattern no longer fits");
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
