//! The worktree as a tree: tracked and untracked files that are not ignored, at a moment.
//!
//! Written by git's own plumbing from a copy of the user's index into the session's private object directory: right in every repository
//! shape, filters, encodings and sparse checkouts included. The user's index, refs, stash, configuration, worktree and object store are
//! never written to. It costs about one `git status` plus the files that differ.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use crate::change::{Dirt, LeftOut, Oid, RepoPath, WorktreeState};
use crate::error::{Error, Kind};
use crate::files::private_folder;
use crate::git::command::{Git, Output, Running};
use crate::git::objects::Objects;
use crate::git::position;
use crate::git::repository::Repository;
use crate::journal_dir;
use complaints::left_out;
use flags::Tag;
use stand_in::{add_stand_ins, size, stand_in};

mod complaints;
mod flags;
mod preserved_objects;
mod scope;
mod stand_in;

pub use stand_in::{UNTRACKED_LIMIT, is_stand_in};

/// How a snapshot was made. The second one of a session starts where the first one ended up, else conversions differ and untouched files
/// look modified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Method {
    /// One `git add`.
    Add,
    /// The same with no filter required, because one is configured but not installed.
    OptionalFilters,
    /// Path by path, because some path stops git as a whole.
    PathByPath,
}

impl Method {
    const ALL: [(Self, &str); 3] =
        [(Self::Add, "add"), (Self::OptionalFilters, "add-optional-filters"), (Self::PathByPath, "add-path-by-path")];

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(method, _)| *method == self).map_or("add", |(_, name)| name)
    }

    fn named(name: &str) -> Self {
        Self::ALL.iter().find(|(_, n)| *n == name).map_or(Self::Add, |(method, _)| *method)
    }
}

/// Takes snapshots into one private store.
pub struct Snapshots<'a> {
    repository: &'a Repository,
    folder: PathBuf,
    /// Index copies of this one snapshot: another that runs at the same time, or that was killed, has its own.
    scratch: tempfile::TempDir,
    /// Whether the user's index is wanted as a tree too.
    staged: bool,
    /// What lies below this folder does not count as dirt.
    aside: Option<RepoPath>,
}

/// Removes what only snapshots need: they hold untracked files, secrets among them, and nothing reads them after a session's end. Says
/// whether all is gone; what could not be removed is readable by its owner only.
pub fn forget(folder: &Path) -> bool {
    let scratch = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let scratch = scratch.filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(journal_dir::SNAPSHOT)));
    let is_left = |path: &PathBuf| fs::remove_dir_all(path).is_err_and(|error| error.kind() != io::ErrorKind::NotFound);
    scratch.chain([store(folder)]).filter(is_left).count() == 0
}

/// The private object directory of a session folder.
pub fn store(folder: &Path) -> PathBuf {
    folder.join(journal_dir::OBJECTS)
}

impl<'a> Snapshots<'a> {
    /// Snapshots of this worktree, kept in the session's folder.
    pub fn new(repository: &'a Repository, folder: &Path) -> Result<Self> {
        let scratch = tempfile::Builder::new().prefix(journal_dir::SNAPSHOT).tempdir_in(folder);
        let scratch = scratch.with_context(|| format!("could not write to {}", folder.display()))?;
        Ok(Self { repository, folder: folder.to_owned(), scratch, staged: true, aside: None })
    }

    /// The same, with files below this folder left out of the count of what is not committed: they are nobody's work.
    pub fn aside(self, folder: Option<RepoPath>) -> Self {
        Self { aside: folder, ..self }
    }

    /// Where the worktree stands now. `start` is an earlier state that this one is compared with.
    pub fn take(&self, start: Option<&WorktreeState>) -> Result<WorktreeState> {
        private_folder(&store(&self.folder))?;
        let disk_time = scope::touched(self.scratch.path());
        let position = position::read(self.repository)?;
        let settings = Settings::read(self.repository)?;
        let mut worktree = self.worktree(&settings, start)?;
        let flagged = self.flagged(&settings, &worktree.as_found.flagged)?;
        let mut start_tree = None;
        if let Some(start) = start {
            (worktree.tree, start_tree) = self.by_flags(start, &worktree.tree, &flagged)?;
        }
        let objects = Objects::open(&[&store(&self.folder), &self.repository.objects], self.repository.format)?;
        let dirt = self.dirt(&objects, position.head.as_ref(), worktree.as_found.index.as_ref(), &worktree.tree)?;
        if let Some(index) = &worktree.as_found.index {
            self.keep_staged(&objects, position.head.as_ref(), index)?;
        }
        if start.is_none() {
            self.keep_unpushed(&objects, &position)?;
        }
        let subject = position.head.as_ref().and_then(|head| objects.commit(head).ok()).map(|commit| commit.subject);
        Ok(WorktreeState {
            head: position.head,
            branch: position.branch,
            subject,
            tree: worktree.tree,
            index: worktree.as_found.index,
            refs: position.refs,
            stashes: position.stashes,
            autostash: position.autostash,
            under_way: position.under_way,
            reflog: position.reflog,
            reflog_last: position.reflog_last,
            dirt,
            left_out: worktree.left_out,
            flagged,
            method: worktree.method.name().into(),
            disk_time,
            start_tree,
        })
    }

