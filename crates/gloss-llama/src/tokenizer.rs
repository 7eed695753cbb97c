//! Byte-level BPE (Sennrich et al. 2016, <https://arxiv.org/abs/1508.07909>; Radford et al. 2019) with the
//! vocabulary and merges of the file.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::error::Error;
use crate::metadata::Metadata;

/// How texts become tokens, and tokens bytes.
#[derive(Debug)]
pub struct Tokenizer {
    inner: tokenizers::Tokenizer,
    /// What each token stands for; nothing for control tokens.
    bytes: Vec<Vec<u8>>,
    control: Vec<bool>,
    /// Tokens that stand for themselves in a template, longest first.
    special: Vec<(String, u32)>,
    begin: Option<u32>,
    ends: Vec<u32>,
}

/// Types of tokens in files.
const CONTROL: f64 = 3.0;
const OF_USERS: f64 = 4.0;
const UNUSED: f64 = 5.0;

/// Names under which models end their turn, if the file does not say so.
const ENDS: [&str; 4] = ["<|im_end|>", "<|eot_id|>", "<|end_of_text|>", "<|endoftext|>"];

impl Tokenizer {
    pub(crate) fn read(metadata: &Metadata) -> Result<Self, Error> {
        let kind = metadata.text("tokenizer.ggml.model")?.unwrap_or("none");
        if kind != "gpt2" {
            return Err(Error::unsupported(format!("a vocabulary of the kind {kind:?}")));
        }
        let names = metadata.texts("tokenizer.ggml.tokens")?;
        let types = types(metadata, names.len())?;
        let ids: HashMap<&str, u32> =
            names.iter().enumerate().map(|(id, name)| (name.as_str(), id as u32)).collect();
        let characters = characters();
        let own = |kind: f64| matches!(kind, CONTROL | OF_USERS | UNUSED);
        let bytes = names.iter().zip(&types).map(|(name, &kind)| match kind {
            CONTROL | UNUSED => Vec::new(),
            OF_USERS => name.clone().into_bytes(),
            _ => name.chars().map(|c| characters.get(&c).copied().unwrap_or(b'?')).collect(),
        });
        let special = names
            .iter()
            .zip(&types)
            .filter(|(name, kind)| !name.is_empty() && matches!(**kind, CONTROL | OF_USERS));
        let mut special: Vec<(String, u32)> =
            special.map(|(name, _)| (name.clone(), ids[name.as_str()])).collect();
        special.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        let number = |field: &str| {
            let name = format!("tokenizer.ggml.{field}");
            let id = metadata.whole_if_there(&name)?;
            match id {
                Some(id) if id >= names.len() => {
                    Err(Error::invalid(name, format!("there is no token {id}")))
                }
                id => Ok(id.map(|id| id as u32)),
            }
        };
        let mut ends: Vec<u32> =
            [number("eos_token_id")?, number("eot_token_id")?].into_iter().flatten().collect();
        ends.extend(ENDS.iter().filter_map(|name| ids.get(name)));
        let begins = metadata.truth("tokenizer.ggml.add_bos_token")?;
        let begin = number("bos_token_id")?.filter(|_| begins);
        let plain = names.iter().zip(&types).filter(|(_, kind)| !own(**kind));
        let vocabulary: serde_json::Map<String, Value> =
            plain.map(|(name, _)| (name.clone(), ids[name.as_str()].into())).collect();
        let inner = inner(metadata, vocabulary)?;
        let (bytes, control) = (bytes.collect(), types.iter().map(|&kind| own(kind)).collect());
        Ok(Self { inner, bytes, control, special, begin, ends })
    }

    /// The tokens of a text. What looks like a control token in it is text like any other.
    ///
    /// # Errors
    /// [`Error::Tokenizer`].
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, Error> {
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let found = self.inner.encode_fast(text, false);
        let found = found
            .map_err(|error| Error::Tokenizer { bytes: text.len(), reason: error.to_string() })?;
        Ok(found.get_ids().to_vec())
    }

    /// How often a text is cut into tokens, as byte offsets at which they end.
    ///
    /// # Errors
    /// [`Error::Tokenizer`].
    pub fn ends_of_tokens(&self, text: &str) -> Result<Vec<usize>, Error> {
        let mut end = 0;
        let ids = self.encode(text)?;
        Ok(ids.into_iter().map(|id| (end += self.bytes(id).len(), end).1).collect())
    }

    /// The bytes that a token stands for: none for control tokens and for those that do not exist. A token
    /// may end within a character.
    #[must_use]
    pub fn bytes(&self, id: u32) -> &[u8] {
        self.bytes.get(id as usize).map_or(&[], Vec::as_slice)
    }

