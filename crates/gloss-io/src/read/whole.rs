//! A text as the one document of an input of a format that may have many.

use gloss_doc::Document;

use super::{Documents, MAX_DOCUMENT, text};
use crate::Error;
use crate::encoding::Decoded;

/// The document of an input that turned out to be a text.
pub struct Whole {
    name: String,
    /// `None` when it was read.
    input: Option<Decoded>,
    header: bool,
}

impl Whole {
    /// The document of what was opened.
    pub fn new(name: String, input: Decoded, header: bool) -> Whole {
        Whole { name, input: Some(input), header }
    }
}

impl Documents for Whole {
    fn next(&mut self) -> Option<Result<Document, Error>> {
        let text = text::read_decoded(&self.name, self.input.take()?, false, MAX_DOCUMENT);
        Some(text.map(|text| text::document(&self.name, text, self.header)))
    }

    fn skip(&mut self, count: u64) -> u64 {
        u64::from(count > 0 && self.input.take().is_some())
    }
}
