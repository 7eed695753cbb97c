//! Output files that appear whole or not at all, and can be gone on with after a crash.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::{Checkpoint, Sink};

/// A file that is written aside, as `.NAME.part`, and takes its name when it is finished. Dropped
/// before that, it leaves nothing, unless a checkpoint was made.
#[derive(Debug)]
pub struct OutputFile {
    writer: Option<BufWriter<File>>,
    aside: PathBuf,
    path: PathBuf,
    /// Something is worth going on with.
    durable: bool,
}

impl OutputFile {
    /// Begins a file.
    ///
    /// # Errors
    /// When the folder cannot be written to, and `WouldBlock` when another process is writing the
    /// same file.
    pub fn create(path: &Path) -> io::Result<OutputFile> {
        OutputFile::open(path, None)
    }

    /// Goes on with a file from a checkpoint: what was written behind it is cut off.
    ///
    /// # Errors
    /// As [`OutputFile::create`]; `InvalidData` when the file is shorter than the checkpoint says, or
    /// the checkpoint is of another format.
    pub fn resume(path: &Path, checkpoint: &Checkpoint) -> io::Result<OutputFile> {
        let bytes = checkpoint.0.get("bytes").and_then(serde_json::Value::as_u64);
        OutputFile::open(path, Some(bytes.ok_or(io::ErrorKind::InvalidData)?))
    }

    fn open(path: &Path, from: Option<u64>) -> io::Result<OutputFile> {
        let aside = aside(path)?;
        // Not cut off yet: it may be another run's.
        let mut file =
            OpenOptions::new().write(true).create(from.is_none()).truncate(false).open(&aside)?;
        file.try_lock().map_err(io::Error::from)?;
        if file.metadata()?.len() < from.unwrap_or(0) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        file.set_len(from.unwrap_or(0))?;
        file.seek(SeekFrom::End(0))?;
        let writer = Some(BufWriter::with_capacity(1 << 16, file));
        Ok(OutputFile { writer, aside, path: path.to_owned(), durable: from.is_some() })
    }
}

/// Where a file is before it is whole.
pub(crate) fn aside(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
    Ok(path.with_file_name(format!(".{name}.part")))
}

impl Sink for OutputFile {
    fn checkpoint(&mut self) -> io::Result<Option<Checkpoint>> {
        let Some(writer) = &mut self.writer else { return Ok(None) };
        writer.flush()?;
        let file = writer.get_mut();
        file.sync_data()?;
        self.durable = true;
        Ok(Some(Checkpoint(json!({ "bytes": file.stream_position()? }))))
    }

    fn finish(mut self) -> io::Result<()> {
        if let Some(writer) = self.writer.take() {
            let file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.sync_all()?;
            fs::rename(&self.aside, &self.path)?;
            // There is nothing aside any more, unless another run began it anew.
            self.durable = true;
        }
        Ok(())
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.as_mut().map_or(Ok(0), |w| w.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for OutputFile {
    fn drop(&mut self) {
        if !self.durable {
            let _ = fs::remove_file(&self.aside);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_on_from_a_checkpoint() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        let mut file = OutputFile::create(&path).unwrap();
        file.write_all(b"one\n").unwrap();
        let checkpoint = file.checkpoint().unwrap().unwrap();
        file.write_all(b"tw").unwrap();
        assert_eq!(OutputFile::create(&path).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        drop(file);
        let mut file = OutputFile::resume(&path, &checkpoint).unwrap();
        file.write_all(b"two\n").unwrap();
        assert!(!path.exists());
        file.finish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"one\ntwo\n");
        assert_eq!(
            OutputFile::resume(&path, &checkpoint).unwrap_err().kind(),
            io::ErrorKind::NotFound
        );
        drop(OutputFile::create(&path).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        fs::write(aside(&path).unwrap(), "on").unwrap();
        let short = OutputFile::resume(&path, &checkpoint).unwrap_err();
        assert_eq!(short.kind(), io::ErrorKind::InvalidData);
    }
}
