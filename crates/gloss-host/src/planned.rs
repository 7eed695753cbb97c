//! Planning one stage: its plugin, its options, its models, and what it requires and provides.

use std::collections::BTreeMap;
use std::sync::Arc;

use gloss_boundary::{Failure, FailureKind};
use gloss_doc::{FileIdentity, ModelIdentity, Producer};
use gloss_process::{FileStates, RemoteExtractor};
use gloss_protocol::{Description, ModelFiles, Plan, PlanRequest};
use serde_json::Value;

use crate::backend::AnyExtractor;
use crate::data_files::resolve_files;
use crate::descriptions::describe;
use crate::isolation::{IsolationOptions, decide};
use crate::library::load;
use crate::pipeline::ResolveModel;
use crate::{
    Catalogue, Error, ErrorKind, PipelineFile, Place, PluginIdentity, StageSpec, cache, options,
};

/// A stage before it is connected.
#[derive(Debug)]
pub struct Planned {
    pub plugin: PluginIdentity,
    pub extractor: AnyExtractor,
    pub description: Description,
    pub request: PlanRequest,
    /// The files of the models when they were verified.
    pub verified: FileStates,
    pub plan: Plan,
    pub producer: Arc<Producer>,
    /// Its results are kept where a cache is used.
    pub cached: bool,
}

/// What it takes to plan a stage.
pub struct StagePlanner<'a> {
    pub file: &'a PipelineFile,
    pub spec: &'a StageSpec,
    pub catalogue: &'a Catalogue,
    pub resolve: &'a ResolveModel<'a>,
    pub isolation: &'a IsolationOptions,
}

impl StagePlanner<'_> {
    /// Plans the stage. An extractor that is to run apart is never loaded into this process.
    pub fn plan(&self) -> Result<Planned, Vec<Error>> {
        let StagePlanner { file, spec, .. } = *self;
        let place = |e: Error| {
            vec![if e.place.is_none() { e.at(&file.path, spec.extractor_span()) } else { e }]
        };
        let (found, name) = self.catalogue.find(&spec.extractor).map_err(place)?;
        let plugin = found.identify().map_err(place)?;
        let description = describe(&plugin, self.isolation)
            .map_err(place)?
            .into_iter()
            .find_map(|(extractor, description)| (extractor == name).then_some(description))
            .ok_or_else(|| vec![not_in_code(&plugin, &name)])?;
        self.check_options(&description)?;
        let models = resolve_models(file, spec, &description.options, self.resolve)?;
        let verified = FileStates::of(models.values().map(|model| model.path.as_path()));
        let files = self.files(&description)?;
        let extractor = self.extractor(&plugin, &name, &description).map_err(place)?;
        let request = PlanRequest { options: Value::Object(spec.options.clone()), models, files };
        let plan = extractor
            .plan(&request)
            .map_err(|f| vec![stage_error(file, spec, &f, ErrorKind::Plan)])?;
        let producer = Arc::new(producer(&plugin, &name, &request));
        let cached = cache::decide(file, spec, &plugin, &description).map_err(place)?;
        Ok(Planned { plugin, extractor, description, request, verified, plan, producer, cached })
    }

    fn extractor(
        &self,
        plugin: &PluginIdentity,
        name: &str,
        description: &Description,
    ) -> Result<AnyExtractor, Error> {
        let apart = decide(self.file, self.spec, plugin, description, self.isolation)?;
        if let Some((program, limits)) = apart {
            let remote = RemoteExtractor::new(program, name.to_owned());
            return Ok(AnyExtractor::Apart(remote, limits));
        }
        let loaded = load(plugin.clone())?;
        let extractor = loaded.plugin.extractor(name).cloned();
        extractor.map(AnyExtractor::Here).ok_or_else(|| not_in_code(plugin, name))
    }

    /// The user's files that the options name; relative paths count from the pipeline file's folder.
    fn files(&self, description: &Description) -> Result<crate::DataFiles, Vec<Error>> {
        let StagePlanner { file, spec, .. } = *self;
        let base = file.path.parent().unwrap_or(&file.path);
        resolve_files(&spec.options, &description.options, base).map_err(|problems| {
            let error = |p: crate::DataFileProblem| {
                let place = spec.place_of(&file.path, &format!("options.{}", p.option));
                let message = format!("stage {:?}: {}", spec.id, p.message);
                Error::new(ErrorKind::DataFile, message).at_place(place).with_help(p.help)
            };
            problems.into_iter().map(error).collect()
        })
    }

    fn check_options(&self, description: &Description) -> Result<(), Vec<Error>> {
        let spec = self.spec;
        let problems = options::check_options(&spec.options, &description.options);
        let error = |p: options::OptionProblem| {
            let key = if p.kind == ErrorKind::UnknownOption { "@key" } else { "" };
            let place = spec.place_of(&self.file.path, &format!("options.{}{key}", p.option));
            let error = Error::new(p.kind, format!("stage {:?}: {}", spec.id, p.message));
            let error = error.at_place(place);
            if p.help.is_empty() { error } else { error.with_help(p.help) }
        };
        let errors: Vec<_> = problems.into_iter().map(error).collect();
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

fn not_in_code(plugin: &PluginIdentity, name: &str) -> Error {
    let message = format!("the plugin's manifest names the extractor {name:?}, its code does not");
    Error::new(ErrorKind::PluginInit, message).in_file(&plugin.path)
}

fn resolve_models(
    file: &PipelineFile,
    spec: &StageSpec,
    schema: &Value,
    resolve: &ResolveModel<'_>,
) -> Result<BTreeMap<String, ModelFiles>, Vec<Error>> {
    let mut models = BTreeMap::new();
    let mut errors = Vec::new();
    for (option, reference) in options::model_references(&spec.options, schema) {
        match resolve(&reference) {
            Ok(files) => {
                models.insert(option, files);
            }
            Err((message, help)) => {
                let place = spec.place_of(&file.path, &format!("options.{option}"));
                let message = format!("stage {:?}: {message}", spec.id);
                let error = Error::new(ErrorKind::Model, message).at_place(place);
                errors.push(match help {
                    Some(help) => error.with_help(help),
                    None => error,
                });
            }
        }
    }
    if errors.is_empty() { Ok(models) } else { Err(errors) }
}

fn producer(plugin: &PluginIdentity, extractor: &str, request: &PlanRequest) -> Producer {
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
        models: request.models.values().map(identity).collect(),
        files: request
            .files
            .values()
            .flatten()
            .map(|f| FileIdentity { name: f.name.clone(), hash: short(&f.digest) })
            .collect(),
    }
}

/// The error of a stage for what its plugin reported.
pub fn stage_error(
    file: &PipelineFile,
    spec: &StageSpec,
    failure: &Failure,
    kind: ErrorKind,
) -> Error {
    let (kind, place) = match failure.kind {
        FailureKind::Options => {
            let kind = if failure.message.contains("unknown field") {
                ErrorKind::UnknownOption
            } else {
                ErrorKind::BadOption
            };
            (kind, spec.place_of(&file.path, &format!("options.{}", failure.place)))
        }
        FailureKind::Model => (ErrorKind::Model, spec.place_of(&file.path, "options.model")),
        _ => {
            let span = spec.extractor_span();
            (kind, Place { file: file.path.clone(), span, position: None })
        }
    };
    let error = Error::new(kind, format!("stage {:?}: {failure}", spec.id)).at_place(place);
    match (failure.help.as_str(), failure.kind) {
        ("", FailureKind::Panic) => {
            error.with_help("this is a fault of the plugin: report it to its author")
        }
        ("", _) => error,
        (help, _) => error.with_help(help),
    }
}
