//! The extractor `sentiment`.

use std::collections::BTreeMap;
use std::ops::Range;

use gloss_plugin::AttributeType::Float;
use gloss_plugin::prelude::*;

use crate::vader::{Label, Scores, Vader};

/// What a document's label is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Aggregation {
    /// Documents get no label: VADER was made for short texts, and long ones drift to ±1.
    #[default]
    None,
    /// The mean of the sentences' compound scores, each weighing the same.
    Mean,
    /// The whole text, scored as if it were one sentence.
    WholeText,
}

/// Options of the extractor `sentiment`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SentimentOptions {
    /// What a document's label is made of; sentences always have one.
    pub document: Aggregation,
    /// Words inside named entities do not count: "United" in "United States" is no praise.
    /// Requires a stage that provides entities.
    pub mask_entities: bool,
    /// Words to add to the lexicon, or to change in it, with their valence from -4 to 4.
    pub lexicon: BTreeMap<String, f64>,
}

/// Sentiment of sentences, by VADER.
pub struct Sentiment {
    vader: Vader,
    options: SentimentOptions,
}

const LABELS: [&str; 3] = ["negative", "neutral", "positive"];

/// Positions of the layers in the plan.
const SENTIMENT: usize = 0;
const WORDS: usize = 1;

impl Extractor for Sentiment {
    type Options = SentimentOptions;
    type Worker = ();

    fn describe() -> Description {
        Description {
            summary: "sentiment of sentences, by VADER".to_owned(),
            languages: vec!["en".to_owned()],
            reads: vec!["sentences".to_owned(), "entities".to_owned()],
            gives: vec!["sentiment".to_owned(), "sentiment-words".to_owned()],
            ignores_id: true,
            ..Description::default()
        }
    }

    fn plan(options: &SentimentOptions, _: &Models) -> Result<Plan> {
        if let Some(word) = options.lexicon.iter().find(|(_, v)| !(-4.0..=4.0).contains(*v)) {
            let message = format!("the valence of {:?} is not between -4 and 4", word.0);
            return Err(Error::option("lexicon", message));
        }
        let mut requires = vec![layer::required("sentences", Kind::Spans)];
        if options.mask_entities {
            requires.push(layer::required("entities", Kind::Spans));
        }
        let sentiment = layer::classes("sentiment")
            .labels(LABELS)
            .score("VADER's compound, from -1 to 1")
            .target("sentences")
            .attribute("positive", Float, "share of the text that is positive")
            .attribute("neutral", Float, "share of the text that is neutral")
            .attribute("negative", Float, "share of the text that is negative")
            .description("sentiment of each sentence, and of the document where asked for");
        let words = layer::spans("sentiment-words")
            .labels(["negative", "positive"])
            .score("valence after negation, boosters, capitals and \"but\"")
            .description("the words that decided");
        Ok(Plan { requires, provides: vec![sentiment, words], ..Plan::default() })
    }

    fn load(options: SentimentOptions, _: &LoadContext) -> Result<Sentiment> {
        let additions = options.lexicon.iter().map(|(word, valence)| (word.as_str(), *valence));
        Ok(Sentiment { vader: Vader::new().with_lexicon(additions), options })
    }

    fn worker(&self) -> Result<()> {
        Ok(())
    }

    fn extract(
        &self,
        (): &mut (),
        document: &Document<'_>,
        out: &mut DocumentOutput<'_>,
    ) -> Result<()> {
        let masked = if self.options.mask_entities { entities(document)? } else { Vec::new() };
        let (mut sum, mut count) = (0.0, 0);
        for sentence in document.input("sentences")?.iter() {
            let range = sentence.range();
            let scores = self.vader.score(sentence.text(), &within(&masked, &range));
            sum += scores.compound;
            count += 1;
            for word in &scores.words {
                let label = if word.weight < 0.0 { "negative" } else { "positive" };
                let place = range.start + word.range.start..range.start + word.range.end;
                out.span(WORDS, place).label(label).score(word.weight as f32).push()?;
            }
            push(out, &scores, Some(sentence.id()))?;
        }
        match self.options.document {
            Aggregation::Mean if count > 0 => {
                let compound = sum / f64::from(count);
                let label = LABELS[position(label(compound))];
                out.class(SENTIMENT, label).score(compound as f32).push()?;
            }
            Aggregation::WholeText => push(out, &self.vader.score(document.text(), &masked), None)?,
            Aggregation::Mean | Aggregation::None => {}
        }
        Ok(())
    }
}

/// The ranges of the document's entities, in order and without overlap.
fn entities(document: &Document<'_>) -> Result<Vec<Range<usize>>> {
    let mut ranges: Vec<_> = document.input("entities")?.iter().map(|e| e.range()).collect();
    ranges.sort_by_key(|r| (r.start, r.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut().filter(|last| range.start < last.end) {
            Some(last) => last.end = last.end.max(range.end),
            None => merged.push(range),
        }
    }
    Ok(merged)
}

/// The parts of `ranges` inside `sentence`, counted from its start.
fn within(ranges: &[Range<usize>], sentence: &Range<usize>) -> Vec<Range<usize>> {
    let first = ranges.partition_point(|r| r.end <= sentence.start);
    ranges[first..]
        .iter()
        .take_while(|r| r.start < sentence.end)
        .map(|r| {
            let (start, end) = (r.start.max(sentence.start), r.end.min(sentence.end));
            start - sentence.start..end - sentence.start
        })
        .collect()
}

fn push(out: &mut DocumentOutput<'_>, scores: &Scores, sentence: Option<u32>) -> Result<()> {
    let mut class = out
        .class(SENTIMENT, LABELS[position(scores.label())])
        .score(scores.compound as f32)
        .attribute("positive", scores.positive)
        .attribute("neutral", scores.neutral)
        .attribute("negative", scores.negative);
    if let Some(id) = sentence {
        class = class.target(id);
    }
    class.push()?;
    Ok(())
}

fn label(compound: f64) -> Label {
    Scores { compound, ..Scores::default() }.label()
}

fn position(label: Label) -> usize {
    match label {
        Label::Negative => 0,
        Label::Neutral => 1,
        Label::Positive => 2,
    }
}

gloss_plugin::export! {
    id: "gloss/sentiment",
    extractors: { "sentiment" => Sentiment },
}
