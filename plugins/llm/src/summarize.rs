//! The extractor `summarize`.

use gloss_llama::{End, Sampling, Session};
use gloss_plugin::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use crate::engine::{self, Engine};
use crate::sampling;
use crate::split::split;
use crate::template::Template;

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
            max_tokens: 200,
            window: 2048,
        }
    }
}

/// How long a summary may be.
#[derive(Clone, Copy, Debug)]
enum Length {
    Sentences(usize),
    Words(usize),
}

impl SummarizeOptions {
    fn sampling(&self) -> Sampling {
        Sampling {
            temperature: self.temperature as f32,
            top_k: self.top_k,
            top_p: self.top_p as f32,
            seed: self.seed,
            repeat_penalty: self.repeat_penalty as f32,
        }
    }

    fn length(&self) -> Result<Length> {
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

    fn template(&self) -> Result<Template> {
        let template = Template::parse(&self.prompt, true)?;
        if !template.has_text() {
            return Err(Error::option("prompt", "it has no place for the document")
                .with_help("write {text} where the document is to be"));
        }
        Ok(template)
    }
}

/// Abstractive summaries by a language model.
pub struct Summarize {
    engine: Engine,
    template: Template,
    length: Length,
}

impl Extractor for Summarize {
    type Options = SummarizeOptions;
    type Worker = Session;

    fn describe() -> Description {
        Description {
            summary: "abstractive summaries by a language model, which may invent facts".to_owned(),
            gives: vec!["summary".to_owned()],
            ..Description::default()
        }
    }

    fn plan(options: &SummarizeOptions, _: &Models) -> Result<Plan> {
        sampling::check(&options.sampling(), options.max_tokens)?;
        options.length()?;
        let summary = layer::texts("summary").description(
            "one text that a model wrote; it may say what the document does not, so check it",
        );
        let metadata = options.template()?.metadata();
        Ok(Plan { provides: vec![summary], metadata, ..Plan::default() })
    }

    fn load(options: SummarizeOptions, context: &LoadContext) -> Result<Self> {
        let (template, length) = (options.template()?, options.length()?);
        let engine = Engine {
            model: engine::load(context)?,
            team: engine::team(context),
            window: options.window,
            max_tokens: options.max_tokens,
            sampling: options.sampling(),
            system: options.system,
            schema: None,
        };
        Ok(Self { engine, template, length })
    }

    fn worker(&self) -> Result<Session> {
        Ok(self.engine.session())
    }

    fn extract(
        &self,
        session: &mut Session,
        document: &Document<'_>,
        out: &mut DocumentOutput<'_>,
    ) -> Result<()> {
        let text = document.text().trim();
        if text.is_empty() {
            return Ok(());
        }
        let length = self.length.in_words();
        let budget = self.engine.budget(&self.template.fill(document, "", &length)?)?;
        let mut ends = Vec::new();
        let mut source = text.to_owned();
        let summary = loop {
            let parts = split(self.engine.model.tokenizer(), &source, budget)?;
            if parts.len() > 1 {
                let count = parts.len();
                out.note(&format!("summarized in {count} parts, then their summaries together"))?;
            }
            let mut summaries = Vec::new();
            for part in &parts {
                let prompt = self.template.fill(document, &source[part.clone()], &length)?;
                let answer = self.engine.answer(session, &prompt, out)?;
                ends.push(answer.end);
                let summary = self.length.shorten(answer.text.trim(), answer.end);
                if !summary.is_empty() {
                    summaries.push(summary.to_owned());
                }
            }
            let joined = summaries.join("\n");
            if parts.len() <= 1 || joined.is_empty() {
                break joined;
            }
            if joined.len() > source.len() / 4 * 3 {
                let message =
                    "the summaries of the document's parts are hardly shorter than the parts";
                return Err(Error::option("window", message)
                    .with_help("make window larger, or max_tokens smaller"));
            }
            source = joined;
        };
        self.engine.note_limit(&ends, out)?;
        if !summary.is_empty() {
            out.text(0, &summary).push()?;
        }
        Ok(())
    }
}

impl Length {
    fn in_words(self) -> String {
        match self {
            Self::Sentences(1) => "one sentence".to_owned(),
            Self::Sentences(count) => format!("{count} sentences"),
            Self::Words(count) => format!("at most {count} words"),
        }
    }

    /// As many whole sentences of an answer as there may be. What the limit of tokens cut is left out, if it
    /// is not all.
    fn shorten(self, answer: &str, end: End) -> &str {
        let mut to = 0;
        let (mut sentences, mut words) = (0, 0);
        for (start, sentence) in answer.split_sentence_bound_indices() {
            sentences += 1;
            words += sentence.unicode_words().count();
            let stop = start + sentence.len();
            let fits = match self {
                Self::Sentences(most) => sentences <= most,
                Self::Words(most) => words <= most,
            };
            let cut = end == End::Limit && stop == answer.len() && !ends_sentence(sentence);
            if to > 0 && (!fits || cut) {
                break;
            }
            to = stop;
        }
        answer[..to].trim_end()
    }
}

fn ends_sentence(sentence: &str) -> bool {
    let inside = sentence.trim_end_matches(|c: char| c.is_whitespace() || "\"'”’»)]".contains(c));
    inside.ends_with(['.', '!', '?', '…', '。', '！', '？'])
}
