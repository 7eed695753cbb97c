//! What was drawn at random among documents that were corrected by hand.

use super::{DISAGREEMENT, POPULATION, RANDOM, STRATUM};
use crate::align::{Warning, WarningKind};
use crate::corpus::{Corpus, Document};
use crate::error::{CompareError, ErrorKind};
use crate::result::SampleSummary;

/// The documents that estimates may be made of, where the documents are a sample; with what readers
/// should know of that.
pub fn read_back(
    corpus: &Corpus,
) -> Result<Option<(Corpus, SampleSummary, Warning)>, CompareError> {
    let stratum = |document: &Document| {
        document.metadata.get(STRATUM).and_then(serde_json::Value::as_str).map(str::to_owned)
    };
    let strata: Vec<Option<String>> = corpus.documents.iter().map(stratum).collect();
    if strata.iter().all(Option::is_none) {
        return Ok(None);
    }
    let count =
        |wanted: &str| strata.iter().flatten().filter(|name| *name == wanted).count() as u64;
    let mut populations =
        corpus.documents.iter().filter_map(|d| d.metadata.get(POPULATION)?.as_u64());
    let summary = SampleSummary {
        random: count(RANDOM),
        disagreements: count(DISAGREEMENT),
        population: populations.next().filter(|first| populations.all(|other| other == *first)),
    };
    if summary.random == 0 {
        let message = "the gold is a sample without documents that were drawn at random, so nothing \
                       can be estimated from it";
        return Err(CompareError::new(ErrorKind::BadSample, message).help(
            "correct tasks of the stratum \"random\" too; it must not hold only those of one kind",
        ));
    }
    let is_random = |stratum: &Option<String>| stratum.as_deref() == Some(RANDOM);
    let random = corpus.documents.iter().zip(&strata).filter(|(_, stratum)| is_random(stratum));
    let estimated = Corpus {
        variants: corpus.variants.clone(),
        labels: corpus.labels.clone(),
        documents: random.map(|(document, _)| document.clone()).collect(),
    };
    let warning = Warning::new(WarningKind::Sample, told(&summary, corpus.documents.len()));
    Ok(Some((estimated, summary, warning)))
}

fn told(summary: &SampleSummary, documents: usize) -> String {
    let SampleSummary { random, population, .. } = *summary;
    let rate = match population {
        Some(all) if all > 0 => {
            let percent = 100.0 * random as f64 / all as f64;
            format!(", {percent:.1}% of the {all} that were drawn from")
        }
        _ => String::new(),
    };
    let others = documents as u64 - random;
    format!(
        "the gold is a sample: all estimates are of its {random} random documents{rate}; {others} \
         others are shown, and count in none"
    )
}
