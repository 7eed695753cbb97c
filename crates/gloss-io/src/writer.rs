//! What every writer of documents can do.

use std::io::{self, BufWriter, Stdout, Write};

use gloss_doc::Document;
use serde::{Deserialize, Serialize};

/// From where a writer can go on after a crash: all that was written before is durable. Its content
/// is the writer's own affair; a run keeps it in its journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Checkpoint(pub(crate) serde_json::Value);

/// Writes documents in one format, in the order in which they are handed over.
pub trait DocumentWriter {
    /// Writes a document.
    ///
    /// # Errors
    /// What the system reports; a closed pipe is `BrokenPipe`.
    fn write(&mut self, document: &Document) -> io::Result<()>;

    /// Hands what is buffered to the system, for someone who reads along.
    ///
    /// # Errors
    /// As [`DocumentWriter::write`].
    fn flush(&mut self) -> io::Result<()>;

    /// Makes durable what was written. `None` where this is no place to go on from: the format has
    /// none here, or the output is a stream.
    ///
    /// # Errors
    /// As [`DocumentWriter::write`].
    fn checkpoint(&mut self) -> io::Result<Option<Checkpoint>>;

    /// What documents had so far for which the format has no place, in words, to be told to the user.
    fn losses(&self) -> Vec<String> {
        Vec::new()
    }

    /// Ends the output, and makes it appear under its name.
    ///
    /// # Errors
    /// As [`DocumentWriter::write`].
    fn finish(self: Box<Self>) -> io::Result<()>;
}

/// Where the bytes of a format go.
pub trait Sink: Write {
    /// As [`DocumentWriter::checkpoint`].
    ///
    /// # Errors
    /// What the system reports.
    fn checkpoint(&mut self) -> io::Result<Option<Checkpoint>>;

    /// As [`DocumentWriter::finish`].
    ///
    /// # Errors
    /// What the system reports.
    fn finish(self) -> io::Result<()>
    where
        Self: Sized;
}

impl Sink for BufWriter<Stdout> {
    fn checkpoint(&mut self) -> io::Result<Option<Checkpoint>> {
        self.flush().map(|()| None)
    }

    fn finish(mut self) -> io::Result<()> {
        self.flush()
    }
}

impl Sink for Vec<u8> {
    fn checkpoint(&mut self) -> io::Result<Option<Checkpoint>> {
        Ok(None)
    }

    fn finish(self) -> io::Result<()> {
        Ok(())
    }
}
