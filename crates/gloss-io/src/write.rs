//! Writers: documents to files, a module for each format.

mod annotation_row;
mod brat;
mod brat_document;
mod conll;
mod conllu;
mod csv;
mod csv_documents;
mod dependencies;
mod file_stem;
mod format;
mod html;
mod open;
mod parquet;
mod parquet_annotations;
mod parquet_columns;
mod parquet_documents;
mod parquet_groups;
mod parquet_progress;
mod spacy;
mod spacy_tokens;
mod text_sink;
mod tokens;
mod with_losses;

pub(crate) use annotation_row::COLUMNS;
pub(crate) use csv::Table as TableRows;
pub(crate) use file_stem::file_stem;
pub use format::{OutputFormat, Rows, WriteOptions};
pub(crate) use open::text_sink;
pub use open::{Target, open_writer};
pub(crate) use parquet::{GROUP as PARQUET_GROUP, SCHEMA as PARQUET_SCHEMA};
pub(crate) use parquet_documents::DocumentTable;
pub(crate) use parquet_groups::{MAGIC as PARQUET_MAGIC, RowGroups};
pub(crate) use text_sink::TextSink;

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::{contents, document};
