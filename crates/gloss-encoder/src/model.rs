//! A model of a folder, loaded once and shared.

use std::path::Path;
use std::sync::Arc;

use gloss_kernels::Kernels;
use serde::Deserialize;

use crate::adapter::{Adapter, AdapterHead};
use crate::casing;
use crate::config::{self, Config, ProblemType, Task};
use crate::encoder::{Encoder, Scratch};
use crate::error::Error;
use crate::folder::read_if_there;
use crate::head::Head;
use crate::info::ModelInfo;
use crate::names;
use crate::network::{Engine, Native, Network, Room, output_of};
use crate::recipe::Recipe;
use crate::settings::{Pooling, Settings};
use crate::tokenizer::{Tokenizer, Tokens};
use crate::weights::Weights;
use crate::worker::Worker;

/// A model. Threads share it; each has a [`Worker`] of its own. Clones are the same model.
#[derive(Clone)]
pub struct Model(pub(crate) Arc<Parts>);

pub(crate) struct Parts {
    pub(crate) config: Config,
    adapted: Adapted,
    pub(crate) kernels: Kernels,
    pub(crate) tokenizer: Tokenizer,
    pub(crate) engine: Engine,
    /// Whether all layers are run, so that there can be scores of classes.
    is_whole: bool,
    pub(crate) pooling: Pooling,
    pub(crate) normalize: bool,
    pub(crate) lowercase: bool,
    /// The tokens of a window, special ones included.
    pub(crate) window: usize,
    /// The tokens that windows are to share; if not set, it is for what is asked to choose.
    pub(crate) overlap: Option<usize>,
}

/// What a model has of an adapter beside its weights.
#[derive(Default)]
struct Adapted {
    heads: Vec<AdapterHead>,
    /// Tokens come with how their words are written.
    casing: bool,
}

#[derive(Deserialize)]
struct TokenizerConfig {
    /// Some files have a number here that is larger than any integer.
    model_max_length: Option<f64>,
}

impl Model {
    /// Loads the model of a folder as `save_pretrained` of transformers or `save` of sentence-transformers
    /// writes it.
    ///
    /// # Errors
    ///
    /// If a file is missing or damaged, the files do not fit each other, the model needs something that is
    /// not supported, or a setting does not fit it.
    pub fn load(folder: &Path, settings: &Settings) -> Result<Self, Error> {
        Self::native(folder, None, settings)
    }

    /// As [`Model::load`], with an adapter merged into the weights; the folder's stay as they are. A head that
    /// the adapter has is the model's. Models of a process that have the same file share what no adapter
    /// changes and is not packed for a precision: the vectors of tokens.
    ///
    /// # Errors
    ///
    /// As there; and if the adapter does not fit the model.
    pub fn load_adapted(
        folder: &Path,
        adapter: &Adapter,
        settings: &Settings,
    ) -> Result<Self, Error> {
        Self::native(folder, Some(adapter), settings)
    }

    fn native(
        folder: &Path,
        adapter: Option<&Adapter>,
        settings: &Settings,
    ) -> Result<Self, Error> {
        let mut config = Config::read(folder)?;
        if let Some(adapter) = adapter {
            config.adapt(adapter);
        }
        adapter.map_or(Ok(()), |adapter| adapter.check_base(folder))?;
        let heads = adapter.map(|adapter| adapter.heads(config.hidden)).transpose()?;
        let window = settings.window.or(adapter.and_then(Adapter::window));
        let settings = &Settings { window, ..*settings };
        let casing = adapter.is_some_and(Adapter::has_casing);
        let adapted = Adapted { heads: heads.unwrap_or_default(), casing };
        Self::with_engine(folder, (config, adapted), settings, |config| {
            let mut weights = Weights::open(folder, names::prefix(config.family), adapter)?;
            let depth = depth(config, settings)?;
            let encoder = Encoder::read(&mut weights, config, settings, depth)?;
            let is_whole = depth == config.layers;
            let head = is_whole.then(|| Head::read(&mut weights, config, settings.kernels));
            let head = head.transpose()?.flatten();
            Ok(Engine::Native(Box::new(Native { encoder, head })))
        })
    }

    /// As [`Model::load`], with what `network` makes instead of the folder's `model.safetensors`. The
    /// settings' precision and kernels are for it to heed.
    ///
    /// # Errors
    ///
    /// As there; and those of `network`.
    pub fn load_with(
        folder: &Path,
        settings: &Settings,
        network: impl FnOnce(&ModelInfo) -> Result<Box<dyn Network>, Error>,
    ) -> Result<Self, Error> {
        let config = (Config::read(folder)?, Adapted::default());
        Self::with_engine(folder, config, settings, |config| {
            let network = network(&ModelInfo::of(config))?;
            if depth(config, settings)? < config.layers {
                let reason = format!(
                    "{} gives the vectors of the last layer alone; leave the setting out, or take a \
                     folder with model.safetensors",
                    network.file()
                );
                return Err(Error::Setting { setting: "layer", reason });
            }
            Ok(Engine::Other(network))
        })
    }

