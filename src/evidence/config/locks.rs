//! Lock files: no keys, but one line that says which packages moved. A lock file of an unknown shape gives nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::node::{Node, Value};
use super::{json, lines, toml};

/// Names and versions that a lock file holds.
type Packages = BTreeMap<String, BTreeSet<String>>;

/// Name and version of each package, as met.
type Entries = Vec<(String, String)>;

/// One lock file format: its names and its reader.
pub(super) struct Lock {
    pub(super) names: &'static [&'static str],
    read: fn(&str) -> Result<Entries, String>,
}

/// All lock files that can be summed up.
pub(super) const LOCKS: &[Lock] = &[
    Lock {
        names: &["Cargo.lock", "poetry.lock", "uv.lock", "pdm.lock", "pylock.toml", "pylock.*.toml"],
        read: |text| Ok(listed(&toml::read(text)?.documents, &["package", "packages"])),
    },
    Lock { names: &["composer.lock"], read: |text| Ok(listed(&json::read(text)?.documents, &["packages", "packages-dev"])) },
    Lock { names: &["package-lock.json", "npm-shrinkwrap.json"], read: |text| Ok(keyed(&json::read(text)?.documents)) },
    Lock { names: &["Gemfile.lock", "gems.locked"], read: |text| Ok(lines::lines(text).filter_map(|line| gem(line.text)).collect()) },
    Lock { names: &["go.sum"], read: |text| Ok(lines::lines(text).filter_map(|line| module(line.text)).collect()) },
    Lock { names: &["mix.lock"], read: |text| Ok(lines::lines(text).filter_map(|line| hex(line.text)).collect()) },
    Lock { names: &["pnpm-lock.yaml"], read: |text| Ok(pnpm(text)) },
    Lock { names: &["yarn.lock"], read: |text| Ok(yarn(text)) },
];

impl Lock {
    /// `2 packages updated, 1 added`, with their names where they are few; none where no package moved or a side cannot be read.
    pub(super) fn summary(&self, base: &str, head: &str) -> Option<String> {
        let (base, head) = (self.packages(base)?, self.packages(head)?);
        let updated = head.iter().filter(|(name, versions)| base.get(*name).is_some_and(|old| old != *versions));
        let updated: Vec<String> = updated.map(|(name, new)| format!("{name} {} → {}", versions(&base[name]), versions(new))).collect();
        let only = |a: &Packages, b: &Packages| {
            let alone = a.iter().filter(|(name, _)| !b.contains_key(*name));
            alone.map(|(name, all)| format!("{name} {}", versions(all))).collect::<Vec<_>>()
        };
        let moved = [("updated", updated), ("added", only(&head, &base)), ("removed", only(&base, &head))];
        sentence(&moved)
    }

    fn packages(&self, text: &str) -> Option<Packages> {
        let mut packages = Packages::new();
        for (name, version) in (self.read)(text).ok()? {
            packages.entry(name).or_default().insert(version);
        }
        Some(packages)
    }
}

/// Names are told up to this many packages, and where they take no more characters than these.
const FEW: usize = 3;
const WIDTH: usize = 110;

fn sentence(moved: &[(&str, Vec<String>)]) -> Option<String> {
    let names = || moved.iter().flat_map(|(_, names)| names);
    let total = names().count();
    let are_told = total <= FEW && names().map(|name| name.chars().count() + 2).sum::<usize>() <= WIDTH;
    let mut parts = Vec::new();
    for (what, names) in moved.iter().filter(|(_, names)| !names.is_empty()) {
        let noun = match (parts.is_empty(), names.len()) {
            (false, _) => "",
            (true, 1) => " package",
            (true, _) => " packages",
        };
        let told = if are_told { format!(" ({})", names.join(", ")) } else { String::new() };
        parts.push(format!("{}{noun} {what}{told}", names.len()));
    }
    (total > 0).then(|| parts.join(", "))
}

fn versions(all: &BTreeSet<String>) -> String {
    all.iter().map(String::as_str).collect::<Vec<_>>().join(" and ")
}

