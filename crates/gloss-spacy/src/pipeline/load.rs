//! Loading what the wanted parts need, and nothing else.

use std::collections::HashMap;
use std::sync::Arc;

use gloss_kernels::Kernels;
use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

use super::components::{Component, Kind};
use super::folder::{Folder, Source};
use super::steps::{Step, TagStep};
use crate::annotations::{Column, Columns};
use crate::classifier::Classifier;
use crate::error::Error;
use crate::lemmatizer::Lemmatizer;
use crate::lookups::Lookups;
use crate::morphology;
use crate::ner::{self, Ner};
use crate::parser::{self, Parser};
use crate::ruler::Ruler;
use crate::settings::Settings;
use crate::strings::part_of_speech;
use crate::symbols::{Symbol, Symbols};
use crate::thinc::Model;
use crate::tok2vec::{Shape, Tok2Vec};
use crate::transition::{Moves, Scorer};
use crate::vectors::{Table, Vectors};

/// What has been loaded so far.
pub(super) struct Loader<'f> {
    folder: &'f Folder,
    kernels: Kernels,
    pub(super) symbols: Symbols,
    pub(super) networks: Vec<Tok2Vec>,
    /// The components whose networks these are.
    names: Vec<String>,
    vectors: Option<Arc<Vectors>>,
}

/// What has to run for the wanted parts.
#[derive(Debug)]
struct Needs {
    columns: Columns,
    parser: bool,
    senter: bool,
    recognizer: bool,
}

impl<'f> Loader<'f> {
    pub(super) fn new(folder: &'f Folder, kernels: Kernels) -> Self {
        let (symbols, networks, names) = (Symbols::default(), Vec::new(), Vec::new());
        Self { folder, kernels, symbols, networks, names, vectors: None }
    }

    /// Loads the components that have to run, in the pipeline's order.
    pub(super) fn steps(&mut self, settings: &Settings) -> Result<Vec<Step>, Error> {
        let components = &self.folder.components;
        components.check(settings)?;
        let mut columns = wanted_columns(settings);
        if columns.contains(Column::Lemma) {
            columns = columns.union([Column::Pos, Column::Morph].into_iter().collect());
        }
        let mut ruler = None;
        if let Some(component) = components.find(Kind::Ruler).filter(|_| !columns.is_empty()) {
            let file = format!("{}/patterns", component.name);
            let bytes = self.folder.read(&file)?;
            let read = Ruler::read(&bytes, &file, columns, &mut self.symbols)?;
            columns = columns.union(read.reads());
            ruler = Some(read);
        }
        let needs = self.needs(columns, settings);
        let mut steps = Vec::new();
        for component in &self.folder.components.order {
            match component.kind {
                Kind::Ruler => steps.extend(ruler.take().map(Step::Ruler)),
                _ => steps.extend(self.step(component, &needs)?),
            }
        }
        Ok(steps)
    }

    fn needs(&self, columns: Columns, settings: &Settings) -> Needs {
        let (components, parts) = (&self.folder.components, settings.parts);
        let limits = |kind| {
            let limited = parts.entities && settings.entities_within_sentences;
            limited && components.precedes(kind, Kind::Recognizer)
        };
        let parser = components.has(Kind::Parser)
            && (parts.sentences || columns.contains(Column::Dep) || limits(Kind::Parser));
        // Before the parser, it tells where sentences may start; after it, it may overrule it.
        let senter =
            components.has(Kind::Senter) && (parts.sentences || parser || limits(Kind::Senter));
        Needs { columns, parser, senter, recognizer: parts.entities }
    }

