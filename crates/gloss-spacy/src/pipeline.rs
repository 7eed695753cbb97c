//! A loaded pipeline: text in, annotations out.

mod analysis;
mod components;
mod folder;
mod load;
#[cfg(feature = "internals")]
pub(crate) mod stages;
mod steps;

use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::annotations::Annotations;
use crate::error::Error;
use crate::lemmatizer::LemmaCache;
use crate::lexeme::Norms;
use crate::ner::{NerScratch, TokenSpan};
use crate::noun_chunks::{NounChunks, Sight};
use crate::parser::ParserScratch;
use crate::parser::tree::Tree;
use crate::ruler::RulerScratch;
use crate::settings::Settings;
use crate::symbols::Symbols;
use crate::tok2vec::{Tok2VecScratch, Words};
use crate::tokenizer::{ChunkCache, Token, Tokenizer};
use crate::watch::Watch;
pub use analysis::{Analysis, Entity};
use folder::Folder;
pub use folder::ModelInfo;
use load::Loader;
use steps::{Classes, Step, Steps};

/// Tokens whose vectors are computed at once: buffers stay in the processor's cache, and a document
/// of any length needs little more memory than what is said of its tokens.
const WINDOW: usize = 256;
/// Buffers for tokens that one long document made larger than this are given back. Vectors that are
/// needed twice are kept for documents up to this length, and computed again for longer ones.
const KEPT_TOKENS: usize = 1 << 16;

/// A trained pipeline; immutable and shared between threads.
#[derive(Debug)]
pub struct Pipeline {
    /// Distinguishes pipelines of one process.
    id: u64,
    info: ModelInfo,
    settings: Settings,
    symbols: Symbols,
    tokenizer: Tokenizer,
    norms: Norms,
    steps: Steps,
    noun_chunks: Option<NounChunks>,
    /// The position of each symbol among the labels of arcs.
    label_positions: Vec<u32>,
}

/// Buffers and bounded caches of one thread. Results do not depend on what is in them.
#[derive(Debug, Default)]
pub struct Scratch {
    owner: u64,
    chunks: ChunkCache,
    tokens: Vec<Token>,
    /// By network.
    tok2vec: Vec<Tok2VecScratch>,
    /// By network: vectors that are needed again.
    kept: Vec<Vec<f32>>,
    classes: Classes,
    known_starts: Vec<bool>,
    annotations: Annotations,
    parser: ParserScratch,
    tree: Tree,
    ruler: RulerScratch,
    lemmas: LemmaCache,
    ner: NerScratch,
    spans: Vec<TokenSpan>,
    noun_chunks: Vec<Range<u32>>,
}

impl Scratch {
    /// Scratch for a pipeline. With another pipeline its caches start anew.
    #[must_use]
    pub fn new(pipeline: &Pipeline) -> Self {
        Self { owner: pipeline.id, ..Self::default() }
    }

    /// Begins a document.
    fn start(&mut self, networks: usize) {
        self.tok2vec.resize_with(networks, Tok2VecScratch::default);
        self.kept.resize_with(networks, Vec::new);
        self.kept.iter_mut().for_each(Vec::clear);
        self.classes.clear();
        self.known_starts.clear();
        self.annotations.start(0);
        self.parser.start(0);
        self.tree.clear();
        self.lemmas.start();
        self.spans.clear();
        self.noun_chunks.clear();
    }

    /// Gives back the buffers that the last document made large.
    fn shrink(&mut self) {
        if self.tokens.len() > KEPT_TOKENS {
            let old = std::mem::take(self);
            let Self { owner, chunks, tok2vec, ruler, lemmas, ner, .. } = old;
            *self = Self { owner, chunks, tok2vec, ruler, lemmas, ner, ..Self::default() };
        }
    }
}

