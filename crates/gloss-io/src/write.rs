//! Writers: documents to files, a module for each format.

mod annotation_row;
mod conll;
mod conllu;
mod csv;
mod csv_documents;
mod dependencies;
mod format;
mod open;
mod spacy;
mod spacy_tokens;
mod text_sink;
mod tokens;
mod with_losses;

pub use format::{Format, Rows, WriteOptions};
pub use open::{Target, open_writer};
