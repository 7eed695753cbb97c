//! Self-attention (Vaswani et al. 2017, <https://arxiv.org/abs/1706.03762>) of each sequence over itself.

use gloss_kernels::{Affine, Kernels, Rows, row};

use crate::relative::{self, Adder, Distances, Relative};

/// Queries that are scored in a go, so that the scores stay in a near cache.
const QUERIES: usize = 64;

/// Sizes of the heads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heads {
    pub(crate) count: usize,
    /// Places of a head, padding included.
    pub(crate) width: usize,
}

/// Room that is used again.
#[derive(Debug)]
pub(crate) struct Scratch {
    keys: Affine,
    values: Affine,
    scores: Vec<f32>,
    relative: relative::Scratch,
}

impl Scratch {
    pub(crate) fn new(kernels: Kernels) -> Self {
        let layer = || Affine::empty(kernels);
        let relative = relative::Scratch::new(kernels);
        Self { keys: layer(), values: layer(), scores: Vec::new(), relative }
    }
}

/// Attends within one sequence. Rows of `input` are the queries of all heads (scaled already), then the
/// keys, then the values; `out` gets a row of all heads for each. `relative` tells what is added to scores.
pub(crate) fn attend(
    kernels: Kernels,
    heads: Heads,
    input: &[f32],
    relative: Option<(&Distances, &Relative)>,
    scratch: &mut Scratch,
    out: &mut [f32],
) {
    let Heads { count, width } = heads;
    let (all, stride) = (count * width, 3 * count * width);
    let tokens = input.len() / stride;
    let places = row(tokens);
    let Scratch { keys, values, scores, relative: room } = scratch;
    for head in 0..count {
        let rows = |part: usize| {
            let numbers = &input[part * all + head * width..];
            Rows { numbers, stride, count: tokens }
        };
        keys.set_columns(rows(1), width, f32::NEG_INFINITY);
        values.set_rows(rows(2), width);
        let adder =
            relative.map(|relative| Adder::new(relative, (heads, head), (rows(0), rows(1)), room));
        for from in (0..tokens).step_by(QUERIES) {
            let count = QUERIES.min(tokens - from);
            scores.resize(count * places, 0.0);
            let numbers = &rows(0).numbers[from * stride..];
            keys.product_into(Rows { numbers, stride, count }, scores);
            if let Some(adder) = &adder {
                for (query, scores) in scores.chunks_exact_mut(places).enumerate() {
                    adder.add(from + query, scores, room);
                }
            }
            kernels.softmax(scores, places);
            let probabilities = Rows { numbers: scores, stride: places, count };
            values.product_apart(probabilities, &mut out[from * all + head * width..], all);
        }
    }
}
