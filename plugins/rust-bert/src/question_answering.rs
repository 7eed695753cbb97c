//! The extractor `question-answering`: where a document answers questions, as transformers'
//! `QuestionAnsweringPipeline` decides it (4.57).
//!
//! rust-bert's own pipeline leaves out which tokens are of the question, without which BERT says something else.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use gloss_plugin::prelude::*;
use gloss_transformers::softmax;
use tokenizers::{Encoding, Tokenizer, TruncationParams, TruncationStrategy};

use crate::architectures::{Forward, Head};
use crate::engine::set_threads;
use crate::json_file;
use crate::network;

/// Options of the extractor `question-answering`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct QuestionAnsweringOptions {
    /// A name of the catalogue, or the folder of a model for question answering (SQuAD).
    pub model: Model,
    /// The questions. Every one of them is asked of every document.
    pub questions: Vec<String>,
    /// How many answers to a question are kept at most, the best ones.
    #[schemars(range(min = 1))]
    pub top: usize,
    /// Answers with a lower score are left out.
    pub threshold: f32,
    /// Tokens of the longest answer.
    #[schemars(range(min = 1))]
    pub max_answer_length: usize,
    /// Tokens of a window, the question and special ones included, or fewer where the model takes
    /// fewer. A longer text is split, and the answers of all windows compete.
    pub window: usize,
    /// Tokens that two windows of a text share.
    pub overlap: usize,
    /// Name of the layer, and its type.
    #[schemars(length(min = 1))]
    pub layer: String,
}

impl Default for QuestionAnsweringOptions {
    fn default() -> Self {
        QuestionAnsweringOptions {
            model: Model("distilbert-base-cased-distilled-squad".to_owned()),
            questions: Vec::new(),
            top: 1,
            threshold: 0.0,
            max_answer_length: 15,
            window: 384,
            overlap: 128,
            layer: "answers".to_owned(),
        }
    }
}

/// The position of the layer in the plan.
const ANSWERS: usize = 0;

/// Answers to questions.
pub struct QuestionAnswering {
    forward: Mutex<Forward>,
    tokenizer: Tokenizer,
    options: QuestionAnsweringOptions,
}

/// An answer: where it is in the text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Answer {
    start: usize,
    end: usize,
    score: f32,
}

fn check(options: &QuestionAnsweringOptions) -> Result<()> {
    let QuestionAnsweringOptions { questions, top, threshold, max_answer_length, layer, .. } =
        options;
    if questions.is_empty() || questions.iter().any(|question| question.trim().is_empty()) {
        return Err(Error::option("questions", "ask something, and no empty question"));
    }
    for (option, count) in [("top", top), ("max_answer_length", max_answer_length)] {
        if *count == 0 {
            return Err(Error::option(option, "it must be at least 1"));
        }
    }
    if !threshold.is_finite() {
        return Err(Error::option("threshold", "it must be a number"));
    }
    if layer.trim().is_empty() {
        return Err(Error::option("layer", "it must have a name"));
    }
    Ok(())
}

/// Refuses a folder whose model is for something else; says how many tokens the model takes.
fn positions(folder: &Path) -> Result<usize> {
    let invalid = |reason: String| Error::model("config.json", reason);
    let config = json_file::read(folder, "config.json")?;
    let name = json_file::architecture(&config);
    if !name.ends_with("ForQuestionAnswering") {
        let found = if name.is_empty() { "not named" } else { name };
        return Err(invalid(format!(
            "the model is not made for question answering: its architecture is {found}"
        ))
        .with_help("name a model whose architecture ends with ForQuestionAnswering"));
    }
    let positions = config["max_position_embeddings"].as_u64().unwrap_or_default();
    // RoBERTa counts positions from behind that of padding.
    let first = match config["model_type"].as_str() {
        Some("roberta" | "xlm-roberta" | "camembert") => {
            config["pad_token_id"].as_u64().unwrap_or(1) + 1
        }
        _ => 0,
    };
    match positions.checked_sub(first).filter(|&most| most > 0) {
        Some(most) => Ok(usize::try_from(most)?),
        None => Err(invalid(format!("max_position_embeddings is {positions}"))),
    }
}

