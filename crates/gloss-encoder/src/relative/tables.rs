//! Reads what attention adds for distances.

use gloss_kernels::{ByteRows, Kernels, Rows, row};

use super::{Distances, Relative, deberta_row, mpnet_row};
use crate::config::{Config, RelativeConfig};
use crate::error::Error;
use crate::layers::{Matrix, Normalization, places};
use crate::settings::Precision;
use crate::weights::Weights;

/// What the layers of an encoder have in common.
#[derive(Default)]
pub(crate) struct Tables {
    pub(crate) distances: Option<Distances>,
    /// What is added in all layers alike.
    pub(crate) shared: Option<Relative>,
    /// The vectors of distances, as padded rows, from which each layer makes its own.
    pub(crate) vectors: Option<Vec<f32>>,
}

impl Tables {
    pub(crate) fn read(
        weights: &mut Weights,
        config: &Config,
        kernels: Kernels,
    ) -> Result<Self, Error> {
        match config.relative {
            RelativeConfig::None => Ok(Self::default()),
            RelativeConfig::Bias { buckets } => {
                let name = weights.encoder("encoder.relative_attention_bias.weight");
                let bias = weights.read(&name, &[buckets, config.heads])?;
                let of = |distance| mpnet_row(distance, buckets);
                let distances = Some(Distances::new(config.positions, of));
                Ok(Self { distances, shared: Some(Relative::Bias(bias)), vectors: None })
            }
            RelativeConfig::Disentangled { span, buckets, most, normalized, .. } => {
                let (hidden, stride) = (config.hidden, row(config.hidden));
                let name = weights.encoder("encoder.rel_embeddings.weight");
                let table = weights.read(&name, &[2 * span, hidden])?;
                let mut vectors = vec![0.0; 2 * span * stride];
                for (vector, row) in
                    vectors.chunks_exact_mut(stride).zip(table.chunks_exact(hidden))
                {
                    vector[..hidden].copy_from_slice(row);
                }
                if normalized {
                    let name = weights.encoder("encoder.LayerNorm");
                    let norm = Normalization::read(weights, &name, hidden, config.epsilon)?;
                    let nothing = vec![0.0; vectors.len()];
                    norm.add(kernels, &mut vectors, &nothing);
                }
                let of = |distance| deberta_row(distance, buckets, most, span);
                let distances = Some(Distances::new(config.positions, of));
                Ok(Self { distances, shared: None, vectors: Some(vectors) })
            }
        }
    }
}

/// What a layer adds, made of the vectors of distances: by the projections of its own queries (scaled) and
/// keys, or by others, whose names start with `name`.
pub(crate) fn disentangled(
    weights: &mut Weights,
    config: &Config,
    kernels: Kernels,
    name: &str,
    vectors: &[f32],
    (query, key): (&Matrix, &Matrix),
) -> Result<Relative, Error> {
    let (hidden, heads) = (config.hidden, config.heads);
    let RelativeConfig::Disentangled { span, keys, queries, shared, .. } = config.relative else {
        return Ok(Relative::Disentangled { keys: None, queries: None });
    };
    let project = |matrix: &Matrix| {
        let outputs = places(heads, hidden / heads);
        let layer = matrix.layer(kernels, Precision::F32, &places(1, hidden), &outputs);
        let input = Rows { numbers: vectors, stride: row(hidden), count: 2 * span };
        let mut out = Vec::new();
        layer.product(input, &mut ByteRows::default(), &mut out);
        out
    };
    let mut other = |part: &str| {
        let name = weights.encoder(&format!("{name}.{part}"));
        Matrix::read(weights, &name, hidden, hidden)
    };
    let keys = match (keys, shared) {
        (false, _) => None,
        (true, true) => Some(project(key)),
        (true, false) => Some(project(&other("pos_key_proj")?)),
    };
    let queries = match (queries, shared) {
        (false, _) => None,
        (true, true) => Some(project(query)),
        (true, false) => {
            let mut matrix = other("pos_query_proj")?;
            matrix.scale(config.query_scale());
            Some(project(&matrix))
        }
    };
    Ok(Relative::Disentangled { keys, queries })
}
