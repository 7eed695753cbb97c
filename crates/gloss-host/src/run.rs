//! Running a pipeline: what goes in, what comes out.

use std::sync::atomic::{AtomicBool, Ordering};

use gloss_boundary::{Failure, FailureKind};
use gloss_doc::{Document, Source};
use serde::{Deserialize, Serialize};

use crate::engine;
use crate::{ErrorKind, Pipeline};

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
    /// It was read but not processed, because the run was cancelled.
    Interrupted(Document),
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
    /// The most bytes of text in one batch, if it has more than one document.
    pub batch_bytes: usize,
}

impl Default for RunOptions {
    fn default() -> RunOptions {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        RunOptions { threads, batch_documents: 32, batch_bytes: 256 << 10 }
    }
}

/// Stops a run from another thread, or from a signal handler.
#[derive(Debug, Default)]
pub struct Control {
    stop: AtomicBool,
    cancel: AtomicBool,
}

impl Control {
    /// Reads no more documents; those that were begun are finished.
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

    pub(crate) fn cancel_flag(&self) -> &AtomicBool {
        &self.cancel
    }
}

/// What came of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSummary {
    /// Documents that were annotated.
    pub annotated: u64,
    /// Documents with which a stage failed.
    pub failed: u64,
    /// Documents that could not be read.
    pub unreadable: u64,
    /// Documents that were read but not processed.
    pub interrupted: u64,
    /// Bytes of text in annotated documents.
    pub bytes: u64,
    /// The run ended before the input did.
    pub stopped: bool,
}

impl Pipeline {
    /// Streams documents through the pipeline, in memory that does not grow with their number.
    ///
    /// `emit` is called on this thread with every outcome, in the order of the input; when it
    /// fails the run ends. Annotations do not depend on the options.
    ///
    /// # Errors
    /// What `emit` returned.
    ///
    /// # Panics
    /// When the pipeline was not loaded.
    pub fn run<E>(
        &self,
        documents: impl Iterator<Item = Input> + Send + 'static,
        options: &RunOptions,
        control: &Control,
        mut emit: impl FnMut(Outcome) -> Result<(), E>,
    ) -> Result<RunSummary, E> {
        assert_eq!(self.stages.len(), self.order().len(), "load the pipeline before running it");
        let mut summary = RunSummary::default();
        let result = engine::run(self, Box::new(documents), options, control, |outcome| {
            match &outcome {
                Outcome::Annotated(document) => {
                    summary.annotated += 1;
                    summary.bytes += document.text.len() as u64;
                }
                Outcome::Failed(..) => summary.failed += 1,
                Outcome::Unreadable(_) => summary.unreadable += 1,
                Outcome::Interrupted(_) => summary.interrupted += 1,
            }
            emit(outcome)
        });
        summary.stopped = control.is_stopped();
        result.map(|()| summary)
    }
}