    /// The bytes of tokens, with what is no UTF-8 replaced.
    #[must_use]
    pub fn decode(&self, ids: &[u32]) -> String {
        let bytes: Vec<u8> = ids.iter().flat_map(|&id| self.bytes(id).iter().copied()).collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Whether a model that gives this token has ended.
    #[must_use]
    pub fn is_end(&self, id: u32) -> bool {
        self.ends.contains(&id)
    }

    /// Whether it is no part of texts.
    #[must_use]
    pub fn is_control(&self, id: u32) -> bool {
        self.control.get(id as usize).copied().unwrap_or(true)
    }

    /// The token that texts begin with, if the model wants one.
    pub(crate) fn begin(&self) -> Option<u32> {
        self.begin
    }

    /// The first special token in a text: where it is, its length, and its number.
    pub(crate) fn find_special(&self, text: &str) -> Option<(usize, usize, u32)> {
        let found = self.special.iter().filter_map(|(name, id)| {
            text.find(name.as_str()).map(|at| (at, std::cmp::Reverse(name.len()), *id))
        });
        found.min().map(|(at, length, id)| (at, length.0, id))
    }
}

fn types(metadata: &Metadata, count: usize) -> Result<Vec<f64>, Error> {
    let name = "tokenizer.ggml.token_type";
    let Some(types) = metadata.numbers(name)? else { return Ok(vec![1.0; count]) };
    if types.len() != count {
        let reason = format!("there are {} types for {count} tokens", types.len());
        return Err(Error::invalid(name, reason));
    }
    Ok(types.to_vec())
}

/// The tokenizer in the form of the crate that runs it.
fn inner(
    metadata: &Metadata,
    vocabulary: serde_json::Map<String, Value>,
) -> Result<tokenizers::Tokenizer, Error> {
    let field = "tokenizer.ggml.merges";
    let mut merges = Vec::new();
    for merge in metadata.texts(field)? {
        let Some((left, right)) = merge.split_once(' ') else {
            return Err(Error::invalid(field, format!("{merge:?} is no pair")));
        };
        merges.push(json!([left, right]));
    }
    let name = metadata.text("tokenizer.ggml.pre")?.unwrap_or("default");
    let (parts, whole_words) = parts(name)?;
    let tokenizer = json!({
        "version": "1.0",
        "pre_tokenizer": { "type": "Sequence", "pretokenizers": parts },
        "model": {
            "type": "BPE",
            "vocab": vocabulary,
            "merges": merges,
            "ignore_merges": whole_words,
        },
    });
    let tokenizer = serde_json::from_value::<tokenizers::Tokenizer>(tokenizer);
    tokenizer.map_err(|error| Error::invalid("tokenizer.ggml", error.to_string()))
}

/// How texts are split before merging, by the name that files give it, and whether words of the vocabulary are
/// taken whole.
fn parts(name: &str) -> Result<(Value, bool), Error> {
    let bytes = |splits: bool| json!({ "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": splits });
    let split = |pattern: &str| json!({ "type": "Split", "pattern": { "Regex": pattern }, "behavior": "Isolated", "invert": false });
    // Contractions, letters, numbers and rest, as GPT-2 splits; later models know capital contractions, and
    // numbers of up to so many digits.
    let newer = |digits: &str| {
        format!(
            r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|\p{{N}}{digits}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
        )
    };
    Ok(match name {
        "gpt-2" | "gpt2" => (json!([bytes(true)]), false),
        "smollm" | "starcoder" | "refact" | "command-r" => {
            (json!([{ "type": "Digits", "individual_digits": true }, bytes(true)]), false)
        }
        "llama-bpe" | "llama3" | "llama-v3" => {
            (json!([split(&newer("{1,3}")), bytes(false)]), true)
        }
        "qwen2" | "deepseek-r1-qwen" => (json!([split(&newer("")), bytes(false)]), false),
        other => return Err(Error::unsupported(format!("texts split as {other:?} does"))),
    })
}

/// The bytes that characters of a byte-level vocabulary stand for: printable ones for themselves, and from 256
/// on the others in order.
fn characters() -> HashMap<char, u8> {
    let mut next = 256;
    let mut character = |byte: u8| match byte {
        33..=126 | 161..=172 | 174..=255 => char::from(byte),
        _ => {
            next += 1;
            char::from_u32(next - 1).unwrap_or_default()
        }
    };
    (0..=255u8).map(|byte| (character(byte), byte)).collect()
}
