//! `gloss cache`, and the cache of `gloss run`.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use gloss_cache::{Cache as Results, Contents, Filter, Kept};
use gloss_host::{CacheCounts, Pipeline, RunRecord};
use indicatif::HumanBytes;
use serde_json::json;

use crate::args::{Cache, RunCache};
use crate::diagnostics::Coded;
use crate::say::say;
use crate::{EXIT_OK, environment};

pub fn cache(command: &Cache) -> Result<u8> {
    match command {
        Cache::Info { folder, json } => {
            let folder = environment::cache_folder(folder.folder.as_ref())?;
            let contents = gloss_cache::contents(&folder).map_err(Coded::from)?;
            if *json { say!("{:#}", as_json(&contents)) } else { show(&contents) }
        }
        Cache::Clear { folder, older_than, extractor } => {
            let folder = environment::cache_folder(folder.folder.as_ref())?;
            let filter = Filter { older_than: *older_than, extractor: extractor.clone() };
            match gloss_cache::clear(&folder, &filter).map_err(Coded::from)? {
                Some(count) => say!("{} removed", results(count)),
                None => say!("the cache, which could not be read, is removed"),
            }
        }
        Cache::Path { folder } => {
            let folder = environment::cache_folder(folder.folder.as_ref())?;
            say!("{}", gloss_cache::path(&folder).display());
        }
    }
    Ok(EXIT_OK)
}

fn show(contents: &Contents) {
    let count = contents.extractors.iter().map(|kept| kept.results).sum();
    let path = contents.path.display();
    say!("{path}: {}, {}", results(count), HumanBytes(contents.bytes));
    for Kept { extractor, results, bytes, used } in &contents.extractors {
        let bytes = HumanBytes(*bytes).to_string();
        let used = jiff::Timestamp::from_second(*used).unwrap_or_default();
        let used = used.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M");
        say!("  {extractor:<40} {results:>9} {bytes:>11}  last used {used}");
    }
}

fn as_json(contents: &Contents) -> serde_json::Value {
    let extractor = |kept: &Kept| {
        let used = jiff::Timestamp::from_second(kept.used).unwrap_or_default();
        json!({
            "extractor": kept.extractor,
            "results": kept.results,
            "bytes": kept.bytes,
            "used": used.to_string(),
        })
    };
    json!({
        "path": contents.path,
        "bytes": contents.bytes,
        "extractors": contents.extractors.iter().map(extractor).collect::<Vec<_>>(),
    })
}

fn results(count: u64) -> String {
    if count == 1 { "1 result".to_owned() } else { format!("{count} results") }
}

/// Has a pipeline that is not loaded yet use the cache, where that is wanted and there can be one:
/// a run does not fail for want of a cache.
pub fn use_cache(pipeline: &mut Pipeline, arguments: &RunCache) -> Result<()> {
    if !arguments.enabled {
        return Ok(());
    }
    let folder = environment::cache_folder(arguments.folder.folder.as_ref())?;
    match open(&folder, arguments.limit) {
        Ok(cache) => pipeline.use_cache(cache),
        Err(error) => {
            tracing::warn!("the cache cannot be used, so the run goes on without: {error}");
        }
    }
    Ok(())
}

fn open(folder: &Path, limit: u64) -> Result<Arc<Results>, gloss_cache::Error> {
    Results::open(folder, limit).map(Arc::new)
}

/// What all stages of a run found in the cache, in words; `None` where none used it.
pub fn summary(record: &RunRecord) -> Option<String> {
    let counts = record.stages.iter().filter_map(|stage| stage.cache);
    let add = |a: CacheCounts, b: CacheCounts| CacheCounts {
        hits: a.hits + b.hits,
        misses: a.misses + b.misses,
    };
    let CacheCounts { hits, misses } = counts.reduce(add)?;
    Some(format!("{hits} of {} were in the cache", results(hits + misses)))
}
