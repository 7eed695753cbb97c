//! `gloss.lock`: what models without hashes in the catalogue were when a pipeline first used them.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use fs4::{FileExt, TryLockError};
use gloss_protocol::ModelFiles;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Entry, ModelFile, have_same_content};
use crate::error::{Error, Result};
use crate::replace::replace;
use crate::source::{is_hex, is_name, is_safe_path};

/// The version of the file's form.
const FORM: u32 = 1;

/// How often another writer is waited for, and how long each time: a writing takes milliseconds.
const TRIES: u32 = 200;
const PAUSE: Duration = Duration::from_millis(10);

const HEAD: &str = "\
# Written by Gloss: what the files of models were when this pipeline first used them, where the catalogue
# gives no hashes. From then on they must be the same. Keep this file beside the pipeline, in version control.
";

/// The models of one lock file.
#[derive(Debug, Clone, Default)]
pub struct Lock {
    path: PathBuf,
    models: Vec<LockedModel>,
}

/// What a model was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedModel {
    /// Name in the catalogue.
    pub name: String,
    /// Version in the catalogue.
    pub version: String,
    /// All its files.
    #[serde(rename = "file")]
    pub files: Vec<ModelFile>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    form: u32,
    #[serde(default, rename = "model")]
    models: Vec<LockedModel>,
}

impl Lock {
    /// The lock beside a pipeline file: `gloss.lock` in its folder, which need not exist.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be read, [`Error::Lock`] if it is not what [`Lock::write`] writes.
    pub fn beside(pipeline: &Path) -> Result<Self> {
        Self::read(pipeline.with_file_name("gloss.lock"))
    }

    fn read(path: PathBuf) -> Result<Self> {
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self { path, models: Vec::new() });
            }
            Err(error) => return Err(Error::io("read", path)(error)),
        };
        let refuse = |reason: String| Error::Lock { path: path.clone(), reason };
        let document: Document = toml::from_str(&text).map_err(|e| refuse(e.to_string()))?;
        if document.form != FORM {
            let reason =
                format!("its form is {}, and this program knows form {FORM}", document.form);
            return Err(refuse(reason));
        }
        if let Some(problem) = document.models.iter().find_map(LockedModel::problem) {
            return Err(refuse(problem));
        }
        Ok(Self { path, models: document.models })
    }

    /// Where it is, or would be.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it says of a model.
    #[must_use]
    pub fn get(&self, name: &str, version: &str) -> Option<&LockedModel> {
        self.models.iter().find(|model| model.name == name && model.version == version)
    }

    /// Adds a model, unless it is there. Whether it was added.
    pub fn add(&mut self, model: LockedModel) -> bool {
        let missing = self.get(&model.name, &model.version).is_none();
        if missing {
            self.models.push(model);
            self.models.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
        }
        missing
    }

    /// Writes the file; it is whole at every moment. What another program has added to it since it was
    /// read stays in it.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Lock`] if what was added contradicts this.
    pub fn write(&self) -> Result<()> {
        let _held = self.hold();
        let mut whole = Self::read(self.path.clone())?;
        for model in &self.models {
            match whole.get(&model.name, &model.version) {
                Some(known) if !have_same_content(&known.files, &model.files) => {
                    let LockedModel { name, version, .. } = model;
                    let reason = format!(
                        "another program has written other files or hashes for {name} {version} to it"
                    );
                    return Err(Error::Lock { path: self.path.clone(), reason });
                }
                Some(_) => {}
                None => {
                    whole.add(model.clone());
                }
            }
        }
        let mut text = format!("{HEAD}\nform = {FORM}\n");
        for model in &whole.models {
            text += &model.to_toml();
        }
        replace(&self.path, text.as_bytes()).map_err(Error::io("write", &self.path))
    }

    /// Keeps other writers away, by a lock on the folder: the file itself is another one after each
    /// writing. Goes without where a folder cannot be locked, or is for long by somebody else.
    fn hold(&self) -> Option<File> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = File::open(folder.unwrap_or(Path::new("."))).ok()?;
        for _ in 0..TRIES {
            match FileExt::try_lock(&folder) {
                Ok(()) => return Some(folder),
                Err(TryLockError::WouldBlock) => thread::sleep(PAUSE),
                Err(TryLockError::Error(_)) => break,
            }
        }
        None
    }

    pub(crate) fn contradiction(&self, entry: &Entry) -> Error {
        let (name, version) = (&entry.name, &entry.version);
        let reason =
            format!("it has other files or hashes for {name} {version} than the catalogue");
        Error::Lock { path: self.path.clone(), reason }
    }
}

