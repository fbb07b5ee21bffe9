//! Objects on demand: one long-running `git cat-file` reads, new trees and files are kept in memory until they are asked to be written.
//!
//! Reads through git itself, so that every repository shape works and replaced objects are seen as git shows them. Never fetches. Ids of
//! new objects are computed here; only what the result needs is ever written, and only to the object directory that git was given.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use std::process::{Child, ChildStdin, ChildStdout};
use std::rc::Rc;

use anyhow::{Context, Result, bail, ensure};
use git2::{ObjectFormat, ObjectType};

use super::command::{Git, interrupted};
use super::lfs;
use crate::attribution::objects::{CommitFacts, Named, Objects, Text};
use crate::change::Oid;
use crate::error::Breakdown;

/// Files above this are compared as a whole.
const LARGEST_TEXT: u64 = 8 << 20;
/// Git looks for a zero byte in as many bytes to tell binary files.
const BINARY_WINDOW: usize = 8000;
/// Texts kept in memory at a time, in bytes.
const KEPT_TEXT: usize = 64 << 20;
/// Commits looked through for the source of a copied one.
const MOST_AUTHORED: &str = "--max-count=50000";

/// A repository's objects, and new ones that nobody has seen yet.
pub struct Store {
    git: Git,
    format: ObjectFormat,
    pipe: RefCell<Pipe>,
    fresh: RefCell<HashMap<Oid, Fresh>>,
    commits: RefCell<HashMap<Oid, Option<Rc<CommitFacts>>>>,
    trees: RefCell<HashMap<Oid, Rc<Vec<Named>>>>,
    texts: RefCell<(usize, HashMap<Oid, Text>)>,
    bases: RefCell<HashMap<(Oid, Oid), Vec<Oid>>>,
    authors: RefCell<Option<HashMap<Vec<u8>, Vec<Oid>>>>,
    tips: Vec<Oid>,
}

enum Fresh {
    Tree(Rc<Vec<Named>>),
    File(Rc<[u8]>),
}

impl Store {
    /// Opens the store, whose ids are as long as `like`. `tips`: commits that count as within reach beside refs and reflogs.
    pub fn open(git: &Git, like: &Oid, tips: Vec<Oid>) -> Result<Self> {
        let format = if like.as_str().len() == 64 { ObjectFormat::Sha256 } else { ObjectFormat::Sha1 };
        Ok(Self {
            git: git.clone(),
            format,
            pipe: RefCell::new(Pipe::open(git)?),
            fresh: RefCell::default(),
            commits: RefCell::default(),
            trees: RefCell::default(),
            texts: RefCell::default(),
            bases: RefCell::default(),
            authors: RefCell::default(),
            tips,
        })
    }

    /// The commit that an object leads to, by way of annotated tags.
    pub fn peeled(&self, id: &Oid) -> Result<Option<Oid>> {
        let found = self.pipe.borrow_mut().info(&format!("{id}^{{commit}}"))?;
        Ok(found.map(|header| header.id))
    }

    /// Writes a tree that was made here, with everything in it that was made here.
    pub fn write(&self, tree: &Oid) -> Result<()> {
        let fresh = self.fresh.borrow();
        let (mut trees, mut files, mut seen, mut open) = (Vec::new(), Vec::new(), HashSet::new(), vec![tree]);
        while let Some(id) = open.pop() {
            match fresh.get(id) {
                Some(made) if seen.insert(id) => match made {
                    Fresh::Tree(entries) => {
                        open.extend(entries.iter().map(|named| &named.entry.id));
                        trees.push((id, entries));
                    }
                    Fresh::File(bytes) => files.push((id, bytes)),
                },
                _ => {}
            }
        }
        self.write_files(&files)?;
        self.write_trees(&trees)
    }

    fn write_files(&self, files: &[(&Oid, &Rc<[u8]>)]) -> Result<()> {
        if files.is_empty() {
            return Ok(());
        }
        // where there is room for the objects themselves, there is for these
        let directory = self.git.objects().map_or_else(tempfile::tempdir, tempfile::tempdir_in)?;
        let mut names = Vec::new();
        for (i, (_, bytes)) in files.iter().enumerate() {
            let path = directory.path().join(i.to_string());
            std::fs::write(&path, bytes)?;
            names.extend_from_slice(path.as_os_str().as_encoded_bytes());
            names.push(b'\n');
        }
        let ids = files.iter().map(|(id, _)| *id);
        self.written(&["hash-object", "-w", "--no-filters", "--stdin-paths"], &names, ids)
    }

