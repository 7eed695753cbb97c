//! The variants of a comparison: which there are ([`VariantArgument`], [`ComparisonFile`]), and their
//! annotations ([`collect`]), read from files or made by pipelines.
//!
//! Files are read once however many variants they hold, pipelines are run one after another over the
//! same documents, and of what comes out only the layers are kept that are compared. Planning, caches
//! and signals are the caller's; nothing here prints.

mod argument;
mod bertscore;
mod collect;
mod comparison_file;
mod cost;
mod error;
mod files;
mod matrix;
mod names;
mod pipelines;
mod spec;

pub use argument::VariantArgument;
pub use collect::{CollectOptions, Collected, Plan, Watch, collect};
#[cfg(feature = "schema")]
pub use comparison_file::schema;
pub use comparison_file::{ComparisonFile, ComparisonSettings};
pub use cost::measure;
pub use error::{Error, ErrorKind};
pub use spec::{FileSource, Source, VariantSpec};
