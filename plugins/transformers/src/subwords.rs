//! Tokens of a model as spans, each with a vector.

use gloss_encoder::TokenVectors;
use gloss_plugin::prelude::*;
use gloss_plugin::{AttributeType, LayerSchema};

use crate::embeddings::VECTORS;
use crate::units::Unit;

/// The name of the layer, and its type: tokens that a stage `tokens` gives are words.
pub const SUBWORDS: &str = "subwords";
/// The position of the layer in the plan.
const SPANS: usize = 1;
const ID: &str = "id";
const SPECIAL: &str = "special";

/// The layer's schema.
pub fn layer() -> LayerSchema {
    layer::spans(SUBWORDS)
        .attribute(ID, AttributeType::Int, "number in the model's vocabulary")
        .attribute(SPECIAL, AttributeType::Bool, "true of tokens that the model puts around a text")
        .description("tokens of the model, several of which may share a character")
}

/// Pushes the tokens of a piece that stands behind a prefix of so many bytes, with vectors of this width.
/// Tokens of the prefix are left out.
pub fn push(
    tokens: &TokenVectors,
    (unit, prefix, width): (&Unit<'_>, usize, usize),
    special: bool,
    out: &mut DocumentOutput<'_>,
) -> Result<()> {
    let mut put = |range: std::ops::Range<usize>, id: Option<u32>, vector: &[f32]| {
        let span = out.span(SPANS, range);
        let span = match id {
            Some(id) => span.attribute(ID, i64::from(id)).push()?,
            None => span.attribute(SPECIAL, true).push()?,
        };
        out.vector(VECTORS, vector).target(span).push().map(|_| ())
    };
    let (start, end) = (unit.start, unit.start + unit.text.len());
    if special {
        tokens.before.chunks_exact(width).try_for_each(|vector| put(start..start, None, vector))?;
    }
    let rows = tokens.tokens.ids.iter().zip(&tokens.tokens.offsets);
    for ((&id, offsets), vector) in rows.zip(tokens.vectors.chunks_exact(width)) {
        if prefix == 0 || offsets.end > prefix {
            let place = |at: usize| start + at.saturating_sub(prefix);
            put(place(offsets.start)..place(offsets.end), Some(id), vector)?;
        }
    }
    if special {
        tokens.behind.chunks_exact(width).try_for_each(|vector| put(end..end, None, vector))?;
    }
    Ok(())
}
