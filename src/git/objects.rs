//! Reading objects: trees, blobs, commits. Ids and bytes go out, nothing of git2 does.
//!
//! Only the object database is opened, not the repository: that works in every shape, also in those that libgit2 refuses (reftable,
//! unknown extensions), and no configuration can change what is read. Nothing is ever written here.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use chrono::{DateTime, FixedOffset, TimeZone};

use crate::change::{Commit, Oid, RepoPath};
use crate::git::command::{Git, Output};
use crate::git::loose::Loose;
use crate::git::repository::ObjectFormat;
use crate::parallel;

/// An open object database.
pub struct Objects {
    repository: git2::Repository,
    format: git2::ObjectFormat,
    directories: Vec<PathBuf>,
    loose: Loose,
}

/// A database as one thread has it.
enum Opened<'a> {
    First(&'a Objects),
    Another(Box<Objects>),
}

/// One entry of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeEntry {
    /// Git's file mode.
    pub mode: u32,
    /// Id of the blob, tree or submodule commit.
    pub id: Oid,
}

impl Objects {
    /// Opens these object directories, their own alternates included. Ones that do not exist are passed over.
    pub fn open(directories: &[&Path], format: ObjectFormat) -> Result<Self> {
        let format = match format {
            ObjectFormat::Sha1 => git2::ObjectFormat::Sha1,
            ObjectFormat::Sha256 => git2::ObjectFormat::Sha256,
        };
        git2::opts::strict_hash_verification(false); // git checks what it reads; hashing each blob again costs a third of a diff
        Self::of(directories.iter().map(|directory| directory.to_path_buf()).collect(), format)
    }

    fn of(directories: Vec<PathBuf>, format: git2::ObjectFormat) -> Result<Self> {
        let database = git2::Odb::new_ext(format)?;
        for directory in &directories {
            let path = directory.to_str().with_context(|| format!("the path {} is not UTF-8", directory.display()))?;
            database.add_disk_alternate(path).with_context(|| format!("could not open the objects in {path}"))?;
        }
        let loose = Loose::open(&directories);
        Ok(Self { repository: git2::Repository::from_odb(database)?, format, directories, loose })
    }

