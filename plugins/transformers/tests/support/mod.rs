//! Extractors with the small models of `parity/pipelines.py`, and documents for them.
#![allow(dead_code, clippy::unwrap_used)]

pub mod pipelines;

use std::path::{Path, PathBuf};

use gloss_plugin::harness::gloss_doc::{Annotations, Document, Kind, Layer, LayerSchema};
use gloss_plugin::harness::{self, Failure, Harness};
use gloss_plugin::{Extractor, ModelFiles};
use serde_json::Value;

/// The folder of a model.
pub fn folder(name: &str) -> PathBuf {
    // From where another plugin's tests are as well.
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../transformers/tests/models").join(name)
}

/// An extractor with a model of this folder; sentences are those of [`sentences`].
pub fn with_folder<E: Extractor>(path: PathBuf, options: Value) -> Result<Harness<E>, Failure> {
    with_models(&[("model", path)], options)
}

/// An extractor with the folders of these options.
pub fn with_models<E: Extractor>(
    models: &[(&str, PathBuf)],
    options: Value,
) -> Result<Harness<E>, Failure> {
    let models = models.iter().map(|(option, path)| {
        let files = ModelFiles {
            name: (*option).to_owned(),
            version: String::new(),
            path: path.clone(),
            digest: String::new(),
        };
        ((*option).to_owned(), files)
    });
    let sentences = harness::spans(LayerSchema::new("sentences", Kind::Spans), []);
    Harness::with(options, models.collect(), &[sentences])
}

pub fn with<E: Extractor>(model: &str, options: Value) -> Harness<E> {
    with_folder(folder(model), options).unwrap_or_else(|failure| panic!("{model}: {failure}"))
}

/// A document of these sentences, with a blank between two.
pub fn sentences(texts: &[&str]) -> Document {
    let mut text = String::new();
    let mut ranges = Vec::new();
    for sentence in texts {
        let start = text.len();
        text.push_str(sentence);
        ranges.push((start..text.len(), 0));
        text.push(' ');
    }
    let layer = harness::spans(LayerSchema::new("sentences", Kind::Spans), ranges);
    Document { text, layers: vec![layer], ..Document::default() }
}

/// Of each class what it speaks of (`u32::MAX` for the document), its label and its score.
pub fn classes(layer: &Layer) -> Vec<(u32, &str, f32)> {
    let Annotations::Classes(classes) = &layer.annotations else { panic!("no classes") };
    let rows = classes.target.iter().zip(&classes.label).zip(&classes.score);
    rows.map(|((&target, &label), &score)| {
        (target, layer.schema.labels[label as usize].as_str(), score)
    })
    .collect()
}

/// Of each span where it is, its label and its score.
pub fn spans(layer: &Layer) -> Vec<(usize, usize, &str, f32)> {
    let Annotations::Spans(spans) = &layer.annotations else { panic!("no spans") };
    let rows = spans.start.iter().zip(&spans.end).zip(&spans.label).zip(&spans.score);
    rows.map(|(((&start, &end), &label), &score)| {
        (start as usize, end as usize, layer.schema.labels[label as usize].as_str(), score)
    })
    .collect()
}

/// Of each vector what it speaks of, and its numbers.
pub fn vectors(layer: &Layer) -> Vec<(u32, &[f32])> {
    let Annotations::Vectors(vectors) = &layer.annotations else { panic!("no vectors") };
    let rows = vectors.values.chunks(vectors.dimension as usize);
    vectors.target.iter().copied().zip(rows).collect()
}

pub fn near(a: f32, b: f32) -> bool {
    (a - b).abs() <= 1e-4 * b.abs().max(1.0)
}

/// Numbers from 0 to below 1 (splitmix64; Steele, Lea and Flood 2014), as the scripts draw them.
pub fn draw(seed: &mut u64) -> f64 {
    *seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *seed;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}