    fn step(&mut self, component: &Component, needs: &Needs) -> Result<Option<Step>, Error> {
        let name = &component.name;
        let has = |column| needs.columns.contains(column);
        Ok(match component.kind {
            Kind::Tagger if has(Column::Tag) => Some(Step::Tagger(self.tagger(name)?)),
            Kind::Morphologizer if has(Column::Pos) || has(Column::Morph) => {
                Some(self.morphologizer(name)?)
            }
            Kind::Senter if needs.senter => {
                let labels = vec![Symbol::NONE, Symbol::NONE];
                let settings = self.folder.json(&format!("{name}/cfg"))?;
                let overwrite = overwrites(settings.get("overwrite"));
                Some(Step::Senter(self.tag_step(name, labels, overwrite)?))
            }
            Kind::Parser if needs.parser => Some(self.parser()?),
            Kind::Lemmatizer if has(Column::Lemma) => Some(self.lemmatizer(name)?),
            Kind::Recognizer if needs.recognizer => Some(self.recognizer()?),
            _ => None,
        })
    }

    fn tagger(&mut self, name: &str) -> Result<TagStep, Error> {
        let file = format!("{name}/cfg");
        let settings = self.folder.json(&file)?;
        let invalid = || Error::invalid(&file, "labels", "a list of texts was expected");
        let labels = settings.get("labels").and_then(Value::as_array).ok_or_else(invalid)?;
        let labels = labels
            .iter()
            .map(|label| label.as_str().map(|label| self.symbols.add(label)).ok_or_else(invalid));
        let labels = labels.collect::<Result<_, _>>()?;
        self.tag_step(name, labels, overwrites(settings.get("overwrite")))
    }

    fn morphologizer(&mut self, name: &str) -> Result<Step, Error> {
        let file = format!("{name}/cfg");
        let settings: MorphologizerSettings = serde_json::from_slice(&self.folder.read(&file)?)
            .map_err(|error| Error::invalid(&file, "JSON", error.to_string()))?;
        if settings.extend {
            return Err(Error::unsupported(&file, "a morphologizer with extend = true"));
        }
        let (mut morph, mut pos) = (Vec::new(), Vec::new());
        for (label, features) in &settings.labels_morph {
            let invalid =
                |field, reason| Error::invalid(&file, field, format!("{label}: {reason}"));
            let normal = morphology::normalize(features);
            let normal =
                normal.ok_or_else(|| invalid("labels_morph", "no morphological features"))?;
            morph.push(self.symbols.add(&normal));
            let part = part_of_speech(settings.labels_pos.get(label).copied().unwrap_or(0));
            let part = part.ok_or_else(|| invalid("labels_pos", "no part of speech"))?;
            pos.push(self.symbols.add(part));
        }
        let overwrite = overwrites(settings.overwrite.as_ref());
        Ok(Step::Morphologizer(self.tag_step(name, morph, overwrite)?, pos))
    }

    /// A component that gives each token one of some labels.
    fn tag_step(
        &mut self,
        name: &str,
        labels: Vec<Symbol>,
        overwrite: bool,
    ) -> Result<TagStep, Error> {
        let file = format!("{name}/model");
        let bytes = self.folder.read(&file)?;
        let model = Model::parse(&bytes, &file)?;
        let network = self.network(name, &model)?;
        let classifier =
            Classifier::read(&model, self.networks[network].width, labels.len(), self.kernels)?;
        Ok(TagStep { network, classifier, labels, overwrite })
    }

    fn parser(&mut self) -> Result<Step, Error> {
        let (moves, file) = self.moves(Kind::Parser)?;
        let (network, scorer) = self.scorer(Kind::Parser, parser::SLOTS)?;
        let parser = Parser::new(&moves, scorer, &mut self.symbols, &file)?;
        Ok(Step::Parser(network, Box::new(parser)))
    }

    fn recognizer(&mut self) -> Result<Step, Error> {
        let (moves, file) = self.moves(Kind::Recognizer)?;
        let (network, scorer) = self.scorer(Kind::Recognizer, ner::SLOTS)?;
        Ok(Step::Recognizer(network, Box::new(Ner::new(&moves, scorer, &file)?)))
    }

    fn moves(&self, kind: Kind) -> Result<(Moves, String), Error> {
        let missing = || Error::invalid("config.cfg", "nlp.pipeline", "a component is missing");
        self.folder.moves(kind)?.ok_or_else(missing)
    }

