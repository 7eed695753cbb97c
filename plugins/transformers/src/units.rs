//! What a model looks at in one piece: the document, or a sentence.

use gloss_plugin::prelude::*;

/// What a model looks at in one piece.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Of {
    /// The whole text of the document; a long one in several windows.
    #[default]
    Document,
    /// Each sentence. Requires a stage that provides sentences.
    Sentences,
}

/// The type of the layer of sentences.
const SENTENCES: &str = "sentences";

impl Of {
    /// The layers that have to be there.
    pub fn requires(self) -> Vec<Requirement> {
        match self {
            Of::Document => Vec::new(),
            Of::Sentences => vec![layer::required(SENTENCES, Kind::Spans)],
        }
    }

    /// A layer's schema, with what its annotations speak of.
    pub fn target(self, schema: gloss_plugin::LayerSchema) -> gloss_plugin::LayerSchema {
        match self {
            Of::Document => schema,
            Of::Sentences => schema.target(SENTENCES),
        }
    }

    /// The pieces of a document. White space alone is none.
    pub fn units<'b>(self, document: &Document<'b>) -> Result<Vec<Unit<'b>>> {
        let mut units = match self {
            Of::Document => vec![Unit { text: document.text(), start: 0, sentence: None }],
            Of::Sentences => {
                let sentences = document.input(SENTENCES)?;
                let unit = |sentence: gloss_plugin::Annotation<'b>| Unit {
                    text: sentence.text(),
                    start: sentence.range().start,
                    sentence: Some(sentence.id()),
                };
                sentences.iter().map(unit).collect()
            }
        };
        units.retain(|unit| !unit.text.trim().is_empty());
        Ok(units)
    }
}

/// A piece of a document.
#[derive(Clone, Copy, Debug)]
pub struct Unit<'b> {
    /// Its text.
    pub text: &'b str,
    /// Where it begins in the document, in bytes.
    pub start: usize,
    /// The sentence that it is.
    pub sentence: Option<u32>,
}

/// What a model says of a piece.
pub struct Seen<F> {
    /// What it says.
    pub found: F,
    /// In how many windows the model saw the piece.
    pub windows: usize,
}

/// Asked now and then whether to stop.
pub type Stop<'s> = &'s dyn Fn() -> bool;

/// What was longer than the model's window.
#[derive(Default)]
pub struct Split {
    units: usize,
    windows: usize,
}

impl Split {
    /// Counts a piece that the model saw in so many windows.
    pub fn add(&mut self, windows: usize) {
        if windows > 1 {
            self.units += 1;
            self.windows += windows;
        }
    }

    /// Tells the readers of the document.
    pub fn note(&self, of: Of, out: &mut DocumentOutput<'_>) -> Result<()> {
        let Split { units, windows } = self;
        match (units, of) {
            (0, _) => Ok(()),
            (_, Of::Document) => out.note(&format!("split into {windows} windows")),
            (1, Of::Sentences) => out.note(&format!("a sentence was split into {windows} windows")),
            (_, Of::Sentences) => {
                out.note(&format!("{units} sentences were split into {windows} windows"))
            }
        }
    }
}
