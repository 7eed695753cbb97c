//! A user's own gazetteers and patterns as a Gloss plugin.

mod extractor;
mod fold;
mod gazetteer;
mod matcher;
#[doc(hidden)]
pub mod measuring;
mod normal;
mod options;
mod patterns;
mod problems;
mod rules;

pub use extractor::RulesExtractor;

gloss_plugin::export! {
    id: "gloss/rules",
    extractors: { "rules" => RulesExtractor },
}
