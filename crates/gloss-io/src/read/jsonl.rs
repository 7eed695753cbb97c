//! JSONL: a document of Gloss a line, or an object with any fields.

use std::io::{self, BufRead};
use std::sync::Arc;

use gloss_doc::json::DocumentRecord;
use gloss_doc::{Document, Source};
use serde_json::{Map, Value};

use super::lines::{Line, Lines};
use super::open::{cut_off, not_utf8, read_error, too_long};
use super::{Documents, MAX_DOCUMENT};
use crate::columns::{Place, field, no_column};
use crate::{Columns, Error, ErrorKind, Input, ReadOptions};

/// How many lines are looked at for fields that must be there.
const CHECKED_LINES: usize = 100;

/// The documents of an input.
pub struct Jsonl {
    name: String,
    /// `None` when they are at their end.
    lines: Option<Lines>,
    line: Vec<u8>,
    columns: Option<Columns>,
}

impl Jsonl {
    pub fn new(name: String, reader: Box<dyn BufRead + Send>, options: &ReadOptions) -> Jsonl {
        let columns = options.columns.is_named().then(|| options.columns.clone());
        Jsonl { name, lines: Some(Lines::new(reader, MAX_DOCUMENT)), line: Vec::new(), columns }
    }

    fn document(&self, number: u64) -> Result<Document, Error> {
        let place = Place { input: &self.name, line: number };
        let text = str::from_utf8(&self.line).map_err(|e| {
            let mut error = not_utf8(&self.name, e.valid_up_to(), &self.line);
            error.message = format!(
                "{}:{number} is not UTF-8: byte {} of the line",
                self.name,
                e.valid_up_to()
            );
            place.place(error)
        })?;
        match &self.columns {
            Some(columns) => match serde_json::from_str::<Map<String, Value>>(text) {
                Ok(object) => columns.document(object, place, "jsonl"),
                Err(e) => Err(self.bad(place, &e, "a line is an object")),
            },
            None => self.record(text, place),
        }
    }

    fn record(&self, text: &str, place: Place<'_>) -> Result<Document, Error> {
        let record: DocumentRecord<'_> = serde_json::from_str(text).map_err(|e| {
            self.bad(
                place,
                &e,
                "a line is an object with \"text\" and, if you like, \"id\" and \"metadata\" (an \
                 object for everything else); name other fields that hold these with \
                 `--text-column`, `--id-column` and `--metadata-columns`",
            )
        })?;
        let mut document = Document::try_from(record)
            .map_err(|e| place.error(ErrorKind::BadJson, &e.to_string()))?;
        if document.id.is_empty() {
            document.id = place.id();
        }
        if document.source.is_none() {
            let (path, line) = (self.name.clone(), Some(place.line));
            document.source = Some(Source { path, offset: None, line });
        }
        Ok(document)
    }

    fn bad(&self, place: Place<'_>, error: &serde_json::Error, help: &str) -> Error {
        if error.is_eof() && self.line.last() != Some(&b'\n') {
            let what = format!("it ends in the middle of line {}", place.line);
            return place.place(cut_off(&self.name, &what));
        }
        // The parser's message may quote what it found, but never more than a key or a type.
        place.error(ErrorKind::BadJson, &error.to_string()).help(help)
    }

    fn fail(&mut self, error: &io::Error) -> Error {
        self.lines = None;
        read_error(&self.name, error)
    }
}

impl Documents for Jsonl {
    fn next(&mut self) -> Option<Result<Document, Error>> {
        let lines = self.lines.as_mut()?;
        match lines.next(&mut self.line) {
            Ok(None) => {
                self.lines = None;
                None
            }
            Ok(Some(Line::Whole)) => {
                let number = lines.number;
                Some(self.document(number))
            }
            Ok(Some(Line::TooLong)) => {
                let place = Place { input: &self.name, line: lines.number };
                Some(Err(place.place(too_long(&self.name))))
            }
            Err(e) => Some(Err(self.fail(&e))),
        }
    }

    fn skip(&mut self, count: u64) -> u64 {
        let mut skipped = 0;
        while skipped < count
            && let Some(lines) = self.lines.as_mut()
        {
            match lines.skip() {
                Ok(true) => skipped += 1,
                Ok(false) => self.lines = None,
                Err(_) => {
                    self.lines = None;
                    skipped += 1;
                }
            }
        }
        skipped
    }
}

/// Looks whether the first lines have the fields that must be there. A single line may lack one.
pub fn check(input: &Input, options: &ReadOptions) -> Result<(), Error> {
    if !options.columns.is_named() {
        return Ok(());
    }
    let name = input.name();
    let opened = super::open::open(input, options.format_of(input).compression, &Arc::default())?;
    let decoded = crate::encoding::decode(opened.reader, options.encoding, false);
    let reader = decoded.map_err(|e| read_error(&name, &e))?.reader;
    let (mut lines, mut line) = (Lines::new(reader, MAX_DOCUMENT), Vec::new());
    let mut objects: Vec<Map<String, Value>> = Vec::new();
    for _ in 0..CHECKED_LINES {
        // What else is wrong with a line is that document's affair.
        let Ok(Some(found)) = lines.next(&mut line) else { break };
        if found == Line::Whole {
            objects.extend(serde_json::from_slice::<Map<String, Value>>(&line).ok());
        }
    }
    let missing = |name: &&str| objects.iter().all(|object| field(object, name).is_none());
    let required = options.columns.required();
    match required.into_iter().find(missing).filter(|_| !objects.is_empty()) {
        Some(missing) => {
            let mut there_are: Vec<&str> =
                objects.iter().flat_map(|object| object.keys().map(String::as_str)).collect();
            there_are.sort_unstable();
            there_are.dedup();
            Err(no_column(&name, missing, &there_are))
        }
        None => Ok(()),
    }
}
