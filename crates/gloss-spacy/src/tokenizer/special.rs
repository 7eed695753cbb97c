//! Exceptions, and the pass that finds those that affix rules or spaces have cut.

use hashbrown::{HashMap, HashSet};

use super::{Piece, Token, Tokenizer, append};
use crate::error::Error;
use crate::msgpack::Reader;
use crate::strings::id;

/// Numbers of `spacy.attrs` in the exceptions' token specifications.
const ORTH: u64 = 65;
const NORM: u64 = 67;

const NOT_JOINED: &str = "the tokens' texts do not join to the exception";
/// Room that is made at once, whatever the file claims.
const MAX_RESERVED: usize = 1 << 16;

/// Sequences of token texts that are looked for in the whole document, by their first token.
#[derive(Debug, Default)]
pub(super) struct Phrases(HashMap<Box<str>, Vec<Phrase>>);

/// The texts of a phrase's tokens.
type Phrase = Box<[Box<str>]>;

/// Reads `{chunk: [{ORTH: text, NORM: text}, ...]}`.
pub(super) fn read_exceptions(tokenizer: &mut Tokenizer, map: &Reader<'_>) -> Result<(), Error> {
    let mut decoder = map.decoder();
    let mut indices = HashMap::new();
    let count = decoder.map().ok_or_else(|| map.error("a map was expected"))?;
    tokenizer.exceptions.reserve(count.min(MAX_RESERVED));
    for at in 0..count {
        let chunk = decoder.text();
        let chunk = chunk.ok_or_else(|| map.error_in(&at.to_string(), "text was expected"))?;
        let invalid = |reason: &str| map.error_in(chunk, reason);
        let mut pieces = Vec::new();
        let mut joined = 0;
        let parts = decoder.list().ok_or_else(|| invalid("a list of tokens was expected"))?;
        for _ in 0..parts {
            let (mut orth, mut norm) = ("", 0);
            let pairs = decoder.map().ok_or_else(|| invalid("a map was expected"))?;
            for _ in 0..pairs {
                let key = decoder.unsigned();
                let value = decoder.text();
                let value = value.ok_or_else(|| invalid("text was expected"))?;
                match key {
                    Some(ORTH) => orth = value,
                    Some(NORM) => {
                        let text = id(value);
                        norm = *indices.entry(text).or_insert_with(|| {
                            tokenizer.norms.push(text);
                            tokenizer.norms.len() as u32
                        });
                    }
                    Some(other) => return Err(invalid(&format!("attribute {other} of a token"))),
                    None => return Err(invalid("an attribute's number was expected")),
                }
            }
            if orth.is_empty() {
                return Err(invalid("a token without text (ORTH)"));
            }
            if !chunk[joined..].starts_with(orth) {
                return Err(invalid(NOT_JOINED));
            }
            joined += orth.len();
            pieces.push(Piece { len: orth.len(), norm });
        }
        if joined != chunk.len() {
            return Err(invalid(NOT_JOINED));
        }
        tokenizer.longest_exception = tokenizer.longest_exception.max(chunk.len());
        tokenizer.exceptions.insert(chunk.into(), pieces);
    }
    Ok(())
}

impl Tokenizer {
    /// Collects the exceptions that splitting by rules can miss, or all of them.
    pub(super) fn find_phrases(&self) -> Result<Phrases, Error> {
        let mut phrases: HashMap<Box<str>, Vec<Phrase>> = HashMap::new();
        for chunk in self.exceptions.keys() {
            if self.faster && !chunk.contains(' ') && !self.has_affix(chunk)? {
                continue;
            }
            let mut tokens = Vec::new();
            let mut pieces = Vec::new();
            self.split_text(chunk, &mut tokens, |chunk, tokens, start| {
                pieces.clear();
                self.split_chunk(chunk, false, &mut pieces)?;
                append(tokens, start, &pieces);
                Ok(())
            })?;
            let words: Phrase = tokens.iter().map(|t| chunk[t.start..t.end].into()).collect();
            if let Some(first) = words.first() {
                phrases.entry(first.clone()).or_default().push(words);
            }
        }
        Ok(Phrases(phrases))
    }

    /// Replaces the tokens of each phrase found by the exception's, longest first, then leftmost.
    pub(super) fn apply_phrases(&self, phrases: &Phrases, text: &str, tokens: &mut Vec<Token>) {
        let mut found = phrases.find(text, tokens);
        if found.is_empty() {
            return;
        }
        found.sort_by_key(|&(first, last)| (std::cmp::Reverse(last - first), first));
        found.dedup();
        let mut seen = HashSet::new();
        let mut kept = Vec::new();
        for (first, last) in found {
            if !seen.contains(&first) && !seen.contains(&(last - 1)) {
                kept.push((first, last));
            }
            // A span that was dropped still hides what overlaps it.
            seen.extend(first..last);
        }
        kept.sort_unstable();
        let old = std::mem::take(tokens);
        let mut next = 0;
        for (first, last) in kept {
            let span = &text[old[first].start..old[last - 1].end];
            let Some(pieces) = self.exception(span) else { continue };
            tokens.extend_from_slice(&old[next..first]);
            append(tokens, old[first].start, pieces);
            if let Some(new) = tokens.last_mut() {
                new.spacy = old[last - 1].spacy;
            }
            next = last;
        }
        tokens.extend_from_slice(&old[next..]);
    }
}

impl Phrases {
    fn find(&self, text: &str, tokens: &[Token]) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let word = |token: &Token| &text[token.start..token.end];
        for (at, token) in tokens.iter().enumerate() {
            let Some(phrases) = self.0.get(word(token)) else { continue };
            for phrase in phrases {
                let Some(here) = tokens.get(at..at + phrase.len()) else { continue };
                if here.iter().zip(phrase).all(|(token, expected)| word(token) == &**expected) {
                    found.push((at, at + phrase.len()));
                }
            }
        }
        found
    }
}
