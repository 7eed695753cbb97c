//! The JSON form of a document: one object, a line of a JSONL file.
//!
//! The form carries a version in `schema`; a reader of a later version reads all earlier ones. The
//! unit of all offsets in a record is stated in its `offsets`. Schema: `docs/document.schema.json`.

mod read;
mod write;

use std::borrow::Cow;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::{Kind, OffsetUnit, Producer, Source};

pub use read::ReadError;
pub use write::AnnotationRows;

/// Value of `schema` in records that this version writes.
pub const SCHEMA: &str = "gloss.document/1";

/// A document as JSON. `A` is a layer's list of annotations: records that were read, or [`AnnotationRows`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(
    feature = "schema",
    schemars(rename = "DocumentRecord", description = "A document as JSON.")
)]
#[serde(deny_unknown_fields)]
pub struct DocumentRecord<'a, A = Vec<AnnotationRecord<'a>>> {
    /// Name and version of this form; absent in input that was written by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Cow<'a, str>>,
    /// Identifies the document within its run. Readers make one where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Cow<'a, str>>,
    /// The text that all offsets refer to.
    pub text: Cow<'a, str>,
    /// What offsets count. Required where there are layers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offsets: Option<OffsetUnit>,
    /// What is known about the document apart from its text.
    #[serde(default, skip_serializing_if = "is_empty_map")]
    pub metadata: Cow<'a, serde_json::Map<String, serde_json::Value>>,
    /// Where the text was read from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Layers by their full name, `stage/layer`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub layers: IndexMap<String, LayerRecord<'a, A>>,
    /// Remarks of the stages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Cow<'a, str>>,
}

fn is_empty_map(map: &serde_json::Map<String, serde_json::Value>) -> bool {
    map.is_empty()
}

/// A layer as JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "LayerRecord"))]
#[serde(deny_unknown_fields)]
pub struct LayerRecord<'a, A = Vec<AnnotationRecord<'a>>> {
    /// What the layer is about: `entities`, `sentences`, ...
    #[serde(rename = "type")]
    pub layer_type: Cow<'a, str>,
    /// What one annotation is.
    pub kind: Kind,
    /// What the scores mean.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<Cow<'a, str>>,
    /// The layer whose annotations these speak of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Cow<'a, str>>,
    /// Relations: the layer of `head`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<Cow<'a, str>>,
    /// Relations: the layer of `tail`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tail: Option<Cow<'a, str>>,
    /// What made the layer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub producer: Option<Producer>,
    /// The annotations, ordered by id.
    pub annotations: A,
}

/// An annotation as JSON; which keys it has depends on the layer's kind.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AnnotationRecord<'a> {
    /// Number of the annotation within its layer, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u32>,
    /// Spans: where it starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<usize>,
    /// Spans: where it ends, exclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<usize>,
    /// The label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Cow<'a, str>>,
    /// The score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f32>,
    /// Id of the annotation that this one speaks of; absent for the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<u32>,
    /// Relations: id of the first annotation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<u32>,
    /// Relations: id of the second annotation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tail: Option<u32>,
    /// Spans: the text between `start` and `end`, checked when read. Texts: the text itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Cow<'a, str>>,
    /// Texts: the stretches of the document it was made from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<SourceRecord>,
    /// Vectors: the numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vector: Vec<f32>,
    /// Attributes by name.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub attributes: serde_json::Map<String, serde_json::Value>,
}

/// A stretch of the document as JSON.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SourceRecord {
    /// Where it starts.
    pub start: usize,
    /// Where it ends, exclusive.
    pub end: usize,
}

/// The JSON Schema of [`DocumentRecord`].
#[cfg(feature = "schema")]
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(DocumentRecord<'static>).to_value()
}
