//! Alignment: from variants as they come to documents that all of them annotate.

mod contents;
mod join;
mod labels;
mod offsets;
mod report;
mod validate;
mod white_space;

pub use join::align;
pub use report::{AlignOptions, Alignment, Key, OffsetSuspicion, OneSided, Warning, WarningKind};