    fn scorer(&mut self, kind: Kind, slots: usize) -> Result<(usize, Scorer), Error> {
        let name = self.folder.components.find(kind).map_or("", |component| &component.name);
        let file = format!("{name}/model");
        let bytes = self.folder.read(&file)?;
        let model = Model::parse(&bytes, &file)?;
        let network = self.network(name, &model)?;
        Ok((network, Scorer::read(&model, self.networks[network].width, slots, self.kernels)?))
    }

    fn lemmatizer(&mut self, name: &str) -> Result<Step, Error> {
        let (lang, mode) = self.folder.lemmatizer_mode(name)?;
        let overwrite = self.folder.config.flag(&format!("components.{name}"), "overwrite")?;
        let file = format!("{name}/lookups/lookups.bin");
        let lookups = Lookups::read(self.folder.read(&file)?, &file)?;
        let symbols = &mut self.symbols;
        let lemmatizer = Lemmatizer::new(&lang, &mode, overwrite, lookups, symbols, &file)?;
        Ok(Step::Lemmatizer(Box::new(lemmatizer)))
    }

    /// The network that a component's vectors come from, loaded if it is not yet.
    fn network(&mut self, name: &str, model: &Model<'_>) -> Result<usize, Error> {
        match self.folder.source(name)? {
            Source::Own(shape) => self.load_network(name, model, &shape),
            Source::Shared(upstream) => {
                if let Some(found) = self.names.iter().position(|known| *known == upstream) {
                    return Ok(found);
                }
                let shape = self.folder.shape(&format!("components.{upstream}.model"))?;
                let file = format!("{upstream}/model");
                let bytes = self.folder.read(&file)?;
                self.load_network(&upstream, &Model::parse(&bytes, &file)?, &shape)
            }
        }
    }

    fn load_network(
        &mut self,
        name: &str,
        model: &Model<'_>,
        shape: &Shape,
    ) -> Result<usize, Error> {
        if shape.static_vectors && self.vectors.is_none() {
            self.vectors = Some(Arc::new(self.read_vectors()?));
        }
        self.networks.push(Tok2Vec::read(model, shape, self.vectors.as_ref(), self.kernels)?);
        self.names.push(name.to_owned());
        Ok(self.networks.len() - 1)
    }

    fn read_vectors(&self) -> Result<Vectors, Error> {
        let file = "vocab/vectors.cfg";
        let settings = self.folder.json(file)?;
        let mode = settings.get("mode").and_then(Value::as_str).unwrap_or("default");
        if mode != "default" {
            return Err(Error::unsupported(file, format!("word vectors of the mode {mode}")));
        }
        // The number of the attribute ORTH, or its name.
        let by_orth = |attr: &Value| attr.as_u64() == Some(65) || attr.as_str() == Some("ORTH");
        if settings.get("attr").is_some_and(|attr| !by_orth(attr)) {
            return Err(Error::unsupported(file, "word vectors by another attribute than ORTH"));
        }
        let (file, keys) = ("vocab/vectors", "vocab/key2row");
        let (content, len) = self.folder.open_file(file)?;
        Vectors::read(Table { content, len, file }, (self.folder.read(keys)?, keys))
    }
}

/// What a morphologizer's `cfg` says. The order of the labels is that of its classes.
#[derive(Deserialize)]
struct MorphologizerSettings {
    #[serde(default)]
    extend: bool,
    overwrite: Option<Value>,
    labels_morph: IndexMap<String, String>,
    labels_pos: HashMap<String, u64>,
}

/// Whether a component's `cfg` says that it replaces what others have set.
fn overwrites(setting: Option<&Value>) -> bool {
    setting.and_then(Value::as_bool).unwrap_or(false)
}

fn wanted_columns(settings: &Settings) -> Columns {
    let parts = settings.parts;
    let wanted = [
        (parts.tags, Column::Tag),
        (parts.pos || parts.noun_chunks, Column::Pos),
        (parts.morph, Column::Morph),
        (parts.lemmas, Column::Lemma),
        (parts.dependencies || parts.noun_chunks, Column::Dep),
    ];
    wanted.into_iter().filter(|(wanted, _)| *wanted).map(|(_, column)| column).collect()
}
