//! From a pipeline file to loaded stages.

use std::collections::BTreeMap;
use std::sync::Arc;

use gloss_boundary::{Extractor, Failure, FailureKind};
use gloss_doc::{LayerSchema, ModelIdentity, Producer};
use gloss_protocol::{
    Concurrency, Description, InputBinding, LoadRequest, ModelFiles, Plan, PlanRequest,
};
use serde_json::Value;

use crate::corpus::Passes;
use crate::graph::{Graph, connect};
use crate::stage::Stage;
use crate::{Catalogue, Error, ErrorKind, LoadedPlugin, PipelineFile, StageSpec, options};

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
}

/// A planned stage, for showing and for the record of a run.
#[derive(Clone, Debug)]
pub struct StageInfo {
    /// Its id.
    pub id: String,
    /// Plugin id and extractor.
    pub extractor: String,
    /// The plugin.
    pub plugin: LoadedPlugin,
    /// Full names of the layers that feed it.
    pub inputs: Vec<Option<String>>,
    /// The layers that it provides.
    pub layers: Vec<LayerInfo>,
    /// Its options, as given.
    pub options: Value,
    /// The models it uses, by option.
    pub models: BTreeMap<String, ModelFiles>,
    /// It must see every document before it can annotate any.
    pub observes: bool,
}

/// A pipeline that is planned and, once [`Pipeline::load`] was called, loaded.
#[derive(Debug)]
pub struct Pipeline {
    file: PipelineFile,
    planned: Vec<Planned>,
    graph: Graph,
    passes: Passes,
    pub(crate) stages: Vec<Stage>,
}

/// A stage before it is connected.
#[derive(Debug)]
struct Planned {
    plugin: LoadedPlugin,
    extractor: Extractor,
    description: Description,
    request: PlanRequest,
    plan: Plan,
    producer: Arc<Producer>,
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
    ) -> Result<Pipeline, Vec<Error>> {
        let mut errors = Vec::new();
        let mut planned = Vec::with_capacity(file.stages.len());
        for spec in &file.stages {
            match plan_stage(&file, spec, catalogue, resolve) {
                Ok(stage) => planned.push(stage),
                Err(found) => errors.extend(found),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let plans: Vec<Plan> = planned.iter().map(|p| p.plan.clone()).collect();
        let graph = connect(&file, &plans)?;
        let observes: Vec<bool> = planned.iter().map(|p| p.extractor.observes()).collect();
        let passes = Passes::new(&graph, &observes);
        Ok(Pipeline { file, planned, graph, passes, stages: Vec::new() })
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
        });
        StageInfo {
            id: self.file.stages[stage].id.clone(),
            extractor: planned.producer.extractor.clone(),
            plugin: planned.plugin.clone(),
            inputs: self.graph.inputs[stage]
                .iter()
                .map(|feed| feed.map(|id| self.layer_name(id)))
                .collect(),
            layers: layers.collect(),
            options: planned.request.options.clone(),
            models: planned.request.models.clone(),
            observes: planned.extractor.observes(),
        }
    }

    fn load_stage(&self, index: usize, threads: usize) -> Result<Stage, Error> {
        let planned = &self.planned[index];
        let spec = &self.file.stages[index];
        let binding = |feed: &Option<(usize, usize)>| {
            feed.map(|(stage, layer)| InputBinding {
                layer: self.layer_name((stage, layer)),
                schema: self.planned[stage].plan.provides[layer].clone(),
            })
        };
        let request = LoadRequest {
            options: planned.request.options.clone(),
            models: planned.request.models.clone(),
            inputs: self.graph.inputs[index].iter().map(binding).collect(),
            wanted: vec![true; planned.plan.provides.len()],
            threads: u32::try_from(threads).unwrap_or(u32::MAX),
        };
        let instance = planned
            .extractor
            .load(&planned.plan, &request)
            .map_err(|failure| stage_error(&self.file, spec, &failure, ErrorKind::ExtractorLoad))?;
        let workers = match planned.description.concurrency {
            Concurrency::Parallel => threads,
            Concurrency::Single => 1,
        };
        let info = self.info(index);
        Ok(Stage::new(
            &info,
            instance,
            Arc::clone(&planned.producer),
            self.graph.inputs[index].clone(),
            planned.plan.metadata.clone(),
            workers,
        ))
    }
}

