//! Splitting one chunk (a run without white space, or of nothing else) into pieces.

use hashbrown::HashMap;

use super::{Piece, Tokenizer};
use crate::error::Error;
use crate::pattern::Pattern;

/// Chunks longer than this, in bytes, are rare and are not remembered.
const MAX_CHUNK: usize = 256;
/// The cache starts again when it holds this many chunks or pieces.
const MAX_ENTRIES: usize = 65_536;

/// Remembers how chunks were split: bounded, owned by one thread, without effect on results.
#[derive(Debug, Default)]
pub(crate) struct ChunkCache {
    chunks: HashMap<Box<str>, (u32, u32)>,
    pieces: Vec<Piece>,
    long: Vec<Piece>,
}

impl ChunkCache {
    /// The pieces of a chunk that is no exception.
    pub(super) fn get(&mut self, tokenizer: &Tokenizer, chunk: &str) -> Result<&[Piece], Error> {
        if let Some(&(first, last)) = self.chunks.get(chunk) {
            return Ok(&self.pieces[first as usize..last as usize]);
        }
        if chunk.len() > MAX_CHUNK {
            self.long.clear();
            tokenizer.split_chunk(chunk, true, &mut self.long)?;
            return Ok(&self.long);
        }
        if self.chunks.len() >= MAX_ENTRIES || self.pieces.len() >= 4 * MAX_ENTRIES {
            self.chunks.clear();
            self.pieces.clear();
        }
        let first = self.pieces.len();
        if let Err(error) = tokenizer.split_chunk(chunk, true, &mut self.pieces) {
            self.pieces.truncate(first);
            return Err(error);
        }
        self.chunks.insert(chunk.into(), (first as u32, self.pieces.len() as u32));
        Ok(&self.pieces[first..])
    }
}

impl Tokenizer {
    /// Appends the pieces of a chunk; exceptions inside it count only if `special`.
    pub(super) fn split_chunk(
        &self,
        chunk: &str,
        special: bool,
        out: &mut Vec<Piece>,
    ) -> Result<(), Error> {
        let exception = |text: &str| if special { self.exception(text) } else { None };
        let mut rest = chunk;
        let mut suffixes = Vec::new();
        let mut last_len = 0;
        while !rest.is_empty() && rest.len() != last_len {
            if matches(&self.token_match, rest)? || exception(rest).is_some() {
                break;
            }
            last_len = rest.len();
            let prefix = self.prefix_len(rest)?;
            let after_prefix = &rest[prefix..];
            if prefix > 0 && exception(after_prefix).is_some() {
                out.push(Piece::new(prefix));
                rest = after_prefix;
                break;
            }
            let suffix = self.suffix_len(after_prefix)?;
            let before_suffix = &rest[..rest.len() - suffix];
            if suffix > 0 && exception(before_suffix).is_some() {
                suffixes.push(Piece::new(suffix));
                rest = before_suffix;
                break;
            }
            // The suffix was looked for after the prefix, so the two cannot overlap.
            if prefix > 0 {
                out.push(Piece::new(prefix));
            }
            if suffix > 0 {
                suffixes.push(Piece::new(suffix));
            }
            rest = &rest[prefix..rest.len() - suffix];
        }
        if !rest.is_empty() {
            match exception(rest) {
                Some(pieces) => out.extend_from_slice(pieces),
                None => self.split_infixes(rest, out)?,
            }
        }
        out.extend(suffixes.iter().rev());
        Ok(())
    }

    fn split_infixes(&self, text: &str, out: &mut Vec<Piece>) -> Result<(), Error> {
        if matches(&self.token_match, text)? || matches(&self.url_match, text)? {
            out.push(Piece::new(text.len()));
            return Ok(());
        }
        let mut found = Vec::new();
        if let Some(infix) = &self.infix {
            infix.search_all(text, &mut found)?;
        }
        let mut start = 0;
        for (first, last) in found {
            if first == 0 {
                continue;
            }
            if first != start {
                out.push(Piece::new(first - start));
            }
            if first != last {
                out.push(Piece::new(last - first));
            }
            start = last;
        }
        if start < text.len() {
            out.push(Piece::new(text.len() - start));
        }
        Ok(())
    }

    /// The bytes of the characters that a prefix takes, 0 for none. spaCy uses only the match's length,
    /// wherever it lies.
    pub(super) fn prefix_len(&self, text: &str) -> Result<usize, Error> {
        let Some((start, end)) = search(&self.prefix, text)? else { return Ok(0) };
        if start == 0 {
            return Ok(end);
        }
        let count = text[start..end].chars().count();
        Ok(text.char_indices().nth(count).map_or(text.len(), |(at, _)| at))
    }

    /// The bytes of the characters that a suffix takes, 0 for none.
    pub(super) fn suffix_len(&self, text: &str) -> Result<usize, Error> {
        let Some((start, end)) = search(&self.suffix, text)? else { return Ok(0) };
        if end == text.len() {
            return Ok(end - start);
        }
        let count = text[start..end].chars().count();
        Ok(text.chars().rev().take(count).map(char::len_utf8).sum())
    }

    /// Whether the affix or infix patterns match anywhere.
    pub(super) fn has_affix(&self, text: &str) -> Result<bool, Error> {
        Ok(self.prefix_len(text)? > 0
            || search(&self.infix, text)?.is_some()
            || self.suffix_len(text)? > 0)
    }
}

fn search(pattern: &Option<Pattern>, text: &str) -> Result<Option<(usize, usize)>, Error> {
    pattern.as_ref().map_or(Ok(None), |pattern| pattern.search(text))
}

fn matches(pattern: &Option<Pattern>, text: &str) -> Result<bool, Error> {
    pattern.as_ref().map_or(Ok(false), |pattern| pattern.matches_at_start(text))
}
