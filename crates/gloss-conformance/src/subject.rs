//! The extractor that a check is about, at every step of its life.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use fastrand::Rng;
use gloss_boundary::{BatchResult, DocumentView, MetadataValue};
use gloss_doc::{Layer, LayerSchema};
use gloss_host::{Catalogue, DataFiles, FoundPlugin, LoadedPlugin, SearchPath};
use gloss_process::{Program, RemoteExtractor};
use gloss_protocol::{Description, InputBinding, LoadRequest, ModelFiles, Plan, PlanRequest};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::finding::Finding;
use crate::layers::{self, Shape};
pub use crate::target::{AnyInstance, Runner, Target};

/// One check of one extractor, as the parent hands it to the child.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Subject {
    /// The plugin's file.
    pub path: PathBuf,
    /// The extractor, for checks that are about one.
    pub extractor: Option<String>,
    /// Its options.
    pub options: Map<String, Value>,
    /// The models that the options name.
    pub models: BTreeMap<String, ModelFiles>,
    /// The user's files that the options name.
    pub files: DataFiles,
    /// What random texts and layers depend on.
    pub seed: u64,
    /// Bytes of the longest text.
    pub long_text: usize,
    /// The plugin, once it is loaded: a host initialises it once.
    #[serde(skip)]
    pub loaded: OnceLock<LoadedPlugin>,
}

/// A document to try an extractor with.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Its id.
    pub id: String,
    /// Its text.
    pub text: String,
    /// One value for each field that the plan names.
    pub metadata: Vec<MetadataValue>,
    /// One layer for each requirement.
    pub inputs: Vec<Option<Layer>>,
}

/// An extractor that is loaded, with what is needed to make documents for it.
pub struct Loaded {
    /// What it requires and provides.
    pub plan: Plan,
    /// The instance.
    pub instance: AnyInstance,
    schemas: Vec<Option<Arc<LayerSchema>>>,
    shape: Shape,
    seed: u64,
}

/// How to load.
#[derive(Clone, Copy, Debug)]
pub struct Loading {
    /// What feeds the requirements.
    pub shape: Shape,
    /// Whether optional requirements are fed.
    pub optional: bool,
    /// The thread budget.
    pub threads: u32,
}

impl Default for Loading {
    fn default() -> Loading {
        Loading { shape: Shape::Usual, optional: true, threads: 4 }
    }
}

impl Subject {
    /// The plugin, loaded by the first call.
    pub fn plugin(&self) -> Result<&LoadedPlugin, Finding> {
        if let Some(plugin) = self.loaded.get() {
            return Ok(plugin);
        }
        let plugin = self.load_plugin().map_err(|e| Finding::skipped(e.to_string()))?;
        Ok(self.loaded.get_or_init(|| plugin))
    }

    /// Loads the plugin's library, also when it is loaded already.
    pub fn load_plugin(&self) -> Result<LoadedPlugin, gloss_host::Error> {
        self.found()?.load()
    }

    /// How the plugin is started, where it is a program.
    pub fn program(&self) -> Result<Option<Program>, gloss_host::Error> {
        let plugin = self.found()?.identify()?;
        // No runtime: that is for libraries.
        Ok(plugin.program(None))
    }

    /// Skips a check that is about libraries.
    pub fn only_for_libraries(&self) -> Result<(), Finding> {
        match self.program() {
            Ok(Some(_)) => Err(Finding::skipped("the plugin is a program, not a library")),
            _ => Ok(()),
        }
    }

    fn found(&self) -> Result<FoundPlugin, gloss_host::Error> {
        let mut catalogue = Catalogue::search(&[SearchPath::File(self.path.clone())]);
        match (catalogue.plugins.pop(), catalogue.problems.pop()) {
            (Some(found), _) => Ok(found),
            (None, Some(problem)) => Err(problem),
            (None, None) => {
                let message = "the file was not found";
                Err(gloss_host::Error::new(gloss_host::ErrorKind::NotALibrary, message))
            }
        }
    }

    /// The extractor; a check that cannot have it is skipped, because other checks say why.
    pub fn extractor(&self) -> Result<Target, Finding> {
        let name = self.extractor.as_deref().unwrap_or("");
        if let Some(program) = self.program().map_err(|e| Finding::skipped(e.to_string()))? {
            return Ok(Target::Apart(RemoteExtractor::new(program, name.to_owned())));
        }
        let found = self.plugin()?.plugin.extractor(name).cloned();
        let found = found.map(Target::Here);
        found.ok_or_else(|| Finding::skipped(format!("the code has no extractor {name:?}")))
    }

    /// By how much scores may differ.
    pub fn tolerance(&self) -> Result<f32, Finding> {
        Ok(self.description(&self.extractor()?)?.score_tolerance)
    }

