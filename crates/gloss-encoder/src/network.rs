//! The seam between what this crate does for every model (tokens, windows, pooling, labels) and what computes
//! numbers of tokens. This crate's own encoders are one side of it; others put theirs behind [`Network`].

use gloss_kernels::Rows;

use crate::config::Task;
use crate::encoder::{Encoder, Scratch, Sequence};
use crate::error::Error;
use crate::head::Head;

/// What a network is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// The vectors of the last layer, one for each token; or a single one, if the network pools them itself.
    Vectors,
    /// The scores of classes: of the sequence, or of each token, as the model's task is.
    Scores,
}

/// A model's network, which threads share.
pub trait Network: Send + Sync {
    /// The file that it is of, relative to the model folder, for messages.
    fn file(&self) -> &str;

    /// Whether it can be asked for this.
    fn gives(&self, output: Output) -> bool;

    /// What one thread runs it with.
    fn runner(&self) -> Box<dyn Runner>;
}

/// A network with the room of one thread.
pub trait Runner: Send {
    /// The output for one sequence of tokens, special ones included: rows of as many numbers as a vector has,
    /// or as there are labels. `segments` says for each token which text of a pair it is of. The result may
    /// depend on nothing else.
    ///
    /// # Errors
    ///
    /// If the network cannot compute it.
    fn run(&mut self, output: Output, ids: &[u32], segments: &[u32]) -> Result<Vec<f32>, Error>;
}

/// What computes a model's numbers.
pub(crate) enum Engine {
    Native(Box<Native>),
    Other(Box<dyn Network>),
}

/// This crate's own networks.
pub(crate) struct Native {
    pub(crate) encoder: Encoder,
    pub(crate) head: Option<Head>,
}

/// The room that one thread computes in.
pub(crate) enum Room {
    Native(Box<Scratch>),
    Other(Box<dyn Runner>),
}

impl Engine {
    pub(crate) fn gives(&self, output: Output) -> bool {
        match self {
            Self::Native(native) => output == Output::Vectors || native.head.is_some(),
            Self::Other(network) => network.gives(output),
        }
    }

    /// Calls `each` with every sequence's place and rows: vectors or, of a network that computes them itself,
    /// scores, of `width` numbers each.
    pub(crate) fn run(
        &self,
        room: &mut Room,
        (task, width): (Task, usize),
        sequences: &[Sequence],
        mut each: impl FnMut(usize, Rows<'_>),
    ) -> Result<(), Error> {
        match (self, room) {
            (Self::Native(native), Room::Native(scratch)) => {
                let encoder = &native.encoder;
                let (stride, mut from) = (encoder.stride(), 0);
                let vectors = encoder.encode(sequences, scratch);
                for (at, sequence) in sequences.iter().enumerate() {
                    let numbers = &vectors[from * stride..];
                    each(at, Rows { numbers, stride, count: sequence.len() });
                    from += sequence.len();
                }
            }
            (Self::Other(network), Room::Other(runner)) => {
                for (at, sequence) in sequences.iter().enumerate() {
                    let output = output_of(task);
                    let numbers = runner.run(output, &sequence.ids, &sequence.types)?;
                    let count = rows(network.as_ref(), task, &numbers, width, sequence.len())?;
                    each(at, Rows { numbers: &numbers, stride: width, count });
                }
            }
            // A room is of the model's own engine.
            _ => {}
        }
        Ok(())
    }

    /// The scores of all classes of rows that came of [`Engine::run`]; those of a row follow each other.
    pub(crate) fn scores(&self, rows: Rows<'_>) -> Vec<f32> {
        match self {
            Self::Native(native) => {
                native.head.as_ref().map_or_else(Vec::new, |head| head.scores(rows))
            }
            Self::Other(_) => rows.numbers[..rows.count * rows.stride].to_vec(),
        }
    }
}

/// The rows that a network gave: one for each token, or one for all where that will do.
fn rows(
    network: &dyn Network,
    task: Task,
    numbers: &[f32],
    width: usize,
    tokens: usize,
) -> Result<usize, Error> {
    let (all, one) = (numbers.len() == tokens * width, numbers.len() == width);
    match task {
        Task::SequenceClassification if one => Ok(1),
        Task::TokenClassification | Task::Embedding if all => Ok(tokens),
        Task::Embedding if one => Ok(1),
        _ => {
            let (file, count) = (network.file().to_owned(), numbers.len());
            let asked = format!("{} with {width} numbers each, as config.json says", task.name());
            let reason = format!("it gave {count} numbers for {tokens} tokens; asked was {asked}");
            Err(Error::Network { file, reason })
        }
    }
}

/// What to ask a network for, for this task.
pub(crate) fn output_of(task: Task) -> Output {
    if task == Task::Embedding { Output::Vectors } else { Output::Scores }
}
