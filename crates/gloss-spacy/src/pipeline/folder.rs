//! The files of a model folder, and what its configuration asks for that is not supported.

use std::fs::File;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::components::{Component, Components, Kind};
use crate::config::Config;
use crate::error::Error;
use crate::lemmatizer::Lemmatizer;
use crate::settings::{Parts, Settings};
use crate::tok2vec::Shape;
use crate::transition::{Moves, read_moves};
use crate::{ner, parser};

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
    /// The labels of arcs, in the order of [`crate::Analysis::label`].
    pub dependency_labels: Vec<String>,
    /// What the pipeline can give, whatever was asked for.
    pub available: Parts,
    /// Components that do not run because nothing that is given depends on them.
    pub ignored: Vec<String>,
}

impl ModelInfo {
    /// Reads the configuration, the description and the labels.
    ///
    /// # Errors
    /// As [`crate::Pipeline::load`], as far as these files tell.
    pub fn read(dir: &Path, settings: &Settings) -> Result<Self, Error> {
        Folder::open(dir, settings)?.info()
    }
}

/// Where the token vectors of a component come from.
#[derive(Debug)]
pub(super) enum Source {
    /// A network of its own, in its own model file.
    Own(Shape),
    /// The network of the component of this name.
    Shared(String),
}

/// A folder whose configuration is supported, as far as the wanted parts need it.
pub(super) struct Folder {
    dir: PathBuf,
    pub(super) config: Config,
    pub(super) components: Components,
}

impl Folder {
    pub(super) fn open(dir: &Path, settings: &Settings) -> Result<Self, Error> {
        let path = dir.join(CONFIG);
        let text = std::fs::read_to_string(&path).map_err(|source| Error::Io { path, source })?;
        Self::of(dir, Config::parse(&text)?, settings)
    }

    /// A folder with this configuration.
    pub(super) fn of(dir: &Path, config: Config, settings: &Settings) -> Result<Self, Error> {
        check_language(&config)?;
        let components = Components::read(&config, settings)?;
        let folder = Self { dir: dir.to_owned(), config, components };
        folder.check(&settings.parts)?;
        Ok(folder)
    }