    fn with_engine(
        folder: &Path,
        (config, adapted): (Config, Adapted),
        settings: &Settings,
        engine: impl FnOnce(&Config) -> Result<Engine, Error>,
    ) -> Result<Self, Error> {
        let recipe = Recipe::read(folder)?;
        let tokenizer = Tokenizer::read(folder, config.vocabulary, config.types)?;
        let window = window(folder, &config, &recipe, settings, &tokenizer)?;
        let overlap = overlap(window, settings, &tokenizer)?;
        let engine = engine(&config)?;
        let is_whole = depth(&config, settings)? == config.layers;
        Ok(Self(Arc::new(Parts {
            config,
            adapted,
            kernels: settings.kernels,
            tokenizer,
            engine,
            is_whole,
            pooling: settings.pooling.unwrap_or(recipe.pooling),
            normalize: settings.normalize.unwrap_or(recipe.normalize),
            lowercase: recipe.lowercase,
            window,
            overlap,
        })))
    }

    /// Refuses a model that is not for this.
    ///
    /// # Errors
    ///
    /// [`Error::Task`]; [`Error::Setting`] if it is a layer that was asked for which is in the way.
    pub fn require(&self, task: Task) -> Result<(), Error> {
        if task != Task::Embedding && !self.0.is_whole {
            let reason =
                format!("{} is made of its last layer; leave the setting out", task.name());
            return Err(Error::Setting { setting: "layer", reason });
        }
        let fits = task == Task::Embedding || task == self.task();
        if fits && self.0.engine.gives(output_of(task)) {
            return Ok(());
        }
        Err(Error::Task { asked: task.name(), found: self.task().name() })
    }

    /// What the model's head is for.
    #[must_use]
    pub fn task(&self) -> Task {
        self.0.config.task
    }

    /// The names of classes, in the order of scores; none if there is no head.
    #[must_use]
    pub fn labels(&self) -> &[String] {
        if self.task() == Task::Embedding { &[] } else { &self.0.config.labels }
    }

    /// What the scores of classes mean.
    #[must_use]
    pub fn problem_type(&self) -> ProblemType {
        self.0.config.problem_type
    }

    /// The tokens of a window, special ones included.
    #[must_use]
    pub fn window(&self) -> usize {
        self.0.window
    }

    /// The numbers of a vector.
    #[must_use]
    pub fn vector_size(&self) -> usize {
        self.0.config.hidden
    }

    /// The tokens of a text, all of them, without special ones.
    ///
    /// # Errors
    ///
    /// If the tokenizer fails, or gives a token that the model does not know.
    pub fn tokenize(&self, text: &str) -> Result<Tokens, Error> {
        let mut tokens = self.0.tokenizer.tokens(text)?;
        if self.0.adapted.casing {
            tokens.casing = casing::classes(text, &tokens);
        }
        Ok(tokens)
    }

    /// The heads of the model's adapter for texts and for targets in them; none without an adapter.
    #[must_use]
    pub fn adapter_heads(&self) -> &[AdapterHead] {
        &self.0.adapted.heads
    }

    /// The room that one thread computes in.
    #[must_use]
    pub fn worker(&self) -> Worker {
        Worker::new(self.clone())
    }

    pub(crate) fn room_of_thread(&self) -> Room {
        match &self.0.engine {
            Engine::Native(_) => Room::Native(Box::new(Scratch::new(self.0.kernels))),
            Engine::Other(network) => Room::Other(network.runner()),
        }
    }
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model").field("config", &self.0.config).finish_non_exhaustive()
    }
}

/// The layers that are run.
fn depth(config: &Config, settings: &Settings) -> Result<usize, Error> {
    settings.layer.map_or(Ok(config.layers), |layer| ModelInfo::of(config).depth(layer))
}

/// The tokens of a window: what was asked for, what sentence-transformers or the tokenizer says, or what the
/// model has positions for.
fn window(
    folder: &Path,
    config: &Config,
    recipe: &Recipe,
    settings: &Settings,
    tokenizer: &Tokenizer,
) -> Result<usize, Error> {
    let most = config.positions - config.first_position;
    let least = tokenizer.specials(false).max(tokenizer.specials(true)) + 1;
    if most < least {
        let reason =
            format!("a window of {most} tokens has no room beside {} special ones", least - 1);
        return Err(Error::invalid(config::FILE, "max_position_embeddings", reason));
    }
    if let Some(window) = settings.window {
        if (least..=most).contains(&window) {
            return Ok(window);
        }
        let reason = format!("{window} tokens; it takes {least} to {most}");
        return Err(Error::Setting { setting: "window", reason });
    }
    let saved: Option<TokenizerConfig> = read_if_there(folder, "tokenizer_config.json")?;
    let length = saved.and_then(|saved| saved.model_max_length).filter(|&length| length >= 1.0);
    let usual = recipe.window.or(length.map(|length| length as usize)).unwrap_or(most);
    Ok(usual.clamp(least, most))
}

/// The tokens that windows are to share, if the setting says so.
fn overlap(
    window: usize,
    settings: &Settings,
    tokenizer: &Tokenizer,
) -> Result<Option<usize>, Error> {
    let room = window - tokenizer.specials(false);
    match settings.overlap {
        Some(overlap) if overlap >= room => {
            let reason = format!("{overlap} tokens; windows of {window} take less than {room}");
            Err(Error::Setting { setting: "overlap", reason })
        }
        overlap => Ok(overlap),
    }
}
