//! Running a pipeline: what goes in, what comes out.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use gloss_boundary::{Failure, FailureKind};
use gloss_doc::{Document, Source};
use serde::{Deserialize, Serialize};

use crate::engine;
use crate::{Error, ErrorKind, MaxFailures, Pipeline};

/// A document that could not be read; it takes part in the run so that nothing is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFailure {
    /// Its id, as far as one is known.
    pub id: String,
    /// Where it was to be read from.
    pub source: Box<Source>,
    /// The reader's error code.
    pub code: String,
    /// What happened.
    pub message: String,
    /// What to do, or empty.
    pub help: String,
}

/// What a reader gives.
pub type Input = Result<Document, InputFailure>;

/// What came of one document. Outcomes come in the order of the input.
#[derive(Debug)]
pub enum Outcome {
    /// It is annotated.
    Annotated(Document),
    /// Stages failed with it; the first in the order of the file comes first. The document is as
    /// it was read.
    Failed(Document, Vec<(String, Failure)>),
    /// It could not be read.
    Unreadable(InputFailure),
    /// It was read but not processed, because the run was stopped or cancelled.
    Interrupted(Document),
    /// It was observed, and the run was to do no more ([`StateOptions::observe_only`]).
    Observed(Document),
}

/// The code of an error of a document.
#[must_use]
pub fn failure_code(failure: &Failure) -> ErrorKind {
    match failure.kind {
        FailureKind::Panic => ErrorKind::Panic,
        FailureKind::Rule => ErrorKind::Rule,
        FailureKind::Crash => ErrorKind::Crash,
        FailureKind::Timeout => ErrorKind::Timeout,
        FailureKind::Memory => ErrorKind::Memory,
        FailureKind::Frame => ErrorKind::Frame,
        FailureKind::Changed => ErrorKind::ChangedInUse,
        _ => ErrorKind::Document,
    }
}

/// How to run.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// Threads that run stages.
    pub threads: usize,
    /// The most documents in one batch.
    pub batch_documents: usize,
    /// The most tokens in one batch, if it has more than one document. They are guessed: a token for
    /// every four bytes of text.
    pub batch_tokens: usize,
    /// Where a stage pads its batches, the documents of so many are read ahead and sorted by length.
    pub window_batches: usize,
    /// Where documents wait between two passes, if there are several; the system's folder for
    /// temporary files when absent. Takes about as much space as the documents.
    pub temporary_folder: Option<PathBuf>,
    /// What becomes of the states of stages that observe.
    pub states: StateOptions,
    /// How many documents may fail, be unreadable, or lack the layers of stages that failed with
    /// them; with more the run ends. No limit when absent.
    pub max_failures: Option<MaxFailures>,
    /// So many documents at the beginning were settled by a run that this one goes on with: they are
    /// observed where stages observe, and have no outcome.
    pub settled: u64,
}

/// What becomes of the states of stages that must see every document first, so that shards of the
/// documents can be observed apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StateOptions {
    /// Folders of states that other runs saved; merged into those of this run.
    pub merge: Vec<PathBuf>,
    /// Where to save the states of this run, with what was merged into them: `STAGE.state`.
    pub save: Option<PathBuf>,
    /// Observe, save the states, and do no more.
    pub observe_only: bool,
}

impl StateOptions {
    pub(crate) fn is_used(&self) -> bool {
        *self != StateOptions::default()
    }
}

impl Default for RunOptions {
    fn default() -> RunOptions {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        RunOptions {
            threads,
            batch_documents: 256,
            batch_tokens: 16 << 10,
            window_batches: 8,
            temporary_folder: None,
            states: StateOptions::default(),
            max_failures: None,
            settled: 0,
        }
    }
}

/// Stops a run from another thread, or from a signal handler.
#[derive(Debug, Default)]
pub struct Control {
    stop: AtomicBool,
    cancel: AtomicBool,
}

impl Control {
    /// Reads no more documents; those that were begun are finished. When the pipeline still
    /// observes, or makes findings of what it observed, all that were read come out as interrupted:
    /// what would be found in a part of the documents is not what is to be found in all.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Also tells the extractors to stop; documents that were begun come out as interrupted.
    pub fn cancel(&self) {
        self.stop();
        self.cancel.store(true, Ordering::Relaxed);
    }

    /// Whether [`Control::stop`] was called.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    pub(crate) fn stop_flag(&self) -> &AtomicBool {
        &self.stop
    }

    pub(crate) fn cancel_flag(&self) -> &AtomicBool {
        &self.cancel
    }
}

/// A pass over the documents, in a pipeline that needs several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassInfo {
    /// Its number, from 0.
    pub index: usize,
    /// How many there are. All but the last observe; the last gives the outcomes.
    pub passes: usize,
    /// How many documents there are, where that is known: not in the first pass.
    pub documents: Option<u64>,
}

