//! What counts as the same before anything is compared: labels, and bounds of spans.

mod boundaries;
mod labels;

pub use boundaries::BoundaryRules;
pub use labels::LabelRules;
pub(crate) use labels::nearest;
