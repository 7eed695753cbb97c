//! The extractor `keyphrases`: the phrases whose embeddings are nearest to that of the document
//! (KeyBERT, Grootendorst 2020).

use std::marker::PhantomData;

use gloss_encoder::{Model as Encoder, Settings, Task, Worker};
use gloss_plugin::AttributeType::{Int, String as Text};
use gloss_plugin::prelude::*;

use crate::candidates::{Candidate, Phrases};
use crate::embeddings::DEFAULT_MODEL;
use crate::engine::{self, Engine, Native, Precision};
use crate::relevance::most_relevant;
use crate::units::{Of, Split};

/// Options of the extractor `keyphrases`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct KeyphrasesOptions {
    /// A name of the catalogue, or the folder of a model for embeddings.
    pub model: Model,
    /// Language of the texts, BCP 47: its stop words begin and end no phrase. There are lists for
    /// de, en, es, fr, it and pt.
    pub language: String,
    /// Words of the shortest phrase.
    #[schemars(range(min = 1))]
    pub min_words: usize,
    /// Words of the longest phrase.
    #[schemars(range(min = 1))]
    pub max_words: usize,
    /// How many phrases a document gets at most.
    #[schemars(range(min = 1))]
    pub top: usize,
    /// How much phrases must differ from each other, from 0 to 1: the weight of redundancy against
    /// relevance in maximal marginal relevance (Carbonell and Goldstein 1998).
    pub diversity: f32,
    /// How many phrases are compared with the document at most, the most frequent first and of equals
    /// the first of the text. The time that a document takes grows with them.
    #[schemars(range(min = 1))]
    pub candidates: usize,
    /// The numbers that the model's weights are kept in.
    pub precision: Precision,
}

impl Default for KeyphrasesOptions {
    fn default() -> Self {
        KeyphrasesOptions {
            model: Model(DEFAULT_MODEL.to_owned()),
            language: "en".to_owned(),
            min_words: 1,
            max_words: 3,
            top: 5,
            diversity: 0.5,
            candidates: 1000,
            precision: Precision::default(),
        }
    }
}

/// Keyphrases of documents, with what computes its model's numbers.
pub struct Keyphrases<E = Native> {
    model: Encoder,
    options: KeyphrasesOptions,
    stop_words: &'static [&'static str],
    engine: PhantomData<E>,
}

/// The position of the layer in the plan.
const KEYPHRASES: usize = 0;

fn check(options: &KeyphrasesOptions) -> Result<()> {
    if !(0.0..=1.0).contains(&options.diversity) {
        return Err(Error::option("diversity", "it must be from 0 to 1"));
    }
    let KeyphrasesOptions { min_words, max_words, top, candidates, .. } = *options;
    let counts = [
        ("min_words", min_words),
        ("max_words", max_words),
        ("top", top),
        ("candidates", candidates),
    ];
    if let Some((option, _)) = counts.iter().find(|(_, count)| *count == 0) {
        return Err(Error::option(option, "it must be at least 1"));
    }
    if min_words > max_words {
        return Err(Error::option("min_words", "it must be at most max_words"));
    }
    Ok(())
}

impl<E: Engine> Extractor for Keyphrases<E> {
    type Options = KeyphrasesOptions;
    type Worker = Worker;

    fn describe() -> Description {
        Description {
            summary: "phrases that say what a document is about, by their embeddings".to_owned(),
            gives: vec!["keyphrases".to_owned()],
            ignores_id: true,
            native_libraries: E::NATIVE_LIBRARIES,
            ..Description::default()
        }
    }

    fn plan(options: &KeyphrasesOptions, models: &Models) -> Result<Plan> {
        check(options)?;
        engine::info(models, Task::Embedding)?;
        let keyphrases = layer::spans("keyphrases")
            .score("cosine of the phrase's embedding to the document's")
            .attribute("phrase", Text, "the phrase as it is written where it stands first")
            .attribute("rank", Int, "1 for the most relevant phrase of the document")
            .description("every place of each keyphrase");
        Ok(Plan { provides: vec![keyphrases], ..Plan::default() })
    }

    fn load(options: KeyphrasesOptions, context: &LoadContext) -> Result<Self> {
        check(&options)?;
        let settings = Settings { precision: options.precision.into(), ..Settings::default() };
        let model = engine::load::<E>(context, Task::Embedding, settings)?;
        let language = options.language.split(['-', '_']).next().unwrap_or_default();
        let stop_words = gloss_stop_words::of(&language.to_ascii_lowercase());
        Ok(Keyphrases { model, options, stop_words, engine: PhantomData })
    }

    fn worker(&self) -> Result<Worker> {
        Ok(self.model.worker())
    }

    fn extract(
        &self,
        worker: &mut Worker,
        document: &Document<'_>,
        out: &mut DocumentOutput<'_>,
    ) -> Result<()> {
        let text = document.text();
        let words = self.options.min_words..=self.options.max_words;
        let mut candidates = Phrases { stop_words: self.stop_words, words }.of(text);
        if candidates.is_empty() {
            return Ok(());
        }
        let (found, most) = (candidates.len(), self.options.candidates);
        if found > most {
            candidates.truncate(most);
            out.note(&format!("{most} of {found} phrases were compared with the document"))?;
        }
        let stop = || out.cancelled();
        let document = worker.embed_unless(&[text], &stop).map_err(engine::engine_error)?;
        let mut split = Split::default();
        split.add(document[0].windows);
        split.note(Of::Document, out)?;
        let phrases: Vec<&str> = candidates.iter().map(|one| one.phrase.as_str()).collect();
        let stop = || out.cancelled();
        let embedded = worker.embed_unless(&phrases, &stop).map_err(engine::engine_error)?;
        let vectors: Vec<Vec<f32>> = embedded.into_iter().map(|one| one.vector).collect();
        let KeyphrasesOptions { top, diversity, .. } = self.options;
        let mut chosen = most_relevant(&document[0].vector, &vectors, top, diversity);
        chosen.sort_by(|a, b| b.1.total_cmp(&a.1));
        push(&candidates, &chosen, out)
    }
}

/// Pushes every place of the chosen candidates, which come the most relevant first.
fn push(
    candidates: &[Candidate],
    chosen: &[(usize, f32)],
    out: &mut DocumentOutput<'_>,
) -> Result<()> {
    for (rank, &(at, score)) in (1_i64..).zip(chosen) {
        for place in &candidates[at].places {
            let span = out.span(KEYPHRASES, place.clone()).score(score);
            let phrase = candidates[at].phrase.as_str();
            span.attribute("phrase", phrase).attribute("rank", rank).push()?;
        }
    }
    Ok(())
}
