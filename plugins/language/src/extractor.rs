//! The extractor `language`.

use gloss_plugin::prelude::*;

use crate::identify::{Identified, Identifier, UNDETERMINED};

/// A part of a document that has a language of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// Sentences. Requires a stage that provides them.
    Sentences,
    /// Paragraphs. Requires a stage that provides them.
    Paragraphs,
}

impl Part {
    fn layer_type(self) -> &'static str {
        match self {
            Part::Sentences => "sentences",
            Part::Paragraphs => "paragraphs",
        }
    }
}

/// Options of the extractor `language`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LanguageOptions {
    /// The languages that texts may be in, as ISO 639-1 codes (`["en", "fr"]`); all that are known
    /// where there are none. The fewer, the more often it is right.
    pub languages: Vec<String>,
    /// Confidence, from 0 to 1, below which a text's language is `und`: not determined.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub threshold: f32,
    /// Also say the language of each of these.
    pub also: Option<Part>,
    /// Every candidate that is written in the text's script, with its probability, the likeliest first.
    /// Behind `und`, where the confidence is below the threshold.
    pub all_scores: bool,
}

impl Default for LanguageOptions {
    fn default() -> LanguageOptions {
        LanguageOptions { languages: Vec::new(), threshold: 0.1, also: None, all_scores: false }
    }
}

impl LanguageOptions {
    fn identifier(&self) -> Result<Identifier> {
        if !(0.0..=1.0).contains(&self.threshold) {
            return Err(Error::option("threshold", "it is not between 0 and 1"));
        }
        Identifier::new(&self.languages).map_err(|error| {
            let known = Identifier::new(&[""; 0]).map(|all| all.codes().join(" "));
            Error::option("languages", error.to_string())
                .with_help(format!("there are: {}", known.unwrap_or_default()))
        })
    }
}

/// The language of documents.
pub struct Language {
    identifier: Identifier,
    threshold: f64,
    also: Option<Part>,
    all_scores: bool,
}

/// Position of the layer in the plan.
const LANGUAGE: usize = 0;

impl Extractor for Language {
    type Options = LanguageOptions;
    type Worker = ();

    fn describe() -> Description {
        Description {
            summary: "the language of a document, by letters and trigrams".to_owned(),
            reads: vec!["sentences".to_owned(), "paragraphs".to_owned()],
            gives: vec!["language".to_owned()],
            ..Description::default()
        }
    }

    fn plan(options: &LanguageOptions, _: &Models) -> Result<Plan> {
        let identifier = options.identifier()?;
        let language = layer::classes("language")
            .labels(identifier.codes().iter().copied().chain([UNDETERMINED]))
            .score(match options.all_scores {
                true => "probability of the language; none for und",
                false => {
                    "lead over the second-best language, from 0 to 1; none for und; no probability"
                }
            })
            .description("ISO 639-1 code of the language, und where it cannot be told");
        let (requires, language) = match options.also {
            None => (Vec::new(), language),
            Some(part) => {
                let part = part.layer_type();
                (vec![layer::required(part, Kind::Spans)], language.target(part))
            }
        };
        Ok(Plan { requires, provides: vec![language], ..Plan::default() })
    }

    fn load(options: LanguageOptions, _: &LoadContext) -> Result<Language> {
        let identifier = options.identifier()?;
        let LanguageOptions { threshold, also, all_scores, .. } = options;
        Ok(Language { identifier, threshold: f64::from(threshold), also, all_scores })
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
        self.push(document.text(), None, out)?;
        if let Some(part) = self.also {
            for part in document.input(part.layer_type())?.iter() {
                self.push(part.text(), Some(part.id()), out)?;
            }
        }
        Ok(())
    }
}

impl Language {
    fn push(&self, text: &str, target: Option<u32>, out: &mut DocumentOutput<'_>) -> Result<()> {
        let found = self.identifier.identify(text).filter(|f| f.confidence >= self.threshold);
        let mut class = |code: &str, score: Option<f64>| -> Result<()> {
            let class = out.class(LANGUAGE, code);
            let class = score.into_iter().fold(class, |class, score| class.score(score as f32));
            target.into_iter().fold(class, |class, id| class.target(id)).push()?;
            Ok(())
        };
        match found {
            None => class(UNDETERMINED, None)?,
            Some(Identified { code, confidence }) if !self.all_scores => {
                return class(code, Some(confidence));
            }
            Some(_) => {}
        }
        if self.all_scores {
            for (code, probability) in self.identifier.probabilities(text) {
                class(code, Some(probability))?;
            }
        }
        Ok(())
    }
}

gloss_plugin::export! {
    id: "gloss/language",
    extractors: { "language" => Language },
}

#[cfg(test)]
#[path = "extractor/tests.rs"]
mod tests;
