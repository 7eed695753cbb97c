//! Where documents wait between two passes: a temporary file, because what was read from standard
//! input cannot be read again, and millions of documents do not fit in memory.
//!
//! The file has no name where the system allows that, so it is gone however the process ends.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gloss_frame::{FrameHeader, FrameWriter, HEADER_SIZE, Kind, read_frame};

use super::codec::{self, CodecError, Schemas};
use super::item::Item;
use crate::{Error, ErrorKind};

const BUFFER: usize = 256 << 10;

/// A spool that is being filled.
pub struct SpoolWriter {
    file: BufWriter<File>,
    folder: PathBuf,
    schemas: Arc<Schemas>,
    writer: FrameWriter,
    count: u64,
}

/// A spool that is being read, in the order in which it was filled.
pub struct SpoolReader {
    file: BufReader<File>,
    folder: PathBuf,
    schemas: Arc<Schemas>,
    count: u64,
    left: u64,
}

fn error(folder: &Path, error: impl Into<CodecError>) -> Error {
    let message = format!("documents cannot be kept between two passes: {}", error.into());
    Error::new(ErrorKind::Spool, message)
        .in_file(folder)
        .with_help("free space there, or give another folder with `--temporary-folder`")
}

impl SpoolWriter {
    /// An empty spool in this folder, or in the system's folder for temporary files, for documents
    /// with layers of these schemas.
    pub fn create(folder: Option<&Path>, schemas: Arc<Schemas>) -> Result<SpoolWriter, Error> {
        let folder = folder.map_or_else(std::env::temp_dir, Path::to_owned);
        let file = tempfile::tempfile_in(&folder).map_err(|e| error(&folder, e))?;
        let file = BufWriter::with_capacity(BUFFER, file);
        Ok(SpoolWriter { file, folder, schemas, writer: FrameWriter::default(), count: 0 })
    }

    /// Appends a document.
    pub fn write(&mut self, item: Item) -> Result<(), Error> {
        self.writer.clear();
        codec::encode(&mut self.writer, &self.schemas, item).map_err(|e| error(&self.folder, e))?;
        let frame = self.writer.finish(Kind::Stored, 0);
        self.file.write_all(frame).map_err(|e| error(&self.folder, e))?;
        self.count += 1;
        Ok(())
    }

    /// Ends the filling.
    pub fn finish(self) -> Result<SpoolReader, Error> {
        let SpoolWriter { file, folder, schemas, count, .. } = self;
        let file = file.into_inner().map_err(|e| error(&folder, e.into_error()))?;
        let file = BufReader::with_capacity(BUFFER, file);
        let mut reader = SpoolReader { file, folder, schemas, count, left: count };
        reader.seek(0)?;
        Ok(reader)
    }
}

impl SpoolReader {
    /// How many documents there are, read or not.
    pub fn len(&self) -> u64 {
        self.count
    }

    /// Goes to the document with this number.
    pub fn seek(&mut self, number: u64) -> Result<(), Error> {
        let mut skip = || {
            self.file.seek(SeekFrom::Start(0))?;
            for _ in 0..number {
                let mut bytes = [0; HEADER_SIZE];
                self.file.read_exact(&mut bytes)?;
                let header = FrameHeader::read(&bytes, u64::MAX).map_err(io::Error::other)?;
                self.file.seek_relative(i64::try_from(header.body).map_err(io::Error::other)?)?;
            }
            Ok(())
        };
        skip().map_err(|e: io::Error| error(&self.folder, e))?;
        self.left = self.count.saturating_sub(number);
        Ok(())
    }

    fn read(&mut self) -> Result<Item, CodecError> {
        let frame = read_frame(&mut self.file, u64::MAX)?;
        codec::decode(&frame.ok_or("the file ends early")?, &self.schemas)
    }
}

impl Iterator for SpoolReader {
    type Item = Result<Item, Error>;

    fn next(&mut self) -> Option<Result<Item, Error>> {
        self.left = self.left.checked_sub(1)?;
        Some(self.read().map_err(|e| {
            self.left = 0;
            error(&self.folder, e)
        }))
    }
}

#[cfg(test)]
mod tests {
    use gloss_doc::Document;

    use super::*;

    fn ids(reader: &mut SpoolReader) -> Vec<String> {
        let id = |item| match item {
            Ok(Item::Document(document, _)) => document.id,
            other => panic!("{other:?}"),
        };
        reader.map(id).collect()
    }

    #[test]
    fn documents_are_read_from_any_place() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = SpoolWriter::create(Some(folder.path()), Arc::default()).unwrap();
        for i in 0..500 {
            let document =
                Document { id: i.to_string(), text: "x".repeat(i * 37), ..Document::default() };
            writer.write(Item::Document(document, Vec::new())).unwrap();
        }
        #[cfg(unix)]
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let mut reader = writer.finish().unwrap();
        assert_eq!(reader.len(), 500);
        let check = |reader: &mut SpoolReader, from: usize| {
            let expected: Vec<String> = (from..500).map(|i| i.to_string()).collect();
            assert_eq!(ids(reader), expected);
            assert!(reader.next().is_none());
        };
        check(&mut reader, 0);
        for from in [0, 1, 499, 500] {
            reader.seek(from as u64).unwrap();
            check(&mut reader, from);
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let failure = SpoolWriter::create(Some(Path::new("/no/such/folder")), Arc::default());
        let failure = failure.err().unwrap();
        assert_eq!(failure.kind, ErrorKind::Spool);
        assert!(failure.to_string().contains("/no/such/folder"), "{failure}");
    }
}
