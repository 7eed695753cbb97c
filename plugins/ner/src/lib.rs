//! spaCy-format pipelines, without Python: entities alone as the extractor `ner`, and all that a
//! pipeline finds as the extractor `spacy-pipeline`.

mod calibration;
mod ner;
mod whole;

use gloss_plugin::prelude::*;
use gloss_spacy::Sentences;

pub use calibration::Calibration;
pub use ner::{Ner, NerOptions};
pub use whole::{SpacyPipeline, SpacyPipelineOptions, TokenAttribute};

/// What finds sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SentenceSource {
    /// The dependency parser.
    Parser,
    /// The sentence recogniser, in place of the parser. It is faster, and finds other sentences.
    Senter,
    /// Nothing.
    None,
}

impl From<SentenceSource> for Sentences {
    fn from(source: SentenceSource) -> Sentences {
        match source {
            SentenceSource::Parser => Sentences::Parser,
            SentenceSource::Senter => Sentences::Senter,
            SentenceSource::None => Sentences::None,
        }
    }
}

fn model_error(error: gloss_spacy::Error) -> Error {
    Error::model("", error.to_string())
}

gloss_plugin::export! {
    id: "gloss/ner",
    extractors: { "ner" => Ner, "spacy-pipeline" => SpacyPipeline },
}
