//! Some documents on their way through the stages.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use gloss_doc::{Document, Layer};

use crate::run::{Input, InputFailure, Outcome};
use crate::stage::{Stage, StageOutput};

/// Documents that are read, and the places of those that could not be.
pub struct Chunk {
    pub sequence: u64,
    documents: Vec<Document>,
    /// Unreadable documents, each with the number of documents before it.
    unreadable: Vec<(usize, InputFailure)>,
    /// What each stage made of each document, once it ran.
    outputs: Vec<OnceLock<Vec<StageOutput>>>,
    /// How many of the stages that feed each stage have been counted as done.
    fed: Vec<AtomicUsize>,
    pub done: AtomicUsize,
}

impl Chunk {
    pub fn new(sequence: u64, inputs: Vec<Input>, stages: usize) -> Chunk {
        let (mut documents, mut unreadable) = (Vec::with_capacity(inputs.len()), Vec::new());
        for input in inputs {
            match input {
                Ok(document) => documents.push(document),
                Err(failure) => unreadable.push((documents.len(), failure)),
            }
        }
        Chunk {
            sequence,
            documents,
            unreadable,
            outputs: (0..stages).map(|_| OnceLock::new()).collect(),
            fed: (0..stages).map(|_| AtomicUsize::new(0)).collect(),
            done: AtomicUsize::new(0),
        }
    }

    /// Runs a stage on all documents that the stages before it annotated.
    pub fn run(&self, stages: &[Stage], stage: usize, cancel: &AtomicBool) {
        let input = |(from, layer): (usize, usize), document: usize| -> Option<&Layer> {
            match self.outputs[from].get()?.get(document)? {
                StageOutput::Layers(layers, _) => layers.get(layer),
                _ => None,
            }
        };
        let outputs = stages[stage].run(&self.documents, input, cancel);
        // A stage runs once for a chunk, so the cell is empty.
        let _ = self.outputs[stage].set(outputs);
    }

    /// Counts one more stage that feeds `stage` as done, and says how many are.
    pub fn fed(&self, stage: usize) -> usize {
        self.fed[stage].fetch_add(1, Ordering::AcqRel) + 1
    }

    /// The outcomes, in the order of the input.
    pub fn into_outcomes(self, stages: &[Stage]) -> Vec<Outcome> {
        let mut columns: Vec<_> = self
            .outputs
            .into_iter()
            .map(|cell| cell.into_inner().unwrap_or_default().into_iter())
            .collect();
        let mut outcomes = Vec::with_capacity(self.documents.len() + self.unreadable.len());
        let mut unreadable = self.unreadable.into_iter().peekable();
        for (index, document) in self.documents.into_iter().enumerate() {
            while let Some((_, failure)) = unreadable.next_if(|(before, _)| *before <= index) {
                outcomes.push(Outcome::Unreadable(failure));
            }
            let outputs = columns.iter_mut().map(|c| c.next().unwrap_or(StageOutput::Skipped));
            outcomes.push(outcome(document, stages.iter().zip(outputs)));
        }
        outcomes.extend(unreadable.map(|(_, failure)| Outcome::Unreadable(failure)));
        outcomes
    }
}

fn outcome<'s>(
    mut document: Document,
    outputs: impl Iterator<Item = (&'s Stage, StageOutput)>,
) -> Outcome {
    let (mut made, mut remarks, mut failures, mut skipped) = (vec![], vec![], vec![], false);
    for (stage, output) in outputs {
        match output {
            StageOutput::Layers(layers, notes) => {
                made.extend(layers);
                remarks.extend(notes);
            }
            StageOutput::Failed(failure) => failures.push((stage.id.clone(), failure)),
            StageOutput::Skipped => skipped = true,
        }
    }
    if !failures.is_empty() {
        Outcome::Failed(document, failures)
    } else if skipped {
        Outcome::Interrupted(document)
    } else {
        document.layers.extend(made);
        document.notes.extend(remarks);
        Outcome::Annotated(document)
    }
}
