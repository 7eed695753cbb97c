//! Loaded extractors in child processes.

use std::fs;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use gloss_boundary::{
    BatchResult, DocumentResult, DocumentView, Failure, FailureKind, LayerChecker,
};
use gloss_frame::message::LoadMessage;
use gloss_frame::results::decode_results;
use gloss_frame::{Frame, Inputs, Kind, encode_batch};
use gloss_protocol::{LoadRequest, Plan};

use crate::Limits;
use crate::child::{Child, no_frame};
use crate::extractor::RemoteExtractor;
use crate::health::Health;

/// How long a child may take to load a model.
const LOAD_TIMEOUT: Duration = Duration::from_secs(600);

/// A loaded extractor whose workers are child processes. Shared by threads.
#[derive(Debug)]
pub struct RemoteInstance {
    extractor: RemoteExtractor,
    message: LoadMessage,
    inputs: Inputs,
    checker: LayerChecker,
    limits: Limits,
    health: Health,
    /// Size and time of the plugin's file: a child must run what the first one ran.
    file: Option<(u64, SystemTime)>,
    /// The child that was started to see whether it loads.
    first: Mutex<Option<Child>>,
}

impl RemoteInstance {
    pub(crate) fn load(
        extractor: RemoteExtractor,
        plan: Plan,
        request: LoadRequest,
        limits: Limits,
    ) -> Result<RemoteInstance, Failure> {
        let instance = RemoteInstance {
            inputs: Inputs::new(&plan, &request),
            checker: LayerChecker::new(&plan)?,
            message: LoadMessage { extractor: extractor.name.clone(), plan, request },
            file: identity(&extractor),
            extractor,
            limits,
            health: Health::default(),
            first: Mutex::new(None),
        };
        let child = instance.start()?;
        *instance.first.lock().unwrap_or_else(PoisonError::into_inner) = Some(child);
        Ok(instance)
    }

    /// A child that has loaded the extractor.
    fn start(&self) -> Result<Child, Failure> {
        if identity(&self.extractor) != self.file {
            let message = "the plugin's file was changed while it was in use";
            return Err(Failure {
                help: "run again, so that all documents are annotated by one plugin".to_owned(),
                rule: None,
                ..Failure::new(FailureKind::Resource, message)
            });
        }
        let RemoteExtractor { runtime, plugin, .. } = &self.extractor;
        let (mut child, _) = Child::start(runtime, plugin, self.limits.memory)?;
        let _: serde::de::IgnoredAny =
            child.call(Kind::Load, &self.message, Kind::Loaded, LOAD_TIMEOUT)?;
        Ok(child)
    }

    /// A worker: a child process of its own. Waits before it starts one more of a plugin that
    /// keeps failing.
    ///
    /// # Errors
    /// When the child cannot be started, or should not be any more.
    pub fn worker(self: &Arc<Self>) -> Result<RemoteWorker, Failure> {
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).take();
        let child = match first {
            Some(child) => child,
            None => self.restart()?,
        };
        Ok(RemoteWorker { instance: Arc::clone(self), child })
    }

    fn restart(&self) -> Result<Child, Failure> {
        std::thread::sleep(self.health.wait()?);
        self.start().inspect_err(|_| self.health.failed())
    }

    /// The annotations in a frame, each checked; a document that breaks a rule has failed.
    fn results(&self, frame: &Frame, views: &[DocumentView<'_>]) -> Result<BatchResult, Failure> {
        let provides = &self.message.plan.provides;
        let mut result = decode_results(frame, provides, views.len()).map_err(no_frame)?;
        for (document, view) in result.documents.iter_mut().zip(views) {
            if let DocumentResult::Finished { layers, .. } = document
                && let Err(failure) = self.checker.check(view, layers)
            {
                *document = DocumentResult::Failed(failure);
            }
        }
        Ok(result)
    }
}

fn identity(extractor: &RemoteExtractor) -> Option<(u64, SystemTime)> {
    let file = fs::metadata(&extractor.plugin).ok()?;
    Some((file.len(), file.modified().ok()?))
}

/// A child process that annotates batches: held by one thread at a time.
#[derive(Debug)]
pub struct RemoteWorker {
    instance: Arc<RemoteInstance>,
    child: Child,
}

impl RemoteWorker {
    /// Annotates a batch. `cancel` is what the plugin sees when it asks whether to stop.
    ///
    /// When the child ends, hangs or eats memory, no document of the batch is finished and the
    /// worker is poisoned; which document it was is found by handing them over one by one.
    #[must_use]
    pub fn extract(&mut self, views: &[DocumentView<'_>], cancel: &AtomicBool) -> BatchResult {
        let instance = Arc::clone(&self.instance);
        // A child that ended while nobody looked is no fault of the documents.
        if !self.child.is_alive() {
            match instance.restart() {
                Ok(child) => self.child = child,
                Err(failure) => return lost(views.len(), failure),
            }
        }
        let write = |writer: &mut _| encode_batch(writer, &instance.inputs, views);
        let outcome = self.child.extract(write, &instance.limits, cancel);
        match outcome.and_then(|frame| instance.results(&frame, views)) {
            Ok(result) => {
                instance.health.worked();
                result
            }
            Err(failure) => {
                if views.len() == 1 && failure.kind != FailureKind::Cancelled {
                    instance.health.failed();
                }
                lost(views.len(), failure)
            }
        }
    }
}

fn lost(documents: usize, failure: Failure) -> BatchResult {
    let documents = (0..documents).map(|_| DocumentResult::Unfinished).collect();
    BatchResult { documents, failure: Some(failure), reported: None, poisoned: true }
}
