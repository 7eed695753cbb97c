//! Columns of tokens and tags: CoNLL-2003, the other files of its kind, and CoNLL-U.

use std::io::{self, BufRead};

use gloss_doc::Document;
use serde_json::Map;

use super::conll_line::{Columns, Content, content};
use super::conll_text::Page;
use crate::columns::Place;
use crate::read::lines::{Line, Lines};
use crate::read::open::{not_utf8, read_error, too_long};
use crate::read::{Documents, MAX_DOCUMENT};
use crate::{ConllUnit, Error, ErrorKind, ReadOptions};

/// The documents of a file of CoNLL.
///
/// The columns are those of Tjong Kim Sang and De Meulder, "Introduction to the CoNLL-2003 shared task",
/// 2003, or those of [CoNLL-U](https://universaldependencies.org/format.html).
pub struct Conll {
    name: String,
    /// `None` when they are at their end.
    lines: Option<Lines>,
    columns: Columns,
    unit: ConllUnit,
    line: Vec<u8>,
    /// `line` holds the mark that ends a document, and begins the next.
    pending: bool,
    /// Line on which the line before ended.
    before: u64,
    /// A document was marked.
    marked: bool,
}

/// The document that is being read.
struct Open {
    page: Page,
    /// The line of its mark, or of its first token.
    line: Option<u64>,
    id: String,
    sentences: u64,
    error: Option<Error>,
}

impl Open {
    /// Keeps the first error, which is what is told of the document.
    fn refuse(&mut self, line: u64, error: Error) {
        self.line.get_or_insert(line);
        self.error.get_or_insert(error);
    }

    /// Ends a sentence, and says whether there was one, or an error in its place.
    fn end_sentence(&mut self) -> bool {
        let ended = self.page.end_sentence();
        self.sentences += u64::from(ended);
        ended || self.error.is_some()
    }

    /// Whether there is nothing to tell of the document. Behind the last mark of a file is none.
    fn is_empty(&self) -> bool {
        self.page.is_empty() && self.error.is_none()
    }
}

impl Conll {
    pub fn new(
        name: String,
        reader: Box<dyn BufRead + Send>,
        universal: bool,
        options: &ReadOptions,
    ) -> Conll {
        let columns = Columns::new(universal, &options.annotations);
        let lines = Some(Lines::new(reader, MAX_DOCUMENT));
        let unit = options.annotations.unit;
        let line = Vec::new();
        Conll { name, lines, columns, unit, line, pending: false, before: 0, marked: false }
    }

    /// Reads up to the end of a document. Says whether the input goes on.
    fn read(&mut self, open: &mut Open) -> io::Result<bool> {
        loop {
            let Some(lines) = self.lines.as_mut() else { return Ok(false) };
            let found = if std::mem::take(&mut self.pending) {
                Line::Whole
            } else {
                let Some(found) = lines.next(&mut self.line)? else { return Ok(false) };
                let gap = lines.number > self.before + 1;
                self.before = lines.number;
                if gap && open.end_sentence() && self.unit == ConllUnit::Sentence {
                    self.pending = true;
                    return Ok(true);
                }
                found
            };
            let number = lines.number;
            if !self.take(open, found, number) {
                self.pending = true;
                return Ok(true);
            }
        }
    }

    /// Takes what a line says into the document; `false` where it begins another.
    fn take(&mut self, open: &mut Open, found: Line, number: u64) -> bool {
        let place = Place { input: &self.name, line: number };
        if found == Line::TooLong {
            open.refuse(number, place.place(too_long(&self.name)));
            return true;
        }
        let text = match str::from_utf8(&self.line) {
            Ok(text) => text,
            Err(e) => {
                let mut error = not_utf8(&self.name, e.valid_up_to(), &self.line);
                let what = format!("is not UTF-8: byte {} of the line", e.valid_up_to());
                error.message = format!("{}:{number} {what}", self.name);
                open.refuse(number, place.place(error));
                return true;
            }
        };
        match content(text, &self.columns, !open.page.in_sentence()) {
            Content::Mark { id } => {
                self.marked = true;
                open.end_sentence();
                if !open.is_empty() {
                    return false;
                }
                open.line = Some(number);
                id.unwrap_or_default().clone_into(&mut open.id);
            }
            Content::Text(text) => open.page.said(text),
            Content::Comment => {}
            Content::Token(token) => {
                open.line.get_or_insert(number);
                if open.error.is_none() && !open.page.push(&token) {
                    open.refuse(number, place.place(too_long(&self.name)));
                }
            }
            Content::Bad { what, help } => {
                open.refuse(number, place.error(ErrorKind::BadAnnotation, &what).help(help));
            }
        }
        true
    }

    fn finish(&self, open: Open) -> Result<Document, Error> {
        let line = open.line.unwrap_or(1);
        let place = Place { input: &self.name, line };
        if let Some(error) = open.error {
            // Its message has the line that is wrong; its place is that of the document, by which it is found
            // again.
            let mut error = place.place(error);
            if !open.id.is_empty() {
                error.id = open.id;
            }
            return Err(error);
        }
        let mut document = open
            .page
            .into_document("conll", |text| place.document(text, open.id, Map::new()))
            .map_err(|problem| place.error(ErrorKind::BadAnnotation, &problem.what))?;
        if self.unit == ConllUnit::Document && !self.marked && open.sentences > 1 {
            let sentences = open.sentences;
            document.notes.push(format!(
                "conll: nothing in the file marks documents, so its {sentences} sentences are one \
                 (`--conll-unit sentence` makes each a document)"
            ));
        }
        Ok(document)
    }
}

impl Documents for Conll {
    fn next(&mut self) -> Option<Result<Document, Error>> {
        self.lines.as_ref()?;
        let mut open = Open {
            page: Page::default(),
            line: None,
            id: String::new(),
            sentences: 0,
            error: None,
        };
        match self.read(&mut open) {
            Ok(true) => {}
            Ok(false) => {
                self.lines = None;
                open.end_sentence();
                if open.is_empty() {
                    return None;
                }
            }
            Err(e) => {
                self.lines = None;
                return Some(Err(read_error(&self.name, &e)));
            }
        }
        Some(self.finish(open))
    }

    fn skip(&mut self, count: u64) -> u64 {
        (0..count).take_while(|_| self.next().is_some()).count() as u64
    }
}
