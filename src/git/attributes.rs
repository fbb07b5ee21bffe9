//! What `.gitattributes` says about paths: the `linguist-*` attributes that teams already keep, and what is to be taken for binary.
//!
//! Git is asked only where an attributes file beside or above a changed path mentions them.

use std::collections::{HashMap, HashSet};

use anyhow::Result;

use crate::change::{Attributes, Oid, RepoPath};

use crate::git::command::Git;
use crate::git::objects::Objects;

/// Puts an attribute's value in its place.
type Setter = fn(&mut Attributes, &str);

/// The attributes that are read, each with the place of its value.
const ROWS: [(&str, Setter); 6] = [
    ("linguist-generated", |attributes, value| attributes.generated = truth(value)),
    ("linguist-vendored", |attributes, value| attributes.vendored = truth(value)),
    ("linguist-documentation", |attributes, value| attributes.documentation = truth(value)),
    ("linguist-language", |attributes, value| attributes.language = Some(value.to_ascii_lowercase())),
    ("binary", |attributes, value| attributes.binary = truth(value).or(attributes.binary)),
    ("diff", |attributes, value| attributes.binary = (value == "unset").then_some(true).or(attributes.binary)),
];

fn truth(value: &str) -> Option<bool> {
    match value {
        "set" | "true" => Some(true),
        "unset" | "false" => Some(false),
        _ => None,
    }
}

/// Attributes of these paths as the tree has them; paths without any are left out.
pub fn read(git: &Git, objects: &Objects, tree: &Oid, paths: &[&RepoPath]) -> Result<HashMap<RepoPath, Attributes>> {
    let mut found: HashMap<RepoPath, Attributes> = HashMap::new();
    if !mentioned(objects, tree, paths)? {
        return Ok(found);
    }
    let source = format!("--source={tree}");
    let arguments = ["check-attr", "-z", "--stdin", &source].into_iter().chain(ROWS.map(|(name, _)| name));
    let input: Vec<u8> = paths.iter().flat_map(|path| path.as_bytes().iter().copied().chain([0])).collect();
    let output = git.run_with_input(arguments, &input)?;
    let fields: Vec<&[u8]> = output.stdout.split(|&b| b == 0).collect();
    for [path, name, value] in fields.as_chunks::<3>().0 {
        let row = ROWS.iter().find(|(row, _)| row.as_bytes() == *name);
        if let Some((_, set)) = row.filter(|_| *value != b"unspecified") {
            set(found.entry(RepoPath::new(*path)).or_default(), &String::from_utf8_lossy(value));
        }
    }
    Ok(found)
}

fn mentioned(objects: &Objects, tree: &Oid, paths: &[&RepoPath]) -> Result<bool> {
    let mut folders: HashSet<&[u8]> = HashSet::from([&b""[..]]);
    for path in paths {
        let bytes = path.as_bytes();
        let ends = bytes.iter().enumerate().filter(|(_, b)| **b == b'/').map(|(i, _)| &bytes[..=i]);
        folders.extend(ends);
    }
    for folder in folders {
        let path = RepoPath::new([folder, b".gitattributes"].concat());
        let Some(entry) = objects.entry(tree, &path)? else { continue };
        if objects.blob(&entry.id)?.is_some_and(|text| text.windows(9).any(|window| window == b"linguist-")) {
            return Ok(true);
        }
    }
    Ok(false)
}
