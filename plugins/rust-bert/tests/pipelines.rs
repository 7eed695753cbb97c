//! The extractors on small models, against what transformers' pipelines say with these.

// The same models, and the same demands, as those of the plugin that the extractors are from.
#[path = "../../transformers/tests/support/mod.rs"]
mod support;

use gloss_rust_bert::Torch;
use support::pipelines;

#[test]
fn text_classification() {
    pipelines::text_classification::<Torch>();
}

#[test]
fn text_classification_of_sentences() {
    pipelines::text_classification_of_sentences::<Torch>();
}

#[test]
fn zero_shot_classification() {
    pipelines::zero_shot_classification::<Torch>();
}

#[test]
fn token_classification() {
    pipelines::token_classification::<Torch>();
}

#[test]
fn embeddings() {
    pipelines::embeddings::<Torch>();
}
