//! Documents of a quarantine file, to be tried again.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use gloss_doc::json::DocumentRecord;
use gloss_doc::{Document, Source};
use gloss_host::InputFailure;
use gloss_io::{Input, ReadOptions, Reader};

use crate::documents::unreadable;
use crate::error::{Error, ErrorKind, Result};
use crate::quarantine::{Line, SCHEMA};

/// Reads a quarantine file: each document with its position in the input of the run in which it
/// failed. Those that could not be read then are read again from where they were.
pub struct Retry {
    lines: BufReader<File>,
    name: String,
    number: u64,
    read: ReadOptions,
    /// Nothing more can be read.
    ended: bool,
    /// The file in which the last document was found; the next is behind it as a rule.
    open: Option<Reopened>,
}

/// A file of one document a line that is being read again.
struct Reopened {
    path: String,
    reader: Reader,
    /// The last line of which anything was given or left out.
    passed: u64,
    /// What was read of a later line, with its number.
    ahead: Option<(u64, gloss_host::Input)>,
}

impl Retry {
    /// Opens a quarantine file.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(path: &Path, read: ReadOptions) -> Result<Retry> {
        let file = File::open(path).map_err(|e| {
            let help = "name the quarantine file of a run";
            Error::system(
                ErrorKind::NotQuarantine,
                "the quarantine file cannot be read:",
                path,
                e,
                help,
            )
        })?;
        let name = path.to_string_lossy().into_owned();
        let lines = BufReader::with_capacity(1 << 16, file);
        Ok(Retry { lines, name, number: 0, read, ended: false, open: None })
    }

    /// The next line that is not blank.
    fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            let mut line = Vec::new();
            if self.lines.read_until(b'\n', &mut line)? == 0 {
                return Ok(None);
            }
            self.number += 1;
            if !line.iter().all(u8::is_ascii_whitespace) {
                return Ok(Some(line));
            }
        }
    }

    /// What a line holds; `None` where the document is among the results of its run.
    fn document(&mut self, line: &[u8]) -> Option<(u64, gloss_host::Input)> {
        let line: Line<'_, DocumentRecord<'_>> = match serde_json::from_slice(line) {
            Ok(line) => line,
            // The parser's message may quote what it found, but never more than a key or a type.
            Err(e) => return Some((self.number - 1, Err(self.refuse(&e.to_string())))),
        };
        if line.schema != SCHEMA {
            let message = format!("its schema is {:?}; this version reads {SCHEMA:?}", line.schema);
            return Some((self.number - 1, Err(self.refuse(&message))));
        }
        if !line.fatal {
            return None;
        }
        let id = line.id.into_owned();
        let input = match (line.document, line.source) {
            (Some(record), None) => match Document::try_from(record) {
                Ok(mut document) => {
                    if document.id.is_empty() {
                        document.id = id;
                    }
                    Ok(document)
                }
                Err(e) => Err(self.refuse(&e.to_string())),
            },
            (None, Some(source)) => self.read_again(&id, source.into_owned()),
            _ => Err(self.refuse("it needs either \"document\" or \"source\"")),
        };
        Some((line.position, input))
    }

    fn refuse(&self, problem: &str) -> InputFailure {
        InputFailure {
            id: format!("{}:{}", self.name, self.number),
            source: Box::new(Source {
                path: self.name.clone(),
                offset: None,
                line: Some(self.number),
            }),
            code: ErrorKind::NotQuarantine.code().to_owned(),
            message: format!("{}:{}: {problem}", self.name, self.number),
            help: "`--retry` takes what a run wrote to its quarantine file".to_owned(),
        }
    }

    /// Reads a document from where it was to be read.
    fn read_again(&mut self, id: &str, source: Source) -> gloss_host::Input {
        if source.path == "-" {
            let help = "give what it was read from as an input";
            return Err(lost(id, source, "it was read from standard input", help));
        }
        match source.line {
            Some(line) => self.line_of(id, source, line),
            None => {
                let input = Input::File(PathBuf::from(&source.path));
                let only = Reader::new(vec![input], self.read.clone()).next();
                let many =
                    |document: &Document| document.source.as_ref().is_none_or(|s| s.line.is_some());
                match only {
                    Some(Ok(document)) if many(&document) => {
                        let message =
                            "its file has many documents, of which some may have been read";
                        Err(lost(id, source, message, "give the file as an input"))
                    }
                    Some(item) => item.map_err(unreadable),
                    None => Err(lost(id, source, "its file has no document", "restore the file")),
                }
            }
        }
    }

    /// The document on a line of a file.
    fn line_of(&mut self, id: &str, source: Source, line: u64) -> gloss_host::Input {
        let fits = |open: &Reopened| open.path == source.path && open.passed < line;
        let open = self.open.take().filter(fits);
        let mut open = open.unwrap_or_else(|| Reopened {
            path: source.path.clone(),
            reader: Reader::new(vec![Input::File(PathBuf::from(&source.path))], self.read.clone()),
            passed: 0,
            ahead: None,
        });
        loop {
            let next = open.ahead.take().or_else(|| {
                let item = open.reader.next()?;
                let place = match &item {
                    Ok(document) => document.source.as_ref().and_then(|s| s.line),
                    Err(error) => error.place.line,
                };
                // Without a line it is an error of the whole file.
                Some((place.unwrap_or(line), item.map_err(unreadable)))
            });
            match next {
                Some((number, item)) if number == line => {
                    open.passed = line;
                    self.open = Some(open);
                    return item;
                }
                Some((number, _)) if number < line => {}
                later => {
                    open.passed = line;
                    open.ahead = later;
                    self.open = Some(open);
                    let message = format!("there is no document on line {line} of its file now");
                    return Err(lost(id, source, &message, "restore the file"));
                }
            }
        }
    }
}

