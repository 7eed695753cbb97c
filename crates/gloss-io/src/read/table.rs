//! CSV and TSV: a row is a document.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, BufRead};

use gloss_doc::Document;
use serde_json::{Map, Value};

use super::Documents;
use super::open::{cut_off, not_utf8, read_error};
use super::records::{Record, Records};
use crate::columns::{Place, no_column};
use crate::{ClassColumns, Error, ErrorKind, Format, ReadOptions};

/// The documents of a table.
pub struct Table {
    name: String,
    /// `None` when they are at their end.
    records: Option<Records>,
    width: usize,
    /// A table of classes may have none.
    text: Option<usize>,
    id: Option<usize>,
    classes: ClassColumns,
    /// The columns of classes, by name.
    class_columns: HashMap<String, usize>,
    /// What layers are of.
    stage: &'static str,
    /// Columns that go into the metadata, each with its name there.
    metadata: Vec<(usize, String)>,
    /// The first row is a document: it was read to learn how many columns there are.
    pending: bool,
}

impl Table {
    /// Reads the header and finds the columns.
    pub fn open(
        name: String,
        reader: Box<dyn BufRead + Send>,
        format: Format,
        options: &ReadOptions,
    ) -> Result<Table, Error> {
        let default = if format == Format::Tsv { b'\t' } else { b',' };
        let delimiter = options.table.delimiter.unwrap_or(default);
        let mut records = Records::new(reader, delimiter, options.table);
        let empty = Table {
            name,
            records: None,
            width: 0,
            text: None,
            id: None,
            classes: options.columns.classes.clone(),
            class_columns: HashMap::new(),
            stage: if format == Format::Tsv { "tsv" } else { "csv" },
            metadata: Vec::new(),
            pending: false,
        };
        match records.next().map_err(|e| read_error(&empty.name, &e))? {
            None => return Ok(empty),
            Some(Record::Whole) => {}
            Some(bad) => return Err(bad_record(&empty.name, records.line, bad)),
        }
        let width = records.fields().len();
        let names: Vec<String> = if options.table.header_row {
            let names = records.fields().map(|name| str::from_utf8(name).map(str::to_owned));
            names.collect::<Result<_, _>>().map_err(|_| not_utf8(&empty.name, 0, &[]))?
        } else {
            (1..=width).map(|number| number.to_string()).collect()
        };
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let find = |column: &str| find(&empty.name, &names, column);
        let columns = &options.columns;
        for column in columns.required() {
            find(column)?;
        }
        let has_text = names.contains(&columns.text()) || !columns.text_is_optional();
        let text = has_text.then(|| find(columns.text())).transpose()?;
        let class_columns = columns.classes.names().map(|name| Ok((name.to_owned(), find(name)?)));
        let class_columns = class_columns.collect::<Result<_, Error>>()?;
        let id = names.contains(&columns.id()).then(|| find(columns.id())).transpose()?;
        let metadata = columns.metadata(names.iter().copied()).into_iter();
        let metadata = metadata.map(|(column, key)| Ok((find(column)?, key.to_owned())));
        let metadata = metadata.collect::<Result<_, Error>>()?;
        let pending = !options.table.header_row;
        let records = Some(records);
        Ok(Table { records, width, text, id, class_columns, metadata, pending, ..empty })
    }

    fn document(&self, records: &Records) -> Result<Document, Error> {
        let place = Place { input: &self.name, line: records.line };
        let fields: Vec<&[u8]> = records.fields().collect();
        if fields.len() != self.width {
            let what = format!("the row has {} fields, and not {}", fields.len(), self.width);
            return Err(place
                .error(ErrorKind::BadRow, &what)
                .help("fields in which the separator or a line break stands must be in quotes"));
        }
        let read = |index: usize| -> Result<String, Error> {
            let text = str::from_utf8(fields[index]).map_err(|e| {
                let mut error = not_utf8(&self.name, e.valid_up_to(), fields[index]);
                error.message = format!(
                    "{}:{} is not UTF-8: byte {} of field {}",
                    self.name,
                    records.line,
                    e.valid_up_to(),
                    index + 1
                );
                place.place(error)
            })?;
            Ok(text.to_owned())
        };
        let id = self.id.map_or(Ok(String::new()), read)?;
        let mut metadata = Map::new();
        for (index, key) in &self.metadata {
            metadata.insert(key.clone(), Value::String(read(*index)?));
        }
        let mut read_classes = HashMap::new();
        for (name, index) in &self.class_columns {
            read_classes.insert(name.as_str(), Value::String(read(*index)?));
        }
        let mut document = place.document(self.text.map_or(Ok(String::new()), read)?, id, metadata);
        self.classes
            .put_into(&mut document, self.stage, |name| read_classes.get(name).map(Cow::Borrowed))
            .map_err(|what| place.error(ErrorKind::BadRow, &what))?;
        Ok(document)
    }

    /// Goes to the next record, and says whether there is one.
    fn advance(&mut self) -> Option<io::Result<Record>> {
        if std::mem::take(&mut self.pending) {
            return Some(Ok(Record::Whole));
        }
        let found = self.records.as_mut()?.next().transpose();
        if !matches!(found, Some(Ok(_))) {
            self.records = None;
        }
        found
    }
}

/// The index of a column; one that is there twice cannot be meant.
fn find(input: &str, names: &[&str], column: &str) -> Result<usize, Error> {
    let mut found = names.iter().enumerate().filter(|(_, name)| **name == column);
    match (found.next(), found.next()) {
        (Some((index, _)), None) => Ok(index),
        (Some(_), Some(_)) => {
            let message = format!("{input} has several columns {column:?}");
            Err(Error::new(ErrorKind::NoColumn, input, message).help(
                "rename one, or leave them out by naming what is wanted (`--metadata-columns`)",
            ))
        }
        (None, _) => Err(no_column(input, column, names)),
    }
}

fn bad_record(name: &str, line: u64, record: Record) -> Error {
    let place = Place { input: name, line };
    if record == Record::Unclosed {
        let what = format!("a quote in the row that begins on line {line} is not closed");
        return place
            .place(cut_off(name, &what))
            .help("close it; or say that the table has no quotes (`--quote \"\"`)");
    }
    place
        .error(ErrorKind::BadRow, "the row has more than 256 MiB or a million fields")
        .help("is a quote not closed? say so where the table has no quotes (`--quote \"\"`)")
}

impl Documents for Table {
    fn next(&mut self) -> Option<Result<Document, Error>> {
        match self.advance()? {
            Err(e) => Some(Err(read_error(&self.name, &e))),
            Ok(Record::Whole) => self.records.as_ref().map(|records| self.document(records)),
            Ok(bad) => {
                let line = self.records.as_ref().map_or(0, |records| records.line);
                Some(Err(bad_record(&self.name, line, bad)))
            }
        }
    }

    fn skip(&mut self, count: u64) -> u64 {
        (0..count).take_while(|_| self.advance().is_some()).count() as u64
    }
}
