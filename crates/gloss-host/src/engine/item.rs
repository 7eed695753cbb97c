//! What goes through a pass.

use gloss_boundary::{Failure, LayerData};
use gloss_doc::Document;

use crate::intake::{Absence, Made};
use crate::run::{Input, InputFailure, Outcome};

/// What a stage made of a document in an earlier pass.
#[derive(Clone, Debug, PartialEq)]
pub struct Carried {
    pub stage: usize,
    pub output: Carry,
}

/// The output of a stage that is done with a document, but for its names; or why one that is still to
/// annotate it will not.
#[derive(Clone, Debug, PartialEq)]
pub enum Carry {
    Made(Made<LayerData>),
    Absent(Absence),
    /// The stage failed when it observed the document, which goes on without it.
    Lost(Failure),
}

/// A document that needs no more work, but keeps its place.
#[derive(Debug)]
pub enum Settled {
    Failed(Document, Vec<(String, Failure)>),
    Unreadable(InputFailure),
    Interrupted(Document),
}

/// A document as it enters a pass.
#[derive(Debug)]
pub enum Item {
    /// As it was read, with what stages made of it since. A stage that is done with one document is
    /// done with each.
    Document(Document, Vec<Carried>),
    Settled(Settled),
}

impl From<Input> for Item {
    fn from(input: Input) -> Item {
        match input {
            Ok(document) => Item::Document(document, Vec::new()),
            Err(failure) => Item::Settled(Settled::Unreadable(failure)),
        }
    }
}

impl From<Settled> for Outcome {
    fn from(settled: Settled) -> Outcome {
        match settled {
            Settled::Failed(document, failures) => Outcome::Failed(document, failures),
            Settled::Unreadable(failure) => Outcome::Unreadable(failure),
            Settled::Interrupted(document) => Outcome::Interrupted(document),
        }
    }
}

impl Item {
    /// Tokens that are still to be processed, roughly: four bytes of UTF-8 are one in European
    /// languages, and a character of Chinese, which is about one, has three.
    pub fn tokens(&self) -> usize {
        match self {
            Item::Document(document, _) => document.text.len().div_ceil(4),
            Item::Settled(_) => 0,
        }
    }

    /// The outcome when the run goes no further.
    pub fn interrupted(self) -> Outcome {
        match self {
            Item::Document(document, _) => Outcome::Interrupted(document),
            Item::Settled(settled) => settled.into(),
        }
    }
}
