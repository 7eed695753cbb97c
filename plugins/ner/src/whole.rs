//! The extractor `spacy-pipeline`: tokens, sentences, dependencies, noun chunks and entities.

use gloss_plugin::{LayerSchema, prelude::*};
use gloss_spacy::{Analysis, ModelInfo, Parts, Pipeline, Scratch, Sentences, Settings};

use crate::calibration::{Calibration, Scoring};
use crate::ner::{analyze, push_entity};
use crate::{SentenceSource, model_error};

/// Options of the extractor `spacy-pipeline`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SpacyPipelineOptions {
    /// A name of the catalogue, or the folder of a pipeline that was trained with spaCy 3.
    pub model: Model,
    /// What finds sentences: `parser`, `senter` or `none`. By default what does so in the pipeline
    /// as it was saved, which in spaCy's own is the parser. Without the parser there are no
    /// dependencies and no noun chunks, and tags that depend on them may differ.
    pub sentences: Option<SentenceSource>,
    /// What is said of tokens: any of `lemma`, `pos`, `tag`, `morph`. By default all that the
    /// pipeline gives. Naming fewer saves the time of what is not needed.
    pub attributes: Option<Vec<TokenAttribute>>,
    /// Whether entities end where sentences do, as in spaCy, whose recogniser sees the sentences
    /// that were found before it. Otherwise entities are those of the recogniser alone.
    pub entities_within_sentences: bool,
    /// Makes the score of an entity a probability: the numbers `intercept` and `slope` of a logistic
    /// curve over the transition margin. By default the score is the margin itself.
    pub calibration: Option<Calibration>,
}

impl Default for SpacyPipelineOptions {
    fn default() -> SpacyPipelineOptions {
        SpacyPipelineOptions {
            model: Model("en_core_web_sm".to_owned()),
            sentences: None,
            attributes: None,
            entities_within_sentences: true,
            calibration: None,
        }
    }
}

/// Something said of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TokenAttribute {
    /// The base form.
    Lemma,
    /// The universal part of speech.
    Pos,
    /// The fine-grained tag, of the tag set of the training data.
    Tag,
    /// Morphological features.
    Morph,
}

use TokenAttribute::{Lemma, Morph, Pos, Tag};

impl TokenAttribute {
    const ALL: [TokenAttribute; 4] = [Lemma, Pos, Tag, Morph];

    fn name(self) -> &'static str {
        match self {
            Lemma => "lemma",
            Pos => "pos",
            Tag => "tag",
            Morph => "morph",
        }
    }

    fn description(self) -> &'static str {
        match self {
            Lemma => "base form",
            Pos => "universal part of speech",
            Tag => "fine-grained tag",
            Morph => "morphological features, such as Number=Sing|Person=3",
        }
    }

    fn value<'a>(self, analysis: &Analysis<'a>, token: usize) -> &'a str {
        match self {
            Lemma => analysis.lemma(token),
            Pos => analysis.pos(token),
            Tag => analysis.tag(token),
            Morph => analysis.morph(token),
        }
    }

    fn is_in(self, parts: &Parts) -> bool {
        match self {
            Lemma => parts.lemmas,
            Pos => parts.pos,
            Tag => parts.tags,
            Morph => parts.morph,
        }
    }
}

impl SpacyPipelineOptions {
    /// Settings for the layers that `wants` names.
    fn settings(&self, wants: impl Fn(&str) -> bool) -> Settings {
        let tokens = wants("tokens");
        let says = |attribute| {
            tokens && self.attributes.as_ref().is_none_or(|named| named.contains(&attribute))
        };
        Settings {
            sentences: self.sentences.map_or(Sentences::Pipeline, Sentences::from),
            entities_within_sentences: self.entities_within_sentences,
            parts: Parts {
                tags: says(Tag),
                pos: says(Pos),
                morph: says(Morph),
                lemmas: says(Lemma),
                dependencies: wants("dependencies"),
                sentences: wants("sentences"),
                noun_chunks: wants("noun-chunks"),
                entities: wants("entities"),
            },
            ..Settings::default()
        }
    }

    /// The settings for these layers, as far as the pipeline gives them, with what it says of itself.
    fn fit(&self, models: &Models, wants: impl Fn(&str) -> bool) -> Result<(ModelInfo, Settings)> {
        let mut settings = self.settings(wants);
        let path = &models.get("model")?.path;
        let info = ModelInfo::read(path, &settings).map_err(|error| {
            let help = "what has to run is said by the options sentences and attributes";
            model_error(error).with_help(help)
        })?;
        let missing = |source, has: bool| self.sentences == Some(source) && !has;
        if missing(SentenceSource::Parser, info.available.dependencies)
            || missing(SentenceSource::Senter, info.available.sentences)
        {
            return Err(Error::option("sentences", "the pipeline has no such component"));
        }
        for attribute in self.attributes.iter().flatten() {
            if !attribute.is_in(&info.available) {
                let message = format!("the pipeline does not give the {}", attribute.name());
                return Err(Error::option("attributes", message));
            }
        }
        settings.parts = settings.parts.intersection(info.available);
        Ok((info, settings))
    }
}

/// All that a spaCy-format pipeline finds, as spaCy finds it.
pub struct SpacyPipeline {
    pipeline: Pipeline,
    /// What is said of tokens.
    attributes: Vec<TokenAttribute>,
    layers: Layers,
    scoring: Scoring,
}

