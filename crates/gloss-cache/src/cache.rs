//! The cache as a run uses it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use gloss_host::{CacheError, CacheKey, ResultCache};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Transaction, TransactionBehavior};

use crate::Error;
use crate::database::{self, is_busy};

/// Results and uses that wait before they are written together.
const BATCH: usize = 256;
/// The same in bytes of values.
const BATCH_BYTES: usize = 1 << 20;
/// No more waits than this; while another process holds the file, results beyond it are lost.
const WAITING_BYTES: usize = 64 << 20;
/// A result's last use is not written down again within so many seconds.
const USE_INTERVAL: i64 = 3600;
/// Results that are thrown out together.
const EVICTED: u32 = 64;
/// So much of the limit is left filled once it was passed, in percent: a little at a time, so that
/// nobody waits for long.
const FILLED: u64 = 98;

/// Results in a file; used by any number of threads and processes at once.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
    limit: u64,
    writer: Mutex<Connection>,
    /// Connections of threads that read; as many as did so at once.
    readers: Mutex<Vec<Connection>>,
    pending: Mutex<Pending>,
    /// It could not be written, and whoever uses it was told.
    failed: AtomicBool,
}

/// What is still to be written.
#[derive(Debug, Default)]
struct Pending {
    results: Vec<Entry>,
    bytes: usize,
    /// Results that were used, by row.
    used: Vec<i64>,
}

#[derive(Debug)]
struct Entry {
    extractor: String,
    key: CacheKey,
    value: Vec<u8>,
}

impl Pending {
    fn is_due(&self) -> bool {
        self.results.len() + self.used.len() >= BATCH || self.bytes >= BATCH_BYTES
    }
}

impl Cache {
    /// Opens the cache in a folder, and makes both where they are not there. Its file keeps to
    /// `limit` bytes, as near as its last batch of results allows.
    ///
    /// # Errors
    /// When the folder cannot be used, or the file in it is damaged, or not of this version.
    pub fn open(folder: &Path, limit: u64) -> Result<Cache, Error> {
        let writer = Mutex::new(database::open(folder)?);
        let (readers, pending, failed) = Default::default();
        Ok(Cache { folder: folder.to_owned(), limit, writer, readers, pending, failed })
    }

    /// Writes what waits to be written; also done when the cache is dropped.
    ///
    /// # Errors
    /// When that fails; what waited is lost then.
    pub fn flush(&self) -> Result<(), Error> {
        self.flush_with(lock(&self.writer))
    }

    /// While another thread writes, this one goes on: what it has is in the next batch.
    fn flush_if_due(&self) -> Result<(), Error> {
        let due = lock(&self.pending).is_due();
        match self.writer.try_lock() {
            Ok(writer) if due => self.flush_with(writer),
            _ => Ok(()),
        }
    }

    fn flush_with(&self, mut writer: MutexGuard<'_, Connection>) -> Result<(), Error> {
        let pending = std::mem::take(&mut *lock(&self.pending));
        if pending.results.is_empty() && pending.used.is_empty() {
            return Ok(());
        }
        let written = write(&mut writer, &pending).and_then(|()| self.evict(&writer));
        match written {
            // Whatever holds the file for so long, the run has better things to do than to wait.
            Err(error) if is_busy(&error) => {
                tracing::debug!(%error, "results are not kept");
                Ok(())
            }
            written => written.map_err(|e| {
                self.failed.store(true, Ordering::Relaxed);
                self.error(&e)
            }),
        }
    }

    /// Throws out what was not used for longest, where the limit is passed.
    fn evict(&self, writer: &Connection) -> rusqlite::Result<()> {
        let (mut used, mut free) = database::size(writer)?;
        if used > self.limit {
            let goal = self.limit / 100 * FILLED;
            let mut oldest = writer.prepare_cached(
                "DELETE FROM result WHERE id IN (SELECT id FROM result ORDER BY used LIMIT ?1)",
            )?;
            while used > goal && oldest.execute([EVICTED])? > 0 {
                (used, free) = database::size(writer)?;
            }
        }
        let beyond = (used + free).saturating_sub(self.limit).min(free);
        database::shrink(writer, beyond)
    }

