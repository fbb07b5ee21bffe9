//! What git says it could not record.

use anyhow::Result;
use regex::Regex;

use crate::change::{LeftOut, RepoPath};
use crate::error::Breakdown;
use crate::git::command::Output;

/// Fails where the machine kept git from recording files, or from looking into a folder, although it went on: what it left out then is left
/// out for no reason of the file's, and a snapshot without it would be taken for the worktree.
pub(super) fn broken_down(output: &Output) -> Result<()> {
    match Breakdown::told("git, which reads the worktree,", &output.stderr) {
        Some(breakdown) => Err(breakdown.into()),
        None => Ok(()),
    }
}

/// Paths that git complained about, in the shapes of its messages under `LC_ALL=C`.
pub(super) fn left_out(stderr: &str) -> Vec<LeftOut> {
    const SHAPES: [&str; 4] = [
        r#"^error: open\("(?<path>.+)"\): (?<why>.+)$"#,
        r"^warning: could not open directory '(?<path>.+?)/?': (?<why>.+)$",
        r"^error: '(?<path>.+?)/?' (?<why>does not have a commit checked out)$",
        r"^error: (?<why>.+) '(?<path>.+)'$",
    ];
    let shapes: Vec<Regex> = SHAPES.iter().map(|shape| Regex::new(shape).expect("the shapes are valid patterns")).collect();
    let mut found: Vec<LeftOut> = Vec::new();
    for line in stderr.lines() {
        let Some(matched) = shapes.iter().find_map(|shape| shape.captures(line)) else {
            continue;
        };
        let path = RepoPath::from(&matched["path"]);
        if !found.iter().any(|known| known.path == path) {
            found.push(LeftOut { path, reason: matched["why"].to_owned() });
        }
    }
    found
}

/// What git says of an index that it cannot read, or of which it reads what never was in it.
pub(super) fn damage_of_index(stderr: &str) -> Option<&'static str> {
    const SAID: [&str; 8] = [
        "cache entry has null sha1", "index file smaller than expected", "index file corrupt", "bad signature 0x", "bad index version",
        "bad index file sha1 signature", "unordered stage entries", "malformed name field in the index",
    ];
    SAID.into_iter().find(|said| stderr.contains(said))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_index_is_known_by_what_git_says() {
        for (stderr, damage) in [
            ("error: cache entry has null sha1: \n", Some("cache entry has null sha1")),
            ("fatal: .git/index: index file smaller than expected\n", Some("index file smaller than expected")),
            ("error: bad signature 0x00000000\nfatal: index file corrupt\n", Some("index file corrupt")),
            ("error: open(\"locked.txt\"): Permission denied\n", None),
        ] {
            assert_eq!(damage_of_index(stderr), damage, "{stderr}");
        }
    }

    #[test]
    fn gits_complaints_are_read_as_paths() {
        let stderr = "error: open(\"locked.txt\"): Permission denied\nerror: unable to index file 'locked.txt'\n\
                      warning: could not open directory 'noentry/': Permission denied\nerror: 'fresh/' does not have a commit checked out\n\
                      error: unable to index file 'fresh/'\nhint: whatever";
        let found: Vec<_> = left_out(stderr).into_iter().map(|l| (l.path.to_string(), l.reason)).collect();
        let expected =
            [("locked.txt", "Permission denied"), ("noentry", "Permission denied"), ("fresh", "does not have a commit checked out")];
        assert_eq!(found[..3], expected.map(|(path, why)| (path.to_owned(), why.to_owned())));
    }
}
