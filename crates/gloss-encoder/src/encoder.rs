//! The layers of an encoder, over sequences that lie behind one another without padding.

use std::ops::Range;

use gloss_kernels::{Activation, ByteRows, Kernels, Rows, row};

use crate::attention::{self, Heads, attend};
use crate::config::{Config, Family};
use crate::embeddings::{self, Embeddings};
use crate::error::Error;
use crate::layers::{Linear, Matrix, Normalization, Places, places};
use crate::names::{self, LayerNames};
use crate::relative::{Distances, Relative, Tables, disentangled};
use crate::settings::Settings;
use crate::tokenizer::Ids;
use crate::weights::Weights;

/// Rows that go through both layers of a feed-forward network in a go, so that what is between them stays
/// in a near cache.
const ROWS: usize = 96;

/// What goes through an encoder: tokens with special ones.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sequence {
    pub(crate) ids: Vec<u32>,
    /// The segment of each token.
    pub(crate) types: Vec<u32>,
    /// How the words of tokens are written, so far as is known; special tokens behind have none.
    pub(crate) casing: Vec<u8>,
}

impl Sequence {
    /// Appends tokens of a text.
    pub(crate) fn push(&mut self, tokens: &Ids, window: Range<usize>) {
        if !tokens.casing.is_empty() {
            self.casing.resize(self.ids.len(), 0);
            self.casing.extend_from_slice(&tokens.casing[window.clone()]);
        }
        self.ids.extend_from_slice(&tokens.ids[window]);
    }

    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }
}

/// An encoder without head; immutable.
#[derive(Debug)]
pub(crate) struct Encoder {
    kernels: Kernels,
    hidden: usize,
    heads: Heads,
    activation: Activation,
    embeddings: Embeddings,
    layers: Vec<Layer>,
    /// The layers to run, in order: one may run several times.
    order: Vec<usize>,
    /// The rows of distances, where attention adds something for them; and that, where layers share it.
    distances: Option<Distances>,
    relative: Option<Relative>,
}

/// An attention and a feed-forward network, each added to what goes in, and normalised.
#[derive(Debug)]
struct Layer {
    attention_in: Linear,
    attention_out: Linear,
    attention_norm: Normalization,
    /// What attention adds for distances, of this layer alone.
    relative: Option<Relative>,
    up: Linear,
    down: Linear,
    norm: Normalization,
}

/// Room that is used again.
#[derive(Debug)]
pub(crate) struct Scratch {
    embeddings: embeddings::Scratch,
    attention: attention::Scratch,
    bytes: ByteRows,
    rows: Vec<f32>,
    /// Queries, keys and values.
    parts: Vec<f32>,
    attended: Vec<f32>,
    between: Vec<f32>,
    difference: Vec<f32>,
}

impl Scratch {
    pub(crate) fn new(kernels: Kernels) -> Self {
        Self {
            embeddings: embeddings::Scratch::default(),
            attention: attention::Scratch::new(kernels),
            bytes: ByteRows::default(),
            rows: Vec::new(),
            parts: Vec::new(),
            attended: Vec::new(),
            between: Vec::new(),
            difference: Vec::new(),
        }
    }
}

impl Encoder {
    /// The first layers, `depth` of them.
    pub(crate) fn read(
        weights: &mut Weights,
        config: &Config,
        settings: &Settings,
        depth: usize,
    ) -> Result<Self, Error> {
        let embeddings = Embeddings::read(weights, config, settings.kernels)?;
        let (groups, inner) = config.groups;
        let shared = config.family == Family::Albert;
        let (count, inner) = if shared { (groups, inner) } else { (depth, 1) };
        let tables = Tables::read(weights, config, settings.kernels)?;
        let vectors = tables.vectors.as_deref();
        let mut layers = Vec::new();
        for at in 0..count * inner {
            let names = names::layer(config.family, at / inner, at % inner);
            layers.push(Layer::read(weights, config, settings, &names, vectors)?);
        }
        let of = |layer: usize| {
            let first = if shared { config.group(layer) * inner } else { layer };
            first..first + inner
        };
        let order = (0..depth).flat_map(of).collect();
        let Tables { distances, shared: relative, .. } = tables;
        let heads = Heads { count: config.heads, width: row(config.hidden / config.heads) };
        let (kernels, hidden, activation) = (settings.kernels, config.hidden, config.activation);
        Ok(Self {
            kernels,
            hidden,
            heads,
            activation,
            embeddings,
            layers,
            order,
            distances,
            relative,
        })
    }

