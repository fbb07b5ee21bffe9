//! Files and folders as the others write them: whole or not at all, and readable by nobody else unless they say otherwise.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;

use anyhow::{Context, Result};

/// Makes a folder and its parents, readable by nobody else.
pub fn private_folder(path: &Path) -> Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path).with_context(|| format!("could not create {}", path.display()))
}

/// Replaces a file as a whole: written beside it, synced, renamed over it, its folder synced. Nobody ever sees half of it. Only its owner
/// may read it.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<()> {
    write_atomically_with_mode(path, bytes, 0o600)
}

/// The same with the permissions that it is to have, which it has from its first moment.
pub fn write_atomically_with_mode(path: &Path, bytes: &[u8], mode: u32) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let write = || -> io::Result<()> {
        let mut file = tempfile::Builder::new().prefix(PARTIAL.0).suffix(PARTIAL.1).tempfile_in(folder).map_err(plain)?;
        file.as_file_mut().write_all(bytes)?;
        file.as_file().set_permissions(fs::Permissions::from_mode(mode))?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        File::open(folder)?.sync_all()
    };
    write().with_context(|| format!("could not write {}", path.display()))
}

/// A failure without the passing name of the file that was to be written.
fn plain(error: io::Error) -> io::Error {
    if error.raw_os_error().is_some() { error } else { error.kind().into() }
}

/// How the names begin and end of files that are being written.
const PARTIAL: (&str, &str) = (".journal-", ".partial");

/// Removes what writers that were killed left in a folder that is written to by one process at a time.
pub fn remove_partial(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(PARTIAL.0) && name.ends_with(PARTIAL.1) {
            fs::remove_file(entry.path()).ok(); // only untidy
        }
    }
}
