//! Heads of adapters: an affine layer over pooled vectors.

use super::Adapter;
use super::manifest::{Feature, HeadActivation, HeadEntry, HeadKind};
use crate::error::Error;
use crate::scores::softmax;
use crate::worker::Pooled;

/// A head for texts, or for targets in texts.
#[derive(Clone, Debug)]
pub struct AdapterHead {
    name: String,
    kind: HeadKind,
    labels: Vec<String>,
    activation: HeadActivation,
    inputs: Vec<Feature>,
    /// A row for each label.
    weights: Vec<f32>,
    bias: Vec<f32>,
}

impl AdapterHead {
    /// The head of an adapter, for vectors of `hidden` numbers.
    pub(crate) fn read(adapter: &Adapter, entry: &HeadEntry, hidden: usize) -> Result<Self, Error> {
        let (mut weights, mut bias) = layer(adapter, entry, hidden)?;
        // So logits are calibrated wherever they go.
        weights.iter_mut().chain(&mut bias).for_each(|number| *number /= entry.temperature);
        Ok(Self {
            name: entry.name.clone(),
            kind: entry.kind,
            labels: entry.labels.clone(),
            activation: entry.activation,
            inputs: entry.inputs.clone(),
            weights,
            bias,
        })
    }

    /// The name that the adapter has for it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it answers for.
    #[must_use]
    pub fn kind(&self) -> HeadKind {
        self.kind
    }

    /// The names of what it gives numbers for, in their order.
    #[must_use]
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// A number for each label, of a text or of one of its targets: calibrated probabilities, or numbers from
    /// -1 to 1. None for a target of which the tokenizer left nothing, or where it asks for a target.
    #[must_use]
    pub fn answer(&self, pooled: &Pooled, target: Option<usize>) -> Option<Vec<f32>> {
        let features: Option<Vec<&[f32]>> =
            self.inputs.iter().map(|input| pooled.feature(*input, target)).collect();
        let features = features?.concat();
        let rows = self.weights.chunks_exact(features.len().max(1));
        let logits = rows.zip(&self.bias).map(|(row, bias)| {
            row.iter().zip(&features).map(|(weight, x)| weight * x).sum::<f32>() + bias
        });
        Some(match self.activation {
            HeadActivation::Softmax => {
                let mut scores: Vec<f32> = logits.collect();
                softmax(&mut scores);
                scores
            }
            HeadActivation::Tanh => logits.map(f32::tanh).collect(),
        })
    }
}

/// The weights and the bias of a head.
fn layer(
    adapter: &Adapter,
    entry: &HeadEntry,
    hidden: usize,
) -> Result<(Vec<f32>, Vec<f32>), Error> {
    let read = |part: &str, shape: &[usize]| {
        let name = format!("{}.{part}", entry.module);
        adapter.replacement(&name, shape)?.ok_or_else(|| super::missing(&name))
    };
    let labels = entry.labels.len();
    Ok((read("weight", &[labels, entry.inputs.len() * hidden])?, read("bias", &[labels])?))
}
