//! `tokenizer.json`: texts to tokens, and tokens with special ones around them.

use std::ops::Range;
use std::path::Path;

use tokenizers::{Encoding, PostProcessor, Token};

use crate::encoder::Sequence;
use crate::error::Error;
use crate::folder::NEEDS;

pub(crate) const FILE: &str = "tokenizer.json";

/// The tokens of a text, without special ones around them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// The number of each token in the vocabulary.
    pub ids: Vec<u32>,
    /// Where each token is in the text, in bytes, as the tokenizer says: several tokens may share a
    /// character, and a token may begin with the space before a word.
    pub offsets: Vec<Range<usize>>,
    /// Which word each token is of, as the tokenizer splits words.
    pub words: Vec<Option<u32>>,
    /// How each token's word is written; empty for models that do not ask.
    pub(crate) casing: Vec<u8>,
}

/// What a network has to know of the tokens of a text.
#[derive(Clone, Debug)]
pub(crate) struct Ids {
    pub(crate) ids: Vec<u32>,
    /// As [`Tokens::casing`].
    pub(crate) casing: Vec<u8>,
}

impl From<Tokens> for Ids {
    fn from(tokens: Tokens) -> Self {
        Self { ids: tokens.ids, casing: tokens.casing }
    }
}

impl Ids {
    /// Those of tokens that are still needed.
    pub(crate) fn of(tokens: &Tokens) -> Self {
        Self { ids: tokens.ids.clone(), casing: tokens.casing.clone() }
    }
}

impl Tokens {
    /// How many tokens there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is no token.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}

/// A tokenizer without truncation or padding.
pub(crate) struct Tokenizer {
    inner: tokenizers::Tokenizer,
    vocabulary: usize,
    single: Template,
    pair: Template,
}

/// What is put around one text or a pair.
struct Template(Vec<Part>);

enum Part {
    Special { id: u32, kind: u32 },
    First { kind: u32 },
    Second { kind: u32 },
}

/// Numbers that stand for the texts when a template is found out; no vocabulary has them.
const FIRST: u32 = u32::MAX;
const SECOND: u32 = u32::MAX - 1;

impl Tokenizer {
    /// Reads the file; `vocabulary` and `types` are the rows of the model's tables.
    pub(crate) fn read(folder: &Path, vocabulary: usize, types: usize) -> Result<Self, Error> {
        let path = folder.join(FILE);
        let bytes =
            std::fs::read(&path).map_err(|source| Error::Io { path, source, needs: NEEDS })?;
        let invalid = |reason: String| Error::invalid(FILE, "tokenizer", reason);
        let mut inner = tokenizers::Tokenizer::from_bytes(&bytes)
            .map_err(|error| invalid(error.to_string()))?;
        // Texts are cut into windows here, and nothing is padded.
        inner.with_truncation(None).map_err(|error| invalid(error.to_string()))?;
        inner.with_padding(None);
        let size = inner.get_vocab_size(true);
        if size > vocabulary {
            let reason = format!("{size} tokens, but the model's vocab_size is {vocabulary}");
            return Err(invalid(reason));
        }
        let single = Template::find(&inner, false, types).map_err(invalid)?;
        let pair = Template::find(&inner, true, types).map_err(invalid)?;
        if single.specials().chain(pair.specials()).any(|id| id as usize >= vocabulary) {
            return Err(invalid("a special token is not in the model's vocabulary".to_owned()));
        }
        Ok(Self { inner, vocabulary, single, pair })
    }

    /// The tokenizer itself.
    pub(crate) fn inner(&self) -> &tokenizers::Tokenizer {
        &self.inner
    }

    /// The tokens of a text.
    pub(crate) fn tokens(&self, text: &str) -> Result<Tokens, Error> {
        let fail = |reason: String| Error::Tokenizer { bytes: text.len(), reason };
        let encoding = self.inner.encode(text, false).map_err(|error| fail(error.to_string()))?;
        if let Some(id) = encoding.get_ids().iter().find(|&&id| id as usize >= self.vocabulary) {
            return Err(fail(format!("token {id} is not in the model's vocabulary")));
        }
        let offsets = encoding.get_offsets().iter();
        Ok(Tokens {
            ids: encoding.get_ids().to_vec(),
            offsets: offsets.map(|&(start, end)| within(text, start, end)).collect(),
            words: encoding.get_word_ids().to_vec(),
            casing: Vec::new(),
        })
    }

    /// How many special tokens are put around one text, or a pair.
    pub(crate) fn specials(&self, pair: bool) -> usize {
        self.template(pair).specials().count()
    }

    /// A window of the first text's tokens, with the second's if there are some, and the special ones; and
    /// where the first text's are.
    pub(crate) fn sequence(
        &self,
        (first, window): (&Ids, Range<usize>),
        second: Option<&Ids>,
    ) -> (Sequence, usize) {
        let (mut sequence, mut start) = (Sequence::default(), 0);
        for part in &self.template(second.is_some()).0 {
            let kind = match *part {
                Part::Special { id, kind } => {
                    sequence.ids.push(id);
                    kind
                }
                Part::First { kind } => {
                    start = sequence.ids.len();
                    sequence.push(first, window.clone());
                    kind
                }
                Part::Second { kind } => {
                    if let Some(second) = second {
                        sequence.push(second, 0..second.ids.len());
                    }
                    kind
                }
            };
            sequence.types.resize(sequence.ids.len(), kind);
        }
        (sequence, start)
    }

    fn template(&self, pair: bool) -> &Template {
        if pair { &self.pair } else { &self.single }
    }
}

impl Template {
    /// Asks the tokenizer's post-processor what it does with one or two tokens.
    fn find(tokenizer: &tokenizers::Tokenizer, pair: bool, types: usize) -> Result<Self, String> {
        let of = |id: u32, kind: u32| {
            Encoding::from_tokens(vec![Token::new(id, String::new(), (0, 0))], kind)
        };
        let (first, second) = (of(FIRST, 0), pair.then(|| of(SECOND, 1)));
        let processed = match tokenizer.get_post_processor() {
            Some(processor) => processor.process(first, second, true),
            None => {
                let mut both = first;
                second.into_iter().for_each(|second| both.merge_with(second, false));
                Ok(both)
            }
        };
        let processed = processed.map_err(|error| error.to_string())?;
        let kinds = processed.get_type_ids().iter().map(|&kind| {
            // Models that know one segment put everything in it.
            if kind as usize >= types { 0 } else { kind }
        });
        let parts = processed.get_ids().iter().zip(kinds).map(|(&id, kind)| match id {
            FIRST => Part::First { kind },
            SECOND => Part::Second { kind },
            id => Part::Special { id, kind },
        });
        let template = Self(parts.collect());
        let count =
            |wanted: fn(&Part) -> bool| template.0.iter().filter(|part| wanted(part)).count();
        let texts = (
            count(|part| matches!(part, Part::First { .. })),
            count(|part| matches!(part, Part::Second { .. })),
        );
        if texts != (1, usize::from(pair)) {
            return Err("the post-processor does not keep each text once".to_owned());
        }
        Ok(template)
    }

    fn specials(&self) -> impl Iterator<Item = u32> {
        self.0.iter().filter_map(|part| match part {
            Part::Special { id, .. } => Some(*id),
            _ => None,
        })
    }
}

/// The range, widened to whole characters of the text.
fn within(text: &str, start: usize, end: usize) -> Range<usize> {
    let end = (end.min(text.len())..=text.len()).find(|&at| text.is_char_boundary(at));
    let end = end.unwrap_or(text.len());
    let start = (0..=start.min(end)).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    start..end
}
