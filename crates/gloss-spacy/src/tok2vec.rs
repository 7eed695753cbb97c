//! `spacy.Tok2Vec.v2`: hash embeddings, a maxout mixer, and residual window layers.

mod embed;
mod maxout;

use std::ops::Range;
use std::sync::Arc;

use crate::error::Error;
use crate::lexeme::{Attribute, Norms};
use crate::thinc::Model;
use crate::tokenizer::{Token, Tokenizer};
use crate::vectors::Vectors;
use embed::{EmbedCache, StaticVectors, Table};
use maxout::Maxout;

/// A document's tokens with what their features need.
#[derive(Clone, Copy)]
pub(crate) struct Words<'a> {
    pub(crate) text: &'a str,
    pub(crate) tokens: &'a [Token],
    pub(crate) tokenizer: &'a Tokenizer,
    pub(crate) norms: &'a Norms,
}

impl<'a> Words<'a> {
    pub(crate) fn word(&self, token: &Token) -> &'a str {
        &self.text[token.start..token.end]
    }

    fn attribute(&self, attribute: Attribute, token: &Token) -> u64 {
        let norm = self.tokenizer.norm(token);
        self.norms.attribute(attribute, self.word(token), norm, token.spacy)
    }
}

/// The sizes that the configuration states; the weights must agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) width: usize,
    pub(crate) depth: usize,
    pub(crate) window: usize,
    pub(crate) attributes: Vec<String>,
    /// Whether word vectors are part of the input.
    pub(crate) static_vectors: bool,
}

/// The weights; immutable.
#[derive(Debug)]
pub(crate) struct Tok2Vec {
    pub(crate) width: usize,
    window: usize,
    tables: Vec<Table>,
    vectors: Option<StaticVectors>,
    mixer: Maxout,
    layers: Vec<Maxout>,
}

/// Buffers and the bounded cache of mixed embeddings; owned by one thread.
#[derive(Debug, Default)]
pub(crate) struct Tok2VecScratch {
    cache: EmbedCache,
    ids: Vec<u32>,
    rows: Vec<f32>,
    product: Vec<f32>,
}

impl Tok2Vec {
    /// Takes the parameters out of a model file that holds exactly one such network. `vectors` are
    /// those of the vocabulary, where the shape asks for them.
    pub(crate) fn read(
        model: &Model<'_>,
        shape: &Shape,
        vectors: Option<&Arc<Vectors>>,
    ) -> Result<Self, Error> {
        let file = model.file;
        let maxouts: Vec<_> = model.named("maxout").collect();
        let norms: Vec<_> = model.named("layernorm").collect();
        if maxouts.len() != norms.len() || maxouts.len().checked_sub(1) != Some(shape.depth) {
            let reason = format!(
                "{} maxout and {} layernorm layers do not make a mixer and {} window layers",
                maxouts.len(),
                norms.len(),
                shape.depth
            );
            return Err(Error::invalid(file, "nodes", reason));
        }
        for node in model.named("expand_window") {
            let window = node.attribute("window_size", file)?;
            if window.size()? != shape.window {
                return Err(window.error(format!("config.cfg says {}", shape.window)));
            }
        }
        let tables = embed::read_tables(model, shape)?;
        let vectors = StaticVectors::read(model, shape, vectors)?;
        let embedded: usize = tables.iter().map(|table| table.width).sum();
        let mut inputs = Some(embedded + vectors.as_ref().map_or(0, StaticVectors::width));
        let span = shape.window.checked_mul(2).and_then(|n| n.checked_add(1));
        let mut layers = Vec::new();
        for (maxout, norm) in maxouts.into_iter().zip(norms) {
            let expected = inputs
                .ok_or_else(|| Error::invalid("config.cfg", "window_size", "far too large"))?;
            layers.push(Maxout::read(maxout, norm, expected, shape.width, file)?);
            inputs = span.and_then(|span| span.checked_mul(shape.width));
        }
        let mixer = layers.remove(0);
        Ok(Self { width: shape.width, window: shape.window, tables, vectors, mixer, layers })
    }

    /// The vectors of the tokens in `range`, row by row. They depend on the whole document's tokens within
    /// the receptive field (depth x window on each side), never on how it is cut into ranges.
    pub(crate) fn vectors<'s>(
        &self,
        words: &Words<'_>,
        range: Range<usize>,
        scratch: &'s mut Tok2VecScratch,
    ) -> &'s [f32] {
        let halo = self.layers.len() * self.window;
        let width = self.width;
        let count = range.len();
        self.embed(words, &range, halo, scratch);
        for (index, layer) in self.layers.iter().enumerate() {
            // Rows beyond the document start as zeros and are computed like the others, as spaCy's
            // padding is; each layer needs fewer of them.
            let margin = (self.layers.len() - 1 - index) * self.window;
            let rows = count + 2 * margin;
            let first = halo - margin;
            let input = &scratch.rows[(first - self.window) * width..];
            layer.affine.product(input, width, rows, &mut scratch.product);
            let output = &mut scratch.rows[first * width..(first + rows) * width];
            layer.normalize(&mut scratch.product, output, true);
        }
        &scratch.rows[halo * width..(halo + count) * width]
    }

    /// Fills the rows of `range` and of `halo` rows on each side with mixed embeddings.
    fn embed(
        &self,
        words: &Words<'_>,
        range: &Range<usize>,
        halo: usize,
        scratch: &mut Tok2VecScratch,
    ) {
        let first = range.start.saturating_sub(halo);
        let last = range.end.saturating_add(halo).min(words.tokens.len());
        let Tok2VecScratch { cache, ids, rows, .. } = scratch;
        cache.look_up(self, words, &words.tokens[first..last], ids);
        rows.clear();
        rows.resize((range.len() + 2 * halo) * self.width, 0.0);
        let before = first + halo - range.start;
        for (row, &id) in rows.chunks_exact_mut(self.width).skip(before).zip(ids.iter()) {
            row.copy_from_slice(cache.row(id, self.width));
        }
    }
}
