//! `spacy.Tok2Vec.v2`: hash embeddings, a maxout mixer, and residual window layers.

mod embed;
mod maxout;
mod words;

use std::ops::Range;
use std::sync::Arc;

use crate::error::Error;
use crate::lexeme::{Attribute, Norms};
use crate::thinc::Model;
use crate::tokenizer::{Token, Tokenizer};
use crate::vectors::Vectors;
use embed::{StaticVectors, Table};
use gloss_kernels::{Affine, Kernels, row};
use maxout::{LayerNorm, Maxout, Parameters};
use words::WordCache;

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
///
/// What the first window layer adds up for a token is one row of products for each token of its window, and
/// such a row depends on the word alone: it is computed once for a word and kept beside its embedding.
#[derive(Debug)]
pub(crate) struct Tok2Vec {
    pub(crate) width: usize,
    window: usize,
    tables: Vec<Table>,
    vectors: Option<StaticVectors>,
    mixer: Maxout,
    first: Option<FirstLayer>,
    layers: Vec<Maxout>,
}

/// The first window layer.
#[derive(Debug)]
struct FirstLayer {
    /// From an embedding to its products at each place of the window, from left to right. The bias is in
    /// the middle place's.
    products: Affine,
    pieces: usize,
    norm: LayerNorm,
}

/// Buffers and the bounded cache of words; owned by one thread.
#[derive(Debug, Default)]
pub(crate) struct Tok2VecScratch {
    cache: WordCache,
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
        kernels: Kernels,
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
        let vectors = StaticVectors::read(model, shape, vectors, kernels)?;
        let mut widths: Vec<usize> = tables.iter().map(|table| table.width).collect();
        widths.extend(vectors.as_ref().map(StaticVectors::width));
        let mut inputs = Some(widths.iter().sum());
        let span = shape.window.checked_mul(2).and_then(|n| n.checked_add(1));
        let mut layers = Vec::new();
        for (maxout, norm) in maxouts.into_iter().zip(norms) {
            let expected = inputs
                .ok_or_else(|| Error::invalid("config.cfg", "window_size", "far too large"))?;
            layers.push(Parameters::read(maxout, norm, expected, shape.width, file)?);
            inputs = span.and_then(|span| span.checked_mul(shape.width));
        }
        let mut layers = layers.into_iter();
        let Some(mixer) = layers.next() else {
            return Err(Error::invalid(file, "nodes", "no maxout layer"));
        };
        let (width, window) = (shape.width, shape.window);
        let mixer = mixer.layer(&widths, kernels);
        let first = layers.next().map(|first| FirstLayer::new(first, width, window, kernels));
        let places = || vec![width; 2 * window + 1];
        let layers = layers.map(|layer| layer.layer(&places(), kernels)).collect();
        Ok(Self { width, window, tables, vectors, mixer, first, layers })
    }

    /// The vectors of the tokens in `range`, row by row. They depend on the whole document's tokens within
    /// the receptive field (depth x window on each side), never on how it is cut into ranges.
    pub(crate) fn vectors<'s>(
        &self,
        words: &Words<'_>,
        range: Range<usize>,
        scratch: &'s mut Tok2VecScratch,
    ) -> &'s [f32] {
        let depth = self.layers.len() + usize::from(self.first.is_some());
        let halo = depth * self.window;
        let (stride, count) = (row(self.width), range.len());
        self.embed(words, &range, halo, scratch);
        if let Some(first) = &self.first {
            first.apply(self.window, scratch);
        }
        for (index, layer) in self.layers.iter().enumerate() {
            // Rows beyond the document start as zeros and are computed like the others, as spaCy's
            // padding is; each layer needs fewer of them.
            let margin = (self.layers.len() - 1 - index) * self.window;
            let rows = count + 2 * margin;
            let first = halo - margin;
            let input = &scratch.rows[(first - self.window) * stride..];
            layer.product(input, stride, rows, &mut scratch.product);
            let output = &mut scratch.rows[first * stride..(first + rows) * stride];
            layer.norm.apply(&scratch.product, rows, output, true);
        }
        &scratch.rows[halo * stride..(halo + count) * stride]
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
        let before = first + halo - range.start;
        ids.clear();
        ids.resize(before, WordCache::NO_WORD);
        cache.look_up(self, words, &words.tokens[first..last], ids);
        ids.resize(range.len() + 2 * halo, WordCache::NO_WORD);
        let stride = row(self.width);
        rows.resize(ids.len() * stride, 0.0);
        for (row, &id) in rows.chunks_exact_mut(stride).zip(ids.iter()) {
            row.copy_from_slice(cache.embedding(id, stride));
        }
    }
}

impl FirstLayer {
    fn new(layer: Parameters, width: usize, window: usize, kernels: Kernels) -> Self {
        let (outputs, places) = (layer.outputs(), 2 * window + 1);
        let weight = |output: usize, input: usize| {
            layer.weight(output % outputs, output / outputs * width + input)
        };
        let bias = |output: usize| {
            if output / outputs == window { layer.bias(output % outputs) } else { 0.0 }
        };
        let products = Affine::new(kernels, (width, places * outputs), weight, bias);
        let pieces = layer.pieces;
        Self { products, pieces, norm: layer.norm(kernels) }
    }

    /// Computes all rows but the outermost ones, whose windows are not whole.
    fn apply(&self, window: usize, scratch: &mut Tok2VecScratch) {
        let Tok2VecScratch { cache, ids, rows, product } = scratch;
        let places = 2 * window + 1;
        let part = self.products.outputs() / places;
        let stride = part / self.pieces;
        let count = (ids.len() + 1).saturating_sub(places);
        product.resize(count * stride, 0.0);
        let mut parts: Vec<&[f32]> = Vec::with_capacity(places);
        for (ids, out) in ids.windows(places).zip(product.chunks_exact_mut(stride)) {
            parts.clear();
            let products = ids.iter().enumerate();
            parts.extend(products.map(|(at, &id)| &cache.products(id)[at * part..(at + 1) * part]));
            self.norm.kernels.maxout_of_sum(&parts, self.pieces, out);
        }
        let output = &mut rows[window * stride..(window + count) * stride];
        self.norm.apply(product, count, output, true);
    }
}
