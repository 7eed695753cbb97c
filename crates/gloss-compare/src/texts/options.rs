//! How texts are compared.

use serde::{Deserialize, Serialize};

/// What the words of a text are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Tokenizer {
    /// Words by Unicode Standard Annex 29 that have a letter or digit, in lower case and composed
    /// (NFC).
    #[default]
    Unicode,
    /// Runs of `a` to `z` and `0` to `9` of the text in lower case, as rouge-score has it: all other
    /// letters break words.
    Ascii,
}

/// How texts are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct TextOptions {
    /// What the words of a text are.
    pub tokenizer: Tokenizer,
    /// Whether words of more than three letters are stemmed: for English.
    pub stem: bool,
}
