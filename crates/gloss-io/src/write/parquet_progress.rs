//! What is kept beside a Parquet file while it is written, so that a run can go on with it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_ipc::reader::StreamReader;
use arrow_ipc::writer::StreamWriter;

/// The file of footers.
const GROUPS: &str = "groups";

/// A folder beside the file: the footers of its row groups, one behind the other, and the rows of the
/// open row group at the last checkpoints, in a file `rows-N` for the row group N.
#[derive(Debug)]
pub(super) struct Progress {
    folder: PathBuf,
    begun: bool,
    /// Footers that are not in the file yet.
    unsaved: Vec<u8>,
    groups_bytes: u64,
    rows_bytes: u64,
    /// The row group that was open at the last checkpoint: its rows may be asked for still.
    last: u64,
}

/// A row group that was finished before a checkpoint.
pub(super) struct Finished {
    pub footer: Vec<u8>,
    /// Where it ends in the file.
    pub end: u64,
}

/// Where the files of [`Progress`] end at a checkpoint.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends {
    pub groups_bytes: u64,
    pub rows_bytes: u64,
}

impl Progress {
    pub fn new(aside: &Path) -> Progress {
        let mut folder = aside.as_os_str().to_owned();
        folder.push(".d");
        Progress {
            folder: folder.into(),
            begun: false,
            unsaved: Vec::new(),
            groups_bytes: 0,
            rows_bytes: 0,
            last: 0,
        }
    }

    /// Notes a row group that ends at `end`.
    pub fn finished(&mut self, footer: &[u8], end: u64) {
        self.unsaved.extend(end.to_le_bytes());
        self.unsaved.extend((footer.len() as u64).to_le_bytes());
        self.unsaved.extend(footer);
        self.rows_bytes = 0;
    }

    /// Makes durable what was noted, and rows of the row group `open` that were not yet.
    ///
    /// A caller keeps the last checkpoint before it makes another, so what only earlier ones need goes.
    pub fn save(&mut self, open: u64, rows: &[RecordBatch]) -> io::Result<Ends> {
        if !std::mem::replace(&mut self.begun, true) {
            let _ = fs::remove_dir_all(&self.folder);
            fs::create_dir(&self.folder)?;
        }
        append(
            &self.folder.join(GROUPS),
            &std::mem::take(&mut self.unsaved),
            &mut self.groups_bytes,
        )?;
        let mut bytes = Vec::new();
        for batch in rows {
            let mut writer =
                StreamWriter::try_new(&mut bytes, &batch.schema()).map_err(io::Error::other)?;
            writer.write(batch).and_then(|()| writer.finish()).map_err(io::Error::other)?;
        }
        append(&self.rows(open), &bytes, &mut self.rows_bytes)?;
        for old in 0..self.last {
            if fs::remove_file(self.rows(self.last - 1 - old)).is_err() {
                break;
            }
        }
        self.last = open;
        Ok(Ends { groups_bytes: self.groups_bytes, rows_bytes: self.rows_bytes })
    }

    /// Goes on from a checkpoint: the row groups and the rows of the one that was open.
    pub fn restore(
        aside: &Path,
        open: u64,
        ends: Ends,
    ) -> io::Result<(Progress, Vec<Finished>, Vec<RecordBatch>)> {
        let mut progress = Progress::new(aside);
        progress.begun = true;
        progress.last = open;
        (progress.groups_bytes, progress.rows_bytes) = (ends.groups_bytes, ends.rows_bytes);
        let groups = read(&progress.folder.join(GROUPS), ends.groups_bytes)?;
        let rows = read(&progress.rows(open), ends.rows_bytes)?;
        let mut rest = groups.as_slice();
        let mut finished = Vec::new();
        while !rest.is_empty() {
            let end = number(&mut rest)?;
            let length = usize::try_from(number(&mut rest)?).map_err(io::Error::other)?;
            let (footer, behind) =
                rest.split_at_checked(length).ok_or(io::ErrorKind::InvalidData)?;
            finished.push(Finished { footer: footer.to_vec(), end });
            rest = behind;
        }
        let mut rest = rows.as_slice();
        let mut batches = Vec::new();
        while !rest.is_empty() {
            for batch in StreamReader::try_new(&mut rest, None).map_err(io::Error::other)? {
                batches.push(batch.map_err(io::Error::other)?);
            }
        }
        Ok((progress, finished, batches))
    }

    /// Removes the folder: there is nothing more to go on with.
    pub fn remove(&self) {
        if self.begun {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }

    fn rows(&self, group: u64) -> PathBuf {
        self.folder.join(format!("rows-{group}"))
    }
}

/// Appends to a file that has `length` bytes, and makes it durable.
fn append(path: &Path, bytes: &[u8], length: &mut u64) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    file.set_len(*length)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    *length += bytes.len() as u64;
    Ok(())
}

/// The first `length` bytes of a file; what stands behind is cut off.
fn read(path: &Path, length: u64) -> io::Result<Vec<u8>> {
    let file = OpenOptions::new().write(true).open(path)?;
    if file.metadata()?.len() < length {
        return Err(io::ErrorKind::InvalidData.into());
    }
    file.set_len(length)?;
    drop::<File>(file);
    fs::read(path)
}

fn number(bytes: &mut &[u8]) -> io::Result<u64> {
    let (number, rest) = bytes.split_first_chunk().ok_or(io::ErrorKind::InvalidData)?;
    *bytes = rest;
    Ok(u64::from_le_bytes(*number))
}
