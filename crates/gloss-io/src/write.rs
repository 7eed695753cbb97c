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

pub(crate) use file_stem::file_stem;
pub use format::{OutputFormat, Rows, WriteOptions};
pub use open::{Target, open_writer};

#[cfg(test)]
mod tests;
