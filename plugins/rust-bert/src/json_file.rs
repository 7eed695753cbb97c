//! JSON files of a model folder, for what is not read by rust-bert or `gloss-encoder`.

use std::path::Path;

use gloss_plugin::prelude::*;
use serde_json::Value;

/// What is in the file of this name.
///
/// # Errors
/// When it cannot be read, or is no JSON.
pub fn read(folder: &Path, name: &str) -> Result<Value> {
    let invalid = |reason: String| Error::model(name, reason);
    let text = std::fs::read(folder.join(name)).map_err(|e| invalid(e.to_string()))?;
    serde_json::from_slice(&text).map_err(|e| invalid(e.to_string()))
}

/// The first of the architectures that a `config.json` names; empty if it names none.
pub fn architecture(config: &Value) -> &str {
    config["architectures"][0].as_str().unwrap_or_default()
}
