//! What a pipeline file may set for `summarize`.

use gloss_llama::Sampling;
use gloss_plugin::prelude::*;

use super::length::Length;
use crate::engine;
use crate::template::Template;

/// Attempts at a summary, if the options don't say how many.
const ATTEMPTS: usize = 3;

/// What becomes of sentences of a summary that the document does not carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Unsupported {
    /// They stay, and nobody is told: nothing is checked.
    #[default]
    Keep,
    /// They are left out.
    Drop,
    /// The summary is written again with another seed, until the document carries all of it or `attempts`
    /// are made. Of the attempt with the fewest such sentences, these are left out.
    Retry,
}

/// Options of `summarize`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SummarizeOptions {
    /// The model: a folder with one GGUF file, or a name of the catalogue.
    pub model: Model,
    /// Most sentences of the summary; what the model writes beyond them is left out. 3, if words are not set.
    pub sentences: Option<usize>,
    /// Most words of the summary, instead of sentences. The first sentence is kept in any case.
    pub words: Option<usize>,
    /// What the model is asked: `{text}` is the document, `{length}` the length in words ("3 sentences"),
    /// `{metadata.NAME}` a field of the metadata.
    pub prompt: String,
    /// What the model is told to be, if not what its file says.
    pub system: Option<String>,
    /// 0 takes the likeliest token always; higher values draw more freely.
    pub temperature: f64,
    /// Tokens are drawn from so many of the likeliest; 0 for all.
    pub top_k: usize,
    /// Tokens are drawn from the likeliest that have this probability together.
    pub top_p: f64,
    /// Lowers the chance of the last 64 tokens to come again, if above 1.
    pub repeat_penalty: f64,
    /// Where drawing begins. The same seed gives the same summary of the same document.
    pub seed: u64,
    /// What becomes of sentences that the document does not carry, as far as rules for English can tell.
    pub unsupported: Unsupported,
    /// Most attempts at a summary, at least 2, where unsupported sentences are a reason for another one. 3,
    /// if it is not set.
    pub attempts: Option<usize>,
    /// Most tokens of an answer of the model.
    pub max_tokens: usize,
    /// Most tokens that the model sees at a time, its answer included. Longer documents are summarized in
    /// parts, and the parts' summaries together.
    pub window: usize,
}

impl Default for SummarizeOptions {
    fn default() -> Self {
        Self {
            model: Model(engine::MODEL.to_owned()),
            sentences: None,
            words: None,
            prompt: "Summarize the following text in {length}.\n\n{text}".to_owned(),
            system: None,
            temperature: 0.0,
            top_k: 40,
            top_p: 0.95,
            repeat_penalty: 1.0,
            seed: 0,
            unsupported: Unsupported::Keep,
            attempts: None,
            max_tokens: 200,
            window: 2048,
        }
    }
}

impl SummarizeOptions {
    pub(super) fn sampling(&self) -> Sampling {
        Sampling {
            temperature: self.temperature as f32,
            top_k: self.top_k,
            top_p: self.top_p as f32,
            seed: self.seed,
            repeat_penalty: self.repeat_penalty as f32,
        }
    }

    pub(super) fn length(&self) -> Result<Length> {
        match (self.sentences, self.words) {
            (Some(_), Some(_)) => {
                Err(Error::option("words", "sentences are set as well; keep one"))
            }
            (Some(0), _) => Err(Error::option("sentences", "0 sentences are no summary")),
            (_, Some(0)) => Err(Error::option("words", "0 words are no summary")),
            (sentences, None) => Ok(Length::Sentences(sentences.unwrap_or(3))),
            (None, Some(words)) => Ok(Length::Words(words)),
        }
    }

    pub(super) fn template(&self) -> Result<Template> {
        let template = Template::parse(&self.prompt, true)?;
        if !template.has_text() {
            return Err(Error::option("prompt", "it has no place for the document")
                .with_help("write {text} where the document is to be"));
        }
        Ok(template)
    }
    /// Most attempts at a summary.
    pub(super) fn attempts(&self) -> Result<usize> {
        match (self.unsupported, self.attempts) {
            (Unsupported::Retry, Some(attempts @ (0 | 1))) => {
                let message = format!("{attempts} is no second attempt");
                Err(Error::option("attempts", message)
                    .with_help("use 2 or more, or unsupported = \"drop\""))
            }
            (Unsupported::Retry, attempts) => Ok(attempts.unwrap_or(ATTEMPTS)),
            (_, None) => Ok(1),
            (_, Some(_)) => Err(Error::option("attempts", "there are attempts only for \"retry\"")
                .with_help("set unsupported = \"retry\", or leave attempts out")),
        }
    }
}
