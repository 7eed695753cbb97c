//! Writes Parquet, with a row for each document or for each annotation.

use std::io::{self, Write};
use std::path::Path;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use arrow_select::concat::concat_batches;
use gloss_doc::{Annotations, AttributeValues, Document, OffsetUnit};
use parquet::file::metadata::KeyValue;
use serde_json::{Value, json};

use super::format::Rows;
use super::parquet_annotations::AnnotationTable;
use super::parquet_documents::DocumentTable;
use super::parquet_groups::{MAGIC, RowGroups};
use super::parquet_progress::{Ends, Progress};
use super::text_sink::TextSink;
use crate::output_file::aside;
use crate::{Checkpoint, DocumentWriter, Sink};

/// Value of `gloss.schema` in the metadata of files that this version writes.
pub(crate) const SCHEMA: &str = "gloss.parquet/1";
/// A row group is full at so many bytes of text, or what weighs as much.
pub(crate) const GROUP: u64 = 32 << 20;
/// What a row weighs beside its texts.
const ROW: u64 = 64;
/// A page of the format takes 2 GiB; half of that leaves room for what comes with a text.
const LONGEST: u64 = 1 << 30;

enum Table {
    Documents(Box<DocumentTable>),
    Annotations(Box<AnnotationTable>),
}

impl Table {
    fn rows(&self) -> usize {
        match self {
            Table::Documents(table) => table.rows(),
            Table::Annotations(table) => table.rows(),
        }
    }
}

/// Writes row groups that are cut between documents, by what these weigh: where they are cut
/// depends on nothing else, so that a run that was interrupted gives the same bytes.
pub(super) struct ParquetWriter {
    sink: TextSink,
    unit: OffsetUnit,
    schema: SchemaRef,
    table: Table,
    groups: RowGroups,
    /// Of the open row group, what is not in `table` any more.
    pending: Vec<RecordBatch>,
    /// So many of these are in `progress`.
    saved: usize,
    weight: u64,
    number: u64,
    limit: u64,
    /// Absent where the output is a stream.
    progress: Option<Progress>,
}

impl ParquetWriter {
    /// A writer to `sink`, which is the file of the name `path` unless it is a stream.
    pub fn new(
        sink: TextSink,
        path: Option<&Path>,
        rows: Rows,
        unit: OffsetUnit,
        resume: Option<&Checkpoint>,
    ) -> io::Result<ParquetWriter> {
        let (table, schema, name) = match rows {
            Rows::Documents => (
                Table::Documents(Box::new(DocumentTable::new())),
                DocumentTable::schema(),
                "documents",
            ),
            Rows::Annotations => (
                Table::Annotations(Box::new(AnnotationTable::new())),
                AnnotationTable::schema(),
                "annotations",
            ),
        };
        let entry = |key: &str, value: &str| KeyValue::new(key.to_owned(), value.to_owned());
        let metadata = vec![
            entry("gloss.schema", SCHEMA),
            entry("gloss.rows", name),
            entry("gloss.offsets", unit.as_str()),
        ];
        let mut writer = ParquetWriter {
            sink,
            unit,
            groups: RowGroups::new(SchemaRef::clone(&schema), metadata),
            schema,
            table,
            pending: Vec::new(),
            saved: 0,
            weight: 0,
            number: 0,
            limit: GROUP,
            progress: path.map(|path| aside(path).map(|p| Progress::new(&p))).transpose()?,
        };
        match resume.zip(path) {
            Some((checkpoint, path)) => writer.resume(&checkpoint.0, path)?,
            None => writer.sink.write_all(MAGIC)?,
        }
        Ok(writer)
    }

