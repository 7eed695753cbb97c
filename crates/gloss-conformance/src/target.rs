//! Where the extractor of a check runs: in the check's own process, or, where the plugin is a
//! program, in processes of its own.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use gloss_boundary::{
    BatchResult, DocumentResult, DocumentView, Extractor, Failure, FailureKind, Instance, Worker,
};
use gloss_process::{Limits, RemoteCorpus, RemoteExtractor, RemoteInstance, RemoteWorker};
use gloss_protocol::{Description, LoadRequest, Plan, PlanRequest};

use crate::finding::Finding;

/// The extractor that a check is about.
#[derive(Clone, Debug)]
pub enum Target {
    /// Of a library.
    Here(Extractor),
    /// Of a program.
    Apart(RemoteExtractor),
}

impl Target {
    /// What it is.
    pub fn describe(&self) -> Result<Description, Failure> {
        match self {
            Target::Here(extractor) => extractor.describe(),
            Target::Apart(extractor) => extractor.describe(),
        }
    }

    /// What it requires and provides with these options.
    pub fn plan(&self, request: &PlanRequest) -> Result<Plan, Failure> {
        match self {
            Target::Here(extractor) => extractor.plan(request),
            Target::Apart(extractor) => extractor.plan(request),
        }
    }

    /// Loads an instance whose layers are those of `plan`.
    pub fn load(&self, plan: &Plan, request: &LoadRequest) -> Result<AnyInstance, Failure> {
        match self {
            Target::Here(extractor) => extractor.load(plan, request).map(AnyInstance::Here),
            Target::Apart(extractor) => {
                extractor.load(plan, request, Limits::default()).map(AnyInstance::Apart)
            }
        }
    }

    /// Whether it must see every document before it can answer.
    pub fn observes(&self) -> bool {
        match self {
            Target::Here(extractor) => extractor.observes(),
            Target::Apart(extractor) => extractor.describe().is_ok_and(|d| d.observes),
        }
    }
}

/// A loaded extractor.
#[derive(Clone, Debug)]
pub enum AnyInstance {
    /// In this process.
    Here(Arc<Instance>),
    /// In processes of its own.
    Apart(Arc<RemoteInstance>),
}

impl AnyInstance {
    /// The instance of a library; a check that needs it is skipped for programs.
    pub fn here(&self) -> Result<&Arc<Instance>, Finding> {
        match self {
            AnyInstance::Here(instance) => Ok(instance),
            AnyInstance::Apart(_) => Err(Finding::skipped("it looks into a library")),
        }
    }

    /// Whether nobody else holds it.
    pub fn is_alone(&self) -> bool {
        match self {
            AnyInstance::Here(instance) => Arc::strong_count(instance) == 1,
            AnyInstance::Apart(instance) => Arc::strong_count(instance) == 1,
        }
    }
}

/// What annotates batches of an instance.
pub enum Runner {
    /// A worker.
    Worker(Worker),
    /// The instance sees all documents first: each batch is all that there is.
    Corpus(Arc<Instance>),
    /// A process with a worker.
    Remote(Box<RemoteWorker>),
    /// The same as [`Runner::Corpus`], in processes of its own.
    RemoteCorpus(Arc<RemoteInstance>),
}

impl Runner {
    /// A worker of the instance, or the instance itself where it has no use for workers.
    pub fn new(instance: &AnyInstance) -> Result<Runner, Failure> {
        match instance {
            AnyInstance::Here(instance) if instance.observes() => {
                instance.state()?;
                Ok(Runner::Corpus(Arc::clone(instance)))
            }
            AnyInstance::Here(instance) => instance.worker().map(Runner::Worker),
            AnyInstance::Apart(instance) if instance.state_version().is_some() => {
                Ok(Runner::RemoteCorpus(Arc::clone(instance)))
            }
            AnyInstance::Apart(instance) => {
                instance.worker().map(|worker| Runner::Remote(Box::new(worker)))
            }
        }
    }

    /// Annotates a batch; `cancel` is what the extractor sees when it asks whether to stop.
    pub fn annotate(&mut self, views: &[DocumentView<'_>], cancel: &AtomicBool) -> BatchResult {
        let result = match self {
            Runner::Worker(worker) => return worker.extract(views, cancel),
            Runner::Remote(worker) => return worker.extract(views, cancel),
            Runner::Corpus(instance) => run_corpus(instance, views, cancel),
            Runner::RemoteCorpus(instance) => run_remote_corpus(instance, views, cancel),
        };
        result.unwrap_or_else(|failure| BatchResult {
            poisoned: failure.kind == FailureKind::Panic,
            ..BatchResult::failed(views.len(), failure)
        })
    }
}

fn all_finished(result: &BatchResult) -> bool {
    let finished = |d: &DocumentResult| matches!(d, DocumentResult::Finished { .. });
    result.failure.is_none() && result.documents.iter().all(finished)
}

/// Observes a batch, and annotates it by what was found in it.
fn run_corpus(
    instance: &Arc<Instance>,
    views: &[DocumentView<'_>],
    cancel: &AtomicBool,
) -> Result<BatchResult, Failure> {
    let mut state = instance.state()?;
    let observed = state.observe(views, cancel);
    if !all_finished(&observed) {
        return Ok(observed);
    }
    Ok(state.finish(cancel)?.annotate(views, cancel))
}

fn run_remote_corpus(
    instance: &Arc<RemoteInstance>,
    views: &[DocumentView<'_>],
    cancel: &AtomicBool,
) -> Result<BatchResult, Failure> {
    let corpus = RemoteCorpus::new(Arc::clone(instance), None);
    let (observed, state) = corpus.observe(views, cancel);
    let state = match state {
        Some(state) if all_finished(&observed) => state,
        _ => return Ok(observed),
    };
    corpus.merge(&state)?;
    corpus.finish(cancel)?;
    Ok(corpus.annotate(views, cancel))
}
