//! Workers: children at work on batches.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use gloss_boundary::{BatchResult, DocumentView, Failure, FailureKind};
use gloss_frame::results::decode_observed;
use gloss_frame::{Frame, Kind, encode_batch};

use crate::RemoteInstance;
use crate::child::{Child, Patience, no_frame};

/// A child process that annotates batches: held by one thread at a time.
#[derive(Debug)]
pub struct RemoteWorker {
    instance: Arc<RemoteInstance>,
    child: Child,
}

impl RemoteWorker {
    pub(crate) fn new(instance: Arc<RemoteInstance>, child: Child) -> RemoteWorker {
        RemoteWorker { instance, child }
    }

    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Annotates a batch. `cancel` is what the plugin sees when it asks whether to stop.
    ///
    /// When the child ends, hangs or eats memory, no document of the batch is finished and the
    /// worker is poisoned; which document it was is found by handing them over one by one.
    #[must_use]
    pub fn extract(&mut self, views: &[DocumentView<'_>], cancel: &AtomicBool) -> BatchResult {
        // A child that ended while nobody looked is no fault of the documents.
        if !self.child.is_alive() {
            match self.instance.restart() {
                Ok(child) => self.child = child,
                Err(failure) => return lost(views.len(), failure),
            }
        }
        self.annotate(Kind::Extract, views, cancel)
    }

    /// Annotates a batch by a request of this kind, as [`RemoteWorker::extract`] does.
    pub(crate) fn annotate(
        &mut self,
        kind: Kind,
        views: &[DocumentView<'_>],
        cancel: &AtomicBool,
    ) -> BatchResult {
        let instance = Arc::clone(&self.instance);
        let read = |frame: Frame| instance.results(&frame, views);
        match self.batch(kind, views, Kind::Extracted, cancel, read) {
            Ok(result) => result,
            Err(failure) => lost(views.len(), failure),
        }
    }

    /// Has the child observe a batch in a state of its own; also gives that state, saved, unless
    /// the batch failed. Else as [`RemoteWorker::extract`].
    pub(crate) fn observe(
        &mut self,
        views: &[DocumentView<'_>],
        cancel: &AtomicBool,
    ) -> (BatchResult, Option<Vec<u8>>) {
        let read = |frame: Frame| {
            let (result, state) = decode_observed(&frame, views.len()).map_err(no_frame)?;
            Ok((result, state.to_vec()))
        };
        match self.batch(Kind::Observe, views, Kind::Observed, cancel, read) {
            Ok((result, state)) => {
                let state = result.failure.is_none().then_some(state);
                (result, state)
            }
            Err(failure) => (lost(views.len(), failure), None),
        }
    }

    /// Hands over a batch, and keeps count of what that did to the plugin.
    fn batch<T>(
        &mut self,
        kind: Kind,
        views: &[DocumentView<'_>],
        expected: Kind,
        cancel: &AtomicBool,
        read: impl FnOnce(Frame) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let instance = &self.instance;
        let patience = Patience { timeout: Some(instance.limits.timeout), cancel: Some(cancel) };
        let write = |writer: &mut _| encode_batch(writer, &instance.inputs, views);
        let answer = self.child.request(kind, write, expected, &patience).and_then(read);
        match &answer {
            Ok(_) => instance.health.worked(),
            Err(failure) if views.len() == 1 && failure.kind != FailureKind::Cancelled => {
                instance.health.failed(failure);
            }
            Err(_) => {}
        }
        answer
    }
}

/// No document of the batch is finished, and the child is not to be used again.
pub fn lost(documents: usize, failure: Failure) -> BatchResult {
    BatchResult { poisoned: true, ..BatchResult::failed(documents, failure) }
}
