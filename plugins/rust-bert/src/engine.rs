//! rust-bert's networks behind the seam of `gloss-encoder`.

use std::path::Path;

use gloss_encoder::{Adapter, Error, Model, Precision, Settings, Task};
use gloss_transformers::Engine;

use crate::network::TorchNetwork;

/// Encoders of rust-bert, which compute with libtorch.
#[derive(Clone, Copy, Debug)]
pub struct Torch;

impl Engine for Torch {
    const NATIVE_LIBRARIES: bool = true;

    fn load(
        folder: &Path,
        task: Task,
        settings: &Settings,
        threads: usize,
    ) -> Result<Model, Error> {
        if settings.precision != Precision::F32 {
            let reason = "rust-bert computes with 32 bits; leave it out, or use the extractor of \
                          gloss/transformers"
                .to_owned();
            return Err(Error::Setting { setting: "precision", reason });
        }
        set_threads(threads);
        Model::load_with(folder, settings, |info| {
            Ok(Box::new(TorchNetwork::load(folder, task, info)?))
        })
    }

    fn load_adapted(_: &Path, _: &Adapter, _: &Settings) -> Result<Model, Error> {
        let reason =
            "rust-bert merges no adapters; use the extractor of gloss/transformers".to_owned();
        Err(Error::Setting { setting: "adapter", reason })
    }
}

/// Lets libtorch compute with so many threads; it would take all that the machine has.
pub fn set_threads(threads: usize) {
    tch::set_num_threads(i32::try_from(threads).unwrap_or(i32::MAX).max(1));
}