    fn write_trees(&self, trees: &[(&Oid, &Rc<Vec<Named>>)]) -> Result<()> {
        let trees: Vec<_> = trees.iter().filter(|(_, entries)| !entries.is_empty()).collect();
        let mut input = Vec::new();
        for (_, entries) in &trees {
            for named in entries.iter() {
                let kind = match named.entry.mode {
                    0o040_000 => "tree",
                    0o160_000 => "commit",
                    _ => "blob",
                };
                input.extend_from_slice(format!("{:06o} {kind} {}\t", named.entry.mode, named.entry.id).as_bytes());
                input.extend_from_slice(&named.name);
                input.push(0);
            }
            input.push(0);
        }
        if trees.is_empty() {
            return Ok(());
        }
        self.written(&["mktree", "-z", "--batch", "--missing"], &input, trees.iter().map(|(id, _)| *id))
    }

    fn written<'a>(&self, arguments: &[&str], input: &[u8], ids: impl Iterator<Item = &'a Oid>) -> Result<()> {
        let output = self.git.run_with_input(arguments, input)?;
        ensure!(output.ok(), "git {} failed: {}", arguments[0], output.stderr);
        let text = output.text();
        ensure!(text.lines().eq(ids.map(Oid::as_str)), "git {} gave other ids than expected", arguments[0]);
        Ok(())
    }

    fn keep(&self, kind: ObjectType, bytes: &[u8], fresh: Fresh) -> Result<Oid> {
        let id = Oid::new(git2::Oid::hash_object_ext(kind, bytes, self.format)?.to_string());
        self.fresh.borrow_mut().entry(id).or_insert(fresh);
        Ok(id)
    }

    fn read_text(&self, id: &Oid) -> Result<Text> {
        let mut pipe = self.pipe.borrow_mut();
        match pipe.info(id.as_str())? {
            Some(header) if header.kind == "blob" && header.size <= LARGEST_TEXT => {}
            _ => return Ok(Text::Opaque),
        }
        let Some((_, bytes)) = pipe.contents(id)? else {
            return Ok(Text::Opaque);
        };
        let binary = bytes.iter().take(BINARY_WINDOW).any(|&b| b == 0);
        Ok(if binary || lfs::is_pointer(&bytes) { Text::Opaque } else { Text::Lines(bytes.into()) })
    }

    fn read_authors(&self) -> Result<HashMap<Vec<u8>, Vec<Oid>>> {
        let tips: String = self.tips.iter().map(|id| format!("{id}\n")).collect();
        let arguments = [
            "log", "--all", "--reflog", "--no-merges", "--ignore-missing", MOST_AUTHORED, "--date=raw", "--format=%H %an <%ae> %ad",
            "--stdin",
        ];
        let output = self.git.run_with_input(["-c", "i18n.logOutputEncoding=UTF-8"].iter().chain(&arguments), tips.as_bytes())?;
        let mut out: HashMap<Vec<u8>, Vec<Oid>> = HashMap::new();
        for row in output.stdout.split(|&b| b == b'\n') {
            let Some(space) = row.iter().position(|&b| b == b' ') else {
                continue;
            };
            let id = Oid::new(String::from_utf8_lossy(&row[..space]));
            out.entry(authored_at(row).to_vec()).or_default().push(id);
        }
        Ok(out)
    }
}

impl Objects for Store {
    fn commit(&self, id: &Oid) -> Result<Option<Rc<CommitFacts>>> {
        if let Some(known) = self.commits.borrow().get(id) {
            return Ok(known.clone());
        }
        let read = self.pipe.borrow_mut().contents(id)?;
        let facts = read.filter(|(kind, _)| kind == "commit").and_then(|(_, bytes)| facts(&bytes)).map(Rc::new);
        self.commits.borrow_mut().insert(*id, facts.clone());
        Ok(facts)
    }

    fn tree(&self, id: &Oid) -> Result<Rc<Vec<Named>>> {
        if let Some(Fresh::Tree(entries)) = self.fresh.borrow().get(id) {
            return Ok(Rc::clone(entries));
        }
        if let Some(known) = self.trees.borrow().get(id) {
            return Ok(Rc::clone(known));
        }
        let read = self.pipe.borrow_mut().contents(id)?;
        let entries = match read {
            Some((kind, bytes)) if kind == "tree" => listing(&bytes, id.as_str().len() / 2)?,
            _ => Vec::new(),
        };
        let entries = Rc::new(entries);
        self.trees.borrow_mut().insert(*id, Rc::clone(&entries));
        Ok(entries)
    }

