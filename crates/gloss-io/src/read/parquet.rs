//! Parquet: a row is a document. Row groups are read one after the other, a batch of rows at a time,
//! and of the columns only those that are wanted.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field};
use gloss_doc::Document;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::RowGroupMetaData;

use super::Documents;
use super::arrow_values::{is_supported, object};
use super::open::{cut_off, unreadable};
use crate::columns::{Place, no_column};
use crate::fingerprint::Watch;
use crate::{Columns, Compression, Error, ErrorKind, Input, InputFormat, ReadOptions};

/// Bytes of values that a batch of rows should have, and the most rows.
const BATCH_BYTES: u64 = 8 << 20;
const BATCH_ROWS: u64 = 1024;
/// What a file may claim at most for each of its bytes: the same value a thousand times takes few.
const ROWS_PER_BYTE: u64 = 1 << 16;

/// The documents of a file.
///
/// There are as many as its directory says, whether they can be read or not, so that rows can be left
/// out without being read.
pub struct ParquetRows {
    name: String,
    file: File,
    metadata: ArrowReaderMetadata,
    mask: ProjectionMask,
    columns: Columns,
    groups: Vec<Group>,
    /// The row group that is being read, and the row in it that comes next.
    group: usize,
    row: u64,
    reader: Option<ParquetRecordBatchReader>,
    batch: Option<RecordBatch>,
    /// The row in the batch that comes next.
    at: usize,
    /// Why no more of the row group can be read.
    damage: Option<String>,
    read: Arc<AtomicU64>,
}

struct Group {
    /// Numbers of its rows in the file, from 1.
    rows: Range<u64>,
    /// Its share of the file.
    bytes: u64,
    batch: usize,
}

impl ParquetRows {
    /// Reads the directory of a file and finds the columns.
    pub fn open(
        input: &Input,
        format: InputFormat,
        options: &ReadOptions,
        read: &Arc<AtomicU64>,
    ) -> Result<(ParquetRows, Watch), Error> {
        let name = input.name();
        let Input::File(path) = input else { return Err(super::parquet_stream()) };
        if format.compression != Compression::None {
            let message = format!("{name}: Parquet is not read from compressed files");
            return Err(Error::new(ErrorKind::UnknownFormat, &name, message)
                .help("its columns are compressed already: decompress the file"));
        }
        let fail = |e: std::io::Error| unreadable(&name, &e);
        let mut file = File::open(path).map_err(fail)?;
        let watch = Watch::new(path, &file).map_err(fail)?;
        let size = file.metadata().map_err(fail)?.len();
        check_end(&name, &mut file)?;
        // What Arrow remembers of its own types adds nothing to what JSON can say.
        let load = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let metadata = guarded(|| ArrowReaderMetadata::load(&file, load))
            .map_err(|what| damaged(&name, &what))?;
        let mask = mask(&name, &metadata, &options.columns)?;
        let groups =
            guarded(|| groups(&metadata, &mask, size)).map_err(|what| damaged(&name, &what))?;
        let rows = ParquetRows {
            name,
            file,
            metadata,
            mask,
            columns: options.columns.clone(),
            groups,
            group: 0,
            row: 0,
            reader: None,
            batch: None,
            at: 0,
            damage: None,
            read: Arc::clone(read),
        };
        Ok((rows, watch))
    }

    /// Goes to the row group of the next row, and says how many rows that has left.
    fn left(&mut self) -> Option<u64> {
        loop {
            let group = self.groups.get(self.group)?;
            let left = (group.rows.end - group.rows.start) - self.row;
            if left > 0 {
                return Some(left);
            }
            self.read.fetch_add(group.bytes, Ordering::Relaxed);
            self.group += 1;
            self.row = 0;
            self.forget();
            self.damage = None;
        }
    }

    fn forget(&mut self) {
        (self.reader, self.batch, self.at) = (None, None, 0);
    }

    /// Reads until the batch has the next row. Rows that are left out are read as well: over some
    /// damage the library's own skipping does not end, and what is behind damage must be the same
    /// whether or not a run begins there.
    fn fill(&mut self) -> Result<(), String> {
        let mut reader = match self.reader.take() {
            Some(reader) => reader,
            None => {
                self.at = usize::try_from(self.row).map_err(|e| e.to_string())?;
                self.begin()?
            }
        };
        loop {
            if let Some(batch) = &self.batch {
                if self.at < batch.num_rows() {
                    self.reader = Some(reader);
                    return Ok(());
                }
                self.at -= batch.num_rows();
            }
            let batch = guarded(|| {
                let next = reader.next().map(|batch| batch.map_err(ParquetError::from));
                next.unwrap_or_else(|| Err(ParquetError::EOF("it has fewer rows".to_owned())))
            })?;
            if batch.num_rows() == 0 {
                return Err("it has fewer rows".to_owned());
            }
            self.batch = Some(batch);
        }
    }

    fn begin(&self) -> Result<ParquetRecordBatchReader, String> {
        let file = self.file.try_clone().map_err(|e| e.to_string())?;
        let builder =
            ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone())
                .with_row_groups(vec![self.group])
                .with_projection(self.mask.clone())
                .with_batch_size(self.groups[self.group].batch);
        guarded(|| builder.build())
    }

    fn number(&self) -> u64 {
        self.groups[self.group].rows.start + self.row
    }
}

