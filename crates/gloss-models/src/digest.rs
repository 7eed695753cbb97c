//! SHA-256 of files and of a whole model folder.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use gloss_protocol::ModelFiles;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// A wrong path (a home folder, `/`) should fail soon, not hash the disk.
/// Folders count as well.
const MAX_LOCAL_FILES: usize = 10_000;

/// SHA-256 in lower-case hex.
pub(crate) fn of_bytes(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
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
            return Ok((HEXLOWER.encode(&hasher.finalize()), length));
        }
        hasher.update(&buffer[..read]);
        length += read as u64;
    }
}

/// The digest of a model: SHA-256 over its lines `<sha256> <path>\n`, sorted as bytes.
pub(crate) fn of_lines<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut lines: Vec<_> = files.map(|(sha256, path)| format!("{sha256} {path}\n")).collect();
    lines.sort_unstable();
    HEXLOWER.encode(&Sha256::digest(lines.concat()))
}

/// Digest and total bytes of a folder's files; the store's receipt does not count.
/// Links to files are followed (hub caches are made of them), links to folders are refused.
pub(crate) fn of_folder(root: &Path) -> Result<(String, u64)> {
    let files = list(root, MAX_LOCAL_FILES)?;
    if files.is_empty() {
        let reason = "it holds no files".to_owned();
        return Err(Error::LocalFolder { path: root.to_path_buf(), reason });
    }
    let mut hashed = Vec::with_capacity(files.len());
    let mut total = 0;
    for (path, relative) in files {
        let (sha256, length) = of_file(&path)?;
        total += length;
        hashed.push((sha256, relative));
    }
    Ok((of_lines(hashed.iter().map(|(s, p)| (s.as_str(), p.as_str()))), total))
}

/// The files below a folder, each with its path from there. Opens none of them: that a folder cannot be
/// a model is known before anything is hashed. At most `most` files and folders.
fn list(root: &Path, most: usize) -> Result<Vec<(PathBuf, String)>> {
    let mut files = Vec::new();
    let mut seen = 0;
    let mut pending = vec![(root.to_path_buf(), String::new())];
    while let Some((folder, prefix)) = pending.pop() {
        let refuse = |reason: String| Error::LocalFolder { path: folder.clone(), reason };
        for item in fs::read_dir(&folder).map_err(Error::io("list", &folder))? {
            let item = item.map_err(Error::io("list", &folder))?;
            let name = item.file_name().into_string();
            let name = name.map_err(|raw| refuse(format!("{raw:?} is not a UTF-8 name")))?;
            let relative = format!("{prefix}{name}");
            if relative == ModelFiles::RECEIPT {
                continue;
            }
            if seen == most {
                return Err(refuse(format!("more than {most} files and folders")));
            }
            seen += 1;
            let link = item.file_type().map_err(Error::io("look at", item.path()))?.is_symlink();
            let meta = fs::metadata(item.path()).map_err(Error::io("look at", item.path()))?;
            if meta.is_dir() && link {
                return Err(refuse(format!("{name} is a link to a folder")));
            } else if meta.is_dir() {
                pending.push((item.path(), format!("{relative}/")));
            } else if !meta.is_file() {
                return Err(refuse(format!("{name} is not a plain file")));
            } else {
                files.push((item.path(), relative));
            }
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_listed_up_to_a_limit() {
        let check = |paths: &[&str], most: usize, expected: Result<&[&str], &str>| {
            let root = tempfile::tempdir().unwrap();
            for path in paths {
                let file = root.path().join(path);
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                // A folder that ends with `/` stays empty.
                if !path.ends_with('/') {
                    fs::write(file, path).unwrap();
                } else {
                    fs::create_dir_all(file).unwrap();
                }
            }
            let listed = list(root.path(), most).map_err(|error| error.to_string());
            let listed = listed.map(|files| {
                let mut paths: Vec<String> = files.into_iter().map(|(_, path)| path).collect();
                paths.sort();
                paths
            });
            match expected {
                Ok(expected) => assert_eq!(listed.unwrap(), expected),
                Err(reason) => assert!(listed.unwrap_err().contains(reason)),
            }
        };
        check(&["a", "b/c", ModelFiles::RECEIPT], 3, Ok(&["a", "b/c"]));
        check(&["a", "b/c"], 2, Err("more than 2 files and folders"));
        check(&["a/", "b/", "c/"], 2, Err("more than 2 files and folders"));
        check(&[], 2, Ok(&[]));
    }
}
