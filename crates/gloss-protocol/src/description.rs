//! What an extractor is, whatever its options.

use serde::{Deserialize, Serialize};

/// How many workers of one instance make sense.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Concurrency {
    /// As many workers as there are threads.
    #[default]
    Parallel,
    /// One worker at a time: the extractor uses its thread budget itself.
    Single,
}

/// What an extractor is, whatever its options.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Description {
    /// One line for lists.
    #[serde(default)]
    pub summary: String,
    /// Languages it is made for, BCP 47; empty when it does not depend on the language.
    #[serde(default)]
    pub languages: Vec<String>,
    /// How many workers make sense.
    #[serde(default)]
    pub concurrency: Concurrency,
    /// Types of layers that it may require, depending on its options.
    #[serde(default)]
    pub reads: Vec<String>,
    /// Types of layers that it may provide, depending on its options.
    #[serde(default)]
    pub gives: Vec<String>,
    /// It brings native libraries of its own and is better run in a process of its own.
    #[serde(default)]
    pub native_libraries: bool,
    /// It pads the documents of a batch to the longest: the host then gives it documents of like
    /// length.
    #[serde(default)]
    pub pads: bool,
    /// It must see every document before it can annotate any. Set by the host, which asks for the
    /// extension; a plugin need not say so.
    #[serde(default)]
    pub observes: bool,
    /// By how much a score may differ between two runs; 0 when runs are identical.
    #[serde(default)]
    pub score_tolerance: f32,
    /// It does not look at documents' ids, and is lent empty ones: what it made of a text is then
    /// found again under any id.
    #[serde(default)]
    pub ignores_id: bool,
    /// What it makes depends on more than what it is lent: on chance, a clock, a service. It is
    /// not kept for other runs then, unless the pipeline file says so.
    #[serde(default)]
    pub varies: bool,
    /// JSON Schema of the options: an object.
    #[serde(default)]
    pub options: serde_json::Value,
}
