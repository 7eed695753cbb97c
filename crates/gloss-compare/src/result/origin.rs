//! Where the annotations and the documents of a comparison come from, as it is written.

use serde::{Deserialize, Serialize};

/// Where the annotations of a variant come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Origin {
    /// The file, or the pipeline that was run.
    pub source: String,
    /// The layer, `stage/layer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
    /// What made it: plugin, extractor and version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub producer: Option<String>,
    /// The models that it used, `name@version`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub models: Vec<String>,
    /// Documents that failed in its pipeline, and so are not compared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<String>,
    /// Documents that lack the layer, and so are not compared: nobody annotated them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_annotated: Vec<String>,
}

/// A sample that was corrected by hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SampleSummary {
    /// Compared documents that were drawn at random: what estimates are of.
    pub random: u64,
    /// Compared documents that were taken because variants differ in them: shown, not counted.
    pub disagreements: u64,
    /// Documents of which the random ones were drawn, where the sample says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<u64>,
}
