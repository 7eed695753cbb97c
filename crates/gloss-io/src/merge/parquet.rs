//! Parquet with a document a row. Rows are taken one by one, so row groups are made anew.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use arrow_select::concat::concat_batches;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::file::metadata::KeyValue;

use super::{MergeError, Parts, Result, refused, unusable};
use crate::read::guarded;
use crate::write::{DocumentTable, PARQUET_GROUP, PARQUET_MAGIC, PARQUET_SCHEMA, RowGroups};
use crate::{OutputFile, OutputFormat, Sink};

/// Bytes of rows that are read at once of each output, and the most rows.
const BATCH_BYTES: u64 = 1 << 20;
const BATCH_ROWS: u64 = 1024;

pub struct Groups {
    inputs: Vec<Input>,
    schema: SchemaRef,
    groups: RowGroups,
    /// Rows of the open row group.
    pending: Vec<RecordBatch>,
    weight: u64,
    /// With this weight it is full.
    limit: u64,
    file: OutputFile,
}

struct Input {
    path: PathBuf,
    reader: ParquetRecordBatchReader,
    batch: Option<RecordBatch>,
    /// The row in the batch that comes next.
    at: usize,
}

impl Groups {
    pub fn open(inputs: &[PathBuf], output: &Path) -> Result<Groups> {
        let schema = DocumentTable::schema();
        let (mut opened, mut all): (Vec<Input>, Option<Vec<KeyValue>>) = (Vec::new(), None);
        for path in inputs {
            let (input, metadata) = Input::open(path, &schema, output)?;
            opened.push(input);
            match &all {
                None => all = Some(metadata),
                Some(all) if *all == metadata => {}
                Some(_) => {
                    let why =
                        "its offsets, or the version of its schema, are not those of the first";
                    return Err(unusable(path, &why));
                }
            }
        }
        let mut file = OutputFile::create(output).map_err(MergeError::Output)?;
        file.write_all(PARQUET_MAGIC).map_err(MergeError::Output)?;
        let groups = RowGroups::new(SchemaRef::clone(&schema), all.unwrap_or_default());
        Ok(Groups {
            inputs: opened,
            schema,
            groups,
            pending: Vec::new(),
            weight: 0,
            limit: PARQUET_GROUP,
            file,
        })
    }

    #[cfg(test)]
    pub fn with_limit(self, limit: u64) -> Groups {
        Groups { limit, ..self }
    }

    fn end_group(&mut self) -> io::Result<()> {
        let pending = std::mem::take(&mut self.pending);
        self.weight = 0;
        if pending.is_empty() {
            return Ok(());
        }
        let rows = concat_batches(&self.schema, &pending).map_err(io::Error::other)?;
        self.file.write_all(&self.groups.add(&rows)?.pages)
    }
}

impl Input {
    /// Also what the file says of itself.
    fn open(path: &Path, schema: &SchemaRef, output: &Path) -> Result<(Input, Vec<KeyValue>)> {
        let fail = |why: String| unusable(path, &why);
        let file = File::open(path).map_err(|error| unusable(path, &error))?;
        let builder = guarded(|| ParquetRecordBatchReaderBuilder::try_new(file)).map_err(fail)?;
        let file = builder.metadata().file_metadata();
        let all = file.key_value_metadata().into_iter().flatten();
        let own: Vec<KeyValue> = all.filter(|kv| kv.key.starts_with("gloss.")).cloned().collect();
        let says =
            |key: &str| own.iter().find(|kv| kv.key == key).and_then(|kv| kv.value.as_deref());
        if says("gloss.schema") != Some(PARQUET_SCHEMA) {
            return Err(unusable(path, &"it is no Parquet that this version of gloss wrote"));
        }
        if says("gloss.rows") != Some("documents") {
            let what = "merged with a document a row alone: of rows that are annotations nobody can \
                        tell which documents have none";
            return Err(refused(OutputFormat::Parquet, output, what));
        }
        if builder.schema().fields() != schema.fields() {
            return Err(unusable(path, &"its columns are not those that gloss writes"));
        }
        let groups = builder.metadata().row_groups();
        let bytes: u64 = groups.iter().map(|g| g.total_byte_size().unsigned_abs()).sum();
        let rows = file.num_rows().unsigned_abs();
        let batch = (BATCH_BYTES / (bytes / rows.max(1)).max(1)).clamp(1, BATCH_ROWS) as usize;
        let reader = guarded(|| builder.with_batch_size(batch).build()).map_err(fail)?;
        Ok((Input { path: path.to_owned(), reader, batch: None, at: 0 }, own))
    }
}

impl Parts for Groups {
    /// A row, and about how many bytes it has.
    type Part = (RecordBatch, u64);

    fn next(&mut self, input: usize) -> Result<Option<(RecordBatch, u64)>> {
        let Input { path, reader, batch, at } = &mut self.inputs[input];
        loop {
            if let Some(batch) = batch.as_ref().filter(|batch| *at < batch.num_rows()) {
                let weight = batch.get_array_memory_size() / batch.num_rows();
                *at += 1;
                return Ok(Some((batch.slice(*at - 1, 1), weight as u64)));
            }
            let next =
                guarded(|| Ok(reader.next().transpose()?)).map_err(|why| unusable(path, &why))?;
            let Some(next) = next else { return Ok(None) };
            (*batch, *at) = (Some(next), 0);
        }
    }

    fn write(&mut self, (row, weight): (RecordBatch, u64)) -> io::Result<()> {
        self.pending.push(row);
        self.weight += weight;
        if self.weight >= self.limit { self.end_group() } else { Ok(()) }
    }

    fn finish(mut self) -> io::Result<Vec<String>> {
        self.end_group()?;
        let Groups { groups, mut file, .. } = self;
        file.write_all(&groups.finish()?)?;
        file.finish().map(|()| Vec::new())
    }
}
