//! The tokenizer of a folder for rust-bert's pipelines, which want special tokens in a file of their own form.

use std::path::Path;

use gloss_plugin::prelude::*;
use rust_bert::pipelines::common::{ModelType, TokenizerOption};
use serde_json::{Map, Value};

use crate::guard::guarded;
use crate::json_file;

const TOKENIZER: &str = "tokenizer.json";
/// Where transformers saves which tokens are special, the first that has one.
const FILES: &[&str] = &["special_tokens_map.json", "tokenizer_config.json"];
const TOKENS: &[&str] =
    &["unk_token", "pad_token", "bos_token", "sep_token", "cls_token", "eos_token", "mask_token"];

/// Reads `tokenizer.json`, and which tokens are special from the files beside it; in a folder without, what
/// models had before it: `vocab.json` and `merges.txt`, or `spiece.model`.
///
/// # Errors
/// When a file is missing or damaged.
pub fn tokenizer(folder: &Path, model: ModelType) -> Result<TokenizerOption> {
    if !folder.join(TOKENIZER).is_file() {
        return older(folder, model);
    }
    let mut files = Vec::new();
    for name in FILES {
        let Ok(text) = std::fs::read(folder.join(name)) else { continue };
        let parsed = serde_json::from_slice::<Map<String, Value>>(&text);
        files.push(parsed.map_err(|error| Error::model(name, error.to_string()))?);
    }
    files.push(usual(folder)?);
    // rust-bert reads them from a file alone.
    let mut map = tempfile::NamedTempFile::new()?;
    serde_json::to_writer(&mut map, &special_tokens(&files))?;
    guarded(|| TokenizerOption::from_hf_tokenizer_file(folder.join(TOKENIZER), map.path()))
        .map_err(|reason| Error::model(TOKENIZER, reason))
}

fn older(folder: &Path, model: ModelType) -> Result<TokenizerOption> {
    let find = |name: &str| Some(folder.join(name)).filter(|path| path.is_file());
    let (vocabulary, merges) = match (find("vocab.json"), find("spiece.model")) {
        (Some(vocabulary), _) => (vocabulary, find("merges.txt")),
        (None, Some(vocabulary)) => (vocabulary, None),
        (None, None) => {
            let message = "the folder has no tokenizer.json, and no vocab.json or spiece.model";
            return Err(Error::model("", message));
        }
    };
    let (vocabulary, merges) =
        (vocabulary.to_string_lossy(), merges.map(|path| path.to_string_lossy().into_owned()));
    guarded(|| TokenizerOption::from_file(model, &vocabulary, merges.as_deref(), false, None, None))
        .map_err(|reason| Error::model("", format!("the vocabulary cannot be read: {reason}")))
}

/// What the special tokens of models that write are usually called, of those that the tokenizer knows: some
/// folders say no more.
fn usual(folder: &Path) -> Result<Map<String, Value>> {
    let file = json_file::read(folder, TOKENIZER)?;
    let known: Vec<&str> = file["added_tokens"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|token| token["content"].as_str())
        .collect();
    let usual = [
        ("pad_token", "<pad>"),
        ("bos_token", "<s>"),
        ("eos_token", "</s>"),
        ("mask_token", "<mask>"),
    ];
    let found = usual.into_iter().filter(|(_, word)| known.contains(word));
    Ok(found.map(|(name, word)| (name.to_owned(), Value::from(word))).collect())
}

/// The special tokens as rust-bert has them: a name and a word, without what else is said of them.
fn special_tokens(files: &[Map<String, Value>]) -> Map<String, Value> {
    let word = |name: &&str| {
        let word = files.iter().find_map(|file| match file.get(*name)? {
            Value::String(word) => Some(word.as_str()),
            Value::Object(token) => token.get("content")?.as_str(),
            _ => None,
        });
        word.map(|word| ((*name).to_owned(), Value::from(word)))
    };
    let mut tokens: Map<String, Value> = TOKENS.iter().filter_map(word).collect();
    // It must be there, also where the vocabulary has all that can occur.
    tokens.entry("unk_token").or_insert(Value::from("<unk>"));
    tokens
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn special_tokens_are_words() {
        #[track_caller]
        fn check(files: &[Value], expected: Value) {
            let files: Vec<_> =
                files.iter().map(|f| f.as_object().cloned().unwrap_or_default()).collect();
            assert_eq!(Value::Object(special_tokens(&files)), expected);
        }
        check(&[], json!({"unk_token": "<unk>"}));
        let words = json!({"unk_token": "?", "eos_token": {"content": "</s>", "lstrip": false}});
        check(std::slice::from_ref(&words), json!({"unk_token": "?", "eos_token": "</s>"}));
        let more = json!({"eos_token": "no", "pad_token": "<pad>", "model_max_length": 7});
        check(&[words, more], json!({"unk_token": "?", "eos_token": "</s>", "pad_token": "<pad>"}));
    }
}
