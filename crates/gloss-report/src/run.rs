//! From the record of a run to what a report says of it.

use gloss_host::{
    FailureRecord, InputsRecord, LatencyRecord, Machine, PeakMemory, RunRecord, RunSummary,
    StageRecord,
};
use serde::Serialize;

use crate::{Error, ErrorKind};

const HELP: &str = "name the record that `gloss run` wrote, such as out.jsonl.run.json, first";

/// What a run did.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RunSection {
    /// The pipeline file's path.
    pub pipeline: String,
    /// The pipeline file's text.
    pub pipeline_text: String,
    /// Version of the program that ran it.
    pub gloss: String,
    /// The program's arguments.
    pub command: Vec<String>,
    /// When it began, RFC 3339.
    pub started: String,
    /// When it ended, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
    /// How long it took.
    pub seconds: f64,
    /// Threads that ran stages.
    pub threads: usize,
    /// Operating system and architecture.
    pub platform: String,
    /// The machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine: Option<Machine>,
    /// The most memory that was held at a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peak_memory: Option<PeakMemory>,
    /// What was read.
    pub inputs: InputsRecord,
    /// What came of it.
    #[serde(flatten)]
    pub summary: SummarySection,
    /// Annotated documents a second.
    pub documents_per_second: f64,
    /// Their characters (Unicode code points) a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub characters_per_second: Option<f64>,
    /// Their tokens a second, where tokens were kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens_per_second: Option<f64>,
    /// Seconds that workers were busy, all together.
    pub busy_seconds: f64,
    /// The stages.
    pub stages: Vec<StageSection>,
    /// What failed, by stage and code, the most frequent first.
    pub failures: Vec<FailureRecord>,
}

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SummarySection {
    /// Counts.
    #[serde(flatten)]
    pub summary: RunSummary,
    /// Unicode code points of text in annotated documents.
    pub characters: u64,
    /// Tokens in annotated documents, where they were kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<u64>,
}

/// What one stage did.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StageSection {
    /// Its id.
    pub id: String,
    /// Plugin id and extractor.
    pub extractor: String,
    /// Version of the plugin.
    pub version: String,
    /// Hexadecimal SHA-256 of the plugin's file.
    pub sha256: String,
    /// Its options, as given.
    pub options: serde_json::Value,
    /// Its models: name, version and digest.
    pub models: Vec<String>,
    /// The user's files that it read: path and digest.
    pub files: Vec<String>,
    /// Whether it ran in processes of its own.
    pub isolated: bool,
    /// Documents that reached it.
    pub documents: u64,
    /// Documents that it was shown before it annotated any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed: Option<u64>,
    /// Documents with which it failed.
    pub failed: u64,
    /// Batches that it was called with.
    pub batches: u64,
    /// Seconds that its workers were busy, all together.
    pub busy_seconds: f64,
    /// Its share of the busy seconds of all stages, from 0 to 1.
    pub share: f64,
    /// Documents for each second that one of its workers was busy.
    pub documents_per_busy_second: f64,
    /// How long it took over a batch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency: Option<LatencyRecord>,
}

/// Reads the record of a run.
///
/// # Errors
/// [`ErrorKind::Record`] when it is none, or of a later version.
pub fn read_record(name: &str, json: &[u8]) -> Result<RunRecord, Error> {
    let fail = |message: String| Error::new(ErrorKind::Record, message, HELP);
    let value: serde_json::Value = serde_json::from_slice(json).map_err(|e| {
        fail(format!("{name} is no record of a run: line {} is not JSON", e.line()))
    })?;
    match value.get("schema").and_then(serde_json::Value::as_str) {
        Some("gloss.run/1") => {}
        Some(other) if other.starts_with("gloss.run/") => {
            let message = format!("{name} is a record of the form {other:?}");
            let help = "this version reads gloss.run/1: use a later version of gloss";
            return Err(Error::new(ErrorKind::Record, message, help));
        }
        _ => {
            return Err(fail(format!("{name} is no record of a run: it has no \"schema\" of one")));
        }
    }
    serde_json::from_value(value)
        .map_err(|e| fail(format!("{name} is a damaged record of a run: {e}")))
}

/// A number for each second; none where no time passed.
fn rate(count: u64, seconds: f64) -> f64 {
    if seconds > 0.0 { count as f64 / seconds } else { 0.0 }
}

impl RunSection {
    /// What a record says.
    #[must_use]
    pub fn new(record: RunRecord) -> RunSection {
        let busy: f64 = record.stages.iter().map(|stage| stage.busy_seconds).sum();
        let mut failures = record.failures;
        failures.sort_by_key(|failure| std::cmp::Reverse(failure.documents));
        let (summary, seconds) = (record.summary, record.seconds);
        RunSection {
            pipeline: record.pipeline,
            pipeline_text: record.pipeline_text,
            gloss: record.gloss,
            command: record.command,
            started: record.started,
            ended: record.ended,
            seconds,
            threads: record.threads,
            platform: record.platform,
            machine: record.machine,
            peak_memory: record.peak_memory,
            inputs: record.inputs,
            documents_per_second: rate(summary.annotated, seconds),
            // Earlier records do not know.
            characters_per_second: (record.characters > 0)
                .then(|| rate(record.characters, seconds)),
            tokens_per_second: record.tokens.map(|tokens| rate(tokens, seconds)),
            summary: SummarySection {
                summary,
                characters: record.characters,
                tokens: record.tokens,
            },
            busy_seconds: busy,
            stages: record.stages.into_iter().map(|stage| StageSection::new(stage, busy)).collect(),
            failures,
        }
    }

    /// Documents that failed or could not be read.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.summary.summary.failed + self.summary.summary.unreadable
    }
}

impl StageSection {
    fn new(record: StageRecord, all_busy: f64) -> StageSection {
        let identity = |name: &str, version: &str, digest: &str| {
            let at = if version.is_empty() { "" } else { "@" };
            format!("{name}{at}{version} {}", digest.get(..16).unwrap_or(digest))
        };
        let models = record.models.values().map(|m| identity(&m.name, &m.version, &m.digest));
        let files = record.files.values().flatten().map(|f| identity(&f.name, "", &f.digest));
        let calls = record.documents + record.observed.unwrap_or(0);
        StageSection {
            models: models.collect(),
            files: files.collect(),
            isolated: record.isolated,
            share: if all_busy > 0.0 { record.busy_seconds / all_busy } else { 0.0 },
            documents_per_busy_second: rate(calls, record.busy_seconds),
            id: record.id,
            extractor: record.extractor,
            version: record.version,
            sha256: record.sha256,
            options: record.options,
            documents: record.documents,
            observed: record.observed,
            failed: record.failed,
            batches: record.batches,
            busy_seconds: record.busy_seconds,
            latency: record.latency,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_that_are_none_are_refused() {
        let check = |json: &str, part: &str| {
            let error = read_record("r.json", json.as_bytes()).unwrap_err();
            assert_eq!(error.kind, ErrorKind::Record);
            assert!(error.message.contains(part), "{error}");
            assert!(error.message.contains("r.json") && !error.help.is_empty());
        };
        check("", "line 1 is not JSON");
        check("{}\n{}", "line 2 is not JSON");
        check("[]", "no \"schema\"");
        check(r#"{"schema": "gloss.document/1"}"#, "no \"schema\"");
        check(r#"{"schema": "gloss.run/9"}"#, "gloss.run/9");
        check(r#"{"schema": "gloss.run/1", "seconds": "x"}"#, "damaged");
    }
}
