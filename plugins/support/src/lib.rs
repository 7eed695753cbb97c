//! Whether a document carries what a generated text, such as a summary, says of it. The engine is
//! `gloss-faithfulness`.

mod extractor;
mod given;
mod inputs;
mod options;

pub use extractor::Support;
pub use given::{GivenOptions, GivenSummary};
pub use options::Options;

gloss_plugin::export! {
    id: "gloss/support",
    extractors: { "support" => Support, "given-summary" => GivenSummary },
}
