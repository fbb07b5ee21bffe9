//! Reading small loose blobs with one open, one read and one inflation each: where libgit2 is to tell a size first it does all that
//! twice and looks for the file before. What is not plainly such a blob is left to libgit2, whatever the reason: nothing here fails.

use std::cell::{Cell, RefCell};
use std::os::fd::OwnedFd;
use std::path::PathBuf;

use flate2::{Decompress, FlushDecompress, Status};
use memchr::memchr;
use rustix::fs::{CWD, Mode, OFlags, openat};

/// Files of this many bytes or more are not read here.
const FILE: usize = 64 << 10;

/// Nor are objects larger than this, header included.
const OBJECT: usize = 256 << 10;

/// An object's header is shorter than this.
const HEADER: usize = 32;

/// After so many ids in a row without a file the objects are taken to be packed.
const IN_VAIN: u32 = 64;

/// The loose objects of some object directories, as one thread reads them.
pub(super) struct Loose {
    directories: Vec<OwnedFd>,
    in_vain: Cell<u32>,
    inflater: RefCell<Option<Inflater>>,
}

/// What is used again for each object.
struct Inflater {
    zlib: Decompress,
    file: Vec<u8>,
    object: Vec<u8>,
}

impl Loose {
    /// Opens these directories; ones that cannot be opened are passed over.
    pub(super) fn open(directories: &[PathBuf]) -> Self {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let directories = directories.iter().filter_map(|path| openat(CWD, path, flags, Mode::empty()).ok()).collect();
        Self { directories, in_vain: Cell::new(0), inflater: RefCell::new(None) }
    }

    /// A blob's bytes, if a small loose object holds them.
    pub(super) fn blob(&self, id: &str) -> Option<Vec<u8>> {
        let in_vain = self.in_vain.get();
        if in_vain >= IN_VAIN {
            return None;
        }
        let path = [id.get(..2)?, "/", id.get(2..)?].concat();
        let open = |directory| openat(directory, path.as_str(), OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()).ok();
        let found = self.directories.iter().find_map(open);
        self.in_vain.set(if found.is_some() { 0 } else { in_vain + 1 });
        self.inflater.borrow_mut().get_or_insert_with(Inflater::new).blob(&found?)
    }
}

impl Inflater {
    fn new() -> Self {
        Self { zlib: Decompress::new(true), file: vec![0; FILE], object: vec![0; OBJECT] }
    }

    fn blob(&mut self, file: &OwnedFd) -> Option<Vec<u8>> {
        let length = rustix::io::read(file, &mut *self.file).ok()?;
        self.zlib.reset(true);
        let status = self.zlib.decompress(&self.file[..length], &mut self.object, FlushDecompress::Finish).ok()?;
        // what was read in part or goes on behind the end is somebody else's to judge
        if status != Status::StreamEnd || length == FILE || self.zlib.total_in() != length as u64 {
            return None;
        }
        content(&self.object[..usize::try_from(self.zlib.total_out()).ok()?]).map(<[u8]>::to_vec)
    }
}

/// What follows a header that says it is a blob of that size.
fn content(object: &[u8]) -> Option<&[u8]> {
    let end = memchr(0, &object[..object.len().min(HEADER)])?;
    let size = object[..end].strip_prefix(b"blob ")?;
    let content = &object[end + 1..];
    (size == content.len().to_string().as_bytes()).then_some(content)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;

    const ID: &str = "0123456789012345678901234567890123456789";

    fn deflated(object: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(object).expect("memory takes it");
        encoder.finish().expect("memory takes it")
    }

    /// What is read where the second of two directories has this file.
    fn read(file: &[u8]) -> Option<Vec<u8>> {
        let folder = tempfile::tempdir().expect("a folder");
        let [empty, full] = ["empty", "full"].map(|name| folder.path().join(name));
        std::fs::create_dir_all(&empty).expect("a folder");
        std::fs::create_dir_all(full.join(&ID[..2])).expect("a folder");
        std::fs::write(full.join(&ID[..2]).join(&ID[2..]), file).expect("a file");
        let loose = Loose::open(&[folder.path().join("none"), empty, full]);
        let first = loose.blob(ID);
        assert_eq!(first, loose.blob(ID), "what was read before does not matter");
        first
    }

    #[test]
    fn small_blobs_are_read_and_all_else_is_left() {
        let large = [format!("blob {OBJECT}\0").into_bytes(), vec![b'x'; OBJECT]].concat();
        let whole = deflated(b"blob 3\0a\0b");
        let mut damaged = whole.clone();
        *damaged.last_mut().expect("a checksum") ^= 1;
        let cases: [(&[u8], Option<&[u8]>); 11] = [
            (&whole, Some(b"a\0b")),
            (&deflated(b"blob 0\0"), Some(b"")),
            (&damaged, None),
            (&whole[..whole.len() - 1], None),
            (&[&whole[..], b"x"].concat(), None),
            (&deflated(b"blob 4\0a\0b"), None),
            (&deflated(b"tree 3\0a\0b"), None),
            (&deflated(b"blob 3"), None),
            (&deflated(&large), None),
            (&[0; FILE], None),
            (b"", None),
        ];
        for (file, expected) in cases {
            assert_eq!(read(file).as_deref(), expected);
        }
    }

    #[test]
    fn packed_objects_are_not_looked_for_one_by_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let loose = Loose::open(&[folder.path().to_owned()]);
        (0..IN_VAIN).for_each(|_| assert_eq!(loose.blob(ID), None));
        std::fs::create_dir(folder.path().join(&ID[..2])).expect("a folder");
        std::fs::write(folder.path().join(&ID[..2]).join(&ID[2..]), deflated(b"blob 1\0a")).expect("a file");
        assert_eq!(loose.blob(ID), None);
    }
}