    /// The worktree's tree alone, as it compares with that of `start` where there is one: what a command runs on.
    pub fn tree(mut self, start: Option<&WorktreeState>) -> Result<Oid> {
        self.staged = false;
        private_folder(&store(&self.folder))?;
        Ok(self.worktree(&Settings::read(self.repository)?, start)?.tree)
    }

    fn worktree(&self, settings: &Settings, start: Option<&WorktreeState>) -> Result<Worktree> {
        let now = self.all_in_view(settings, start.map_or(Method::Add, |start| Method::named(&start.method)))?;
        match start {
            Some(start) => self.in_view_of(start, settings, now),
            None => Ok(now),
        }
    }

    fn all_in_view(&self, settings: &Settings, first: Method) -> Result<Worktree> {
        let mut excluded = self.inner_git_dir();
        let mut last = String::new();
        for (method, _) in Method::ALL.into_iter().filter(|(method, _)| *method >= first) {
            match self.add(method, settings, &mut excluded)? {
                Attempt::Done { mut left_out, as_found, untouched } => {
                    let files = excluded.iter().filter(|path| self.repository.absolute(path).is_file());
                    let large: Vec<_> = files.filter_map(|path| Some((path, stand_in(&self.repository.absolute(path))?))).collect();
                    add_stand_ins(&self.git(), &large, &mut left_out)?;
                    let tree = match &as_found.index {
                        Some(index) if untouched && large.is_empty() => *index,
                        _ => Oid::new(self.git().text(settings.write_tree(method))?),
                    };
                    return Ok(Worktree { tree, as_found, left_out, method });
                }
                Attempt::Refused(why) => match complaints::damage_of_index(&why) {
                    Some(what) => return Err(self.damaged_index(what).into()),
                    None => last = why,
                },
            }
        }
        bail!("git could not record the worktree: {last}")
    }

    /// Whatever git reads of such an index is wrong: files would seem to be as they were, or gone.
    fn damaged_index(&self, what: &str) -> Error {
        let index = self.repository.index.display();
        Error::new(Kind::Failed, format!("git's index {index} is damaged: {what}")).hint(format!(
            "mv {index} {index}.damaged && git reset (makes it anew, and leaves your files as they are); then the same command again"
        ))
    }

    /// One try. While git works, the same time is used to look for large untracked files; where there are some, git starts again without.
    fn add(&self, method: Method, settings: &Settings, excluded: &mut BTreeSet<RepoPath>) -> Result<Attempt> {
        let copy = self.copy_index("index")?;
        let identity_as_found = identity(&copy);
        let git = self.git();
        let running = (method != Method::PathByPath).then(|| git.start(self.add_arguments(method, settings, excluded)?)).transpose()?;
        let user_index = self.git().with_index(&self.copy_index("index-as-found")?);
        let (large, flagged) = self.listed(&user_index, settings, excluded)?;
        let index = self.staged.then(|| user_index.run(settings.write_tree(method))).transpose()?;
        if let Some(broken) = index.as_ref().filter(|index| complaints::damage_of_index(&index.stderr).is_some()) {
            running.map(Running::kill).transpose()?;
            return Ok(Attempt::Refused(broken.stderr.clone()));
        }
        let index = index.filter(Output::ok).map(|index| Oid::new(index.text())); // an index with conflicts has no tree
        let as_found = AsFound { index, flagged };
        excluded.extend(large.iter().cloned());
        let output = match running {
            None => return self.add_each(settings, excluded, as_found),
            Some(running) if large.is_empty() => running.finish()?,
            Some(running) => {
                running.kill()?;
                self.copy_index("index")?;
                git.run(self.add_arguments(method, settings, excluded)?)?
            }
        };
        complaints::broken_down(&output)?;
        Ok(match output.code {
            0 | 1 if complaints::damage_of_index(&output.stderr).is_none() => {
                let untouched = identity_as_found.is_some() && identity_as_found == identity(&copy);
                Attempt::Done { left_out: left_out(&output.stderr), as_found, untouched }
            }
            _ => Attempt::Refused(output.stderr),
        })
    }