    /// Does something with each item, on several cores where that pays: each has the database open for itself.
    pub(super) fn spread<T: Sync, R: Send>(
        &self,
        items: &[T],
        size: impl Fn(&T) -> usize,
        work: impl Fn(&Self, &T) -> Result<R> + Sync,
    ) -> Result<Vec<R>> {
        let (directories, format) = (&self.directories, self.format);
        let another = || Self::of(directories.clone(), format).map(|objects| Opened::Another(Box::new(objects)));
        let with = |opened: &mut Result<Opened<'_>>, item: &T| match opened {
            Ok(Opened::First(objects)) => work(objects, item),
            Ok(Opened::Another(objects)) => work(objects, item),
            Err(error) => bail!("{error:#}"),
        };
        parallel::map(items, size, Ok(Opened::First(self)), another, with).into_iter().collect()
    }

    pub(super) fn oid(&self, id: &Oid) -> Result<git2::Oid> {
        git2::Oid::from_str_ext(id.as_str(), self.format).with_context(|| format!("{id} is no object id"))
    }

    pub(super) fn repository(&self) -> &git2::Repository {
        &self.repository
    }

    /// A blob's bytes, where they can be had without libgit2.
    pub(super) fn loose_blob(&self, id: &Oid) -> Option<Vec<u8>> {
        self.loose.blob(id.as_str())
    }

    /// The tree of a commit, or the tree itself.
    pub fn tree_of(&self, id: &Oid) -> Result<Oid> {
        let object = self.repository.find_object(self.oid(id)?, None).with_context(|| format!("{id} is not in this repository"))?;
        let tree = object.peel(git2::ObjectType::Tree).with_context(|| format!("{id} is neither a commit nor a tree"))?;
        Ok(Oid::new(tree.id().to_string()))
    }

    /// A commit's own facts.
    pub fn commit(&self, id: &Oid) -> Result<Commit> {
        let commit = self.repository.find_commit(self.oid(id)?).with_context(|| format!("commit {id} is not in this repository"))?;
        let author = commit.author();
        let is_other = commit.message_encoding().ok().flatten().is_some_and(|encoding| !encoding.eq_ignore_ascii_case("utf-8"));
        let recoded = if is_other { self.recoded(id) } else { None };
        let (name, message) = recoded.unwrap_or_else(|| {
            let texts = [author.name_bytes(), commit.message_raw_bytes()];
            texts.map(|bytes| String::from_utf8_lossy(bytes).into_owned()).into()
        });
        let (subject, body) = split_message(&message);
        Ok(Commit {
            id: *id,
            parents: commit.parent_ids().map(|id| Oid::new(id.to_string())).collect(),
            tree: Oid::new(commit.tree_id().to_string()),
            subject,
            body,
            author: name,
            email: String::from_utf8_lossy(author.email_bytes()).into_owned(),
            authored_at: time(author.when()),
            at: time(commit.committer().when()),
        })
    }

    /// Author and message of a commit that is not written in UTF-8. Git knows the encodings; it is asked for such a commit only.
    fn recoded(&self, id: &Oid) -> Option<(String, String)> {
        let (first, others) = self.directories.split_first()?;
        let others: Vec<&Path> = others.iter().map(PathBuf::as_path).collect();
        let git_dir = self.directories.last()?.parent()?;
        let git = Git::at(git_dir, git_dir).with_objects(first, &others);
        let output = git.run(["rev-list", "--no-walk", "--encoding=UTF-8", "--format=%an%x00%B", id.as_str()]).ok().filter(Output::ok)?;
        // the first line is the commit's id
        let text = String::from_utf8(output.stdout).ok()?;
        let (name, message) = text.split_once('\n')?.1.split_once('\0')?;
        Some((name.to_owned(), message.to_owned()))
    }

    /// A blob's bytes, none where it is not in this clone.
    pub fn blob(&self, id: &Oid) -> Result<Option<Vec<u8>>> {
        Ok(self.found_blob(self.oid(id)?)?.map(|blob| blob.content().to_vec()))
    }

    pub(super) fn found_blob(&self, id: git2::Oid) -> Result<Option<git2::Blob<'_>>> {
        match self.repository.find_blob(id) {
            Ok(blob) => Ok(Some(blob)),
            Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("could not read blob {id}")),
        }
    }

    /// The paths directly in a folder of a tree; none where there is no such folder. An empty path is the top.
    pub fn names(&self, tree: &Oid, folder: &RepoPath) -> Result<Vec<RepoPath>> {
        let id = if folder.as_bytes().is_empty() { Some(*tree) } else { self.entry(tree, folder)?.map(|entry| entry.id) };
        let Some(id) = id else { return Ok(Vec::new()) };
        let Ok(tree) = self.repository.find_tree(self.oid(&id)?) else {
            return Ok(Vec::new());
        };
        let prefix = if folder.as_bytes().is_empty() { Vec::new() } else { [folder.as_bytes(), b"/"].concat() };
        Ok(tree.iter().map(|entry| RepoPath::new([&prefix, entry.name_bytes()].concat())).collect())
    }

    /// What a tree holds at a path, if anything.
    pub fn entry(&self, tree: &Oid, path: &RepoPath) -> Result<Option<TreeEntry>> {
        let mut id = self.oid(tree)?;
        let mut components = path.as_bytes().split(|&b| b == b'/').peekable();
        while let Some(name) = components.next() {
            let tree = self.repository.find_tree(id).with_context(|| format!("tree {id} is not in this repository"))?;
            // git2 takes no name with a NUL in it, and no file has one
            let Some(entry) = Some(name).filter(|name| !name.contains(&0)).and_then(|name| tree.get_name_bytes(name)) else {
                return Ok(None);
            };
            if components.peek().is_none() {
                return Ok(Some(TreeEntry { mode: mode(entry.filemode_raw()), id: Oid::new(entry.id().to_string()) }));
            }
            if entry.kind() != Some(git2::ObjectType::Tree) {
                return Ok(None);
            }
            id = entry.id();
        }
        bail!("a path without a name")
    }
}

pub(super) fn mode(raw: i32) -> u32 {
    u32::try_from(raw).unwrap_or(0)
}

/// First paragraph joined to one line, and the rest. A line of white space ends the paragraph, whatever its line ends.
fn split_message(message: &str) -> (String, String) {
    let mut lines = message.trim().lines();
    let subject: Vec<&str> = lines.by_ref().map(str::trim).take_while(|line| !line.is_empty()).collect();
    let body: Vec<&str> = lines.collect();
    (subject.join(" "), body.join("\n").trim().to_owned())
}

fn time(when: git2::Time) -> DateTime<FixedOffset> {
    let offset = FixedOffset::east_opt(when.offset_minutes() * 60).unwrap_or(FixedOffset::east_opt(0).expect("zero is an offset"));
    offset.timestamp_opt(when.seconds(), 0).single().unwrap_or_else(|| DateTime::UNIX_EPOCH.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_split_like_git_does() {
        for (message, subject, body) in [
            ("fix: it\n\nBecause.\n", "fix: it", "Because."),
            ("two\nlines\n\n\nbody", "two lines", "body"),
            ("tab\there\r\n\r\nbody\r\nand more", "tab\there", "body\nand more"),
            ("blank\n \t\n  - body\n\nmore", "blank", "- body\n\nmore"),
            ("\n", "", ""),
        ] {
            assert_eq!(split_message(message), (subject.into(), body.into()));
        }
    }
}
