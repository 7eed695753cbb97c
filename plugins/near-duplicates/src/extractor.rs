//! The extractor `near-duplicates`.

use std::io::Write;

use gloss_plugin::prelude::*;

use crate::state::State;
use crate::{Findings, NearDuplicatesOptions, Shingler, Verdict, saved};

/// Finds documents that are nearly the same.
#[derive(Debug)]
pub struct NearDuplicates {
    options: NearDuplicatesOptions,
    shingler: Shingler,
}

/// The position of the layer in the plan.
const LAYER: usize = 0;

fn option_error(error: crate::Error) -> Error {
    match &error {
        crate::Error::Option { option, .. } => Error::option(option, error.to_string()),
        _ => Error::new(error.to_string()),
    }
}

impl CorpusExtractor for NearDuplicates {
    type Options = NearDuplicatesOptions;
    type State = State;
    type Findings = Findings;

    const STATE_VERSION: u32 = 1;

    fn describe() -> Description {
        Description {
            summary: "documents that are nearly the same: MinHash and LSH over shingles".to_owned(),
            gives: vec!["near-duplicates".to_owned()],
            ..Description::default()
        }
    }

    fn plan(options: &NearDuplicatesOptions, _: &Models) -> Result<Plan> {
        options.check().map_err(option_error)?;
        let layer = layer::classes("near-duplicates")
            .labels(["unique", "original", "duplicate", "empty"])
            .description("whether other documents of the run are nearly the same")
            .attribute("group", AttributeType::String, "what all of a group have in common")
            .attribute("representative", AttributeType::String, "id of the group's original")
            .attribute("similarity", AttributeType::Float, "Jaccard similarity to the original")
            .attribute("size", AttributeType::Int, "documents in the group");
        Ok(Plan { provides: vec![layer], ..Plan::default() })
    }

    fn load(options: NearDuplicatesOptions, _: &LoadContext) -> Result<NearDuplicates> {
        let shingler = Shingler::new(options.unit, options.shingle());
        Ok(NearDuplicates { options, shingler })
    }

    fn state(&self) -> Result<State> {
        Ok(State::default())
    }

    fn observe(&self, state: &mut State, document: &Document<'_>) -> Result<()> {
        state.observe(&self.options, &self.shingler, document.id(), document.text());
        Ok(())
    }

    fn merge(&self, state: &mut State, other: State) -> Result<()> {
        state.merge(&other);
        Ok(())
    }

    fn save(&self, state: &State, writer: &mut dyn Write) -> Result<()> {
        Ok(saved::write(state, &self.options, writer)?)
    }

    fn restore(&self, bytes: &[u8]) -> Result<State> {
        Ok(saved::read(bytes, &self.options)?)
    }

    fn finish(&self, state: State, cancellation: &Cancellation) -> Result<Findings> {
        Ok(Findings::new(&state, &self.options, &|| cancellation.is_cancelled())?)
    }

    fn annotate(
        &self,
        findings: &Findings,
        document: &Document<'_>,
        out: &mut DocumentOutput<'_>,
    ) -> Result<()> {
        match findings.verdict(document.id(), document.text())? {
            Verdict::Empty => out.class(LAYER, "empty").push()?,
            Verdict::Unique => out.class(LAYER, "unique").push()?,
            Verdict::Grouped { group, original, similarity } => {
                let name = format!("{:016x}", group.id);
                out.class(LAYER, if original { "original" } else { "duplicate" })
                    .attribute("group", name.as_str())
                    .attribute("representative", group.representative.as_str())
                    .attribute("similarity", similarity)
                    .attribute("size", i64::from(group.size))
                    .push()?
            }
        };
        Ok(())
    }
}

gloss_plugin::export! {
    id: "gloss/near-duplicates",
    extractors: { "near-duplicates" => Corpus<NearDuplicates> },
}