    /// Untracked files above the limit that are not excluded yet, and tracked files with a flag.
    fn listed(&self, git: &Git, settings: &Settings, excluded: &BTreeSet<RepoPath>) -> Result<(Vec<RepoPath>, Vec<RepoPath>)> {
        let untracked = if settings.untracked { &["--others", "--exclude-standard"][..] } else { &[] };
        let tracked = if settings.sparse { &[][..] } else { &["--cached"] };
        if untracked.is_empty() && tracked.is_empty() {
            return Ok(Default::default());
        }
        let output = git.run(["ls-files", "-v", "-z"].iter().chain(untracked).chain(tracked))?;
        complaints::broken_down(&output)?;
        let (mut large, mut flagged) = (Vec::new(), Vec::new());
        for (tag, path) in flags::tagged(&output) {
            match tag {
                Tag::Untracked if !excluded.contains(&path) && size(&self.repository.absolute(&path)) > UNTRACKED_LIMIT => large.push(path),
                Tag::Flagged => flagged.push(path),
                Tag::Untracked | Tag::Other => {}
            }
        }
        Ok((large, flagged))
    }

    /// The last resort: each changed path by itself, so that one bad path costs only itself.
    fn add_each(&self, settings: &Settings, excluded: &BTreeSet<RepoPath>, as_found: AsFound) -> Result<Attempt> {
        let git = self.git();
        let mut left_out = Vec::new();
        let mut paths: Vec<RepoPath> = git.run(["diff-files", "--name-only", "-z"])?.paths().collect();
        if settings.untracked {
            let untracked = git.run(["ls-files", "--others", "--exclude-standard", "-z"])?;
            complaints::broken_down(&untracked)?;
            left_out = complaints::left_out(&untracked.stderr); // folders that cannot be opened are a warning there
            paths.extend(untracked.paths());
        }
        for path in paths {
            if excluded.contains(&path) {
                continue;
            }
            let mut arguments = self.add_arguments(Method::OptionalFilters, settings, &BTreeSet::new())?;
            arguments.pop(); // `.`
            arguments.push(path.to_path().into());
            let output = git.run(arguments)?;
            complaints::broken_down(&output)?;
            if complaints::damage_of_index(&output.stderr).is_some() {
                return Ok(Attempt::Refused(output.stderr));
            }
            if !output.ok() {
                let reason = output.stderr.lines().next().unwrap_or("git could not read it").to_owned();
                left_out.push(LeftOut { path, reason });
            }
        }
        Ok(Attempt::Done { left_out, as_found, untouched: false })
    }

    fn add_arguments(&self, method: Method, settings: &Settings, excluded: &BTreeSet<RepoPath>) -> Result<Vec<OsString>> {
        let own = ["--literal-pathspecs", "-c", "advice.addEmbeddedRepo=false"].map(OsString::from);
        let mut arguments = [own.to_vec(), settings.options(method)].concat();
        if !excluded.is_empty() {
            let mut setting = OsString::from("core.excludesFile=");
            setting.push(self.exclude_file(settings, excluded)?);
            arguments.extend(["-c".into(), setting]);
        }
        let scope = if settings.untracked { "-A" } else { "-u" };
        arguments.extend(["add", scope, "--sparse", "--ignore-errors", "--", "."].map(OsString::from));
        Ok(arguments)
    }

    /// The user's excludes with more paths added.
    fn exclude_file(&self, settings: &Settings, excluded: &BTreeSet<RepoPath>) -> Result<PathBuf> {
        let mut patterns = settings.excludes.as_ref().and_then(|path| fs::read(path).ok()).unwrap_or_default();
        for path in excluded {
            patterns.extend(b"\n/");
            for &byte in path.as_bytes() {
                if b"\\*?[]! #\t\r".contains(&byte) {
                    patterns.push(b'\\');
                }
                patterns.push(byte);
            }
        }
        let file = self.scratch.path().join("excludes");
        fs::write(&file, patterns)?;
        Ok(file)
    }

    /// A git directory inside the worktree under another name than `.git` would be taken for the user's files.
    fn inner_git_dir(&self) -> BTreeSet<RepoPath> {
        let inner = |dir: &Path| {
            let path = dir.strip_prefix(&self.repository.worktree).ok()?;
            let named = path.components().all(|part| part.as_os_str() != ".git") && path != Path::new("");
            named.then(|| RepoPath::from_path(path))
        };
        [&self.repository.git_dir, &self.repository.common_dir].into_iter().filter_map(|dir| inner(dir)).collect()
    }

