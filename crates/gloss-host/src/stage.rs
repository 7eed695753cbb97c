//! A loaded stage: its workers, and how it annotates or observes the documents of a chunk.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use gloss_boundary::{
    BatchResult, DocumentResult, DocumentView, Failure, FailureKind, LayerData, Rule,
};
use gloss_doc::{Document, Layer, LayerSchema, Producer};

use crate::backend::{AnyCorpus, AnyInstance, AnyWorker};
use crate::cached::{CacheCounts, StageCache};
use crate::corpus::Observation;
use crate::engine::lock;
use crate::failures::OnFailure;
use crate::intake::{Absence, Admission, Intake, Made, StageOutput};
use crate::latency::{Latencies, LatencyRecord};
use crate::run::failure_code;

/// A loaded stage.
#[derive(Debug)]
pub struct Stage {
    pub id: String,
    pub budget: Budget,
    pub counters: Arc<Counters>,
    /// Where its results are kept, if they are.
    cache: Option<StageCache>,
    pub on_failure: OnFailure,
    /// It pads the documents of a batch to the longest.
    pub pads: bool,
    instance: AnyInstance,
    intake: Intake,
    layers: Vec<ProvidedLayer>,
    producer: Arc<Producer>,
    idle: Mutex<Vec<AnyWorker>>,
}

/// What a stage is made of, beside the extractor that was loaded.
#[derive(Debug)]
pub struct Wiring {
    pub id: String,
    pub intake: Intake,
    pub layers: Vec<ProvidedLayer>,
    pub producer: Arc<Producer>,
    pub on_failure: OnFailure,
    pub pads: bool,
    pub budget: Budget,
    pub cache: Option<StageCache>,
}

/// A layer that a stage provides.
#[derive(Debug)]
pub struct ProvidedLayer {
    /// Full name.
    pub name: String,
    /// One for each variant: they differ in what the annotations refer to. There is at least one.
    pub schemas: Vec<Arc<LayerSchema>>,
    /// The output has it.
    pub kept: bool,
}

/// How many threads a stage may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// The most workers that run at once.
    pub workers: usize,
    /// Threads that each of them keeps busy.
    pub threads: usize,
}

/// Documents that come to a stage.
pub struct Reached<'d> {
    pub documents: &'d [Document],
    /// What another stage made of a document, by the number of each, once it ran.
    pub made: &'d dyn Fn(usize, usize) -> Option<&'d StageOutput>,
    /// Documents with which this stage failed in an earlier pass, and that go on without it.
    pub lost: &'d BTreeMap<usize, Failure>,
}

/// One call with a batch: what came of its documents, and of the call as a whole.
type Once<'o> = dyn Fn(&[DocumentView<'_>]) -> (Vec<DocumentResult>, Option<Failure>) + 'o;

/// What a stage did in a run.
#[derive(Debug, Default)]
pub struct Counters {
    pub documents: AtomicU64,
    /// Documents that it was not run on, and that went on without it.
    pub passed_over: AtomicU64,
    pub observed: AtomicU64,
    pub failed: AtomicU64,
    pub batches: AtomicU64,
    pub bytes: AtomicU64,
    pub nanoseconds: AtomicU64,
    /// Of batches of documents that it annotated.
    pub latencies: Latencies,
}

/// What a stage did in a run, as far as it has come.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StageCounts {
    /// Documents that it was run on.
    pub documents: u64,
    /// Documents that it was not run on, and that went on without it.
    pub passed_over: u64,
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
            passed_over: read(&self.passed_over),
            observed: read(&self.observed),
            failed: read(&self.failed),
            batches: read(&self.batches),
            bytes: read(&self.bytes),
            busy_seconds: read(&self.nanoseconds) as f64 / 1e9,
        }
    }
}

impl Stage {
    pub fn new(instance: AnyInstance, wiring: Wiring) -> Stage {
        let Wiring { id, intake, layers, producer, on_failure, pads, budget, cache } = wiring;
        Stage {
            id,
            budget,
            counters: Arc::default(),
            cache,
            on_failure,
            pads,
            instance,
            intake,
            layers,
            producer,
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

    /// Annotates documents.
    pub fn run<'d>(&self, reached: &Reached<'d>, cancel: &AtomicBool) -> Vec<StageOutput> {
        let extract = |views: &[DocumentView<'_>]| {
            self.retrying(views, &|views| self.extract_once(views, cancel), cancel)
        };
        let extract = |views: &[DocumentView<'_>]| match &self.cache {
            Some(cache) => cache.run(views, extract),
            None => extract(views),
        };
        self.process(reached, false, extract)
    }

    /// How often its results were in the cache, if they are kept.
    pub fn cached(&self) -> Option<CacheCounts> {
        self.cache.as_ref().map(StageCache::counts)
    }

    /// How long it took over batches; `None` where it annotated none.
    pub fn latency(&self) -> Option<LatencyRecord> {
        self.counters.latencies.read()
    }

    /// Annotates documents by what was found in all of them.
    pub fn annotate<'d>(
        &self,
        reached: &Reached<'d>,
        seen: &Observation,
        cancel: &AtomicBool,
    ) -> Vec<StageOutput> {
        let once = |views: &[DocumentView<'_>]| {
            let result = seen.annotate(views, cancel);
            (result.documents, result.failure)
        };
        self.process(reached, false, |views| self.retrying(views, &once, cancel))
    }

