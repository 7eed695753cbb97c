//! How a model is to run.

use gloss_kernels::Kernels;

/// How a model is to run. What is not set is as the model's folder says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The numbers that weights are kept in.
    pub precision: Precision,
    /// The tokens of a window, special ones included. Longer texts are cut into windows.
    pub window: Option<usize>,
    /// The tokens that two windows that follow each other share at least. By default a quarter of a window
    /// where something is told of each token, so that each is seen with what surrounds it, and none elsewhere.
    pub overlap: Option<usize>,
    /// The layer whose vectors are given, as [`ModelInfo::depth`](crate::ModelInfo::depth) counts; by default the
    /// last. Layers behind it are not loaded, nor is the head: there are no scores of classes then.
    pub layer: Option<i32>,
    /// How the vectors of tokens become one of the text.
    pub pooling: Option<Pooling>,
    /// Whether vectors of texts are scaled to length one.
    pub normalize: Option<bool>,
    /// The instructions to compute with.
    pub kernels: Kernels,
}

/// The numbers that weights are kept in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// As they are in the file, or the nearest numbers of 32 bits.
    #[default]
    F32,
    /// The weights of the layers in 8 bits, with a scale for each output; what comes in goes to 8 bits with a
    /// scale for each token. Embeddings and heads stay in 32 bits.
    Int8,
}

/// How the vectors of tokens become one of the text (Reimers and Gurevych 2019,
/// <https://arxiv.org/abs/1908.10084>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooling {
    /// The mean of all tokens, special ones included.
    Mean,
    /// The first token, which is a special one in models that are made for it.
    Cls,
    /// The largest number of all tokens, place by place.
    Max,
}
