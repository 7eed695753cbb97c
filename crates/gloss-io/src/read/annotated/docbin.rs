//! Documents of spaCy's `DocBin`.

use std::io::{self, BufRead, Read};

use flate2::bufread::ZlibDecoder;
use gloss_doc::{Document, OffsetUnit};
use serde_json::Map;

use super::docbin_content::{Content, TokenSpan, Tokens};
use super::layers::{Problem, SpanRecord, classes, layer_name, spans};
use crate::columns::Place;
use crate::read::Documents;
use crate::read::open::{cut_off, read_error};
use crate::{Error, ErrorKind};

/// The most bytes that a file may have when it is decompressed: some twenty million tokens.
const MAX_BIN: u64 = 1 << 31;

/// The documents of a [`DocBin`](https://spacy.io/api/docbin): texts of their tokens, entities, groups of spans,
/// and categories.
pub struct DocBin {
    name: String,
    content: Content,
    /// Documents that were read.
    at: usize,
}

impl DocBin {
    /// Reads all of a file, for its parts are not in the order of documents.
    pub fn open(name: String, reader: Box<dyn BufRead + Send>) -> Result<DocBin, Error> {
        let bytes = inflate(&name, reader, MAX_BIN)?;
        let content = Content::new(bytes).map_err(|what| refuse(&name, &what))?;
        Ok(DocBin { name, content, at: 0 })
    }

    fn document(&self, tokens: &Tokens<'_>) -> Result<Document, Problem> {
        let line = self.at as u64;
        let place = Place { input: &self.name, line };
        let text = tokens.text()?;
        let mut document = place.document(text.text, String::new(), Map::new());
        let record = |span| record(&text.ranges, span);
        let unit = OffsetUnit::Byte;
        if let Some(entities) = tokens.entities()? {
            let records: Vec<_> = entities.into_iter().map(record).collect();
            let layer =
                spans("docbin/entities", "entities", &document.text, &records, unit, "entity")?;
            document.layers.push(layer);
        }
        for (group, found) in tokens.groups()? {
            let records: Vec<_> = found.into_iter().map(record).collect();
            let name = layer_name(&document, "docbin", &group)?;
            document.layers.push(spans(&name, "spans", &document.text, &records, unit, "span")?);
        }
        let categories = tokens.categories()?;
        if !categories.is_empty() {
            let name = layer_name(&document, "docbin", "classes")?;
            document.layers.push(classes(&name, &categories));
        }
        Ok(document)
    }
}

/// Decompresses a file that may have so many bytes then.
fn inflate(name: &str, reader: impl BufRead, limit: u64) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let read = ZlibDecoder::new(reader).take(limit + 1).read_to_end(&mut bytes);
    match read {
        Ok(_) if bytes.len() as u64 > limit => {
            let message = format!("{name} has more than 2 GiB when it is decompressed");
            Err(Error::new(ErrorKind::TooLong, name, message)
                .help("split it: write several files of fewer documents"))
        }
        Ok(_) => Ok(bytes),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            Err(cut_off(name, "the compressed data has no end"))
        }
        // What the decompressor says, and neither the system nor one around it.
        Err(error)
            if error.raw_os_error().is_none() && error.kind() == io::ErrorKind::InvalidInput =>
        {
            Err(refuse(
                name,
                "it is not what `DocBin.to_disk` writes: its compression is damaged, or another",
            ))
        }
        Err(error) => Err(read_error(name, &error)),
    }
}

fn record<'t>(ranges: &[(usize, usize)], (start, end, label): TokenSpan<'t>) -> SpanRecord<'t> {
    SpanRecord {
        start: ranges[start].0 as u64,
        end: ranges[end - 1].1 as u64,
        label: Some(label).filter(|label| !label.is_empty()),
        ..SpanRecord::default()
    }
}

fn refuse(name: &str, what: &str) -> Error {
    let message = format!("{name} is no DocBin: {what}");
    Error::new(ErrorKind::NotOfFormat, name, message)
        .help("write it with `DocBin(docs=docs).to_disk(path)`, of spaCy 3")
}

impl Documents for DocBin {
    fn next(&mut self) -> Option<Result<Document, Error>> {
        let tokens = self.content.document(self.at)?;
        self.at += 1;
        let document = self.document(&tokens);
        let place = Place { input: &self.name, line: self.at as u64 };
        Some(document.map_err(|problem| {
            place.error(ErrorKind::BadAnnotation, &problem.what).help(problem.help)
        }))
    }

    fn skip(&mut self, count: u64) -> u64 {
        let left = (self.content.len() - self.at) as u64;
        let skipped = count.min(left);
        self.at += usize::try_from(skipped).unwrap_or(usize::MAX);
        skipped
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn bombs_are_refused() {
        let check = |length: usize, expected: Option<ErrorKind>| {
            let mut encoder =
                flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
            encoder.write_all(&vec![0; length]).unwrap();
            let bytes = encoder.finish().unwrap();
            let found = inflate("a", bytes.as_slice(), 100_000).map(|bytes| bytes.len());
            assert_eq!(found.map_err(|error| error.kind), expected.map_or(Ok(length), Err));
        };
        check(100_000, None);
        check(100_001, Some(ErrorKind::TooLong));
        check(50_000_000, Some(ErrorKind::TooLong));
    }
}
