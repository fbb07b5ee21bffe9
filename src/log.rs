//! Where facts are kept: one append-only log per session, in JSON Lines. The only code that opens that file, and
//! the plain list beside it to which hooks write by themselves (`hook_log`).
//!
//! A record is a newline, one line of JSON whose last member is the CRC-32 of what stands before it, and a newline. The newline comes
//! first because a writer that was killed in the middle leaves a torn tail: without it the next record would be glued to that tail and
//! lost (measured: 88 of 150 kills). Reading skips what does not check, counts it, and never rewrites anything: recovery *is* reading.
//!
//! It does not know what events mean; `session` does.

use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::event::{Event, FORMAT, Hooked};
use crate::files::{private_folder, write_atomically};
use crate::journal_dir::{ATTACHMENTS, EVENT_LOG, HOOK_LOG, SPOOL};

mod hook_log;
#[cfg(test)]
mod tests;

/// A record holds this many bytes of a text; a longer one goes to an attachment that the record names.
pub const INLINE: usize = 2 * 1024;

/// Whether the disk must have it before the call returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Yes: start, note, stop.
    Synced,
    /// No: hooks. Git itself does not sync there.
    Buffered,
}

/// The folder of one session.
#[derive(Clone, Debug)]
pub struct Log {
    folder: PathBuf,
    /// The reflog of the worktree's HEAD, which each event is to be placed in.
    head_log: Option<PathBuf>,
}

/// What a log holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Records {
    /// Readable events in the order written, each once.
    pub events: Vec<Event>,
    /// What hooks wrote by themselves, in the order written; more than once where they ran more than once.
    pub hook_records: Vec<Hooked>,
    /// Lines that do not check.
    pub damaged: usize,
    /// Written by a newer program: read, never written to.
    pub newer: bool,
}

