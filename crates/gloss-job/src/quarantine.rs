//! The quarantine file: documents that failed, why, and enough to try them again.

use std::borrow::Cow;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use gloss_doc::json::{AnnotationRows, DocumentRecord};
use gloss_doc::{Document, OffsetUnit, Source};
use gloss_host::{Failure, InputFailure, failure_code};
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::journal::sync_folder;

/// Value of `schema` in lines that this version writes.
pub const SCHEMA: &str = "gloss.quarantine/1";

/// One line. `D` is the document: what is written, or what was read.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line<'a, D> {
    /// Name and version of this form.
    pub schema: Cow<'a, str>,
    /// Which document of the input it is, from 0.
    pub position: u64,
    /// The document's id, as far as one is known.
    pub id: Cow<'a, str>,
    /// Whether the document is here alone. It is among the results, without the layers of the stages
    /// that failed, where it is `false`; absent in JSON where it is `true`.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub fatal: bool,
    /// Why it is here; the first in the order of the stages comes first.
    pub errors: Vec<Reason<'a>>,
    /// The document as it was read, if it could be.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    pub document: Option<D>,
    /// Where it was to be read from, if it could not be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Cow<'a, Source>>,
}

fn yes() -> bool {
    true
}

// Serde calls it with a reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_true(fatal: &bool) -> bool {
    *fatal
}

fn none<D>() -> Option<D> {
    None
}

/// Why a document failed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason<'a> {
    /// The stage; absent where the document could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Cow<'a, str>>,
    /// The code.
    pub code: Cow<'a, str>,
    /// What happened.
    pub message: Cow<'a, str>,
    /// What to do, or empty.
    pub help: Cow<'a, str>,
}

/// Writes one line a document; the file is made with the first.
#[derive(Debug, Default)]
pub struct Quarantine {
    path: PathBuf,
    file: Option<File>,
    length: u64,
    /// The file is new, and its folder does not say so durably yet.
    appeared: bool,
}

impl Quarantine {
    /// One that is empty.
    pub fn new(path: PathBuf) -> Quarantine {
        Quarantine { path, file: None, length: 0, appeared: false }
    }

    /// Goes on with a file of this length: what was written behind it is cut off.
    pub fn resume(path: PathBuf, length: u64) -> Result<Quarantine> {
        if length == 0 {
            return Ok(Quarantine::new(path));
        }
        let resume = || {
            let mut file = OpenOptions::new().write(true).open(&path)?;
            lock(&file)?;
            if file.metadata()?.len() < length {
                return Err(io::Error::from(io::ErrorKind::InvalidData));
            }
            file.set_len(length)?;
            file.seek(SeekFrom::Start(length))?;
            Ok(file)
        };
        match resume() {
            Ok(file) => Ok(Quarantine { path, file: Some(file), length, appeared: false }),
            Err(e) if [io::ErrorKind::NotFound, io::ErrorKind::InvalidData].contains(&e.kind()) => {
                let message = format!(
                    "the quarantine file {} is missing, or shorter than it was",
                    path.display()
                );
                let help = "begin the run anew with `--restart`";
                Err(Error::new(ErrorKind::Damaged, message, help))
            }
            Err(e) => Err(unwritable(&path, e)),
        }
    }

    /// The file, if anything was written.
    pub fn path(&self) -> Option<&Path> {
        self.file.as_ref().map(|_| self.path.as_path())
    }

    /// Keeps a document with which stages failed.
    pub fn failed(
        &mut self,
        position: u64,
        document: &Document,
        failures: &[(String, Failure)],
    ) -> Result<()> {
        self.keep(position, document, failures, true)
    }

    /// Keeps a document that is among the results, but without the layers of stages that failed.
    pub fn tolerated(
        &mut self,
        position: u64,
        document: &Document,
        failures: &[(String, Failure)],
    ) -> Result<()> {
        self.keep(position, document, failures, false)
    }

    fn keep(
        &mut self,
        position: u64,
        document: &Document,
        failures: &[(String, Failure)],
        fatal: bool,
    ) -> Result<()> {
        let reason = |(stage, failure): &(String, Failure)| Reason {
            stage: Some(stage.clone().into()),
            code: failure_code(failure).code().into(),
            message: failure.to_string().into(),
            help: failure.help.clone().into(),
        };
        let record: DocumentRecord<'_, AnnotationRows<'_>> =
            DocumentRecord::new(document, OffsetUnit::Byte);
        self.write(&Line {
            schema: SCHEMA.into(),
            position,
            id: document.id.as_str().into(),
            fatal,
            errors: failures.iter().map(reason).collect(),
            document: Some(record),
            source: None,
        })
    }

    /// Keeps what is known of a document that could not be read.
    pub fn unreadable(&mut self, position: u64, failure: &InputFailure) -> Result<()> {
        let reason = Reason {
            stage: None,
            code: failure.code.as_str().into(),
            message: failure.message.as_str().into(),
            help: failure.help.as_str().into(),
        };
        self.write(&Line::<()> {
            schema: SCHEMA.into(),
            position,
            id: failure.id.as_str().into(),
            fatal: true,
            errors: vec![reason],
            document: None,
            source: Some(Cow::Borrowed(failure.source.as_ref())),
        })
    }

    fn write(&mut self, line: &impl Serialize) -> Result<()> {
        self.append(line).map_err(|e| unwritable(&self.path, e))
    }

    fn append(&mut self, line: &impl Serialize) -> io::Result<()> {
        let mut bytes = serde_json::to_vec(line)?;
        bytes.push(b'\n');
        if self.file.is_none() {
            self.file = Some(create(&self.path)?);
            self.appeared = true;
        }
        // Unbuffered: what failed must be on disk however the run ends.
        self.file.as_mut().map_or(Ok(()), |f| f.write_all(&bytes))?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Makes durable what was written, and says how many bytes there are.
    pub fn checkpoint(&mut self) -> Result<u64> {
        let mut sync = || {
            let Some(file) = &self.file else { return Ok(()) };
            file.sync_data()?;
            if std::mem::take(&mut self.appeared) {
                sync_folder(&self.path)?;
            }
            Ok(())
        };
        sync().map_err(|e| unwritable(&self.path, e))?;
        Ok(self.length)
    }
}

fn create(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    // Not emptied yet: it may be another run's.
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
    lock(&file)?;
    if file.metadata()?.is_file() {
        file.set_len(0)?;
    }
    Ok(file)
}

fn lock(file: &File) -> io::Result<()> {
    match file.try_lock() {
        Err(fs::TryLockError::WouldBlock) => {
            Err(io::Error::new(io::ErrorKind::WouldBlock, "another run is writing it"))
        }
        // Not every file system has locks, and not every file is one.
        Ok(()) | Err(fs::TryLockError::Error(_)) => Ok(()),
    }
}

fn unwritable(path: &Path, error: io::Error) -> Error {
    let help = "give another with `--quarantine`";
    Error::system(
        ErrorKind::Quarantine,
        "the quarantine file cannot be written:",
        path,
        error,
        help,
    )
}
