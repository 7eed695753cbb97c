//! The sink: checks what a plugin pushes and keeps it in columns.
//!
//! The functions that plugins call are in [`push`]; here is what they keep, and the checks.

mod columns;
mod push;

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::ThreadId;

use gloss_doc::{Annotations, AttributeColumn};

use crate::instance::{ProvidedLayer, Referent};
use crate::rule::Broken;
use crate::{DocumentView, Failure, FailureKind, Rule};

pub use columns::LayerChecker;

/// The annotations of one layer of one document.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerData {
    /// The annotations.
    pub annotations: Annotations,
    /// A column for each attribute of the schema, as long as the layer.
    pub attributes: Vec<AttributeColumn>,
}

/// What came of one document.
#[derive(Clone, Debug, PartialEq)]
pub enum DocumentResult {
    /// It is annotated.
    Finished {
        /// One for each layer that the plan provides.
        layers: Vec<LayerData>,
        /// Remarks for the document's readers.
        notes: Vec<String>,
    },
    /// The plugin gave it up, or broke a rule with it.
    Failed(Failure),
    /// The call ended before it was finished.
    Unfinished,
}

enum State {
    Open,
    Finished,
    Failed(Failure),
}

struct Pending<'a> {
    text: &'a str,
    /// Rows of each input layer.
    inputs: Vec<usize>,
    layers: Vec<LayerData>,
    notes: Vec<String>,
    state: State,
}

/// Collects the output of one call of `extract`, `annotate` or `observe`.
pub struct Collector<'a> {
    provides: &'a [ProvidedLayer],
    documents: Vec<Pending<'a>>,
    failure: Option<Failure>,
    cancel: &'a AtomicBool,
    thread: ThreadId,
    /// Documents are only shown: nothing may be pushed.
    observing: bool,
}

impl<'a> Collector<'a> {
    pub fn new(
        provides: &'a [ProvidedLayer],
        views: &'a [DocumentView<'a>],
        cancel: &'a AtomicBool,
    ) -> Collector<'a> {
        let documents = views
            .iter()
            .map(|view| Pending {
                text: view.text,
                inputs: view.inputs.iter().map(|l| l.map_or(0, |l| l.annotations.len())).collect(),
                layers: provides.iter().map(empty_layer).collect(),
                notes: Vec::new(),
                state: State::Open,
            })
            .collect();
        let thread = std::thread::current().id();
        Collector { provides, documents, failure: None, cancel, thread, observing: false }
    }

    /// A sink in which documents can only be finished or failed.
    pub fn observing(views: &'a [DocumentView<'a>], cancel: &'a AtomicBool) -> Collector<'a> {
        Collector { observing: true, ..Collector::new(&[], views, cancel) }
    }

    /// The results, and the failure of the batch if one was reported.
    pub fn into_results(self) -> (Vec<DocumentResult>, Option<Failure>) {
        let documents = self
            .documents
            .into_iter()
            .map(|d| match d.state {
                State::Finished => DocumentResult::Finished { layers: d.layers, notes: d.notes },
                State::Failed(failure) => DocumentResult::Failed(failure),
                State::Open => DocumentResult::Unfinished,
            })
            .collect();
        (documents, self.failure)
    }

    fn cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }

    /// Records a broken rule: of the document where it is known, else of the batch.
    fn broken(&mut self, document: u32, place: &str, broken: Broken) {
        let failure = Failure::broken(broken.rule, place, broken.message);
        match self.documents.get_mut(document as usize) {
            Some(d) if !matches!(d.state, State::Failed(_)) => d.state = State::Failed(failure),
            Some(_) => {}
            None => self.failure = Some(failure),
        }
    }

    /// Runs `check` on an open document; its message, if any, is the rule that was broken.
    fn with_open(
        &mut self,
        document: u32,
        place: &str,
        check: impl FnOnce(&mut Pending<'a>) -> Result<(), Broken>,
    ) -> bool {
        let problem = if cfg!(debug_assertions) && std::thread::current().id() != self.thread {
            Rule::Thread
                .broken("an output function was called from a thread that does not hold the worker")
        } else {
            match self.documents.get_mut(document as usize) {
                None => Rule::Document
                    .broken(format!("it names document {document}, which the batch does not have")),
                Some(d) => match d.state {
                    State::Failed(_) => return false,
                    State::Finished => Rule::AfterFinish.broken("it pushed after finish"),
                    State::Open => check(d),
                },
            }
        };
        match problem {
            Ok(()) => true,
            Err(problem) => {
                self.broken(document, place, problem);
                false
            }
        }
    }

    fn fail(&mut self, document: u32, failure: Failure) {
        if document == gloss_abi::DOCUMENT_NONE {
            self.failure = Some(failure);
        } else {
            self.with_open(document, "", |d| {
                let kind = match failure.kind {
                    FailureKind::Other => FailureKind::Document,
                    kind => kind,
                };
                d.state = State::Failed(Failure { kind, ..failure });
                Ok(())
            });
        }
    }

    fn finish(&mut self, document: u32) -> bool {
        self.with_open(document, "", |d| {
            for layer in &mut d.layers {
                let rows = layer.annotations.len();
                layer.attributes.iter_mut().for_each(|c| c.pad(rows));
            }
            d.state = State::Finished;
            Ok(())
        })
    }
}

impl Pending<'_> {
    /// How many annotations there are to refer to; `None` for the document itself.
    fn rows(&self, referent: Referent) -> Option<usize> {
        match referent {
            Referent::Document => None,
            Referent::Provided(i) => Some(self.layers[i].annotations.len()),
            Referent::Input(i) => Some(self.inputs.get(i).copied().unwrap_or(0)),
        }
    }
}

fn empty_layer(layer: &ProvidedLayer) -> LayerData {
    let attributes = &layer.schema.attributes;
    LayerData {
        annotations: Annotations::empty(&layer.schema),
        attributes: attributes.iter().map(|a| AttributeColumn::new(a.value_type)).collect(),
    }
}
