//! Variants of pipelines, which are run.

use std::collections::HashSet;

use gloss_compare::variant::{Layers, SharedTexts, VariantBuilder};
use gloss_doc::Document;
use gloss_host::{Failure, Outcome, Pipeline, PipelineFile, RunOptions, RunRecord, RunSink};
use gloss_io::{Input, Reader};

use crate::collect::{CollectOptions, Watch};
use crate::error::Error;

/// A pipeline that is planned for the sake of one layer.
pub struct PlannedVariant {
    file: PipelineFile,
    pipeline: Pipeline,
    /// The layers that come out of it.
    pub layers: Layers,
}

/// What came of running one.
#[derive(Debug, Default)]
pub struct Ran {
    /// Ids of documents that failed.
    pub failed: Vec<String>,
    /// Why the first of them did.
    pub first_failure: Option<String>,
    /// Documents that could not be read, with why the first could not.
    pub unreadable: (u64, Option<String>),
    /// Results that were in the cache, and all; `None` where none is kept.
    pub cached: Option<(u64, u64)>,
}

impl PlannedVariant {
    pub fn plan(
        file: &PipelineFile,
        options: &CollectOptions<'_>,
    ) -> Result<PlannedVariant, Error> {
        let pipeline = (options.plan)(file.clone())?;
        let mut layers = Layers::default();
        for layer in pipeline.stages().iter().flat_map(|stage| &stage.layers).filter(|l| l.kept) {
            layers.declare(&layer.name, &layer.schema);
        }
        Ok(PlannedVariant { file: file.clone(), pipeline, layers })
    }

    /// Plans anew with the stages alone that the layer needs.
    pub fn only_for(
        self,
        layer: &str,
        options: &CollectOptions<'_>,
    ) -> Result<PlannedVariant, Error> {
        let needed = needed(&self.pipeline, layer);
        let PlannedVariant { mut file, mut pipeline, layers } = self;
        let before = file.stages.len();
        file.stages.retain(|stage| needed.contains(&stage.id));
        if file.stages.len() < before {
            pipeline = (options.plan)(file.clone())?;
        }
        Ok(PlannedVariant { file, pipeline, layers })
    }

    /// The pipeline, which is not loaded.
    pub fn into_pipeline(self) -> Pipeline {
        self.pipeline
    }

    /// Loads the pipeline, runs it over the documents, and lets go of it.
    pub fn run(
        mut self,
        inputs: &[Input],
        builder: &mut VariantBuilder,
        texts: &mut SharedTexts,
        options: &CollectOptions<'_>,
        watch: &mut dyn Watch,
    ) -> Result<Ran, Error> {
        (options.prepare)(&mut self.pipeline)?;
        self.pipeline.load(options.run.threads).map_err(Error::Pipeline)?;
        let reader = Reader::new(inputs.to_vec(), options.read_documents.clone());
        watch.begins(&self.file.path.display().to_string(), reader.progress());
        let documents = reader.map(|document| document.map_err(gloss_job::unreadable));
        let mut sink = Sink { builder, texts, watch, ran: Ran::default(), incomplete: None };
        let summary = self.pipeline.run(documents, &options.run, options.control, &mut sink)?;
        let mut ran = sink.ran;
        ran.cached = cached(&self.pipeline, &options.run, &summary);
        Ok(ran)
    }
}

/// Ids of the stages that a layer needs: its own, and those that feed these.
fn needed(pipeline: &Pipeline, layer: &str) -> HashSet<String> {
    let stages = pipeline.stages();
    let stage_of = |layer: &str| layer.split('/').next().unwrap_or(layer).to_owned();
    let mut pending = vec![stage_of(layer)];
    let mut needed = HashSet::new();
    while let Some(id) = pending.pop() {
        if !needed.insert(id.clone()) {
            continue;
        }
        let stage = stages.iter().find(|stage| stage.id == id);
        let feeds =
            stage.into_iter().flat_map(|s| s.inputs.iter().flatten().chain(&s.language_layers));
        pending.extend(feeds.map(|layer| stage_of(layer)));
    }
    needed
}

/// Results that all stages found in the cache, and that they looked for.
fn cached(
    pipeline: &Pipeline,
    options: &RunOptions,
    summary: &gloss_host::RunSummary,
) -> Option<(u64, u64)> {
    let record = RunRecord::new(pipeline, options, summary, String::new(), 0.0);
    let counts = record.stages.iter().filter_map(|stage| stage.cache);
    counts.map(|c| (c.hits, c.hits + c.misses)).reduce(|a, b| (a.0 + b.0, a.1 + b.1))
}

/// Takes what comes out of a pipeline into a variant.
struct Sink<'a> {
    builder: &'a mut VariantBuilder,
    texts: &'a mut SharedTexts,
    watch: &'a mut dyn Watch,
    ran: Ran,
    /// Why stages failed with the document that comes next, where it goes on without them.
    incomplete: Option<String>,
}

impl Sink<'_> {
    fn failed(&mut self, id: String, why: Option<String>) {
        self.ran.failed.push(id);
        self.ran.first_failure = self.ran.first_failure.take().or(why);
    }
}

impl RunSink<Error> for &mut Sink<'_> {
    fn outcome(&mut self, outcome: Outcome) -> Result<(), Error> {
        self.watch.document();
        let incomplete = self.incomplete.take();
        match outcome {
            // Without the layer because its stage failed, it says nothing of what the variant would say.
            Outcome::Annotated(document)
                if incomplete.is_some() && document.layer(self.builder.layer()).is_none() =>
            {
                self.failed(document.id, incomplete);
            }
            Outcome::Annotated(document) => {
                let text = self.texts.share(&document);
                self.builder.add(&document, &text)?;
            }
            Outcome::Failed(document, failures) => self.failed(document.id, why(&failures)),
            Outcome::Unreadable(failure) => {
                self.ran.unreadable.0 += 1;
                let first = self.ran.unreadable.1.take();
                self.ran.unreadable.1 = first.or(Some(failure.message));
            }
            Outcome::Interrupted(_) | Outcome::Observed(_) => {}
        }
        Ok(())
    }

    fn tolerated(&mut self, _: &Document, failures: &[(String, Failure)]) -> Result<(), Error> {
        self.incomplete = why(failures);
        Ok(())
    }
}

/// The first failure by stage and code: what it says may quote the document.
pub fn why(failures: &[(String, Failure)]) -> Option<String> {
    let (stage, failure) = failures.first()?;
    Some(format!("stage {stage:?} failed with {}", gloss_host::failure_code(failure).code()))
}
