//! The extractor `summarize`.

mod attempts;
mod draft;
mod judge;
mod length;
mod options;

use gloss_llama::{End, Sampling, Session};
use gloss_plugin::prelude::*;

use crate::engine::{self, Engine};
use crate::sampling;
use crate::split::split;
use crate::template::Template;
use attempts::{best, left_out_of};
use draft::{Draft, Fault};
use judge::Judge;
use length::Length;

pub use options::{SummarizeOptions, Unsupported};

/// Positions in `provides`.
const SUMMARY: usize = 0;
const UNSUPPORTED: usize = 1;

/// How freely other attempts than the first draw where `temperature` is 0: the likeliest tokens would be the
/// same again.
const RETRY_TEMPERATURE: f32 = 0.7;

/// Abstractive summaries by a language model.
pub struct Summarize {
    engine: Engine,
    template: Template,
    length: Length,
    unsupported: Unsupported,
    attempts: usize,
}

impl Extractor for Summarize {
    type Options = SummarizeOptions;
    type Worker = Session;

    fn describe() -> Description {
        Description {
            summary: "abstractive summaries by a language model, which may invent facts".to_owned(),
            gives: vec!["summary".to_owned(), "unsupported".to_owned()],
            ignores_id: true,
            ..Description::default()
        }
    }

    fn plan(options: &SummarizeOptions, _: &Models) -> Result<Plan> {
        sampling::check(&options.sampling(), options.max_tokens)?;
        options.length()?;
        options.attempts()?;
        let metadata = options.template()?.metadata();
        Ok(Plan { provides: layers(options.unsupported), metadata, ..Plan::default() })
    }

    fn load(options: SummarizeOptions, context: &LoadContext) -> Result<Self> {
        let (template, length) = (options.template()?, options.length()?);
        let (unsupported, attempts) = (options.unsupported, options.attempts()?);
        if unsupported != Unsupported::Keep {
            // Here, and not while the first document waits.
            gloss_faithfulness::warm_up();
        }
        let engine = Engine {
            model: engine::load(context)?,
            team: engine::team(context),
            window: options.window,
            max_tokens: options.max_tokens,
            sampling: options.sampling(),
            system: options.system,
            schema: None,
        };
        Ok(Self { engine, template, length, unsupported, attempts })
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
        if document.text().trim().is_empty() {
            return Ok(());
        }
        let judge = match self.unsupported {
            Unsupported::Keep => Judge::lenient(),
            Unsupported::Drop | Unsupported::Retry => Judge::of(document.text()),
        };
        let mut writer = Writer { summarize: self, session, document, judge };
        let mut ends = Vec::new();
        let text = writer.condense(&mut ends, out)?;
        if text.is_empty() {
            self.engine.note_limit(&ends, out)?;
            return out.note("nothing is left of the summaries of parts: there is no summary");
        }
        let best = best(self.attempts, |attempt| writer.draft(&text, attempt, out))?;
        ends.push(best.draft.end);
        self.engine.note_limit(&ends, out)?;
        for note in best.notes() {
            out.note(&note)?;
        }
        push(&best.draft, out)
    }
}

/// What is provided.
fn layers(unsupported: Unsupported) -> Vec<gloss_plugin::LayerSchema> {
    let summary = layer::texts("summary");
    if unsupported == Unsupported::Keep {
        return vec![summary.description(
            "one text that a model wrote; it may say what the document does not, so check it",
        )];
    }
    vec![
        summary.description(
            "one text that a model wrote, without sentences that the document was seen not to carry",
        ),
        layer::texts("unsupported")
            .attribute("reason", AttributeType::String, "what the document does not have, in words")
            .description(
                "sentences that were left out of the summary; their sources are what comes nearest to them",
            ),
    ]
}

fn push(draft: &Draft, out: &mut DocumentOutput<'_>) -> Result<()> {
    if !draft.text.is_empty() {
        out.text(SUMMARY, &draft.text).push()?;
    }
    for (sentence, Fault { reason, sources }) in &draft.left_out {
        let mut push = out.text(UNSUPPORTED, sentence).attribute("reason", reason.as_str());
        for source in sources {
            push = push.source(source.clone());
        }
        push.push()?;
    }
    Ok(())
}

/// Writes the summary of one document.
struct Writer<'w, 'd> {
    summarize: &'w Summarize,
    session: &'w mut Session,
    document: &'w Document<'d>,
    judge: Judge<'d>,
}

impl Writer<'_, '_> {
    /// The document, or summaries of its parts, as often as it takes until they fit into one prompt. Empty
    /// where nothing is left of these.
    fn condense(&mut self, ends: &mut Vec<End>, out: &mut DocumentOutput<'_>) -> Result<String> {
        let Summarize { engine, template, length, .. } = self.summarize;
        let budget = engine.budget(&template.fill(self.document, "", &length.in_words())?)?;
        let mut text = self.document.text().trim().to_owned();
        let (mut left_out, mut all) = (0, 0);
        loop {
            let parts = split(engine.model.tokenizer(), &text, budget)?;
            if parts.len() <= 1 {
                break;
            }
            let count = parts.len();
            out.note(&format!("summarized in {count} parts, then their summaries together"))?;
            let mut summaries = Vec::new();
            for part in parts {
                let draft = self.draft(&text[part], 0, out)?;
                ends.push(draft.end);
                left_out += draft.left_out.len();
                all += draft.kept + draft.left_out.len();
                if !draft.text.is_empty() {
                    summaries.push(draft.text);
                }
            }
            let joined = summaries.join("\n");
            if joined.len() > text.len() / 4 * 3 {
                let message =
                    "the summaries of the document's parts are hardly shorter than the parts";
                return Err(Error::option("window", message)
                    .with_help("make window larger, or max_tokens smaller"));
            }
            text = joined;
        }
        if left_out > 0 {
            out.note(&left_out_of(left_out, all, "the summaries of parts"))?;
        }
        Ok(text)
    }

    /// What is kept of an attempt, from 0, to summarize a text.
    fn draft(&mut self, text: &str, attempt: usize, out: &DocumentOutput<'_>) -> Result<Draft> {
        let Summarize { engine, template, length, .. } = self.summarize;
        let prompt = template.fill(self.document, text, &length.in_words())?;
        let sampling = sampling_of(attempt, &engine.sampling);
        let answer = engine.answer(self.session, &prompt, &sampling, out)?;
        let written = answer.text.trim();
        let sentences = self.judge.sentences(written, &|| out.cancelled());
        if out.cancelled() {
            return Err(Error::cancelled());
        }
        Ok(Draft::of(written, sentences, answer.end, *length))
    }
}

/// How an attempt draws: as the options say, but from another seed each time.
fn sampling_of(attempt: usize, sampling: &Sampling) -> Sampling {
    let greedy = sampling.temperature == 0.0;
    Sampling {
        seed: sampling.seed.wrapping_add(attempt as u64),
        temperature: if greedy && attempt > 0 { RETRY_TEMPERATURE } else { sampling.temperature },
        ..sampling.clone()
    }
}
