//! spaCy's rule-based tokenizer (`spacy.Tokenizer.v1`).

mod chunk;
mod special;

use std::sync::OnceLock;

use hashbrown::HashMap;

use crate::characters::is_space;
use crate::error::Error;
use crate::msgpack::Reader;
use crate::pattern::Pattern;
use crate::watch::Watch;
pub(crate) use chunk::ChunkCache;
use special::Phrases;

/// A token: bytes `start..end` of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
    /// Whether one space follows that belongs to no token.
    pub spacy: bool,
    /// The norm that an exception sets: an index in the tokenizer's list, plus one.
    pub(crate) norm: u32,
}

/// A token of a chunk: its length in bytes and its norm, as in [`Token`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    len: usize,
    norm: u32,
}

impl Piece {
    fn new(len: usize) -> Self {
        Self { len, norm: 0 }
    }
}

/// The rules; immutable.
#[derive(Debug)]
pub(crate) struct Tokenizer {
    prefix: Option<Pattern>,
    suffix: Option<Pattern>,
    infix: Option<Pattern>,
    token_match: Option<Pattern>,
    url_match: Option<Pattern>,
    exceptions: HashMap<Box<str>, Vec<Piece>>,
    /// The bytes of the longest exception: what is longer need not be hashed.
    longest_exception: usize,
    /// Whether only exceptions that the rules can miss are phrases.
    faster: bool,
    /// Found when first needed: which exceptions are phrases is told by the patterns.
    phrases: OnceLock<Phrases>,
    norms: Vec<u64>,
}

impl Tokenizer {
    /// Reads the `tokenizer` file.
    pub(crate) fn read(bytes: &[u8], file: &str) -> Result<Self, Error> {
        let root = Reader::parse(bytes, file)?;
        let pattern = |name: &'static str| -> Result<Option<Pattern>, Error> {
            let Some(source) = root.optional(name)? else { return Ok(None) };
            Pattern::compile(name, source.string()?, file).map(Some)
        };
        let mut tokenizer = Self {
            prefix: pattern("prefix_search")?,
            suffix: pattern("suffix_search")?,
            infix: pattern("infix_finditer")?,
            token_match: pattern("token_match")?,
            url_match: pattern("url_match")?,
            exceptions: HashMap::new(),
            longest_exception: 0,
            faster: root.optional("faster_heuristics")?.map_or(Ok(true), |flag| flag.boolean())?,
            phrases: OnceLock::new(),
            norms: Vec::new(),
        };
        special::read_exceptions(&mut tokenizer, &root.field("exceptions")?)?;
        Ok(tokenizer)
    }

    /// A tokenizer without rules.
    #[cfg(test)]
    pub(crate) fn empty() -> Self {
        let (exceptions, faster, phrases) = (HashMap::new(), true, OnceLock::new());
        let (prefix, suffix, infix, token_match, url_match) = (None, None, None, None, None);
        let (longest_exception, norms) = (0, Vec::new());
        Self {
            prefix,
            suffix,
            infix,
            token_match,
            url_match,
            exceptions,
            longest_exception,
            faster,
            phrases,
            norms,
        }
    }

    /// The tokens of a text that is an exception.
    fn exception(&self, text: &str) -> Option<&[Piece]> {
        if text.len() > self.longest_exception {
            return None;
        }
        self.exceptions.get(text).map(Vec::as_slice)
    }

    /// The norm that an exception sets for this token, as a string id.
    pub(crate) fn norm(&self, token: &Token) -> Option<u64> {
        self.norms.get((token.norm as usize).checked_sub(1)?).copied()
    }

    /// Appends the tokens of `text` to `tokens`.
    pub(crate) fn tokenize(
        &self,
        text: &str,
        cache: &mut ChunkCache,
        tokens: &mut Vec<Token>,
        watch: Watch<'_>,
    ) -> Result<(), Error> {
        tokens.clear();
        let mut chunks = 0;
        self.split_text(text, tokens, |chunk, tokens, start| {
            watch.check_at(chunks)?;
            chunks += 1;
            let pieces = match self.exception(chunk) {
                Some(pieces) => pieces,
                None => cache.get(self, chunk)?,
            };
            append(tokens, start, pieces);
            Ok(())
        })?;
        let phrases = match self.phrases.get() {
            Some(phrases) => phrases,
            None => {
                let found = self.find_phrases()?;
                self.phrases.get_or_init(|| found)
            }
        };
        self.apply_phrases(phrases, text, tokens);
        Ok(())
    }

    /// Walks maximal runs of white space and of other characters; one space between two runs is no
    /// token but a flag of the one before.
    fn split_text(
        &self,
        text: &str,
        tokens: &mut Vec<Token>,
        mut chunk: impl FnMut(&str, &mut Vec<Token>, usize) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let Some(first) = text.chars().next() else { return Ok(()) };
        let (mut start, mut in_space) = (0, is_space(first));
        for (at, c) in text.char_indices() {
            if is_space(c) == in_space {
                continue;
            }
            if start < at {
                chunk(&text[start..at], tokens, start)?;
            }
            start = at;
            if c == ' ' {
                if let Some(last) = tokens.last_mut() {
                    last.spacy = true;
                }
                start += 1;
            }
            in_space = !in_space;
        }
        if start < text.len() {
            chunk(&text[start..], tokens, start)?;
            if let Some(last) = tokens.last_mut() {
                last.spacy = text.ends_with(' ') && !in_space;
            }
        }
        Ok(())
    }
}

fn append(tokens: &mut Vec<Token>, mut start: usize, pieces: &[Piece]) {
    for piece in pieces {
        let end = start + piece.len;
        tokens.push(Token { start, end, spacy: false, norm: piece.norm });
        start = end;
    }
}

#[cfg(test)]
mod tests;
