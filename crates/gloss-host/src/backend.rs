//! Where an extractor runs: in this process, or in processes of its own. The rest of the crate
//! does not know which.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use gloss_boundary::{BatchResult, DocumentView, Failure, Instance, SaveError, State, Worker};
use gloss_process::{Limits, RemoteCorpus, RemoteExtractor, RemoteInstance, RemoteWorker};
use gloss_protocol::{LoadRequest, Plan, PlanRequest};

use crate::corpus::LocalCorpus;

/// An extractor that can be planned and loaded.
#[derive(Clone, Debug)]
pub enum AnyExtractor {
    /// In this process.
    Here(gloss_boundary::Extractor),
    /// In processes of its own, within limits.
    Apart(RemoteExtractor, Limits),
}

impl AnyExtractor {
    pub fn plan(&self, request: &PlanRequest) -> Result<Plan, Failure> {
        match self {
            AnyExtractor::Here(extractor) => extractor.plan(request),
            AnyExtractor::Apart(extractor, _) => extractor.plan(request),
        }
    }

    pub fn load(&self, plan: &Plan, request: &LoadRequest) -> Result<AnyInstance, Failure> {
        match self {
            AnyExtractor::Here(extractor) => extractor.load(plan, request).map(AnyInstance::Here),
            AnyExtractor::Apart(extractor, limits) => {
                extractor.load(plan, request, *limits).map(AnyInstance::Apart)
            }
        }
    }

    /// Whether it runs in processes of its own.
    pub fn is_apart(&self) -> bool {
        matches!(self, AnyExtractor::Apart(..))
    }
}

/// A loaded extractor, shared by threads.
#[derive(Clone, Debug)]
pub enum AnyInstance {
    Here(Arc<Instance>),
    Apart(Arc<RemoteInstance>),
}

impl AnyInstance {
    pub fn worker(&self) -> Result<AnyWorker, Failure> {
        match self {
            AnyInstance::Here(instance) => instance.worker().map(AnyWorker::Here),
            AnyInstance::Apart(instance) => {
                instance.worker().map(|worker| AnyWorker::Apart(Box::new(worker)))
            }
        }
    }

    /// Version of the form in which it saves states; `None` when it need not see every document
    /// before it can answer.
    pub fn state_version(&self) -> Option<u32> {
        match self {
            AnyInstance::Here(instance) => instance.state_version(),
            AnyInstance::Apart(instance) => instance.state_version(),
        }
    }

    /// One run's observation, if it must see every document first. `folder` is for temporary files.
    pub fn corpus(&self, folder: Option<&Path>) -> Option<AnyCorpus> {
        self.state_version()?;
        Some(match self {
            AnyInstance::Here(instance) => AnyCorpus::Here(LocalCorpus::new(Arc::clone(instance))),
            AnyInstance::Apart(instance) => AnyCorpus::Apart(Box::new(RemoteCorpus::new(
                Arc::clone(instance),
                folder.map(Path::to_owned),
            ))),
        })
    }
}

/// A worker, held by one thread at a time.
#[derive(Debug)]
pub enum AnyWorker {
    Here(Worker),
    Apart(Box<RemoteWorker>),
}

impl AnyWorker {
    pub fn extract(&mut self, views: &[DocumentView<'_>], cancel: &AtomicBool) -> BatchResult {
        match self {
            AnyWorker::Here(worker) => worker.extract(views, cancel),
            AnyWorker::Apart(worker) => worker.extract(views, cancel),
        }
    }
}

/// What an extractor that must see every document first has seen in a run, and what it found.
/// Shared by threads.
#[derive(Debug)]
pub enum AnyCorpus {
    Here(LocalCorpus),
    Apart(Box<RemoteCorpus>),
}

/// What was seen of one batch, and is not counted yet.
pub enum AnyState {
    Here(State),
    /// Saved.
    Apart(Vec<u8>),
}

impl AnyCorpus {
    /// Observes a batch in a state of its own; there is none when the batch failed as a whole.
    pub fn observe(
        &self,
        views: &[DocumentView<'_>],
        cancel: &AtomicBool,
    ) -> (BatchResult, Option<AnyState>) {
        match self {
            AnyCorpus::Here(corpus) => {
                let (result, state) = corpus.observe(views, cancel);
                (result, state.map(AnyState::Here))
            }
            AnyCorpus::Apart(corpus) => {
                let (result, state) = corpus.observe(views, cancel);
                (result, state.map(AnyState::Apart))
            }
        }
    }

    /// Counts what was seen of a batch. When that fails, something that was seen is lost.
    pub fn merge(&self, state: AnyState) -> Result<(), Failure> {
        match (self, state) {
            (AnyCorpus::Here(corpus), AnyState::Here(state)) => corpus.merge(state),
            (AnyCorpus::Here(corpus), AnyState::Apart(state)) => corpus.restore(&state),
            (AnyCorpus::Apart(corpus), AnyState::Apart(state)) => corpus.merge(&state),
            (AnyCorpus::Apart(corpus), AnyState::Here(mut state)) => {
                let mut bytes = Vec::new();
                state.save(&mut bytes)?;
                corpus.merge(&bytes)
            }
        }
    }

    /// Counts what another run has seen and saved; else as [`AnyCorpus::merge`].
    pub fn restore(&self, state: &[u8]) -> Result<(), Failure> {
        match self {
            AnyCorpus::Here(corpus) => corpus.restore(state),
            AnyCorpus::Apart(corpus) => corpus.restore(state),
        }
    }

    /// Merges all into one state, before it is saved or made into findings.
    pub fn gather(&self) -> Result<(), Failure> {
        match self {
            AnyCorpus::Here(corpus) => corpus.gather(),
            AnyCorpus::Apart(_) => Ok(()),
        }
    }

    /// Writes the state.
    pub fn save(&self, writer: &mut dyn Write, cancel: &AtomicBool) -> Result<(), SaveError> {
        match self {
            AnyCorpus::Here(corpus) => corpus.save(writer),
            AnyCorpus::Apart(corpus) => corpus.save(writer, cancel),
        }
    }

    /// Makes findings of the state.
    pub fn finish(&self, cancel: &AtomicBool) -> Result<(), Failure> {
        match self {
            AnyCorpus::Here(corpus) => corpus.finish(cancel),
            AnyCorpus::Apart(corpus) => corpus.finish(cancel),
        }
    }

    /// Annotates a batch by the findings.
    pub fn annotate(&self, views: &[DocumentView<'_>], cancel: &AtomicBool) -> BatchResult {
        match self {
            AnyCorpus::Here(corpus) => corpus.annotate(views, cancel),
            AnyCorpus::Apart(corpus) => corpus.annotate(views, cancel),
        }
    }
}
