//! From a pipeline file to loaded stages.

use std::collections::BTreeMap;
use std::sync::Arc;

use gloss_doc::LayerSchema;
use gloss_protocol::{Concurrency, InputBinding, LoadRequest, ModelFiles, Plan};
use serde_json::Value;

use crate::corpus::Passes;
use crate::data_files::{self, DataFiles};
use crate::graph::{Graph, connect};
use crate::kept::Kept;
use crate::planned::{Planned, StagePlanner, stage_error};
use crate::stage::{Budget, Stage};
use crate::{Catalogue, Error, ErrorKind, IsolationOptions, PipelineFile, PluginIdentity};

/// Resolves the name of a model, or a path, to verified local files. The error is shown to the
/// user: what happened, and what to do.
pub type ResolveModel<'a> = dyn Fn(&str) -> Result<ModelFiles, (String, Option<String>)> + 'a;

/// A planned layer, for showing.
#[derive(Clone, Debug)]
pub struct LayerInfo {
    /// Full name.
    pub name: String,
    /// What it may hold.
    pub schema: Arc<LayerSchema>,
    /// Whether the output has it.
    pub kept: bool,
}

/// A planned stage, for showing and for the record of a run.
#[derive(Clone, Debug)]
pub struct StageInfo {
    /// Its id.
    pub id: String,
    /// Plugin id and extractor.
    pub extractor: String,
    /// The plugin.
    pub plugin: PluginIdentity,
    /// Whether it runs in processes of its own.
    pub isolated: bool,
    /// Full names of the layers that feed it.
    pub inputs: Vec<Option<String>>,
    /// The layers that it provides.
    pub layers: Vec<LayerInfo>,
    /// Its options, as given.
    pub options: Value,
    /// The models it uses, by option.
    pub models: BTreeMap<String, ModelFiles>,
    /// The user's files that its options name, by option.
    pub files: DataFiles,
    /// It must see every document before it can annotate any.
    pub observes: bool,
}

/// A pipeline that is planned and, once [`Pipeline::load`] was called, loaded.
#[derive(Debug)]
pub struct Pipeline {
    file: PipelineFile,
    planned: Vec<Planned>,
    graph: Graph,
    layers: Kept,
    passes: Passes,
    pub(crate) stages: Vec<Stage>,
}

