//! Streams documents from inputs of any format.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use gloss_doc::Document;

use crate::fingerprint::Watch;
use crate::left_out::LeftOut;
use crate::read::{self, Documents};
use crate::{
    AnnotationOptions, Columns, Error, ErrorKind, Format, Input, InputFormat, TextEncoding,
};

/// How to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// The format of all inputs. Where none is given, a file's name tells it ([`InputFormat::of`]);
    /// other files, and standard input, are texts.
    pub format: Option<InputFormat>,
    /// The encoding of all inputs; UTF-8, or what a page declares, where none is given.
    pub encoding: Option<TextEncoding>,
    /// Texts may begin with a header that goes into the metadata ([`parse_header`](crate::parse_header)).
    pub header: bool,
    /// Which columns of tables make documents. Where any is named, a line of JSONL is an object with
    /// any fields; otherwise it is a document of Gloss.
    pub columns: Columns,
    /// How tables in CSV and TSV are written.
    pub table: TableOptions,
    /// How files with other tools' annotations are read.
    pub annotations: AnnotationOptions,
}

/// How tables in CSV and TSV are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableOptions {
    /// What separates fields, an ASCII character; by the format where none is given.
    pub delimiter: Option<u8>,
    /// What quoted fields stand in, an ASCII character. Twice within such a field it means itself.
    /// `None` where quotes are characters as any other.
    pub quote: Option<u8>,
    /// The first row names the columns.
    pub header_row: bool,
}

impl Default for TableOptions {
    fn default() -> TableOptions {
        TableOptions { delimiter: None, quote: Some(b'"'), header_row: true }
    }
}

/// How far a reader is.
#[derive(Clone, Debug)]
pub struct Progress {
    read: Arc<AtomicU64>,
    total: Option<u64>,
    documents: Option<u64>,
    left_out: LeftOut,
}

impl Progress {
    /// Bytes of the inputs that were read, as they are stored. May be more than there were when a
    /// file grows.
    #[must_use]
    pub fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// Bytes of all inputs; `None` where one is a stream.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// Tasks that were left out so far because the files say so, a phrase for each reason, as in `3 tasks of
    /// Prodigy with the answer "reject"`.
    #[must_use]
    pub fn left_out(&self) -> Vec<String> {
        self.left_out.told()
    }

    /// How many documents there are, those that cannot be read among them, where that is known
    /// without reading.
    #[must_use]
    pub fn documents(&self) -> Option<u64> {
        self.documents
    }
}

/// Streams documents. An error is of one document, or of what an input has left; the next call gives
/// the next document.
pub struct Reader {
    inputs: std::vec::IntoIter<Input>,
    options: ReadOptions,
    progress: Progress,
    current: Option<Current>,
}

/// An input of many documents that is being read.
struct Current {
    documents: Box<dyn Documents>,
    watch: Option<Watch>,
}

impl Reader {
    /// A reader of these inputs. Nothing is opened yet.
    #[must_use]
    pub fn new(mut inputs: Vec<Input>, options: ReadOptions) -> Reader {
        if options.format.is_some_and(|found| found.format == Format::Brat) {
            // Both files of a document may be named.
            let mut seen = HashSet::new();
            let mut is_new =
                |path: &Path| read::brat_pair(path).is_none_or(|pair| seen.insert(pair));
            inputs.retain(|input| !matches!(input, Input::File(path) if !is_new(path)));
        }
        let size = |input: &Input| input.fingerprint().map_or(Some(0), |print| print.size);
        let one_each = inputs.iter().all(|i| options.format_of(i).format.is_one_document());
        let progress = Progress {
            read: Arc::default(),
            total: inputs.iter().map(size).sum(),
            documents: one_each.then_some(inputs.len() as u64),
            left_out: LeftOut::default(),
        };
        Reader { inputs: inputs.into_iter(), options, progress, current: None }
    }

    /// How far it is, for another thread to see.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// Looks at the first input that can be opened of each format that has columns, and refuses
    /// columns that are not there. Later inputs that lack them are errors of their own.
    ///
    /// # Errors
    /// A column that is not there, or a format that cannot be had from an input.
    pub fn check(&self) -> Result<(), Error> {
        let mut seen = Vec::new();
        for input in self.inputs.as_slice() {
            let format = self.options.format_of(input).format;
            if format.is_one_document() || seen.contains(&format) {
                continue;
            }
            match read::check(input, &self.options) {
                Ok(()) => seen.push(format),
                Err(e) if matches!(e.kind, ErrorKind::NoColumn | ErrorKind::UnknownFormat) => {
                    return Err(e);
                }
                // It is an error of the run, for which other inputs need not wait.
                Err(_) => {}
            }
        }
        Ok(())
    }

    /// Leaves out the next `count` documents, those that cannot be read among them, as if
    /// [`Reader::next`] were called as often, but without making documents: texts and pages are not
    /// opened, lines are not parsed, and rows of Parquet not even read. Says how many there were.
    pub fn skip_documents(&mut self, count: u64) -> u64 {
        let mut left_out = 0;
        while left_out < count {
            if let Some(current) = &mut self.current {
                left_out += current.documents.skip(count - left_out);
                if left_out < count {
                    left_out += u64::from(self.end().is_some());
                }
                continue;
            }
            let Some(input) = self.inputs.next() else { break };
            if self.options.format_of(&input).format.is_one_document() {
                let size = input.fingerprint().ok().and_then(|print| print.size);
                self.progress.read.fetch_add(size.unwrap_or(0), Ordering::Relaxed);
                left_out += 1;
            } else {
                left_out += u64::from(self.open(&input).is_err());
            }
        }
        left_out
    }

    fn open(&mut self, input: &Input) -> Result<(), Error> {
        let opened =
            read::open(input, &self.options, &self.progress.read, &self.progress.left_out)?;
        self.current = Some(Current { documents: opened.0, watch: opened.1 });
        Ok(())
    }

    /// Ends the current input.
    fn end(&mut self) -> Option<Error> {
        self.current.take()?.watch?.check().err()
    }
}

impl Iterator for Reader {
    type Item = Result<Document, Error>;

    fn next(&mut self) -> Option<Result<Document, Error>> {
        loop {
            if let Some(current) = &mut self.current {
                if let Some(result) = current.documents.next() {
                    return Some(result);
                }
                if let Some(error) = self.end() {
                    return Some(Err(error));
                }
            }
            let input = self.inputs.next()?;
            if self.options.format_of(&input).format.is_one_document() {
                return Some(read::one(&input, &self.options, &self.progress.read));
            }
            if let Err(error) = self.open(&input) {
                return Some(Err(error));
            }
        }
    }
}

impl ReadOptions {
    /// The format in which an input is read.
    #[must_use]
    pub fn format_of(&self, input: &Input) -> InputFormat {
        let by_name = || match input {
            Input::Stdin => None,
            Input::File(path) => InputFormat::of(path),
        };
        self.format.or_else(by_name).unwrap_or(InputFormat::TEXT)
    }
}
