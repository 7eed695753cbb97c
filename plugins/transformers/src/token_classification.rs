//! The extractor `token-classification`.

use std::ops::Range;

use gloss_encoder::{Model as Encoder, Task, TokenLogits, Worker};
use gloss_plugin::prelude::*;

use crate::aggregation::{Aggregation, Entity, ScoredToken, WordRule};
use crate::engine::{self, Engine, Precision};
use crate::labels::LabelScheme;
use crate::reading::Reader;
use crate::scores::softmax;
use crate::units::{Of, Seen, Stop, Unit};

/// Options of the extractor `token-classification`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TokenClassificationOptions {
    /// A name of the catalogue, or the folder of a model for classification of tokens.
    pub model: Model,
    /// The folder of an adapter (LoRA), as `peft` saves it, for this model.
    pub adapter: Option<Model>,
    /// How labels of tokens become spans: the strategies of transformers' pipeline.
    pub aggregation: Aggregation,
    /// Spans with these labels are left out; as the model names them or, where spans have types, as
    /// the types are named.
    pub ignore_labels: Vec<String>,
    /// Spans with a lower score are left out.
    pub threshold: f32,
    /// What the model looks at in one piece.
    pub of: Of,
    /// Name of the layer, and its type.
    #[schemars(length(min = 1))]
    pub layer: String,
    /// The numbers that the model's weights are kept in.
    pub precision: Precision,
    /// Tokens of a window, special ones included; by default as many as the model takes. A longer
    /// text is split, and each token is judged in the window where it is farthest from an end.
    pub window: Option<usize>,
    /// Tokens that two windows of a text share at least; by default a quarter of a window.
    pub overlap: Option<usize>,
}

impl Default for TokenClassificationOptions {
    fn default() -> Self {
        TokenClassificationOptions {
            model: Model("bert-base-NER".to_owned()),
            adapter: None,
            aggregation: Aggregation::default(),
            ignore_labels: vec!["O".to_owned()],
            threshold: 0.0,
            of: Of::default(),
            layer: "entities".to_owned(),
            precision: Precision::default(),
            window: None,
            overlap: None,
        }
    }
}

/// Labelled stretches of the text.
pub struct TokenClassification {
    model: Encoder,
    scheme: LabelScheme,
    rule: WordRule,
    aggregation: Aggregation,
    /// For each label of spans, its position in the layer's schema unless it is left out.
    kept: Vec<Option<usize>>,
    threshold: f32,
    of: Of,
}

/// The position of the layer in the plan.
const SPANS: usize = 0;

/// The labels that spans can have, in the order of the schema.
fn kept_labels<'s>(
    options: &TokenClassificationOptions,
    scheme: &'s LabelScheme,
) -> Vec<&'s String> {
    let labels = options.aggregation.labels(scheme).iter();
    labels.filter(|label| !options.ignore_labels.contains(label)).collect()
}

impl Reader for TokenClassification {
    type Options = TokenClassificationOptions;
    type Found = Vec<Entity>;

    fn describe() -> Description {
        Description {
            summary: "entities or other labelled spans, by a Hugging Face model".to_owned(),
            reads: vec!["sentences".to_owned()],
            gives: vec!["entities".to_owned()],
            ignores_id: true,
            ..Description::default()
        }
    }

    fn plan(options: &TokenClassificationOptions, models: &Models) -> Result<Plan> {
        engine::check_options(&options.layer, None, options.threshold)?;
        let info = engine::info(models, Task::TokenClassification)?;
        let scheme = LabelScheme::new(&info.labels);
        let score = match options.aggregation {
            Aggregation::None => "probability of the token's label",
            Aggregation::Simple => "mean probability of the labels of the span's tokens",
            _ => "mean probability of the labels of the span's words",
        };
        let spans = layer::spans(&options.layer)
            .labels(kept_labels(options, &scheme).into_iter().cloned())
            .score(score)
            .description("labelled spans");
        Ok(Plan { requires: options.of.requires(), provides: vec![spans], ..Plan::default() })
    }

    fn load<E: Engine>(options: TokenClassificationOptions, context: &LoadContext) -> Result<Self> {
        let settings = engine::settings(options.precision, options.window, options.overlap);
        let model = engine::load::<E>(context, Task::TokenClassification, settings)?;
        let scheme = LabelScheme::new(model.labels());
        let labels = options.aggregation.labels(&scheme).iter();
        let wanted = kept_labels(&options, &scheme);
        let position = |label| wanted.iter().position(|kept| *kept == label);
        let kept = labels.map(position).collect();
        let rule = if model.marks_continuations() { WordRule::Prefix } else { WordRule::Blank };
        let TokenClassificationOptions { aggregation, threshold, of, .. } = options;
        Ok(TokenClassification { model, scheme, rule, aggregation, kept, threshold, of })
    }

    fn model(&self) -> &Encoder {
        &self.model
    }

    fn of(&self) -> Of {
        self.of
    }

    fn read(
        &self,
        worker: &mut Worker,
        texts: &[&str],
        stop: Stop<'_>,
    ) -> Result<Vec<Seen<Vec<Entity>>>> {
        let classified =
            worker.classify_tokens_unless(texts, stop).map_err(engine::engine_error)?;
        let seen = classified.into_iter().zip(texts).map(|(tokens, text)| {
            let windows = tokens.windows;
            Seen { found: self.entities(text, tokens), windows }
        });
        Ok(seen.collect())
    }

    fn push(
        &self,
        unit: &Unit<'_>,
        found: Vec<Entity>,
        out: &mut DocumentOutput<'_>,
    ) -> Result<()> {
        for Entity { range, label, score } in found {
            let Some(label) = self.kept[label].filter(|_| score >= self.threshold) else {
                continue;
            };
            let range = trimmed(unit.text, range);
            if !range.is_empty() {
                let place = unit.start + range.start..unit.start + range.end;
                out.span(SPANS, place).label_index(label).score(score).push()?;
            }
        }
        Ok(())
    }
}

impl TokenClassification {
    fn entities(&self, text: &str, classified: TokenLogits) -> Vec<Entity> {
        let TokenLogits { tokens, mut logits, .. } = classified;
        let labels = self.scheme.labels().len();
        logits.chunks_mut(labels).for_each(softmax);
        let rows = tokens.ids.iter().zip(&tokens.offsets).zip(logits.chunks(labels));
        let scored = rows.map(|((&id, range), scores)| {
            let entry = self.model.entry(id).unwrap_or_default();
            let unknown = self.model.unknown() == Some(id);
            let continues = self.rule.continues(text, range, &entry, unknown);
            ScoredToken { range: range.clone(), continues, scores }
        });
        self.aggregation.apply(&scored.collect::<Vec<_>>(), &self.scheme)
    }
}

/// A stretch without the white space at its ends: some tokenizers count a blank to the word behind it.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let stretch = &text[range.clone()];
    let start = range.start + (stretch.len() - stretch.trim_start().len());
    start..(start + stretch.trim().len())
}
