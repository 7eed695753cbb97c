//! The file: how it is opened and told from others, and how large it is.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use crate::{Error, ErrorKind};

/// The file's name in the folder of the cache.
const FILE: &str = "results.sqlite";
/// "GLOS", where SQLite keeps whose file it is.
const APPLICATION: i32 = 0x474C_4F53;
/// Version of the tables.
const VERSION: i32 = 1;
/// How long another process may hold the file.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often a file that is just being made by another process is tried again.
const TRIES: u32 = 50;
/// The log is cut to this length when it was longer, in bytes.
const LOG_LIMIT: u32 = 16 << 20;

/// `used` is in seconds since 1970. Rows are found by `key`, and thrown out by `used`.
const TABLES: &str = "
    CREATE TABLE extractor (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE
    );
    CREATE TABLE result (
        id INTEGER PRIMARY KEY,
        key BLOB NOT NULL UNIQUE,
        extractor INTEGER NOT NULL REFERENCES extractor (id),
        used INTEGER NOT NULL,
        value BLOB NOT NULL
    );
    CREATE INDEX result_by_use ON result (used);
";

/// Where the file of a cache in this folder is.
pub fn file(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// Opens the file, and makes it where there is none.
pub fn open(folder: &Path) -> Result<Connection, Error> {
    make_folder(folder).map_err(|e| {
        let message = format!("the folder {} cannot be made: {e}", folder.display());
        Error::new(ErrorKind::Folder, message, "name another in GLOSS_CACHE")
    })?;
    let path = file(folder);
    let of = |e| Error::of(&path, &e);
    let mut tries = 0;
    loop {
        match connect(&path) {
            Ok(connection) => {
                check(&connection, &path)?;
                return Ok(connection);
            }
            // Where two processes make the file at once, SQLite does not wait for the other.
            Err(error) if is_busy(&error) && tries < TRIES => {
                tries += 1;
                sleep(PATIENCE / TRIES);
            }
            Err(error) => return Err(of(error)),
        }
    }
}

/// Annotations can tell what is in a text, so nobody else may read them.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(PATIENCE)?;
    if is_new(&connection)? {
        make_tables(&mut connection)?;
    }
    // A power cut may lose the last results, which are then made again; it leaves the file whole.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "journal_size_limit", LOG_LIMIT)?;
    Ok(connection)
}

fn make_tables(connection: &mut Connection) -> rusqlite::Result<()> {
    // Before there is anything in the file, or it would have no effect.
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have been faster.
    if is_new(&transaction)? {
        transaction.execute_batch(TABLES)?;
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
    }
    transaction.commit()
}

/// Whether nothing is in it, of whatever program.
fn is_new(connection: &Connection) -> rusqlite::Result<bool> {
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(tables == 0 && number(connection, "application_id")? == 0)
}

fn check(connection: &Connection, path: &Path) -> Result<(), Error> {
    let read = |pragma| number(connection, pragma).map_err(|e| Error::of(path, &e));
    if read("application_id")? != i64::from(APPLICATION) {
        let message = format!("{} is a database of another program", path.display());
        return Err(Error::new(ErrorKind::Foreign, message, "name another folder in GLOSS_CACHE"));
    }
    let version = read("user_version")?;
    if version == i64::from(VERSION) {
        return Ok(());
    }
    let message = format!(
        "{} is of another version of gloss: it has version {version}, this one reads {VERSION}",
        path.display()
    );
    let help = "name another folder in GLOSS_CACHE, or remove it with `gloss cache clear`";
    Err(Error::new(ErrorKind::OtherVersion, message, help))
}

/// A setting or a count of SQLite's.
fn number(connection: &Connection, pragma: &str) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, pragma, |row| row.get(0))
}

pub fn is_busy(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(code, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Bytes of the file that hold something, and bytes of it that are free.
pub fn size(connection: &Connection) -> rusqlite::Result<(u64, u64)> {
    let page = number(connection, "page_size")?.unsigned_abs();
    let pages = number(connection, "page_count")?.unsigned_abs();
    let free = number(connection, "freelist_count")?.unsigned_abs();
    Ok((pages.saturating_sub(free) * page, free * page))
}

/// Gives free bytes of the file back to the file system.
pub fn shrink(connection: &Connection, bytes: u64) -> rusqlite::Result<()> {
    let page = number(connection, "page_size")?.unsigned_abs().max(1);
    let pages = bytes / page;
    // To SQLite, 0 means all.
    if pages == 0 {
        return Ok(());
    }
    // A page is given back for each row that is asked for.
    let mut statement = connection.prepare(&format!("PRAGMA incremental_vacuum({pages})"))?;
    let mut rows = statement.query([])?;
    while rows.next()?.is_some() {}
    Ok(())
}
