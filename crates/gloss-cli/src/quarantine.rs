//! The quarantine file: documents that failed, why, and enough to try them again.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use gloss_doc::json::DocumentRecord;
use gloss_doc::{Document, OffsetUnit};
use gloss_host::{Failure, InputFailure, failure_code, without_text};
use serde_json::{Value, json};

/// Writes one line a document; the file is made with the first.
pub struct Quarantine {
    path: PathBuf,
    file: Option<File>,
    first: Option<String>,
}

impl Quarantine {
    pub fn new(path: PathBuf) -> Quarantine {
        Quarantine { path, file: None, first: None }
    }

    /// The file, if anything was written.
    pub fn path(&self) -> Option<&Path> {
        self.file.as_ref().map(|_| self.path.as_path())
    }

    /// What went wrong with the first document that it keeps, without what it quotes of that.
    pub fn first(&self) -> Option<&str> {
        self.first.as_deref()
    }

    /// Keeps a document with which stages failed.
    pub fn failed(
        &mut self,
        document: &Document,
        failures: &[(String, Failure)],
    ) -> io::Result<()> {
        self.keep(document, failures, true)
    }

    /// Keeps a document that is among the results, but without the layers of stages that failed.
    pub fn tolerated(
        &mut self,
        document: &Document,
        failures: &[(String, Failure)],
    ) -> io::Result<()> {
        self.keep(document, failures, false)
    }

    fn keep(
        &mut self,
        document: &Document,
        failures: &[(String, Failure)],
        fatal: bool,
    ) -> io::Result<()> {
        if let (None, Some((stage, failure))) = (&self.first, failures.first()) {
            let why = without_text(&failure.to_string(), &document.text);
            self.first = Some(format!("{}: {stage}: {why}", document.id));
        }
        let errors: Vec<Value> = failures
            .iter()
            .map(|(stage, failure)| {
                json!({
                    "stage": stage,
                    "code": failure_code(failure).code(),
                    "message": failure.to_string(),
                    "help": failure.help,
                })
            })
            .collect();
        let record = DocumentRecord::new(document, OffsetUnit::Byte);
        let mut line = json!({ "id": document.id, "errors": errors, "document": record });
        if !fatal {
            line["fatal"] = false.into();
        }
        self.write(&line)
    }

    /// Keeps what is known of a document that could not be read.
    pub fn unreadable(&mut self, failure: &InputFailure) -> io::Result<()> {
        if self.first.is_none() {
            self.first = Some(failure.message.clone());
        }
        let errors = [json!({
            "code": failure.code, "message": failure.message, "help": failure.help,
        })];
        self.write(&json!({ "id": failure.id, "errors": errors, "source": failure.source }))
    }

    fn write(&mut self, line: &Value) -> io::Result<()> {
        if self.file.is_none() {
            if let Some(folder) = self.path.parent().filter(|p| !p.as_os_str().is_empty()) {
                std::fs::create_dir_all(folder)?;
            }
            self.file = Some(File::create(&self.path)?);
        }
        let mut bytes = serde_json::to_vec(line)?;
        bytes.push(b'\n');
        // Unbuffered: what failed must be on disk however the run ends.
        self.file.as_mut().map_or(Ok(()), |f| f.write_all(&bytes))
    }
}