    /// Refuses by name what the configuration asks for, where the wanted parts may depend on it.
    fn check(&self, parts: &Parts) -> Result<(), Error> {
        for Component { name, kind } in &self.components.order {
            let model = format!("components.{name}.model");
            match kind {
                Kind::Recognizer if !parts.entities => {}
                Kind::Parser | Kind::Recognizer => {
                    self.check_transitions(name)?;
                    self.source(name)?;
                }
                Kind::Senter => {
                    self.architecture(&model, &["spacy.Tagger.v2"])?;
                    self.source(name)?;
                }
                Kind::Tagger | Kind::Morphologizer if *parts != Parts::ENTITIES => {
                    self.architecture(&model, &["spacy.Tagger.v2"])?;
                    self.source(name)?;
                }
                Kind::Lemmatizer if parts.lemmas => {
                    let (lang, mode) = self.lemmatizer_mode(name)?;
                    Lemmatizer::check(&lang, &mode)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The language, and the mode of the lemmatizer.
    pub(super) fn lemmatizer_mode(&self, name: &str) -> Result<(String, String), Error> {
        let mode = self.config.text(&format!("components.{name}"), "mode")?;
        let lang = self.config.text("nlp", "lang")?;
        Ok((lang.unwrap_or_default(), mode.unwrap_or_else(|| "lookup".to_owned())))
    }

    pub(super) fn read(&self, file: &str) -> Result<Vec<u8>, Error> {
        let path = self.dir.join(file);
        std::fs::read(&path).map_err(|source| Error::Io { path, source })
    }

    /// A file to be read piece by piece, and its length in bytes.
    pub(super) fn open_file(&self, file: &str) -> Result<(File, u64), Error> {
        let path = self.dir.join(file);
        let opened = File::open(&path).and_then(|opened| {
            let len = opened.metadata()?.len();
            Ok((opened, len))
        });
        opened.map_err(|source| Error::Io { path, source })
    }

    pub(super) fn json(&self, file: &str) -> Result<Value, Error> {
        serde_json::from_slice(&self.read(file)?)
            .map_err(|error| Error::invalid(file, "JSON", error.to_string()))
    }

    pub(super) fn info(&self) -> Result<ModelInfo, Error> {
        let meta = self.json("meta.json")?;
        let text = |field: &str| {
            let value = meta.get(field).and_then(Value::as_str);
            let value = value.ok_or_else(|| Error::invalid("meta.json", field, "text is missing"));
            value.map(str::to_owned)
        };
        let labels = match self.moves(Kind::Recognizer)? {
            Some((moves, _)) => ner::labels(&moves),
            None => Vec::new(),
        };
        let mut dependency_labels = match self.moves(Kind::Parser)? {
            Some((moves, file)) => parser::labels(&moves, &file)?,
            None => Vec::new(),
        };
        if self.components.has(Kind::Parser) {
            dependency_labels.extend(self.ruler_labels()?);
            dependency_labels.sort_unstable();
            dependency_labels.dedup();
        }
        Ok(ModelInfo {
            name: text("name")?,
            version: text("version")?,
            lang: text("lang")?,
            labels,
            dependency_labels,
            available: self.components.available(),
            ignored: self.components.ignored.clone(),
        })
    }

    /// The actions of a transition-based component, and their file.
    pub(super) fn moves(&self, kind: Kind) -> Result<Option<(Moves, String)>, Error> {
        let Some(component) = self.components.find(kind) else { return Ok(None) };
        let file = format!("{}/moves", component.name);
        Ok(Some((read_moves(&self.read(&file)?, &file)?, file)))
    }

    /// Labels of arcs that the attribute_ruler sets.
    fn ruler_labels(&self) -> Result<Vec<String>, Error> {
        let Some(ruler) = self.components.find(Kind::Ruler) else { return Ok(Vec::new()) };
        let file = format!("{}/patterns", ruler.name);
        crate::ruler::labels_set(&self.read(&file)?, &file)
    }

    /// Refuses what a transition-based component asks for that is not supported.
    fn check_transitions(&self, name: &str) -> Result<(), Error> {
        let model = format!("components.{name}.model");
        self.architecture(&model, &["spacy.TransitionBasedParser.v2"])?;
        if self.config.flag(&model, "extra_state_tokens")? {
            return Err(Error::unsupported(CONFIG, format!("{name} with extra_state_tokens")));
        }
        if !self.config.flag(&model, "use_upper")? {
            let what = format!("{name} without upper layer (use_upper = false)");
            return Err(Error::unsupported(CONFIG, what));
        }
        let file = format!("{name}/cfg");
        let width = self.json(&file)?.get("beam_width").map_or(Some(1), Value::as_u64);
        if width != Some(1) {
            return Err(Error::unsupported(&file, "beam search (beam_width other than 1)"));
        }
        Ok(())
    }

    /// The architecture that a section names; one of `known`.
    pub(super) fn architecture(&self, section: &str, known: &[&str]) -> Result<String, Error> {
        let got = self.config.text(section, "@architectures")?.unwrap_or_default();
        if known.contains(&got.as_str()) {
            return Ok(got);
        }
        let got = if got.is_empty() { "nothing" } else { &got };
        let what = format!("{got} as {section} (only {})", known.join(" or "));
        Err(Error::unsupported(CONFIG, what))
    }

    /// Where a component's token vectors come from.
    pub(super) fn source(&self, name: &str) -> Result<Source, Error> {
        let section = format!("components.{name}.model.tok2vec");
        let known = ["spacy.Tok2Vec.v2", "spacy.HashEmbedCNN.v2", "spacy.Tok2VecListener.v1"];
        if self.architecture(&section, &known)? != "spacy.Tok2VecListener.v1" {
            return Ok(Source::Own(self.shape(&section)?));
        }
        let upstream = self.config.text(&section, "upstream")?.unwrap_or_else(|| "*".to_owned());
        let order = &self.components.order;
        let here = order.iter().position(|component| component.name == name);
        let before = &order[..here.unwrap_or(order.len())];
        let found = before.iter().rev().find(|component| {
            component.kind == Kind::Tok2Vec && (upstream == "*" || component.name == upstream)
        });
        match found {
            Some(component) => Ok(Source::Shared(component.name.clone())),
            None => {
                let reason = format!("no component tok2vec named {upstream} runs before {name}");
                Err(Error::invalid(CONFIG, &format!("{section}.upstream"), reason))
            }
        }
    }

    /// The sizes that a section states for a network.
    pub(super) fn shape(&self, section: &str) -> Result<Shape, Error> {
        let known = ["spacy.Tok2Vec.v2", "spacy.HashEmbedCNN.v2"];
        if self.architecture(section, &known)? == "spacy.HashEmbedCNN.v2" {
            let attributes = if self.config.flag(section, "subword_features")? {
                &["NORM", "PREFIX", "SUFFIX", "SHAPE"][..]
            } else {
                &["NORM"]
            };
            return Ok(Shape {
                width: self.size(section, "width")?,
                depth: self.size(section, "depth")?,
                window: self.size(section, "window_size")?,
                attributes: attributes.iter().map(|&name| name.to_owned()).collect(),
                static_vectors: self.config.flag(section, "pretrained_vectors")?,
            });
        }
        let (embed, encode) = (format!("{section}.embed"), format!("{section}.encode"));
        self.architecture(&embed, &["spacy.MultiHashEmbed.v2"])?;
        self.architecture(&encode, &["spacy.MaxoutWindowEncoder.v2"])?;
        Ok(Shape {
            width: self.size(&encode, "width")?,
            depth: self.size(&encode, "depth")?,
            window: self.size(&encode, "window_size")?,
            attributes: self.config.texts(&embed, "attrs")?,
            static_vectors: self.config.flag(&embed, "include_static_vectors")?,
        })
    }

    fn size(&self, section: &str, key: &str) -> Result<usize, Error> {
        let missing = || Error::invalid(CONFIG, &format!("{section}.{key}"), "missing");
        self.config.size(section, key)?.ok_or_else(missing)
    }
}

/// Refuses languages and tokenizers that need code of their own.
fn check_language(config: &Config) -> Result<(), Error> {
    let lang = config.text("nlp", "lang")?.unwrap_or_default();
    if LANGUAGES_WITH_CODE.contains(&lang.as_str()) {
        return Err(Error::unsupported(
            CONFIG,
            format!("spaCy's own code for the language {lang}"),
        ));
    }
    // Written by spaCy as a value of [nlp], by hand also as a section.
    let tokenizer = match config.get("nlp", "tokenizer")? {
        Some(value) => value.get("@tokenizers").and_then(Value::as_str).map(str::to_owned),
        None => config.text("nlp.tokenizer", "@tokenizers")?,
    };
    if tokenizer.as_deref() != Some("spacy.Tokenizer.v1") {
        let got = tokenizer.unwrap_or_else(|| "nothing".to_owned());
        let what = format!("{got} as nlp.tokenizer (only spacy.Tokenizer.v1)");
        return Err(Error::unsupported(CONFIG, what));
    }
    Ok(())
}
