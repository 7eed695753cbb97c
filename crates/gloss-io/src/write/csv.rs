//! Writes annotations as CSV or TSV, one a row.

use std::io;

use gloss_doc::{Document, OffsetUnit};

use super::annotation_row::{AnnotationRow, COLUMNS, each_row};
use crate::{Checkpoint, DocumentWriter, Sink};

/// Writes the long form, whose columns [`super::annotation_row`] describes, with a header.
/// A cell without a value is empty.
pub(super) struct CsvWriter<W> {
    sink: W,
    table: Table,
    unit: OffsetUnit,
    header: bool,
    /// Documents that have no row.
    empty: u64,
}

impl<W: Sink> CsvWriter<W> {
    /// A writer that separates by `separator`. `new` is a file without a header yet.
    pub fn new(sink: W, separator: u8, unit: OffsetUnit, new: bool) -> CsvWriter<W> {
        CsvWriter { sink, table: Table { separator }, unit, header: new, empty: 0 }
    }

    fn write_header(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.header) {
            let bytes = self.table.rows(|rows| Ok(rows.write_record(COLUMNS)?))?;
            self.sink.write_all(&bytes)?;
        }
        Ok(())
    }
}

impl<W: Sink> DocumentWriter for CsvWriter<W> {
    fn write(&mut self, document: &Document) -> io::Result<()> {
        self.write_header()?;
        let bytes =
            self.table.rows(|rows| each_row(document, self.unit, |row| cells(rows, row)))?;
        self.empty += u64::from(bytes.is_empty());
        self.sink.write_all(&bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }

    fn checkpoint(&mut self) -> io::Result<Option<Checkpoint>> {
        self.write_header()?;
        self.sink.checkpoint()
    }

    fn losses(&self) -> Vec<String> {
        let documents = match self.empty {
            0 => return Vec::new(),
            1 => "1 document has".to_owned(),
            n => format!("{n} documents have"),
        };
        vec![format!("{documents} no annotations, and so no row")]
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.write_header()?;
        self.sink.finish()
    }
}

fn cells<W: io::Write>(rows: &mut csv::Writer<W>, row: &AnnotationRow<'_, '_>) -> io::Result<()> {
    let number = |value: Option<usize>| value.map_or_else(String::new, |n| n.to_string());
    let id = |value: Option<u32>| value.map_or_else(String::new, |n| n.to_string());
    let AnnotationRow { header, record, target, head, tail, .. } = row;
    for cell in [row.document, row.layer, &header.layer_type, header.kind.as_str()] {
        rows.write_field(cell)?;
    }
    rows.write_field(id(record.id))?;
    rows.write_field(number(record.start))?;
    rows.write_field(number(record.end))?;
    rows.write_field(record.label.as_deref().unwrap_or_default())?;
    rows.write_field(record.score.map_or_else(String::new, |s| s.to_string()))?;
    rows.write_field(record.text.as_deref().unwrap_or_default())?;
    rows.write_field(target.layer.unwrap_or_default())?;
    rows.write_field(id(target.id))?;
    rows.write_field(number(target.range.map(|(start, _)| start)))?;
    rows.write_field(number(target.range.map(|(_, end)| end)))?;
    rows.write_field(target.text.unwrap_or_default())?;
    for end in [head, tail] {
        rows.write_field(end.layer.unwrap_or_default())?;
        rows.write_field(id(end.id))?;
        rows.write_field(end.text.unwrap_or_default())?;
    }
    rows.write_field(json(&record.sources, record.sources.is_empty())?)?;
    rows.write_field(json(&record.vector, record.vector.is_empty())?)?;
    rows.write_field(json(&record.attributes, record.attributes.is_empty())?)?;
    rows.write_record(None::<&[u8]>)?;
    Ok(())
}

/// JSON in a cell; nothing where there is nothing.
pub(super) fn json<T: serde::Serialize>(value: &T, empty: bool) -> io::Result<String> {
    if empty { Ok(String::new()) } else { Ok(serde_json::to_string(value)?) }
}

/// How rows become bytes.
#[derive(Clone, Copy)]
pub(crate) struct Table {
    pub separator: u8,
}

impl Table {
    /// The bytes of the rows that `write` makes.
    pub fn rows(
        self,
        write: impl FnOnce(&mut csv::Writer<Vec<u8>>) -> io::Result<()>,
    ) -> io::Result<Vec<u8>> {
        let mut rows = csv::WriterBuilder::new().delimiter(self.separator).from_writer(Vec::new());
        write(&mut rows)?;
        rows.into_inner().map_err(|error| io::Error::other(error.error().to_string()))
    }
}
