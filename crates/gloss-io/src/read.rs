//! One module a format, and what they share: inputs as bytes, bounds, and errors of reading.

mod annotated;
mod arrow_values;
mod front_matter;
mod html;
mod jsonl;
mod lines;
mod open;
mod parquet;
mod records;
mod table;
mod text;
mod whole;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use gloss_doc::Document;

pub(crate) use self::annotated::{brat_pair, class_layer, counted, layer_name};
pub(crate) use self::open::{Opened, open as open_bytes, too_long};
pub(crate) use self::parquet::guarded;
use crate::encoding::Decoded;
use crate::fingerprint::Watch;
use crate::left_out::LeftOut;
use crate::{Error, ErrorKind, Format, Input, ReadOptions};

/// The most bytes that a document, or a line, may have, so that offsets fit into `u32`.
pub(crate) const MAX_DOCUMENT: u64 = u32::MAX as u64;

/// The documents of one input.
pub(crate) trait Documents: Send {
    /// The next document, or why it cannot be had.
    fn next(&mut self) -> Option<Result<Document, Error>>;

    /// Does as if [`Documents::next`] were called `count` times, and says how often it would have
    /// given something.
    fn skip(&mut self, count: u64) -> u64;
}

/// The document of an input that holds one.
pub(crate) fn one(
    input: &Input,
    options: &ReadOptions,
    read: &Arc<AtomicU64>,
) -> Result<Document, Error> {
    let name = input.name();
    let format = options.format_of(input);
    if format.format == Format::Brat {
        return annotated::brat_document(input, options, read);
    }
    let opened = open::open(input, format.compression, read)?;
    let page = format.format == Format::Html;
    let limit = if page { html::MAX_PAGE } else { MAX_DOCUMENT };
    let text = text::read(&name, opened.reader, options.encoding, page, limit)?;
    if let Some(watch) = opened.watch {
        watch.check()?;
    }
    match format.format {
        Format::Html => html::document(&name, &text.text),
        Format::Markdown => Ok(text::markdown(&name, text, options.header)),
        _ => Ok(text::document(&name, text, options.header)),
    }
}

/// Opens an input that may hold many documents.
pub(crate) fn open(
    input: &Input,
    options: &ReadOptions,
    read: &Arc<AtomicU64>,
    left_out: &LeftOut,
) -> Result<(Box<dyn Documents>, Option<Watch>), Error> {
    let name = input.name();
    let format = options.format_of(input);
    if format.format == Format::Parquet {
        let (documents, watch) = parquet::ParquetRows::open(input, format, options, read)?;
        return Ok((Box::new(documents), Some(watch)));
    }
    let opened = open::open(input, format.compression, read)?;
    if format.format == Format::DocBin {
        let documents = annotated::DocBin::open(name, opened.reader)?;
        return Ok((Box::new(documents), opened.watch));
    }
    let decoded = crate::encoding::decode(opened.reader, options.encoding, false);
    let decoded = decoded.map_err(|e| open::read_error(&name, &e))?;
    let (encoding, mark, reader) = (decoded.encoding, decoded.mark, decoded.reader);
    let documents: Box<dyn Documents> = match format.format {
        Format::Csv | Format::Tsv => {
            Box::new(table::Table::open(name, reader, format.format, options)?)
        }
        Format::Conll | Format::Conllu => {
            let universal = format.format == Format::Conllu;
            Box::new(annotated::Conll::new(name, reader, universal, options))
        }
        format => {
            let fail = |e| open::read_error(&name, &e);
            match annotated::json(&name, reader, format, options, left_out).map_err(fail)? {
                annotated::Json::Tool(documents) => documents,
                annotated::Json::Other(reader) if format == Format::Json => {
                    let decoded = Decoded { reader, encoding, mark };
                    Box::new(whole::Whole::new(name, decoded, options.header))
                }
                annotated::Json::Other(reader) => {
                    Box::new(jsonl::Jsonl::new(name, reader, options))
                }
            }
        }
    };
    Ok((documents, opened.watch))
}

/// Looks whether an input has the columns that it must have. Standard input is not read for that.
pub(crate) fn check(input: &Input, options: &ReadOptions) -> Result<(), Error> {
    let format = options.format_of(input).format;
    match format {
        Format::Parquet => {}
        _ if *input == Input::Stdin => return Ok(()),
        Format::Csv | Format::Tsv => {}
        Format::Jsonl => return jsonl::check(input, options),
        _ => return Ok(()),
    }
    open(input, options, &Arc::default(), &LeftOut::default()).map(|_| ())
}

/// Why Parquet cannot be read from standard input.
pub(crate) fn parquet_stream() -> Error {
    let message = "Parquet cannot be read from standard input: its directory is at its end";
    Error::new(ErrorKind::UnknownFormat, "-", message).help("give the path of a file")
}
