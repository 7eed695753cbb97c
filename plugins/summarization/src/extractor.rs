//! The extractor `summarization`.

use std::ops::Range;

use gloss_plugin::prelude::*;

use crate::{Method, Summarizer, SummaryOptions};

/// Extractive summaries.
pub struct Summarization {
    summarizer: Summarizer,
}

/// The position of the layer in the plan.
const SUMMARY: usize = 0;

fn option_error(error: crate::Error) -> Error {
    match &error {
        crate::Error::Option { option, .. } => Error::option(option, error.to_string()),
        _ => Error::new(error.to_string()),
    }
}

/// The vectors must be of the very sentences that are chosen from.
fn check_vectors(context: &LoadContext) -> Result<()> {
    let spoken_of = context.input("embeddings").and_then(|schema| schema.target.as_deref());
    let sentences = context.input_name("sentences");
    let message = match (spoken_of, sentences) {
        (None, _) => {
            "the embeddings are of documents; set of = \"sentences\" in their stage".to_owned()
        }
        (Some(of), Some(sentences)) if of != sentences => {
            format!(
                "the embeddings are of {of}, and the sentences are {sentences}: choose the same under inputs"
            )
        }
        _ => return Ok(()),
    };
    Err(Error::option("method", message))
}

impl Extractor for Summarization {
    type Options = SummaryOptions;
    type Worker = ();

    fn describe() -> Description {
        Description {
            summary: "extractive summaries: LexRank, TextRank, embeddings, or the lead".to_owned(),
            reads: vec!["sentences".to_owned(), "embeddings".to_owned()],
            gives: vec!["summary".to_owned()],
            ignores_id: true,
            ..Description::default()
        }
    }

    fn plan(options: &SummaryOptions, _: &Models) -> Result<Plan> {
        options.check().map_err(option_error)?;
        let summary = layer::texts("summary").description(
            "one text: sentences of the document in its order; their places are its sources",
        );
        let mut requires = vec![layer::required("sentences", Kind::Spans)];
        if options.method == Method::Embeddings {
            requires.push(layer::required("embeddings", Kind::Vectors));
        }
        Ok(Plan { requires, provides: vec![summary], ..Plan::default() })
    }

    fn load(options: SummaryOptions, context: &LoadContext) -> Result<Summarization> {
        if options.method == Method::Embeddings {
            check_vectors(context)?;
        }
        Ok(Summarization { summarizer: Summarizer::new(options).map_err(option_error)? })
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
        let sentences: Vec<Range<usize>> =
            document.input("sentences")?.iter().map(|s| s.range()).collect();
        let summary = if self.summarizer.options().method == Method::Embeddings {
            let mut vectors = vec![None; sentences.len()];
            for vector in document.input("embeddings")?.iter() {
                let target = vector.target().and_then(|id| vectors.get_mut(id as usize));
                if let Some(place) = target {
                    *place = Some(vector.vector());
                }
            }
            self.summarizer.summarize_embedded(text, &sentences, &vectors)
        } else {
            self.summarizer.summarize(text, &sentences)
        };
        let summary = summary.map_err(option_error)?;
        let chosen: Vec<&str> = summary.sentences.iter().map(|s| &text[s.range.clone()]).collect();
        if chosen.is_empty() {
            return Ok(());
        }
        let joined = chosen.join(" ");
        let mut push = out.text(SUMMARY, &joined);
        for sentence in summary.sentences {
            push = push.source(sentence.range);
        }
        push.push()?;
        Ok(())
    }
}

gloss_plugin::export! {
    id: "gloss/summarization",
    extractors: { "summarization" => Summarization },
}