    /// Counts what is not committed: modified are paths that the index or HEAD knows, untracked the others.
    fn dirt(&self, objects: &Objects, head: Option<&Oid>, index: Option<&Oid>, tree: &Oid) -> Result<Dirt> {
        let mut dirt = Dirt::default();
        let committed = head.and_then(|head| objects.tree_of(head).ok());
        let is_aside = |path: &RepoPath| self.aside.as_ref().is_some_and(|folder| path.is_below(folder));
        // what is staged alone is not committed either
        let mut changed: BTreeSet<RepoPath> = objects.changed_paths(head, Some(tree))?.into_iter().collect();
        changed.extend(index.map(|index| objects.changed_paths(head, Some(index))).transpose()?.into_iter().flatten());
        for path in changed.into_iter().filter(|path| !is_aside(path)) {
            let has = |tree: &Oid| objects.entry(tree, &path).is_ok_and(|entry| entry.is_some());
            let known = committed.iter().chain(index).any(has) || !has(tree);
            if known { dirt.modified += 1 } else { dirt.untracked += 1 }
        }
        Ok(dirt)
    }

    fn git(&self) -> Git {
        let git = self.repository.git().with_objects(&store(&self.folder), &[&self.repository.objects]);
        git.with_index(&self.scratch.path().join("index"))
    }

    /// A copy of the user's index with the same modification time: with a newer one git would miss edits of the same size and second.
    fn copy_index(&self, name: &str) -> Result<PathBuf> {
        let copy = self.scratch.path().join(name);
        for left in [&copy, &copy.with_extension("lock")] {
            fs::remove_file(left).ok(); // of a try that failed
        }
        let found = &self.repository.index;
        match fs::copy(found, &copy) {
            Ok(_) => File::options().write(true).open(&copy)?.set_modified(fs::metadata(found)?.modified()?)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("could not copy the index {}", found.display())),
        }
        Ok(copy)
    }
}

/// What a snapshot of the worktree came to.
struct Worktree {
    tree: Oid,
    as_found: AsFound,
    left_out: Vec<LeftOut>,
    method: Method,
}

/// What the user's index says.
struct AsFound {
    /// Its tree, where it has no conflicts and that was asked for.
    index: Option<Oid>,
    /// The files with a flag in it.
    flagged: Vec<RepoPath>,
}

enum Attempt {
    Done {
        left_out: Vec<LeftOut>,
        as_found: AsFound,
        /// Git had nothing to add: the worktree's tree is the index's.
        untouched: bool,
    },
    Refused(String),
}

/// The settings of git's that a snapshot depends on.
struct Settings {
    /// Whether untracked files count (`status.showUntrackedFiles`).
    untracked: bool,
    /// Whether the checkout is sparse: git sets and clears flags by itself there, for files that are not on disk.
    sparse: bool,
    /// Names of configured filters.
    filters: BTreeSet<String>,
    /// The user's own excludes file.
    excludes: Option<PathBuf>,
}

impl Settings {
    /// What every command of a snapshot is told: `write-tree` too reads files again whose time stamps leave doubts.
    fn options(&self, method: Method) -> Vec<OsString> {
        let mut options: Vec<OsString> = ["-c", "core.safecrlf=false", "-c", "core.splitIndex=false"].map(Into::into).into();
        if method > Method::Add {
            options.extend(self.filters.iter().flat_map(|name| ["-c".into(), format!("filter.{name}.required=false").into()]));
        }
        options
    }

    fn write_tree(&self, method: Method) -> Vec<OsString> {
        [self.options(method), ["write-tree", "--missing-ok"].map(OsString::from).into()].concat()
    }

    fn read(repository: &Repository) -> Result<Self> {
        let pattern = r"^(status\.showuntrackedfiles|core\.excludesfile|core\.sparsecheckout|filter\..*)$";
        let output = repository.git().run(["config", "--type=path", "-z", "--get-regexp", pattern])?;
        let mut settings = Self { untracked: true, sparse: false, filters: BTreeSet::new(), excludes: default_excludes() };
        let text = String::from_utf8_lossy(&output.stdout);
        for (name, value) in text.split('\0').filter_map(|entry| entry.split_once('\n')) {
            match name {
                "status.showuntrackedfiles" => settings.untracked = !matches!(value, "no" | "false" | "off" | "0"),
                "core.sparsecheckout" => settings.sparse = !matches!(value, "no" | "false" | "off" | "0"),
                "core.excludesfile" => settings.excludes = Some(value.into()),
                _ => settings.filters.extend(name.strip_prefix("filter.").and_then(|rest| Some(rest.rsplit_once('.')?.0.to_owned()))),
            }
        }
        Ok(settings)
    }
}

/// Where git looks for excludes when nothing is configured.
fn default_excludes() -> Option<PathBuf> {
    use etcetera::BaseStrategy;
    Some(etcetera::choose_base_strategy().ok()?.config_dir().join("git/ignore"))
}

/// What changes when git writes an index anew: it puts another file in its place.
fn identity(index: &Path) -> Option<(u64, SystemTime)> {
    let meta = fs::metadata(index).ok()?;
    Some((meta.ino(), meta.modified().ok()?))
}
