//! Planning and loading: what an extractor requires and provides with given options.

use std::collections::BTreeMap;
use std::path::PathBuf;

use gloss_doc::{Kind, LayerSchema};
use serde::{Deserialize, Serialize};

/// A model that the host resolved: a folder whose files were verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ModelFiles {
    /// Name in the catalogue, or the folder's name.
    pub name: String,
    /// Version, or empty.
    pub version: String,
    /// The folder.
    pub path: PathBuf,
    /// Hexadecimal SHA-256 over its files.
    pub digest: String,
}

impl ModelFiles {
    /// Name of a file that a store of models may keep in the folder, and write anew at any time. It is no
    /// part of the model.
    pub const RECEIPT: &'static str = "gloss-receipt.json";
}

/// A file of the user's that an option names, found and hashed by the host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ResolvedFile {
    /// The path as the option gives it, for messages and for the record.
    pub name: String,
    /// Where the file is; absolute.
    pub path: PathBuf,
    /// Hexadecimal SHA-256 of its content.
    pub digest: String,
}

/// Asks what an extractor would do with these options.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlanRequest {
    /// The options as the pipeline file gives them; an object.
    pub options: serde_json::Value,
    /// The resolved models, by the option that names each.
    #[serde(default)]
    pub models: BTreeMap<String, ModelFiles>,
    /// The files that options name, by option, in the option's order.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, Vec<ResolvedFile>>,
}

/// A layer that an extractor reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requirement {
    /// Type of the layer; also the name under which a pipeline file chooses what feeds it.
    #[serde(rename = "type")]
    pub layer_type: String,
    /// Its kind.
    pub kind: Kind,
    /// Attributes that it must have, lent in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<String>,
    /// Whether the extractor can do without.
    #[serde(default)]
    pub optional: bool,
}

/// The most that a model can look at in one piece; longer text is split by the extractor itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// What `size` counts, such as `tokens`.
    pub unit: String,
    /// The most in one window.
    pub size: u32,
}

/// Exactly what an extractor requires and provides with given options.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Layers that it reads; documents hold them in this order.
    #[serde(default)]
    pub requires: Vec<Requirement>,
    /// Layers that it makes; pushes name them by their position here.
    #[serde(default)]
    pub provides: Vec<LayerSchema>,
    /// Metadata fields that it reads; documents hold them in this order.
    #[serde(default)]
    pub metadata: Vec<String>,
    /// The window of its model, for information.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
}

/// What feeds a requirement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputBinding {
    /// Full name of the layer.
    pub layer: String,
    /// Its schema: labels and attributes are those of the provider; `target`, `head` and `tail` are
    /// full names.
    pub schema: LayerSchema,
}

/// Asks to load an instance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LoadRequest {
    /// The options as the pipeline file gives them; an object.
    pub options: serde_json::Value,
    /// The resolved models, by the option that names each.
    #[serde(default)]
    pub models: BTreeMap<String, ModelFiles>,
    /// The files that options name, by option, in the option's order.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, Vec<ResolvedFile>>,
    /// What feeds each requirement, in the plan's order; null where an optional one has nothing.
    #[serde(default)]
    pub inputs: Vec<Option<InputBinding>>,
    /// For each provided layer, in the plan's order, whether anybody wants it.
    #[serde(default)]
    pub wanted: Vec<bool>,
    /// How many threads the instance may keep busy in all its workers together.
    #[serde(default)]
    pub threads: u32,
}
