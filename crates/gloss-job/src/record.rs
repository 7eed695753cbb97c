//! The record of a run with files.

use std::fs;
use std::io::Write;
use std::path::Path;

use gloss_host::RunRecord;
use gloss_io::{OutputFile, Sink};
use serde::{Deserialize, Serialize};

use crate::Shard;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::Identity;

/// The record of a run with files: what the pipeline did, and what of the input it was done to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct JobRecord {
    /// What is needed to repeat it, and what came of it.
    #[serde(flatten)]
    pub run: RunRecord,
    /// How often the run was gone on with after it had been ended; `seconds` is the time of all
    /// processes that worked at it.
    #[serde(default)]
    pub resumed: u64,
    /// Which shard of the input it took; absent when it took all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// The runs of which this one was merged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shards: Vec<ShardRecord>,
    /// The quarantine file that it tried again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retried: Option<String>,
    /// What the results depend on, each with a value or a digest; runs in which all are equal write
    /// the same.
    #[serde(default)]
    pub identity: Identity,
    /// Digest of when the inputs were changed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub inputs_changed: String,
}

/// What the record of a merged run keeps of each shard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShardRecord {
    /// Which it was.
    pub shard: Shard,
    /// When it began, RFC 3339.
    pub started: String,
    /// How long it took.
    pub seconds: f64,
    /// Threads that ran stages.
    pub threads: usize,
    /// How often it was gone on with.
    pub resumed: u64,
}

impl JobRecord {
    /// Reads a record. What other versions wrote more is left out.
    ///
    /// # Errors
    /// When the file cannot be read, or is none.
    pub fn read(path: &Path) -> Result<JobRecord> {
        let what = "the record of the run cannot be read:";
        let help = "it is written beside the output, or where `--record` says";
        let bytes =
            fs::read(path).map_err(|e| Error::system(ErrorKind::Record, what, path, e, help))?;
        serde_json::from_slice(&bytes).map_err(|e| {
            Error::new(ErrorKind::Record, format!("{what} {}: {e}", path.display()), help)
        })
    }

    /// Writes the record; the file appears when it is whole.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        let write = || {
            if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
                fs::create_dir_all(folder)?;
            }
            let mut file = OutputFile::create(path)?;
            serde_json::to_writer_pretty(&mut file, self)?;
            file.write_all(b"\n")?;
            file.finish()
        };
        let help = "give another file with `--record`";
        let what = "the record of the run cannot be written:";
        write().map_err(|e| Error::system(ErrorKind::Record, what, path, e, help))
    }
}
