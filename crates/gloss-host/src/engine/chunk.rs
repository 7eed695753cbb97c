//! Some documents on their way through the stages.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use gloss_boundary::{Failure, LayerData};
use gloss_doc::{Document, Layer};

use super::batches::Placed;
use super::item::{Carried, Carry, Item, Settled};
use super::pass::PassRun;
use crate::corpus::{Pass, Role};
use crate::intake::{self, Absence, StageOutput};
use crate::run::{LeftOut, Outcome, failure_code};
use crate::stage::{Reached, Stage};

/// Documents that are to be processed, and the places of those that are not.
pub struct Chunk {
    pub sequence: u64,
    /// The place in the input of each of its documents, settled or not.
    places: Vec<u64>,
    documents: Vec<Document>,
    /// Documents that need no work, each with the number of documents before it.
    settled: Vec<(usize, Settled)>,
    /// What each stage made of each document, once it ran, in this pass or an earlier one.
    outputs: Vec<OnceLock<Vec<StageOutput>>>,
    /// For each stage, documents with which it failed when it observed them, and that go on without
    /// it.
    lost: Vec<BTreeMap<usize, Failure>>,
    /// How many of the stages that feed each stage have been counted as done.
    fed: Vec<AtomicUsize>,
    pub done: AtomicUsize,
}

