//! Readers and writers: documents from files, annotations to files.
//!
//! Nothing here changes a text. What a reader takes off the front of a file (a byte order mark, a
//! header) is recorded in the document's source, so that offsets stay true to the file. Of a page
//! the main text is taken, and offsets are into that.

mod annotation_options;
mod class_columns;
mod columns;
mod encoding;
mod error;
mod fingerprint;
mod format;
mod header;
mod inputs;
mod jsonl_writer;
mod left_out;
mod merge;
mod output_file;
mod output_folder;
mod read;
mod reader;
mod write;
mod writer;

pub use annotation_options::{AnnotationChoice, AnnotationOptions, ConllUnit};
pub use class_columns::ClassColumns;
pub use columns::Columns;
pub use encoding::TextEncoding;
pub use error::{Error, ErrorKind};
pub use fingerprint::Fingerprint;
pub use format::{Compression, Format, InputFormat};
pub use header::{Header, parse_header};
pub use inputs::{Input, expand};
pub use jsonl_writer::JsonlWriter;
pub use merge::{MergeError, MergeOptions, Merger, can_be_merged, merge_outputs};
pub use output_file::OutputFile;
pub use reader::{Progress, ReadOptions, Reader, TableOptions};
pub use write::{OutputFormat, Rows, Target, WriteOptions, open_writer};
pub use writer::{Checkpoint, DocumentWriter, Sink};
