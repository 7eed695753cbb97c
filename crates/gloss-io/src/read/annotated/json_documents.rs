//! Documents of JSON values, whatever tool wrote them.

use std::collections::VecDeque;
use std::io::BufRead;

use gloss_doc::Document;
use serde::Deserialize;

use super::json_values::{Found, Items, JsonValues};
use super::layers::Problem;
use crate::columns::Place;
use crate::read::lines::Lines;
use crate::read::open::{cut_off, not_utf8, read_error, too_long};
use crate::read::{Documents, MAX_DOCUMENT};
use crate::{Error, ErrorKind};

/// What a tool's values are.
pub trait Tool: Send {
    /// The documents of a value.
    fn read(&self, value: &Value<'_>) -> Result<Vec<Document>, Error>;
}

/// A value of a file.
#[derive(Clone, Copy)]
pub struct Value<'a> {
    pub text: &'a str,
    pub place: Place<'a>,
    /// Nothing ends its line.
    last: bool,
}

impl<'a> Value<'a> {
    /// What the value is, as a tool has it.
    pub fn parse<T: Deserialize<'a>>(&self, help: &str) -> Result<T, Error> {
        serde_json::from_str(self.text).map_err(|e| {
            if e.is_eof() && self.last {
                let what = format!("it ends in the middle of line {}", self.place.line);
                return self.place.place(cut_off(self.place.input, &what));
            }
            self.place.error(ErrorKind::BadAnnotation, &without_text(&e)).help(help)
        })
    }

    pub fn problem(&self, problem: &Problem) -> Error {
        self.place.error(ErrorKind::BadAnnotation, &problem.what).help(problem.help.as_str())
    }
}

/// What a parser says, without the texts that it quotes.
pub fn without_text(error: &serde_json::Error) -> String {
    let message = error.to_string();
    match (message.find("string \""), message.rfind("\", expected")) {
        (Some(begin), Some(end)) => {
            format!("{}a string{}", &message[..begin], &message[end + 1..])
        }
        _ => message,
    }
}

/// The documents of an input.
pub struct JsonDocuments {
    name: String,
    /// `None` when they are at their end.
    values: Option<JsonValues>,
    value: Vec<u8>,
    /// Documents of a value that was read.
    pending: VecDeque<Document>,
    tool: Box<dyn Tool>,
}

impl JsonDocuments {
    pub fn new(
        name: String,
        reader: Box<dyn BufRead + Send>,
        is_lines: bool,
        tool: Box<dyn Tool>,
    ) -> JsonDocuments {
        let values = if is_lines {
            JsonValues::Lines(Lines::new(reader, MAX_DOCUMENT))
        } else {
            JsonValues::Items(Items::new(reader, MAX_DOCUMENT))
        };
        let (value, pending) = (Vec::new(), VecDeque::new());
        JsonDocuments { name, values: Some(values), value, pending, tool }
    }

    fn read(&self, number: u64, is_lines: bool) -> Result<Vec<Document>, Error> {
        let place = Place { input: &self.name, line: number };
        let text = str::from_utf8(&self.value).map_err(|e| {
            let mut error = not_utf8(&self.name, e.valid_up_to(), &self.value);
            error.message =
                format!("{}:{number} is not UTF-8: byte {} of it", self.name, e.valid_up_to());
            place.place(error)
        })?;
        let last = is_lines && !text.ends_with('\n');
        self.tool.read(&Value { text, place, last })
    }

    fn refuse(&self, found: Found, number: u64) -> Error {
        let place = Place { input: &self.name, line: number };
        match found {
            Found::TooLong => place.place(too_long(&self.name)),
            Found::Junk => {
                let what = "a comma, or the array's end, was expected behind this item";
                place.error(ErrorKind::BadAnnotation, what).help(
                    "what stands behind is not read: an array has commas between its items, and nothing \
                     behind its end",
                )
            }
            Found::CutOff | Found::Whole => {
                let what = format!("it ends in the middle of item {}", number.max(1));
                place.place(cut_off(&self.name, &what))
            }
        }
    }
}

impl Documents for JsonDocuments {
    fn next(&mut self) -> Option<Result<Document, Error>> {
        loop {
            if let Some(document) = self.pending.pop_front() {
                return Some(Ok(document));
            }
            let values = self.values.as_mut()?;
            let is_lines = matches!(values, JsonValues::Lines(_));
            let found = values.next(&mut self.value);
            let number = values.number();
            match found {
                Ok(Some(Found::Whole)) => match self.read(number, is_lines) {
                    Ok(documents) => self.pending.extend(documents),
                    Err(error) => return Some(Err(error)),
                },
                Ok(Some(other)) => return Some(Err(self.refuse(other, number))),
                Ok(None) => self.values = None,
                Err(e) => {
                    self.values = None;
                    return Some(Err(read_error(&self.name, &e)));
                }
            }
        }
    }

    /// What a value holds, and whether it is left out, is only known when it is read.
    fn skip(&mut self, count: u64) -> u64 {
        (0..count).take_while(|_| self.next().is_some()).count() as u64
    }
}
