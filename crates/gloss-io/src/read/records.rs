//! Records of CSV and TSV (RFC 4180), of bounded length, whatever quotes are left open.

use std::io::{self, BufRead};

use csv_core::ReadRecordResult;

use crate::TableOptions;

/// The most bytes of a record, and the most fields.
const MAX_RECORD: usize = 1 << 28;
const MAX_FIELDS: usize = 1 << 20;

/// The records of an input.
pub struct Records {
    reader: Box<dyn BufRead + Send>,
    core: csv_core::Reader,
    fields: Vec<u8>,
    ends: Vec<usize>,
    /// How much of both is of the current record.
    used: (usize, usize),
    /// Line on which the current record begins, from 1.
    pub line: u64,
    next_line: u64,
    max_record: usize,
}

/// A record that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    Whole,
    /// It is larger than it may be, and was left out.
    TooLarge,
    /// The input ends within quotes.
    Unclosed,
}

impl Records {
    pub fn new(reader: Box<dyn BufRead + Send>, delimiter: u8, options: TableOptions) -> Records {
        let core = csv_core::ReaderBuilder::new()
            .delimiter(delimiter)
            .quoting(options.quote.is_some())
            .quote(options.quote.unwrap_or(b'"'))
            .build();
        Records {
            reader,
            core,
            fields: vec![0; 1 << 12],
            ends: vec![0; 64],
            used: (0, 0),
            line: 0,
            next_line: 1,
            max_record: MAX_RECORD,
        }
    }

    /// The fields of the record that was read last.
    pub fn fields(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        let mut begin = 0;
        self.ends[..self.used.1].iter().map(move |&end| {
            let field = &self.fields[begin..end];
            begin = end;
            field
        })
    }

    /// Reads the next record, of those that are not empty lines.
    pub fn next(&mut self) -> io::Result<Option<Record>> {
        self.used = (0, 0);
        if !self.begin()? {
            return Ok(None);
        }
        self.line = self.next_line;
        let mut whole = true;
        loop {
            let buffer = self.reader.fill_buf()?;
            let at_end = buffer.is_empty();
            // A line end completes the last record, unless it stands within quotes.
            let input = if at_end { b"\n" } else { buffer };
            let (result, read, written, ended) = self.core.read_record(
                input,
                &mut self.fields[self.used.0..],
                &mut self.ends[self.used.1..],
            );
            self.next_line += memchr::memchr_iter(b'\n', &input[..read]).count() as u64;
            if !at_end {
                self.reader.consume(read);
            }
            self.used = (self.used.0 + written, self.used.1 + ended);
            match result {
                ReadRecordResult::InputEmpty if at_end => {
                    self.core.reset();
                    self.used = (0, 0);
                    return Ok(Some(Record::Unclosed));
                }
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    whole &= self.grow(result);
                    if !whole {
                        // The rest is read over what is left out.
                        self.used = (0, 0);
                    }
                }
                ReadRecordResult::Record | ReadRecordResult::End => {
                    if whole {
                        return Ok(Some(Record::Whole));
                    }
                    self.used = (0, 0);
                    return Ok(Some(Record::TooLarge));
                }
            }
        }
    }

    /// Goes to where the next record begins, and says whether there is one.
    fn begin(&mut self) -> io::Result<bool> {
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                return Ok(false);
            }
            let ends = buffer.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
            let more = ends < buffer.len();
            self.next_line += memchr::memchr_iter(b'\n', &buffer[..ends]).count() as u64;
            self.reader.consume(ends);
            if more {
                return Ok(true);
            }
        }
    }

    /// Makes room for more of a record, if it may have more.
    fn grow(&mut self, full: ReadRecordResult) -> bool {
        if full == ReadRecordResult::OutputFull {
            let longer = (self.fields.len() * 2).min(self.max_record);
            let may = longer > self.fields.len();
            self.fields.resize(longer, 0);
            may
        } else {
            let longer = (self.ends.len() * 2).min(MAX_FIELDS);
            let may = longer > self.ends.len();
            self.ends.resize(longer, 0);
            may
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Cursor};

    use super::*;

    /// A record with its line and its fields.
    type Found<'a> = (u64, Record, &'a [&'a str]);

    fn check(text: &str, expected: &[Found<'_>]) {
        for buffer in [1, 2, 7, 1000] {
            let input = BufReader::with_capacity(buffer, Cursor::new(text.as_bytes().to_vec()));
            let mut records = Records::new(Box::new(input), b',', TableOptions::default());
            records.fields = vec![0; 1];
            records.ends = vec![0; 1];
            records.max_record = 20;
            let mut found = Vec::new();
            while let Some(record) = records.next().unwrap() {
                let fields = records.fields().map(|f| String::from_utf8_lossy(f).into_owned());
                let fields = fields.collect::<Vec<_>>();
                found.push((records.line, record, fields));
            }
            let found: Vec<(u64, Record, Vec<&str>)> = found
                .iter()
                .map(|(line, record, f)| (*line, *record, f.iter().map(String::as_str).collect()))
                .collect();
            let expected: Vec<_> = expected.iter().map(|(l, r, f)| (*l, *r, f.to_vec())).collect();
            assert_eq!(found, expected, "{text:?} by {buffer}");
        }
    }

    #[test]
    fn records() {
        use Record::{TooLarge, Unclosed, Whole};
        check("", &[]);
        check("\n\r\n", &[]);
        check("a,b\n", &[(1, Whole, &["a", "b"])]);
        check("a,b\r\nc,d", &[(1, Whole, &["a", "b"]), (2, Whole, &["c", "d"])]);
        check("a,\n,b\n", &[(1, Whole, &["a", ""]), (2, Whole, &["", "b"])]);
        check("\"a\n\"\"b\"\"\",c\n\nd\n", &[(1, Whole, &["a\n\"b\"", "c"]), (4, Whole, &["d"])]);
        check("\"\"", &[(1, Whole, &[""])]);
        check("a\n\"b\nc\n", &[(1, Whole, &["a"]), (2, Unclosed, &[])]);
        check("a\n\"", &[(1, Whole, &["a"]), (2, Unclosed, &[])]);
        check("a b\"c\nd", &[(1, Whole, &["a b\"c"]), (2, Whole, &["d"])]);
        let long = "x".repeat(50);
        check(&format!("{long},{long}\nb\n"), &[(1, TooLarge, &[]), (2, Whole, &["b"])]);
        check(&format!("a\n\"{long}\n{long}"), &[(1, Whole, &["a"]), (2, Unclosed, &[])]);
    }
}
