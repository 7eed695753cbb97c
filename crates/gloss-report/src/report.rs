//! What a report says, as JSON says it. Schema: `docs/report.schema.json`.

use serde::Serialize;

use crate::corpus::CorpusSection;
use crate::run::RunSection;

/// Value of `schema` in reports that this version writes.
const SCHEMA: &str = "gloss.report/1";

/// A report on a run, and on the documents that came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Report {
    /// Name and version of this form.
    pub schema: String,
    /// Version of the program that made the report.
    pub gloss: String,
    /// What the run did.
    pub run: RunSection,
    /// What its documents hold, where they were looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corpus: Option<CorpusSection>,
}

impl Report {
    /// A report of these parts.
    #[must_use]
    pub fn new(run: RunSection, corpus: Option<CorpusSection>) -> Report {
        let gloss = env!("CARGO_PKG_VERSION").to_owned();
        Report { schema: SCHEMA.to_owned(), gloss, run, corpus }
    }
}

/// The JSON Schema of [`Report`].
#[cfg(feature = "schema")]
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Report).to_value()
}
