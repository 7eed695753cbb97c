//! Named entities from a spaCy-format pipeline, as the extractor `ner`.

use gloss_plugin::prelude::*;
use gloss_spacy::{ModelInfo, Pipeline, Scratch};

/// Options of the extractor `ner`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NerOptions {
    /// The pipeline whose entity recogniser runs: a name of the catalogue, or the folder of a
    /// pipeline that was trained with spaCy 3.
    pub model: Model,
}

impl Default for NerOptions {
    fn default() -> NerOptions {
        NerOptions { model: Model("en_core_web_sm".to_owned()) }
    }
}

/// Named entities, as spaCy's entity recogniser alone would find them (no parser before it).
pub struct Ner {
    pipeline: Pipeline,
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
            ..Description::default()
        }
    }

    fn plan(_: &NerOptions, models: &Models) -> Result<Plan> {
        let info = ModelInfo::read(&models.get("model")?.path).map_err(model_error)?;
        let entities = layer::spans("entities")
            .labels(info.labels)
            .score("transition margin: by how much the taken decision outscored the next best, the least over the entity; no probability")
            .description("named entities");
        Ok(Plan { provides: vec![entities], ..Plan::default() })
    }

    fn load(_: NerOptions, context: &LoadContext) -> Result<Ner> {
        let path = &context.models().get("model")?.path;
        Ok(Ner { pipeline: Pipeline::load(path).map_err(model_error)? })
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
        for entity in self.pipeline.entities(document.text(), scratch)? {
            let push = out.span(ENTITIES, entity.start..entity.end).label_index(entity.label);
            // An entity whose every decision was forced has no margin.
            let push = if entity.margin.is_finite() { push.score(entity.margin) } else { push };
            push.push()?;
        }
        Ok(())
    }
}

fn model_error(error: gloss_spacy::Error) -> Error {
    Error::model("", error.to_string())
}

gloss_plugin::export! {
    id: "gloss/ner",
    extractors: { "ner" => Ner },
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
