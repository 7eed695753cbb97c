//! One of rust-bert's networks, which threads take in turns.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use gloss_encoder::{Error, ModelInfo, Network, Output, Runner, Task};
use rust_bert::RustBertError;
use tch::nn::VarStore;
use tch::{Device, Kind, Tensor, no_grad};

use crate::architectures::{Architecture, Forward, Head};
use crate::guard::guarded;
use crate::weights;

/// A network; clones are the same. Tensors may be sent to another thread, but not shared, so the network is
/// lent to one thread at a time: libtorch's own threads are what makes it faster.
#[derive(Clone)]
pub struct TorchNetwork(Arc<Parts>);

struct Parts {
    file: &'static str,
    forward: Mutex<Forward>,
    output: Output,
}

impl TorchNetwork {
    /// Loads the network of a folder for a task of the encoder, or what is below its head for embeddings.
    ///
    /// # Errors
    /// When rust-bert does not have it, or a file is damaged or of another model.
    pub fn load(folder: &Path, task: Task, info: &ModelInfo) -> Result<Self, Error> {
        let (head, output) = match (task, info.task) {
            (Task::Embedding, _) | (_, Task::Embedding) => (Head::None, Output::Vectors),
            (_, Task::SequenceClassification) => (Head::Sequences, Output::Scores),
            (_, Task::TokenClassification) => (Head::Tokens, Output::Scores),
        };
        let (forward, file) = forward(folder, head, &info.labels)?;
        Ok(Self(Arc::new(Parts { file, forward: Mutex::new(forward), output })))
    }
}

/// The network of a folder with a head, and the file of its weights.
///
/// # Errors
/// As [`TorchNetwork::load`].
pub fn forward(
    folder: &Path,
    head: Head,
    labels: &[String],
) -> Result<(Forward, &'static str), Error> {
    let architecture = Architecture::read(folder, labels)?;
    let Some(file) = weights::file(folder) else {
        let source = std::io::ErrorKind::NotFound.into();
        let path = folder.join(weights::FILES[0]);
        return Err(Error::Io { path, source, needs: weights::NEEDS });
    };
    let store = VarStore::new(Device::Cpu);
    // The network first: what it cannot be is said before the file is read.
    let forward = architecture.network(&store.root(), head)?;
    let filled = guarded(|| {
        let tensors = weights::read(&folder.join(file))?;
        weights::fill(&store, &tensors, architecture.prefix(), architecture.optional(head))
    });
    filled.map_err(|reason| {
        let reason = format!(
            "it does not fit config.json, or is damaged: {reason}; take both from one model, made for this"
        );
        Error::Network { file: file.to_owned(), reason }
    })?;
    Ok((forward, file))
}

impl Network for TorchNetwork {
    fn file(&self) -> &str {
        self.0.file
    }

    fn gives(&self, output: Output) -> bool {
        output == self.0.output
    }

    fn runner(&self) -> Box<dyn Runner> {
        Box::new(self.clone())
    }
}

impl Runner for TorchNetwork {
    fn run(&mut self, _: Output, ids: &[u32], segments: &[u32]) -> Result<Vec<f32>, Error> {
        // A thread that panicked left nothing half done: a network does not change.
        let forward = self.0.forward.lock().unwrap_or_else(PoisonError::into_inner);
        run(&forward, ids, segments).map_err(|reason| {
            let reason = format!("libtorch cannot compute it for {} tokens: {reason}", ids.len());
            Error::Network { file: self.0.file.to_owned(), reason }
        })
    }
}

/// The numbers that a network gives for one sequence, row by row.
///
/// # Errors
/// What libtorch says.
pub fn run(forward: &Forward, ids: &[u32], segments: &[u32]) -> Result<Vec<f32>, String> {
    let row = |numbers: &[u32]| {
        let numbers: Vec<i64> = numbers.iter().copied().map(i64::from).collect();
        Tensor::from_slice(&numbers).unsqueeze(0)
    };
    guarded(|| {
        let output = no_grad(|| forward(&row(ids), &row(segments)))?;
        let output = output.f_to_kind(Kind::Float)?.f_contiguous()?.f_view(-1)?;
        Ok::<_, RustBertError>(Vec::<f32>::try_from(output)?)
    })
}
