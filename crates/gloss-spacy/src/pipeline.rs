//! A loaded pipeline: text in, tokens and entities out.

mod folder;

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::Error;
use crate::lexeme::{Norms, is_space_token};
use crate::ner::{self, Document, Ner, NerScratch, TokenSpan};
use crate::thinc::Model;
use crate::tok2vec::{Tok2Vec, Tok2VecScratch, Words};
use crate::tokenizer::{ChunkCache, Token, Tokenizer};
use crate::transition::{Scorer, read_moves};
use folder::Folder;
pub use folder::ModelInfo;

/// Tokens whose vectors are computed at once: buffers stay in the processor's cache, and a document
/// of any length needs little more memory than its tokens.
const WINDOW: usize = 256;
/// Buffers for tokens that one long document made larger than this are given back.
const KEPT_TOKENS: usize = 1 << 16;

/// An entity: bytes `start..end` of the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entity {
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
    /// The index of the label in [`Pipeline::labels`].
    pub label: usize,
    /// The smallest lead, in raw scores, of a decision that made this entity over the best other one
    /// that was allowed: near 0 the entity hung by a thread. Not a probability.
    pub margin: f32,
}

/// A trained pipeline's tokenizer and entity recogniser; immutable and shared between threads.
#[derive(Debug)]
pub struct Pipeline {
    /// Distinguishes pipelines of one process.
    id: u64,
    info: ModelInfo,
    tokenizer: Tokenizer,
    norms: Norms,
    tok2vec: Tok2Vec,
    ner: Ner,
}

/// Buffers and bounded caches of one thread. Results do not depend on what is in them.
#[derive(Debug, Default)]
pub struct Scratch {
    owner: u64,
    chunks: ChunkCache,
    tokens: Vec<Token>,
    tok2vec: Tok2VecScratch,
    ner: NerScratch,
    spans: Vec<TokenSpan>,
}

impl Scratch {
    /// Scratch for a pipeline. With another pipeline its caches start anew.
    #[must_use]
    pub fn new(pipeline: &Pipeline) -> Self {
        Self { owner: pipeline.id, ..Self::default() }
    }
}

impl Pipeline {
    /// Loads the folder that spaCy's `nlp.to_disk` wrote (the one with `config.cfg`), reading only the files
    /// that entities need.
    ///
    /// # Errors
    /// A file that cannot be read, is damaged, or needs what this crate does not have.
    pub fn load(dir: &Path) -> Result<Self, Error> {
        let folder = Folder::open(dir)?;
        let info = folder.info()?;
        let tokenizer = Tokenizer::read(&folder.read("tokenizer")?, "tokenizer")?;
        let lookups = "vocab/lookups.bin";
        let norms = Norms::read(&folder.read(lookups)?, lookups)?;
        let moves_file = folder.component_file("moves");
        let moves = read_moves(&folder.read(&moves_file)?, &moves_file)?;
        let model_file = folder.component_file("model");
        let bytes = folder.read(&model_file)?;
        let model = Model::parse(&bytes, &model_file)?;
        let tok2vec = Tok2Vec::read(&model, &folder.tok2vec_shape()?)?;
        let scorer = Scorer::read(&model, tok2vec.width, ner::SLOTS)?;
        let ner = Ner::new(&moves, scorer, &moves_file)?;
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        Ok(Self { id, info, tokenizer, norms, tok2vec, ner })
    }

    /// The entity labels; [`Entity::label`] is an index in this list.
    #[must_use]
    pub fn labels(&self) -> &[String] {
        &self.ner.labels
    }

    /// Name, version, language and labels.
    #[must_use]
    pub fn info(&self) -> &ModelInfo {
        &self.info
    }

    /// spaCy's tokens.
    ///
    /// # Errors
    /// A pattern of the tokenizer that gives up on this text.
    pub fn tokenize(&self, text: &str, scratch: &mut Scratch) -> Result<Vec<Token>, Error> {
        self.adopt(scratch);
        let mut tokens = Vec::new();
        self.tokenizer.tokenize(text, &mut scratch.chunks, &mut tokens)?;
        Ok(tokens)
    }

    /// spaCy's entities, from left to right, as its recogniser gives them when nothing but the tokenizer
    /// runs before it.
    ///
    /// # Errors
    /// A pattern of the tokenizer that gives up on this text.
    pub fn entities(&self, text: &str, scratch: &mut Scratch) -> Result<Vec<Entity>, Error> {
        self.adopt(scratch);
        self.tokenizer.tokenize(text, &mut scratch.chunks, &mut scratch.tokens)?;
        let entities = self.recognize(text, None, scratch);
        if scratch.tokens.capacity() > KEPT_TOKENS {
            scratch.tokens = Vec::new();
            scratch.spans = Vec::new();
        }
        Ok(entities)
    }

    /// Entities of the tokens in `scratch`; `sent_start` says which of them start a sentence.
    fn recognize(
        &self,
        text: &str,
        sent_start: Option<&[bool]>,
        scratch: &mut Scratch,
    ) -> Vec<Entity> {
        let Scratch { tokens, tok2vec, ner, spans, .. } = scratch;
        let words = Words { text, tokens, tokenizer: &self.tokenizer, norms: &self.norms };
        let is_space = |at: usize| is_space_token(words.word(&words.tokens[at]));
        let document = Document { len: tokens.len(), is_space: &is_space, sent_start };
        spans.clear();
        ner.start();
        for start in (0..tokens.len()).step_by(WINDOW) {
            let range = start..(start + WINDOW).min(tokens.len());
            let vectors = self.tok2vec.vectors(&words, range.clone(), tok2vec);
            self.ner.decide(&document, range, vectors, ner, spans);
        }
        let entity = |span: &TokenSpan| Entity {
            start: tokens[span.start].start,
            end: tokens[span.end - 1].end,
            label: span.label,
            margin: span.margin,
        };
        spans.iter().map(entity).collect()
    }

    /// Caches hold another pipeline's results only until this one uses them.
    fn adopt(&self, scratch: &mut Scratch) {
        if scratch.owner != self.id {
            *scratch = Scratch::new(self);
        }
    }
}