    fn text(&self, id: &Oid) -> Result<Text> {
        if let Some(Fresh::File(bytes)) = self.fresh.borrow().get(id) {
            return Ok(Text::Lines(Rc::clone(bytes)));
        }
        if let Some(known) = self.texts.borrow().1.get(id) {
            return Ok(known.clone());
        }
        let text = self.read_text(id)?;
        let mut kept = self.texts.borrow_mut();
        if kept.0 > KEPT_TEXT {
            *kept = (0, HashMap::new());
        }
        if let Text::Lines(bytes) = &text {
            kept.0 += bytes.len();
        }
        kept.1.insert(*id, text.clone());
        Ok(text)
    }

    fn keep_tree(&self, entries: Vec<Named>) -> Result<Oid> {
        let mut bytes = Vec::new();
        for named in &entries {
            bytes.extend_from_slice(format!("{:o} ", named.entry.mode).as_bytes());
            bytes.extend_from_slice(&named.name);
            bytes.push(0);
            bytes.extend_from_slice(&raw(&named.entry.id)?);
        }
        self.keep(ObjectType::Tree, &bytes, Fresh::Tree(Rc::new(entries)))
    }

    fn keep_text(&self, bytes: Vec<u8>) -> Result<Oid> {
        let bytes: Rc<[u8]> = bytes.into();
        self.keep(ObjectType::Blob, &bytes, Fresh::File(Rc::clone(&bytes)))
    }

    fn merge_bases(&self, a: &Oid, b: &Oid) -> Result<Vec<Oid>> {
        let key = (*a, *b);
        if let Some(known) = self.bases.borrow().get(&key) {
            return Ok(known.clone());
        }
        let output = self.git.run(["merge-base", "--all", a.as_str(), b.as_str()])?;
        let bases: Vec<Oid> = output.text().lines().map(Oid::new).collect();
        self.bases.borrow_mut().insert(key, bases.clone());
        Ok(bases)
    }

    fn range(&self, tip: &Oid, without: &Oid) -> Result<Vec<Oid>> {
        let text = self.git.text(["rev-list", "--no-merges", tip.as_str(), &format!("^{without}"), "--"])?;
        Ok(text.lines().map(Oid::new).collect())
    }

    fn authored_with(&self, author: &[u8]) -> Result<Vec<Oid>> {
        if self.authors.borrow().is_none() {
            let read = self.read_authors()?;
            *self.authors.borrow_mut() = Some(read);
        }
        Ok(self.authors.borrow().as_ref().and_then(|all| all.get(authored_at(author))).cloned().unwrap_or_default())
    }
}

/// `SECONDS OFFSET` of an author line: who wrote it may be called otherwise in a rewritten history, when stays.
fn authored_at(line: &[u8]) -> &[u8] {
    let before_seconds = line.iter().enumerate().rev().filter(|(_, byte)| **byte == b' ').nth(1);
    before_seconds.map_or(line, |(at, _)| &line[at + 1..])
}

/// A conversation with `git cat-file --batch-command`.
struct Pipe {
    child: Child,
    complaints: File,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

struct Header {
    id: Oid,
    kind: String,
    size: u64,
}

impl Pipe {
    fn open(git: &Git) -> Result<Self> {
        let complaints = git.objects().map_or_else(tempfile::tempfile, tempfile::tempfile_in).context("could not write a scratch file")?;
        let mut child = git.converse(["cat-file", "--batch-command"], complaints.try_clone()?.into())?;
        let output = BufReader::new(child.stdout.take().context("git cat-file has no output")?);
        let input = child.stdin.take();
        Ok(Self { child, complaints, input, output })
    }

    /// Id, kind and size of what a revision names; none where there is no such object.
    fn info(&mut self, revision: &str) -> Result<Option<Header>> {
        self.ask("info", revision)
    }

    fn contents(&mut self, id: &Oid) -> Result<Option<(String, Vec<u8>)>> {
        let Some(header) = self.ask("contents", id.as_str())? else {
            return Ok(None);
        };
        let mut bytes = vec![0; usize::try_from(header.size)? + 1];
        self.output.read_exact(&mut bytes).or_else(|error| self.broken_off(error))?;
        bytes.pop();
        Ok(Some((header.kind, bytes)))
    }

