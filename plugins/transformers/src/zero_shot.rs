//! The extractor `zero-shot-classification`: classes that the user names, by a model that tells
//! whether one text follows from another (Yin, Hay and Roth 2019).

use gloss_encoder::{Model as Encoder, Task, Worker};
use gloss_plugin::prelude::*;

use crate::engine::{self, Engine, Precision};
use crate::reading::Reader;
use crate::scores::softmax;
use crate::text_classification::{push_classes, ranked};
use crate::units::{Of, Seen, Stop, Unit};

/// Options of the extractor `zero-shot-classification`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ZeroShotOptions {
    /// A name of the catalogue, or the folder of a model for natural language inference: one of its
    /// labels begins with "entail".
    pub model: Model,
    /// The classes, in words. A score says how well a class does beside the others that are named
    /// here: with other candidates it is another number.
    pub labels: Vec<String>,
    /// The sentence that is to follow from the text; `{}` stands for the class.
    pub template: String,
    /// Whether several classes may hold: each is judged for itself, by entailment against
    /// contradiction. Otherwise the scores of all classes add up to 1.
    pub multi_label: bool,
    /// What is classified.
    pub of: Of,
    /// Name of the layer, and its type.
    #[schemars(length(min = 1))]
    pub layer: String,
    /// How many classes are kept at most, the best ones; by default all.
    #[schemars(range(min = 1))]
    pub top: Option<usize>,
    /// Classes with a lower score are left out.
    pub threshold: f32,
    /// The numbers that the model's weights are kept in.
    pub precision: Precision,
    /// Tokens of a window, special ones and the sentence included; by default as many as the model
    /// takes. A longer text is split, and its raw scores are the mean of those of its windows.
    pub window: Option<usize>,
    /// Tokens that two windows of a text share at least.
    pub overlap: Option<usize>,
}

impl Default for ZeroShotOptions {
    fn default() -> Self {
        ZeroShotOptions {
            model: Model("roberta-base-zeroshot-v2.0-c".to_owned()),
            labels: Vec::new(),
            template: "This example is {}.".to_owned(),
            multi_label: false,
            of: Of::default(),
            layer: "categories".to_owned(),
            top: None,
            threshold: 0.0,
            precision: Precision::default(),
            window: None,
            overlap: None,
        }
    }
}

/// Classes that the user names.
pub struct ZeroShot {
    model: Encoder,
    options: ZeroShotOptions,
    /// The template with each class in it.
    hypotheses: Vec<String>,
    inference: Inference,
}

/// More special tokens than any tokenizer puts around a pair.
const SPECIAL: usize = 6;

/// Which of a model's labels say what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Inference {
    entailment: usize,
    contradiction: usize,
}

impl Inference {
    /// Finds the label that begins with "entail"; what speaks against it is the first or the last of the
    /// others, as transformers' `ZeroShotClassificationPipeline` has it.
    fn of(labels: &[String]) -> Result<Inference> {
        let entails = |label: &String| label.to_lowercase().starts_with("entail");
        match labels.iter().position(entails) {
            Some(entailment) if labels.len() > 1 => {
                let contradiction = if entailment == 0 { labels.len() - 1 } else { 0 };
                Ok(Inference { entailment, contradiction })
            }
            _ => {
                let message = format!(
                    "no label beside others begins with \"entail\"; there are: {}",
                    labels.join(", ")
                );
                let help = "name a model that was trained for natural language inference (NLI)";
                Err(Error::model("config.json", message).with_help(help))
            }
        }
    }

    /// The score of each class from the logits of its sentence.
    fn scores(self, logits: &[&[f32]], multi_label: bool) -> Vec<f32> {
        let entailment = |logits: &&[f32]| logits[self.entailment];
        // One class beside no other could only have a score of 1.
        if multi_label || logits.len() == 1 {
            let alone = |logits: &&[f32]| {
                let mut pair = [logits[self.contradiction], entailment(logits)];
                softmax(&mut pair);
                pair[1]
            };
            return logits.iter().map(alone).collect();
        }
        let mut scores: Vec<f32> = logits.iter().map(entailment).collect();
        softmax(&mut scores);
        scores
    }
}

fn check(options: &ZeroShotOptions) -> Result<()> {
    engine::check_options(&options.layer, options.top, options.threshold)?;
    let ZeroShotOptions { labels, template, .. } = options;
    if labels.is_empty() || labels.iter().any(|label| label.trim().is_empty()) {
        return Err(Error::option("labels", "name the classes, none of them empty"));
    }
    let twin = labels.iter().enumerate().find(|(at, label)| labels[..*at].contains(label));
    if let Some((_, label)) = twin {
        return Err(Error::option("labels", format!("{label:?} is there twice")));
    }
    if !template.contains("{}") {
        return Err(Error::option("template", "`{}` must stand in it for the class"));
    }
    Ok(())
}

impl Reader for ZeroShot {
    type Options = ZeroShotOptions;
    /// A score for each class.
    type Found = Vec<f32>;

