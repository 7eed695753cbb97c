//! The formats of results, and what is chosen by the name of the output.

use std::path::Path;

use gloss_doc::{LayerSchema, OffsetUnit};

use crate::Compression;
use std::sync::Arc;

/// A format of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutputFormat {
    /// One document a line, in the JSON form of `docs/document.schema.json`.
    Jsonl,
    /// Comma-separated values (RFC 4180).
    Csv,
    /// Tab-separated values, quoted as CSV is where they hold a tab, a quote or a line break.
    Tsv,
    /// Apache Parquet.
    Parquet,
    /// Columns of the shared task of CoNLL-2003: token, part of speech, chunk, entity.
    Conll,
    /// CoNLL-U of Universal Dependencies.
    Conllu,
    /// A folder for the annotation tool brat: standoff annotations beside texts.
    Brat,
    /// One document a line, as spaCy's `Doc.to_json()` gives it.
    Spacy,
    /// A page to read and to show.
    Html,
}

impl OutputFormat {
    /// The format that the name of an output asks for; `None` where it asks for none. An ending of
    /// compression (`.gz`, `.zst`) is looked through; a path that ends with a slash is a folder.
    #[must_use]
    pub fn of_path(path: &Path) -> Option<OutputFormat> {
        if path.as_os_str().to_string_lossy().ends_with(['/', std::path::MAIN_SEPARATOR]) {
            return Some(OutputFormat::Brat);
        }
        let inner = match Compression::of_path(path) {
            Compression::None => path.to_owned(),
            _ => path.with_extension(""),
        };
        let ending = inner.extension()?.to_string_lossy().to_ascii_lowercase();
        Some(match ending.as_str() {
            "jsonl" | "ndjson" => OutputFormat::Jsonl,
            "csv" => OutputFormat::Csv,
            "tsv" => OutputFormat::Tsv,
            "parquet" | "pq" => OutputFormat::Parquet,
            "conll" => OutputFormat::Conll,
            "conllu" => OutputFormat::Conllu,
            "html" | "htm" => OutputFormat::Html,
            _ => return None,
        })
    }

    /// Whether the format is text in one file, which can be compressed as a whole.
    pub(super) fn is_text(self) -> bool {
        !matches!(self, OutputFormat::Parquet | OutputFormat::Brat)
    }

    /// The format of this name, as [`OutputFormat::as_str`] gives it.
    #[must_use]
    pub fn named(name: &str) -> Option<OutputFormat> {
        OutputFormat::ALL.iter().copied().find(|format| format.as_str() == name)
    }

    /// All of them.
    pub(crate) const ALL: &[OutputFormat] = &[
        OutputFormat::Jsonl,
        OutputFormat::Csv,
        OutputFormat::Tsv,
        OutputFormat::Parquet,
        OutputFormat::Conll,
        OutputFormat::Conllu,
        OutputFormat::Brat,
        OutputFormat::Spacy,
        OutputFormat::Html,
    ];

    /// As users name it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            OutputFormat::Jsonl => "jsonl",
            OutputFormat::Csv => "csv",
            OutputFormat::Tsv => "tsv",
            OutputFormat::Parquet => "parquet",
            OutputFormat::Conll => "conll",
            OutputFormat::Conllu => "conllu",
            OutputFormat::Brat => "brat",
            OutputFormat::Spacy => "spacy",
            OutputFormat::Html => "html",
        }
    }
}

/// What one row of a table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// An annotation: the long form.
    Annotations,
    /// A document: with its layers nested in Parquet, in a column each in CSV.
    Documents,
}

/// How results are written.
#[derive(Clone, Debug, Default)]
pub struct WriteOptions {
    /// What offsets count, in JSONL, CSV, TSV and Parquet. The other formats fix it: code points.
    pub offsets: OffsetUnit,
    /// What a row is, in Parquet (by default a document), CSV and TSV (an annotation).
    pub rows: Option<Rows>,
    /// Full name of the layer of entities that CoNLL and spaCy JSON have one place for; by default
    /// the first whose type is `entities`.
    pub entities: Option<String>,
    /// The layers that documents will have, by full name. Tables of documents have a column for
    /// each; where it is empty, for those of the first document.
    pub layers: Vec<(String, Arc<LayerSchema>)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_names() {
        let check = |name: &str, expected| {
            assert_eq!(OutputFormat::of_path(Path::new(name)), expected, "{name}")
        };
        check("a/out.jsonl", Some(OutputFormat::Jsonl));
        check("out.jsonl.gz", Some(OutputFormat::Jsonl));
        check("out.CSV.zst", Some(OutputFormat::Csv));
        check("out.parquet", Some(OutputFormat::Parquet));
        check("out.conllu", Some(OutputFormat::Conllu));
        check("out.htm", Some(OutputFormat::Html));
        check("out/", Some(OutputFormat::Brat));
        check("out", None);
        check("out.gz", None);
        check("out.json", None);
    }
}
