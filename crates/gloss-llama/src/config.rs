//! The sizes of a model.

use crate::error::Error;
use crate::gguf::Gguf;

/// Sizes and constants, as the file's metadata give them.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) layers: usize,
    /// Numbers of a token's vector.
    pub(crate) width: usize,
    /// Numbers between the two layers of a feed-forward network.
    pub(crate) inner: usize,
    pub(crate) heads: usize,
    /// Heads of keys and values; each is for several heads of queries.
    pub(crate) shared_heads: usize,
    /// Numbers of a head.
    pub(crate) head: usize,
    /// Tokens that the model can look at.
    pub(crate) context: usize,
    pub(crate) epsilon: f32,
    /// For each pair of a head's numbers that turns with the position, by how much at each step.
    pub(crate) angles: Vec<f64>,
    pub(crate) vocabulary: usize,
}

/// No model comes near these; they keep products of sizes small.
const MOST_LAYERS: usize = 1000;
const WIDEST: usize = 1 << 20;

impl Config {
    pub(crate) fn read(file: &mut Gguf) -> Result<Self, Error> {
        let metadata = &file.metadata;
        let architecture = metadata.text("general.architecture")?.unwrap_or("none");
        if architecture != "llama" {
            return Err(Error::unsupported(format!("the architecture {architecture:?}")));
        }
        let size = |name: &str, most: usize| {
            let name = format!("llama.{name}");
            let size = metadata.whole(&name)?;
            if !(1..=most).contains(&size) {
                return Err(Error::invalid(name, format!("{size} is not from 1 to {most}")));
            }
            Ok(size)
        };
        let layers = size("block_count", MOST_LAYERS)?;
        let width = size("embedding_length", WIDEST)?;
        let inner = size("feed_forward_length", WIDEST)?;
        let heads = size("attention.head_count", WIDEST)?;
        let context = size("context_length", u32::MAX as usize)?;
        let shared_heads = metadata.whole_or("llama.attention.head_count_kv", heads)?;
        if metadata.whole_or("llama.expert_count", 0)? > 0 {
            return Err(Error::unsupported("several experts"));
        }
        let head = metadata.whole_or("llama.attention.key_length", width / heads)?;
        let fits = width.is_multiple_of(32)
            && inner.is_multiple_of(32)
            && shared_heads > 0
            && heads.is_multiple_of(shared_heads)
            && head > 0
            && head.checked_mul(heads) == Some(width);
        if !fits {
            let reason = format!(
                "vectors of {width} and {inner} numbers, {heads} heads and {shared_heads} of keys do not \
                 fit together"
            );
            return Err(Error::invalid("llama.attention.head_count", reason));
        }
        if !head.is_multiple_of(16) {
            return Err(Error::unsupported(format!("heads of {head} numbers, no multiple of 16")));
        }
        let epsilon = metadata.number_or("llama.attention.layer_norm_rms_epsilon", 1e-5)? as f32;
        let vocabulary = metadata.texts("tokenizer.ggml.tokens")?.len();
        let angles = angles(file, head)?;
        Ok(Self {
            layers,
            width,
            inner,
            heads,
            shared_heads,
            head,
            context,
            epsilon,
            angles,
            vocabulary,
        })
    }
}

/// Rotary positions (Su et al. 2021, <https://arxiv.org/abs/2104.09864>), with the factors that later models
/// of the architecture have for longer contexts.
fn angles(file: &mut Gguf, head: usize) -> Result<Vec<f64>, Error> {
    let metadata = &file.metadata;
    let turning = metadata.whole_or("llama.rope.dimension_count", head)?;
    if turning > head || !turning.is_multiple_of(2) {
        let reason = format!("{turning} does not fit heads of {head} numbers");
        return Err(Error::invalid("llama.rope.dimension_count", reason));
    }
    let base = metadata.number_or("llama.rope.freq_base", 10_000.0)?;
    let stretch = match metadata.text("llama.rope.scaling.type")? {
        None | Some("none") => 1.0,
        Some("linear") => metadata.number_or("llama.rope.scaling.factor", 1.0)?,
        Some(other) => return Err(Error::unsupported(format!("positions scaled by {other:?}"))),
    };
    if base <= 0.0 || stretch <= 0.0 {
        return Err(Error::invalid("llama.rope.freq_base", "it is not above zero"));
    }
    let mut factors = vec![1.0; turning / 2];
    if file.find("rope_freqs.weight").is_some() {
        let found = file.numbers("rope_freqs.weight", turning / 2)?;
        factors = found.into_iter().map(f64::from).collect();
    }
    let angle = |(at, factor): (usize, f64)| {
        base.powf(-2.0 * at as f64 / turning as f64) / (stretch * factor)
    };
    Ok(factors.into_iter().enumerate().map(angle).collect())
}
