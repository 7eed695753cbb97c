//! The extractor `summarization`: rust-bert's pipeline of that name, which writes a text.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use gloss_plugin::prelude::*;
use rust_bert::pipelines::common::{ModelResource, ModelType};
use rust_bert::pipelines::summarization::{SummarizationConfig, SummarizationModel};
use rust_bert::resources::LocalResource;
use tch::Device;

use crate::engine::set_threads;
use crate::guard::guarded;
use crate::json_file;
use crate::special_tokens;
use crate::weights;

/// Options of the extractor `summarization`. Those of the search have the names and the defaults of rust-bert.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SummarizationOptions {
    /// A name of the catalogue, or the folder of a model that writes: BART, DistilBART, T5, LongT5,
    /// PEGASUS or ProphetNet.
    pub model: Model,
    /// Tokens of the shortest summary.
    pub min_length: u16,
    /// Tokens of the longest summary.
    #[schemars(range(min = 1))]
    pub max_length: u16,
    /// How many summaries are written side by side, of which the likeliest stays (beam search). With 1
    /// the likeliest next token is taken each time.
    #[schemars(range(min = 1))]
    pub num_beams: u16,
    /// Above 0 longer summaries are favoured, below 0 shorter ones.
    pub length_penalty: f64,
    /// So many tokens in a row are not written twice; 0 allows all.
    pub no_repeat_ngram_size: u16,
    /// Whether the search ends as soon as there are `num_beams` whole summaries.
    pub early_stopping: bool,
}

impl Default for SummarizationOptions {
    fn default() -> Self {
        SummarizationOptions {
            model: Model("bart-large-cnn".to_owned()),
            min_length: 56,
            max_length: 142,
            num_beams: 3,
            length_penalty: 1.0,
            no_repeat_ngram_size: 3,
            early_stopping: true,
        }
    }
}

/// The position of the layer in the plan.
const SUMMARY: usize = 0;

/// Summaries that a model writes.
pub struct Summarization {
    model: Mutex<SummarizationModel>,
    /// The tokens of a text that the model reads; T5 has no limit of its own.
    most: Option<usize>,
}

/// What a folder's `config.json` says.
struct Kind {
    model: ModelType,
    most: Option<usize>,
}

fn kind(folder: &Path) -> Result<Kind> {
    let invalid = |reason: String| Error::model("config.json", reason);
    let config = json_file::read(folder, "config.json")?;
    let name = json_file::architecture(&config);
    let model = match config["model_type"].as_str() {
        _ if !name.ends_with("ForConditionalGeneration") => None,
        Some("bart") => Some(ModelType::Bart),
        Some("t5") => Some(ModelType::T5),
        Some("longt5") => Some(ModelType::LongT5),
        Some("pegasus") => Some(ModelType::Pegasus),
        Some("prophetnet") => Some(ModelType::ProphetNet),
        _ => None,
    };
    let Some(model) = model else {
        let message =
            format!("the architecture {name:?} is none that writes summaries with rust-bert");
        let help = "name a model of BART, DistilBART, T5, LongT5, PEGASUS or ProphetNet";
        return Err(invalid(message).with_help(help));
    };
    let most = config["max_position_embeddings"].as_u64().or(config["n_positions"].as_u64());
    Ok(Kind { model, most: most.map(usize::try_from).transpose()? })
}

fn check(options: &SummarizationOptions) -> Result<()> {
    let SummarizationOptions { min_length, max_length, num_beams, length_penalty, .. } = *options;
    if max_length <= min_length {
        return Err(Error::option("max_length", "it must be more than min_length"));
    }
    if num_beams == 0 {
        return Err(Error::option("num_beams", "it must be at least 1"));
    }
    if !length_penalty.is_finite() {
        return Err(Error::option("length_penalty", "it must be a number"));
    }
    Ok(())
}

impl Extractor for Summarization {
    type Options = SummarizationOptions;
    type Worker = ();

    fn describe() -> Description {
        Description {
            summary: "summaries that a model writes, which may invent facts".to_owned(),
            gives: vec!["summary".to_owned()],
            ignores_id: true,
            native_libraries: true,
            ..Description::default()
        }
    }

    fn plan(options: &SummarizationOptions, models: &Models) -> Result<Plan> {
        check(options)?;
        kind(&models.get("model")?.path)?;
        let summary = layer::texts("summary").description(
            "one text that a model wrote; it may say what the document does not, so check it",
        );
        Ok(Plan { provides: vec![summary], ..Plan::default() })
    }

    fn load(options: SummarizationOptions, context: &LoadContext) -> Result<Self> {
        let folder = &context.models().get("model")?.path;
        let Kind { model, most } = kind(folder)?;
        set_threads(context.threads());
        let refuse = |reason: String| {
            Error::model("", format!("rust-bert cannot load the model: {reason}"))
                .with_help("take all files from one model, made for writing")
        };
        let Some(file) = weights::file(folder) else {
            return Err(refuse("there is no model.safetensors and no rust_model.ot".to_owned()));
        };
        let tokenizer = special_tokens::tokenizer(folder, model)?;
        let local = |name: &str| LocalResource { local_path: folder.join(name) };
        let config = SummarizationConfig {
            min_length: options.min_length.into(),
            max_length: Some(options.max_length.into()),
            num_beams: options.num_beams.into(),
            length_penalty: options.length_penalty,
            no_repeat_ngram_size: options.no_repeat_ngram_size.into(),
            early_stopping: options.early_stopping,
            do_sample: false,
            device: Device::Cpu,
            ..SummarizationConfig::new(
                model,
                ModelResource::Torch(Box::new(local(file))),
                local("config.json"),
                // Not opened: there is a tokenizer.
                local("tokenizer.json"),
                None,
            )
        };
        let model = guarded(|| SummarizationModel::new_with_tokenizer(config, tokenizer));
        Ok(Summarization { model: Mutex::new(model.map_err(refuse)?), most })
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
        if text.trim().is_empty() {
            return Ok(());
        }
        let model = self.model.lock().unwrap_or_else(PoisonError::into_inner);
        let written = guarded(|| {
            let tokens = model.get_tokenizer().tokenize(text).len();
            Ok((tokens, model.summarize(&[text])?))
        });
        let (tokens, summaries) = written
            .map_err(|reason| Error::new(format!("rust-bert cannot summarize it: {reason}")))?;
        if let Some(most) = self.most.filter(|&most| tokens > most) {
            out.note(&format!("the summary is of the first {most} of {tokens} tokens"))?;
        }
        for summary in summaries {
            let summary = summary.trim();
            if !summary.is_empty() {
                out.text(SUMMARY, summary).push()?;
            }
        }
        Ok(())
    }
}
