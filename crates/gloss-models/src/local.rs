//! Models that are folders of the user's, named by their path.

use std::fs;
use std::path::Path;

use crate::digest;
use crate::error::{Error, Result};
use crate::store::ResolvedModel;

/// Whether a reference is a path, and no name of the catalogue.
pub(crate) fn is_path(reference: &str) -> bool {
    reference.starts_with('.') || reference.contains(['/', std::path::MAIN_SEPARATOR])
}

/// Hashes all files of a folder.
pub(crate) fn resolve_folder(path: &Path) -> Result<ResolvedModel> {
    let refuse = |reason: &str| Error::LocalFolder { path: path.into(), reason: reason.to_owned() };
    let full = fs::canonicalize(path).map_err(|error| refuse(&error.to_string()))?;
    if !full.is_dir() {
        return Err(refuse("it is not a folder"));
    }
    let (digest, bytes) = digest::of_folder(&full)?;
    // spaCy writes these two into every pipeline folder, and together nobody else does.
    let spacy = full.join("config.cfg").is_file() && full.join("vocab").is_dir();
    let transformers = ["config.json", "model.safetensors", "tokenizer.json"];
    let kind = match () {
        () if spacy => "spacy-pipeline",
        () if transformers.iter().all(|file| full.join(file).is_file()) => "transformers",
        () => "folder",
    };
    let name = full.file_name().map_or_else(|| "local".into(), |name| name.to_string_lossy());
    Ok(ResolvedModel {
        name: name.into_owned(),
        version: "local".to_owned(),
        kind: kind.to_owned(),
        path: full.clone(),
        digest,
        licence: "unknown".to_owned(),
        bytes,
    })
}