impl Pipeline {
    /// Plans a pipeline: everything that can be wrong before the first document is read and
    /// without loading weights is found here.
    ///
    /// # Errors
    /// All that is wrong.
    pub fn plan(
        file: PipelineFile,
        catalogue: &Catalogue,
        resolve: &ResolveModel<'_>,
        isolation: &IsolationOptions,
    ) -> Result<Pipeline, Vec<Error>> {
        let mut errors = Vec::new();
        let mut planned = Vec::with_capacity(file.stages.len());
        for spec in &file.stages {
            let planner = StagePlanner { file: &file, spec, catalogue, resolve, isolation };
            match planner.plan() {
                Ok(stage) => planned.push(stage),
                Err(found) => errors.extend(found),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let plans: Vec<Plan> = planned.iter().map(|p| p.plan.clone()).collect();
        let graph = connect(&file, &plans)?;
        let layers = Kept::new(&file, &plans, &graph)?;
        let observes: Vec<bool> = planned.iter().map(|p| p.description.observes).collect();
        let passes = Passes::new(&graph, &observes);
        Ok(Pipeline { file, planned, graph, layers, passes, stages: Vec::new() })
    }

    /// Loads every stage, with a thread budget for each.
    ///
    /// # Errors
    /// When an extractor fails to load.
    pub fn load(&mut self, threads: usize) -> Result<(), Vec<Error>> {
        let mut stages = Vec::with_capacity(self.planned.len());
        for index in 0..self.planned.len() {
            stages.push(self.load_stage(index, threads).map_err(|e| vec![e])?);
        }
        self.stages = stages;
        Ok(())
    }

    /// The stages, in the order of the file.
    #[must_use]
    pub fn stages(&self) -> Vec<StageInfo> {
        (0..self.planned.len()).map(|i| self.info(i)).collect()
    }

    /// The file it was made from.
    #[must_use]
    pub fn file(&self) -> &PipelineFile {
        &self.file
    }

    /// Whether a stage must see every document before it can annotate any.
    #[must_use]
    pub fn observes(&self) -> bool {
        self.passes.list.len() > 1
    }

    /// Stages in an order in which they can run.
    pub(crate) fn order(&self) -> &[usize] {
        &self.graph.order
    }

    /// The passes over the documents.
    pub(crate) fn passes(&self) -> &Passes {
        &self.passes
    }

    fn layer_name(&self, (stage, layer): (usize, usize)) -> String {
        format!("{}/{}", self.file.stages[stage].id, self.planned[stage].plan.provides[layer].name)
    }

    /// A provided schema with full names in its references.
    fn full_schema(&self, stage: usize, layer: usize) -> LayerSchema {
        let planned = &self.planned[stage];
        let full = |name: &Option<String>| -> Option<String> {
            let name = name.as_deref()?;
            if let Some(own) = planned.plan.provides.iter().position(|p| p.name == name) {
                return Some(self.layer_name((stage, own)));
            }
            let input = planned.plan.requires.iter().position(|r| r.layer_type == name)?;
            self.graph.inputs[stage][input].map(|id| self.layer_name(id))
        };
        let schema = &planned.plan.provides[layer];
        LayerSchema {
            target: full(&schema.target),
            head: full(&schema.head),
            tail: full(&schema.tail),
            ..schema.clone()
        }
    }

    fn info(&self, stage: usize) -> StageInfo {
        let planned = &self.planned[stage];
        let layers = (0..planned.plan.provides.len()).map(|layer| LayerInfo {
            name: self.layer_name((stage, layer)),
            schema: Arc::new(self.full_schema(stage, layer)),
            kept: self.layers.kept[stage][layer],
        });
        StageInfo {
            id: self.file.stages[stage].id.clone(),
            extractor: planned.producer.extractor.clone(),
            plugin: planned.plugin.clone(),
            isolated: planned.extractor.is_apart(),
            inputs: self.graph.inputs[stage]
                .iter()
                .map(|feed| feed.map(|id| self.layer_name(id)))
                .collect(),
            layers: layers.collect(),
            options: planned.request.options.clone(),
            models: planned.request.models.clone(),
            files: planned.request.files.clone(),
            observes: planned.description.observes,
        }
    }

    fn load_stage(&self, index: usize, threads: usize) -> Result<Stage, Error> {
        let planned = &self.planned[index];
        let spec = &self.file.stages[index];
        let binding = |feed: &Option<(usize, usize)>| {
            feed.map(|(stage, layer)| InputBinding {
                layer: self.layer_name((stage, layer)),
                schema: self.full_schema(stage, layer),
            })
        };
        let workers = match planned.description.concurrency {
            Concurrency::Parallel => threads.min(spec.workers.unwrap_or(threads)),
            Concurrency::Single => 1,
        };
        // Each process has one worker, so that together they keep to the budget.
        let apart = planned.extractor.is_apart() && workers > 1;
        let budget = if apart { 1 } else { threads };
        let request = LoadRequest {
            options: planned.request.options.clone(),
            models: planned.request.models.clone(),
            files: planned.request.files.clone(),
            inputs: self.graph.inputs[index].iter().map(binding).collect(),
            wanted: self.layers.wanted[index].clone(),
            threads: u32::try_from(budget).unwrap_or(u32::MAX),
        };
        let instance = planned
            .extractor
            .load(&planned.plan, &request)
            .map_err(|failure| stage_error(&self.file, spec, &failure, ErrorKind::ExtractorLoad))?;
        // The hash of what was not read must not stand beside annotations.
        if let Some(file) = data_files::changed(&planned.request.files) {
            let message = format!(
                "stage {:?}: {:?} was changed while the pipeline was being loaded",
                spec.id, file.name
            );
            let error = Error::new(ErrorKind::DataFile, message).in_file(&file.path);
            return Err(error.with_help("run it again"));
        }
        // A single worker keeps its whole budget busy, one of many its own thread.
        let each = match planned.description.concurrency {
            Concurrency::Parallel => 1,
            Concurrency::Single => budget,
        };
        let info = self.info(index);
        Ok(Stage::new(
            &info,
            instance,
            Arc::clone(&planned.producer),
            self.graph.inputs[index].clone(),
            planned.plan.metadata.clone(),
            Budget { workers, threads: each },
        ))
    }
}
