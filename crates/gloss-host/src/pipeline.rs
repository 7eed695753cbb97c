//! From a pipeline file to loaded stages.

use std::collections::BTreeMap;
use std::sync::Arc;

use gloss_doc::LayerSchema;
use gloss_protocol::{ModelFiles, Plan};
use serde_json::Value;

use crate::cache::ResultCache;
use crate::cached::SharedCache;
use crate::corpus::Passes;
use crate::data_files::DataFiles;
use crate::graph::{Graph, LayerId, connect};
use crate::kept::Kept;
use crate::planned::{Planned, StagePlanner};
use crate::stage::Stage;
use crate::{Catalogue, Error, IsolationOptions, OnFailure, PipelineFile, PluginIdentity};

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
    /// For each requirement, full names of the layers that feed it: of several, the first that a
    /// document has.
    pub inputs: Vec<Vec<String>>,
    /// The languages of the documents that it runs on; empty for all.
    pub languages: Vec<String>,
    /// Full names of the layers that say a document's language, as in `inputs`; none where its metadata
    /// do.
    pub language_layers: Vec<String>,
    /// What becomes of a document with which it fails.
    pub on_failure: OnFailure,
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
    /// Its results are kept where a cache is used.
    pub cached: bool,
}

/// A pipeline that is planned and, once [`Pipeline::load`] was called, loaded.
#[derive(Debug)]
pub struct Pipeline {
    pub(crate) file: PipelineFile,
    pub(crate) planned: Vec<Planned>,
    pub(crate) graph: Graph,
    pub(crate) layers: Kept,
    passes: Passes,
    pub(crate) cache: Option<Arc<SharedCache>>,
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
        Ok(Pipeline { file, planned, graph, layers, passes, cache: None, stages: Vec::new() })
    }

    /// Keeps results in `cache`, and takes those from there that earlier runs made of the same
    /// documents in the same way. Call it before [`Pipeline::load`].
    ///
    /// Stages that observe all documents are run as ever. So are, unless the pipeline file says
    /// `cache = true`, those whose results depend on what no hash covers: of programs, of plugins
    /// with libraries of their own, and of extractors that say that their results vary.
    pub fn use_cache(&mut self, cache: Arc<dyn ResultCache>) {
        self.cache = Some(Arc::new(SharedCache::new(cache)));
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

    /// Whether a stage, by its number in the pipeline file, runs in the last pass over the documents,
    /// which is the one that their outcomes come from. A run that goes on does not run it again on
    /// documents that are settled.
    #[must_use]
    pub fn runs_last(&self, stage: usize) -> bool {
        self.passes
            .list
            .last()
            .is_some_and(|pass| pass.roles.get(stage).is_some_and(Option::is_some))
    }

    /// Stages in an order in which they can run.
    pub(crate) fn order(&self) -> &[usize] {
        &self.graph.order
    }

    /// The passes over the documents.
    pub(crate) fn passes(&self) -> &Passes {
        &self.passes
    }

    pub(crate) fn info(&self, stage: usize) -> StageInfo {
        let planned = &self.planned[stage];
        let layers = (0..planned.plan.provides.len()).map(|layer| LayerInfo {
            name: self.layer_name((stage, layer)),
            schema: Arc::new(self.full_schema(stage, layer, &[])),
            kept: self.layers.kept[stage][layer],
        });
        let names = |feed: &Vec<LayerId>| feed.iter().map(|&id| self.layer_name(id)).collect();
        StageInfo {
            id: self.file.stages[stage].id.clone(),
            extractor: planned.producer.extractor.clone(),
            plugin: planned.plugin.clone(),
            isolated: planned.extractor.is_apart(),
            inputs: self.graph.inputs[stage].iter().map(names).collect(),
            languages: self.file.stages[stage].languages.clone(),
            language_layers: names(&self.graph.languages[stage]),
            on_failure: self.file.stages[stage].on_failure,
            layers: layers.collect(),
            options: planned.request.options.clone(),
            models: planned.request.models.clone(),
            files: planned.request.files.clone(),
            observes: planned.description.observes,
            cached: planned.cached,
        }
    }
}
