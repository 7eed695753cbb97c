//! Features of a token that are functions of its text.

use hashbrown::HashMap;

use crate::characters::{is_alpha, is_digit, is_space, is_upper, lowered};
use crate::error::Error;
use crate::msgpack::Reader;
use crate::strings::id;
use crate::tables::BASE_NORMS;

/// A column of spaCy's `extract_features`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attribute {
    Orth,
    Lower,
    Norm,
    Prefix,
    Suffix,
    Shape,
    Spacy,
    IsSpace,
}

impl Attribute {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "ORTH" => Self::Orth,
            "LOWER" => Self::Lower,
            "NORM" => Self::Norm,
            "PREFIX" => Self::Prefix,
            "SUFFIX" => Self::Suffix,
            "SHAPE" => Self::Shape,
            "SPACY" => Self::Spacy,
            "IS_SPACE" => Self::IsSpace,
            _ => return None,
        })
    }
}

/// The vocabulary's table of norms, by the id of the word.
#[derive(Debug, Default)]
pub(crate) struct Norms(HashMap<u64, u64>);

impl Norms {
    /// Reads `vocab/lookups.bin`; the table may be absent.
    pub(crate) fn read(bytes: &[u8], file: &str) -> Result<Self, Error> {
        let root = Reader::parse(bytes, file)?;
        let mut norms = HashMap::new();
        if let Some(table) = root.optional("lexeme_norm")? {
            let mut decoder = table.decoder();
            let count = decoder.map().ok_or_else(|| table.error("a map was expected"))?;
            for at in 0..count {
                let (Some(key), Some(norm)) = (decoder.unsigned(), decoder.text()) else {
                    let reason = format!("pair {at} is not a word's id and a text");
                    return Err(table.error(reason));
                };
                norms.insert(key, id(norm));
            }
        }
        Ok(Self(norms))
    }

    fn of(&self, text: &str) -> u64 {
        if let Some(&norm) = self.0.get(&id(text)) {
            return norm;
        }
        match BASE_NORMS.binary_search_by_key(&text.as_bytes(), |&(word, _)| word.as_bytes()) {
            Ok(at) => id(BASE_NORMS[at].1),
            Err(_) => id(&lowered(text)),
        }
    }

    /// The value of one attribute. `norm` is the tokenizer's override, `spacy` says whether a space
    /// follows the token.
    pub(crate) fn attribute(
        &self,
        attribute: Attribute,
        text: &str,
        norm: Option<u64>,
        spacy: bool,
    ) -> u64 {
        match attribute {
            Attribute::Orth => id(text),
            Attribute::Lower => id(&lowered(text)),
            Attribute::Norm => norm.unwrap_or_else(|| self.of(text)),
            Attribute::Prefix => id(first_char(text)),
            Attribute::Suffix => id(last_chars(text, 3)),
            Attribute::Shape => id(&shape(text)),
            Attribute::Spacy => u64::from(spacy),
            Attribute::IsSpace => u64::from(is_space_token(text)),
        }
    }
}

/// Whether every character of a token is white space.
pub(crate) fn is_space_token(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_space)
}

fn first_char(text: &str) -> &str {
    &text[..text.chars().next().map_or(0, char::len_utf8)]
}

fn last_chars(text: &str, count: usize) -> &str {
    &text[text.char_indices().rev().take(count).last().map_or(0, |(at, _)| at)..]
}

/// spaCy's word shape: letters become `X` or `x`, digits `d`, and runs of one kind end after four.
fn shape(text: &str) -> String {
    if text.chars().take(100).count() >= 100 {
        return "LONG".to_owned();
    }
    let mut shape = String::with_capacity(text.len());
    let (mut last, mut run) = (None, 0);
    for c in text.chars() {
        let kind = match c {
            c if is_alpha(c) => {
                if is_upper(c) {
                    'X'
                } else {
                    'x'
                }
            }
            c if is_digit(c) => 'd',
            c => c,
        };
        run = if last == Some(kind) { run + 1 } else { 0 };
        last = Some(kind);
        if run < 4 {
            shape.push(kind);
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        for (text, expected) in [
            ("", ""),
            ("Apple", "Xxxxx"),
            ("Applesauce", "Xxxxx"),
            ("U.S.", "X.X."),
            ("2026", "dddd"),
            ("20261124", "dddd"),
            ("------", "----"),
            ("xXx1x", "xXxdx"),
            ("É²Ⅷ\u{301}", "XdⅧ\u{301}"),
            ("XXXXx", "XXXXx"),
        ] {
            assert_eq!(shape(text), expected, "{text:?}");
        }
        assert_eq!(shape(&"é".repeat(99)), "xxxx");
        assert_eq!(shape(&"é".repeat(100)), "LONG");
    }

    #[test]
    fn affixes_count_characters() {
        for (text, prefix, suffix) in
            [("", "", ""), ("a", "a", "a"), ("éa", "é", "éa"), ("日本語だ", "日", "本語だ")]
        {
            assert_eq!((first_char(text), last_chars(text, 3)), (prefix, suffix));
        }
    }

    #[test]
    fn norms_come_from_override_table_base_or_lower_case() {
        let norms = Norms(HashMap::from([(id("cos"), id("because"))]));
        let norm = |text, over| norms.attribute(Attribute::Norm, text, over, false);
        assert_eq!(norm("cos", None), id("because"));
        assert_eq!(norm("cos", Some(7)), 7);
        assert_eq!(norm("“", None), id("\""));
        assert_eq!(norm("ΟΔΟΣ", None), id("οδος"));
        assert_eq!(norms.attribute(Attribute::IsSpace, "\n \u{1f}", None, false), 1);
        assert_eq!(norms.attribute(Attribute::Spacy, "x", None, true), 1);
    }
}
