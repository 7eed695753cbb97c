//! Streams documents from inputs: a text file is one document, a JSONL file one a line.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

use gloss_doc::json::DocumentRecord;
use gloss_doc::{Document, Source};

use crate::{Error, ErrorKind, Input, parse_header};

/// How to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Text files may begin with a header that goes into the metadata.
    pub header: bool,
    /// Standard input is JSONL; files are by their endings `.jsonl` and `.ndjson`.
    pub stdin_jsonl: bool,
}

/// Streams documents. An error is of one document; the next call gives the next document.
pub struct Reader {
    inputs: std::vec::IntoIter<Input>,
    options: ReadOptions,
    lines: Option<Lines>,
}

struct Lines {
    name: String,
    number: u64,
    reader: Box<dyn BufRead + Send>,
}

impl Reader {
    /// A reader of these inputs.
    #[must_use]
    pub fn new(inputs: Vec<Input>, options: ReadOptions) -> Reader {
        Reader { inputs: inputs.into_iter(), options, lines: None }
    }

    /// Leaves out the next `count` documents, those that cannot be read among them. Says how many
    /// there were.
    pub fn skip_documents(&mut self, count: u64) -> u64 {
        let mut left_out = 0;
        while left_out < count && self.next().is_some() {
            left_out += 1;
        }
        left_out
    }

    fn open(&mut self, input: &Input) -> Option<Result<Document, Error>> {
        let name = input.name();
        let jsonl = match input {
            Input::Stdin => self.options.stdin_jsonl,
            Input::File(path) => path.extension().is_some_and(|e| e == "jsonl" || e == "ndjson"),
        };
        let reader: Box<dyn Read + Send> = match input {
            Input::Stdin => Box::new(io::stdin()),
            Input::File(path) => match File::open(path) {
                Ok(file) => Box::new(file),
                Err(e) => return Some(Err(unreadable(&name, &e))),
            },
        };
        if jsonl {
            let reader = Box::new(BufReader::with_capacity(1 << 16, reader));
            self.lines = Some(Lines { name, number: 0, reader });
            return None;
        }
        Some(read_text(&name, reader, self.options.header))
    }

    fn next_line(&mut self) -> Option<Result<Document, Error>> {
        let lines = self.lines.as_mut()?;
        loop {
            let mut line = Vec::new();
            // One more byte than a document may have tells that the line is too long.
            let limit = u64::from(u32::MAX) + 1;
            match (&mut lines.reader).take(limit).read_until(b'\n', &mut line) {
                Ok(0) => return None,
                Ok(_) => lines.number += 1,
                Err(e) => {
                    let error = unreadable(&lines.name, &e);
                    self.lines = None;
                    return Some(Err(error));
                }
            }
            if !line.iter().all(u8::is_ascii_whitespace) {
                return Some(read_record(&lines.name, lines.number, &line));
            }
        }
    }
}

impl Iterator for Reader {
    type Item = Result<Document, Error>;

    fn next(&mut self) -> Option<Result<Document, Error>> {
        loop {
            if let Some(result) = self.next_line() {
                return Some(result);
            }
            self.lines = None;
            let input = self.inputs.next()?;
            if let Some(result) = self.open(&input) {
                return Some(result);
            }
        }
    }
}

fn unreadable(name: &str, error: &io::Error) -> Error {
    let what = if name == "-" { "standard input" } else { name };
    Error::new(ErrorKind::Unreadable, name, format!("{what} cannot be read: {error}"))
}

fn too_long(name: &str) -> Error {
    Error::new(ErrorKind::TooLong, name, format!("{name} has a document of 4 GiB or more"))
        .help("split it")
}

fn not_utf8(name: &str, at: usize, bytes: &[u8]) -> Error {
    let found = bytes.get(at).map_or(String::new(), |b| format!(" (0x{b:02X})"));
    let help = if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        "it begins like UTF-16: convert it, for example with `iconv -f UTF-16 -t UTF-8`"
    } else {
        "convert it, for example with `iconv -f WINDOWS-1252 -t UTF-8`"
    };
    Error::new(ErrorKind::NotUtf8, name, format!("{name} is not UTF-8: byte {at}{found}"))
        .help(help)
}

fn read_text(name: &str, reader: impl Read, header: bool) -> Result<Document, Error> {
    let mut bytes = Vec::new();
    reader
        .take(u64::from(u32::MAX) + 1)
        .read_to_end(&mut bytes)
        .map_err(|e| unreadable(name, &e))?;
    if u32::try_from(bytes.len()).is_err() {
        return Err(too_long(name));
    }
    let mut text = String::from_utf8(bytes)
        .map_err(|e| not_utf8(name, e.utf8_error().valid_up_to(), e.as_bytes()))?;
    let mut metadata = serde_json::Map::new();
    let mut offset = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    if header && let Some(header) = parse_header(&text[offset..]) {
        offset += header.length;
        metadata.insert("date".to_owned(), header.date.into());
    }
    text.drain(..offset);
    let source = Source { path: name.to_owned(), offset: Some(offset as u64), line: None };
    Ok(Document {
        id: name.to_owned(),
        text,
        metadata,
        source: Some(source),
        ..Document::default()
    })
}

