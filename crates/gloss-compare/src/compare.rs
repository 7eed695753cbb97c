//! From aligned documents to a [`Comparison`].

mod class_pass;
mod class_results;
mod differences;
mod disagreements;
mod means;
mod options;
mod pairs;
mod slices;
mod span_pass;
mod span_results;
mod text_pass;
mod text_results;
mod value_results;
mod vector_pass;
mod vector_results;

pub use disagreements::disagreement;
pub use options::Options;

use std::collections::BTreeSet;

use crate::align::{Alignment, Warning, WarningKind};
use crate::corpus::{Annotations, Corpus};
use crate::error::{CompareError, ErrorKind};
use crate::gate::{GateResult, GateRule};
use crate::result::{Comparison, Difference, Metric, Settings, VERSION, VariantSummary};
use crate::rules::nearest;
use crate::sample::read_back;
use crate::statistics::FEW_DOCUMENTS;
use pairs::Pairs;

/// Compares all variants of a corpus, every two of them, and with a gold where one is named.
///
/// # Errors
///
/// Where an option names a variant or a label that is not there, or a gate asks for a metric that
/// these annotations do not have.
pub fn compare(
    corpus: &Corpus,
    alignment: Alignment,
    options: &Options,
) -> Result<Comparison, CompareError> {
    let all = corpus;
    let pairs = Pairs::new(all, options.gold.as_deref())?;
    let ranks = options.label_ranks(&all.labels)?;
    options.check_vectors()?;
    if let Some(rule) = &options.gate {
        rule.check(options.gold.as_deref())?;
    }
    refuse_alternatives(all, &pairs)?;
    let mut warnings = Vec::new();
    let sampled = if pairs.gold.is_some() { read_back(all)? } else { None };
    // What is counted: of a sample its random part.
    let (corpus, sample) = match &sampled {
        Some((estimated, summary, warning)) => {
            warnings.push(warning.clone());
            (estimated, Some(*summary))
        }
        None => (all, None),
    };
    warn_of_size(corpus, &mut warnings);
    warn_of_slices(corpus, &options.slices, &mut warnings);
    let spans = span_results::span_results(corpus, &pairs, options, &mut warnings);
    let classes =
        class_results::class_results(corpus, &pairs, options, ranks.as_deref(), &mut warnings);
    let values = value_results::value_results(corpus, &pairs, options);
    let (texts, text_disagreements) =
        text_results::text_results(corpus, &pairs, options, &mut warnings).unzip();
    let vectors = vector_results::vector_results(corpus, &pairs, options, &mut warnings);
    let gate = match &options.gate {
        Some(rule) => {
            let of_spans = spans.iter().flat_map(|spans| &spans.differences);
            let of_classes = classes.iter().flat_map(|classes| &classes.differences);
            let of_texts = texts.iter().flat_map(|texts| &texts.differences);
            let of_vectors = vectors.iter().flat_map(|vectors| &vectors.differences);
            let all = of_spans.chain(of_classes).chain(of_texts).chain(of_vectors);
            Some(gate(rule, all, corpus, options)?)
        }
        None => None,
    };
    let mut disagreements = disagreements::disagreements(all, options);
    disagreements.texts = text_disagreements.unwrap_or_default();
    Ok(Comparison {
        version: VERSION,
        variants: summaries(all),
        gold: options.gold.clone(),
        documents: all.documents.len(),
        settings: Settings {
            texts: texts.is_some().then(|| text_results::text_settings(options)),
            vectors: vectors.is_some().then(|| vector_results::vector_settings(options)),
            ..settings(options)
        },
        alignment,
        warnings,
        spans,
        classes,
        values,
        texts,
        vectors,
        disagreements,
        gate,
        cost: Vec::new(),
        sample,
    })
}

/// Only the gold may have several texts of a target: elsewhere nobody could say which is meant.
fn refuse_alternatives(corpus: &Corpus, pairs: &Pairs) -> Result<(), CompareError> {
    for document in &corpus.documents {
        for at in pairs.without_gold(corpus) {
            let Annotations { texts, token_vectors, .. } = &document.annotations[at];
            let twice = texts.windows(2).any(|two| two[0].target == two[1].target)
                || token_vectors.windows(2).any(|two| two[0].target == two[1].target);
            if twice {
                let name = &corpus.variants[at];
                let message =
                    format!("document {:?} of {name:?} has two texts of the same", document.id);
                return Err(CompareError::new(ErrorKind::DuplicateTarget, message)
                    .help("name it as gold if they are references, or take one layer at a time"));
            }
        }
    }
    Ok(())
}

