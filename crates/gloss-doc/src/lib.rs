//! The document model: a text, its metadata, and annotation layers that stand off from it.
//!
//! Nothing rewrites a text. A [`Layer`] is named `stage/layer`, has a type (`entities`,
//! `sentences`, ...) and one of five kinds ([`Kind`]). Offsets are bytes of the UTF-8; the JSON
//! form ([`json`]) states its unit and converts at the edge.

mod columns;
mod document;
pub mod json;
mod marks;
mod offsets;
mod schema;

pub use columns::{
    Annotations, AttributeColumn, AttributeValues, Classes, NONE, Relations, Spans, Strings, Texts,
    Vectors,
};
pub use document::{Document, FileIdentity, Layer, ModelIdentity, Producer, Source};
pub use marks::{described, marked};
pub use offsets::{OffsetMap, OffsetUnit};
pub use schema::{AttributeSchema, AttributeType, Kind, LayerSchema};