impl Log {
    /// The log in this folder, which need not exist yet.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), head_log: None }
    }

    /// The same, noting in each event how far this reflog was.
    pub fn with_head_reflog(self, head_log: impl Into<PathBuf>) -> Self {
        Self { head_log: Some(head_log.into()), ..self }
    }

    /// How long the reflog of HEAD is, in bytes; none where it is no file.
    pub fn moved(&self) -> Option<u64> {
        let meta = fs::metadata(self.head_log.as_ref()?).ok()?;
        meta.is_file().then_some(meta.len())
    }

    /// Makes the folder, readable by nobody else, and in it the list that hooks write to; where that cannot be made, they run the program.
    pub fn create(&self) -> Result<()> {
        private_folder(&self.folder)?;
        OpenOptions::new().append(true).create(true).mode(0o600).open(self.folder.join(HOOK_LOG)).ok();
        Ok(())
    }

    /// The session's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether the log is a file, or nothing yet: a pipe or a device in its place could keep a writer waiting.
    pub fn is_plain(&self) -> bool {
        fs::metadata(self.file()).map_or(true, |meta| meta.is_file())
    }

    /// Whether nothing was ever recorded here: there is the list for hooks at most, and folders that a start makes before its event.
    pub fn is_untouched(&self) -> bool {
        let Ok(entries) = fs::read_dir(&self.folder) else { return false };
        let told = |entry: fs::DirEntry| {
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder { entry.file_name() == SPOOL } else { entry.file_name() != HOOK_LOG }
        };
        entries.into_iter().all(|entry| entry.is_ok_and(|entry| !told(entry)))
    }

    fn file(&self) -> PathBuf {
        self.folder.join(EVENT_LOG)
    }

    /// Appends one event with a single write. Where the log cannot take it whole, the event goes to a spool file of its own.
    pub fn append(&self, event: &Event, durability: Durability) -> Result<()> {
        let moved = event.moved.or_else(|| self.moved());
        let record = encode(&Event { moved, ..event.clone() })?;
        match self.append_record(&record, durability) {
            Ok(()) => Ok(()),
            Err(error) => self
                .spool(&event.id, &record, durability)
                .with_context(|| format!("could not write to {} ({error})", self.file().display())),
        }
    }

    /// Appends the first event, durably, and keeps a copy of it in the spool: without it nothing that follows could be told of.
    pub fn begin(&self, event: &Event) -> Result<()> {
        let event = Event { moved: event.moved.or_else(|| self.moved()), ..event.clone() };
        self.append(&event, Durability::Synced)?;
        // it is recorded, with or without a copy
        self.spool(&event.id, &encode(&event)?, Durability::Synced).ok();
        Ok(())
    }

    fn append_record(&self, record: &[u8], durability: Durability) -> io::Result<()> {
        let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(self.file())?;
        let written = loop {
            match file.write(record) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        if written < record.len() {
            return Err(io::Error::new(io::ErrorKind::WriteZero, "short write"));
        }
        match durability {
            Durability::Synced => file.sync_data(),
            Durability::Buffered => Ok(()),
        }
    }

    fn spool(&self, id: &str, record: &[u8], durability: Durability) -> Result<()> {
        let folder = self.folder.join(SPOOL);
        private_folder(&folder)?;
        let after = fs::metadata(self.file()).map_or(0, |meta| meta.len());
        let earlier = fs::read_dir(&folder).map_or(0, Iterator::count);
        let path = folder.join(format!("{after:016x}-{earlier:06}-{id}.jsonl"));
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        let done = file.write_all(record).and_then(|()| if durability == Durability::Synced { file.sync_all() } else { Ok(()) });
        Ok(done?)
    }

    /// Reads all that checks, in the log and in the spool, in the order written.
    pub fn read(&self) -> Result<Records> {
        let mut reading = LogReader::default();
        let path = self.file();
        let bytes = match fs::read(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).context(format!("could not read {}", path.display()));
            }
            other => other.unwrap_or_default(),
        };
        reading.log(&bytes, self.spooled());
        let (hook_records, damaged) = hook_log::read(&self.read_hook_log());
        reading.records.hook_records = hook_records;
        reading.records.damaged += damaged;
        Ok(reading.records)
    }

    /// The hooks' own list; nothing where it is no plain file.
    fn read_hook_log(&self) -> Vec<u8> {
        let path = self.folder.join(HOOK_LOG);
        let plain = fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_file());
        plain.then(|| fs::read(path).ok()).flatten().unwrap_or_default()
    }

    /// Spooled records in the order written, each with the length of the log at that time.
    fn spooled(&self) -> Vec<(u64, Vec<u8>)> {
        let entries = fs::read_dir(self.folder.join(SPOOL)).into_iter().flatten().flatten();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        paths.sort();
        let after = |path: &Path| u64::from_str_radix(path.file_name()?.to_str()?.split('-').next()?, 16).ok();
        paths.iter().map(|path| (after(path).unwrap_or(u64::MAX), fs::read(path).unwrap_or_default())).collect()
    }

    /// Keeps bytes that are too long for a record, durably, under a name made from their content.
    pub fn attach(&self, bytes: &[u8]) -> Result<String> {
        let name = format!("{:08x}-{}", crc32fast::hash(bytes), bytes.len());
        let path = self.folder.join(ATTACHMENTS).join(&name);
        if !path.exists() {
            private_folder(&self.folder.join(ATTACHMENTS))?;
            write_atomically(&path, bytes)?;
        }
        Ok(name)
    }

    /// A text as a record takes it: of a long one the beginning, with an ellipsis, and the attachment that holds all of it.
    pub fn fitted(&self, text: String) -> Result<(String, Option<String>)> {
        if text.len() <= INLINE {
            return Ok((text, None));
        }
        let end = (0..=INLINE).rev().find(|&at| text.is_char_boundary(at)).unwrap_or_default();
        Ok((format!("{}…", &text[..end]), Some(self.attach(text.as_bytes())?)))
    }

    /// Removes events for good: their attachments, unless another event names them, then their records. A record is overwritten in its place
    /// with blanks of the same length, so that nothing that is appended meanwhile is lost.
    pub fn erase(&self, events: &[&Event]) -> Result<()> {
        let ids: HashSet<&str> = events.iter().map(|event| event.id.as_str()).collect();
        let others = self.read()?.events.into_iter().filter(|event| !ids.contains(event.id.as_str()));
        let kept: HashSet<String> = others.flat_map(|event| event.fact.attachments()).collect();
        for name in events.iter().flat_map(|event| event.fact.attachments()).filter(|name| !kept.contains(name)) {
            let path = self.folder.join(ATTACHMENTS).join(Path::new(&name).file_name().unwrap_or_default());
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(error).context(format!("could not remove {}", path.display()));
                }
                _ => {}
            }
        }
        self.erase_spooled(&ids)?;
        self.blank(&ids).with_context(|| format!("could not write to {}", self.file().display()))
    }

    fn erase_spooled(&self, ids: &HashSet<&str>) -> Result<()> {
        for entry in fs::read_dir(self.folder.join(SPOOL)).into_iter().flatten().flatten() {
            let holds = |line: &[u8]| decode_line(line).is_some_and(|event| ids.contains(event.id.as_str()));
            if fs::read(entry.path())?.split(|&b| b == b'\n').any(holds) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    fn blank(&self, ids: &HashSet<&str>) -> io::Result<()> {
        let bytes = fs::read(self.file())?;
        let file = OpenOptions::new().write(true).open(self.file())?;
        let mut start = 0;
        for line in bytes.split(|&b| b == b'\n') {
            if is_half_erased(line) || decode_line(line).is_some_and(|event| ids.contains(event.id.as_str())) {
                file.write_all_at(&vec![b' '; line.len()], start)?;
            }
            start += line.len() as u64 + 1;
        }
        file.sync_data()
    }

    /// Bytes that were attached.
    pub fn attachment(&self, name: &str) -> Result<Vec<u8>> {
        let path = self.folder.join(ATTACHMENTS).join(Path::new(name).file_name().unwrap_or_default());
        let bytes = fs::read(&path).with_context(|| format!("could not read {}", path.display()))?;
        let intact = name == format!("{:08x}-{}", crc32fast::hash(&bytes), bytes.len());
        intact.then_some(bytes).with_context(|| format!("{} is damaged", path.display()))
    }
}

/// One record: newline, JSON whose last member is the checksum of what stands before it, newline.
fn encode(event: &Event) -> Result<Vec<u8>> {
    let mut json = serde_json::to_string(event)?;
    json.pop(); // the closing brace
    let checksum = crc32fast::hash(json.as_bytes());
    Ok(format!("\n{json},\"crc\":\"{checksum:08x}\"}}\n").into_bytes())
}

/// What has been read so far.
#[derive(Default)]
struct LogReader {
    records: Records,
    seen: HashSet<String>,
}

impl LogReader {
    /// The log's lines, with each spooled record in front of what was written to the log after it.
    fn log(&mut self, bytes: &[u8], spooled: Vec<(u64, Vec<u8>)>) {
        let mut spooled = spooled.into_iter().peekable();
        let mut start = 0;
        for line in bytes.split_inclusive(|&b| b == b'\n') {
            while let Some((_, record)) = spooled.next_if(|(after, _)| *after <= start) {
                self.lines(&record);
            }
            self.lines(line);
            start += line.len() as u64;
        }
        spooled.for_each(|(_, record)| self.lines(&record));
    }

    fn lines(&mut self, bytes: &[u8]) {
        for line in bytes.split(|&b| b == b'\n').filter(|line| !line.trim_ascii().is_empty() && !is_half_erased(line)) {
            match decode_line(line) {
                Some(event) => {
                    self.records.newer |= event.v > FORMAT;
                    if self.seen.insert(event.id.clone()) {
                        self.records.events.push(event);
                    }
                }
                None => self.records.damaged += 1,
            }
        }
    }
}

/// What is left of a record where erasing it was interrupted: blanks come first, and no record begins with one.
fn is_half_erased(line: &[u8]) -> bool {
    line.starts_with(b" ")
}

fn decode_line(line: &[u8]) -> Option<Event> {
    const TAIL: usize = ",\"crc\":\"00000000\"}".len();
    let (body, tail) = line.split_at_checked(line.len().checked_sub(TAIL)?)?;
    let stated = std::str::from_utf8(tail).ok()?.strip_prefix(",\"crc\":\"")?.strip_suffix("\"}")?;
    let checksum = u32::from_str_radix(stated, 16).ok()?;
    if checksum != crc32fast::hash(body) {
        return None;
    }
    let mut json = body.to_vec();
    json.push(b'}');
    serde_json::from_slice(&json).ok()
}
