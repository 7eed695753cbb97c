//! Some documents on their way through the stages.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use gloss_boundary::LayerData;
use gloss_doc::{Document, Layer};

use super::item::{Carried, Item, Settled};
use super::pass::PassRun;
use crate::corpus::{Pass, Role};
use crate::run::Outcome;
use crate::stage::{Stage, StageOutput};

/// Documents that are to be processed, and the places of those that are not.
pub struct Chunk {
    pub sequence: u64,
    documents: Vec<Document>,
    /// Documents that need no work, each with the number of documents before it.
    settled: Vec<(usize, Settled)>,
    /// What each stage made of each document, once it ran, in this pass or an earlier one.
    outputs: Vec<OnceLock<Vec<StageOutput>>>,
    /// How many of the stages that feed each stage have been counted as done.
    fed: Vec<AtomicUsize>,
    pub done: AtomicUsize,
}

impl Chunk {
    pub fn new(sequence: u64, items: Vec<Item>, stages: &[Stage]) -> Chunk {
        let (mut documents, mut settled) = (Vec::with_capacity(items.len()), Vec::new());
        let outputs: Vec<_> = stages.iter().map(|_| OnceLock::new()).collect();
        let mut earlier: Vec<Vec<StageOutput>> = Vec::new();
        for item in items {
            match item {
                Item::Document(document, carried) => {
                    documents.push(document);
                    for Carried { stage, layers, notes } in carried {
                        earlier.resize_with(stages.len(), Vec::new);
                        let layers = stages[stage].layers(layers);
                        earlier[stage].push(StageOutput::Layers(layers, notes));
                    }
                }
                Item::Settled(outcome) => settled.push((documents.len(), outcome)),
            }
        }
        for (cell, made) in outputs.iter().zip(earlier).filter(|(_, made)| !made.is_empty()) {
            // The cells are new.
            let _ = cell.set(made);
        }
        Chunk {
            sequence,
            documents,
            settled,
            outputs,
            fed: stages.iter().map(|_| AtomicUsize::new(0)).collect(),
            done: AtomicUsize::new(0),
        }
    }

    /// Number of documents, whatever came of them.
    pub fn len(&self) -> usize {
        self.documents.len() + self.settled.len()
    }

    /// Runs a stage on all documents that the stages before it annotated.
    pub fn run(&self, run: &PassRun<'_>, stage: usize) {
        let input = |(from, layer): (usize, usize), document: usize| -> Option<&Layer> {
            match self.outputs[from].get()?.get(document)? {
                StageOutput::Layers(layers, _) => layers.get(layer),
                _ => None,
            }
        };
        let (this, cancel) = (&run.pipeline.stages[stage], run.control.cancel_flag());
        let (batch, documents) = (self.sequence, self.documents.len());
        let _span = tracing::debug_span!("stage", stage = this.id, batch, documents).entered();
        let observation = run.observations.stage(stage);
        let begin = Instant::now();
        let outputs = match (run.pass.roles[stage], observation) {
            (Some(Role::Observe), Some(seen)) => this.observe(&self.documents, input, seen, cancel),
            (Some(Role::Annotate), Some(seen)) => {
                this.annotate(&self.documents, input, seen, cancel)
            }
            _ => this.run(&self.documents, input, cancel),
        };
        tracing::debug!(seconds = begin.elapsed().as_secs_f64(), "batch done");
        let set = self.outputs[stage].set(outputs);
        debug_assert!(set.is_ok(), "a stage makes its layers once");
    }

    /// Counts one more stage that feeds `stage` as done, and says how many are.
    pub fn fed(&self, stage: usize) -> usize {
        self.fed[stage].fetch_add(1, Ordering::AcqRel) + 1
    }

    /// The outcomes, in the order of the input.
    pub fn into_outcomes(self, stages: &[Stage]) -> Vec<Outcome> {
        self.in_order(
            |document, outputs| match gather(document, stages, outputs) {
                Ok((mut document, outputs)) => {
                    for (stage, layers, notes) in outputs {
                        document.layers.extend(stages[stage].kept(layers));
                        document.notes.extend(notes);
                    }
                    Outcome::Annotated(document)
                }
                Err(settled) => (*settled).into(),
            },
            Outcome::from,
        )
    }

    /// The documents for the pass after `pass`, in the order of the input.
    pub fn into_items(self, stages: &[Stage], pass: &Pass) -> Vec<Item> {
        // A stage that only observed is still to annotate.
        let made = |stage: usize| pass.roles[stage] != Some(Role::Observe);
        let data = |l: Layer| LayerData { annotations: l.annotations, attributes: l.attributes };
        self.in_order(
            |document, outputs| match gather(document, stages, outputs) {
                Ok((document, outputs)) => {
                    let outputs = outputs.into_iter().filter(|&(stage, ..)| made(stage));
                    let carried = outputs.map(|(stage, layers, notes)| Carried {
                        stage,
                        layers: layers.into_iter().map(data).collect(),
                        notes,
                    });
                    Item::Document(document, carried.collect())
                }
                Err(settled) => Item::Settled(*settled),
            },
            Item::Settled,
        )
    }

    /// Makes a value of each document and what stages made of it, and of each settled one.
    fn in_order<T>(
        self,
        of_document: impl Fn(Document, Vec<(usize, StageOutput)>) -> T,
        of_settled: impl Fn(Settled) -> T,
    ) -> Vec<T> {
        let mut values = Vec::with_capacity(self.len());
        let mut columns: Vec<_> = self
            .outputs
            .into_iter()
            .enumerate()
            .filter_map(|(stage, cell)| Some((stage, cell.into_inner()?.into_iter())))
            .collect();
        let mut settled = self.settled.into_iter().peekable();
        for (index, document) in self.documents.into_iter().enumerate() {
            while let Some((_, settled)) = settled.next_if(|(before, _)| *before <= index) {
                values.push(of_settled(settled));
            }
            let outputs = columns
                .iter_mut()
                .map(|(stage, column)| (*stage, column.next().unwrap_or(StageOutput::Skipped)));
            values.push(of_document(document, outputs.collect()));
        }
        values.extend(settled.map(|(_, settled)| of_settled(settled)));
        values
    }
}

/// A stage, the layers that it made of a document, and its remarks.
type Made = (usize, Vec<Layer>, Vec<String>);

/// What all stages made of a document, or why it goes no further.
fn gather(
    document: Document,
    stages: &[Stage],
    outputs: Vec<(usize, StageOutput)>,
) -> Result<(Document, Vec<Made>), Box<Settled>> {
    let (mut made, mut failures, mut skipped) = (vec![], vec![], false);
    for (stage, output) in outputs {
        match output {
            StageOutput::Layers(layers, notes) => made.push((stage, layers, notes)),
            StageOutput::Failed(failure) => failures.push((stages[stage].id.clone(), failure)),
            StageOutput::Skipped => skipped = true,
        }
    }
    if !failures.is_empty() {
        Err(Box::new(Settled::Failed(document, failures)))
    } else if skipped {
        Err(Box::new(Settled::Interrupted(document)))
    } else {
        Ok((document, made))
    }
}
