//! The weights of a model: those of its folder, with what an adapter changes.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::adapter::Adapter;
use crate::error::Error;
use crate::folder::NEEDS;
use crate::shared::shared;
use crate::tensors::Tensors;

/// The file within a model folder.
pub(crate) const FILE: &str = "model.safetensors";

/// Tensors by the names that they have in the file.
pub(crate) struct Weights {
    path: PathBuf,
    tensors: Tensors,
    /// What all names of the encoder start with.
    prefix: &'static str,
    adapter: Option<Adapter>,
}

impl Weights {
    /// Opens the file of a folder. Names of the encoder start with `prefix`, or with nothing if none does.
    pub(crate) fn open(
        folder: &Path,
        prefix: &'static str,
        adapter: Option<&Adapter>,
    ) -> Result<Self, Error> {
        let tensors = Tensors::open(folder, FILE, NEEDS)?;
        let found = tensors.names().any(|name| name.starts_with(prefix));
        let prefix = if found { prefix } else { "" };
        if let Some(adapter) = adapter {
            adapter.check(|module| tensors.shape(&format!("{prefix}{module}.weight")))?;
        }
        Ok(Self { path: folder.join(FILE), tensors, prefix, adapter: adapter.cloned() })
    }

    /// The name in the file of a tensor of the encoder.
    pub(crate) fn encoder(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.tensors.has(name)
    }

    /// As [`Weights::read`], shared with other models of this process that have the file's numbers.
    pub(crate) fn read_shared(
        &mut self,
        name: &str,
        shape: &[usize],
    ) -> Result<Arc<Vec<f32>>, Error> {
        let bare = name.strip_prefix(self.prefix).unwrap_or(name);
        if self.adapter.as_ref().is_some_and(|adapter| adapter.changes(bare)) {
            return self.read(name, shape).map(Arc::new);
        }
        let Self { path, tensors, .. } = self;
        shared(path, (name, shape), || tensors.read(name, shape))
    }

    /// The adapter's vectors of `width` numbers for how words are written; empty if it has none.
    pub(crate) fn casing(&self, width: usize) -> Result<Vec<f32>, Error> {
        let table = self.adapter.as_ref().map(|adapter| adapter.casing(width)).transpose()?;
        Ok(table.flatten().unwrap_or_default())
    }

    /// The numbers of a tensor, which must be of this shape.
    pub(crate) fn read(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, Error> {
        let Some(adapter) = &self.adapter else { return self.tensors.read(name, shape) };
        let bare = name.strip_prefix(self.prefix).unwrap_or(name);
        if let Some(numbers) = adapter.replacement(bare, shape)? {
            return Ok(numbers);
        }
        let mut numbers = self.tensors.read(name, shape)?;
        adapter.merge(bare, &mut numbers);
        Ok(numbers)
    }
}
