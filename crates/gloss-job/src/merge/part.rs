//! A shard that is being merged: its record, and its quarantine file line by line.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{beside, refuse};
use crate::Shard;
use crate::error::{Error, ErrorKind, Result};
use crate::journal;
use crate::record::JobRecord;

/// One shard that is being merged.
pub struct Part {
    pub path: PathBuf,
    pub shard: Shard,
    quarantine: Option<Lines>,
    /// The next line of the quarantine file.
    pub failed: Option<(Positioned, Vec<u8>)>,
    pub record: JobRecord,
}

/// The lines of a file, one by one.
struct Lines {
    path: PathBuf,
    reader: BufReader<File>,
}

/// What has to be known of a line of a quarantine file.
#[derive(Deserialize)]
pub struct Positioned {
    position: u64,
    /// The document is not among the results.
    #[serde(default = "yes")]
    pub fatal: bool,
}

impl Part {
    pub fn open(path: &Path) -> Result<Part> {
        let journal = journal::path_beside(path);
        if journal.exists() {
            let message = format!("{} is not whole: its run has not ended", path.display());
            return Err(refuse(message, "wait for it, or go on with it by `--resume`"));
        }
        fs::metadata(path).map_err(|e| unreadable(path, e))?;
        let record = JobRecord::read(&beside(path, ".run.json"))?;
        let Some(shard) = record.shard else {
            let message = format!("{} is no shard: its run took the whole input", path.display());
            return Err(refuse(message, "merge what runs with `--shard` wrote"));
        };
        if record.run.summary.stopped {
            let message = format!("{} is not whole: its run was stopped", path.display());
            return Err(refuse(message, "run the shard again"));
        }
        let mut part =
            Part { path: path.to_owned(), shard, quarantine: None, failed: None, record };
        if part.quarantined() > 0 {
            part.quarantine = Some(Lines::open(&beside(path, ".quarantine.jsonl"))?);
            part.next_failure()?;
        }
        Ok(part)
    }

    fn failures(&self) -> u64 {
        self.record.run.summary.failed + self.record.run.summary.unreadable
    }

    /// Lines of its quarantine file.
    pub fn quarantined(&self) -> u64 {
        self.failures() + self.record.run.summary.incomplete
    }

    pub fn documents(&self) -> u64 {
        self.record.run.summary.annotated + self.failures()
    }

    fn next_failure(&mut self) -> Result<()> {
        let Some(lines) = &mut self.quarantine else { return Ok(()) };
        self.failed = match lines.next()? {
            None => None,
            Some(line) => {
                let positioned: Positioned = serde_json::from_slice(&line).map_err(|e| {
                    let message = format!("{}: {e}", lines.path.display());
                    refuse(message, "it must be the quarantine file that the run wrote")
                })?;
                Some((positioned, line))
            }
        };
        Ok(())
    }

    /// The quarantine's line of the document with this position, if there is one.
    pub fn failure_at(&mut self, position: u64) -> Result<Option<(Positioned, Vec<u8>)>> {
        let failed = self.failed.take_if(|(of, _)| of.position == position);
        if failed.is_some() {
            self.next_failure()?;
        }
        Ok(failed)
    }

    pub fn short(&self) -> Error {
        let message = format!("{} has fewer documents than its record says", self.path.display());
        refuse(message, "run the shard again")
    }

    pub fn long(&self) -> Error {
        let message = format!(
            "{} or its quarantine file has more documents than its record says",
            self.path.display()
        );
        refuse(message, "run the shard again")
    }
}

impl Lines {
    fn open(path: &Path) -> Result<Lines> {
        let file = File::open(path).map_err(|e| unreadable(path, e))?;
        Ok(Lines { path: path.to_owned(), reader: BufReader::with_capacity(1 << 16, file) })
    }

    fn next(&mut self) -> Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let read = self.reader.read_until(b'\n', &mut line);
        let read = read.map_err(|e| unreadable(&self.path, e))?;
        if read > 0 && line.last() != Some(&b'\n') {
            let message = format!("{} ends within a line", self.path.display());
            return Err(refuse(message, "only what is whole can be merged"));
        }
        Ok((read > 0).then_some(line))
    }
}

fn unreadable(path: &Path, error: io::Error) -> Error {
    let what = "a file of a shard cannot be read:";
    Error::system(ErrorKind::Shards, what, path, error, "name the outputs of all shards")
}

fn yes() -> bool {
    true
}
