//! Files with other tools' annotations: one module a format, and what they share.

mod brat;
mod brat_annotations;
mod conll;
mod conll_line;
mod conll_text;
mod docbin;
mod docbin_content;
mod json_documents;
mod json_values;
mod label_studio;
mod label_studio_results;
mod layers;
mod msgpack;
mod prodigy;
mod sniff;
mod spacy_json;
mod spacy_strings;
mod spacy_training;
mod tags;

use std::io::{self, BufRead};

pub use brat::{document as brat_document, pair as brat_pair};
pub use conll::Conll;
pub use docbin::DocBin;
use json_documents::{JsonDocuments, Tool};
use label_studio::LabelStudio;
pub use layers::{classes as class_layer, counted, layer_name};
use prodigy::Prodigy;
use spacy_json::SpacyJson;

use super::Documents;
use crate::left_out::LeftOut;
use crate::{Format, ReadOptions};

/// What an input of JSON turned out to be.
pub enum Json {
    /// A tool's, with its documents.
    Tool(Box<dyn Documents>),
    /// Nothing that is known.
    Other(Box<dyn BufRead + Send>),
}

/// Opens JSON of a tool: of the one whose `format` is given, or else of the one that its first object tells.
pub fn json(
    name: &str,
    reader: Box<dyn BufRead + Send>,
    format: Format,
    options: &ReadOptions,
    left_out: &LeftOut,
) -> io::Result<Json> {
    // Objects with any fields are what the user says they are.
    if format == Format::Jsonl && options.columns.is_named() {
        return Ok(Json::Other(reader));
    }
    let sniffed = sniff::sniff(reader)?;
    let known = match format {
        Format::Jsonl | Format::Json => sniffed.format,
        known => Some(known),
    };
    let tool: Box<dyn Tool> = match known {
        Some(Format::SpacyJson) => Box::new(SpacyJson::new(options)),
        Some(Format::Prodigy) => Box::new(Prodigy::new(options, left_out.clone())),
        Some(Format::LabelStudio) => Box::new(LabelStudio::new(options, left_out.clone())),
        _ => return Ok(Json::Other(sniffed.reader)),
    };
    let documents = JsonDocuments::new(name.to_owned(), sniffed.reader, sniffed.is_lines, tool);
    Ok(Json::Tool(Box::new(documents)))
}
