//! How variants are compared: what the comparison file says, and the flags that go before it.

use gloss_compare::align::{AlignOptions, Key};
use gloss_compare::compare::Options;
use gloss_compare::rules::BoundaryRules;
use gloss_compare::texts::{TextOptions, Tokenizer};
use gloss_compare::vectors::VectorOptions;
use gloss_variants::ComparisonSettings;

use super::args::{Compare, Rules};

pub fn align_options(rules: &Rules, file: &ComparisonSettings) -> AlignOptions {
    let mut labels = file.labels.clone();
    labels.map.extend(rules.map.iter().cloned());
    labels.drop.extend(rules.drop_label.iter().cloned());
    AlignOptions {
        key: if rules.by_text || file.by_text { Key::Text } else { Key::Id },
        ignore_white_space: rules.ignore_white_space || file.ignore_white_space,
        labels,
    }
}

pub fn options(arguments: &Compare, file: &ComparisonSettings, gold: Option<&str>) -> Options {
    let default = Options::default();
    let (rules, statistics) = (&arguments.rules, &arguments.statistics);
    let first = |flags: &[String], file: &[String]| {
        if flags.is_empty() { file.to_vec() } else { flags.to_vec() }
    };
    // A sample takes documents beside those that are drawn at random, so more are listed.
    let listed = arguments.sample.sample.map_or(0, |count| count.saturating_mul(2));
    let resamples = statistics.resamples.map(|resamples| resamples as usize);
    Options {
        gold: gold.map(str::to_owned),
        boundaries: boundaries(rules, file),
        label_order: first(&rules.label_order, &file.label_order),
        slices: first(&statistics.slice, &file.slices),
        seed: statistics.seed.or(file.seed).unwrap_or(default.seed),
        resamples: resamples.or(file.resamples).unwrap_or(default.resamples),
        threads: arguments.run.threads.map_or(default.threads, usize::from),
        disagreements: default.disagreements.max(listed).max(arguments.report.top.unwrap_or(0)),
        texts: TextOptions {
            tokenizer: rules.tokenizer.map_or(file.texts.tokenizer, Tokenizer::from),
            stem: rules.stem || file.texts.stem,
        },
        vectors: vectors(rules, file),
        gate: statistics.gate.clone().or_else(|| file.gate.clone()),
        ..default
    }
}

/// What BERTScore is computed with, and how vectors are compared.
pub fn vectors(rules: &Rules, file: &ComparisonSettings) -> VectorOptions {
    VectorOptions {
        model: rules.bertscore.clone().or_else(|| file.vectors.model.clone()),
        layer: rules.bertscore_layer.or(file.vectors.layer),
        baseline: rules.bertscore_baseline.or(file.vectors.baseline),
        idf: rules.idf || file.vectors.idf,
        ..file.vectors.clone()
    }
}

fn boundaries(rules: &Rules, file: &ComparisonSettings) -> BoundaryRules {
    let mut boundaries = file.boundaries.clone().unwrap_or_default();
    if rules.no_leading {
        boundaries.leading.clear();
    }
    if rules.no_trailing {
        boundaries.trailing.clear();
    }
    boundaries.punctuation &= !rules.no_punctuation;
    boundaries.white_space &= !rules.no_white_space;
    boundaries
}
