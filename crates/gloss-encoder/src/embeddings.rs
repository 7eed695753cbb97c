//! What tokens are before the first layer: sums of a token's, a position's and a segment's vectors.

use std::sync::Arc;

use gloss_kernels::{ByteRows, Kernels, Rows, row};

use crate::config::{Config, Family};
use crate::encoder::Sequence;
use crate::error::Error;
use crate::layers::{Linear, Normalization};
use crate::names;
use crate::settings::Precision;
use crate::weights::Weights;

/// The tables, and what comes after their sum.
#[derive(Debug)]
pub(crate) struct Embeddings {
    width: usize,
    tokens: Arc<Vec<f32>>,
    /// Empty if positions are known by attention alone.
    positions: Vec<f32>,
    first_position: usize,
    pad: u32,
    /// Empty if the model knows no segments.
    types: Vec<f32>,
    /// A vector for each way in which a word is written; empty but for models of adapters.
    casing: Vec<f32>,
    norm: Normalization,
    projection: Option<Linear>,
}

/// Room that is used again.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    sums: Vec<f32>,
    differences: Vec<f32>,
}

impl Embeddings {
    pub(crate) fn read(
        weights: &mut Weights,
        config: &Config,
        kernels: Kernels,
    ) -> Result<Self, Error> {
        let width = config.embedding;
        let words = weights.encoder("embeddings.word_embeddings.weight");
        let tokens = weights.read_shared(&words, &[config.vocabulary, width])?;
        let casing = weights.casing(width)?;
        let mut table = |name: &str, rows: usize| {
            let name = weights.encoder(&format!("embeddings.{name}_embeddings.weight"));
            weights.read(&name, &[rows, width])
        };
        let placed = config.absolute;
        let positions = if placed { table("position", config.positions)? } else { vec![] };
        let types = if config.types > 0 { table("token_type", config.types)? } else { vec![] };
        let norm = weights.encoder("embeddings.LayerNorm");
        let norm = Normalization::read(weights, &norm, width, config.epsilon)?;
        let projected = config.family == Family::Albert || width != config.hidden;
        let projection = if projected {
            let name = weights.encoder(names::projection(config.family));
            let sizes = (width, config.hidden);
            Some(Linear::read(weights, &name, sizes, kernels, Precision::F32)?)
        } else {
            None
        };
        let (first_position, pad) = (config.first_position, config.pad);
        Ok(Self { width, tokens, positions, first_position, pad, types, casing, norm, projection })
    }

    /// Sets `out` to the rows of all tokens of the sequences. Ids, positions and types must be in the tables.
    pub(crate) fn embed(
        &self,
        sequences: &[Sequence],
        kernels: Kernels,
        scratch: &mut Scratch,
        out: &mut Vec<f32>,
    ) {
        let (stride, width) = (row(self.width), self.width);
        let count: usize = sequences.iter().map(Sequence::len).sum();
        let sums = if self.projection.is_some() { &mut scratch.sums } else { &mut *out };
        sums.resize(count * stride, 0.0);
        scratch.differences.resize(count * stride, 0.0);
        let mut rows =
            sums.chunks_exact_mut(stride).zip(scratch.differences.chunks_exact_mut(stride));
        for sequence in sequences {
            let mut position = self.first_position;
            for (at, &id) in sequence.ids.iter().enumerate() {
                let Some((sum, difference)) = rows.next() else { return };
                sum[..width].copy_from_slice(&self.tokens[id as usize * width..][..width]);
                sum[width..].fill(0.0);
                // Where positions start after the padding's, padding tokens keep that one.
                let padding = self.first_position > 0 && id == self.pad;
                let place = if padding { self.first_position - 1 } else { position };
                position += usize::from(!padding);
                difference.fill(0.0);
                if !self.positions.is_empty() {
                    let place = &self.positions[place * width..][..width];
                    difference[..width].copy_from_slice(place);
                }
                if !self.types.is_empty() {
                    let kind = &self.types[sequence.types[at] as usize * width..][..width];
                    difference.iter_mut().zip(kind).for_each(|(x, y)| *x += y);
                }
                if !self.casing.is_empty() {
                    let class = sequence.casing.get(at).copied().unwrap_or(0);
                    let way = &self.casing[usize::from(class) * width..][..width];
                    difference.iter_mut().zip(way).for_each(|(x, y)| *x += y);
                }
            }
        }
        self.norm.add(kernels, sums, &scratch.differences);
        if let Some(projection) = &self.projection {
            let input = Rows { numbers: &scratch.sums, stride, count };
            projection.product(input, &mut ByteRows::default(), out);
        }
    }
}
