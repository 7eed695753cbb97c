//! The record of a run: what is needed to repeat it, and what came of it. Schema:
//! `docs/run.schema.json`.

use std::collections::BTreeMap;
use std::sync::Arc;

use gloss_protocol::ModelFiles;
use serde::{Deserialize, Serialize};

use crate::cached::CacheCounts;
use crate::latency::LatencyRecord;
use crate::run::{RunSummary, is_zero};
use crate::{
    DataFiles, FailureRecord, Machine, PeakMemory, Pipeline, RunOptions, StageCounts, Tally,
};

/// Value of `schema` in records that this version writes.
const SCHEMA: &str = "gloss.run/1";
/// Inputs that a record names.
const LISTED: usize = 100;

/// One stage in the record of a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StageRecord {
    /// Its id.
    pub id: String,
    /// Plugin id and extractor.
    pub extractor: String,
    /// Version of the plugin.
    pub version: String,
    /// The plugin's file.
    pub file: String,
    /// Hexadecimal SHA-256 of that file.
    pub sha256: String,
    /// Its options, as given.
    pub options: serde_json::Value,
    /// The models it used, by option, with the digest over their files.
    pub models: BTreeMap<String, ModelFiles>,
    /// The user's files that it read, by option, with the SHA-256 of each.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub files: DataFiles,
    /// Documents that it was run on.
    pub documents: u64,
    /// Documents that it was not run on, because they are in another language, or because what feeds
    /// it was not run on them; they went on without it. Absent where there are none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub passed_over: u64,
    /// Documents that it was shown before it annotated any; absent where it needs not see them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed: Option<u64>,
    /// Documents whose results were in the cache, and those whose were not; absent where its
    /// results are not kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<CacheCounts>,
    /// Documents with which it failed.
    pub failed: u64,
    /// Whether it ran in processes of its own.
    #[serde(default)]
    pub isolated: bool,
    /// Batches that it was called with.
    #[serde(default)]
    pub batches: u64,
    /// Bytes of text in those.
    #[serde(default)]
    pub bytes: u64,
    /// The most workers that ran at once.
    #[serde(default)]
    pub workers: usize,
    /// Threads that each of them kept busy.
    #[serde(default)]
    pub worker_threads: usize,
    /// Seconds that its workers were busy, all together.
    pub busy_seconds: f64,
    /// How long it took over a batch, in the process that wrote the record; absent where it annotated
    /// nothing, and in a record of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<LatencyRecord>,
}

/// An input of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InputRecord {
    /// The file, or `-` for standard input.
    pub path: String,
    /// Its size when the run began; absent where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Documents that came from it, whatever became of them; filled in by the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub documents: Option<u64>,
}

/// The inputs of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InputsRecord {
    /// How many there are.
    pub count: u64,
    /// Their size, of those that have one.
    pub bytes: u64,
    /// The first of them, at most a hundred.
    pub listed: Vec<InputRecord>,
}

impl InputsRecord {
    /// Inputs by path and size.
    pub fn new(inputs: impl IntoIterator<Item = (String, Option<u64>)>) -> InputsRecord {
        let mut record = InputsRecord::default();
        for (path, bytes) in inputs {
            record.count += 1;
            record.bytes += bytes.unwrap_or(0);
            if record.listed.len() < LISTED {
                record.listed.push(InputRecord { path, bytes, documents: None });
            }
        }
        record
    }
}

/// What the caller knows of a run.
#[derive(Clone, Debug, Default)]
pub struct RunContext {
    /// The program's arguments, without the program.
    pub command: Vec<String>,
    /// When it ended, RFC 3339.
    pub ended: String,
    /// What was read.
    pub inputs: InputsRecord,
    /// What was counted.
    pub tally: Tally,
    /// The most memory that was held, asked for before the pipeline is dropped.
    pub memory: Option<PeakMemory>,
}