/// `{ name, version }` in the lists under these keys.
fn listed(documents: &[(String, Node)], keys: &[&str]) -> Entries {
    let lists = documents.iter().flat_map(|(_, root)| keys.iter().filter_map(|key| child(root, key)));
    let items = lists.flat_map(|node| match &node.value {
        Value::List(items) => items.as_slice(),
        _ => &[],
    });
    let package = |item: &Node| Some((item.field("name")?.to_owned(), item.field("version").unwrap_or_default().to_owned()));
    items.filter_map(package).collect()
}

/// `"node_modules/name": { version }` under `packages`.
fn keyed(documents: &[(String, Node)]) -> Entries {
    let package = |(path, node): &(String, Node)| {
        let (_, name) = path.rsplit_once("node_modules/")?;
        Some((name.to_owned(), node.field("version")?.to_owned()))
    };
    match documents.first().and_then(|(_, root)| child(root, "packages")).map(|node| &node.value) {
        Some(Value::Map(entries)) => entries.iter().filter_map(package).collect(),
        _ => Vec::new(),
    }
}

fn child<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    match &node.value {
        Value::Map(entries) => entries.iter().find(|(k, _)| k == key).map(|(_, node)| node),
        _ => None,
    }
}

/// `    rails (7.1.2)`: four blanks; six are what a gem asks for.
fn gem(line: &str) -> Option<(String, String)> {
    let body = line.strip_prefix("    ").filter(|body| !body.starts_with(' '))?;
    let (name, version) = body.split_once(" (")?;
    Some((name.to_owned(), version.trim_end_matches(')').to_owned()))
}

/// `golang.org/x/net v0.17.0 h1:…`; lines for a module's go.mod alone count for nothing.
fn module(line: &str) -> Option<(String, String)> {
    let mut words = line.split_whitespace();
    let (name, version) = (words.next()?, words.next()?);
    (!version.ends_with("/go.mod")).then(|| (name.to_owned(), version.to_owned()))
}

/// `  "ex_doc": {:hex, :ex_doc, "0.40.2", …`.
fn hex(line: &str) -> Option<(String, String)> {
    let (name, rest) = line.trim_start().strip_prefix('"')?.split_once("\": {:hex, :")?;
    let version = rest.split_once(", \"")?.1.split('"').next()?;
    Some((name.to_owned(), version.to_owned()))
}

/// Keys under `packages:` such as `  recheck@4.5.0:`, `  '@a/b@1.0.0(c@2.0.0)':`, and `  /a@1.0.0:` before version 9.
fn pnpm(text: &str) -> Entries {
    let below = lines::lines(text).skip_while(|line| line.text != "packages:").skip(1);
    let section = below.take_while(|line| line.text.is_empty() || line.text.starts_with(' '));
    let package = |line: &str| {
        let key = line.strip_prefix("  ").filter(|key| !key.starts_with(' '))?.strip_suffix(':')?;
        let key = key.trim_matches(['\'', '"']).trim_start_matches('/');
        let (name, version) = key.split('(').next()?.rsplit_once('@')?;
        Some((name.to_owned(), version.to_owned()))
    };
    section.filter_map(|line| package(line.text)).collect()
}

/// `left-pad@^1.0.0, left-pad@^1.1.0:` with `  version "1.0.0"` below it, or `"left-pad@npm:^1.0.0":` with `  version: 1.0.0`.
fn yarn(text: &str) -> Entries {
    let (mut entries, mut name) = (Entries::new(), None);
    for line in lines::lines(text).map(|line| line.text) {
        if !line.starts_with([' ', '#']) {
            let first = line.trim_end_matches(':').split(", ").next().unwrap_or_default().trim_matches('"');
            // a scope begins with an at sign of its own
            name = first.get(1..).and_then(|rest| rest.find('@')).map(|at| first[..=at].to_owned());
        } else if let Some(version) = line.strip_prefix("  version") {
            entries.extend(name.take().map(|name| (name, version.trim_matches([':', ' ', '"']).to_owned())));
        }
    }
    entries
}