    /// Runs `read` on a connection that no other thread uses.
    fn reading<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        let idle = lock(&self.readers).pop();
        let reader = idle.map_or_else(|| database::open(&self.folder), Ok)?;
        let found = read(&reader).map_err(|e| self.error(&e))?;
        lock(&self.readers).push(reader);
        Ok(found)
    }

    fn error(&self, error: &rusqlite::Error) -> Error {
        Error::of(&database::file(&self.folder), error)
    }
}

impl ResultCache for Cache {
    fn look_up(&self, keys: &[CacheKey]) -> Result<Vec<Option<Vec<u8>>>, CacheError> {
        let (values, used) = self.reading(|connection| find(connection, keys))?;
        if !used.is_empty() {
            lock(&self.pending).used.extend(used);
            if let Err(error) = self.flush_if_due() {
                // Only when they were used is not known.
                tracing::debug!(%error, "uses of results are not written down");
            }
        }
        Ok(values)
    }

    fn store(&self, extractor: &str, entries: Vec<(CacheKey, Vec<u8>)>) -> Result<(), CacheError> {
        {
            let mut pending = lock(&self.pending);
            for (key, value) in entries {
                // One that would push out much else is not worth it.
                let small = value.len() as u64 <= self.limit / 8;
                if small && pending.bytes + value.len() <= WAITING_BYTES {
                    pending.bytes += value.len();
                    pending.results.push(Entry { extractor: extractor.to_owned(), key, value });
                }
            }
        }
        Ok(self.flush_if_due()?)
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        if !*self.failed.get_mut()
            && let Err(error) = self.flush()
        {
            tracing::warn!("the last results are not kept: {error}");
        }
    }
}

type Found = (Vec<Option<Vec<u8>>>, Vec<i64>);

/// The values of keys, and the rows whose last use is to be written down.
fn find(connection: &Connection, keys: &[CacheKey]) -> rusqlite::Result<Found> {
    let now = seconds();
    // One view of the file for all keys.
    let transaction = connection.unchecked_transaction()?;
    let mut statement =
        transaction.prepare_cached("SELECT id, used, value FROM result WHERE key = ?1")?;
    let (mut values, mut rows) = (Vec::with_capacity(keys.len()), Vec::new());
    for key in keys {
        let found: Option<(i64, i64, Vec<u8>)> = statement
            .query_row([key], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        values.push(found.map(|(row, used, value)| {
            if now.saturating_sub(used) >= USE_INTERVAL {
                rows.push(row);
            }
            value
        }));
    }
    Ok((values, rows))
}

fn write(writer: &mut Connection, pending: &Pending) -> rusqlite::Result<()> {
    let now = seconds();
    let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
    {
        let mut put = transaction.prepare_cached(
            "INSERT INTO result (key, extractor, used, value) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (key) DO UPDATE SET used = excluded.used, value = excluded.value",
        )?;
        let mut last: Option<(&str, i64)> = None;
        for Entry { extractor, key, value } in &pending.results {
            let id = match last {
                Some((name, id)) if name == extractor => id,
                _ => extractor_row(&transaction, extractor)?,
            };
            last = Some((extractor, id));
            put.execute((key, id, now, value))?;
        }
        let mut used: CachedStatement<'_> =
            transaction.prepare_cached("UPDATE result SET used = ?2 WHERE id = ?1")?;
        for row in &pending.used {
            used.execute((row, now))?;
        }
    }
    transaction.commit()
}

fn extractor_row(transaction: &Transaction<'_>, name: &str) -> rusqlite::Result<i64> {
    transaction
        .prepare_cached("INSERT INTO extractor (name) VALUES (?1) ON CONFLICT DO NOTHING")?
        .execute([name])?;
    transaction
        .prepare_cached("SELECT id FROM extractor WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
}

/// Seconds since 1970.
pub fn seconds() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Holders of these locks leave nothing half done when they panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