/// The record of a run. Fields that came later have defaults, so that earlier records can be read.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RunRecord {
    /// Name and version of this form.
    pub schema: String,
    /// Version of the program.
    pub gloss: String,
    /// The program's arguments, without the program.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
    /// When the run began, RFC 3339.
    pub started: String,
    /// When it ended, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
    /// How long it took.
    pub seconds: f64,
    /// The pipeline file's path.
    pub pipeline: String,
    /// The pipeline file's text.
    pub pipeline_text: String,
    /// Threads that ran stages.
    pub threads: usize,
    /// The most documents in one batch.
    #[serde(default)]
    pub batch_documents: usize,
    /// The most estimated tokens of a batch that has more than one document.
    #[serde(default)]
    pub batch_tokens: usize,
    /// Operating system and architecture.
    pub platform: String,
    /// The machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine: Option<Machine>,
    /// The most memory that was held at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak_memory: Option<PeakMemory>,
    /// What was read.
    #[serde(default)]
    pub inputs: InputsRecord,
    /// What came of it.
    #[serde(flatten)]
    pub summary: RunSummary,
    /// Unicode code points of text in annotated documents.
    #[serde(default)]
    pub characters: u64,
    /// Tokens in annotated documents, where a layer of type `tokens` is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<u64>,
    /// What failed, by stage and code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<FailureRecord>,
    /// The stages.
    pub stages: Vec<StageRecord>,
}

impl RunRecord {
    /// The record of a run that ended.
    #[must_use]
    pub fn new(
        pipeline: &Pipeline,
        options: &RunOptions,
        summary: &RunSummary,
        started: String,
        seconds: f64,
    ) -> RunRecord {
        let stages = pipeline.stages().into_iter().zip(&pipeline.stages).map(|(info, stage)| {
            let counts = stage.counters.read();
            StageRecord {
                id: info.id,
                extractor: info.extractor,
                version: info.plugin.manifest.version,
                file: info.plugin.path.display().to_string(),
                sha256: info.plugin.sha256,
                options: info.options,
                models: info.models,
                files: info.files,
                documents: counts.documents,
                passed_over: counts.passed_over,
                observed: info.observes.then_some(counts.observed),
                cache: stage.cached(),
                failed: counts.failed,
                isolated: info.isolated,
                batches: counts.batches,
                bytes: counts.bytes,
                workers: stage.budget.workers,
                worker_threads: stage.budget.threads,
                busy_seconds: counts.busy_seconds,
                latency: stage.latency(),
            }
        });
        RunRecord {
            schema: SCHEMA.to_owned(),
            gloss: env!("CARGO_PKG_VERSION").to_owned(),
            command: Vec::new(),
            started,
            ended: None,
            seconds,
            pipeline: pipeline.file().path.display().to_string(),
            pipeline_text: pipeline.file().text.clone(),
            threads: options.threads,
            batch_documents: options.batch_documents,
            batch_tokens: options.batch_tokens,
            platform: format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH),
            machine: Some(Machine::this()),
            peak_memory: None,
            inputs: InputsRecord::default(),
            summary: *summary,
            characters: 0,
            tokens: None,
            failures: Vec::new(),
            stages: stages.collect(),
        }
    }

    /// Adds what the caller knows.
    #[must_use]
    pub fn with(self, context: RunContext) -> RunRecord {
        let RunContext { command, ended, mut inputs, tally, memory } = context;
        for input in &mut inputs.listed {
            input.documents = tally.of_input(&input.path);
        }
        RunRecord {
            command,
            ended: Some(ended),
            peak_memory: memory,
            inputs,
            characters: tally.characters,
            tokens: tally.tokens,
            failures: tally.failures().to_vec(),
            ..self
        }
    }
}

impl Pipeline {
    /// Reads what each stage has done so far, by its id, at any time and from any thread.
    pub fn watch(&self) -> impl Fn() -> Vec<(String, StageCounts)> + Send + 'static {
        let stages: Vec<_> =
            self.stages.iter().map(|s| (s.id.clone(), Arc::clone(&s.counters))).collect();
        move || stages.iter().map(|(id, counters)| (id.clone(), counters.read())).collect()
    }
}

/// The JSON Schema of [`RunRecord`].
#[cfg(feature = "schema")]
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(RunRecord).to_value()
}