fn plan_stage(
    file: &PipelineFile,
    spec: &StageSpec,
    catalogue: &Catalogue,
    resolve: &ResolveModel<'_>,
) -> Result<Planned, Vec<Error>> {
    let place = |e: Error| {
        vec![if e.place.is_none() { e.at(&file.path, spec.extractor_span()) } else { e }]
    };
    let (found, name) = catalogue.find(&spec.extractor).map_err(place)?;
    let plugin = found.load().map_err(place)?;
    let Some(extractor) = plugin.plugin.extractor(&name).cloned() else {
        let message =
            format!("the plugin's manifest names the extractor {name:?}, its code does not");
        return Err(vec![Error::new(ErrorKind::PluginInit, message).in_file(&plugin.path)]);
    };
    let description = extractor
        .describe()
        .map_err(|f| vec![stage_error(file, spec, &f, ErrorKind::PluginInit)])?;
    let problems = options::check(&spec.options, &description.options);
    if !problems.is_empty() {
        return Err(problems
            .into_iter()
            .map(|p| {
                let key = if p.kind == ErrorKind::UnknownOption { "@key" } else { "" };
                let span = spec.span_of(&format!("options.{}{key}", p.option));
                let error = Error::new(p.kind, format!("stage {:?}: {}", spec.id, p.message));
                let error = error.at(&file.path, span);
                if p.help.is_empty() { error } else { error.with_help(p.help) }
            })
            .collect());
    }
    let models = resolve_models(file, spec, &description.options, resolve)?;
    let request = PlanRequest { options: Value::Object(spec.options.clone()), models };
    let plan =
        extractor.plan(&request).map_err(|f| vec![stage_error(file, spec, &f, ErrorKind::Plan)])?;
    let producer = Arc::new(producer(&plugin, &name, &request.models));
    Ok(Planned { plugin, extractor, description, request, plan, producer })
}

fn resolve_models(
    file: &PipelineFile,
    spec: &StageSpec,
    schema: &Value,
    resolve: &ResolveModel<'_>,
) -> Result<BTreeMap<String, ModelFiles>, Vec<Error>> {
    let mut models = BTreeMap::new();
    let mut errors = Vec::new();
    for (option, reference) in options::models(&spec.options, schema) {
        match resolve(&reference) {
            Ok(files) => {
                models.insert(option, files);
            }
            Err((message, help)) => {
                let span = spec.span_of(&format!("options.{option}"));
                let message = format!("stage {:?}: {message}", spec.id);
                let error = Error::new(ErrorKind::Model, message).at(&file.path, span);
                errors.push(match help {
                    Some(help) => error.with_help(help),
                    None => error,
                });
            }
        }
    }
    if errors.is_empty() { Ok(models) } else { Err(errors) }
}

fn producer(
    plugin: &LoadedPlugin,
    extractor: &str,
    models: &BTreeMap<String, ModelFiles>,
) -> Producer {
    let short = |hash: &str| hash.get(..16).unwrap_or(hash).to_owned();
    let identity = |m: &ModelFiles| ModelIdentity {
        name: if m.version.is_empty() {
            m.name.clone()
        } else {
            format!("{}@{}", m.name, m.version)
        },
        hash: short(&m.digest),
    };
    Producer {
        extractor: format!("{}:{extractor}", plugin.manifest.id),
        version: plugin.manifest.version.clone(),
        hash: short(&plugin.sha256),
        models: models.values().map(identity).collect(),
    }
}

/// The error of a stage for what its plugin reported.
fn stage_error(file: &PipelineFile, spec: &StageSpec, failure: &Failure, kind: ErrorKind) -> Error {
    let (kind, span) = match failure.kind {
        FailureKind::Options => {
            let kind = if failure.message.contains("unknown field") {
                ErrorKind::UnknownOption
            } else {
                ErrorKind::BadOption
            };
            (kind, spec.span_of(&format!("options.{}", failure.place)))
        }
        FailureKind::Model => (ErrorKind::Model, spec.span_of("options.model")),
        _ => (kind, spec.extractor_span()),
    };
    let error = Error::new(kind, format!("stage {:?}: {failure}", spec.id)).at(&file.path, span);
    match (failure.help.as_str(), failure.kind) {
        ("", FailureKind::Panic) => {
            error.with_help("this is a fault of the plugin: report it to its author")
        }
        ("", _) => error,
        (help, _) => error.with_help(help),
    }
}
