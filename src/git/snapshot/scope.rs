//! The same files in view at both ends: what is ignored may change within a session, and a file neither comes nor goes by that.
//!
//! An untracked file of the start that is ignored now and still on disk stays in the snapshot. A file that was ignored at the start and
//! was not touched since is left out of it, whoever sees it now: the inode's own time, which no program sets, tells.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path};

use anyhow::Result;

use super::{Method, Settings, Snapshots, UNTRACKED_LIMIT, Worktree, add_stand_ins, size, stand_in, store};
use crate::change::{DiskTime, Oid, RepoPath, WorktreeState};
use crate::git::command::Git;
use crate::git::objects::Objects;

/// When the inode of a file was last changed.
pub(super) fn touched(path: &Path) -> Option<DiskTime> {
    fs::symlink_metadata(path).ok().map(|meta| (meta.ctime(), meta.ctime_nsec()))
}

impl Snapshots<'_> {
    /// The snapshot with the files in view that were in view at the start. Where git cannot do that, the snapshot as it was.
    pub(super) fn in_view_of(&self, start: &WorktreeState, settings: &Settings, mut now: Worktree) -> Result<Worktree> {
        let objects = Objects::open(&[&store(&self.folder), &self.repository.objects], self.repository.format)?;
        // with what the worktree was at the start gone, there is nothing to go by
        let Ok((came, went)) = objects.came_and_went(&start.tree, &now.tree) else { return Ok(now) };
        let mut hidden = Vec::new();
        for path in went {
            let is_there = fs::symlink_metadata(self.repository.absolute(&path)).is_ok_and(|meta| meta.is_file() || meta.is_symlink());
            if is_there && !was_tracked(&objects, start, &path)? {
                hidden.push(path);
            }
        }
        let is_old =
            |path: &RepoPath| start.disk_time.is_some_and(|start| touched(&self.repository.absolute(path)).is_some_and(|at| at < start));
        let shown = self.ignored_by(&objects, &start.tree, came.into_iter().filter(is_old).collect())?;
        if hidden.is_empty() && shown.is_empty() {
            return Ok(now);
        }
        let (large, small): (Vec<_>, Vec<_>) = hidden.iter().partition(|path| size(&self.repository.absolute(path)) > UNTRACKED_LIMIT);
        let done = self.update_index(settings, "--add", &small)?
            && self.update_index(settings, "--force-remove", &shown.iter().collect::<Vec<_>>())?;
        if done {
            let large: Vec<_> = large.into_iter().filter_map(|path| Some((path, stand_in(&self.repository.absolute(path))?))).collect();
            add_stand_ins(&self.git(), &large, &mut now.left_out)?;
            now.tree = Oid::new(self.git().text(settings.write_tree(now.method))?);
        }
        Ok(now)
    }

    fn update_index(&self, settings: &Settings, how: &str, paths: &[&RepoPath]) -> Result<bool> {
        if paths.is_empty() {
            return Ok(true);
        }
        let arguments =
            [settings.options(Method::OptionalFilters), ["update-index", how, "-z", "--stdin"].map(OsString::from).into()].concat();
        Ok(self.git().run_with_input(arguments, &listed(paths))?.ok())
    }

    /// Those of the paths that the rules of that tree ignore, and the user's own rules as they are now.
    fn ignored_by(&self, objects: &Objects, tree: &Oid, paths: Vec<RepoPath>) -> Result<Vec<RepoPath>> {
        if paths.is_empty() {
            return Ok(paths);
        }
        let rules = self.scratch.path().join("rules");
        for folder in paths.iter().flat_map(RepoPath::folders).collect::<BTreeSet<_>>() {
            let path = folder.to_path();
            if path.components().any(|part| !matches!(part, Component::Normal(_))) {
                continue; // a made-up tree writes nowhere else
            }
            let file = RepoPath::from_path(&path.join(".gitignore"));
            let text = objects.entry(tree, &file)?.map(|entry| objects.blob(&entry.id)).transpose()?.flatten();
            fs::create_dir_all(rules.join(path))?;
            if let Some(text) = text {
                fs::write(rules.join(path).join(".gitignore"), text)?;
            }
        }
        let git = Git::at(&self.repository.git_dir, &rules);
        let all: Vec<&RepoPath> = paths.iter().collect();
        let output = git.run_with_input(["check-ignore", "--no-index", "-z", "--stdin"], &listed(&all))?;
        Ok(output.paths().collect())
    }
}

fn was_tracked(objects: &Objects, start: &WorktreeState, path: &RepoPath) -> Result<bool> {
    let head = || start.head.as_ref().map(|head| objects.tree_of(head)).transpose();
    let known = start.index.map_or_else(head, |index| Ok(Some(index)))?;
    Ok(known.map(|tree| objects.entry(&tree, path)).transpose()?.flatten().is_some())
}

fn listed(paths: &[&RepoPath]) -> Vec<u8> {
    paths.iter().flat_map(|path| [path.as_bytes(), b"\0"].concat()).collect()
}
