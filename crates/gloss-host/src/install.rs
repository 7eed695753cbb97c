//! Installed plugins: copied into one folder, with a record of each file's hash.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use gloss_protocol::Manifest;
use serde::{Deserialize, Serialize};

use crate::library::hash_file;
use crate::manifest_file::read_plugin;
use crate::program_file::ProgramFile;
use crate::{Error, ErrorKind, PluginIdentity, read_manifest};

/// Name of the record within the folder.
const RECORD: &str = "installed.json";

/// The record of a folder of installed plugins.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Installed {
    /// Hexadecimal SHA-256 by file name; of a program, by folder and name of its manifest, over all
    /// of its files.
    pub files: BTreeMap<String, String>,
    /// The folder, as its files' paths have it.
    #[serde(skip)]
    folder: PathBuf,
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
        let record = match fs::read(&path) {
            Ok(bytes) => {
                serde_json::from_slice(&bytes).map_err(|e| fail(format!("is damaged: {e}")))?
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => Installed::default(),
            Err(e) => return Err(fail(format!("cannot be read: {e}"))),
        };
        let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        Ok(Installed { folder, ..record })
    }

    /// Writes the record, whole or not at all.
    fn write(&self, folder: &Path) -> io::Result<()> {
        let json = serde_json::to_vec_pretty(self)?;
        let aside = folder.join(format!(".{RECORD}.{}", std::process::id()));
        fs::write(&aside, json)?;
        fs::rename(&aside, folder.join(RECORD))
    }

    /// The recorded files, each with its plugin's id where that can be read.
    fn ids(&self, folder: &Path) -> Vec<(String, Option<String>)> {
        let id = |file: &String| read_manifest(&folder.join(file)).ok().map(|manifest| manifest.id);
        self.files.keys().map(|file| (file.clone(), id(file))).collect()
    }

    /// The recorded files that are this plugin.
    fn files_of(&self, folder: &Path, id: &str) -> Vec<String> {
        let is = |(_, found): &(String, Option<String>)| found.as_deref() == Some(id);
        self.ids(folder).into_iter().filter(is).map(|(file, _)| file).collect()
    }

    /// Checks that a plugin's file is the one that was installed.
    ///
    /// # Errors
    /// When it was changed, or was put there by other means.
    pub fn check(&self, plugin: &PluginIdentity) -> Result<(), Error> {
        let path = &plugin.path;
        let name = path.strip_prefix(&self.folder).unwrap_or(path).to_string_lossy();
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

/// Copies a plugin into `folder` and records its hash: a library, or the manifest of a program and
/// those of its files that lie below the manifest's folder. It takes the place of an earlier version
/// of the same plugin. Installing what lies there already only records it anew.
///
/// # Errors
/// When the file is not a plugin for this host, when another plugin was installed from a file of
/// this name, or when it cannot be copied.
pub fn install(file: &Path, folder: &Path) -> Result<(Manifest, PathBuf), Error> {
    let (manifest, program) = read_plugin(file)?;
    let name = match &program {
        // In a folder of its own: its files may be called as those of another.
        Some(_) => PathBuf::from(program_name(&manifest.id)),
        None => PathBuf::from(file.file_name().unwrap_or_default()),
    };
    let target = folder.join(&name);
    let fail = |e: io::Error| {
        Error::new(ErrorKind::Install, format!("the plugin cannot be installed: {e}"))
            .in_file(&target)
    };
    fs::create_dir_all(folder).map_err(fail)?;
    let same = fs::canonicalize(file).ok() == fs::canonicalize(&target).ok();
    if !same {
        refuse_to_replace_another(&manifest, &target)?;
        match &program {
            Some(program) => replace_folder(file, program, &target),
            None => copy(file, &target),
        }
        .map_err(fail)?;
    }
    let mut record = Installed::read(folder)?;
    let name = name.to_string_lossy().into_owned();
    for earlier in record.files_of(folder, &manifest.id) {
        if earlier != name {
            remove(folder, &earlier).map_err(fail)?;
            record.files.remove(&earlier);
        }
    }
    let hash = match &program {
        Some(_) => ProgramFile::read(&target)?.sha256(),
        None => hash_file(&target),
    };
    record.files.insert(name, hash.map_err(fail)?);
    record.write(folder).map_err(fail)?;
    Ok((manifest, target))
}

/// Where the manifest of an installed program lies in the folder.
fn program_name(id: &str) -> String {
    let name = id.replace('/', ".");
    format!("{name}/{name}.gloss.toml")
}

/// Copies a file. Aside and renamed, so that a running program keeps the file that it has mapped.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let aside = beside(to, "new");
    fs::copy(from, &aside).and_then(|_| fs::rename(&aside, to))
}

