//! The extractor `support`: what it reads, and what is pushed.

use gloss_faithfulness::{ClauseVerdict, Label, Limits, Source, Verdict};
use gloss_plugin::prelude::*;

use crate::inputs;
use crate::options::Options;

/// Positions in `provides`.
const CLAUSES: usize = 0;
const SUPPORT: usize = 1;

/// In the order of [`Label`].
const LABELS: [&str; 3] = ["supported", "partly", "unsupported"];

/// The layers that are read where they are there, with their attributes.
pub(crate) const OPTIONAL: [(&str, Kind, &[&str]); 5] = [
    ("entities", Kind::Spans, &[]),
    ("mentions", Kind::Spans, &["entity", "name"]),
    ("dates", Kind::Spans, &["value"]),
    ("tokens", Kind::Spans, &["pos"]),
    ("dependencies", Kind::Relations, &[]),
];

/// The loaded extractor.
#[derive(Debug)]
pub struct Support {
    texts: String,
    limits: Limits,
}

impl Extractor for Support {
    type Options = Options;
    type Worker = ();

    fn describe() -> Description {
        let reads = ["summary", "sentences"].into_iter().chain(OPTIONAL.map(|(name, _, _)| name));
        Description {
            summary: "whether the document carries what a generated text says of it".to_owned(),
            languages: vec!["en".to_owned()],
            reads: reads.map(str::to_owned).collect(),
            gives: vec!["clauses".to_owned(), "support".to_owned()],
            ignores_id: true,
            ..Description::default()
        }
    }

    fn plan(options: &Options, _: &Models) -> Result<Plan> {
        options.limits()?;
        if options.texts.is_empty()
            || options.texts == "sentences"
            || OPTIONAL.iter().any(|o| o.0 == options.texts)
        {
            return Err(Error::option(
                "texts",
                format!("{:?} is no layer of texts", options.texts),
            )
            .with_help("leave it out for layers of type \"summary\""));
        }
        let mut requires = vec![
            layer::required(&options.texts, Kind::Texts),
            layer::required("sentences", Kind::Spans),
        ];
        requires.extend(OPTIONAL.map(|(name, kind, attributes)| Requirement {
            attributes: attributes.iter().map(|a| (*a).to_owned()).collect(),
            ..layer::optional(name, kind)
        }));
        let provides = vec![clauses_layer(&options.texts), support_layer()];
        Ok(Plan { requires, provides, ..Plan::default() })
    }

    fn load(options: Options, _: &LoadContext) -> Result<Self> {
        // Built here, and not while the first document waits.
        gloss_faithfulness::warm_up();
        let limits = options.limits()?;
        Ok(Support { texts: options.texts, limits })
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
        let texts = document.input(&self.texts)?;
        if texts.iter().all(|text| text.text().trim().is_empty()) {
            return Ok(());
        }
        let source = inputs::source(document)?;
        for text in texts.iter() {
            let stop = || out.cancelled();
            let verdicts = source.verify(text.text(), self.limits, &stop);
            if out.cancelled() {
                return Err(Error::cancelled());
            }
            for clause in verdicts.iter().flat_map(|sentence| &sentence.clauses) {
                push(clause, text.text(), text.id(), &source, out)?;
            }
        }
        Ok(())
    }
}

fn clauses_layer(texts: &str) -> gloss_plugin::LayerSchema {
    layer::texts("clauses")
        .target(texts)
        .attribute("start", AttributeType::Int, "first byte of the clause in the text it is of, in UTF-8")
        .attribute("end", AttributeType::Int, "byte behind its last in the text it is of, in UTF-8")
        .description(
            "clauses of the texts that were checked; their sources are the sentences that carry them best",
        )
}

fn support_layer() -> gloss_plugin::LayerSchema {
    let text = AttributeType::String;
    layer::classes("support")
        .labels(LABELS)
        .score("share of what the clause says, by rarity, that its source carries, halved for each fault; from 0 to 1")
        .target("clauses")
        .attribute("missing_names", text, "names that its source does not have, with \"; \" between them")
        .attribute("missing_numbers", text, "numbers that its source does not have, or has of something else")
        .attribute("missing_dates", text, "dates that its source does not have")
        .attribute("missing_words", text, "other words that its source does not have")
        .attribute("relation", text, "the word whose roles its source fills otherwise, and how")
        .description("whether the document carries each clause")
}

fn push(
    clause: &ClauseVerdict,
    text: &str,
    id: u32,
    source: &Source<'_>,
    out: &mut DocumentOutput<'_>,
) -> Result<()> {
    let ClauseVerdict { range, verdict } = clause;
    let mut push = out
        .text(CLAUSES, &text[range.clone()])
        .target(id)
        .attribute("start", range.start as i64)
        .attribute("end", range.end as i64);
    for sentence in source.sources_of(verdict) {
        push = push.source(sentence);
    }
    let clause = push.push()?;
    push_verdict(verdict, clause, out)
}

fn push_verdict(verdict: &Verdict, clause: u32, out: &mut DocumentOutput<'_>) -> Result<()> {
    let missing = [
        ("missing_names", &verdict.missing_names),
        ("missing_numbers", &verdict.missing_numbers),
        ("missing_dates", &verdict.missing_dates),
        ("missing_words", &verdict.missing_words),
    ];
    let missing = missing.map(|(name, words)| (name, words.join("; ")));
    let label = match verdict.label {
        Label::Supported => LABELS[0],
        Label::Partly => LABELS[1],
        Label::Unsupported => LABELS[2],
    };
    let mut push = out.class(SUPPORT, label).target(clause).score(verdict.score as f32);
    for (name, words) in missing.iter().filter(|(_, words)| !words.is_empty()) {
        push = push.attribute(name, words.as_str());
    }
    if let Some(relation) = &verdict.relation {
        push = push.attribute("relation", relation.as_str());
    }
    push.push()?;
    Ok(())
}

#[cfg(test)]
mod tests;
