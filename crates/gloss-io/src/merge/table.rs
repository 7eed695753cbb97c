//! CSV and TSV with a document a row.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use csv::{ByteRecord, Reader, ReaderBuilder};

use super::{Parts, Result, Source, refused, sink, unusable};
use crate::write::{COLUMNS, TableRows, TextSink};
use crate::{OutputFormat, Sink};

pub struct Table {
    inputs: Vec<(PathBuf, Reader<Box<dyn io::BufRead + Send>>)>,
    rows: TableRows,
    sink: TextSink,
}

impl Table {
    pub fn open(inputs: &[PathBuf], output: &Path, separator: u8) -> Result<Table> {
        let mut readers = Vec::with_capacity(inputs.len());
        let mut header: Option<ByteRecord> = None;
        for Source { path, reader } in Source::all(inputs)? {
            let mut reader =
                ReaderBuilder::new().delimiter(separator).has_headers(true).from_reader(reader);
            let found = reader.byte_headers().map_err(|error| unusable(&path, &error))?;
            if found.iter().eq(COLUMNS.iter().map(|name| name.as_bytes())) {
                let from = if separator == b'\t' { OutputFormat::Tsv } else { OutputFormat::Csv };
                let what = "merged with a document a row alone: of rows that are annotations nobody \
                            can tell which documents have none";
                return Err(refused(from, output, what));
            }
            match &header {
                None => header = Some(found.clone()),
                Some(header) if header == found => {}
                Some(_) => return Err(unusable(&path, &"it has other columns than the first")),
            }
            readers.push((path, reader));
        }
        let mut table =
            Table { inputs: readers, rows: TableRows { separator }, sink: sink(output)? };
        let written = header.map_or(Ok(()), |header| table.write(header));
        written.map(|()| table).map_err(super::MergeError::Output)
    }
}

impl Parts for Table {
    type Part = ByteRecord;

    fn next(&mut self, input: usize) -> Result<Option<ByteRecord>> {
        let (path, reader) = &mut self.inputs[input];
        let mut row = ByteRecord::new();
        let found = reader.read_byte_record(&mut row).map_err(|error| unusable(path, &error))?;
        Ok(found.then_some(row))
    }

    fn write(&mut self, row: ByteRecord) -> io::Result<()> {
        let bytes = self.rows.rows(|rows| Ok(rows.write_byte_record(&row)?))?;
        self.sink.write_all(&bytes)
    }

    fn finish(self) -> io::Result<Vec<String>> {
        self.sink.finish().map(|()| Vec::new())
    }
}
