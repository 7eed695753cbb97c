//! What turns vectors of an encoder's last layer to scores of classes.

use gloss_kernels::{Activation, ByteRows, Kernels, Rows, row};

use crate::config::{Config, FILE, Family, Task};
use crate::error::Error;
use crate::layers::Linear;
use crate::settings::Precision;
use crate::weights::{self, Weights};

/// A head for classes.
#[derive(Debug)]
pub(crate) struct Head {
    kernels: Kernels,
    /// What comes before the classes, and its activation.
    dense: Option<(Linear, Activation)>,
    classes: Linear,
    labels: usize,
}

impl Head {
    /// The head of the model's task; none for embeddings.
    pub(crate) fn read(
        weights: &mut Weights,
        config: &Config,
        kernels: Kernels,
    ) -> Result<Option<Self>, Error> {
        let (dense, classes) = match config.task {
            Task::Embedding => return Ok(None),
            Task::TokenClassification => (None, "classifier"),
            Task::SequenceClassification => {
                let (dense, activation, classes) = sequence_parts(weights, config);
                (Some((dense, activation)), classes)
            }
        };
        let (hidden, labels) = (config.hidden, config.labels.len());
        let mut linear = |name: &str, outputs: usize| {
            Linear::read(weights, name, (hidden, outputs), kernels, Precision::F32)
        };
        let dense = match dense {
            Some((name, activation)) => Some((linear(&name, hidden)?, activation)),
            None => None,
        };
        let classes = linear(classes, labels).map_err(|error| match error {
            Error::Invalid { file, field, reason } if file == weights::FILE => {
                let reason = format!("{reason} ({labels} labels in id2label of {FILE})");
                Error::Invalid { file, field, reason }
            }
            other => other,
        })?;
        Ok(Some(Self { kernels, dense, classes, labels }))
    }

    /// The scores of all classes for each row of vectors; those of a row follow each other.
    pub(crate) fn scores(&self, vectors: Rows<'_>) -> Vec<f32> {
        let (mut room, mut between, mut scores) = (ByteRows::default(), Vec::new(), Vec::new());
        let mut input = vectors;
        if let Some((dense, activation)) = &self.dense {
            dense.product(input, &mut room, &mut between);
            self.kernels.activate(*activation, &mut between);
            input = Rows { numbers: &between, stride: dense.outputs(), count: vectors.count };
        }
        self.classes.product(input, &mut room, &mut scores);
        let rows = scores.chunks_exact(row(self.labels));
        rows.flat_map(|scores| &scores[..self.labels]).copied().collect()
    }
}

/// The names of a sequence head's two layers, and the activation between them.
fn sequence_parts(weights: &Weights, config: &Config) -> (String, Activation, &'static str) {
    match config.family {
        Family::Bert => (weights.encoder("pooler.dense"), Activation::Tanh, "classifier"),
        Family::Albert => (weights.encoder("pooler"), Activation::Tanh, "classifier"),
        Family::DistilBert => ("pre_classifier".to_owned(), Activation::Relu, "classifier"),
        Family::DebertaV2 => ("pooler.dense".to_owned(), config.pooler_activation, "classifier"),
        Family::Roberta | Family::MpNet => {
            ("classifier.dense".to_owned(), Activation::Tanh, "classifier.out_proj")
        }
        Family::Electra => ("classifier.dense".to_owned(), Activation::Gelu, "classifier.out_proj"),
    }
}