    fn resume(&mut self, checkpoint: &Value, path: &Path) -> io::Result<()> {
        let number = |key| checkpoint.get(key).and_then(Value::as_u64);
        let of = || -> Option<_> {
            let ends =
                Ends { groups_bytes: number("groups_bytes")?, rows_bytes: number("rows_bytes")? };
            Some((number("group")?, number("weight")?, ends))
        };
        let (group, weight, ends) = of().ok_or(io::ErrorKind::InvalidData)?;
        let (progress, finished, rows) = Progress::restore(&aside(path)?, group, ends)?;
        for group in finished {
            self.groups.add_written(&group.footer, group.end)?;
        }
        self.progress = Some(progress);
        self.saved = rows.len();
        self.pending = rows;
        (self.number, self.weight) = (group, weight);
        Ok(())
    }

    /// Moves the rows of the table to the pending ones.
    fn collect(&mut self) -> io::Result<()> {
        if self.table.rows() > 0 {
            self.pending.push(match &mut self.table {
                Table::Documents(table) => table.finish(&self.schema)?,
                Table::Annotations(table) => table.finish(&self.schema)?,
            });
        }
        Ok(())
    }

    /// Ends the open row group.
    fn end_group(&mut self) -> io::Result<()> {
        self.collect()?;
        let pending = std::mem::take(&mut self.pending);
        (self.saved, self.weight) = (0, 0);
        if pending.is_empty() {
            return Ok(());
        }
        let batch = concat_batches(&self.schema, &pending).map_err(io::Error::other)?;
        let group = self.groups.add(&batch)?;
        self.sink.write_all(&group.pages)?;
        self.number += 1;
        if let Some(progress) = &mut self.progress {
            progress.finished(&group.footer, self.groups.position());
        }
        Ok(())
    }
}

