//! A loaded stage: its workers, and how it annotates or observes the documents of a chunk.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use gloss_boundary::{
    BatchResult, DocumentResult, DocumentView, Failure, FailureKind, LayerData, MetadataValue, Rule,
};
use gloss_doc::{Document, Layer, LayerSchema, Producer};

use crate::backend::{AnyCorpus, AnyInstance, AnyWorker};
use crate::cached::StageCache;
use crate::corpus::Observation;
use crate::engine::lock;
use crate::graph::LayerId;
use crate::pipeline::StageInfo;
use crate::run::failure_code;

/// What a stage made of one document.
#[derive(Debug)]
pub enum StageOutput {
    /// Its layers, in the order of its plan, and its remarks.
    Layers(Vec<Layer>, Vec<String>),
    /// It failed.
    Failed(Failure),
    /// It was not run, because a stage that feeds it failed, or the run was cancelled.
    Skipped,
}

/// A loaded stage.
#[derive(Debug)]
pub struct Stage {
    pub id: String,
    pub inputs: Vec<Option<LayerId>>,
    pub budget: Budget,
    pub counters: Arc<Counters>,
    /// Where its results are kept, if they are.
    pub cache: Option<StageCache>,
    /// It is lent no ids.
    pub ignores_id: bool,
    instance: AnyInstance,
    layers: Vec<(String, Arc<LayerSchema>)>,
    kept: Vec<bool>,
    producer: Arc<Producer>,
    metadata: Vec<String>,
    idle: Mutex<Vec<AnyWorker>>,
}

/// How many threads a stage may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// The most workers that run at once.
    pub workers: usize,
    /// Threads that each of them keeps busy.
    pub threads: usize,
}

/// One call with a batch: what came of its documents, and of the call as a whole.
type Once<'o> = dyn Fn(&[DocumentView<'_>]) -> (Vec<DocumentResult>, Option<Failure>) + 'o;

/// What a stage did in a run.
#[derive(Debug, Default)]
pub struct Counters {
    pub documents: AtomicU64,
    pub observed: AtomicU64,
    pub failed: AtomicU64,
    pub batches: AtomicU64,
    pub bytes: AtomicU64,
    pub nanoseconds: AtomicU64,
}

/// What a stage did in a run, as far as it has come.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StageCounts {
    /// Documents that reached it.
    pub documents: u64,
    /// Documents that it was shown before it annotated any.
    pub observed: u64,
    /// Documents with which it failed.
    pub failed: u64,
    /// Batches that it was called with.
    pub batches: u64,
    /// Bytes of text in those.
    pub bytes: u64,
    /// Seconds that its workers were busy, all together.
    pub busy_seconds: f64,
}

impl Counters {
    /// What they say now.
    pub fn read(&self) -> StageCounts {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        StageCounts {
            documents: read(&self.documents),
            observed: read(&self.observed),
            failed: read(&self.failed),
            batches: read(&self.batches),
            bytes: read(&self.bytes),
            busy_seconds: read(&self.nanoseconds) as f64 / 1e9,
        }
    }
}

impl Stage {
    pub fn new(
        info: &StageInfo,
        instance: AnyInstance,
        producer: Arc<Producer>,
        inputs: Vec<Option<LayerId>>,
        metadata: Vec<String>,
        budget: Budget,
    ) -> Stage {
        Stage {
            id: info.id.clone(),
            inputs,
            budget,
            counters: Arc::default(),
            cache: None,
            ignores_id: false,
            instance,
            layers: info.layers.iter().map(|l| (l.name.clone(), Arc::clone(&l.schema))).collect(),
            kept: info.layers.iter().map(|l| l.kept).collect(),
            producer,
            metadata,
            idle: Mutex::new(Vec::new()),
        }
    }

    /// Version of the form in which it saves states, if it must see every document before it can
    /// answer.
    pub fn state_version(&self) -> Option<u32> {
        self.instance.state_version()
    }