/// After so many tokens the host is asked whether to go on.
const OFTEN: usize = 4096;

/// The positions of the wanted layers in the plan.
#[derive(Debug, Default)]
struct Layers {
    tokens: Option<usize>,
    sentences: Option<usize>,
    dependencies: Option<usize>,
    noun_chunks: Option<usize>,
    entities: Option<usize>,
}

/// The layers that a pipeline with these parts provides.
fn layers(info: ModelInfo, parts: &Parts, scoring: Scoring) -> Vec<LayerSchema> {
    let mut tokens = layer::spans("tokens").description("tokens; white space of its own is one");
    for attribute in TokenAttribute::ALL.into_iter().filter(|attribute| attribute.is_in(parts)) {
        tokens = tokens.attribute(attribute.name(), AttributeType::String, attribute.description());
    }
    let mut provides = vec![tokens];
    if parts.sentences {
        provides.push(layer::spans("sentences").description("sentences, without gaps"));
    }
    if parts.dependencies {
        let description = "one arc for each token, with the token's id, from its head to it; a root is its own head";
        provides.push(
            layer::relations("dependencies", "tokens", "tokens")
                .labels(info.dependency_labels)
                .description(description),
        );
    }
    if parts.noun_chunks {
        provides.push(layer::spans("noun-chunks").description("base noun phrases"));
    }
    if parts.entities {
        let entities = layer::spans("entities").labels(info.labels).score(&scoring.meaning());
        provides.push(entities.description("named entities"));
    }
    provides
}

impl Extractor for SpacyPipeline {
    type Options = SpacyPipelineOptions;
    type Worker = Scratch;

    fn describe() -> Description {
        let gives = ["tokens", "sentences", "dependencies", "noun-chunks", "entities"];
        Description {
            summary: "tokens, sentences, dependencies, noun chunks and entities, by a spaCy-format pipeline"
                .to_owned(),
            gives: gives.map(str::to_owned).into(),
            ignores_id: true,
            ..Description::default()
        }
    }

    fn plan(options: &SpacyPipelineOptions, models: &Models) -> Result<Plan> {
        let (info, settings) = options.fit(models, |_| true)?;
        let scoring = Scoring::new(options.calibration)?;
        Ok(Plan { provides: layers(info, &settings.parts, scoring), ..Plan::default() })
    }

    fn load(options: SpacyPipelineOptions, context: &LoadContext) -> Result<SpacyPipeline> {
        // The plan tells where layers are, what is wanted which of them to compute.
        let (info, all) = options.fit(context.models(), |_| true)?;
        let scoring = Scoring::new(options.calibration)?;
        let plan = layers(info, &all.parts, scoring);
        let at = |name: &str| {
            plan.iter().position(|schema| schema.name == name).filter(|_| context.wants(name))
        };
        let layers = Layers {
            tokens: at("tokens"),
            sentences: at("sentences"),
            dependencies: at("dependencies"),
            noun_chunks: at("noun-chunks"),
            entities: at("entities"),
        };
        let mut settings = options.settings(|name| context.wants(name));
        settings.parts = settings.parts.intersection(all.parts);
        let path = &context.models().get("model")?.path;
        let pipeline = Pipeline::load(path, &settings).map_err(model_error)?;
        let attributes = TokenAttribute::ALL.into_iter();
        let attributes = attributes.filter(|attribute| attribute.is_in(&settings.parts)).collect();
        Ok(SpacyPipeline { pipeline, attributes, layers, scoring })
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
        let analysis = analyze(&self.pipeline, document, scratch, out)?;
        if let Some(layer) = self.layers.tokens {
            self.push_tokens(layer, &analysis, out)?;
        }
        let tokens = analysis.tokens();
        let bytes =
            |span: std::ops::Range<usize>| tokens[span.start].start..tokens[span.end - 1].end;
        if let Some(layer) = self.layers.sentences {
            for sentence in analysis.sentences() {
                out.span(layer, bytes(sentence)).push()?;
            }
        }
        if let Some(layer) = self.layers.dependencies {
            for token in 0..tokens.len() {
                if let (Some(head), Some(label)) = (analysis.head(token), analysis.label(token)) {
                    out.relation(layer, head as u32, token as u32).label_index(label).push()?;
                }
            }
        }
        if let Some(layer) = self.layers.noun_chunks {
            for chunk in analysis.noun_chunks() {
                out.span(layer, bytes(chunk)).push()?;
            }
        }
        if let Some(layer) = self.layers.entities {
            for entity in analysis.entities() {
                push_entity(layer, &entity, self.scoring, out)?;
            }
        }
        Ok(())
    }
}

impl SpacyPipeline {
    fn push_tokens(
        &self,
        layer: usize,
        analysis: &Analysis<'_>,
        out: &mut DocumentOutput<'_>,
    ) -> Result<()> {
        for (at, token) in analysis.tokens().iter().enumerate() {
            if at % OFTEN == OFTEN - 1 && out.cancelled() {
                return Err(Error::cancelled());
            }
            let mut push = out.span(layer, token.start..token.end);
            for &attribute in &self.attributes {
                let value = attribute.value(analysis, at);
                if !value.is_empty() {
                    push = push.attribute(attribute.name(), value);
                }
            }
            push.push()?;
        }
        Ok(())
    }
}