impl DocumentWriter for ParquetWriter {
    fn write(&mut self, document: &Document) -> io::Result<()> {
        let weight = weight(document);
        if longest(document) > LONGEST {
            let message = format!(
                "document {:?} has a text of more than 1 GiB, which Parquet cannot hold; \
                 write JSONL, or leave it out",
                document.id
            );
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        match &mut self.table {
            Table::Documents(table) => table.push(document, self.unit)?,
            Table::Annotations(table) => table.push(document, self.unit)?,
        }
        self.weight += weight;
        if self.weight >= self.limit { self.end_group() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }

    fn checkpoint(&mut self) -> io::Result<Option<Checkpoint>> {
        self.collect()?;
        let Some(progress) = &mut self.progress else { return Ok(None) };
        let ends = progress.save(self.number, &self.pending[self.saved..])?;
        self.saved = self.pending.len();
        let mut checkpoint = self.sink.checkpoint()?;
        if let Some(checkpoint) = &mut checkpoint {
            checkpoint.0["groups_bytes"] = json!(ends.groups_bytes);
            checkpoint.0["rows_bytes"] = json!(ends.rows_bytes);
            checkpoint.0["group"] = json!(self.number);
            checkpoint.0["weight"] = json!(self.weight);
        }
        Ok(checkpoint)
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.end_group()?;
        let footer = self.groups.finish()?;
        self.sink.write_all(&footer)?;
        self.sink.finish()?;
        if let Some(progress) = &self.progress {
            progress.remove();
        }
        Ok(())
    }
}

/// What a document adds to a row group, in bytes, roughly.
fn weight(document: &Document) -> u64 {
    let rows = |layer: &gloss_doc::Layer| {
        let texts = match &layer.annotations {
            Annotations::Spans(spans) => {
                spans.start.iter().zip(&spans.end).map(|(s, e)| u64::from(e - s)).sum()
            }
            Annotations::Texts(texts) => texts.text.data.len() as u64,
            Annotations::Vectors(vectors) => 4 * vectors.values.len() as u64,
            Annotations::Classes(_) | Annotations::Relations(_) => 0,
        };
        let attributes = layer.attributes.iter().map(|column| match &column.values {
            AttributeValues::String(values) => values.data.len() as u64,
            _ => 8 * column.len() as u64,
        });
        texts + attributes.sum::<u64>() + ROW * layer.annotations.len() as u64
    };
    ROW + document.text.len() as u64 + document.layers.iter().map(rows).sum::<u64>()
}

/// The longest text that a document can give a cell.
fn longest(document: &Document) -> u64 {
    let texts = document.layers.iter().map(|layer| match &layer.annotations {
        Annotations::Texts(texts) => texts.text.data.len(),
        _ => 0,
    });
    texts.chain([document.text.len()]).max().unwrap_or_default() as u64
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};

    use arrow_array::cast::AsArray;
    use arrow_array::types::Int64Type;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    use super::super::tests::document;
    use super::*;
    use crate::Compression;
    use crate::OutputFile;

    /// A writer whose row groups are small.
    fn open(path: &Path, rows: Rows, resume: Option<&Checkpoint>) -> Box<ParquetWriter> {
        let file = match resume {
            None => OutputFile::create(path).unwrap(),
            Some(checkpoint) => OutputFile::resume(path, checkpoint).unwrap(),
        };
        let sink = TextSink::file(file, Compression::None, resume.is_some());
        let unit = OffsetUnit::Byte;
        let mut writer = ParquetWriter::new(sink, Some(path), rows, unit, resume).unwrap();
        writer.limit = 700;
        Box::new(writer)
    }

    #[test]
    fn the_same_bytes_wherever_a_run_was_cut() {
        let folder = tempfile::tempdir().unwrap();
        let documents: Vec<Document> = (0..12)
            .map(|i| {
                document(&format!("d{i}"), "Ada é in London", &[(0, 3), (0, 16)][..i % 3 % 2 + 1])
            })
            .collect();
        for rows in [Rows::Documents, Rows::Annotations] {
            let whole = folder.path().join("whole");
            let mut writer = open(&whole, rows, None);
            documents.iter().for_each(|d| writer.write(d).unwrap());
            writer.finish().unwrap();
            let reader =
                ParquetRecordBatchReaderBuilder::try_new(File::open(&whole).unwrap()).unwrap();
            assert!(reader.metadata().num_row_groups() > 2);
            let cut = folder.path().join("cut");
            for (first, second) in [(0, 1), (1, 2), (3, 3), (2, 9), (5, 12), (12, 12)] {
                let mut writer = open(&cut, rows, None);
                documents[..first].iter().for_each(|d| writer.write(d).unwrap());
                let checkpoint = writer.checkpoint().unwrap().unwrap();
                documents[first..].iter().for_each(|d| writer.write(d).unwrap());
                drop(writer);
                let mut writer = open(&cut, rows, Some(&checkpoint));
                documents[first..second].iter().for_each(|d| writer.write(d).unwrap());
                let checkpoint = writer.checkpoint().unwrap().unwrap();
                documents[second..].iter().for_each(|d| writer.write(d).unwrap());
                drop(writer);
                let mut writer = open(&cut, rows, Some(&checkpoint));
                documents[second..].iter().for_each(|d| writer.write(d).unwrap());
                writer.finish().unwrap();
                let same = fs::read(&cut).unwrap() == fs::read(&whole).unwrap();
                assert!(same, "{rows:?} {first} {second}");
            }
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn rows_are_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let mut writer = open(&path, Rows::Annotations, None);
        for i in 0..9 {
            writer
                .write(&document(&format!("d{i}"), "Ada é in London", &[(0, 3), (10, 16)]))
                .unwrap();
        }
        writer.finish().unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(&path).unwrap()).unwrap();
        let batches: Vec<RecordBatch> = reader.build().unwrap().map(Result::unwrap).collect();
        let batch = concat_batches(&batches[0].schema(), &batches).unwrap();
        assert_eq!(batch.num_rows(), 9 * 5);
        let starts = batch.column_by_name("start").unwrap().as_primitive::<Int64Type>();
        let texts = batch.column_by_name("text").unwrap().as_string::<i64>();
        let of_target = batch.column_by_name("target_text").unwrap().as_string::<i64>();
        assert_eq!((starts.value(41), texts.value(41)), (10, "London"));
        assert_eq!(of_target.value(43), "London");
    }
}
