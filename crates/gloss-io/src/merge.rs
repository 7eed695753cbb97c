//! Outputs of one format, put together document by document: what runs over parts of an input wrote
//! becomes what one run over all of it would have written.
//!
//! That needs outputs in which every document has a part of its own. Where documents may have none
//! (annotations as rows, tokens in columns), or many files (brat), nobody can tell from an output alone
//! whose turn it is: such results are written from JSONL, which has all there is.

mod documents;
mod lines;
mod parquet;
mod table;

use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gloss_doc::OffsetUnit;

use crate::read::{Opened, open_bytes};
use crate::write::{TextSink, text_sink};
use crate::{Compression, Error, ErrorKind, Input, OutputFormat, Rows, Target, WriteOptions};

/// What is put together, and what becomes of it.
#[derive(Clone, Debug)]
pub struct MergeOptions {
    /// The format of the outputs.
    pub from: OutputFormat,
    /// The format of the whole. Another than `from` is made of JSONL alone.
    pub to: OutputFormat,
    /// What a row is, where the whole is a table that is made of JSONL.
    pub rows: Option<Rows>,
    /// The layer of entities, where the whole is made of JSONL and has one place for them.
    pub entities: Option<String>,
    /// What offsets count in the outputs; so they do in the whole.
    pub offsets: OffsetUnit,
}

/// Why outputs cannot be put together.
#[derive(Debug)]
pub enum MergeError {
    /// One of them cannot be read, or is not what it should be.
    Input {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// The whole cannot be written.
    Output(io::Error),
    /// It is not done in this format, or with these options.
    Refused(Error),
}

type Result<T, E = MergeError> = std::result::Result<T, E>;

/// Outputs that are being put together.
pub trait Merger {
    /// Takes the next document of the output with this number into the whole. `false` when it has no
    /// more.
    ///
    /// # Errors
    /// When it cannot be read, or the whole cannot be written.
    fn take(&mut self, input: usize) -> Result<bool>;

    /// Whether all documents of the output with this number were taken.
    ///
    /// # Errors
    /// When it cannot be read.
    fn is_at_end(&mut self, input: usize) -> Result<bool>;

    /// Makes the whole appear under its name. Says what its format had no place for.
    ///
    /// # Errors
    /// When it cannot be written.
    fn finish(self: Box<Self>) -> Result<Vec<String>>;
}

/// How a format does it.
trait Parts {
    /// A document as the format has it.
    type Part;

    /// The next of an output.
    fn next(&mut self, input: usize) -> Result<Option<Self::Part>>;

    /// Appends it to the whole.
    fn write(&mut self, part: Self::Part) -> io::Result<()>;

    fn finish(self) -> io::Result<Vec<String>>;
}

struct OfParts<P>(P);

impl<P: Parts> Merger for OfParts<P> {
    fn take(&mut self, input: usize) -> Result<bool> {
        let Some(part) = self.0.next(input)? else { return Ok(false) };
        self.0.write(part).map(|()| true).map_err(MergeError::Output)
    }

    fn is_at_end(&mut self, input: usize) -> Result<bool> {
        self.0.next(input).map(|part| part.is_none())
    }

    fn finish(self: Box<Self>) -> Result<Vec<String>> {
        self.0.finish().map_err(MergeError::Output)
    }
}

/// Begins to put `inputs` together into a file, or folder, that appears when it is whole. Text is
/// compressed, on either side, where names end in `.gz` or `.zst`. Memory does not grow with the
/// number of documents.
///
/// # Errors
/// When the formats do not allow it, an output cannot be opened, or the whole cannot be begun.
pub fn merge_outputs(
    inputs: &[PathBuf],
    output: &Path,
    options: &MergeOptions,
) -> Result<Box<dyn Merger>> {
    use OutputFormat::{Csv, Jsonl, Parquet, Spacy, Tsv};
    let MergeOptions { from, to, rows, ref entities, offsets } = *options;
    let as_they_are = from == to && rows.is_none() && entities.is_none();
    Ok(match from {
        Jsonl | Spacy if as_they_are => Box::new(OfParts(lines::Lines::open(inputs, output)?)),
        Jsonl => {
            let entities = entities.clone();
            let write = WriteOptions { offsets, rows, entities, layers: Vec::new() };
            Box::new(OfParts(documents::Documents::open(inputs, output, to, &write)?))
        }
        Csv | Tsv if as_they_are => {
            let separator = if from == Tsv { b'\t' } else { b',' };
            Box::new(OfParts(table::Table::open(inputs, output, separator)?))
        }
        Parquet if as_they_are => Box::new(OfParts(parquet::Groups::open(inputs, output)?)),
        Csv | Tsv | Parquet | Spacy => {
            let what = format!("merged as it is, and not made into {}", shown(to, options));
            return Err(refused(from, output, &what));
        }
        _ => return Err(refused(from, output, "not merged")),
    })
}

/// Whether outputs of a format, with these rows if it is a table, can be put together.
#[must_use]
pub fn can_be_merged(format: OutputFormat, rows: Option<Rows>) -> bool {
    match format {
        OutputFormat::Jsonl | OutputFormat::Spacy => true,
        OutputFormat::Parquet => rows != Some(Rows::Annotations),
        OutputFormat::Csv | OutputFormat::Tsv => rows == Some(Rows::Documents),
        OutputFormat::Conll | OutputFormat::Conllu | OutputFormat::Brat | OutputFormat::Html => {
            false
        }
    }
}

fn shown(to: OutputFormat, options: &MergeOptions) -> String {
    match (options.rows, &options.entities) {
        (Some(_), _) => format!("{} with other rows", to.as_str()),
        (None, Some(_)) => format!("{} with other entities", to.as_str()),
        (None, None) => to.as_str().to_owned(),
    }
}

/// What only JSONL can be made into.
fn refused(from: OutputFormat, output: &Path, what: &str) -> MergeError {
    let place = output.display().to_string();
    let error = Error::new(ErrorKind::BadOutput, &place, format!("{} is {what}", from.as_str()));
    MergeError::Refused(error.help(
        "run the shards with `-f jsonl`: those are merged into every format (`-f` or the ending of \
         the output says which)",
    ))
}

/// An output that is read.
struct Source {
    path: PathBuf,
    reader: Box<dyn io::BufRead + Send>,
}

impl Source {
    /// Opens all outputs, decompressed.
    fn all(inputs: &[PathBuf]) -> Result<Vec<Source>> {
        inputs.iter().map(|path| Source::open(path)).collect()
    }

    fn open(path: &Path) -> Result<Source> {
        let input = Input::File(path.to_owned());
        let opened = open_bytes(&input, Compression::of_path(path), &Arc::default());
        let Opened { reader, .. } = opened.map_err(|error| unusable(path, &error))?;
        Ok(Source { path: path.to_owned(), reader })
    }

    fn unusable(&self, why: &dyn Display) -> MergeError {
        unusable(&self.path, why)
    }
}

fn unusable(path: &Path, why: &dyn Display) -> MergeError {
    MergeError::Input { path: path.to_owned(), message: why.to_string() }
}

/// The whole, where it is text.
fn sink(output: &Path) -> Result<TextSink> {
    text_sink(&Target::Path(output.to_owned()), None).map_err(MergeError::Output)
}

#[cfg(test)]
mod tests;
