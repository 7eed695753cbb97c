//! The extractor `text-classification`.

use gloss_encoder::{Model as Encoder, ProblemType, Task, Worker};
use gloss_plugin::prelude::*;

use crate::engine::{self, Engine, Precision};
use crate::reading::Reader;
use crate::scores::{sigmoid, softmax};
use crate::units::{Of, Seen, Stop, Unit};

/// What becomes of a model's raw scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Activation {
    /// Probabilities of classes of which one holds; together they are 1.
    Softmax,
    /// Probabilities of classes each of which holds or not.
    Sigmoid,
    /// Nothing: the scores themselves, such as a rating.
    None,
}

impl Activation {
    /// What suits the problem that a model was trained for.
    fn of(problem: ProblemType) -> Activation {
        match problem {
            ProblemType::SingleLabel => Activation::Softmax,
            ProblemType::MultiLabel => Activation::Sigmoid,
            ProblemType::Regression => Activation::None,
        }
    }

    fn apply(self, logits: &mut [f32]) {
        match self {
            Activation::Softmax => softmax(logits),
            Activation::Sigmoid => sigmoid(logits),
            Activation::None => {}
        }
    }

    fn meaning(self) -> &'static str {
        match self {
            Activation::Softmax => "probability; those of all classes add up to 1",
            Activation::Sigmoid => "probability of this class, whatever the others are",
            Activation::None => "the model's own score",
        }
    }
}

/// Options of the extractor `text-classification`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TextClassificationOptions {
    /// A name of the catalogue, or the folder of a model for classification of sequences.
    pub model: Model,
    /// The folder of an adapter (LoRA), as `peft` saves it, for this model.
    pub adapter: Option<Model>,
    /// What is classified.
    pub of: Of,
    /// Name of the layer, and its type: with `sentiment` it can be compared with other sentiment.
    #[schemars(length(min = 1))]
    pub layer: String,
    /// How many classes are kept at most, the best ones. By default one where one class holds, and
    /// otherwise all.
    #[schemars(range(min = 1))]
    pub top: Option<usize>,
    /// Classes with a lower score are left out. By default 0.5 where each class holds or not, and
    /// otherwise none is.
    pub threshold: Option<f32>,
    /// Every class with its score, whatever `top` and `threshold` say.
    pub all_scores: bool,
    /// What becomes of the model's scores. By default what suits the problem that its `config.json` names.
    pub activation: Option<Activation>,
    /// The numbers that the model's weights are kept in.
    pub precision: Precision,
    /// Tokens of a window, special ones included; by default as many as the model takes. A longer text
    /// is split, and its raw scores are the mean of those of its windows.
    pub window: Option<usize>,
    /// Tokens that two windows of a text share at least.
    pub overlap: Option<usize>,
}

impl Default for TextClassificationOptions {
    fn default() -> Self {
        TextClassificationOptions {
            model: Model("distilbert-base-uncased-finetuned-sst-2-english".to_owned()),
            adapter: None,
            of: Of::default(),
            layer: "categories".to_owned(),
            top: None,
            threshold: None,
            all_scores: false,
            activation: None,
            precision: Precision::default(),
            window: None,
            overlap: None,
        }
    }
}

/// Classes of documents or sentences.
pub struct TextClassification {
    model: Encoder,
    of: Of,
    activation: Activation,
    top: usize,
    threshold: f32,
}

/// The position of the layer in the plan.
const CLASSES: usize = 0;

impl Reader for TextClassification {
    type Options = TextClassificationOptions;
    /// A score for each class.
    type Found = Vec<f32>;

    fn describe() -> Description {
        Description {
            summary: "classes of documents or sentences, by a Hugging Face model".to_owned(),
            reads: vec!["sentences".to_owned()],
            gives: vec!["categories".to_owned()],
            ignores_id: true,
            ..Description::default()
        }
    }

    fn plan(options: &TextClassificationOptions, models: &Models) -> Result<Plan> {
        let threshold = options.threshold.unwrap_or_default();
        engine::check_options(&options.layer, options.top, threshold)?;
        let info = engine::info(models, Task::SequenceClassification)?;
        let activation = options.activation.unwrap_or(Activation::of(info.problem_type));
        let classes = layer::classes(&options.layer)
            .labels(info.labels)
            .score(activation.meaning())
            .description("classes, the best first");
        let provides = vec![options.of.target(classes)];
        Ok(Plan { requires: options.of.requires(), provides, ..Plan::default() })
    }

    fn load<E: Engine>(options: TextClassificationOptions, context: &LoadContext) -> Result<Self> {
        let settings = engine::settings(options.precision, options.window, options.overlap);
        let model = engine::load::<E>(context, Task::SequenceClassification, settings)?;
        let activation = options.activation.unwrap_or(Activation::of(model.problem_type()));
        let (top, threshold) = match activation {
            Activation::Softmax => (1, f32::NEG_INFINITY),
            Activation::Sigmoid => (usize::MAX, 0.5),
            Activation::None => (usize::MAX, f32::NEG_INFINITY),
        };
        let (top, threshold) = match options.all_scores {
            true => (usize::MAX, f32::NEG_INFINITY),
            false => (options.top.unwrap_or(top), options.threshold.unwrap_or(threshold)),
        };
        Ok(TextClassification { model, of: options.of, activation, top, threshold })
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
    ) -> Result<Vec<Seen<Vec<f32>>>> {
        let inputs: Vec<(&str, Option<&str>)> = texts.iter().map(|text| (*text, None)).collect();
        let classified = worker.classify_unless(&inputs, stop).map_err(engine::engine_error)?;
        let seen = classified.into_iter().map(|class| {
            let mut found = class.logits;
            self.activation.apply(&mut found);
            Seen { found, windows: class.windows }
        });
        Ok(seen.collect())
    }

    fn push(&self, unit: &Unit<'_>, found: Vec<f32>, out: &mut DocumentOutput<'_>) -> Result<()> {
        let kept = ranked(&found).into_iter().filter(|&at| found[at] >= self.threshold);
        push_classes(self.model.labels(), &found, kept.take(self.top), unit, out)
    }
}

/// Positions of scores, the greatest first; of equals the first.
pub fn ranked(scores: &[f32]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    order
}

/// Pushes classes of a piece by their positions.
pub fn push_classes(
    labels: &[String],
    scores: &[f32],
    positions: impl IntoIterator<Item = usize>,
    unit: &Unit<'_>,
    out: &mut DocumentOutput<'_>,
) -> Result<()> {
    for at in positions {
        let class = out.class(CLASSES, &labels[at]).score(scores[at]);
        match unit.sentence {
            Some(sentence) => class.target(sentence).push()?,
            None => class.push()?,
        };
    }
    Ok(())
}