/// Copies a program's files and its manifest into a folder of their own, of which nothing else is
/// left: what an earlier version had would be taken for a part of this one.
fn replace_folder(manifest: &Path, program: &ProgramFile, target: &Path) -> io::Result<()> {
    let folder = target.parent().unwrap_or(Path::new("."));
    let (aside, old) = (beside(folder, "new"), beside(folder, "old"));
    let copied = || -> io::Result<()> {
        fs::create_dir_all(&aside)?;
        for (name, from) in program.own_files() {
            let to = aside.join(name);
            fs::create_dir_all(to.parent().unwrap_or(&aside))?;
            fs::copy(from, to)?;
        }
        fs::copy(manifest, aside.join(target.file_name().unwrap_or_default()))?;
        if folder.exists() {
            fs::rename(folder, &old)?;
        }
        fs::rename(&aside, folder)
    };
    let copied = copied();
    for left in [&aside, &old].into_iter().filter(|left| left.exists()) {
        fs::remove_dir_all(left)?;
    }
    copied
}

/// A hidden name beside a file or folder, that of no other process.
fn beside(path: &Path, what: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    path.with_file_name(format!(".{name}.{}.{what}", std::process::id()))
}

/// Removes a library, or the folder of a program with all that is in it.
fn remove(folder: &Path, name: &str) -> io::Result<()> {
    match Path::new(name).parent().filter(|own| !own.as_os_str().is_empty()) {
        Some(own) => fs::remove_dir_all(folder.join(own)),
        None => fs::remove_file(folder.join(name)),
    }
}

/// Two plugins may come in files of one name, of which only one can lie in the folder.
fn refuse_to_replace_another(manifest: &Manifest, target: &Path) -> Result<(), Error> {
    match read_manifest(target) {
        Ok(there) if there.id != manifest.id => {
            let message =
                format!("a file of this name is installed already: the plugin {}", there.id);
            Err(Error::new(ErrorKind::Install, message)
                .in_file(target)
                .with_help(format!("remove it first: gloss plugin uninstall {}", there.id)))
        }
        _ => Ok(()),
    }
}

/// Removes an installed plugin. `name` is its id, the part of it behind the slash where that is
/// unique, or its file's name. Gives what it was called and the file that was removed.
///
/// # Errors
/// When no such plugin is installed, when several fit, or when it cannot be removed.
pub fn uninstall(name: &str, folder: &Path) -> Result<(String, PathBuf), Error> {
    let mut record = Installed::read(folder)?;
    let mut installed = record.ids(folder);
    let fits = |(file, id): &(String, Option<String>)| {
        let id = id.as_deref();
        let named = id.and_then(|id| id.split('/').nth(1)) == Some(name);
        // A program whose files are not all there has no id that could be read.
        file == name || id == Some(name) || named || *file == program_name(name)
    };
    let called = |(file, id): &(String, Option<String>)| id.clone().unwrap_or(file.clone());
    let all: Vec<String> = installed.iter().map(called).collect();
    installed.retain(fits);
    let [found] = installed.as_slice() else {
        return Err(not_one(name, &installed.iter().map(called).collect::<Vec<_>>(), &all));
    };
    let target = folder.join(&found.0);
    let fail = |e: io::Error| {
        Error::new(ErrorKind::Install, format!("the plugin cannot be removed: {e}"))
            .in_file(&target)
    };
    match remove(folder, &found.0) {
        // Somebody else removed it: what is left is the record.
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(fail(e)),
        _ => record.files.remove(&found.0),
    };
    record.write(folder).map_err(fail)?;
    Ok((called(found), target))
}

/// A name that fits none of the installed plugins, or several.
fn not_one(name: &str, fitting: &[String], all: &[String]) -> Error {
    let (message, help) = match (fitting.is_empty(), all.is_empty()) {
        (false, _) => (
            format!("several installed plugins are called {name:?}"),
            format!("say which: {}", fitting.join(" or ")),
        ),
        (true, false) => {
            (format!("no plugin {name:?} is installed"), format!("there are: {}", all.join(", ")))
        }
        (true, true) => (
            format!("no plugin {name:?} is installed"),
            "none is: what `gloss plugin list` shows besides lies elsewhere".to_owned(),
        ),
    };
    Error::new(ErrorKind::NotInstalled, message).with_help(help)
}