fn read_record(name: &str, number: u64, line: &[u8]) -> Result<Document, Error> {
    let at_line = |mut error: Error| {
        error.id = format!("{name}:{number}");
        error.place.line = Some(number);
        error
    };
    if u32::try_from(line.len()).is_err() {
        return Err(at_line(too_long(name)));
    }
    let text = str::from_utf8(line).map_err(|e| {
        let mut error = not_utf8(name, e.valid_up_to(), line);
        error.message =
            format!("{name}:{number} is not UTF-8: byte {} of the line", e.valid_up_to());
        at_line(error)
    })?;
    let text = text.strip_prefix('\u{FEFF}').filter(|_| number == 1).unwrap_or(text);
    let bad = |message: String| {
        at_line(Error::new(ErrorKind::BadJson, name, format!("{name}:{number}: {message}")))
    };
    let record: DocumentRecord<'_> = serde_json::from_str(text).map_err(|e| {
        // The parser's message may quote what it found, but never more than a key or a type.
        bad(e.to_string()).help(
            "a line is an object with \"text\" and, if you like, \"id\" and \"metadata\" (an object for everything else)",
        )
    })?;
    let mut document = Document::try_from(record).map_err(|e| bad(e.to_string()))?;
    if document.id.is_empty() {
        document.id = format!("{name}:{number}");
    }
    if document.source.is_none() {
        document.source = Some(Source { path: name.to_owned(), offset: None, line: Some(number) });
    }
    Ok(document)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, bytes: &[u8], header: bool) -> Vec<Result<Document, Error>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let options = ReadOptions { header, stdin_jsonl: false };
        Reader::new(vec![Input::File(path)], options).collect()
    }

    #[test]
    fn texts() {
        let check = |bytes: &[u8], header, expected: Result<(&str, u64), (ErrorKind, &str)>| {
            let found = read("a.txt", bytes, header).remove(0);
            match (found, expected) {
                (Ok(d), Ok((text, offset))) => {
                    let source = d.source.unwrap();
                    assert_eq!((d.text.as_str(), source.offset), (text, Some(offset)));
                    assert_eq!(&bytes[offset as usize..], text.as_bytes());
                }
                (Err(e), Err((kind, part))) => {
                    assert_eq!(e.kind, kind);
                    assert!(e.message.contains(part), "{e}");
                }
                (found, expected) => panic!("{found:?}, expected {expected:?}"),
            }
        };
        check(b"", false, Ok(("", 0)));
        check(b" \n", false, Ok((" \n", 0)));
        check(b"a\r\nb\0", false, Ok(("a\r\nb\0", 0)));
        check(b"\xEF\xBB\xBFa", false, Ok(("a", 3)));
        check(b"\xEF\xBB\xBF date 2026-01-11 a", true, Ok(("a", 20)));
        check(b" date 2026-01-11 a", true, Ok(("a", 17)));
        check(b" date 2026-01-11 a", false, Ok((" date 2026-01-11 a", 0)));
        check(b"ab\xFFcd", false, Err((ErrorKind::NotUtf8, "byte 2 (0xFF)")));
        check(b"\xFF\xFEa\0", false, Err((ErrorKind::NotUtf8, "byte 0")));
    }

    #[test]
    fn lines() {
        let check = |text: &str, expected: &[Result<&str, (ErrorKind, &str)>]| {
            let found = read("a.jsonl", text.as_bytes(), false);
            assert_eq!(found.len(), expected.len(), "{found:?}");
            for (found, expected) in found.into_iter().zip(expected) {
                match (found, expected) {
                    (Ok(d), Ok(text)) => assert_eq!(d.text, *text),
                    (Err(e), Err((kind, part))) => {
                        assert_eq!(e.kind, *kind);
                        assert!(e.message.contains(part), "{e}");
                    }
                    (found, expected) => panic!("{found:?}, expected {expected:?}"),
                }
            }
        };
        check("", &[]);
        check("{\"text\":\"a\"}\n\n{\"text\":\"b\"}", &[Ok("a"), Ok("b")]);
        check("{\"text\":1}\n{\"text\":\"b\"}\n", &[Err((ErrorKind::BadJson, ":1:")), Ok("b")]);
        check("{\"txt\":\"a\"}", &[Err((ErrorKind::BadJson, "unknown field `txt`"))]);
        check(
            "{\"text\":\"a\",\"layers\":{\"s/l\":{\"type\":\"t\",\"kind\":\"spans\",\"annotations\":[]}}}",
            &[Err((ErrorKind::BadJson, "offsets"))],
        );
    }
}