    /// The vectors of the last layer that was read for all tokens of the sequences: rows of [`Encoder::stride`] places.
    pub(crate) fn encode<'s>(
        &self,
        sequences: &[Sequence],
        scratch: &'s mut Scratch,
    ) -> &'s mut [f32] {
        let kernels = self.kernels;
        self.embeddings.embed(sequences, kernels, &mut scratch.embeddings, &mut scratch.rows);
        for &layer in &self.order {
            let layer = &self.layers[layer];
            self.attention(layer, sequences, scratch);
            self.feed_forward(layer, scratch);
        }
        &mut scratch.rows
    }

    /// The places of a row.
    pub(crate) fn stride(&self) -> usize {
        row(self.hidden)
    }

    fn attention(&self, layer: &Layer, sequences: &[Sequence], scratch: &mut Scratch) {
        let Scratch { attention, bytes, rows, parts, attended, difference, .. } = scratch;
        let (kernels, stride, width) =
            (self.kernels, self.stride(), self.heads.count * self.heads.width);
        let count = rows.len() / stride;
        layer.attention_in.product(Rows { numbers: rows, stride, count }, bytes, parts);
        attended.resize(count * width, 0.0);
        let relative = layer.relative.as_ref().or(self.relative.as_ref());
        let relative = self.distances.as_ref().zip(relative);
        let mut from = 0;
        for sequence in sequences {
            let to = from + sequence.len();
            let input = &parts[from * 3 * width..to * 3 * width];
            let out = &mut attended[from * width..to * width];
            attend(kernels, self.heads, input, relative, attention, out);
            from = to;
        }
        let input = Rows { numbers: attended, stride: width, count };
        layer.attention_out.product(input, bytes, difference);
        layer.attention_norm.add(kernels, rows, difference);
    }

    fn feed_forward(&self, layer: &Layer, scratch: &mut Scratch) {
        let Scratch { bytes, rows, between, difference, .. } = scratch;
        let stride = self.stride();
        for rows in rows.chunks_mut(ROWS * stride) {
            let count = rows.len() / stride;
            layer.up.product(Rows { numbers: rows, stride, count }, bytes, between);
            self.kernels.activate(self.activation, between);
            let input = Rows { numbers: between, stride: layer.up.outputs(), count };
            layer.down.product(input, bytes, difference);
            layer.norm.add(self.kernels, rows, difference);
        }
    }
}

impl Layer {
    fn read(
        weights: &mut Weights,
        config: &Config,
        settings: &Settings,
        names: &LayerNames,
        vectors: Option<&[f32]>,
    ) -> Result<Self, Error> {
        let (hidden, heads) = (config.hidden, config.heads);
        let (kernels, precision) = (settings.kernels, settings.precision);
        let head = hidden / heads;
        let square = |weights: &mut Weights, name: &str| {
            let name = weights.encoder(name);
            Matrix::read(weights, &name, hidden, hidden)
        };
        // Queries, keys and values in one product. Each head is a row of its own, so that padding does for
        // any width; and scores need no scaling when queries are scaled.
        let mut parts = square(weights, &names.query)?;
        parts.scale(config.query_scale());
        let key = square(weights, &names.key)?;
        let relative = match vectors {
            Some(vectors) => {
                let own = (&parts, &key);
                Some(disentangled(weights, config, kernels, &names.attention, vectors, own)?)
            }
            None => None,
        };
        parts.append(key);
        parts.append(square(weights, &names.value)?);
        let plain: Places = places(1, hidden);
        let attention_in = parts.layer(kernels, precision, &plain, &places(3 * heads, head));
        let attention_out = square(weights, &names.attention_out)?;
        let attention_out = attention_out.layer(kernels, precision, &places(heads, head), &plain);
        let mut linear = |name: &str, sizes: (usize, usize)| {
            let name = weights.encoder(name);
            Linear::read(weights, &name, sizes, kernels, precision)
        };
        let up = linear(&names.up, (hidden, config.intermediate))?;
        let down = linear(&names.down, (config.intermediate, hidden))?;
        let mut norm = |name: &str| {
            let name = weights.encoder(name);
            Normalization::read(weights, &name, hidden, config.epsilon)
        };
        let attention_norm = norm(&names.attention_norm)?;
        let norm = norm(&names.norm)?;
        Ok(Self { attention_in, attention_out, attention_norm, relative, up, down, norm })
    }
}
