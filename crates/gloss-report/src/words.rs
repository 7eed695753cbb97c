//! What figures mean, in the same words on the screen and on the page.

use crate::format::{count, counted, signed};
use crate::{CorpusSection, Mean, SentimentScale, SentimentUnit};

/// `+0.12 (95% interval −0.01 to +0.25; 40 values in 12 documents)`.
pub fn mean(mean: &Mean) -> String {
    let values = format!("{} in {}", counted(mean.n, "value"), counted(mean.documents, "document"));
    match mean.interval {
        Some((low, high)) => format!(
            "{} (95% interval {} to {}; {values})",
            signed(mean.mean),
            signed(low),
            signed(high)
        ),
        None => format!("{} ({values}; too few for an interval)", signed(mean.mean)),
    }
}

/// The unit's word.
fn unit(unit: SentimentUnit) -> &'static str {
    match unit {
        SentimentUnit::Mention => "mention",
        SentimentUnit::Sentence => "sentence",
        SentimentUnit::Document => "document",
    }
}

/// How entities were counted, and what sentiment is.
pub fn about_entities(corpus: &CorpusSection) -> Vec<String> {
    let layers = corpus.entity_layers.join(", ");
    let entities = match corpus.distinct_entities {
        1 => "1 entity".to_owned(),
        n => format!("{} entities", count(n)),
    };
    let mut remarks = vec![format!(
        "Counted from {layers}: {} of {}{entities}. What has the same label and name in several \
         documents counts as one entity; labels of quantities and times are left out.",
        counted(corpus.mentions, "mention"),
        if corpus.exact { "" } else { "at least " },
    )];
    if let Some(most) = corpus.omitted_at_most {
        remarks.push(format!(
            "There were more entities than are counted at a time, so rare ones made room for others \
             (Space-Saving): one with up to {} may be missing here. The figures of those \
             that are shown are exact.",
            counted(most, "mention"),
        ));
    }
    if let Some(unit) = corpus.sentiment_unit {
        remarks.push(about_sentiment(corpus, unit));
    }
    remarks
}

fn about_sentiment(corpus: &CorpusSection, of: SentimentUnit) -> String {
    let scale = match (corpus.sentiment_scale, corpus.sentiment_score.as_deref()) {
        (Some(SentimentScale::Score), Some(score)) => format!("score ({score})"),
        _ => "label (positive 1, neutral 0, negative −1)".to_owned(),
    };
    let caution = match of {
        SentimentUnit::Mention => "It is of each mention.",
        SentimentUnit::Sentence => {
            "It is the tone of sentences that mention the entity, each counted once, and need not \
             be meant for it."
        }
        SentimentUnit::Document => {
            "It is the tone of whole documents that mention the entity, and need not be meant for it."
        }
    };
    format!(
        "Sentiment: mean {scale} of {} over {}s. {caution} Intervals are of 95%, take a document as \
         the unit, and are given from five documents on; they say how far the mean would move with \
         other documents of the kind, not how right the model is.",
        corpus.sentiment_layers.join(", "),
        unit(of),
    )
}

/// What co-occurrence is.
pub fn about_pairs(corpus: &CorpusSection) -> String {
    let units = match (corpus.sentences, corpus.documents_without_sentences) {
        (0, _) => "documents".to_owned(),
        (_, 0) => "sentences".to_owned(),
        _ => "sentences, or documents that have none".to_owned(),
    };
    format!(
        "Both in one of {} {units}, twice or more. NPMI (normalized pointwise mutual information, \
         Bouma 2009) is 1 for two that are never apart, 0 for two that meet as chance has it; on \
         few meetings it is unsteady.",
        count(corpus.units),
    )
}
