//! Where an extractor runs: in this process, or in processes of its own. The rest of the crate
//! does not know which.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use gloss_boundary::{BatchResult, DocumentView, Failure, Instance, Worker};
use gloss_process::{Limits, RemoteExtractor, RemoteInstance, RemoteWorker};
use gloss_protocol::{LoadRequest, Plan, PlanRequest};

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
            AnyInstance::Apart(instance) => instance.worker().map(AnyWorker::Apart),
        }
    }
}

/// A worker, held by one thread at a time.
#[derive(Debug)]
pub enum AnyWorker {
    Here(Worker),
    Apart(RemoteWorker),
}

impl AnyWorker {
    pub fn extract(&mut self, views: &[DocumentView<'_>], cancel: &AtomicBool) -> BatchResult {
        match self {
            AnyWorker::Here(worker) => worker.extract(views, cancel),
            AnyWorker::Apart(worker) => worker.extract(views, cancel),
        }
    }
}
