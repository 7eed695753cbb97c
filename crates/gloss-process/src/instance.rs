//! Loaded extractors in child processes.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use gloss_boundary::{
    BatchResult, DocumentResult, DocumentView, Failure, FailureKind, LayerChecker,
};
use gloss_frame::message::{LoadMessage, LoadedMessage};
use gloss_frame::results::decode_results;
use gloss_frame::{Frame, Inputs, Kind};
use gloss_protocol::{LoadRequest, Plan};

use crate::child::{Child, no_frame};
use crate::extractor::RemoteExtractor;
use crate::files::FileStates;
use crate::health::Health;
use crate::worker::RemoteWorker;
use crate::{Limits, lock};

/// How long a child may take to load a model.
const LOAD_TIMEOUT: Duration = Duration::from_secs(600);

/// A loaded extractor whose workers are child processes. Shared by threads.
#[derive(Debug)]
pub struct RemoteInstance {
    extractor: RemoteExtractor,
    message: LoadMessage,
    pub(crate) inputs: Inputs,
    checker: LayerChecker,
    pub(crate) limits: Limits,
    pub(crate) health: Health,
    /// The plugin's files, the models and the user's files: each child must have of them what the first
    /// one had, or the annotations would be of several.
    files: FileStates,
    /// What it said when it was loaded.
    loaded: LoadedMessage,
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
        let mut instance = RemoteInstance {
            inputs: Inputs::new(&plan, &request),
            checker: LayerChecker::new(&plan)?,
            files: files_of(&extractor, &request),
            message: LoadMessage { extractor: extractor.name.clone(), plan, request },
            extractor,
            limits,
            health: Health::default(),
            loaded: LoadedMessage::default(),
            first: Mutex::new(None),
        };
        let (child, loaded) = instance.start()?;
        instance.loaded = loaded;
        instance.first = Mutex::new(Some(child));
        Ok(instance)
    }

    /// Version of the form in which states are saved; `None` for an extractor that can answer
    /// without having seen every document.
    #[must_use]
    pub fn state_version(&self) -> Option<u32> {
        self.loaded.state_version
    }

    /// A child that has loaded the extractor, and what it said then.
    fn start(&self) -> Result<(Child, LoadedMessage), Failure> {
        if let Some(path) = self.files.changed() {
            let message = "was changed or removed while it was in use";
            return Err(Failure {
                place: path.display().to_string(),
                help: "put it back as it was, so that all documents are annotated alike".to_owned(),
                ..Failure::new(FailureKind::Changed, message)
            });
        }
        let (mut child, _) = Child::start(&self.extractor.program, self.limits.memory)?;
        let loaded = child.call(Kind::Load, &self.message, Kind::Loaded, LOAD_TIMEOUT)?;
        Ok((child, loaded))
    }

    /// A worker: a child process of its own. Waits before it starts one more of a plugin that
    /// keeps failing.
    ///
    /// # Errors
    /// When the child cannot be started, or should not be any more.
    pub fn worker(self: &Arc<Self>) -> Result<RemoteWorker, Failure> {
        Ok(RemoteWorker::new(Arc::clone(self), self.child()?))
    }

    /// A child that is nobody's yet.
    pub(crate) fn child(&self) -> Result<Child, Failure> {
        let first = lock(&self.first).take();
        if let Some(mut child) = first
            && child.is_alive()
        {
            return Ok(child);
        }
        self.restart()
    }

    pub(crate) fn restart(&self) -> Result<Child, Failure> {
        std::thread::sleep(self.health.wait()?);
        self.start().map(|(child, _)| child).inspect_err(|failure| self.health.failed(failure))
    }

    /// The annotations in a frame, each checked; a document that breaks a rule has failed.
    pub(crate) fn results(
        &self,
        frame: &Frame,
        views: &[DocumentView<'_>],
    ) -> Result<BatchResult, Failure> {
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

/// All files that an instance is made of.
fn files_of(extractor: &RemoteExtractor, request: &LoadRequest) -> FileStates {
    let models = request.models.values().map(|model| model.path.as_path());
    let files = request.files.values().flatten().map(|file| file.path.as_path());
    FileStates::of(extractor.program.files().chain(models).chain(files))
}