impl Extractor for QuestionAnswering {
    type Options = QuestionAnsweringOptions;
    type Worker = ();

    fn describe() -> Description {
        Description {
            summary: "where documents answer questions, by a Hugging Face model".to_owned(),
            gives: vec!["answers".to_owned()],
            ignores_id: true,
            native_libraries: true,
            ..Description::default()
        }
    }

    fn plan(options: &QuestionAnsweringOptions, models: &Models) -> Result<Plan> {
        check(options)?;
        positions(&models.get("model")?.path)?;
        let answers = layer::spans(&options.layer)
            .score("probability that it begins and ends there, beside other answers of the text")
            .attribute("question", AttributeType::String, "the question that it answers")
            .description("answers to each question, the best first");
        Ok(Plan { provides: vec![answers], ..Plan::default() })
    }

    fn load(mut options: QuestionAnsweringOptions, context: &LoadContext) -> Result<Self> {
        let folder = &context.models().get("model")?.path;
        options.window = options.window.min(positions(folder)?);
        set_threads(context.threads());
        let loaded = network::forward(folder, Head::Answers, &[]);
        let (forward, _) = loaded.map_err(|error| Error::model("", error.to_string()))?;
        let tokenizer = tokenizer(folder, &options)?;
        Ok(QuestionAnswering { forward: Mutex::new(forward), tokenizer, options })
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
        let text = document.text();
        if text.trim().is_empty() {
            return Ok(());
        }
        for question in &self.options.questions {
            let windows = self.windows(question, text)?;
            let mut answers = Vec::new();
            for window in &windows {
                if out.cancelled() {
                    return Err(Error::cancelled());
                }
                self.answers(window, text, &mut answers)?;
            }
            answers.sort_by(|a, b| b.score.total_cmp(&a.score));
            answers.truncate(self.options.top);
            for Answer { start, end, score } in answers {
                if score >= self.options.threshold && start < end {
                    let span = out.span(ANSWERS, start..end).score(score);
                    span.attribute("question", question.as_str()).push()?;
                }
            }
            if windows.len() > 1 {
                out.note(&format!("split into {} windows for {question:?}", windows.len()))?;
            }
        }
        Ok(())
    }
}

/// The tokenizer of a folder, which splits what does not fit into a window.
fn tokenizer(folder: &Path, options: &QuestionAnsweringOptions) -> Result<Tokenizer> {
    let invalid = |error: tokenizers::Error| Error::model("tokenizer.json", error.to_string());
    let mut tokenizer = Tokenizer::from_file(folder.join("tokenizer.json")).map_err(invalid)?;
    let (max_length, stride) = (options.window, options.overlap);
    let longest = options.questions.iter().map(|question| {
        let nothing = tokenizer.encode((question.as_str(), ""), true).map_err(invalid)?;
        Ok((nothing.len(), question))
    });
    let longest = longest.collect::<Result<Vec<_>>>()?.into_iter().max();
    if let Some((tokens, question)) = longest.filter(|(tokens, _)| tokens + stride >= max_length) {
        let message = format!(
            "{question:?} and special tokens are {tokens}, and {stride} are shared: that fills a window of \
             {max_length}"
        );
        return Err(Error::option("questions", message));
    }
    let strategy = TruncationStrategy::OnlySecond;
    let truncation = TruncationParams { max_length, stride, strategy, ..Default::default() };
    tokenizer.with_truncation(Some(truncation)).map_err(invalid)?;
    tokenizer.with_padding(None);
    Ok(tokenizer)
}

impl QuestionAnswering {
    /// The question with each window of the text.
    fn windows(&self, question: &str, text: &str) -> Result<Vec<Encoding>> {
        let encoded = self.tokenizer.encode((question, text), true);
        let mut first = encoded.map_err(|error| Error::new(error.to_string()))?;
        let others = first.take_overflowing();
        Ok(std::iter::once(first).chain(others).collect())
    }