impl Pipeline {
    /// Loads the folder that spaCy's `nlp.to_disk` wrote (the one with `config.cfg`), reading only the
    /// files that the wanted parts need.
    ///
    /// # Errors
    /// A file that cannot be read, is damaged, or needs what this crate does not have.
    pub fn load(dir: &Path, settings: &Settings) -> Result<Self, Error> {
        let folder = Folder::open(dir, settings)?;
        let info = folder.info()?;
        let mut loader = Loader::new(&folder, settings.kernels);
        let mut steps = loader.steps(settings)?;
        let Loader { mut symbols, networks, .. } = loader;
        let noun_chunks = if settings.parts.noun_chunks {
            NounChunks::new(&info.lang, &mut symbols)
        } else {
            None
        };
        for step in &mut steps {
            if let Step::Lemmatizer(lemmatizer) = step {
                lemmatizer.finish(&info.lang, &symbols);
            }
        }
        let tokenizer = Tokenizer::read(&folder.read("tokenizer")?, "tokenizer")?;
        let lookups = "vocab/lookups.bin";
        let norms = Norms::read(&folder.read(lookups)?, lookups)?;
        let position = |name: &str| {
            let found = info.dependency_labels.binary_search_by(|label| label.as_str().cmp(name));
            found.map_or(u32::MAX, |at| at as u32)
        };
        let label_positions = symbols.names().map(position).collect();
        let steps = Steps::new(networks, steps, settings.entities_within_sentences);
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        let settings = *settings;
        Ok(Self {
            id,
            info,
            settings,
            symbols,
            tokenizer,
            norms,
            steps,
            noun_chunks,
            label_positions,
        })
    }

    /// The entity labels; [`Entity::label`] is an index in this list.
    #[must_use]
    pub fn labels(&self) -> &[String] {
        &self.info.labels
    }

    /// The labels of arcs; [`Analysis::label`] is an index in this list.
    #[must_use]
    pub fn dependency_labels(&self) -> &[String] {
        &self.info.dependency_labels
    }

    /// Name, version, language and labels.
    #[must_use]
    pub fn info(&self) -> &ModelInfo {
        &self.info
    }

    /// What the pipeline was loaded for.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// spaCy's tokens alone.
    ///
    /// # Errors
    /// A pattern of the tokenizer that gives up on this text.
    pub fn tokenize(&self, text: &str, scratch: &mut Scratch) -> Result<Vec<Token>, Error> {
        self.adopt(scratch);
        let mut tokens = Vec::new();
        self.tokenizer.tokenize(text, &mut scratch.chunks, &mut tokens, Watch::never())?;
        Ok(tokens)
    }

    /// What spaCy finds in a text, as far as the pipeline was loaded for it.
    ///
    /// # Errors
    /// A pattern of the model that gives up on this text.
    pub fn analyze<'a>(
        &'a self,
        text: &'a str,
        scratch: &'a mut Scratch,
    ) -> Result<Analysis<'a>, Error> {
        self.analyze_unless(text, scratch, &|| false)
    }

    /// [`Pipeline::analyze`], unless `stop` says so meanwhile. In a long document it is asked every few
    /// thousand tokens, on this thread. The scratch can be used again.
    ///
    /// # Errors
    /// [`Error::Stopped`] where `stop` said so; a pattern of the model that gives up on this text.
    pub fn analyze_unless<'a>(
        &'a self,
        text: &'a str,
        scratch: &'a mut Scratch,
        stop: &dyn Fn() -> bool,
    ) -> Result<Analysis<'a>, Error> {
        let watch = Watch::new(stop);
        self.adopt(scratch);
        scratch.shrink();
        scratch.start(self.steps.networks.len());
        let mut tokens = std::mem::take(&mut scratch.tokens);
        let done = self.tokenizer.tokenize(text, &mut scratch.chunks, &mut tokens, watch);
        let done = done.and_then(|()| {
            let Self { tokenizer, norms, .. } = self;
            let words = Words { text, tokens: &tokens, tokenizer, norms };
            self.steps.run(&words, &self.symbols, scratch, watch)
        });
        scratch.tokens = tokens;
        done?;
        if let Some(rules) = &self.noun_chunks {
            let sight = Sight { tree: &scratch.tree, pos: &scratch.annotations.pos };
            rules.find(&sight, &mut scratch.noun_chunks);
        }
        Ok(Analysis { pipeline: self, text, scratch })
    }

    /// Caches hold another pipeline's results only until this one uses them.
    fn adopt(&self, scratch: &mut Scratch) {
        if scratch.owner != self.id {
            *scratch = Scratch::new(self);
        }
    }
}

/// For fuzzing: decides what runs by a configuration whose folder is missing.
#[cfg(feature = "internals")]
pub(crate) fn check_config(text: &str) {
    let Ok(config) = crate::config::Config::parse(text) else { return };
    config.read_all();
    let senter = Settings { sentences: crate::Sentences::Senter, ..Settings::default() };
    for settings in [Settings::default(), Settings::entities_alone(), senter] {
        let config = crate::config::Config::parse(text).expect("it was parsed before");
        if let Ok(folder) = Folder::of(Path::new("/nowhere"), config, &settings) {
            let _ = Loader::new(&folder, settings.kernels).steps(&settings);
        }
    }
}