    /// One run's observation, if it must see every document first; see [`AnyInstance::corpus`].
    pub fn corpus(&self, folder: Option<&Path>) -> Option<AnyCorpus> {
        self.instance.corpus(folder)
    }

    /// Annotates documents; `input` gives the layer of a document that an earlier stage made, or
    /// `None` where that stage has none for it.
    pub fn run<'d>(
        &self,
        documents: &'d [Document],
        input: impl Fn(LayerId, usize) -> Option<&'d Layer>,
        cancel: &AtomicBool,
    ) -> Vec<StageOutput> {
        let extract = |views: &[DocumentView<'_>]| {
            self.retrying(views, &|views| self.extract_once(views, cancel), cancel)
        };
        let extract = |views: &[DocumentView<'_>]| match &self.cache {
            Some(cache) => cache.run(views, extract),
            None => extract(views),
        };
        self.process(documents, input, &self.counters.documents, extract)
    }

    /// Annotates documents by what was found in all of them; else as [`Stage::run`].
    pub fn annotate<'d>(
        &self,
        documents: &'d [Document],
        input: impl Fn(LayerId, usize) -> Option<&'d Layer>,
        seen: &Observation,
        cancel: &AtomicBool,
    ) -> Vec<StageOutput> {
        let once = |views: &[DocumentView<'_>]| {
            let result = seen.annotate(views, cancel);
            (result.documents, result.failure)
        };
        let annotate = |views: &[DocumentView<'_>]| self.retrying(views, &once, cancel);
        self.process(documents, input, &self.counters.documents, annotate)
    }

    /// Takes note of documents; what comes out has no layers. Else as [`Stage::run`].
    pub fn observe<'d>(
        &self,
        documents: &'d [Document],
        input: impl Fn(LayerId, usize) -> Option<&'d Layer>,
        seen: &Observation,
        cancel: &AtomicBool,
    ) -> Vec<StageOutput> {
        let observe = |views: &[DocumentView<'_>]| seen.observe(views, cancel);
        self.process(documents, input, &self.counters.observed, observe)
    }

    /// Has `work` done on the documents whose inputs are there, and counts.
    fn process<'d>(
        &self,
        documents: &'d [Document],
        input: impl Fn(LayerId, usize) -> Option<&'d Layer>,
        counter: &AtomicU64,
        work: impl Fn(&[DocumentView<'_>]) -> Vec<DocumentResult>,
    ) -> Vec<StageOutput> {
        let begin = Instant::now();
        let mut outputs: Vec<StageOutput> =
            documents.iter().map(|_| StageOutput::Skipped).collect();
        let mut runnable = Vec::new();
        let mut views = Vec::new();
        for (index, document) in documents.iter().enumerate() {
            if let Some(view) = self.view(document, |id| input(id, index)) {
                runnable.push(index);
                views.push(view);
            }
        }
        if !views.is_empty() {
            let bytes: usize = views.iter().map(|view| view.text.len()).sum();
            self.counters.batches.fetch_add(1, Ordering::Relaxed);
            self.counters.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
            for (index, result) in runnable.into_iter().zip(work(&views)) {
                outputs[index] = self.output(result);
            }
        }
        let failed = outputs.iter().filter(|o| matches!(o, StageOutput::Failed(_))).count();
        let elapsed = u64::try_from(begin.elapsed().as_nanos()).unwrap_or(u64::MAX);
        counter.fetch_add(documents.len() as u64, Ordering::Relaxed);
        self.counters.failed.fetch_add(failed as u64, Ordering::Relaxed);
        self.counters.nanoseconds.fetch_add(elapsed, Ordering::Relaxed);
        outputs
    }

    /// The document as this stage sees it; `None` when a stage that feeds it failed.
    fn view<'d>(
        &self,
        document: &'d Document,
        input: impl Fn(LayerId) -> Option<&'d Layer>,
    ) -> Option<DocumentView<'d>> {
        let mut inputs = Vec::with_capacity(self.inputs.len());
        for feed in &self.inputs {
            inputs.push(match feed {
                Some(id) => Some(input(*id)?),
                None => None,
            });
        }
        let metadata = self.metadata.iter().map(|f| MetadataValue::of(document.metadata.get(f)));
        Some(DocumentView {
            id: if self.ignores_id { "" } else { &document.id },
            text: &document.text,
            metadata: metadata.collect(),
            inputs,
        })
    }

    /// Annotates a batch with `once`; when it fails as a whole, the unfinished documents one by
    /// one, so that only the one at fault fails.
    fn retrying(
        &self,
        views: &[DocumentView<'_>],
        once: &Once<'_>,
        cancel: &AtomicBool,
    ) -> Vec<DocumentResult> {
        let (mut results, failure) = once(views);
        let unfinished = |r: &DocumentResult| matches!(r, DocumentResult::Unfinished);
        let Some(failure) = failure else {
            fail_unfinished(&mut results);
            return results;
        };
        if failure.kind == FailureKind::Cancelled || cancel.load(Ordering::Relaxed) {
            return results;
        }
        if views.len() == 1 {
            if unfinished(&results[0]) {
                results[0] = DocumentResult::Failed(failure);
            }
            return results;
        }
        // Not the message, which may quote a document.
        tracing::debug!(
            stage = self.id,
            code = failure_code(&failure).code(),
            "batch failed; trying its documents one by one"
        );
        for (result, view) in results.iter_mut().zip(views) {
            if unfinished(result) {
                let mut single = self.retrying(std::slice::from_ref(view), once, cancel);
                *result = single.pop().unwrap_or(DocumentResult::Unfinished);
            }
        }
        results
    }

    fn extract_once(
        &self,
        views: &[DocumentView<'_>],
        cancel: &AtomicBool,
    ) -> (Vec<DocumentResult>, Option<Failure>) {
        let idle = || lock(&self.idle);
        let reused = idle().pop();
        let mut worker = match reused.map_or_else(|| self.instance.worker(), Ok) {
            Ok(worker) => worker,
            Err(failure) => {
                let failed = BatchResult::failed(views.len(), failure);
                return (failed.documents, failed.failure);
            }
        };
        let result = worker.extract(views, cancel);
        if !result.poisoned {
            idle().push(worker);
        }
        (result.documents, result.failure)
    }

    /// Of the layers that it made of a document, those that the output has.
    pub fn kept(&self, layers: Vec<Layer>) -> impl Iterator<Item = Layer> {
        layers.into_iter().zip(&self.kept).filter_map(|(layer, kept)| kept.then_some(layer))
    }

    /// The schemas of its layers, in the order of its plan.
    pub fn schemas(&self) -> impl Iterator<Item = &Arc<LayerSchema>> {
        self.layers.iter().map(|(_, schema)| schema)
    }

    /// What it made of a document, with names.
    pub fn layers(&self, data: Vec<LayerData>) -> Vec<Layer> {
        let layer = |(data, (name, schema)): (LayerData, &(String, Arc<LayerSchema>))| Layer {
            name: name.clone(),
            schema: Arc::clone(schema),
            producer: Arc::clone(&self.producer),
            annotations: data.annotations,
            attributes: data.attributes,
        };
        data.into_iter().zip(&self.layers).map(layer).collect()
    }

    fn output(&self, result: DocumentResult) -> StageOutput {
        match result {
            DocumentResult::Finished { layers, notes } => {
                let notes = notes.iter().map(|n| format!("{}: {n}", self.id));
                StageOutput::Layers(self.layers(layers), notes.collect())
            }
            DocumentResult::Failed(failure) => StageOutput::Failed(failure),
            DocumentResult::Unfinished => StageOutput::Skipped,
        }
    }
}

/// A document that a successful call left open has failed.
pub fn fail_unfinished(results: &mut [DocumentResult]) {
    for result in results.iter_mut().filter(|r| matches!(r, DocumentResult::Unfinished)) {
        let message = "the extractor neither finished nor failed the document";
        *result = DocumentResult::Failed(Failure::broken(Rule::Ended, "", message));
    }
}