    /// Adds the answers of a window. One that is there already, but for case, gets the scores of both.
    fn answers(&self, window: &Encoding, text: &str, answers: &mut Vec<Answer>) -> Result<()> {
        let logits = {
            let forward = self.forward.lock().unwrap_or_else(PoisonError::into_inner);
            network::run(&forward, window.get_ids(), window.get_type_ids()).map_err(Error::new)?
        };
        let of_text: Vec<bool> =
            window.get_sequence_ids().iter().map(|sequence| *sequence == Some(1)).collect();
        let most = self.options.max_answer_length;
        // As that pipeline has it: several of them may be of the same words.
        let candidates = self.options.top.saturating_mul(2).saturating_add(10);
        for (first, last, score) in best_spans(&logits, &of_text, most, candidates) {
            let Some((start, end)) = whole_words(window, first, last) else { continue };
            let said = |start: usize, end: usize| text[start..end].to_lowercase();
            let same = |answer: &&mut Answer| said(answer.start, answer.end) == said(start, end);
            match answers.iter_mut().find(same) {
                Some(answer) => answer.score += score,
                None => answers.push(Answer { start, end, score }),
            }
        }
        Ok(())
    }
}

/// Where the words begin and end that the tokens from `first` to `last` are of, in bytes.
fn whole_words(window: &Encoding, first: usize, last: usize) -> Option<(usize, usize)> {
    let chars = |token| {
        let (sequence, word) = window.token_to_word(token)?;
        window.word_to_chars(word, sequence)
    };
    Some((chars(first)?.0, chars(last)?.1))
}

/// The first and last tokens of the best answers, with their probabilities. `logits` has two numbers for each
/// token: how likely an answer begins and ends there. The first token takes part in the probabilities, for
/// models say by it that there is no answer, but is none.
fn best_spans(
    logits: &[f32],
    of_text: &[bool],
    most: usize,
    top: usize,
) -> Vec<(usize, usize, f32)> {
    let probabilities = |which: usize| {
        let counts = |at: usize| at == 0 || of_text[at];
        let logit = |at: usize| if counts(at) { logits[2 * at + which] } else { -10_000.0 };
        let mut row: Vec<f32> = (0..of_text.len()).map(logit).collect();
        softmax(&mut row);
        row
    };
    let (start, end) = (probabilities(0), probabilities(1));
    let tokens = (0..of_text.len()).filter(|&at| of_text[at]);
    let spans = tokens.flat_map(|first| {
        let (start, end) = (&start, &end);
        let lasts = (first..of_text.len().min(first + most)).filter(|&last| of_text[last]);
        lasts.map(move |last| (first, last, start[first] * end[last]))
    });
    let mut spans: Vec<_> = spans.collect();
    spans.sort_by(|a, b| b.2.total_cmp(&a.2));
    spans.truncate(top);
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_scores() {
        #[track_caller]
        fn check(
            logits: &[[f32; 2]],
            text: &[bool],
            most: usize,
            top: usize,
            expected: &[(usize, usize)],
        ) {
            let found = best_spans(logits.as_flattened(), text, most, top);
            let places: Vec<_> = found.iter().map(|&(first, last, _)| (first, last)).collect();
            assert_eq!(places, expected);
            assert!(found.iter().all(|(.., score)| (0.0..=1.0).contains(score)));
        }
        let text = [false, false, true, true, true];
        let logits = [[9.0, 9.0], [9.0, 9.0], [3.0, 0.0], [0.0, 1.0], [1.0, 4.0]];
        check(&logits, &text, 3, 1, &[(2, 4)]);
        // Too long.
        check(&logits, &text, 2, 2, &[(4, 4), (2, 3)]);
        check(&logits, &text, 1, 9, &[(4, 4), (2, 2), (3, 3)]);
        check(&logits, &[false; 5], 3, 1, &[]);
        check(&[], &[], 3, 1, &[]);
    }
}
