//! The JSON messages between host and plugins: what `describe`, `plan` and `load` exchange.
//!
//! They are off the hot path; documents and annotations cross as the columns of `gloss-abi`.
//! Unknown keys are ignored by the side that reads, so that either may be the newer one, except
//! within layer schemas: one that is half understood would be misread.

mod description;
mod manifest;
mod plan;

pub use description::{Concurrency, Description};
pub use manifest::{AbiVersion, Manifest};
pub use plan::{
    InputBinding, LoadRequest, ModelFiles, Plan, PlanRequest, Requirement, ResolvedFile, Window,
};

/// `format` of an option, in an options schema, whose value is the name of a model or a path to
/// one. The host resolves it before planning and hands over path and digest.
pub const MODEL_FORMAT: &str = "gloss-model";

/// `format` of an option, or of the items of one that is a list, whose value is the path of a file
/// of the user's. The host resolves it before planning and hands over path and digest.
pub const FILE_FORMAT: &str = "gloss-file";