    fn ask(&mut self, command: &str, revision: &str) -> Result<Option<Header>> {
        let line = match self.asked(command, revision) {
            Ok(line) => line,
            Err(error) => return self.broken_off(error),
        };
        let mut words = line.split_whitespace();
        let (Some(id), Some(kind), Some(size)) = (words.next(), words.next(), words.next()) else {
            return Ok(None);
        };
        let Ok(size) = size.parse() else { return Ok(None) };
        Ok(Some(Header { id: Oid::new(id), kind: kind.to_owned(), size }))
    }

    fn asked(&mut self, command: &str, revision: &str) -> io::Result<String> {
        let input = self.input.as_mut().ok_or(ErrorKind::BrokenPipe)?;
        writeln!(input, "{command} {revision}")?;
        input.flush()?;
        let mut line = String::new();
        match self.output.read_line(&mut line)? {
            0 => Err(ErrorKind::UnexpectedEof.into()),
            _ => Ok(line),
        }
    }

    /// Why git answers no more: the machine let it down, or it gave up on what it was to read.
    fn broken_off<T>(&mut self, error: io::Error) -> Result<T> {
        const NAME: &str = "git cat-file";
        if !matches!(error.kind(), ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof) {
            return Err(error).context(NAME);
        }
        drop(self.input.take());
        let (status, mut said) = (self.child.wait()?, Vec::new());
        self.complaints.seek(SeekFrom::Start(0))?;
        self.complaints.read_to_end(&mut said)?;
        let said = String::from_utf8_lossy(&said);
        match interrupted(NAME, status).or_else(|| Breakdown::told(NAME, &said)) {
            Some(breakdown) => Err(breakdown.into()),
            None => bail!("{NAME} ended early: {}", said.lines().last().unwrap_or_default()),
        }
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        drop(self.input.take());
        // it ends when its input does; how it ends says nothing
        let _ = self.child.wait();
    }
}

fn facts(bytes: &[u8]) -> Option<CommitFacts> {
    let end = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap_or(bytes.len());
    let (head, message) = (&bytes[..end], bytes.get(end + 2..).unwrap_or_default());
    let field = |name: &'static [u8]| head.split(|&b| b == b'\n').filter_map(move |line| line.strip_prefix(name));
    let id = |value: &[u8]| Oid::new(String::from_utf8_lossy(value));
    let subject = message.trim_ascii().split(|&b| b == b'\n').next().unwrap_or_default().trim_ascii_end();
    Some(CommitFacts {
        tree: field(b"tree ").next().map(id)?,
        parents: field(b"parent ").map(id).collect(),
        author: field(b"author ").next().unwrap_or_default().to_vec(),
        made_at: field(b"committer ").next().and_then(|line| std::str::from_utf8(authored_at(line)).ok()?.split(' ').next()?.parse().ok()),
        subject: subject.to_vec(),
        copied_from: copied_from(message),
    })
}

/// The last line that `git cherry-pick -x` wrote.
fn copied_from(message: &[u8]) -> Option<Oid> {
    let named = |line: &[u8]| {
        let id = line.trim_ascii().strip_prefix(b"(cherry picked from commit ")?.strip_suffix(b")")?;
        let is_id = matches!(id.len(), 40 | 64) && id.iter().all(u8::is_ascii_hexdigit);
        is_id.then(|| Oid::new(String::from_utf8_lossy(id)))
    };
    message.rsplit(|&b| b == b'\n').find_map(named)
}

/// The entries of a tree object; `width`: bytes of an id.
fn listing(mut bytes: &[u8], width: usize) -> Result<Vec<Named>> {
    let mut out = Vec::new();
    while !bytes.is_empty() {
        let space = bytes.iter().position(|&b| b == b' ').context("a tree entry without a mode")?;
        let zero = bytes.iter().position(|&b| b == 0).filter(|z| *z > space).context("a tree entry without a name")?;
        let mode = u32::from_str_radix(std::str::from_utf8(&bytes[..space])?, 8)?;
        let id = bytes.get(zero + 1..zero + 1 + width).context("a tree entry without an id")?;
        let hex: String = id.iter().map(|b| format!("{b:02x}")).collect();
        let entry = crate::attribution::objects::PathEntry { mode, id: Oid::new(hex) };
        out.push(Named { name: bytes[space + 1..zero].to_vec(), entry });
        bytes = &bytes[zero + 1 + width..];
    }
    Ok(out)
}

fn raw(id: &Oid) -> Result<Vec<u8>> {
    let digits = id.as_str().as_bytes();
    ensure!(digits.len().is_multiple_of(2), "an id with an odd number of digits");
    digits.chunks_exact(2).map(|pair| Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?)).collect()
}
