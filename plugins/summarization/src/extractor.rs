//! The extractor `summarization`.

use std::ops::Range;

use gloss_plugin::prelude::*;

use crate::{Summarizer, SummaryOptions};

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

impl Extractor for Summarization {
    type Options = SummaryOptions;
    type Worker = ();

    fn describe() -> Description {
        Description {
            summary: "extractive summaries: LexRank, TextRank, or the lead".to_owned(),
            reads: vec!["sentences".to_owned()],
            gives: vec!["summary".to_owned()],
            ..Description::default()
        }
    }

    fn plan(options: &SummaryOptions, _: &Models) -> Result<Plan> {
        options.check().map_err(option_error)?;
        let summary = layer::texts("summary").description(
            "one text: sentences of the document in its order; their places are its sources",
        );
        Ok(Plan {
            requires: vec![layer::required("sentences", Kind::Spans)],
            provides: vec![summary],
            ..Plan::default()
        })
    }

    fn load(options: SummaryOptions, _: &LoadContext) -> Result<Summarization> {
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
        let summary = self.summarizer.summarize(text, &sentences).map_err(option_error)?;
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