    /// What the extractor is.
    pub fn description(&self, extractor: &Target) -> Result<Description, Finding> {
        extractor.describe().map_err(|f| Finding::skipped(format!("describe fails: {f}")))
    }

    /// The request to plan with the options given.
    pub fn plan_request(&self) -> PlanRequest {
        self.request_with(self.options.clone())
    }

    /// The request to plan with these options.
    pub fn request_with(&self, options: Map<String, Value>) -> PlanRequest {
        PlanRequest {
            options: Value::Object(options),
            models: self.models.clone(),
            files: self.files.clone(),
        }
    }

    /// What the extractor requires and provides with the options given.
    pub fn plan(&self, extractor: &Target) -> Result<Plan, Finding> {
        let plan = extractor.plan(&self.plan_request());
        plan.map_err(|f| Finding::skipped(format!("plan fails: {f}")))
    }

    /// Loads the extractor with usual inputs and four threads.
    pub fn load(&self) -> Result<Loaded, Finding> {
        self.load_as(Loading::default())
    }

    /// Loads the extractor.
    pub fn load_as(&self, loading: Loading) -> Result<Loaded, Finding> {
        let extractor = self.extractor()?;
        let plan = self.plan(&extractor)?;
        let checked = plan.clone();
        self.load_checked(&extractor, plan, &checked, loading)
    }

    /// Loads the extractor; what it pushes is checked against another plan than its own.
    pub fn load_checked(
        &self,
        extractor: &Target,
        plan: Plan,
        checked: &Plan,
        loading: Loading,
    ) -> Result<Loaded, Finding> {
        let request = self.load_request(&plan, loading);
        let instance = extractor
            .load(checked, &request)
            .map_err(|f| Finding::skipped(format!("load fails: {f}")))?;
        let schema = |binding: Option<InputBinding>| binding.map(|b| Arc::new(b.schema));
        let schemas = request.inputs.into_iter().map(schema).collect();
        Ok(Loaded { plan, instance, schemas, shape: loading.shape, seed: self.seed })
    }

    /// The request to load, with generated layers for the requirements.
    pub fn load_request(&self, plan: &Plan, loading: Loading) -> LoadRequest {
        let inputs = plan.requires.iter().map(|requirement| {
            (loading.optional || !requirement.optional).then(|| InputBinding {
                layer: format!("made/{}", requirement.layer_type),
                schema: layers::schema(requirement, loading.shape),
            })
        });
        LoadRequest {
            options: Value::Object(self.options.clone()),
            models: self.models.clone(),
            files: self.files.clone(),
            inputs: inputs.collect(),
            wanted: vec![true; plan.provides.len()],
            threads: loading.threads,
        }
    }
}

impl Loaded {
    /// A worker, or what stands in for one.
    pub fn worker(&self) -> Result<Runner, Finding> {
        Runner::new(&self.instance)
            .map_err(|f| Finding::skipped(format!("worker_create fails: {f}")))
    }

    /// A document of this text, with layers for the requirements.
    pub fn trial(&self, id: &str, text: &str) -> Trial {
        // The layers depend on seed and text, not on which document comes first.
        let mut rng = Rng::with_seed(self.seed ^ text.len() as u64);
        let fields = self.plan.metadata.iter();
        let layer = |schema: &Option<Arc<LayerSchema>>| {
            schema.as_ref().map(|s| layers::layer(s, text, self.shape, &mut rng))
        };
        Trial {
            id: id.to_owned(),
            text: text.to_owned(),
            metadata: fields.map(|f| MetadataValue::String(format!("a {f}"))).collect(),
            inputs: self.schemas.iter().map(layer).collect(),
        }
    }

    /// Documents of these texts, with ids that ascend.
    pub fn trials<S: AsRef<str>>(&self, texts: impl IntoIterator<Item = S>) -> Vec<Trial> {
        let texts = texts.into_iter().enumerate();
        texts.map(|(i, text)| self.trial(&format!("d{i:03}"), text.as_ref())).collect()
    }
}

/// Annotates a batch, without telling the extractor to stop.
pub fn run(runner: &mut Runner, trials: &[Trial]) -> BatchResult {
    run_until(runner, trials, &AtomicBool::new(false))
}

/// Annotates a batch; `cancel` is what the extractor sees when it asks whether to stop.
pub fn run_until(runner: &mut Runner, trials: &[Trial], cancel: &AtomicBool) -> BatchResult {
    runner.annotate(&views(trials), cancel)
}

/// The documents, as they are lent.
pub fn views(trials: &[Trial]) -> Vec<DocumentView<'_>> {
    let view = |trial| {
        let Trial { id, text, metadata, inputs }: &Trial = trial;
        let inputs = inputs.iter().map(Option::as_ref).collect();
        DocumentView { id, text, metadata: metadata.clone(), inputs }
    };
    trials.iter().map(view).collect()
}
