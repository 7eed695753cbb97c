//! The receipt of a model of the store: where its files are from, and what they were.

use std::fs;
use std::path::Path;

use gloss_protocol::ModelFiles;
use serde::{Deserialize, Serialize};

use crate::catalogue::ModelFile;
use crate::replace::replace;

/// What is noted beside a model when it is put into the store.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Receipt {
    pub name: String,
    pub version: String,
    pub source: String,
    /// Seconds since 1970 UTC.
    pub fetched_at: u64,
    pub digest: String,
    /// What the files were when they were fetched, of a model without hashes in the catalogue.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<ModelFile>,
}

impl Receipt {
    /// The receipt of a model's folder, if there is one that can be read.
    pub(crate) fn read(folder: &Path) -> Option<Self> {
        let text = fs::read(folder.join(ModelFiles::RECEIPT)).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// Writes a receipt again, so that what is older need not be hashed next time. In a store that
    /// cannot be written to, it is hashed every time.
    pub(crate) fn renew(path: &Path) {
        let _ = fs::read(path).and_then(|text| replace(path, &text));
    }
}
