//! The JSON files of a model folder.

use std::path::Path;

use serde::de::DeserializeOwned;

use crate::error::Error;

/// The files that a model folder must have.
pub(crate) const NEEDS: &str = "config.json, model.safetensors and tokenizer.json";

/// What is in the file of this name, relative to the folder.
pub(crate) fn read<T: DeserializeOwned>(folder: &Path, file: &str) -> Result<T, Error> {
    let path = folder.join(file);
    let bytes = std::fs::read(&path).map_err(|source| Error::Io { path, source, needs: NEEDS })?;
    serde_json::from_slice(&bytes).map_err(|error| Error::invalid(file, "JSON", error.to_string()))
}

/// As [`read`], of a file that need not be there.
pub(crate) fn read_if_there<T: DeserializeOwned>(
    folder: &Path,
    file: &str,
) -> Result<Option<T>, Error> {
    if folder.join(file).try_exists().unwrap_or(true) {
        read(folder, file).map(Some)
    } else {
        Ok(None)
    }
}
