//! What is in a cache, and removing it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;

use crate::cache::seconds;
use crate::{Error, ErrorKind, database};

/// Results that are removed together: another process may want to write meanwhile.
const BATCH: u32 = 1000;

/// What one extractor's results take up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// `publisher/plugin:extractor`.
    pub extractor: String,
    /// How many there are.
    pub results: u64,
    /// Bytes of their values.
    pub bytes: u64,
    /// When one was last used, to the hour: seconds since 1970.
    pub used: i64,
}

/// What is in a cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// The file.
    pub path: PathBuf,
    /// Bytes that it takes up on the disk, with its log.
    pub bytes: u64,
    /// By extractor; those with the most bytes first.
    pub extractors: Vec<Kept>,
}

/// Which results are meant; all where nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those that were not used for so long.
    pub older_than: Option<Duration>,
    /// Those of this extractor: `publisher/plugin:extractor`, or only the last part.
    pub extractor: Option<String>,
}

/// The file of the cache in a folder, whether it is there or not.
#[must_use]
pub fn path(folder: &Path) -> PathBuf {
    database::file(folder)
}

/// Says what is in the cache in a folder; nothing where there is none.
///
/// # Errors
/// When the file is damaged, or not of this version, or cannot be read.
pub fn contents(folder: &Path) -> Result<Contents, Error> {
    let path = database::file(folder);
    let mut extractors = Vec::new();
    if path.exists() {
        let connection = database::open(folder)?;
        extractors = kept(&connection).map_err(|e| Error::of(&path, &e))?;
    }
    let size = |path: &PathBuf| fs::metadata(path).map_or(0, |m| m.len());
    let bytes = files(&path).iter().map(size).sum();
    Ok(Contents { path, bytes, extractors })
}

fn kept(connection: &Connection) -> rusqlite::Result<Vec<Kept>> {
    let mut statement = connection.prepare(
        "SELECT name, count(*), sum(length(value)) AS bytes, max(used)
         FROM result JOIN extractor ON extractor.id = result.extractor
         GROUP BY name ORDER BY bytes DESC, name",
    )?;
    let rows = statement.query_map([], |row| {
        let (results, bytes): (i64, i64) = (row.get(1)?, row.get(2)?);
        Ok(Kept {
            extractor: row.get(0)?,
            results: results.unsigned_abs(),
            bytes: bytes.unsigned_abs(),
            used: row.get(3)?,
        })
    })?;
    rows.collect()
}

/// Removes results from the cache in a folder, and says how many. Without a filter a damaged file,
/// or one of another version, is removed as a whole; how many results it had is not known then.
///
/// # Errors
/// When the file cannot be written, or is another program's; with a filter also when it is damaged
/// or of another version.
pub fn clear(folder: &Path, filter: &Filter) -> Result<Option<u64>, Error> {
    let path = database::file(folder);
    if !path.exists() {
        return Ok(Some(0));
    }
    let removed = database::open(folder)
        .and_then(|connection| remove(&connection, filter).map_err(|e| Error::of(&path, &e)));
    let useless = |e: &Error| matches!(e.kind, ErrorKind::Damaged | ErrorKind::OtherVersion);
    match removed {
        Err(error) if useless(&error) && *filter == Filter::default() => {
            remove_files(&path)?;
            Ok(None)
        }
        removed => removed.map(Some),
    }
}

fn remove(connection: &Connection, filter: &Filter) -> rusqlite::Result<u64> {
    let before = match filter.older_than {
        Some(age) => seconds().saturating_sub(i64::try_from(age.as_secs()).unwrap_or(i64::MAX)),
        None => i64::MAX,
    };
    let mut statement = connection.prepare(
        "DELETE FROM result WHERE id IN (
            SELECT id FROM result
            WHERE used <= ?1 AND (?2 IS NULL OR extractor IN (
                SELECT id FROM extractor WHERE name = ?2 OR substr(name, -length(?2) - 1) = ':' || ?2
            ))
            LIMIT ?3
        )",
    )?;
    let mut removed = 0;
    loop {
        let batch = statement.execute((before, &filter.extractor, BATCH))?;
        removed += batch as u64;
        if batch == 0 {
            break;
        }
    }
    let (_, free) = database::size(connection)?;
    database::shrink(connection, free)?;
    // So that the log gives its bytes back as well; others may be reading from it.
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(removed)
}

/// The file with its log and the index of that.
fn files(path: &Path) -> [PathBuf; 3] {
    ["", "-wal", "-shm"].map(|ending| {
        let mut file = path.as_os_str().to_owned();
        file.push(ending);
        file.into()
    })
}

fn remove_files(path: &Path) -> Result<(), Error> {
    for file in files(path) {
        match fs::remove_file(&file) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => {
                let message = format!("{} cannot be removed: {e}", file.display());
                return Err(Error::new(ErrorKind::Database, message, "check its rights"));
            }
            _ => {}
        }
    }
    Ok(())
}
