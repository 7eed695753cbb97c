//! Writers: documents to files, a module for each format.

mod annotation_row;
mod csv;
mod csv_documents;
mod format;
mod open;
mod text_sink;

pub use format::{Format, Rows, WriteOptions};
pub use open::{Target, open_writer};