impl LockedModel {
    fn problem(&self) -> Option<String> {
        let usable = |file: &ModelFile| {
            is_safe_path(&file.path)
                && file.path != ModelFiles::RECEIPT
                && is_hex(&file.sha256, 64)
                && file.text.is_none()
        };
        if !is_name(&self.name) || !is_name(&self.version) || self.files.is_empty() {
            return Some(format!("{:?} {:?} is not a model with files", self.name, self.version));
        }
        let bad = self.files.iter().find(|file| !usable(file))?;
        Some(format!("{} has an unusable file {:?}", self.name, bad.path))
    }

    /// One file a line, so that a difference says what changed. Names, paths and hashes were checked:
    /// nothing in them needs more than quotes.
    fn to_toml(&self) -> String {
        let line = |file: &ModelFile| {
            let ModelFile { path, size, sha256, .. } = file;
            format!("  {{ path = {path:?}, size = {size}, sha256 = {sha256:?} }},\n")
        };
        let files: String = self.files.iter().map(line).collect();
        let (name, version) = (&self.name, &self.version);
        format!("\n[[model]]\nname = {name:?}\nversion = {version:?}\nfile = [\n{files}]\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest;

    fn model(name: &str, size: u64) -> LockedModel {
        let sha256 = digest::of_bytes(&size.to_le_bytes());
        let file = ModelFile { path: "model".to_owned(), size, sha256, text: None };
        LockedModel { name: name.to_owned(), version: "1.0".to_owned(), files: vec![file] }
    }

    /// The names that are in the lock when some have written that had read it empty.
    fn after(writers: &[LockedModel]) -> Result<Vec<String>> {
        let folder = tempfile::tempdir().unwrap();
        let pipeline = folder.path().join("pipeline.toml");
        let locks: Vec<Lock> = writers.iter().map(|_| Lock::beside(&pipeline).unwrap()).collect();
        for (mut lock, model) in locks.into_iter().zip(writers) {
            lock.add(model.clone());
            lock.write()?;
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
        Ok(Lock::beside(&pipeline)?.models.into_iter().map(|model| model.name).collect())
    }

    #[test]
    fn what_others_wrote_stays() {
        assert_eq!(after(&[model("b", 1), model("a", 2)]).unwrap(), ["a", "b"]);
        assert_eq!(after(&[model("a", 1), model("a", 1)]).unwrap(), ["a"]);
        let error = after(&[model("a", 1), model("a", 2)]).unwrap_err();
        assert!(matches!(error, Error::Lock { .. }), "{error}");
    }

    /// Where a folder can be locked.
    #[cfg(unix)]
    #[test]
    fn writers_at_one_time_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let pipeline = folder.path().join("pipeline.toml");
        let names: Vec<String> = (0..8).map(|i| format!("m{i}")).collect();
        thread::scope(|scope| {
            for name in &names {
                scope.spawn(|| {
                    let mut lock = Lock::beside(&pipeline).unwrap();
                    lock.add(model(name, 1));
                    lock.write().unwrap();
                });
            }
        });
        let found = Lock::beside(&pipeline).unwrap();
        assert!(names.iter().all(|name| found.get(name, "1.0").is_some()), "{found:?}");
    }
}