fn lost(id: &str, source: Source, why: &str, help: &str) -> InputFailure {
    InputFailure {
        id: id.to_owned(),
        source: Box::new(source),
        code: ErrorKind::NotRetried.code().to_owned(),
        message: format!("{id} cannot be read again: {why}"),
        help: help.to_owned(),
    }
}

impl Iterator for Retry {
    /// The position, and what was read.
    type Item = (u64, gloss_host::Input);

    fn next(&mut self) -> Option<(u64, gloss_host::Input)> {
        if self.ended {
            return None;
        }
        loop {
            match self.line() {
                Ok(line) => {
                    if let Some(found) = self.document(&line?) {
                        return Some(found);
                    }
                }
                Err(e) => {
                    self.ended = true;
                    self.number += 1;
                    let problem = self.refuse(&format!("it cannot be read: {e}"));
                    return Some((self.number - 1, Err(problem)));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn line(position: u64, rest: serde_json::Value) -> String {
        let mut line = json!({
            "schema": SCHEMA, "position": position, "id": format!("id{position}"),
            "errors": [{ "code": "G0500", "message": "m", "help": "" }],
        });
        line.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        format!("{line}\n")
    }

    /// What each line of a quarantine file gives: position, and a text or the code of an error.
    fn check(folder: &Path, lines: &[String], expected: &[(u64, std::result::Result<&str, &str>)]) {
        let path = folder.join("q.jsonl");
        std::fs::write(&path, lines.concat()).unwrap();
        let found: Vec<_> = Retry::open(&path, ReadOptions::default()).unwrap().collect();
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for ((position, input), (at, expected)) in found.iter().zip(expected) {
            let input = input.as_ref();
            let input = input.map(|d| d.text.as_str()).map_err(|e| e.code.as_str());
            assert_eq!((position, input), (at, *expected), "{found:?}");
        }
    }

    #[test]
    fn documents_are_had_again() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
        std::fs::write(path("a.txt"), "mended").unwrap();
        std::fs::write(path("b.txt"), b"\xFF").unwrap();
        std::fs::write(
            path("c.jsonl"),
            "{\"text\":\"1\"}\n\n3\n{\"text\":\"4\"}\n{\"text\":\"5\"}\n",
        )
        .unwrap();
        let at = |name: &str, line: Option<u64>| json!({ "source": { "path": path(name), "line": line } });
        let lines = [
            line(7, json!({ "document": { "text": "kept" } })),
            "\n".to_owned(),
            line(9, at("a.txt", None)),
            line(10, at("b.txt", None)),
            line(11, at("none.txt", None)),
            line(12, at("c.jsonl", Some(1))),
            line(13, at("c.jsonl", Some(2))),
            line(14, at("c.jsonl", Some(3))),
            line(15, at("c.jsonl", Some(4))),
            line(16, at("c.jsonl", Some(6))),
            // Back in the file.
            line(17, at("c.jsonl", Some(1))),
            line(18, at("c.jsonl", None)),
            line(19, json!({ "source": { "path": "-", "line": 3 } })),
        ];
        let expected = [
            (7, Ok("kept")),
            (9, Ok("mended")),
            (10, Err("G0202")),
            (11, Err("G0201")),
            (12, Ok("1")),
            (13, Err("G0710")),
            (14, Err("G0203")),
            (15, Ok("4")),
            (16, Err("G0710")),
            (17, Ok("1")),
            (18, Err("G0710")),
            (19, Err("G0710")),
        ];
        check(folder, &lines, &expected);
    }

    #[test]
    fn lines_that_are_not_of_a_quarantine_are_one_error_each() {
        let folder = tempfile::tempdir().unwrap();
        let good = || line(3, json!({ "document": { "text": "kept" } }));
        let other = good().replace(SCHEMA, "gloss.quarantine/9");
        let lines = [
            "{\"id\":\"a\",\"text\":\"a document\"}\n".to_owned(),
            "no JSON\n".to_owned(),
            "\u{FF}\n".to_owned(),
            other,
            line(4, json!({})),
            good(),
            "{\"schema\"".to_owned(),
        ];
        let refused = |position| (position, Err("G0709"));
        let expected = [
            refused(0),
            refused(1),
            refused(2),
            refused(3),
            (4, Err("G0709")),
            (3, Ok("kept")),
            refused(6),
        ];
        check(folder.path(), &lines, &expected);
    }
}
