//! Texts: a file is a document, as it stands.

use std::io::{BufRead, Read};

use encoding_rs::UTF_8;
use gloss_doc::{Document, Source};
use serde_json::{Map, Value};

use super::front_matter::front_matter;
use super::open::{not_utf8, read_error, too_long};
use crate::encoding::{Decoded, decode};
use crate::{Error, TextEncoding, parse_header};

/// A text that was read whole.
pub struct Text {
    pub text: String,
    /// Where it begins in the file, if it stands there as it is.
    pub offset: Option<u64>,
}

/// Reads all of an input as a text of at most `limit` bytes.
pub fn read(
    name: &str,
    reader: Box<dyn BufRead + Send>,
    encoding: Option<TextEncoding>,
    page: bool,
    limit: u64,
) -> Result<Text, Error> {
    let decoded = decode(reader, encoding, page).map_err(|e| read_error(name, &e))?;
    read_decoded(name, decoded, page, limit)
}

/// Reads all of an input whose encoding is known.
pub fn read_decoded(name: &str, decoded: Decoded, page: bool, limit: u64) -> Result<Text, Error> {
    let mut bytes = Vec::new();
    // One more byte than there may be tells that there are too many.
    decoded.reader.take(limit + 1).read_to_end(&mut bytes).map_err(|e| read_error(name, &e))?;
    if bytes.len() as u64 > limit {
        return Err(if page { super::html::too_large(name) } else { too_long(name) });
    }
    let mark = usize::try_from(decoded.mark).unwrap_or(0);
    let text = String::from_utf8(bytes).map_err(|e| {
        let mut error = not_utf8(name, e.utf8_error().valid_up_to(), e.as_bytes());
        if mark > 0 {
            error = not_utf8(name, e.utf8_error().valid_up_to() + mark, &[]);
        }
        error
    })?;
    Ok(Text { text, offset: (decoded.encoding == UTF_8).then_some(decoded.mark) })
}

/// The document of a text.
pub fn document(name: &str, text: Text, header: bool) -> Document {
    behind(name, text, Map::new(), header)
}

/// The document of a text in Markdown. Its marks stay, because nothing rewrites a text.
pub fn markdown(name: &str, mut text: Text, header: bool) -> Document {
    match front_matter(&text.text) {
        Some((metadata, length)) => {
            take_off(&mut text, length);
            behind(name, text, metadata, header)
        }
        None => document(name, text, header),
    }
}

fn behind(name: &str, mut text: Text, mut metadata: Map<String, Value>, header: bool) -> Document {
    if header && let Some(header) = parse_header(&text.text) {
        take_off(&mut text, header.length);
        metadata.insert("date".to_owned(), header.date.into());
    }
    let source = Source { path: name.to_owned(), offset: text.offset, line: None };
    Document {
        id: name.to_owned(),
        text: text.text,
        metadata,
        source: Some(source),
        ..Document::default()
    }
}

fn take_off(text: &mut Text, length: usize) {
    text.text.drain(..length);
    text.offset = text.offset.map(|offset| offset + length as u64);
}
