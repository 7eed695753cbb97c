//! From aligned documents to a [`Comparison`].

mod class_pass;
mod class_results;
mod differences;
mod disagreements;
mod options;
mod pairs;
mod slices;
mod span_pass;
mod span_results;
mod value_results;

pub use disagreements::disagreement;
pub use options::Options;

use crate::align::{Alignment, Warning, WarningKind};
use crate::corpus::{Annotations, Corpus};
use crate::error::{CompareError, ErrorKind};
use crate::gate::{GateResult, GateRule};
use crate::result::{Comparison, Difference, Metric, Settings, VERSION, VariantSummary};
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
    let spans = span_results::span_results(corpus, &pairs, options, &mut warnings);
    let classes =
        class_results::class_results(corpus, &pairs, options, ranks.as_deref(), &mut warnings);
    let values = value_results::value_results(corpus, &pairs, options);
    let gate = match &options.gate {
        Some(rule) => {
            let of_spans = spans.iter().flat_map(|spans| &spans.differences);
            let of_classes = classes.iter().flat_map(|classes| &classes.differences);
            Some(gate(rule, of_spans.chain(of_classes), corpus, options)?)
        }
        None => None,
    };
    Ok(Comparison {
        version: VERSION,
        variants: summaries(all),
        gold: options.gold.clone(),
        documents: all.documents.len(),
        settings: settings(options),
        alignment,
        warnings,
        spans,
        classes,
        values,
        texts: None,
        vectors: None,
        disagreements: disagreements::disagreements(all, options),
        gate,
        sample,
    })
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
    mut differences: impl Iterator<Item = &'a Difference>,
    corpus: &Corpus,
    options: &Options,
) -> Result<GateResult, CompareError> {
    let refuse = |message: String, help: &str| {
        Err(CompareError::new(ErrorKind::BadOption, message).help(help))
    };
    if !(rule.margin.is_finite() && rule.margin >= 0.0) {
        return refuse(format!("the gate's margin is {}", rule.margin), "give 0 or more");
    }
    if options.gold.is_none() {
        return refuse("the gate needs a gold".into(), "name one of the variants as gold");
    }
    let found = differences.find(|difference| {
        let names = [difference.first.as_str(), difference.second.as_str()];
        difference.metric == rule.metric
            && rule.baseline != rule.candidate
            && names.contains(&rule.baseline.as_str())
            && names.contains(&rule.candidate.as_str())
    });
    match found {
        Some(difference) => {
            Ok(GateResult::judge(rule, difference, contributing(corpus, rule.metric)))
        }
        None => {
            let Options { gold, .. } = options;
            let message = format!(
                "the gate's metric {:?} is not known of both {:?} and {:?}",
                rule.metric, rule.baseline, rule.candidate
            );
            let others = corpus.variants.iter().filter(|name| Some(*name) != gold.as_ref());
            let others: Vec<&str> = others.map(String::as_str).collect();
            refuse(message, &format!("variants are {}", others.join(", ")))
        }
    }
}

/// Documents that have annotations of the metric's kind: others cannot rule anything out.
fn contributing(corpus: &Corpus, metric: Metric) -> usize {
    let of_classes = matches!(metric, Metric::Accuracy | Metric::MacroF1);
    let has =
        |a: &Annotations| if of_classes { !a.classes.is_empty() } else { !a.spans.is_empty() };
    corpus.documents.iter().filter(|document| document.annotations.iter().any(has)).count()
}

#[cfg(test)]
#[path = "compare/tests.rs"]
mod tests;
