//! What was found in one document.

use std::ops::Range;

use super::{Pipeline, Scratch};
use crate::annotations::Lemma;
use crate::morphology;
use crate::symbols::Symbol;
use crate::tokenizer::Token;

/// An entity: bytes `start..end` of the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entity {
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
    /// The index of the label in [`Pipeline::labels`].
    pub label: usize,
    /// The smallest lead, in raw scores, of a decision that made this entity over the best other one
    /// that was allowed: near 0 the entity hung by a thread. Infinite where nothing else was allowed.
    /// Not a probability.
    pub margin: f32,
}

/// A document's annotations, as far as the pipeline was loaded for them; lent by the scratch.
///
/// Tokens are named by their position. What was not computed is empty, or `None`.
#[derive(Clone, Copy, Debug)]
pub struct Analysis<'a> {
    pub(super) pipeline: &'a Pipeline,
    pub(super) text: &'a str,
    pub(super) scratch: &'a Scratch,
}

impl<'a> Analysis<'a> {
    /// The tokens.
    #[must_use]
    pub fn tokens(&self) -> &'a [Token] {
        &self.scratch.tokens
    }

    /// The text of a token.
    ///
    /// # Panics
    /// If there is no such token.
    #[must_use]
    pub fn word(&self, token: usize) -> &'a str {
        let Token { start, end, .. } = self.scratch.tokens[token];
        &self.text[start..end]
    }

    /// The fine-grained tag.
    #[must_use]
    pub fn tag(&self, token: usize) -> &'a str {
        self.value(&self.scratch.annotations.tag, token)
    }

    /// The universal part of speech.
    #[must_use]
    pub fn pos(&self, token: usize) -> &'a str {
        self.value(&self.scratch.annotations.pos, token)
    }

    /// Morphological features, such as `Number=Sing|Person=3`; empty where there are none.
    #[must_use]
    pub fn morph(&self, token: usize) -> &'a str {
        match self.value(&self.scratch.annotations.morph, token) {
            morphology::EMPTY => "",
            features => features,
        }
    }

    /// The lemma.
    #[must_use]
    pub fn lemma(&self, token: usize) -> &'a str {
        match self.scratch.annotations.lemma.get(token) {
            Some(&Lemma::Symbol(symbol)) => self.pipeline.symbols.name(symbol),
            Some(&Lemma::Cached(position)) => self.scratch.lemmas.get(position),
            Some(Lemma::None) | None => "",
        }
    }

    /// The token that this one hangs on; a root hangs on itself.
    #[must_use]
    pub fn head(&self, token: usize) -> Option<usize> {
        self.scratch.tree.heads.get(token).map(|&head| head as usize)
    }

    /// The label of the arc to the head: an index in [`Pipeline::dependency_labels`].
    #[must_use]
    pub fn label(&self, token: usize) -> Option<usize> {
        let symbol = self.scratch.tree.labels.get(token)?;
        Some(self.pipeline.label_positions[symbol.index()] as usize)
    }

    /// Sentences, as ranges of tokens that follow each other and leave none out. Empty where nothing
    /// that finds sentences ran.
    pub fn sentences(&self) -> impl Iterator<Item = Range<usize>> + use<'a> {
        let starts = &self.scratch.tree.starts;
        let mut first = 0;
        std::iter::from_fn(move || {
            if first >= starts.len() {
                return None;
            }
            let next = (first + 1..starts.len()).find(|&at| starts[at]);
            let sentence = first..next.unwrap_or(starts.len());
            first = sentence.end;
            Some(sentence)
        })
    }

    /// Base noun phrases, as ranges of tokens, from left to right.
    pub fn noun_chunks(&self) -> impl Iterator<Item = Range<usize>> + use<'a> {
        let chunks = &self.scratch.noun_chunks;
        chunks.iter().map(|chunk| chunk.start as usize..chunk.end as usize)
    }

    /// Entities, from left to right.
    pub fn entities(&self) -> impl Iterator<Item = Entity> + use<'a> {
        let tokens = &self.scratch.tokens;
        self.scratch.spans.iter().map(|span| Entity {
            start: tokens[span.start].start,
            end: tokens[span.end - 1].end,
            label: span.label,
            margin: span.margin,
        })
    }

    fn value(&self, column: &[Symbol], token: usize) -> &'a str {
        column.get(token).map_or("", |&symbol| self.pipeline.symbols.name(symbol))
    }
}
