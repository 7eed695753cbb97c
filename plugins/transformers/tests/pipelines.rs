//! The extractors on small models, against what transformers' pipelines say with these.

mod support;

use gloss_transformers::Native;
use support::pipelines;

#[test]
fn text_classification() {
    pipelines::text_classification::<Native>();
}

#[test]
fn text_classification_of_sentences() {
    pipelines::text_classification_of_sentences::<Native>();
}

#[test]
fn zero_shot_classification() {
    pipelines::zero_shot_classification::<Native>();
}

#[test]
fn token_classification() {
    pipelines::token_classification::<Native>();
}

#[test]
fn embeddings() {
    pipelines::embeddings::<Native>();
}