impl Chunk {
    pub fn new(sequence: u64, items: Vec<Placed>, stages: &[Stage]) -> Chunk {
        let (mut documents, mut settled) = (Vec::with_capacity(items.len()), Vec::new());
        let outputs: Vec<_> = stages.iter().map(|_| OnceLock::new()).collect();
        let mut lost: Vec<_> = stages.iter().map(|_| BTreeMap::new()).collect();
        let mut earlier: Vec<Vec<StageOutput>> = Vec::new();
        let mut places = Vec::with_capacity(items.len());
        for (place, item) in items {
            places.push(place);
            match item {
                Item::Document(document, carried) => {
                    earlier.resize_with(stages.len(), Vec::new);
                    for Carried { stage, output } in carried {
                        match output {
                            Carry::Made(made) => {
                                let made = stages[stage].layers(made);
                                earlier[stage].push(StageOutput::Layers(made));
                            }
                            Carry::Absent(absence) => {
                                earlier[stage].push(StageOutput::Absent(absence));
                            }
                            Carry::Lost(failure) => {
                                lost[stage].insert(documents.len(), failure);
                            }
                        }
                    }
                    documents.push(document);
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
            places,
            documents,
            settled,
            outputs,
            lost,
            fed: stages.iter().map(|_| AtomicUsize::new(0)).collect(),
            done: AtomicUsize::new(0),
        }
    }

    /// Runs a stage on the documents that it is to run on.
    pub fn run(&self, run: &PassRun<'_>, stage: usize) {
        let made = |from: usize, document: usize| self.outputs[from].get()?.get(document);
        let reached = Reached { documents: &self.documents, made: &made, lost: &self.lost[stage] };
        let (this, cancel) = (&run.pipeline.stages[stage], run.control.cancel_flag());
        let (batch, documents) = (self.sequence, self.documents.len());
        let _span = tracing::debug_span!("stage", stage = this.id, batch, documents).entered();
        let observation = run.observations.stage(stage);
        let begin = Instant::now();
        let outputs = match (run.pass.roles[stage], observation) {
            (Some(Role::Observe), Some(seen)) => this.observe(&reached, seen, cancel),
            (Some(Role::Annotate), Some(seen)) => this.annotate(&reached, seen, cancel),
            _ => this.run(&reached, cancel),
        };
        tracing::debug!(seconds = begin.elapsed().as_secs_f64(), "batch done");
        let set = self.outputs[stage].set(outputs);
        debug_assert!(set.is_ok(), "a stage makes its layers once");
    }

    /// Counts one more stage that feeds `stage` as done, and says how many are.
    pub fn fed(&self, stage: usize) -> usize {
        self.fed[stage].fetch_add(1, Ordering::AcqRel) + 1
    }

    /// What came of the documents, with their places in the input.
    pub fn into_outcomes(self, stages: &[Stage]) -> Vec<(u64, Finished)> {
        self.values(
            |document, outputs, _| {
                let left_out = left_out(&outputs);
                let finished = match gather(document, stages, outputs) {
                    Ok((document, outputs)) => annotated(document, outputs, stages),
                    Err(settled) => Finished::from(*settled),
                };
                Finished { left_out, ..finished }
            },
            Finished::from,
        )
    }

    /// The documents for the pass after `pass`, with their places in the input.
    pub fn into_items(self, stages: &[Stage], pass: &Pass) -> Vec<Placed> {
        self.values(
            |document, outputs, lost| match gather(document, stages, outputs) {
                Ok((document, outputs)) => {
                    let mut carried = Vec::with_capacity(outputs.len());
                    for (stage, output) in outputs {
                        let output = match (pass.roles[stage], output) {
                            (Some(Role::Observe), Err(Absence::Failed(f))) => Carry::Lost(f),
                            // It is still to annotate.
                            (Some(Role::Observe), _) => continue,
                            (_, Ok(made)) => Carry::Made(unnamed(made)),
                            (_, Err(absence)) => Carry::Absent(absence),
                        };
                        carried.push(Carried { stage, output });
                    }
                    for (stage, failure) in lost {
                        // What annotated in this pass has said so among its outputs.
                        if pass.roles[stage].is_none() {
                            carried.push(Carried { stage, output: Carry::Lost(failure) });
                        }
                    }
                    Item::Document(document, carried)
                }
                Err(settled) => Item::Settled(*settled),
            },
            Item::Settled,
        )
    }

    /// Makes a value of each document and what stages made of it, and of each settled one.
    fn values<T>(
        self,
        of_document: impl Fn(Document, Vec<(usize, StageOutput)>, Vec<(usize, Failure)>) -> T,
        of_settled: impl Fn(Settled) -> T,
    ) -> Vec<(u64, T)> {
        let mut values = Vec::with_capacity(self.places.len());
        let mut columns: Vec<_> = self
            .outputs
            .into_iter()
            .enumerate()
            .filter_map(|(stage, cell)| Some((stage, cell.into_inner()?.into_iter())))
            .collect();
        let (mut settled, mut lost) = (self.settled.into_iter().peekable(), self.lost);
        for (index, document) in self.documents.into_iter().enumerate() {
            while let Some((_, settled)) = settled.next_if(|(before, _)| *before <= index) {
                values.push(of_settled(settled));
            }
            let outputs = columns
                .iter_mut()
                .map(|(stage, column)| (*stage, column.next().unwrap_or(StageOutput::Skipped)));
            let lost = lost.iter_mut().enumerate();
            let lost = lost.filter_map(|(stage, of)| Some((stage, of.remove(&index)?)));
            values.push(of_document(document, outputs.collect(), lost.collect()));
        }
        values.extend(settled.map(|(_, settled)| of_settled(settled)));
        self.places.into_iter().zip(values).collect()
    }
}

/// What came of a document.
pub struct Finished {
    pub outcome: Outcome,
    /// Stages that failed with it, and without whose layers it went on.
    pub tolerated: Vec<(String, Failure)>,
    /// Stages that were not run on it.
    pub left_out: Vec<LeftOut>,
    /// How many layers and notes it was read with.
    read: (usize, usize),
}

impl Finished {
    /// An outcome that no stage has part in.
    pub fn of(outcome: Outcome) -> Finished {
        Finished { outcome, tolerated: Vec::new(), left_out: Vec::new(), read: (0, 0) }
    }

    /// Calls `take` with the document as it was read.
    pub fn as_read<T>(&mut self, take: impl FnOnce(&Document) -> T) -> Option<T> {
        let Outcome::Annotated(document) = &mut self.outcome else { return None };
        let layers = document.layers.split_off(self.read.0);
        let notes = document.notes.split_off(self.read.1);
        let taken = take(document);
        document.layers.extend(layers);
        document.notes.extend(notes);
        Some(taken)
    }
}

impl From<Settled> for Finished {
    fn from(settled: Settled) -> Finished {
        Finished::of(settled.into())
    }
}

/// A stage, and what it made of a document, or why nothing.
type Made = (usize, Result<intake::Made, Absence>);

/// What all stages made of a document, or why it goes no further.
fn gather(
    document: Document,
    stages: &[Stage],
    outputs: Vec<(usize, StageOutput)>,
) -> Result<(Document, Vec<Made>), Box<Settled>> {
    let (mut made, mut failures, mut skipped) = (vec![], vec![], false);
    for (stage, output) in outputs {
        match output {
            StageOutput::Layers(layers) => made.push((stage, Ok(layers))),
            StageOutput::Absent(absence) => made.push((stage, Err(absence))),
            StageOutput::Failed(failure) => failures.push((stage, failure)),
            StageOutput::Skipped => skipped = true,
        }
    }
    if !failures.is_empty() {
        // With those that would have been no reason to give the document up.
        failures.extend(made.into_iter().filter_map(|(stage, output)| match output {
            Err(Absence::Failed(failure)) => Some((stage, failure)),
            _ => None,
        }));
        failures.sort_by_key(|&(stage, _)| stage);
        let named =
            failures.into_iter().map(|(stage, failure)| (stages[stage].id.clone(), failure));
        Err(Box::new(Settled::Failed(document, named.collect())))
    } else if skipped {
        Err(Box::new(Settled::Interrupted(document)))
    } else {
        Ok((document, made))
    }
}

/// A document with its layers, and remarks on those that it should have and has not.
fn annotated(mut document: Document, outputs: Vec<Made>, stages: &[Stage]) -> Finished {
    let (read, mut tolerated) = ((document.layers.len(), document.notes.len()), Vec::new());
    for (stage, output) in outputs {
        let stage = &stages[stage];
        match output {
            Ok(made) => {
                document.layers.extend(stage.kept(made.layers));
                document.notes.extend(made.notes);
            }
            Err(Absence::Failed(failure)) => {
                let code = failure_code(&failure).code();
                document
                    .notes
                    .push(format!("{}: failed ({code}), so its layers are missing", stage.id));
                tolerated.push((stage.id.clone(), failure));
            }
            Err(Absence::AfterFailure) => {
                document.notes.push(format!("{}: not run, because what feeds it failed", stage.id));
            }
            Err(Absence::Language | Absence::Unfed) => {}
        }
    }
    Finished { outcome: Outcome::Annotated(document), tolerated, left_out: Vec::new(), read }
}

/// Stages that were not run on a document of which these are the outputs.
fn left_out(outputs: &[(usize, StageOutput)]) -> Vec<LeftOut> {
    let reached = |output: &StageOutput| match output {
        StageOutput::Layers(_)
        | StageOutput::Failed(_)
        | StageOutput::Absent(Absence::Failed(_)) => None,
        StageOutput::Absent(_) => Some(true),
        StageOutput::Skipped => Some(false),
    };
    let left_out = outputs.iter().filter_map(|(stage, output)| Some((*stage, reached(output)?)));
    left_out.map(|(stage, passed_over)| LeftOut { stage, passed_over }).collect()
}

fn unnamed(made: intake::Made) -> intake::Made<LayerData> {
    let data = |l: Layer| LayerData { annotations: l.annotations, attributes: l.attributes };
    let intake::Made { layers, notes, variant } = made;
    intake::Made { layers: layers.into_iter().map(data).collect(), notes, variant }
}
