//! The values of a file of JSON one by one: items of an array, values one after another, or lines.

use std::io::{self, BufRead};

use crate::read::lines::{Line, Lines};

/// The values of an input.
pub enum JsonValues {
    /// A value a line.
    Lines(Lines),
    /// The items of an array, or values with white space between them, however they are laid out.
    Items(Items),
}

/// A value that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// It is in the buffer. Whether it is well formed nobody looked.
    Whole,
    /// It has more bytes than it may, and was left out.
    TooLong,
    /// The input ends within it.
    CutOff,
    /// Something stands between the items of an array that must not; nothing more is read.
    Junk,
}

impl JsonValues {
    /// The number of the line, or of the item, that was read last; from 1.
    pub fn number(&self) -> u64 {
        match self {
            JsonValues::Lines(lines) => lines.number,
            JsonValues::Items(items) => items.number,
        }
    }

    /// Reads the next value into `value`.
    pub fn next(&mut self, value: &mut Vec<u8>) -> io::Result<Option<Found>> {
        match self {
            JsonValues::Lines(lines) => Ok(lines.next(value)?.map(|line| match line {
                Line::Whole => Found::Whole,
                Line::TooLong => Found::TooLong,
            })),
            JsonValues::Items(items) => items.next(value),
        }
    }
}

/// Values that are found by their brackets alone, so that what is wrong with one is its own affair.
pub struct Items {
    reader: Box<dyn BufRead + Send>,
    limit: u64,
    number: u64,
    place: Place,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the first value.
    Front,
    /// In an array, before its first item.
    Opened,
    /// In an array, behind an item.
    Item,
    /// Behind a value that is in no array.
    Value,
    End,
}

impl Items {
    /// Values of at most `limit` bytes.
    pub fn new(reader: Box<dyn BufRead + Send>, limit: u64) -> Items {
        Items { reader, limit, number: 0, place: Place::Front }
    }

    fn next(&mut self, value: &mut Vec<u8>) -> io::Result<Option<Found>> {
        value.clear();
        loop {
            let Some(byte) = self.peek()? else {
                let cut = matches!(self.place, Place::Opened | Place::Item);
                self.place = Place::End;
                return Ok(cut.then_some(Found::CutOff));
            };
            match (self.place, byte) {
                (Place::End, _) => return Ok(None),
                (Place::Front, b'[') => {
                    self.reader.consume(1);
                    self.place = Place::Opened;
                }
                (Place::Opened | Place::Item, b']') => {
                    self.reader.consume(1);
                    self.place = Place::Value;
                    // Behind an array there is nothing.
                    if self.peek()?.is_some() {
                        self.place = Place::End;
                        return Ok(Some(Found::Junk));
                    }
                }
                (Place::Item, b',') => {
                    self.reader.consume(1);
                    self.number += 1;
                    return self.value(value, Place::Item).map(Some);
                }
                (Place::Item, _) => {
                    self.place = Place::End;
                    return Ok(Some(Found::Junk));
                }
                (place, _) => {
                    self.number += 1;
                    let behind = if place == Place::Opened { Place::Item } else { Place::Value };
                    return self.value(value, behind).map(Some);
                }
            }
        }
    }

    /// The next byte that is not white space.
    fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                return Ok(None);
            }
            match buffer.iter().position(|byte| !byte.is_ascii_whitespace()) {
                Some(at) => {
                    let byte = buffer[at];
                    self.reader.consume(at);
                    return Ok(Some(byte));
                }
                None => {
                    let length = buffer.len();
                    self.reader.consume(length);
                }
            }
        }
    }

    /// Reads a value up to where its brackets are closed.
    fn value(&mut self, value: &mut Vec<u8>, behind: Place) -> io::Result<Found> {
        if self.peek()?.is_none() {
            self.place = Place::End;
            return Ok(Found::CutOff);
        }
        let (mut scan, mut length) = (Scan::default(), 0_u64);
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                self.place = Place::End;
                let number = scan.is_bare() && behind == Place::Value;
                return Ok(if number { Found::Whole } else { Found::CutOff });
            }
            let end = scan.end(buffer);
            let part = end.unwrap_or(buffer.len());
            length += part as u64;
            if length <= self.limit {
                value.extend_from_slice(&buffer[..part]);
            }
            self.reader.consume(part);
            if end.is_some() {
                self.place = behind;
                return Ok(if length <= self.limit { Found::Whole } else { Found::TooLong });
            }
        }
    }
}

/// Where a value ends.
#[derive(Default)]
pub struct Scan {
    depth: u64,
    in_string: bool,
    escaped: bool,
    begun: bool,
    closed: bool,
}

impl Scan {
    /// A number or a word, which nothing closes.
    fn is_bare(&self) -> bool {
        self.begun && self.depth == 0 && !self.in_string
    }

    /// Where the value ends in the next bytes, exclusive; nothing where it goes on behind them.
    pub fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        for (at, &byte) in bytes.iter().enumerate() {
            if self.closed {
                return Some(at);
            }
            if self.in_string {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => {
                        self.in_string = false;
                        self.closed = self.depth == 0;
                    }
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth > 0 => {
                    self.depth -= 1;
                    self.closed = self.depth == 0;
                }
                // What ends a number or a word. A first byte is part of the value whatever it is, so that
                // reading gets on.
                b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n'
                    if self.depth == 0 && self.begun =>
                {
                    return Some(at);
                }
                _ => {}
            }
            self.begun = true;
        }
        self.closed.then_some(bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Cursor};

    use super::*;

    #[test]
    fn values_are_found() {
        let check = |text: &str, expected: &[&str]| {
            for capacity in [1, 3, 100] {
                let reader =
                    BufReader::with_capacity(capacity, Cursor::new(text.as_bytes().to_vec()));
                let (mut items, mut value) = (Items::new(Box::new(reader), 12), Vec::new());
                let mut found = Vec::new();
                while let Some(what) = items.next(&mut value).unwrap() {
                    let text = String::from_utf8_lossy(&value);
                    found.push(match what {
                        Found::Whole => format!("{} {text}", items.number),
                        other => format!("{} {other:?}", items.number),
                    });
                }
                assert_eq!(found, expected, "{text:?} by {capacity}");
            }
        };
        check("", &[]);
        check("[]", &[]);
        check(" [ ] ", &[]);
        check("[{\"a\":[1]}, {}\n,2]", &["1 {\"a\":[1]}", "2 {}", "3 2"]);
        check("{\"a\":\"}\"}\n{}", &["1 {\"a\":\"}\"}", "2 {}"]);
        check("{\n\"a\": 1\n}", &["1 {\n\"a\": 1\n}"]);
        check("[\"\\\"]\", {}]", &["1 \"\\\"]\"", "2 {}"]);
        check("[{}", &["1 {}", "1 CutOff"]);
        check("[{}, {\"a\"", &["1 {}", "2 CutOff"]);
        check("[{},", &["1 {}", "2 CutOff"]);
        check("[", &["0 CutOff"]);
        check("[{} {}]", &["1 {}", "1 Junk"]);
        check("[{}] {}", &["1 {}", "1 Junk"]);
        check("[{\"a\":\"bcdefghijkl\"}, 1]", &["1 TooLong", "2 1"]);
        check("1 2", &["1 1", "2 2"]);
        check("[,1]", &["1 ,1"]);
        check("]", &["1 ]"]);
        check("}}", &["1 }", "2 }"]);
    }
}
