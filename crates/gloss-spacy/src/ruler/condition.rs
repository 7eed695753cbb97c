//! One condition of a token pattern: an attribute and what it must be.

use crate::annotations::{Annotations, Column};
use crate::characters::lower;
use crate::error::Error;
use crate::msgpack::Reader;
use crate::pattern::Pattern;
use crate::symbols::{Symbol, Symbols};
use crate::tok2vec::Words;

/// The document as conditions see it.
pub(super) struct Look<'a> {
    pub(super) words: &'a Words<'a>,
    pub(super) annotations: &'a Annotations,
    /// Labels of arcs; none where no parser ran.
    pub(super) labels: &'a [Symbol],
}

/// A text that conditions look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Text {
    Orth,
    Lower,
}

#[derive(Debug)]
pub(super) enum Condition {
    /// The value is among these, or is not.
    Value {
        column: Column,
        values: Vec<Symbol>,
        among: bool,
    },
    /// The text is among these, or is not.
    Word {
        text: Text,
        words: Vec<Box<str>>,
        among: bool,
    },
    Regex {
        text: Text,
        regex: Pattern,
    },
    IsSpace(bool),
}

/// Reads the conditions on one token.
pub(super) fn read(
    token: &Reader<'_>,
    file: &str,
    symbols: &mut Symbols,
) -> Result<Vec<Condition>, Error> {
    let mut conditions = Vec::new();
    for (key, value) in token.entries()? {
        let name = key.string()?.to_ascii_uppercase();
        if name == "OP" && value.string()? == "1" {
            continue;
        }
        if value.is_map() {
            for (test, value) in value.entries()? {
                conditions.push(read_one(&name, test.string()?, &value, file, symbols)?);
            }
        } else {
            conditions.push(read_one(&name, "==", &value, file, symbols)?);
        }
    }
    Ok(conditions)
}

fn read_one(
    name: &str,
    test: &str,
    value: &Reader<'_>,
    file: &str,
    symbols: &mut Symbols,
) -> Result<Condition, Error> {
    let column = Column::parse(name)
        .filter(|column| matches!(column, Column::Tag | Column::Pos | Column::Dep));
    let text = match name {
        "ORTH" | "TEXT" => Some(Text::Orth),
        "LOWER" => Some(Text::Lower),
        _ => None,
    };
    let texts = || -> Result<Vec<_>, Error> {
        if value.is_list() { Ok(value.items()?.collect()) } else { Ok(vec![value.clone()]) }
    };
    match (test, column, text) {
        ("==" | "IN" | "NOT_IN", Some(column), _) => {
            let mut values = Vec::new();
            for value in texts()? {
                values.push(symbols.add(value.string()?));
            }
            Ok(Condition::Value { column, values, among: test != "NOT_IN" })
        }
        ("==" | "IN" | "NOT_IN", _, Some(text)) => {
            let mut words = Vec::new();
            for word in texts()? {
                words.push(word.string()?.into());
            }
            Ok(Condition::Word { text, words, among: test != "NOT_IN" })
        }
        ("REGEX", _, Some(text)) => {
            let regex = Pattern::compile("REGEX", value.string()?, file)?;
            Ok(Condition::Regex { text, regex })
        }
        ("==", ..) if name == "IS_SPACE" => Ok(Condition::IsSpace(value.boolean()?)),
        _ => {
            let what = format!("an attribute_ruler that looks at {name} with {test}");
            Err(Error::unsupported(file, what))
        }
    }
}

impl Condition {
    /// The column that it looks at.
    pub(super) fn reads(&self) -> Option<Column> {
        match self {
            Self::Value { column, .. } => Some(*column),
            _ => None,
        }
    }

    /// The words in lower case of which a token must be one.
    pub(super) fn one_of_words(&self) -> Option<&[Box<str>]> {
        match self {
            Self::Word { text: Text::Lower, words, among: true } => Some(words),
            _ => None,
        }
    }

    /// The tags of which a token must have one.
    pub(super) fn one_of_tags(&self) -> Option<&[Symbol]> {
        match self {
            Self::Value { column: Column::Tag, values, among: true } => Some(values),
            _ => None,
        }
    }

    pub(super) fn holds(
        &self,
        look: &Look<'_>,
        at: usize,
        buffer: &mut String,
    ) -> Result<bool, Error> {
        Ok(match self {
            Self::Value { column, values, among } => {
                let value = match column {
                    Column::Tag => look.annotations.tag[at],
                    Column::Pos => look.annotations.pos[at],
                    Column::Morph => look.annotations.morph[at],
                    Column::Dep => look.labels.get(at).copied().unwrap_or_default(),
                    Column::Lemma => Symbol::NONE,
                };
                values.contains(&value) == *among
            }
            Self::Word { text, words, among } => {
                let word = text.of(look.word(at), buffer);
                words.iter().any(|known| **known == *word) == *among
            }
            Self::Regex { text, regex } => regex.search(text.of(look.word(at), buffer))?.is_some(),
            Self::IsSpace(expected) => look.is_space(at) == *expected,
        })
    }
}

impl Text {
    fn of<'t>(self, word: &'t str, buffer: &'t mut String) -> &'t str {
        match self {
            Self::Orth => word,
            Self::Lower => {
                lower(word, buffer);
                buffer
            }
        }
    }
}
