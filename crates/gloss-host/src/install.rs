//! Installed plugins: copied into one folder, with a record of each file's hash.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use gloss_protocol::Manifest;
use serde::{Deserialize, Serialize};

use crate::library::hash_file;
use crate::{Error, ErrorKind, PluginIdentity, read_manifest};

/// Name of the record within the folder.
const RECORD: &str = "installed.json";

/// The record of a folder of installed plugins.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Installed {
    /// Hexadecimal SHA-256 by file name.
    pub files: BTreeMap<String, String>,
}

impl Installed {
    /// Reads the record of a folder; a folder without one has nothing installed.
    ///
    /// # Errors
    /// When there is one that cannot be read.
    pub fn read(folder: &Path) -> Result<Installed, Error> {
        let path = folder.join(RECORD);
        let fail = |message: String| {
            Error::new(ErrorKind::Install, format!("the record of installed plugins {message}"))
                .in_file(&path)
                .with_help("remove the file and install the plugins again")
        };
        match fs::read(&path) {
            Ok(bytes) => {
                serde_json::from_slice(&bytes).map_err(|e| fail(format!("is damaged: {e}")))
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Installed::default()),
            Err(e) => Err(fail(format!("cannot be read: {e}"))),
        }
    }

    /// Checks that a plugin's file is the one that was installed.
    ///
    /// # Errors
    /// When it was changed, or was put there by other means.
    pub fn check(&self, plugin: &PluginIdentity) -> Result<(), Error> {
        let path = &plugin.path;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let problem = match self.files.get(&*name) {
            Some(recorded) if *recorded == plugin.sha256 => return Ok(()),
            Some(_) => "the plugin's file was changed since it was installed",
            None => "the file lies among the installed plugins but was not installed",
        };
        Err(Error::new(ErrorKind::Changed, problem).in_file(path).with_help(format!(
            "if you trust the file, install it again: gloss plugin install {}",
            path.display()
        )))
    }
}

/// Copies a plugin into `folder` and records its hash. Installing a file that lies there already
/// only records it anew.
///
/// # Errors
/// When the file is not a plugin for this host, or cannot be copied.
pub fn install(file: &Path, folder: &Path) -> Result<(Manifest, PathBuf), Error> {
    let manifest = read_manifest(file)?;
    let name = file.file_name().unwrap_or_default();
    let target = folder.join(name);
    let fail = |e: io::Error| {
        Error::new(ErrorKind::Install, format!("the plugin cannot be installed: {e}"))
            .in_file(&target)
    };
    fs::create_dir_all(folder).map_err(fail)?;
    let same = fs::canonicalize(file).ok() == fs::canonicalize(&target).ok();
    if !same {
        // Aside and renamed, so that a running program keeps the file that it has mapped.
        let aside = folder.join(format!(".{}.{}", name.to_string_lossy(), std::process::id()));
        fs::copy(file, &aside).and_then(|_| fs::rename(&aside, &target)).map_err(fail)?;
    }
    let mut record = Installed::read(folder)?;
    let hash = hash_file(&target).map_err(fail)?;
    record.files.insert(name.to_string_lossy().into_owned(), hash);
    let json = serde_json::to_vec_pretty(&record).map_err(|e| fail(e.into()))?;
    let aside = folder.join(format!(".{RECORD}.{}", std::process::id()));
    fs::write(&aside, json).and_then(|()| fs::rename(&aside, folder.join(RECORD))).map_err(fail)?;
    Ok((manifest, target))
}
