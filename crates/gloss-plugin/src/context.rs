//! What an extractor is told when it is planned and loaded.

use std::collections::BTreeMap;
use std::sync::Arc;

use gloss_doc::LayerSchema;
use gloss_protocol::{InputBinding, LoadRequest, ModelFiles, Plan, ResolvedFile};

use crate::{Error, Result};

/// What the options name outside of themselves: models, resolved by the host to verified local
/// files, and files of the user's.
#[derive(Clone, Debug, Default)]
pub struct Models {
    pub(crate) models: BTreeMap<String, ModelFiles>,
    pub(crate) files: BTreeMap<String, Vec<ResolvedFile>>,
}

impl Models {
    /// Files by option, for running parts of an extractor without a host.
    #[must_use]
    pub fn of_files(files: impl IntoIterator<Item = (String, Vec<ResolvedFile>)>) -> Models {
        Models { files: files.into_iter().collect(), ..Models::default() }
    }

    /// The files of the model that this option names.
    ///
    /// # Errors
    /// When the option was not set.
    pub fn get(&self, option: &str) -> Result<&ModelFiles> {
        self.models.get(option).ok_or_else(|| Error::option(option, "no model is given"))
    }

    /// The user's files that this option names, in its order: one for a
    /// [`DataFile`](crate::DataFile), any number for a list of them, none where it is not set.
    #[must_use]
    pub fn files(&self, option: &str) -> &[ResolvedFile] {
        self.files.get(option).map_or(&[], Vec::as_slice)
    }
}

/// What both halves of the shim know about a loaded instance.
#[derive(Debug)]
pub(crate) struct Shared {
    pub plan: Plan,
    pub request: LoadRequest,
}

/// What an extractor is told when it is loaded.
#[derive(Clone, Debug)]
pub struct LoadContext {
    pub(crate) shared: Arc<Shared>,
    pub(crate) models: Models,
}

impl LoadContext {
    /// The models and files that the options name.
    #[must_use]
    pub fn models(&self) -> &Models {
        &self.models
    }

    /// Whether anybody wants this provided layer; if not, computing it is a waste.
    #[must_use]
    pub fn wants(&self, layer: &str) -> bool {
        let position = self.shared.plan.provides.iter().position(|p| p.name == layer);
        position.is_some_and(|i| self.shared.request.wanted.get(i).copied().unwrap_or(true))
    }

    /// The schema of the layer that feeds a requirement: the provider's labels and attributes; what it
    /// speaks of by full names. `None` where an optional requirement has nothing.
    #[must_use]
    pub fn input(&self, layer_type: &str) -> Option<&LayerSchema> {
        Some(&self.binding(layer_type)?.schema)
    }

    /// The full name of the layer that feeds a requirement, `stage/layer`: the name that the schemas
    /// of other inputs have in `target`, `head` and `tail`. `None` as for [`LoadContext::input`].
    #[must_use]
    pub fn input_name(&self, layer_type: &str) -> Option<&str> {
        Some(self.binding(layer_type)?.layer.as_str())
    }

    fn binding(&self, layer_type: &str) -> Option<&InputBinding> {
        let position = self.shared.plan.requires.iter().position(|r| r.layer_type == layer_type)?;
        self.shared.request.inputs.get(position)?.as_ref()
    }

    /// How many threads the instance may keep busy, in all its workers together; at least 1.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.shared.request.threads.max(1) as usize
    }
}
