//! The extractor `ner`: entities and nothing else.

use gloss_plugin::prelude::*;
use gloss_spacy::{Analysis, ModelInfo, Pipeline, Scratch, Sentences, Settings};

use crate::calibration::{Calibration, Scoring};
use crate::{SentenceSource, model_error};

/// Options of the extractor `ner`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NerOptions {
    /// The pipeline whose entity recogniser runs: a name of the catalogue, or the folder of a
    /// pipeline that was trained with spaCy 3.
    pub model: Model,
    /// What finds sentences before the entities, which then do not cross their ends: `parser` as in
    /// spaCy's whole pipeline, `senter`, or `none`. Without any, as by default, the recogniser runs
    /// alone; about one entity in a thousand differs.
    pub sentences: SentenceSource,
    /// Makes the score of an entity a probability: the numbers `intercept` and `slope` of a logistic
    /// curve over the transition margin. By default the score is the margin itself.
    pub calibration: Option<Calibration>,
}

impl Default for NerOptions {
    fn default() -> NerOptions {
        let model = Model("en_core_web_sm".to_owned());
        NerOptions { model, sentences: SentenceSource::None, calibration: None }
    }
}

impl NerOptions {
    fn settings(&self) -> Settings {
        let sentences = Sentences::from(self.sentences);
        let entities_within_sentences = sentences != Sentences::None;
        Settings { sentences, entities_within_sentences, ..Settings::entities_alone() }
    }
}

/// Named entities, by default as spaCy's entity recogniser alone would find them.
pub struct Ner {
    pipeline: Pipeline,
    scoring: Scoring,
}

/// The position of the layer in the plan.
const ENTITIES: usize = 0;

impl Extractor for Ner {
    type Options = NerOptions;
    type Worker = Scratch;

    fn describe() -> Description {
        Description {
            summary: "named entities, by a spaCy-format pipeline".to_owned(),
            gives: vec!["entities".to_owned()],
            ignores_id: true,
            ..Description::default()
        }
    }

    fn plan(options: &NerOptions, models: &Models) -> Result<Plan> {
        let scoring = Scoring::new(options.calibration)?;
        let path = &models.get("model")?.path;
        let info = ModelInfo::read(path, &options.settings()).map_err(model_error)?;
        if !info.available.entities {
            let message = "the pipeline has no entity recogniser (a component ner that runs)";
            return Err(Error::model("config.cfg", message));
        }
        let entities = layer::spans("entities")
            .labels(info.labels)
            .score(&scoring.meaning())
            .description("named entities");
        Ok(Plan { provides: vec![entities], ..Plan::default() })
    }

    fn load(options: NerOptions, context: &LoadContext) -> Result<Ner> {
        let path = &context.models().get("model")?.path;
        let pipeline = Pipeline::load(path, &options.settings()).map_err(model_error)?;
        Ok(Ner { pipeline, scoring: Scoring::new(options.calibration)? })
    }

    fn worker(&self) -> Result<Scratch> {
        Ok(Scratch::new(&self.pipeline))
    }

    fn extract(
        &self,
        scratch: &mut Scratch,
        document: &Document<'_>,
        out: &mut DocumentOutput<'_>,
    ) -> Result<()> {
        for entity in analyze(&self.pipeline, document, scratch, out)?.entities() {
            push_entity(ENTITIES, &entity, self.scoring, out)?;
        }
        Ok(())
    }
}

/// Analyzes a document, unless the run is cancelled meanwhile.
pub(crate) fn analyze<'a>(
    pipeline: &'a Pipeline,
    document: &'a Document<'_>,
    scratch: &'a mut Scratch,
    out: &DocumentOutput<'_>,
) -> Result<Analysis<'a>> {
    pipeline.analyze_unless(document.text(), scratch, &|| out.cancelled()).map_err(|error| {
        match error {
            gloss_spacy::Error::Stopped => Error::cancelled(),
            error => error.into(),
        }
    })
}

/// Pushes an entity with its score.
pub(crate) fn push_entity(
    layer: usize,
    entity: &gloss_spacy::Entity,
    scoring: Scoring,
    out: &mut DocumentOutput<'_>,
) -> Result<()> {
    let push = out.span(layer, entity.start..entity.end).label_index(entity.label);
    let push = match scoring.score(entity.margin) {
        Some(score) => push.score(score),
        None => push,
    };
    push.push().map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_a_model_is_named() {
        let model = gloss_plugin::ModelFiles {
            name: "empty".to_owned(),
            version: String::new(),
            path: std::env::temp_dir().join("gloss-no-such-model"),
            digest: String::new(),
        };
        let models = [("model".to_owned(), model)].into();
        let options = serde_json::json!({ "model": "empty" });
        let failure = gloss_plugin::harness::Harness::<Ner>::with(options, models, &[]).err();
        assert!(failure.unwrap().to_string().contains("gloss-no-such-model"));
    }
}
