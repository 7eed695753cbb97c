//! Runs trained spaCy CNN pipelines without Python, with spaCy's output.
//!
//! Reads the folder that `nlp.to_disk` of spaCy 3.8 (MIT licence) writes, and gives the tokens of its
//! tokenizer and the entities of its transition-based recogniser. The arithmetic is `f32`, as spaCy's
//! is; a decision whose best two scores differ by less than rounding may therefore differ, as it
//! does between spaCy on two kinds of processor.
//!
//! ```no_run
//! # fn main() -> Result<(), gloss_spacy::Error> {
//! let pipeline = gloss_spacy::Pipeline::load("en_core_web_sm".as_ref())?;
//! let mut scratch = gloss_spacy::Scratch::new(&pipeline);
//! let text = "Ada Lovelace lived in London.";
//! for entity in pipeline.entities(text, &mut scratch)? {
//!     let _ = (&text[entity.start..entity.end], &pipeline.labels()[entity.label]);
//! }
//! # Ok(())
//! # }
//! ```

mod characters;
mod config;
mod error;
mod lexeme;
mod matrix;
mod msgpack;
mod ner;
mod pattern;
mod pipeline;
mod strings;
mod tables;
mod thinc;
mod tok2vec;
mod tokenizer;
mod transition;

pub use error::Error;
pub use pipeline::{Entity, ModelInfo, Pipeline, Scratch};
pub use tokenizer::Token;
