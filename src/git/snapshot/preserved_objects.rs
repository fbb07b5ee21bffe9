//! What git may throw away within a session and the session needs all the same: kept in its own store, until it ends.
//!
//! Copies objects, never refs: the user's repository holds on to nothing longer because of it.

use std::ffi::OsStr;

use anyhow::Result;

use super::{Snapshots, private_folder, store};
use crate::change::Oid;
use crate::git::objects::Objects;
use crate::git::position::Position;

/// Commits below HEAD, along first parents, whose own objects are kept.
const DEPTH: usize = 20;
/// Larger files are not kept: a start is not to wait for them.
const NO_LARGER: &str = "--filter=blob:limit=1m";
/// Nor is anything where there is more than this.
const MOST_OBJECTS: usize = 20_000;

impl Snapshots<'_> {
    /// Staged content belongs to no commit: git may prune it within the session, so the store keeps a copy.
    pub(super) fn keep_staged(&self, objects: &Objects, head: Option<&Oid>, index: &Oid) -> Result<()> {
        let mut ids = String::new();
        for path in objects.changed_paths(head, Some(index))? {
            if let Some(entry) = objects.entry(index, &path)?.filter(|entry| entry.mode & 0o170_000 != 0o160_000) {
                ids.push_str(&format!("{}\n", entry.id));
            }
        }
        if !ids.is_empty() {
            self.pack(&ids)?;
        }
        Ok(())
    }

    /// The last commits below HEAD that no remote has, with what they brought: they may be rewritten, and pruned when they are. The commit
    /// that they stand on is not: what it holds stays where it is.
    pub(super) fn keep_unpushed(&self, objects: &Objects, position: &Position) -> Result<()> {
        let Some(head) = &position.head else { return Ok(()) };
        let pushed: Vec<&Oid> = position.refs.iter().filter(|(name, _)| name.starts_with("refs/remotes/")).map(|(_, id)| id).collect();
        let (mut below, mut at) = (None, *head);
        for _ in 0..DEPTH {
            if pushed.contains(&&at) {
                break;
            }
            let Some(parent) = objects.commit(&at).ok().and_then(|commit| commit.parents.into_iter().next()) else { break };
            at = parent;
            below = Some(parent);
        }
        let Some(below) = below else { return Ok(()) };
        let mut revisions = format!("{head}\n^{below}\n");
        pushed.iter().for_each(|id| revisions.push_str(&format!("^{id}\n")));
        let listed = self.git().run_with_input(["rev-list", "--objects", NO_LARGER, "--stdin"], revisions.as_bytes())?.text();
        let is_id = |word: &&str| word.len() >= 40 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        let ids: Vec<&str> = listed.lines().filter_map(|row| row.split(' ').next()).filter(is_id).take(MOST_OBJECTS + 1).collect();
        if ids.is_empty() || ids.len() > MOST_OBJECTS {
            return Ok(());
        }
        self.pack(&ids.iter().map(|id| format!("{id}\n")).collect::<String>())
    }

    /// Copies objects, one id a line, without a search for what is alike.
    fn pack(&self, ids: &str) -> Result<()> {
        let folder = store(&self.folder).join("pack");
        private_folder(&folder)?;
        let pack = folder.join("pack");
        let arguments = ["pack-objects", "--quiet", "--window=0"].iter().map(OsStr::new).chain([pack.as_os_str()]);
        self.git().run_with_input(arguments, ids.as_bytes())?;
        Ok(())
    }
}
