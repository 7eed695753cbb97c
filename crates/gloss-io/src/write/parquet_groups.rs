//! Row groups of a Parquet file, each made by itself, and the footer behind them.
//!
//! The library that writes Parquet cannot go on with a file. So each row group is made as a small file
//! in memory, of which the pages go into the file, and the footer is kept; at the end one footer is
//! written for all. The file is the same whether it was gone on with or not.

use std::io;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::{
    FileMetaData, KeyValue, ParquetMetaData, ParquetMetaDataReader, ParquetMetaDataWriter,
    RowGroupMetaData,
};
use parquet::file::properties::{EnabledStatistics, WriterProperties};

/// What a Parquet file begins and ends with.
pub(crate) const MAGIC: &[u8; 4] = b"PAR1";
/// Behind the footer: its length, and the magic bytes.
const TAIL: usize = 8;

/// The row groups of a file.
pub(crate) struct RowGroups {
    schema: SchemaRef,
    properties: WriterProperties,
    groups: Vec<RowGroupMetaData>,
    /// Where the next row group begins in the file.
    position: u64,
}

/// A row group as bytes.
pub(crate) struct Encoded {
    /// What goes into the file.
    pub pages: Vec<u8>,
    /// What [`RowGroups::restore`] makes the group of again.
    pub footer: Vec<u8>,
}

impl RowGroups {
    /// No row groups yet, of a file that has `metadata` in its footer.
    pub fn new(schema: SchemaRef, metadata: Vec<KeyValue>) -> RowGroups {
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_row_count(None)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            // An index of pages would stand between the groups and the footer.
            .set_offset_index_disabled(true)
            .set_key_value_metadata(Some(metadata))
            .build();
        RowGroups { schema, properties, groups: Vec::new(), position: MAGIC.len() as u64 }
    }

    /// Adds a row group of all rows of a batch.
    pub fn add(&mut self, batch: &RecordBatch) -> io::Result<Encoded> {
        let file = self.file(Some(batch))?;
        let footer = footer(&file)?.to_vec();
        self.restore(&footer)?;
        let end = file.len() - TAIL - footer.len();
        let pages = file.get(MAGIC.len()..end).ok_or(io::ErrorKind::InvalidData)?.to_vec();
        self.position += pages.len() as u64;
        Ok(Encoded { pages, footer })
    }

    /// Adds a row group that is in the file already, up to `position`.
    pub fn add_written(&mut self, footer: &[u8], position: u64) -> io::Result<()> {
        self.restore(footer)?;
        self.position = position;
        Ok(())
    }

    /// Where the next row group begins.
    pub fn position(&self) -> u64 {
        self.position
    }

    fn restore(&mut self, footer: &[u8]) -> io::Result<()> {
        let metadata = ParquetMetaDataReader::decode_metadata(footer).map_err(failed)?;
        for group in metadata.row_groups() {
            let moved = moved(group.clone(), self.position, self.groups.len()).map_err(failed)?;
            self.groups.push(moved);
        }
        Ok(())
    }

    /// A file of its own, of one row group or none.
    fn file(&self, batch: Option<&RecordBatch>) -> io::Result<Vec<u8>> {
        let (schema, properties) = (self.schema.clone(), self.properties.clone());
        let mut file = Vec::new();
        let mut writer =
            ArrowWriter::try_new(&mut file, schema, Some(properties)).map_err(failed)?;
        batch.map_or(Ok(()), |batch| writer.write(batch)).map_err(failed)?;
        writer.close().map_err(failed)?;
        Ok(file)
    }

    /// What stands behind the last row group.
    pub fn finish(self) -> io::Result<Vec<u8>> {
        let empty = self.file(None)?;
        let like = ParquetMetaDataReader::decode_metadata(footer(&empty)?).map_err(failed)?;
        let like = like.file_metadata();
        let file = FileMetaData::new(
            like.version(),
            self.groups.iter().map(RowGroupMetaData::num_rows).sum(),
            like.created_by().map(str::to_owned),
            like.key_value_metadata().cloned(),
            like.schema_descr_ptr(),
            like.column_orders().cloned(),
        );
        let metadata = ParquetMetaData::new(file, self.groups);
        let mut out = Vec::new();
        ParquetMetaDataWriter::new(&mut out, &metadata).finish().map_err(failed)?;
        Ok(out)
    }
}

/// A row group that began behind the magic bytes, as it is from `position`.
fn moved(
    group: RowGroupMetaData,
    position: u64,
    number: usize,
) -> Result<RowGroupMetaData, ParquetError> {
    let by = i64::try_from(position)? - MAGIC.len() as i64;
    let columns = group.columns().iter().cloned().map(|column| {
        let (data, dictionary) = (column.data_page_offset(), column.dictionary_page_offset());
        let column = column.into_builder().set_data_page_offset(data + by);
        column.set_dictionary_page_offset(dictionary.map(|at| at + by)).build()
    });
    let columns = columns.collect::<Result<Vec<_>, ParquetError>>()?;
    let builder = group.into_builder().set_column_metadata(columns);
    builder.set_file_offset(i64::try_from(position)?).set_ordinal(i32::try_from(number)?).build()
}

/// The footer of a file in memory.
fn footer(file: &[u8]) -> io::Result<&[u8]> {
    let end = file.len().checked_sub(TAIL).ok_or(io::ErrorKind::InvalidData)?;
    let length: [u8; 4] = file[end..end + 4].try_into().map_err(io::Error::other)?;
    let start = end.checked_sub(u32::from_le_bytes(length) as usize);
    start.and_then(|start| file.get(start..end)).ok_or(io::ErrorKind::InvalidData.into())
}

fn failed(error: ParquetError) -> io::Error {
    io::Error::other(error)
}
