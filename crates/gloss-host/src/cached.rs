//! A stage's results, taken from a cache where they are there.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use gloss_boundary::{BatchResult, DocumentResult, DocumentView, Failure, LayerChecker};
use gloss_frame::results::{decode_results, encode_results};
use gloss_frame::{FrameWriter, Kind, read_frame};
use gloss_protocol::Plan;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::cache::{CacheError, CacheKey, ResultCache};
use crate::cache_key::{Loaded, StageKey};

/// Bytes of a value before its frame: the beginning of the SHA-256 over key and frame.
const CHECKSUM: usize = 16;

/// How often a stage's results were in the cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CacheCounts {
    /// Documents whose results were there.
    pub hits: u64,
    /// Documents that the extractor was run with.
    pub misses: u64,
}

/// A cache that is left alone once it failed: what is wrong with it is said once in a run.
#[derive(Debug)]
pub struct SharedCache {
    cache: Arc<dyn ResultCache>,
    unreadable: AtomicBool,
    unwritable: AtomicBool,
}

impl SharedCache {
    pub fn new(cache: Arc<dyn ResultCache>) -> SharedCache {
        let (unreadable, unwritable) = (AtomicBool::new(false), AtomicBool::new(false));
        SharedCache { cache, unreadable, unwritable }
    }

    /// As [`ResultCache::look_up`]; `None` where the cache cannot be read.
    fn look_up(&self, keys: &[CacheKey]) -> Option<Vec<Option<Vec<u8>>>> {
        if self.unreadable.load(Ordering::Relaxed) {
            return None;
        }
        let found = self.cache.look_up(keys);
        found.map_err(|error| give_up(&self.unreadable, &error, "read")).ok()
    }

    fn store(&self, extractor: &str, entries: Vec<(CacheKey, Vec<u8>)>) {
        if entries.is_empty() || self.unwritable.load(Ordering::Relaxed) {
            return;
        }
        if let Err(error) = self.cache.store(extractor, entries) {
            give_up(&self.unwritable, &error, "written");
        }
    }
}

fn give_up(given_up: &AtomicBool, error: &CacheError, what: &str) {
    if !given_up.swap(true, Ordering::Relaxed) {
        tracing::warn!("the cache cannot be {what}, so the run goes on without: {error}");
    }
}

/// How the results of one stage are kept.
#[derive(Debug)]
pub struct StageCache {
    key: StageKey,
    extractor: String,
    plan: Plan,
    checker: LayerChecker,
    cache: Arc<SharedCache>,
    hits: AtomicU64,
    misses: AtomicU64,
}

impl StageCache {
    /// Keeps in `cache` what an extractor makes, loaded like this.
    ///
    /// # Errors
    /// When a layer of the plan refers to one that the plan does not have.
    pub fn new(cache: &Arc<SharedCache>, loaded: &Loaded<'_>) -> Result<StageCache, Failure> {
        Ok(StageCache {
            key: StageKey::new(loaded),
            extractor: loaded.extractor.to_owned(),
            plan: loaded.plan.clone(),
            checker: LayerChecker::new(loaded.plan)?,
            cache: Arc::clone(cache),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        })
    }

    pub fn counts(&self) -> CacheCounts {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        CacheCounts { hits: count(&self.hits), misses: count(&self.misses) }
    }

    /// What `work` makes of the documents; it is called only with those whose results are not
    /// there, and what it finishes is kept.
    pub fn run(
        &self,
        views: &[DocumentView<'_>],
        work: impl Fn(&[DocumentView<'_>]) -> Vec<DocumentResult>,
    ) -> Vec<DocumentResult> {
        let keys = self.key.of(views);
        let Some(found) = self.cache.look_up(&keys) else {
            self.misses.fetch_add(views.len() as u64, Ordering::Relaxed);
            return work(views);
        };
        let found = found.into_iter().chain(std::iter::repeat(None));
        let mut results: Vec<Option<DocumentResult>> = views
            .iter()
            .zip(&keys)
            .zip(found)
            .map(|((view, key), value)| self.read(view, key, &value?))
            .collect();
        let missing: Vec<usize> = (0..views.len()).filter(|&i| results[i].is_none()).collect();
        self.hits.fetch_add((views.len() - missing.len()) as u64, Ordering::Relaxed);
        self.misses.fetch_add(missing.len() as u64, Ordering::Relaxed);
        if !missing.is_empty() {
            let left: Vec<_> = missing.iter().map(|&i| views[i].clone()).collect();
            let mut made = work(&left);
            let keys: Vec<_> = missing.iter().map(|&i| keys[i]).collect();
            self.cache.store(&self.extractor, self.entries(&keys, &mut made));
            for (index, result) in missing.into_iter().zip(made) {
                results[index] = Some(result);
            }
        }
        results.into_iter().map(|r| r.unwrap_or(DocumentResult::Unfinished)).collect()
    }

    /// Values of what is finished. What failed may succeed another time.
    fn entries(
        &self,
        keys: &[CacheKey],
        results: &mut [DocumentResult],
    ) -> Vec<(CacheKey, Vec<u8>)> {
        let mut writer = FrameWriter::default();
        let mut entries = Vec::with_capacity(keys.len());
        for (key, result) in keys.iter().zip(results) {
            if !matches!(result, DocumentResult::Finished { .. }) {
                continue;
            }
            let mut batch = BatchResult {
                documents: vec![std::mem::replace(result, DocumentResult::Unfinished)],
                failure: None,
                reported: None,
                poisoned: false,
            };
            match encode_results(&mut writer, &self.plan.provides, &batch) {
                Ok(()) => entries.push((*key, with_checksum(key, writer.finish(Kind::Stored, 0)))),
                Err(error) => {
                    writer.clear();
                    tracing::debug!(%error, "a result cannot be kept");
                }
            }
            *result = batch.documents.pop().unwrap_or(DocumentResult::Unfinished);
        }
        entries
    }

    /// The result of a document; `None` where the value is damaged or breaks a rule.
    fn read(
        &self,
        view: &DocumentView<'_>,
        key: &CacheKey,
        value: &[u8],
    ) -> Option<DocumentResult> {
        let result = self.decode(key, value)?;
        let DocumentResult::Finished { layers, .. } = &result else { return None };
        self.checker.check(view, layers).ok()?;
        Some(result)
    }

    fn decode(&self, key: &CacheKey, value: &[u8]) -> Option<DocumentResult> {
        let (checksum, mut frame) = value.split_at_checked(CHECKSUM)?;
        if checksum != &hash(key, frame)[..] {
            return None;
        }
        let frame = read_frame(&mut frame, value.len() as u64).ok()??;
        if frame.kind() != Kind::Stored {
            return None;
        }
        decode_results(&frame, &self.plan.provides, 1).ok()?.documents.pop()
    }
}

fn hash(key: &CacheKey, frame: &[u8]) -> [u8; CHECKSUM] {
    let whole: CacheKey = Sha256::new_with_prefix(key).chain_update(frame).finalize().into();
    let mut begin = [0; CHECKSUM];
    begin.copy_from_slice(&whole[..CHECKSUM]);
    begin
}

fn with_checksum(key: &CacheKey, frame: &[u8]) -> Vec<u8> {
    let mut value = Vec::with_capacity(CHECKSUM + frame.len());
    value.extend_from_slice(&hash(key, frame));
    value.extend_from_slice(frame);
    value
}

#[cfg(test)]
mod tests;
