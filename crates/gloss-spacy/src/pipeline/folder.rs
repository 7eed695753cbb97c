//! The files of a model folder, and what it needs that is not supported.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::config::Config;
use crate::error::Error;
use crate::ner;
use crate::tok2vec::Shape;
use crate::transition::read_moves;

const CONFIG: &str = "config.cfg";
/// Languages whose class in spaCy computes norms or tokens by code that is not in the model folder.
const LANGUAGES_WITH_CODE: [&str; 8] = ["hi", "ht", "ja", "ko", "ne", "th", "vi", "zh"];

/// What a folder says about its model, read without its weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelInfo {
    /// The name in `meta.json`, without the language.
    pub name: String,
    /// The model's version.
    pub version: String,
    /// The language code.
    pub lang: String,
    /// The entity labels, in the order of [`crate::Entity::label`].
    pub labels: Vec<String>,
}

impl ModelInfo {
    /// Reads the configuration, the description and the labels.
    ///
    /// # Errors
    /// As [`crate::Pipeline::load`], as far as these files tell.
    pub fn read(dir: &Path) -> Result<Self, Error> {
        Folder::open(dir)?.info()
    }
}

/// A folder whose configuration is supported.
pub(super) struct Folder {
    dir: PathBuf,
    config: Config,
    component: String,
}

impl Folder {
    pub(super) fn open(dir: &Path) -> Result<Self, Error> {
        let path = dir.join(CONFIG);
        let text = std::fs::read_to_string(&path).map_err(|source| Error::Io { path, source })?;
        let config = Config::parse(&text)?;
        let component = recognizer(&config)?;
        check(&config, &component)?;
        let folder = Self { dir: dir.to_owned(), config, component };
        folder.check_component()?;
        Ok(folder)
    }

    pub(super) fn read(&self, file: &str) -> Result<Vec<u8>, Error> {
        let path = self.dir.join(file);
        std::fs::read(&path).map_err(|source| Error::Io { path, source })
    }

    fn json(&self, file: &str) -> Result<Value, Error> {
        serde_json::from_slice(&self.read(file)?)
            .map_err(|error| Error::invalid(file, "JSON", error.to_string()))
    }

    /// A file of the recogniser, relative to the folder.
    pub(super) fn component_file(&self, name: &str) -> String {
        format!("{}/{name}", self.component)
    }

    pub(super) fn info(&self) -> Result<ModelInfo, Error> {
        let meta = self.json("meta.json")?;
        let text = |field: &str| {
            let value = meta.get(field).and_then(Value::as_str);
            let value = value.ok_or_else(|| Error::invalid("meta.json", field, "text is missing"));
            value.map(str::to_owned)
        };
        let file = self.component_file("moves");
        let labels = ner::labels(&read_moves(&self.read(&file)?, &file)?);
        Ok(ModelInfo {
            name: text("name")?,
            version: text("version")?,
            lang: text("lang")?,
            labels,
        })
    }

    /// The sizes that the configuration states.
    pub(super) fn tok2vec_shape(&self) -> Result<Shape, Error> {
        let section = format!("components.{}.model.tok2vec", self.component);
        let (embed, encode) = (format!("{section}.embed"), format!("{section}.encode"));
        let size = |key: &str| {
            let missing = || Error::invalid(CONFIG, &format!("{encode}.{key}"), "missing");
            self.config.size(&encode, key)?.ok_or_else(missing)
        };
        Ok(Shape {
            width: size("width")?,
            depth: size("depth")?,
            window: size("window_size")?,
            attributes: self.config.texts(&embed, "attrs")?,
        })
    }

    /// Checks the recogniser's own settings.
    fn check_component(&self) -> Result<(), Error> {
        let file = self.component_file("cfg");
        let settings = self.json(&file)?;
        let width = settings.get("beam_width").map_or(Some(1), Value::as_u64);
        if width != Some(1) {
            return Err(Error::unsupported(&file, "beam search (beam_width other than 1)"));
        }
        Ok(())
    }
}

/// The name of the component that recognises entities.
fn recognizer(config: &Config) -> Result<String, Error> {
    let pipeline = config.texts("nlp", "pipeline")?;
    let disabled = config.texts("nlp", "disabled")?;
    for name in pipeline.iter().filter(|name| !disabled.contains(name)) {
        // Names become paths.
        if name.contains(['/', '\\']) || name == ".." {
            return Err(Error::invalid(CONFIG, "nlp.pipeline", "a component's name is a path"));
        }
        match config.text(&format!("components.{name}"), "factory")?.as_deref() {
            Some("ner") => return Ok(name.clone()),
            Some(other @ ("beam_ner" | "entity_ruler" | "span_ruler")) => {
                return Err(Error::unsupported(CONFIG, format!("the component {other}")));
            }
            _ => {}
        }
    }
    Err(Error::unsupported(CONFIG, "entities from something else than the component ner"))
}

/// Refuses by name what the configuration asks for and this crate lacks.
fn check(config: &Config, component: &str) -> Result<(), Error> {
    let unsupported = |what: String| Err(Error::unsupported(CONFIG, what));
    let lang = config.text("nlp", "lang")?.unwrap_or_default();
    if LANGUAGES_WITH_CODE.contains(&lang.as_str()) {
        return unsupported(format!("spaCy's own code for the language {lang}"));
    }
    let model = format!("components.{component}.model");
    let (tok2vec, embed, encode) = (
        format!("{model}.tok2vec"),
        format!("{model}.tok2vec.embed"),
        format!("{model}.tok2vec.encode"),
    );
    for (section, key, expected) in [
        ("nlp.tokenizer", "@tokenizers", "spacy.Tokenizer.v1"),
        (&model, "@architectures", "spacy.TransitionBasedParser.v2"),
        (&tok2vec, "@architectures", "spacy.Tok2Vec.v2"),
        (&embed, "@architectures", "spacy.MultiHashEmbed.v2"),
        (&encode, "@architectures", "spacy.MaxoutWindowEncoder.v2"),
    ] {
        let got = match section {
            // Written by spaCy as a value of [nlp], by hand also as a section.
            "nlp.tokenizer" => match config.get("nlp", "tokenizer")? {
                Some(value) => value.get(key).and_then(Value::as_str).map(str::to_owned),
                None => config.text(section, key)?,
            },
            _ => config.text(section, key)?,
        };
        if got.as_deref() != Some(expected) {
            let got = got.unwrap_or_else(|| "nothing".to_owned());
            return unsupported(format!("{got} as {section} (only {expected})"));
        }
    }
    if config.flag(&embed, "include_static_vectors")? {
        return unsupported("static vectors".to_owned());
    }
    if config.flag(&model, "extra_state_tokens")? {
        return unsupported("extra_state_tokens".to_owned());
    }
    if !config.flag(&model, "use_upper")? {
        return unsupported("a recogniser without upper layer (use_upper = false)".to_owned());
    }
    Ok(())
}