    fn describe() -> Description {
        Description {
            summary: "classes that you name, by a Hugging Face model for inference".to_owned(),
            reads: vec!["sentences".to_owned()],
            gives: vec!["categories".to_owned()],
            ignores_id: true,
            ..Description::default()
        }
    }

    fn plan(options: &ZeroShotOptions, models: &Models) -> Result<Plan> {
        check(options)?;
        Inference::of(&engine::info(models, Task::SequenceClassification)?.labels)?;
        let score = match options.multi_label {
            true => "probability that the class holds, by entailment against contradiction",
            false => "probability beside the other classes that are named; they add up to 1",
        };
        let classes = layer::classes(&options.layer).labels(options.labels.clone()).score(score);
        let classes = classes.description("classes that the user named, the best first");
        let provides = vec![options.of.target(classes)];
        Ok(Plan { requires: options.of.requires(), provides, ..Plan::default() })
    }

    fn load<E: Engine>(options: ZeroShotOptions, context: &LoadContext) -> Result<ZeroShot> {
        let settings = engine::settings(options.precision, options.window, options.overlap);
        let model = engine::load::<E>(context, Task::SequenceClassification, settings)?;
        let inference = Inference::of(model.labels())?;
        let hypothesis = |label: &String| options.template.replace("{}", label);
        let hypotheses: Vec<String> = options.labels.iter().map(hypothesis).collect();
        for (label, hypothesis) in options.labels.iter().zip(&hypotheses) {
            let tokens = model.tokenize(hypothesis).map_err(engine::engine_error)?.len();
            // Half of a window, less special tokens, is for the text.
            if tokens > model.window().saturating_sub(SPECIAL) / 2 {
                let message = format!(
                    "{label:?} makes a sentence of {tokens} tokens, more than half of a window of {}",
                    model.window()
                );
                return Err(Error::option("labels", message));
            }
            let room = model.window().saturating_sub(SPECIAL + tokens);
            if options.overlap.is_some_and(|overlap| overlap >= room) {
                let message = format!(
                    "beside the sentence of {label:?} a window has {room} tokens of the text; the overlap must be less"
                );
                return Err(Error::option("overlap", message));
            }
        }
        Ok(ZeroShot { model, hypotheses, inference, options })
    }

    fn model(&self) -> &Encoder {
        &self.model
    }

    fn of(&self) -> Of {
        self.options.of
    }

    fn read(
        &self,
        worker: &mut Worker,
        texts: &[&str],
        stop: Stop<'_>,
    ) -> Result<Vec<Seen<Vec<f32>>>> {
        let pairs = |text| self.hypotheses.iter().map(move |label| (text, Some(label.as_str())));
        let inputs: Vec<(&str, Option<&str>)> = texts.iter().copied().flat_map(pairs).collect();
        let classified = worker.classify_unless(&inputs, stop).map_err(engine::engine_error)?;
        let seen = classified.chunks(self.hypotheses.len()).map(|classes| {
            let logits: Vec<&[f32]> = classes.iter().map(|class| class.logits.as_slice()).collect();
            let windows = classes.iter().map(|class| class.windows).max().unwrap_or(0);
            Seen { found: self.inference.scores(&logits, self.options.multi_label), windows }
        });
        Ok(seen.collect())
    }

    fn push(&self, unit: &Unit<'_>, found: Vec<f32>, out: &mut DocumentOutput<'_>) -> Result<()> {
        let kept = ranked(&found).into_iter().filter(|&at| found[at] >= self.options.threshold);
        let kept = kept.take(self.options.top.unwrap_or(usize::MAX));
        push_classes(&self.options.labels, &found, kept, unit, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_label_of_entailment_is_found_by_its_name() {
        #[track_caller]
        fn check(labels: &[&str], expected: Option<(usize, usize)>) {
            let labels: Vec<String> = labels.iter().map(|label| (*label).to_owned()).collect();
            let found = Inference::of(&labels).ok();
            assert_eq!(found.map(|i| (i.entailment, i.contradiction)), expected);
        }
        check(&["contradiction", "neutral", "entailment"], Some((2, 0)));
        check(&["ENTAILMENT", "neutral", "contradiction"], Some((0, 2)));
        check(&["entailment", "not_entailment"], Some((0, 1)));
        check(&["neutral", "Entails", "contradiction"], Some((1, 0)));
        check(&["entailment"], None);
        check(&["not_entailment", "neutral"], None);
        check(&[], None);
    }

    #[test]
    fn scores_of_classes() {
        #[track_caller]
        fn check(multi_label: bool, logits: &[[f32; 3]], expected: &[f32]) {
            let inference = Inference { entailment: 2, contradiction: 0 };
            let logits: Vec<&[f32]> = logits.iter().map(|row| row.as_slice()).collect();
            let found = inference.scores(&logits, multi_label);
            assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6), "{found:?}");
        }
        let three = 3f32.ln();
        check(false, &[[9.0, 9.0, 0.0], [0.0, 0.0, three]], &[0.25, 0.75]);
        check(true, &[[0.0, 9.0, 0.0], [0.0, -9.0, three]], &[0.5, 0.75]);
        check(false, &[[0.0, 9.0, three]], &[0.75]);
    }
}
