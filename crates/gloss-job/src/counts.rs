//! What came of the documents that are settled.

use std::collections::BTreeMap;

use gloss_host::{Failure, LeftOut, Pipeline, RunSummary, StageRecord, Tally};
use serde::{Deserialize, Serialize};

/// What came of the documents that are settled, over all processes that worked at the run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Counts {
    /// Documents that were annotated.
    pub annotated: u64,
    /// Documents with which a stage failed.
    pub failed: u64,
    /// Documents that were annotated but for the layers of stages that failed with them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub incomplete: u64,
    /// Documents that could not be read.
    pub unreadable: u64,
    /// Bytes of text in annotated documents.
    pub bytes: u64,
    /// Documents that were observed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub observed: u64,
    /// Seconds that the run took.
    pub seconds: f64,
    /// What went wrong with the first document that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_failure: Option<String>,
    /// What the record says beyond this.
    #[serde(default)]
    pub tally: Tally,
    /// By stage.
    pub stages: BTreeMap<String, StageCounts>,
}

/// What a stage did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StageCounts {
    /// Documents with which it failed.
    pub failed: u64,
    /// Documents that reached it.
    #[serde(default)]
    pub documents: u64,
    /// Documents that it was not run on: those that failed before they reached it, and those that went on
    /// without it.
    #[serde(default)]
    pub left_out: u64,
    /// The latter.
    #[serde(default)]
    pub passed_over: u64,
    /// Documents that it was shown before it annotated any.
    #[serde(default)]
    pub observed: u64,
    /// Seconds that its workers were busy.
    #[serde(default)]
    pub busy_seconds: f64,
}

// Serde calls it with a reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Counts {
    /// Documents that are settled.
    pub fn settled(&self) -> u64 {
        self.annotated + self.failed + self.unreadable
    }

    /// Counts a document with which stages failed.
    pub fn fail(&mut self, failures: &[(String, Failure)]) {
        self.failed += 1;
        self.fail_stages(failures);
    }

    /// Counts a document that stages failed with, and that goes on without them.
    pub fn tolerate(&mut self, failures: &[(String, Failure)]) {
        self.incomplete += 1;
        self.fail_stages(failures);
    }

    /// Counts a document that a stage was not run on.
    pub fn leave_out(&mut self, stage: &str, left_out: LeftOut) {
        // No key is made for each document.
        if !self.stages.contains_key(stage) {
            self.stages.insert(stage.to_owned(), StageCounts::default());
        }
        if let Some(counts) = self.stages.get_mut(stage) {
            counts.left_out += 1;
            counts.passed_over += u64::from(left_out.passed_over);
        }
    }

    fn fail_stages(&mut self, failures: &[(String, Failure)]) {
        for (stage, _) in failures {
            self.stages.entry(stage.clone()).or_default().failed += 1;
        }
    }

    /// The summary of the whole run.
    pub fn summary(&self, interrupted: u64, stopped: bool) -> RunSummary {
        RunSummary {
            annotated: self.annotated,
            failed: self.failed,
            incomplete: self.incomplete,
            unreadable: self.unreadable,
            interrupted,
            observed: self.observed,
            bytes: self.bytes,
            stopped,
        }
    }

    /// Makes the records of the pipeline's stages, which are of this process, those of the whole run, of
    /// which `before` was done by earlier ones. With several passes all documents come through the
    /// stages of all but the last again, and those of the last have counted what is settled as theirs.
    pub fn add_stages(
        &mut self,
        records: &mut [StageRecord],
        before: &Counts,
        pipeline: &Pipeline,
    ) {
        let settled = if pipeline.observes() { 0 } else { before.annotated + before.failed };
        for (number, record) in records.iter_mut().enumerate() {
            let earlier = before.stages.get(&record.id).copied().unwrap_or_default();
            if pipeline.runs_last(number) {
                let reached = record.documents + settled;
                record.documents = reached.saturating_sub(earlier.left_out);
                record.passed_over += earlier.passed_over;
            }
            record.busy_seconds += earlier.busy_seconds;
            let stage = self.stages.entry(record.id.clone()).or_default();
            record.failed = stage.failed;
            stage.documents = record.documents;
            stage.observed = record.observed.unwrap_or(0);
            stage.busy_seconds = record.busy_seconds;
        }
    }

    /// Writes what is counted into the records of stages.
    pub fn fill_stages(&self, records: &mut [StageRecord]) {
        for record in records {
            let stage = self.stages.get(&record.id).copied().unwrap_or_default();
            record.documents = stage.documents;
            record.passed_over = stage.passed_over;
            record.observed = record.observed.map(|_| stage.observed);
            record.failed = stage.failed;
            record.busy_seconds = stage.busy_seconds;
        }
    }
}
