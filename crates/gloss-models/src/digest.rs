//! SHA-256 of files and of a whole model folder.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// Written into each model folder of the store; not a part of the model.
pub(crate) const RECEIPT: &str = "gloss-receipt.json";

/// A wrong path (a home folder, `/`) should fail soon, not hash the disk.
const MAX_LOCAL_FILES: usize = 10_000;

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// SHA-256 in lower-case hex.
pub(crate) fn of_bytes(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// SHA-256 of a file's content in lower-case hex, and its length in bytes.
pub(crate) fn of_file(path: &Path) -> Result<(String, u64)> {
    let mut file = File::open(path).map_err(Error::io("open", path))?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut length = 0;
    loop {
        let read = file.read(&mut buffer).map_err(Error::io("read", path))?;
        if read == 0 {
            return Ok((hex(&hasher.finalize()), length));
        }
        hasher.update(&buffer[..read]);
        length += read as u64;
    }
}

/// The digest of a model: SHA-256 over its lines `<sha256> <path>\n`, sorted as bytes.
pub(crate) fn of_lines<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut lines: Vec<_> = files.map(|(sha256, path)| format!("{sha256} {path}\n")).collect();
    lines.sort_unstable();
    hex(&Sha256::digest(lines.concat()))
}

/// Digest and total bytes of a folder's files; the store's receipt does not count.
/// Links to files are followed (hub caches are made of them), links to folders are refused.
pub(crate) fn of_folder(root: &Path) -> Result<(String, u64)> {
    let mut files = Vec::new();
    let mut total = 0;
    let mut pending = vec![(root.to_path_buf(), String::new())];
    while let Some((folder, prefix)) = pending.pop() {
        let refuse = |reason: String| Error::LocalFolder { path: folder.clone(), reason };
        for item in fs::read_dir(&folder).map_err(Error::io("list", &folder))? {
            let item = item.map_err(Error::io("list", &folder))?;
            let name = item.file_name().into_string();
            let name = name.map_err(|raw| refuse(format!("{raw:?} is not a UTF-8 name")))?;
            let relative = format!("{prefix}{name}");
            let link = item.file_type().map_err(Error::io("look at", item.path()))?.is_symlink();
            let meta = fs::metadata(item.path()).map_err(Error::io("look at", item.path()))?;
            if meta.is_dir() && link {
                return Err(refuse(format!("{name} is a link to a folder")));
            } else if meta.is_dir() {
                pending.push((item.path(), format!("{relative}/")));
            } else if !meta.is_file() {
                return Err(refuse(format!("{name} is not a plain file")));
            } else if relative != RECEIPT {
                if files.len() == MAX_LOCAL_FILES {
                    return Err(refuse(format!("more than {MAX_LOCAL_FILES} files")));
                }
                let (sha256, length) = of_file(&item.path())?;
                total += length;
                files.push((sha256, relative));
            }
        }
    }
    if files.is_empty() {
        let reason = "it holds no files".to_owned();
        return Err(Error::LocalFolder { path: root.to_path_buf(), reason });
    }
    Ok((of_lines(files.iter().map(|(s, p)| (s.as_str(), p.as_str()))), total))
}
