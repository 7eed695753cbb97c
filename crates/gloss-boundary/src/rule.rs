//! The rules that are checked when a plugin pushes.

use serde::{Deserialize, Serialize};

/// Which rule of the interface was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Rule {
    /// The batch has the document.
    Document,
    /// When `extract` returns OK, each document was finished or failed.
    Ended,
    /// Nothing is pushed for a document that was finished.
    AfterFinish,
    /// Nothing is pushed for a document that is only observed.
    Observing,
    /// A pointer that comes with a count above 0 is not null, and aligned.
    Pointer,
    /// The plan provides the layer, and what is pushed is of its kind.
    Layer,
    /// A stretch of text lies inside it, on character boundaries.
    Range,
    /// A label is declared, and there is one where the layer has labels.
    Label,
    /// A score is finite, and there is one only where the layer declares one.
    Score,
    /// A target, head or tail exists.
    Reference,
    /// A vector has as many numbers as declared, all finite.
    Vector,
    /// A text is UTF-8.
    Encoding,
    /// An attribute is declared, of its type, and set once, in order.
    Attribute,
    /// The thread that holds the worker pushes, and no other.
    Thread,
    /// A layer holds no more than ids and offsets can count.
    Size,
    /// An answer is the JSON that the interface says.
    Answer,
}

/// A broken rule, with what was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    pub rule: Rule,
    pub message: String,
}

impl Rule {
    /// What is wrong, as an error.
    pub(crate) fn broken<T>(self, message: impl Into<String>) -> Result<T, Broken> {
        Err(Broken { rule: self, message: message.into() })
    }
}
