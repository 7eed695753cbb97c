//! What is wrong with a user's entries and patterns: all of it, each with its place.

use std::fmt::Write;

use gloss_plugin::Error;

/// So many are told.
const SHOWN: usize = 20;

/// What is wrong, as it is found.
#[derive(Debug, Default)]
pub struct Problems {
    shown: Vec<String>,
    count: usize,
}

impl Problems {
    /// One more. `place` is a file and line, or an item of an option; `problem` says what is wrong and
    /// what to do.
    pub fn add(&mut self, place: &str, problem: impl std::fmt::Display) {
        self.count += 1;
        if self.shown.len() < SHOWN {
            self.shown.push(format!("{place}: {problem}"));
        }
    }

    /// The error of this option, if there is anything wrong.
    pub fn into_error(self, option: &str) -> Option<Error> {
        let mut message = match self.shown.as_slice() {
            [] => return None,
            [one] if self.count == 1 => return Some(Error::option(option, one)),
            _ => format!("{} things are wrong", self.count),
        };
        for problem in &self.shown {
            let _ = write!(message, "\n  {problem}");
        }
        if self.count > self.shown.len() {
            let _ = write!(message, "\n  and {} more", self.count - self.shown.len());
        }
        Some(Error::option(option, message))
    }
}

/// What is wrong with one entry or pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Nothing to find.
    #[error("the text is empty; fill it in, or remove the entry")]
    Empty,
    /// Only punctuation, which would be found everywhere.
    #[error(
        "the text is punctuation alone, which would be found everywhere; remove the entry, or use a pattern"
    )]
    Punctuation,
    /// Too long to be meant.
    #[error("the text has more than {0} characters; shorten it (is a quote left open?)")]
    TooLong(usize),
    /// A control character.
    #[error("the {0} has the control character U+{1:04X}; remove it")]
    Control(&'static str, u32),
    /// It begins with a combining mark.
    #[error(
        "the text begins with a combining mark, where no match can begin; put a letter before it"
    )]
    Mark,
    /// No label.
    #[error("there is no label; give one, or set the option \"label\"")]
    NoLabel,
    /// Not UTF-8.
    #[error(
        "byte {0} of the line is not UTF-8; convert the file, for example with `iconv -f WINDOWS-1252 -t UTF-8`"
    )]
    Encoding(usize),
    /// A row with more fields than the header.
    #[error(
        "there are {found} fields, and the header has {expected}; put text with the separator in it in quotes"
    )]
    Fields {
        /// In the row.
        found: usize,
        /// In the header.
        expected: usize,
    },
    /// Not JSON.
    #[error("not a JSON object: {0}")]
    Json(String),
    /// A key that is missing.
    #[error("there is neither {0:?} nor \"pattern\"; add what to find")]
    NoText(String),
    /// A pattern of tokens.
    #[error(
        "\"pattern\" is a list of tokens, and only texts are supported; write the text, or a regular expression in the option \"patterns\""
    )]
    TokenPattern,
    /// A value that is no text.
    #[error("{0:?} is a list or an object; give a text, a number or true or false")]
    NotText(String),
    /// A header without the column.
    #[error(
        "the header has no column {0:?}; add a header, or name the column with the option \"text_column\""
    )]
    NoColumn(String),
    /// A name of an attribute that cannot be had.
    #[error("{0:?} cannot be the name of an attribute: {1}; rename it")]
    Attribute(String, &'static str),
    /// A file that is not what it should be.
    #[error("{0}")]
    File(String),
    /// A regular expression that cannot be used.
    #[error("the pattern cannot be used: {0}")]
    Regex(String),
}
