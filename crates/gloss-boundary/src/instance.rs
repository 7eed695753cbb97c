//! Loaded extractors and their workers.

use std::ffi::c_void;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use gloss_abi::{Batch, Output, Status};
use gloss_doc::LayerSchema;
use gloss_protocol::{LoadRequest, Plan};

use crate::collector::{Collector, DocumentResult};
use crate::lend::{DocumentView, Lent};
use crate::plugin::missing;
use crate::reply::receive;
use crate::{Extractor, Failure, FailureKind, Rule};

/// Where the annotations are that an annotation of this layer refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Referent {
    /// The document as a whole.
    Document,
    /// A provided layer, by its position.
    Provided(usize),
    /// A required layer, by its position.
    Input(usize),
}

/// A provided layer with its references resolved.
#[derive(Debug)]
pub struct ProvidedLayer {
    pub schema: LayerSchema,
    pub target: Referent,
    pub head: Referent,
    pub tail: Referent,
}

/// A loaded extractor, shared by all threads. Destroyed with the last reference to it.
#[derive(Debug)]
pub struct Instance {
    pub(crate) extractor: Extractor,
    pub(crate) pointer: *mut c_void,
    pub(crate) provides: Vec<ProvidedLayer>,
    /// For each requirement, which column of the layer feeds each attribute.
    attributes: Vec<Vec<Option<usize>>>,
}

// SAFETY: the interface says that an instance may be used from any thread; the pointer is only
// handed back to the plugin.
unsafe impl Send for Instance {}
// SAFETY: as above.
unsafe impl Sync for Instance {}

impl Drop for Instance {
    fn drop(&mut self) {
        if let Some(unload) = self.extractor.table.unload {
            // SAFETY: each worker holds a reference to its instance, so all are gone by now.
            unsafe { unload(self.pointer) }
        }
    }
}

impl Instance {
    pub(crate) fn new(
        extractor: Extractor,
        pointer: *mut c_void,
        plan: &Plan,
        request: &LoadRequest,
    ) -> Result<Instance, Failure> {
        let provides = resolve_layers(plan);
        let attributes = plan
            .requires
            .iter()
            .enumerate()
            .map(|(i, requirement)| {
                let schema = request.inputs.get(i).and_then(Option::as_ref).map(|b| &b.schema);
                let find = |name: &String| schema.and_then(|s| s.attribute_index(name));
                requirement.attributes.iter().map(find).collect()
            })
            .collect();
        // From here on `Drop` unloads, also when a reference could not be resolved.
        let mut instance = Instance { extractor, pointer, provides: Vec::new(), attributes };
        instance.provides = provides?;
        Ok(instance)
    }

    /// Creates a worker.
    ///
    /// # Errors
    /// When the plugin fails to.
    pub fn worker(self: &Arc<Self>) -> Result<Worker, Failure> {
        let create = self.extractor.table.worker_create.ok_or_else(missing)?;
        let mut pointer = std::ptr::null_mut();
        // SAFETY: a function of the plugin with an instance of its own.
        receive(|reply| unsafe { create(self.pointer, reply, &raw mut pointer) })?;
        Ok(Worker { instance: Arc::clone(self), pointer })
    }
}

/// The layers that a plan provides, with their references resolved.
pub fn resolve_layers(plan: &Plan) -> Result<Vec<ProvidedLayer>, Failure> {
    plan.provides.iter().map(|schema| resolve(schema, plan)).collect()
}

fn resolve(schema: &LayerSchema, plan: &Plan) -> Result<ProvidedLayer, Failure> {
    let find = |name: &Option<String>| -> Result<Referent, Failure> {
        let Some(name) = name else { return Ok(Referent::Document) };
        if let Some(i) = plan.provides.iter().position(|p| p.name == *name) {
            return Ok(Referent::Provided(i));
        }
        if let Some(i) = plan.requires.iter().position(|r| r.layer_type == *name) {
            return Ok(Referent::Input(i));
        }
        Err(Failure::broken(
            Rule::Reference,
            &schema.name,
            format!("it refers to {name:?}, which the extractor neither provides nor requires"),
        ))
    };
    Ok(ProvidedLayer {
        target: find(&schema.target)?,
        head: find(&schema.head)?,
        tail: find(&schema.tail)?,
        schema: schema.clone(),
    })
}

/// A worker of an instance: held by one thread at a time.
#[derive(Debug)]
pub struct Worker {
    instance: Arc<Instance>,
    pointer: *mut c_void,
}

// SAFETY: the interface says that a worker may move between threads, one at a time.
unsafe impl Send for Worker {}

impl Drop for Worker {
    fn drop(&mut self) {
        if let Some(destroy) = self.instance.extractor.table.worker_destroy {
            // SAFETY: a worker of the plugin, never used again.
            unsafe { destroy(self.pointer) }
        }
    }
}

/// What came of one call of `extract`, `observe` or `annotate`.
#[derive(Debug)]
pub struct BatchResult {
    /// One result for each document of the batch.
    pub documents: Vec<DocumentResult>,
    /// Why the call as a whole failed. Finished documents are finished all the same.
    pub failure: Option<Failure>,
    /// What was reported of the call as a whole, also when it then returned OK: a failure that the
    /// plugin gave, or a rule broken with a document that the batch does not have.
    pub reported: Option<Failure>,
    /// The worker or the state panicked and must be dropped.
    pub poisoned: bool,
}

impl BatchResult {
    /// What comes of a batch of so many documents that was not even begun, or was lost: none of
    /// them is finished.
    #[must_use]
    pub fn failed(documents: usize, failure: Failure) -> BatchResult {
        let documents = (0..documents).map(|_| DocumentResult::Unfinished).collect();
        BatchResult { documents, failure: Some(failure), reported: None, poisoned: false }
    }
}

impl Worker {
    /// Annotates a batch. `cancel` is what the plugin sees when it asks whether to stop.
    #[must_use]
    pub fn extract(&mut self, views: &[DocumentView<'_>], cancel: &AtomicBool) -> BatchResult {
        let collector = Collector::new(&self.instance.provides, views, cancel);
        self.instance.run_batch(views, collector, |batch, output| {
            match self.instance.extractor.table.extract {
                // SAFETY: batch and output outlive the call; the worker is ours alone.
                Some(extract) => unsafe { extract(self.pointer, batch, output) },
                None => Status::FAILED,
            }
        })
    }
}

impl Instance {
    /// Lends a batch and a sink to `call`, and gathers what came of it.
    pub(crate) fn run_batch(
        &self,
        views: &[DocumentView<'_>],
        mut collector: Collector<'_>,
        call: impl FnOnce(*const Batch, *const Output) -> Status,
    ) -> BatchResult {
        let lent = Lent::new(views, &self.attributes);
        let batch = lent.batch();
        let output = collector.output();
        let status = call(&raw const batch, &raw const output);
        let (documents, reported) = collector.into_results();
        let reason = |kind, text: &str| {
            let failure = reported.clone().unwrap_or_else(|| Failure::new(kind, text));
            Some(Failure { kind, ..failure })
        };
        let failure = match status {
            Status::OK => None,
            Status::PANICKED => reason(FailureKind::Panic, "no message"),
            Status::CANCELLED => reason(FailureKind::Cancelled, "cancelled"),
            _ => reported.clone().or_else(|| {
                Some(Failure::new(FailureKind::Other, "the plugin failed and gave no reason"))
            }),
        };
        BatchResult { documents, failure, reported, poisoned: status == Status::PANICKED }
    }
}
