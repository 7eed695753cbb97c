//! Opens the writer of a format.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use super::brat::BratWriter;
use super::conll::ConllWriter;
use super::conllu::ConlluWriter;
use super::csv::CsvWriter;
use super::csv_documents::CsvDocumentsWriter;
use super::format::{OutputFormat, Rows, WriteOptions};
use super::html::HtmlWriter;
use super::parquet::ParquetWriter;
use super::spacy::SpacyWriter;
use super::text_sink::TextSink;
use crate::output_folder::OutputFolder;
use crate::{Checkpoint, Compression, DocumentWriter, Error, ErrorKind, JsonlWriter, OutputFile};

/// Where results go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A file; of some formats a folder.
    Path(PathBuf),
    /// Standard output.
    Stdout,
}

impl Target {
    /// As an error names it.
    fn shown(&self) -> String {
        match self {
            Target::Path(path) => path.display().to_string(),
            Target::Stdout => "standard output".to_owned(),
        }
    }

    /// What is to be told when writing has failed: the place, what the system said, and the remedy.
    #[must_use]
    pub fn unwritable(&self, error: &io::Error) -> Error {
        let message = format!("cannot write {}: {error}", self.shown());
        let help = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                "make room, or write to another disk"
            }
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
                "write to a folder that you may write to"
            }
            io::ErrorKind::NotFound => "make the folder that is to hold it",
            io::ErrorKind::WouldBlock => {
                "another run is writing it; wait for that, or name another"
            }
            io::ErrorKind::DirectoryNotEmpty => "name a new folder, or empty that one",
            io::ErrorKind::IsADirectory => "name a file in that folder",
            io::ErrorKind::BrokenPipe => "what was to read it has ended",
            _ => "",
        };
        Error::new(ErrorKind::Unwritable, &self.shown(), message).help(help).system(error)
    }
}

/// Opens a writer of `format`, from the start or from a checkpoint that such a writer made: what was
/// written behind that is cut off.
///
/// A text file is compressed where its name ends in `.gz` or `.zst`.
///
/// # Errors
/// [`ErrorKind::BadOutput`] where the format cannot go there, [`ErrorKind::Unwritable`] with what the
/// system reports, [`ErrorKind::CannotResume`] where the output is not as the checkpoint says.
pub fn open_writer(
    format: OutputFormat,
    target: &Target,
    options: &WriteOptions,
    resume: Option<&Checkpoint>,
) -> Result<Box<dyn DocumentWriter>, Error> {
    check(format, target, options)?;
    let failed = |error: io::Error| opening_failed(target, resume.is_some(), &error);
    let text = || text_sink(target, resume).map_err(failed);
    let entities = || options.entities.clone();
    let new = resume.is_none();
    let rows = options.rows.unwrap_or(Rows::Annotations);
    let comma = if format == OutputFormat::Tsv { b'\t' } else { b',' };
    Ok(match format {
        OutputFormat::Jsonl => Box::new(JsonlWriter::new(text()?, options.offsets)),
        OutputFormat::Csv | OutputFormat::Tsv if rows == Rows::Annotations => {
            Box::new(CsvWriter::new(text()?, comma, options.offsets, new))
        }
        OutputFormat::Csv | OutputFormat::Tsv => {
            let layers = options.layers.clone();
            Box::new(CsvDocumentsWriter::new(text()?, comma, layers, resume))
        }
        OutputFormat::Conll => Box::new(ConllWriter::new(text()?, entities(), resume)),
        OutputFormat::Conllu => Box::new(ConlluWriter::new(text()?, entities(), resume)),
        OutputFormat::Spacy => Box::new(SpacyWriter::new(text()?, entities(), resume)),
        OutputFormat::Brat => {
            Box::new(BratWriter::new(folder(target, resume).map_err(failed)?, resume))
        }
        OutputFormat::Parquet => {
            let rows = options.rows.unwrap_or(Rows::Documents);
            let path = match target {
                Target::Path(path) => Some(path.as_path()),
                Target::Stdout => None,
            };
            let writer = ParquetWriter::new(text()?, path, rows, options.offsets, resume);
            Box::new(writer.map_err(failed)?)
        }
        OutputFormat::Html => Box::new(HtmlWriter::new(text()?, resume)),
    })
}

/// The file of a text format, or standard output.
pub(crate) fn text_sink(target: &Target, resume: Option<&Checkpoint>) -> io::Result<TextSink> {
    let Target::Path(path) = target else { return Ok(TextSink::stdout()) };
    let file = match resume {
        None => OutputFile::create(path)?,
        Some(checkpoint) => OutputFile::resume(path, checkpoint)?,
    };
    Ok(TextSink::file(file, Compression::of_path(path), resume.is_some()))
}

fn folder(target: &Target, resume: Option<&Checkpoint>) -> io::Result<OutputFolder> {
    let Target::Path(path) = target else { return Err(io::ErrorKind::InvalidInput.into()) };
    match resume {
        None => OutputFolder::create(path),
        Some(checkpoint) => OutputFolder::resume(path, checkpoint),
    }
}

/// Refuses what cannot be, before anything is opened.
fn check(format: OutputFormat, target: &Target, options: &WriteOptions) -> Result<(), Error> {
    let name = format.as_str();
    match target {
        Target::Stdout if format == OutputFormat::Brat => {
            let help = "name a folder with --output";
            return Err(bad_output(target, &format!("{name} is a folder of files"), help));
        }
        Target::Stdout if format == OutputFormat::Parquet && io::stdout().is_terminal() => {
            let help = "name a file with --output, or pipe it";
            return Err(bad_output(target, "Parquet is not for a terminal", help));
        }
        Target::Path(path) => check_path(format, target, path)?,
        Target::Stdout => {}
    }
    let tables = matches!(format, OutputFormat::Csv | OutputFormat::Tsv | OutputFormat::Parquet);
    if options.rows.is_some() && !tables {
        let help = "leave --rows out, or choose csv, tsv or parquet";
        return Err(bad_output(target, &format!("{name} has no rows to choose"), help));
    }
    Ok(())
}

fn check_path(format: OutputFormat, target: &Target, path: &Path) -> Result<(), Error> {
    if !format.is_text() && Compression::of_path(path) != Compression::None {
        let what = format!("{} is not compressed as a whole", format.as_str());
        return Err(bad_output(target, &what, "leave the ending of compression out"));
    }
    if format != OutputFormat::Brat && path.is_dir() {
        let help = "name a file in it; only brat is a folder";
        return Err(bad_output(target, "it is a folder", help));
    }
    Ok(())
}

fn bad_output(target: &Target, what: &str, help: &str) -> Error {
    let place = target.shown();
    Error::new(ErrorKind::BadOutput, &place, format!("cannot write to {place}: {what}")).help(help)
}

fn opening_failed(target: &Target, resuming: bool, error: &io::Error) -> Error {
    if !resuming || error.kind() == io::ErrorKind::WouldBlock {
        return target.unwritable(error);
    }
    let what = match error.kind() {
        io::ErrorKind::NotFound => "what was written of it is not there any more".to_owned(),
        io::ErrorKind::InvalidData => "what was written of it has changed since".to_owned(),
        _ => error.to_string(),
    };
    let place = target.shown();
    Error::new(ErrorKind::CannotResume, &place, format!("cannot go on with {place}: {what}"))
        .help("begin the run anew with `--restart`")
        .system(error)
}