    /// Takes note of documents; what comes out has no layers.
    pub fn observe<'d>(
        &self,
        reached: &Reached<'d>,
        seen: &Observation,
        cancel: &AtomicBool,
    ) -> Vec<StageOutput> {
        self.process(reached, true, |views| seen.observe(views, cancel))
    }

    /// Has `work` done on the documents that the stage runs on, and counts.
    fn process<'d>(
        &self,
        reached: &Reached<'d>,
        observes: bool,
        work: impl Fn(&[DocumentView<'_>]) -> Vec<DocumentResult>,
    ) -> Vec<StageOutput> {
        let begin = Instant::now();
        let mut outputs: Vec<StageOutput> =
            reached.documents.iter().map(|_| StageOutput::Skipped).collect();
        let (mut shown, mut passed_over) = (Vec::new(), 0);
        for (index, document) in reached.documents.iter().enumerate() {
            if let Some(failure) = reached.lost.get(&index) {
                outputs[index] = StageOutput::Absent(Absence::Failed(failure.clone()));
                continue;
            }
            match self.intake.admit(document, |from| (reached.made)(from, index)) {
                Admission::Runs(layers) => shown.push((index, layers)),
                Admission::Absent(absence) => {
                    outputs[index] = StageOutput::Absent(absence);
                    passed_over += 1;
                }
                Admission::Skipped => {}
            }
        }
        let views: Vec<_> = shown
            .iter()
            .map(|(i, layers)| self.intake.view(&reached.documents[*i], layers))
            .collect();
        let (count, mut failed) = (views.len(), 0);
        if !views.is_empty() {
            let bytes: usize = views.iter().map(|view| view.text.len()).sum();
            self.counters.batches.fetch_add(1, Ordering::Relaxed);
            self.counters.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
            for ((index, layers), result) in shown.iter().zip(work(&views)) {
                failed += u64::from(matches!(result, DocumentResult::Failed(_)));
                outputs[*index] = self.output(result, layers.variant);
            }
        }
        let counters = &self.counters;
        let elapsed = u64::try_from(begin.elapsed().as_nanos()).unwrap_or(u64::MAX);
        if count > 0 && !observes {
            counters.latencies.record(elapsed);
        }
        if observes {
            counters.observed.fetch_add(count as u64, Ordering::Relaxed);
        } else {
            counters.documents.fetch_add(count as u64, Ordering::Relaxed);
            counters.passed_over.fetch_add(passed_over, Ordering::Relaxed);
        }
        counters.failed.fetch_add(failed, Ordering::Relaxed);
        counters.nanoseconds.fetch_add(elapsed, Ordering::Relaxed);
        outputs
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
        if views.len() == 1 || failure.kind == FailureKind::Changed {
            for result in results.iter_mut().filter(|result| unfinished(result)) {
                *result = DocumentResult::Failed(failure.clone());
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
        layers.into_iter().zip(&self.layers).filter_map(|(layer, of)| of.kept.then_some(layer))
    }

    /// The schemas of its layers, in the order of its plan; as far as columns go, those of any variant.
    pub fn schemas(&self) -> impl Iterator<Item = &Arc<LayerSchema>> {
        self.layers.iter().filter_map(|layer| layer.schemas.first())
    }

    /// What it made of a document, with names.
    pub fn layers(&self, made: Made<LayerData>) -> Made {
        let Made { layers, notes, variant } = made;
        let layer = |(data, of): (LayerData, &ProvidedLayer)| Layer {
            name: of.name.clone(),
            schema: Arc::clone(of.schemas.get(variant).unwrap_or(&of.schemas[0])),
            producer: Arc::clone(&self.producer),
            annotations: data.annotations,
            attributes: data.attributes,
        };
        Made { layers: layers.into_iter().zip(&self.layers).map(layer).collect(), notes, variant }
    }

    fn output(&self, result: DocumentResult, variant: usize) -> StageOutput {
        match result {
            DocumentResult::Finished { layers, notes } => {
                let notes = notes.iter().map(|n| format!("{}: {n}", self.id)).collect();
                StageOutput::Layers(self.layers(Made { layers, notes, variant }))
            }
            DocumentResult::Failed(failure) if self.on_failure == OnFailure::SkipStage => {
                StageOutput::Absent(Absence::Failed(failure))
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
