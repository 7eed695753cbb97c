//! What all extractors share of the engine: options, loading, and its errors as those of extractors.

use std::collections::HashSet;
use std::path::Path;

use gloss_encoder::{Adapter, Model, ModelInfo, Settings, Task};
use gloss_plugin::prelude::*;

/// The numbers that a model's weights are kept in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// 32 bits: the results of the model as it was published.
    #[default]
    F32,
    /// 8 bits: faster, and less exact.
    Int8,
}

impl From<Precision> for gloss_encoder::Precision {
    fn from(precision: Precision) -> gloss_encoder::Precision {
        match precision {
            Precision::F32 => gloss_encoder::Precision::F32,
            Precision::Int8 => gloss_encoder::Precision::Int8,
        }
    }
}

/// The name of the option for the model, in every extractor.
const MODEL: &str = "model";
/// The name of the option for what changes the model, in extractors that have it.
const ADAPTER: &str = "adapter";

/// Refuses what the options that several extractors share cannot be.
pub fn check_options(layer: &str, top: Option<usize>, threshold: f32) -> Result<()> {
    if layer.trim().is_empty() {
        return Err(Error::option("layer", "it must have a name"));
    }
    if top == Some(0) {
        return Err(Error::option("top", "it must be at least 1"));
    }
    if !threshold.is_finite() {
        return Err(Error::option("threshold", "it must be a number"));
    }
    Ok(())
}

/// What the model of an option is, if it is made for this. Reads no weights but an adapter's.
pub fn info(models: &Models, task: Task) -> Result<ModelInfo> {
    let path = &models.get(MODEL)?.path;
    let info = match adapter(models)? {
        Some(adapter) => ModelInfo::read_adapted(path, &adapter),
        None => ModelInfo::read(path),
    };
    let info = info.map_err(engine_error)?;
    if info.task != task && task != Task::Embedding {
        let message = format!("the model is made for {}, not for {}", said(info.task), said(task));
        return Err(Error::model("config.json", message));
    }
    let mut known = HashSet::new();
    if let Some(label) = info.labels.iter().find(|label| !known.insert(*label)) {
        return Err(Error::model("config.json", format!("two labels have the name {label:?}")));
    }
    Ok(info)
}

/// How the options that several extractors share set the engine.
pub fn settings(precision: Precision, window: Option<usize>, overlap: Option<usize>) -> Settings {
    Settings { precision: precision.into(), window, overlap, ..Settings::default() }
}

/// What computes the numbers of a model's tokens. Tokens, windows, pooling and all that becomes of the
/// numbers are the same whichever it is.
pub trait Engine: Send + Sync + 'static {
    /// Whether it is better run in a process of its own: see [`Description::native_libraries`].
    const NATIVE_LIBRARIES: bool;

    /// Loads the model of a folder for a task, with up to so many threads for it alone.
    ///
    /// # Errors
    /// When the folder is damaged, or the engine does not have what it needs.
    fn load(
        folder: &Path,
        task: Task,
        settings: &Settings,
        threads: usize,
    ) -> Result<Model, gloss_encoder::Error>;

    /// As [`Engine::load`], with an adapter merged into the model.
    ///
    /// # Errors
    /// As there; and where the engine can merge none.
    fn load_adapted(
        folder: &Path,
        adapter: &Adapter,
        settings: &Settings,
    ) -> Result<Model, gloss_encoder::Error>;
}

/// The engine of this plugin: `model.safetensors` natively, or where there is none and no adapter an ONNX file.
#[derive(Clone, Copy, Debug)]
pub struct Native;

impl Engine for Native {
    const NATIVE_LIBRARIES: bool = false;

    fn load(
        folder: &Path,
        _: Task,
        settings: &Settings,
        _: usize,
    ) -> Result<Model, gloss_encoder::Error> {
        gloss_onnx::load(folder, settings)
    }

    fn load_adapted(
        folder: &Path,
        adapter: &Adapter,
        settings: &Settings,
    ) -> Result<Model, gloss_encoder::Error> {
        Model::load_adapted(folder, adapter, settings)
    }
}

/// Loads the model of an option, for this.
pub fn load<E: Engine>(context: &LoadContext, task: Task, settings: Settings) -> Result<Model> {
    let folder = &context.models().get(MODEL)?.path;
    let model = match adapter(context.models())? {
        Some(adapter) => E::load_adapted(folder, &adapter, &settings),
        None => E::load(folder, task, &settings, context.threads()),
    };
    let model = model.map_err(engine_error)?;
    model.require(task).map_err(engine_error)?;
    Ok(model)
}

/// What changes the model, if the option says so.
fn adapter(models: &Models) -> Result<Option<Adapter>> {
    let Ok(files) = models.get(ADAPTER) else { return Ok(None) };
    Adapter::open(&files.path).map(Some).map_err(engine_error)
}

fn said(task: Task) -> &'static str {
    match task {
        Task::Embedding => "embeddings",
        Task::SequenceClassification => "classification of texts",
        Task::TokenClassification => "classification of tokens",
    }
}

/// Says where the user is to look: at an option, or at a file of the model.
pub fn engine_error(error: gloss_encoder::Error) -> Error {
    match &error {
        gloss_encoder::Error::Stopped => Error::cancelled(),
        gloss_encoder::Error::Setting { setting, .. } => Error::option(setting, error.to_string()),
        gloss_encoder::Error::Tokenizer { .. } | gloss_encoder::Error::SecondTooLong { .. } => {
            Error::new(error.to_string())
        }
        _ => Error::model("", error.to_string()),
    }
}