fn warn_of_size(corpus: &Corpus, warnings: &mut Vec<Warning>) {
    let documents = corpus.documents.len();
    if documents < FEW_DOCUMENTS {
        let none =
            if documents < 2 { "there are no intervals" } else { "intervals are too narrow" };
        let message = format!("of {documents} documents {none}: compare {FEW_DOCUMENTS} or more");
        warnings.push(Warning::new(WarningKind::FewDocuments, message));
    }
}

fn warn_of_slices(corpus: &Corpus, fields: &[String], warnings: &mut Vec<Warning>) {
    let known = || corpus.documents.iter().flat_map(|document| document.metadata.keys());
    for field in fields.iter().filter(|field| !known().any(|known| known == *field)) {
        let names: BTreeSet<String> = known().cloned().collect();
        let names: Vec<String> = names.into_iter().collect();
        let near = nearest(field, &names).map(|near| format!("; did you mean {near:?}?"));
        let near = near.unwrap_or_default();
        let message = format!("no document has {field:?}, by which scores are to be shown{near}");
        warnings.push(Warning::new(WarningKind::Incomplete, message));
    }
}

fn summaries(corpus: &Corpus) -> Vec<VariantSummary> {
    let summary = |(at, name): (usize, &String)| {
        let annotations = || corpus.documents.iter().map(|document| &document.annotations[at]);
        VariantSummary {
            name: name.clone(),
            spans: annotations().map(|a| a.spans.len() as u64).sum(),
            classes: annotations().map(|a| a.classes.len() as u64).sum(),
            values: annotations().map(|a| a.values.len() as u64).sum(),
            texts: annotations().map(|a| a.texts.len() as u64).sum(),
            vectors: annotations().map(|a| a.vectors.len() as u64).sum(),
            token_vectors: annotations().map(|a| a.token_vectors.len() as u64).sum(),
            origin: None,
        }
    };
    corpus.variants.iter().enumerate().map(summary).collect()
}

fn settings(options: &Options) -> Settings {
    Settings {
        seed: options.seed,
        resamples: options.resamples,
        confidence: 0.95,
        intervals: "percentiles of a paired bootstrap over documents; of labels and slices, \
                    linearised ratios over documents"
            .to_owned(),
        boundaries: options.boundaries.clone(),
        label_order: options.label_order.clone(),
        calibration_bins: options.calibration_bins,
        texts: None,
        vectors: None,
    }
}

fn gate<'a>(
    rule: &GateRule,
    differences: impl Iterator<Item = &'a Difference>,
    corpus: &Corpus,
    options: &Options,
) -> Result<GateResult, CompareError> {
    let refuse = |message: String, help: String| {
        Err(CompareError::new(ErrorKind::BadOption, message).help(help))
    };
    let others = corpus.variants.iter().filter(|name| Some(*name) != options.gold.as_ref());
    let others: Vec<String> = others.cloned().collect();
    if let Some(unknown) =
        [&rule.baseline, &rule.candidate].into_iter().find(|n| !others.contains(n))
    {
        let near = nearest(unknown, &others).map(|near| format!("did you mean {near:?}? "));
        let help = format!("{}variants are {}", near.unwrap_or_default(), others.join(", "));
        return refuse(format!("the gate names {unknown:?}, which is not compared"), help);
    }
    let mut known = Vec::new();
    for difference in differences {
        let names = [&difference.first, &difference.second];
        if !(names.contains(&&rule.baseline) && names.contains(&&rule.candidate)) {
            continue;
        }
        if difference.metric == rule.metric {
            return Ok(GateResult::judge(rule, difference, contributing(corpus, rule.metric)));
        }
        known.push(difference.metric.name());
    }
    let metric = rule.metric.name();
    let message = format!(
        "the gate is on {metric}, which these annotations of {:?} and {:?} do not have",
        rule.baseline, rule.candidate
    );
    refuse(message, format!("a gate can be on {}", known.join(", ")))
}

/// Documents that have annotations of the metric's kind: others cannot rule anything out.
fn contributing(corpus: &Corpus, metric: Metric) -> usize {
    let has = |a: &Annotations| match metric {
        Metric::Accuracy | Metric::MacroF1 => !a.classes.is_empty(),
        Metric::StrictF1
        | Metric::ExactF1
        | Metric::PartialF1
        | Metric::TypeF1
        | Metric::NormalisedF1 => !a.spans.is_empty(),
        Metric::Cosine => !a.vectors.is_empty(),
        Metric::BertScoreF1 => !a.token_vectors.is_empty(),
        _ => !a.texts.is_empty(),
    };
    corpus.documents.iter().filter(|document| document.annotations.iter().any(has)).count()
}

#[cfg(test)]
#[path = "compare/tests.rs"]
mod tests;

#[cfg(test)]
#[path = "compare/text_tests.rs"]
mod text_tests;

#[cfg(test)]
#[path = "compare/vector_tests.rs"]
mod vector_tests;