impl Documents for ParquetRows {
    fn next(&mut self) -> Option<Result<Document, Error>> {
        self.left()?;
        if self.damage.is_none()
            && let Err(what) = self.fill()
        {
            self.forget();
            self.damage = Some(what);
        }
        let line = self.number();
        self.row += 1;
        let place = Place { input: &self.name, line };
        if let Some(what) = &self.damage {
            let what = format!("the row cannot be read: {what}");
            return Some(Err(place.error(ErrorKind::BadParquet, &what).help(DAMAGED)));
        }
        let batch = self.batch.as_ref()?;
        let row = guarded(|| Ok(object(batch, self.at)));
        self.at += 1;
        Some(match row {
            Ok(object) => self.columns.document(object, place, "parquet"),
            Err(what) => Err(place.error(ErrorKind::BadParquet, &what).help(DAMAGED)),
        })
    }

    fn skip(&mut self, count: u64) -> u64 {
        let mut skipped = 0;
        while skipped < count
            && let Some(left) = self.left()
        {
            let some = left.min(count - skipped);
            (self.row, skipped) = (self.row + some, skipped + some);
            self.at = self.at.saturating_add(usize::try_from(some).unwrap_or(usize::MAX));
        }
        skipped
    }
}

const DAMAGED: &str = "fetch or write the file again";

fn damaged(name: &str, what: &str) -> Error {
    let message = format!("{name} is not Parquet that can be read: {what}");
    Error::new(ErrorKind::BadParquet, name, message).help(DAMAGED)
}

/// A file ends with a mark behind its directory.
fn check_end(name: &str, file: &mut File) -> Result<(), Error> {
    let (mut begin, mut end) = ([0; 4], [0; 4]);
    let read = file
        .read_exact(&mut begin)
        .and_then(|()| file.seek(SeekFrom::End(-4)))
        .and_then(|_| file.read_exact(&mut end));
    match (read, &begin, &end) {
        (Ok(()), b"PAR1", b"PAR1") => Ok(()),
        (Ok(()), _, b"PARE") => Err(damaged(name, "it is encrypted")),
        (Ok(()), b"PAR1", _) => Err(cut_off(name, "there is no directory at its end")),
        (Err(e), ..) if e.kind() != std::io::ErrorKind::UnexpectedEof => Err(unreadable(name, &e)),
        _ => Err(damaged(name, "it does not begin with PAR1")),
    }
}

/// What the library for Parquet makes of a damaged file may be a panic.
pub(crate) fn guarded<T>(read: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(result) => result.map_err(|e| e.to_string()),
        Err(_) => Err("it is damaged".to_owned()),
    }
}

/// The columns at the root that are wanted, of those that there are.
fn mask(
    name: &str,
    metadata: &ArrowReaderMetadata,
    columns: &Columns,
) -> Result<ProjectionMask, Error> {
    let fields = metadata.schema().fields();
    let names: Vec<&str> = fields.iter().map(|field| field.name().as_str()).collect();
    let root = |column: &str| fields.iter().position(|field| leads_to(field, column));
    let mut wanted = Vec::new();
    for column in columns.required() {
        let index = root(column).ok_or_else(|| no_column(name, column, &names))?;
        if !is_supported(fields[index].data_type()) {
            let message = format!("the column {column:?} of {name} holds what has no JSON");
            return Err(Error::new(ErrorKind::NoColumn, name, message)
                .help(format!("its type is {}", fields[index].data_type())));
        }
        wanted.push(index);
    }
    wanted.extend(root(columns.id()));
    wanted.extend(root(columns.text()));
    if columns.metadata.is_none() {
        wanted.extend((0..fields.len()).filter(|&index| is_supported(fields[index].data_type())));
    }
    Ok(ProjectionMask::roots(metadata.parquet_schema(), wanted))
}

/// Whether a field has this name, or holds what has, with dots between the names.
fn leads_to(field: &Field, column: &str) -> bool {
    let Some(rest) = column.strip_prefix(field.name().as_str()) else { return false };
    match (rest.strip_prefix('.'), field.data_type()) {
        (Some(rest), DataType::Struct(fields)) => fields.iter().any(|field| leads_to(field, rest)),
        _ => rest.is_empty(),
    }
}

fn groups(
    metadata: &ArrowReaderMetadata,
    mask: &ProjectionMask,
    size: u64,
) -> Result<Vec<Group>, ParquetError> {
    let mut groups = Vec::new();
    let mut first = 1;
    let most = size.saturating_mul(ROWS_PER_BYTE);
    for group in metadata.metadata().row_groups() {
        let rows = u64::try_from(group.num_rows()).ok().filter(|rows| first + rows <= most);
        let rows = rows.ok_or_else(|| general("it claims more rows than it can have"))?;
        check_chunks(group, mask, rows, size)?;
        let bytes = u64::try_from(group.compressed_size()).unwrap_or(0).min(size);
        let values = u64::try_from(group.total_byte_size()).unwrap_or(0);
        let batch = (BATCH_BYTES / (values / rows.max(1)).max(1)).clamp(1, BATCH_ROWS);
        groups.push(Group { rows: first..first + rows, bytes, batch: batch as usize });
        first += rows;
    }
    Ok(groups)
}

/// Refuses chunks of columns that cannot be where the directory says, before they are allocated.
fn check_chunks(
    group: &RowGroupMetaData,
    mask: &ProjectionMask,
    rows: u64,
    size: u64,
) -> Result<(), ParquetError> {
    let chunks = group.columns().iter().enumerate().filter(|(leaf, _)| mask.leaf_included(*leaf));
    for (_, chunk) in chunks {
        let is_flat = chunk.column_descr().max_rep_level() == 0;
        if is_flat && u64::try_from(chunk.num_values()) != Ok(rows) {
            return Err(general("its columns have different numbers of rows"));
        }
        let (begin, length) = chunk.byte_range();
        if begin.checked_add(length).is_none_or(|end| end > size) {
            return Err(general("its directory points behind its end"));
        }
    }
    Ok(())
}

fn general(what: &str) -> ParquetError {
    ParquetError::General(what.to_owned())
}
