//! Documents and their layers.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Annotations, AttributeColumn, LayerSchema};

/// Where a document's text was read from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The file, or `-` for standard input.
    pub path: String,
    /// Byte offset in the file at which the text begins: above 0 behind a byte order mark or a
    /// header. Absent where the text does not stand in the file as it is (JSONL, a page,
    /// another encoding).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// The line on which it begins, from 1, in a file of many documents; the row in Parquet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
}

/// A model that a layer was made with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ModelIdentity {
    /// Name and version, `name@version`.
    pub name: String,
    /// First 16 hexadecimal digits of the SHA-256 over its files.
    pub hash: String,
}

/// A file of the user's that an option of the stage names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FileIdentity {
    /// The path as the pipeline file gives it.
    pub name: String,
    /// First 16 hexadecimal digits of the SHA-256 of its content.
    pub hash: String,
}

/// What made a layer. The stage is the first part of the layer's name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Producer {
    /// Plugin id and extractor, `publisher/plugin:extractor`.
    pub extractor: String,
    /// Version of the plugin.
    pub version: String,
    /// First 16 hexadecimal digits of the SHA-256 of the plugin's file.
    pub hash: String,
    /// The models it used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub models: Vec<ModelIdentity>,
    /// The user's files that it read, as its options name them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileIdentity>,
}

/// One layer of one document.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// `stage/layer`.
    pub name: String,
    /// What it may hold; `target`, `head` and `tail` are full names here.
    pub schema: Arc<LayerSchema>,
    /// What made it.
    pub producer: Arc<Producer>,
    /// The annotations.
    pub annotations: Annotations,
    /// A column for each attribute of the schema, in its order.
    pub attributes: Vec<AttributeColumn>,
}

/// A text with what is known about it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// Unique within a run.
    pub id: String,
    /// The text; no part of the program changes it.
    pub text: String,
    /// What is known about the document apart from its text.
    pub metadata: serde_json::Map<String, serde_json::Value>,
    /// Where it was read from, if from a file.
    pub source: Option<Source>,
    /// The layers, in the order in which the pipeline file names their stages.
    pub layers: Vec<Layer>,
    /// What readers of the result should know, such as "split into 3 windows", each with its stage in front.
    pub notes: Vec<String>,
}

impl Document {
    /// The layer of this full name.
    #[must_use]
    pub fn layer(&self, name: &str) -> Option<&Layer> {
        self.layers.iter().find(|l| l.name == name)
    }
}
