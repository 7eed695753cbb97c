//! A place where results are kept between runs, as the host sees it.

use std::fmt;

use gloss_protocol::Description;

use crate::{Error, ErrorKind, PipelineFile, PluginIdentity, StageSpec};

/// What a result is found by: the SHA-256 of all that the extractor could read.
pub type CacheKey = [u8; 32];

/// Why a cache could not be read or written.
pub type CacheError = Box<dyn std::error::Error + Send + Sync>;

/// Keeps what extractors made of documents, so that it need not be made again. Shared by the
/// threads of a run; several runs may share what is behind it.
///
/// Values are opaque, and are checked by whoever reads them: a cache may lose any of them at any
/// time, and one that comes back changed is taken for lost. No error of a cache fails a document.
pub trait ResultCache: Send + Sync + fmt::Debug {
    /// The values of these keys, in their order; `None` where there is none.
    ///
    /// # Errors
    /// When the cache cannot be read. It is then not read again in this run.
    fn look_up(&self, keys: &[CacheKey]) -> Result<Vec<Option<Vec<u8>>>, CacheError>;

    /// Keeps values that `extractor` (`publisher/plugin:extractor`) made.
    ///
    /// # Errors
    /// When the cache cannot be written. It is then not written again in this run.
    fn store(&self, extractor: &str, entries: Vec<(CacheKey, Vec<u8>)>) -> Result<(), CacheError>;
}

/// Whether results of a stage are kept. By default they are where the plugin's file is all that its
/// results depend on: not those of programs and of plugins with libraries of their own, whose
/// interpreters, packages and libraries no hash covers.
pub fn decide(
    file: &PipelineFile,
    spec: &StageSpec,
    plugin: &PluginIdentity,
    description: &Description,
) -> Result<bool, Error> {
    if !description.observes {
        let covered = !(description.varies || description.native_libraries || plugin.is_program());
        return Ok(spec.cache.unwrap_or(covered));
    }
    if spec.cache != Some(true) {
        return Ok(false);
    }
    let message = format!(
        "stage {:?}: what it makes of a document depends on all others, so it cannot be kept",
        spec.id
    );
    Err(Error::new(ErrorKind::NotCached, message)
        .at(&file.path, spec.span_of("cache"))
        .with_help("remove cache = true"))
}
