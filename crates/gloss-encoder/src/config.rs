//! `config.json`: what the model is.

use gloss_kernels::Activation;

use crate::adapter::Adapter;

mod deberta;
mod read;

pub(crate) const FILE: &str = "config.json";

/// What a model's head is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// There is no head: vectors of texts and of tokens.
    Embedding,
    /// Scores of classes for a text, or for a pair of texts.
    SequenceClassification,
    /// Scores of classes for each token.
    TokenClassification,
}

impl Task {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Embedding => "embeddings",
            Self::SequenceClassification => "sequence classification",
            Self::TokenClassification => "token classification",
        }
    }
}

/// What the scores of classes mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemType {
    /// One class holds: probabilities are their softmax.
    SingleLabel,
    /// Any of the classes may hold: probabilities are the sigmoid of each.
    MultiLabel,
    /// The scores are the answer.
    Regression,
}

/// How a family of models names and joins its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// Devlin et al. 2019, <https://arxiv.org/abs/1810.04805>.
    Bert,
    /// Sanh et al. 2019, <https://arxiv.org/abs/1910.01108>.
    DistilBert,
    /// Liu et al. 2019, <https://arxiv.org/abs/1907.11692>; and XLM-RoBERTa, CamemBERT.
    Roberta,
    /// Lan et al. 2020, <https://arxiv.org/abs/1909.11942>.
    Albert,
    /// Clark et al. 2020, <https://arxiv.org/abs/2003.10555>.
    Electra,
    /// Song et al. 2020, <https://arxiv.org/abs/2004.09297>.
    MpNet,
    /// He et al. 2021, <https://arxiv.org/abs/2006.03654>; and version 3, <https://arxiv.org/abs/2111.09543>.
    DebertaV2,
}

/// What attention adds for the distance between two tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RelativeConfig {
    None,
    /// A number for each of so many rows of distances.
    Bias {
        buckets: usize,
    },
    /// Products with vectors of `2 * span` rows of distances.
    Disentangled {
        span: usize,
        /// Rows that all distances up to `most` share.
        buckets: Option<usize>,
        most: usize,
        /// Queries are multiplied with vectors of distances.
        keys: bool,
        /// Keys are multiplied with vectors of distances.
        queries: bool,
        /// Vectors are projected as those of tokens are.
        shared: bool,
        normalized: bool,
    },
}

/// What of `config.json` matters here.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) family: Family,
    pub(crate) task: Task,
    /// Numbers of a token's vector.
    pub(crate) hidden: usize,
    /// Numbers of a token's embedding, before it is brought to the width of `hidden`.
    pub(crate) embedding: usize,
    pub(crate) layers: usize,
    pub(crate) heads: usize,
    pub(crate) intermediate: usize,
    pub(crate) activation: Activation,
    pub(crate) epsilon: f32,
    pub(crate) vocabulary: usize,
    /// Rows of the table of positions.
    pub(crate) positions: usize,
    /// Whether there is such a table; attention may know of positions instead.
    pub(crate) absolute: bool,
    /// The row of the first token's position.
    pub(crate) first_position: usize,
    /// Kinds of segments; zero if the model knows none.
    pub(crate) types: usize,
    pub(crate) pad: u32,
    /// Groups of layers that share weights, and the layers of a group.
    pub(crate) groups: (usize, usize),
    /// Names of classes in the order of scores.
    pub(crate) labels: Vec<String>,
    pub(crate) problem_type: ProblemType,
    pub(crate) relative: RelativeConfig,
    /// Kinds of products that scores are sums of.
    products: usize,
    pub(crate) pooler_activation: Activation,
}

impl Config {
    /// What queries are multiplied with, so that sums of products of them and keys have a variance of one.
    pub(crate) fn query_scale(&self) -> f32 {
        1.0 / ((self.hidden / self.heads * self.products) as f32).sqrt()
    }

    /// Takes the head of an adapter for the model's, if it has one.
    pub(crate) fn adapt(&mut self, adapter: &Adapter) {
        let Some((task, count, names)) = adapter.classes() else { return };
        self.task = task;
        // The names of the model's own labels are right for as many of an adapter that names none.
        if names.is_none() && self.labels.len() == count {
            return;
        }
        self.problem_type =
            if count == 1 { ProblemType::Regression } else { ProblemType::SingleLabel };
        self.labels = match names {
            Some(names) => names.to_vec(),
            None => (0..count).map(|at| format!("LABEL_{at}")).collect(),
        };
    }

    /// The group whose weights a layer has.
    pub(crate) fn group(&self, layer: usize) -> usize {
        layer * self.groups.0 / self.layers
    }
}
