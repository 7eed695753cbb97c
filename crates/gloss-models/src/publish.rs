//! Puts a verified folder into the store, so that it is whole at every moment.

use std::fs::{self, File, OpenOptions};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use gloss_protocol::ModelFiles;

use crate::catalogue::Entry;
use crate::error::{Error, Result};
use crate::receipt::Receipt;
use crate::source::Source;

/// Notes beside the files what they are and where they are from.
pub(crate) fn write_receipt(entry: &Entry, source: &Source, staged: &Path) -> Result<()> {
    let receipt = Receipt {
        name: entry.name.clone(),
        version: entry.version.clone(),
        source: source.label(),
        fetched_at: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs()),
        digest: entry.digest(),
        files: if entry.unpinned.is_empty() { Vec::new() } else { entry.files.clone() },
    };
    let path = staged.join(ModelFiles::RECEIPT);
    let text = serde_json::to_vec_pretty(&receipt)
        .map_err(|error| Error::io("write", &path)(std::io::Error::other(error)))?;
    fs::write(&path, text).map_err(Error::io("write", &path))
}

/// Renames the verified folder to its final name; a damaged one there makes way first.
pub(crate) fn publish(staged: &Path, target: &Path, aside: &Path) -> Result<()> {
    sync(staged)?;
    if target.exists() {
        fs::rename(target, aside).map_err(Error::io("move away", target))?;
    }
    fs::rename(staged, target).map_err(Error::io("create", target))?;
    if let Some(parent) = target.parent() {
        sync_folder(parent);
    }
    let _ = fs::remove_dir_all(aside);
    Ok(())
}

/// Flushes every file below `folder` to the disk: after a power cut, a folder with its final name must
/// not hold files that were never written.
fn sync(folder: &Path) -> Result<()> {
    for item in fs::read_dir(folder).map_err(Error::io("list", folder))? {
        let path = item.map_err(Error::io("list", folder))?.path();
        if path.is_dir() {
            sync(&path)?;
        } else {
            // Windows flushes only through a handle that may write.
            let file = OpenOptions::new().append(true).open(&path);
            let synced = file.and_then(|file| file.sync_all());
            synced.map_err(Error::io("flush", &path))?;
        }
    }
    sync_folder(folder);
    Ok(())
}

/// Not every system can flush a folder, and none needs it for the content; a failure is no error.
fn sync_folder(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}
