//! What a format had no place for, counted over a run and over its interruptions.

use std::collections::BTreeMap;

use gloss_doc::{Document, Layer};
use serde::{Deserialize, Serialize};

use super::tokens::Misfits;
use crate::Checkpoint;

/// The key in a checkpoint.
const KEY: &str = "losses";

/// Counts of what was not written as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Losses {
    /// Of spans in fitting them to tokens.
    pub misfits: Misfits,
    /// Tokens whose text was altered.
    pub altered: u64,
    /// Documents without a token.
    pub empty: u64,
    /// Sentences whose dependencies are no tree.
    pub treeless: u64,
    /// Documents that have a layer that was not written, by its name.
    pub layers: BTreeMap<String, u64>,
}

impl Losses {
    /// Counts the layers of a document that are none of `written`, and have annotations.
    pub fn layers(&mut self, document: &Document, written: &[Option<&Layer>]) {
        let is_written = |layer: &Layer| written.iter().flatten().any(|w| std::ptr::eq(*w, layer));
        for layer in document.layers.iter().filter(|l| !l.annotations.is_empty() && !is_written(l))
        {
            match self.layers.get_mut(&layer.name) {
                Some(count) => *count += 1,
                None => {
                    self.layers.insert(layer.name.clone(), 1);
                }
            }
        }
    }

    /// What was lost, in words.
    pub fn told(&self, format: &str) -> Vec<String> {
        let Misfits { widened, overlapping, outside } = self.misfits;
        let spans = |n: u64| if n == 1 { "1 span".to_owned() } else { format!("{n} spans") };
        let mut told = Vec::new();
        if widened > 0 {
            told.push(format!("{} widened to whole tokens", spans(widened)));
        }
        if overlapping > 0 {
            told.push(format!("{} left out, because longer ones overlap them", spans(overlapping)));
        }
        if outside > 0 {
            told.push(format!("{} left out, because no token is in them", spans(outside)));
        }
        if self.altered > 0 {
            told.push(format!("{} tokens with \"_\" for white space inside", self.altered));
        }
        if self.empty > 0 {
            told.push(format!("{} documents without a token left out", self.empty));
        }
        if self.treeless > 0 {
            told.push(format!("{} sentences without heads: theirs are no tree", self.treeless));
        }
        if !self.layers.is_empty() {
            let names: Vec<&str> = self.layers.keys().map(String::as_str).collect();
            told.push(format!("{format} has no place for {}", names.join(", ")));
        }
        told
    }
}

/// A checkpoint that remembers what was lost so far.
pub(super) fn with_losses(checkpoint: Option<Checkpoint>, losses: &Losses) -> Option<Checkpoint> {
    let mut checkpoint = checkpoint?;
    if let (Some(object), Ok(value)) = (checkpoint.0.as_object_mut(), serde_json::to_value(losses))
    {
        object.insert(KEY.to_owned(), value);
    }
    Some(checkpoint)
}

/// What was lost up to a checkpoint.
pub(super) fn resumed(checkpoint: Option<&Checkpoint>) -> Losses {
    let losses = checkpoint.and_then(|checkpoint| checkpoint.0.get(KEY));
    losses.and_then(|losses| Losses::deserialize(losses).ok()).unwrap_or_default()
}
