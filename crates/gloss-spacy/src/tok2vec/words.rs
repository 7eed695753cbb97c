//! A bounded cache of what a network computes from a word alone.

use gloss_kernels::row;
use hashbrown::HashMap;

use super::embed::EmbedScratch;
use super::{Tok2Vec, Words};
use crate::lexeme::Attribute;
use crate::tokenizer::Token;

/// A generation of words ends before it would take more bytes than this (unless one window needs more).
/// There are two: words that were in use lately survive in the next one, the others are forgotten.
const GENERATION_BYTES: usize = 16 << 20;
/// What the map needs for a word, besides its letters, is about this many bytes.
const ENTRY_BYTES: usize = 48;
/// Words are embedded in groups of this many, which bounds the buffers.
const GROUP: usize = 64;

/// Embeddings and products of words, by text, norm and, where the model sees it, the space after the
/// token.
#[derive(Debug, Default)]
pub(super) struct WordCache {
    young: Generation,
    old: Generation,
    key: Vec<u8>,
    /// Positions of tokens whose words are new, with their ids.
    missing: Vec<(usize, u32)>,
    scratch: EmbedScratch,
    mixed: Vec<f32>,
    products: Vec<f32>,
}

#[derive(Debug, Default)]
struct Generation {
    ids: HashMap<Box<[u8]>, u32>,
    embeddings: Vec<f32>,
    products: Vec<f32>,
    /// Numbers of an embedding, and of a word's products.
    sizes: (usize, usize),
    key_bytes: usize,
}

impl WordCache {
    /// The id of what is beyond a document: an embedding of zeros.
    pub(super) const NO_WORD: u32 = 0;

    /// The embedding of an id that the last [`WordCache::look_up`] gave.
    pub(super) fn embedding(&self, id: u32, stride: usize) -> &[f32] {
        &self.young.embeddings[id as usize * stride..(id as usize + 1) * stride]
    }

    /// The products of an id that the last [`WordCache::look_up`] gave.
    pub(super) fn products(&self, id: u32) -> &[f32] {
        let stride = self.young.sizes.1;
        &self.young.products[id as usize * stride..(id as usize + 1) * stride]
    }

    /// Appends the ids of the tokens' words to `ids`, computing what is missing. Ids of earlier calls
    /// lose their meaning.
    pub(super) fn look_up(
        &mut self,
        net: &Tok2Vec,
        words: &Words<'_>,
        tokens: &[Token],
        ids: &mut Vec<u32>,
    ) {
        let products = net.first.as_ref().map_or(0, |first| first.products.outputs());
        self.young.sizes = (row(net.width), products);
        if self.young.is_full(tokens.len()) {
            std::mem::swap(&mut self.young, &mut self.old);
            self.young.clear();
            self.young.sizes = self.old.sizes;
        }
        if self.young.embeddings.is_empty() {
            self.young.push_no_word(net);
        }
        let sees_space = net.tables.iter().any(|table| table.attribute == Attribute::Spacy);
        self.missing.clear();
        for (at, token) in tokens.iter().enumerate() {
            self.key.clear();
            self.key.extend_from_slice(&token.norm.to_le_bytes());
            self.key.push(u8::from(sees_space && token.spacy));
            self.key.extend_from_slice(words.word(token).as_bytes());
            ids.push(self.id(at));
        }
        let missing = std::mem::take(&mut self.missing);
        for group in missing.chunks(GROUP) {
            self.compute(net, words, tokens, group);
        }
        self.missing = missing;
    }

    /// The id of the word that `key` describes; it is the word of the token at `at`.
    fn id(&mut self, at: usize) -> u32 {
        if let Some(&id) = self.young.ids.get(self.key.as_slice()) {
            return id;
        }
        let id = self.young.push(&self.key);
        match self.old.ids.get(self.key.as_slice()) {
            Some(&old) => self.young.copy(id, &self.old, old),
            None => self.missing.push((at, id)),
        }
        id
    }

    fn compute(
        &mut self,
        net: &Tok2Vec,
        words: &Words<'_>,
        tokens: &[Token],
        group: &[(usize, u32)],
    ) {
        let Self { young, scratch, mixed, products, .. } = self;
        net.mix(words, group.iter().map(|&(at, _)| &tokens[at]), scratch, mixed);
        let (width, outputs) = young.sizes;
        if let Some(first) = &net.first {
            first.products.product(mixed, width, group.len(), products);
        }
        for (at, &(_, id)) in group.iter().enumerate() {
            let (at, id) = (at, id as usize);
            young.embeddings[id * width..(id + 1) * width]
                .copy_from_slice(&mixed[at * width..(at + 1) * width]);
            young.products[id * outputs..(id + 1) * outputs]
                .copy_from_slice(&products[at * outputs..(at + 1) * outputs]);
        }
    }
}

impl Generation {
    /// Whether `count` more words might be too many.
    fn is_full(&self, count: usize) -> bool {
        let word = (self.sizes.0 + self.sizes.1) * size_of::<f32>() + ENTRY_BYTES;
        !self.ids.is_empty() && (self.ids.len() + count) * word + self.key_bytes > GENERATION_BYTES
    }

    fn clear(&mut self) {
        self.ids.clear();
        self.embeddings.clear();
        self.products.clear();
        self.key_bytes = 0;
    }

    /// Makes room for one more.
    fn push(&mut self, key: &[u8]) -> u32 {
        let id = self.ids.len() as u32 + 1;
        self.key_bytes += key.len();
        self.ids.insert(key.into(), id);
        self.embeddings.resize((id as usize + 1) * self.sizes.0, 0.0);
        self.products.resize((id as usize + 1) * self.sizes.1, 0.0);
        id
    }

    /// Puts what is beyond a document at the beginning.
    fn push_no_word(&mut self, net: &Tok2Vec) {
        self.embeddings.resize(self.sizes.0, 0.0);
        self.products.resize(self.sizes.1, 0.0);
        if let Some(first) = &net.first {
            first.products.product(&self.embeddings, 0, 1, &mut self.products);
        }
    }

    /// Takes a word over from an earlier generation.
    fn copy(&mut self, id: u32, from: &Self, old: u32) {
        let (id, old) = (id as usize, old as usize);
        let (embedding, products) = self.sizes;
        self.embeddings[id * embedding..(id + 1) * embedding]
            .copy_from_slice(&from.embeddings[old * embedding..(old + 1) * embedding]);
        self.products[id * products..(id + 1) * products]
            .copy_from_slice(&from.products[old * products..(old + 1) * products]);
    }
}
