//! Language models as extractors: `summarize` writes a summary, `prompt` answers what a template asks, as text
//! or as JSON of a schema. The engine is `gloss-llama`.

mod engine;
mod prompt;
mod sampling;
mod split;
mod summarize;
mod template;

pub use prompt::{Prompt, PromptOptions};
pub use summarize::{Summarize, SummarizeOptions, Unsupported};

gloss_plugin::export! {
    id: "gloss/llm",
    extractors: { "summarize" => Summarize, "prompt" => Prompt },
}
