//! What a model is, by its `config.json` alone.

use std::path::Path;

use crate::adapter::Adapter;
use crate::config::{Config, ProblemType, Task};
use crate::error::Error;

/// What a model is, without its weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelInfo {
    /// What the model's head is for.
    pub task: Task,
    /// The names of classes, in the order of scores; none if there is no head.
    pub labels: Vec<String>,
    /// What the scores of classes mean.
    pub problem_type: ProblemType,
    /// The numbers of a vector.
    pub vector_size: usize,
    /// The layers of the encoder.
    pub layers: usize,
}

impl ModelInfo {
    /// Reads the `config.json` of a folder.
    ///
    /// # Errors
    ///
    /// If it is missing or damaged, or the model needs something that is not supported.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        Config::read(folder).map(|config| Self::of(&config))
    }

    /// As [`ModelInfo::read`], of the model with an adapter, whose head is then the model's.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn read_adapted(folder: &Path, adapter: &Adapter) -> Result<Self, Error> {
        let mut config = Config::read(folder)?;
        config.adapt(adapter);
        Ok(Self::of(&config))
    }

    pub(crate) fn of(config: &Config) -> Self {
        let &Config { task, problem_type, hidden, layers, .. } = config;
        let labels = if task == Task::Embedding { Vec::new() } else { config.labels.clone() };
        Self { task, labels, problem_type, vector_size: hidden, layers }
    }
}