/// A stage that was not run on a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its number in the pipeline file, from 0.
    pub stage: usize,
    /// The document goes on without it; else the document failed, or the run was stopped.
    pub passed_over: bool,
}

/// What takes the outcomes of a run; any function of an [`Outcome`] will do.
pub trait RunSink<E> {
    /// Takes an outcome, in the order of the input.
    ///
    /// # Errors
    /// An error ends the run.
    fn outcome(&mut self, outcome: Outcome) -> Result<(), E>;

    /// Stages failed with the document whose outcome comes next, and it goes on without their layers
    /// ([`OnFailure::SkipStage`](crate::OnFailure::SkipStage)). The document is as it was read.
    ///
    /// # Errors
    /// An error ends the run.
    fn tolerated(&mut self, _: &Document, _: &[(String, Failure)]) -> Result<(), E> {
        Ok(())
    }

    /// These stages were not run on the document whose outcome comes next.
    fn left_out(&mut self, _: &[LeftOut]) {}

    /// A pass begins; not called where there is only one.
    fn pass(&mut self, _: &PassInfo) {}

    /// A document went through a pass that observes.
    fn observed(&mut self) {}
}

impl<E, F: FnMut(Outcome) -> Result<(), E>> RunSink<E> for F {
    fn outcome(&mut self, outcome: Outcome) -> Result<(), E> {
        self(outcome)
    }
}

/// What came of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RunSummary {
    /// Documents that were annotated.
    pub annotated: u64,
    /// Documents with which a stage failed.
    pub failed: u64,
    /// Documents that are annotated, but for the layers of stages that failed with them. Absent in
    /// JSON when it is 0.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub incomplete: u64,
    /// Documents that could not be read.
    pub unreadable: u64,
    /// Documents that were read but not processed.
    pub interrupted: u64,
    /// Documents that were observed; 0 when the run was stopped before all were. Absent in JSON
    /// when it is 0.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub observed: u64,
    /// Bytes of text in annotated documents.
    pub bytes: u64,
    /// The run ended before the input did.
    pub stopped: bool,
}

// Serde calls it with a reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
pub(crate) fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Counts what passes through.
struct Counting<S> {
    sink: S,
    summary: RunSummary,
}

impl<E, S: RunSink<E>> RunSink<E> for Counting<S> {
    fn outcome(&mut self, outcome: Outcome) -> Result<(), E> {
        match &outcome {
            Outcome::Annotated(document) => {
                self.summary.annotated += 1;
                self.summary.bytes += document.text.len() as u64;
            }
            Outcome::Failed(..) => self.summary.failed += 1,
            Outcome::Unreadable(_) => self.summary.unreadable += 1,
            Outcome::Interrupted(_) => self.summary.interrupted += 1,
            Outcome::Observed(_) => {}
        }
        self.sink.outcome(outcome)
    }

    fn tolerated(&mut self, of: &Document, failures: &[(String, Failure)]) -> Result<(), E> {
        self.summary.incomplete += 1;
        self.sink.tolerated(of, failures)
    }

    fn left_out(&mut self, stages: &[LeftOut]) {
        self.sink.left_out(stages);
    }

    fn pass(&mut self, info: &PassInfo) {
        self.sink.pass(info);
    }

    fn observed(&mut self) {
        self.sink.observed();
    }
}

impl Pipeline {
    /// Streams documents through the pipeline, in memory that does not grow with their number,
    /// apart from what stages keep that must see every document first. With such stages the
    /// documents are read once and wait in a temporary file.
    ///
    /// `sink` is called on this thread with every outcome, in the order of the input; when it
    /// fails the run ends. Annotations do not depend on the options.
    ///
    /// # Errors
    /// What `sink` returned; [`ErrorKind::TooManyFailures`], or [`ErrorKind::StoppedByFailure`] where
    /// a stage is told to stop, both after the outcome that led to it; [`ErrorKind::ChangedInUse`] before
    /// the outcome of a document that could not be annotated for that reason. With stages that observe also [`ErrorKind::Spool`],
    /// [`ErrorKind::Observation`] and, where states are merged or saved,
    /// [`ErrorKind::SavedState`], the latter before the first document when states cannot be
    /// merged.
    ///
    /// # Panics
    /// When the pipeline was not loaded.
    pub fn run<E: From<Error>>(
        &self,
        documents: impl Iterator<Item = Input> + Send + 'static,
        options: &RunOptions,
        control: &Control,
        sink: impl RunSink<E>,
    ) -> Result<RunSummary, E> {
        assert_eq!(self.stages.len(), self.order().len(), "load the pipeline before running it");
        let mut counting = Counting { sink, summary: RunSummary::default() };
        let observed = engine::run(self, documents, options, control, &mut counting)?;
        Ok(RunSummary { observed, stopped: control.is_stopped(), ..counting.summary })
    }
}
