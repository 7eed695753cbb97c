//! The record of a run: what is needed to repeat it, and what came of it.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use gloss_protocol::ModelFiles;
use serde::{Deserialize, Serialize};

use crate::run::RunSummary;
use crate::stage::Stage;
use crate::{DataFiles, Pipeline, RunOptions};

/// One stage in the record of a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
    /// Documents that reached it.
    pub documents: u64,
    /// Documents that it was shown before it annotated any; absent where it needs not see them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed: Option<u64>,
    /// Documents with which it failed.
    pub failed: u64,
    /// Seconds that its workers were busy, all together.
    pub busy_seconds: f64,
}

/// The record of a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RunRecord {
    /// Name and version of this form.
    pub schema: String,
    /// Version of the program.
    pub gloss: String,
    /// When the run began, RFC 3339.
    pub started: String,
    /// How long it took.
    pub seconds: f64,
    /// The pipeline file's path.
    pub pipeline: String,
    /// The pipeline file's text.
    pub pipeline_text: String,
    /// Threads that ran stages.
    pub threads: usize,
    /// Operating system and architecture.
    pub platform: String,
    /// What came of it.
    #[serde(flatten)]
    pub summary: RunSummary,
    /// The stages.
    pub stages: Vec<StageRecord>,
}

impl Pipeline {
    /// The stages' ids, each with the seconds that its workers were busy so far.
    #[must_use]
    pub fn busy_seconds(&self) -> Vec<(String, f64)> {
        let seconds =
            |stage: &Stage| stage.counters.nanoseconds.load(Ordering::Relaxed) as f64 / 1e9;
        self.stages.iter().map(|stage| (stage.id.clone(), seconds(stage))).collect()
    }
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
            let nanoseconds = stage.counters.nanoseconds.load(Ordering::Relaxed);
            StageRecord {
                id: info.id,
                extractor: info.extractor,
                version: info.plugin.manifest.version,
                file: info.plugin.path.display().to_string(),
                sha256: info.plugin.sha256,
                options: info.options,
                models: info.models,
                files: info.files,
                documents: stage.counters.documents.load(Ordering::Relaxed),
                observed: info.observes.then(|| stage.counters.observed.load(Ordering::Relaxed)),
                failed: stage.counters.failed.load(Ordering::Relaxed),
                busy_seconds: nanoseconds as f64 / 1e9,
            }
        });
        RunRecord {
            schema: "gloss.run/1".to_owned(),
            gloss: env!("CARGO_PKG_VERSION").to_owned(),
            started,
            seconds,
            pipeline: pipeline.file().path.display().to_string(),
            pipeline_text: pipeline.file().text.clone(),
            threads: options.threads,
            platform: format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH),
            summary: *summary,
            stages: stages.collect(),
        }
    }
}
