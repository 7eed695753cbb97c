//! Output files that appear whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// A file that is written aside and takes its name when it is finished. Dropped before that, it
/// leaves nothing.
pub struct OutputFile {
    writer: Option<BufWriter<File>>,
    aside: PathBuf,
    path: PathBuf,
}

impl OutputFile {
    /// Begins a file.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn create(path: &Path) -> io::Result<OutputFile> {
        let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
        let aside = path.with_file_name(format!(".{name}.{}.part", std::process::id()));
        let writer = Some(BufWriter::with_capacity(1 << 16, File::create(&aside)?));
        Ok(OutputFile { writer, aside, path: path.to_owned() })
    }

    /// Makes the file appear under its name.
    ///
    /// # Errors
    /// When what is buffered cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        if let Some(writer) = self.writer.take() {
            let file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.sync_all()?;
            fs::rename(&self.aside, &self.path)?;
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
        // After `finish` the file has its name and this finds nothing.
        let _ = fs::remove_file(&self.aside);
    }
}
