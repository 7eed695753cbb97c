//! The extractor `prompt`.

use gloss_llama::{Sampling, Schema, Session};
use gloss_plugin::prelude::*;
use serde_json::{Map, Value};

use crate::engine::{self, Engine};
use crate::sampling;
use crate::split::split;
use crate::template::Template;

/// Options of `prompt`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PromptOptions {
    /// The model: a folder with one GGUF file, or a name of the catalogue.
    pub model: Model,
    /// What the model is asked: `{text}` is the document, `{metadata.NAME}` a field of the metadata; `{{` and
    /// `}}` are braces. It must be set.
    pub prompt: String,
    /// What the model is told to be, if not what its file says.
    pub system: Option<String>,
    /// A JSON Schema. Answers are JSON of it then, whatever the model would rather say: objects with properties,
    /// arrays, strings, numbers, integers, booleans, nulls and enums, nested.
    pub schema: Option<Map<String, Value>>,
    /// The name and type of the layer.
    pub layer: String,
    /// 0 takes the likeliest token always; higher values draw more freely.
    pub temperature: f64,
    /// Tokens are drawn from so many of the likeliest; 0 for all.
    pub top_k: usize,
    /// Tokens are drawn from the likeliest that have this probability together.
    pub top_p: f64,
    /// Lowers the chance of the last 64 tokens to come again, if above 1.
    pub repeat_penalty: f64,
    /// Where drawing begins. The same seed gives the same answer for the same document.
    pub seed: u64,
    /// Most tokens of an answer. JSON that is not whole by then is closed the shortest way.
    pub max_tokens: usize,
    /// Most tokens that the model sees at a time, its answer included. Of longer documents each part is asked
    /// about by itself.
    pub window: usize,
}

impl Default for PromptOptions {
    fn default() -> Self {
        Self {
            model: Model(engine::MODEL.to_owned()),
            prompt: String::new(),
            system: None,
            schema: None,
            layer: "answer".to_owned(),
            temperature: 0.0,
            top_k: 40,
            top_p: 0.95,
            repeat_penalty: 1.0,
            seed: 0,
            max_tokens: 200,
            window: 2048,
        }
    }
}

impl PromptOptions {
    fn sampling(&self) -> Sampling {
        Sampling {
            temperature: self.temperature as f32,
            top_k: self.top_k,
            top_p: self.top_p as f32,
            seed: self.seed,
            repeat_penalty: self.repeat_penalty as f32,
        }
    }

    fn template(&self) -> Result<Template> {
        if self.prompt.trim().is_empty() {
            return Err(Error::option("prompt", "it is not set").with_help(
                "say what the model is asked, such as \"Who is this about?\\n\\n{text}\"",
            ));
        }
        Template::parse(&self.prompt, false)
    }

    fn schema(&self) -> Result<Option<Schema>> {
        let Some(schema) = &self.schema else { return Ok(None) };
        match Schema::new(&Value::Object(schema.clone())) {
            Ok(schema) => Ok(Some(schema)),
            Err(error) => Err(Error::option("schema", error.to_string())),
        }
    }
}

/// Answers of a language model.
pub struct Prompt {
    engine: Engine,
    template: Template,
}

impl Extractor for Prompt {
    type Options = PromptOptions;
    type Worker = Session;

    fn describe() -> Description {
        Description {
            summary: "what a language model answers to a prompt, as text or as JSON of a schema"
                .to_owned(),
            gives: vec!["answer".to_owned()],
            ignores_id: true,
            ..Description::default()
        }
    }

    fn plan(options: &PromptOptions, _: &Models) -> Result<Plan> {
        sampling::check(&options.sampling(), options.max_tokens)?;
        let what = match options.schema()? {
            Some(_) => "JSON of the schema, written by a model",
            None => "text that a model wrote",
        };
        let answers = layer::texts(&options.layer).description(&format!(
            "{what}; one for each part of a document that is longer than the window, with the part as its source"
        ));
        let metadata = options.template()?.metadata();
        Ok(Plan { provides: vec![answers], metadata, ..Plan::default() })
    }

    fn load(options: PromptOptions, context: &LoadContext) -> Result<Self> {
        let (template, schema) = (options.template()?, options.schema()?);
        let engine = Engine {
            model: engine::load(context)?,
            team: engine::team(context),
            window: options.window,
            max_tokens: options.max_tokens,
            sampling: options.sampling(),
            system: options.system,
            schema,
        };
        Ok(Self { engine, template })
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
        let text = document.text();
        let parts = if self.template.has_text() {
            let budget = self.engine.budget(&self.template.fill(document, "", "")?)?;
            split(self.engine.model.tokenizer(), text, budget)?
        } else {
            std::iter::once(0..text.len()).collect()
        };
        if parts.len() > 1 {
            out.note(&format!("asked about {} parts, each by itself", parts.len()))?;
        }
        let mut ends = Vec::new();
        for part in &parts {
            let prompt = self.template.fill(document, &text[part.clone()], "")?;
            let answer = self.engine.answer(session, &prompt, &self.engine.sampling, out)?;
            ends.push(answer.end);
            let answer = answer.text.trim();
            let push = out.text(0, answer);
            if parts.len() > 1 {
                push.source(part.clone()).push()?
            } else {
                push.push()?
            };
        }
        self.engine.note_limit(&ends, out)
    }
}
