//! `gloss.lock`: what models without hashes in the catalogue were when a pipeline first used them.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::catalogue::{Entry, ModelFile};
use crate::digest;
use crate::error::{Error, Result};
use crate::source::{is_hex, is_name, is_safe_path};

/// The version of the file's form.
const FORM: u32 = 1;

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
        let path = pipeline.with_file_name("gloss.lock");
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

    /// Writes the file; it is whole at every moment.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write(&self) -> Result<()> {
        let mut text = format!("{HEAD}\nform = {FORM}\n");
        for model in &self.models {
            text += &model.to_toml();
        }
        let aside = self.path.with_extension(format!("lock.{}", std::process::id()));
        let written = fs::write(&aside, text).and_then(|()| fs::rename(&aside, &self.path));
        written.map_err(|error| {
            let _ = fs::remove_file(&aside);
            Error::io("write", &self.path)(error)
        })
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
                && file.path != digest::RECEIPT
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
